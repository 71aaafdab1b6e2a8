"""A stream of messages that is judged as it plays: two lanes, running curves, a transport."""

from collections.abc import Mapping
from typing import Any

from genmodels.kit.payload import encode
from genmodels.kit.widget import register

_mount = register("nb/message-stream")


def message_stream(
    board: Mapping[str, Any], *, shown: str, goto: Mapping[str, Any], key: str
) -> Any:
    """Mount the stream; `goto` {token, step, selected, open, rate} moves it when its token is new.

    board: `runs.nb_stream_board.prepared`. shown: which learner's verdicts flow. What the reader
    did is in the result's `view`, for `runs.nb_stream_board.place_of` to check.
    """
    return _mount(
        key=key,
        data=encode({**board, "shown": shown, "goto": dict(goto)}),
        on_view_change=lambda: None,
    )
