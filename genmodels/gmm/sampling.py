"""Drawing from a mixture, step by step: first which component, then where.

u ~ U(0, 1) falls on the weights laid end to end and picks k;
z ~ N(0, I), and x = mu_k + L_k z with Sigma_k = L_k L_k^T          (Bishop 2006, section 11.1)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genmodels.gmm.model import Array, GaussianMixture, Rng


@dataclass(frozen=True)
class Draws:
    """n draws: `u` (n,), `components` (n,), `z` (n, D), `x` (n, D); `factors` (K, D, D) are L."""

    u: Array
    components: NDArray[np.int64]
    z: Array
    x: Array
    factors: Array


def draw(model: GaussianMixture, n: int, *, rng: Rng) -> Draws:
    """n draws with everything that made them.

    The first draws are the same whatever n is. Raises ValueError for a negative n and
    numpy.linalg.LinAlgError where a component has no width.
    """
    if n < 0:
        raise ValueError(f"n must be at least 0; got {n}")
    factors = np.asarray(np.linalg.cholesky(model.full_covariances()), dtype=np.float64)
    # One row a draw, so that the rows before don't depend on how many follow.
    D = model.n_features
    numbers = np.array([[rng.random(), *rng.standard_normal(D)] for _ in range(n)])
    numbers = numbers.reshape(n, 1 + D)
    u, z = numbers[:, 0], numbers[:, 1:]
    ends = np.cumsum(model.weights / model.weights.sum())
    components = np.minimum(np.searchsorted(ends, u, side="right"), model.n_components - 1)
    x = model.means[components] + np.einsum("nij,nj->ni", factors[components], z)
    return Draws(u, components.astype(np.int64), z, x, factors)
