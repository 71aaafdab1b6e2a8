"""Accuracy against the number of training messages: Naive Bayes and logistic regression.

Generative against discriminative on the same data: Naive Bayes comes near its own, higher floor of
error after few messages, logistic regression goes on falling; Ng and Jordan, "On discriminative vs.
generative classifiers", NIPS 2001. Each draw takes one random order of the training messages and
learns from its first n, for every n, so that a draw's sizes are nested.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from pages.nb.nb_drift import KINDS, Model, check_filter, log_odds, smoothed

Array = NDArray[np.float64]
SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 4000)
DRAWS = 5
MAX_DRAWS = 20
SEED = 2001


@dataclass(frozen=True, eq=False)
class Curve:
    """`accuracy` (draws, sizes) on the messages kept back."""

    name: str
    sizes: tuple[int, ...]
    accuracy: Array

    @property
    def mean(self) -> Array:
        """The mean over the draws, (sizes,)."""
        return np.asarray(self.accuracy.mean(axis=0))

    @property
    def spread(self) -> Array:
        """The standard deviation over the draws, (sizes,); 0 for one draw."""
        ddof = 1 if len(self.accuracy) > 1 else 0
        return np.asarray(self.accuracy.std(axis=0, ddof=ddof))


@lru_cache(maxsize=MAX_DRAWS)
def order(draw: int, seed: int = SEED) -> NDArray[np.int64]:
    """The training messages in the draw's order; both classes are among the first ten.

    An order whose first ten are all of one class is drawn again: no classifier learns from it.
    """
    data = spam.load()
    rng = np.random.default_rng([seed, draw])
    while True:
        rows = rng.permutation(data.train)
        if 0 < data.is_spam[rows[: SIZES[0]]].sum() < SIZES[0]:
            return np.asarray(rows)


@lru_cache(maxsize=2 * MAX_DRAWS)
def _grown(kind: str, draw: int, seed: int) -> tuple[Model, ...]:
    """The counts at each size of SIZES, each from the one before."""
    data, rows = spam.load(), order(draw, seed)
    models: list[Model] = []
    start = 0
    for size in SIZES:
        X, y = data.counts[rows[start:size]], data.is_spam[rows[start:size]]
        models.append(models[-1].update(X, y) if models else KINDS[kind].fit(X, y))
        start = size
    return tuple(models)


@lru_cache(maxsize=2)
def _kept_back(kind: str) -> tuple[Any, NDArray[np.bool_]]:
    """Counts of the messages kept back, under Bernoulli whether a word is there, and the truth."""
    data = spam.load()
    X = data.counts[data.held_out].astype(float)
    if kind == "bernoulli":
        X.data = (X.data > 0).astype(float)
    return X, data.is_spam[data.held_out] == spam.SPAM


@lru_cache(maxsize=64)
def naive_bayes(
    kind: str = "multinomial",
    alpha: float = 1.0,
    prior: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Curve:
    """The curve of a Naive Bayes model from counts already made: one product for all its models.

    Raises ValueError on a model, an alpha, a prior or draws out of range.
    """
    check_filter(kind, alpha, prior)
    check_draws(draws, seed)
    X, is_spam = _kept_back(kind)
    if alpha > 0:
        odds = _all_log_odds(kind, alpha, prior, draws, seed, X)
    else:
        grown = [model for d in range(draws) for model in _grown(kind, d, seed)]
        odds = np.column_stack([log_odds(smoothed(model, alpha, prior), X) for model in grown])
    right = ((odds > 0) == is_spam[:, None]).mean(axis=0)
    return Curve(kind, SIZES, right.reshape(draws, len(SIZES)))


def _all_log_odds(
    kind: str, alpha: float, prior: float | None, draws: int, seed: int, X: Any
) -> Array:
    """Log-odds of spam (messages, models) of every model at once, alpha > 0.

    Naive Bayes is linear, log-odds = b + x . w. Multinomial: w_f = log theta_1f / theta_0f.
    Bernoulli: w_f = logit p_1f - logit p_0f, where the rows of a class cancel, and b takes in the
    words' absence. Counts are whole numbers, so log(count + alpha) is looked up, not computed.
    """
    counts, rows = _stacked(kind, draws, seed)  # (2, F, models), (2, models)
    log = np.log(np.arange(int(max(counts.max(), rows.max())) + 1) + alpha)
    there = log[counts]
    ham, spam_ = spam.HAM, spam.SPAM
    odds = np.log(rows[spam_] / rows[ham]) if prior is None else math.log(prior / (1 - prior))
    if kind == "multinomial":
        total = np.log(counts.sum(axis=1) + alpha * counts.shape[1])
        return np.asarray(odds + X @ (there[spam_] - there[ham] - (total[spam_] - total[ham])))
    absent = log[rows[:, None, :] - counts]
    odds = odds + (absent[spam_] - absent[ham]).sum(axis=0)
    odds = odds - counts.shape[1] * np.log((rows[spam_] + 2 * alpha) / (rows[ham] + 2 * alpha))
    return np.asarray(odds + X @ (there[spam_] - absent[spam_] - there[ham] + absent[ham]))


@lru_cache(maxsize=4)
def _stacked(kind: str, draws: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Counts (2, F, draws * sizes) and rows a class (2, draws * sizes) of all models."""
    models = [model for d in range(draws) for model in _grown(kind, d, seed)]
    counts = np.stack([model.feature_count for model in models], axis=2).astype(np.int32)
    return counts, np.stack([model.class_count for model in models], axis=1).astype(np.int32)


