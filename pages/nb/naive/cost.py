"""What "naive" costs: the same evidence counted m times, or correlated by rho.

Exact, on Gaussian features: class c has m features of means -d/2 (c = 0) and d/2 (c = 1), variance
1, and every two are correlated by rho within a class. With s the sum of the features:

    true log-odds   = logit pi + d s / (1 + (m - 1) rho)
    naive log-odds  = logit pi + d s,  that is kappa = 1 + (m - 1) rho times the true evidence

At pi = 1/2 both have the same sign: the accuracy is the same, the posterior is not. A feature
written down m times is rho = 1. (Zhang, "The optimality of naive Bayes", FLAIRS 2004.)

Measured, on the spam counts: words become m columns with the same counts.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.calibration import (
    BrierParts,
    Isotonic,
    Platt,
    Reliability,
    brier,
    brier_parts,
    log_loss,
    reliability,
    sigmoid,
)
from genmodels.datasets import spam
from pages.nb.nb_drift import KINDS, Model, check_filter, smoothed

Array = NDArray[np.float64]
COPIES = (1, 2, 3, 5, 10, 20)
SURE = 0.999999
"""Posteriors above it, or below 1 - SURE, print as 1.000000 or 0.000000 (nearly)."""

TELLING = 100
WORDS = ("all", "telling")
METHODS = ("none", "platt", "isotonic")
SPLIT_SEED = 1999  # Platt's year
_GRID = 4001


# -- exact: two correlated features --------------------------------------------------------------


@dataclass(frozen=True)
class Correlated:
    """The Gaussian model above: `distance` d, `rho`, `features` m, `prior` pi = P(class 1).

    Raises ValueError unless 0 < d <= 10, 0 <= rho <= 1, 1 <= m <= 100 and 0 < pi < 1.
    """

    distance: float = 2.0
    rho: float = 0.0
    features: int = 2
    prior: float = 0.5

    def __post_init__(self) -> None:
        if not _real(self.distance) or not 0 < self.distance <= 10:
            raise ValueError(f"distance must be above 0, at most 10; got {self.distance!r}")
        if not _real(self.rho) or not 0 <= self.rho <= 1:
            raise ValueError(f"rho must be a number from 0 to 1; got {self.rho!r}")
        check_copies("features", self.features)
        if not _real(self.prior) or not 0 < self.prior < 1:
            raise ValueError(f"prior must lie between 0 and 1; got {self.prior!r}")

    @property
    def kappa(self) -> float:
        """1 + (m - 1) rho: how many times the naive model counts the evidence."""
        return 1 + (self.features - 1) * self.rho

    @property
    def logit_prior(self) -> float:
        return math.log(self.prior / (1 - self.prior))

    def naive_log_odds(self, *x: float) -> float:
        """logit pi + d sum_j x_j, of m measurements."""
        return self.logit_prior + self.distance * self._sum(x)

    def true_log_odds(self, *x: float) -> float:
        """logit pi + d sum_j x_j / kappa."""
        return self.logit_prior + self.distance * self._sum(x) / self.kappa

    def _sum(self, x: tuple[float, ...]) -> float:
        if len(x) != self.features or not all(map(math.isfinite, x)):
            raise ValueError(f"x must be {self.features} finite numbers; got {x}")
        return math.fsum(x)

    def true_given_naive(self, p: Array) -> Array:
        """The exact reliability curve: the share that comes true where the naive posterior is p.

        sigmoid(logit pi + (logit p - logit pi) / kappa); 0 and 1 at p = 0 and 1.
        """
        with np.errstate(divide="ignore"):
            logit = np.log(p) - np.log1p(-p)
        return sigmoid(self.logit_prior + (logit - self.logit_prior) / self.kappa)

    @property
    def evidence(self) -> tuple[float, float]:
        """Mean and standard deviation of the naive evidence d s in class 1 (class 0: -mean)."""
        m, d = self.features, self.distance
        return d * m * d / 2, d * math.sqrt(m * self.kappa)

    def share_beyond(self, log_odds: float, above: bool = True) -> float:
        """P(naive log-odds > t), or < t, over both classes."""
        mean, sd = self.evidence
        t = log_odds - self.logit_prior
        sign = 1.0 if above else -1.0
        return self.prior * _phi(sign * (mean - t) / sd) + (1 - self.prior) * _phi(
            sign * (-mean - t) / sd
        )

    @property
    def sure(self) -> float:
        """The share of naive posteriors above SURE or below 1 - SURE."""
        t = math.log(SURE / (1 - SURE))
        return self.share_beyond(t) + self.share_beyond(-t, above=False)

    @property
    def accuracy(self) -> float:
        """Of the naive verdicts, the share that is right."""
        return self._accuracy(1.0)

    @property
    def true_accuracy(self) -> float:
        """The same of the true posterior: the best there is."""
        return self._accuracy(self.kappa)

    def _accuracy(self, kappa: float) -> float:
        mean, sd = self.evidence
        cut = -self.logit_prior * kappa  # flagged where d s > cut
        return self.prior * _phi((mean - cut) / sd) + (1 - self.prior) * _phi((cut + mean) / sd)

    @property
    def brier(self) -> float:
        """The expected Brier score of the naive posterior, by Simpson's rule over d s."""
        return self._brier(1.0)

    @property
    def true_brier(self) -> float:
        """The same of the true posterior, which a recalibration reaches."""
        return self._brier(self.kappa)

    def brier_by_class(self, kappa: float = 1.0) -> tuple[float, float]:
        """The mean squared error in class 0 and in class 1, the evidence divided by `kappa`.

        By Simpson's rule over d s; kappa = 1 is the naive posterior, `self.kappa` the true one.
        """
        mean, sd = self.evidence
        z = np.linspace(-10.0, 10.0, _GRID)
        weight = np.full(_GRID, 2.0)
        weight[1::2], weight[0], weight[-1] = 4.0, 1.0, 1.0
        weight *= (z[1] - z[0]) / 3 * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        p1 = sigmoid(self.logit_prior + (mean + sd * z) / kappa)
        p0 = sigmoid(self.logit_prior + (-mean + sd * z) / kappa)
        return float(weight @ p0**2), float(weight @ (1 - p1) ** 2)

    def _brier(self, kappa: float) -> float:
        zero, one = self.brier_by_class(kappa)
        return self.prior * one + (1 - self.prior) * zero


