"""The ranked words' board: the first words of each class at every alpha, among those searched for.

The page's widget gets it as its payload, and the same by `/live/counted/words` at each key.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.payload import array, encode
from pages.nb import asking
from pages.nb.naive_bayes_opened import shown
from pages.nb.nb_drift import KINDS
from pages.nb.words import case as nb_words
from pages.nb.words.case import ALPHAS, SOURCES, TOP

MAX_SEARCH = 40
"""Letters of a search."""
FIELDS = ("kind", "source", "search")
SIDES = {"ham": spam.HAM, "spam": spam.SPAM}
MARKS = {
    "gone": "all but gone from the later collection",
    "turned": "tells little, or the opposite, in the later collection",
}


@lru_cache(maxsize=64)
def payload(kind: str, source: str, search: str) -> dict[str, Any]:
    """The first TOP words of each class at every alpha that contain `search`, and their weights.

    weights (stops, words) may be infinite: they travel as bytes. ValueError on unknown names.
    """
    among = nb_words.containing(search)
    first = {
        side: [nb_words.ranked(kind, a, label, source, among, TOP) for a in ALPHAS]
        for side, label in SIDES.items()
    }
    words = np.unique(np.concatenate([w for lists in first.values() for w in lists]))
    place = {int(f): i for i, f in enumerate(words)}
    padded = {side: np.full((len(ALPHAS), TOP), -1) for side in SIDES}
    for side, lists in first.items():
        for i, ranked in enumerate(lists):
            padded[side][i, : len(ranked)] = [place[int(f)] for f in ranked]
    counted = nb_words.counts(kind, source)
    weights = np.stack([nb_words.weights(kind, a, source)[words] for a in ALPHAS])
    finite = np.abs(weights[np.isfinite(weights)])
    vocabulary = spam.load().vocabulary
    board = hashlib.sha256(f"{kind} {source} {search}".encode("utf-8", "replace")).hexdigest()[:12]
    return encode(
        {
            "board": board,
            "for": [kind, source, search],
            "found": len(vocabulary) if among is None else len(among),
            "stops": [f"{a:g}" for a in ALPHAS],
            "words": [
                {
                    "word": vocabulary[f],
                    "name": shown(vocabulary[f]),
                    "ham": int(counted[spam.HAM, f]),
                    "spam": int(counted[spam.SPAM, f]),
                    "mark": nb_words.mark(int(f)),
                }
                for f in words
            ],
            "weights": array(weights),
            "first": {side: array(values, "i4") for side, values in padded.items()},
            "most": float(np.quantile(finite, 0.98)) if len(finite) else 1.0,
            "marks": MARKS,
            "none": f"No word of the vocabulary here contains “{search}”." if search else "None.",
            "status": [_status(kind, a, source) for a in ALPHAS],
        }
    )


def _status(kind: str, alpha: float, source: str) -> str:
    if alpha == 0:
        no_ham, no_spam = nb_words.infinite(kind, source)
        return (
            f"α = 0: a count of 0 gives log 0 = −∞. {no_ham:,} words were never seen in ham and "
            f"{no_spam:,} never in spam: any one of them decides alone."
        )
    return (
        f"α = {alpha:g} is added to every count"
        + (": a count of 0 and one of 1 differ much." if alpha < 0.1 else "")
        + (": rare words are pulled to what a class’s length says." if alpha > 5 else "")
        + ("." if 0.1 <= alpha <= 5 else "")
    )


def warm() -> None:
    """Load what an answer needs."""
    for kind in KINDS:
        payload(kind, SOURCES[0], "")


def question(text: bytes) -> tuple[str, str, str]:
    """The board that a browser asks for, from UTF-8 JSON of `FIELDS`.

    Raises ValueError naming the field, what was expected and what came.
    """
    said = asking.fields(text, FIELDS)
    kind = asking.one_of(said, "kind", tuple(KINDS))
    source = asking.one_of(said, "source", SOURCES)
    search = said["search"]
    if not isinstance(search, str) or len(search) > MAX_SEARCH:
        told = asking.shortened(search)
        raise ValueError(f"search must be text of at most {MAX_SEARCH} letters; got {told}")
    return kind, source, search


def answer(kind: str, source: str, search: str) -> bytes:
    """`payload` as UTF-8 JSON."""
    return json.dumps(payload(kind, source, search), allow_nan=False).encode()
