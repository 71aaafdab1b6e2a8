"""What the process needs at its start: bounded threads, no Nagle, everything warm.

`app.py` calls these in its lifespan; they know nothing of pages.
"""

import contextlib
import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from genmodels import live

log = logging.getLogger(__name__)

# Imported ahead of the first visitor, in the order in which pages need them. By name, since the
# server depends on none of them.
WARM_MODULES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy.sparse",
    "plotly.graph_objects",
    "threadpoolctl",
    "genmodels.gmm",
    "genmodels.hmm",
    "genmodels.naive_bayes",
    "genmodels.datasets.clustering",
    "genmodels.datasets.sequences",
    "genmodels.datasets.mnist",
    "genmodels.datasets.spam",
    "genmodels.vae.smiles",  # RDKit
)

_DESCRIPTORS = ("/proc/self/fd", "/dev/fd")  # Linux; macOS and the BSDs


def no_delay() -> int:
    """Set TCP_NODELAY on every TCP socket that the process has now; how many there were.

    Called before the server accepts anything: what it accepts inherits the option from its
    listener. asyncio sets it by itself only on sockets made with the protocol spelt out, and
    `streamlit run` (as uvicorn with several workers) makes its listener without. With Nagle's
    algorithm on, ten dragging clients see round trips of 16 ms instead of 1.
    """
    folder = next((path for path in map(Path, _DESCRIPTORS) if path.is_dir()), None)
    changed = 0
    for name in os.listdir(folder) if folder else ():
        with contextlib.suppress(OSError, ValueError):
            found = socket.socket(fileno=int(name))
            try:
                if found.family in (socket.AF_INET, socket.AF_INET6) and (
                    found.type == socket.SOCK_STREAM
                ):
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    changed += 1
            finally:
                found.detach()  # the descriptor is the server's: leave it open
    return changed


class WarmUp:
    """Loads models and data in a thread of its own while the server already answers.

    `GENMODELS_WARM_UP=0` leaves everything to its first use: tests show with it that pages paint
    without Torch.
    """

    def __init__(self, routes: Sequence[live.LiveRoute] = ()) -> None:
        self.routes = routes
        self.seconds: float | None = None
        self._started = time.monotonic()

    @property
    def done(self) -> bool:
        return self.seconds is not None

    def start(self) -> None:
        if os.environ.get("GENMODELS_WARM_UP") == "0":
            return
        self._started = time.monotonic()
        # A daemon: a server that is stopped meanwhile doesn't wait for Torch's import.
        threading.Thread(target=self.run, name="warm-up", daemon=True).start()

    def run(self) -> None:
        for name in WARM_MODULES:
            try:
                import_module(name)
            except Exception:
                log.exception("%s could not be imported ahead", name)
        live.warm_up(self.routes)
        bound_threads()
        # What is loaded now stays: the collector needn't look at half a million objects again.
        gc.collect()
        gc.freeze()
        self.seconds = time.monotonic() - self._started
        log.info("warm after %.1f s", self.seconds)

    def route(self) -> Route:
        """`/live/ready`: 200 when everything is loaded, 503 before; for balancers and tests."""

        async def ready(_: Request) -> JSONResponse:
            return JSONResponse(
                {"ready": self.done, "seconds": self.seconds},
                status_code=200 if self.done else 503,
                headers={"Cache-Control": "no-store"},
            )

        return Route("/live/ready", ready)


def bound_threads() -> None:
    """One thread a call, for the BLAS of NumPy and scikit-learn and for Torch.

    Sessions are the parallelism here: on a busy machine a fit of 300 points took 836 ms with
    default threads and 10 with one. `one_thread_by_default` does the same for what loads later.
    """
    import_module("threadpoolctl").threadpool_limits(limits=1)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


def one_thread_by_default() -> None:
    """For libraries that are loaded from now on, unless the environment says otherwise."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
