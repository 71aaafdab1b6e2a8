"""Bayes' theorem as areas: a square whose lines are dragged, and the zoom into what was seen.

Three numbers make the picture, so the widget draws it by itself and a hand never waits: a column
is as wide as the prior, its dark part as high as the likelihood. The numbers beside it while a
line moves are measured on the drawn rectangles (an area, a share of an area); they are no second
implementation of the theorem. When the hand rests, the three numbers go to Python, and whatever
opens comes from pages/nb/theorem/table.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genmodels.kit.payload import encode
from genmodels.kit.widget import register
from pages.nb.theorem.case import TOTAL, Story
from pages.nb.theorem.table import TwoWay

_mount = register("nb/area-table")

GIVEN = ("all", "E", "not E")
OPEN = (
    *(f"joint-{h}-{e}" for h in "10" for e in "10"),
    *("evidence-1", "evidence-0", "posterior-1", "posterior-0", "factor"),
)


@dataclass(frozen=True)
class View:
    """What stands on the square: the table, what is conditioned on, which number is open."""

    table: TwoWay
    given: str
    opened: str | None


def area_table(
    story: Story, table: TwoWay, *, people: bool, goto: Mapping[str, Any], key: str
) -> View:
    """Mount it; `goto` {token, prior, if_true, if_false, given, open} moves it when its token is
    new. `people`: natural frequencies instead of probabilities; `table` is what they count."""
    data = {
        "h": story.h,
        "not_h": story.not_h,
        "e": story.e,
        "not_e": story.not_e,
        "unit": story.unit,
        "people": people,
        "total": TOTAL,
        "counts": [list(row) for row in table.people(TOTAL)],
        "of": [table.prior, table.if_true, table.if_false],
        "goto": dict(goto),
    }
    result = _mount(key=key, data=encode(data), on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), goto)


def view_of(said: Any, goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be of an older table, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("token") != goto["token"]:
        view = goto
    try:
        table = TwoWay(view["prior"], view["if_true"], view["if_false"])
    except (KeyError, ValueError):
        view = goto
        table = TwoWay(goto["prior"], goto["if_true"], goto["if_false"])
    given = view.get("given")
    opened = view.get("open")
    return View(
        table,
        given if isinstance(given, str) and given in GIVEN else "all",
        opened if isinstance(opened, str) and opened in OPEN else None,
    )
