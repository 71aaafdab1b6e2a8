"""VAE against GAN: the same z in both, their sheets, what is measured, training, and answers."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened, plain
from pages.vae import digit_choice
from pages.vae.gan import case as run
from pages.vae.gan import figures, gan_movie, gan_pair
from pages.vae.gan import opened as arithmetic
from pages.vae.gan.case import GANS, MAX_SEED, SHEET, TITLES
from pages.vae.gan.gan_pair import PLANES
from pages.vae.picture_sheets import Sheet, picture_sheets

SECTIONS = ["Same z", "Samples", "Measured", "Training", "Answers"]
LATENTS = ["2", "16"]
MODELS = [title for name, title in TITLES.items() if name != "real"]
NAMES = {title: name for name, title in TITLES.items()}
TABS = ["sharpness, VAE", "sharpness, GAN", "D, VAE", "D, GAN"]
MEASURES = {"sharpness": "Sharpness", "entropy": "Entropy", "frechet": "Fréchet"}
KEYS = {title: key for key, title in MEASURES.items()}
READ = [str(k) for k in range(10)]
DEFAULT = 5
GAN_TITLES = [TITLES[name] for name in GANS]
Z, Z_PROBLEM = gan_pair.from_link(frame.link_value("vgn_z"))
FIRST = 4  # the film's moment that a visit begins with: the pictures are just coming apart
MOMENT = frame.checked_whole("vgn_moment", 0, 14, FIRST)
PROBLEMS = frame.link_problems(
    "vgn",
    {
        **digit_choice.checks("vgn", default=DEFAULT),
        "vgn_section": frame.checked_choice("vgn_section", SECTIONS, SECTIONS[0]),
        "vgn_z": (Z, Z_PROBLEM),
        "vgn_behind": frame.checked_choice("vgn_behind", PLANES, PLANES[0]),
        "vgn_open": frame.checked_choice("vgn_open", TABS, TABS[0]),
        "vgn_latents": frame.checked_choice("vgn_latents", LATENTS, LATENTS[0]),
        "vgn_gan": frame.checked_whole("vgn_gan", 0, run.SEEDS - 1, 0),
        "vgn_seed": frame.checked_whole("vgn_seed", 0, MAX_SEED, 0),
        "vgn_measure": frame.checked_choice("vgn_measure", list(KEYS), "Sharpness"),
        "vgn_model": frame.checked_choice("vgn_model", MODELS, TITLES["gan-2d"]),
        "vgn_read": frame.checked_choice("vgn_read", READ, "none"),
        "vgn_run": frame.checked_choice("vgn_run", GAN_TITLES, GAN_TITLES[1]),
        "vgn_moment": MOMENT,
    },
)
state = st.session_state


def goto(z: tuple[float, float] = (0.0, 0.0), moment: int = FIRST, **settings: object) -> None:
    """The point and the film's moment to show, and what the settings say."""
    state.update(settings)
    state["vgn_start"], state["vgn_start_id"] = z, uuid.uuid4().hex
    state["vgn_goto"] = {"token": uuid.uuid4().hex, "moment": moment}


if "vgn_start" not in state:
    goto(Z, MOMENT[0])

frame.header(
    "VAE against GAN",
    "One learns to explain every digit, the other to fool a judge.",
    r"\max\mathrm{ELBO}\ \text{ or }\ \min_G\max_D\,\mathbb E\log D(x)+\mathbb E\log(1-D(G(z)))",
)
section = frame.sections("vgn", SECTIONS)


def problems(*names: str) -> None:
    for name in names:
        frame.problem(PROBLEMS.get(name))


