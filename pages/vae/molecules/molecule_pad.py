"""The map of molecules with its point, or a row of molecules on a climb (`molecule-pad.js`)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae import molecules_map
from pages.vae.molecules import case as run
from pages.vae.molecules.case import LAST, NAMES, OWN, Decoded, Rung, Sample

_mount = register("vae/molecule-pad")
LONGEST = 52
"""Tokens of a string, the end counted."""
VIEW = (-3.5, 2.5, -3.2, 1.8)
"""x from, to, y from, to."""


@dataclass(frozen=True)
class Place:
    """A base (OWN for a reader's) and a place on the plane."""

    base: int
    at: tuple[float, float]

    def __post_init__(self) -> None:
        near = all(math.isfinite(v) and abs(v) <= run.FARTHEST for v in self.at)
        if not (0 <= self.base <= OWN and len(self.at) == 2 and near):
            raise ValueError(f"a place must be a molecule and two numbers; got {self}")


@lru_cache(maxsize=2)
def _constant(name: str) -> dict[str, Any]:
    mm = molecules_map.molecule_map()
    values = mm.properties[name]
    low, high = sorted(values)[40], sorted(values)[-40]
    encoded: dict[str, Any] = encode(
        {
            "live": "/live/molecule",
            "last": LAST,
            "view": list(VIEW),
            "xy": array(mm.xy),
            "values": array(values),
            "range": [float(low), float(high)],
            "name": NAMES[name],
        }
    )
    return encoded


def payload(name: str, own: str, start: Place, start_id: str) -> dict[str, Any]:
    """What the widget gets; `start` is shown anew on a new `start_id`."""
    moving = {
        "own": own.strip(),
        "home": run.base(start.base, own if start.base == OWN else "").xy.tolist(),
        "start": {"base": start.base, "at": list(start.at)},
        "start_id": start_id,
    }
    return {**_constant(name), **encode(moving)}


def climb_payload(rungs: Sequence[Rung], name: str, start_id: str) -> dict[str, Any]:
    """A row of molecules on the way up; a new `start_id` deals them anew."""
    return _cards(
        [
            _card(
                f"{rung.step:+.0f} sd".replace("-", "−") if rung.step else "its own code",
                rung.made.trace.smiles,
                rung.made,
                f"predicted {plain(rung.made.predicted[name])}",
                "its own: none" if rung.judged is None else f"its own {plain(rung.judged)}",
            )
            for rung in rungs
        ],
        start_id,
    )


def sheet_payload(samples: Sequence[Sample], start_id: str) -> dict[str, Any]:
    """A sheet of samples."""
    return _cards(
        [
            _card(f"{i + 1}" + (", on the map" if one.known else ""), one.smiles, one)
            for i, one in enumerate(samples)
        ],
        start_id,
    )


def _card(label: str, smiles: str, judged: Decoded | Sample, *lines: str) -> dict[str, Any]:
    return {
        "label": label,
        "smiles": smiles,
        "valid": judged.valid,
        "problem": judged.problem,
        "drawing": judged.drawing.plain() if judged.drawing else None,
        "lines": list(lines),
    }


def _cards(cards: list[dict[str, Any]], start_id: str) -> dict[str, Any]:
    encoded: dict[str, Any] = encode({"cards": cards, "name": "", "start_id": start_id})
    return encoded


def _nothing() -> None:
    """For what is read from the state alone."""


def molecule_pad(
    prepared: dict[str, Any], *, key: str, on_place: Any = _nothing, on_token: Any = _nothing
) -> None:
    """Mount the pad; `place` reads where its point is, `token` which token was just pressed."""
    _mount(key=key, data=prepared, on_place_change=on_place, on_token_change=on_token)


def token(state: Any) -> int | None:
    """The token pressed in the browser, from 1; None where what it says is no such number."""
    said = state.get("token") if isinstance(state, Mapping) else getattr(state, "token", None)
    return said if isinstance(said, int) and 1 <= said <= LONGEST else None


def place(state: Any, start: Place, start_id: str) -> Place:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        x, y = (float(v) for v in said["at"])
        found = Place(int(said["base"]), (x, y))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start
    return start if found.base == OWN != start.base else found


# -- the link ----------------------------------------------------------------------------------


def from_link(text: str | None) -> tuple[tuple[float, float] | None, str | None]:
    """The place of a link's vmo_at: (place or None for the base's own, message or None)."""
    if text is None:
        return None, None
    try:
        x, y = (float(part) for part in text[:60].split(","))
        return Place(0, (x, y)).at, None
    except ValueError:
        return None, (
            f"The link's vmo_at must be two numbers within ±{run.FARTHEST:g}, as in 0.5,-1; it "
            f"says “{text[:40]}”. Shown instead: the molecule's own place."
        )
