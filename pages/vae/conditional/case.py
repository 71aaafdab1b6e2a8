"""One style in ten digits: where digits lie by style alone, and what knowing the digit saves."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels import vae
from genmodels.datasets import mnist

MODEL = "cvae"
PLAIN = "mnist-2d"
"""The model that isn't told the digit, with as many latents."""
DIGITS = 10
SIDE = 8
"""Tiles along each side of the grid behind the pad."""
VIEW = 3.5
"""Half-width of the pad."""
N_DRAWS = 10
_SEED = 2015

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Styles:
    """The shown digits, each with its own label: `mu`, `sigma` (2000, 2)."""

    mu: Array
    sigma: Array


@dataclass(frozen=True, eq=False)
class Read:
    """A picture x (784,) encoded as the digit `y`: q(z | x, y) and what comes back at its mean."""

    x: Array
    y: int
    mu: Array
    log_var: Array
    back: Array

    @property
    def sigma(self) -> Array:
        return np.asarray(np.exp(0.5 * self.log_var))

    @property
    def kl(self) -> Array:
        """KL_j in nats, (2,)."""
        return np.asarray(0.5 * (self.mu**2 + np.exp(self.log_var) - 1.0 - self.log_var))


@dataclass(frozen=True, eq=False)
class Under:
    """What a picture costs under each label, (10,) nats: `bce` over `N_DRAWS` draws, and `kl`."""

    bce: Array
    kl: Array

    @property
    def total(self) -> Array:
        return np.asarray(self.bce + self.kl)

    @property
    def share(self) -> Array:
        """exp(-total) / sum: p(y | x) if all digits are as frequent and each bound as tight."""
        weight = np.exp(self.total.min() - self.total)
        return np.asarray(weight / weight.sum())

    @property
    def guess(self) -> int:
        return int(self.total.argmin())


@lru_cache(maxsize=1)
def styles() -> Styles:
    """Where the encoder, told each digit's label, puts the 2,000 shown ones."""
    from genmodels.vae import arrays  # loads Torch

    digits = mnist.shown()
    mu, log_var = arrays.encode(vae.shared(MODEL), digits.x, digits.labels.astype(np.int64))
    return Styles(mu, np.exp(0.5 * log_var))


def vector(z: tuple[float, float]) -> Array:
    """A place as an array (2,)."""
    return np.array(z, dtype=np.float64)


def ten(z: tuple[float, float]) -> NDArray[np.uint8]:
    """The style z in the ten digits, uint8 (10, 784). Raises ValueError for unsound numbers."""
    from genmodels.vae import arrays

    if len(z) != 2 or not all(np.isfinite(z)):
        raise ValueError(f"z must be 2 finite numbers; got {z}")
    y = arrays.decode(vae.shared(MODEL), np.tile(np.array(z), (DIGITS, 1)), np.arange(DIGITS))
    return np.asarray(np.rint(255 * y), dtype=np.uint8)


def places() -> Array:
    """The z of the grid's tiles, (64, 2): rows from the top, each from the left."""
    half = VIEW - VIEW / SIDE
    steps = np.linspace(-half, half, SIDE)
    return np.stack([np.tile(steps, SIDE), np.repeat(steps[::-1], SIDE)], axis=1)


@lru_cache(maxsize=1)
def grids() -> NDArray[np.uint8]:
    """The plane of styles decoded in every digit, uint8 (10, 64, 784) in 16 levels."""
    from genmodels.vae import arrays

    z, model = places(), vae.shared(MODEL)
    tiles = [arrays.decode(model, z, np.full(len(z), y)) for y in range(DIGITS)]
    return np.asarray(np.rint(np.stack(tiles) * 15) * 17, dtype=np.uint8)


@lru_cache(maxsize=64)
def read(pixels: bytes, y: int) -> Read:
    """The picture (784 float64 as bytes) as the digit `y`. Raises ValueError for no digit."""
    from genmodels.vae import arrays

    if y not in range(DIGITS):
        raise ValueError(f"y must be a digit from 0 to 9; got {y}")
    x, model, label = np.frombuffer(pixels, np.float64), vae.shared(MODEL), np.array([y])
    mu, log_var = arrays.encode(model, x[None], label)
    return Read(x, y, mu[0], log_var[0], arrays.decode(model, mu, label)[0])


