"""A threshold board for other settings, before the page's rerun brings the same one.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/cuts/spam`
    request   UTF-8 JSON {"split", "kind", "alpha", "cut"}; see `nb_threshold.question`
`/live/cuts/reviews`
    request   UTF-8 JSON {"kind", "alpha", "threshold", "cut"}; see `nb_sentiment_board.question`

    reply     UTF-8 JSON, the board's payload (see `widgets.threshold_board`) with its "goto"
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from genmodels.live.protocol import LiveRoute, live_route

MAX_BYTES = 400
BOARDS = {"spam": "nb_threshold", "reviews": "nb_sentiment_board"}


class Cuts:
    """Boards on the event loop's thread: some 15 ms for one that nobody has asked for yet."""

    max_request_bytes = MAX_BYTES
    max_batch = 1

    def __init__(self, board: str) -> None:
        self.name = f"cuts {board}"
        module = import_module(f"genmodels.runs.{BOARDS[board]}")
        self._question: Callable[[bytes], tuple[Any, ...]] = module.question
        self._answer: Callable[..., bytes] = module.answer

    def parse(self, payload: bytes) -> tuple[Any, ...]:
        """What is asked for. Raises ValueError naming the field that is wrong."""
        return self._question(payload)

    def run(self, items: list[tuple[Any, ...]]) -> Sequence[bytes | ValueError]:
        return [self._answer(*item) for item in items]


def routes() -> list[LiveRoute]:
    """One route a board."""
    return [
        live_route(f"/live/cuts/{board}", partial(Cuts, board), max_request_bytes=MAX_BYTES)
        for board in BOARDS
    ]
