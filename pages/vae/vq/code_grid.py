"""A picture as a grid of codes: changed by hand, or drawn code by code (`code-grid.js`)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.vae.vq import case as vq_run
from pages.vae.vq import prior as vq_prior_run
from pages.vae.vq.case import PLACES, Coded, Edit, K
from pages.vae.vq.prior import N, Setting

_mount = register("vae/code-grid")


@dataclass(frozen=True)
class Watched:
    """Where the reader is in a draw: codes known (0 to 49), which sample, a code that was asked
    for (-1: the drawn one)."""

    step: int = PLACES
    sample: int = 0
    code: int = -1

    def __post_init__(self) -> None:
        if not 0 <= self.step <= PLACES:
            raise ValueError(f"step must be from 0 to {PLACES}; got {self.step}")
        if not 0 <= self.sample < N:
            raise ValueError(f"sample must be from 0 to {N - 1}; got {self.sample}")
        if not -1 <= self.code < K:
            raise ValueError(f"code must be from -1 to {K - 1}; got {self.code}")


def edit_payload(one: Coded, start: Edit, start_id: str) -> dict[str, Any]:
    """The grid to change: digit, codes, every distance, the palette."""
    encoded: dict[str, Any] = encode(
        {
            "mode": "edit",
            "live": "/live/vq",
            "x": _pixels(one.x),
            "y": _pixels(one.y),
            "codes": array(one.codes, "i4"),
            "distances": one.distances,
            "palette": vq_run.patches(),
            "start": {"changes": start.changes, "place": start.place},
            "start_id": start_id,
        }
    )
    return encoded


def prior_payload(
    setting: Setting, start: Watched, start_id: str, shown: Watched
) -> dict[str, Any]:
    """A draw to watch: the picture after each code, and the probabilities of the next."""
    found = vq_prior_run.drawn(setting)
    i = shown.sample
    trace_id = hashlib.sha256(f"{setting} {i}".encode()).hexdigest()[:16]
    encoded: dict[str, Any] = encode(
        {
            "mode": "prior",
            "trace_id": trace_id,
            "frames": vq_prior_run.frames(setting, i),
            "codes": array(found.codes[i], "i4"),
            "probabilities": found.probabilities[i],
            "nats": found.nats[i],
            "pictures": found.pictures,
            "sample": i,
            "kept": len(setting.kept),
            "start": vars(start),
            "start_id": start_id,
        }
    )
    return encoded


def _pixels(y: np.ndarray) -> np.ndarray:
    return np.rint(255 * y).astype(np.uint8)


def code_grid(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the grid; `edited` and `watched` read what it shows."""
    _mount(key=key, data=prepared, on_place_change=lambda: None)


def edited(state: Any, start: Edit, start_id: str) -> Edit:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = _said(state, start_id)
    try:
        return Edit(tuple((int(p), int(k)) for p, k in said["changes"]), int(said["place"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


def watched(state: Any, start: Watched, start_id: str) -> Watched:
    """As `edited`, of a draw."""
    said = _said(state, start_id)
    try:
        return Watched(int(said["step"]), int(said["sample"]), int(said["code"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return start


def _said(state: Any, start_id: str) -> Mapping[str, Any]:
    said = state.get("place") if isinstance(state, Mapping) else getattr(state, "place", None)
    return said if isinstance(said, Mapping) and said.get("start_id") == start_id else {}
