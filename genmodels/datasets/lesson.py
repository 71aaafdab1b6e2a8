"""Sixty written one-line reviews as counts: of words, of words and pairs, of words marked by “not”.

The food reviews ship as counts of single words, in which pairs are gone. These few lines, written
for the page, show what pairs and negation marks do. They measure nothing.
"""

import re
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets.source import Source
from genmodels.datasets.word_counts import Token
from genmodels.datasets.written_texts import LESSON

FEATURES = ("words", "words and pairs", "words marked after “not”")
NAMES = {"lesson-words": FEATURES[0], "lesson-pairs": FEATURES[1], "lesson-marks": FEATURES[2]}
MAX_CHARS = 12_000
SOURCE = Source(
    title="Sixty one-line reviews",
    citation="written for this page",
    licence="MIT",
    size="30 bad and 30 good, full of “not”",
    caution="They show how pairs and marks work, and measure nothing.",
)

_PART = re.compile(r"[a-z]+(?:['’][a-z]+)*|[.,;:!?]", re.ASCII)
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_NEGATIONS = {"not", "never", "no", "cannot"}


def features(text: str, kind: str) -> list[tuple[int, int, str]]:
    """(start, end, feature) in reading order.

    words: single words. words and pairs: those, and each word with the next unless a mark parts
    them; a pair stands where the gap between its words is. words marked after “not”: NOT_ before
    every word from a negation to the next mark (Das and Chen 2001; Pang, Lee and Vaithyanathan
    2002). Raises ValueError on another kind, and on more than MAX_CHARS characters.
    """
    if kind not in FEATURES:
        raise ValueError(f"kind must be one of {', '.join(FEATURES)}; got {kind!r}")
    if len(text) > MAX_CHARS:
        raise ValueError(f"text must have at most {MAX_CHARS} characters; got {len(text)}")
    found: list[tuple[int, int, str]] = []
    last: tuple[int, str] | None = None  # where the word before ended, and the word
    negated = False
    for match in _PART.finditer(text.translate(_LOWER)):
        word = match[0].replace("’", "'")
        if not word[0].isalpha():
            last, negated = None, False
            continue
        if kind == FEATURES[1] and last is not None:
            found.append((last[0], match.start(), f"{last[1]} {word}"))
        marked = negated and kind == FEATURES[2]
        found.append((match.start(), match.end(), f"NOT_{word}" if marked else word))
        negated = negated or word in _NEGATIONS or word.endswith("n't")
        last = (match.end(), word)
    return found


@cache
def load(kind: str) -> tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]:
    """(counts (60, F), labels (60,) 1 for good, vocabulary) with features of this kind."""
    bags = [[name for _, _, name in features(text, kind)] for text, _ in LESSON]
    vocabulary = tuple(sorted({name for bag in bags for name in bag}))
    place = {name: f for f, name in enumerate(vocabulary)}
    counts = np.zeros((len(bags), len(vocabulary)))
    for row, bag in zip(counts, bags, strict=True):
        np.add.at(row, [place[name] for name in bag], 1)
    return counts, np.array([label for _, label in LESSON]), vocabulary


@cache
def _places(kind: str) -> dict[str, int]:
    return {name: f for f, name in enumerate(load(kind)[2])}


def tokenise(text: str, kind: str) -> list[Token]:
    """The features of `text` where they stand, -1 for those that the sixty reviews haven't."""
    place = _places(kind)
    return [
        Token(start, end, name, place.get(name, -1)) for start, end, name in features(text, kind)
    ]


tokenisers = {name: partial(tokenise, kind=kind) for name, kind in NAMES.items()}
