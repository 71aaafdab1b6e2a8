"""Properties of the latent space, each as an experiment: walks, structure, regularity."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.vae import directions
from genmodels.vae.walks import MODELS, WAYS
from pages.vae.properties import case as run
from pages.vae.properties import figures, latent_walk
from pages.vae.properties import opened as arithmetic
from pages.vae.properties.latent_walk import Pins

SECTIONS = ["Walks", "Structure", "Regularity"]
HOME = Pins((1.4, -1.2), (-0.8, 0.9))
PINS = latent_walk.from_link(frame.link_value("vpr_pins"), HOME)
LAST = mnist.N_SHOWN - 1
PROBLEMS = frame.link_problems(
    "vpr",
    {
        "vpr_section": frame.checked_choice("vpr_section", SECTIONS, SECTIONS[0]),
        "vpr_model": frame.checked_choice("vpr_model", MODELS, "mnist-2d"),
        "vpr_way": frame.checked_choice("vpr_way", WAYS, "linear"),
        "vpr_from": frame.checked_whole("vpr_from", 0, LAST, 0),
        "vpr_to": frame.checked_whole("vpr_to", 0, LAST, 3),
        "vpr_step": frame.checked_whole("vpr_step", 1, run.STEPS - 1, 1),
        "vpr_attribute": frame.checked_choice("vpr_attribute", directions.ATTRIBUTES, "slant"),
        "vpr_left": frame.checked_choice("vpr_left", run.REGULAR, "beta-0"),
        "vpr_right": frame.checked_choice("vpr_right", run.REGULAR, "beta-1"),
        "vpr_pins": (HOME, PINS[1]),
    },
)


def goto(pins: Pins, **settings: Any) -> None:
    """Put the pins where `pins` says."""
    st.session_state.update(settings)
    st.session_state["vpr_start"], st.session_state["vpr_start_id"] = pins, uuid.uuid4().hex


if "vpr_start" not in st.session_state:
    goto(PINS[0])

frame.header(
    "Properties of the latent space",
    "Near codes decode to near pictures, ways between them stay among digits, and few are holes.",
    r"q(z)=\tfrac1N\textstyle\sum_n q(z\mid x_n)\;\approx\;p(z)=\mathcal N(0,I)",
)
section = frame.sections("vpr", SECTIONS)


def told(*names: str) -> None:
    for name in names:
        frame.problem(PROBLEMS.get(name))


def to_digits() -> None:
    """Pins on the two chosen digits' codes."""
    codes = run.codes(st.session_state["vpr_model"])
    ends = [codes[int(st.session_state[name])].tolist() for name in ("vpr_from", "vpr_to")]
    goto(Pins(tuple(ends[0]), tuple(ends[1])))


def other_model() -> None:
    if st.session_state["vpr_model"] == "mnist-2d":
        goto(HOME)
    else:
        st.session_state.setdefault("vpr_from", 0)
        st.session_state.setdefault("vpr_to", 3)
        to_digits()


@st.fragment
def walks() -> None:
    row = frame.stage_row((1.8, 7.0, 2.8))
    with row.controls:
        model = st.radio(
            "Model", MODELS, key="vpr_model", bind="query-params", on_change=other_model
        )
        way = st.radio("Way", WAYS, key="vpr_way", bind="query-params")
        st.number_input(
            "A: test digit", 0, LAST, 0, key="vpr_from", bind="query-params", on_change=to_digits
        )
        st.number_input(
            "B: test digit", 0, LAST, 3, key="vpr_to", bind="query-params", on_change=to_digits
        )
        told("vpr_model", "vpr_way", "vpr_from", "vpr_to", "vpr_step", "vpr_pins", "vpr_section")
    start = st.session_state["vpr_start"]
    if len(start.a) != run.codes(model).shape[1]:  # a link for the other model
        if model == "mnist-2d":
            start = HOME
        else:
            codes = run.codes(model)
            ends = [st.session_state["vpr_from"], st.session_state["vpr_to"]]
            start = Pins(*(tuple(codes[int(i)].tolist()) for i in ends))
        st.session_state["vpr_start"], st.session_state["vpr_start_id"] = start, uuid.uuid4().hex
    start_id = st.session_state["vpr_start_id"]
    pins = latent_walk.pins(st.session_state.get("vpr_walk"), start, start_id)
    with row.stage:
        latent_walk.latent_walk(latent_walk.payload(model, way, start, start_id), key="vpr_walk")
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link(latent_walk.to_link(pins))
    st.session_state["vpr_now"] = (model, pins.a, pins.b, way)
    with row.inspector:
        made = run.walked(model, pins.a, pins.b, way)
        step = st.number_input("Step", 1, run.STEPS - 1, 1, key="vpr_step", bind="query-params")
        openable = {
            "change": arithmetic.change(made, int(step) - 1),
            "middle": arithmetic.middle(made),
        }
        tab = st.pills(
            "Open a number",
            list(openable),
            default="change",
            key="vpr_tab",
            label_visibility="collapsed",
        )
        frame.inspect(openable[tab] if tab else None, "Choose a number above.")


