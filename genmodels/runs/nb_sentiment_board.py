"""The held-out reviews on the threshold board."""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.runs.nb_sentiment_run import Tested
from genmodels.widgets.threshold_board import Axis, payload

REACH = 12.0
"""Log-odds beyond this, in nats, stand at the axis's ends."""


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
