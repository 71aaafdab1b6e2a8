"""The regime band: a long series, its states as a coloured band, and EM's run that made them.

Python computes the states' shares of each day, exactly for the iteration on show and averaged over
columns of days for the others, so that the band follows the scrubber with no request. JavaScript
pans, zooms and draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register
from pages.hmm import regimes_run as run
from pages.hmm.regimes_run import Band, Setup

_mount = register("hmm/regime-band")


@dataclass(frozen=True)
class View:
    """What the band shows: the opened day or None, first and last day on show, the iteration."""

    day: int | None
    window: tuple[int, int]
    iteration: int


def payload(setup: Setup, iteration: int, band: Band) -> dict[str, Any]:
    """Everything that the widget draws; days and states count from 0."""
    series, found = setup.series, run.run(setup)
    stops = run.frames(setup)
    sds = [run.gaussians(found.models[i])[1] for i in stops]
    stays = [np.minimum(run.stays(found.models[i]), 1e9) for i in stops]
    day = series.day
    return {
        "band_id": run.run_id(setup),
        "title": series.source.title,
        "unit": series.unit,
        "first_day": None if day is None else int(day[0]),
        "gaps": None if day is None else array(np.diff(day, prepend=day[0]), "i4"),
        "x": array(series.x),
        "trained": run.trained_days(setup),
        "band": band,
        "frame": run.nearest_frame(setup, iteration),
        # bytes: a 255th is less than a pixel of the band
        "shares": array(np.rint(255 * run.shares(run.days(setup, iteration), band)), "u1"),
        "coarse": steps(run.coarse(setup)),
        "iterations": stops,
        "likelihood": [float(v) for v in found.log_likelihood],
        "sds": array(np.array(sds)),
        "stays": array(np.array(stays)),
    }


def regime_band(
    setup: Setup, iteration: int, band: Band, *, goto: dict[str, Any], key: str
) -> None:
    """Mount the band; `goto` {token, day, window, iteration} moves it whenever its token is new.

    What the browser says is read with `said`.
    """
    data = encode({**payload(setup, iteration, band), "goto": goto})
    _mount(key=key, data=data, on_view_change=lambda: None)


def said(key: str, setup: Setup, goto: Mapping[str, Any]) -> View:
    """What the reader did in the band of this key so far; to be asked before it is mounted."""
    held = st.session_state.get(key)
    return view_of(held.get("view") if isinstance(held, Mapping) else None, setup, goto)


def view_of(said: Any, setup: Setup, goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be older than `goto`, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("token") != goto["token"]:
        view = goto
    T, last = len(setup.series), run.run(setup).iterations
    window = view.get("window")
    good = (
        isinstance(window, (list, tuple))
        and len(window) == 2
        and all(_whole(edge, T) for edge in window)
        and window[0] < window[1]
    )
    day = view.get("day")
    iteration = view.get("iteration")
    return View(
        int(day) if day is not None and _whole(day, T) else None,
        (int(window[0]), int(window[1])) if good and window is not None else (0, T - 1),
        int(iteration) if iteration is not None and _whole(iteration, last + 1) else last,
    )


def _whole(value: Any, below: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below
