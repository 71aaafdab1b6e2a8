"""k-means and the mixture from one start, as the page needs it: run once for all visitors."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from genmodels import gmm, kmeans
from genmodels.datasets import clustering
from genmodels.kit import svg
from genmodels.kit.opened import Opened, plain
from pages.gmm import gmm_opened as arithmetic
from pages.gmm import partition_opened as partition
from pages.gmm.em_player import data_box
from pages.gmm.kmeans import take_away as export
from pages.gmm.kmeans.mixture_compare import Pair, View, payload

MAX_ITERATIONS = 80
TOLERANCE = 1e-3
REGULARISATION = 1e-6

DATA = ("stretched", "unequal", "blobs", "old_faithful", "penguins", "vowels", "moons")
"""The page's data sets: two on which k-means visibly fails, one on which it doesn't, then real."""

Place = tuple[float, float]


@dataclass(frozen=True)
class Setup:
    """What both runs depend on; `name` is one of `DATA`."""

    name: str
    K: int
    covariance: gmm.CovarianceType = "full"
    init: gmm.Start = "k-means++"
    seed: int = 0
    standardise: bool = False

    @property
    def points(self) -> clustering.PointSet:
        points = clustering.load(self.name)
        return clustering.standardised(points) if self.standardise else points

    @property
    def identity(self) -> str:
        """The runs' name for the widget: another text where anything is different."""
        return json.dumps(
            [self.name, self.K, self.covariance, self.init, self.seed, self.standardise]
        )


@dataclass(frozen=True)
class Comparison:
    """Both traces with what the widget draws; `message` says what was degenerate in them.

    `start` (K, 2) is where both began, `probe` where the probe stands until it is moved.
    """

    setup: Setup
    start: gmm.Array
    pair: Pair
    payload: dict[str, Any]
    probe: Place
    message: str | None
    summary: str


# Kept outside Streamlit's caches, which any visitor can clear; vowels take about 4 MB, most 0.5.
@lru_cache(maxsize=48)
def compare(setup: Setup) -> Comparison:
    """Both algorithms on one data set, from the same means.

    k-means++ or random picks the means among the points. The mixture's components begin there
    with equal weights and the whole data's covariance; k-means needs nothing else.
    """
    points = setup.points
    X = points.X
    rng = np.random.default_rng(setup.seed)
    if setup.init == "k-means++":
        start = X[gmm.plus_plus(X, setup.K, rng)]
    else:
        start = X[rng.choice(len(X), size=setup.K, replace=False)]
    pair = Pair(
        gmm.fit(
            X,
            setup.K,
            covariance_type=setup.covariance,
            init=gmm.mixture_at(
                X, start, covariance_type=setup.covariance, reg_covar=REGULARISATION
            ),
            reg_covar=REGULARISATION,
            tol=TOLERANCE,
            max_iter=MAX_ITERATIONS,
        ),
        kmeans.fit(X, setup.K, init=start, max_iter=MAX_ITERATIONS),
    )
    probe = _undecided(X, pair)
    notes = dict.fromkeys((*pair.lloyd.notes, *pair.em.notes))
    return Comparison(
        setup,
        start,
        pair,
        payload(
            X,
            pair,
            trace_id=setup.identity,
            title=points.title,
            labels=points.columns,
            scores=[_score(setup, pair, i) for i in range(1, pair.iterations + 1)],
            probe=probe,
        ),
        probe,
        "; ".join(list(notes)[:3]) or None,
        _summary(setup, pair),
    )


def _undecided(X: gmm.Array, pair: Pair) -> Place:
    """The point that the last E-step was least sure of, among those disagreed on if there are."""
    gamma = pair.e_step(pair.iterations).responsibilities
    differ = gamma.argmax(axis=1) != pair.assign_step(pair.iterations).labels
    sure = gamma.max(axis=1) + np.where(differ, 0.0, 1.0)
    x, y = X[int(sure.argmin())]
    return float(f"{x:.4g}"), float(f"{y:.4g}")


def _right(setup: Setup, pair: Pair, iteration: int) -> tuple[int, int] | None:
    """Points in their cluster's class after the best matching: k-means', the mixture's."""
    points = setup.points
    if points.labels is None:
        return None
    C = len(points.label_names)
    hard = partition.match(pair.assign_step(iteration).labels, points.labels, setup.K, C)
    soft = partition.match(pair.components(iteration), points.labels, setup.K, C)
    return hard.right, soft.right


def _score(setup: Setup, pair: Pair, iteration: int) -> str:
    right = _right(setup, pair, iteration)
    if right is None:
        return ""
    return f"Right, by the true labels: k-means {right[0]:,}, mixture {right[1]:,}."


