"""Walks between two codes: straight or on an arc, decoded step by step, beside blended pixels.

    linear     z(t) = (1 - t) a + t b
    spherical  z(t) = [sin((1 - t) w) a + sin(t w) b] / sin w,  w the angle between a and b
    blend      y(t) = (1 - t) decode(a) + t decode(b), which never leaves the pictures' own space

Under N(0, I) in many dimensions nearly all draws have length sqrt(d); the straight way's middle is
shorter than any of them, the arc keeps the length (Shoemake 1985; White 2016).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import sampling

WAYS = ("linear", "spherical")
MODELS = ("mnist-2d", "mnist-16")

Array = NDArray[np.float64]


def path(a: ArrayLike, b: ArrayLike, n: int, way: str) -> Array:
    """`n` codes from a to b, (n, d), both ends among them.

    Where a or b is (nearly) zero or they point (nearly) the same or opposite way, there is no arc:
    then the way is linear. Raises ValueError for n < 2, another way, or shapes that differ.
    """
    first, last = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if n < 2 or first.ndim != 1 or first.shape != last.shape:
        raise ValueError(
            f"a and b must be alike and n at least 2; got {first.shape}, {last.shape}, {n}"
        )
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}; got {way!r}")
    t = np.linspace(0.0, 1.0, n)[:, None]
    straight: Array = (1 - t) * first + t * last
    lengths = float(np.linalg.norm(first) * np.linalg.norm(last))
    if way == "linear" or lengths < 1e-12:
        return straight
    angle = float(np.arccos(np.clip(first @ last / lengths, -1.0, 1.0)))
    if min(angle, np.pi - angle) < 1e-3:
        return straight
    arc: Array = (np.sin((1 - t) * angle) * first + np.sin(t * angle) * last) / np.sin(angle)
    return arc


@dataclass(frozen=True, eq=False)
class Walk:
    """`z` (n, d), its pictures `y` and the `blend` of the ends, (n, 784) in [0, 1].

    `change` (n - 1,): |y_i+1 - y_i|, the root of summed squares; `to_real`, `blend_to_real` (n,):
    how far each picture is from the nearest of 2,000 real digits, likewise.
    """

    z: Array
    y: Array
    blend: Array
    change: Array
    to_real: Array
    blend_to_real: Array


def walk(name: str, a: ArrayLike, b: ArrayLike, n: int, way: str) -> Walk:
    """The walk of a model from a to b. Raises ValueError for an unknown model or wrong shapes."""
    if name not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}; got {name!r}")
    z = path(a, b, n, way)
    y = sampling.decode(name, vae.shared(name), z) / 255.0
    t = np.linspace(0.0, 1.0, n)[:, None]
    blend = (1 - t) * y[0] + t * y[-1]
    change = np.sqrt(((y[1:] - y[:-1]) ** 2).sum(axis=1))
    far = _to_real(np.concatenate([y, blend]))
    return Walk(z, y, blend, change, far[:n], far[n:])


@lru_cache(maxsize=1)
def _real() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    x = mnist.shown().x.astype(np.float32)
    return x, (x**2).sum(axis=1)


def _to_real(pictures: Array) -> Array:
    x, squares = _real()
    y = pictures.astype(np.float32)
    d2 = (y**2).sum(axis=1)[:, None] + squares[None] - 2 * (y @ x.T)
    far: Array = np.sqrt(np.maximum(d2.min(axis=1), 0.0)).astype(np.float64)
    return far
