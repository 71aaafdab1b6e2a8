"""The threshold board: a cut dragged over scores, with everything that it changes, at once.

Every number for every possible cut is computed here; the widget looks them up.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.thresholds import Array, Thresholds

_mount = register("core/threshold-board")

BINS = 72


@dataclass(frozen=True)
class Axis:
    """Where scores lie along the board's first picture, from 0 (left) to 1 (right).

    Linear where `bend` is None, else logarithmic in the distance below the highest score, bent
    at `bend`, so that a long tail to the left finds room:
    1 - log(1 + (high - s) / bend) / log(1 + (high - low) / bend).
    Where `both`, 0 is where scores lie densest and both tails are long: asinh(s / bend), scaled.
    """

    low: float
    high: float
    bend: float | None = None
    both: bool = False

    def place(self, scores: ArrayLike) -> Array:
        s = np.clip(np.asarray(scores, dtype=np.float64), self.low, self.high)
        width = self.high - self.low or 1.0
        if self.both and self.bend is not None:
            bent = np.arcsinh(np.array([self.low, self.high]) / self.bend)
            place = (np.arcsinh(s / self.bend) - bent[0]) / ((bent[1] - bent[0]) or 1.0)
            return np.asarray(np.clip(place, 0.0, 1.0))
        if self.bend is None:
            return np.asarray((s - self.low) / width)
        whole = math.log1p(width / self.bend)
        return np.asarray(1 - np.log1p((self.high - s) / self.bend) / whole)

    def ticks(self) -> list[tuple[float, str]]:
        """Places and texts of round scores, at least a fourteenth of the axis apart."""
        steps = [m * 10.0**p for p in range(-2, 7) for m in (1, 2, 5)]
        round_scores = [0.0, *(-step for step in steps), *steps]
        if self.bend is None:
            gap = next((s for s in steps if (self.high - self.low) / s <= 8), steps[-1])
            first = math.ceil(self.low / gap)
            round_scores = [i * gap for i in range(first, math.floor(self.high / gap) + 1)]
        kept: list[tuple[float, str]] = []
        for score in round_scores:
            place = float(self.place(score))
            inside = self.low <= score <= self.high and 0.03 < place < 0.97
            if inside and all(abs(place - p) > 1 / 14 for p, _ in kept):
                kept.append((place, f"{score:,g}".replace("-", "−")))
        return sorted(kept)


@dataclass(frozen=True, eq=False)
class Coded:
    """Names of many cases in few bytes: `words[kind]` and a number, as "hard ham 17"."""

    words: Sequence[str]
    kind: NDArray[np.int64]
    number: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, case: int) -> str:
        return f"{self.words[self.kind[case]]} {self.number[case]}"


@dataclass(frozen=True)
class View:
    """What the board shows: a stop of its thresholds, and the selected case or None.

    open: the number that was clicked last, one of the payload's "openable"; cost: which of its
    costs the slider says. Only boards that have them.
    """

    stop: int
    selected: int | None
    open: str | None = None
    cost: int = 0


def payload(
    thresholds: Thresholds,
    *,
    board_id: str,
    names: Sequence[str] | Coded,
    classes: tuple[str, str],
    axis: Axis,
    score: str,
    unit: str,
    nominal: tuple[float, str, float] | None = None,
    verb: tuple[str, str] = ("flagged", "missed"),
) -> dict[str, Any]:
    """Everything that the board draws.

    names: each case's. classes: the negative's name and the positive's. score, unit: what the
    axis shows. nominal: a cut drawn beside the moving one, its text, and the false alarm rate
    that it was chosen for. verb: what a cut does to a case beyond it, and a positive one that
    it leaves.
    """
    t = thresholds
    places = axis.place(t.scores)
    bins = np.minimum((places * BINS).astype(int), BINS - 1)
    whole = kind_of(len(t.scores))
    counts = [np.bincount(bins[t.positive == c], minlength=BINS) for c in (False, True)]
    return {
        "board_id": board_id,
        "classes": list(classes),
        "verb": list(verb),
        "flag": t.flag,
        "score": score,
        "unit": unit,
        "ticks": [[place, text] for place, text in axis.ticks()],
        "names": list(names) if not isinstance(names, Coded) else coded(names),
        "positive": array(t.positive, "u1"),
        "scores": array(t.scores),
        "places": array(places),
        "order": array(t.order, whole),
        "negative_bins": array(counts[0], "i4"),
        "positive_bins": array(counts[1], "i4"),
        "totals": [t.negatives, t.positives],
        "cut": array(t.cut),
        "cut_place": array(axis.place(t.cut)),
        "flagged": array(t.flagged, whole),
        "tp": array(t.tp, whole),
        "fp": array(t.fp, whole),
        "summary": f"AUC {plain(t.auc)}, average precision {plain(t.average_precision)}.",
        "nominal": None
        if nominal is None
        else {
            "stop": t.stop_at(nominal[0]),
            "place": float(axis.place(nominal[0])),
            "text": nominal[1],
            "rate": nominal[2],
        },
    }


def kind_of(most: int) -> str:
    """The shortest kind of array for whole numbers up to `most`."""
    return "u2" if most < 2**16 else "i4"


def coded(names: Coded) -> dict[str, Any]:
    """`names` as the widget reads them."""
    return {
        "words": list(names.words),
        "kind": array(names.kind, "u1"),
        "number": array(names.number, kind_of(int(names.number.max()))),
    }


def threshold_board(
    prepared: dict[str, Any],
    *,
    goto: dict[str, Any],
    key: str,
    live: dict[str, Any] | None = None,
    on_view: Callable[[], None] = lambda: None,
) -> View:
    """Mount the board; `goto` {token, stop, selected} moves it whenever its token is new.

    With `live` {path, follow, asking} the browser asks that live route itself when one of the
    sliders named in `follow` moves, and paints the answer before the rerun's payload comes. The
    route gets the fields of `asking` and the "cut" in force; `goto` may bring it, else it is the
    stop's own.
    """
    data = encode({**prepared, "goto": goto, "live": live})
    result = _mount(key=key, data=data, on_view_change=on_view)
    return view_of(getattr(result, "view", None), prepared, goto)


def view_of(said: Any, prepared: Mapping[str, Any], goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be of another board, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("board") != prepared["board_id"] or view.get("token") != goto["token"]:
        view = goto
    stops, names = prepared["cut"]["shape"][0], prepared["names"]
    cases = names["kind"]["shape"][0] if isinstance(names, Mapping) else len(names)
    said_open = view.get("open")
    return View(
        _whole(view.get("stop"), stops) or 0,
        _whole(view.get("selected"), cases),
        said_open if said_open in prepared.get("openable", ()) else None,
        _whole(view.get("cost"), len(prepared.get("costs", {}).get("values", ()))) or 0,
    )


def _whole(value: Any, below: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below
    return value if good else None
