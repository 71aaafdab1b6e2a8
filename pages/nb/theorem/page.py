"""Bayes' theorem on a two-way table as areas: prior, likelihood, evidence, posterior."""

import uuid
from functools import partial

import streamlit as st

from genmodels.kit import frame
from genmodels.kit.opened import Opened
from pages.nb.theorem import case as nb_theorem
from pages.nb.theorem import opened as two_way
from pages.nb.theorem import table as nb_table
from pages.nb.theorem.area_table import GIVEN, OPEN, View, area_table
from pages.nb.theorem.table import TwoWay

STORIES = nb_theorem.stories()
FIRST = next(iter(STORIES))
SHOWN = ("Probabilities", "Of 1,000")
LINKED = "The link's "
FIELDS = ("nbt_prior", "nbt_true", "nbt_false")


def written(table: TwoWay) -> list[str]:
    return [f"{value:.4g}" for value in (table.prior, table.if_true, table.if_false)]


def checked_number(name: str) -> tuple[str | None, str | None]:
    text = frame.link_value(name)
    if text is None:
        return None, None
    try:
        nb_table.parse(text, "0", "0")
    except ValueError:
        return None, (
            f"{LINKED}{name} must be a number from 0 to 1, as 0.3, 3/10 or 30 %; "
            f"it says “{text[:40]}”."
        )
    return text, None


def checked_name(name: str, allowed: tuple[str, ...], other: str | None) -> tuple:
    text = frame.link_value(name)
    if text is None or text in allowed:
        return text or other, None
    return other, f"{LINKED}{name} must be one of {', '.join(allowed)}; it says “{text[:40]}”."


checks = {
    "nbt_preset": frame.checked_choice("nbt_preset", STORIES, FIRST),
    "nbt_shown": frame.checked_choice("nbt_shown", SHOWN, SHOWN[0]),
    **{name: checked_number(name) for name in FIELDS},
    "nbt_given": checked_name("nbt_given", GIVEN, "E"),
    "nbt_open": checked_name("nbt_open", OPEN, None),
}
problems = frame.link_problems("nbt", checks)


def put(table: TwoWay, given: str = "E", opened: str | None = None) -> None:
    """Hand a table to the square and to the fields."""
    st.session_state["nbt_goto"] = {
        "token": uuid.uuid4().hex,
        "prior": table.prior,
        "if_true": table.if_true,
        "if_false": table.if_false,
        "given": given,
        "open": opened,
    }
    st.session_state["nbt_texts"] = written(table)
    for name in (*FIELDS, "nbt_given", "nbt_open"):
        problems.pop(name, None)


if "nbt_goto" not in st.session_state:
    kept = dict(problems)
    story = STORIES[checks["nbt_preset"][0]]
    typed = [checks[name][0] for name in FIELDS]
    own = (story.table.prior, story.table.if_true, story.table.if_false)
    start = TwoWay(
        *(  # a link rounds what the example has exactly
            value if text in (None, short) else nb_table.number(name, text)
            for name, text, short, value in zip(
                FIELDS, typed, written(story.table), own, strict=True
            )
        )
    )
    put(start, checks["nbt_given"][0], checks["nbt_open"][0])
    problems.update(kept)


def take_preset() -> None:
    problems.pop("nbt_preset", None)
    put(
        STORIES[st.session_state["nbt_preset"]].table,
        st.session_state["nbt_goto"]["given"],
        st.session_state["nbt_goto"]["open"],
    )


def take_typed(name: str) -> None:
    """A number typed: into the picture, or a message beside its field."""
    if frame.crossed(name):
        return
    goto, place = st.session_state["nbt_goto"], FIELDS.index(name)
    values = [goto["prior"], goto["if_true"], goto["if_false"]]
    text = st.session_state[name]
    try:
        values[place] = nb_table.number(LABELS[place], text)
    except ValueError as error:
        problems[name] = f"{error}. The picture keeps {values[place]:.4g}."
        return
    others = {other: problems[other] for other in FIELDS if other in problems and other != name}
    put(TwoWay(*values), goto["given"], goto["open"])
    problems.update(others)


def settle_shown() -> None:
    problems.pop("nbt_shown", None)


LABELS = ("P(H)", "P(E | H)", "P(E | not H)")


def sync(view: View) -> None:
    """What was dragged, into the fields; a field with a bad number keeps it."""
    goto, table = st.session_state["nbt_goto"], view.table
    goto |= {"given": view.given, "open": view.opened}
    moved = (table.prior, table.if_true, table.if_false)
    if moved != (goto["prior"], goto["if_true"], goto["if_false"]):
        goto |= dict(zip(("prior", "if_true", "if_false"), moved, strict=True))
        st.session_state["nbt_texts"] = written(table)
        for name in FIELDS:
            problems.pop(name, None)
    texts = st.session_state.pop("nbt_texts", None)
    if texts is not None:
        for name, text in zip(FIELDS, texts, strict=True):
            if problems.get(name, LINKED).startswith(LINKED):  # a bad number typed stays
                frame.put_text(name, text)


