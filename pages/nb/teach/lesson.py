"""The teaching page's lesson: its codes in the link, a table of labelled messages, its trail.

A code is a source, a place and a label: `m2s` the page's message 2 as spam, `c17h` corpus message
17 as ham, `o0s` the reader's own text 0. Without a letter at the end the label is the true one;
`c0-9` is a run of such corpus messages.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.kit.opened import Opened
from pages.nb.teach import case as nb_teach
from pages.nb.teach.case import MAX_TAUGHT, Lesson, Taught, WordRow

Array = NDArray[np.float64]
_CODE = re.compile(r"(?:([mco])(\d{1,4})([hs]?)|c(\d{1,4})-(\d{1,4}))")
MAX_FILE = 4_000_000
"""Bytes of an uploaded table."""
MAX_OWN_LINK = 3000
"""Characters of own texts that a link may hold."""
LABELS = {"spam": True, "1": True, "ham": False, "0": False}


@dataclass(frozen=True)
class Item:
    """One taught message: source "m", "c" or "o", its place there, and the label given."""

    source: str
    place: int
    is_spam: bool


def message_of(item: Item, own: Sequence[str]) -> Taught:
    """The item as it is taught; raises ValueError on a place that isn't there."""
    if item.source == "m":
        if item.place >= len(spam.MESSAGES):
            raise ValueError(f"message must be below {len(spam.MESSAGES)}; got {item.place}")
        made = nb_teach.starting_message(spam.MESSAGES[item.place].key)
    elif item.source == "c":
        made = nb_teach.corpus_message(item.place)
    else:
        if item.place >= len(own):
            raise ValueError(f"own text must be below {len(own)}; got {item.place}")
        made = nb_teach.message(f"own {item.place + 1}", own[item.place], item.is_spam)
    return replace(made, is_spam=item.is_spam)


def true_label(source: str, place: int) -> bool | None:
    """What a message really is; None for the reader's own."""
    if source == "m":
        return spam.MESSAGES[place].is_spam
    return nb_teach.corpus_message(place).is_spam if source == "c" else None


def title(item: Item) -> str:
    """A message's name as the page shows it."""
    if item.source == "m":
        return spam.MESSAGES[item.place].title
    return f"corpus {item.place}" if item.source == "c" else f"own {item.place + 1}"


# -- links ---------------------------------------------------------------------------------------


def encode(items: Sequence[Item]) -> str:
    """The items as codes joined by dots; runs of truly labelled corpus messages are shortened."""
    codes: list[str] = []
    i = 0
    while i < len(items):
        one = items[i]
        true = true_label(one.source, one.place) == one.is_spam
        j = i + 1
        while (
            one.source == "c" and true and j < len(items)
            and items[j] == Item("c", one.place + j - i, bool(true_label("c", one.place + j - i)))
        ):  # fmt: skip
            j += 1
        if j > i + 1:
            codes.append(f"c{one.place}-{one.place + j - i - 1}")
        else:
            codes.append(f"{one.source}{one.place}{'' if true else 's' if one.is_spam else 'h'}")
        i = j
    return ".".join(codes)


def decode(text: str, own: Sequence[str]) -> tuple[Item, ...]:
    """The items of a link's codes.

    Raises ValueError naming a code that can't be read, messages that aren't there and more than
    MAX_TAUGHT.
    """
    items: list[Item] = []
    for code in text.split(".") if text else ():
        match = _CODE.fullmatch(code)
        if not match:
            raise ValueError(f"codes must be like m2s, c17 or c0-9; got “{code[:20]}”")
        source, place, label, first, last = match.groups()
        if first is not None:
            if not int(first) <= int(last) < int(first) + MAX_TAUGHT:
                raise ValueError(f"a run must rise, by at most {MAX_TAUGHT}; got “{code}”")
            _check_room(len(items) + int(last) - int(first) + 1)
            found = [Item("c", n, True) for n in range(int(first), int(last) + 1)]
        else:
            found = [Item(source, int(place), label == "s")]
            if label:
                items += found
                _check_room(len(items))
                continue
        for item in found:
            message_of(item, own)  # there, or ValueError
            true = true_label(item.source, item.place)
            if true is None:
                raise ValueError(f"an own text must say h or s; got “{code}”")
            items.append(replace(item, is_spam=true))
        _check_room(len(items))
    for item in items:
        message_of(item, own)
    return tuple(items)


