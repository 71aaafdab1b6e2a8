"""log p(x) by importance sampling: how far the ELBO lies below what it bounds."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from genmodels.vae.model import kl_divergence, reconstruction_loss

MAX_SAMPLES = 100_000
"""More draws than this are refused: each costs a pass of the decoder."""
LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True)
class ImportanceTrace:
    """Draws z_l ~ q(z | x), in nats, float64.

    `log_weights` (n,): log w_l = log p(x | z_l) + log p(z_l) - log q(z_l | x).
    `estimates` (n,): after l draws, log (1/l) sum_{i <= l} w_i, which rises towards log p(x).
    `elbo`: E_q[log w], estimated from the same draws, the KL in closed form; the estimate's lower
    neighbour (positive sign: log p(x) >= elbo).
    """

    log_weights: np.ndarray
    estimates: np.ndarray
    elbo: float

    @property
    def log_evidence(self) -> float:
        """The estimate from all draws."""
        return float(self.estimates[-1])

    @property
    def gap(self) -> float:
        """log p(x) - ELBO as estimated: KL(q(z | x) || p(z | x)), what q misses."""
        return self.log_evidence - self.elbo

    @property
    def effective_samples(self) -> float:
        """(sum w)^2 / sum w^2, between 1 and n: how many draws carry the estimate."""
        w = np.exp(self.log_weights - self.log_weights.max())
        return float(w.sum() ** 2 / (w**2).sum())


def running_log_mean(log_weights: ArrayLike) -> np.ndarray:
    """log (1/l) sum_{i <= l} exp(log_weights_i) for every l, (n,): no overflow, no underflow."""
    values = np.asarray(log_weights, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"log_weights must have shape (n,) with n >= 1; got {values.shape}")
    return np.logaddexp.accumulate(values) - np.log(np.arange(1, len(values) + 1))


def log_evidence(
    model: Any,
    x: ArrayLike,
    *,
    n_samples: int,
    rng: np.random.Generator,
    chunk: int = 500,
) -> ImportanceTrace:
    """log p(x) of one picture x (784,) in [0, 1], in nats, from `n_samples` draws of q(z | x).

        log p(x) = log E_q[p(x | z) p(z) / q(z | x)] ~ log (1/L) sum_l w_l,  z_l = mu + sigma eps_l

    The mean of w is unbiased; its logarithm falls short of log p(x) on average, less with every
    draw (Burda, Grosse and Salakhutdinov 2016, theorem 1). For grey x, p(x | z) is the
    exponential of minus the binary cross-entropy, as in training.

    `model` has `encode` and `logits` (VAE, DeepVAE). `chunk` draws are decoded at a time, which
    bounds the memory and changes nothing else. Raises ValueError on a wrong shape, on values
    outside [0, 1] or not finite, and on counts out of range.
    """
    picture = np.asarray(x, dtype=np.float64)
    if picture.ndim != 1 or len(picture) != model.pixels:
        raise ValueError(f"x must have shape ({model.pixels},); got {picture.shape}")
    if not (np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1):
        raise ValueError("x must lie in [0, 1]; it holds other values")
    if not 1 <= n_samples <= MAX_SAMPLES:
        raise ValueError(f"n_samples must be from 1 to {MAX_SAMPLES}; got {n_samples}")
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1; got {chunk}")
    dtype = next(model.parameters()).dtype
    log_weights = np.empty(n_samples)
    log_p_sum = 0.0
    with torch.no_grad():
        row = torch.from_numpy(picture).to(dtype)[None]
        mu32, log_var32 = model.encode(row)
        kl = float(kl_divergence(mu32.double(), log_var32.double()).sum())
        mu, log_var = mu32.double().numpy()[0], log_var32.double().numpy()[0]
        sigma = np.exp(log_var / 2)
        for start in range(0, n_samples, chunk):
            stop = min(start + chunk, n_samples)
            epsilon = rng.standard_normal((stop - start, len(mu)))
            z = mu + sigma * epsilon
            logits = model.logits(torch.from_numpy(z).to(dtype))
            cost = reconstruction_loss(logits, row.expand_as(logits)).double().numpy()
            # log p(z) - log q(z | x): the two Gaussians' 2 pi cancel
            ratio = 0.5 * (epsilon**2 + log_var - z**2).sum(axis=1)
            log_weights[start:stop] = ratio - cost
            log_p_sum -= float(cost.sum())
    elbo = log_p_sum / n_samples - kl
    return ImportanceTrace(log_weights, running_log_mean(log_weights), elbo)


def grid_log_evidence(
    model: Any, x: ArrayLike, *, half_width: float = 5.0, side: int = 201, chunk: int = 500
) -> float:
    """log p(x) of a model with two latents by brute force, in nats: the integral as a sum.

        p(x) = sum over a square grid of p(x | z) N(z; 0, I) h^2,  h the grid's step

    Exact up to the step and the prior's mass beyond +-half_width (at 5: 1.1e-6). Raises ValueError
    where the model hasn't two latents.
    """
    if model.latent != 2:
        raise ValueError(f"model must have 2 latents to integrate on a grid; got {model.latent}")
    picture = np.asarray(x, dtype=np.float64)
    if picture.shape != (model.pixels,):
        raise ValueError(f"x must have shape ({model.pixels},); got {picture.shape}")
    dtype = next(model.parameters()).dtype
    axis = np.linspace(-half_width, half_width, side)
    z = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    log_prior = -0.5 * (z**2).sum(axis=1) - LOG_2PI
    log_joint = np.empty(len(z))
    row = torch.from_numpy(picture).to(dtype)[None]
    with torch.no_grad():
        for start in range(0, len(z), chunk):
            part = slice(start, start + chunk)
            logits = model.logits(torch.from_numpy(z[part]).to(dtype))
            cost = reconstruction_loss(logits, row.expand_as(logits)).double().numpy()
            log_joint[part] = log_prior[part] - cost
    step = axis[1] - axis[0]
    return float(np.logaddexp.reduce(log_joint) + 2 * np.log(step))
