"""Recommendation: rate films, see what naive Bayes recommends, and which rating moved it."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import films
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.nb.films import case as run
from pages.nb.films import figures, scores
from pages.nb.films import opened as arithmetic
from pages.nb.films import take_away as export
from pages.nb.films.film_shelf import film_shelf, told

SHELF = "nbf_shelf"
FIGURES = ["AUC", "Right"]
NAIVE, TEMPERED, POPULAR = run.METHODS
state = st.session_state


def checked(name: str, parse: Callable[[str], Any], default: Any) -> tuple[Any, str | None]:
    text = frame.link_value(name)
    if text is None:
        return default, None
    try:
        parse(text)
        return (parse(text) if name == "nbf_rated" else text), None
    except ValueError as error:
        shown = text if len(text) <= 40 else text[:40] + "…"
        return default, f"The link's {name} {error}; it says “{shown}”."


found: dict[str, tuple[Any, str | None]] = {
    "nbf_method": frame.checked_choice("nbf_method", run.METHODS, NAIVE),
    "nbf_figure": frame.checked_choice("nbf_figure", FIGURES, FIGURES[0]),
    "nbf_rated": checked("nbf_rated", run.parse_rated, run.START),
    "nbf_open": checked("nbf_open", run.parse_open, None),
}
problems = frame.link_problems("nbf", found)


def put(rated: run.Rated, opened: str | None = None) -> None:
    """Hand ratings to the shelf."""
    state["nbf_goto"] = {
        "token": uuid.uuid4().hex,
        "rated": [list(pair) for pair in rated],
        "open": opened,
    }


if "nbf_goto" not in state:
    put(found["nbf_rated"][0], found["nbf_open"][0])


def show(rated: run.Rated, method: str, opened: str | None = None) -> None:
    state["nbf_method"] = method
    put(rated, opened)
    problems.clear()


STAR_WARS = tuple((film, run.LIKE) for film in (73, 260, 271))
FAMOUS = tuple((film, run.DISLIKE) for film in (104, 83, 90, 161, 73, 132, 505, 0))
TRIES = [
    frame.Try(
        "Three of a kind",
        "Who likes one of the first three Star Wars films likes the others. You like all three: "
        "how often does that count for Raiders of the Lost Ark?",
        lambda: show(STAR_WARS, NAIVE, "t262"),
    ),
    frame.Try(
        "The same, tempered",
        "The three ratings’ evidence is divided by √3. Which numbers change, and does the order?",
        lambda: show(STAR_WARS, TEMPERED, "t262"),
    ),
    frame.Try(
        "Nothing pleases",
        "You disliked the eight best-known films. What can it still recommend, and how surely?",
        lambda: show(FAMOUS, NAIVE),
    ),
    frame.Try(
        "No ratings",
        "You have rated nothing. What does everybody get who says nothing?",
        lambda: show((), NAIVE),
    ),
]

frame.header(
    "Recommendation",
    "Each rating is evidence for or against liking another film, one film’s as if alone.",
    r"\log\frac{P(\text{like}_t\mid r)}{P(\text{not}\mid r)}=\text{liked}_t+\sum_f"
    r"\log\frac{p(r_f\mid\text{like}_t)}{p(r_f\mid\text{not})}",
)


@st.fragment
def page() -> None:
    row = frame.stage_row((1.7, 7.2, 2.8))
    goto = state["nbf_goto"]
    said = told(state.get(SHELF), goto["token"])
    if said:
        goto |= {"rated": [list(pair) for pair in said[0]], "open": said[1]}
        for name in ("nbf_rated", "nbf_open"):
            problems.pop(name, None)
    rated: run.Rated = tuple((film, opinion) for film, opinion in goto["rated"])
    with row.controls:
        method = st.radio("Method", run.METHODS, key="nbf_method", bind="query-params")
        frame.problem(problems.get("nbf_method"))
        st.caption(
            {
                NAIVE: "Every rating counts in full, as if films had nothing to do with each "
                "other.",
                TEMPERED: "All evidence is divided by √n, n your ratings: of films that are liked "
                "by the same people, each repeats what the other has said.",
                POPULAR: "Only how well a film is liked by all who rated it.",
            }[method]
        )
        st.caption("▲ like: 4 stars or more. ▼ dislike: fewer. Not rated: its factor is 1.")
    shelf = run.shelf(rated, method)
    state["nbf_shown"] = shelf
    with row.stage:
        film_shelf(shelf, goto=dict(goto), key=SHELF)
        st.caption(frame.plain_text(films.load().source.caption()))
        st.caption(films.TERMS)
    frame.set_link(
        {
            "nbf_rated": None if rated == run.START else run.rated_text(rated),
            "nbf_open": goto["open"],
        }
    )
    with row.inspector:
        for name in ("nbf_rated", "nbf_open"):
            frame.problem(problems.get(name))
        number = arithmetic.opened(shelf, goto["open"] or f"t{shelf.best[0]}")
        frame.inspect(
            None if number is None else run.made_safe(number, frame.plain_text),
            "This rating is no longer there. Click a film to see why, then a number: each opens.",
        )
    frame.try_this("nbf", TRIES)
    held_out(method)
    st.markdown("**Take away.** Your shelf, under MovieLens’s terms.")
    frame.take_away(
        "nbf",
        [
            frame.Download(label, f"films.{kind}", mime, partial(make, shelf))
            for label, kind, mime, make in (
                ("Ratings and reasons (JSON)", "json", "application/json", export.as_json),
                ("All films (CSV)", "csv", "text/csv", export.as_csv),
                ("Picture (SVG)", "svg", "image/svg+xml", export.as_svg),
                ("Script (Python)", "py", "text/x-python", export.script),
            )
        ],
    )


def held_out(method: str) -> None:
    st.markdown(
        "**Held out.** People in five folds; each rating predicted from the same person’s others."
    )
    left, middle, right = st.columns([3, 4, 4], gap="medium")
    with left:
        st.table(scores.scores_table(method), border="horizontal", hide_index=True)
        which = st.segmented_control(
            "Open a figure", FIGURES, default=FIGURES[0], required=True, key="nbf_figure",
            bind="query-params",
        )  # fmt: skip
        frame.problem(problems.get("nbf_figure"))
        opener = arithmetic.right if which == FIGURES[1] else arithmetic.auc
        frame.inspect(opener(method))
    with middle:
        st.plotly_chart(figures.by_known(method), key="nbf_known", config=CONFIG)
        st.caption(
            "With one rating nothing is counted twice, and both are the same. The more ratings, "
            "the more of them repeat each other, and the more tempering wins."
        )
    with right:
        st.plotly_chart(figures.calibration(), key="nbf_calibration", config=CONFIG)
        st.plotly_chart(figures.by_exponent(), key="nbf_exponent", config=CONFIG)
        st.caption(
            "Counted in full, evidence runs too far: of films given over 90 %, fewer are liked. "
            "Divided by n itself, too little is left of it; the best power lies near one half."
        )


page()
