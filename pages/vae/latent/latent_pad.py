"""The latent pad: 2,000 encoded digits, a draggable z, its decoded picture (`latent-pad.js`)."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.datasets.mnist import Shown, shown
from genmodels.kit.payload import array, deflated, encode
from genmodels.kit.widget import register
from genmodels.vae import first_paint
from pages.vae.vae_opened import NAMES

_mount = register("vae/latent-pad")

MODEL = "mnist-2d"


@dataclass(frozen=True)
class Place:
    """What the pad shows: `z`, or a chosen digit with its draw.

    `selected` is an index into the shown digits, -1 for none. `given` says which of the two is
    the reader's choice: "z", or "epsilon", from which z follows. `opened` names an opened number.
    """

    z: tuple[float, float] = first_paint.START
    selected: int = -1
    epsilon: tuple[float, float] = (0.0, 0.0)
    given: str = "z"
    opened: str = ""
    zoom: bool = False

    def __post_init__(self) -> None:
        for name in ("z", "epsilon"):
            values = getattr(self, name)
            if len(values) != 2 or not all(math.isfinite(v) and abs(v) <= 1000 for v in values):
                raise ValueError(f"{name} must be two numbers within ±1000; got {values}")
        if not -1 <= self.selected < len(shown().labels):
            raise ValueError(
                f"selected must be -1 or a shown digit's index below {len(shown().labels)}; "
                f"got {self.selected}"
            )
        if self.given not in ("z", "epsilon"):
            raise ValueError(f"given must be z or epsilon; got {self.given!r}")

    @property
    def latent(self) -> tuple[float, float]:
        """The reader's choice: z or epsilon."""
        return self.z if self.given == "z" else self.epsilon


def place_from(state: Mapping[str, Any] | None, default: Place) -> Place:
    """The pad's state as it came from the page; `default` where it is absent or unsound."""
    if not state:
        return default
    try:
        return Place(
            z=(float(state["z"][0]), float(state["z"][1])),
            selected=int(state["selected"]),
            epsilon=(float(state["epsilon"][0]), float(state["epsilon"][1])),
            given=str(state["given"]),
            opened=_sound(str(state.get("opened", "")), int(state["selected"]) >= 0),
        )
    except (KeyError, IndexError, TypeError, ValueError):
        return default


def _sound(opened: str, chosen: bool) -> str:
    return opened if opens(opened, chosen) else ""


def payload(start: Place, start_id: str) -> dict[str, Any]:
    """What the pad gets: plain JSON. `start` is shown anew whenever `start_id` changes."""
    return {**_constant(), "start": encode(_plain(start)), "start_id": start_id}


def latent_pad(start: Place, start_id: str, *, key: str) -> Place:
    """Mount the pad and return what it shows once the reader has let go.

    Dragging never reruns the page: the pad asks `/live/decode` and `/live/encode` itself.
    """
    result = _mount(key=key, data=payload(start, start_id), on_place_change=lambda: None)
    state = result.place if result is not None else None
    if isinstance(state, Mapping) and state.get("start_id") == start_id:
        return place_from(state, start)
    return start


def _plain(place: Place) -> dict[str, Any]:
    return {
        "z": list(place.z),
        "selected": place.selected,
        "epsilon": list(place.epsilon),
        "given": place.given,
        "opened": place.opened,
        "zoom": place.zoom,
    }


@lru_cache(maxsize=1)
def _constant() -> dict[str, Any]:
    """The part that never changes: encoded digits, grid, pictures. Read only."""
    digits: Shown = shown()
    first = first_paint.load()
    parts = {
        "decode": f"/live/decode/{MODEL}",
        "encode": f"/live/encode/{MODEL}",
        "view": first_paint.VIEW,
        "side": first_paint.GRID,
        "mu": array(first.mu),
        "sigma": array(np.exp(first.log_var / 2)),
        "labels": array(digits.labels, "u1"),
        "indices": array(digits.indices, "i4"),
        "grid": deflated(first.grid),
        "pictures": deflated(digits.pictures),
        "picture": array(first.picture, "u1"),
        "picture_z": list(first_paint.START),
    }
    name = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
    encoded: dict[str, Any] = encode({**parts, "id": name})
    return encoded


def to_link(place: Place) -> dict[str, str | None]:
    """The place in a link's values: as few as say it."""
    chosen, moved = place.selected >= 0, place.z != first_paint.START
    held = chosen and place.epsilon != (0.0, 0.0)
    return {
        "vae_digit": str(place.selected) if chosen else None,
        "vae_z": _pair_text(place.z) if place.given == "z" and (chosen or moved) else None,
        "vae_epsilon": _pair_text(place.epsilon) if place.given == "epsilon" and held else None,
        "vae_open": place.opened or None,
    }


def from_link(values: Mapping[str, str | None]) -> tuple[Place, dict[str, str]]:
    """The place that a link's values say, and a message for each value that is unsound."""
    problems: dict[str, str] = {}
    digit, selected = values.get("vae_digit"), -1
    if digit is not None:
        last = len(shown().labels) - 1
        if digit.isascii() and digit.isdigit() and len(digit) < 6 and int(digit) <= last:
            selected = int(digit)
        else:
            problems["vae_digit"] = _expected(
                "vae_digit", f"a whole number from 0 to {last}", digit
            )
    pairs: dict[str, tuple[float, float] | None] = {}
    for name in ("vae_z", "vae_epsilon"):
        text = values.get(name)
        pairs[name] = None if text is None else _pair(text)
        if text is not None and pairs[name] is None:
            problems[name] = _expected(name, "two numbers within ±1000, as in 0.5,-1", text)
    z, epsilon = pairs["vae_z"], pairs["vae_epsilon"]
    opened = values.get("vae_open") or ""
    if opened and not opens(opened, selected >= 0):
        problems["vae_open"] = _expected("vae_open", "the name of a number on the pad", opened)
        opened = ""
    given = "epsilon" if selected >= 0 and z is None else "z"
    return (
        Place(
            z=z or first_paint.START,
            selected=selected,
            epsilon=epsilon or (0.0, 0.0),
            given=given,
            opened=opened,
        ),
        problems,
    )


def opens(name: str, chosen: bool) -> bool:
    """Whether the pad has a number called `name`, with or without a chosen digit."""
    kind, _, index = name.partition(":")
    if not chosen:
        return name in ("prior", "z1", "z2")
    if kind == "pixel":
        return index.isascii() and index.isdigit() and len(index) < 4 and int(index) < 784
    return name in ("mu1", "mu2", *NAMES)


def _pair_text(pair: tuple[float, float]) -> str:
    return ",".join(f"{value:.4g}" for value in pair)


def _pair(text: str) -> tuple[float, float] | None:
    try:
        first, second = (float(part) for part in text[:60].split(","))
    except ValueError:
        return None
    if not all(math.isfinite(value) and abs(value) <= 1000 for value in (first, second)):
        return None
    return first, second


def _expected(name: str, expected: str, got: str) -> str:
    short = got if len(got) <= 40 else got[:40] + "…"
    return f"The link's `{name}` must be {expected}; it says “{short}”. The default is shown."
