"""Beta-VAE: the KL's weight as a scrubber over six trainings; ten latents, entangled or less so."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.vae.family import BETAS
from pages.vae import digit_choice
from pages.vae.beta import beta_scrub, factor_rows
from pages.vae.beta import case as run
from pages.vae.beta import opened as arithmetic
from pages.vae.beta.factor_rows import View

SECTIONS = ["Scrub beta", "Disentangle"]
TEXTS = [f"{beta:g}" for beta in BETAS]
NAMES = {
    "test:loss": "loss",
    "test:bce": "distortion",
    "test:kl": "rate",
    "test:elbo": "−ELBO",
    "active": "active latents",
    "digit:loss": "digit's loss",
    "digit:bce": "digit's reconstruction",
    "digit:kl": "digit's KL",
    "digit:elbo": "digit's −ELBO",
}
BETA = frame.checked_choice("vbt_beta", TEXTS, "1")
ROWS, ROW_CHECKS = factor_rows.from_link(
    frame.link_value("vbt_moved"), frame.link_value("vbt_cell")
)
PROBLEMS = frame.link_problems(
    "vbt",
    {
        **digit_choice.checks("vbt", default=2),
        "vbt_section": frame.checked_choice("vbt_section", SECTIONS, SECTIONS[0]),
        "vbt_beta": BETA,
        "vbt_open": frame.checked_choice("vbt_open", list(NAMES), "test:loss"),
        **ROW_CHECKS,
    },
)
state = st.session_state


def goto(beta: str, index: int | None = None) -> None:
    """Show one of the six, and a test digit if one is named."""
    if index is not None:
        digit_choice.put_test("vbt", index)
    state["vbt_start"], state["vbt_start_id"] = TEXTS.index(beta), uuid.uuid4().hex


def show_rows(view: View, index: int | None = None) -> None:
    """Show the ten latents of both models as `view` has them."""
    if index is not None:
        digit_choice.put_test("vbt", index)
    state["vbt_rows_start"], state["vbt_rows_id"] = view, uuid.uuid4().hex


if "vbt_start" not in state:
    goto(BETA[0])
    show_rows(ROWS)
    state["vbt_opened"] = frame.link_value("vbt_open") or "test:loss"

frame.header(
    "Beta-VAE",
    "One weight trades what a code may cost against what comes back.",
    r"-\mathbb E_q\log p(x\mid z)+\beta\,\mathrm{KL}(q\,\|\,p)",
)
section = frame.sections("vbt", SECTIONS)
frame.problem(PROBLEMS.get("vbt_section"))


def pick() -> None:
    index = beta_scrub.picked("vbt_scrub")
    if index is not None:
        digit_choice.put_test("vbt", index)


@st.fragment
def scrub() -> None:
    row = frame.stage_row((2.0, 7.2, 2.8))
    with row.controls:
        digit = digit_choice.choose_digit("vbt", default=2)
        digit_choice.problems("vbt", PROBLEMS)
        frame.problem(PROBLEMS.get("vbt_beta"))
        frame.problem(PROBLEMS.get("vbt_open"))
        st.caption(
            "Six trainings of 784-200-2-200-784 from one seed, alike but for β. Dots: μ of 2,000 "
            "test digits, one in ten with its σ; dashed: the prior's σ and 2σ; ringed: this digit."
        )
    pixels = digit.x.tobytes()
    start, start_id = state["vbt_start"], state["vbt_start_id"]
    shown = beta_scrub.view(state.get("vbt_scrub"), start, start_id)
    if shown.opened:
        state["vbt_opened"] = shown.opened
    with row.stage:
        prepared = beta_scrub.payload(pixels, digit.id, start, start_id)
        beta_scrub.beta_scrub(prepared, on_pick=pick, key="vbt_scrub")
        st.caption(
            "A digit's costs are at z = μ; the means of 10,000 test digits over draws of z. "
            "Loss: reconstruction + β KL, which training weighed."
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    opened = state["vbt_opened"]
    frame.set_link(
        {
            "vbt_beta": None if TEXTS[shown.at] == "1" else TEXTS[shown.at],
            "vbt_open": None if opened == "test:loss" else opened,
        }
    )
    with row.inspector:
        tab = st.selectbox(
            "Open a number",
            list(NAMES),
            index=list(NAMES).index(opened),
            format_func=lambda name: NAMES[name],
            key=f"vbt_tab_{opened}",
        )
        frame.inspect(arithmetic.opened(tab, shown.at, pixels))


@st.fragment
def disentangle() -> None:
    row = frame.stage_row((1.9, 8.2, 2.7))
    with row.controls:
        digit = digit_choice.choose_digit("vbt", default=2)
        digit_choice.problems("vbt", PROBLEMS)
        st.caption(
            "Ten latents, two trainings alike but for β. A strip: the digit with that latent from "
            "−3 to 3. A cell: nats of information about what is measured of the picture. MNIST "
            "has no true factors to score against."
        )
    pixels = digit.x.tobytes()
    start, start_id = state["vbt_rows_start"], state["vbt_rows_id"]
    shown = factor_rows.view(state.get("vbt_rows"), start, start_id)
    with row.stage:
        prepared = factor_rows.payload(pixels, digit.id, start, start_id)
        factor_rows.factor_rows(prepared, key="vbt_rows")
        for name in ("vbt_moved", "vbt_cell"):
            frame.problem(PROBLEMS.get(name))
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link(factor_rows.to_link(shown))
    with row.inspector:
        if shown.opened.startswith("cell"):
            m, j, k = shown.place
            frame.inspect(arithmetic.information(run.FACTORS[m], j, k))
        elif shown.opened.startswith("gap"):
            m, k = shown.place
            frame.inspect(arithmetic.gap(run.FACTORS[m], k))
        else:
            frame.inspect(
                arithmetic.score("factor-4"), "Click a cell, or an attribute's name for its gap."
            )


def rows_try(label: str, question: str, view: View, index: int | None = None) -> frame.Try:
    return frame.Try(label, question, partial(show_rows, view, index))


if section == SECTIONS[0]:
    scrub()
    tries: list[Any] = [
        frame.Try(
            "No KL at all",
            "β = 0: the best pictures come back. What do draws from the prior look like?",
            partial(goto, "0"),
        ),
        frame.Try(
            "A quarter",
            "A cheap code may go farther out. Does the map grow or shrink at β = 0.25?",
            partial(goto, "0.25"),
        ),
        frame.Try(
            "Ten times the KL",
            "What is given up first at β = 10: sharpness or variety?",
            partial(goto, "10"),
        ),
        frame.Try(
            "An odd 4 at β = 10",
            "Its code may cost little. Does a 4 come back, or the 9 beside it?",
            partial(goto, "10", 1167),
        ),
    ]
else:
    disentangle()
    slant = run.most("factor-4", "slant")
    idle = run.least("factor-4")
    tries = [
        rows_try(
            "The slant's latent",
            f"At β = 4, z{slant + 1} tells most of the slant. Does it turn anything else?",
            View(((1, slant, -2.0),), f"cell:1:{slant}:1"),
        ),
        rows_try(
            "The same at β = 1",
            "Is the slant in one latent at β = 1 as well?",
            View((), "gap:0:1"),
        ),
        rows_try(
            "A latent that gave up",
            f"z{idle + 1} of β = 4 tells nothing of anything. What moves when you drag it?",
            View(((1, idle, 3.0),), f"cell:1:{idle}:0"),
        ),
        rows_try(
            "Does it fail?",
            "β = 4 should part the factors. Which attribute has it parted worst?",
            View((), f"gap:1:{run.worst('factor-4')}"),
        ),
    ]
frame.try_this("vbt_rows" if section == SECTIONS[1] else "vbt", tries)
st.markdown("**Take away.** The script reads both tables.")
frame.take_away(
    "vbt",
    [
        frame.Download("Figures (CSV)", "betas.csv", "text/csv", run.rows_csv),
        frame.Download("Codes (CSV)", "codes.csv", "text/csv", run.codes_csv),
        frame.Download("Figures (JSON)", "betas.json", "application/json", run.figures_json),
        frame.Download("Draws (SVG)", "betas.svg", "image/svg+xml", run.sheet_svg),
        frame.Download("NumPy script", "betas.py", "text/x-python", run.script),
    ],
)
