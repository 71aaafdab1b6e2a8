"""Food reviews, five stars or fewer: the test on held-out reviews, and what pairs of words add.

The shipped counts are of single words, so what pairs of words would add can't be learnt from them.
A small model shows how they work on 60 one-line reviews written for it; the figures of the real
texts (REPORTED) were measured once, and can't be computed again from what ships.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import reviews, written_texts
from genmodels.naive_bayes import MultinomialNB
from genmodels.naive_bayes.base import normalise
from genmodels.runs.nb_text import Array, Settings, model
from genmodels.thresholds import Thresholds, thresholds

REPORTED = {"single words": 0.804, "words and pairs": 0.821, "words, pairs and marks": 0.822}
"""Accuracy on the held-out reviews with the texts at hand; only the first can be had here."""


# -- the test --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Tested:
    """The 993 held-out reviews: `log_odds` (N,) of five stars in nats, `five` (N,) 0 or 1."""

    kind: str
    alpha: float
    log_odds: Array
    five: NDArray[np.int64]

    @cached_property
    def curves(self) -> Thresholds:
        """Every threshold on the log-odds: called five stars above it."""
        return thresholds(self.log_odds, self.five == 1, "above")

    @property
    def majority(self) -> float:
        """The share of five stars: what calling everything that would reach."""
        return float(self.five.mean())

    def confusion(self, cut: float = 0.0) -> NDArray[np.int64]:
        """(2, 2): truth by row, call by column, fewer stars first; log-odds > cut is five."""
        table = np.zeros((2, 2), dtype=np.int64)
        np.add.at(table, (self.five, (self.log_odds > cut).astype(int)), 1)
        return table

    def accuracy(self, cut: float = 0.0) -> float:
        """The share of right calls."""
        return float(np.trace(self.confusion(cut)) / len(self.five))


@lru_cache(maxsize=12)
def held_out(kind: str = "multinomial", alpha: float = 1.0) -> Tested:
    """The model of the training reviews on those held out. Raises ValueError as Settings does."""
    data = reviews.load()
    log_joint = model(Settings("sentiment", kind, alpha)).log_joint(data.counts[data.test])
    return Tested(
        kind, alpha, log_joint[:, reviews.FIVE] - log_joint[:, reviews.FEWER], data.five[data.test]
    )


# -- negation: 60 written reviews ------------------------------------------------------------------

FEATURES = ("words", "words and pairs", "words marked after “not”")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|[.,;:!?]", re.ASCII)
_NEGATIONS = {"not", "never", "no", "cannot"}


def lesson_features(text: str, kind: str) -> list[str]:
    """The features of a short text, in reading order, repeated as often as they occur.

    words: single words. words and pairs: those and each word with the next. words marked after
    “not”: NOT_ before every word from a negation to the next mark (Das and Chen 2001; Pang, Lee
    and Vaithyanathan 2002). Raises ValueError on another kind.
    """
    if kind not in FEATURES:
        raise ValueError(f"kind must be one of {', '.join(FEATURES)}; got {kind!r}")
    parts = _WORD.findall(text.lower().replace("’", "'")[: reviews.MAX_CHARS])
    words = [part for part in parts if part[0].isalpha()]
    if kind == FEATURES[0]:
        return words
    if kind == FEATURES[1]:
        pairs = [
            f"{a} {b}" for a, b in pairwise(parts)
            if a[0].isalpha() and b[0].isalpha()
        ]  # fmt: skip
        return words + pairs
    marked, inside = [], False
    for part in parts:
        if not part[0].isalpha():
            inside = False
        else:
            marked.append(f"NOT_{part}" if inside else part)
            inside = inside or part in _NEGATIONS or part.endswith("n't")
    return marked


@dataclass(frozen=True, eq=False)
class Lesson:
    """A small multinomial model of the 60 reviews: its `vocabulary` and counts.

    right: how many of the `total` other written reviews it calls right.
    """

    kind: str
    vocabulary: tuple[str, ...]
    feature: dict[str, int]
    model: MultinomialNB
    right: int
    total: int


@lru_cache(maxsize=len(FEATURES))
def lesson(kind: str) -> Lesson:
    """Count the 60 reviews' features; alpha 1, both classes 30."""
    bags = [lesson_features(text, kind) for text, _ in written_texts.LESSON]
    vocabulary = tuple(sorted({f for bag in bags for f in bag}))
    place = {f: i for i, f in enumerate(vocabulary)}
    X = np.zeros((len(bags), len(vocabulary)))
    for row, bag in zip(X, bags, strict=True):
        np.add.at(row, [place[f] for f in bag], 1)
    y = np.array([label for _, label in written_texts.LESSON])
    learnt = MultinomialNB.fit(X, y)
    right = 0
    for text, label in written_texts.LESSON_TEST:
        known = [place[f] for f in lesson_features(text, kind) if f in place]
        scores = learnt.log_prior + learnt.log_theta[:, known].sum(axis=1)
        right += int(scores.argmax() == label)
    return Lesson(kind, vocabulary, place, learnt, right, len(written_texts.LESSON_TEST))


@dataclass(frozen=True)
class Feature:
    """A feature of the text: counts in bad and good reviews, `nats` for good; None if unseen."""

    name: str
    bad: int | None
    good: int | None
    nats: float


@dataclass(frozen=True, eq=False)
class Taught:
    """A text under a lesson: its features in reading order, log-odds and probability of good."""

    lesson: Lesson
    features: tuple[Feature, ...]
    log_odds: float
    probability: float


def taught(text: str, kind: str) -> Taught:
    """`text` under the small model with features of this kind."""
    learnt = lesson(kind)
    found = []
    for name in lesson_features(text, kind):
        f = learnt.feature.get(name)
        if f is None:
            found.append(Feature(name, None, None, 0.0))
            continue
        bad, good = (int(n) for n in learnt.model.feature_count[:, f])
        log_theta = learnt.model.log_theta[:, f]
        found.append(Feature(name, bad, good, float(log_theta[1] - log_theta[0])))
    log_odds = sum(feature.nats for feature in found)
    posterior = normalise(np.array([[0.0, log_odds]]), np.log([0.5, 0.5]))
    return Taught(learnt, tuple(found), float(log_odds), float(posterior[0, 1]))
