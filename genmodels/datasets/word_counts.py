"""Sparse tables of word counts as the program ships them, and how they are packed.

A row is a text, a column a word. Columns of a row are stored as the steps from one to the next,
which compress to two thirds of the columns themselves.
"""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class Token(NamedTuple):
    """A word where it stands: text[start:end] counts as `word`; `feature` is -1 if unknown."""

    start: int
    end: int
    word: str
    feature: int


# Only A to Z: str.lower can change a text's length, and so its places.
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Spelling:
    """How a text is cut into words: what a tokeniser is made of, and a browser's (lexicon.js) too.

    `pattern` is matched from left to right, ASCII, in the text with A to Z in lower case and, with
    `apostrophe`, ’ as '. A match of a group of `kinds` counts as that kind's name. `ends` are
    signs that stay at a word's end only where the vocabulary has the word no other way. `pairs`:
    each word also stands with the next, unless a match that opens with no letter parts them; with
    `negates`, words are marked NOT_ from a word that this pattern matches whole to such a match.
    """

    pattern: str
    kinds: tuple[str, ...] = ()
    apostrophe: bool = True
    ends: str = ""
    pairs: bool = False
    negates: str = ""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """`pattern`, compiled once."""
        return re.compile(self.pattern, re.ASCII)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """What `pattern` finds in `text`, at its own places."""
        lower = text.translate(LOWER)
        return self.regex.finditer(lower.replace("’", "'") if self.apostrophe else lower)

    def javascript(self) -> dict[str, Any]:
        """The same as plain values, its pattern in JavaScript's terms."""
        pattern = self.pattern.replace("(?P<", "(?<")
        # JavaScript's space is every script's.
        pattern = pattern.replace(r"\S", r"[^ \t\n\r\f\v]").replace(r"\s", r"[ \t\n\r\f\v]")
        return {**asdict(self), "kinds": list(self.kinds), "pattern": pattern}


def pack(stored: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays of a table (`data`, `indices`, `indptr`, `shape`, `vocab`) as they ship.

    Raises ValueError where the counts don't fit their type, or the vocabulary its columns.
    """
    n, f = (int(size) for size in stored["shape"])
    words = stored["vocab"].item().decode().split("\n")
    if len(words) != f:
        raise ValueError(f"vocab must have {f} words, one a column; got {len(words)}")
    table = sparse.csr_array(
        (stored["data"].astype(np.int64), stored["indices"].astype(np.int32), stored["indptr"]),
        shape=(n, f),
    )
    table.sum_duplicates()  # and sorts each row
    if table.data.size and not 1 <= table.data.min() <= table.data.max() < 2**16:
        raise ValueError(f"counts must be 1 to 65535; got {table.data.min()} to {table.data.max()}")
    steps = np.diff(table.indices, prepend=0)
    steps[table.indptr[:-1]] = table.indices[table.indptr[:-1]]  # a row's first column is whole
    return {
        "counts": table.data.astype(np.uint8 if table.data.max() < 256 else np.uint16),
        "steps": steps.astype(np.uint16),
        "lengths": np.diff(table.indptr).astype(np.uint16),
        "vocab": np.array("\n".join(words).encode()),
    }


def unpack(stored: Mapping[str, Any]) -> tuple[sparse.csr_array, tuple[str, ...]]:
    """(counts (N, F), words) of what `pack` made; counts as float64, ready for a model."""
    words = tuple(stored["vocab"].item().decode().split("\n"))
    lengths = stored["lengths"].astype(np.int64)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    # One running sum for all rows; what had gathered before a row is taken off again.
    gathered = np.cumsum(stored["steps"].astype(np.int64))
    before = np.concatenate([[0], gathered])[indptr[:-1]]
    indices = gathered - np.repeat(before, lengths)
    counts = sparse.csr_array(
        (stored["counts"].astype(np.float64), indices.astype(np.int32), indptr),
        shape=(len(lengths), len(words)),
    )
    return counts, words


def utf16_places(text: str, places: list[int]) -> list[int]:
    """Places in characters as places in UTF-16 units, as JavaScript counts."""
    if not text or text.isascii() or ord(max(text)) <= 0xFFFF:
        return places
    units = np.cumsum([0, *(1 + (ord(c) > 0xFFFF) for c in text)])
    return list(units[places].tolist())
