"""The film shelf: search films, rate them, see what is recommended and which ratings moved it.

Typing and searching stay in the browser; a rating goes to Python, which answers with new films.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from genmodels.datasets import films
from genmodels.naive_bayes.base import Array
from genmodels.runs.nb_films_run import (
    MAX_RATED,
    Rated,
    Shelf,
    checked_rated,
    parse_open,
    rated_text,
    title,
)
from genmodels.widgets import register
from genmodels.widgets.payload import encode

_mount = register("film-shelf")


@cache
def catalogue() -> dict[str, Any]:
    """Every film, in the table's order, and the order of how many people rated it."""
    data = films.load()
    counts: Array = (data.ratings > 0).sum(axis=0)
    return {
        "titles": [title(film) for film in range(len(data.titles))],
        "genres": list(data.genres),
        "counts": counts.tolist(),
        "known": sorted(range(len(data.titles)), key=lambda film: -int(counts[film])),
    }


def payload(shelf: Shelf, opened: str | None) -> dict[str, Any]:
    """What is recommended, and the sum behind the film that is looked at."""
    film = looked_at(shelf, opened)
    return {
        "catalogue": catalogue(),
        "for": rated_text(shelf.rated),
        "method": shelf.method,
        "max_rated": MAX_RATED,
        "best": [
            {
                "film": f,
                "p": _percent(shelf.probability(f)),
                "share": shelf.probability(f),
                "log_odds": float(shelf.log_odds[f]),
            }
            for f in shelf.best
        ],
        "why": why(shelf, film),
    }


def why(shelf: Shelf, film: int) -> dict[str, Any]:
    """The sum behind one film: rows of what opens, its words, and nats."""
    base, root = float(shelf.prior[film]), shelf.root(film)
    rows: list[dict[str, Any]] = [
        {"open": f"p{film}", "text": "how well liked by all", "value": base, "mark": ""}
    ]
    others = shelf.others(film) if shelf.method != "popularity" else ()
    said = [(other, opinion, shelf.says(film, other) / root) for other, opinion in others]
    for other, opinion, value in sorted(said, key=lambda row: -abs(row[2])):
        rows.append(
            {
                "open": f"r{film}.{other}",
                "text": title(other),
                "value": value,
                "mark": "+" if opinion else "−",
            }
        )
    total = float(shelf.log_odds[film])
    chance = _percent(shelf.probability(film))
    return {
        "film": film,
        "rows": rows,
        "total": total,
        "p": chance,
        "divided": f"÷ √{len(others)}" if root != 1 else "",
        "check": math.fsum(row["value"] for row in rows),
    }


def looked_at(shelf: Shelf, opened: str | None) -> int:
    """The film of what is open, else the first recommended."""
    if opened is not None:
        return parse_open(opened)[1]
    return shelf.best[0]


def _percent(share: float) -> str:
    if share < 0.001 or share > 0.999:
        return "under 0.1 %" if share < 0.5 else "over 99.9 %"
    return f"{100 * share:.1f} %"


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
