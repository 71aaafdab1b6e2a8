"""The teaching table: counts by word, and a text's posterior after each label."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genmodels.arithmetic.naive_bayes import shown
from genmodels.runs.nb_teach import Step, WordRow
from genmodels.widgets import register
from genmodels.widgets.payload import encode

_mount = register("teach-table")


@dataclass(frozen=True)
class View:
    """What is open: after how many labels (None: all), and a word of the table or None."""

    step: int | None = None
    word: str | None = None


def payload(
    steps: Sequence[Step],
    titles: Sequence[str],
    labels: Sequence[bool],
    accuracies: Sequence[float],
    rows: Sequence[WordRow],
    read: Sequence[str],
    empty: str,
) -> dict[str, Any]:
    """The widget's data. steps and accuracies: n + 1, from the empty classifier; titles and
    labels: the n messages'; read: the words of the text being read; empty: said where no row is.
    """
    made: dict[str, Any] = {
        "trail": [
            {
                "p": step.probability,
                "accuracy": accuracy,
                "title": title,
                "spam": bool(label),
                "ham": step.messages[0],
                "spams": step.messages[1],
            }
            for step, accuracy, title, label in zip(
                steps, accuracies, ("", *titles), (False, *labels), strict=True
            )
        ],
        "rows": [
            {
                "word": row.word,
                "name": shown(row.word),
                "ham": row.ham,
                "spam": row.spam,
                "odds": row.log_odds,
                "read": row.word in read,
            }
            for row in rows
        ],
        "most": max((max(row.ham, row.spam) for row in rows), default=1) or 1,
        "empty": empty,
    }
    made["lesson"] = hashlib.sha256(repr(made).encode()).hexdigest()[:16]
    return encode(made)


def teach_table(
    prepared: Mapping[str, Any], view: View, *, token: str, key: str, on_unlearn: Any
) -> View:
    """Mount it; `view` moves it when `token` is new. `on_unlearn` runs where a label is taken back;
    `to_unlearn(key, ...)` then says which."""
    goto = {"token": token, "step": view.step, "word": view.word}
    result = _mount(
        key=key,
        data={**prepared, "goto": goto},
        on_view_change=lambda: None,
        on_unlearn_change=on_unlearn,
    )
    return view_of(getattr(result, "view", None), prepared, view, token)


def view_of(said: Any, prepared: Mapping[str, Any], view: View, token: str) -> View:
    """What the browser said, checked: it may be of another lesson, or of nobody's making."""
    last = len(prepared["trail"]) - 1
    if isinstance(said, Mapping) and said.get("token") == token:
        step, word = said.get("step"), said.get("word")
        good = isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= last
        view = View(step if good else None, word if isinstance(word, str) else None)
    words = {row["word"] for row in prepared["rows"]}
    step = view.step if view.step is not None and view.step <= last else None
    return View(step, view.word if view.word in words else None)


def to_unlearn(key: str, lesson: str, count: int) -> int | None:
    """The place that the widget under `key` wants back of the lesson named, of `count` messages."""
    told = st.session_state.get(key)
    said = told.get("unlearn") if isinstance(told, Mapping) else None
    place = (
        said.get("place") if isinstance(said, Mapping) and said.get("lesson") == lesson else None
    )
    good = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < count
    return place if good else None
