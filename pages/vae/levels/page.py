"""The hierarchical VAE: two levels of latents, one held and the other redrawn; what each costs."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened, plain
from genmodels.vae.two_levels import LOWER, UPPER, N
from pages.vae import digit_choice
from pages.vae.levels import case as run
from pages.vae.levels import figures, level_pair
from pages.vae.levels import opened as arithmetic
from pages.vae.levels import take_away as export
from pages.vae.levels.case import MAX_SEED, VIEW, Place

LEVELS, COSTS = "Two levels", "What each costs"
SECTIONS = [LEVELS, COSTS]
FREE, DIGIT = "The prior", "A digit"
NOISE, LATENT = "noise", "z1"
FIRST = 5
state = st.session_state


def checked_pair(name: str) -> tuple[tuple[float, float] | None, str | None]:
    """Two numbers from the link, and what is wrong with them."""
    text = frame.link_value(name)
    if text is None:
        return None, None
    try:
        one, two = (float(part) for part in text[:80].split(","))
        return Place(z2=(one, two)).z2, None
    except ValueError:
        return None, (
            f"The link's {name} must be two numbers within ±{VIEW:g}, as in 0.5,-1; it says "
            f"“{text[:40]}”. Shown instead: the start."
        )


Z2, HOME = checked_pair("vhi_z2"), checked_pair("vhi_home")
SEED1 = frame.checked_whole("vhi_seed1", 0, MAX_SEED, 0)
SEED2 = frame.checked_whole("vhi_seed2", 0, MAX_SEED, 0)
PICK = frame.checked_whole("vhi_pick", 1, N, 0)
SOURCE = frame.checked_choice("vhi_source", [FREE, DIGIT], FREE)
PROBLEMS = frame.link_problems(
    "vhi",
    {
        **digit_choice.checks("vhi", default=FIRST),
        "vhi_section": frame.checked_choice("vhi_section", SECTIONS, LEVELS),
        "vhi_source": SOURCE,
        "vhi_hold": frame.checked_choice("vhi_hold", [NOISE, LATENT], NOISE),
        "vhi_z2": Z2,
        "vhi_home": HOME,
        "vhi_seed1": SEED1,
        "vhi_seed2": SEED2,
        "vhi_pick": PICK,
    },
)


def goto(place: Place, of: str | None) -> None:
    """Put the pad to `place`, of the digit `of` (None: the prior)."""
    state["vhi_start"], state["vhi_start_id"], state["vhi_of"] = place, uuid.uuid4().hex, of


def linked(pixels: bytes | None) -> Place:
    """The start of a digit or the prior, moved to where the link says."""
    origin = run.start_of(pixels)
    pick = PICK[0] - 1 if PICK[0] else origin.pick
    return Place(
        Z2[0] or origin.z2, HOME[0] or Z2[0] or origin.home, SEED1[0], SEED2[0], pick
    )  # fmt: skip


def show(index: int | None, hold: str = NOISE, **moved: Any) -> None:
    """A state worth seeing: a test digit (None: the prior), and how the pad differs from its
    start."""
    state.update({"vhi_section": LEVELS, "vhi_hold": hold, "vhi_again": True})
    state["vhi_source"] = FREE if index is None else DIGIT
    pixels = None
    if index is not None:
        digit_choice.put_test("vhi", index)
        pixels = mnist.shown().x[index].tobytes()
    origin = vars(run.start_of(pixels))
    goto(Place(**{**origin, **moved}), None if index is None else f"test:{index}")


def show_costs() -> None:
    state["vhi_section"], state["vhi_again"] = COSTS, True


frame.header(
    "Hierarchical VAE",
    "Two levels: $z_2$ says which $z_1$ to expect, both say the picture.",
    r"z_2\sim\mathcal N(0,I),\quad z_1\sim p(z_1\mid z_2),\quad x\sim p(x\mid z_1,z_2)",
)


def opened(openable: dict[str, Opened], key: str) -> None:
    """The numbers that open, and the open one."""
    tab = st.pills(
        "Open a number",
        list(openable),
        default=next(iter(openable)),
        key=key,
        label_visibility="collapsed",
    )
    frame.inspect(openable[tab] if tab else None, "Choose a number above.")


def downloads(pixels: bytes | None, place: Place, hold: bool) -> list[frame.Download]:
    now = (pixels, place, hold)
    return [
        frame.Download(
            "Record (JSON)", "levels.json", "application/json", partial(export.record_json, *now)
        ),
        frame.Download(
            "Latents (CSV)", "levels.csv", "text/csv", partial(export.latents_csv, *now)
        ),
        frame.Download(
            "Pictures (SVG)", "levels.svg", "image/svg+xml", partial(export.sheets_svg, *now)
        ),
        frame.Download("NumPy script", "levels.py", "text/x-python", export.script),
        frame.Download(
            "Weights", "hierarchical.safetensors", "application/octet-stream", export.weights
        ),
    ]


# -- the two sections --------------------------------------------------------------------------


def levels_section() -> list[frame.Download]:
    row = frame.stage_row((2.0, 7.0, 2.6))
    with row.controls:
        source = st.segmented_control(
            "Start from",
            [FREE, DIGIT],
            default=FREE,
            required=True,
            key="vhi_source",
            bind="query-params",
        )
        digit = None
        if source == DIGIT:
            digit = digit_choice.choose_digit("vhi", default=FIRST)
        digit_choice.problems("vhi", PROBLEMS)
        kind = st.segmented_control(
            "Held of the lower level",
            [NOISE, LATENT],
            default=NOISE,
            required=True,
            key="vhi_hold",
            bind="query-params",
            help="z1 = m(z2) + s(z2) noise: holding the noise lets z1 follow z2",
        )
        for name in PROBLEMS:
            if name not in ("vhi_from", "vhi_digit", "vhi_ink"):
                frame.problem(PROBLEMS[name])
    hold = kind == LATENT
    pixels = None if digit is None else digit.x.tobytes()
    of = None if digit is None else digit.id
    if "vhi_start" not in state:
        goto(linked(pixels), of)
    elif state["vhi_of"] != of:
        goto(run.start_of(pixels), of)
    start, start_id = state["vhi_start"], state["vhi_start_id"]
    least = 0 if pixels is None else -1
    place = level_pair.placed(state.get("vhi_pair"), start, start_id, least)
    state["vhi_now"] = (pixels, place, hold)
    one = None if pixels is None else run.encoded(pixels)
    origin = run.start_of(pixels)
    with row.stage:
        prepared = level_pair.payload(
            run.held(pixels, place, hold), origin, start, start_id, one
        )  # fmt: skip
        level_pair.level_pair(prepared, key="vhi_pair")
        where = "The prior" if digit is None else digit.source
        st.caption(frame.plain_text(f"{where}. {mnist.SOURCE.caption()}"))
    frame.set_link(
        {
            "vhi_z2": pair(place.z2) if place.z2 != origin.z2 else None,
            "vhi_home": pair(place.home) if place.home not in (origin.home, place.z2) else None,
            "vhi_seed1": place.seed1 or None,
            "vhi_seed2": place.seed2 or None,
            "vhi_pick": place.pick + 1 if place.pick != origin.pick else None,
        }
    )
    drawn = run.drawn(pixels, place, hold)
    openable = {
        "log p(z₂)": arithmetic.upper_density(drawn.z2),
        "log p(z₁ | z₂)": arithmetic.lower_density(drawn.z1, drawn.mu, drawn.log_var),
    }
    own = run.costs()[0]
    with row.inspector:
        if one is not None:
            low = arithmetic.lower_kl(one.mu1, one.log_var1, one.prior_mu, one.prior_log_var)
            high = arithmetic.upper_kl(one.mu2, one.log_var2)
            openable = {
                "KL, upper": high,
                "KL, lower": low,
                "−ELBO": arithmetic.one_pass(one.bce, low.value, high.value),
                **openable,
            }
        opened(openable, f"vhi_tab_{'prior' if one is None else 'digit'}")
        here = (
            {}
            if one is None
            else {
                "here": [
                    plain(v, 4)
                    for v in (one.bce, low.value, high.value, one.bce + low.value + high.value)
                ]
            }
        )
        st.table(
            {
                "nats": ["BCE", "KL, lower", "KL, upper", "−ELBO"],
                **here,
                "test set": [plain(v, 4) for v in (own.bce, own.lower, own.upper, own.total)],
            },
            border="horizontal",
            hide_index=True,
        )
    return downloads(pixels, place, hold)


def pair(z: tuple[float, float]) -> str:
    return f"{z[0]:.4g},{z[1]:.4g}"


def costs_section() -> list[frame.Download]:
    row = frame.stage_row((2.0, 7.0, 2.6))
    models, found, redrawn, kept = run.costs(), run.use(), run.redrawn(), run.kept()
    with row.controls:
        for name in PROBLEMS:
            frame.problem(PROBLEMS[name])
        st.markdown(
            f"**Nothing is unused here**: {LOWER} lower and {UPPER} upper latents all speak."
            if not found.unused_here
            else f"**{found.unused_here} of {LOWER + UPPER} latents are unused here.**"
        )
        if found.unused:
            unused, used = redrawn
            st.markdown(
                f"**Where latents are unused** (posterior collapse), q is the prior and its draw "
                f"changes nothing. mnist-16 leaves {found.unused} of {len(found.sixteen)}: each "
                f"below {run.UNUSED:g} nats. Redraw those {unused.n}: no pixel moves more than "
                f"{plain(unused.largest, 2)}. Redraw its {used.n} busiest: up to "
                f"{plain(used.largest, 2)}, {plain(used.mean, 2)} on average."
            )
        st.markdown(
            f"An upper level is given up easily: training here grants it {run.free_nats():g} nats "
            "for nothing."
        )
    with row.stage:
        st.markdown(f"**−ELBO**, {run.pictures():,} test pictures")
        st.plotly_chart(figures.costs(models), key="vhi_costs", config=CONFIG)
        st.markdown("**What each latent says of a picture**; below the line, nothing")
        st.plotly_chart(figures.use(found), key="vhi_use", config=CONFIG)
        st.markdown(f"**Which level carries the digit**: {kept[0].of} digits, one level redrawn")
        st.plotly_chart(figures.kept(kept), key="vhi_kept", config=CONFIG)
    with row.inspector:
        openable = {
            f"−ELBO, {one.name}": arithmetic.test_set(
                one.name, run.pictures(), one.bce, one.lower, one.upper
            )
            for one in models
        }
        openable["KL, lower"] = arithmetic.level_use("KL, lower", found.lower, run.UNUSED)
        openable["KL, upper"] = arithmetic.level_use("KL, upper", found.upper, run.UNUSED)
        openable["KL, mnist-16"] = arithmetic.level_use(
            "KL of mnist-16", found.sixteen, run.UNUSED
        )  # fmt: skip
        for one in kept:
            openable[one.name] = arithmetic.kept(one.name, one.n, one.of, run.accuracy())
        tab = st.selectbox("Open a number", list(openable), key="vhi_cost_tab")
        frame.inspect(openable[tab])
    return downloads(*state.get("vhi_now", (None, Place(), False)))


section = frame.sections("vhi", SECTIONS)
if state.get("vhi_seen") != section:  # the pad begins anew: where the reader left it
    if state.get("vhi_seen") == LEVELS and "vhi_now" in state and not state.get("vhi_again"):
        goto(state["vhi_now"][1], state["vhi_of"])
    state["vhi_seen"] = section


@st.fragment
def body() -> None:
    if state.pop("vhi_again", False):
        st.rerun()
    made = {LEVELS: levels_section, COSTS: costs_section}[section]()
    frame.try_this(
        "vhi",
        [
            frame.Try(
                "Drag the upper",
                "One lower draw held, the upper dragged to a corner: what changes, what stays?",
                partial(show, None, z2=(2.0, -1.5)),
            ),
            frame.Try(
                "A digit's upper",
                "Keep only a digit's upper level. Will the twelve redraws be that digit?",
                partial(show, FIRST),
            ),
            frame.Try(
                "A digit's lower",
                "Keep its z₁ instead and redraw the upper: more alike, or less?",
                partial(show, FIRST, LATENT, seed2=1),
            ),
            frame.Try(
                "A level unused",
                "Sixteen latents in one level: does the model use all of them?",
                show_costs,
            ),
        ],
    )
    st.markdown("**Take away.** The record, the weights and the script belong together.")
    frame.take_away("vhi", made)


body()
