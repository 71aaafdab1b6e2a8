"""Counts of words and tags in the Brown corpus, and what a tagger made of them reaches.

    python -m genmodels.datasets.brown --data FOLDER

rebuilds `assets/data/brown_tags.npz` from FOLDER with pos_uni12_train450.npz (counts of 450
documents) and pos_uni12_heldout_1500_sentences.txt.gz (sentences of the other 50, which don't
ship).
"""

import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets, tagging
from genmodels.datasets import command
from genmodels.datasets.source import Source
from genmodels.tagging import Counts, Smoothing

FILE = ASSETS / "data" / "brown_tags.npz"
BASELINE = "most frequent tag"
ENDINGS = "nothing added, endings"
ALPHAS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""The alphas whose accuracy was measured."""
METHODS: dict[str, Smoothing] = {
    ENDINGS: None, **{f"add {alpha:g}": alpha for alpha in ALPHAS}
}  # fmt: skip
"""The taggers measured, in the rows after the baseline's."""
TAGS = ("NOUN", "VERB", "ADJ", "ADV", "PRON", "DET", "ADP", "CONJ", "NUM", "PRT", ".", "X")
"""As the page orders them: content words first."""
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
    """Held-out sentences, counted; rows are the baseline and then each of METHODS.

    `right` (R, 2) of `tokens` (2,): known and unknown words; `whole` (R,): sentences with every
    tag right, of `sentences`; `confusion` (R, K, K): true tag by row, found tag by column.
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
    with assets.arrays(FILE) as stored:
        return counts_of(stored)


@cache
def held() -> Held:
    with assets.arrays(FILE) as stored:
        return Held(
            stored["right"], stored["tokens"], stored["whole"], int(stored["sentences"]),
            stored["confusion"],
        )  # fmt: skip


def counts_of(stored: Mapping[str, np.ndarray]) -> Counts:
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


def measured(counts: Counts, sentences: Iterable[Sentence], methods: dict[str, Smoothing]) -> Held:
    """What the baseline and each method get right in tagged sentences."""
    K, R = counts.n_tags, len(methods) + 1
    right, tokens, n_sentences = np.zeros((R, 2), np.int64), np.zeros(2, np.int64), 0
    whole, confusion = np.zeros(R, np.int64), np.zeros((R, K, K), np.int64)
    for sentence in sentences:
        n_sentences += 1
        words = [word for word, _ in sentence]
        truth = np.array([counts.tags.index(tag) for _, tag in sentence])
        unknown = np.array([word.lower() not in counts.words for word in words])
        tokens += (~unknown).sum(), unknown.sum()
        answers = [tagging.most_frequent(counts, words)]
        answers += [tagging.tag(counts, words, alpha) for alpha in methods.values()]
        for m, found in enumerate(map(np.array, answers)):
            good = found == truth
            right[m] += (good & ~unknown).sum(), (good & unknown).sum()
            whole[m] += good.all()
            np.add.at(confusion[m], (truth, found), 1)
    return Held(right, tokens, whole, n_sentences, confusion)


def sentences(path: Path) -> Iterator[Sentence]:
    """A sentence a line: word|||TAG, two spaces between."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            pairs = [token.rpartition("|||") for token in line.strip().split("  ") if token]
            yield [(word, tag) for word, _, tag in pairs]


def ordered(stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The source's counts with the tags in the order of TAGS, and nothing else of it."""
    old = [str(tag) for tag in stored["tags"]]
    to_old = np.array([old.index(tag) for tag in TAGS])
    to_new = np.argsort(to_old)
    all_old = np.append(to_old, len(old))  # the start and end stay last
    return {
        "tags": np.array(TAGS),
        "trans": stored["trans"][np.ix_(all_old, all_old)],
        "data": stored["data"],
        "indices": to_new[stored["indices"]].astype(np.uint8),
        "indptr": stored["indptr"],
        "words": stored["words"],
        "suf_key": stored["suf_key"],
        "suf_counts": stored["suf_counts"][:, to_old],
    }


def build(folder: Path) -> None:
    with np.load(folder / COUNTED, allow_pickle=False) as stored:
        kept = ordered({name: stored[name] for name in stored.files})
    found = measured(counts_of(kept), sentences(folder / HELD_OUT), METHODS)
    for m, method in enumerate((BASELINE, *METHODS)):
        print(f"{method}: {found.accuracy(m):.4f}, {found.right[m] / found.tokens}")
    everything: dict[str, Any] = {
        **kept,
        "right": found.right,
        "tokens": found.tokens,
        "whole": found.whole,
        "sentences": np.array(found.sentences),
        "confusion": found.confusion,
    }
    np.savez_compressed(FILE, **everything)


COUNTED = "brown/pos_uni12_train450.npz"
HELD_OUT = "brown/pos_uni12_heldout_1500_sentences.txt.gz"

if __name__ == "__main__":
    build(command.folder("brown", "Pack the Brown corpus's counts by tag.", COUNTED, HELD_OUT))
