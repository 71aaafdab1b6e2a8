"""Naive Bayes over the live channel: a text taken apart word by word, while it is typed.

`/live/classify/spam-multinomial`, `/live/classify/spam-bernoulli`

    request   UTF-8 JSON {"id": number, "text": text, "alpha": number, "prior": number,
              "training": number, "times": [[start, times], ...]}; all but the text may be left out
    reply     UTF-8 JSON, the columns of `spam_filter.wire` and the request's "id"

`times` says how often the word that starts at a place (in UTF-16 units) counts, where not once.
With `"lexicon": true` the reply is what a browser needs to read texts by itself (`nb.lexicon`).

`/live/classify/genres-15`, `/live/classify/genres-4`, `/live/classify/sentiment`, and with pairs
`/live/classify/reviews-words`, `/live/classify/reviews-pairs`, `/live/classify/reviews-marks`

    request   UTF-8 JSON {"id": number, "text": text, "kind": text, "alpha": number,
              "against": number or null}; all but the text may be left out
    reply     UTF-8 JSON, the columns of `nb_text.wire` and the request's "id"

`against` is the class that the best one is compared with; null: the runner-up. "lexicon" as above.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from genmodels.datasets.spam import MAX_CHARS
from genmodels.live.protocol import LiveRoute, live_route
from pages.nb import spam_filter
from pages.nb import text as nb_text
from pages.nb.asking import flag, shortened

# A character takes 6 bytes at most ("\\u0001"), and the rest of a request a few hundred.
MAX_REQUEST = 8 * MAX_CHARS
_MAX_ID = 2**53
_FIELDS = {"id", "text", "alpha", "prior", "training", "times", "lexicon"}
MAX_TEXT_REQUEST = 8 * nb_text.MAX_CHARS
_TEXT_FIELDS = {"id", "text", "kind", "alpha", "against", "lexicon"}


class Request(NamedTuple):
    """One text under the settings of its page."""

    id: int
    text: str
    settings: spam_filter.Settings
    times: dict[int, int]
    lexicon: bool


class Classify:
    """Text to its contributions. See the module's text for the layout."""

    max_request_bytes = MAX_REQUEST
    max_batch = 8

    def __init__(self, kind: str) -> None:
        self.name = f"classify spam-{kind}"
        self.kind = kind
        spam_filter.words_held(spam_filter.Settings(kind=kind))  # counts the corpus, once

    def parse(self, payload: bytes) -> Request:
        """The request's fields. Raises ValueError naming the one that is wrong."""
        fields, text = _fields(payload, _FIELDS, MAX_CHARS)
        chosen = {name: fields[name] for name in ("alpha", "prior", "training") if name in fields}
        try:
            settings = spam_filter.Settings(kind=self.kind, **chosen)
        except TypeError:  # a list or an object where a number belongs
            raise ValueError(f"the settings must be numbers; got {shortened(chosen)}") from None
        number, times = _whole("id", fields.get("id", 0), _MAX_ID), _times(fields.get("times"))
        return Request(number, text, settings, times, flag(fields, "lexicon", False))

    def run(self, items: list[Request]) -> Sequence[bytes | ValueError]:
        """Each text by itself: a few hundred microseconds."""
        return [self._answer(item) for item in items]

    def _answer(self, item: Request) -> bytes | ValueError:
        if item.lexicon:
            return spam_filter.words_held(item.settings)
        try:
            reading = spam_filter.read(item.text, item.settings, item.times)
        except ValueError as error:
            return error
        reply = {"id": item.id, **spam_filter.wire(reading)}
        return json.dumps(reply, allow_nan=False, separators=(",", ":")).encode()


class TextRequest(NamedTuple):
    """One text under a model of documents."""

    id: int
    text: str
    settings: nb_text.Settings
    against: int | None
    lexicon: bool


class ClassifyText:
    """Text to its class and to what decided. See the module's text for the layout."""

    max_request_bytes = MAX_TEXT_REQUEST
    max_batch = 4

    def __init__(self, model: str) -> None:
        self.name = f"classify {model}"
        self.model = model
        for alpha in nb_text.ALPHAS:  # counts the collection, once
            nb_text.judge("", nb_text.Settings(model, alpha=alpha))
        nb_text.words_held(nb_text.Settings(model))

    def parse(self, payload: bytes) -> TextRequest:
        """The request's fields. Raises ValueError naming the one that is wrong."""
        fields, text = _fields(payload, _TEXT_FIELDS, nb_text.MAX_CHARS)
        chosen = {name: fields[name] for name in ("kind", "alpha") if name in fields}
        try:
            settings = nb_text.Settings(self.model, **chosen)
        except TypeError:  # a list or an object where a number or a name belongs
            raise ValueError(
                f"the settings must be plain values; got {shortened(chosen)}"
            ) from None
        against = fields.get("against")
        if against is not None:
            classes = nb_text.collection(self.model).classes
            against = _whole("against", against, len(classes) - 1)
        number = _whole("id", fields.get("id", 0), _MAX_ID)
        return TextRequest(number, text, settings, against, flag(fields, "lexicon", False))

    def run(self, items: list[TextRequest]) -> Sequence[bytes | ValueError]:
        """Each text by itself: a millisecond for a few hundred words."""
        return [self._answer(item) for item in items]

    def _answer(self, item: TextRequest) -> bytes | ValueError:
        if item.lexicon:
            return nb_text.words_held(item.settings)
        try:
            verdict = nb_text.judge(item.text, item.settings, item.against)
        except ValueError as error:
            return error
        reply = {"id": item.id, **nb_text.wire(verdict)}
        return json.dumps(reply, allow_nan=False, separators=(",", ":")).encode()


def _fields(payload: bytes, allowed: set[str], longest: int) -> tuple[dict[str, Any], str]:
    """A request's fields and its text. Raises ValueError on what no request may be."""
    try:
        fields = json.loads(payload.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"the request must be UTF-8; byte {error.start} is not") from None
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("the request must be JSON with a text") from None
    if not isinstance(fields, dict):
        raise ValueError(f"the request must be a JSON object; got {shortened(fields)}")
    if unknown := sorted(set(fields) - allowed):
        raise ValueError(f"the request has no field {shortened(unknown[0])}")
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError(f"text must be text; got {shortened(text)}")
    if len(text) > longest:
        raise ValueError(f"text must have at most {longest} characters; got {len(text)}")
    return fields, text


def _times(pairs: Any) -> dict[int, int]:
    if pairs is None:
        return {}
    if not isinstance(pairs, list) or len(pairs) > MAX_CHARS:
        raise ValueError(f"times must be a list of [start, times]; got {shortened(pairs)}")
    times: dict[int, int] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError(f"times must be a list of [start, times]; got {shortened(pair)} in it")
        times[_whole("a start", pair[0], 2 * MAX_CHARS)] = _whole(
            "times", pair[1], spam_filter.MAX_TIMES
        )
    return times


def _whole(name: str, value: Any, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
        raise ValueError(f"{name} must be a whole number from 0 to {high}; got {shortened(value)}")
    return value


def routes() -> list[LiveRoute]:
    """The spam filter's two routes, and one for each model of documents."""
    spam_routes = [
        live_route(
            f"/live/classify/spam-{kind}", partial(Classify, kind), max_request_bytes=MAX_REQUEST
        )
        for kind in spam_filter.KINDS
    ]
    return spam_routes + [
        live_route(
            f"/live/classify/{model}",
            partial(ClassifyText, model),
            max_request_bytes=MAX_TEXT_REQUEST,
        )
        for model in nb_text.NAMES
    ]
