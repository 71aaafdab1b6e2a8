"""Watch: the trellis step by step, the state graph, observations blanked, tables edited."""

import streamlit as st

from genmodels.datasets.sequences import PRESETS
from genmodels.kit import frame
from genmodels.kit.opened import plain
from pages.hmm import hmm_missing, trellis_run
from pages.hmm.trellis import setup as hmm_setup
from pages.hmm.trellis.setup import Setup
from pages.hmm.trellis_widget import trellis

state = st.session_state


def show_all() -> None:
    state["hmm_hidden"] = ()


@st.fragment
def watch() -> None:
    problems = hmm_setup.problems()
    row = frame.stage_row()
    with row.controls:
        said = hmm_setup.controls()
        numbers = st.container()
    with st.container(key="hmm_tables_row"):
        tables = hmm_setup.tables(said["preset"])
    setup = hmm_setup.setup(said, tables)
    run = setup.run()
    with numbers:
        likelihood(run, setup)
    with row.stage:
        if setup.stale:
            st.info("The stage shows the last valid model and sequence.")
        frame.problem(run.message)
        frame.problem(problems.get("hmm_blank"))
        view = trellis(
            run.payload, goto=state["hmm_goto"], key="hmm_trellis", on_edit=hmm_setup.edited
        )
        st.caption(PRESETS[setup.preset].source.caption())
    state["hmm_goto"] = {
        "token": state["hmm_goto"]["token"],
        "step": view.step,
        "selected": list(view.selected) if view.selected else None,
    }
    end = view.step == run.payload["steps"] - 1
    frame.set_link(
        {
            "hmm_step": None if end else view.step,
            "hmm_open": f"{view.selected[0] + 1}.{view.selected[1] + 1}" if view.selected else None,
            "hmm_blank": hmm_missing.text(setup.hidden),
        }
    )
    with row.inspector:
        frame.problem(problems.get("hmm_step"))
        frame.problem(problems.get("hmm_open"))
        frame.inspect(trellis_run.opened(run, setup.mode, view.selected, setup.linear), "")
        if view.selected is None:
            st.caption(
                "Click a node to open its sum or max, with every contender. Click a symbol under "
                "the columns to blank it; drag an arrow's dot to change its probability."
            )
        elif setup.mode == "posterior" and setup.hidden:
            with_, without = trellis_run.widths(run, view.selected[0])
            st.caption(
                f"Column {view.selected[0] + 1}'s posterior is {plain(without)} bits wide "
                f"without what was blanked, {plain(with_)} with it."
            )


def likelihood(run: trellis_run.Run, setup: Setup) -> None:
    """log P(O) of what is seen; beside it that of all, where some was blanked."""
    log_text, plain_number = trellis_run.likelihood_text(run)
    if run.ghost is None:
        st.markdown(f"$\\log P(O)$ = **{log_text}** nats  \n$P(O)$ = **{plain_number}**")
        return
    st.markdown(trellis_run.blanked_words(run, setup.hidden))
    st.button("Show all again", key="hmm_show_all", on_click=show_all)
