"""A reader's own signs: strokes as short texts, checked names, training, and the file of signs.

A stroke's text is what a link can carry: at most 96 points of six characters. Everything that is
trained here is trained on the strokes as their texts say, so that a link repeats it exactly.
"""

import json
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import strokes
from genmodels.datasets import gestures
from genmodels.strokes import BYS, Array, By, Race, Sign

SETS = ("starter shapes", "Libras signs", "only my own")
MAX_OWN = 8
EXAMPLES, MAX_EXAMPLES = 5, 10
"""Strokes that a sign needs, and how many it may have."""
STATES, MAX_STATES = 6, 10
ITERATIONS, MAX_ITERATIONS = 20, 50
MAX_NAME = 24
RESERVED = (*gestures.SHAPES, *gestures.NAMES)
"""Names that the page's own signs have."""
MAX_FILE = 1_000_000
FORMAT = "genmodels gestures 1"

TEXT_POINTS = 96
_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_VALUES = {c: i for i, c in enumerate(_DIGITS)}
_LOW, _SPAN, _PARTS, _TICK = -1.0, 3.0, 3750, 4.0
"""The pad and as much around it, in parts of which a step by length has 50; times in 4 ms."""


# -- strokes as texts ------------------------------------------------------------------------------


def stroke_text(points: Any) -> str:
    """A stroke (P, 3) as text: x and y to 0.0008 of the pad, times to 4 ms, thinned to 96 points.

    Raises ValueError where the points are no stroke.
    """
    stroke = strokes.checked_stroke(points)
    if len(stroke) > TEXT_POINTS:
        stroke = stroke[
            np.unique(np.rint(np.linspace(0, len(stroke) - 1, TEXT_POINTS)).astype(int))
        ]
    xy = np.rint(_PARTS * np.clip((stroke[:, :2] - _LOW) / _SPAN, 0, 1)).astype(int)
    ticks = np.rint((stroke[:, 2] - stroke[0, 2]) / _TICK).astype(int)
    waits = np.minimum(np.diff(ticks, prepend=0), 4095)
    numbers = np.column_stack([xy, waits]).ravel().tolist()
    return "".join(_DIGITS[n >> 6] + _DIGITS[n & 63] for n in numbers)


def stroke_of(text: str) -> Array:
    """The stroke (P, 3) of a text. Raises ValueError where it is none."""
    if not text or len(text) % 6 or len(text) > 6 * TEXT_POINTS:
        raise ValueError(
            f"a stroke's text must have six characters a point, {TEXT_POINTS} points at most; "
            f"it has {len(text)} characters"
        )
    if not set(text) <= _VALUES.keys():
        odd = next(c for c in text if c not in _VALUES)
        raise ValueError(f"a stroke's text must be letters, digits, - and _; it has {odd!r}")
    values = [_VALUES[c] for c in text]
    numbers = np.array([64 * a + b for a, b in zip(values[::2], values[1::2], strict=True)])
    x, y, waits = numbers.reshape(-1, 3).T
    x, y = np.minimum(x, _PARTS), np.minimum(y, _PARTS)
    waits = np.concatenate([[0], waits[1:]])
    return np.column_stack(
        [_LOW + _SPAN * x / _PARTS, _LOW + _SPAN * y / _PARTS, _TICK * np.cumsum(waits)]
    )


def reversed_text(text: str) -> str:
    """The same path drawn backwards, at the same pace."""
    stroke = stroke_of(text)[::-1].copy()
    stroke[:, 2] = stroke[0, 2] - stroke[:, 2]
    return stroke_text(stroke)


def slowed_text(text: str, factor: float) -> str:
    """The same path, drawn in `factor` times its time."""
    stroke = stroke_of(text).copy()
    stroke[:, 2] *= factor
    return stroke_text(stroke)


# -- a reader's own signs --------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """A sign of the reader's: its name, its strokes' texts, and how it is trained."""

    name: str
    examples: tuple[str, ...]
    states: int = STATES
    iterations: int = ITERATIONS


def checked_name(name: Any, taken: Sequence[str]) -> str:
    """`name` without outer blanks. Raises ValueError: empty, too long, unprintable, or taken."""
    if not isinstance(name, str):
        raise ValueError("A name must be text.")
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean:
        raise ValueError("A name is needed.")
    if len(clean) > MAX_NAME:
        raise ValueError(f"A name must have at most {MAX_NAME} characters; it has {len(clean)}.")
    if not clean.isprintable():
        raise ValueError("A name must be printable characters.")
    if clean.casefold() in {other.casefold() for other in (*RESERVED, *taken)}:
        raise ValueError(f"There is a sign “{clean}” already.")
    return clean


def checked_own(
    name: Any, examples: Any, states: Any, iterations: Any, taken: Sequence[str]
) -> Own:
    """A sign whose every part is sound. Raises ValueError in words."""
    clean = checked_name(name, taken)
    if not isinstance(examples, (list, tuple)) or not EXAMPLES <= len(examples) <= MAX_EXAMPLES:
        n = len(examples) if isinstance(examples, (list, tuple)) else 0
        raise ValueError(f"“{clean}” must have {EXAMPLES} to {MAX_EXAMPLES} strokes; it has {n}.")
    for label, value, most in (
        ("states", states, MAX_STATES),
        ("iterations", iterations, MAX_ITERATIONS),
    ):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 1 <= value <= most:
            raise ValueError(f"“{clean}”: {label} must be a whole number from 1 to {most}.")
    for i, text in enumerate(examples, start=1):
        try:
            if not isinstance(text, str):
                raise ValueError("a stroke must be a text")
            usable(text)
        except ValueError as error:
            raise ValueError(f"“{clean}”, stroke {i}: {error}.") from None
    return Own(clean, tuple(examples), states, iterations)


