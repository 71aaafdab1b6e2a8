"""Two DNA sequences, and counts of neighbouring bases inside and outside CpG islands.

    python -m genmodels.datasets.genome --data FOLDER

rebuilds `assets/data/genome.npz` from FOLDER/dna with lambda_NC_001416.fa.gz, human_AF129756.fa.gz,
human_BA000025_train.fa.gz and human_AF129756_mrna_5prime.json.
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets
from genmodels.datasets import command
from genmodels.datasets.source import Source

BASES = "ACGT"
FILE = ASSETS / "data" / "genome.npz"
GC, RATIO, WINDOW = 0.55, 0.65, 500
"""Takai and Jones's rule: share of C and G, observed over expected CpG, bases at least."""

LAMBDA = Source(
    title="Phage lambda",
    citation="NC_001416, Sanger and others 1982, as bowtie2's example files ship it",
    licence="public sequence record",
    size="48,502 bases",
    caution="Nobody knows the true segments.",
)
HUMAN = Source(
    title="Human chromosome 6, MHC class III",
    citation="AF129756, as EMBOSS's test files ship it",
    licence="public sequence record",
    size="184,666 bases",
    caution="Its islands are labelled by a rule, not by experiment.",
)

# Durbin, Eddy, Krogh and Mitchison, Biological Sequence Analysis (1998), page 51: from a base
# (row) to the next (column), in the order of BASES, as printed: rounded to three digits.
PUBLISHED_ISLAND = (
    (0.180, 0.274, 0.426, 0.120),
    (0.171, 0.368, 0.274, 0.188),
    (0.161, 0.339, 0.375, 0.125),
    (0.079, 0.355, 0.384, 0.182),
)
PUBLISHED_BACKGROUND = (
    (0.300, 0.205, 0.285, 0.210),
    (0.322, 0.298, 0.078, 0.302),
    (0.248, 0.246, 0.298, 0.208),
    (0.177, 0.239, 0.292, 0.292),
)


@dataclass(frozen=True, eq=False)
class Genome:
    """`phage` (48502,) and `human` (184666,): bases as indices into BASES.

    `starts` (22,): the 5' ends of the human sequence's annotated mRNAs, bases from 0. `counts`
    (8, 8): moves between neighbouring bases of another stretch of the chromosome (BA000025 without
    what it shares with `human`), A C G T in an island, then A C G T outside. Nothing can be written
    to.
    """

    phage: NDArray[np.uint8]
    human: NDArray[np.uint8]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        for values in (self.phage, self.human, self.starts, self.counts):
            values.setflags(write=False)


@cache
def load() -> Genome:
    with assets.arrays(FILE) as stored:
        return Genome(
            phage=_unpacked(stored["phage"], int(stored["lengths"][0])),
            human=_unpacked(stored["human"], int(stored["lengths"][1])),
            starts=stored["starts"].astype(np.int64),
            counts=stored["counts"].astype(np.int64),
        )


def islands(bases: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which bases lie in a CpG island by the rule of Takai and Jones (PNAS 99, 2002).

    Every window of 500 bases with at least 55 % C and G and at least 0.65 of the CpG pairs that
    its C and G would make by chance, count(CpG) 500 / (count(C) count(G)); windows that touch are
    one island, cut at both ends base by base until the whole meets the rule.
    """
    inside = np.zeros(len(bases), dtype=bool)
    if len(bases) < WINDOW:
        return inside
    C, G = bases == 1, bases == 2
    n_C, n_G, n_CG = (np.concatenate([[0], np.cumsum(x)]) for x in (C, G, C[:-1] & G[1:]))

    def meets(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
        length, c, g = end - begin, n_C[end] - n_C[begin], n_G[end] - n_G[begin]
        pairs = n_CG[end - 1] - n_CG[begin]
        return np.asarray((c + g >= GC * length) & (pairs * length >= RATIO * c * g))

    begins = np.arange(len(bases) - WINDOW + 1)
    good = begins[meets(begins, begins + WINDOW)]
    edges = np.zeros(len(bases) + 1, dtype=np.int64)
    np.add.at(edges, good, 1)
    np.add.at(edges, good + WINDOW, -1)
    covered = np.concatenate([[0], np.cumsum(edges)[:-1] > 0, [0]]).astype(np.int8)
    turns = np.flatnonzero(np.diff(covered))
    for begin, end in turns.reshape(-1, 2):
        while end - begin >= WINDOW and not meets(begin, end):
            begin, end = begin + 1, end - 1
        if end - begin >= WINDOW:
            inside[begin:end] = True
    return inside


def moves(bases: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(8, 8): how often each base, inside (0 to 3) or outside (4 to 7), is followed by each."""
    state = bases.astype(np.int64) + 4 * ~inside
    counts = np.zeros((8, 8), dtype=np.int64)
    np.add.at(counts, (state[:-1], state[1:]), 1)
    return counts


# -- building the file -------------------------------------------------------------------------


FILES = (
    "dna/lambda_NC_001416.fa.gz",
    "dna/human_AF129756.fa.gz",
    "dna/human_BA000025_train.fa.gz",
    "dna/human_AF129756_mrna_5prime.json",
)


def build(folder: Path) -> None:
    lambda_, human_, training, ends = (folder / file for file in FILES)
    phage, human = _read(lambda_), _read(human_)
    counts = np.zeros((8, 8), dtype=np.int64)
    for part in _parts(training):
        counts += moves(part, islands(part))
    notes = json.loads(ends.read_text(encoding="utf-8"))
    np.savez_compressed(
        FILE,
        phage=_packed(phage),
        human=_packed(human),
        lengths=np.array([len(phage), len(human)]),
        starts=np.array(notes["AF129756_mRNA_5prime_ends_0based"], dtype=np.int32),
        counts=counts.astype(np.int32),
    )


def _text(path: Path) -> str:
    with gzip.open(path, "rt", encoding="ascii") as lines:
        return "".join(line.strip() for line in lines if not line.startswith(">")).upper()


def _parts(path: Path) -> list[NDArray[np.uint8]]:
    """The stretches between unknown bases (N)."""
    return [_codes(part) for part in _text(path).split("N") if part]


def _read(path: Path) -> NDArray[np.uint8]:
    (only,) = _parts(path)
    return only


def _codes(text: str) -> NDArray[np.uint8]:
    codes = np.full(128, 255, dtype=np.uint8)
    codes[[ord(base) for base in BASES]] = range(4)
    return codes[np.frombuffer(text.encode("ascii"), np.uint8)]


def _packed(bases: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Four bases a byte, the first in the highest bits."""
    full = np.concatenate([bases, np.zeros(-len(bases) % 4, np.uint8)]).reshape(-1, 4)
    return np.asarray(full[:, 0] << 6 | full[:, 1] << 4 | full[:, 2] << 2 | full[:, 3])


def _unpacked(packed: NDArray[np.uint8], length: int) -> NDArray[np.uint8]:
    return np.stack([packed >> 6, packed >> 4 & 3, packed >> 2 & 3, packed & 3], 1).ravel()[:length]


if __name__ == "__main__":
    build(command.folder("genome", "Pack the two sequences and count the islands.", *FILES))
