"""Two models of ten latents, row by row: strips to drag, and what each latent tells."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels import vae
from genmodels.kit.payload import deflated, encode
from genmodels.kit.widget import register
from pages.vae.beta import case as run

_mount = register("vae/factor-rows")
FARTHEST = 3.0
"""A latent is dragged no farther than this."""
FACTORS = 5

Moved = tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class View:
    """`moved`: (model, latent, value), places from 0. `opened`: "cell:m:j:k", "gap:m:k", ""."""

    moved: Moved = ()
    opened: str = ""

    def __post_init__(self) -> None:
        for m, j, value in self.moved:
            good = m in range(len(run.FACTORS)) and j in range(run.LATENTS)
            if not (good and math.isfinite(value) and abs(value) <= FARTHEST):
                raise ValueError(
                    f"moved must hold models 0 or 1, latents 0 to {run.LATENTS - 1} and values "
                    f"within ±{FARTHEST:g}; got {m}, {j}, {value}"
                )
        kind, *places = self.opened.split(":")
        tops = {"": (), "gap": (2, FACTORS), "cell": (2, run.LATENTS, FACTORS)}.get(kind)
        good = tops is not None and len(places) == len(tops)
        if not good or any(
            not p.isdecimal() or int(p) >= top for p, top in zip(places, tops or (), strict=True)
        ):
            raise ValueError(f"opened must name a cell or a gap; got {self.opened!r}")

    @property
    def place(self) -> tuple[int, ...]:
        """The numbers in `opened`."""
        return tuple(int(p) for p in self.opened.split(":")[1:])


def payload(pixels: bytes, digit_id: str, start: View, start_id: str) -> dict[str, Any]:
    """Both models with the digit (784 float64 as bytes) at every step of every latent."""
    models = []
    for name in run.FACTORS:
        told = vae.describe(name)
        extra = told["extra"]
        mu, strips = run.traversals(name, pixels)
        models.append(
            {
                "name": name,
                "live": f"/live/sheet/{name}",
                "title": f"β = {told['recipe']['beta']:g}: gap {extra['mig']:.3f}, "
                f"{extra['active']} of {run.LATENTS} latents active, "
                f"−ELBO {told['test']['elbo']:.1f}",
                "mu": mu.tolist(),
                "strips": deflated(strips),
                "information": extra["information"],
                "gaps": [extra["mig_of"][factor] for factor in extra["factors"]],
                "factors": list(extra["factors"]),
            }
        )
    encoded: dict[str, Any] = encode(
        {
            "id": digit_id,
            "models": models,
            "steps": len(run.STEPS),
            "farthest": FARTHEST,
            "x": np.rint(255 * np.frombuffer(pixels, np.float64)).astype(np.uint8),
            "start": [list(one) for one in start.moved],
            "start_id": start_id,
        }
    )
    return encoded


def factor_rows(prepared: dict[str, Any], *, key: str) -> None:
    """Mount them; `view` reads what they say."""
    _mount(key=key, data=prepared, on_view_change=lambda: None)


def view(state: Any, start: View, start_id: str) -> View:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("view") if isinstance(state, Mapping) else getattr(state, "view", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        moved = tuple((int(m), int(j), float(v)) for m, j, v in said["moved"])
        return View(moved, str(said["opened"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


# -- the link ----------------------------------------------------------------------------------


def to_link(now: View) -> dict[str, str | None]:
    """What was moved, latents counted from 1, and what is open."""
    told = ";".join(f"{run.FACTORS[m]},{j + 1},{v:g}" for m, j, v in now.moved)
    return {"vbt_moved": told or None, "vbt_cell": now.opened or None}


def from_link(
    moved: str | None, opened: str | None
) -> tuple[View, dict[str, tuple[Any, str | None]]]:
    """The link's view, and for `frame.link_problems` what was wrong with it."""
    found, problem, wrong = View(), None, None
    try:
        places = []
        for part in moved.split(";") if moved else ():
            name, j, value = part.split(",")
            places.append((run.FACTORS.index(name), int(j) - 1, float(value)))
        found = View(tuple(places))
    except ValueError:
        problem = (
            f"The link's vbt_moved must be like factor-4,5,1.5: a model, a latent from 1 to "
            f"{run.LATENTS} and a value within ±{FARTHEST:g}. Shown instead: the digit's own code."
        )
    try:
        found = View(found.moved, opened or "")
    except ValueError:
        wrong = "The link's vbt_cell must be like cell:1:4:1 or gap:1:1. Nothing is opened."
    return found, {"vbt_moved": (moved, problem), "vbt_cell": (opened, wrong)}
