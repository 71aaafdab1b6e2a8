"""Dimension reduction: PCA, t-SNE and the VAE's map of the same digits, judged alike."""

import uuid
from functools import partial

import streamlit as st

from genmodels import reduction
from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.opened import Opened, plain
from pages.vae import digit_choice
from pages.vae.reduction import case as run
from pages.vae.reduction import opened as arithmetic
from pages.vae.reduction import three_maps
from pages.vae.reduction.three_maps import Spot

DEFAULT_K = 10
K = frame.checked_whole("vdr_k", 1, run.MAX_K, DEFAULT_K)
SPOT = three_maps.from_link(frame.link_value("vdr_at"), frame.link_value("vdr_digit"))
PROBLEMS = frame.link_problems(
    "vdr", {"vdr_k": K, "vdr_ink": digit_choice.checks("vdr")["vdr_ink"], **SPOT.problems}
)


def goto(spot: Spot, k: int | None = None) -> None:
    """Show `spot` on the maps, whatever they showed before."""
    st.session_state["vdr_start"], st.session_state["vdr_start_id"] = spot, uuid.uuid4().hex
    if k is not None:
        st.session_state["vdr_k"] = k


if "vdr_start" not in st.session_state:
    goto(SPOT.spot)

frame.header(
    "Dimension reduction",
    "784 pixels become two numbers; three maps choose differently what to keep.",
    r"\min_W\sum_n\lVert x_n-W^\top Wx_n\rVert^2\quad\text{(PCA)},\quad"
    r" z=\mu_\phi(x),\;y=f_\theta(z)\quad\text{(VAE)}",
)


def opened(spot: Spot, k: int) -> dict[str, Opened]:
    """What the inspector offers for the chosen digit, by the name of its tab."""
    if spot.selected < 0:
        return {}
    digits, picture = mnist.shown(), run.shown_digit(spot.selected)
    labels = digits.labels.tolist()
    near = run.near(spot.selected, k)
    found = {
        f"{name}: vote": arithmetic.voted(name, labels[spot.selected], near[name], labels)
        for name in run.NAMES
    }
    for name in run.NAMES:
        y = picture.back[name]
        if y is not None:
            found[f"{name}: error"] = arithmetic.error(name, picture.x, y)
    for j, name in enumerate(("PCA: z₁", "PCA: z₂")):
        found[name] = arithmetic.projection(reduction.load().pca, picture.x, j)
    return found


@st.fragment
def maps() -> None:
    row = frame.stage_row((1.5, 7.6, 2.6))
    with row.controls:
        k = st.slider("Neighbours $k$", 1, run.MAX_K, DEFAULT_K, key="vdr_k", bind="query-params")
        for name in ("vdr_k", "vdr_digit", "vdr_at"):
            frame.problem(PROBLEMS.get(name))
        shares, errors = run.accuracy(k), run.mean_errors()
        st.markdown("Label by the vote of $k$ neighbours:")
        st.table(
            {
                "": list(shares),
                "right": [f"{100 * value:.1f} %" for value in shares.values()],
            },
            border="horizontal",
            hide_index=True,
        )
        st.markdown(
            f"Mean squared error of the way back: PCA **{plain(errors['PCA'])}**, "
            f"VAE **{plain(errors['VAE'])}**, t-SNE none."
        )
        drawing = st.toggle("A new digit, of your own", key="vdr_own", bind="query-params")
        drawn = digit_choice.draw_digit("vdr", numbers=False)[0] if drawing else None
        frame.problem(PROBLEMS.get("vdr_ink"))
    start, start_id = st.session_state["vdr_start"], st.session_state["vdr_start_id"]
    spot = three_maps.spot(st.session_state.get("vdr_maps"), start, start_id)
    picture = run.shown_digit(spot.selected) if spot.selected >= 0 else None
    if picture is None and drawn is not None:
        picture = run.new_digit(drawn.x.tobytes())
    with row.stage:
        prepared = three_maps.payload(
            start,
            start_id,
            k=k,
            shown=spot,
            picture=picture,
            own_id=f"own:{drawn.id}" if drawn is not None and spot.selected < 0 else None,
        )
        three_maps.three_maps(prepared, key="vdr_maps")
        st.caption(
            "PCA was fitted to the 60,000 training pictures, the VAE trained on them; neither saw "
            "these. t-SNE was laid out for exactly these 2,000, so its neighbours flatter it."
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link(three_maps.to_link(spot))
    with row.inspector:
        openable = opened(spot, k)
        if not openable:
            frame.inspect(None, "Click a digit on any map: its neighbours' vote, its errors open.")
            return
        first = f"{run.NAMES[int(spot.opened[-1])]}: vote" if spot.opened else "VAE: vote"
        tab = st.pills(
            "Open a number",
            list(openable),
            default=first,
            key=f"vdr_tab_{spot.selected}_{spot.opened}",
            label_visibility="collapsed",
        )
        frame.inspect(openable[tab] if tab else None, "Choose a number above.")


maps()
frame.try_this(
    "vdr",
    [
        frame.Try(
            "A four among nines",
            "On which map do this 4's neighbours call it a 9?",
            partial(goto, Spot(1167), 10),
        ),
        frame.Try(
            "Halfway, on PCA's map",
            "What does a straight plane draw between the ones and the zeros?",
            partial(goto, Spot(at=(0, -0.5, 0.5))),
        ),
        frame.Try(
            "Halfway, on the VAE's",
            "And what does a decoder draw where no digit was encoded?",
            partial(goto, Spot(at=(2, -1.7, 1.05))),
        ),
        frame.Try(
            "One neighbour",
            "t-SNE keeps the nearest neighbour. Can two numbers label better than 784 pixels?",
            partial(goto, Spot(), 1),
        ),
    ],
)
st.markdown("**Take away.**")
frame.take_away(
    "vdr",
    [
        frame.Download("Places (CSV)", "mnist_maps.csv", "text/csv", run.places_csv),
        frame.Download(
            "Figures (JSON)",
            "mnist_maps.json",
            "application/json",
            partial(run.figures_json, st.session_state["vdr_k"]),
        ),
        frame.Download(
            "scikit-learn script",
            "mnist_maps.py",
            "text/x-python",
            partial(run.script, st.session_state["vdr_k"]),
        ),
    ],
)
