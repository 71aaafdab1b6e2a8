"""One run of EM as the page needs it: fitted once for all visitors, its link checked."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.arithmetic import Opened
from genmodels.arithmetic import gmm as arithmetic
from genmodels.datasets import clustering
from genmodels.widgets.em_player import View, payload

MAX_ITERATIONS = 150
TOLERANCE = 1e-4
REGULARISATION = 1e-6
ALWAYS = ("log p(X)", "BIC", "AIC")
"""The tabs of numbers that open without a selection."""

Means = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Run:
    """A fitted trace with what the widget draws; `message` says what was degenerate in it."""

    trace: gmm.EMTrace
    payload: dict[str, Any]
    message: str | None
    summary: str


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 2 MB.
@lru_cache(maxsize=96)
def run(
    name: str,
    K: int,
    covariance: gmm.CovarianceType,
    init: gmm.Start,
    seed: int,
    means: Means | None,
    density: bool,
) -> Run:
    """EM on a data set by name, from a named start or from means where the reader put them."""
    points = clustering.load(name)
    start: gmm.Start | gmm.GaussianMixture = init
    # A link may bring means for another K: then they don't apply.
    if means is not None and len(means) == K:
        start = gmm.mixture_at(
            points.X, means, covariance_type=covariance, reg_covar=REGULARISATION
        )
    trace = gmm.fit(
        points.X,
        K,
        covariance_type=covariance,
        init=start,
        reg_covar=REGULARISATION,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        rng=np.random.default_rng(seed),
    )
    identity = json.dumps([name, K, covariance, init, seed, means])
    return Run(
        trace,
        payload(
            points.X,
            trace,
            trace_id=identity,
            title=points.title,
            labels=points.columns,
            density=density,
        ),
        "; ".join(trace.notes[:3]) or None,
        _summary(trace.model, points.X),
    )


def _summary(model: gmm.GaussianMixture, X: np.ndarray) -> str:
    return (
        f"After the last step: log-likelihood {model.log_prob(X).sum():.2f} nats, "
        f"BIC {model.bic(X):.1f}, AIC {model.aic(X):.1f} (lower is better), "
        f"{model.n_parameters} free parameters."
    )


def frozen(means: list[list[float]] | None) -> Means | None:
    """Dragged means as a key for the cache."""
    return None if means is None else tuple((float(x), float(y)) for x, y in means)


def openable(run: Run, X: np.ndarray, view: View) -> dict[str, Callable[[], Opened]]:
    """What the inspector can open at the step on show, by the name of its tab, selection first.

    Each is made when called: their expressions run over all points, and at most one is shown. A
    point opens the responsibilities of its iteration's E-step, a mean the sums of the last
    M-step so far; the likelihood and the criteria open always.
    """
    steps = run.trace.steps
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
                    reg_covar=REGULARISATION,
                )
        numbers["log p(X)"] = partial(arithmetic.log_likelihood, e_step, X)
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


def checked_open(text: str | None) -> tuple[dict[str, Any] | None, str | None]:
    """The selection from the link: point:17 or mean:0."""
    if text is None:
        return None, None
    kind, _, index = text.partition(":")
    if kind in ("point", "mean") and index.isascii() and index.isdigit() and len(index) < 7:
        return {"kind": kind, "index": int(index)}, None
    return None, (
        f"The link's gmm_open must be like point:17 or mean:0; it says “{text[:40]}”. "
        "Nothing is opened."
    )