def _check_room(n: int) -> None:
    """ValueError above MAX_TAUGHT: said while a link is read, before its messages are made."""
    if n > MAX_TAUGHT:
        raise ValueError(f"a lesson may hold at most {MAX_TAUGHT} messages; got {n} or more")


def own_link(own: Sequence[str]) -> str | None:
    """Own texts for the link, or None where there are none or they are too long."""
    text = json.dumps(list(own), ensure_ascii=False, separators=(",", ":"))
    return text if own and len(text) <= MAX_OWN_LINK else None


def own_from_link(text: str | None) -> tuple[str, ...]:
    """The own texts of a link; raises ValueError on anything but a short list of texts."""
    if text is None:
        return ()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"own texts must be a list of texts; got “{text[:40]}”")
    for one in found[:MAX_TAUGHT]:
        nb_teach.message("own", one, True)
    return tuple(found[:MAX_TAUGHT])


# -- lessons -------------------------------------------------------------------------------------


def lesson(
    items: Sequence[Item], own: Sequence[str], kind: str, alpha: float, prior: float | None
) -> Lesson:
    """All items taught to an empty classifier, in order."""
    start = nb_teach.empty(kind, alpha, prior)
    return nb_teach.teach(start, *(message_of(item, own) for item in items))


def next_corpus(items: Sequence[Item], after: int = 0) -> int | None:
    """The first corpus message from `after` on that isn't taught; None where all are."""
    taught = {item.place for item in items if item.source == "c"}
    total = len(spam.load().train)
    return next((n for n in range(after, total) if n not in taught), None)


def corpus_words(n: int, most: int = 40) -> str:
    """A corpus message as its counted words, most frequent first."""
    vocabulary = spam.load().vocabulary
    words = sorted(nb_teach.corpus_message(n).words, key=lambda pair: -pair[1])
    told = [f"{vocabulary[f]} ×{times}" if times > 1 else vocabulary[f] for f, times in words]
    left = len(told) - most
    return ", ".join(told[:most]) + (f", and {left} more words" if left > 0 else "")


@lru_cache(maxsize=24)
def accuracies(
    taught: tuple[Taught, ...], kind: str, alpha: float, prior: float | None
) -> tuple[float, ...]:
    """The held-out accuracy from the empty classifier to the whole lesson, one product for all.

    With no message every log-odds is the prior's: at 1/2 none is called spam.
    """
    if not alpha > 0:
        raise ValueError(f"alpha must be above 0 here; got {alpha!r}")
    data = spam.load()
    X = data.counts[data.held_out].astype(float)
    is_spam = data.is_spam[data.held_out] == spam.SPAM
    if kind == "bernoulli":
        X.data = (X.data > 0).astype(float)
    now = nb_teach.empty(kind, alpha, prior)
    weights, starts = [], []
    for one in (None, *taught):
        now = now if one is None else nb_teach.teach(now, one)
        counts, rows, p = now.counted.feature_count, now.counted.class_count, now.spam_prior
        there = np.log(counts + alpha)
        start = np.log(p / (1 - p))
        if kind == "multinomial":
            total = np.log(counts.sum(axis=1) + alpha * counts.shape[1])
            weight = there - total[:, None]
        else:
            absent = np.log(rows[:, None] - counts + alpha)
            weight = there - absent
            each = (absent - np.log(rows + 2 * alpha)[:, None]).sum(axis=1)
            start += each[spam.SPAM] - each[spam.HAM]
        weights.append(weight[spam.SPAM] - weight[spam.HAM])
        starts.append(start)
    odds = X @ np.stack(weights, axis=1) + np.array(starts)
    return tuple(((odds > 0) == is_spam[:, None]).mean(axis=0).tolist())


