"""Spam, where to cut: every threshold, what its mistakes cost, and the test that time sets."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.opened import plain
from genmodels.kit.threshold_board import threshold_board
from pages.nb.mail import opened_threshold as arithmetic
from pages.nb.mail import take_away_threshold as export
from pages.nb.mail import threshold as runs
from pages.nb.mail.threshold import COST_TEXTS, COSTS, FIRST_COST, OPENABLE, Place, Setup

TESTS = {"Random folds": "folds", "Earlier to later": "time"}
KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
ALPHAS = {f"{a:g}": a for a in runs.SMOOTHINGS}
DEFAULTS = {"nbd_test": "Random folds", "nbd_model": "Multinomial", "nbd_alpha": "1"}
BOUND: dict[str, Any] = {"bind": "query-params"}
COMPARED = {"accuracy": "accuracy", "precision": "precision", "recall": "spam",
            "hard ham flagged": "hard", "AUC": "auc"}  # fmt: skip
state = st.session_state

checks: dict[str, tuple[Any, str | None]] = {
    "nbd_test": frame.checked_choice("nbd_test", TESTS, "Random folds"),
    "nbd_model": frame.checked_choice("nbd_model", KINDS, "Multinomial"),
    "nbd_alpha": frame.checked_choice("nbd_alpha", ALPHAS, "1"),
    "nbd_cut": runs.checked_cut(frame.link_value("nbd_cut")),
    "nbd_cost": frame.checked_choice("nbd_cost", COST_TEXTS, COST_TEXTS[FIRST_COST]),
    "nbd_open": frame.checked_choice("nbd_open", OPENABLE, ""),
    "nbd_message": runs.checked_message(frame.link_value("nbd_message")),
}
problems = frame.link_problems("nbd", checks)


def goto(place: Place) -> None:
    """Move the board, now and in the link."""
    state["nbd_goto"] = (place, uuid.uuid4().hex)


if "nbd_goto" not in state:
    goto(
        Place(
            checks["nbd_cut"][0],
            checks["nbd_message"][0],
            checks["nbd_open"][0] or None,
            COST_TEXTS.index(checks["nbd_cost"][0]),
        )
    )


def changed(name: str) -> None:
    """Another setting: the cut stays where it is, in nats."""
    problems.pop(name, None)
    goto(state["nbd_goto"][0])


def choose(label: str, options: list[str], name: str) -> str:
    chosen = st.radio(label, options, key=name, on_change=changed, args=(name,), **BOUND)
    frame.problem(problems.get(name))
    return chosen or DEFAULTS[name]


frame.header(
    "Spam: thresholds and drift",
    "A probability isn't a verdict yet: where to cut depends on what each mistake costs.",
    r"\text{flag if}\ \log\frac{P(\text{spam}\mid x)}{P(\text{ham}\mid x)}>c",
)
# Two rows of five small numbers, which stay rows on a narrow screen.
st.html(
    """<style>
.st-key-nbd-both button { min-height: 1.75rem; padding: 0 0.25rem; }
.st-key-nbd-both [data-testid="stHorizontalBlock"] { flex-wrap: nowrap !important;
  flex-direction: row !important; gap: 0.4rem; }
