"""The spam filter across time: trained on the earlier collection and tested on the later one.

"folds": five random folds, each tested by the model of the other four. "time": easy ham and spam
of the first release train, those of the second and all hard ham test. Counts are taken once; alpha
and the prior act on them, so that no message is read again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from genmodels.thresholds import Thresholds, thresholds

Array = NDArray[np.float64]
Model = MultinomialNB | BernoulliNB
KINDS: dict[str, type[MultinomialNB] | type[BernoulliNB]] = {
    "multinomial": MultinomialNB,
    "bernoulli": BernoulliNB,
}
SPLITS = ("folds", "time")
FOLDS = 5
FOLD_SEED = 1998
EARLIER = ("easy-ham-1", "spam-1")
HARD_HAM = "hard-ham-1"
LIMIT = 1e6
"""Log-odds in nats that stand for an impossible class (alpha = 0): finite, so that they rank."""


def check_filter(kind: str, alpha: float, prior: float | None) -> None:
    """ValueError unless kind is known, alpha in [0, 100] and the prior None or in (0, 1)."""
    if kind not in KINDS:
        raise ValueError(f"model must be one of {', '.join(KINDS)}; got {kind!r}")
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 <= alpha <= 100:
        raise ValueError(f"alpha must be a number from 0 to 100; got {alpha!r}")
    if prior is not None and (not isinstance(prior, float) or not 0 < prior < 1):
        raise ValueError(f"prior must lie between 0 and 1, or be None; got {prior!r}")


def smoothed(model: Model, alpha: float, prior: float | None) -> Model:
    """The same counts under alpha and P(spam); None is the training's share of spam."""
    return model.with_alpha(alpha).with_prior(None if prior is None else [1 - prior, prior])


def log_odds(model: Model, X: Any) -> Array:
    """log p(spam | x) / p(ham | x), (N,), in nats, within +-LIMIT.

    Where both classes rule x out (alpha = 0) it is the prior's.
    """
    joint = model.log_joint(X)
    undecided = (joint == -np.inf).all(axis=1, keepdims=True)
    joint = np.where(undecided, model.log_prior, joint)
    odds: Array = joint[:, spam.SPAM] - joint[:, spam.HAM]
    return np.clip(odds, -LIMIT, LIMIT)


@lru_cache(maxsize=1)
def _rows() -> tuple[Any, NDArray[np.int64], NDArray[np.int64]]:
    """All counts as floats, the labels, and each message's fold (equal shares of spam)."""
    data = spam.load()
    rng = np.random.default_rng(FOLD_SEED)
    fold = np.zeros(len(data.is_spam), dtype=np.int64)
    for label in (spam.HAM, spam.SPAM):
        rows = rng.permutation(np.flatnonzero(data.is_spam == label))
        fold[rows] = np.arange(len(rows)) % FOLDS
    return data.counts.astype(float), data.is_spam, fold


@lru_cache(maxsize=4)
def _counted(kind: str, split: str) -> tuple[tuple[Model, NDArray[np.int64], Any], ...]:
    """(model, test rows, their counts) of each part of a split."""
    X, y, fold = _rows()
    if split == "time":
        early = np.isin(spam.load().group, EARLIER)
        test = np.flatnonzero(~early)
        return ((KINDS[kind].fit(X[early], y[early]), test, X[test]),)
    whole = KINDS[kind].fit(X, y)
    parts = []
    for k in range(FOLDS):
        test = np.flatnonzero(fold == k)
        parts.append((whole.forget(X[test], y[test]), test, X[test]))  # counts subtract exactly
    return tuple(parts)


@dataclass(frozen=True, eq=False)
class Tested:
    """A split's tested messages: `row` in the corpus, `log_odds` of spam, and what they are.

    part (N,): which fold tested the message; 0 in "time".
    """

    split: str
    row: NDArray[np.int64]
    log_odds: Array
    is_spam: NDArray[np.int64]
    hard: NDArray[np.bool_]
    part: NDArray[np.int64]

    @cached_property
    def curves(self) -> Thresholds:
        """Every threshold on the log-odds: ROC, precision and recall."""
        return thresholds(self.log_odds, self.is_spam == spam.SPAM, "above")

    def at(self, cut: float = 0.0) -> "Outcome":
        """What a threshold of `cut` nats does; 0 is P(spam) = 1/2."""
        return outcome(self.log_odds > cut, self.is_spam, self.hard)

    def accuracy_by_part(self, cut: float = 0.0) -> list[float]:
        """The accuracy in each fold."""
        right = (self.log_odds > cut) == (self.is_spam == spam.SPAM)
        return [float(right[self.part == k].mean()) for k in np.unique(self.part)]

    def cost(self, false_alarm: float) -> "Cost":
        """The expected cost a message at every threshold, one missed spam costing 1.

        (false_alarm * FP + FN) / N. Raises ValueError unless 0 < false_alarm <= 1e6.
        """
        if not isinstance(false_alarm, (int, float)) or not 0 < false_alarm <= 1e6:
            raise ValueError(
                f"false_alarm must be a number above 0, at most 1000000; got {false_alarm!r}"
            )
        c = self.curves
        each = (false_alarm * c.fp + (c.positives - c.tp)) / len(c.scores)
        bayes = math.log(false_alarm)
        return Cost(
            false_alarm,
            each,
            int(each.argmin()),
            bayes,
            float(each[c.stop_at(bayes)]),
            float(each[c.stop_at(0.0)]),
        )


