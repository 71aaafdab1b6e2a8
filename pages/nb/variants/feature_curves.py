"""The factor table that the three variants share: prior, factors, product, posterior, row by row.

Python tables log p(x_f | c) for each value that a feature may take and each smoothing, and log
p(c) for each prior (case_run.py). The widget looks the logs up, adds them and turns the sums into
shares of 1, so that a hand never waits; no density and no count is known to it. When the hand
rests it tells the values, and what Python then opens comes from the model itself.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.nb.naive_bayes_opened import shown
from pages.nb.variants.case_run import PRIORS, Board, Case, GaussianNB, check

_mount = register("nb/feature-curves")


def payload(board: Board) -> dict[str, Any]:
    """Everything that the widget looks up and draws, the same for every case of the board."""
    out: dict[str, Any] = {
        "kind": board.kind,
        "classes": list(board.classes),
        "focus": board.focus,
        "smoothing": board.smoothing,
        "smoothings": [f"{s:g}" for s in board.smoothings],
        "problems": [p or "" for p in board.problems],
        "priors": [f"{p / 100:g}" for p in PRIORS],
        "log_priors": array(board.log_priors),
        "features": [
            {
                "name": shown(f.name),
                "unit": f.unit,
                "low": f.low,
                "step": f.step,
                "n": f.n,
                "decimals": f.decimals,
            }
            for f in board.features
        ],
        "tables": [array(table) for table in board.tables],
        "points": None,
        "labels": None,
        "means": None,
        "spreads": None,
    }
    if board.X is not None and board.y is not None:
        usable = [m for m in board.models if isinstance(m, GaussianNB)]
        sizes = [
            np.sqrt(m.variances) if isinstance(m, GaussianNB) else np.zeros_like(usable[0].means)
            for m in board.models
        ]
        out |= {
            "points": array(board.X),
            "labels": array(board.y, "u1"),
            "means": array(usable[0].means),
            "spreads": array(np.stack(sizes)),
        }
    text = json.dumps(out, sort_keys=True).encode()
    out["board_id"] = hashlib.sha256(text).hexdigest()[:16]
    return out


def feature_curves(
    prepared: Mapping[str, Any],
    board: Board,
    *,
    axes: tuple[int, int] | None = None,
    picture: str,
    goto: Mapping[str, Any],
    key: str,
) -> tuple[Case, str | None]:
    """Mount the table; the case on it, and the opened number's name.

    `goto` {token, places, known, prior, smoothing, open} moves it whenever its token is new.
    `axes`: the two features whose decision regions are drawn, or None. `picture`: the PNG's name.
    """
    data = {**prepared, "axes": list(axes) if axes else None, "picture": picture, "goto": goto}
    result = _mount(key=key, data=encode(data), on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), prepared, board, goto)


def view_of(
    said: Any, prepared: Mapping[str, Any], board: Board, goto: Mapping[str, Any]
) -> tuple[Case, str | None]:
    """What the browser said, checked: it may be of another board, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("board") != prepared["board_id"] or view.get("token") != goto["token"]:
        view = goto
    try:
        case = Case(
            tuple(view["places"]),
            tuple(k is True for k in view["known"]),
            view["prior"],
            view["smoothing"],
        )
        whole = (*case.places, case.prior, case.smoothing)
        if any(isinstance(n, bool) or not isinstance(n, int) for n in whole):
            raise ValueError("places must be whole numbers")
        check(board, case)
    except (KeyError, TypeError, ValueError):
        view = goto
        case = Case(tuple(goto["places"]), tuple(goto["known"]), goto["prior"], goto["smoothing"])
    opened = view.get("open")
    return case, opened if isinstance(opened, str) and len(opened) < 20 else None
