"""A two-class verdict taken apart word by word: the trace that a waterfall draws."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genmodels.naive_bayes.base import Array
from genmodels.naive_bayes.counts import BernoulliNB, MultinomialNB

UNKNOWN = -1
"""The feature of a word that is not in the vocabulary: it says nothing."""


@dataclass(frozen=True, eq=False)
class MessageTrace:
    """How a message's log-odds of class 1 against class 0 grow from the prior, in nats.

    For word i, `log_odds[i]` = log p(word | 1) - log p(word | 0), times how often it counts
    (`counted[i]`), and `running[i]` is the sum from the prior to that word. `absent` is what all
    words not in the message add (Bernoulli only, else None). The last sum is `total`, and
    `probability` = 1 / (1 + exp(-total)).

    -inf: class 1 gives it probability 0; inf: class 0 does; nan: both do. Where the total is nan
    the probability is the prior's (`undefined`).
    """

    features: NDArray[np.intp]
    counted: NDArray[np.int64]
    prior: float
    log_odds: Array
    running: Array
    absent: float | None
    total: float
    probability: float

    @property
    def undefined(self) -> bool:
        """Whether both classes give the message probability 0."""
        return bool(np.isnan(self.total))


def read_message(
    model: MultinomialNB | BernoulliNB, features: Sequence[int], times: Sequence[int]
) -> MessageTrace:
    """Word by word in reading order: log p(1, x) - log p(0, x), for a model of two classes.

    `features` (n,) are indices into the vocabulary or UNKNOWN; `times` (n,) says how often each
    counts (0: struck out). Under Bernoulli a word counts once, where it first stands. The cost is
    that of the words, not of the vocabulary. Raises ValueError on another number of classes, a
    feature out of range and a negative count.
    """
    if len(model.classes) != 2:
        raise ValueError(f"model must have 2 classes; got {len(model.classes)}")
    if len(times) != len(features):
        raise ValueError(f"times must have {len(features)} entries, one a word; got {len(times)}")
    if len(features) and not UNKNOWN <= min(features) <= max(features) < model.n_features:
        span = f"{min(features)} to {max(features)}"
        raise ValueError(f"features must be in [-1, {model.n_features}); got {span}")
    if len(times) and min(times) < 0:
        raise ValueError(f"times must be >= 0; got {min(times)}")
    words, counted = np.array(features, dtype=np.intp), np.array(times, dtype=np.int64)
    counted[words == UNKNOWN] = 0
    absent = None
    if isinstance(model, BernoulliNB):
        counted = _first_only(words, counted)
        here = counted > 0
        terms = np.where(here[:, None], model.word_contributions(words), 0.0)
        absent = model.absent_contributions(words[here])
    else:
        terms = model.word_contributions(words, counted)
    log_joint = model.log_prior + terms.cumsum(axis=0)
    last = log_joint[-1] if len(words) else model.log_prior
    if absent is not None:
        last = last + absent
    with np.errstate(invalid="ignore"):  # -inf - -inf is nan: both classes rule the word out
        log_odds = terms[:, 1] - terms[:, 0]
        running = log_joint[:, 1] - log_joint[:, 0]
    prior, total = _odds(model.log_prior), _odds(last)
    return MessageTrace(
        features=words,
        counted=counted,
        prior=prior,
        log_odds=log_odds,
        running=running,
        absent=None if absent is None else _odds(absent),
        total=total,
        probability=_probability(total, prior),
    )


def _first_only(words: NDArray[np.intp], counted: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 where a word that counts stands for the first time, else 0."""
    once = np.zeros_like(counted)
    there = np.flatnonzero(counted > 0)
    once[there[np.unique(words[there], return_index=True)[1]]] = 1
    return once


def _odds(log_values: Array) -> float:
    """Class 1 minus class 0; nan where both are -inf."""
    zero, one = log_values.tolist()
    return math.nan if zero == one == -math.inf else float(one - zero)


def _probability(total: float, prior: float) -> float:
    """1 / (1 + exp(-total)) without overflow; the prior's where the total is nan."""
    odds = prior if math.isnan(total) else total
    part = math.exp(-abs(odds))
    return 1 / (1 + part) if odds >= 0 else part / (1 + part)
