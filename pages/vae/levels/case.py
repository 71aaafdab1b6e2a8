"""Two levels of latents: held, redrawn, and what each costs and carries, measured."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import two_levels
from genmodels.vae.two_levels import LOWER, NAME, Held, N

VIEW = 3.6
"""The pad shows [-VIEW, VIEW] in both upper latents."""
GRID = 9
"""Decoded pictures along each side of the pad's background."""
MAX_SEED = 9999
MEASURED = 500
"""Test digits that redrawing is measured on."""
UNUSED = 0.01
"""A latent whose KL is less than so many nats a picture says nothing of the picture."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """Where the reader stands: z2, seeds of both redraws, which lower level is held.

    `pick` is the lower level's place among the redrawn ones (0 to 11), -1 for the digit's own;
    `home` the z2 at which the held z1 was drawn.
    """

    z2: tuple[float, float] = (0.0, 0.0)
    home: tuple[float, float] = (0.0, 0.0)
    seed1: int = 0
    seed2: int = 0
    pick: int = 0

    def __post_init__(self) -> None:
        for name, z in (("z2", self.z2), ("home", self.home)):
            if len(z) != 2 or not all(math.isfinite(v) and abs(v) <= VIEW for v in z):
                raise ValueError(f"{name} must be two numbers within ±{VIEW:g}; got {z}")
        for name, seed in (("seed1", self.seed1), ("seed2", self.seed2)):
            if not 0 <= seed <= MAX_SEED:
                raise ValueError(f"{name} must be from 0 to {MAX_SEED}; got {seed}")
        if not -1 <= self.pick < N:
            raise ValueError(f"pick must be from -1 to {N - 1}; got {self.pick}")


@dataclass(frozen=True, eq=False)
class Encoded:
    """A digit x (784,) at both levels: q(z2 | x), q(z1 | x), and p(z1 | z2) at z2 = mu2.

    `logits` (784,) are the decoder's at the means; `kl1`, `kl2` in nats a latent.
    """

    x: Array
    mu1: Array
    log_var1: Array
    mu2: Array
    log_var2: Array
    prior_mu: Array
    prior_log_var: Array
    logits: Array
    kl1: Array
    kl2: Array

    @property
    def bce(self) -> float:
        return float((np.logaddexp(0.0, self.logits) - self.x * self.logits).sum())


def _model() -> Any:
    return vae.shared(NAME)


def kl(mu: Array, log_var: Array, prior_mu: Array, prior_log_var: Array) -> Array:
    """KL(N(mu, sigma^2) || N(m, s^2)) of every latent, in nats."""
    ratio = ((mu - prior_mu) ** 2 + np.exp(log_var)) / np.exp(prior_log_var)
    found: Array = 0.5 * (ratio - 1.0 + prior_log_var - log_var)
    return found


@lru_cache(maxsize=32)
def encoded(pixels: bytes) -> Encoded:
    """A digit through both levels; `pixels` are 784 float64 in [0, 1]."""
    from genmodels.vae import arrays  # loads Torch

    model, x = _model(), np.frombuffer(pixels)
    found = arrays.levels(model, x[None])
    prior_mu, prior_log_var = arrays.lower_prior(model, found.mu2)
    y = arrays.decode_levels(model, found.mu1, found.mu2)[0]
    y = np.clip(y, 1e-7, 1 - 1e-7)  # a float32 sigmoid: beyond, 1 - y has no digits left
    zero = np.zeros_like(found.mu2)
    return Encoded(
        x,
        found.mu1[0],
        found.log_var1[0],
        found.mu2[0],
        found.log_var2[0],
        prior_mu[0],
        prior_log_var[0],
        np.log(y / (1 - y)),
        kl(found.mu1, found.log_var1, prior_mu, prior_log_var)[0],
        kl(found.mu2, found.log_var2, zero, zero)[0],
    )


def start_of(pixels: bytes | None) -> Place:
    """Where a digit (or, for None, the prior) begins: at its own mean."""
    if pixels is None:
        return Place()
    z2 = np.clip(encoded(pixels).mu2, -VIEW, VIEW)
    home = (float(z2[0]), float(z2[1]))
    return Place(home, home, pick=-1)


def lower(pixels: bytes | None, place: Place, hold: bool) -> Array:
    """What is held of the lower level, (14,): epsilon_1, or z1 itself where `hold` is true."""
    model = _model()
    if place.pick < 0:
        if pixels is None:
            raise ValueError("pick must be from 0 to 11 where there is no digit; got -1")
        one = encoded(pixels)
        if hold:
            return one.mu1
        return two_levels.noise_of(model, one.mu2[None], one.mu1[None])[0]
    eps = two_levels.noise(place.seed1)[place.pick : place.pick + 1]
    return two_levels.lower_of(model, np.array([place.home]), eps)[0] if hold else eps[0]


def latents(pixels: bytes | None, place: Place, hold: bool) -> tuple[Array, Array]:
    """z1 (25, 14) and z2 (25, 2) of the picture and both sheets."""
    return two_levels.latents(_model(), held(pixels, place, hold))


def held(pixels: bytes | None, place: Place, hold: bool) -> Held:
    """What the live route is asked."""
    values = tuple(float(v) for v in lower(pixels, place, hold))
    return Held(place.z2, values, hold, place.seed1, place.seed2)


def sheets(pixels: bytes | None, place: Place, hold: bool) -> NDArray[np.uint8]:
    """The picture and both sheets, (25, 784), as the live route sends them."""
    return two_levels.sheets(_model(), held(pixels, place, hold))


@dataclass(frozen=True, eq=False)
class Drawn:
    """The picture's own latents: z1 (14,), eps (14,) and p(z1 | z2): `mu`, `log_var`."""

    z2: Array
    z1: Array
    eps: Array
    mu: Array
    log_var: Array


