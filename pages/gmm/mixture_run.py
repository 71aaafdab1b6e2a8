"""One run of EM as the page needs it: fitted once for all visitors, its link checked."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.datasets.clustering import PointSet
from genmodels.kit.opened import Opened
from genmodels.kit.payload import encode
from pages.gmm import gmm_opened as arithmetic
from pages.gmm.em_player import View, payload

MAX_ITERATIONS = 150
TOLERANCE = 1e-4
OPENING = 12
"""Iterations of a changed run that the live channel sends ahead of the rest."""
REGULARISATION = 1e-6
ALWAYS = ("log p(X)", "BIC", "AIC")
"""The tabs of numbers that open without a selection."""

Means = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Setup:
    """What one fit depends on. Point sets are compared by identity: each is made once.

    `means` are starting means where the reader put them, else None; `reg_covar` is what is added
    to each variance.
    """

    points: PointSet
    K: int = 2
    covariance: gmm.CovarianceType = "full"
    init: gmm.Start = "k-means++"
    seed: int = 0
    means: Means | None = None
    reg_covar: float = REGULARISATION

    @property
    def identity(self) -> str:
        """The fit's name for a widget: another text where anything is different."""
        return json.dumps(
            [
                self.points.title,
                id(self.points),
                self.K,
                self.covariance,
                self.init,
                self.seed,
                self.means,
                self.reg_covar,
            ]
        )


@dataclass(frozen=True)
class Run:
    """A fitted trace with what the widget draws; `message` says what was degenerate in it."""

    setup: Setup
    trace: gmm.EMTrace
    payload: dict[str, Any]
    message: str | None
    summary: str


@lru_cache(maxsize=96)
def fitted(setup: Setup) -> gmm.EMTrace:
    """EM from a named start, or from means where the reader put them."""
    return _fitted(setup, MAX_ITERATIONS)


@dataclass(frozen=True)
class Asked:
    """A fit for controls as they stand in the browser, whose rerun is still to come."""

    setup: Setup
    density: bool


_FIELDS = ("data", "standardised", "K", "covariance", "init", "seed", "reg_covar", "density")


def asking(setup: Setup, density: bool) -> dict[str, Any] | None:
    """What the browser says to be `asked` for this fit; None for points that don't ship."""
    for name in clustering.DATASETS:
        points = clustering.load(name)
        if setup.points is points or setup.points is clustering.standardised(points):
            standardised = setup.points is not points
            values = (
                name,
                standardised,
                setup.K,
                setup.covariance,
                setup.init,
                setup.seed,
                setup.reg_covar,
                density,
            )
            return dict(zip(_FIELDS, values, strict=True))
    return None


def asked(text: bytes) -> Asked:
    """The fit that a browser asks for, from UTF-8 JSON with the fields of `asking`.

    Raises ValueError naming the field, what was expected and what came.
    """
    try:
        said = json.loads(text.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or set(said) != set(_FIELDS):
        raise ValueError(f"the request must be JSON with exactly {', '.join(_FIELDS)}")

    def whole(name: str, low: int, high: int) -> int:
        value = said[name]
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}; got {value!r}")
        return int(value)

    def one_of(name: str, choices: Sequence[Any]) -> Any:
        for choice in choices:
            if type(said[name]) is type(choice) and said[name] == choice:
                return choice
        raise ValueError(f"{name} must be one of {choices}; got {said[name]!r}")

    floor = said["reg_covar"]
    if type(floor) not in (int, float) or not 0 <= floor <= 1:
        raise ValueError(f"reg_covar must be a number from 0 to 1; got {floor!r}")
    points = clustering.load(one_of("data", list(clustering.DATASETS)))
    if one_of("standardised", [False, True]):
        points = clustering.standardised(points)
    setup = Setup(
        points,
        whole("K", 1, 10),
        one_of("covariance", gmm.COVARIANCE_TYPES),
        one_of("init", ["k-means++", "random"]),
        whole("seed", 0, 9999),
        None,
        float(floor),
    )
    return Asked(setup, one_of("density", [False, True]))


def opening(asked: Asked) -> bytes:
    """The payload of a run's first iterations as JSON, for a widget that can't wait for a rerun.

    Ten components on a thousand points run for a hundred iterations: the start needn't wait.
    """
    trace = _fitted(asked.setup, OPENING)
    prepared = _payload(asked.setup, trace, asked.density, opening=not trace.converged)
    return json.dumps(encode(prepared), allow_nan=False).encode()


def _fitted(setup: Setup, max_iter: int) -> gmm.EMTrace:
    start: gmm.Start | gmm.GaussianMixture = setup.init
    X = setup.points.X
    # A link may bring means for another K: then they don't apply.
    if setup.means is not None and len(setup.means) == setup.K:
        # The start's own width is kept above zero, or identical points would have no start.
        start = gmm.mixture_at(
            X, setup.means, covariance_type=setup.covariance, reg_covar=setup.reg_covar
        )
    return gmm.fit(
        X,
        setup.K,
        covariance_type=setup.covariance,
        init=start,
        reg_covar=setup.reg_covar,
        tol=TOLERANCE,
        max_iter=max_iter,
        rng=np.random.default_rng(setup.seed),
    )


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 3 MB.
@lru_cache(maxsize=96)
def run(setup: Setup, density: bool = False) -> Run:
    """A fit with its payload for the player."""
    trace = fitted(setup)
    return Run(
        setup,
        trace,
        _payload(setup, trace, density),
        _message(trace),
        _summary(trace.model, setup.points.X),
    )


