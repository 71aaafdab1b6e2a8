"""Sliders of measured attributes on one digit (`edit-sliders.js`)."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae.directions import ATTRIBUTES

_mount = register("vae/edit-sliders")

FARTHEST = 3.0
"""Standard deviations that a slider goes to either side."""


@dataclass(frozen=True)
class Moved:
    """What the sliders say: `t` in standard deviations by attribute, whether others are `held`.

    `opened` names a number that was asked for: predicted:0 to predicted:3, or nothing.
    """

    t: tuple[float, ...] = (0.0,) * len(ATTRIBUTES)
    held: bool = True
    opened: str = ""

    def __post_init__(self) -> None:
        near = all(math.isfinite(v) and abs(v) <= FARTHEST for v in self.t)
        if len(self.t) != len(ATTRIBUTES) or not near:
            raise ValueError(
                f"t must be {len(ATTRIBUTES)} numbers within ±{FARTHEST:g}; got {self.t}"
            )


def payload(
    x: np.ndarray, back: np.ndarray, model: str, start: Moved, start_id: str
) -> dict[str, Any]:
    """What the sliders get: the digit x (784,) and what comes back of it, both in [0, 1]."""
    picture = np.rint(255 * x).astype(np.uint8)
    encoded: dict[str, Any] = encode(
        {
            "live": f"/live/edit/{model}",
            "names": list(ATTRIBUTES),
            "picture": picture,
            "picture_id": hashlib.sha256(picture.tobytes()).hexdigest()[:16],
            "back": array(np.rint(255 * np.clip(back, 0, 1)), "u1"),
            "start": {"t": list(start.t), "held": start.held},
            "start_id": start_id,
        }
    )
    return encoded


def edit_sliders(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the sliders; `moved` reads what they say."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def moved(state: Any, start: Moved, start_id: str) -> Moved:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        opened = str(said.get("opened", ""))
        names = [f"predicted:{k}" for k in range(len(ATTRIBUTES))]
        t = tuple(float(v) for v in said["t"])
        return Moved(t, bool(said["held"]), opened if opened in names else "")
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


# -- the link ----------------------------------------------------------------------------------


def to_link(now: Moved) -> dict[str, str | None]:
    """The sliders in a link's values."""
    anything = any(now.t)
    return {
        "ved_t": ",".join(f"{v:g}" for v in now.t) if anything else None,
        "ved_held": None if now.held else "0",
    }


def from_link(t: str | None, held: str | None) -> tuple[Moved, dict[str, tuple[Any, str | None]]]:
    """The sliders of `to_link`, and for each unsound value (its default, the message)."""
    problems: dict[str, tuple[Any, str | None]] = {}
    start = Moved()
    if t is not None:
        try:
            start = Moved(tuple(float(v) for v in t[:80].split(",")))
        except ValueError:
            count = len(ATTRIBUTES)
            problems["ved_t"] = (
                None,
                f"The link's ved_t must be {count} numbers within ±{FARTHEST:g}, as in 1,0,-2,0; "
                f"it says “{t[:40]}”. Shown instead: nothing moved.",
            )
    if held not in (None, "0", "1"):
        problems["ved_held"] = (
            None,
            f"The link's ved_held must be 0 or 1; it says “{str(held)[:40]}”. Shown instead: 1.",
        )
    return Moved(start.t, held != "0"), problems
