"""Two pins on the latent map and the pictures between them (`latent-walk.js`)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from genmodels.datasets import mnist
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae.walks import WAYS
from pages.vae.properties import case as run

_mount = register("vae/latent-walk")


@dataclass(frozen=True)
class Pins:
    """The two ends, d numbers each."""

    a: tuple[float, ...]
    b: tuple[float, ...]

    def __post_init__(self) -> None:
        near = all(math.isfinite(v) and abs(v) <= 1000 for v in (*self.a, *self.b))
        if len(self.a) != len(self.b) or len(self.a) < 2 or not near:
            raise ValueError(f"pins must be alike, of numbers within ±1000; got {self.a}, {self.b}")


@lru_cache(maxsize=2)
def _constant(model: str) -> dict[str, Any]:
    mu = run.codes(model)
    plane = mu.shape[1] == 2
    encoded: dict[str, Any] = encode(
        {
            "live": f"/live/walk/{model}",
            "d": int(mu.shape[1]),
            "n": run.STEPS,
            "labels": array(mnist.shown().labels, "u1"),
            "mu": array(mu) if plane else None,
        }
    )
    return encoded


def payload(model: str, way: str, start: Pins, start_id: str) -> dict[str, Any]:
    """What the widget gets; `start` is shown anew on a new `start_id`."""
    moving = {
        "way": WAYS.index(way),
        "start": {"a": list(start.a), "b": list(start.b)},
        "start_id": start_id,
    }
    return {**_constant(model), **encode(moving)}


def latent_walk(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the walk; `pins` reads where its ends are."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def pins(state: Any, start: Pins, start_id: str) -> Pins:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        found = Pins(tuple(float(v) for v in said["a"]), tuple(float(v) for v in said["b"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start
    return found if len(found.a) == len(start.a) else start


# -- the link ----------------------------------------------------------------------------------


def to_link(now: Pins) -> dict[str, str | None]:
    """Pins of the plane in a link's values; others stand in it as their digits."""
    if len(now.a) != 2:
        return {"vpr_pins": None}
    return {"vpr_pins": ",".join(f"{v:.4g}" for v in (*now.a, *now.b))}


def from_link(text: str | None, default: Pins) -> tuple[Pins, str | None]:
    """The pins of `to_link`: (pins, message or None)."""
    if text is None:
        return default, None
    try:
        a1, a2, b1, b2 = (float(part) for part in text[:80].split(","))
        return Pins((a1, a2), (b1, b2)), None
    except ValueError:
        return default, (
            "The link's vpr_pins must be four numbers within ±1000, as in 1.4,-1.2,-0.8,0.9; it "
            f"says “{text[:40]}”. Shown instead: the page's own pins."
        )
