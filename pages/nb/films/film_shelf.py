"""The film shelf: search films, rate them, see what is recommended and which ratings moved it.

Typing and searching stay in the browser; a rating goes over the live channel, which answers with
new films, and then to the page.
"""

from collections.abc import Mapping
from typing import Any

from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb.films.case import MAX_RATED, Rated, Shelf, checked_rated, parse_open
from pages.nb.films.shelf import catalogue, shown

_mount = register("nb/film-shelf")


def payload(shelf: Shelf, opened: str | None) -> dict[str, Any]:
    """The catalogue, what is recommended, and the sum behind the film that is looked at."""
    return {"catalogue": catalogue(), "max_rated": MAX_RATED, **shown(shelf, opened)}


def film_shelf(shelf: Shelf, *, goto: dict[str, Any], key: str) -> None:
    """Mount it; `goto` {token, rated, open} sets it whenever its token is new. Read with `told`."""
    data = {**payload(shelf, goto["open"]), "goto": goto}
    _mount(key=key, data=encode(data), on_view_change=lambda: None)


def told(state: Any, token: str) -> tuple[Rated, str | None] | None:
    """What the browser said since `token`: (ratings, what is open); None where it is nothing good.

    `state` is what stands in the session under the widget's key.
    """
    said = state.get("view") if isinstance(state, Mapping) else None
    if not isinstance(said, Mapping) or said.get("token") != token:
        return None
    rated, opened = checked_rated(said.get("rated")), said.get("open")
    if rated is None:
        return None
    try:
        if opened is not None:
            parse_open(opened if isinstance(opened, str) else "")
    except ValueError:
        opened = None
    return rated, opened
