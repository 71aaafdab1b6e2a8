"""Against k-means: the same data and start, a hard label beside soft responsibilities."""

import uuid
from typing import Any

import streamlit as st

from genmodels.datasets import clustering
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame
from pages.gmm.kmeans import against_kmeans
from pages.gmm.kmeans.mixture_compare import mixture_compare

DEFAULTS = {
    "gmmk_data": "Stretched blobs",
    "gmmk_k": 3,
    "gmmk_cov": "full",
    "gmmk_init": "k-means++",
    "gmmk_seed": 7,
    "gmmk_z": False,
}
STARTS = ["k-means++", "random"]
NAMES = {clustering.load(name).title: name for name in against_kmeans.DATA}

problems = frame.link_problems(
    "gmmk",
    {
        "gmmk_data": frame.checked_choice("gmmk_data", NAMES, "Stretched blobs"),
        "gmmk_k": frame.checked_whole("gmmk_k", 1, 10, 3),
        "gmmk_cov": frame.checked_choice("gmmk_cov", COVARIANCE_TYPES, "full"),
        "gmmk_init": frame.checked_choice("gmmk_init", STARTS, "k-means++"),
        "gmmk_seed": frame.checked_whole("gmmk_seed", 0, 9999, 7),
        "gmmk_z": frame.checked_choice("gmmk_z", ["true", "false"], "false"),
        "gmmk_step": frame.checked_whole("gmmk_step", 0, 400, 0),
        "gmmk_probe": against_kmeans.checked_probe(frame.link_value("gmmk_probe")),
    },
)


def goto(step: int, probe: tuple[float, float] | None = None) -> None:
    """Move the widget, now and in the link."""
    place = list(probe) if probe else None
    st.session_state["gmmk_goto"] = {"token": uuid.uuid4().hex, "step": step, "probe": place}


if "gmmk_goto" not in st.session_state:
    goto(
        frame.checked_whole("gmmk_step", 0, 400, 0)[0],
        against_kmeans.checked_probe(frame.link_value("gmmk_probe"))[0],
    )


def start_over() -> None:
    goto(0)


def show(step: int = 0, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    goto(step)


frame.header(
    "Against k-means",
    "k-means gives each point to its nearest centre; the mixture shares it out.",
    r"z=\arg\min_k|x-c_k|^2 \quad\text{against}\quad "
    r"\gamma_k=\frac{\pi_k\,\mathcal N(x;\mu_k,\Sigma_k)}"
    r"{\sum_j\pi_j\,\mathcal N(x;\mu_j,\Sigma_j)}",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.2, 2.6))
    bound: dict[str, Any] = {"bind": "query-params", "on_change": start_over}
    with row.controls:
        names = list(NAMES)
        title = st.selectbox("Data", names, index=0, key="gmmk_data", **bound)
        frame.problem(problems.get("gmmk_data"))
        K = st.slider("Clusters $K$", 1, 10, 3, key="gmmk_k", **bound)
        frame.problem(problems.get("gmmk_k"))
        covariance = st.selectbox("Covariance", COVARIANCE_TYPES, key="gmmk_cov", **bound)
        frame.problem(problems.get("gmmk_cov"))
        init = st.selectbox("Start", STARTS, key="gmmk_init", **bound)
        frame.problem(problems.get("gmmk_init"))
        seed = st.number_input("Seed", 0, 9999, 7, key="gmmk_seed", **bound)
        frame.problem(problems.get("gmmk_seed"))
        standardise = st.toggle("Standardise", key="gmmk_z", **bound)
        frame.problem(problems.get("gmmk_z"))

    setup = against_kmeans.Setup(
        NAMES[title], K, covariance, init or "k-means++", int(seed), standardise
    )
    comparison = against_kmeans.compare(setup)
    with row.stage:
        frame.problem(comparison.message)
        view = mixture_compare(
            comparison.payload, goto=st.session_state["gmmk_goto"], key="gmmk_compare"
        )
        st.caption(setup.points.source.caption())
        if setup.name == "old_faithful" and not standardise:
            st.caption(
                "Waits differ by tens of minutes, eruptions by single ones: squared distances hear "
                "only the waits, and k-means cuts almost along one axis. The full mixture has its "
                "own scale for each direction."
            )
    moved = view.probe if view.probe != comparison.probe else None
    frame.set_link({"gmmk_step": view.step or None, "gmmk_probe": against_kmeans.probe_text(moved)})
    with row.inspector:
        for field in ("gmmk_step", "gmmk_probe"):
            frame.problem(problems.get(field))
        openable = against_kmeans.openable(comparison, view)
        tab = st.pills(
            "Open a number",
            list(openable),
            default="γ",
            key=f"gmmk_tab_{view.step > 0}_{setup.points.labels is None}",
            label_visibility="collapsed",
        )
        if tab:
            frame.inspect(openable[tab]())
        else:
            st.caption("Drag the probe on either side, or hold it with p and use the arrows.")
        st.caption(comparison.summary)
        st.markdown("**Take away.**")
        files = against_kmeans.files(comparison)
        frame.take_away("gmmk", [frame.Download(*file) for file in files])


watch()
frame.try_this(
    "gmmk",
    [
        frame.Try(
            "Unequal sizes",
            "A wide crowd beside two small groups. Where will k-means cut the crowd?",
            lambda: show(400, gmmk_data="Unequal blobs", gmmk_seed=4),
        ),
        frame.Try(
            "Round blobs",
            "Three round groups of one size. How many points will the two disagree on?",
            lambda: show(400, gmmk_data="Round blobs", gmmk_seed=1),
        ),
        frame.Try(
            "Units",
            "Minutes of waiting are the larger numbers. Which way will k-means cut, and what does "
            "*Standardise* change?",
            lambda: show(400, gmmk_data="Old Faithful", gmmk_k=2, gmmk_seed=0),
        ),
        frame.Try(
            "Both fail",
            "The default's bells from another start. Is the mixture always right?",
            lambda: show(400, gmmk_data="Stretched blobs", gmmk_seed=0),
        ),
    ],
)
