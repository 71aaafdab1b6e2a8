"""How many components: AIC, BIC and held-out log-likelihood for each K and covariance type."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.datasets.clustering import PointSet
from genmodels.kit import jobs, own_data
from genmodels.kit.opened import Opened, Row, literal, number
from pages.gmm.mixture_run import MAX_ITERATIONS, TOLERANCE, Setup

LARGEST = 10
STARTS = 5
FOLDS = 5
FOLD_STARTS = 2

Cell = tuple[gmm.CovarianceType, int]


@dataclass(frozen=True)
class Fit:
    """The best of several starts on all points, and what folds say of it.

    `seed` is its start's; log_likelihood, aic, bic of its model; `folds` holds each fold's (sum of
    held-out log-likelihoods in nats, points); `held_out` is their mean a point. `collapsed`: every
    start lost a component's width, so that its likelihood says little.
    """

    covariance: gmm.CovarianceType
    K: int
    seed: int
    model: gmm.GaussianMixture
    log_likelihood: float
    aic: float
    bic: float
    folds: tuple[tuple[float, int], ...]
    iterations: int
    collapsed: bool = False

    @property
    def n_parameters(self) -> int:
        return self.model.n_parameters

    @property
    def held_out(self) -> float:
        return sum(total for total, _ in self.folds) / sum(n for _, n in self.folds)


@dataclass(frozen=True)
class Sweep:
    """What a sweep depends on; it is the key of its job. Point sets are compared by identity."""

    points: PointSet
    init: gmm.Start
    seed: int
    reg_covar: float

    def cells(self) -> tuple[Cell, ...]:
        """Every K from 1 up for every type, no K above the number of different points."""
        largest = min(LARGEST, own_data.distinct(self.points.X))
        return tuple((type_, K) for K in range(1, largest + 1) for type_ in gmm.COVARIANCE_TYPES)

    def compute(self, cell: Any, stop: jobs.Stop) -> "Fit | str | None":
        """A cell's fit, a message where it has none."""
        try:
            return fit_cell(self.points, self.init, self.seed, self.reg_covar, cell)
        except ValueError as error:
            return str(error)


def sweep_of(setup: Setup) -> Sweep:
    """The sweep of the set-up's data, start, seed and floor."""
    return Sweep(setup.points, setup.init, setup.seed, setup.reg_covar)


def watched(sweep: Sweep, visitor: str) -> jobs.Job:
    """The sweep's job, begun or continued, `visitor` watching. RuntimeError: too many wait."""
    return jobs.start(sweep, sweep.cells(), sweep.compute, visitor=visitor)


def fit_cell(points: PointSet, init: gmm.Start, seed: int, reg_covar: float, cell: Cell) -> Fit:
    """One cell. Raises ValueError in words where no start gives a density."""
    covariance, K = cell
    X = points.X
    ends = []
    for start in _seeds(seed, STARTS):
        trace = _fit(X, K, covariance, init, start, reg_covar)
        likelihood = _log_prob(trace.model, X)
        if likelihood is not None:
            collapsed = any("collapsed" in note for note in trace.notes)
            ends.append((not collapsed, float(likelihood.sum()), start, trace))
    if not ends:
        raise ValueError("every start ended in a component without width")
    # A collapsed component's likelihood is no merit: other starts come first.
    sound, total, best, trace = max(ends, key=lambda end: end[:2])
    return Fit(
        covariance,
        K,
        best,
        trace.model,
        total,
        trace.model.aic(X),
        trace.model.bic(X),
        folds(X, K, covariance, init, seed, reg_covar),
        len(trace.log_likelihood),
        not sound,
    )


def folds(
    X: np.ndarray, K: int, covariance: gmm.CovarianceType, init: gmm.Start, seed: int, reg: float
) -> tuple[tuple[float, int], ...]:
    """Held-out log-likelihood by fold: fitted on the others, the same cut for every cell.

    Empty where a fold leaves too few points. -inf where a fit has no density.
    """
    count = min(FOLDS, len(X))
    order = np.random.default_rng(seed).permutation(len(X))
    found = []
    for part in np.array_split(order, count):
        kept = np.setdiff1d(order, part)
        if own_data.distinct(X[kept]) < K:
            found.append((float("-inf"), len(part)))
            continue
        best: tuple[float, gmm.GaussianMixture | None] = (-np.inf, None)
        for start in _seeds(seed, FOLD_STARTS):
            model = _fit(X[kept], K, covariance, init, start, reg).model
            likelihood = _log_prob(model, X[kept])
            if likelihood is not None and likelihood.sum() > best[0]:
                best = (float(likelihood.sum()), model)
        scored = None if best[1] is None else _log_prob(best[1], X[part])
        found.append((float("-inf") if scored is None else float(scored.sum()), len(part)))
    return tuple(found)


def _seeds(first: int, count: int) -> list[int]:
    """Seeds from the first on, within the page's field."""
    return [(first + i) % 10_000 for i in range(count)]


def _fit(
    X: np.ndarray, K: int, covariance: gmm.CovarianceType, init: gmm.Start, seed: int, reg: float
) -> gmm.EMTrace:
    return gmm.fit(
        X,
        K,
        covariance_type=covariance,
        init=init,
        reg_covar=reg,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        rng=np.random.default_rng(seed),
    )


def _log_prob(model: gmm.GaussianMixture, X: np.ndarray) -> np.ndarray | None:
    try:
        return model.log_prob(X)
    except np.linalg.LinAlgError:
        return None


# -- what it says ------------------------------------------------------------------------------

CRITERIA = {"BIC": ("bic", min), "AIC": ("aic", min), "held out": ("held_out", max)}
"""Name -> the field of Fit, and which end of it is better."""


def best(fits: list[Fit], criterion: str, covariance: str | None = None) -> Fit | None:
    """The best fit by a criterion, of one type or of all."""
    field, better = CRITERIA[criterion]
    rivals = [f for f in fits if covariance in (None, f.covariance)]
    rivals = [f for f in rivals if not f.collapsed] or rivals
    return better(rivals, key=lambda f: getattr(f, field)) if rivals else None


def sentence(fits: list[Fit]) -> str:
    """Which K each type would have by BIC, and whether they agree."""
    found = [best(fits, "BIC", covariance) for covariance in gmm.COVARIANCE_TYPES]
    ks = {f.covariance: f.K for f in found if f is not None}
    said = ", ".join(f"{covariance} K = {K}" for covariance, K in ks.items())
    if len(set(ks.values())) < 2:
        return f"Lowest BIC: {said}."
    return f"Lowest BIC: {said}. The best K depends on the shape that the bells may have."


def held_out_opened(fit: Fit) -> Opened:
    """The held-out mean a point from its folds."""
    rows = tuple(
        Row(f"fold {i + 1}, {n} points", number(total), literal(total), total)
        for i, (total, n) in enumerate(fit.folds)
    )
    N = sum(n for _, n in fit.folds)
    total = sum(value for value, _ in fit.folds)
    return Opened(
        title=f"Held out, {fit.K} component{'s' if fit.K > 1 else ''}, {fit.covariance}",
        formula=r"\frac{1}{N} \sum_f \sum_{n \in f} \log p_{\text{without } f}(x_n)",
        substitution=rf"\frac{{{number(total, 5)}}}{{{N}}}",
        expression=f"sum({', '.join(row.expression for row in rows)}) / {N}",
        value=fit.held_out,
        unit="nats a point",
        rows=rows,
        note="Each fold is scored by a mixture fitted to the other folds. Higher is better.",
    )
