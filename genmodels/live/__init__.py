"""The live channel: WebSocket routes for what must not wait for a script rerun.

- `protocol` has the frames, `Operation` (what a route does) and `live_route`;
- `batching` makes one call of what waits at one turn of the event loop, and holds back floods;
- `guard` refuses foreign origins and too many sockets, before Streamlit sees them;
- `headers` sends the Content-Security-Policy and its kin;
- every other module has the operations of a model or of a page.

`routes()` gathers the routes; `warm_up()` loads what they need.
"""

import logging
from functools import cache
from importlib import import_module

from genmodels.live.protocol import LiveRoute, Operation, live_route

__all__ = ["LiveRoute", "Operation", "live_route", "routes", "warm_up"]

log = logging.getLogger(__name__)

_MODULES = (
    "latent",
    "draw",
    "steps",
    "elbo",
    "sheet",
    "edit",
    "walk",
    "classify",
    "cuts",
    "counted",
    "mixture",
    "em",
    "reduction",
    "gesture",
    "codes",
    "levels",
    "style",
    "molecule",
    "pair",
)


class _Unknown:
    """What answers under `/live/` where nothing is: an error frame that says what there is."""

    name = "unknown"
    max_request_bytes = 2044
    max_batch = 64

    def __init__(self, known: list[str]) -> None:
        self.known = ", ".join(known)

    def parse(self, payload: bytes) -> None:
        raise ValueError(f"no live route or model has this name; there are {self.known}")

    def run(self, items: list[None]) -> list[bytes]:
        return [b""] * len(items)


@cache
def routes() -> tuple[LiveRoute, ...]:
    """Every live route, from each module's own `routes()`. Making them loads no model."""
    found: list[LiveRoute] = []
    for name in _MODULES:
        found += import_module(f"{__name__}.{name}").routes()
    known = [route.path for route in found]
    found.append(live_route("/live/{unknown:path}", lambda: _Unknown(known)))
    return tuple(found)


def warm_up() -> None:
    """Load the operations of the warm routes, so that the first visitor needn't wait. Blocks.

    What can't be loaded is logged and left to its first use, which tries again and says so.
    """
    for route in routes():
        if not route.warm:  # loaded at its first use
            continue
        try:
            route.operation.load()
        except Exception:
            log.exception("%s could not be loaded", route.path)
