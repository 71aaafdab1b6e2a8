"""A mixture's fit for other controls: its first iterations, before the page's rerun brings all.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/em`
    request   UTF-8 JSON {"data", "standardised", "K", "covariance", "init", "seed", "reg_covar",
              "density"}; data names a set that ships; see `mixture_run.asked`
    reply     UTF-8 JSON, the EM player's payload (see `gmm.em_player`) of the start and the
              first iterations; the whole run's payload has the same `trace_id`
"""

from collections.abc import Callable, Sequence
from typing import Any

from genmodels.live.protocol import LiveRoute, live_route

MAX_BYTES = 400


class Openings:
    """Fits on the event loop's thread: twelve iterations of ten components take some 10 ms."""

    name = "em"
    max_request_bytes = MAX_BYTES
    max_batch = 1

    def __init__(self) -> None:
        from pages.gmm import mixture_run

        self._asked: Callable[[bytes], Any] = mixture_run.asked
        self._opening: Callable[[Any], bytes] = mixture_run.opening

    def parse(self, payload: bytes) -> Any:
        """The set-up asked for. Raises ValueError naming the field that is wrong."""
        return self._asked(payload)

    def run(self, items: list[Any]) -> Sequence[bytes | ValueError]:
        return [self._opening(item) for item in items]


def routes() -> list[LiveRoute]:
    """One route for every set of points that ships."""
    return [live_route("/live/em", Openings, max_request_bytes=MAX_BYTES)]
