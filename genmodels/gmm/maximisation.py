"""The M-step: weights, means and covariances from responsibilities, for each covariance type."""

import numpy as np

from genmodels.gmm.model import Array, CovarianceType, GaussianMixture

TINY = 10 * np.finfo(np.float64).eps
"""Added to each N_k, as scikit-learn does, so that an empty component divides by something."""


def m_step(
    X: Array, gamma: Array, covariance_type: CovarianceType, reg_covar: float
) -> GaussianMixture:
    """The mixture that maximises the expected log-likelihood under gamma (K, N). X (D, N)."""
    N_k = gamma.sum(axis=1) + TINY
    means = (gamma @ X.T) / N_k[:, None]
    covariances = _COVARIANCES[covariance_type](X, gamma, N_k, means, reg_covar)
    return GaussianMixture(N_k / N_k.sum(), means, covariances, covariance_type)


def _full(X: Array, gamma: Array, N_k: Array, means: Array, reg: float) -> Array:
    D = len(X)
    centred = X - means[:, :, None]  # (K, D, N)
    covariances = (gamma[:, None, :] * centred) @ centred.transpose(0, 2, 1)
    covariances /= N_k[:, None, None]
    covariances[:, range(D), range(D)] += reg
    return covariances


def _tied(X: Array, gamma: Array, N_k: Array, means: Array, reg: float) -> Array:
    # sum_k of the full ones, weighted, is the data's own scatter less that of the means; both are
    # taken about the data's middle, or their difference would lose digits far from the origin.
    middle = X.mean(axis=1)
    X, means = X - middle[:, None], means - middle
    covariance = (X @ X.T - (N_k * means.T) @ means) / N_k.sum()
    covariance.flat[:: len(X) + 1] += reg  # the diagonal
    return covariance


def _diag(X: Array, gamma: Array, N_k: Array, means: Array, reg: float) -> Array:
    squared = (X - means[:, :, None]) ** 2  # (K, D, N)
    return (squared @ gamma[:, :, None])[:, :, 0] / N_k[:, None] + reg


def _spherical(X: Array, gamma: Array, N_k: Array, means: Array, reg: float) -> Array:
    return _diag(X, gamma, N_k, means, reg).mean(axis=1)


_COVARIANCES = {"full": _full, "tied": _tied, "diag": _diag, "spherical": _spherical}
