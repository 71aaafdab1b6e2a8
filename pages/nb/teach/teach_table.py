"""The teaching table: counts by word, and a text's posterior after each label.

The text is typed here; each key asks the live channel, and a rest tells the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb.teach import text as nb_teach_text
from pages.nb.teach.case import Lesson
from pages.nb.teach.lesson import Item, title

_mount = register("nb/teach-table")


@dataclass(frozen=True)
class View:
    """What is open: after how many labels (None: all), and a word of the table or None."""

    step: int | None = None
    word: str | None = None


def payload(
    lesson: Lesson,
    items: Sequence[Item],
    own: Sequence[str],
    accuracies: Sequence[float],
    text: str,
    by_text: bool,
) -> dict[str, Any]:
    """The widget's data. accuracies: n + 1, from the empty classifier; items: the n messages'."""
    name, asked = nb_teach_text.named(items, own, lesson, by_text)
    trail = nb_teach_text.trail(lesson.taught, lesson.kind, lesson.alpha, lesson.prior)
    titles = ["", *map(title, items)]
    labels = [False, *(item.is_spam for item in items)]
    return encode(
        {
            "lesson": name,
            "asked": asked,
            "max_chars": spam.MAX_CHARS,
            "trail": [
                {"accuracy": a, "title": t, "spam": s, "ham": int(m[0]), "spams": int(m[1])}
                for a, t, s, m in zip(accuracies, titles, labels, trail.messages, strict=True)
            ],
            "reading": nb_teach_text.reading(lesson, text, by_text),
        }
    )


def text_said(key: str, kept: str, token: str) -> str:
    """The text as the widget under `key` last told it since `token`, or `kept`."""
    said = _view(key)
    text = said.get("text")
    good = isinstance(text, str) and len(text) <= spam.MAX_CHARS
    return text if good and said.get("text_token") == token else kept  # type: ignore[return-value]


def teach_table(
    prepared: Mapping[str, Any],
    view: View,
    *,
    token: str,
    text_token: str,
    key: str,
    on_unlearn: Any,
) -> View:
    """Mount it; `view` moves it when `token` is new, the reading's text replaces what was typed
    when `text_token` is. `on_unlearn` runs where a label is taken back; `to_unlearn(key, ...)`
    then says which.
    """
    goto = {"token": token, "step": view.step, "word": view.word, "text_token": text_token}
    _mount(
        key=key,
        data={**prepared, "goto": goto},
        on_view_change=lambda: None,
        on_unlearn_change=on_unlearn,
    )
    return view_of(_view(key), prepared, view, token)


def _view(key: str) -> Mapping[str, Any]:
    state = st.session_state.get(key)
    said = state.get("view") if isinstance(state, Mapping) else None
    return said if isinstance(said, Mapping) else {}


def view_of(said: Any, prepared: Mapping[str, Any], view: View, token: str) -> View:
    """What the browser said, checked: it may be of another lesson, or of nobody's making."""
    last = len(prepared["trail"]) - 1
    if isinstance(said, Mapping) and said.get("token") == token:
        step, word = said.get("step"), said.get("word")
        good = isinstance(step, int) and not isinstance(step, bool) and 0 <= step <= last
        view = View(step if good else None, word if isinstance(word, str) else None)
    words = {row["word"] for row in prepared["reading"]["rows"]}
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
