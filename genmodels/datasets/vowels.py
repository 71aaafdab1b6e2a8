"""Peterson and Barney's vowels in full: who said which, and the four frequencies measured in it."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS
from genmodels.datasets import clustering
from genmodels.datasets.source import Source

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

KINDS = ("man", "woman", "child")
SYMBOLS = ("i", "ɪ", "ɛ", "æ", "ɑ", "ɔ", "ʊ", "u", "ʌ", "ɝ")
"""The phonetic sign of each of `clustering.WORDS`, in its order."""


@dataclass(frozen=True, eq=False)
class Vowels:
    """N vowels. F (N, 4): F0, F1, F2, F3 in Hz.

    labels (N,): which of `words`; speakers (N,): from 1; kinds (N,): which of KINDS the speaker is.
    The arrays can't be written to.
    """

    F: Array
    labels: Labels
    speakers: Labels
    kinds: Labels
    words: tuple[str, ...]
    source: Source

    def __post_init__(self) -> None:
        for values in (self.F, self.labels, self.speakers, self.kinds):
            values.setflags(write=False)


@cache
def load() -> Vowels:
    with (ASSETS / "data" / "vowels.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    labels = list(clustering.WORDS)
    return Vowels(
        F=np.array([[float(row[name]) for name in ("F0", "F1", "F2", "F3")] for row in rows]),
        labels=np.array([labels.index(row["Vowel"]) for row in rows]),
        speakers=np.array([int(row["Speaker"]) for row in rows]),
        kinds=np.array(["mwc".index(row["Type"]) for row in rows]),
        words=tuple(clustering.WORDS.values()),
        source=clustering.load("vowels").source,
    )


def lobanov(F: Array, speakers: Labels) -> Array:
    """Each column less its speaker's mean, in its speaker's standard deviations (Lobanov 1971).

        z_nd = (F_nd - mean_d(speaker)) / sd_d(speaker)

    F (N, D) in Hz, speakers (N,). It needs every speaker's whole set of vowels. Raises ValueError
    where a speaker's values don't differ.
    """
    Z = np.empty_like(F, dtype=np.float64)
    for speaker in np.unique(speakers):
        own = speakers == speaker
        deviation = F[own].std(axis=0)
        if not (deviation > 0).all():
            raise ValueError(f"F must differ among the vowels of speaker {speaker}; it does not")
        Z[own] = (F[own] - F[own].mean(axis=0)) / deviation
    return Z
