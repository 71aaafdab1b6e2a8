"""A VAE and a GAN on the same digits: the same z in both, sheets, what is measured, training."""

import csv
import io
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import bound, first_paint, frechet, gan_record, moments
from genmodels.vae.gan_record import GanTraining
from genmodels.vae.means import at_means

Array = NDArray[np.float64]
Pictures = NDArray[np.uint8]

VAES = {2: "mnist-2d", 16: "mnist-16"}
SEEDS = 5
MAX_SEED = 9999
VIEW = 3.0
"""Half-width of the pad."""
SIDE = 14
"""Tiles along each side of the planes behind the pad."""
SHEET = 24
DRAWN = 2000
"""Samples that the page itself measures, beside as many test digits."""
DRAWS = 1000
SEARCHED = 4096
"""Samples that a digit is looked for among."""
TITLES = {
    "real": "test digits",
    "real-train": "training digits",
    "mnist-2d": "VAE, 2 latents",
    "mnist-16": "VAE, 16 latents",
    "gan-2d": "GAN, 2 latents",
    **{f"gan-16-seed{s}": f"GAN, 16 latents, seed {s}" for s in range(SEEDS)},
}
"""The models that were measured on 10,000 samples each, and the digits themselves."""
GANS = tuple(name for name in TITLES if name.startswith("gan"))


@dataclass(frozen=True, eq=False)
class Pair:
    """The same z decoded by the VAE and the GAN of two latents: `x` (2, 784), and of each its
    `sharpness` (2,) and the discriminator's probability that it is real, `real` (2,)."""

    z: tuple[float, float]
    x: Array
    sharpness: Array
    real: Array


def gan_name(latents: int, gan_seed: int) -> str:
    """The GAN of so many latents. Raises ValueError where there is none."""
    if latents not in VAES:
        raise ValueError(f"latents must be 2 or 16; got {latents}")
    if not 0 <= gan_seed < SEEDS:
        raise ValueError(f"the GAN's seed must be from 0 to {SEEDS - 1}; got {gan_seed}")
    return "gan-2d" if latents == 2 else f"gan-16-seed{gan_seed}"


def decode(name: str, z: Array) -> Array:
    """Pictures (N, 784) in [0, 1] of z (N, d) by a VAE or a GAN."""
    if name in GANS:
        from genmodels.vae import gan

        return gan.shared(name).decode(z)
    from genmodels.vae import arrays

    return arrays.decode(vae.shared(name), z)


def pairs(z: Array) -> list[Pair]:
    """Every z (N, 2) in both models."""
    from genmodels.vae import gan

    both = np.stack([decode("mnist-2d", z), decode("gan-2d", z)], axis=1)
    flat = both.reshape(-1, 784)
    sharp = frechet.sharpness(flat).reshape(-1, 2)
    real = gan.shared_discriminator().judge(flat).reshape(-1, 2)
    return [
        Pair((float(a), float(b)), *rows)
        for (a, b), *rows in zip(z.tolist(), both, sharp, real, strict=True)
    ]


@lru_cache(maxsize=64)
def pair(z: tuple[float, float]) -> Pair:
    """One z in both."""
    return pairs(np.array([z]))[0]


@lru_cache(maxsize=1)
def planes() -> Pictures:
    """Both decoders over the pad, uint8 (2, SIDE * SIDE, 784), rows from the largest z_2 down."""
    places = first_paint.grid_points(VIEW, SIDE).astype(np.float64)
    return np.stack([levels(decode(name, places)) for name in ("mnist-2d", "gan-2d")])


def levels(x: Array) -> Pictures:
    """Pictures in [0, 1] as grey levels."""
    return np.rint(255.0 * x).astype(np.uint8)


# -- sheets ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sheet:
    """`pictures` uint8 (SHEET, 784) of one model, or test digits; how the classifier reads each,
    `read` (SHEET,), and how surely, `sure` (SHEET,)."""

    name: str
    pictures: Pictures
    read: NDArray[np.int64]
    sure: Array

    @property
    def title(self) -> str:
        return TITLES[self.name]

    @property
    def sharpness(self) -> Array:
        return frechet.sharpness(self.pictures / 255.0)


