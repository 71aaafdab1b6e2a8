"""An empty classifier, taught one labelled message at a time, and untaught exactly.

A lesson is a tuple of taught messages; its model is their counts, nothing else. `teach` adds a
message's counts, `unlearn` subtracts them, so that a message taken back leaves no trace. Words are
those of the spam corpus's vocabulary; the classifier starts with none of its counts.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from genmodels.datasets import spam
from genmodels.naive_bayes import MessageTrace, read_message
from pages.nb.nb_drift import KINDS, Model, Outcome, check_filter, log_odds, outcome

Array = NDArray[np.float64]
MAX_TAUGHT = 200
CLASSES = (spam.HAM, spam.SPAM)


@dataclass(frozen=True)
class Taught:
    """A labelled message: its words (feature, times), sorted; `unknown` words say nothing.

    key names it on the page: a starting message's key, "row 17" of the corpus, or "own 3".
    """

    key: str
    is_spam: bool
    words: tuple[tuple[int, int], ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Lesson:
    """The messages taught so far, in order, and the model of their counts.

    prior: P(spam) as set, or None for Laplace's rule, (spam messages + 1) / (messages + 2).
    """

    kind: str
    alpha: float
    prior: float | None
    taught: tuple[Taught, ...]
    counted: Model

    @property
    def spam_prior(self) -> float:
        """P(spam) in use."""
        if self.prior is not None:
            return self.prior
        ham, spam_ = (float(n) for n in self.counted.class_count)
        return (spam_ + 1) / (ham + spam_ + 2)

    @property
    def model(self) -> Model:
        """The counts under the lesson's alpha and prior."""
        p = self.spam_prior
        return self.counted.with_alpha(self.alpha).with_prior([1 - p, p])


def empty(kind: str = "multinomial", alpha: float = 1.0, prior: float | None = 0.5) -> Lesson:
    """A classifier that has seen nothing. Raises ValueError on settings out of range."""
    check_filter(kind, alpha, prior)
    features = len(spam.load().vocabulary)
    counted = KINDS[kind].empty(CLASSES, features, alpha=alpha, prior=[0.5, 0.5])
    return Lesson(kind, float(alpha), prior, (), counted)


def with_settings(lesson: Lesson, *, alpha: float, prior: float | None) -> Lesson:
    """The same counts under another smoothing and prior; ValueError out of range."""
    check_filter(lesson.kind, alpha, prior)
    return replace(lesson, alpha=float(alpha), prior=prior)


def message(key: str, text: str, is_spam: bool) -> Taught:
    """A text as it is taught. Raises ValueError on one without a word, and on one too long."""
    tokens = spam.tokenise(text)
    if not tokens:
        raise ValueError("text must have a word that can be counted; got none")
    known: dict[int, int] = {}
    for token in tokens:
        if token.feature >= 0:
            known[token.feature] = known.get(token.feature, 0) + 1
    unknown = tuple(sorted({token.word for token in tokens if token.feature < 0}))
    return Taught(key, is_spam, tuple(sorted(known.items())), unknown)


def starting_message(key: str) -> Taught:
    """One of the page's own messages with its writer's label; ValueError on another key."""
    for one in spam.MESSAGES:
        if one.key == key:
            return message(key, one.text, one.is_spam)
    keys = ", ".join(one.key for one in spam.MESSAGES)
    raise ValueError(f"key must be one of {keys}; got {key!r}")


def corpus_message(n: int) -> Taught:
    """The n-th message of the corpus's fixed shuffle, as counts: its text isn't shipped."""
    data = spam.load()
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n < len(data.train):
        raise ValueError(f"n must be a whole number from 0 to {len(data.train) - 1}; got {n!r}")
    row = int(data.train[n])
    span = slice(data.counts.indptr[row], data.counts.indptr[row + 1])
    pairs = zip(data.counts.indices[span], data.counts.data[span], strict=True)
    words = tuple(sorted((int(f), int(times)) for f, times in pairs))
    return Taught(f"row {row}", bool(data.is_spam[row]), words)


def teach(lesson: Lesson, *messages: Taught) -> Lesson:
    """The lesson and these messages: their counts are added. ValueError above MAX_TAUGHT."""
    total = len(lesson.taught) + len(messages)
    if total > MAX_TAUGHT:
        raise ValueError(f"a lesson may hold at most {MAX_TAUGHT} messages; got {total}")
    if not messages:
        return lesson
    counted = lesson.counted.update(_matrix(messages), _labels(messages))
    return replace(lesson, taught=(*lesson.taught, *messages), counted=counted)


