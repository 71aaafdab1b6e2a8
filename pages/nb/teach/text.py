"""A text read by a lesson, after each of its labels at once: what the teaching page shows per key.

`steps` is `nb_teach.trail` without a model a step: of the counts only the text's own words are
taken, from the messages that have them. The page's payload and `/live/counted/lesson` both use it,
and `held` is what a browser needs to do the same by itself.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from genmodels.calibration import sigmoid
from genmodels.datasets import spam
from genmodels.kit.payload import deflated
from pages.nb import asking
from pages.nb.lexicon import lexicon
from pages.nb.naive_bayes_opened import shown
from pages.nb.nb_drift import KINDS
from pages.nb.teach import case as nb_teach
from pages.nb.teach import lesson as nb_teach_lesson
from pages.nb.teach.case import Lesson, Step, Taught

Array = NDArray[np.float64]
MAX_ASKED = nb_teach_lesson.MAX_OWN_LINK
"""Characters of own texts that a request repeats; with more the page's rerun answers."""
FIELDS = ("taught", "own", "kind", "alpha", "prior", "by_text", "text")
NO_WORD = {
    "multinomial": "No word to count: the prior remains.",
    "bernoulli": "No word to count: only the absent ones speak.",
}
NONE_KNOWN = "No word of the text is in the vocabulary."
NONE_COUNTED = "Nothing has been counted yet."


@dataclass(frozen=True, eq=False)
class Trail:
    """What each of the n + 1 steps of a lesson has counted, whatever text is read.

    counts (n, V): the taught messages' words, once each under Bernoulli. label (n,) 0 or 1.
    messages, words (n + 1, 2) by class. prior (n + 1,) = P(spam). absent (n + 1, 2), Bernoulli:
    sum_f log(1 - p_cf) over the whole vocabulary; 0 otherwise.
    """

    counts: sparse.csc_array
    label: NDArray[np.int64]
    messages: Array
    words: Array
    prior: Array
    absent: Array


@lru_cache(maxsize=24)
def trail(taught: tuple[Taught, ...], kind: str, alpha: float, prior: float | None) -> Trail:
    """The counts of a lesson; ValueError on alpha = 0, where a word may be impossible in both."""
    if not alpha > 0:
        raise ValueError(f"alpha must be above 0 here; got {alpha!r}")
    n, V = len(taught), len(spam.load().vocabulary)
    label = np.array([int(one.is_spam) for one in taught], dtype=np.int64)
    places = np.concatenate([[0], np.cumsum([len(one.words) for one in taught], dtype=np.int64)])
    features = np.array([f for one in taught for f, _ in one.words], dtype=np.int64)
    times = np.array([t for one in taught for _, t in one.words], dtype=np.float64)
    if kind == "bernoulli":
        times = np.ones_like(times)
    rows = sparse.csr_array((times, features, places), shape=(n, V))
    is_class = np.stack([label == c for c in nb_teach.CLASSES], axis=1).astype(float).reshape(n, 2)
    messages = _from_none(is_class)
    words = _from_none(is_class * np.asarray(rows.sum(axis=1)).reshape(n, 1))
    spams = messages[:, spam.SPAM]
    share = np.full(n + 1, prior) if prior is not None else (spams + 1) / (np.arange(n + 1) + 2)
    absent = np.zeros((n + 1, 2))
    if kind == "bernoulli":
        absent = _absent(rows, label, messages, alpha)
    return Trail(rows.tocsc(), label, messages, words, share, absent)


def _absent(rows: Any, label: NDArray[np.int64], messages: Array, alpha: float) -> Array:
    """sum_f log (rows_c - count_cf + alpha) / (rows_c + 2 alpha) after each message, (n + 1, 2)."""
    V = rows.shape[1]
    counts = np.zeros((2, V))
    found = np.zeros((len(label) + 1, 2))
    for i in range(len(label) + 1):
        if i:
            span = slice(rows.indptr[i - 1], rows.indptr[i])
            counts[label[i - 1], rows.indices[span]] += 1
            found[i] = found[i - 1]
        for c in (0, 1) if i == 0 else (label[i - 1],):
            there = messages[i, c]
            left = np.log(there - counts[c] + alpha).sum()
            found[i, c] = left - V * np.log(there + 2 * alpha)
    return found


def _from_none(values: Array) -> Array:
    return np.concatenate([np.zeros((1, values.shape[1])), values.cumsum(axis=0)])


def steps(lesson: Lesson, text: str) -> tuple[Step, ...]:
    """The posterior of `text` from the empty classifier to the last message taught."""
    found = [f for f in spam.features(text) if f >= 0]
    made = trail(lesson.taught, lesson.kind, lesson.alpha, lesson.prior)
    n, alpha = len(lesson.taught), lesson.alpha
    words, times = np.unique(np.array(found, dtype=np.int64), return_counts=True)
    here = made.counts[:, words].toarray().reshape(n, len(words))
    by_class = [_from_none(here * (made.label == c)[:, None]) for c in nb_teach.CLASSES]
    log_joint = []
    for c, counted in enumerate(by_class):
        if lesson.kind == "bernoulli":
            absent = np.log(made.messages[:, c, None] - counted + alpha)
            said = made.absent[:, c] + (np.log(counted + alpha) - absent).sum(axis=1)
        else:
            total = np.log(made.words[:, c] + alpha * made.counts.shape[1])
            said = np.log(counted + alpha) @ times - times.sum() * total
        log_joint.append(said)
    odds = np.log(made.prior) - np.log1p(-made.prior) + log_joint[1] - log_joint[0]
    chance = np.asarray(sigmoid(odds))
    keys = ("", *(one.key for one in lesson.taught))
    return tuple(
        Step(
            i, keys[i], _whole(made.messages[i]), _whole(made.words[i]),
            float(odds[i]), float(chance[i]),
        )
        for i in range(n + 1)
    )  # fmt: skip


