"""What a browser asks a live route for: fields checked by name, answers put together."""

import json
import math
from collections.abc import Sequence
from typing import Any


def fields(text: bytes, names: Sequence[str], more: Sequence[str] = ()) -> dict[str, Any]:
    """UTF-8 JSON of an object with exactly these fields, and any of `more`.

    Raises ValueError on anything else.
    """
    try:
        said = json.loads(text.decode())
    except (UnicodeDecodeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or set(said) - set(more) != set(names):
        raise ValueError(f"the request must be JSON with exactly {', '.join(names)}")
    return said


def one_of(said: dict[str, Any], name: str, choices: Sequence[str]) -> str:
    """The field's text. Raises ValueError where it is none of `choices`."""
    value = said[name]
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {shortened(value)}")
    return value


def number(said: dict[str, Any], name: str, low: float, high: float) -> float:
    """The field's number. Raises ValueError where it isn't one from `low` to `high`."""
    value = said[name]
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not good or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(
            f"{name} must be a number from {low:g} to {high:g}; got {shortened(value)}"
        )
    return float(value)


def flag(said: dict[str, Any], name: str, default: bool | None = None) -> bool:
    """The field's true or false, `default` where it is left out. Raises ValueError otherwise."""
    value = said.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false; got {shortened(value)}")
    return value


def shortened(value: object) -> str:
    """What came, as a message may repeat it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def joined(prepared: bytes, more: dict[str, Any]) -> bytes:
    """A JSON object's text with `more` at its end, without reading the long part again."""
    return prepared[:-1] + b", " + json.dumps(more, allow_nan=False).encode()[1:]
