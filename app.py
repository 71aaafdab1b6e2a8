"""The server: Streamlit's pages, the live routes, what guards them, and the warm-up.

    streamlit run app.py            or            uvicorn app:app

It renders nothing: `pages/router.py` is the script. Models and data live in their own modules, not
in Streamlit's caches, which any visitor could clear.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from genmodels.assets import BadAsset
from genmodels.live.guard import Guard
from genmodels.live.headers import SecurityHeaders
from genmodels.live.server import WarmUp, no_delay, one_thread_by_default
from pages import live

log = logging.getLogger("genmodels.app")

one_thread_by_default()
warm_up = WarmUp(live.routes())


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Serve at once; load Torch, checkpoints and data meanwhile."""
    no_delay()
    warm_up.start()
    yield


def on_script_error(error: Exception) -> bool:
    """A plain message for the reader, the traceback for the log."""
    log.error("a page failed", exc_info=error)
    if isinstance(error, BadAsset):
        st.error(f"This page lacks a file. {error}. Other pages go on without it.")
        return True
    st.error("This page failed on what you just did. Reload it, or go back to where it worked.")
    return True


app = st.App(
    Path(__file__).resolve().parent / "pages" / "router.py",
    routes=[*live.routes(), warm_up.route()],
    middleware=[Middleware(SecurityHeaders), Middleware(Guard)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