@lru_cache(maxsize=16)
def sheets(latents: int, gan_seed: int, seed: int) -> tuple[Sheet, ...]:
    """The VAE's and the GAN's pictures of the same z ~ N(0, I), and test digits drawn by chance."""
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed must be from 0 to {MAX_SEED}; got {seed}")
    names = (VAES[latents], gan_name(latents, gan_seed)) if latents in VAES else ()
    if not names:
        raise ValueError(f"latents must be 2 or 16; got {latents}")
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((SHEET, latents))
    chosen = rng.choice(mnist.N_SHOWN, SHEET, replace=False)
    found = [(name, levels(decode(name, z))) for name in names]
    found.append(("real", mnist.shown().pictures[chosen]))
    return tuple(_read(name, pictures) for name, pictures in found)


def _read(name: str, pictures: Pictures) -> Sheet:
    from genmodels.vae import classifier

    p = classifier.shared().probabilities(pictures / 255.0)
    return Sheet(name, pictures, p.argmax(1), p.max(1))


# -- measured ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Distance:
    """The squared Frechet distance between DRAWN samples' features and the test digits', term by
    term: |m1 - m2|^2, tr S1 (the samples'), tr S2 (the digits') and tr of the root."""

    name: str
    means: float
    trace_made: float
    trace_real: float
    trace_root: float

    @property
    def total(self) -> float:
        return self.means + self.trace_made + self.trace_real - 2.0 * self.trace_root


def figures() -> dict[str, dict[str, Any]]:
    """What was measured of each on 10,000 samples, by name."""
    found: dict[str, dict[str, Any]] = gan_record.figures()["models"]
    return {name: found[name] for name in TITLES if name in found}


@lru_cache(maxsize=1)
def _real() -> tuple[Array, Array]:
    from genmodels.vae import classifier

    return frechet.moments(classifier.shared().features(mnist.shown().x))


@lru_cache(maxsize=4)
def drawn(name: str) -> Sheet:
    """DRAWN samples of the model `name` and how the classifier reads each; of "real", as many test
    digits."""
    if name == "real":
        return _read(name, mnist.shown().pictures[:DRAWN])
    d = 2 if name.endswith("2d") else 16
    z = np.random.default_rng(0).standard_normal((DRAWN, d))
    return _read(name, levels(decode(name, z)))


def read_as(name: str, digit: int) -> tuple[int, Sheet]:
    """How many of `drawn(name)` are read as `digit`, and the first of them, at most SHEET."""
    if not 0 <= digit <= 9:
        raise ValueError(f"digit must be from 0 to 9; got {digit}")
    every = drawn(name)
    found = np.flatnonzero(every.read == digit)
    first = found[:SHEET]
    return len(found), Sheet(name, every.pictures[first], every.read[first], every.sure[first])


@lru_cache(maxsize=16)
def distance(name: str) -> Distance:
    """Measured now on DRAWN samples of the model `name`; of "real-train" on training digits."""
    from genmodels.datasets import mnist_train
    from genmodels.vae import classifier

    if name == "real-train":
        x = mnist_train.load().pictures[:DRAWN] / 255.0
    elif name in TITLES and name != "real":
        x = drawn(name).pictures / 255.0
    else:
        raise ValueError(f"model must be one of {', '.join(TITLES)} but not real; got {name!r}")
    m1, S1 = frechet.moments(classifier.shared().features(x))
    m2, S2 = _real()
    means, made, real = float(((m1 - m2) ** 2).sum()), float(np.trace(S1)), float(np.trace(S2))
    root = (means + made + real - frechet.between_gaussians(m1, S1, m2, S2)) / 2.0
    return Distance(name, means, made, real, root)


# -- training ----------------------------------------------------------------------------------


def training(name: str) -> GanTraining:
    """What a GAN's training left."""
    return gan_record.training(name)


@dataclass(frozen=True, eq=False)
class Falling:
    """The VAE's loss over its training: -ELBO of test digits in nats after `steps` updates."""

    steps: NDArray[np.int64]
    elbo: Array


@lru_cache(maxsize=1)
def falling() -> Falling:
    trace = moments.load()
    keep = trace.steps > 0
    loss = (trace.test_bce + trace.test_kl).astype(np.float64)
    return Falling(trace.steps[keep].astype(np.int64), loss[keep])


