"""What mounts the components in `frontend/`; each has a typed wrapper beside its page.

Import a widget module in a page, never in `app.py`, which starts before there is a runtime.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st


def register(place: str) -> Callable[..., Any]:
    """The command that mounts the widget of `frontend/<place>.js` and `.css`, as "hmm/trellis".

    Its name, the last part, must stand in `pyproject.toml` under `tool.streamlit.component`. It
    is registered at its first mount: a file-backed component can't be without a runtime, and what
    else a widget module holds (payloads, links) is of use without one.
    """
    name = place.rpartition("/")[2]

    @cache
    def command() -> Callable[..., Any]:
        made: Callable[..., Any] = st.components.v2.component(
            f"genmodels.{name}", js=f"{place}.js", css=f"{place}.css", isolate_styles=True
        )
        return made

    def mount(**arguments: Any) -> Any:
        return command()(**arguments)

    return mount
