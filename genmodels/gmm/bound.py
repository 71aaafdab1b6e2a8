"""What EM guarantees: the log-likelihood as a bound plus a gap, at every half step of a run.

For any responsibilities q, log p(X | theta) = F(q, theta) + KL(q || p(Z | X, theta)) with

    F  = sum_n sum_k q_nk (log pi_k + log N(x_n; mu_k, Sigma_k) - log q_nk)
    KL = sum_n sum_k q_nk (log q_nk - log gamma_nk(theta))

The E-step sets q to gamma, so the gap closes; the M-step moves theta so that F rises, and log p(X)
with it (Neal and Hinton 1998; Bishop 2006, 9.70 to 9.72). What `reg_covar` adds to the variances
isn't in F: with it, an M-step may end a little below the highest F.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from genmodels.gmm.em import EMTrace
from genmodels.gmm.model import Array, GaussianMixture, checked_points


@dataclass(frozen=True)
class Bound:
    """F, KL and log p(X) in nats, summed over points, each (half steps + 1,).

    Place 0 is the start, with every q_nk = 1 / K; place 2i - 1 is E-step i, place 2i M-step i.
    Where a run ends in a component without width, its last place is left out.
    """

    bound: Array
    kl: Array
    log_likelihood: Array


def state(trace: EMTrace, place: int) -> tuple[Array, GaussianMixture]:
    """q (N, K) and theta at a place of the run. Raises ValueError for a place there isn't."""
    if not 0 <= place <= len(trace.steps):
        raise ValueError(f"place must be from 0 to {len(trace.steps)}; got {place}")
    if not trace.steps:
        raise ValueError("the run has no steps, and so no responsibilities")
    if place == 0:
        shape = trace.steps[0].responsibilities.shape
        return np.full(shape, 1 / shape[1]), trace.start
    step = trace.steps[place - 1]
    return step.responsibilities, step.model


def free_energy(q: Array, model: GaussianMixture, X: ArrayLike) -> Array:
    """Each q_nk (log pi_k + log N(x_n; mu_k, Sigma_k) - log q_nk), (N, K); 0 where q_nk is 0."""
    return _weighted(q, model.log_joint(X), -1)


def divergence(q: Array, model: GaussianMixture, X: ArrayLike) -> Array:
    """Each q_nk (log q_nk - log gamma_nk), (N, K); 0 where q_nk is 0."""
    log_gamma = model.log_joint(X) - model.log_prob(X)[:, None]
    return _weighted(q, log_gamma, +1)


def bound(trace: EMTrace, X: ArrayLike) -> Bound:
    """F, KL and log p(X) along a run on X (N, D)."""
    points = checked_points(X)
    rows = []
    for place in range(len(trace.steps) + 1 if trace.steps else 0):
        q, model = state(trace, place)
        try:
            rows.append(
                (
                    free_energy(q, model, points).sum(),
                    divergence(q, model, points).sum(),
                    model.log_prob(points).sum(),
                )
            )
        except np.linalg.LinAlgError:  # a component without width has no density
            break
    values = np.array(rows).reshape(-1, 3)
    return Bound(values[:, 0], values[:, 1], values[:, 2])


def _weighted(q: Array, log_p: Array, sign: int) -> Array:
    """sign * q (log q - log p), 0 where q is 0."""
    counts = q > 0
    log_q = np.log(np.where(counts, q, 1.0))
    return sign * q * np.where(counts, log_q - np.where(counts, log_p, 0.0), 0.0)
