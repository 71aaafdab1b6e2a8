"""The left column that all sections of the mixture's page share, and its part of the link."""

import json
import uuid
from typing import Any

import streamlit as st

from genmodels.datasets import clustering
from genmodels.gmm import COVARIANCE_TYPES, Start
from genmodels.kit import frame, own_data
from pages.gmm import mixture_run
from pages.gmm.choose_k import CRITERIA
from pages.gmm.em.restarts import STARTS as STARTS_RUN
from pages.gmm.em.sampling import COUNTS
from pages.gmm.mixture_run import Setup

SECTIONS = ["Watch", "Guarantee", "Choose K", "Restarts", "Sample", "Break", "Take away"]
STARTS: list[Start] = ["k-means++", "random"]
FLOORS = {"0": 0.0, "1e-6": 1e-6, "0.001": 1e-3, "0.01": 0.01, "0.1": 0.1, "1": 1.0}
NAMES = {
    **{clustering.load(name).title: name for name in clustering.DATASETS},
    own_data.TITLE: "own",
}
DEFAULTS: dict[str, Any] = {
    "gmm_data": "Old Faithful",
    "gmm_std": False,
    "gmm_k": 2,
    "gmm_cov": "full",
    "gmm_init": "k-means++",
    "gmm_seed": 0,
    "gmm_floor": "1e-6",
}
FOLLOWED = {"K": "gmm_k", "covariance": "gmm_cov", "seed": "gmm_seed"}
"""Controls whose change the player hears of in the browser, before the rerun."""
RUNS = ["best", "worst", *(str(i) for i in range(STARTS_RUN))]
OWN_WAYS = ["Click", "Paste", "File"]
_PROBLEMS: dict[str, str] = {}


def read_link() -> dict[str, str]:
    """What the link says, checked before any widget is made; messages by field."""
    problems = frame.link_problems(
        "gmm",
        {
            "gmm_section": frame.checked_choice("gmm_section", SECTIONS, SECTIONS[0]),
            "gmm_data": frame.checked_choice("gmm_data", NAMES, "Old Faithful"),
            "gmm_k": frame.checked_whole("gmm_k", 1, 10, 2),
            "gmm_cov": frame.checked_choice("gmm_cov", COVARIANCE_TYPES, "full"),
            "gmm_init": frame.checked_choice("gmm_init", STARTS, "k-means++"),
            "gmm_seed": frame.checked_whole("gmm_seed", 0, 9999, 0),
            "gmm_floor": frame.checked_choice("gmm_floor", FLOORS, "1e-6"),
            "gmm_own": frame.checked_choice("gmm_own", OWN_WAYS, "Click"),
            "gmm_by": frame.checked_choice("gmm_by", CRITERIA, "BIC"),
            "gmm_draws": frame.checked_choice("gmm_draws", map(str, COUNTS), "100"),
            "gmm_draw_seed": frame.checked_whole("gmm_draw_seed", 0, 9999, 0),
            "gmm_draw": frame.checked_whole("gmm_draw", 0, 1000, 0),
            "gmm_left": frame.checked_choice("gmm_left", RUNS, "best"),
            "gmm_right": frame.checked_choice("gmm_right", RUNS, "worst"),
            "gmm_step": frame.checked_whole("gmm_step", 0, 400, 0),
            "gmm_means": mixture_run.checked_means(frame.link_value("gmm_means")),
            "gmm_open": mixture_run.checked_open(frame.link_value("gmm_open")),
            "gmm_points": own_data.checked_points(frame.link_value("gmm_points")),
        },
    )
    if "gmm_goto" not in st.session_state:
        goto(
            frame.checked_whole("gmm_step", 0, 400, 0)[0],
            mixture_run.checked_open(frame.link_value("gmm_open"))[0],
        )
        st.session_state["gmm_means"] = mixture_run.checked_means(frame.link_value("gmm_means"))[0]
        points = own_data.checked_points(frame.link_value("gmm_points"))[0]
        st.session_state["gmm_clicked"] = points or []
        st.session_state["gmm_own_table"] = None
    return problems


