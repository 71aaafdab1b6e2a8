"""The forward pass in six linked panels, each number of it to be held, dragged, opened."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae import forward
from genmodels.vae.forward import Pass
from pages.vae.worked_run import STEPS, Place, place_from

_mount = register("vae/pass-steps")

PATH = "/live/pass"


def said(key: str, start: Place, start_id: str) -> Place:
    """Where the reader stands in the widget of this key; to be asked before it is mounted."""
    state = st.session_state.get(key)
    held: Mapping[str, Any] = state if isinstance(state, Mapping) else {}
    told = held.get("place")
    if not isinstance(told, Mapping) or told.get("start_id") != start_id:
        return start
    return place_from(told, start)


def payload(x: np.ndarray, x_id: str, place: Place, one: Pass, start_id: str) -> dict[str, Any]:
    """What the panels get: the picture, the pass at `place`; both shown on a new id."""
    made: dict[str, Any] = encode(
        {
            "path": PATH,
            "steps": STEPS,
            "x": array(np.rint(255 * x), "u1"),
            "x_id": x_id,
            "place": {**asdict(place), "held": dict(place.held)},
            "numbers": array(forward.vector(one)),
            "start_id": start_id,
        }
    )
    return made


def pass_steps(
    x: np.ndarray, x_id: str, place: Place, one: Pass, start_id: str, *, key: str
) -> None:
    """Mount the panels; `said` reads what the reader does.

    `place` is taken over whenever `start_id` is new, `x` whenever `x_id` is.
    """
    _mount(key=key, data=payload(x, x_id, place, one, start_id), on_place_change=lambda: None)