@st.fragment
def same_z() -> None:
    row = frame.stage_row()
    with row.controls:
        behind = st.radio("Behind the point", PLANES, key="vgn_behind", bind="query-params")
        problems("vgn_section", "vgn_behind", "vgn_z")
        st.caption(
            "Two latents each, the same 60,000 digits. D is the GAN's own judge, as it stood when "
            "training ended: its probability that a picture is real."
        )
    start, start_id = state["vgn_start"], state["vgn_start_id"]
    with row.stage:
        prepared = gan_pair.payload(behind or PLANES[0], run.pair(start), start_id)
        gan_pair.gan_pair(prepared, key="vgn_pair")
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    z = gan_pair.place(state.get("vgn_pair"), start, start_id)
    state["vgn_now"] = z
    frame.set_link({"vgn_z": None if z == (0.0, 0.0) else f"{z[0]:.4f},{z[1]:.4f}"})
    with row.inspector:
        tab = st.pills(
            "Open a number",
            TABS,
            default=TABS[0],
            key="vgn_open",
            bind="query-params",
            label_visibility="collapsed",
        )
        problems("vgn_open")
        frame.inspect(at_z(tab, z), "Choose a number above.")


def at_z(tab: str | None, z: tuple[float, float]) -> Opened | None:
    if tab is None:
        return None
    k = TABS.index(tab)
    return (arithmetic.sharpness if k < 2 else arithmetic.judged)(run.pair(z), k % 2)


def readings(sheet: run.Sheet) -> list[str]:
    """How each picture of a sheet is read."""
    pairs = zip(sheet.read.tolist(), sheet.sure.tolist(), strict=True)
    return [
        f"{i}, read as {digit} ({100 * sure:.0f} %)" for i, (digit, sure) in enumerate(pairs, 1)
    ]


@st.fragment
def samples() -> None:
    row = frame.stage_row((1.5, 7.2, 2.6))
    with row.controls:
        latents = st.radio("Latents", LATENTS, key="vgn_latents", bind="query-params")
        gan_seed = st.number_input(
            "Which GAN", 0, run.SEEDS - 1, 0, key="vgn_gan", bind="query-params",
            disabled=latents == "2", help="Of 16 latents there are five, alike but for the seed.",
        )  # fmt: skip
        seed = st.number_input("Seed of z", 0, MAX_SEED, 0, key="vgn_seed", bind="query-params")
        problems("vgn_section", "vgn_latents", "vgn_gan", "vgn_seed")
    found = run.sheets(int(latents or "2"), int(gan_seed), int(seed))
    with row.stage:
        at = picture_sheets(
            [
                Sheet(
                    sheet.title,
                    sheet.pictures,
                    readings(sheet),
                    f"sharpness {plain(float(sheet.sharpness.mean()))}; "
                    f"{len(set(sheet.read.tolist()))} different digits read; "
                    f"{int((sheet.sure >= 0.9).sum())} of {SHEET} surely",
                )
                for sheet in found
            ],
            f"{latents} {gan_seed} {seed}",
            key="vgn_sheets",
        )
        st.caption(
            "The first two sheets are of the same z ~ N(0, I), picture by picture. The VAE's are "
            "the decoder's mean pictures."
        )
    with row.inspector:
        if at is None:
            frame.inspect(None, "Press a picture to see how it is read.")
        else:
            sheet, i = found[at[0]], at[1]
            others = [s for s in found[:2] if s is not sheet] if at[0] < 2 else []
            st.markdown(f"**{sheet.title}, picture {i + 1}**")
            st.markdown(
                f"Read as a **{sheet.read[i]}**, with {100 * sheet.sure[i]:.1f} %; sharpness "
                f"**{plain(float(sheet.sharpness[i]))}**."
            )
            for other in others:
                st.markdown(
                    f"The same z in the {other.title}: a **{other.read[i]}**, with "
                    f"{100 * other.sure[i]:.1f} %."
                )


def click_digit() -> None:
    """A clicked bar of the coverage: its digit's samples."""
    chosen: Any = state.get("vgn_histogram")
    points = chosen.selection.points if chosen else []
    told = points[0].get("customdata") if points else None
    if told:
        state["vgn_read"] = str(told[0])


