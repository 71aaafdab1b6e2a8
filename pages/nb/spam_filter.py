"""The page's spam filter: settings -> model -> a message read word by word, and its test.

The page, the live channel and the tests ask here, so all of them show the same model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.datasets.word_counts import Token, utf16_places
from genmodels.naive_bayes import BernoulliNB, MessageTrace, MultinomialNB, read_message
from pages.nb.lexicon import packed

Model = MultinomialNB | BernoulliNB
KINDS: dict[str, type[MultinomialNB] | type[BernoulliNB]] = {
    "multinomial": MultinomialNB,
    "bernoulli": BernoulliNB,
}
ALPHAS = (0.0, 0.001, 0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
MAX_TIMES = 20
"""How often a visitor may let one word count."""


@dataclass(frozen=True)
class Settings:
    """What the sliders say. `prior` is P(spam); `training` one of `spam.TRAINING_SIZES`."""

    kind: str = "multinomial"
    alpha: float = 1.0
    prior: float = 0.31
    training: int = spam.TRAINING_SIZES[-1]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"model must be one of {', '.join(KINDS)}; got {self.kind!r}")
        if not _is_number(self.alpha) or not 0 <= self.alpha <= 100:
            raise ValueError(f"alpha must be a number from 0 to 100; got {self.alpha!r}")
        if not _is_number(self.prior) or not 0.001 <= self.prior <= 0.999:
            raise ValueError(f"prior must be a number from 0.001 to 0.999; got {self.prior!r}")
        if self.training not in spam.TRAINING_SIZES:
            sizes = ", ".join(map(str, spam.TRAINING_SIZES))
            raise ValueError(f"training must be one of {sizes}; got {self.training!r}")


@lru_cache(maxsize=2)
def _grown(kind: str) -> dict[int, Model]:
    """The counts at each training size, each from the one before: learning more is adding."""
    data = spam.load()
    model: Model | None = None
    models: dict[int, Model] = {}
    start = 0
    for size in spam.TRAINING_SIZES:
        rows = data.train[start:size]
        X, y = data.counts[rows], data.is_spam[rows]
        model = KINDS[kind].fit(X, y) if model is None else model.update(X, y)
        models[size], start = model, size
    return models


@lru_cache(maxsize=32)
def model(settings: Settings) -> Model:
    """The model of these settings, from counts already made; no message is read again."""
    counted = _grown(settings.kind)[settings.training]
    return counted.with_alpha(settings.alpha).with_prior([1 - settings.prior, settings.prior])


@lru_cache(maxsize=16)
def words_held(settings: Settings) -> bytes:
    """What the editor holds to read a message by itself (see `lexicon`), as JSON."""
    return packed(model(settings), spam.load().vocabulary, spam.SPELLING)


def warm_up() -> None:
    """Count the corpus before the first visitor needs it (about a tenth of a second)."""
    for kind in KINDS:
        model(Settings(kind=kind))


# -- one message -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reading:
    """A text, its words, how often each is let count (1 unless changed), and the trace.

    `starts` and `ends` are the words' places in UTF-16 units, as JavaScript counts; a word is
    named by its start wherever page, link and editor speak of it.
    """

    settings: Settings
    model: Model
    text: str
    times: list[int]
    trace: MessageTrace

    @cached_property
    def tokens(self) -> list[Token]:
        """The words and where they stand, which a posterior needn't know."""
        return spam.tokenise(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts, in UTF-16 units."""
        return utf16_places(self.text, [token.start for token in self.tokens])

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends, in UTF-16 units."""
        return utf16_places(self.text, [token.end for token in self.tokens])

    @property
    def is_spam(self) -> bool | None:
        """The verdict; None where both classes rule the message out."""
        return None if self.trace.undefined else self.trace.probability > 0.5


def read(text: str, settings: Settings, times: Mapping[int, int] | None = None) -> Reading:
    """`text` under the model of `settings`; `times` maps a word's start to how often it counts.

    Starts are in UTF-16 units; one at which no word begins is left out, because an edit may have
    made another word of it. Raises ValueError on a text too long and on times out of range.
    """
    features = spam.features(text)
    counted = [1] * len(features)
    if times:
        for value in times.values():
            if not 0 <= value <= MAX_TIMES:
                raise ValueError(f"times must be 0 to {MAX_TIMES}; got {value}")
        starts = utf16_places(text, [token.start for token in spam.tokenise(text)])
        counted = [times.get(start, 1) for start in starts]
    chosen = model(settings)
    return Reading(settings, chosen, text, counted, read_message(chosen, features, counted))


def wire(reading: Reading) -> dict[str, Any]:
    """A reading as plain JSON in columns, one entry a word: what the editor paints.

    Infinite and undefined
    numbers are the strings "Infinity", "-Infinity" and "NaN", which `Number` reads back.
    """
    trace, tokens = reading.trace, reading.tokens
    counts = reading.model.feature_count[:, trace.features].astype(int)
    counts[:, trace.features < 0] = 0
    return {
        "start": reading.starts,
        "end": reading.ends,
        "word": [t.word for t in tokens],
        "known": [int(t.feature >= 0) for t in tokens],
        "times": reading.times,
        "counted": trace.counted.tolist(),
        "ham": counts[spam.HAM].tolist(),
        "spam": counts[spam.SPAM].tolist(),
        "log_odds": _plain(trace.log_odds),
        "running": _plain(trace.running),
        "prior": trace.prior,
        "absent": None if trace.absent is None else _plain(np.array([trace.absent]))[0],
        "total": _plain(np.array([trace.total]))[0],
        "probability": trace.probability,
        "undefined": trace.undefined,
    }


def _plain(values: NDArray[np.float64]) -> list[float | str]:
    if np.isfinite(values).all():
        return list(values.round(9).tolist())
    names = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return [
        round(v, 9) if math.isfinite(v) else names.get(v, "NaN")
        for v in map(float, values.tolist())
    ]


def sigmoid_ruler(reach: float = 10.0) -> dict[str, list[Any]]:
    """The sigmoid as points for drawing, and the marks of a ruler: [log-odds, probability]."""
    t = np.linspace(-reach, reach, 81)
    marks = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
    return {
        "log_odds": t.tolist(),
        "probability": (1 / (1 + np.exp(-t))).tolist(),
        "ticks": [[math.log(p / (1 - p)), p] for p in marks],
    }


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


# -- the test on messages it hasn't seen ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HeldOut:
    """How the model does on the held-out messages.

    `confusion[truth, verdict]`, (2, 2), ham first. `log_odds` (N,) of spam, in nats, before a
    verdict is made of them: > 0 is called spam. Messages that both classes rule out count by the
    prior, `undecided` of them.
    """

    confusion: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    is_spam: NDArray[np.int64]
    undecided: int

    @cached_property
    def accuracy(self) -> float:
        """The share of right verdicts."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @cached_property
    def precision(self) -> float:
        """Of those called spam, the share that is; nan if none was called so."""
        called = int(self.confusion[:, spam.SPAM].sum())
        return float(self.confusion[spam.SPAM, spam.SPAM] / called) if called else math.nan

    @cached_property
    def recall(self) -> float:
        """Of the spam, the share that was called so."""
        return float(self.confusion[spam.SPAM, spam.SPAM] / self.confusion[spam.SPAM].sum())


@lru_cache(maxsize=128)
def held_out(settings: Settings) -> HeldOut:
    """The model of `settings` on the messages kept back: one sparse matrix product."""
    X, y = _kept_back()
    log_joint = model(settings).log_joint(X)
    undecided = np.asarray(np.isneginf(log_joint).all(axis=1))
    log_joint = np.where(undecided[:, None], model(settings).log_prior, log_joint)
    log_odds = log_joint[:, spam.SPAM] - log_joint[:, spam.HAM]
    confusion = np.zeros((2, 2), dtype=np.int64)
    np.add.at(confusion, (y, (log_odds > 0).astype(int)), 1)
    return HeldOut(confusion, log_odds, y, int(undecided.sum()))


@lru_cache(maxsize=1)
def _kept_back() -> tuple[Any, NDArray[np.int64]]:
    data = spam.load()
    return data.counts[data.held_out].astype(float), data.is_spam[data.held_out]