@dataclass(frozen=True)
class Outcome:
    """A threshold's counts and rates; a rate without a case is nan."""

    tp: int
    fp: int
    tn: int
    fn: int
    hard_flagged: int
    hard: int

    @property
    def accuracy(self) -> float:
        return (self.tp + self.tn) / (self.tp + self.fp + self.tn + self.fn)

    @property
    def precision(self) -> float:
        return share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        return share(self.tp, self.tp + self.fn)

    @property
    def false_alarm_rate(self) -> float:
        return share(self.fp, self.fp + self.tn)

    @property
    def hard_share(self) -> float:
        """Of the hard ham, the share flagged."""
        return share(self.hard_flagged, self.hard)


@dataclass(frozen=True, eq=False)
class Cost:
    """`each` (stops,): the cost a message at each stop of the curves; `best` the cheapest stop.

    bayes_cut: log(false_alarm) nats, the right threshold if the posteriors were true: flag where
    P(spam) > c / (1 + c). at_bayes, at_half: the cost there and at P(spam) = 1/2.
    """

    false_alarm: float
    each: Array
    best: int
    bayes_cut: float
    at_bayes: float
    at_half: float


def share(part: float, whole: float) -> float:
    """part / whole, nan where there is no case."""
    return part / whole if whole else math.nan


def outcome(
    flagged: NDArray[np.bool_], is_spam: NDArray[np.int64], hard: NDArray[np.bool_]
) -> Outcome:
    """Counts of what was `flagged`."""
    real = is_spam == spam.SPAM
    return Outcome(
        tp=int((flagged & real).sum()),
        fp=int((flagged & ~real).sum()),
        tn=int((~flagged & ~real).sum()),
        fn=int((~flagged & real).sum()),
        hard_flagged=int((flagged & hard).sum()),
        hard=int(hard.sum()),
    )


@lru_cache(maxsize=64)
def across(
    split: str, kind: str = "multinomial", alpha: float = 1.0, prior: float | None = None
) -> Tested:
    """Every tested message of a split under the smoothing and the prior.

    Raises ValueError on a split, a model, an alpha or a prior out of range.
    """
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}; got {split!r}")
    check_filter(kind, alpha, prior)
    parts = _counted(kind, split)
    scores = [log_odds(smoothed(model, alpha, prior), X) for model, _, X in parts]
    row = np.concatenate([rows for _, rows, _ in parts])
    data = spam.load()
    return Tested(
        split=split,
        row=row,
        log_odds=np.concatenate(scores),
        is_spam=data.is_spam[row],
        hard=data.group[row] == HARD_HAM,
        part=np.repeat(np.arange(len(parts)), [len(rows) for _, rows, _ in parts]),
    )


def model_of_part(split: str, part: int, kind: str, alpha: float) -> Model:
    """The model that tested a part of a split, which has not seen the part's messages."""
    return smoothed(_counted(kind, split)[part][0], alpha, None)


def message(row: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A corpus message as its words' features and how often each occurs."""
    counts = spam.load().counts
    span = slice(counts.indptr[row], counts.indptr[row + 1])
    return counts.indices[span].astype(np.int64), counts.data[span].astype(np.int64)


def wrong_examples(result: Tested, cut: float = 0.0, most: int = 10) -> Sequence[int]:
    """The corpus rows most surely wrong, worst first."""
    flagged = result.log_odds > cut
    wrong = flagged != (result.is_spam == spam.SPAM)
    worst = np.argsort(-np.where(wrong, np.abs(result.log_odds - cut), -1.0), kind="stable")
    return [int(r) for r in result.row[worst[: min(most, int(wrong.sum()))]]]
