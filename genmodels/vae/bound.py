"""The ELBO of any q(z) on one picture, and what it bounds, in NumPy for the plain VAE.

ELBO(q) = E_q[log p(x | z)] - KL(q || p(z)) = log p(x) - KL(q || p(z | x)), in nats.
q = N(mu, diag(sigma^2)): the encoder's, or one that the reader drags. For the encoder's q this is
what `vae.importance` computes with Torch for every model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from genmodels.vae import forward
from genmodels.vae.forward import LATENT, PIXELS, Weights

SMALLEST, LARGEST = 1e-3, 10.0
"""sigma may be from 0.001 to 10."""
MAX_SAMPLES = 5000
LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Q:
    """N(mu, diag(sigma^2)) over two latents."""

    mu: tuple[float, float]
    sigma: tuple[float, float]

    def __post_init__(self) -> None:
        for name, low, high in (("mu", -1000.0, 1000.0), ("sigma", SMALLEST, LARGEST)):
            pair = getattr(self, name)
            if len(pair) != LATENT or not all(
                np.isfinite(value) and low <= value <= high for value in pair
            ):
                raise ValueError(
                    f"{name} must be two numbers from {low:g} to {high:g}; got {tuple(pair)}"
                )

    @property
    def kl(self) -> np.ndarray:
        """KL(q || N(0, I)) a dimension, (2,): (mu^2 + sigma^2 - 1 - log sigma^2) / 2."""
        mu, sigma = np.array(self.mu), np.array(self.sigma)
        kl: np.ndarray = 0.5 * (mu**2 + sigma**2 - 1.0) - np.log(sigma)
        return kl

    def draws(self, epsilon: np.ndarray) -> np.ndarray:
        """z = mu + sigma * epsilon, (n, 2)."""
        z: np.ndarray = np.array(self.mu) + np.array(self.sigma) * epsilon
        return z


def encoder_q(x: ArrayLike) -> Q:
    """q(z | x) of the trained encoder."""
    one = forward.forward(x, (0.0, 0.0))
    sigma = np.clip(one.sigma, SMALLEST, LARGEST)
    return Q((float(one.mu[0]), float(one.mu[1])), (float(sigma[0]), float(sigma[1])))


def log_likelihood(x: np.ndarray, z: np.ndarray, *, w: Weights | None = None) -> np.ndarray:
    """log p(x | z) of each z (n, 2), (n,): minus the summed binary cross-entropy.

    With logits a, log p(x | z) = sum_i x_i a_i - log(1 + exp(a_i)). In float32, 500 at a time.
    """
    w = w or forward.weights()
    V, c, U, d = (
        values.astype(np.float32)
        for values in (w.units.weight, w.units.bias, w.pixels.weight, w.pixels.bias)
    )
    found = np.empty(len(z))
    for start in range(0, len(z), 500):
        part = slice(start, start + 500)
        g = np.maximum(z[part].astype(np.float32) @ V.T + c, 0.0)
        a = g @ U.T + d
        # log(1 + exp(a)) = max(a, 0) + log(1 + exp(-|a|)): can't overflow
        soft = np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))
        found[part] = a.astype(float) @ x - soft.sum(axis=1, dtype=float)
    return found


@dataclass(frozen=True)
class Cloud:
    """n draws of z from q: `z` (n, 2), `bce` (n,) = -log p(x | z), `y` (n, 784), `kl` (2,)."""

    z: np.ndarray
    bce: np.ndarray
    y: np.ndarray
    kl: np.ndarray

    @property
    def reconstruction(self) -> float:
        """The mean of `bce`: an estimate of -E_q[log p(x | z)]."""
        return float(self.bce.mean())

    @property
    def elbo(self) -> float:
        return -self.reconstruction - float(self.kl.sum())


def cloud(x: np.ndarray, q: Q, n: int, seed: int) -> Cloud:
    """n draws; the same seed gives the same epsilon, so that a dragged q moves them along."""
    if not 1 <= n <= 64:
        raise ValueError(f"n must be from 1 to 64; got {n}")
    z = q.draws(np.random.default_rng(seed).standard_normal((n, LATENT)))
    _, a = forward.decode(z)
    bce = (x * np.logaddexp(0.0, -a) + (1 - x) * np.logaddexp(0.0, a)).sum(axis=1)
    return Cloud(z, bce, 1.0 / (1.0 + np.exp(-np.clip(a, -700, 700))), q.kl)


def log_weights(x: np.ndarray, q: Q, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """log w_l = log p(x | z_l) + log p(z_l) - log q(z_l) of n draws z_l ~ q, (n,).

    log mean w estimates log p(x) from below (Burda, Grosse and Salakhutdinov 2016, theorem 1).
    """
    if not 1 <= n <= MAX_SAMPLES:
        raise ValueError(f"n must be from 1 to {MAX_SAMPLES}; got {n}")
    epsilon = rng.standard_normal((n, LATENT))
    z = q.draws(epsilon)
    # log p(z) - log q(z): the two Gaussians' 2 pi cancel
    ratio = 0.5 * (epsilon**2 - z**2).sum(axis=1) + float(np.log(q.sigma).sum())
    found: np.ndarray = log_likelihood(x, z) + ratio
    return found


def running_estimate(log_w: np.ndarray) -> np.ndarray:
    """log (1/l) sum_{i <= l} w_i for every l, (n,)."""
    found: np.ndarray = np.logaddexp.accumulate(log_w) - np.log(np.arange(1, len(log_w) + 1))
    return found


@dataclass(frozen=True)
class Window:
    """The true posterior on a square of the plane: `density` (side, side), rows from the largest
    z_2 down, its maximum 1; `log_evidence`: log of the integral of p(x | z) p(z) over the square.
    """

    middle: tuple[float, float]
    half: float
    density: np.ndarray
    log_evidence: float


def window(x: np.ndarray, middle: tuple[float, float], half: float, side: int = 61) -> Window:
    """p(z | x) by brute force at the cells' middles; exact up to the step and what lies outside."""
    steps = (np.arange(side) + 0.5) * (2 * half / side) - half
    z1, z2 = np.meshgrid(middle[0] + steps, middle[1] + steps[::-1])
    z = np.column_stack([z1.ravel(), z2.ravel()])
    log_joint = log_likelihood(x, z) - 0.5 * (z**2).sum(axis=1) - LOG_2PI
    evidence = float(np.logaddexp.reduce(log_joint)) + 2 * float(np.log(2 * half / side))
    density = np.exp(log_joint - log_joint.max()).reshape(side, side)
    return Window(middle, half, density, evidence)


def check_picture(x: ArrayLike) -> np.ndarray:
    """x (784,) in [0, 1] as float64. Raises ValueError for anything else."""
    picture = np.asarray(x, dtype=np.float64)
    if picture.shape != (PIXELS,) or not np.isfinite(picture).all():
        raise ValueError(f"x must have shape ({PIXELS},) and be finite; got {picture.shape}")
    if picture.min() < 0 or picture.max() > 1:
        raise ValueError(f"x must lie in [0, 1]; got {picture.min():g} to {picture.max():g}")
    return picture