def opened_number(view: View) -> Opened | None:
    name, _, tail = (view.opened or "").partition("-")
    if name == "joint":
        return two_way.joint(view.table, tail[0] == "1", tail[2] == "1")
    if name == "evidence":
        return two_way.evidence(view.table, tail == "1")
    if name == "posterior":
        return two_way.posterior(view.table, tail == "1")
    return two_way.bayes_factor(view.table) if name == "factor" else None


def show(title: str, table: TwoWay | None = None, given: str = "E", **start: str) -> None:
    st.session_state["nbt_preset"] = title
    st.session_state["nbt_shown"] = start.get("shown", SHOWN[0])
    put(table or STORIES[title].table, given, start.get("opened"))


TRIES = [
    frame.Try(
        "Of 1,000 women",
        "One in a hundred is ill, and the test finds 80 % of them. Of the women who test "
        "positive, how many are ill?",
        lambda: show("Screening test", shown=SHOWN[1], opened="posterior-1"),
    ),
    frame.Try(
        "Prior one half",
        "The same test where every second woman is ill: how sure is a positive now?",
        lambda: show("Screening test", TwoWay(0.5, 0.8, 0.096), opened="posterior-1"),
    ),
    frame.Try(
        "Evidence against",
        "“wrote” stands in a third of honest mail and in hardly any spam. What does it leave "
        "of the prior, 31 %?",
        lambda: show("Spam: “wrote”", opened="factor"),
    ),
    frame.Try(
        "Evidence that says nothing",
        "A word as frequent in spam as in ham: both dark parts are equally high. What will the "
        "zoom change?",
        lambda: show("Spam: “free”", TwoWay(0.31, 0.4, 0.4), opened="posterior-1"),
    ),
]

frame.header(
    "Bayes' theorem",
    "Of all that shows the evidence $E$, the posterior is the share that $H$ has.",
    r"P(H\mid E)=\frac{P(H)\,P(E\mid H)}{P(H)\,P(E\mid H)+P(\bar H)\,P(E\mid \bar H)}",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.0, 2.7))
    story = STORIES[st.session_state.get("nbt_preset", checks["nbt_preset"][0])]
    people = st.session_state.get("nbt_shown", checks["nbt_shown"][0]) == SHOWN[1]
    goto = st.session_state["nbt_goto"]
    with row.stage:
        table = TwoWay(goto["prior"], goto["if_true"], goto["if_false"])
        view = area_table(story, table, people=people, goto=goto, key="nbt_area")
        moved = view.table != story.table
        st.caption(
            ("Moved away from its source. " if moved else "") + frame.plain_text(story.source)
        )
    sync(view)
    with row.controls:
        st.selectbox(
            "Example",
            list(STORIES),
            key="nbt_preset",
            bind="query-params",
            on_change=take_preset,
        )
        frame.problem(problems.get("nbt_preset"))
        st.markdown(f"$H$: {story.h}, $E$: {frame.plain_text(story.e)}")
        for name, label in zip(FIELDS, LABELS, strict=True):
            st.text_input(
                label,
                key=name,
                bind="query-params",
                max_chars=40,
                on_change=take_typed,
                args=(name,),
            )
            frame.problem(problems.get(name))
        st.radio(
            "Show",
            SHOWN,
            key="nbt_shown",
            bind="query-params",
            on_change=settle_shown,
        )
        frame.problem(problems.get("nbt_shown"))
    frame.set_link(
        {"nbt_given": None if view.given == "E" else view.given, "nbt_open": view.opened}
    )
    with row.inspector:
        frame.problem(problems.get("nbt_given"))
        frame.problem(problems.get("nbt_open"))
        frame.inspect(opened_number(view), "Drag a line. Click a number below the squares.")
    frame.try_this("nbt", TRIES)
    st.markdown("**Take away.**")
    seen = view.given != "not E"
    frame.take_away(
        "nbt",
        [
            frame.Download(
                "Figures (JSON)",
                "bayes-theorem.json",
                "application/json",
                partial(nb_theorem.figures_json, story, view.table),
            ),
            frame.Download(
                "Cells (CSV)",
                "bayes-theorem.csv",
                "text/csv",
                partial(nb_theorem.cells_csv, story, view.table),
            ),
            frame.Download(
                "Picture (SVG)",
                "bayes-theorem.svg",
                "image/svg+xml",
                partial(nb_theorem.picture_svg, story, view.table, seen),
            ),
            frame.Download(
                "Script (Python)",
                "bayes-theorem.py",
                "text/x-python",
                partial(nb_theorem.script, story, view.table),
            ),
        ],
    )


watch()
