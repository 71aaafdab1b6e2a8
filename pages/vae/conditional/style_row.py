"""A style dragged on a pad, in ten digits at once (`style-row.js`)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit.payload import array, deflated, encode
from genmodels.kit.widget import register
from pages.vae.conditional import case as run
from pages.vae.conditional.case import Read

_mount = register("vae/style-row")


@dataclass(frozen=True)
class Place:
    """What is on show: the style `z`, and the digit `y` whose plane lies behind it."""

    z: tuple[float, float] = (0.0, 0.0)
    y: int = 0

    def __post_init__(self) -> None:
        good = len(self.z) == 2 and all(math.isfinite(v) and abs(v) <= run.VIEW for v in self.z)
        if not good:
            raise ValueError(f"z must be 2 numbers within ±{run.VIEW:g}; got {self.z}")
        if self.y not in range(run.DIGITS):
            raise ValueError(f"y must be a digit from 0 to 9; got {self.y}")


def at_mean(one: Read) -> Place:
    """The place of a picture's own style, pulled onto the pad where it lies beyond."""
    return Place(tuple(np.clip(one.mu, -run.VIEW, run.VIEW).tolist()), one.y)


@lru_cache(maxsize=1)
def _plane() -> dict[str, Any]:
    return {
        "id": run.MODEL,
        "live": f"/live/style/{run.MODEL}",
        "view": run.VIEW,
        "side": run.SIDE,
        "mu": array(run.styles().mu),
        "labels": array(mnist.shown().labels, "u1"),
        "grids": deflated(run.grids()),
    }


def payload(one: Read, chosen_id: str, name: str, start: Place, start_id: str) -> dict[str, Any]:
    """The planes, the chosen picture as it was read, and where to begin on a new `start_id`."""
    encoded: dict[str, Any] = encode(
        {
            **_plane(),
            "chosen": {
                "id": chosen_id,
                "name": name,
                "y": one.y,
                "x": np.rint(255 * one.x).astype(np.uint8),
                "back": np.rint(255 * one.back).astype(np.uint8),
                "mu": one.mu.tolist(),
                "sigma": one.sigma.tolist(),
            },
            "start": {"z": list(start.z), "y": start.y, "ten": run.ten(start.z)},
            "start_id": start_id,
        }
    )
    return encoded


def style_row(prepared: dict[str, Any], *, on_pick: Callable[[], None], key: str) -> None:
    """Mount it; `on_pick` runs when a test digit's dot is pressed, `place` reads what it shows."""
    _mount(key=key, data=prepared, on_place_change=lambda: None, on_pick_change=on_pick)


def place(state: Any, start: Place, start_id: str) -> Place:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        z1, z2 = said["z"]
        return Place((float(z1), float(z2)), int(said["y"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


def picked(key: str) -> int | None:
    """The test digit whose dot was pressed last, or None: what a browser said is checked."""
    state = st.session_state.get(key)
    said = state.get("pick") if isinstance(state, Mapping) else None
    i = said.get("index") if isinstance(said, Mapping) else None
    return i if type(i) is int and 0 <= i < mnist.N_SHOWN else None


# -- the link ----------------------------------------------------------------------------------


def to_link(now: Place, home: Place) -> dict[str, str | None]:
    """The place in a link's values; nothing while it is the chosen picture's own."""
    return {
        "vcd_z": None if now.z == home.z else ",".join(f"{v:.4f}" for v in now.z),
        "vcd_y": None if now.y == home.y else str(now.y),
    }


def z_from_link(text: str | None) -> tuple[tuple[float, float] | None, str | None]:
    """The link's style, or what was expected of it in words."""
    if text is None:
        return None, None
    try:
        z1, z2 = (float(part) for part in text.split(","))
        return Place((z1, z2)).z, None
    except ValueError:
        shown = text if len(text) <= 40 else text[:40] + "…"
        return None, (
            f"The link's vcd_z must be 2 numbers within ±{run.VIEW:g}, with a comma between; it "
            f"says “{shown}”. Shown instead: the chosen digit's own style."
        )