# -- what each can answer of a digit -------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Answers:
    """Of a picture x (784,): the VAE's code and what comes back at its mean; `bce`, the mean of
    -log p(x | z) over DRAWS draws, its standard error, and the KL; the GAN's nearest of SEARCHED
    samples, by z; the discriminator's probability that x is real."""

    x: Array
    mu: Array
    sigma: Array
    back: Array
    bce: float
    error: float
    kl: float
    z: Array
    nearest: Array
    real: float

    @property
    def elbo(self) -> float:
        """The lower bound on log p(x), in nats, to within `error`."""
        return -(self.bce + self.kl)

    @property
    def missed(self) -> tuple[float, float]:
        """Squared distances from x: what the VAE gives back, the GAN's nearest."""
        vae_, gan_ = (float(((self.x - y) ** 2).sum()) for y in (self.back, self.nearest))
        return vae_, gan_


@lru_cache(maxsize=1)
def _searched() -> tuple[Array, Pictures]:
    z = np.random.default_rng(1).standard_normal((SEARCHED, 2))
    return z, levels(decode("gan-2d", z))


@lru_cache(maxsize=32)
def answers(pixels: bytes) -> Answers:
    """What both say of a picture, given as its 784 float64 in [0, 1]."""
    from genmodels.vae import gan

    x = np.frombuffer(pixels, np.float64)
    one = at_means(vae.shared("mnist-2d"), x[None])
    z, made = _searched()
    far = ((made / 255.0 - x) ** 2).sum(axis=1)
    best = int(far.argmin())
    nearest = decode("gan-2d", z[best : best + 1])[0]
    real = float(gan.shared_discriminator().judge(x[None])[0])
    sigma = np.exp(0.5 * one.log_var[0])
    epsilon = np.random.default_rng(2).standard_normal((DRAWS, 2))
    costs = -bound.log_likelihood(x, one.mu[0] + sigma * epsilon)
    return Answers(
        x,
        one.mu[0],
        sigma,
        one.y[0],
        float(costs.mean()),
        float(costs.std(ddof=1) / math.sqrt(DRAWS)),
        float(one.kl.sum()),
        z[best],
        nearest,
        real,
    )


# -- to take away ------------------------------------------------------------------------------


def pair_json(z: tuple[float, float]) -> str:
    """The point, both pictures and their figures, and what was measured of all models."""
    one = pair(z)
    record = {
        "z": list(z),
        "vae": np.round(one.x[0], 6).tolist(),
        "gan": np.round(one.x[1], 6).tolist(),
        "sharpness": one.sharpness.tolist(),
        "real": one.real.tolist(),
        "models": figures(),
    }
    return json.dumps(record, indent=1, allow_nan=False)


def figures_csv() -> str:
    """A row a model: what was measured on 10,000 samples."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    counted = [f"n_{k}" for k in range(10)]
    write(["model", "sharpness", "sharpness_sd", "entropy", "frechet", *counted])
    for name, row in figures().items():
        kept = (row["sharpness"], row["sharpness_sd"], row["entropy"], row["frechet"])
        write([name, *(f"{value:.6g}" for value in kept), *row["histogram"]])
    return out.getvalue()


def losses_csv(name: str) -> str:
    """A GAN's losses, each the mean of EVERY steps."""
    lines = ["step,d_loss,g_loss"]
    for i, (d, g) in enumerate(training(name).losses.tolist()):
        lines.append(f"{(i + 1) * gan_record.EVERY},{d:.6g},{g:.6g}")
    return "\n".join(lines) + "\n"


def script(z: tuple[float, float]) -> str:
    """A program that measures the sharpness of both pictures and the entropies, from the JSON."""
    return f'''"""What the page says of z = {z}, again from pair.json beside it. Needs numpy."""

import json

import numpy as np


def sharpness(x):
    """The variance of the Laplacian over the inner 26 x 26 pixels."""
    x = np.asarray(x).reshape(28, 28)
    L = x[:-2, 1:-1] + x[2:, 1:-1] + x[1:-1, :-2] + x[1:-1, 2:] - 4 * x[1:-1, 1:-1]
    return L.var()


def entropy(counts):
    p = np.array([n for n in counts if n]) / sum(counts)
    return -(p * np.log(p)).sum()


record = json.load(open("pair.json"))
print("vae", sharpness(record["vae"]))
print("gan", sharpness(record["gan"]))
for name, model in record["models"].items():
    print(name, entropy(model["histogram"]))
print("at most", np.log(10))
'''