def drawn(pixels: bytes | None, place: Place, hold: bool) -> Drawn:
    """z1 and its prior for what stands on the pad."""
    from genmodels.vae import arrays

    model = _model()
    z1 = latents(pixels, place, hold)[0][0]
    z2 = np.array(place.z2)
    mu, log_var = arrays.lower_prior(model, z2[None])
    return Drawn(z2, z1, (z1 - mu[0]) / np.exp(log_var[0] / 2), mu[0], log_var[0])


@lru_cache(maxsize=1)
def background() -> NDArray[np.uint8]:
    """Pictures (81, 784) at the cells of the pad, epsilon_1 = 0: rows from the largest down."""
    from genmodels.vae import arrays

    middle = (np.arange(GRID) + 0.5) * (2 * VIEW / GRID) - VIEW
    across, up = np.meshgrid(middle, middle[::-1])
    z2 = np.column_stack([across.ravel(), up.ravel()])
    model = _model()
    z1 = two_levels.lower_of(model, z2, np.zeros((len(z2), LOWER)))
    return np.rint(255 * arrays.decode_levels(model, z1, z2)).astype(np.uint8)


@lru_cache(maxsize=1)
def uppers() -> Array:
    """mu2 (2000, 2) of the test digits that ship."""
    return _shown()[2]


@lru_cache(maxsize=1)
def _shown() -> tuple[Array, Array, Array]:
    """KL of the lower (2000, 14) and the upper (2000, 2) level, and mu2 (2000, 2)."""
    from genmodels.vae import arrays

    model = _model()
    found = arrays.levels(model, mnist.shown().x)
    prior = arrays.lower_prior(model, found.mu2)
    zero = np.zeros_like(found.mu2)
    kl1 = kl(found.mu1, found.log_var1, *prior)
    return kl1, kl(found.mu2, found.log_var2, zero, zero), found.mu2


# -- what each level costs and carries ---------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """A model's test figures in nats a picture; `upper` is 0 for a model of one level."""

    name: str
    bce: float
    lower: float
    upper: float

    @property
    def total(self) -> float:
        return self.bce + self.lower + self.upper


@lru_cache(maxsize=1)
def costs() -> tuple[Cost, ...]:
    """-ELBO over the 10,000 test pictures: this model beside the plain ones."""
    own = vae.describe(NAME)["test"]
    sixteen = vae.describe("mnist-16")["test"]
    two = vae.describe("mnist-2d")["test"]["mean_of_samples"]
    return (
        Cost(NAME, own["bce"], own["kl1"], own["kl2"]),
        Cost("mnist-16", sixteen["bce"], sixteen["kl"], 0.0),
        Cost("mnist-2d", two["bce"], two["kl"], 0.0),
    )