# -- a table of labelled messages ----------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """Labelled texts of a file, and in words what was left out."""

    rows: tuple[tuple[str, bool], ...]
    notes: tuple[str, ...]


def read_table(data: bytes, room: int) -> Table:
    """The messages of a CSV file with the columns text and label (spam or ham, 1 or 0).

    At most `room` of them. Raises ValueError on a file too large, not UTF-8 or without these
    columns, naming the columns that there are, and on one with no message that can be taught.
    """
    if len(data) > MAX_FILE:
        raise ValueError(f"the file must have at most {MAX_FILE:,} bytes; got {len(data):,}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"the file must be UTF-8 text; byte {error.start} isn't") from None
    if "\0" in text:
        raise ValueError("the file must be text; it has a zero byte")
    try:
        dialect = csv.Sniffer().sniff(text[:2000].split("\n")[0], ",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.DictReader(io.StringIO(text), dialect=dialect)
    names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    for wanted in ("text", "label"):
        if wanted not in names:
            there = ", ".join(n[:20] for n in list(names)[:8] if n) or "nothing"
            raise ValueError(
                f"the file must have a column named {wanted}; its first line has: {there}"
            )
    rows: list[tuple[str, bool]] = []
    left = {"label": 0, "text": 0}
    try:
        for row in reader:
            label = (row.get(names["label"]) or "").strip().lower()
            if label not in LABELS:
                left["label"] += 1
                continue
            try:
                nb_teach.message("own", row.get(names["text"]) or "", LABELS[label])
            except ValueError:
                left["text"] += 1
                continue
            rows.append((row[names["text"]], LABELS[label]))
    except csv.Error as error:
        raise ValueError(f"the file must be a CSV table; line {reader.line_num}: {error}") from None
    notes = []
    if left["label"]:
        notes.append(f"{left['label']} rows have a label that is none of spam, ham, 1, 0.")
    if left["text"]:
        notes.append(
            f"{left['text']} rows have no word that can be counted, or more than "
            f"{spam.MAX_CHARS:,} characters."
        )
    if not rows:
        raise ValueError(" ".join(["the file must have a labelled message; got none.", *notes]))
    if len(rows) > room:
        notes.append(f"Of {len(rows)} messages the first {room} fit: a lesson holds {MAX_TAUGHT}.")
    return Table(tuple(rows[:room]), tuple(notes))


# -- what the page shows -------------------------------------------------------------------------


def words_of(text: str) -> list[str]:
    """The known words of a text, each once, in reading order."""
    vocabulary = spam.load().vocabulary
    return [vocabulary[f] for f in dict.fromkeys(f for f in spam.features(text) if f >= 0)]


def table_rows(lesson: Lesson, text: str, by_text: bool, most: int = 11) -> tuple[WordRow, ...]:
    """The table's lines: the text's words, or the ones counted most."""
    if not by_text:
        return nb_teach.table(lesson, most)
    feature = spam.load().feature
    return nb_teach.rows_of(lesson, [feature[word] for word in words_of(text)[:most]])


def until(lesson: Lesson, n: int) -> Lesson:
    """The lesson after its first n messages: the later ones are unlearned."""
    while len(lesson.taught) > n:
        lesson = nb_teach.unlearn(lesson, len(lesson.taught) - 1)
    return lesson


def unknown_words(lesson: Lesson, most: int = 8) -> str:
    """Which words of the last message taught aren't in the vocabulary; "" where all are."""
    if not lesson.taught or not lesson.taught[-1].unknown:
        return ""
    words = lesson.taught[-1].unknown
    told = ", ".join(word[:20] for word in words[:most])
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"Not in the vocabulary, so not counted: {told}{more}. "


def safe(opened: Opened, clean: Callable[[str], str]) -> Opened:
    """The same with words of a message made harmless for Markdown."""
    rows = tuple(replace(row, label=clean(row.label)) for row in opened.rows)
    return replace(opened, title=clean(opened.title), rows=rows)