def goto(step: int, selected: dict[str, Any] | None = None) -> None:
    """Move the player, now and in the link."""
    st.session_state["gmm_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


def forget_means() -> None:
    """Another set-up: dragged means belonged to the old one."""
    st.session_state["gmm_means"] = None
    goto(0)


def show(step: int = 0, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    st.session_state["gmm_means"] = settings.get("gmm_means")
    goto(step)


def controls() -> Setup:
    """Data, K, covariance, start, seed and the variances' floor; what they add up to."""
    problems = st.session_state.get("gmm_link_problems", {})

    def told(field: str) -> None:
        frame.problem(problems.get(field))

    title = st.selectbox(
        "Data", list(NAMES), key="gmm_data", bind="query-params", on_change=forget_means
    )
    told("gmm_data")
    told("gmm_section")
    points = _own() if title == own_data.TITLE else clustering.load(NAMES[title])
    # A slider would wait 200 ms for more keys before it tells.
    K = st.number_input(
        "Components $K$", 1, 10, 2, key="gmm_k", bind="query-params", on_change=forget_means
    )
    told("gmm_k")
    different = own_data.distinct(points.X)
    if different < K:
        frame.problem(
            f"K must be at most the number of different points, {different}; it is {K}. "
            f"Fitted: K = {different}."
        )
        K = different
    covariance = st.selectbox(
        "Covariance", COVARIANCE_TYPES, key="gmm_cov", bind="query-params", on_change=forget_means
    )
    told("gmm_cov")
    init = st.segmented_control(
        "Start",
        STARTS,
        default="k-means++",
        required=True,
        key="gmm_init",
        bind="query-params",
        on_change=forget_means,
    )
    told("gmm_init")
    seed = st.number_input(
        "Seed", 0, 9999, 0, key="gmm_seed", bind="query-params", on_change=forget_means
    )
    told("gmm_seed")
    floor = st.select_slider(
        "Added to variances",
        list(FLOORS),
        value="1e-6",
        key="gmm_floor",
        bind="query-params",
        on_change=forget_means,
        help="Keeps a component from collapsing on one point. At 0 nothing does.",
    )
    told("gmm_floor")
    standardise = st.toggle(
        "Standardise",
        key="gmm_std",
        bind="query-params",
        on_change=forget_means,
        help="Each column less its mean, in standard deviations.",
    )
    if standardise:
        points = clustering.standardised(points)
    reg_covar = FLOORS[floor]
    if reg_covar == 0 and mixture_run.flat(points):
        frame.problem(
            "With 0 added, points on one line have no bell to start from. Added instead: 1e-6."
        )
        reg_covar = mixture_run.REGULARISATION
    means = st.session_state["gmm_means"]
    if means is not None:
        st.button("Undo dragged means", on_click=forget_means)
    return Setup(
        points,
        int(K),
        covariance,
        init or "k-means++",
        int(seed),
        mixture_run.frozen(means),
        reg_covar,
    )


def ahead() -> Setup | None:
    """The set-up that `controls` will come to, read from the state before they are drawn.

    A stage drawn first reaches the reader first. None on a first visit, and for own data, whose
    fields have more to say.
    """
    state = st.session_state
    if state.get("gmm_data") not in NAMES or state["gmm_data"] == own_data.TITLE:
        return None
    if any(state.get(key) is None for key in DEFAULTS):
        return None
    points = clustering.load(NAMES[state["gmm_data"]])
    if state["gmm_std"]:
        points = clustering.standardised(points)
    return Setup(
        points,
        int(state["gmm_k"]),
        state["gmm_cov"],
        state["gmm_init"],
        int(state["gmm_seed"]),
        mixture_run.frozen(state["gmm_means"]),
        FLOORS[state["gmm_floor"]],
    )


def link_state() -> None:
    """What has no widget of its own, into the link; own points as far as they fit."""
    means = st.session_state["gmm_means"]
    clicked = st.session_state["gmm_clicked"]
    own = st.session_state.get("gmm_data") == own_data.TITLE
    frame.set_link(
        {
            "gmm_means": json.dumps([[round(v, 6) for v in m] for m in means]) if means else None,
            "gmm_points": own_data.to_link(clicked) if own and clicked else None,
        }
    )


# -- the reader's own points -------------------------------------------------------------------


def editing() -> bool:
    """Whether the stage is for clicking points."""
    state = st.session_state
    return state.get("gmm_data") == own_data.TITLE and state.get("gmm_own") == "Click"


def place_points(points: list[list[float]]) -> None:
    """Points clicked, pasted or uploaded take the place of those before."""
    st.session_state["gmm_clicked"] = points
    st.session_state["gmm_own_set"] = None
    forget_means()


def _own() -> clustering.PointSet:
    """The reader's points, or Old Faithful, said so, until there are two."""
    st.segmented_control(
        "Bring points", OWN_WAYS, default="Click", required=True, key="gmm_own", bind="query-params"
    )
    frame.problem(st.session_state.get("gmm_link_problems", {}).get("gmm_points"))
    frame.problem(st.session_state.get("gmm_link_problems", {}).get("gmm_own"))
    way = st.session_state.get("gmm_own") or "Click"
    if way == "Paste":
        with st.form("gmm_paste_form", border=False):
            text = st.text_area(
                "Two columns", key="gmm_pasted", height=120, placeholder="x, y\n1.2, 3.4\n2.0, 3.1"
            )
            if st.form_submit_button("Use these points"):
                _take_table(lambda: own_data.read_table(text[: own_data.MAX_BYTES]))
    elif way == "File":
        file = st.file_uploader("A CSV file", type=["csv", "tsv", "txt"], key="gmm_file")
        if file is not None and st.session_state.get("gmm_file_seen") != file.file_id:
            st.session_state["gmm_file_seen"] = file.file_id
            _take_table(lambda: own_data.read_table(own_data.decode(file.getvalue())))
    frame.problem(st.session_state.get("gmm_own_problem"))
    table: own_data.Table | None = st.session_state["gmm_own_table"]
    if table is not None and way != "Click":
        _choose_columns(table)
    held: own_data.Own | None = st.session_state.get("gmm_own_set")
    clicked = st.session_state["gmm_clicked"]
    if held is None and len(clicked) >= 2:
        held = own_data.own(own_data.as_array(clicked))
        st.session_state["gmm_own_set"] = held
    if held is None:
        st.caption("No two points of yours yet. Fitted meanwhile: Old Faithful.")
        return clustering.load("old_faithful")
    for note in held.notes:
        st.caption(frame.plain_text(note) + ".")
    if len(own_data.to_link(held.points.X)) > frame.MAX_LINK_VALUE:
        st.caption("These are too many points for the link: it opens without them.")
    return held.points


def _take_table(read: Any) -> None:
    """A new table, or a message; what the reader had stays either way."""
    try:
        table = read()
    except ValueError as error:
        st.session_state["gmm_own_problem"] = str(error)
        return
    st.session_state["gmm_own_problem"] = None
    st.session_state["gmm_own_table"] = table
    for name in ("gmm_own_x", "gmm_own_y"):
        st.session_state.pop(name, None)
    _use_columns(table, 0, 1)


def _choose_columns(table: own_data.Table) -> None:
    columns = range(len(table.columns))

    def use() -> None:
        _use_columns(table, st.session_state["gmm_own_x"], st.session_state["gmm_own_y"])

    across, up = st.columns(2)
    with across:
        st.selectbox(
            "x", columns, format_func=lambda c: table.columns[c], key="gmm_own_x", on_change=use
        )
    with up:
        st.selectbox(
            "y",
            columns,
            index=1,
            format_func=lambda c: table.columns[c],
            key="gmm_own_y",
            on_change=use,
        )
    if table.skipped:
        st.caption("No numbers in: " + frame.plain_text(", ".join(table.skipped)[:200]) + ".")


def _use_columns(table: own_data.Table, x: int, y: int) -> None:
    try:
        held = own_data.points_of(table, x, y)
    except ValueError as error:
        st.session_state["gmm_own_problem"] = str(error)
        return
    st.session_state["gmm_own_problem"] = None
    forget_means()
    st.session_state["gmm_own_set"] = held
    st.session_state["gmm_clicked"] = held.points.X.tolist()
