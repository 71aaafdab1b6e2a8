"""Vowels by their formants: one Gaussian a vowel as a classifier, and mixtures told no vowel."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import gmm, kmeans
from genmodels.datasets import vowels
from genmodels.datasets.vowels import KINDS
from pages.gmm.partition_opened import Matching, match

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Group = Literal["everyone", "men", "women", "children"]
Space = Literal["hertz", "lobanov"]
Features = Literal["log F1, F2", "log F0 to F3", "Lobanov F1, F2"]
Start = Literal["k-means", "points"]

GROUPS: tuple[Group, ...] = get_args(Group)
SPACES: tuple[Space, ...] = get_args(Space)
FEATURES: tuple[Features, ...] = get_args(Features)
STARTS: tuple[Start, ...] = get_args(Start)
FOLDS = 10
K_MAX = 12
RESTARTS = 10
TOLERANCE, MAX_ITERATIONS, REGULARISATION = 1e-3, 100, 1e-6
"""scikit-learn's defaults, which the unlabelled fits share with the published comparison."""
REFERENCE = {
    ("everyone", "log F1, F2"): 0.759,
    ("men", "log F1, F2"): 0.877,
    ("everyone", "log F0 to F3"): 0.877,
    ("everyone", "Lobanov F1, F2"): 0.922,
}
"""Accuracies that another implementation reached on these data with folds of its own."""


# -- what is measured ----------------------------------------------------------------------------


def members(group: str) -> Labels:
    """Rows of the data set that a group's (one of GROUPS) speakers said."""
    kinds = vowels.load().kinds
    if group == "everyone":
        return np.arange(len(kinds))
    names: tuple[str, ...] = GROUPS
    return np.flatnonzero(kinds == names.index(group) - 1)


@lru_cache(maxsize=8)
def features(name: Features) -> Array:
    """(N, D) of all vowels: natural logs of hertz, or Lobanov's z, which has no unit."""
    data = vowels.load()
    if name == "Lobanov F1, F2":
        X = vowels.lobanov(data.F[:, 1:3], data.speakers)
    else:
        X = np.log(data.F[:, 1:3] if name == "log F1, F2" else data.F)
    X.setflags(write=False)
    return X


def plane(space: Space) -> Array:
    """The two coordinates (N, 2) of the pad: F1's, F2's."""
    return features("Lobanov F1, F2" if space == "lobanov" else "log F1, F2")


# -- with labels: one Gaussian a vowel ---------------------------------------------------------


def one_a_class(X: Array, labels: Labels, C: int) -> gmm.GaussianMixture:
    """Each class's own mean and covariance (maximum likelihood), all classes equally probable.

    An M-step whose responsibilities are the labels: gamma_nc = [class of n is c].
    Raises ValueError where a class has no member.
    """
    counts = np.bincount(labels, minlength=C)
    if not counts.all():
        raise ValueError(f"labels must have every class; class {int(counts.argmin())} is missing")
    gamma = (labels == np.arange(C)[:, None]).astype(np.float64)
    model = gmm.m_step(np.ascontiguousarray(X.T), gamma, "full", 0.0)
    return gmm.GaussianMixture(np.full(C, 1 / C), model.means, model.covariances)


@lru_cache(maxsize=16)
def classifier(group: Group, space: Space) -> gmm.GaussianMixture:
    """The Gaussians that the pad draws: of all the group's vowels, none held out."""
    rows, data = members(group), vowels.load()
    return one_a_class(plane(space)[rows], data.labels[rows], len(data.words))


def folds(speakers: Labels, n_folds: int, *, rng: np.random.Generator) -> Labels:
    """A fold (N,) for each row; no speaker is in two, and their numbers of speakers are even."""
    known = np.unique(speakers)
    place = np.empty(len(known), dtype=np.int64)
    place[rng.permutation(len(known))] = np.arange(len(known)) % n_folds
    return place[np.searchsorted(known, speakers)]


@dataclass(frozen=True)
class HeldOut:
    """Each vowel classified by Gaussians that have heard nobody of its speaker's fold.

    rows, fold, predicted (n,), table (C, C): said x heard as. By kind of speaker: accuracy, count.
    """

    rows: Labels
    fold: Labels
    predicted: Labels
    table: Labels
    accuracy: float
    by_kind: dict[str, tuple[float, int]]


