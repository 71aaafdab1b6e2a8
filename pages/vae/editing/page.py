"""Editing: sliders for slant, thickness, width and height of a digit, found by regression."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.vae.directions import ATTRIBUTES
from pages.vae import digit_choice
from pages.vae import editing_opened as arithmetic
from pages.vae.editing import case as run
from pages.vae.editing import edit_sliders, figures
from pages.vae.editing.edit_sliders import Moved

START, BAD = edit_sliders.from_link(frame.link_value("ved_t"), frame.link_value("ved_held"))
FIRST = 5
PROBLEMS = frame.link_problems(
    "ved",
    {
        **digit_choice.checks("ved", default=FIRST),
        "ved_model": frame.checked_choice("ved_model", run.MODELS, "mnist-16"),
        "ved_strip": frame.checked_choice("ved_strip", ATTRIBUTES, ATTRIBUTES[0]),
        **BAD,
    },
)


def goto(moved: Moved, **settings: Any) -> None:
    """Put the sliders where `moved` says."""
    st.session_state.update(settings)
    st.session_state["ved_start"], st.session_state["ved_start_id"] = moved, uuid.uuid4().hex


def show(index: int, moved: Moved, **settings: Any) -> None:
    """A state worth seeing: a test digit with its sliders."""
    digit_choice.put_test("ved", index)
    goto(moved, ved_model=settings.pop("model", "mnist-16"), **settings)


if "ved_start" not in st.session_state:
    goto(START)

frame.header(
    "Editing",
    "A direction of $z$ along which a measured attribute grows: move a digit there, decode.",
    r"\hat v_k=c_k+w_k\cdot z,\qquad z\leftarrow\mu(x)+\textstyle\sum_k t_k\,s_k",
)


@st.fragment
def editing() -> None:
    row = frame.stage_row((2.2, 6.4, 2.8))
    with row.controls:
        digit = digit_choice.choose_digit("ved", default=FIRST)
        digit_choice.problems("ved", PROBLEMS)
        model = st.radio("Model", run.MODELS, index=1, key="ved_model", bind="query-params")
        for name in ("ved_model", "ved_t", "ved_held"):
            frame.problem(PROBLEMS.get(name))
    start, start_id = st.session_state["ved_start"], st.session_state["ved_start_id"]
    pixels = digit.x.tobytes()
    with row.stage:
        prepared = edit_sliders.payload(digit.x, run.back(model, pixels), model, start, start_id)
        edit_sliders.edit_sliders(prepared, key="ved_sliders")
        moved = edit_sliders.moved(st.session_state.get("ved_sliders"), start, start_id)
        strip = st.segmented_control(
            "One attribute from −3 to +3",
            ATTRIBUTES,
            default=ATTRIBUTES[0],
            required=True,
            key="ved_strip",
            bind="query-params",
        )
        frame.problem(PROBLEMS.get("ved_strip"))
        k = ATTRIBUTES.index(strip or ATTRIBUTES[0])
        st.plotly_chart(
            figures.film(run.strip(model, pixels, k, moved.held)), key="ved_film", config=CONFIG
        )
        st.caption(frame.plain_text(f"{digit.source}. {mnist.SOURCE.caption()}"))
    frame.set_link(edit_sliders.to_link(moved))
    st.session_state["ved_now"] = (model, pixels, moved.t, moved.held)
    with row.inspector:
        one, found = run.edited(model, pixels, moved.t, moved.held), run.found(model)
        at = int(moved.opened[-1]) if moved.opened else k
        name = ATTRIBUTES[at]
        openable = {
            f"{name}": arithmetic.predicted(found, one, at),
            "its step": arithmetic.step(found, moved.held, at),
        }
        tab = st.pills(
            "Open a number",
            list(openable),
            default=name,
            key=f"ved_tab_{at}",
            label_visibility="collapsed",
        )
        frame.inspect(openable[tab] if tab else None, "Click a predicted number to open it.")
        st.markdown("**How much of each attribute the latents tell**")
        st.plotly_chart(figures.explained(found), key="ved_r2", config=CONFIG)


editing()
frame.try_this(
    "ved",
    [
        frame.Try(
            "Lean it",
            "Slant +2 standard deviations, the rest held: does the 7 stay a 7?",
            partial(show, 0, Moved((2.0, 0.0, 0.0, 0.0))),
        ),
        frame.Try(
            "Make it bold",
            "Predicted and measured thickness: do they still agree at +3?",
            partial(show, 0, Moved((0.0, 3.0, 0.0, 0.0)), ved_strip="thickness"),
        ),
        frame.Try(
            "Nothing held",
            "Wider digits, whatever goes with it: what else changes?",
            partial(show, 5, Moved((0.0, 0.0, 2.0, 0.0), held=False), ved_strip="width"),
        ),
        frame.Try(
            "Only two latents",
            "Four attributes, two numbers: can each be moved alone?",
            partial(show, 0, Moved((2.0, 0.0, 0.0, 0.0)), model="mnist-2d"),
        ),
    ],
)
st.markdown("**Take away.** The record and the script belong together.")
now = st.session_state["ved_now"]
frame.take_away(
    "ved",
    [
        frame.Download(
            "Record (JSON)", "edit.json", "application/json", partial(run.record_json, *now)
        ),
        frame.Download(
            "Steps (CSV)", "steps.csv", "text/csv", partial(run.steps_csv, now[0], now[3])
        ),
        frame.Download(
            "Pictures (SVG)", "edit.svg", "image/svg+xml", partial(run.picture_svg, *now)
        ),
        frame.Download("NumPy script", "edit.py", "text/x-python", partial(run.script, *now)),
    ],
)
