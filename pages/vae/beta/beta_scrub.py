"""Six betas under one scrubber (`beta-scrub.js`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit.payload import array, deflated, encode
from genmodels.kit.widget import register
from pages.vae.beta import case as run
from pages.vae.beta.opened import NAMES

_mount = register("vae/beta-scrub")
UNIT = 0.01
"""Codes travel in whole hundredths."""


@dataclass(frozen=True)
class View:
    """The beta on show, by its place, and the number that was pressed ("": none)."""

    at: int
    opened: str = ""


@lru_cache(maxsize=1)
def _boards() -> dict[str, Any]:
    boards = [run.board(i) for i in range(len(run.BETAS))]
    codes = np.rint(np.stack([b.mu for b in boards]) / UNIT).astype("<i2")
    return {
        "id": "betas",
        "betas": [f"{beta:g}" for beta in run.BETAS],
        "texts": [run.text(i) for i in range(len(run.BETAS))],
        "labels": array(mnist.shown().labels, "u1"),
        "unit": UNIT,
        "side": run.SIDE,
        "halves": [b.half for b in boards],
        "mu": deflated(codes),
        "sigma": array(np.stack([b.sigma for b in boards])),
        "grid": deflated(np.stack([b.grid for b in boards])),
        "sheet": deflated(np.stack([b.sheet for b in boards])),
        "test": _columns(run.test_costs()),
    }


def _columns(rows: list[dict[str, float | None]]) -> dict[str, list[float | None]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def payload(pixels: bytes, digit_id: str, start: int, start_id: str) -> dict[str, Any]:
    """All six boards, the digit (784 float64 as bytes) at each, and where to begin."""
    passed = run.passed(pixels)
    encoded: dict[str, Any] = encode(
        {
            **_boards(),
            "digit": {
                "id": digit_id,
                "x": np.rint(255 * passed[0].x).astype(np.uint8),
                "back": np.rint(255 * np.stack([one.y for one in passed])).astype(np.uint8),
                "mu": [one.mu.tolist() for one in passed],
                "sigma": [one.sigma.tolist() for one in passed],
                **_columns(run.digit_costs(pixels)),
            },
            "start": start,
            "start_id": start_id,
        }
    )
    return encoded


def beta_scrub(prepared: dict[str, Any], *, on_pick: Callable[[], None], key: str) -> None:
    """Mount it; `on_pick` runs when a digit's dot is pressed, `view` reads what it shows."""
    _mount(key=key, data=prepared, on_view_change=lambda: None, on_pick_change=on_pick)


def view(state: Any, start: int, start_id: str) -> View:
    """What the browser said, checked; `start` where it said nothing since, or nothing sound."""
    said = state.get("view") if isinstance(state, Mapping) else getattr(state, "view", None)
    if not isinstance(said, Mapping) or said.get("start_id") != start_id:
        return View(start)
    at, opened = said.get("at"), said.get("opened")
    if type(at) is not int or not 0 <= at < len(run.BETAS):
        return View(start)
    return View(at, opened if opened in NAMES else "")


def picked(key: str) -> int | None:
    """The test digit whose dot was pressed last, or None: what a browser said is checked."""
    state = st.session_state.get(key)
    said = state.get("pick") if isinstance(state, Mapping) else None
    i = said.get("index") if isinstance(said, Mapping) else None
    return i if type(i) is int and 0 <= i < mnist.N_SHOWN else None