def unlearn(lesson: Lesson, place: int) -> Lesson:
    """The lesson without its message at `place`, as if it had never been taught.

    Raises ValueError on a place outside the lesson.
    """
    n = len(lesson.taught)
    if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < n:
        raise ValueError(f"place must be one of the {n} messages taught, from 0; got {place!r}")
    gone = (lesson.taught[place],)
    counted = lesson.counted.forget(_matrix(gone), _labels(gone))
    taught = lesson.taught[:place] + lesson.taught[place + 1 :]
    return replace(lesson, taught=taught, counted=counted)


def read(lesson: Lesson, text: str) -> MessageTrace:
    """A text's log-odds of spam word by word, as the lesson's model sees it now."""
    return read_features(lesson, spam.features(text))


def read_features(lesson: Lesson, features: list[int]) -> MessageTrace:
    """The same of words given by their features, -1 where unknown."""
    return read_message(lesson.model, features, [1] * len(features))


@dataclass(frozen=True)
class Step:
    """After `taught` messages: the counts so far and what a text's posterior then is.

    words: (ham, spam) words counted; messages: (ham, spam). log_odds in nats.
    """

    taught: int
    key: str
    messages: tuple[int, int]
    words: tuple[int, int]
    log_odds: float
    probability: float


def trail(lesson: Lesson, text: str) -> tuple[Step, ...]:
    """The posterior of `text` from the empty classifier to the last message taught."""
    now = empty(lesson.kind, lesson.alpha, lesson.prior)
    steps = [_step(now, "", text)]
    for one in lesson.taught:
        now = teach(now, one)
        steps.append(_step(now, one.key, text))
    return tuple(steps)


def _step(lesson: Lesson, key: str, text: str) -> Step:
    trace = read(lesson, text)
    ham, spam_ = lesson.counted.class_count.astype(int).tolist()
    ham_words, spam_words = lesson.counted.feature_count.sum(axis=1).astype(int).tolist()
    return Step(
        len(lesson.taught),
        key,
        (ham, spam_),
        (ham_words, spam_words),
        trace.total,
        trace.probability,
    )


@dataclass(frozen=True)
class WordRow:
    """A line of the table: how often each class had the word, and its log-odds in nats."""

    word: str
    ham: int
    spam: int
    log_odds: float


def table(lesson: Lesson, most: int = 20, search: str = "") -> tuple[WordRow, ...]:
    """The words taught, most frequent first, that contain `search`; nothing before a message."""
    counts = lesson.counted.feature_count
    seen = np.flatnonzero(counts.sum(axis=0))
    vocabulary = spam.load().vocabulary
    if search:
        seen = np.array([f for f in seen if search.lower() in vocabulary[f]], dtype=np.intp)
    seen = seen[np.argsort(-counts[:, seen].sum(axis=0), kind="stable")][:most]
    return rows_of(lesson, seen.tolist())


def rows_of(lesson: Lesson, features: list[int]) -> tuple[WordRow, ...]:
    """The table's lines of these words, each by itself: under Bernoulli the second one too."""
    vocabulary, counts = spam.load().vocabulary, lesson.counted.feature_count
    trace = read_features(lesson, features)
    return tuple(
        WordRow(vocabulary[f], int(counts[spam.HAM, f]), int(counts[spam.SPAM, f]), float(odds))
        for f, odds in zip(features, trace.log_odds, strict=True)
    )


def held_out(lesson: Lesson) -> Outcome:
    """The lesson's model on the corpus's messages kept back, by counts."""
    X, is_spam, hard = _kept_back()
    return outcome(log_odds(lesson.model, X) > 0, is_spam, hard)


@lru_cache(maxsize=1)
def _kept_back() -> tuple[Any, NDArray[np.int64], NDArray[np.bool_]]:
    data = spam.load()
    rows = data.held_out
    return data.counts[rows].astype(float), data.is_spam[rows], data.group[rows] == "hard-ham-1"


def _matrix(messages: tuple[Taught, ...]) -> Any:
    places = np.concatenate([[0], np.cumsum([len(one.words) for one in messages])])
    features = [f for one in messages for f, _ in one.words]
    times = [float(n) for one in messages for _, n in one.words]
    parts = (np.array(times, dtype=float), np.array(features, dtype=np.int32), places)
    return sparse.csr_array(parts, shape=(len(messages), len(spam.load().vocabulary)))


def _labels(messages: tuple[Taught, ...]) -> list[int]:
    return [spam.SPAM if one.is_spam else spam.HAM for one in messages]
