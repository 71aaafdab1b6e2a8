"""The spam filter's board of thresholds: two tests of one filter, its cuts and what they cost.

With FP(c) false alarms and FN(c) missed spams at a cut of c nats, a false alarm costing r missed
spams, the cost a message is (r FP + FN) / N. If the posteriors were true, flagging where
P(spam) > r / (r + 1), that is at log r nats, would be the cheapest (Elkan, "The foundations of
cost-sensitive learning", IJCAI 2001, equation 2).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode
from genmodels.kit.threshold_board import Axis, Coded, View, payload
from genmodels.thresholds import Thresholds
from pages.nb import asking as asked
from pages.nb.nb_drift import KINDS, SPLITS, Array, Tested, across
from pages.nb.spam_filter import ALPHAS

SMOOTHINGS = ALPHAS[1:]  # alpha = 0 rules messages out in both classes: no threshold moves those
COSTS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
COST_TEXTS = tuple(f"{c:,g}" if c >= 1 else f"1/{1 / c:g}" for c in COSTS)
FIRST_COST = COSTS.index(10.0)
GRID = 161
"""Places along the board at which a cost curve is drawn."""
OTHER_POINTS = 240
NAMES = {"folds": "random folds", "time": "earlier to later"}
WORDS = ("easy ham", "hard ham", "spam")
OPENABLE = ("precision", "accuracy", "auc", "ap", "cost", "best", "bayes", "half",
            "easy", "hard", "spam")  # fmt: skip
MAX_CUT = 1e6


@dataclass(frozen=True)
class Setup:
    """Which test of which filter. Raises ValueError on what there is not."""

    split: str = "folds"
    kind: str = "multinomial"
    alpha: float = 1.0

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ValueError(f"split must be one of {', '.join(SPLITS)}; got {self.split!r}")
        if self.kind not in KINDS:
            raise ValueError(f"model must be one of {', '.join(KINDS)}; got {self.kind!r}")
        if self.alpha not in SMOOTHINGS:
            sizes = ", ".join(f"{a:g}" for a in SMOOTHINGS)
            raise ValueError(f"alpha must be one of {sizes}; got {self.alpha!r}")

    @property
    def other(self) -> "Setup":
        """The same filter in the other test."""
        return replace(self, split=SPLITS[1 - SPLITS.index(self.split)])


def tested(setup: Setup) -> Tested:
    """The test's messages in the corpus's order."""
    return across(setup.split, setup.kind, setup.alpha)


@dataclass(frozen=True, eq=False)
class Groups:
    """How many of easy ham, hard ham and spam there are, and are flagged at each stop."""

    totals: tuple[int, int, int]
    flagged: np.ndarray
    of: np.ndarray


@lru_cache(maxsize=64)
def groups(setup: Setup) -> Groups:
    """The three groups of a test; flagged (3, stops), of (cases,) each message's group."""
    run = tested(setup)
    t = run.curves
    of = np.where(run.is_spam == spam.SPAM, 2, np.where(run.hard, 1, 0))
    ranked = of[t.order]
    counts = np.array([np.concatenate([[0], np.cumsum(ranked == g)]) for g in range(3)])
    totals = np.bincount(of, minlength=3)
    return Groups((int(totals[0]), int(totals[1]), int(totals[2])), counts[:, t.flagged], of)


def costs_of(t: Thresholds, ratio: float) -> Array:
    """(ratio FP + FN) / N at each stop."""
    return np.asarray((ratio * t.fp + (t.positives - t.tp)) / len(t.scores))


def bayes_cut(ratio: float) -> float:
    """The cut in nats that true posteriors would call for: log(ratio)."""
    return math.log(ratio)


def calibrated(ratio: float) -> float:
    """That cut as a probability: c_fa / (c_fa + c_miss)."""
    return ratio / (ratio + 1)


def axis_of(run: Tested) -> Axis:
    """Both tails bent: a long message's words add up to thousands of nats."""
    return Axis(float(run.log_odds.min()), float(run.log_odds.max()), bend=8.0, both=True)


@lru_cache(maxsize=64)
def prepared(setup: Setup) -> dict[str, Any]:
    """The board's payload, about 250 KB as JSON; the same for every cut, cost and selection."""
    run = tested(setup)
    t, found = run.curves, groups(setup)
    axis = axis_of(run)
    board = payload(
        t,
        board_id=f"{setup}",
        names=Coded(WORDS, found.of, run.row + 1),
        classes=("ham", "spam"),
        axis=axis,
        score="log-odds of spam",
        unit="nats",
    )
    each = np.array([costs_of(t, ratio) for ratio in COSTS])
    best = each.argmin(axis=1)
    cuts = np.array([bayes_cut(ratio) for ratio in COSTS])
    bayes = np.array([t.stop_at(cut) for cut in cuts])
    half = t.stop_at(0.0)
    rows = np.arange(len(COSTS))
    # The stop in force at each place of the grid: of the cuts to its right, the nearest.
    stops = np.searchsorted(-axis.place(t.cut), -np.linspace(0, 1, GRID), side="right") - 1
    heights = np.log(each)
    least, most = heights.min(axis=1, keepdims=True), heights.max(axis=1, keepdims=True)
    board["costs"] = {
        "values": list(COSTS),
        "texts": list(COST_TEXTS),
        "best": array(best, "i4"),
        "best_texts": [f"{plain(t.cut[stop])} nats" for stop in best],
        "bayes": array(bayes, "i4"),
        "bayes_place": array(axis.place(cuts)),
        "bayes_texts": [f"P = {plain(calibrated(c))}, {plain(math.log(c))} nats" for c in COSTS],
        "least": array(each[rows, best]),
        "at_bayes": array(each[rows, bayes]),
        "at_half": array(each[rows, half]),
        "curves": array(((heights - least) / (most - least))[:, np.clip(stops, 0, None)]),
    }
    board["groups"] = [
        {"name": name, "open": key, "total": total}
        for name, key, total in zip(WORDS, ("easy", "hard", "spam"), found.totals, strict=True)
    ]
    board["hard_flagged"] = array(found.flagged[1], "u2")  # of spam tp are flagged, of ham fp
    board["measures"] = {"auc": plain(t.auc), "ap": plain(t.average_precision)}
    board["other"] = _other(setup.other)
    board["lists"] = "wrong"
    board["openable"] = list(OPENABLE)
    board["summary"] = f"Thin line: {NAMES[setup.other.split]}."
    return board


