"""Generating pictures: sheets from the prior, the truncated prior, a grid over two latents."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened
from genmodels.vae import sampling
from pages.vae import generating_opened as arithmetic
from pages.vae.generate import case as run
from pages.vae.generate import figures, sample_sheet
from pages.vae.generate.case import Setting
from pages.vae.generate.sample_sheet import Drawn

WAYS = ["Sheet", "Grid"]
DIGITS = [str(digit) for digit in range(10)]
DEFAULTS: dict[str, Any] = {
    "vgs_model": "mnist-2d",
    "vgs_way": "Sheet",
    "vgs_digit": "3",
    "vgs_across": 1,
    "vgs_up": 2,
}
TAU = frame.checked_whole("vgs_tau", 0, 400, 400)
SEED = frame.checked_whole("vgs_seed", 0, sample_sheet.MAX_SEED, 0)
PICTURE = frame.checked_whole("vgs_picture", 1, run.SIDE**2, 1)
PROBLEMS = frame.link_problems(
    "vgs",
    {
        "vgs_model": frame.checked_choice("vgs_model", run.MODELS, "mnist-2d"),
        "vgs_way": frame.checked_choice("vgs_way", WAYS, "Sheet"),
        "vgs_digit": frame.checked_choice("vgs_digit", DIGITS, "3"),
        "vgs_across": frame.checked_whole("vgs_across", 1, 16, 1),
        "vgs_up": frame.checked_whole("vgs_up", 1, 16, 2),
        "vgs_tau": TAU,
        "vgs_seed": SEED,
        "vgs_picture": PICTURE,
    },
)


def goto(drawn: Drawn, **settings: Any) -> None:
    """Show `drawn`; what isn't named among the settings is the default, if any is named."""
    if settings:
        st.session_state.update({**DEFAULTS, **settings})
    st.session_state["vgs_start"], st.session_state["vgs_start_id"] = drawn, uuid.uuid4().hex


if "vgs_start" not in st.session_state:
    chosen = PICTURE[0] - 1 if frame.link_value("vgs_picture") else -1
    goto(Drawn(TAU[0] / 100, SEED[0], chosen))

frame.header(
    "Generating pictures",
    "Draw $z$ from the prior, decode it: a digit that nobody wrote.",
    r"z\sim\mathcal N(0,I),\qquad y=f_\theta(z)",
)


def let_go() -> None:
    """Another model or way: the draw stays, the chosen picture doesn't."""
    start = st.session_state["vgs_shown"]
    goto(Drawn(start.tau, start.seed))


@st.fragment
def generate() -> None:
    row = frame.stage_row()
    start, start_id = st.session_state["vgs_start"], st.session_state["vgs_start_id"]
    shown = sample_sheet.drawn(st.session_state.get("vgs_sheet"), start, start_id)
    with row.controls:
        model = st.selectbox(
            "Model", run.MODELS, key="vgs_model", bind="query-params", on_change=let_go
        )
        frame.problem(PROBLEMS.get("vgs_model"))
        way = st.segmented_control(
            "Show",
            WAYS,
            default="Sheet",
            required=True,
            key="vgs_way",
            bind="query-params",
            on_change=let_go,
        )
        label = -1
        if sampling.conditional(model):
            label = int(
                st.pills(
                    "Digit",
                    DIGITS,
                    default="3",
                    required=True,
                    key="vgs_digit",
                    bind="query-params",
                    on_change=let_go,
                )
                or "3"
            )
        d = sampling.latents(model)
        setting = Setting(model, label, shown.seed, shown.tau)
        axes = grid_axes(d) if way == "Grid" else (0, 1)
        for name in PROBLEMS:
            if name != "vgs_model":
                frame.problem(PROBLEMS[name])
        st.caption(
            f"{d} latents" + (", and the digit is told to the decoder." if label >= 0 else ".")
        )
    st.session_state["vgs_shown"] = shown
    with row.stage:
        if way == "Grid":
            base = (0.0,) * d
            tiles = run.grid(model, label, *axes, base)
            status = (
                f"z{axes[0] + 1} across, z{axes[1] + 1} up, each from the 5 % to the 95 % point of "
                "its prior; the others 0."
            )
            prepared = sample_sheet.grid_payload(tiles, status, start, start_id, shown)
        else:
            prepared = sample_sheet.sheet_payload(setting, start, start_id, shown)
        sample_sheet.sample_sheet(prepared, key="vgs_sheet")
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link(
        {
            "vgs_tau": round(100 * shown.tau) if shown.tau < sampling.MAX_TAU else None,
            "vgs_seed": shown.seed or None,
            "vgs_picture": shown.selected + 1 if shown.selected >= 0 else None,
        }
    )
    with row.inspector:
        inspector(setting, shown, way or "Sheet")


