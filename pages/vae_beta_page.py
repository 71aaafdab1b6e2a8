"""Beta-VAE: the KL's weight as a scrubber over six trainings; ten latents, entangled or less so."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels import frame, vae
from genmodels.datasets import mnist
from genmodels.figures import CONFIG
from genmodels.figures import beta as figures
from genmodels.runs import beta_run as run
from genmodels.sections import digit_choice
from genmodels.vae.family import BETAS
from genmodels.widgets.latent_movie import latent_movie

SECTIONS = ["Scrub beta", "Disentangle"]
TEXTS = [f"{beta:g}" for beta in BETAS]
BETA = frame.checked_choice("vbt_beta", TEXTS, "1")
PROBLEMS = frame.link_problems(
    "vbt",
    {
        **digit_choice.checks("vbt", default=2),
        "vbt_section": frame.checked_choice("vbt_section", SECTIONS, SECTIONS[0]),
        "vbt_beta": BETA,
        "vbt_latent": frame.checked_whole("vbt_latent", 1, run.LATENTS, 1),
    },
)


def goto(beta: str, **settings: Any) -> None:
    """Show one of the six."""
    st.session_state.update(settings)
    st.session_state["vbt_goto"] = {"token": uuid.uuid4().hex, "moment": TEXTS.index(beta)}


if "vbt_goto" not in st.session_state:
    goto(BETA[0])

frame.header(
    "Beta-VAE",
    "One weight trades what a code may cost against what comes back.",
    r"-\mathbb E_q\log p(x\mid z)+\beta\,\mathrm{KL}(q\,\|\,p)",
)
section = frame.sections("vbt", SECTIONS)
frame.problem(PROBLEMS.get("vbt_section"))


def take_click() -> None:
    points = st.session_state["vbt_curve"].selection.points
    places = [point.get("customdata") for point in points]
    told = [place[0] if isinstance(place, list) else place for place in places if place is not None]
    if told and told[0] in range(len(TEXTS)):
        goto(TEXTS[told[0]])


@st.fragment
def scrub() -> None:
    row = frame.stage_row((2.0, 6.8, 2.8))
    with row.controls:
        digit = digit_choice.choose_digit("vbt", default=2)
        digit_choice.problems("vbt", PROBLEMS)
        frame.problem(PROBLEMS.get("vbt_beta"))
        st.caption(
            "Six trainings of 784-200-2-200-784 from one seed, alike but for β. Arrows on the map "
            "step through them."
        )
    with row.stage:
        at = latent_movie(
            run.film(), goto=st.session_state["vbt_goto"], running=False, key="vbt_film"
        )
        at = min(at, len(TEXTS) - 1)
        st.plotly_chart(
            figures.strip(
                run.reconstructions(digit.x.tobytes()), ["x", *(f"β = {t}" for t in TEXTS)]
            ),
            key="vbt_back",
            config=CONFIG,
        )
        st.plotly_chart(
            figures.strip(run.samples(at), [""] * run.DRAWN, 255.0),
            key="vbt_drawn",
            config=CONFIG,
        )
        st.caption(
            f"Above: {frame.plain_text(digit.source)}, and what each β makes of it. Below: twelve "
            f"draws from the prior, decoded at β = {TEXTS[at]}."
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link({"vbt_beta": None if TEXTS[at] == "1" else TEXTS[at]})
    with row.inspector:
        frame.inspect(run.loss(at))
        st.markdown("**Rate and distortion**")
        st.plotly_chart(
            figures.rate_distortion([run.figures(i) for i in range(len(TEXTS))], at),
            key="vbt_curve",
            on_select=take_click,
            selection_mode="points",
            config=CONFIG,
        )


@st.fragment
def disentangle() -> None:
    row = frame.stage_row((2.0, 6.8, 2.8))
    with row.controls:
        digit = digit_choice.choose_digit("vbt", default=2)
        digit_choice.problems("vbt", PROBLEMS)
        latent = int(
            st.number_input(
                "Latent to move", 1, run.LATENTS, 1, key="vbt_latent", bind="query-params"
            )
        )
        frame.problem(PROBLEMS.get("vbt_latent"))
        st.caption("Ten latents; β = 1 beside β = 4, else alike. Attributes are measured.")
    extras = {name: vae.describe(name)["extra"] for name in run.FACTORS}
    with row.stage:
        for side, name in zip(st.columns(2, gap="medium"), run.FACTORS, strict=True):
            with side:
                st.plotly_chart(
                    figures.information(extras[name], name), key=f"vbt_{name}", config=CONFIG
                )
                st.plotly_chart(
                    figures.strip(
                        run.traversal(name, latent - 1, digit.x.tobytes()),
                        ["−2.4", *[""] * 3, "0", *[""] * 3, "2.4"],
                        255.0,
                    ),
                    key=f"vbt_{name}_walk",
                    config=CONFIG,
                )
        st.caption(
            f"Nats of information that each latent has about each attribute; below, the digit as "
            f"z{latent} goes from −2.4 to 2.4, the others held."
        )
    with row.inspector:
        name = st.segmented_control(
            "Model", run.FACTORS, default="factor-4", required=True, key="vbt_model"
        )
        factors = extras["factor-4"]["factors"]
        tab = st.pills(
            "Open a gap",
            factors,
            default=factors[0],
            key="vbt_factor",
            label_visibility="collapsed",
        )
        frame.inspect(
            run.gap(name or "factor-4", factors.index(tab)) if tab else None, "Choose a gap."
        )


if section == SECTIONS[0]:
    scrub()
    frame.try_this(
        "vbt",
        [
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
        ],
    )
else:
    disentangle()
st.markdown("**Take away.** The script reads the table.")
frame.take_away(
    "vbt",
    [
        frame.Download("Figures (CSV)", "betas.csv", "text/csv", run.rows_csv),
        frame.Download("Figures (JSON)", "betas.json", "application/json", run.figures_json),
        frame.Download("Script (Python)", "betas.py", "text/x-python", run.script),
    ],
)
