"""Typed Python wrappers around the components in `frontend/`, one module a widget.

Import a widget module in a page, never in `app.py`, which starts before there is a runtime.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st


def register(name: str) -> Callable[..., Any]:
    """The command that mounts the widget of `frontend/<name>.js` and `.css`.

    `name` must stand in `pyproject.toml` under `tool.streamlit.component`. It is registered at
    its first mount: a file-backed component can't be without a runtime, and what else a widget
    module holds (payloads, links) is of use without one.
    """

    @cache
    def command() -> Callable[..., Any]:
        made: Callable[..., Any] = st.components.v2.component(
            f"genmodels.{name}", js=f"{name}.js", css=f"{name}.css", isolate_styles=True
        )
        return made

    def mount(**arguments: Any) -> Any:
        return command()(**arguments)

    return mount
