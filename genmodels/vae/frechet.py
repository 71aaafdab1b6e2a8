"""How good a heap of generated pictures is, in three figures that need no likelihood.

Sharpness, coverage and the Fréchet distance, in NumPy alone; the digit classifier's part (labels
and features) comes in as arrays.
"""

import numpy as np

LAPLACIAN = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
"""What `sharpness` slides over a picture: the sum of the four neighbours less four times itself."""


def laplacian(x: np.ndarray) -> np.ndarray:
    """L over the inner pixels of each picture: (N, 26, 26), of x (N, 784) in [0, 1].

        L_ij = x_{i-1,j} + x_{i+1,j} + x_{i,j-1} + x_{i,j+1} - 4 x_ij

    Raises ValueError on another shape.
    """
    if x.ndim != 2 or x.shape[1] != 784:
        raise ValueError(f"x must have shape (N, 784); got {x.shape}")
    p = x.reshape(-1, 28, 28)
    found: np.ndarray = (
        p[:, :-2, 1:-1] + p[:, 2:, 1:-1] + p[:, 1:-1, :-2] + p[:, 1:-1, 2:] - 4.0 * p[:, 1:-1, 1:-1]
    )
    return found


def sharpness(x: np.ndarray) -> np.ndarray:
    """The variance of the Laplacian of each picture: (N,), of x (N, 784) in [0, 1].

    High for hard edges, 0 for a flat or evenly sloping picture. Pech-Pacheco et al. (2000).
    Raises ValueError on another shape.
    """
    values: np.ndarray = laplacian(x).var(axis=(1, 2))
    return values


def histogram(probabilities: np.ndarray, sure: float = 0.0) -> np.ndarray:
    """How many pictures the classifier takes for each digit, (10,), of p(label | x) (N, 10).

    Only those are counted whose greatest probability is at least `sure`.
    """
    if probabilities.ndim != 2 or probabilities.shape[1] != 10:
        raise ValueError(f"probabilities must have shape (N, 10); got {probabilities.shape}")
    kept = probabilities[probabilities.max(axis=1) >= sure]
    return np.bincount(kept.argmax(axis=1), minlength=10)


def entropy(counts: np.ndarray) -> float:
    """-sum_k p_k log p_k of a histogram in nats: 0 for one digit alone, log 10 = 2.303 for all."""
    total = counts.sum()
    if total <= 0 or (counts < 0).any():
        raise ValueError(f"counts must be at least 0 and not all 0; got {counts}")
    p = counts[counts > 0] / total
    return float(-(p * np.log(p)).sum()) + 0.0


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean (D,) and the covariance (D, D), divided by N - 1, of features (N, D), N >= 2."""
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features must have shape (N, D) with N >= 2; got {features.shape}")
    return features.mean(axis=0), np.atleast_2d(np.cov(features, rowvar=False))


def between_gaussians(
    mean_1: np.ndarray, covariance_1: np.ndarray, mean_2: np.ndarray, covariance_2: np.ndarray
) -> float:
    """The squared Fréchet distance between N(m1, S1) and N(m2, S2).

        d^2 = |m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1^1/2 S2 S1^1/2)^1/2)

    Dowson and Landau (1982); on a classifier's features: Heusel et al. (2017). The inner root is
    of a symmetric matrix, so it comes from eigenvalues, and singular covariances do no harm.
    """
    d = len(mean_1)
    for name, value, shape in (
        ("mean_2", mean_2, (d,)),
        ("covariance_1", covariance_1, (d, d)),
        ("covariance_2", covariance_2, (d, d)),
    ):
        if value.shape != shape:
            raise ValueError(f"{name} must have shape {shape}; got {value.shape}")
    root = _root(covariance_1)
    inner = np.linalg.eigvalsh(root @ covariance_2 @ root)
    cross = float(np.sqrt(np.maximum(inner, 0.0)).sum())
    apart = float(((mean_1 - mean_2) ** 2).sum())
    spread = float(np.trace(covariance_1) + np.trace(covariance_2)) - 2.0 * cross
    return max(apart + spread, 0.0)


def distance(features_1: np.ndarray, features_2: np.ndarray) -> float:
    """The squared Fréchet distance between Gaussians fitted to features (N, D) and (M, D)."""
    return between_gaussians(*moments(features_1), *moments(features_2))


def _root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root of a covariance; eigenvalues just below 0 count as 0."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
