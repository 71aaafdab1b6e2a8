"""The Gaussian mixture: watch EM in half steps."""

import json
import uuid
from typing import Any

import streamlit as st

from genmodels import frame
from genmodels.datasets import clustering
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.runs import mixture_run
from genmodels.widgets.em_player import em_player

DEFAULTS = {
    "gmm_data": "Old Faithful",
    "gmm_k": 2,
    "gmm_cov": "full",
    "gmm_init": "k-means++",
    "gmm_seed": 0,
}
STARTS = ["k-means++", "random"]
NAMES = {clustering.load(name).title: name for name in clustering.DATASETS}

# What the link says wrong is told beside its field; the rest of the link still holds.
problems = frame.link_problems(
    "gmm",
    {
        "gmm_data": frame.checked_choice("gmm_data", NAMES, "Old Faithful"),
        "gmm_k": frame.checked_whole("gmm_k", 1, 10, 2),
        "gmm_cov": frame.checked_choice("gmm_cov", COVARIANCE_TYPES, "full"),
        "gmm_init": frame.checked_choice("gmm_init", STARTS, "k-means++"),
        "gmm_seed": frame.checked_whole("gmm_seed", 0, 9999, 0),
        "gmm_step": frame.checked_whole("gmm_step", 0, 400, 0),
        "gmm_means": mixture_run.checked_means(frame.link_value("gmm_means")),
        "gmm_open": mixture_run.checked_open(frame.link_value("gmm_open")),
    },
)


def goto(step: int, selected: dict[str, Any] | None = None) -> None:
    """Move the player, now and in the link."""
    st.session_state["gmm_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


if "gmm_goto" not in st.session_state:
    goto(
        frame.checked_whole("gmm_step", 0, 400, 0)[0],
        mixture_run.checked_open(frame.link_value("gmm_open"))[0],
    )
    st.session_state["gmm_means"] = mixture_run.checked_means(frame.link_value("gmm_means"))[0]


def forget_means() -> None:
    """Another set-up: dragged means belonged to the old one."""
    st.session_state["gmm_means"] = None
    goto(0)


def show(step: int = 0, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    st.session_state["gmm_means"] = settings.get("gmm_means")
    goto(step)


frame.header(
    "Gaussian mixture",
    "Each point was drawn from one of $K$ bells; which one is hidden.",
    r"p(x)=\sum_{k=1}^{K}\pi_k\,\mathcal N(x;\mu_k,\Sigma_k)",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row()
    with row.controls:
        title = st.selectbox(
            "Data", list(NAMES), key="gmm_data", bind="query-params", on_change=forget_means
        )
        frame.problem(problems.get("gmm_data"))
        K = st.slider(
            "Components $K$", 1, 10, 2, key="gmm_k", bind="query-params", on_change=forget_means
        )
        frame.problem(problems.get("gmm_k"))
        covariance = st.selectbox(
            "Covariance",
            COVARIANCE_TYPES,
            key="gmm_cov",
            bind="query-params",
            on_change=forget_means,
        )
        frame.problem(problems.get("gmm_cov"))
        init = st.segmented_control(
            "Start",
            STARTS,
            default="k-means++",
            required=True,
            key="gmm_init",
            bind="query-params",
            on_change=forget_means,
        )
        frame.problem(problems.get("gmm_init"))
        seed = st.number_input(
            "Seed", 0, 9999, 0, key="gmm_seed", bind="query-params", on_change=forget_means
        )
        frame.problem(problems.get("gmm_seed"))
        density = st.toggle("Density", key="gmm_density", bind="query-params")
        if st.session_state["gmm_means"] is not None:
            st.button("Undo dragged means", on_click=forget_means)

    name = NAMES[title]
    points = clustering.load(name)
    means = st.session_state["gmm_means"]
    run = mixture_run.run(
        name, K, covariance, init or "k-means++", int(seed), mixture_run.frozen(means), density
    )
    with row.stage:
        frame.problem(run.message)
        view = em_player(run.payload, goto=st.session_state["gmm_goto"], key="gmm_player")
        st.caption(points.source.caption())
    if view.means is not None and view.means != means:
        st.session_state["gmm_means"] = view.means
        goto(0)
        st.rerun(scope="fragment")
    frame.set_link(
        {
            "gmm_step": view.step or None,
            "gmm_open": f"{view.selected.kind}:{view.selected.index}" if view.selected else None,
            "gmm_means": json.dumps([[round(v, 6) for v in m] for m in means]) if means else None,
        }
    )
    with row.inspector:
        for field in ("gmm_step", "gmm_open", "gmm_means"):
            frame.problem(problems.get(field))
        openable = mixture_run.openable(run, points.X, view)
        selection = next(iter(openable)) not in mixture_run.ALWAYS
        if not selection:
            st.caption(
                "Click a point for its responsibilities, or a mean for the sums of its M-step. "
                "Keys on the stage: n, p for points, m for means."
            )
        tab = st.pills(
            "Open a number",
            list(openable),
            default=next(iter(openable)) if selection else None,
            key=f"gmm_tab_{view.selected}",
            label_visibility="collapsed",
        )
        if tab:
            frame.inspect(openable[tab]())
        st.caption(run.summary)


watch()
frame.try_this(
    "gmm",
    [
        frame.Try(
            "A bad start",
            "Two starts, same data, same $K$. Must EM end in the same place?",
            lambda: show(gmm_data="Round blobs", gmm_k=3, gmm_init="random", gmm_seed=6),
        ),
        frame.Try(
            "Tied, three components",
            "One shared shape for all ellipses: will the best $K$ change?",
            lambda: show(gmm_data="Old Faithful", gmm_k=3, gmm_cov="tied", step=400),
        ),
        frame.Try(
            "Two moons",
            "Can two bells follow two bent shapes?",
            lambda: show(gmm_data="Two moons", gmm_k=2, step=400),
        ),
        frame.Try(
            "Vowels",
            "Ten vowels were spoken. Will ten ellipses find them from F1 and F2 alone?",
            lambda: show(gmm_data="Vowels", gmm_k=10),
        ),
    ],
)
