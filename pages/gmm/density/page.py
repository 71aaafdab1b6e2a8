"""Density estimation on a line: bells, kernels and bars on the same points, held out alike."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import measurements
from genmodels.kit import frame
from genmodels.kit.opened import plain
from pages.gmm.density import case as density_run
from pages.gmm.density import figures
from pages.gmm.density import stage as density_stage_run
from pages.gmm.density import take_away as export
from pages.gmm.density.case import MAX_K, VARIANCES, Setup, Smoothing
from pages.gmm.density.density_stage import density_stage

DEFAULTS: dict[str, Any] = {
    "gmmd_data": "Eruptions",
    "gmmd_k": 2,
    "gmmd_var": "own",
    "gmmd_seed": 0,
    "gmmd_bins": 20,
    "gmmd_h": 100,
}
NAMES = {measurements.load(name).title: name for name in measurements.MEASUREMENTS}

problems = frame.link_problems(
    "gmmd",
    {
        "gmmd_data": frame.checked_choice("gmmd_data", NAMES, "Eruptions"),
        "gmmd_k": frame.checked_whole("gmmd_k", 1, MAX_K, 2),
        "gmmd_var": frame.checked_choice("gmmd_var", VARIANCES, "own"),
        "gmmd_seed": frame.checked_whole("gmmd_seed", 0, 9999, 0),
        "gmmd_bins": frame.checked_whole("gmmd_bins", 2, 80, 20),
        "gmmd_h": frame.checked_whole("gmmd_h", 10, 300, 100),
        "gmmd_step": density_stage_run.checked_step(frame.link_value("gmmd_step")),
        "gmmd_x": density_stage_run.checked_x(frame.link_value("gmmd_x")),
    },
)


def goto(step: int | None = None, x: float | None = None) -> None:
    """Move the stage: to a frame, None for the last; the cursor to a place, None for nowhere."""
    st.session_state["gmmd_goto"] = {
        "token": uuid.uuid4().hex,
        "frame": -1 if step is None else step,
        "x": x,
    }


if "gmmd_goto" not in st.session_state:
    goto(
        density_stage_run.checked_step(frame.link_value("gmmd_step"))[0],
        density_stage_run.checked_x(frame.link_value("gmmd_x"))[0],
    )


def start_over() -> None:
    """Another fit, shown at its end; the cursor stays where the data do."""
    x = frame.link_value("gmmd_x")
    goto(x=density_stage_run.checked_x(x)[0])


def other_data() -> None:
    goto()


def show(step: int | None = None, x: float | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    goto(step, x)


TRIES = [
    frame.Try(
        "A spike",
        "Six bells on 82 galaxies. The likelihood rises; what will held-out galaxies say?",
        lambda: show(gmmd_data="Galaxies", gmmd_k=6),
    ),
    frame.Try(
        "EM from its start",
        "Both bells begin as wide as the data. Play it: which part do they fit first?",
        lambda: show(0, gmmd_k=2),
    ),
    frame.Try(
        "Fine bars",
        "Eighty bins show more. What is the held-out likelihood once a bin is empty?",
        lambda: show(gmmd_data="Waiting", gmmd_k=2, gmmd_bins=80),
    ),
    frame.Try(
        "One width for all",
        "Short eruptions vary less than long ones. What if both bells must be as wide?",
        lambda: show(gmmd_k=2, gmmd_var="shared", x=2.0),
    ),
]

frame.header(
    "Density estimation",
    "How probable is each value? Bells under one sum, a kernel on every point, or bars.",
    r"p(x)=\sum_k\pi_k\,\mathcal N(x;\mu_k,\sigma_k^2)",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.2, 2.8))
    bound: dict[str, Any] = {"bind": "query-params"}
    with row.controls:
        title = st.selectbox("Data", list(NAMES), key="gmmd_data", on_change=other_data, **bound)
        frame.problem(problems.get("gmmd_data"))
        K = st.slider("Components $K$", 1, MAX_K, 2, key="gmmd_k", on_change=start_over, **bound)
        frame.problem(problems.get("gmmd_k"))
        variance = st.segmented_control(
            "Variance",
            list(VARIANCES),
            default="own",
            required=True,
            key="gmmd_var",
            on_change=start_over,
            **bound,
        )
        frame.problem(problems.get("gmmd_var"))
        seed = st.number_input("Seed", 0, 9999, 0, key="gmmd_seed", on_change=start_over, **bound)
        frame.problem(problems.get("gmmd_seed"))
        percent = st.slider("Bandwidth, % of Silverman's", 10, 300, 100, key="gmmd_h", **bound)
        frame.problem(problems.get("gmmd_h"))
        bins = st.slider("Bins", 2, 80, 20, key="gmmd_bins", **bound)
        frame.problem(problems.get("gmmd_bins"))
    setup = Setup(NAMES[title], K, variance or "own", int(seed))
    smoothing = Smoothing(bins, percent)
    data = measurements.load(setup.data)
    prepared, asked = density_stage_run.prepared(setup), st.session_state["gmmd_goto"]
    with row.stage:
        view = density_stage(
            prepared,
            density_stage_run.behind(setup, smoothing),
            goto={**asked, "x": density_stage_run.snapped(setup, asked["x"])},
            key="gmmd_stage",
        )
        st.caption(frame.plain_text(data.source.caption()))
    at_end = view.frame == len(prepared["iterations"]) - 1
    frame.set_link(
        {
            "gmmd_step": None if at_end else view.frame,
            "gmmd_x": None if view.x is None else f"{view.x:.7g}",
        }
    )
    with row.inspector:
        frame.problem(problems.get("gmmd_step"))
        frame.problem(problems.get("gmmd_x"))
        numbers = density_stage_run.openable(setup, smoothing, view)
        tab = st.pills(
            "Open a number",
            list(numbers),
            default=next(iter(numbers)) if view.x is not None else None,
            key=f"gmmd_tab_{view.x is None}",
            label_visibility="collapsed",
        )
        if tab:
            frame.inspect(numbers[tab]())
        else:
            st.caption("Drag across the stage to open p(x) at a place.")
        st.caption(f"Bandwidth h = {plain(density_run.bandwidth(data, smoothing))} {data.unit}.")
    below = st.container()  # filled last: its 80 fits must not hold up what stands under it
    frame.try_this("gmmd", TRIES)
    st.markdown("**Take away.**")
    files = [
        ("Model (JSON)", "density.json", "application/json", export.model_json),
        ("Curves (CSV)", "density.csv", "text/csv", export.curves_csv),
        ("Picture (SVG)", "density.svg", "image/svg+xml", export.svg),
        ("Script (Python)", "density.py", "text/x-python", export.script),
    ]
    frame.take_away(
        "gmmd",
        [
            frame.Download(label, name, mime, partial(make, setup, smoothing))
            for label, name, mime, make in files
        ],
    )
    with below:
        st.markdown("**Held out:** ten folds, each point scored by what the other nine gave.")
        with st.spinner("Fitting the folds …"):
            comparison = density_run.compare(setup, smoothing)
        st.plotly_chart(
            figures.held_out(comparison, K),
            key="gmmd_held_out",
            config={"displaylogo": False, "toImageButtonOptions": {"format": "svg"}},
        )
        if comparison.empty:
            st.caption(
                f"Histogram: −∞. {comparison.empty} held-out points fell into bins that their "
                "training points left empty: the bars call impossible what happened."
            )


watch()
