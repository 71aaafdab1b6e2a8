"""The word race: a recording's frames, a word's path through them, and ten likelihoods racing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from genmodels.datasets.digits import COEFFICIENTS, WORDS, Digits, gaussians
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.hmm.speech.case import Race, models

_mount = register("hmm/word-race")

LIMIT = 2.5
"""Standard deviations at which the heat map's colours end."""


@dataclass(frozen=True)
class View:
    """What the stage shows.

    heard: the frames so far, 0 .. T; word: the one whose path is drawn, None for the winner of the
    whole; missing: frames taken out, from 0 as recorded.
    """

    heard: int
    word: int | None = None
    missing: tuple[int, ...] = ()


def payload(race: Race, data: Digits) -> dict[str, Any]:
    """All that the widget draws: for every word the path, the state means, the race."""
    case = race.case
    lowest = race.prefix.max(axis=0) - race.prefix  # nats behind the leader, (10, T + 1)
    c = (race.coefficients - data.mean) / data.deviation
    means = np.stack([gaussians(m).means[:, :COEFFICIENTS] for m in models(case.K)])
    return {
        "race_id": f"{case.row}",
        "reversed": case.order == "reversed",
        "said": int(data.labels[case.row]),
        "words": list(WORDS),
        "K": case.K,
        "limit": LIMIT,
        "frames": array(np.clip(c, -LIMIT, LIMIT)),
        "means": array(np.clip((means - data.mean) / data.deviation, -LIMIT, LIMIT)),
        "missing": np.flatnonzero(race.missing).tolist(),
        "paths": array(race.paths, "u1"),
        "behind": array(lowest),
        "prefix": array(race.prefix),
        "posterior": array(race.posterior),
        "winner": race.ranking(race.T)[0],
    }


def view_before(key: str, view: View, token: str, row: int, T: int) -> View:
    """`view`, or what the browser said since of the same recording and token."""
    state = st.session_state.get(key)
    said = state.get("view") if isinstance(state, Mapping) else None
    return view_of(said, view, token, row, T)


def view_of(said: Any, view: View, token: str, row: int, T: int) -> View:
    """What the browser said, checked: it may be of another race, or of nobody's making."""
    if not isinstance(said, Mapping) or said.get("token") != token:
        return view
    if said.get("race") != f"{row}":
        return view
    heard = _whole(said.get("heard"), T + 1)
    word = _whole(said.get("word"), len(WORDS))
    frames = said.get("missing")
    listed = list(frames) if isinstance(frames, (list, tuple)) else []
    places = [_whole(frame, T) for frame in listed[:T]]
    there = {T - 1 - p if said.get("reversed") is True else p for p in places if p is not None}
    return replace(
        view,
        heard=view.heard if heard is None else heard,
        word=word,
        missing=tuple(sorted(there)),
    )


def word_race(prepared: dict[str, Any], view: View, *, token: str, key: str) -> None:
    """Mount it; `view` moves the stage when `token` is new. Read it with `view_before`."""
    goto = {"token": token, "heard": view.heard, "word": view.word}
    _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)


def _whole(value: Any, below: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below
    return value if good else None