def _summary(setup: Setup, pair: Pair) -> str:
    """What both reached, in one line under the inspector."""
    X, truth = setup.points.X, setup.points.labels
    likelihood = float(pair.em.model.log_prob(X).sum())
    text = (
        f"At the end: k-means' inertia {plain(pair.lloyd.inertia, 4)} after "
        f"{len(pair.lloyd.steps)} half steps; the mixture's log-likelihood {likelihood:.2f} nats "
        f"after {len(pair.em.steps)}."
    )
    if truth is None:
        return text + " No true labels are known here."
    last = pair.iterations
    hard, soft = pair.assign_step(last).labels, pair.components(last)
    right = _right(setup, pair, last) or (0, 0)
    return text + (
        f" Accuracy {right[0] / len(X):.3f} against {right[1] / len(X):.3f}, "
        f"ARI {partition.adjusted_rand(hard, truth, '').value:.3f} against "
        f"{partition.adjusted_rand(soft, truth, '').value:.3f}."
    )


def openable(comparison: Comparison, view: View) -> dict[str, Callable[[], Opened]]:
    """What the inspector can open at the step on show, by the name of its tab.

    The probe opens at every step; what counts points, from the first assignment on. Each is made
    when called, since at most one is shown.
    """
    setup, pair = comparison.setup, comparison.pair
    points = setup.points
    step = min(view.step, pair.steps)
    x = np.array(view.probe or comparison.probe)
    model, centres = pair.model_at(step), pair.centres_at(step)
    largest = int(model.responsibilities(x[None])[0].argmax())
    numbers: dict[str, Callable[[], Opened]] = {
        "γ": partial(
            arithmetic.responsibility_at, model, x, largest, f"The probe, component {largest + 1}"
        ),
        "distance": partial(
            partition.nearest, centres, x, "The probe’s squared distance to its nearest centre"
        ),
    }
    if step == 0:
        return numbers
    i = math.ceil(step / 2)
    assigned, e_step = pair.assign_step(i), pair.e_step(i)
    hard, soft = assigned.labels, pair.components(i)
    numbers["disagree"] = partial(
        partition.disagreement, hard, soft, setup.K, f"Disagreement, iteration {i}"
    )
    numbers["inertia"] = partial(partition.inertia, assigned, points.X)
    numbers["log p(X)"] = partial(arithmetic.log_likelihood, e_step, points.X)
    if points.labels is not None:
        for who, found in (("k-means", hard), ("mixture", soft)):
            numbers[f"accuracy: {who}"] = partial(
                partition.accuracy,
                found,
                points.labels,
                setup.K,
                points.label_names,
                f"Accuracy of {who}, iteration {i}",
            )
            numbers[f"ARI: {who}"] = partial(
                partition.adjusted_rand, found, points.labels, f"ARI of {who}, iteration {i}"
            )
    return numbers


# -- the link ----------------------------------------------------------------------------------


def checked_probe(text: str | None) -> tuple[Place | None, str | None]:
    """The probe's place from the link: two finite numbers, as in 3.1,70."""
    if text is None:
        return None, None
    try:
        x, y = (float(part) for part in text[:80].split(","))
    except ValueError:
        x = y = math.nan
    if all(math.isfinite(v) and abs(v) <= 1e6 for v in (x, y)):
        return (x, y), None
    return None, (
        f"The link's gmmk_probe must be two numbers, like 3.1,70; it says “{text[:40]}”. "
        "Shown instead: the point that the mixture is least sure of."
    )


def probe_text(probe: Place | None) -> str | None:
    """The probe's place for the link, four significant digits each."""
    return None if probe is None else ",".join(f"{value:.4g}" for value in probe)


# -- to take away ------------------------------------------------------------------------------


class File(NamedTuple):
    """A file to take away; `make` writes it."""

    label: str
    name: str
    mime: str
    make: Callable[[], str]


def files(comparison: Comparison) -> list[File]:
    """Both models, their labels, the mixture's picture and a script that runs both again."""
    setup, em, lloyd = comparison.setup, comparison.pair.em, comparison.pair.lloyd
    points = setup.points
    about: dict[str, Any] = {"columns": points.columns, "source": points.source.caption()}
    settings = {
        "covariance_type": setup.covariance,
        "start": setup.init,
        "seed": setup.seed,
        "standardised": setup.standardise,
    }
    title = f"k-means and a Gaussian mixture, {points.title}"
    return [
        File(
            "Models (JSON)",
            "comparison.json",
            "application/json",
            partial(export.models_json, em, lloyd, settings=settings, **about),
        ),
        File(
            "Labels (CSV)",
            "comparison.csv",
            "text/csv",
            partial(export.labels_csv, em, lloyd, points.X, points.columns),
        ),
        File(
            "Mixture (SVG)",
            "mixture.svg",
            "image/svg+xml",
            partial(
                svg.mixture_svg,
                points.X,
                em.model,
                points.columns,
                points.title,
                data_box(points.X),
            ),
        ),
        File(
            "Script (Python)",
            "comparison.py",
            "text/x-python",
            partial(
                export.comparison_script,
                points.X,
                em,
                lloyd,
                reg_covar=REGULARISATION,
                title=title,
                **about,
            ),
        ),
    ]
