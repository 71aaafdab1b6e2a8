"""Spam, where to cut: every threshold, what its mistakes cost, and the test that time sets."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.opened import plain
from genmodels.kit.threshold_board import threshold_board, view_of
from pages.nb.threshold import case as runs
from pages.nb.threshold import take_away as export
from pages.nb.threshold.case import COST_TEXTS, Setup
from pages.nb.threshold.opened import opened
from pages.nb.threshold.state import TESTS, TRIES, State

COMPARED = {"accuracy": "accuracy", "precision": "precision", "recall": "spam",
            "hard ham flagged": "hard", "AUC": "auc"}  # fmt: skip

State.begin()
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


def controls(now: State) -> None:
    now.control("test", st.radio, "Tested on")
    now.control("model", st.radio, "Model")
    now.control("alpha", st.select_slider, "Smoothing α")
    st.caption(
        "Random folds: five parts, each tested by the model of the other four. Earlier to later: "
        "it learns from the first release of the corpus and is tested on the second, and on all "
        "hard ham. Thin curves: the other test."
    )
    now.problem("cut", "cost", "open", "message")


def open_other(test: str, name: str) -> None:
    """Open one of the compared numbers, in the test that it is of."""
    replace(State.now(), test=test, message=None, open=COMPARED[name]).put()


def board_said(now: State, said: Any) -> State:
    """The state once the board was dragged or one of its numbers clicked."""
    setup, before = now.setup, now.place
    view = view_of(said, runs.prepared(setup), runs.goto(setup, before, State.token("nbd_board")))
    place = runs.place_of(setup, view, before)
    return replace(
        now, cut=place.cut, message=place.message, open=place.open, cost=COST_TEXTS[place.cost]
    )


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
    now = State.begin("board")
    setup, place = now.setup, now.place
    row = frame.stage_row((1.8, 7.2, 2.8))
    with row.controls:
        controls(now)
    with row.stage:
        threshold_board(
            runs.prepared(setup),
            goto=runs.goto(setup, place, State.token("nbd_board")),
            key="nbd_board",
            on_view=State.hears("nbd_board", "view", board_said),
            live={
                "path": runs.LIVE, "follow": {"alpha": "nbd_alpha"}, "asking": runs.asking(setup)
            },
        )  # fmt: skip
        st.caption(spam.SOURCE.caption())
    with row.inspector:
        frame.inspect(
            opened(now),
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


page()