@lru_cache(maxsize=64)
def under(pixels: bytes) -> Under:
    """What the picture costs when it is called each of the ten digits in turn."""
    from genmodels.vae import arrays

    x = np.tile(np.frombuffer(pixels, np.float64), (DIGITS, 1))
    rng = np.random.default_rng(_SEED)
    found = arrays.scores(vae.shared(MODEL), x, rng=rng, n_draws=N_DRAWS, y=np.arange(DIGITS))
    return Under(found.reconstruction, found.kl)


@dataclass(frozen=True)
class Saving:
    """-ELBO of the 10,000 test pictures in nats, not told the digit and told it."""

    plain: float
    plain_bce: float
    plain_kl: float
    told: float
    told_bce: float
    told_kl: float
    plain_epochs: int
    told_epochs: int

    @property
    def saved(self) -> float:
        return self.plain - self.told


def saving() -> Saving:
    """The figures that stand in the two models' records."""
    plain, told = vae.describe(PLAIN), vae.describe(MODEL)
    without, given = plain["test"]["mean_of_samples"], told["test"]
    return Saving(
        plain=float(without["elbo"]),
        plain_bce=float(without["bce"]),
        plain_kl=float(without["kl"]),
        told=float(given["elbo"]),
        told_bce=float(given["bce"]),
        told_kl=float(given["kl"]),
        plain_epochs=int(plain["recipe"]["epochs"]),
        told_epochs=int(told["recipe"]["epochs"]),
    )


# -- to take away ------------------------------------------------------------------------------


def row_svg(z: tuple[float, float]) -> str:
    """The style in ten digits as SVG: each pixel that isn't black, as a square of its grey."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 280 28" width="1400" height="140" '
        'shape-rendering="crispEdges">',
        '<rect width="280" height="28" fill="#000"/>',
    ]
    for n, picture in enumerate(ten(z)):
        for p in np.flatnonzero(picture >= 8).tolist():
            grey = f"{int(picture[p]):02x}" * 3
            x, y = 28 * n + p % 28, p // 28
            parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="#{grey}"/>')
    return "\n".join([*parts, "</svg>"])


def row_csv(z: tuple[float, float]) -> str:
    """A row a digit: the style's picture, 784 grey values from 0 to 255."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["digit", *(f"pixel_{i}" for i in range(784))])
    for digit, picture in enumerate(ten(z).tolist()):
        write([digit, *picture])
    return out.getvalue()


def figures_json(z: tuple[float, float], pixels: bytes, y: int) -> str:
    """The style, the picture's code, what it costs under each label, and the test figures."""
    one, cost, test = read(pixels, y), under(pixels), saving()
    record = {
        "model": MODEL,
        "z": list(z),
        "encoded_as": y,
        "mu": one.mu.tolist(),
        "sigma": one.sigma.tolist(),
        "kl": one.kl.tolist(),
        "minus_elbo_by_label": cost.total.tolist(),
        "test_minus_elbo": {PLAIN: test.plain, MODEL: test.told, "saved": test.saved},
    }
    return json.dumps(record, indent=1, allow_nan=False)


def decoder_npz() -> bytes:
    """The decoder's two layers, for NumPy: W_h (300, 12), b_h, W_x (784, 300), b_x."""
    model = vae.shared(MODEL)
    weights = {
        "W_h": model.decoder_hidden.weight,
        "b_h": model.decoder_hidden.bias,
        "W_x": model.decoder_pixels.weight,
        "b_x": model.decoder_pixels.bias,
    }
    out = io.BytesIO()
    # Checkpoints are kept in 16 bits: nothing is lost here.
    np.savez_compressed(out, **{k: v.numpy().astype(np.float16) for k, v in weights.items()})
    return out.getvalue()


def script(z: tuple[float, float]) -> str:
    """A program that decodes the style in ten digits with NumPy alone, and saves the row."""
    return f'''"""One style z in ten digits, decoded with NumPy. Needs cvae_decoder.npz."""

import numpy as np

W = {{k: v.astype(float) for k, v in np.load("cvae_decoder.npz").items()}}
z = np.array({list(z)!r})
row = []
for digit in range(10):
    told = np.concatenate([z, np.eye(10)[digit]])
    h = np.maximum(W["W_h"] @ told + W["b_h"], 0)
    y = 1 / (1 + np.exp(-(W["W_x"] @ h + W["b_x"])))
    row.append(y.reshape(28, 28))
    print(digit, "ink", repr(float(y.sum())))
picture = np.rint(255 * np.hstack(row)).astype(np.uint8)
with open("style.pgm", "wb") as file:
    file.write(b"P5 280 28 255\\n" + picture.tobytes())
'''
