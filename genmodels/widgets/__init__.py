"""Typed Python wrappers around the components in `frontend/`, one module a widget.

Import a widget module in a page, never in `app.py`: a file-backed component registers itself
with the running server.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st


def register(name: str) -> Callable[..., Any]:
    """Register `frontend/<name>.js` and `.css` and return the command that mounts the widget.

    `name` must stand in `pyproject.toml` under `tool.streamlit.component`.
    """
    return st.components.v2.component(
        f"genmodels.{name}", js=f"{name}.js", css=f"{name}.css", isolate_styles=True
    )
