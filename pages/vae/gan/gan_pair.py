"""The same z in a VAE and a GAN, dragged (`gan-pair.js`)."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from genmodels.kit.payload import deflated, encode
from genmodels.kit.widget import register
from pages.vae.gan import case as run
from pages.vae.gan.case import Pair

_mount = register("vae/gan-pair")
PLANES = ("VAE", "GAN", "none")
"""What may lie behind the pad."""
Z = tuple[float, float]


@lru_cache(maxsize=1)
def _constant() -> dict[str, Any]:
    return {
        "live": "/live/pair",
        "view": run.VIEW,
        "side": run.SIDE,
        "planes": deflated(run.planes()),
    }


def payload(behind: str, start: Pair, start_id: str) -> dict[str, Any]:
    """What the pad gets; `start` is shown anew on a new `start_id`."""
    encoded: dict[str, Any] = encode(
        {
            **_constant(),
            "behind": PLANES.index(behind),
            "start": {
                "z": list(start.z),
                "pictures": run.levels(start.x),
                "sharpness": start.sharpness.tolist(),
                "real": start.real.tolist(),
            },
            "start_id": start_id,
        }
    )
    return encoded


def gan_pair(prepared: dict[str, Any], *, key: str) -> None:
    """Mount it; `place` reads where its point is."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def place(state: Any, start: Z, start_id: str) -> Z:
    """Where the point is, checked; `start` where the browser said nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        return checked(said["z"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


# -- the link ----------------------------------------------------------------------------------


def checked(values: Any) -> Z:
    """Two numbers on the pad. Raises ValueError for anything else."""
    first, second = (float(v) for v in values)
    if not all(math.isfinite(v) and abs(v) <= run.VIEW for v in (first, second)):
        raise ValueError(f"z must be 2 numbers within ±{run.VIEW:g}; got {first:g}, {second:g}")
    return first, second


def from_link(text: str | None) -> tuple[Z, str | None]:
    """The link's z, and what was expected of it in words."""
    if text is None:
        return (0.0, 0.0), None
    try:
        return checked(text[:60].split(",")), None
    except ValueError:
        return (0.0, 0.0), (
            f"The link's vgn_z must be 2 numbers within ±{run.VIEW:g}, as in 0.5,-1; it says "
            f"“{text[:40]}”. Shown instead: 0,0."
        )
