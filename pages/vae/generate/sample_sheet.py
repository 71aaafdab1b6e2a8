"""A sheet of pictures drawn from the prior, narrowed under the hand (`sample-sheet.js`)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.datasets import mnist
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae.sampling import MAX_TAU
from pages.vae.generate import case as run
from pages.vae.generate.case import Setting

_mount = register("vae/sample-sheet")

MAX_SEED = 9999


@dataclass(frozen=True)
class Drawn:
    """What the sheet shows: the largest |z| allowed, the seed, the chosen picture (-1: none)."""

    tau: float = MAX_TAU
    seed: int = 0
    selected: int = -1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.tau) and 0 <= self.tau <= MAX_TAU):
            raise ValueError(f"tau must be from 0 to {MAX_TAU:g}; got {self.tau}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"seed must be from 0 to {MAX_SEED}; got {self.seed}")
        if not -1 <= self.selected < run.SIDE**2:
            raise ValueError(f"selected must be from -1 to {run.SIDE**2 - 1}; got {self.selected}")


def sheet_payload(setting: Setting, start: Drawn, start_id: str, shown: Drawn) -> dict[str, Any]:
    """A sheet drawn live. `start` is shown anew on a new `start_id`; `shown` is what it shows."""
    picture = run.drawn(setting)[1][shown.selected] if 0 <= shown.selected < run.N else None
    return _encoded(
        {"live": setting.path, "label": setting.label, "side": 8}, picture, start, start_id, shown
    )


def grid_payload(
    tiles: np.ndarray, status: str, start: Drawn, start_id: str, shown: Drawn
) -> dict[str, Any]:
    """A grid of pictures (100, 784) that Python decoded."""
    picture = tiles[shown.selected] if shown.selected >= 0 else None
    fixed = {"live": None, "label": -1, "side": run.SIDE, "tiles": tiles, "status": status}
    return _encoded(fixed, picture, start, start_id, shown)


def _encoded(
    fixed: dict[str, Any],
    picture: np.ndarray | None,
    start: Drawn,
    start_id: str,
    shown: Drawn,
) -> dict[str, Any]:
    nearest = None
    if picture is not None:
        i, distance = run.nearest_real(picture)
        digits = mnist.shown()
        nearest = {
            "of": f"{shown.seed}:{_js(shown.tau)}:{shown.selected}",
            "pixels": array(digits.pictures[i], "u1"),
            "label": int(digits.labels[i]),
            "distance": distance,
        }
    encoded: dict[str, Any] = encode(
        {**fixed, "nearest": nearest, "start": vars(start), "start_id": start_id}
    )
    return encoded


def _js(value: float) -> str:
    """A number as JavaScript writes it."""
    return repr(int(value)) if value == int(value) else repr(value)


def sample_sheet(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the sheet; `drawn` reads what it shows."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def drawn(state: Any, start: Drawn, start_id: str) -> Drawn:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        return Drawn(float(said["tau"]), int(said["seed"]), int(said["selected"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start
