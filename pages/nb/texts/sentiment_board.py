"""The held-out reviews on the threshold board."""

import json
import math
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.kit.payload import encode
from genmodels.kit.threshold_board import Axis, payload
from pages.nb import asking as asked
from pages.nb.text import ALPHAS, KINDS, Settings
from pages.nb.texts.sentiment import Tested, held_out

REACH = 12.0
"""Log-odds beyond this, in nats, stand at the axis's ends."""
LIVE = "/live/cuts/reviews"
_FIELDS = ("kind", "alpha", "threshold", "cut")


@lru_cache(maxsize=16)
def board(test: Tested, threshold: float) -> dict[str, Any]:
    """What the board shows: log-odds of five stars; `threshold` is a probability, in (0, 1)."""
    cut = math.log(threshold / (1 - threshold))
    false_alarms = float(np.mean(test.log_odds[test.five == 0] > cut))
    return payload(
        test.curves,
        board_id=f"{test.kind}{test.alpha:g}",
        names=[f"review {i + 1}" for i in range(len(test.five))],
        classes=("fewer-star", "five-star"),
        axis=Axis(-REACH, REACH),
        score="log-odds of 5 stars, held out",
        unit="nats",
        nominal=(cut, f"P = {threshold:g}", false_alarms),
        verb=("called 5 stars", "missed"),
    )


def asking(settings: Settings, threshold: float) -> dict[str, Any]:
    """What the browser says, with its "cut", to ask for this board."""
    return {"kind": settings.kind, "alpha": settings.alpha, "threshold": threshold}


def question(text: bytes) -> tuple[str, float, float]:
    """(model, alpha, threshold) that a browser asks for, from UTF-8 JSON with exactly `_FIELDS`.

    The cut is of no use here: another setting puts it at its threshold. Raises ValueError naming
    the field, what was expected and what came.
    """
    said = asked.fields(text, _FIELDS)
    asked.number(said, "cut", -1e6, 1e6)
    alpha = asked.number(said, "alpha", 0, 100)
    if alpha not in ALPHAS:
        sizes = ", ".join(f"{a:g}" for a in ALPHAS)
        raise ValueError(f"alpha must be one of {sizes}; got {alpha:g}")
    return (
        asked.one_of(said, "kind", tuple(KINDS)),
        alpha,
        asked.number(said, "threshold", 0.01, 0.99),
    )


def answer(kind: str, alpha: float, threshold: float) -> bytes:
    """The board's payload as JSON, and as "goto" the stop of its threshold."""
    found = board(held_out(kind, alpha), round(threshold, 2))
    goto = {"stop": found["nominal"]["stop"]}
    return asked.joined(json.dumps(encode(found), allow_nan=False).encode(), {"goto": goto})
