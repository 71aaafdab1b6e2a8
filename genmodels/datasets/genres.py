"""The Brown corpus by genre: word counts of its 500 documents, and the tokeniser of a typed text.

    python -m genmodels.datasets.genres --data FOLDER

rebuilds `assets/data/brown_genres.npz` from FOLDER/brown/genre_counts.npz. Only counts ship.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from genmodels import ASSETS, assets
from genmodels.datasets import command
from genmodels.datasets.source import Source
from genmodels.datasets.word_counts import Spelling, Token, pack, unpack

FILE = ASSETS / "data" / "brown_genres.npz"
MAX_CHARS = 12_000
"""Characters of a text that are read: as long as the corpus's documents, about 2,000 words."""
REPEATS, FOLDS = 5, 5
"""Cross-validation: five times five folds, each with the same share of every class."""

TITLES = {
    "news": "News", "editorial": "Editorial", "reviews": "Reviews",
    "religion": "Religion", "hobbies": "Hobbies", "lore": "Popular lore",
    "belles_lettres": "Belles lettres", "government": "Government", "learned": "Learned",
    "fiction": "Fiction", "mystery": "Mystery", "science_fiction": "Science fiction",
    "adventure": "Adventure", "romance": "Romance", "humor": "Humour",
}  # fmt: skip
GENRES = tuple(TITLES)
GROUPS = {
    "Press": ("news", "editorial", "reviews"),
    "Other prose": ("religion", "hobbies", "lore", "belles_lettres"),
    "Official, learned": ("government", "learned"),
    "Fiction": ("fiction", "mystery", "science_fiction", "adventure", "romance", "humor"),
}
WAYS = (15, 4)

SOURCE = Source(
    title="Brown corpus by genre",
    citation="Francis and Kucera 1964, counted by word",
    licence="counts only; the corpus is for non-commercial use",
    size="500 documents of about 2,000 words, 15 genres, 11,102 words",
    caution="American English of 1961; genres have from 6 to 80 documents.",
)


@dataclass(frozen=True, eq=False)
class GenreCounts:
    """`counts` (500, F) sparse; `genre` (500,) a place in GENRES, `group` (500,) one in GROUPS.

    `doc`: the corpus's own names. `folds[ways]` (5, 500): which of five folds tests a document,
    in each of five repeats.
    """

    counts: sparse.csr_array
    genre: NDArray[np.int64]
    group: NDArray[np.int64]
    doc: tuple[str, ...]
    vocabulary: tuple[str, ...]
    feature: dict[str, int]
    folds: dict[int, NDArray[np.int64]]

    def labels(self, ways: int) -> NDArray[np.int64]:
        return self.genre if ways == 15 else self.group


def classes(ways: int) -> tuple[str, ...]:
    """The names of the 15 genres or the 4 groups. Raises ValueError on another number."""
    if ways not in WAYS:
        raise ValueError(f"ways must be 15 or 4; got {ways!r}")
    return tuple(TITLES.values()) if ways == 15 else tuple(GROUPS)


@cache
def load() -> GenreCounts:
    """The counts, read once."""
    with assets.arrays(FILE) as stored:
        counts, words = unpack(stored)
        genre = stored["genre"].astype(np.int64)
        doc = tuple(str(name) for name in stored["doc"])
        folds = {ways: stored[f"folds_{ways}"].astype(np.int64) for ways in WAYS}
    of = np.array([next(i for i, g in enumerate(GROUPS.values()) if name in g) for name in GENRES])
    return GenreCounts(
        counts, genre, of[genre], doc, words, {word: f for f, word in enumerate(words)}, folds
    )


# -- words of a text -----------------------------------------------------------------------------

# As the corpus has them: lower case, with the signs inside a word and an abbreviation's stop.
SPELLING = Spelling(r"[a-z]+(?:['./-][a-z]+)*['.]?", ends="'.")


def tokenise(text: str) -> list[Token]:
    """The words of `text` in reading order; digits, marks and other scripts lie between them.

    A stop or an apostrophe at a word's end belongs to it only where the vocabulary has the word
    no other way (mr., u.s., o'). Raises ValueError on more than MAX_CHARS characters.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"text must have at most {MAX_CHARS} characters; got {len(text)}")
    feature = load().feature
    tokens = []
    for match in SPELLING.matches(text):
        whole = match[0]
        bare = whole.rstrip(SPELLING.ends)
        word = whole if bare not in feature and whole in feature else bare
        start = match.start()
        tokens.append(Token(start, start + len(word), word, feature.get(word, -1)))
    return tokens


# -- building ------------------------------------------------------------------------------------


SOURCE_FILE = "brown/genre_counts.npz"


def build(folder: Path) -> None:
    """Pack the counts and draw the folds, as scikit-learn's StratifiedKFold does with seeds 0-4."""
    from sklearn.model_selection import StratifiedKFold

    with np.load(folder / SOURCE_FILE, allow_pickle=False) as stored:
        packed = pack(stored)
        genre = np.array([GENRES.index(name) for name in stored["genre"].tolist()])
        doc = stored["doc"]
    of = np.array([next(i for i, g in enumerate(GROUPS.values()) if name in g) for name in GENRES])
    folds: dict[str, Any] = {}
    for ways, labels in ((15, genre), (4, of[genre])):
        fold = np.zeros((REPEATS, len(genre)), np.uint8)
        for repeat in range(REPEATS):
            split = StratifiedKFold(FOLDS, shuffle=True, random_state=repeat)
            for k, (_, test) in enumerate(split.split(np.zeros(len(genre)), labels)):
                fold[repeat, test] = k
        folds[f"folds_{ways}"] = fold
    arrays: dict[str, Any] = {"genre": genre.astype(np.uint8), "doc": doc, **packed, **folds}
    np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    build(command.folder("genres", "Pack the Brown corpus's counts by genre.", SOURCE_FILE))
