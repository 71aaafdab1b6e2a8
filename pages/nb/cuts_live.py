"""A threshold board for other settings, before the page's rerun brings the same one.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/cuts/spam`
    request   UTF-8 JSON {"split", "kind", "alpha", "cut"}; see `threshold.case.question`
`/live/cuts/reviews`
    request   UTF-8 JSON {"kind", "alpha", "threshold", "cut"}; see `texts.sentiment_board.question`

    reply     UTF-8 JSON, the board's payload (see `kit.threshold_board`) with its "goto"
"""

from functools import partial

from genmodels.live.protocol import LiveRoute, live_route
from pages.nb.counted_live import Counted

MAX_BYTES = 400
BOARDS = {"spam": "pages.nb.threshold.case", "reviews": "pages.nb.texts.sentiment_board"}


def routes() -> list[LiveRoute]:
    """One route a board; some 15 ms for one that nobody has asked for yet, so one at a time."""
    return [
        live_route(
            f"/live/cuts/{board}",
            partial(Counted, f"cuts {board}", module, MAX_BYTES, batch=1, warm=False),
            max_request_bytes=MAX_BYTES,
        )
        for board, module in BOARDS.items()
    ]