def covered(name: str) -> None:
    """The samples that are read as the digit of the chosen bar."""
    digit = st.segmented_control("Samples read as", READ, key="vgn_read", bind="query-params")
    if digit is None:
        return
    count, sheet = run.read_as(name, int(digit))
    if not count:
        st.markdown(f"None of {run.DRAWN:,} drawn now is read as a {digit}.")
        return
    shown = f", the first {len(sheet.read)}" if count > len(sheet.read) else ""
    picture_sheets(
        [
            Sheet(
                f"{TITLES[name]}: {count} of {run.DRAWN:,} drawn now are read as a {digit}{shown}",
                sheet.pictures,
                readings(sheet),
                f"read surely (90 % or more): {int((sheet.sure >= 0.9).sum())}",
                columns=12,
            )
        ],
        f"{name} {digit}",
        key="vgn_covered",
    )


@st.fragment
def measured() -> None:
    row = frame.stage_row((1.5, 6.4, 3.4))
    found = run.figures()
    with row.controls:
        key = KEYS[
            st.radio("Measure", list(KEYS), key="vgn_measure", bind="query-params") or "Sharpness"
        ]
        name = NAMES[
            st.selectbox(
                "Model",
                MODELS,
                index=MODELS.index(TITLES["gan-2d"]),
                key="vgn_model",
                bind="query-params",
            )
        ]
        problems("vgn_section", "vgn_measure", "vgn_model", "vgn_read")
    with row.stage:
        st.plotly_chart(figures.bars(key), key="vgn_bars", config=CONFIG)
        st.markdown(
            f"**Coverage: {TITLES[name]}.** Grey marks: the test digits. Click a bar for samples."
        )
        st.plotly_chart(
            figures.histogram(name), key="vgn_histogram", config=CONFIG,
            on_select=click_digit, selection_mode="points",
        )  # fmt: skip
        least = min(range(10), key=lambda k: found[name]["histogram"][k])
        st.caption(
            f"10,000 pictures of each. Rarest here: {least}, "
            f"{found[name]['histogram'][least]:,} times. A digit counts as found from 1 % on: "
            f"{found[name]['digits_found']} of 10."
        )
        covered(name)
    with row.inspector:
        if key == "entropy":
            frame.inspect(arithmetic.entropy(name, found[name]["histogram"]))
        elif key == "frechet":
            frame.inspect(arithmetic.distance(run.distance(name)))
            st.caption(f"On 10,000 samples: {plain(found[name]['frechet'], 4)}.")
        else:
            st.markdown(
                f"**{plain(found[name]['sharpness'])}** ± "
                f"{plain(found[name]['sharpness_sd'])}: mean and standard deviation over 10,000 "
                f"pictures of Var(L). Real digits have **{plain(found['real']['sharpness'])}**."
            )
            st.markdown(
                "A VAE's mean picture is a blend of all digits that the code may stand for, so it "
                "is soft. A GAN has to be as sharp as the digits, or D would tell. Sharper than "
                "real is no better."
            )
            st.caption("One picture's sum opens under Same z.")


@st.fragment
def trained() -> None:
    row = frame.stage_row((1.5, 6.4, 3.4))
    with row.controls:
        title = st.radio("GAN", GAN_TITLES, index=1, key="vgn_run", bind="query-params")
        problems("vgn_section", "vgn_run", "vgn_moment")
        st.caption(
            "Dotted: what both lose when D can tell nothing, log 2 and 2 log 2. Neither loss says "
            "how good the pictures are."
        )
    name = NAMES[title or GAN_TITLES[1]]
    with row.stage:
        moment = gan_movie.gan_movie(name, goto=state["vgn_goto"], key="vgn_film")
    frame.set_link({"vgn_moment": None if moment == FIRST else moment})
    counts = run.training(name).histograms[moment].astype(int).tolist()
    with row.inspector:
        if sum(counts):
            frame.inspect(arithmetic.entropy(name, counts))
        with st.expander("Five seeds, and the VAE's loss", expanded=True):
            st.plotly_chart(figures.seeds(), key="vgn_five", config=CONFIG)
            st.plotly_chart(figures.falling(), key="vgn_falling", config=CONFIG)
            st.caption(
                "At 0 every picture is read as one digit: all five stood there before step 100. "
                "None stayed; which digits are rare at the end depends on the seed."
            )


