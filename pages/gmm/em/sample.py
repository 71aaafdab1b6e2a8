"""Sample: points drawn from the fitted mixture, a component first, then a place."""

import uuid

import streamlit as st

from genmodels.kit import frame
from pages.gmm import mixture_run
from pages.gmm.em import sampling
from pages.gmm.em import setup as gmm_setup
from pages.gmm.em.sampler import sampler


@st.fragment
def sample() -> None:
    state = st.session_state
    problems = state.get("gmm_link_problems", {})
    if "gmm_sample_goto" not in state:
        step = frame.checked_whole("gmm_draw", 0, 1000, 0)[0]
        state["gmm_sample_goto"] = {"token": uuid.uuid4().hex, "step": step}
    row = frame.stage_row()
    with row.controls:
        setup = gmm_setup.controls()
        count = st.select_slider(
            "Draws", sampling.COUNTS, value=100, key="gmm_draws", bind="query-params"
        )
        frame.problem(problems.get("gmm_draws"))
        seed = st.number_input(
            "Seed of the draws", 0, 9999, 0, key="gmm_draw_seed", bind="query-params"
        )
        frame.problem(problems.get("gmm_draw_seed"))
    gmm_setup.link_state()
    with row.stage:
        if mixture_run.singular(mixture_run.fitted(setup).model):
            frame.problem("A component without width can't be drawn from: add to the variances.")
            return
        prepared = sampling.payload(setup, int(count), int(seed))
        step = sampler(prepared, goto=state["gmm_sample_goto"], key="gmm_sampler")
        st.caption(
            "Left, the data; right, draws from the mixture fitted to them. "
            + frame.plain_text(setup.points.source.caption())
        )
    frame.set_link({"gmm_draw": step or None})
    with row.inspector:
        frame.problem(problems.get("gmm_draw"))
        numbers = sampling.openable(setup, int(count), int(seed), step)
        if not numbers:
            st.caption("Step to a draw to open what picked its component and its place.")
        tab = st.pills(
            "Open a number", list(numbers), key="gmm_sample_tab", label_visibility="collapsed"
        )
        if tab and tab in numbers:
            frame.inspect(numbers[tab]())
        st.table(
            sampling.moments(setup, int(count), int(seed), step),
            border="horizontal",
            hide_index=True,
        )
