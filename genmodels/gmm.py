"""The Gaussian mixture and the EM algorithm that fits it, step by step.

    p(x) = sum_k pi_k N(x; mu_k, Sigma_k)

EM (Dempster, Laird and Rubin 1977; Bishop, Pattern Recognition and Machine Learning, 2006,
section 9.2) alternates two half steps, each recorded in the trace:

    E   gamma_nk = pi_k N(x_n; mu_k, Sigma_k) / sum_j pi_j N(x_n; mu_j, Sigma_j)        (9.23)
    M   N_k = sum_n gamma_nk,  pi_k = N_k / N,  mu_k = sum_n gamma_nk x_n / N_k,
        Sigma_k = sum_n gamma_nk (x_n - mu_k)(x_n - mu_k)^T / N_k                 (9.24 to 9.26)

Inside, points stand as columns, (D, N), and responsibilities as (K, N), so that what is summed over
lies side by side in memory; what callers see is (N, D) and (N, K), as in scikit-learn.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
CovarianceType = Literal["full", "tied", "diag", "spherical"]
Start = Literal["k-means++", "random"]
Rng = np.random.Generator

COVARIANCE_TYPES: tuple[CovarianceType, ...] = get_args(CovarianceType)
LOG_2PI = float(np.log(2 * np.pi))
TINY = 10 * np.finfo(np.float64).eps
"""Added to each N_k, as scikit-learn does, so that an empty component divides by something."""
EMPTY = 1e-3
"""A component that answers for less than this many points is reported as empty."""


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
        _check_type(self.covariance_type)
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


@dataclass(frozen=True)
class EMStep:
    """One half step.

    kind "E": `model` is the one that the responsibilities (N, K) were computed with.
    kind "M": `model` is the new one, made from `responsibilities`, those of the E-step before.
    log_likelihood: of the E-step's model, nats, summed over points.
    notes: what was degenerate in it, in words, empty where nothing was.
    """

    kind: Literal["E", "M"]
    iteration: int
    model: GaussianMixture
    responsibilities: Array
    log_likelihood: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EMTrace:
    """A whole run: `start` before any step, then E, M, E, M ...

    log_likelihood (iterations,): each E-step's, nats, summed over points; the last model is one
    M-step further. stopped: why it ended, in words.
    """

    start: GaussianMixture
    steps: tuple[EMStep, ...]
    model: GaussianMixture
    converged: bool
    log_likelihood: Array
    stopped: str

    @property
    def notes(self) -> tuple[str, ...]:
        """Every degeneracy of the run, each said once, in the order in which it came."""
        return tuple(dict.fromkeys(note for step in self.steps for note in step.notes))


def fit(
    X: ArrayLike,
    n_components: int,
    *,
    covariance_type: CovarianceType = "full",
    init: Start | GaussianMixture = "k-means++",
    reg_covar: float = 1e-6,
    tol: float = 1e-3,
    max_iter: int = 100,
    rng: Rng | None = None,
) -> EMTrace:
    """Fit a mixture by EM and keep every half step.

    X (N, D) finite numbers. `init` is a start by name or a mixture to begin with. `reg_covar` is
    added to each variance. It stops when the mean log-likelihood a point gains less than `tol`
    nats, so `tol=0` runs all `max_iter` pairs of E and M.

    Raises ValueError for data or settings that no mixture can be fitted to. Components that
    empty or collapse are reported in the trace's notes; where a covariance stops being positive
    definite (reg_covar = 0), the run ends there, and `stopped` says so.
    """
    points = _points(X)
    _check_settings(points, n_components, covariance_type, reg_covar, tol, max_iter)
    columns = np.ascontiguousarray(points.T)
    spread = float(columns.std(axis=1).max())
    # A variance below this is what rounding leaves of equal numbers.
    noise = float((100 * np.finfo(np.float64).eps * np.abs(columns).max()) ** 2)
    if isinstance(init, GaussianMixture):
        model = _checked_start(init, n_components, covariance_type, points.shape[1])
    else:
        rng = np.random.default_rng(0) if rng is None else rng
        model = initial_mixture(points, n_components, covariance_type, init, reg_covar, rng=rng)
    start = model
    steps: list[EMStep] = []
    log_likelihood: list[float] = []
    stopped, converged = f"all {max_iter} iterations were run", False
    for iteration in range(1, max_iter + 1):
        try:
            gamma, likelihood = e_step(model, columns)
        except np.linalg.LinAlgError:
            stopped = _singular(model, noise)
            break
        log_likelihood.append(likelihood)
        steps.append(EMStep("E", iteration, model, gamma.T, likelihood, _empty(gamma)))
        model = m_step(columns, gamma, covariance_type, reg_covar)
        smallest = _smallest_variances(model)
        collapsed = _collapsed(smallest, spread)
        steps.append(EMStep("M", iteration, model, gamma.T, likelihood, collapsed))
        if reg_covar == 0 and (smallest <= noise).any():
            stopped = _singular(model, noise)
            break
        if len(log_likelihood) > 1:
            gain = (log_likelihood[-1] - log_likelihood[-2]) / len(points)
            if abs(gain) < tol:
                converged = True
                stopped = f"the gain fell below {tol:g} nats a point"
                break
    return EMTrace(start, tuple(steps), model, converged, np.array(log_likelihood), stopped)


# -- the two half steps ------------------------------------------------------------------------


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


# -- starts ------------------------------------------------------------------------------------


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
    points = _points(X)
    centres = _points(means, points.shape[1])
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


# -- what can be wrong -------------------------------------------------------------------------


def _points(X: ArrayLike, n_features: int | None = None) -> Array:
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
    return np.ascontiguousarray(_points(X, n_features).T)


def _check_type(covariance_type: str) -> None:
    if covariance_type not in COVARIANCE_TYPES:
        raise ValueError(
            f"covariance_type must be one of {', '.join(COVARIANCE_TYPES)}; got {covariance_type!r}"
        )


def _check_settings(
    X: Array, K: int, covariance_type: str, reg_covar: float, tol: float, max_iter: int
) -> None:
    _check_type(covariance_type)
    if K < 1 or len(X) < K:
        raise ValueError(f"n_components must be from 1 to the number of points, {len(X)}; got {K}")
    for name, value in (("reg_covar", reg_covar), ("tol", tol)):
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be a number of at least 0; got {value}")
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1; got {max_iter}")


def _checked_start(start: GaussianMixture, K: int, covariance_type: str, D: int) -> GaussianMixture:
    if start.n_components != K or start.covariance_type != covariance_type:
        raise ValueError(
            f"init must have {K} components with {covariance_type} covariances; got "
            f"{start.n_components} with {start.covariance_type}"
        )
    if start.n_features != D:
        raise ValueError(f"init must have {D} features, as X has; got {start.n_features}")
    return start


def _empty(gamma: Array) -> tuple[str, ...]:
    """Notes on components that answer for (almost) no point."""
    return tuple(
        f"component {k + 1} is empty: it answers for {N_k:.2g} of {gamma.shape[1]} points"
        for k, N_k in enumerate(gamma.sum(axis=1))
        if N_k < EMPTY
    )


def _smallest_variances(model: GaussianMixture) -> Array:
    """Each component's variance across its narrowest direction, (K,)."""
    if model.covariance_type in ("diag", "spherical"):
        return model.covariances.reshape(model.n_components, -1).min(axis=1)
    smallest = np.linalg.eigvalsh(model.covariances)[..., 0]
    return np.broadcast_to(smallest, model.n_components)


def _collapsed(variances: Array, spread: float) -> tuple[str, ...]:
    """Notes on components whose ellipse has shrunk to a point or a line.

    Collapsed: the smallest standard deviation is under a thousandth of the data's largest.
    """
    return tuple(
        f"component {k + 1} has collapsed: its narrowest standard deviation is {deviation:.2g}, "
        f"the data's is {spread:.2g}"
        for k, deviation in enumerate(np.sqrt(np.maximum(variances, 0)))
        if deviation < 1e-3 * spread or spread == 0
    )


def _singular(model: GaussianMixture, noise: float) -> str:
    """Why an E-step could not be taken, naming the components."""
    least = max(noise, float(np.finfo(np.float64).eps * model.covariances.max()))
    bad = [str(k + 1) for k, v in enumerate(_smallest_variances(model)) if v <= least]
    which = f"component {', '.join(bad)}" if bad else "a component"
    return (
        f"{which} collapsed on too few points: its covariance is no longer positive definite, and "
        "the likelihood would run to infinity; raise reg_covar"
    )