def grid_axes(d: int) -> tuple[int, int]:
    """The two latents that a grid runs over, counted from 0; different ones."""
    if d == 2:
        return 0, 1
    across = int(st.number_input("Latent across", 1, d, 1, key="vgs_across", bind="query-params"))
    up = int(st.number_input("Latent up", 1, d, 2, key="vgs_up", bind="query-params"))
    if across == up:
        up = across % d + 1
        frame.problem(f"Two different latents are needed. Shown upwards instead: {up}.")
    return across - 1, up - 1


def inspector(setting: Setting, shown: Drawn, way: str) -> None:
    if way == "Grid" or not 0 <= shown.selected < run.N:
        st.caption(
            "Click a picture of the sheet: how likely its z was, and how far it is from a real "
            "digit, open here."
        )
    else:
        z, pictures = run.drawn(setting)
        near, _ = run.nearest_real(pictures[shown.selected])
        openable: dict[str, Opened] = {
            "log p(z)": arithmetic.log_prior(z[shown.selected]),
            "distance": arithmetic.distance(pictures[shown.selected], mnist.shown().pictures[near]),
        }
        tab = st.pills(
            "Open a number",
            list(openable),
            default="log p(z)",
            key="vgs_tab",
            label_visibility="collapsed",
        )
        frame.inspect(openable[tab] if tab else None, "Choose a number above.")
    if way == "Sheet":
        st.markdown("**What a narrower draw gives and takes**, 500 draws each:")
        st.plotly_chart(
            figures.trade(run.trade(setting.model, setting.label), setting.tau),
            key="vgs_trade",
            config=CONFIG,
        )
        st.caption("Dotted, in the same colours: the same distances of real digits.")


generate()
frame.try_this(
    "vgs",
    [
        frame.Try(
            "Narrow the draw",
            "At $|z|\\le 0.5$, will the digits be better, more alike, or both?",
            partial(goto, Drawn(tau=0.5, seed=1), vgs_model="mnist-16"),
        ),
        frame.Try(
            "Sixteen latents",
            "The 16-latent model reconstructs far better. Will its draws look better too?",
            partial(goto, Drawn(seed=1), vgs_model="mnist-16"),
        ),
        frame.Try(
            "Only threes",
            "The decoder is told “3”. Does every draw obey?",
            partial(goto, Drawn(seed=1), vgs_model="cvae", vgs_digit="3"),
        ),
        frame.Try(
            "The whole plane",
            "Walk the grid from corner to corner: where does one digit become another?",
            partial(goto, Drawn(), vgs_model="mnist-2d", vgs_way="Grid"),
        ),
    ],
)
st.markdown("**Take away.** The sheet as it stands.")
at: Drawn = st.session_state["vgs_shown"]
told = st.session_state["vgs_model"]
now = Setting(
    told,
    int(st.session_state.get("vgs_digit") or 3) if sampling.conditional(told) else -1,
    at.seed,
    at.tau,
)
frame.take_away(
    "vgs",
    [
        frame.Download("Sheet (SVG)", "digits.svg", "image/svg+xml", partial(run.sheet_svg, now)),
        frame.Download("Latents (CSV)", "latents.csv", "text/csv", partial(run.latents_csv, now)),
        frame.Download(
            "Figures (JSON)", "digits.json", "application/json", partial(run.figures_json, now)
        ),
        frame.Download("NumPy script", "draw.py", "text/x-python", partial(run.script, now)),
    ],
)
