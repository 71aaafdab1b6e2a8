"""The stroke pad: draw a path, see its direction codes, and the signs race for it.

While a stroke is drawn, the pad asks `/live/gesture` with every few points; what it shows then and
later are the answers. JavaScript maps pointer and keys to points and numbers to pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from genmodels import strokes
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.strokes import BYS, Array, By, Scored, Sign

_mount = register("hmm/stroke-pad")

PATH = "/live/gesture"
HELP = (
    "Draw with mouse or finger. By keys: Space puts the pen down and lifts it, arrows move it, "
    "Home, End, Page Up and Page Down go aslant, Escape drops the stroke."
)


@dataclass(frozen=True)
class View:
    """What the reader did in the pad.

    `step`: steps that are shown, None for all; `follow`: the sign whose states are shown, None
    for the leader's; `stroke`: the newest drawn one as rows of x, y, t, or None, with its `token`.
    """

    step: int | None
    follow: int | None
    stroke: list[Any] | None
    token: str | None


def wire(own: Sequence[Sign]) -> bytes:
    """The reader's own signs as `/live/gesture` wants them after the points."""
    parts = []
    for sign in own:
        K = sign.model.n_states
        parts.append(np.array([K], "<u4").tobytes())
        parts.append(np.diag(sign.model.transition).astype("<f4").tobytes())
        parts.append(strokes.emission(sign.model).astype("<f4").tobytes())
    return b"".join(parts)


def payload(
    scored: Scored | None,
    points: Array,
    signs: Sequence[Sign],
    *,
    stroke_id: str,
    draws: bool,
    which: int,
    by: By,
    own: int,
    title: str,
    right: int | None = None,
    ghosts: Sequence[Array] = (),
) -> dict[str, Any]:
    """Everything that the pad draws.

    `points` (P, 3) and `scored` of the stroke that stands on it (None: nothing races); `signs`:
    who races, the reader's `own` last; `which`: the set's number in `/live/gesture`; `right`: the
    sign that a recording was made as; `ghosts`: strokes to be seen faintly.
    """
    first = len(signs) - own
    return {
        "path": PATH,
        "draws": draws,
        "set": which,
        "by": BYS.index(by),
        "names": [sign.name for sign in signs],
        "ranges": [[sign.lowest, sign.highest] for sign in signs],
        "own": own,
        "wire": array(np.frombuffer(wire(signs[first:]), np.uint8), "u1"),
        "title": title,
        "right": right,
        "ghosts": [array(ghost[:, :2]) for ghost in ghosts],
        "stroke": {
            "id": stroke_id,
            "points": array(points),
            "scored": None if scored is None else _scored(scored),
        },
    }


def _scored(scored: Scored) -> dict[str, Any]:
    return {
        "places": array(scored.walk.places),
        "codes": array(scored.walk.codes.astype(np.uint8), "u1"),
        "states": array(scored.path.astype(np.uint8), "u1"),
        "log_likelihood": array(scored.log_likelihood),
        "followed": scored.followed,
        "longer": scored.walk.longer,
        "spacing": scored.walk.spacing,
    }


def stroke_pad(prepared: dict[str, Any], *, goto: Mapping[str, Any], key: str) -> None:
    """Mount the pad; `goto` {token, step, follow} sets what is shown whenever its token is new."""
    _mount(
        key=key,
        data=encode({**prepared, "goto": dict(goto), "help": HELP}),
        on_view_change=lambda: None,
        on_stroke_change=lambda: None,
    )


def said(key: str, goto: Mapping[str, Any]) -> View:
    """What the reader did in the pad of this key so far; to be asked before it is mounted."""
    state = st.session_state.get(key)
    held: Mapping[str, Any] = state if isinstance(state, Mapping) else {}
    return view_of(held.get("view"), held.get("stroke"), goto)


def view_of(view: Any, stroke: Any, goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be older than `goto`, or of nobody's making."""
    shown: Mapping[str, Any] = view if isinstance(view, Mapping) else {}
    if shown.get("token") != goto["token"]:
        shown = goto
    drawn: Mapping[str, Any] = stroke if isinstance(stroke, Mapping) else {}
    points, token = drawn.get("points"), drawn.get("token")
    sound = isinstance(points, list) and isinstance(token, str) and len(token) <= 40
    return View(
        _whole(shown.get("step")),
        _whole(shown.get("follow")),
        points if sound else None,
        token if sound else None,
    )


def _whole(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000
    return value if whole else None
