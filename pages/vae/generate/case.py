"""Sheets of drawn digits, and what truncating the draw gives and takes, measured."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import sampling

N = 64
"""Pictures of a sheet, 8 by 8."""
SIDE = 10
"""Pictures along each side of the grid."""
MODELS = ("mnist-2d", "mnist-16", "cvae", "cvae-8")
TAUS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
MEASURED = 500
_SEED = 2014

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """Which sheet: the model, the digit asked for (-1 where it takes none), seed and tau."""

    model: str = "mnist-2d"
    label: int = -1
    seed: int = 0
    tau: float = sampling.MAX_TAU

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise ValueError(f"model must be one of {', '.join(MODELS)}; got {self.model!r}")
        allowed = range(10) if sampling.conditional(self.model) else range(-1, 0)
        if self.label not in allowed:
            raise ValueError(f"label must be from {allowed[0]} to {allowed[-1]}; got {self.label}")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed must be from 0 to 2^32 - 1; got {self.seed}")
        if not 0 <= self.tau <= sampling.MAX_TAU:
            raise ValueError(f"tau must be from 0 to {sampling.MAX_TAU:g}; got {self.tau}")

    @property
    def path(self) -> str:
        """The live route that draws this sheet."""
        return f"/live/sample/{self.model}"


def float32(tau: float) -> float:
    """Tau as it travels to the live route: in 32 bits."""
    return float(np.float32(tau))


@lru_cache(maxsize=32)
def drawn(setting: Setting) -> tuple[Array, NDArray[np.uint8]]:
    """The sheet's latents (64, d) and pictures (64, 784), as the live route draws them."""
    rng = np.random.default_rng(setting.seed)
    z = sampling.draw(setting.model, N, tau=float32(setting.tau), rng=rng)
    model = vae.shared(setting.model)
    return z, sampling.decode(setting.model, model, z, setting.label)


@lru_cache(maxsize=32)
def grid(
    model: str, label: int, first: int, second: int, base: tuple[float, ...]
) -> NDArray[np.uint8]:
    """Pictures (100, 784) over two of the latents, the others as in `base`.

    Both run over the 5 % to 95 % points of their prior in equal shares: first across, second up.
    """
    d = sampling.latents(model)
    if not (0 <= first < d and 0 <= second < d and first != second and len(base) == d):
        raise ValueError(f"two different latents below {d} are needed; got {first} and {second}")
    # The same as truncating at infinity: the quantile function of the whole prior.
    steps = sampling.truncated(np.linspace(0.05, 0.95, SIDE), sampling.MAX_TAU)
    z = np.tile(np.array(base), (SIDE * SIDE, 1))
    z[:, first] = np.tile(steps, SIDE)
    z[:, second] = np.repeat(steps[::-1], SIDE)
    return sampling.decode(model, vae.shared(model), z, label)


def nearest_real(picture: NDArray[np.uint8]) -> tuple[int, float]:
    """The shown digit nearest to a picture (784,), and how far: the root of the summed squares."""
    d2 = _squared(picture[None] / 255.0, mnist.shown().x)[0]
    i = int(d2.argmin())
    return i, float(np.sqrt(max(d2[i], 0.0)))


@dataclass(frozen=True)
class Trade:
    """At each tau: mean distance to the nearest real digit, and mean distance to each other."""

    taus: tuple[float, ...]
    to_real: tuple[float, ...]
    apart: tuple[float, ...]
    real_to_real: float
    real_apart: float


@lru_cache(maxsize=32)
def trade(model: str, label: int) -> Trade:
    """What truncation gives and takes, over 500 draws a tau from one seed.

    Distances are roots of summed squared differences over 784 pixels. For comparison: real digits
    to their nearest other, and to each other, of the label where one is asked for.
    """
    digits = mnist.shown()
    real = digits.x if label < 0 else digits.x[digits.labels == label]
    network = vae.shared(model)
    to_real, apart = [], []
    for tau in TAUS:
        rng = np.random.default_rng(_SEED)
        z = sampling.draw(model, MEASURED, tau=tau, rng=rng)
        made = sampling.decode(model, network, z, label) / 255.0
        to_real.append(float(_root(_squared(made, real).min(axis=1)).mean()))
        apart.append(_mean_apart(made))
    d2 = _squared(real, real)
    np.fill_diagonal(d2, np.inf)
    nearest = float(_root(d2.min(axis=1)).mean())
    return Trade(TAUS, tuple(to_real), tuple(apart), nearest, _mean_apart(real))


def _squared(A: Array, B: Array) -> Array:
    d2: Array = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1)[None] - 2 * (A @ B.T)
    return d2


def _root(d2: Array) -> Array:
    root: Array = np.sqrt(np.maximum(d2, 0.0))
    return root


def _mean_apart(X: Array) -> float:
    d2 = _squared(X, X)
    n = len(X)
    return float(_root(d2)[~np.eye(n, dtype=bool)].mean())


# -- to take away ------------------------------------------------------------------------------


def latents_csv(setting: Setting) -> str:
    """A row a picture of the sheet: its latents."""
    z, _ = drawn(setting)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["picture", *(f"z_{j + 1}" for j in range(z.shape[1]))])
    for i, row in enumerate(z.tolist()):
        write([i + 1, *map(repr, row)])
    return out.getvalue()


def sheet_svg(setting: Setting) -> str:
    """The sheet as SVG: each pixel that isn't black, as a square of its grey."""
    _, pictures = drawn(setting)
    side = 8 * 28
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'width="{4 * side}" height="{4 * side}" shape-rendering="crispEdges">',
        f'<rect width="{side}" height="{side}" fill="#000"/>',
    ]
    for i, picture in enumerate(pictures):
        left, top = i % 8 * 28, i // 8 * 28
        for p in np.flatnonzero(picture >= 8).tolist():
            grey = f"{int(picture[p]):02x}" * 3
            x, y = left + p % 28, top + p // 28
            parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="#{grey}"/>')
    return "\n".join([*parts, "</svg>"])


def figures_json(setting: Setting) -> str:
    """The setting, the sheet's latents, and what truncation trades."""
    z, _ = drawn(setting)
    found = trade(setting.model, setting.label)
    record = {
        "model": setting.model,
        "label": None if setting.label < 0 else setting.label,
        "seed": setting.seed,
        "tau": setting.tau,
        "z": z.tolist(),
        "trade": {
            "tau": found.taus,
            "distance_to_nearest_real": found.to_real,
            "distance_apart": found.apart,
            "real_to_nearest_real": found.real_to_real,
            "real_apart": found.real_apart,
        },
    }
    return json.dumps(record, indent=1, allow_nan=False)


def script(setting: Setting) -> str:
    """A program that draws the same latents with NumPy and SciPy and says how likely they are."""
    d = sampling.latents(setting.model)
    return f'''"""{N} draws of {d} latents from N(0, I), each within {setting.tau!r} of 0."""

import numpy as np
from scipy.special import ndtr, ndtri

tau, seed, d = float(np.float32({setting.tau!r})), {setting.seed}, {d}
u = np.random.default_rng(seed).random(({N}, d))
z = np.clip(ndtri(ndtr(-tau) + u * (ndtr(tau) - ndtr(-tau))), -tau, tau)
log_p = -0.5 * (z ** 2).sum(axis=1) - 0.5 * d * np.log(2 * np.pi)
print("first z:", " ".join(repr(float(v)) for v in z[0]))
print("mean log p(z):", repr(float(log_p.mean())))
'''