def warm(setup: Setup) -> None:
    """Prepare the boards of every alpha, so that the slider finds them made: 0.1 s, once."""
    for alpha in SMOOTHINGS:
        prepared(replace(setup, alpha=alpha))
        _board(replace(setup, alpha=alpha))


# -- the live channel ----------------------------------------------------------------------------

LIVE = "/live/cuts/spam"
_FIELDS = ("split", "kind", "alpha", "cut")


def asking(setup: Setup) -> dict[str, Any]:
    """What the browser says, with its "cut", to ask for this board."""
    return {"split": setup.split, "kind": setup.kind, "alpha": setup.alpha}


def question(text: bytes) -> tuple[Setup, float]:
    """The board and the cut that a browser asks for, from UTF-8 JSON with exactly `_FIELDS`.

    Raises ValueError naming the field, what was expected and what came.
    """
    said = asked.fields(text, _FIELDS)
    setup = Setup(
        asked.one_of(said, "split", SPLITS),
        asked.one_of(said, "kind", tuple(KINDS)),
        asked.number(said, "alpha", 0, 100),
    )
    return setup, asked.number(said, "cut", -MAX_CUT, MAX_CUT)


def answer(setup: Setup, cut: float) -> bytes:
    """The board's payload as JSON, and as "goto" the stop that flags what `cut` flags."""
    stop = tested(setup).curves.stop_at(cut)
    return asked.joined(_board(setup), {"goto": {"stop": stop, "cut": cut}})


@lru_cache(maxsize=32)
def _board(setup: Setup) -> bytes:
    return json.dumps(encode(prepared(setup)), allow_nan=False).encode()


def _other(setup: Setup) -> dict[str, Any]:
    """The other test's curves, thinned for drawing."""
    t = tested(setup).curves
    inner = np.linspace(1, len(t.cut) - 1, OTHER_POINTS).astype(int)
    return {
        "false_alarm": array(t.false_alarm_rate[inner]),
        "recall": array(t.recall[inner]),
        "precision": array(t.precision[inner]),
    }


# -- where the board stands ----------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """The board's place in words that hold across settings; `message` is a corpus row from 1."""

    cut: float = 0.0
    message: int | None = None
    open: str | None = None
    cost: int = FIRST_COST


def goto(setup: Setup, place: Place, token: str) -> dict[str, Any]:
    """`place` as the board's own numbers; a message that this test hasn't is not selected."""
    run = tested(setup)
    at = None if place.message is None else np.flatnonzero(run.row == place.message - 1)
    return {
        "token": token,
        "stop": run.curves.stop_at(place.cut),
        "cut": place.cut,
        "selected": int(at[0]) if at is not None and len(at) else None,
        "open": place.open,
        "cost": place.cost,
    }


def place_of(setup: Setup, view: View, before: Place) -> Place:
    """What a view says; the cut stays as it was named where it flags the same messages."""
    run = tested(setup)
    same = run.curves.stop_at(before.cut) == view.stop
    return Place(
        before.cut if same else round(float(run.curves.cut[view.stop]), 6),
        None if view.selected is None else int(run.row[view.selected]) + 1,
        view.open,
        view.cost,
    )


def checked_cut(text: str | None) -> tuple[float, str | None]:
    """The link's cut in nats: (cut, message)."""
    if text is None:
        return 0.0, None
    try:
        cut = float(text)
    except ValueError:
        cut = math.nan
    if abs(cut) <= MAX_CUT:
        return cut, None
    return 0.0, (
        f"The link's nbd_cut must be a number of nats from -1000000 to 1000000; it says "
        f"“{text[:40]}”. Shown instead: 0."
    )


def checked_message(text: str | None) -> tuple[int | None, str | None]:
    """The link's message, a corpus row from 1: (row or None, message)."""
    if text is None:
        return None, None
    last = len(spam.load().is_spam)
    if text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= last:
        return int(text), None
    return None, (
        f"The link's nbd_message must be a whole number from 1 to {last}; it says “{text[:40]}”: "
        "no message is opened."
    )


# -- both tests beside each other ----------------------------------------------------------------


def both(setup: Setup, cut: float) -> Mapping[str, Mapping[str, float]]:
    """Accuracy, precision, recall, hard ham flagged and AUC of both tests at one cut in nats."""
    found = {}
    for split in SPLITS:
        run = tested(replace(setup, split=split))
        at = run.at(cut)
        found[split] = {
            "accuracy": at.accuracy,
            "precision": at.precision,
            "recall": at.recall,
            "hard ham flagged": at.hard_share,
            "AUC": run.curves.auc,
        }
    return found
