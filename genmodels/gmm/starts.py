"""Where EM begins: means at points of the data, every covariance the whole data's."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.gmm.maximisation import m_step
from genmodels.gmm.model import Array, CovarianceType, GaussianMixture, Rng, checked_points

Start = Literal["k-means++", "random"]


def initial_mixture(
    X: Array, K: int, covariance_type: CovarianceType, init: Start, reg_covar: float, *, rng: Rng
) -> GaussianMixture:
    """Equal weights, means at points of the data, and the whole data's covariance for each.

    "random" takes any K points; "k-means++" takes each next one with probability proportional to
    its squared distance from those taken (Arthur and Vassilvitskii 2007).
    """
    if init == "random":
        chosen = rng.choice(len(X), size=K, replace=False)
    elif init == "k-means++":
        chosen = plus_plus(X, K, rng)
    else:
        raise ValueError(f"init must be 'k-means++', 'random' or a GaussianMixture; got {init!r}")
    return mixture_at(X, X[chosen], covariance_type=covariance_type, reg_covar=reg_covar)


def mixture_at(
    X: ArrayLike, means: ArrayLike, *, covariance_type: CovarianceType, reg_covar: float = 1e-6
) -> GaussianMixture:
    """The start with its means where one puts them (K, D)."""
    points = checked_points(X)
    centres = checked_points(means, points.shape[1])
    K = len(centres)
    one = m_step(points.T, np.ones((1, len(points))), covariance_type, reg_covar).covariances
    covariances = one if covariance_type == "tied" else np.repeat(one, K, axis=0)
    return GaussianMixture(np.full(K, 1 / K), centres, covariances, covariance_type)


def plus_plus(X: Array, K: int, rng: Rng) -> NDArray[np.int64]:
    """Places in X of K spread-out points, (K,)."""
    chosen = [int(rng.integers(len(X)))]
    distance = ((X - X[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < K:
        total = distance.sum()
        p = distance / total if total > 0 else None  # all coincide with one taken: any will do
        chosen.append(int(rng.choice(len(X), p=p)))
        distance = np.minimum(distance, ((X - X[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen)