.st-key-nbd-both [data-testid="stColumn"] { min-width: 0 !important; flex: 1 1 0 !important; }
.st-key-nbd-both p { font-size: 0.85rem; }
</style>"""
)


def controls() -> Setup:
    test = choose("Tested on", list(TESTS), "nbd_test")
    model = choose("Model", list(KINDS), "nbd_model")
    alpha = st.select_slider(
        "Smoothing α", list(ALPHAS), value="1", key="nbd_alpha", on_change=changed,
        args=("nbd_alpha",), **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbd_alpha"))
    st.caption(
        "Random folds: five parts, each tested by the model of the other four. Earlier to later: "
        "it learns from the first release of the corpus and is tested on the second, and on all "
        "hard ham. Thin curves: the other test."
    )
    return Setup(TESTS[test], KINDS[model], ALPHAS[alpha])


def open_other(test: str, name: str) -> None:
    """Open one of the compared numbers, in the test that it is of."""
    place: Place = state["nbd_goto"][0]
    state["nbd_test"] = test
    goto(Place(place.cut, None, COMPARED[name], place.cost))


def compare(setup: Setup, cut: float) -> None:
    """The same filter at the same cut in both tests."""
    found = runs.both(setup, cut)
    st.markdown(f"**The same filter, the same cut ({plain(cut)} nats), two tests**")
    with st.container(key="nbd-both", gap="xsmall"):
        heads = st.columns([1.2, 1, 1, 1, 1, 1])
        for column, name in zip(heads[1:], COMPARED, strict=True):
            column.markdown(name)
        for test, split in TESTS.items():
            columns = st.columns([1.2, 1, 1, 1, 1, 1])
            columns[0].markdown(test)
            for column, name in zip(columns[1:], COMPARED, strict=True):
                column.button(
                    plain(found[split][name]), key=f"nbd_both_{split}_{name}", width="stretch",
                    on_click=open_other, args=(test, name),
                )  # fmt: skip
    st.caption(
        "Folds mix both years, so a model has seen each campaign and each list that it is tested "
        "on. A filter in use is always in the second row: mail drifts."
    )


@st.fragment
def page() -> None:
    row = frame.stage_row((1.8, 7.2, 2.8))
    with row.controls:
        setup = controls()
        for name in ("nbd_cut", "nbd_cost", "nbd_open", "nbd_message"):
            frame.problem(problems.get(name))
    before, token = state["nbd_goto"]
    with row.stage:
        view = threshold_board(
            runs.prepared(setup), goto=runs.goto(setup, before, token), key="nbd_board",
            live={
                "path": runs.LIVE, "follow": {"alpha": "nbd_alpha"}, "asking": runs.asking(setup)
            },
        )  # fmt: skip
        st.caption(spam.SOURCE.caption())
    place = runs.place_of(setup, view, before)
    if place != before:
        problems.clear()
    state["nbd_goto"] = (place, token)
    frame.set_link(
        {
            "nbd_cut": f"{place.cut:.10g}" if place.cut else None,
            "nbd_cost": None if place.cost == FIRST_COST else COST_TEXTS[place.cost],
            "nbd_open": place.open,
            "nbd_message": place.message,
        }
    )
    with row.inspector:
        frame.inspect(
            arithmetic.opened(setup, place),
            "Drag the cut, or the point on a curve. Click any number to open it, or a wrong "
            "message to see the words that misled the filter.",
        )
    compare(setup, place.cut)
    frame.try_this("nbd", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "nbd",
        [
            frame.Download("Cut and costs (JSON)", "spam_cut.json", "application/json",
                           partial(export.as_json, setup, place)),
            frame.Download("Messages (CSV)", "spam_cut.csv", "text/csv",
                           partial(export.as_csv, setup, place)),
            frame.Download("Picture (SVG)", "spam_cut.svg", "image/svg+xml",
                           partial(export.as_svg, setup, place)),
            frame.Download("Script (Python)", "spam_cut.py", "text/x-python",
                           partial(export.as_script, setup, place)),
            frame.Download("Counts for the script (NPZ)", export.COUNTS_FILE,
                           "application/octet-stream", export.counts),
        ],
    )  # fmt: skip
    runs.warm(setup)  # last: the page stands, and the next alpha will come at once


def show(place: Place, **settings: str) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **settings})
    goto(place)


TRIES = [
    frame.Try(
        "A lost letter costs 100",
        "One lost letter is as bad as 100 spams let in. If P were true, cut at 0.99. Is it enough?",
        lambda: show(Place(runs.bayes_cut(100.0), None, "bayes", COSTS.index(100.0))),
    ),
    frame.Try(
        "Tomorrow's mail",
        "97 % right in random folds. Of next year's mail, how much?",
        lambda: show(Place(open="accuracy"), nbd_test="Earlier to later"),
    ),
    frame.Try(
        "Hard ham",
        "Newsletters that people asked for: how many of 100 are flagged, a year later?",
        lambda: show(Place(open="hard"), nbd_test="Earlier to later"),
    ),
    frame.Try(
        "Bernoulli, a year later",
        "Every word that is absent counts too. Does that help or hurt when mail changes?",
        lambda: show(Place(open="auc"), nbd_test="Earlier to later", nbd_model="Bernoulli"),
    ),
]

page()
