"""Three maps of 2,000 digits: choose one on all, or drag a place that its map decodes."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.datasets import mnist
from genmodels.kit.payload import array, deflated, encode
from genmodels.kit.widget import register
from pages.vae.reduction import case as reduction_run
from pages.vae.reduction.case import NAMES, Picture

_mount = register("vae/three-maps")

DECODERS = {"PCA": "/live/decode/pca", "t-SNE": None, "VAE": "/live/decode/mnist-2d"}
WAYS_BACK = {
    "PCA": "Drag a place: its picture is the mean digit and so much of two directions.",
    "t-SNE": "No rule leads from a place to a picture, nor from a new picture to a place.",
    "VAE": "Drag a place: the decoder draws its picture.",
}


@dataclass(frozen=True)
class Spot:
    """What is marked: a shown digit (-1 for none), or a place `at` (map's number, z1, z2).

    `opened` names the number that was asked for: vote:0 to vote:2, or nothing.
    """

    selected: int = -1
    at: tuple[int, float, float] | None = None
    opened: str = ""

    def __post_init__(self) -> None:
        if not -1 <= self.selected < mnist.N_SHOWN:
            raise ValueError(
                f"selected must be from -1 to {mnist.N_SHOWN - 1}; it is {self.selected}"
            )
        if self.at is not None:
            m, *z = self.at
            if m not in range(len(NAMES)) or not all(
                math.isfinite(v) and abs(v) <= 1000 for v in z
            ):
                raise ValueError(
                    f"at must be a map 0 to 2 and two numbers within ±1000; got {self.at}"
                )


@lru_cache(maxsize=1)
def _constant() -> dict[str, Any]:
    digits = mnist.shown()
    maps: list[dict[str, Any]] = []
    for name, Z in reduction_run.places().items():
        low, high = Z.min(axis=0), Z.max(axis=0)
        room = 0.04 * (high - low)
        limits = [low[0] - room[0], high[0] + room[0], low[1] - room[1], high[1] + room[1]]
        maps.append(
            {
                "name": name,
                "points": array(Z),
                "range": [float(v) for v in limits],
                "decode": DECODERS[name],
                "none": WAYS_BACK[name],
            }
        )
    made: dict[str, Any] = encode(
        {
            "maps": maps,
            "labels": array(digits.labels, "u1"),
            "indices": array(digits.indices, "i4"),
            "pictures": deflated(digits.pictures),
        }
    )
    name = hashlib.sha256(maps[0]["points"]["base64"].encode()).hexdigest()[:16]
    return {**made, "id": name}


def payload(
    start: Spot, start_id: str, *, k: int, shown: Spot, picture: Picture | None, own_id: str | None
) -> dict[str, Any]:
    """What the maps get. `start` is shown anew on a new `start_id`; `shown` is what they show.

    `picture` is the chosen digit's passage, or with `own_id` that of the reader's own.
    """
    digits = mnist.shown()
    near = None
    if shown.selected >= 0:
        found = reduction_run.near(shown.selected, k)
        near = {"index": shown.selected, "lists": [found[name] for name in NAMES]}
    back = own = None
    if picture is not None:
        back = {
            "of": own_id or f"digit:{shown.selected}",
            "pictures": [
                None if y is None else array(np.rint(255 * np.clip(y, 0, 1)), "u1")
                for y in (picture.back[name] for name in NAMES)
            ],
            "errors": [picture.error(name) for name in NAMES],
        }
        if own_id:
            places = [picture.place[name] for name in NAMES]
            own = {
                "id": own_id,
                "picture": array(np.rint(255 * picture.x), "u1"),
                "places": [None if place is None else list(place) for place in places],
            }
    shares = reduction_run.accuracy(k)
    moving = {
        "near": near,
        "back": back,
        "own": own,
        "accuracies": [f"{100 * shares[name]:.1f} % of {len(digits.labels):,}" for name in NAMES],
        "start": {
            "selected": start.selected,
            "at": start.at and {"map": start.at[0], "z": list(start.at[1:])},
        },
        "start_id": start_id,
    }
    return {**_constant(), **encode(moving)}


def three_maps(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the maps; `spot` reads what they show."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def spot(state: Any, start: Spot, start_id: str) -> Spot:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return start
    try:
        at = said.get("at")
        place = None if at is None else (int(at["map"]), float(at["z"][0]), float(at["z"][1]))
        opened = str(said.get("opened", ""))
        return Spot(
            int(said["selected"]),
            place,
            opened if opened in ("vote:0", "vote:1", "vote:2") else "",
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return start


# -- the link ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linked:
    """The spot that a link says; `problems` by the link's name: (value, message or None)."""

    spot: Spot
    problems: dict[str, tuple[Any, str | None]]


def to_link(spot: Spot) -> dict[str, str | None]:
    """The spot in a link's values."""
    at = spot.at and f"{NAMES[spot.at[0]]}:{spot.at[1]:.4g},{spot.at[2]:.4g}"
    return {"vdr_digit": str(spot.selected) if spot.selected >= 0 else None, "vdr_at": at}


def from_link(at: str | None, digit: str | None) -> Linked:
    """The spot of `to_link`, with a message for each value that is unsound."""
    problems: dict[str, tuple[Any, str | None]] = {}
    place, selected = None, -1
    if at is not None:
        name, _, pair = at[:60].partition(":")
        try:
            first, second = (float(part) for part in pair.split(","))
            place = Spot(at=(NAMES.index(name), first, second)).at
        except ValueError:
            expected = "a map and two numbers within ±1000, as in VAE:0.5,-1"
            problems["vdr_at"] = (None, _expected("vdr_at", expected, at))
    if digit is not None:
        last = mnist.N_SHOWN - 1
        if digit.isascii() and digit.isdigit() and len(digit) < 6 and int(digit) <= last:
            selected = int(digit)
        else:
            expected = f"a whole number from 0 to {last}"
            problems["vdr_digit"] = (-1, _expected("vdr_digit", expected, digit))
    return Linked(Spot(selected, place), problems)


def _expected(name: str, expected: str, got: str) -> str:
    short = got if len(got) <= 40 else got[:40] + "…"
    return f"The link's {name} must be {expected}; it says “{short}”. Nothing is marked instead."
