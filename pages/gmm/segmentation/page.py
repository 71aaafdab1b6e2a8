"""Image segmentation: a mixture over a picture's pixels, with k-means beside it."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import pictures
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame
from pages.gmm.segmentation import case as run
from pages.gmm.segmentation import stage
from pages.gmm.segmentation import take_away as export
from pages.gmm.segmentation.segment_stage import LEFT, RIGHT, View, segment_stage

NAMES = [*pictures.SAMPLES, pictures.OWN]
BOUND: dict[str, Any] = {"bind": "query-params"}
DEFAULTS: dict[str, Any] = {
    "gmms_picture": NAMES[0],
    "gmms_k": 5,
    "gmms_space": "RGB",
    "gmms_pos": False,
    "gmms_weight": 100,
    "gmms_cov": "full",
    "gmms_seed": 0,
    "gmms_em": False,
}

PICTURE = frame.checked_choice("gmms_picture", NAMES, NAMES[0])
LINKED_K = frame.checked_whole("gmms_k", run.K_LEAST, run.K_MOST, 5)
SHOWN = stage.chosen(PICTURE[0], st.session_state.get("gmms_own"))
PLACES = {
    "gmms_left": frame.checked_choice("gmms_left", LEFT, LEFT[0]),
    "gmms_right": frame.checked_choice("gmms_right", RIGHT, RIGHT[0]),
    "gmms_comp": frame.checked_whole("gmms_comp", 1, LINKED_K[0], 1),
    "gmms_wipe": frame.checked_whole("gmms_wipe", 0, 100, 50),
    "gmms_at": stage.checked_pixel(frame.link_value("gmms_at"), (SHOWN.width, SHOWN.height)),
    "gmms_step": frame.checked_whole("gmms_step", 0, 99, 99),
}
problems = frame.link_problems(
    "gmms",
    {
        "gmms_picture": PICTURE,
        "gmms_k": LINKED_K,
        "gmms_space": frame.checked_choice("gmms_space", run.SPACES, "RGB"),
        "gmms_pos": frame.checked_choice("gmms_pos", ("true", "false"), "false"),
        "gmms_weight": frame.checked_whole("gmms_weight", 1, 1000, 100),
        "gmms_cov": frame.checked_choice("gmms_cov", COVARIANCE_TYPES, "full"),
        "gmms_seed": frame.checked_whole("gmms_seed", 0, 9999, 0),
        "gmms_em": frame.checked_choice("gmms_em", ("true", "false"), "false"),
        **PLACES,
    },
)


def goto(view: View) -> None:
    """Move the stage: its layers, its divider, its pixel."""
    st.session_state["gmms_goto"] = {
        "token": uuid.uuid4().hex,
        "left": view.left,
        "right": view.right,
        "component": view.component,
        "wipe": view.wipe,
        "pixel": view.pixel,
        "step": view.step,
    }


if "gmms_goto" not in st.session_state:
    goto(
        View(
            PLACES["gmms_left"][0],
            PLACES["gmms_right"][0],
            PLACES["gmms_comp"][0] - 1,
            PLACES["gmms_wipe"][0],
            PLACES["gmms_at"][0],
            PLACES["gmms_step"][0],
        )
    )


def show(view: View | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    goto(view or View())


frame.header(
    "Image segmentation",
    "Each pixel’s colour was drawn from one of $K$ bells; pixels of one bell are a segment.",
    r"\hat z_n=\arg\max_k\ \pi_k\,\mathcal N(x_n;\mu_k,\Sigma_k)",
)


def upload() -> None:
    """The reader's own picture, or in words why it can't be one; what was there stays."""
    file = st.file_uploader(
        f"A picture, at most {pictures.MAX_BYTES / 1e6:.0f} MB",
        type=list(pictures.SUFFIXES),
        key="gmms_file",
    )
    if file is not None and st.session_state.get("gmms_file_seen") != file.file_id:
        st.session_state["gmms_file_seen"] = file.file_id
        try:
            st.session_state["gmms_own"] = pictures.read(file.getvalue(), file.name)
            st.session_state["gmms_own_problem"] = None
        except ValueError as error:
            before = st.session_state.get("gmms_own")
            stays = " Your earlier picture stays." if before else ""
            st.session_state["gmms_own_problem"] = str(error) + stays
    frame.problem(st.session_state.get("gmms_own_problem"))
    own: pictures.Picture | None = st.session_state.get("gmms_own")
    if own is None:
        st.caption(f"No picture of yours yet; a link can’t bring one. Shown: {NAMES[0]}.")
    else:
        if own.notes:
            st.caption(frame.plain_text(f"Changed: {'; '.join(own.notes)}."))
        st.caption("A link holds every setting here, but not your picture.")


def choose() -> tuple[pictures.Picture, run.Settings]:
    name = st.selectbox("Picture", NAMES, key="gmms_picture", **BOUND)
    frame.problem(problems.get("gmms_picture"))
    if name == pictures.OWN:
        upload()
    K = st.number_input(
        "Components $K$", run.K_LEAST, run.K_MOST, DEFAULTS["gmms_k"], key="gmms_k", **BOUND
    )
    frame.problem(problems.get("gmms_k"))
    space = st.selectbox(
        "Colour space",
        run.SPACES,
        key="gmms_space",
        help="HSV: hue is an angle, so a colour is a place in a cone, (S V cos H, S V sin H, V). "
        "Lab: CIE L\\*a\\*b\\* of sRGB under D65, over 100.",
        **BOUND,
    )
    frame.problem(problems.get("gmms_space"))
    position = st.toggle("Position counts too", key="gmms_pos", **BOUND)
    frame.problem(problems.get("gmms_pos"))
    weight = st.number_input(
        "Its weight, %",
        1,
        1000,
        DEFAULTS["gmms_weight"],
        step=20,
        key="gmms_weight",
        disabled=not position,
        help="At 100 % the picture’s longer side is as long as an axis of colour.",
        **BOUND,
    )
    frame.problem(problems.get("gmms_weight"))
    covariance = st.selectbox("Covariance", COVARIANCE_TYPES, key="gmms_cov", **BOUND)
    frame.problem(problems.get("gmms_cov"))
    seed = st.number_input("Seed", 0, 9999, 0, key="gmms_seed", **BOUND)
    frame.problem(problems.get("gmms_seed"))
    st.toggle(
        "Play EM",
        key="gmms_em",
        help="The whole picture’s segments after EM’s iterations, under a scrubber.",
        **BOUND,
    )
    frame.problem(problems.get("gmms_em"))
    settings = run.Settings(
        int(K),
        space,
        bool(position),
        int(weight) if position else 100,
        covariance,
        int(seed),
    )
    return stage.chosen(name, st.session_state.get("gmms_own")), settings


def against_kmeans(found: run.Segmentation) -> None:
    """Both pictures of mean colours, what they lose, and why that isn't the mixture's aim."""
    st.markdown("**Against k-means**, from the same pixels.")
    one, two, three = st.columns([3, 3, 4], gap="medium")
    parts = ("mixture", found.mixture), ("k-means", found.clusters)
    for column, (name, part) in zip((one, two), parts, strict=True):
        column.image(
            stage.segments_png(found.picture, found.settings, name),
            caption=f"{name}: {stage.decibels(part)}",
            width="stretch",
        )
    with three:
        st.table(stage.compared(found), border="horizontal", hide_index=True)
        st.caption(stage.verdict(found))
        numbers = stage.openable(found)
        tab = st.pills("Open", list(numbers), key="gmms_tab", label_visibility="collapsed")
        if tab:
            frame.inspect(numbers[tab]())


@st.fragment
def page() -> None:
    row = frame.stage_row()
    with row.controls:
        picture, settings = choose()
    found = run.segment(picture, settings)
    playing = bool(st.session_state["gmms_em"])
    with row.stage:
        view = segment_stage(
            stage.stage(picture, settings),
            played=stage.played(picture, settings) if playing else None,
            K=found.K,
            size=(picture.width, picture.height),
            goto=st.session_state["gmms_goto"],
            key="gmms_stage",
        )
        st.caption(frame.plain_text(picture.source.caption()))
    frame.set_link(stage.link_of(view, playing))
    with row.inspector:
        for field in PLACES:
            frame.problem(problems.get(field))
        frame.problem(found.message)
        left, right = st.columns(2)
        left.metric("PSNR, mixture", stage.decibels(found.mixture))
        right.metric("PSNR, k-means", stage.decibels(found.clusters))
        frame.inspect(
            stage.opened_pixel(found, view, playing),
            "Click a pixel to open its responsibilities.",
        )
        st.caption(stage.summary(found))
    against_kmeans(found)
    frame.try_this("gmms", TRIES)
    with st.expander("The segments’ numbers", key="gmms_numbers"):
        st.table(stage.segment_table(found), border="horizontal", hide_index=True)
    st.markdown("**Take away.**")
    frame.take_away(
        "gmms",
        [
            frame.Download(
                "Model (JSON)",
                "segments.json",
                "application/json",
                partial(export.model_json, found),
            ),
            frame.Download(
                "Segments (PNG)",
                "segments.png",
                "image/png",
                partial(stage.segments_png, picture, settings),
            ),
            frame.Download(
                "Segments (CSV)", "segments.csv", "text/csv", partial(export.segments_csv, found)
            ),
            frame.Download(
                "Labels (CSV)", "labels.csv", "text/csv", partial(export.labels_csv, found)
            ),
            frame.Download(
                "Script (Python)", "segments.py", "text/x-python", partial(export.script, found)
            ),
        ],
    )


TRIES = [
    frame.Try(
        "Two bells",
        "Only two components for sky, roofs and trees: where will the border run?",
        lambda: show(gmms_k=2),
    ),
    frame.Try(
        "Place against colour",
        "Position counts four times as much. Whose segments change: the mixture’s or k-means’?",
        lambda: show(View(left="k-means"), gmms_pos=True, gmms_weight=400),
    ),
    frame.Try(
        "Where it is unsure",
        "One component’s soft map: are there greys, or is nearly every pixel sure?",
        lambda: show(View(right="soft map", wipe=30), gmms_picture="flower", gmms_k=4),
    ),
    frame.Try(
        "One thing, two segments",
        "Sky is one thing. With ten components, is it one segment?",
        lambda: show(gmms_k=10, gmms_seed=1),
    ),
]

page()
