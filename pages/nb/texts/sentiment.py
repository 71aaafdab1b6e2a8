"""Food reviews, five stars or fewer: the test on held-out reviews, and what pairs of words add.

The table of each review's words (`reviews`) has no pairs in it. What words, pairs and negation
marks say is learnt from totals by class (`review_pairs`), from the same texts.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import review_pairs, reviews
from genmodels.thresholds import Thresholds, thresholds
from pages.nb.text import Array, Settings, model

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


# -- pairs of words, and negation marks --------------------------------------------------------


@dataclass(frozen=True)
class Against:
    """One way of counting on the held-out reviews: `right` of `total`, and beside single words
    how many more it calls right, `gained`, and how many it loses."""

    kind: str
    right: int
    total: int
    gained: int
    lost: int

    @property
    def p_value(self) -> float:
        """Of McNemar's test, exact: could as uneven a split of those that changed be chance?"""
        changed, less = self.gained + self.lost, min(self.gained, self.lost)
        tail = sum(math.comb(changed, k) for k in range(less + 1)) / 2**changed
        return min(1.0, 2.0 * tail)


@lru_cache(maxsize=len(review_pairs.NAMES))
def against_words(name: str) -> Against:
    """The model of this name on the 993 held-out reviews, and how it differs from single words."""
    kind = review_pairs.NAMES[name]
    mine = review_pairs.load(kind).right
    words = review_pairs.load(review_pairs.FEATURES[0]).right
    return Against(
        kind,
        int(mine.sum()),
        len(mine),
        int((mine & ~words).sum()),
        int((words & ~mine).sum()),
    )