def repeated(prior: float, p_spam: float, p_ham: float, copies: int) -> float:
    """P(spam | a word, counted `copies` times): sigmoid(logit prior + m log p_spam / p_ham).

    Raises ValueError on a probability outside (0, 1) and copies outside 1 to 100.
    """
    for name, value in (("prior", prior), ("p_spam", p_spam), ("p_ham", p_ham)):
        if not _real(value) or not 0 < value < 1:
            raise ValueError(f"{name} must lie between 0 and 1; got {value!r}")
    check_copies("copies", copies)
    return float(sigmoid(math.log(prior / (1 - prior)) + copies * math.log(p_spam / p_ham)))


# -- measured: the spam counts -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Measured:
    """The held-out half that no calibration saw: stated probabilities and what came of them.

    log_odds, p, is_spam (N,). `p` is recalibrated by `method`; `log_odds` are the model's own.
    """

    method: str
    log_odds: Array
    p: Array
    is_spam: NDArray[np.int64]

    @cached_property
    def reliability(self) -> Reliability:
        return reliability(self.p, self.is_spam, bins=10)

    @cached_property
    def parts(self) -> BrierParts:
        return brier_parts(self.p, self.is_spam, bins=10)

    @property
    def brier(self) -> float:
        return brier(self.p, self.is_spam)

    @property
    def log_loss(self) -> float:
        """Of the model's own log-odds, in nats a message: what one sure mistake costs shows."""
        return log_loss(self.log_odds, self.is_spam)

    @property
    def log_loss_after(self) -> float:
        """Of the recalibrated p, in nats a message; infinite where p = 0 of what came true."""
        right = np.where(self.is_spam == spam.SPAM, self.p, 1 - self.p)
        with np.errstate(divide="ignore"):
            return float(-np.log(right).mean())

    @property
    def accuracy(self) -> float:
        return float(((self.p > 0.5) == (self.is_spam == spam.SPAM)).mean())

    @property
    def sure(self) -> float:
        """The share stated as more than SURE or less than 1 - SURE."""
        return float(((self.p > SURE) | (self.p < 1 - SURE)).mean())

    @property
    def surely_spam(self) -> float:
        """The share stated as more than SURE."""
        return float((self.p > SURE).mean())

    @property
    def sure_and_wrong(self) -> int:
        """How many of those are wrong."""
        ham = self.is_spam == spam.HAM
        return int((((self.p > SURE) & ham) | ((self.p < 1 - SURE) & ~ham)).sum())


@lru_cache(maxsize=2)
def _trained(kind: str) -> Model:
    data = spam.load()
    return KINDS[kind].fit(data.counts[data.train], data.is_spam[data.train])


