"""The stream's board: one stream judged by two filters, one that learns on and one that doesn't."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import spam
from genmodels.kit.payload import array
from genmodels.kit.threshold_board import Axis, Coded, coded
from pages.nb.mail.stream import ORDERS, TRAINING_SIZES, Setting, Stream, stream
from pages.nb.nb_drift import Array
from pages.nb.threshold.case import SMOOTHINGS, WORDS

LEARNERS = ("online", "frozen")
NAMES = {"online": "learning", "frozen": "not learning"}
MEASURES = ("precision", "recall", "window")
OPENABLE = tuple(f"{who}.{what}" for who in LEARNERS for what in MEASURES)
RATES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Messages a second."""
FIRST_RATE = 20
WINDOW = 100
MAX_SEED = 9999
BEND = 8.0
__all__ = ["ORDERS", "SMOOTHINGS", "TRAINING_SIZES", "Setting"]


def pair(setting: Setting) -> dict[str, Stream]:
    """The same messages in the same order, judged by each learner."""
    return {who: stream(replace(setting, online=who == "online")) for who in LEARNERS}


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts after each number of messages, (N + 1,): caught spam, false alarms, right verdicts."""

    tp: NDArray[np.int64]
    fp: NDArray[np.int64]
    right: NDArray[np.int64]
    spam: NDArray[np.int64]

    def missed(self, step: int) -> int:
        return int(self.spam[step] - self.tp[step])


@lru_cache(maxsize=32)
def tally(run: Stream) -> Tally:
    """The counts of a stream, from none on."""
    real = run.is_spam == spam.SPAM

    def grow(hit: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(hit)])

    return Tally(
        grow(run.flagged & real), grow(run.flagged & ~real), grow(run.flagged == real), grow(real)
    )


def _from_none(values: Array) -> Array:
    return np.concatenate([[np.nan], values])


@lru_cache(maxsize=8)
def prepared(setting: Setting) -> dict[str, Any]:
    """The board's payload, 330 KB as JSON at most; the same for every step and selection."""
    runs = pair(setting)
    first = runs["frozen"]
    reach = max(float(np.abs(run.log_odds).max()) for run in runs.values())
    axis = Axis(-reach, reach, bend=BEND, both=True)
    group = np.where(first.is_spam == spam.SPAM, 2, np.where(first.hard, 1, 0))
    learners = {}
    for who, run in runs.items():
        counts = tally(run)
        learners[who] = {
            "name": NAMES[who],
            "log_odds": array(run.log_odds),
            "place": array(2 * axis.place(run.log_odds) - 1),
            "flagged": array(run.flagged, "u1"),
            "tp": array(counts.tp, "u2"),
            "fp": array(counts.fp, "u2"),
            "precision": array(_from_none(run.precision)),
            "recall": array(_from_none(run.recall)),
            "window": array(_from_none(run.window_accuracy(WINDOW))),
        }
    ticks = [t for t in axis.ticks() if t[1].lstrip("−") in ("0", "10", "100", "1,000")]
    return {
        "stream_id": f"{replace(setting, online=False)}",
        "names": coded(Coded(WORDS, group, first.row + 1)),
        "spam": array(tally(first).spam, "u2"),
        "ticks": [[2 * place - 1, text] for place, text in ticks],
        "learners": learners,
        "window": WINDOW,
        "rates": list(RATES),
        "floor": _floor(runs),
    }


def _floor(runs: Mapping[str, Stream]) -> float:
    """Where the curves' axis begins: a tenth below what most of the stream shows, at most 0.9."""
    late = [
        np.nanmin(values[len(values) // 10 :], initial=1.0)
        for run in runs.values()
        for values in (run.precision, run.recall, run.window_accuracy(WINDOW))
    ]
    return float(min(0.9, np.floor(10 * min(late)) / 10))


# -- where the board stands ----------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """So many messages judged; `message` the opened one's place in the stream, from 1."""

    step: int = 0
    message: int | None = None
    open: str | None = None
    rate: int = FIRST_RATE


def goto(setting: Setting, place: Place, token: str) -> dict[str, Any]:
    """`place` as the board's own numbers, within this stream."""
    n = len(stream(replace(setting, online=False)).row)
    chosen = place.message
    return {
        "token": token,
        "step": min(place.step, n),
        "selected": chosen - 1 if chosen is not None and chosen <= n else None,
        "open": place.open,
        "rate": place.rate,
    }


def place_of(result: Any, board: Mapping[str, Any], wanted: Mapping[str, Any]) -> Place:
    """What the browser told, checked: it may be of another stream, or of nobody's making."""
    said = getattr(result, "view", None)
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("stream") != board["stream_id"] or view.get("token") != wanted["token"]:
        view = wanted
    n = board["names"]["kind"]["shape"][0]
    selected = whole(view.get("selected"), n - 1)
    opened, rate = view.get("open"), whole(view.get("rate"), RATES[-1])
    return Place(
        whole(view.get("step"), n) or 0,
        None if selected is None else selected + 1,
        opened if isinstance(opened, str) and opened in OPENABLE else None,
        rate if rate in RATES else FIRST_RATE,
    )


def whole(value: Any, most: int) -> int | None:
    """A whole number from 0 to `most`, or None."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if good else None


def checked_place(name: str, text: str | None) -> tuple[int | None, str | None]:
    """A step or a message of the link: (number or None, message)."""
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= 9999:
        return int(text), None
    return None, (
        f"The link's {name} must be a whole number from 0 to 9999; it says “{text[:40]}”: left out."
    )
