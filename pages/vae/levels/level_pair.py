"""Two levels of latents, one held and the other redrawn (`level-pair.js`)."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from genmodels.datasets import mnist
from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from genmodels.vae.two_levels import Held, N
from pages.vae.levels import case as run
from pages.vae.levels.case import VIEW, Encoded, Place

_mount = register("vae/level-pair")


def payload(
    held: Held, origin: Place, start: Place, start_id: str, digit: Encoded | None
) -> dict[str, Any]:
    """The pad and both sheets. `start` is shown on a new `start_id`; a button goes to `origin`."""
    chosen = None
    if digit is not None:
        chosen = {
            "mu": [float(v) for v in digit.mu2],
            "sigma": [math.exp(v / 2) for v in digit.log_var2],
            "x": np.rint(255 * digit.x).astype(np.uint8),
        }
    encoded: dict[str, Any] = encode(
        {
            "live": "/live/levels/hierarchical",
            "n": N,
            "view": VIEW,
            "side": run.GRID,
            "grid": run.background(),
            "mu": run.uppers(),
            "labels": mnist.shown().labels,
            "digit": chosen,
            "lower": np.array(held.lower),
            "hold": held.hold,
            "origin": _json(origin),
            "start": _json(start),
            "start_id": start_id,
        }
    )
    return encoded


def _json(place: Place) -> dict[str, Any]:
    return {**vars(place), "z2": list(place.z2), "home": list(place.home)}


def level_pair(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the pad; `placed` reads what it shows."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def placed(state: Any, start: Place, start_id: str, least: int) -> Place:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound.

    `least` is the smallest pick allowed: -1 where there is a digit, else 0.
    """
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        place = Place(
            _pair(said["z2"]),
            _pair(said["home"]),
            int(said["seed1"]),
            int(said["seed2"]),
            int(said["pick"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return start
    return place if place.pick >= least else start


def _pair(values: Any) -> tuple[float, float]:
    one, two = values
    return float(one), float(two)
