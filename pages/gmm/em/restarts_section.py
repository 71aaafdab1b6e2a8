"""Restarts: ten seeds, the local optima that they end in, two of them opened side by side."""

import streamlit as st

from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.gmm import mixture_run
from pages.gmm.em import figures
from pages.gmm.em import restarts as runs
from pages.gmm.em import setup as gmm_setup
from pages.gmm.em_player import em_player


@st.fragment
def restarts() -> None:
    row = frame.stage_row()
    with row.controls:
        setup = gmm_setup.controls()
    found = runs.restarts(setup)
    problems = st.session_state.get("gmm_link_problems", {})
    with row.inspector:
        st.markdown(runs.sentence(found))
        pair = []
        for side, name, first in (("Left", "gmm_left", "best"), ("Right", "gmm_right", "worst")):
            choice = st.selectbox(
                f"{side}: run",
                gmm_setup.RUNS,
                index=gmm_setup.RUNS.index(first),
                key=name,
                bind="query-params",
                help="The best, the worst, or a run by its number from the seed on.",
            )
            frame.problem(problems.get(name))
            pair.append(_run_of(found, choice))
        st.table(
            {
                "seed": [str(s.setup.seed) for s in found.starts],
                "ends at": [f"{s.log_likelihood:.2f}" for s in found.starts],
                "steps": [str(len(s.trace.log_likelihood)) for s in found.starts],
                "": [s.optimum for s in found.starts],
            },
            border="horizontal",
            hide_index=True,
        )
    with row.stage:
        st.plotly_chart(
            figures.curves(found, (pair[0], pair[1])), key="gmm_restart_curves", config=CONFIG
        )
        for side, index, column in zip(("left", "right"), pair, st.columns(2), strict=True):
            with column:
                _player(found.starts[index], side)
    gmm_setup.link_state()


def _player(start: runs.Start, side: str) -> None:
    st.markdown(
        f"**Seed {start.setup.seed}, optimum {start.optimum}:** {start.log_likelihood:.2f} nats"
    )
    run = mixture_run.run(start.setup)
    frame.problem(run.message)
    # It opens at the end, where the two differ, and is then the reader's.
    goto = {"token": run.payload["trace_id"], "step": len(run.trace.steps), "selected": None}
    em_player(run.payload, goto=goto, key=f"gmm_player_{side}")


def _run_of(found: runs.Restarts, choice: str | None) -> int:
    if choice in (None, "best"):
        return found.best
    return found.worst if choice == "worst" else int(choice or 0)