def pictures() -> int:
    """Test pictures that the figures are means over."""
    return int(vae.describe(NAME)["test"]["pictures"])


def free_nats() -> float:
    """Nats of the upper level that its training left unpunished."""
    return float(vae.describe(NAME)["recipe"]["free_nats"])


def accuracy() -> float:
    """Test accuracy of the classifier that judges in `kept`."""
    return float(vae.describe("digit-classifier")["test"]["accuracy"])


@dataclass(frozen=True, eq=False)
class Use:
    """KL of each latent in nats, a mean over 2,000 test digits: lower (14,), upper (2,), and of
    mnist-16 (16,)."""

    lower: Array
    upper: Array
    sixteen: Array

    @property
    def unused(self) -> int:
        """Latents of mnist-16 whose KL is below UNUSED."""
        return int((self.sixteen < UNUSED).sum())

    @property
    def unused_here(self) -> int:
        return int((self.lower < UNUSED).sum() + (self.upper < UNUSED).sum())


@lru_cache(maxsize=1)
def use() -> Use:
    """How much each latent says of a picture."""
    from genmodels.vae.means import at_means

    kl1, kl2, _ = _shown()
    sixteen = at_means(vae.shared("mnist-16"), mnist.shown().x).kl
    return Use(kl1.mean(axis=0), kl2.mean(axis=0), sixteen.mean(axis=0))


@dataclass(frozen=True)
class Redrawn:
    """How far redrawing some latents of mnist-16 from the prior moves its pixels."""

    n: int
    largest: float
    mean: float


@lru_cache(maxsize=1)
def redrawn() -> tuple[Redrawn, Redrawn]:
    """Of mnist-16: its unused latents redrawn, then as many of the most used (at least one)."""
    from genmodels.vae import arrays

    model, x = vae.shared("mnist-16"), mnist.shown().x[:MEASURED]
    mu, _ = arrays.encode(model, x)
    order = np.argsort(use().sixteen)
    y = arrays.decode(model, mu)
    found = []
    for chosen in (order[: use().unused], order[::-1][: max(use().unused, 1)]):
        z = mu.copy()
        rng = np.random.default_rng(0)
        z[:, chosen] = rng.standard_normal((len(x), len(chosen)))
        gap = np.abs(arrays.decode(model, z) - y)
        found.append(Redrawn(len(chosen), float(gap.max()), float(gap.mean())))
    return found[0], found[1]


@dataclass(frozen=True)
class Kept:
    """How many of `of` digits a classifier still takes for what they were."""

    name: str
    n: int
    of: int

    @property
    def share(self) -> float:
        return self.n / self.of


@lru_cache(maxsize=1)
def kept() -> tuple[Kept, ...]:
    """Which level carries the digit: its class after one level is redrawn."""
    from genmodels.vae import arrays, classifier

    model, judge = _model(), classifier.shared()
    digits = mnist.shown()
    x, labels = digits.x[:MEASURED], digits.labels[:MEASURED]
    found, rng = arrays.levels(model, x), np.random.default_rng(0)
    eps = two_levels.noise_of(model, found.mu2, found.mu1)
    fresh1 = rng.standard_normal(found.mu1.shape)
    fresh2 = rng.standard_normal(found.mu2.shape)
    cases = (
        ("both kept", found.mu1, found.mu2),
        ("z₁ kept, upper redrawn", found.mu1, fresh2),
        ("ε₁ kept, upper redrawn", two_levels.lower_of(model, fresh2, eps), fresh2),
        ("upper kept, lower redrawn", two_levels.lower_of(model, found.mu2, fresh1), found.mu2),
        ("both redrawn", two_levels.lower_of(model, fresh2, fresh1), fresh2),
    )
    out = []
    for name, z1, z2 in cases:
        seen = judge.probabilities(arrays.decode_levels(model, z1, z2)).argmax(axis=1)
        out.append(Kept(name, int((seen == labels).sum()), len(labels)))
    return tuple(out)