@st.fragment
def structure() -> None:
    row = frame.stage_row((1.8, 7.0, 2.8))
    with row.controls:
        name = st.radio(
            "Attribute", directions.ATTRIBUTES, key="vpr_attribute", bind="query-params"
        )
        told("vpr_attribute")
        st.page_link("vae/editing/page.py", label="Drive it with sliders")
    step, pictures = run.along(name)
    with row.stage:
        st.plotly_chart(
            figures.attribute(run.codes("mnist-2d"), run.measured(name), step, name),
            key="vpr_map",
            config=CONFIG,
        )
        labels = ["−2 sd", "−1.3", "−0.7", "0", "+0.7", "+1.3", "+2 sd"]
        st.plotly_chart(figures.film(pictures, labels), key="vpr_film", config=CONFIG)
        st.caption(
            "Colour: measured on the 2,000 pictures. Arrows: how μ goes, on average over 10,000 "
            "training digits, where the attribute grows (orange) or falls by two standard "
            "deviations; below, what is decoded there."
        )
    with row.inspector:
        from pages.vae import editing_opened as editing

        found = directions.found("mnist-2d")
        k = directions.ATTRIBUTES.index(name)
        frame.inspect(editing.step(found, False, k))
        st.caption(
            f"Two latents explain {100 * float(found.r2[k]):.0f} % of the variance of {name} on "
            "digits that the regression never saw; sixteen explain more: see Editing."
        )


@st.fragment
def regularity() -> None:
    left, right = st.columns(2, gap="medium")
    for side, name, index in ((left, "vpr_left", 0), (right, "vpr_right", 2)):
        with side:
            model = st.segmented_control(
                "KL weight, left" if side is left else "KL weight, right",
                run.REGULAR,
                default=run.REGULAR[index],
                required=True,
                key=name,
                bind="query-params",
            )
            told(name)
            found = run.regular(model or run.REGULAR[index])
            st.plotly_chart(figures.ratio(found), key=f"{name}_map", config=CONFIG)
            st.plotly_chart(figures.draws(found), key=f"{name}_draws", config=CONFIG)
            st.caption("Decoded draws from the prior; framed: those that fell into a hole.")
            with st.container(key=f"inspector_{name}"):
                frame.inspect(arithmetic.holes(found))


if section == "Walks":
    walks()
    frame.try_this(
        "vpr",
        [
            frame.Try(
                "The lecture's two codes",
                "From (1.4, −1.2) to (−0.8, 0.9): which digits lie on the way?",
                partial(goto, HOME, vpr_model="mnist-2d", vpr_way="linear"),
            ),
            frame.Try(
                "A tiny step",
                "A tenth of a unit apart: can anything jump?",
                partial(goto, Pins((0.5, 0.5), (0.6, 0.5)), vpr_model="mnist-2d"),
            ),
            frame.Try(
                "Through the crowd",
                "Is the walk's middle nearer to a real digit than the blend's?",
                partial(goto, Pins((-3.0, -1.5), (2.5, 2.2)), vpr_model="mnist-2d"),
            ),
            frame.Try(
                "Round the middle",
                "Opposite pins, on an arc instead of a line: what is avoided?",
                partial(
                    goto, Pins((0.2, 2.6), (0.4, -2.6)), vpr_model="mnist-2d", vpr_way="spherical"
                ),
            ),
        ],
    )
elif section == "Structure":
    structure()
else:
    regularity()
st.markdown("**Take away.** The walk as it stands, with every model's holes.")
now = st.session_state.get("vpr_now", ("mnist-2d", HOME.a, HOME.b, "linear"))
frame.take_away(
    "vpr",
    [
        frame.Download("Walk (CSV)", "walk.csv", "text/csv", partial(run.walk_csv, *now)),
        frame.Download(
            "Figures (JSON)", "latent.json", "application/json", partial(run.figures_json, *now)
        ),
        frame.Download("Strip (SVG)", "walk.svg", "image/svg+xml", partial(run.strip_svg, *now)),
        frame.Download("NumPy script", "walk.py", "text/x-python", partial(run.script, *now)),
    ],
)
