"""The genome track: a sequence with each base's states as a band, panned and zoomed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register

_mount = register("hmm/genome-track")


@dataclass(frozen=True)
class View:
    """The opened base or None, first and last base on show, the iteration; bases from 0."""

    base: int | None
    window: tuple[int, int]
    iteration: int


@dataclass(frozen=True)
class Boxes:
    """A row of stretches under the band: begins and ends (one past the last), in bases."""

    name: str
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    states: NDArray[np.int64] | None = None


def payload(
    bases: NDArray[np.uint8],
    shares: NDArray[np.float64],
    names: Sequence[str],
    boxes: Sequence[Boxes],
    *,
    track_id: str,
    title: str,
    iterations: Sequence[str] = (),
    log_likelihood: Sequence[float] = (),
    coarse: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """Everything that the widget draws. `shares` (rows, T): what the band stacks, 0 to 1.

    With `iterations`, one text for each of EM's models, `coarse` (iterations, rows, bins) is the
    band of each, the last drawn from `shares`.
    """
    return {
        "track_id": track_id,
        "title": title,
        "bases": array(bases, "u1"),
        "shares": array(np.rint(255 * shares), "u1"),
        "names": list(names),
        "boxes": [
            {
                "name": box.name,
                "begins": array(box.begins, "i4"),
                "ends": array(box.ends, "i4"),
                "states": None if box.states is None else array(box.states, "u1"),
            }
            for box in boxes
        ],
        "iterations": list(iterations),
        "likelihood": [float(value) for value in log_likelihood],
        "coarse": None if coarse is None else steps(list(coarse)),
    }


def genome_track(prepared: dict[str, Any], *, goto: dict[str, Any], key: str) -> None:
    """Mount the track; `goto` {token, base, window, iteration} moves it on a new token."""
    _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)


def said(key: str, length: int, iterations: int, goto: Mapping[str, Any]) -> View:
    """What the reader did in the track of this key so far; to be asked before it is mounted."""
    held = st.session_state.get(key)
    view = held.get("view") if isinstance(held, Mapping) else None
    return view_of(view, length, iterations, goto)


def view_of(said: Any, length: int, iterations: int, goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be older than `goto`, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("token") != goto["token"]:
        view = goto
    window = view.get("window")
    good = (
        isinstance(window, (list, tuple))
        and len(window) == 2
        and all(_whole(edge, length) for edge in window)
        and window[0] < window[1]
    )
    base, iteration = view.get("base"), view.get("iteration")
    last = max(iterations - 1, 0)
    return View(
        int(base) if base is not None and _whole(base, length) else None,
        (int(window[0]), int(window[1])) if good and window is not None else (0, length - 1),
        int(iteration) if iteration is not None and _whole(iteration, last + 1) else last,
    )


def _whole(value: Any, below: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below
