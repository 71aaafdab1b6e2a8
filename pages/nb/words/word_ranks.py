"""The most telling words either way, for every alpha at once, so that the slider moves them.

A search goes over the live channel at each key, and to the page when it rests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit.widget import register
from pages.nb.words.board import MAX_SEARCH, SIDES, payload
from pages.nb.words.case import ALPHAS, FIRST

_mount = register("nb/word-ranks")
__all__ = ["SIDES", "View", "payload", "view_of", "word_ranks"]


@dataclass(frozen=True)
class View:
    """What the reader has chosen: a stop of ALPHAS, an opened word or None, and a search."""

    stop: int = FIRST
    word: str | None = None
    search: str = ""


def word_ranks(kind: str, source: str, view: View, *, token: str, key: str) -> View:
    """Mount it; `view` moves it whenever `token` is new. Returns what it shows now."""
    state = st.session_state.get(key)
    view = view_of(state.get("view") if isinstance(state, Mapping) else None, view, token)
    data: dict[str, Any] = {
        **payload(kind, source, view.search),
        "max_search": MAX_SEARCH,
        "goto": {"token": token, "stop": view.stop, "word": view.word, "search": view.search},
    }
    _mount(key=key, data=data, on_view_change=lambda: None)
    return view


def view_of(said: Any, view: View, token: str) -> View:
    """What the browser said, checked."""
    if not isinstance(said, Mapping) or said.get("token") != token:
        return view
    stop, word, search = said.get("stop"), said.get("word"), said.get("search")
    good = isinstance(stop, int) and not isinstance(stop, bool) and 0 <= stop < len(ALPHAS)
    known = isinstance(word, str) and word in spam.load().feature
    short = isinstance(search, str) and len(search) <= MAX_SEARCH
    return View(
        stop if good else view.stop,  # type: ignore[arg-type]
        word if known else None,
        search if short else view.search,  # type: ignore[arg-type]
    )
