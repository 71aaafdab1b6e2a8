"""The film shelf in numbers: what is recommended, and the sum behind the film looked at.

The page's widget gets it as its payload, and the same by `/live/counted/films` ahead of a rerun.
"""

import json
import math
from functools import cache
from typing import Any

from genmodels.datasets import films
from genmodels.naive_bayes.base import Array
from pages.nb import asking
from pages.nb.films.case import (
    METHODS,
    START,
    Shelf,
    checked_rated,
    parse_open,
    rated_text,
    shelf,
    title,
)

FIELDS = ("rated", "method", "open")


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


def shown(made: Shelf, opened: str | None) -> dict[str, Any]:
    """What is recommended, and the sum behind the film of `opened` or the first recommended."""
    return {
        "for": rated_text(made.rated),
        "method": made.method,
        "best": [
            {
                "film": f,
                "p": percent(made.probability(f)),
                "share": made.probability(f),
                "log_odds": float(made.log_odds[f]),
            }
            for f in made.best
        ],
        "why": why(made, looked_at(made, opened)),
    }


def why(made: Shelf, film: int) -> dict[str, Any]:
    """The sum behind one film: rows of what opens, its words, and nats."""
    base, root = float(made.prior[film]), made.root(film)
    rows: list[dict[str, Any]] = [
        {"open": f"p{film}", "text": "how well liked by all", "value": base, "mark": ""}
    ]
    others = made.others(film) if made.method != "popularity" else ()
    said = [(other, opinion, made.says(film, other) / root) for other, opinion in others]
    for other, opinion, value in sorted(said, key=lambda row: -abs(row[2])):
        rows.append(
            {
                "open": f"r{film}.{other}",
                "text": title(other),
                "value": value,
                "mark": "+" if opinion else "−",
            }
        )
    return {
        "film": film,
        "rows": rows,
        "total": float(made.log_odds[film]),
        "p": percent(made.probability(film)),
        "divided": f"÷ √{len(others)}" if root != 1 else "",
        "check": math.fsum(row["value"] for row in rows),
    }


def looked_at(made: Shelf, opened: str | None) -> int:
    """The film of what is open, else the first recommended."""
    return made.best[0] if opened is None else parse_open(opened)[1]


def percent(share: float) -> str:
    """A probability as the shelf shows it."""
    if share < 0.001 or share > 0.999:
        return "under 0.1 %" if share < 0.5 else "over 99.9 %"
    return f"{100 * share:.1f} %"


def warm() -> None:
    """Load what an answer needs."""
    answer(shelf(START, METHODS[0]), None)


def question(text: bytes) -> tuple[Shelf, str | None]:
    """The shelf and what is open on it that a browser asks for, from UTF-8 JSON of `FIELDS`.

    rated: [[film, 0 or 1], ...]; method: one of METHODS; open: as `parse_open` reads it, or null.
    Raises ValueError naming the field that is wrong.
    """
    said = asking.fields(text, FIELDS)
    method = asking.one_of(said, "method", METHODS)
    rated, opened = checked_rated(said["rated"]), said["open"]
    if rated is None:
        told = asking.shortened(said["rated"])
        raise ValueError(f"rated must be a list of [film, 0 or 1], each film once; got {told}")
    if opened is not None:
        if not isinstance(opened, str):
            raise ValueError(f"open must be text or null; got {asking.shortened(opened)}")
        try:
            parse_open(opened)
        except ValueError as error:
            raise ValueError(f"open {error}") from None
    return shelf(rated, method), opened


def answer(made: Shelf, opened: str | None) -> bytes:
    """What `shown` says, as UTF-8 JSON."""
    return json.dumps(shown(made, opened), allow_nan=False, separators=(",", ":")).encode()
