"""Food reviews, five stars or fewer: the test on held-out reviews, and what pairs of words add.

The shipped counts are of single words, so what pairs of words would add can't be learnt from them.
A small model shows how they work on 60 one-line reviews written for it; the figures of the real
texts (REPORTED) were measured once, and can't be computed again from what ships.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import lesson, reviews, written_texts
from genmodels.runs.nb_text import Array, Settings, judge, model
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


@dataclass(frozen=True)
class LessonScore:
    """How many of the `total` other written reviews the small model calls right."""

    kind: str
    right: int
    total: int


@lru_cache(maxsize=len(lesson.NAMES))
def lesson_score(name: str) -> LessonScore:
    """The small model of this name on the written reviews that it wasn't taught."""
    called = [judge(text, Settings(name)).margin > 0 for text, _ in written_texts.LESSON_TEST]
    right = sum(
        good == bool(label)
        for good, (_, label) in zip(called, written_texts.LESSON_TEST, strict=True)
    )
    return LessonScore(lesson.NAMES[name], right, len(called))