@lru_cache(maxsize=64)
def held_out(group: Group, name: Features, seed: int = 0) -> HeldOut:
    """Ten folds by speaker."""
    data, rows = vowels.load(), members(group)
    X, labels, C = features(name)[rows], data.labels[rows], len(data.words)
    fold = folds(data.speakers[rows], FOLDS, rng=np.random.default_rng(seed))
    predicted = np.empty(len(rows), dtype=np.int64)
    for i in range(FOLDS):
        out = fold == i
        model = one_a_class(X[~out], labels[~out], C)
        predicted[out] = model.log_joint(X[out]).argmax(axis=1)
    table = np.zeros((C, C), dtype=np.int64)
    np.add.at(table, (labels, predicted), 1)
    right = predicted == labels
    by_kind = {}
    for i, kind in enumerate(KINDS):
        own = data.kinds[rows] == i
        if own.any():
            by_kind[kind] = (float(right[own].mean()), int(own.sum()))
    return HeldOut(rows, fold, predicted, table, float(right.mean()), by_kind)


def accuracy_table(seed: int = 0) -> dict[str, list[str]]:
    """Accuracy of each group and kind of features, the reference's beside it where there is one."""
    columns: dict[str, list[str]] = {"heard and judged": list(GROUPS)}
    for name in FEATURES:
        columns[name] = [
            f"{held_out(group, name, seed).accuracy:.3f}"
            + (f" ({REFERENCE[group, name]})" if (group, name) in REFERENCE else "")
            for group in GROUPS
        ]
    return columns


# -- without labels ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unlabelled:
    """The likeliest of ten runs that are told no vowel, set against the vowels afterwards.

    X (n, 2): the plane, standardised. labels (n,): the most responsible component.
    log_likelihood: nats, summed over the vowels.
    """

    X: Array
    model: gmm.GaussianMixture
    labels: Labels
    matching: Matching
    log_likelihood: float
    bic: float

    @property
    def accuracy(self) -> float:
        """Vowels whose component is taken for them, in the best matching."""
        return self.matching.right / len(self.X)


@lru_cache(maxsize=128)
def unlabelled(group: Group, space: Space, K: int, start: Start, seed: int) -> Unlabelled:
    """Ten starts: from k-means' partition, as scikit-learn begins, or from points by k-means++."""
    data, rows = vowels.load(), members(group)
    X = plane(space)[rows]
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    best: tuple[float, gmm.GaussianMixture] | None = None
    for i in range(RESTARTS):
        # Seeds lie apart, so that two of the reader's seeds share no start.
        rng = np.random.default_rng([seed, i])
        trace = gmm.fit(
            X,
            K,
            init=_partition(X, K, rng) if start == "k-means" else "k-means++",
            reg_covar=REGULARISATION,
            tol=TOLERANCE,
            max_iter=MAX_ITERATIONS,
            rng=rng,
        )
        log_likelihood = float(trace.model.log_prob(X).sum())
        if best is None or log_likelihood > best[0]:
            best = (log_likelihood, trace.model)
    assert best is not None
    log_likelihood, model = best
    labels = model.responsibilities(X).argmax(axis=1)
    return Unlabelled(
        X,
        model,
        labels,
        match(labels, data.labels[rows], K, len(data.words)),
        log_likelihood,
        model.bic(X),
    )


def _partition(X: Array, K: int, rng: np.random.Generator) -> gmm.GaussianMixture:
    nearest = kmeans.fit(X, K, rng=rng).labels
    gamma = (nearest == np.arange(K)[:, None]).astype(np.float64)
    return gmm.m_step(np.ascontiguousarray(X.T), gamma, "full", REGULARISATION)


def bic_by_k(group: Group, space: Space, start: Start, seed: int) -> list[float]:
    """BIC of the best run at K = 1 to 12."""
    return [unlabelled(group, space, K, start, seed).bic for K in range(1, K_MAX + 1)]


def taken_for(found: Unlabelled) -> dict[str, list[str]]:
    """Each component: the vowel that it is taken for, how many it holds, how many are that one."""
    words = vowels.load().words
    table, classes, _ = found.matching
    held = table.sum(axis=1)
    return {
        "component": [str(k + 1) for k in range(len(held))],
        "taken for": [words[c] if c >= 0 else "none" for c in classes],
        "holds": [str(n) for n in held],
        "of them right": [str(table[k, c]) if c >= 0 else "0" for k, c in enumerate(classes)],
    }