@st.fragment
def answered() -> None:
    row = frame.stage_row()
    with row.controls:
        digit = digit_choice.choose_digit("vgn", default=DEFAULT)
        digit_choice.problems("vgn", PROBLEMS)
        problems("vgn_section")
    one = run.answers(digit.x.tobytes())
    missed = one.missed
    with row.stage:
        picture_sheets(
            [
                Sheet(title, run.levels(picture)[None], [title], note, columns=1)
                for title, note, picture in (
                    ("The digit x", digit.source, one.x),
                    (
                        "VAE: decoded from its code",
                        f"squared distance {plain(missed[0])}",
                        one.back,
                    ),
                    (
                        f"GAN: nearest of {run.SEARCHED:,}",
                        f"squared distance {plain(missed[1])}",
                        one.nearest,
                    ),
                )
            ],
            digit.id,
            key="vgn_answers",
        )
        z, mu = one.z, one.mu
        st.table(
            {
                "of this digit": [
                    "Which z?",
                    "How likely is x?",
                    "Is x real?",
                    "Draw another",
                    "Edit it",
                ],
                "VAE": [
                    f"μ = ({plain(float(mu[0]))}, {plain(float(mu[1]))}), in one pass",
                    f"log p(x) ≥ {plain(one.elbo, 5)} nats",
                    "not asked; its bound may be compared",
                    "z ~ N(0, I), decoded: soft",
                    "encode, move z, decode",
                ],
                "GAN": [
                    f"none; by search, ({plain(float(z[0]))}, {plain(float(z[1]))}) is nearest",
                    "no number",
                    f"D(x) = {plain(one.real)}: of its own training, not of p(x)",
                    "z ~ N(0, I), through G: sharp",
                    "only what a search has found",
                ],
            },
            border="horizontal",
            hide_index=True,
        )
    with row.inspector:
        frame.inspect(arithmetic.bound(one))


{
    "Same z": same_z,
    "Samples": samples,
    "Measured": measured,
    "Training": trained,
    "Answers": answered,
}[section]()
frame.try_this(
    "vgn",
    [
        frame.Try(
            "The far corner",
            "Here no digit lies. Which of the two will still draw something sharp?",
            partial(goto, (2.8, -2.8), vgn_section="Same z", vgn_behind="GAN"),
        ),
        frame.Try(
            "Sixteen latents",
            "With 16 latents, will the VAE's samples become as sharp as the GAN's?",
            partial(goto, vgn_section="Samples", vgn_latents="16"),
        ),
        frame.Try(
            "Which is rare?",
            "Seed 1 can draw every digit. Does it draw each as often?",
            partial(goto, vgn_section="Measured", vgn_measure="Entropy",
                    vgn_model=TITLES["gan-16-seed1"]),
        ),
        frame.Try(
            "Fifty steps in",
            "After 50 steps, how many different digits does this GAN draw?",
            partial(goto, (0.0, 0.0), 2, vgn_section="Training", vgn_run=TITLES["gan-16-seed3"]),
        ),
    ],
)  # fmt: skip
st.markdown("**Take away.** The point, and what was measured; the script measures both again.")
now = state.get("vgn_now", Z)
chosen = NAMES[str(state.get("vgn_run") or GAN_TITLES[1])]
frame.take_away(
    "vgn",
    [
        frame.Download(
            "Point (JSON)", "pair.json", "application/json", partial(run.pair_json, now)
        ),
        frame.Download("Measured (CSV)", "measured.csv", "text/csv", run.figures_csv),
        frame.Download("Losses (CSV)", "losses.csv", "text/csv", partial(run.losses_csv, chosen)),
        frame.Download("NumPy script", "measure.py", "text/x-python", partial(run.script, now)),
    ],
)
