"""Anomaly detection: a mixture of ordinary cases, a cut on its density, what the cut costs."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import screening
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame
from genmodels.kit.threshold_board import threshold_board
from pages.gmm.anomaly import board as anomaly_board
from pages.gmm.anomaly import case as anomaly
from pages.gmm.anomaly import figures

DEFAULTS: dict[str, Any] = {
    "gmma_data": "Breast cancer",
    "gmma_k": 1,
    "gmma_cov": "full",
    "gmma_rate": 5,
    "gmma_seed": 0,
}
NAMES = {screening.load(name).title: name for name in screening.CASES}

problems = frame.link_problems(
    "gmma",
    {
        "gmma_data": frame.checked_choice("gmma_data", NAMES, "Breast cancer"),
        "gmma_k": frame.checked_whole("gmma_k", 1, anomaly.MAX_K, 1),
        "gmma_cov": frame.checked_choice("gmma_cov", COVARIANCE_TYPES, "full"),
        "gmma_rate": frame.checked_whole("gmma_rate", 1, 20, 5),
        "gmma_seed": frame.checked_whole("gmma_seed", 0, 9999, 0),
        "gmma_flagged": anomaly_board.checked_flagged(frame.link_value("gmma_flagged")),
        "gmma_case": anomaly_board.checked_case(frame.link_value("gmma_case")),
    },
)


def goto(flagged: int | None = None, case: int | None = None) -> None:
    """Move the board: to a cut that flags so many, or None for the nominal one; open a case."""
    st.session_state["gmma_goto"] = {"token": uuid.uuid4().hex, "flagged": flagged, "case": case}


if "gmma_goto" not in st.session_state:
    goto(
        anomaly_board.checked_flagged(frame.link_value("gmma_flagged"))[0],
        anomaly_board.checked_case(frame.link_value("gmma_case"))[0],
    )


def start_over() -> None:
    goto()


def show(flagged: int | None = None, case: int | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    goto(flagged, case)


TRIES = [
    frame.Try(
        "Five components",
        "The cut promises 5 % false alarms. With five bells instead of one: how many come?",
        lambda: show(gmma_k=5),
    ),
    frame.Try(
        "Round bells",
        "Thirty correlated measurements, one variance for all. What is lost?",
        lambda: show(gmma_cov="spherical"),
    ),
    frame.Try(
        "Miss almost none",
        "To catch all but a few malignant cases: how many benign ones must be flagged?",
        lambda: show(flagged=350),
    ),
    frame.Try(
        "A new species",
        "Adelie and Gentoo are known. Will a Chinstrap look strange in four measurements?",
        lambda: show(gmma_data="Penguins", gmma_k=2),
    ),
]

frame.header(
    "Anomaly detection",
    "The mixture learns ordinary cases only; what it finds improbable is flagged.",
    r"\log p(x) < c",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.2, 2.8))
    bound: dict[str, Any] = {"bind": "query-params", "on_change": start_over}
    with row.controls:
        title = st.selectbox("Data", list(NAMES), key="gmma_data", **bound)
        frame.problem(problems.get("gmma_data"))
        K = st.slider("Components $K$", 1, anomaly.MAX_K, 1, key="gmma_k", **bound)
        frame.problem(problems.get("gmma_k"))
        covariance = st.selectbox("Covariance", COVARIANCE_TYPES, key="gmma_cov", **bound)
        frame.problem(problems.get("gmma_cov"))
        rate = st.slider("Nominal rate, %", 1, 20, 5, key="gmma_rate", **bound)
        frame.problem(problems.get("gmma_rate"))
        seed = st.number_input("Seed of folds", 0, 9999, 0, key="gmma_seed", **bound)
        frame.problem(problems.get("gmma_seed"))
    setup = anomaly.Setup(NAMES[title], K, covariance, int(seed))
    run = anomaly.scored(setup)
    prepared = anomaly_board.prepared(setup, rate)
    with row.stage:
        view = threshold_board(
            prepared,
            goto=anomaly_board.goto(run, rate, st.session_state["gmma_goto"]),
            key="gmma_board",
        )
        warning = f"**{run.cases.warning}** " if run.cases.warning else ""
        st.caption(warning + frame.plain_text(run.cases.source.caption()))
    moved = view.stop != prepared["nominal"]["stop"]
    frame.set_link(
        {
            "gmma_flagged": run.thresholds.flagged[view.stop] if moved else None,
            "gmma_case": None if view.selected is None else view.selected + 1,
        }
    )
    with row.inspector:
        frame.problem(problems.get("gmma_flagged"))
        frame.problem(problems.get("gmma_case"))
        numbers = anomaly_board.openable(run, rate, view.stop, view.selected)
        tab = st.pills(
            "Open a number",
            list(numbers),
            default=next(iter(numbers)),
            key=f"gmma_tab_{view.selected}",
            label_visibility="collapsed",
        )
        if tab:
            frame.inspect(numbers[tab]())
        if view.selected is None:
            st.caption("Drag the cut. Choose a case in the lists to open its density.")
    below = st.container()  # filled last: 40 fits must not hold up what stands under it
    scores = partial(anomaly.scores_csv, run, view.stop)
    script = partial(anomaly.script, run, view.stop)
    frame.try_this("gmma", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "gmma",
        [
            frame.Download(
                "Models (JSON)",
                "anomaly.json",
                "application/json",
                partial(anomaly.models_json, run, view.stop),
            ),
            frame.Download("Scores (CSV)", "anomaly.csv", "text/csv", scores),
            frame.Download("Script (Python)", "anomaly.py", "text/x-python", script),
        ],
    )
    with below:
        with st.spinner("Fitting each K …"):
            against = anomaly.against_K(setup, rate / 100)
        config = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"}}
        left, right = st.columns(2, gap="medium")
        left.plotly_chart(figures.alarms(against, rate / 100, K), key="gmma_alarms", config=config)
        right.plotly_chart(figures.auc(against, K), key="gmma_auc", config=config)
        st.caption(
            "The cut lies where the training cases' own scores promise the nominal rate. More "
            "components fit those cases ever closer, so new ordinary cases look strange."
        )


watch()
