"""The live channel: WebSocket routes for what must not wait for a script rerun.

- `protocol` has the frames, `Operation` (what a route does) and `live_route`;
- `batching` makes one call of what waits at one turn of the event loop, and holds back floods;
- `guard` refuses foreign origins and too many sockets, before Streamlit sees them;
- `headers` sends the Content-Security-Policy and its kin.

The operations stand with the pages that ask for them; `pages.live` gathers them.
"""

import logging
from collections.abc import Iterable

from genmodels.live.protocol import LiveRoute, Operation, live_route

__all__ = ["LiveRoute", "Operation", "answering_all", "live_route", "warm_up"]

log = logging.getLogger(__name__)


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


def answering_all(routes: Iterable[LiveRoute]) -> tuple[LiveRoute, ...]:
    """`routes`, and one that answers every other path under `/live/` with words."""
    found = list(routes)
    known = [route.path for route in found]
    return (*found, live_route("/live/{unknown:path}", lambda: _Unknown(known)))


def warm_up(routes: Iterable[LiveRoute]) -> None:
    """Load the operations of the warm routes, so that the first visitor needn't wait. Blocks.

    What can't be loaded is logged and left to its first use, which tries again and says so.
    """
    for route in routes:
        if not route.warm:  # loaded at its first use
            continue
        try:
            route.operation.load()
        except Exception:
            log.exception("%s could not be loaded", route.path)
