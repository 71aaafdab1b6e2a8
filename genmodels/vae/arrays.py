"""The family's models for callers without Torch: NumPy arrays in, NumPy arrays out.

Pictures x are (N, 784) in [0, 1]; what comes back is float64. Every function takes a model from
`vae.load` or `vae.shared`, or from `train_small`, and raises ValueError on wrong shapes and on
numbers that aren't finite.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from genmodels.vae.model import kl_divergence, reconstruction_loss


@dataclass(frozen=True)
class Levels:
    """q(z1 | x) and q(z2 | x): mu1, log_var1 (N, lower), mu2, log_var2 (N, upper)."""

    mu1: np.ndarray
    log_var1: np.ndarray
    mu2: np.ndarray
    log_var2: np.ndarray


@dataclass(frozen=True)
class Scores:
    """Costs of pictures in nats, (N,): BCE, KL and their sum, the negative ELBO."""

    reconstruction: np.ndarray
    kl: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return np.asarray(self.reconstruction + self.kl)


def encode(model: Any, x: ArrayLike, y: ArrayLike | None = None) -> tuple[np.ndarray, np.ndarray]:
    """q(z | x): mu and log sigma^2, (N, latent); a conditional model also needs digits y (N,)."""
    with torch.no_grad():
        mu, log_var = model.encode(*_given(model, _floats("x", x), y))
    return _array(mu), _array(log_var)


def decode(model: Any, z: ArrayLike, y: ArrayLike | None = None) -> np.ndarray:
    """Pictures in [0, 1], (N, 784), of z (N, latent); a conditional model also needs y (N,)."""
    with torch.no_grad():
        return _array(model.decode(*_given(model, _floats("z", z), y)))


def levels(model: Any, x: ArrayLike) -> Levels:
    """The encoder of the hierarchical model."""
    with torch.no_grad():
        return Levels(*(_array(values) for values in model.encode(_floats("x", x))))


def lower_prior(model: Any, z2: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """p(z1 | z2) of the hierarchical model: mu and log sigma^2, (N, lower), for z2 (N, upper)."""
    with torch.no_grad():
        mu, log_var = model.prior(_floats("z2", z2))
    return _array(mu), _array(log_var)


def decode_levels(model: Any, z1: ArrayLike, z2: ArrayLike) -> np.ndarray:
    """The hierarchical model's pictures, (N, 784), of z1 (N, lower) and z2 (N, upper)."""
    with torch.no_grad():
        return _array(model.decode(_floats("z1", z1), _floats("z2", z2)))


def scores(
    model: Any,
    x: ArrayLike,
    *,
    rng: np.random.Generator,
    n_draws: int = 5,
    y: ArrayLike | None = None,
) -> Scores:
    """BCE (a mean over `n_draws` of z) and KL of every picture: how a model of one level rates it.

    Kingma and Welling (2014), eq. 10. Raises ValueError for less than one draw.
    """
    if n_draws < 1:
        raise ValueError(f"n_draws must be at least 1; got {n_draws}")
    rows = _floats("x", x)
    given = _given(model, rows, y)
    cost = torch.zeros(len(rows), dtype=torch.float64)
    with torch.no_grad():
        mu, log_var = model.encode(*given)
        for _ in range(n_draws):
            epsilon = torch.from_numpy(rng.standard_normal(tuple(mu.shape))).to(mu)
            z = mu + torch.exp(0.5 * log_var) * epsilon
            logits = model.logits(z, *given[1:])
            cost += reconstruction_loss(logits, rows).double() / n_draws
        kl = kl_divergence(mu, log_var).sum(1)
    return Scores(_array(cost), _array(kl))


def _given(model: Any, values: Tensor, y: ArrayLike | None) -> tuple[Tensor, ...]:
    """What a model's encode or decode is called with: the values, and the digits if it has any."""
    conditional = hasattr(model, "classes")
    if conditional and y is None:
        raise ValueError("y must be given: the model is conditional; got none")
    if not conditional and y is not None:
        raise ValueError("y must be left out: the model isn't conditional")
    if y is None:
        return (values,)
    digits = np.asarray(y)
    if digits.dtype.kind not in "iu":
        raise ValueError(f"y must be integers; got {digits.dtype}")
    return values, torch.from_numpy(digits.astype(np.int64))


def _floats(name: str, values: ArrayLike) -> Tensor:
    array = np.array(values, dtype=np.float32)  # a copy: Torch wants to own what it may write
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; got infinities or NaN")
    return torch.from_numpy(array)


def _array(values: Tensor) -> np.ndarray:
    return np.asarray(values.numpy(), dtype=np.float64)
