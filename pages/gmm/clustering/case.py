"""Penguins without their species: a mixture of what is measured, set against what they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels import gmm, kmeans
from genmodels.datasets import penguins
from genmodels.kit.opened import Opened
from pages.gmm import partition_opened as arithmetic
from pages.gmm.em_player import payload
from pages.gmm.mixture_run import MAX_ITERATIONS, REGULARISATION, TOLERANCE
from pages.gmm.partition_opened import Matching, match

STARTS = 16


@dataclass(frozen=True)
class Settings:
    """Which of the four columns, and the fit; the best of sixteen starts from `seed` on."""

    columns: tuple[int, ...] = (0, 1, 2, 3)
    K: int = 3
    covariance: gmm.CovarianceType = "full"
    standardise: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Clustering:
    """The best start's run in the chosen columns, and k-means' best on the same numbers.

    labels, kmeans_labels (N,): the most responsible component, the nearest centre.
    """

    settings: Settings
    X: np.ndarray
    trace: gmm.EMTrace
    best_seed: int
    labels: np.ndarray
    kmeans_labels: np.ndarray
    matching: Matching
    bic: float


@lru_cache(maxsize=48)
def cluster(settings: Settings) -> Clustering:
    """Fit both; no species is used before both are done."""
    birds = penguins.load()
    X = birds.X[:, list(settings.columns)]
    if settings.standardise:
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    runs = []
    for seed in range(settings.seed, settings.seed + STARTS):
        trace = gmm.fit(
            X,
            settings.K,
            covariance_type=settings.covariance,
            reg_covar=REGULARISATION,
            tol=TOLERANCE,
            max_iter=MAX_ITERATIONS,
            rng=np.random.default_rng(seed),
        )
        runs.append((float(trace.model.log_prob(X).sum()), seed, trace))
    _, seed, trace = max(runs, key=lambda run: run[0])
    nearest = min(
        (
            kmeans.fit(X, settings.K, rng=np.random.default_rng(s))
            for s in range(settings.seed, settings.seed + STARTS)
        ),
        key=lambda run: run.inertia,
    )
    labels = trace.model.responsibilities(X).argmax(axis=1)
    return Clustering(
        settings,
        X,
        trace,
        seed,
        labels,
        nearest.labels,
        match(labels, birds.species, settings.K, len(birds.names)),
        trace.model.bic(X),
    )


# -- the picture -------------------------------------------------------------------------------


def marginal(model: gmm.GaussianMixture, axes: tuple[int, int]) -> gmm.GaussianMixture:
    """The mixture of two of its coordinates: means and covariances cut down to them."""
    pair = list(axes)
    covariances = model.covariances
    if model.covariance_type in ("full", "tied"):
        covariances = covariances[..., pair, :][..., pair]
    elif model.covariance_type == "diag":
        covariances = covariances[:, pair]
    return gmm.GaussianMixture(
        model.weights, model.means[:, pair], covariances, model.covariance_type
    )


def projected(trace: gmm.EMTrace, axes: tuple[int, int]) -> gmm.EMTrace:
    """The run as it looks along two coordinates: the same shares, each model's marginal."""
    return replace(
        trace,
        start=marginal(trace.start, axes),
        steps=tuple(replace(step, model=marginal(step.model, axes)) for step in trace.steps),
        model=marginal(trace.model, axes),
    )


@lru_cache(maxsize=48)
def picture(settings: Settings, across: int, up: int) -> dict[str, Any]:
    """The player's payload along two of the chosen columns (their places in `settings.columns`)."""
    found = cluster(settings)
    names = penguins.load().columns
    labels = [names[settings.columns[axis]] for axis in (across, up)]
    if settings.standardise:
        labels = [f"{name.partition(' (')[0]} (sd)" for name in labels]
    return {
        **payload(
            found.X[:, [across, up]],
            projected(found.trace, (across, up)),
            trace_id=f"penguins {settings} {across} {up}",
            title="Penguins",
            labels=labels,
        ),
        "rings": wrong(found).tolist(),
    }


def wrong(found: Clustering) -> np.ndarray:
    """Birds whose species isn't the one that their component is taken for, as rows of X."""
    classes = found.matching.classes[found.labels]
    return np.flatnonzero(classes != penguins.load().species)


# -- numbers -----------------------------------------------------------------------------------


def openable(found: Clustering) -> dict[str, Callable[[], Opened]]:
    """The scores, each made when opened."""
    birds = penguins.load()
    return {
        "ARI, mixture": partial(
            arithmetic.adjusted_rand, found.labels, birds.species, "ARI of the mixture"
        ),
        "ARI, k-means": partial(
            arithmetic.adjusted_rand, found.kmeans_labels, birds.species, "ARI of k-means"
        ),
        "Accuracy": partial(
            arithmetic.accuracy,
            found.labels,
            birds.species,
            found.settings.K,
            birds.names,
            "Accuracy, in the best matching",
        ),
    }


def table(found: Clustering) -> dict[str, list[str]]:
    """Component x species as text columns, names cut to six letters."""
    birds = penguins.load()
    counts, classes, _ = found.matching
    return {
        "taken for": [
            f"{k + 1} {birds.names[c] if c >= 0 else 'none'}" for k, c in enumerate(classes)
        ],
        **{name[:6]: [str(n) for n in counts[:, c]] for c, name in enumerate(birds.names)},
    }


def bird(found: Clustering, n: int) -> list[tuple[str, str]]:
    """One bird: what it is, what was measured, its responsibilities."""
    birds = penguins.load()
    gamma = found.trace.model.responsibilities(found.X[[n]])[0]
    said = [("species", birds.names[birds.species[n]])]
    said += [(name, f"{value:g}") for name, value in zip(birds.columns, birds.X[n], strict=True)]
    return said + [(f"component {k + 1}", f"{share:.4f}") for k, share in enumerate(gamma)]


def scores(found: Clustering) -> tuple[float, float]:
    """ARI of the mixture and of k-means."""
    numbers = openable(found)
    return numbers["ARI, mixture"]().value, numbers["ARI, k-means"]().value


def checked_columns(text: str | None) -> tuple[tuple[int, ...], str | None]:
    """Which measurements, from a link like 0134: at least two of the four, each once."""
    if text is None:
        return (0, 1, 2, 3), None
    chosen = [int(c) for c in text if c in "0123"]
    if len(chosen) == len(text) >= 2 and len(set(chosen)) == len(chosen):
        return tuple(sorted(chosen)), None
    return (0, 1, 2, 3), (
        f"The link's gmmc_use must be two to four of 0123, like 013; it says “{text[:40]}”. "
        "Shown instead: all four."
    )


def script(found: Clustering) -> str:
    """The fit and its ARI in scikit-learn's terms, with the data inside."""
    from genmodels.kit.script import literal, mixture_script

    birds = penguins.load()
    s = found.settings
    text = mixture_script(
        found.X,
        found.trace,
        columns=[birds.columns[c] for c in s.columns],
        source=birds.source.caption(),
        reg_covar=REGULARISATION,
        title="Penguins" + (", standardised" if s.standardise else ""),
    )
    return text + (
        "\nfrom sklearn.metrics import adjusted_rand_score\n\n"
        + literal("species", birds.species.astype(float))
        + '\nprint("ARI", adjusted_rand_score(species, mixture.predict(X)))\n'
    )
