"""The people grid: findings and base rate under the hand, and 1,000 people who share them.

Python tables each finding's log-odds at every place of its slider; the widget adds what it looks
up and finds the crowd between edges that Python computed. When the hand rests it tells the
places, and Python reads the case from the model itself.
"""

import hashlib
import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb.diagnosis.case import PEOPLE, Case, Study, openable, scale, value_text

_mount = register("nb/people-grid")

DIGITS = 8
"""Decimals of the log-odds sent: thirty rounded ones differ from the sum by under 2e-7 nats."""


def payload(study: Study) -> dict[str, Any]:
    """Everything that the widget looks up, the same for every case of the study."""
    edges, people, texts = scale()
    rates, screening = study.rates, study.patients.screening
    return {
        "board_id": hashlib.sha256(f"{study.name} {study.variant}".encode()).hexdigest()[:12],
        "disease": study.patients.disease,
        "people": PEOPLE,
        "edges": [round(edge, DIGITS) for edge in edges],
        "counts": people,
        "crowds": texts,
        "rates": [f"{rate:g} %" for rate in rates],
        "rate_log_odds": [round(odds, DIGITS) for odds in rate_odds(study)],
        "named_rates": [
            [f"In the clinic, {study.clinic:g} %", rates.index(study.clinic)],
            [f"At screening, {screening:g} %", rates.index(screening)],
        ],
        "groups": list(dict.fromkeys(f.group for f in study.findings if f.group)),
        "findings": [
            {
                "name": finding.name,
                "group": finding.group,
                "chosen": bool(finding.categories),
                "values": [value_text(finding, float(v)) for v in grid],
                "log_odds": [round(float(v), DIGITS) for v in table],
            }
            for finding, grid, table in zip(
                study.findings, study.grids, study.tables, strict=True
            )
        ],
    }  # fmt: skip


def rate_odds(study: Study) -> list[float]:
    """log p / (1 - p) of each base rate."""
    return [math.log(rate / 100) - math.log1p(-rate / 100) for rate in study.rates]


def people_grid(
    prepared: dict[str, Any], study: Study, *, goto: dict[str, Any], key: str
) -> tuple[Case, str | None]:
    """Mount it; `goto` {token, places, rate, open, own} sets it whenever its token is new.

    `own`: the places that the button “As measured” goes back to. Returns the case and what is open.
    """
    result = _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), study, prepared["board_id"], goto)


def view_of(
    said: Any, study: Study, board_id: str, goto: Mapping[str, Any]
) -> tuple[Case, str | None]:
    """What the browser said, checked: it may be of another board, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("board") != board_id or view.get("token") != goto["token"]:
        view = goto
    rate, opened = view.get("rate"), view.get("open")
    places = _places(view.get("places"), study) or goto["places"]
    return (
        Case(tuple(places), rate if _whole(rate, 0, len(study.rates)) else goto["rate"]),
        opened if isinstance(opened, str) and opened in openable(study) else None,
    )


def _places(said: Any, study: Study) -> list[int] | None:
    good = (
        isinstance(said, list)
        and len(said) == len(study.grids)
        and all(_whole(p, -1, len(g)) for p, g in zip(said, study.grids, strict=True))
    )
    return said if good else None


def _whole(value: Any, low: int, below: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value < below