def _whole(pair: Array) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])


# -- what the widget shows -----------------------------------------------------------------------


def reading(lesson: Lesson, text: str, by_text: bool) -> dict[str, Any]:
    """A text as the widget shows it: its posterior after each label, and the table's lines."""
    known = set(nb_teach_lesson.words_of(text))
    rows = nb_teach_lesson.table_rows(lesson, text, by_text)
    return {
        "text": text,
        "p": [step.probability for step in steps(lesson, text)],
        "note": "" if known else NO_WORD[lesson.kind],
        "rows": [
            {
                "word": row.word,
                "name": shown(row.word),
                "ham": row.ham,
                "spam": row.spam,
                "odds": row.log_odds,
                "read": row.word in known,
            }
            for row in rows
        ],
        "most": max((max(row.ham, row.spam) for row in rows), default=1) or 1,
        "empty": NONE_KNOWN if by_text else NONE_COUNTED,
    }


def named(
    items: Sequence[nb_teach_lesson.Item], own: Sequence[str], lesson: Lesson, by_text: bool
) -> tuple[str, dict[str, Any] | None]:
    """What names a lesson: its hash, and a request's fields but for the text.

    The request is None where the own texts are too long to repeat.
    """
    request = {
        "taught": nb_teach_lesson.encode(items),
        "own": list(own),
        "kind": lesson.kind,
        "alpha": lesson.alpha,
        "prior": lesson.prior,
        "by_text": by_text,
    }
    name = hashlib.sha256(json.dumps(request).encode()).hexdigest()[:16]
    return name, (request if sum(map(len, own)) <= MAX_ASKED else None)


def warm() -> None:
    """Load what an answer needs."""
    reading(nb_teach.empty(), "", True)
    held(nb_teach.empty())


@lru_cache(maxsize=16)
def held(lesson: Lesson) -> bytes:
    """The lesson's lexicon (see `lexicon`) as JSON, and as "trail" what came to it by step.

    taught: the n messages' words, `words` of each, one after the other, as (feature, times), once
    each under Bernoulli. log (M,): log(m + alpha) for m = 0, 1, ...; by step (n + 1): the prior's
    log-odds, and by class (2, n + 1) log_total, messages and absent, as in `Trail`.
    """
    made = trail(lesson.taught, lesson.kind, lesson.alpha, lesson.prior)
    rows = made.counts.tocsr()
    bernoulli = lesson.kind == "bernoulli"
    largest = max(lesson.counted.feature_count.max(), len(made.label))
    total = np.log(made.words + lesson.alpha * rows.shape[1])
    told = {
        "label": made.label.tolist(),
        "words": np.diff(rows.indptr).tolist(),
        "features": deflated(rows.indices.astype("<u2")),
        "times": deflated(rows.data.astype("<u2")),
        "log": np.log(np.arange(largest + 1) + lesson.alpha).tolist(),
        "prior": (np.log(made.prior) - np.log1p(-made.prior)).tolist(),
        "log_total": None if bernoulli else total.T.tolist(),
        "messages": made.messages.T.astype(int).tolist(),
        "absent": made.absent.T.tolist(),
        "no_word": NO_WORD[lesson.kind],
    }
    model = lexicon(lesson.model, spam.load().vocabulary, spam.SPELLING)
    return json.dumps({**(model or {}), "trail": told}, allow_nan=False).encode()


def question(text: bytes) -> tuple[Lesson, str, bool, int, bool]:
    """The lesson and the text that a browser asks for, from UTF-8 JSON of `FIELDS`.

    taught and own: as in the page's link. With "lexicon" true the lesson's own is asked for; "id"
    comes back in the answer. Raises ValueError naming the field that is wrong.
    """
    said = asking.fields(text, FIELDS, ("id", "lexicon"))
    codes, own, read, prior = said["taught"], said["own"], said["text"], said["prior"]
    if not isinstance(codes, str):
        raise ValueError(f"taught must be text; got {asking.shortened(codes)}")
    if not isinstance(own, list) or not all(isinstance(one, str) for one in own):
        raise ValueError(f"own must be a list of texts; got {asking.shortened(own)}")
    if sum(map(len, own)) > MAX_ASKED:
        raise ValueError(f"own must have at most {MAX_ASKED} characters in all")
    if not isinstance(read, str) or len(read) > spam.MAX_CHARS:
        told = asking.shortened(read)
        raise ValueError(f"text must be text of at most {spam.MAX_CHARS} characters; got {told}")
    by_text, words = asking.flag(said, "by_text"), asking.flag(said, "lexicon", False)
    kind = asking.one_of(said, "kind", tuple(KINDS))
    alpha = asking.number(said, "alpha", 0.001, 100)
    if prior is not None:
        prior = asking.number(said, "prior", 0.001, 0.999)
    number = said.get("id", 0)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**53:
        raise ValueError(f"id must be a whole number; got {asking.shortened(number)}")
    lesson = _lesson(codes, tuple(own), kind, alpha, prior)
    return lesson, read, by_text, number, words


@lru_cache(maxsize=24)
def _lesson(
    codes: str, own: tuple[str, ...], kind: str, alpha: float, prior: float | None
) -> Lesson:
    return nb_teach_lesson.lesson(nb_teach_lesson.decode(codes, own), own, kind, alpha, prior)


def answer(lesson: Lesson, text: str, by_text: bool, number: int, words: bool) -> bytes:
    """`reading` with the request's "id" as UTF-8 JSON, or with `words` what `held` says."""
    if words:
        return held(lesson)
    said = {"id": number, **reading(lesson, text, by_text)}
    return json.dumps(said, allow_nan=False).encode()
