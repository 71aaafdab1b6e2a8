"""Brown's genres, 15 ways or 4: five times five-fold cross-validation, and what drew documents.

A fold's model is the model of all documents with the fold's own forgotten: counts subtract
exactly, so that no document is read twice.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import genres
from genmodels.naive_bayes import MultinomialNB
from pages.nb.text import ALPHAS, Array, Settings, model

SHOWN_WORDS = 12
_WAYS = {f"genres-{ways}": ways for ways in genres.WAYS}


@dataclass(frozen=True, eq=False)
class CrossValidated:
    """Every document judged once in each of five repeats, by a model that hasn't seen it.

    right, size (25,): documents judged right, and judged, fold by fold. verdict (5, N): the class
    called; log_joint (N, C): of the first repeat, in nats. truth (N,).
    """

    ways: int
    alpha: float
    right: NDArray[np.int64]
    size: NDArray[np.int64]
    verdict: NDArray[np.int64]
    log_joint: Array
    truth: NDArray[np.int64]

    @property
    def accuracies(self) -> Array:
        """Right / judged, (25,)."""
        return np.asarray(self.right / self.size)

    @property
    def accuracy(self) -> float:
        """The mean over the 25 folds."""
        return float(self.accuracies.mean())

    @property
    def spread(self) -> float:
        """Their standard deviation (of 25, not 24)."""
        return float(self.accuracies.std())

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """(C, C): the true class by row, the one called by column, in the first repeat."""
        table = np.zeros((len(genres.classes(self.ways)),) * 2, dtype=np.int64)
        np.add.at(table, (self.truth, self.verdict[0]), 1)
        return table

    @property
    def majority(self) -> float:
        """The share of the largest class: what calling everything that would reach."""
        return float(np.bincount(self.truth).max() / len(self.truth))


@lru_cache(maxsize=10)
def cross_validated(ways: int, alpha: float = 1.0) -> CrossValidated:
    """25 models, from the counts of one. Raises ValueError on ways or alpha not on the page."""
    genres.classes(ways)
    whole = model(Settings(f"genres-{ways}", alpha=alpha))
    data = genres.load()
    y = data.labels(ways)
    verdict = np.zeros((genres.REPEATS, len(y)), dtype=np.int64)
    first = np.zeros((len(y), len(whole.classes)))
    right, size = [], []
    for repeat, folds in enumerate(data.folds[ways]):
        for k in range(genres.FOLDS):
            test = np.flatnonzero(folds == k)
            log_joint = whole.forget(data.counts[test], y[test]).log_joint(data.counts[test])
            verdict[repeat, test] = log_joint.argmax(axis=1)
            if repeat == 0:
                first[test] = log_joint
            right.append(int((verdict[repeat, test] == y[test]).sum()))
            size.append(len(test))
    return CrossValidated(ways, alpha, np.array(right), np.array(size), verdict, first, y)


def warm(ways: int, alpha: float) -> None:
    """Test the alphas beside this one, a slider's next step: a fifth of a second each, once."""
    at = ALPHAS.index(alpha)
    for near in ALPHAS[max(0, at - 1) : at + 2]:
        cross_validated(ways, near)


@lru_cache(maxsize=10)
def fold_model(ways: int, alpha: float, fold: int) -> MultinomialNB:
    """The model of the first repeat that hasn't seen the documents of `fold`."""
    data = genres.load()
    y, test = data.labels(ways), np.flatnonzero(data.folds[ways][0] == fold)
    learnt = model(Settings(f"genres-{ways}", alpha=alpha)).forget(data.counts[test], y[test])
    assert isinstance(learnt, MultinomialNB)
    return learnt


@dataclass(frozen=True)
class Term:
    """One document's part of a word's pull: `count` times log (for / against), with the counts.

    up, down: (count of the word, words in all) of the class called and of the other, in the
    training of the document's fold.
    """

    doc: str
    count: int
    up: tuple[int, int]
    down: tuple[int, int]
    nats: float


@dataclass(frozen=True)
class Pull:
    """What a word did in all documents of a cell: `nats` in all, by document in `terms`."""

    word: str
    nats: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, eq=False)
class Cell:
    """The documents of class `truth` that were called `called`, in the first repeat.

    `rows` of the corpus, `other` (rows,): the class that each is compared with: the true one, or
    where the call is right the runner-up. `pulls`: the words that did most for the call.
    """

    ways: int
    alpha: float
    truth: int
    called: int
    rows: NDArray[np.int64]
    other: NDArray[np.int64]
    pulls: tuple[Pull, ...]

    @property
    def docs(self) -> tuple[str, ...]:
        names = genres.load().doc
        return tuple(names[row] for row in self.rows.tolist())


@lru_cache(maxsize=32)
def cell(ways: int, alpha: float, truth: int, called: int) -> Cell:
    """Which words drew the documents of a cell of the confusion matrix to where they came.

    A word's pull is sum over documents of x_w (log p(w | called) - log p(w | other)), in nats.
    Raises ValueError on a class that isn't.
    """
    n_classes = len(genres.classes(ways))
    if not (0 <= truth < n_classes and 0 <= called < n_classes):
        raise ValueError(f"classes must be 0 to {n_classes - 1}; got {truth}, {called}")
    result, data = cross_validated(ways, alpha), genres.load()
    rows = np.flatnonzero((result.truth == truth) & (result.verdict[0] == called))
    if truth == called:
        scores = result.log_joint[rows].copy()
        scores[:, called] = -np.inf
        other = scores.argmax(axis=1)
    else:
        other = np.full(len(rows), truth)
    total = np.zeros(len(data.vocabulary))
    for row, against in zip(rows.tolist(), other.tolist(), strict=True):
        log_theta = fold_model(ways, alpha, int(data.folds[ways][0][row])).log_theta
        words, counts = _row(row)
        total[words] += counts * (log_theta[called, words] - log_theta[against, words])
    strongest = [int(f) for f in np.argsort(-total, kind="stable")[:SHOWN_WORDS] if total[f] > 0]
    pulls = tuple(
        Pull(data.vocabulary[f], float(total[f]), _terms(ways, alpha, f, rows, called, other))
        for f in strongest
    )
    return Cell(ways, alpha, truth, called, rows, other, pulls)


def _row(row: int) -> tuple[NDArray[np.int64], Array]:
    counts = genres.load().counts
    span = slice(counts.indptr[row], counts.indptr[row + 1])
    return counts.indices[span], counts.data[span]


def _terms(
    ways: int, alpha: float, f: int, rows: NDArray[np.int64], called: int, other: NDArray[np.int64]
) -> tuple[Term, ...]:
    data, found = genres.load(), []
    for row, against in zip(rows.tolist(), other.tolist(), strict=True):
        words, counts = _row(row)
        at = np.flatnonzero(words == f)
        if not at.size:
            continue
        learnt = fold_model(ways, alpha, int(data.folds[ways][0][row]))
        n, log_theta = int(counts[at[0]]), learnt.log_theta
        found.append(
            Term(
                data.doc[row], n, _counts(learnt, called, f), _counts(learnt, against, f),
                n * float(log_theta[called, f] - log_theta[against, f]),
            )
        )  # fmt: skip
    return tuple(found)


def _counts(learnt: MultinomialNB, k: int, f: int) -> tuple[int, int]:
    return int(learnt.feature_count[k, f]), int(learnt.feature_count[k].sum())
