"""Conditional VAE: the digit is told, the latent keeps the style; one style in ten digits."""

import uuid
from functools import partial

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.opened import Opened
from pages.vae import digit_choice
from pages.vae import generating_opened as generating
from pages.vae.conditional import case as run
from pages.vae.conditional import opened as arithmetic
from pages.vae.conditional import style_row
from pages.vae.conditional.style_row import Place
from pages.vae.digit_choice import Digit

DIGITS = [str(digit) for digit in range(run.DIGITS)]
DEFAULT = 2
TABS = ["label saves", "style's KL", "which digit", "log p(z)"]
Z, Z_PROBLEM = style_row.z_from_link(frame.link_value("vcd_z"))
Y = frame.checked_whole("vcd_y", 0, 9, 0)
PROBLEMS = frame.link_problems(
    "vcd",
    {
        **digit_choice.checks("vcd", default=DEFAULT),
        "vcd_said": frame.checked_choice("vcd_said", DIGITS, "its label"),
        "vcd_open": frame.checked_choice("vcd_open", TABS, TABS[0]),
        "vcd_z": (Z, Z_PROBLEM),
        "vcd_y": Y,
    },
)
state = st.session_state


def goto(place: Place | None) -> None:
    """Show `place`; None is the style of whatever digit is chosen."""
    state["vcd_start"], state["vcd_start_id"] = place, uuid.uuid4().hex


def attempt(
    index: int, said: str | None = None, place: Place | None = None, tab: str = TABS[0]
) -> None:
    digit_choice.put_test("vcd", index)
    state["vcd_said"], state["vcd_open"] = said, tab
    state["vcd_of"] = state["vcd_known"] = None  # `said` and `place` are for the digit just put
    goto(place)


def pick() -> None:
    index = style_row.picked("vcd_row")
    if index is not None:
        digit_choice.put_test("vcd", index)


frame.header(
    "Conditional VAE",
    "Told which digit it is, the latent is left to say how it is written.",
    r"q_\phi(z\mid x,y),\qquad p_\theta(x\mid z,y),\qquad p(z)=\mathcal N(0,I)",
)


def said_digit(digit: Digit) -> int:
    """Which digit the encoder is told: what the reader says, else the label or the best guess."""
    if state.get("vcd_known") not in (None, digit.id):
        state["vcd_said"] = None  # what was said, was said of another digit
    state["vcd_known"] = digit.id
    found = run.under(digit.x.tobytes()).guess
    said = st.pills("The encoder is told it is a", DIGITS, key="vcd_said", bind="query-params")
    frame.problem(PROBLEMS.get("vcd_said"))
    if said is not None:
        return int(said)
    if digit.label is not None:
        st.caption(f"Unless you say otherwise: its label, {digit.label}.")
        return digit.label
    st.caption(f"Unless you say otherwise: {found}, under which the drawing costs least.")
    return found


@st.fragment
def styles() -> None:
    row = frame.stage_row()
    with row.controls:
        digit = digit_choice.choose_digit("vcd", default=DEFAULT)
        digit_choice.problems("vcd", PROBLEMS)
        told = said_digit(digit)
    one = run.read(digit.x.tobytes(), told)
    home = style_row.at_mean(one)
    of = (digit.id, told)
    if "vcd_start" not in state:
        linked = Z is not None or frame.link_value("vcd_y") is not None
        y = Y[0] if frame.link_value("vcd_y") is not None else told
        goto(Place(Z or home.z, y) if linked else None)
    elif state.get("vcd_of") not in (None, of):
        goto(None)
    state["vcd_of"] = of
    start, start_id = state["vcd_start"] or home, state["vcd_start_id"]
    place = style_row.place(state.get("vcd_row"), start, start_id)
    state["vcd_now"] = (place.z, digit.x.tobytes(), told)
    test = run.saving()
    with row.stage:
        name = f"a {digit.label}" if digit.label is not None else "yours"
        read_as = name if digit.label == told else f"{name}, read as a {told}"
        prepared = style_row.payload(one, f"{digit.id}:{told}", read_as, start, start_id)
        style_row.style_row(prepared, on_pick=pick, key="vcd_row")
        for problem in ("vcd_z", "vcd_y"):
            frame.problem(PROBLEMS.get(problem))
        st.caption(
            f"−ELBO of 10,000 test digits: {test.plain:.2f} nats not told the digit ({run.PLAIN}), "
            f"{test.told:.2f} told ({run.MODEL}), two latents each: the label saves "
            f"{test.saved:.2f} nats. Dots: 2,000 test digits by style; press one to take its style."
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link(style_row.to_link(place, home))
    with row.inspector:
        tab = st.pills(
            "Open a number",
            TABS,
            default=TABS[0],
            key="vcd_open",
            bind="query-params",
            label_visibility="collapsed",
        )
        frame.problem(PROBLEMS.get("vcd_open"))
        frame.inspect(opened(tab, digit, told, place), "Choose a number above.")


def opened(tab: str | None, digit: Digit, told: int, place: Place) -> Opened | None:
    if tab == TABS[0]:
        return arithmetic.saved(run.saving())
    if tab == TABS[1]:
        return arithmetic.kl(run.read(digit.x.tobytes(), told))
    if tab == TABS[2]:
        return arithmetic.guess(run.under(digit.x.tobytes()), told)
    return generating.log_prior(run.vector(place.z)) if tab == TABS[3] else None


styles()
frame.try_this(
    "vcd",
    [
        frame.Try(
            "A leaning 7",
            "This 7 leans far to the right. Will its style make the 0 lean as well?",
            partial(attempt, 1326),
        ),
        frame.Try(
            "Told a lie",
            "This 9 is given to the encoder as a 4. What comes back: the 9, or a 4?",
            partial(attempt, 17, "4", None, TABS[2]),
        ),
        frame.Try(
            "Where are the islands?",
            "The plain VAE's map has an island a digit. Are there any on this one?",
            partial(attempt, DEFAULT, None, Place((0.0, 0.0), 4)),
        ),
        frame.Try(
            "Beyond all writing",
            "Out in the corner no digit was ever encoded. Which of the ten can still be read?",
            partial(attempt, DEFAULT, None, Place((run.VIEW, -run.VIEW), 8), TABS[3]),
        ),
    ],
)
st.markdown("**Take away.** The script decodes the style on the pad from the decoder's weights.")
z, pixels, label = state["vcd_now"]
frame.take_away(
    "vcd",
    [
        frame.Download("Row (SVG)", "style.svg", "image/svg+xml", partial(run.row_svg, z)),
        frame.Download("Pixels (CSV)", "style.csv", "text/csv", partial(run.row_csv, z)),
        frame.Download(
            "Figures (JSON)",
            "style.json",
            "application/json",
            partial(run.figures_json, z, pixels, label),
        ),
        frame.Download(
            "Decoder (NPZ)", "cvae_decoder.npz", "application/octet-stream", run.decoder_npz
        ),
        frame.Download("NumPy script", "style.py", "text/x-python", partial(run.script, z)),
    ],
)
