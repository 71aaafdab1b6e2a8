"""The most telling words either way, for every alpha at once, so that the slider moves them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.arithmetic.naive_bayes import shown
from genmodels.datasets import spam
from genmodels.runs import nb_words
from genmodels.runs.nb_words import ALPHAS, FIRST, TOP
from genmodels.widgets import register
from genmodels.widgets.payload import array, encode

_mount = register("word-ranks")
SIDES = {"ham": spam.HAM, "spam": spam.SPAM}
MARKS = {
    "gone": "all but gone from the later collection",
    "turned": "tells little, or the opposite, in the later collection",
}


@dataclass(frozen=True)
class View:
    """What the reader has chosen: a stop of ALPHAS, and an opened word or None."""

    stop: int = FIRST
    word: str | None = None


@lru_cache(maxsize=32)
def payload(kind: str, source: str, search: str) -> dict[str, Any]:
    """The first TOP words of each class at every alpha that contain `search`, and their weights.

    weights (stops, words) may be infinite: they travel as bytes. ValueError on unknown names.
    """
    among = nb_words.containing(search)
    first = {
        side: [nb_words.ranked(kind, a, label, source, among)[:TOP] for a in ALPHAS]
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
    board = hashlib.sha256(f"{kind} {source} {search}".encode()).hexdigest()[:12]
    return encode(
        {
            "board": board,
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
            "ever": {side: np.unique(v[v >= 0]).tolist() for side, v in padded.items()},
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


def word_ranks(prepared: Mapping[str, Any], view: View, *, token: str, key: str) -> View:
    """Mount it; `view` moves it whenever `token` is new. Returns what it shows now."""
    goto = {"token": token, "stop": view.stop, "word": view.word}
    result = _mount(key=key, data={**prepared, "goto": goto}, on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), view, token)


def view_of(said: Any, view: View, token: str) -> View:
    """What the browser said, checked."""
    if not isinstance(said, Mapping) or said.get("token") != token:
        return view
    stop, word = said.get("stop"), said.get("word")
    good = isinstance(stop, int) and not isinstance(stop, bool) and 0 <= stop < len(ALPHAS)
    known = isinstance(word, str) and word in spam.load().feature
    return View(stop if good else view.stop, word if known else None)  # type: ignore[arg-type]