@lru_cache(maxsize=1)
def halves() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The held-out messages in two halves of equal shares of every group: calibrate, measure."""
    data = spam.load()
    rng = np.random.default_rng(SPLIT_SEED)
    first: list[NDArray[np.int64]] = []
    for name in np.unique(data.group):
        rows = rng.permutation(data.held_out[data.group[data.held_out] == name])
        first.append(rows[: len(rows) // 2])
    calibrate = np.sort(np.concatenate(first))
    return calibrate, np.setdiff1d(data.held_out, calibrate)


@lru_cache(maxsize=4)
def copied_words(words: str) -> NDArray[np.int64]:
    """The words that are written down m times: "all", or the TELLING that move most nats.

    A word moves count * |log theta_1 / theta_0| nats over the training messages (alpha = 1).
    """
    if words not in WORDS:
        raise ValueError(f"words must be one of {', '.join(WORDS)}; got {words!r}")
    model = _trained("multinomial")
    if words == "all":
        return np.arange(model.n_features)
    theta = np.log((model.feature_count + 1) / (model.feature_count.sum(1, keepdims=True) + 1))
    moved = model.feature_count.sum(axis=0) * np.abs(theta[spam.SPAM] - theta[spam.HAM])
    return np.sort(np.argsort(-moved, kind="stable")[:TELLING])


def check_copies(name: str, copies: int) -> None:
    """ValueError unless a whole number from 1 to 100."""
    if isinstance(copies, bool) or not isinstance(copies, int) or not 1 <= copies <= 100:
        raise ValueError(f"{name} must be a whole number from 1 to 100; got {copies!r}")


@lru_cache(maxsize=32)
def duplicated_log_odds(
    kind: str = "multinomial",
    alpha: float = 1.0,
    prior: float | None = None,
    copies: int = 1,
    words: str = "all",
) -> Array:
    """Log-odds (held out,) of the model fitted with `words` written down `copies` times.

    Equal to fitting on the widened matrix, but from the counts of one copy. Multinomial: the
    copies also enter the sum of the words, theta_cf = (N_cf + alpha) / (N_c + (m - 1) D_c +
    alpha (F + (m - 1) |D|)), D the copied words and D_c their count in class c. Bernoulli: p_cf
    doesn't change, its factor counts m times. Raises ValueError on settings out of range, and on
    alpha = 0 (one unseen word then decides, however often it is copied).
    """
    check_filter(kind, alpha, prior)
    if alpha == 0:
        raise ValueError("alpha must be above 0 here; got 0")
    check_copies("copies", copies)
    model = smoothed(_trained(kind), alpha, prior)
    times = np.ones(model.n_features)
    times[copied_words(words)] = copies
    there = np.log(model.feature_count + alpha)
    start = model.log_prior
    if kind == "multinomial":
        total = np.log(model.feature_count @ times + alpha * times.sum())
        weight = (there - total[:, None]) * times
    else:
        absent = np.log(model.class_count[:, None] - model.feature_count + alpha)
        weight = (there - absent) * times
        rows = np.log(model.class_count + 2 * alpha)
        start = start + ((absent - rows[:, None]) * times).sum(axis=1)
    odds = weight[spam.SPAM] - weight[spam.HAM]
    return np.asarray(_held_out(kind) @ odds + (start[spam.SPAM] - start[spam.HAM]))


@lru_cache(maxsize=2)
def _held_out(kind: str) -> Any:
    data = spam.load()
    X = data.counts[data.held_out].astype(float)
    if kind == "bernoulli":
        X.data = (X.data > 0).astype(float)
    return X


@lru_cache(maxsize=64)
def calibrator(
    method: str,
    kind: str = "multinomial",
    alpha: float = 1.0,
    prior: float | None = None,
    copies: int = 1,
    words: str = "all",
) -> Platt | Isotonic | None:
    """The map from log-odds to probability learnt on the first half; None for "none"."""
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    if method == "none":
        return None
    data, (rows, _) = spam.load(), halves()
    score = duplicated_log_odds(kind, alpha, prior, copies, words)
    score = score[np.searchsorted(data.held_out, rows)]
    y = data.is_spam[rows]
    return Platt.fit(score, y) if method == "platt" else Isotonic.fit(score, y)


def measured(
    method: str = "none",
    kind: str = "multinomial",
    alpha: float = 1.0,
    prior: float | None = None,
    copies: int = 1,
    words: str = "all",
) -> Measured:
    """The second held-out half under `method`; raises ValueError on settings out of range."""
    recalibrate = calibrator(method, kind, alpha, prior, copies, words)
    data, (_, rows) = spam.load(), halves()
    score = duplicated_log_odds(kind, alpha, prior, copies, words)
    score = score[np.searchsorted(data.held_out, rows)]
    p = sigmoid(score) if recalibrate is None else recalibrate(score)
    return Measured(method, score, p, data.is_spam[rows])


def _phi(z: float) -> float:
    """The standard normal distribution function."""
    return math.erfc(-z / math.sqrt(2)) / 2


def _real(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
