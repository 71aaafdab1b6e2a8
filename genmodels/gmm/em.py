"""EM, which fits a mixture in two alternating half steps, each recorded in the trace.

Dempster, Laird and Rubin 1977; Bishop, Pattern Recognition and Machine Learning, 2006, section 9.2:

    E   gamma_nk = pi_k N(x_n; mu_k, Sigma_k) / sum_j pi_j N(x_n; mu_j, Sigma_j)        (9.23)
    M   N_k = sum_n gamma_nk,  pi_k = N_k / N,  mu_k = sum_n gamma_nk x_n / N_k,
        Sigma_k = sum_n gamma_nk (x_n - mu_k)(x_n - mu_k)^T / N_k                 (9.24 to 9.26)

The E-step stands with the density, in `model.py`; the M-step in `maximisation.py`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from genmodels.gmm import degenerate, starts
from genmodels.gmm.maximisation import m_step
from genmodels.gmm.model import (
    Array,
    CovarianceType,
    GaussianMixture,
    Rng,
    check_type,
    checked_points,
    e_step,
)


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
    init: starts.Start | GaussianMixture = "k-means++",
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
    points = checked_points(X)
    _check_settings(points, n_components, covariance_type, reg_covar, tol, max_iter)
    columns = np.ascontiguousarray(points.T)
    spread = float(columns.std(axis=1).max())
    # A variance below this is what rounding leaves of equal numbers.
    noise = float((100 * np.finfo(np.float64).eps * np.abs(columns).max()) ** 2)
    if isinstance(init, GaussianMixture):
        model = _checked_start(init, n_components, covariance_type, points.shape[1])
    else:
        rng = np.random.default_rng(0) if rng is None else rng
        model = starts.initial_mixture(
            points, n_components, covariance_type, init, reg_covar, rng=rng
        )
    start = model
    steps: list[EMStep] = []
    log_likelihood: list[float] = []
    stopped, converged = f"all {max_iter} iterations were run", False
    for iteration in range(1, max_iter + 1):
        try:
            gamma, likelihood = e_step(model, columns)
        except np.linalg.LinAlgError:
            stopped = degenerate.singular(model, noise)
            break
        log_likelihood.append(likelihood)
        steps.append(EMStep("E", iteration, model, gamma.T, likelihood, degenerate.empty(gamma)))
        model = m_step(columns, gamma, covariance_type, reg_covar)
        smallest = degenerate.smallest_variances(model)
        collapsed = degenerate.collapsed(smallest, spread)
        steps.append(EMStep("M", iteration, model, gamma.T, likelihood, collapsed))
        if reg_covar == 0 and (smallest <= noise).any():
            stopped = degenerate.singular(model, noise)
            break
        if len(log_likelihood) > 1:
            gain = (log_likelihood[-1] - log_likelihood[-2]) / len(points)
            if abs(gain) < tol:
                converged = True
                stopped = f"the gain fell below {tol:g} nats a point"
                break
    return EMTrace(start, tuple(steps), model, converged, np.array(log_likelihood), stopped)


# -- what can be wrong -------------------------------------------------------------------------


def _check_settings(
    X: Array, K: int, covariance_type: str, reg_covar: float, tol: float, max_iter: int
) -> None:
    check_type(covariance_type)
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
