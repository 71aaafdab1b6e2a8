"""Messages kept back, classified one by one as they come, learning from each or not.

Each is judged before its label is known; learning online then adds its counts (`update`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from pages.nb.nb_drift import EARLIER, HARD_HAM, KINDS, LIMIT, Model, check_filter, log_odds

Array = NDArray[np.float64]
ORDERS = ("random", "later")
STREAM_SEED = 2002
TRAINING_SIZES = spam.TRAINING_SIZES


@dataclass(frozen=True)
class Setting:
    """Where the stream comes from and what the filter knows when it begins.

    order "random": the held-out messages, shuffled, after `training` messages of the fixed
    shuffle. "later": the later release's and the hard ham, shuffled, after the first `training`
    of the earlier (all 2,953 where it asks for more). prior None: the share of spam among the
    messages learnt so far.

    Raises ValueError on anything out of range.
    """

    order: str = "random"
    online: bool = False
    kind: str = "multinomial"
    alpha: float = 1.0
    prior: float | None = None
    training: int = 100
    seed: int = STREAM_SEED

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise ValueError(f"order must be one of {', '.join(ORDERS)}; got {self.order!r}")
        if not isinstance(self.online, bool):
            raise ValueError(f"online must be true or false; got {self.online!r}")
        check_filter(self.kind, self.alpha, self.prior)
        if self.alpha == 0:
            raise ValueError("alpha must be above 0 here; got 0")
        if self.training not in TRAINING_SIZES:
            sizes = ", ".join(map(str, TRAINING_SIZES))
            raise ValueError(f"training must be one of {sizes}; got {self.training!r}")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0; got {self.seed!r}")


@dataclass(frozen=True, eq=False)
class Stream:
    """Message by message (N,): its corpus row, log-odds of spam, label, and the running tallies.

    precision, recall and accuracy are of the messages so far; nan before the first case.
    """

    setting: Setting
    row: NDArray[np.int64]
    log_odds: Array
    is_spam: NDArray[np.int64]
    hard: NDArray[np.bool_]

    @property
    def flagged(self) -> NDArray[np.bool_]:
        return self.log_odds > 0

    @property
    def precision(self) -> Array:
        return _running(self.flagged & (self.is_spam == spam.SPAM), self.flagged)

    @property
    def recall(self) -> Array:
        real = self.is_spam == spam.SPAM
        return _running(self.flagged & real, real)

    @property
    def accuracy(self) -> Array:
        return _running(self.flagged == (self.is_spam == spam.SPAM), np.ones(len(self.row), bool))

    def window_accuracy(self, width: int = 100) -> Array:
        """The accuracy of the last `width` messages (fewer at the start), which shows drift."""
        if width < 1:
            raise ValueError(f"width must be 1 or more; got {width}")
        right = np.cumsum(self.flagged == (self.is_spam == spam.SPAM))
        n = np.arange(1, len(right) + 1)
        before = np.concatenate([np.zeros(width, dtype=right.dtype), right])[: len(right)]
        return np.asarray((right - before) / np.minimum(n, width))


def _running(hit: NDArray[np.bool_], case: NDArray[np.bool_]) -> Array:
    hits, cases = np.cumsum(hit), np.cumsum(case)
    return np.where(cases > 0, hits / np.maximum(cases, 1), np.nan)


@lru_cache(maxsize=16)
def _begin(order: str, kind: str, training: int) -> Model:
    data = spam.load()
    rows = training_rows(Setting(order, kind=kind, training=training))
    start = KINDS[kind].empty((spam.HAM, spam.SPAM), data.counts.shape[1], prior=[0.5, 0.5])
    return start.update(data.counts[rows].astype(float), data.is_spam[rows])


def rows_of(setting: Setting) -> NDArray[np.int64]:
    """The messages of the stream in their order."""
    data = spam.load()
    rows = data.held_out
    if setting.order == "later":
        rows = np.flatnonzero(~np.isin(data.group, EARLIER))
    return np.asarray(np.random.default_rng(setting.seed).permutation(rows))


def prior_of(class_count: Array, prior: float | None) -> Array:
    """[P(ham), P(spam)]: as set, else the shares learnt; (n + 1) / (N + 2) while one is unseen."""
    if prior is not None:
        return np.array([1 - prior, prior])
    if class_count.min() > 0:
        return np.asarray(class_count / class_count.sum())
    return np.asarray((class_count + 1) / (class_count.sum() + 2))


def training_rows(setting: Setting) -> NDArray[np.int64]:
    """The messages that the filter has learnt before the stream begins."""
    data = spam.load()
    pool = data.train
    if setting.order == "later":
        early = np.flatnonzero(np.isin(data.group, EARLIER))
        pool = np.random.default_rng(STREAM_SEED).permutation(early)
    return np.asarray(pool[: setting.training])


def model_at(setting: Setting, place: int) -> Model:
    """The model that judges the stream's message `place` (from 0): what it has learnt by then."""
    data = spam.load()
    model = _begin(setting.order, setting.kind, setting.training)
    if setting.online:
        rows = rows_of(setting)[:place]
        model = model.update(data.counts[rows].astype(float), data.is_spam[rows])
    prior = prior_of(model.class_count, setting.prior)
    return model.with_alpha(setting.alpha).with_prior(prior)


