"""Holding one level of the hierarchical VAE and redrawing the other.

    z2 held       z1 = mu_p(z2) + sigma_p(z2) eps1,  eps1 ~ N(0, I)
    lower held    z2 ~ N(0, I), with eps1 kept (z1 follows z2) or z1 itself kept

NumPy in, NumPy out; Torch loads with the model that the caller gives.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NAME = "hierarchical"
LOWER, UPPER = 14, 2
N = 12
"""Pictures of each sheet."""


@dataclass(frozen=True)
class Held:
    """What is held and what is drawn.

    `lower` (14,) is the noise epsilon_1 where `hold` is false, z1 itself where it is true; `seed1`
    draws the lower level anew at z2, `seed2` the upper.
    """

    z2: tuple[float, float]
    lower: tuple[float, ...]
    hold: bool = False
    seed1: int = 0
    seed2: int = 0

    def __post_init__(self) -> None:
        for name, values, count in (("z2", self.z2, UPPER), ("lower", self.lower, LOWER)):
            if len(values) != count or not all(math.isfinite(v) for v in values):
                raise ValueError(f"{name} must be {count} finite numbers; got {values}")
        for name, seed in (("seed1", self.seed1), ("seed2", self.seed2)):
            if not 0 <= seed < 2**32:
                raise ValueError(f"{name} must be from 0 to 2^32 - 1; got {seed}")


def noise(seed: int, n: int = N) -> Array:
    """epsilon_1 (n, 14) from a seed."""
    return np.random.default_rng(seed).standard_normal((n, LOWER))


def uppers(seed: int, n: int = N) -> Array:
    """z2 (n, 2) from its prior N(0, I)."""
    return np.random.default_rng(seed).standard_normal((n, UPPER))


def lower_of(model: Any, z2: Array, eps: Array) -> Array:
    """z1 = mu_p(z2) + sigma_p(z2) eps, (n, 14), for z2 (n, 2) and eps (n, 14)."""
    from genmodels.vae import arrays

    mu, log_var = arrays.lower_prior(model, z2)
    z1: Array = mu + np.exp(0.5 * log_var) * eps
    return z1


def noise_of(model: Any, z2: Array, z1: Array) -> Array:
    """The eps that gives z1 at z2: (z1 - mu_p(z2)) / sigma_p(z2)."""
    from genmodels.vae import arrays

    mu, log_var = arrays.lower_prior(model, z2)
    eps: Array = (z1 - mu) / np.exp(0.5 * log_var)
    return eps


def latents(model: Any, held: Held) -> tuple[Array, Array]:
    """z1 (25, 14) and z2 (25, 2): the picture's own, then both sheets'."""
    own, lower = np.array([held.z2]), np.array([held.lower])
    z2 = np.concatenate([own, np.repeat(own, N, axis=0), uppers(held.seed2)])
    kept = np.repeat(lower, N + 1, axis=0)
    eps = np.concatenate([kept[:1], noise(held.seed1), kept[1:]])
    z1 = lower_of(model, z2, eps)
    if held.hold:
        z1[0] = z1[N + 1 :] = lower[0]
    return z1, z2


def sheets(model: Any, held: Held) -> NDArray[np.uint8]:
    """Pictures (25, 784), round(255 y), of `latents`."""
    from genmodels.vae import arrays

    y = arrays.decode_levels(model, *latents(model, held))
    pixels: NDArray[np.uint8] = np.rint(255 * y).astype(np.uint8)
    return pixels
