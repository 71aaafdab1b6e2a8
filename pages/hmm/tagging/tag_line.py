"""The tag line: a sentence's words with their tags, posteriors and most frequent tags."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from genmodels.kit.payload import encode
from genmodels.kit.widget import register

_mount = register("hmm/tag-line")


def tag_line(
    words: Sequence[dict[str, Any]],
    tags: Sequence[str],
    *,
    selected: int | None,
    on_pick: Callable[[], None],
    key: str,
) -> None:
    """Mount it on `words` (see case.line); `on_pick` runs when a word is pressed.

    `selected`: the column of the word that is open. Read the pressed one with `picked`.
    """
    data = {"words": list(words), "tags": list(tags), "selected": selected}
    _mount(key=key, data=encode(data), on_pick_change=on_pick)


def picked(key: str, below: int) -> int | None:
    """The column of the word pressed last, or None: what a browser said is checked."""
    state = st.session_state.get(key)
    said = state.get("pick") if isinstance(state, Mapping) else None
    t = said.get("t") if isinstance(said, Mapping) else None
    good = isinstance(t, int) and not isinstance(t, bool) and 0 <= t < below
    return t if good else None