def usable(text: str) -> None:
    """Raises ValueError for a stroke that has no step by time or none by length."""
    for by in BYS:
        strokes.walk(stroke_of(text), by)


@lru_cache(maxsize=128)
def trained(own: Own, by: By) -> Sign:
    """The sign's model, by Baum-Welch on its strokes."""
    codes = [strokes.walk(stroke_of(text), by).codes for text in own.examples]
    return strokes.train(own.name, codes, n_states=own.states, max_iter=own.iterations)


def renamed(signs: Sequence[Own], old: str, new: Any) -> tuple[Own, ...]:
    """`signs` with one renamed. Raises ValueError for a name that won't do."""
    others = [sign.name for sign in signs if sign.name != old]
    name = checked_name(new, others)
    return tuple(replace(sign, name=name) if sign.name == old else sign for sign in signs)


def racing(which: str, by: By, own: tuple[Own, ...]) -> tuple[Sign, ...]:
    """Every sign of a set (one of SETS), then the reader's own."""
    if which == SETS[0]:
        first = gestures.starter().signs[by]
    elif which == SETS[1]:
        first = gestures.libras().signs[by]
    else:
        first = ()
    return (*first, *(trained(sign, by) for sign in own))


@lru_cache(maxsize=64)
def score(
    text: str, which: str, by: By, own: tuple[Own, ...], follow: int | None
) -> strokes.Scored | None:
    """A drawn stroke's race; None where nothing races. Raises ValueError for a dot."""
    signs = racing(which, by, own)
    if not signs:
        return None
    race = Race(tuple(sign.model for sign in signs))
    return strokes.score(stroke_of(text), by, race, follow=follow)


@lru_cache(maxsize=64)
def score_recording(recording: int, by: By, follow: int | None) -> strokes.Scored:
    """One of the 330 recordings under the 15 signs."""
    data = gestures.libras()
    race = Race(tuple(sign.model for sign in data.signs[by]))
    return strokes.score(data.stroke(recording), by, race, follow=follow)


# -- the file of signs -----------------------------------------------------------------------------


def signs_json(own: Sequence[Own]) -> str:
    """The reader's signs with their strokes, and for each way of stepping its trained tables."""
    return json.dumps(
        {
            "format": FORMAT,
            "stroke": "per point x, y as 2 base-64 digits each of 3750 parts from -1 to 2 sides of "
            "the pad, and 2 of the wait in 4 ms",
            "codes": "0 right, 4 up, 8 left, 12 down in 22.5 degrees; 16 pause",
            "signs": [
                {
                    "name": sign.name,
                    "states": sign.states,
                    "iterations": sign.iterations,
                    "strokes": list(sign.examples),
                    "models": {by: _tables(trained(sign, by)) for by in BYS},
                }
                for sign in own
            ],
        },
        indent=1,
        allow_nan=False,
        ensure_ascii=False,
    )


def _tables(sign: Sign) -> dict[str, Any]:
    return {
        "initial": sign.model.initial.tolist(),
        "transition": sign.model.transition.tolist(),
        "emission": strokes.emission(sign.model).tolist(),
        "log_likelihood": sign.log_likelihood.tolist(),
    }


def signs_of(data: bytes | str, present: Sequence[Own]) -> tuple[Own, ...]:
    """The signs of such a file, to be added to `present`; they are trained anew from their strokes.

    Raises ValueError in words: too large, no JSON, another format, a bad or a taken name, a bad
    stroke, too many signs.
    """
    if len(data) > MAX_FILE:
        raise ValueError(f"The file must be at most {MAX_FILE // 1000} kB; it has more.")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(
            "The file must be JSON as this page exports it; it can’t be read."
        ) from None
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ValueError(f"The file must say “format”: “{FORMAT}”; it doesn’t.")
    found = read.get("signs")
    if not isinstance(found, list) or not found:
        raise ValueError("The file must have a list of signs; it has none.")
    if len(found) + len(present) > MAX_OWN:
        raise ValueError(
            f"There may be {MAX_OWN} signs of your own; with {len(found)} more there would be "
            f"{len(found) + len(present)}."
        )
    own = list(present)
    for i, sign in enumerate(found, start=1):
        if not isinstance(sign, dict):
            raise ValueError(f"Sign {i} of the file must be an object; it is not.")
        own.append(
            checked_own(
                sign.get("name"), sign.get("strokes"), sign.get("states"), sign.get("iterations"),
                [other.name for other in own],
            )
        )  # fmt: skip
    return tuple(own[len(present) :])


# -- signs in a link -------------------------------------------------------------------------------


def own_text(own: Sequence[Own]) -> str | None:
    """The signs as one link value, name~states~iterations~stroke.stroke..., apart by commas."""
    if not own:
        return None
    return ",".join(
        f"{_escaped(sign.name)}~{sign.states}~{sign.iterations}~{'.'.join(sign.examples)}"
        for sign in own
    )


def own_of(text: str | None) -> tuple[Own, ...]:
    """The signs of such a link value. Raises ValueError in words."""
    if not text:
        return ()
    signs: list[Own] = []
    parts = text.split(",")
    if len(parts) > MAX_OWN:
        raise ValueError(f"at most {MAX_OWN} signs; it has {len(parts)}")
    for part in parts:
        fields = part.split("~")
        if len(fields) != 4 or not all(_whole(field) for field in fields[1:3]):
            raise ValueError("signs as this page writes them")
        name = fields[0].replace("%7E", "~").replace("%2C", ",").replace("%25", "%")
        signs.append(
            checked_own(
                name, fields[3].split("."), int(fields[1]), int(fields[2]),
                [sign.name for sign in signs],
            )
        )  # fmt: skip
    return tuple(signs)


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("~", "%7E").replace(",", "%2C")


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4
