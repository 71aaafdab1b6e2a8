"""Generate: states and observations drawn step by step, then decoded from what is seen alone."""

import uuid
from typing import Any

import streamlit as st

from genmodels.datasets.sequences import PRESETS
from genmodels.kit import frame
from pages.hmm import trellis_run
from pages.hmm.trellis import generate as hmm_generate
from pages.hmm.trellis import setup as hmm_setup
from pages.hmm.trellis_widget import trellis

state = st.session_state


def start_over() -> None:
    state["hmm_gen_goto"] = {"token": uuid.uuid4().hex, "step": 0, "selected": None}


def draw_another() -> None:
    state["hmm_gen_seed"] = (int(state["hmm_gen_seed"]) + 1) % (hmm_generate.MAX_SEED + 1)
    start_over()


def read_it(text: str) -> None:
    """What was drawn becomes the observations of the other sections."""
    state["hmm_obs"] = text
    state["hmm_hidden"] = ()
    state["hmm_section"] = "Watch"
    hmm_setup.goto(0)


def show(
    preset: str, length: int, seed: int, *, hidden: bool = False, decoded: bool = False,
    **changed: Any,
) -> None:  # fmt: skip
    """A draw worth seeing, from its start or decoded."""
    hmm_setup.show(preset, PRESETS[preset].observations, "posterior", section="Generate", **changed)
    state["hmm_gen_length"], state["hmm_gen_seed"] = length, seed
    state["hmm_gen_show"] = not hidden
    start_over()
    if decoded:
        state["hmm_gen_goto"]["step"] = hmm_setup.LAST


@st.fragment
def generate() -> None:
    problems = hmm_setup.problems()
    if "hmm_gen_goto" not in state:
        start_over()
        state["hmm_gen_goto"] |= {
            "step": frame.checked_whole("hmm_gen_step", 0, hmm_setup.LAST, 0)[0],
            "selected": trellis_run.checked_open(frame.link_value("hmm_gen_open"))[0],
        }
    row = frame.stage_row()
    with row.controls:
        said = hmm_setup.controls(with_sequence=False, with_mode=False)
        length = st.slider(
            "Length", 1, hmm_generate.MAX_LENGTH, hmm_generate.LENGTH, key="hmm_gen_length",
            bind="query-params", on_change=start_over,
        )  # fmt: skip
        frame.problem(problems.get("hmm_gen_length"))
        seed = st.number_input(
            "Seed", 0, hmm_generate.MAX_SEED, 0, key="hmm_gen_seed", bind="query-params",
            on_change=start_over,
        )  # fmt: skip
        frame.problem(problems.get("hmm_gen_seed"))
        hidden = not st.toggle(
            "Show the drawn states", value=True, key="hmm_gen_show", bind="query-params"
        )
        st.button("Draw another", key="hmm_gen_next", on_click=draw_another)
    with st.container(key="hmm_tables_row"):
        tables = hmm_setup.tables(said["preset"])
    setup = hmm_setup.setup(said, tables)
    found = hmm_generate.generate(setup.preset, setup.tables, int(length), int(seed))
    prepared = hmm_generate.payload(found, hidden=hidden)
    with row.stage:
        if setup.stale:
            st.info("Drawn from the last valid model.")
        view = trellis(
            prepared, goto=state["hmm_gen_goto"], key="hmm_generated", on_edit=hmm_setup.edited
        )
    state["hmm_gen_goto"] = {
        "token": state["hmm_gen_goto"]["token"],
        "step": view.step,
        "selected": list(view.selected) if view.selected else None,
    }
    at = view.selected
    frame.set_link(
        {
            "hmm_gen_step": view.step or None,
            "hmm_gen_open": f"{at[0] + 1}.{at[1] + 1}" if at else None,
        }
    )
    decoded = view.step > 2 * len(found.states)
    with row.inspector:
        frame.problem(problems.get("hmm_gen_step"))
        frame.problem(problems.get("hmm_gen_open"))
        if at and not hidden:
            frame.inspect(hmm_generate.opened(found, *at))
        elif hidden:
            st.caption("The drawn states are hidden: show them to open a draw.")
        else:
            st.caption(
                "Click a node to open how its column's state was drawn. Drag an arrow's dot: the "
                "same random numbers draw from the new model."
            )
        if decoded:
            st.dataframe(hmm_generate.accuracy(found), hide_index=True)
            st.caption(hmm_generate.expected_text(found))
        else:
            st.caption("After the last column: both decoders, and which states they recover.")
        st.button(
            "Read it on Watch", key="hmm_gen_read", on_click=read_it,
            args=(hmm_generate.as_text(found),),
        )  # fmt: skip
