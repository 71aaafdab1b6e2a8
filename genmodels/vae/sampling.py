"""Drawing from the prior, with or without its tails, and decoding what was drawn.

A truncated draw keeps |z_j| <= tau: small tau gives typical pictures that resemble each other,
large tau the prior itself (Brock, Donahue and Simonyan 2019, section 3.1, for GANs). The draw is by
the inverse distribution function of one uniform number a coordinate,

    z_j = F^-1(F(-tau) + u_j (F(tau) - F(-tau)))     F the standard normal's distribution

so that the same u gives a path that is continuous in tau, not another draw.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from genmodels.vae import family

if TYPE_CHECKING:
    from torch import nn

MAX_TAU = 4.0
"""From here on a truncated draw can't be told from the prior: 0.006 % lie outside."""
DECODABLE = (
    "mnist-2d",
    *(name for name, spec in family.SPECS.items() if spec.kind != "hierarchical"),
)
"""The models that decode one level of latents, some of them given a digit."""

Array = NDArray[np.float64]


def latents(name: str) -> int:
    """How many latents the model has. Raises ValueError for one that isn't `DECODABLE`."""
    if name not in DECODABLE:
        raise ValueError(f"model must be one of {', '.join(DECODABLE)}; got {name!r}")
    return 2 if name == "mnist-2d" else family.spec(name).latent[0]


def conditional(name: str) -> bool:
    """Whether the model's decoder is told a digit."""
    return name != "mnist-2d" and family.spec(name).kind == "conditional"


def truncated(u: Array, tau: float) -> Array:
    """Standard normal draws kept within +- `tau`, of the same shape as `u` in [0, 1).

    Raises ValueError unless 0 <= tau <= MAX_TAU.
    """
    if not 0 <= tau <= MAX_TAU:
        raise ValueError(f"tau must be from 0 to {MAX_TAU:g}; got {tau}")
    low, high = ndtr(-tau), ndtr(tau)
    z: Array = np.clip(ndtri(low + np.asarray(u) * (high - low)), -tau, tau)
    return z


def draw(name: str, n: int, *, tau: float, rng: np.random.Generator) -> Array:
    """`n` latent vectors (n, d) from the truncated prior."""
    return truncated(rng.random((n, latents(name))), tau)


def log_prior(z: Array) -> Array:
    """log N(z; 0, I) = -|z|^2 / 2 - d/2 log 2 pi, in nats, one a row."""
    z = np.asarray(z, dtype=np.float64)
    value: Array = -0.5 * (z**2).sum(axis=-1) - 0.5 * z.shape[-1] * np.log(2 * np.pi)
    return value


def decode(name: str, model: "nn.Module", z: Array, label: int = -1) -> NDArray[np.uint8]:
    """The pictures of `z` (n, d) as uint8 (n, 784), round(255 y), of one `label` where needed.

    Raises ValueError for a wrong width, and for a missing or needless label.
    """
    import torch

    z = np.asarray(z, dtype=np.float64)
    if z.ndim != 2 or z.shape[1] != latents(name):
        raise ValueError(f"z must have shape (n, {latents(name)}); got {z.shape}")
    allowed = range(10) if conditional(name) else range(-1, 0)
    if label not in allowed:
        expected = "a digit from 0 to 9" if conditional(name) else "-1: this model takes none"
        raise ValueError(f"label must be {expected}; got {label}")
    asked: Any = model
    with torch.no_grad():
        rows = torch.from_numpy(z.astype(np.float32))
        given = (torch.full((len(z),), label),) if conditional(name) else ()
        y = asked.decode(rows, *given)
        pixels: NDArray[np.uint8] = (y * 255.0).round().to(torch.uint8).numpy()
    return pixels