@lru_cache(maxsize=MAX_DRAWS * len(SIZES))
def logistic_accuracy(size: int, draw: int, seed: int = SEED) -> float:
    """One point of the discriminative peer: scikit-learn's logistic regression on log(1 + count).

    L2 penalty C = 1, liblinear. It reads documents, so a page asks point by point and keeps it.
    """
    if size not in SIZES:
        raise ValueError(f"size must be one of {', '.join(map(str, SIZES))}; got {size!r}")
    check_draws(draw + 1, seed)
    from sklearn.linear_model import LogisticRegression

    data, rows = spam.load(), order(draw, seed)[:size]
    X = _logged()
    model = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    model.fit(X[rows], data.is_spam[rows])
    right = model.predict(X[data.held_out]) == data.is_spam[data.held_out]
    return float(np.mean(right))


@lru_cache(maxsize=1)
def _logged() -> Any:
    data = spam.load()
    X = data.counts.astype(float)
    X.data = np.log1p(X.data)
    return X


def logistic(draws: int = DRAWS, seed: int = SEED, sizes: Sequence[int] = SIZES) -> Curve:
    """The curve of logistic regression: about 2 s a draw the first time, then kept."""
    check_draws(draws, seed)
    points = [[logistic_accuracy(size, d, seed) for size in sizes] for d in range(draws)]
    return Curve("logistic regression", tuple(sizes), np.array(points))


@dataclass(frozen=True)
class Crossing:
    """Between `before` and `after` messages `leader` overtakes by the mean accuracy.

    `at` is where straight lines over log n meet.
    """

    leader: str
    before: int
    after: int
    at: float


def crossings(curve: Curve, peer: Curve) -> tuple[Crossing, ...]:
    """Wherever the mean accuracies change places from one size to the next.

    Raises ValueError on curves of different sizes.
    """
    if curve.sizes != peer.sizes:
        raise ValueError(f"peer must have the sizes {curve.sizes}; got {peer.sizes}")
    gap = peer.mean - curve.mean
    found = []
    for i in range(len(gap) - 1):
        if (gap[i] > 0) != (gap[i + 1] > 0) and gap[i] != gap[i + 1]:
            way = -gap[i] / (gap[i + 1] - gap[i])
            low, high = math.log(curve.sizes[i]), math.log(curve.sizes[i + 1])
            at = math.exp(low + way * (high - low))
            leader = peer.name if gap[i + 1] > 0 else curve.name
            found.append(Crossing(leader, curve.sizes[i], curve.sizes[i + 1], at))
    return tuple(found)


def check_draws(draws: int, seed: int) -> None:
    """ValueError unless draws is 1 to MAX_DRAWS and the seed 0 to 2^31."""
    for name, value, low, high in (("draws", draws, 1, MAX_DRAWS), ("seed", seed, 0, 2**31)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"{name} must be a whole number from {low} to {high}; got {value!r}")
