"""The anomaly page's board: its payload, where it stands, and the numbers that open on it."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels.kit import anomaly_opened as arithmetic
from genmodels.kit.opened import Opened
from genmodels.kit.threshold_board import Axis, payload
from pages.gmm.anomaly.case import Scored, Setup, scored


@lru_cache(maxsize=32)
def prepared(setup: Setup, rate: int) -> dict[str, Any]:
    """The board of a run with its nominal cut; `rate` in percent. About 40 KB as JSON."""
    run = scored(setup)
    scores = run.log_density
    ordinary = scores[~run.cases.novel]
    spread = float(np.quantile(ordinary, 0.75) - np.quantile(ordinary, 0.25))
    return payload(
        run.thresholds,
        board_id=f"{setup}",
        names=run.cases.names,
        classes=run.cases.kinds,
        axis=Axis(float(scores.min()), float(scores.max()), bend=max(spread, 1e-9)),
        score="log-density of held-out cases",
        unit="nats",
        nominal=(run.cut(rate / 100), f"nominal {rate} %", rate / 100),
    )


def goto(run: Scored, rate: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The board's place: as many flagged as `asked`, or the nominal cut; the case asked for."""
    t, flagged, case = run.thresholds, asked["flagged"], asked["case"]
    return {
        "token": asked["token"],
        "stop": t.stop_at(run.cut(rate / 100)) if flagged is None else t.stop_flagging(flagged),
        "selected": case - 1 if case is not None and case <= len(run.cases.X) else None,
    }


def openable(
    run: Scored, rate: int, stop: int, case: int | None
) -> dict[str, Callable[[], Opened | None]]:
    """What the inspector can open, by the name of its tab, a selected case first."""
    numbers: dict[str, Callable[[], Opened | None]] = {}
    t, (ordinary, novel) = run.thresholds, run.cases.kinds
    if case is not None:
        model, x = run.folds[run.fold_of[case]].model, run.standardised(case)
        title = run.cases.names[case]
        numbers["log p"] = partial(arithmetic.log_density, model, x, title)
        numbers["d²"] = partial(arithmetic.distance, model, x, run.cases.columns, title)
    numbers["False alarms"] = partial(arithmetic.false_alarm_rate, t, stop, ordinary, rate / 100)
    numbers["Recall"] = partial(arithmetic.recall, t, stop, novel)
    if t.flagged[stop]:
        numbers["Precision"] = partial(arithmetic.precision, t, stop)
    numbers["AUC"] = partial(arithmetic.auc, t, novel, ordinary)
    return numbers


# -- the link ------------------------------------------------------------------------------------

MOST_CASES = 569


def checked_flagged(text: str | None) -> tuple[int | None, str | None]:
    """How many cases the link's cut flags: (count or None for the nominal cut, message)."""
    return _checked(text, "gmma_flagged", 0, "the nominal cut is shown")


def checked_case(text: str | None) -> tuple[int | None, str | None]:
    """The case that the link opens, counted from 1: (case or None, message)."""
    return _checked(text, "gmma_case", 1, "no case is opened")


def _checked(text: str | None, name: str, low: int, instead: str) -> tuple[int | None, str | None]:
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 7 and low <= int(text) <= MOST_CASES:
        return int(text), None
    return None, (
        f"The link's {name} must be a whole number from {low} to {MOST_CASES}; it says "
        f"“{text[:40]}”: {instead}."
    )
