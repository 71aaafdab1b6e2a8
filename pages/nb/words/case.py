"""What the filter learnt: its most telling words at every alpha, and which are fingerprints.

A word's weight is w = log p(word | spam) / p(word | ham), in nats, smoothed by alpha. A fingerprint
is a word that told much in the earlier collection and doesn't in the later one, beyond chance.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.naive_bayes import MultinomialNB
from pages.nb.nb_drift import EARLIER, KINDS, Model, check_filter
from pages.nb.spam_filter import Settings
from pages.nb.spam_filter import model as trained

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
ALPHAS = (0.0, 0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
FIRST = ALPHAS.index(1.0)
TOP = 14
LATER = ("easy-ham-2", "spam-2")
SOURCES = ("both", "earlier")

TELLING = 1.5
"""Nats of the earlier weight from which a word may be a fingerprint."""
SEEN = 20
"""Messages of the earlier collection that must have it."""
KEPT = 0.25
"""A fingerprint keeps at most this share of its earlier weight."""
CHANCE = 3.0
"""Standard errors that the loss must exceed, so that it isn't chance."""


@lru_cache(maxsize=4)
def _counted(kind: str, source: str) -> Model:
    """The model of one alpha whose counts serve all: of the training set, or of `EARLIER`."""
    if source not in SOURCES:
        raise ValueError(f"source must be one of {', '.join(SOURCES)}; got {source!r}")
    if source == "both":
        return trained(Settings(kind=kind))
    data = spam.load()
    rows = np.flatnonzero(np.isin(data.group, EARLIER))
    if kind not in KINDS:
        raise ValueError(f"model must be one of {', '.join(KINDS)}; got {kind!r}")
    return KINDS[kind].fit(data.counts[rows], data.is_spam[rows])


def model(kind: str, alpha: float, source: str = "both") -> Model:
    """The filter under alpha, learnt from the training set or the earlier collection alone.

    Raises ValueError on another kind or source and on alpha outside [0, 100].
    """
    check_filter(kind, alpha, None)
    return _counted(kind, source).with_alpha(alpha)


@lru_cache(maxsize=4 * len(ALPHAS))
def weights(kind: str, alpha: float, source: str = "both") -> Array:
    """w (F,) of every word; +-inf where a class hasn't seen it and alpha = 0, nan where neither."""
    chosen = model(kind, alpha, source)
    log_p = chosen.log_theta if isinstance(chosen, MultinomialNB) else chosen.log_p
    with np.errstate(invalid="ignore"):
        return np.asarray(log_p[spam.SPAM] - log_p[spam.HAM])


def counts(kind: str, source: str = "both") -> Whole:
    """How often each class had each word, (2, F): times (multinomial) or messages (Bernoulli)."""
    return _counted(kind, source).feature_count.astype(np.int64)


@lru_cache(maxsize=4)
def _total(kind: str, source: str) -> Array:
    return np.asarray(_counted(kind, source).feature_count.sum(axis=0))


def ranked(
    kind: str,
    alpha: float,
    label: int,
    source: str = "both",
    words: Whole | None = None,
    most: int | None = None,
) -> Whole:
    """Words by how much they tell of `label`, the most first; equal ones by their count.

    Only words that speak for it (w > 0 of spam, < 0 of ham), and among `words` if given; the first
    `most` alone, which needs no sorting of the rest.
    """
    among = np.arange(len(spam.load().vocabulary)) if words is None else words
    w = weights(kind, alpha, source)[among] * (1 if label == spam.SPAM else -1)
    told = w > 0  # false for nan
    among, w = among[told], w[told]
    if most is not None and len(w) > most:
        enough = w >= np.partition(w, len(w) - most)[len(w) - most]
        among, w = among[enough], w[enough]
    return among[np.lexsort((-_total(kind, source)[among], -w))][:most]


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """The vocabulary as a search sees it."""
    names = {"_url_": "web link", "_email_": "e-mail", "_money_": "$ amount", "_num_": "number"}
    return tuple(names.get(word, word) for word in spam.load().vocabulary)


def containing(text: str) -> Whole | None:
    """The words that contain `text`, without regard to case; None for no text."""
    wanted = text.strip().lower()
    if not wanted:
        return None
    found = [f for f, name in enumerate(_names()) if wanted in name]
    return np.array(found, dtype=np.int64)


