"""The mixture itself: its shapes, its density, its draws.

    p(x) = sum_k pi_k N(x; mu_k, Sigma_k)

Inside, points stand as columns, (D, N), and responsibilities as (K, N), so that what is summed over
lies side by side in memory; what callers see is (N, D) and (N, K), as in scikit-learn.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
CovarianceType = Literal["full", "tied", "diag", "spherical"]
Rng = np.random.Generator

COVARIANCE_TYPES: tuple[CovarianceType, ...] = get_args(CovarianceType)
LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class GaussianMixture:
    """A mixture of K Gaussians in D dimensions.

    weights (K,), means (K, D), covariances as in scikit-learn: (K, D, D) full, (D, D) tied,
    (K, D) diag, (K,) spherical.

    Raises ValueError for shapes that don't fit or weights that don't sum to 1.
    """

    weights: Array
    means: Array
    covariances: Array
    covariance_type: CovarianceType = "full"

    def __post_init__(self) -> None:
        for name in ("weights", "means", "covariances"):
            value = np.asarray(getattr(self, name), dtype=np.float64)
            if not np.isfinite(value).all():
                raise ValueError(f"{name} must be finite numbers; got {value}")
            object.__setattr__(self, name, value)
        check_type(self.covariance_type)
        K = self.weights.size
        if self.weights.ndim != 1 or not K:
            raise ValueError(f"weights must have shape (K,); got {self.weights.shape}")
        if self.means.ndim != 2 or len(self.means) != K:
            raise ValueError(f"means must have shape ({K}, D); got {self.means.shape}")
        D = self.means.shape[1]
        shape = {"full": (K, D, D), "tied": (D, D), "diag": (K, D), "spherical": (K,)}
        if self.covariances.shape != shape[self.covariance_type]:
            raise ValueError(
                f"{self.covariance_type} covariances must have shape "
                f"{shape[self.covariance_type]}; got {self.covariances.shape}"
            )
        if (self.weights < 0).any() or abs(self.weights.sum() - 1) > 1e-6:
            raise ValueError(
                f"weights must be at least 0 and sum to 1; they sum to {self.weights.sum():.6g}"
            )

    @property
    def n_components(self) -> int:
        return len(self.weights)

    @property
    def n_features(self) -> int:
        return int(self.means.shape[1])

    def full_covariances(self) -> Array:
        """Every component's covariance as a matrix, (K, D, D), whatever the type."""
        K, D = self.means.shape
        if self.covariance_type == "full":
            return self.covariances
        if self.covariance_type == "tied":
            return np.broadcast_to(self.covariances, (K, D, D)).copy()
        variances = self.covariances if self.covariances.ndim == 2 else self.covariances[:, None]
        return np.broadcast_to(variances, (K, D))[:, :, None] * np.eye(D)

    def log_joint(self, X: ArrayLike) -> Array:
        """log pi_k + log N(x_n; mu_k, Sigma_k), (N, K), nats."""
        return _log_joint(self, _columns(X, self.n_features)).T

    def log_prob(self, X: ArrayLike) -> Array:
        """log p(x_n), (N,), nats."""
        log_joint = _log_joint(self, _columns(X, self.n_features))
        highest = log_joint.max(axis=0)
        return highest + np.log(np.exp(log_joint - highest).sum(axis=0))

    def responsibilities(self, X: ArrayLike) -> Array:
        """gamma_nk = p(component k | x_n), (N, K); each row sums to 1."""
        return e_step(self, _columns(X, self.n_features))[0].T

    def sample(self, n: int, rng: Rng) -> tuple[Array, NDArray[np.int64]]:
        """`n` draws: first a component, then a point from it. Returns (n, D) and (n,)."""
        if n < 0:
            raise ValueError(f"n must be at least 0; got {n}")
        labels = rng.choice(self.n_components, size=n, p=self.weights / self.weights.sum())
        factors = np.linalg.cholesky(self.full_covariances())
        noise = rng.standard_normal((n, self.n_features))
        return self.means[labels] + np.einsum("nij,nj->ni", factors[labels], noise), labels

    @property
    def n_parameters(self) -> int:
        """Free parameters: K - 1 weights, K D means and the covariances of the type."""
        K, D = self.means.shape
        matrix = D * (D + 1) // 2
        covariances = {"full": K * matrix, "tied": matrix, "diag": K * D, "spherical": K}
        return K - 1 + K * D + covariances[self.covariance_type]

    def bic(self, X: ArrayLike) -> float:
        """-2 log p(X) + n_parameters log N; lower is better (Schwarz 1978)."""
        log_prob = self.log_prob(X)
        return float(-2 * log_prob.sum() + self.n_parameters * np.log(len(log_prob)))

    def aic(self, X: ArrayLike) -> float:
        """-2 log p(X) + 2 n_parameters; lower is better (Akaike 1974)."""
        return float(-2 * self.log_prob(X).sum() + 2 * self.n_parameters)


def e_step(model: GaussianMixture, X: Array) -> tuple[Array, float]:
    """gamma (K, N) and log p(X), nats. X (D, N).

    Raises numpy.linalg.LinAlgError where a covariance isn't positive definite.
    """
    gamma = _log_joint(model, X)
    highest = gamma.max(axis=0)  # taken out before exp, so that nothing overflows
    gamma -= highest
    np.exp(gamma, out=gamma)
    total = gamma.sum(axis=0)
    gamma /= total
    return gamma, float(highest.sum() + np.log(total).sum())


def _log_joint(model: GaussianMixture, X: Array) -> Array:
    """log pi_k + log N(x_n; mu_k, Sigma_k), (K, N), for X (D, N), by Sigma = L L^T:

    log N = -(D log 2 pi + |L^-1 (x - mu)|^2) / 2 - sum_d log L_dd
    """
    with np.errstate(divide="ignore"):
        log_pi = np.log(model.weights)
    if model.covariance_type in ("diag", "spherical"):
        variances = model.covariances.reshape(model.n_components, -1)
        if (variances <= 0).any():
            raise np.linalg.LinAlgError("a variance is not positive")
        deviations = np.broadcast_to(np.sqrt(variances), model.means.shape)
        log_det = np.log(deviations).sum(axis=1)
        scaled = (X - model.means[:, :, None]) / deviations[:, :, None]
    else:
        L = np.linalg.cholesky(model.covariances)
        log_det = np.log(np.diagonal(L, axis1=-2, axis2=-1)).sum(axis=-1)
        inverse = np.linalg.inv(L)
        scaled = inverse @ (X - model.means[:, :, None])  # (K, D, N)
    squared = np.einsum("kdn,kdn->kn", scaled, scaled)
    squared *= -0.5
    squared += (log_pi - log_det - 0.5 * len(X) * LOG_2PI)[:, None]
    return squared


def checked_points(X: ArrayLike, n_features: int | None = None) -> Array:
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(f"X must have shape (N, D) with N, D at least 1; got {points.shape}")
    if not np.isfinite(points).all():
        row, column = np.argwhere(~np.isfinite(points))[0]
        raise ValueError(
            f"X must be finite numbers; row {row}, column {column} is {points[row, column]}"
        )
    if n_features is not None and points.shape[1] != n_features:
        raise ValueError(f"X must have {n_features} columns; got {points.shape[1]}")
    return points


def _columns(X: ArrayLike, n_features: int) -> Array:
    return np.ascontiguousarray(checked_points(X, n_features).T)


def check_type(covariance_type: str) -> None:
    if covariance_type not in COVARIANCE_TYPES:
        raise ValueError(
            f"covariance_type must be one of {', '.join(COVARIANCE_TYPES)}; got {covariance_type!r}"
        )
