"""The variational autoencoder: drag through a two-dimensional latent space of digits."""

from functools import partial

import streamlit as st

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.opened import Opened, plain
from genmodels.vae.record import FOLDER
from pages.vae import digit_choice
from pages.vae import vae_opened as arithmetic
from pages.vae.latent.figures import training_curve
from pages.vae.latent.latent_pad import Place, from_link, latent_pad, to_link

LINKED = ("vae_digit", "vae_z", "vae_epsilon", "vae_open")
HINT = (
    "Click a number to open it. Click a digit on the pad for its μ, σ, ε and losses; then any "
    "pixel of the large picture opens too."
)
WATCH, DRAW, TAKE_AWAY = "Watch", "Draw", "Take away"

HOLE = Place(z=(-1.7, 1.05), opened="prior")
AMBIGUOUS = Place(selected=1167, given="epsilon", opened="sigma2", zoom=True)
WORST = Place(selected=1569, given="epsilon", opened="reconstruction")
FAR = Place(z=(-3.9, 3.9), opened="prior")


def show(place: Place) -> None:
    """Show `place` on the pad, whatever it showed before."""
    st.session_state.vae_start = place
    st.session_state.vae_start_id = str(int(st.session_state.get("vae_start_id", "0")) + 1)
    frame.set_link(to_link(place))


def choose() -> None:
    """The next digit of the class that was picked."""
    label = st.session_state.vae_pick
    st.session_state.vae_pick = None
    if label is not None:
        at = mnist.shown().next_of(int(label), st.session_state.vae_start.selected)
        show(Place(selected=at, given="epsilon"))


def opened(place: Place) -> Opened | None:
    """The number that the reader opened. Torch is loaded only for a chosen digit's."""
    if not place.opened:
        return None
    if place.selected < 0:
        return arithmetic.prior(place.z)
    model = vae.shared("mnist-2d")
    picture = mnist.shown().x[[place.selected]]
    one = vae.passage(model, picture, [place.latent], place.given == "z").row(0)
    return arithmetic.opened(place.opened, one, vae.encoder_weights(model))


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.45, 7.3, 2.75))
    with row.stage:
        place = latent_pad(st.session_state.vae_start, st.session_state.vae_start_id, key="vae_pad")
        st.caption(mnist.SOURCE.caption())
    st.session_state.vae_last = place
    frame.set_link(to_link(place))
    with row.controls:
        st.pills(
            "Choose a digit", [str(label) for label in range(10)], key="vae_pick", on_change=choose
        )
        for message in st.session_state.vae_problems.values():
            frame.problem(message)
        figures = vae.describe("mnist-2d")["test"]["one_sample"]
        st.markdown(
            "784 → 400 → **2** → 400 → 784\n\n"
            f"All 10,000 test pictures: −ELBO **{plain(figures['elbo'], 5)}** nats = "
            f"{plain(figures['bce'], 5)} + {plain(figures['kl'], 3)} KL"
        )
        st.caption(
            "Keys on the pad: arrows, with shift farther; n, p for digits; + and − zoom; "
            "Escape lets a digit go."
        )
    with row.inspector:
        frame.inspect(opened(place), HINT)


@st.fragment
def draw() -> None:
    row = frame.stage_row((1.45, 7.3, 2.75))
    with row.stage:
        digit, name = digit_choice.draw_digit("vaed", map=True, opens=True)
        st.caption(
            "Your ink is scaled and centred as MNIST's was, then encoded while you draw. "
            + mnist.SOURCE.caption()
        )
    with row.controls:
        digit_choice.problems("vaed", DRAW_PROBLEMS)
        st.caption(
            "By keys: Space puts the pen down and lifts it, arrows move it; u undoes, e erases, "
            "Delete clears. The picture is decoded at $z=\\mu$."
        )
    with row.inspector:
        number = None
        if digit is not None and name:
            model = vae.shared("mnist-2d")
            one = vae.passage(model, [digit.x], [(0.0, 0.0)]).row(0)
            number = arithmetic.opened(name, one, vae.encoder_weights(model))
        frame.inspect(number, "Draw a digit, then click a number or a pixel to open it.")


def take_away() -> None:
    record = vae.describe("mnist-2d")
    test = record["test"]
    st.markdown(
        f"Trained by this project on {record['training_pictures']:,} pictures; the test pictures "
        "were opened once, after the last epoch. Reconstruction and KL in nats a picture:"
    )
    rows = [
        (f"1 draw of z a picture, {test['pictures']:,} pictures", test["one_sample"]),
        (f"mean of {test['n_samples']} draws, the same pictures", test["mean_of_samples"]),
        (
            f"mean of {test['n_samples']} draws, the 2,000 shown",
            record["test_shown"]["mean_of_samples"],
        ),
    ]
    st.table(
        {
            "test pictures": [name for name, _ in rows],
            **{
                title: [plain(values[key], 5) for _, values in rows]
                for title, key in (("−ELBO", "elbo"), ("reconstruction", "bce"), ("KL", "kl"))
            },
        },
        hide_index=True,
    )
    held_out = vae.describe("mnist-2d-held-out")
    st.plotly_chart(training_curve(record["history"], held_out["history"]), key="vae_curve")
    st.code(record["command"], language="bash")
    left, right, _ = st.columns([1, 1, 3])
    left.download_button(
        "Weights",
        (FOLDER / "mnist-2d.safetensors").read_bytes(),
        "mnist-2d.safetensors",
        on_click="ignore",
        key="vae_weights",
    )
    right.download_button(
        "Record",
        (FOLDER / "mnist-2d.json").read_text(),
        "mnist-2d.json",
        on_click="ignore",
        key="vae_record",
    )


if "vae_pad" not in st.session_state or "vae_start" not in st.session_state:
    asked, st.session_state.vae_problems = from_link({k: frame.link_value(k) for k in LINKED})
    linked = any(frame.link_value(name) for name in LINKED)
    show(asked if linked else st.session_state.get("vae_last", asked))

DRAW_PROBLEMS = frame.link_problems("vaed", {"vaed_ink": digit_choice.checks("vaed")["vaed_ink"]})

frame.header(
    "Variational autoencoder",
    "A picture is drawn from a hidden point $z$; a network reads $z$ off the picture, unsurely.",
    r"p(x)=\int p(x\mid z)\,\mathcal N(z;0,I)\,dz\;\ge\;"
    r"\exp\bigl(\mathbb E_q\log p(x\mid z)-\mathrm{KL}(q\,\|\,p)\bigr)",
)
section = frame.sections("vae", [WATCH, DRAW, TAKE_AWAY])
if section == WATCH:
    watch()
    frame.try_this(
        "vae",
        [
            frame.Try(
                "Between the clusters",
                "Twos lie below $z=(-1.7,\\,1.05)$, fours and nines to its right. What "
                "is drawn in the gap?",
                partial(show, HOLE),
            ),
            frame.Try(
                "A four comes back",
                "This 4 is encoded among nines. Can any $\\varepsilon$ within two $\\sigma$ "
                "bring the 4 back?",
                partial(show, AMBIGUOUS),
            ),
            frame.Try(
                "The worst of 2,000",
                "Two numbers must say everything about a picture. What comes back from this odd 2, "
                "and which pixels cost most?",
                partial(show, WORST),
            ),
            frame.Try(
                "Far out",
                "No digit was ever encoded near $z=(-3.9,\\,3.9)$. What is drawn there?",
                partial(show, FAR),
            ),
        ],
    )
elif section == DRAW:
    draw()
else:
    take_away()