def infinite(kind: str, source: str = "both") -> tuple[int, int]:
    """How many words are impossible under ham, and how many under spam, at alpha = 0."""
    w = weights(kind, 0.0, source)
    return int((w == math.inf).sum()), int((w == -math.inf).sum())


# -- fingerprints --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Times:
    """Each word in the earlier and the later collection, by messages that have it.

    messages (2 collections, 2 classes); has (2, 2, F); weight (2, F) = log of the ratio of
    (has + 1/2) / (messages + 1); error (2, F), its standard error
    sqrt(1 / (has_spam + 1/2) + 1 / (has_ham + 1/2)). gone, turned (F,): the two kinds of
    fingerprint.
    """

    messages: Whole
    has: Whole
    weight: Array
    error: Array
    telling: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    turned: NDArray[np.bool_]

    @property
    def fingerprint(self) -> NDArray[np.bool_]:
        return self.gone | self.turned

    def expected(self) -> Array:
        """Messages of the later collection that should have it, in the class it tells of, (F,)."""
        spoken = np.where(self.weight[0] > 0, spam.SPAM, spam.HAM)
        place = np.arange(self.has.shape[2])
        rate = self.has[0][spoken, place] / self.messages[0][spoken]
        return np.asarray(rate * self.messages[1][spoken])


@lru_cache(maxsize=1)
def across() -> Times:
    """Both collections compared, hard ham left out: it is neither's ordinary mail.

    A word tells in the earlier one if |w| >= TELLING, SEEN messages have it and w is over 4
    standard errors. It has "turned" if it keeps at most KEPT of w in its direction and lost more
    than CHANCE standard errors; it is "gone" if 10 or more messages of its class should have it
    and at most a tenth of them do.
    """
    data = spam.load()
    there = data.counts.astype(bool).astype(float)
    messages, has = np.zeros((2, 2), dtype=np.int64), []
    for t, groups in enumerate((EARLIER, LATER)):
        rows = np.isin(data.group, groups)
        for label in (spam.HAM, spam.SPAM):
            some = np.flatnonzero(rows & (data.is_spam == label))
            messages[t, label] = len(some)
            has.append(np.asarray(there[some].sum(axis=0)).ravel())
    had = np.stack(has).reshape(2, 2, -1)
    share = (had + 0.5) / (messages[:, :, None] + 1)
    weight = np.log(share[:, spam.SPAM]) - np.log(share[:, spam.HAM])
    error = np.sqrt((1 / (had + 0.5)).sum(axis=1))
    early = np.abs(weight[0])
    telling = (early >= TELLING) & (had[0].sum(axis=0) >= SEEN) & (early > 4 * error[0])
    kept = np.sign(weight[0]) * weight[1]
    lost = (early - kept) / np.sqrt((error**2).sum(axis=0))
    made = Times(
        messages, had.astype(np.int64), weight, error, telling,
        np.zeros_like(telling), telling & (kept <= KEPT * early) & (lost > CHANCE),
    )  # fmt: skip
    spoken = np.where(weight[0] > 0, spam.SPAM, spam.HAM)
    later = had[1][spoken, np.arange(had.shape[2])]
    expected = made.expected()
    gone = telling & (expected >= 10) & (later <= expected / 10)
    return Times(messages, made.has, weight, error, telling, gone, made.turned & ~gone)


def mark(f: int) -> str:
    """ "gone", "turned" or "" of a word."""
    times = across()
    return "gone" if times.gone[f] else "turned" if times.turned[f] else ""


def fingerprints() -> Whole:
    """All fingerprints, the one that told most first."""
    times = across()
    found = np.flatnonzero(times.fingerprint)
    return found[np.argsort(-np.abs(times.weight[0][found]), kind="stable")]


def summary() -> str:
    """How many telling words of the earlier collection are fingerprints."""
    times = across()
    return (
        f"Of {int(times.telling.sum())} words that told {TELLING:g} nats or more in the earlier "
        f"collection, {int(times.gone.sum())} are gone from the later one and "
        f"{int(times.turned.sum())} still occur but tell little or the opposite."
    )