@dataclass
class _Counts:
    """Counts that grow in place: one message costs its own words, not the vocabulary."""

    kind: str
    alpha: float
    prior: float | None
    feature_count: Array
    class_count: Array
    words: Array
    absent: Array

    def judge(self, features: NDArray[Any], times: Array) -> float:
        """log p(spam, x) - log p(ham, x), in nats."""
        prior = prior_of(self.class_count, self.prior)
        there = np.log(self.feature_count[:, features] + self.alpha)
        if self.kind == "multinomial":
            total = np.log(self.words + self.alpha * self.feature_count.shape[1])
            joint = np.log(prior) + there @ times - times.sum() * total
        else:
            rows = self.class_count[:, None]
            absent = np.log(rows - self.feature_count[:, features] + self.alpha)
            joint = np.log(prior) + self.absent + (there - absent).sum(axis=1)
        return float(np.clip(joint[spam.SPAM] - joint[spam.HAM], -LIMIT, LIMIT))

    def learn(self, features: NDArray[Any], times: Array, label: int) -> None:
        """Add one message's counts."""
        counted = times if self.kind == "multinomial" else np.ones(len(features))
        self.feature_count[label, features] += counted
        self.words[label] += counted.sum()
        self.class_count[label] += 1
        self.settle(label)

    def settle(self, label: int) -> None:
        """Bernoulli: what all words' absence says in a class, sum_f log(1 - p_cf)."""
        if self.kind == "bernoulli":
            rows = self.class_count[label]
            left = np.log(rows - self.feature_count[label] + self.alpha).sum()
            size = self.feature_count.shape[1]
            self.absent[label] = left - size * np.log(rows + 2 * self.alpha)


def play(setting: Setting) -> Iterator[tuple[int, float, int]]:
    """(corpus row, log-odds, label) of one message after another, at the caller's speed."""
    data, start = spam.load(), _begin(setting.order, setting.kind, setting.training)
    counts = _Counts(
        setting.kind,
        setting.alpha,
        setting.prior,
        start.feature_count.copy(),
        start.class_count.copy(),
        start.feature_count.sum(axis=1),
        np.zeros(2),
    )
    for label in (spam.HAM, spam.SPAM):
        counts.settle(label)
    for row in rows_of(setting).tolist():
        span = slice(data.counts.indptr[row], data.counts.indptr[row + 1])
        features, times = data.counts.indices[span], data.counts.data[span].astype(float)
        label = int(data.is_spam[row])
        yield row, counts.judge(features, times), label
        if setting.online:
            counts.learn(features, times, label)


@lru_cache(maxsize=32)
def stream(setting: Setting) -> Stream:
    """The whole stream, played to its end; a model that learns nothing judges it at once."""
    data = spam.load()
    row = rows_of(setting)
    if setting.online:
        odds = np.array([odds for _, odds, _ in play(setting)], dtype=float)
    else:
        odds = log_odds(model_at(setting, 0), data.counts[row].astype(float))
    return Stream(setting, row, odds, data.is_spam[row], data.group[row] == HARD_HAM)
