"""Counts of words and tags in the Brown corpus, and what a tagger made of them reaches.

    python -m genmodels.datasets.brown --data FOLDER

rebuilds `assets/data/brown_tags.npz` from FOLDER with pos_uni12_train450.npz (counts of 450
documents) and pos_uni12_heldout_1500_sentences.txt.gz (sentences of the other 50, which don't
ship).
"""

import argparse
import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, tagging
from genmodels.datasets.source import Source
from genmodels.tagging import SMOOTHINGS, Counts

FILE = ASSETS / "data" / "brown_tags.npz"
BASELINE = "most frequent tag"
METHODS = (BASELINE, *SMOOTHINGS)
TITLES = {
    ".": "mark", "ADJ": "adjective", "ADP": "preposition", "ADV": "adverb", "CONJ": "conjunction",
    "DET": "determiner", "NOUN": "noun", "NUM": "number", "PRON": "pronoun", "PRT": "particle",
    "VERB": "verb", "X": "other",
}  # fmt: skip
SOURCE = Source(
    title="Brown corpus",
    citation="Francis and Kucera 1964, 450 of its 500 documents counted; 12 universal tags",
    licence="counts only; the corpus is for non-commercial use",
    size="1,045,088 words",
    caution="American English of 1961, tags mapped by this project.",
)

Sentence = list[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Held:
    """Held-out sentences, counted. For each of METHODS: right (known, unknown), whole sentences.

    `right` (4, 2) of `tokens` (2,): known and unknown words; `whole` (4,) of `sentences`;
    `confusion` (4, K, K): true tag by row, found tag by column.
    """

    right: NDArray[np.int64]
    tokens: NDArray[np.int64]
    whole: NDArray[np.int64]
    sentences: int
    confusion: NDArray[np.int64]

    def accuracy(self, method: int) -> float:
        return float(self.right[method].sum() / self.tokens.sum())


@cache
def load() -> Counts:
    with np.load(FILE, allow_pickle=False) as stored:
        return counts_of(stored)


@cache
def held() -> Held:
    with np.load(FILE, allow_pickle=False) as stored:
        return Held(
            stored["right"], stored["tokens"], stored["whole"], int(stored["sentences"]),
            stored["confusion"],
        )  # fmt: skip


def counts_of(stored: np.lib.npyio.NpzFile) -> Counts:
    """The counts of an opened file, as the build reads it and as it ships."""
    words = stored["words"].item().decode().split("\n")
    keys = [key.partition("\t") for key in stored["suf_key"].item().decode().split("\n")]
    tags = tuple(str(tag) for tag in stored["tags"])
    by_word = np.zeros((len(words), len(tags)))
    rows = np.repeat(np.arange(len(words)), np.diff(stored["indptr"]))
    by_word[rows, stored["indices"]] = stored["data"]
    return Counts(
        tags,
        stored["trans"].astype(np.int64),
        {word: i for i, word in enumerate(words)},
        by_word,
        {(kind, ending): i for i, (kind, _, ending) in enumerate(keys)},
        stored["suf_counts"].astype(np.float64),
    )


def measured(counts: Counts, sentences: list[Sentence]) -> Held:
    """What each method gets right in tagged sentences."""
    K = counts.n_tags
    right, tokens = np.zeros((len(METHODS), 2), np.int64), np.zeros(2, np.int64)
    whole, confusion = np.zeros(len(METHODS), np.int64), np.zeros((len(METHODS), K, K), np.int64)
    for sentence in sentences:
        words = [word for word, _ in sentence]
        truth = np.array([counts.tags.index(tag) for _, tag in sentence])
        unknown = np.array([word.lower() not in counts.words for word in words])
        tokens += (~unknown).sum(), unknown.sum()
        for m, method in enumerate(METHODS):
            found = np.array(
                tagging.most_frequent(counts, words)
                if method == BASELINE
                else tagging.tag(counts, words, SMOOTHINGS[m - 1])
            )
            if not len(found):  # no path: nothing is right
                continue
            good = found == truth
            right[m] += (good & ~unknown).sum(), (good & unknown).sum()
            whole[m] += good.all()
            np.add.at(confusion[m], (truth, found), 1)
    return Held(right, tokens, whole, len(sentences), confusion)


def sentences(path: Path) -> Iterator[Sentence]:
    """A sentence a line: word|||TAG, two spaces between."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pairs = [token.rpartition("|||") for token in line.strip().split("  ") if token]
            yield [(word, tag) for word, _, tag in pairs]


def build(folder: Path) -> None:
    with np.load(folder / "pos_uni12_train450.npz", allow_pickle=False) as stored:
        kept = {name: stored[name] for name in stored.files}
        counts = counts_of(stored)
    found = measured(counts, list(sentences(folder / HELD_OUT)))
    for m, method in enumerate(METHODS):
        print(f"{method}: {found.accuracy(m):.4f}, {found.right[m] / found.tokens}")
    np.savez_compressed(
        FILE, **kept, right=found.right, tokens=found.tokens, whole=found.whole,
        sentences=found.sentences, confusion=found.confusion,
    )  # fmt: skip


HELD_OUT = "pos_uni12_heldout_1500_sentences.txt.gz"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("GENMODELS_DATA"))
    chosen = parser.parse_args().data
    if not chosen:
        parser.error("--data FOLDER must name the folder with the two Brown files")
    build(Path(chosen))
