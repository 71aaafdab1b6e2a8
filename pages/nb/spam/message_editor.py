"""The message editor: text with signed words, the waterfall, and the ruler of probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from genmodels.datasets.spam import MAX_CHARS
from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb import spam_filter
from pages.nb.spam_filter import MAX_TIMES, Reading

_mount = register("nb/message-editor")

SUMS = ("prior", "absent", "total", "probability")
"""What can be opened beside the words."""


@dataclass(frozen=True)
class EditorState:
    """What the visitor has in the editor.

    `times` maps where a word starts (UTF-16 units) to how often it counts; `selected` is such a
    start, one of SUMS, or None.
    """

    text: str
    times: Mapping[int, int] = field(default_factory=dict)
    selected: str | int | None = None


def edited(key: str, load: str) -> EditorState | None:
    """What the editor under `key` has told since the text `load` was handed to it; None if nothing.

    Whatever comes from the browser is checked: what isn't of the right form counts as nothing.
    """
    told = st.session_state.get(key)
    return checked_state(told.get("editor") if isinstance(told, Mapping) else None, load)


def checked_state(told: Any, load: str) -> EditorState | None:
    """What a browser told, if it has the right form and is of the text `load`; else None."""
    if not isinstance(told, Mapping) or told.get("load") != load:
        return None
    text = told.get("text")
    if not isinstance(text, str) or len(text) > MAX_CHARS:
        return None
    return EditorState(text, _times(told.get("times")), checked_selection(told.get("selected")))


def checked_selection(value: Any) -> str | int | None:
    """`value` if it names a sum or may be a word's start, else None."""
    start = _whole(value)
    if start is not None:
        return start
    return value if isinstance(value, str) and value in SUMS else None


def _times(pairs: Any) -> dict[int, int]:
    times: dict[int, int] = {}
    for pair in pairs if isinstance(pairs, (list, tuple)) else ():
        if isinstance(pair, (list, tuple)) and len(pair) == 2:
            start, n = map(_whole, pair)
            if start is not None and n is not None:
                times[start] = min(n, MAX_TIMES)
    return times


def _whole(value: Any) -> int | None:
    """A whole number >= 0, also where JSON has made it 3.0; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if value >= 0 else None


def payload(reading: Reading, *, load: str, selected: str | int | None) -> dict[str, Any]:
    """What the editor draws before any socket is open."""
    settings = reading.settings
    changed = [[start, n] for start, n in zip(reading.starts, reading.times, strict=True) if n != 1]
    return {
        "load": load,
        "text": reading.text,
        "times": changed,
        "selected": selected,
        "settings": {
            "model": settings.kind,
            "alpha": settings.alpha,
            "prior": settings.prior,
            "training": settings.training,
        },
        "reading": spam_filter.wire(reading),
        "ruler": spam_filter.sigmoid_ruler(),
        "max_chars": MAX_CHARS,
        "max_times": MAX_TIMES,
    }


def message_editor(
    reading: Reading, *, load: str, selected: str | int | None = None, key: str
) -> None:
    """Show `reading` and let its text be edited; `edited(key, load)` tells what became of it.

    A new `load` puts the reading's text into the editor; under the same one the visitor's text
    stays, and is read again with the reading's settings over `/live/classify/spam-<kind>`.
    """
    _mount(
        key=key,
        data=encode(payload(reading, load=load, selected=selected)),
        on_editor_change=lambda: None,
    )
