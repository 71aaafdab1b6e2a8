"""What Naive Bayes' pages count, asked for ahead of the page's rerun, at a press or a key.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/counted/films`
    request   UTF-8 JSON {"rated", "method", "open"}; see `films.shelf.question`
    reply     UTF-8 JSON, what `films.shelf.shown` says
`/live/counted/words`
    request   UTF-8 JSON {"kind", "source", "search"}; see `words.board.question`
    reply     UTF-8 JSON, `words.board.payload`
`/live/counted/lesson`
    request   UTF-8 JSON {"taught", "own", "kind", "alpha", "prior", "by_text", "text"} and, if it
              likes, "id" and "lexicon"; see `teach.text.question`
    reply     UTF-8 JSON, `teach.text.reading` and "id", or `teach.text.held`
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from genmodels.live.protocol import LiveRoute, live_route

MODULES = {
    "films": "pages.nb.films.shelf",
    "words": "pages.nb.words.board",
    "lesson": "pages.nb.teach.text",
}
MAX_BYTES = {"films": 2000, "words": 600, "lesson": 100_000}
"""The longest payload of each."""


class Counted:
    """Some milliseconds on the event loop's thread, by looking counts up: whatever its
    module says `question` and `answer` are."""

    def __init__(
        self, name: str, module_name: str, longest: int, *, batch: int = 2, warm: bool = True
    ) -> None:
        self.name = name
        module = import_module(module_name)
        if warm:
            module.warm()
        self.max_request_bytes, self.max_batch = longest, batch
        self._question: Callable[[bytes], tuple[Any, ...]] = module.question
        self._answer: Callable[..., bytes] = module.answer

    def parse(self, payload: bytes) -> tuple[Any, ...]:
        """What is asked for. Raises ValueError naming the field that is wrong."""
        return self._question(payload)

    def run(self, items: list[tuple[Any, ...]]) -> Sequence[bytes | ValueError]:
        return [self._answer(*item) for item in items]


def routes() -> list[LiveRoute]:
    """One route a page."""
    return [
        live_route(
            f"/live/counted/{name}",
            partial(Counted, f"counted {name}", module, MAX_BYTES[name]),
            max_request_bytes=MAX_BYTES[name],
        )
        for name, module in MODULES.items()
    ]
