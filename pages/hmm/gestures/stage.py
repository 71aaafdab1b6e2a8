"""The gestures page's side of strokes and signs: what stands on the pad, what opens, links."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import hmm, strokes
from genmodels.datasets import gestures
from genmodels.kit.opened import Opened
from genmodels.strokes import By, Scored, Sign
from pages.hmm.gestures import case as run
from pages.hmm.gestures import opened as arithmetic
from pages.hmm.gestures import stroke_pad
from pages.hmm.gestures.case import Own

SECTIONS = ("Draw", "Libras recordings")
JUDGES = ("time", "length", "1-NN")
JUDGE_NAMES = {"time": "HMM, by time", "length": "HMM, by length", "1-NN": "1-NN"}
WHICH = {name: number for number, name in zip((1, 2, 0), run.SETS, strict=True)}
"""A set's number in `/live/gesture`."""
OPEN = ("So far", "State", "Emission", "A step")


# -- strokes to begin with -------------------------------------------------------------------------


@lru_cache(maxsize=32)
def example(shape: str, seed: int = 0) -> str:
    """A drawn stroke of a starter shape, as text."""
    return run.stroke_text(gestures.example(shape, seed))


@lru_cache(maxsize=1)
def eight() -> str:
    """A lying eight: none of the starter shapes."""
    u = np.linspace(0, 2 * np.pi, 80)
    x, y = 0.5 + 0.36 * np.sin(u), 0.5 + 0.22 * np.sin(2 * u)
    return run.stroke_text(np.column_stack([x, y, 20.0 * np.arange(80)]))


def taken(points: Any) -> str:
    """A drawn stroke's text. Raises ValueError in words for what can't be walked either way."""
    text = run.stroke_text(points)
    run.usable(text)
    return text


# -- the pad -----------------------------------------------------------------------------------


def pad(
    text: str, stroke_id: str, which: str, by: By, own: tuple[Own, ...], follow: int | None,
    ghosts: Sequence[str],
) -> tuple[dict[str, Any], Scored | None, tuple[Sign, ...]]:  # fmt: skip
    """The payload of a drawn stroke, its race (None where nothing races), and who races."""
    signs = run.racing(which, by, own)
    follow = follow if follow is not None and follow < len(signs) else None
    scored = run.score(text, which, by, own, follow)
    prepared = stroke_pad.payload(
        scored, run.stroke_of(text), signs, stroke_id=stroke_id, draws=True, which=WHICH[which],
        by=by, own=len(own), title="", ghosts=[run.stroke_of(ghost) for ghost in ghosts],
    )  # fmt: skip
    return prepared, scored, signs


def recording_pad(
    recording: int, by: By, follow: int | None
) -> tuple[dict[str, Any], Scored, tuple[Sign, ...]]:
    """The payload of one of the 330 recordings, its race, and the 15 signs."""
    data = gestures.libras()
    signs = data.signs[by]
    follow = follow if follow is not None and follow < len(signs) else None
    scored = run.score_recording(recording, by, follow)
    right = int(data.labels[recording])
    prepared = stroke_pad.payload(
        scored, data.stroke(recording), signs, stroke_id=f"recording {recording}", draws=False,
        which=2, by=by, own=0, title=recording_name(recording), right=right,
    )  # fmt: skip
    return prepared, scored, signs


def recordings(sign: str) -> list[int]:
    """The rows of a sign's recordings."""
    label = gestures.NAMES.index(sign)
    return [int(i) for i in np.flatnonzero(gestures.libras().labels == label)]


def first_held_out(sign: str) -> int:
    """The number, from 1, of a sign's first recording that its model was not trained on."""
    held_out = gestures.libras().held_out
    return next(n for n, row in enumerate(recordings(sign), start=1) if held_out[row])


def recording_name(recording: int) -> str:
    """Such as "circle 3, held out"."""
    data = gestures.libras()
    sign = gestures.NAMES[data.labels[recording]]
    place = recordings(sign).index(recording) + 1
    part = "held out" if data.held_out[recording] else "trained on"
    return f"{sign} {place}, {part}"


def confused(judge: str, made: str, taken_for: str) -> list[int]:
    """Rows of the recordings of one sign that, held out, were taken for another (or the same)."""
    data = gestures.libras()
    hit = (data.labels == gestures.NAMES.index(made)) & (
        data.predicted[judge] == gestures.NAMES.index(taken_for)
    )
    return [int(i) for i in np.flatnonzero(hit)]


def table(judge: str) -> np.ndarray:
    """(15, 15): made, taken for."""
    data = gestures.libras()
    counts = np.zeros((15, 15), dtype=np.int64)
    np.add.at(counts, (data.labels, data.predicted[judge]), 1)
    return counts


# -- what opens ------------------------------------------------------------------------------------


def opened(scored: Scored, signs: Sequence[Sign], step: int | None, what: str) -> Opened | None:
    """A step of the followed sign, one of OPEN; None before the first step."""
    sign, codes = signs[scored.followed], scored.walk.codes
    t = len(codes) if step is None else min(step, len(codes))
    if what == "A step":
        total = float(scored.log_likelihood[scored.followed, -1])
        return arithmetic.a_step(total, len(codes), sign.lowest, sign.highest, sign.name)
    if t < 1:
        return None
    trace = _trace(sign.model, tuple(codes.tolist()))
    if what == "So far" or trace.impossible_at is not None:
        return arithmetic.so_far(trace, t - 1, sign.name)
    k = int(scored.path[t - 1])
    if what == "State":
        return arithmetic.forward(trace, t - 1, k, sign.name)
    rows = strokes.emission(sign.model)
    return arithmetic.emitted(rows, k, int(codes[t - 1]), sign.name)


@lru_cache(maxsize=32)
def _trace(model: hmm.HiddenMarkovModel, codes: tuple[int, ...]) -> hmm.SmoothingTrace:
    return hmm.forward_backward(model, np.array(codes))


# -- links -----------------------------------------------------------------------------------------


def checked_stroke(text: str | None) -> tuple[str, str | None]:
    """A drawn stroke from the link."""
    default = example("circle")
    if text is None:
        return default, None
    try:
        run.usable(text)
    except ValueError as error:
        return default, f"The link's hmmg_stroke: {error}. Shown instead: a circle."
    return text, None


def checked_own(text: str | None) -> tuple[tuple[Own, ...], str | None]:
    """The reader's own signs from the link."""
    try:
        return run.own_of(text), None
    except ValueError as error:
        return (), f"The link's hmmg_own must hold {str(error)[:200]} Shown instead: none."


def checked_number(name: str, text: str | None, most: int) -> tuple[int | None, str | None]:
    """A whole number 0 .. most from the link, or None."""
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most:
        return int(text), None
    return None, (
        f"The link's {name} must be a whole number from 0 to {most}; it says “{text[:40]}”. "
        "Shown instead: the default."
    )


def checked_recording(text: str | None, sign: str) -> tuple[int, str | None]:
    """Which of a sign's recordings, from 1, from the link."""
    most = len(recordings(sign))
    default = first_held_out(sign)
    value, problem = checked_number("hmmg_recording", text, most)
    if problem is None and value != 0:
        return value or default, None
    return default, (
        f"The link's hmmg_recording must be a whole number from 1 to {most}; it says "
        f"“{(text or '')[:40]}”. Shown instead: {default}."
    )


def steps_text(by: By) -> str:
    return f"{strokes.FRAME:g} ms" if by == "time" else f"{strokes.STEP:g} of the pad’s side"