def _payload(
    setup: Setup, trace: gmm.EMTrace, density: bool, opening: bool = False
) -> dict[str, Any]:
    return payload(
        setup.points.X,
        trace,
        trace_id=setup.identity,
        title=setup.points.title,
        labels=setup.points.columns,
        density=density,
        opening=opening,
    )


def _message(trace: gmm.EMTrace) -> str | None:
    """What went wrong in the run, the last word on each component."""
    last = {note.partition(":")[0]: note for note in trace.notes}
    said = list(last.values())[:3]
    if "collapsed" in trace.stopped:
        said = [trace.stopped]
    return "; ".join(said)[:1].upper() + "; ".join(said)[1:] + "." if said else None


def _summary(model: gmm.GaussianMixture, X: np.ndarray) -> str:
    try:
        likelihood = model.log_prob(X).sum()
    except np.linalg.LinAlgError:
        return (
            "The last model's likelihood is infinite: a component without width stands on its "
            "points. AIC and BIC say nothing here."
        )
    return (
        f"After the last step: log-likelihood {likelihood:.2f} nats, "
        f"BIC {model.bic(X):.1f}, AIC {model.aic(X):.1f} (lower is better), "
        f"{model.n_parameters} free parameters."
    )


def singular(model: gmm.GaussianMixture) -> bool:
    """Whether a component has no width left, so that the density can't be written down."""
    try:
        model.log_joint(model.means)
    except np.linalg.LinAlgError:
        return True
    return False


def flat(points: PointSet) -> bool:
    """Whether the points lie on a line (or a spot), so that no bell on all of them has an area."""
    centred = points.X - points.X.mean(axis=0)
    widths = np.linalg.svd(centred, compute_uv=False)
    return len(widths) < 2 or bool(widths[-1] <= 1e-9 * max(widths[0], 1e-300))


def frozen(means: list[list[float]] | None) -> Means | None:
    """Dragged means as a key for the cache."""
    return None if means is None else tuple((float(x), float(y)) for x, y in means)


def openable(run: Run, view: View) -> dict[str, Callable[[], Opened]]:
    """What the inspector can open at the step on show, by the name of its tab, selection first.

    Each is made when called: their expressions run over all points, and at most one is shown. A
    point opens the responsibilities of its iteration's E-step, a mean the sums of the last
    M-step so far; the likelihood and the criteria open always.
    """
    steps, X = run.trace.steps, run.setup.points.X
    step = min(view.step, len(steps))
    chosen = view.selected
    numbers: dict[str, Callable[[], Opened]] = {}
    if step > 0:
        e_step, last_m = steps[2 * ((step - 1) // 2)], steps[max(2 * (step // 2) - 1, 0)]
        if chosen is not None and chosen.kind == "point" and chosen.index < len(X):
            largest = int(e_step.responsibilities[chosen.index].argmax())
            numbers[f"Point {chosen.index + 1}"] = partial(
                arithmetic.responsibility, e_step, X, chosen.index, largest
            )
        components = run.trace.start.n_components
        if chosen is not None and chosen.kind == "mean" and chosen.index < components and step > 1:
            for axis, name in enumerate("xy"):
                numbers[f"Mean {chosen.index + 1} {name}"] = partial(
                    arithmetic.mean_update,
                    last_m,
                    X,
                    chosen.index,
                    coordinate=axis,
                    reg_covar=run.setup.reg_covar,
                )
        numbers["log p(X)"] = partial(arithmetic.log_likelihood, e_step, X)
    if not singular(run.trace.model):
        numbers["BIC"] = partial(arithmetic.bic, run.trace.model, X)
        numbers["AIC"] = partial(arithmetic.aic, run.trace.model, X)
    return numbers


# -- the link ----------------------------------------------------------------------------------


def checked_means(text: str | None) -> tuple[list[list[float]] | None, str | None]:
    """Dragged starting means from the link: a JSON list of [x, y] pairs of finite numbers."""
    if text is None:
        return None, None
    try:
        means = [[float(x), float(y)] for x, y in json.loads(text)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        means = []
    if 1 <= len(means) <= 10 and all(math.isfinite(v) and abs(v) < 1e9 for m in means for v in m):
        return means, None
    return None, (
        "The link's gmm_means must be 1 to 10 pairs of numbers, like [[2.0,55],[4.3,80]]; it says "
        f"“{text[:40]}”. Shown instead: the start that the controls choose."
    )


def checked_open(
    text: str | None, name: str = "gmm_open"
) -> tuple[dict[str, Any] | None, str | None]:
    """The selection from the link: point:17 or mean:0."""
    if text is None:
        return None, None
    kind, _, index = text.partition(":")
    if kind in ("point", "mean") and index.isascii() and index.isdigit() and len(index) < 7:
        return {"kind": kind, "index": int(index)}, None
    return None, (
        f"The link's {name} must be like point:17 or mean:0; it says “{text[:40]}”. "
        "Nothing is opened."
    )
