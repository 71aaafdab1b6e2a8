"""The text judge: a text judged as it is typed, its words underlined by what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb.text import MAX_CHARS, Verdict, collection, wire

_mount = register("nb/text-judge")
PAIRED = ("reviews-pairs", "reviews-marks")
"""The models whose features are words and pairs of them."""

SUMS = ("prior", "absent", "margin")
"""What can be opened beside words (w and where one starts) and classes (c and its number)."""


@dataclass(frozen=True)
class JudgeState:
    """What the visitor has: the text, what is open, and the class compared with (None: second)."""

    text: str
    selected: str | None = None
    against: int | None = None


def judged(key: str, load: str, classes: int) -> JudgeState | None:
    """What the judge under `key` has told since `load` was handed to it; None if nothing.

    Whatever comes from the browser is checked: what isn't of the right form counts as nothing.
    """
    told = st.session_state.get(key)
    return checked_state(told.get("judge") if isinstance(told, Mapping) else None, load, classes)


def checked_state(told: Any, load: str, classes: int) -> JudgeState | None:
    """What a browser told, if it has the right form and is of the text `load`; else None."""
    if not isinstance(told, Mapping) or told.get("load") != load:
        return None
    text = told.get("text")
    if not isinstance(text, str) or len(text) > MAX_CHARS:
        return None
    against = told.get("against")
    if isinstance(against, float) and against.is_integer():
        against = int(against)
    if isinstance(against, bool) or not isinstance(against, int) or not 0 <= against < classes:
        against = None
    return JudgeState(text, checked_selection(told.get("selected"), classes), against)


def checked_selection(value: Any, classes: int) -> str | None:
    """`value` if it names a sum, a class, or may be a word's start; else None."""
    if not isinstance(value, str):
        return None
    kind, digits = value[:1], value[1:]
    whole = digits.isascii() and digits.isdecimal() and len(digits) < 7
    good = value in SUMS or (whole and (kind == "w" or (kind == "c" and int(digits) < classes)))
    return value if good else None


def payload(
    verdict: Verdict,
    *,
    load: str,
    state: JudgeState,
    threshold: float | None = None,
    low: bool = False,
    follow: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the judge draws before any socket is open.

    threshold: the probability of the first of two classes above which it is called.
    low: a sheet of a few lines. follow: the keys of the page's sliders "alpha" and "threshold",
    which the judge hears itself, in the reader's hand.
    """
    settings, learnt = verdict.settings, collection(verdict.settings.name)
    return {
        "load": load,
        "text": verdict.text,
        "selected": state.selected,
        "against": state.against,
        "settings": {"model": settings.name, "kind": settings.kind, "alpha": settings.alpha},
        "classes": list(learnt.classes),
        "fixed": learnt.fixed is not None,
        "positive": learnt.fixed[0] if learnt.fixed else 0,
        "threshold": threshold,
        "low": low,
        "follow": dict(follow or {}),
        "things": "words and pairs" if settings.name in PAIRED else "words",
        "label": f"The {learnt.unit} to judge",
        "placeholder": f"Type or paste a {learnt.unit}",
        "reading": wire(verdict),
        "max_chars": MAX_CHARS,
    }


def text_judge(
    verdict: Verdict,
    *,
    load: str,
    state: JudgeState,
    threshold: float | None = None,
    low: bool = False,
    follow: Mapping[str, str] | None = None,
    key: str,
) -> None:
    """Show `verdict` and let its text be edited; `judged(key, ...)` tells what became of it.

    A new `load` puts the verdict's text into the judge; under the same one the visitor's text
    stays, and is read again with the verdict's settings over `/live/classify/<name>`.
    """
    data = payload(verdict, load=load, state=state, threshold=threshold, low=low, follow=follow)
    _mount(key=key, data=encode(data), on_judge_change=lambda: None)
