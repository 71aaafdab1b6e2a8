"""Market regimes: a Gaussian HMM on daily returns, its states as a band, and the next day."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import returns
from genmodels.datasets.returns import Series
from genmodels.kit import frame, own_data
from genmodels.kit.figures import CONFIG
from pages.hmm import regimes_figures as figures
from pages.hmm import regimes_run as run
from pages.hmm.regimes import export as regimes_export
from pages.hmm.regimes import own as regimes_own
from pages.hmm.regimes import regime_band as widget
from pages.hmm.regimes import stage
from pages.hmm.regimes_run import Setup

MARKET, SHUFFLED, OWN = "S&P 500", "S&P 500, shuffled", regimes_own.TITLE
DATA = [MARKET, SHUFFLED, OWN]
SECTIONS = ["The states", "Held-out days"]
HELD = [f"K = {K}" for K in range(1, run.K_MAX + 1)]
LAST = -1
state = st.session_state
DEFAULTS: dict[str, Any] = {
    "hmmr_data": MARKET,
    "hmmr_k": 2,
    "hmmr_part": "all days",
    "hmmr_start": "widths",
    "hmmr_seed": 0,
    "hmmr_band": "posterior",
    "hmmr_open": "expected",
    "hmmr_section": SECTIONS[0],
}

DAY = stage.checked_day(frame.link_value("hmmr_day"))
WINDOW = stage.checked_window(frame.link_value("hmmr_view"))
ITERATION = frame.checked_whole("hmmr_it", 0, run.MAX_ITERATIONS, LAST)
SENT = regimes_own.checked(frame.link_value("hmmr_own"))
problems = frame.link_problems(
    "hmmr",
    {
        "hmmr_data": frame.checked_choice("hmmr_data", DATA, MARKET),
        "hmmr_k": frame.checked_whole("hmmr_k", 1, run.K_MAX, 2),
        "hmmr_part": frame.checked_choice("hmmr_part", run.PARTS, "all days"),
        "hmmr_start": frame.checked_choice("hmmr_start", run.STARTS, "widths"),
        "hmmr_seed": frame.checked_whole("hmmr_seed", 0, 9999, 0),
        "hmmr_band": frame.checked_choice("hmmr_band", run.BANDS, "posterior"),
        "hmmr_open": frame.checked_choice("hmmr_open", stage.OPENS, "expected"),
        "hmmr_section": frame.checked_choice("hmmr_section", SECTIONS, SECTIONS[0]),
        "hmmr_held": frame.checked_choice("hmmr_held", HELD, "none"),
        "hmmr_it": ITERATION,
        "hmmr_day": DAY,
        "hmmr_view": WINDOW,
        "hmmr_own": SENT,
    },
)


def goto(day: int | None = None, window: list[int] | None = None, iteration: int = LAST) -> None:
    """Move the band, now and in the link."""
    state["hmmr_goto"] = {
        "token": uuid.uuid4().hex,
        "day": day,
        "window": window,
        "iteration": iteration,
    }


if "hmmr_goto" not in state:
    goto(DAY[0], WINDOW[0], ITERATION[0])
    state["hmmr_own_series"] = SENT[0]


def again() -> None:
    """Another fit of the same days: day and window stay, EM stands at its end."""
    held = state.get("hmmr_now")
    if held is None:
        goto()
    else:
        goto(held.day, list(held.window))


def show(day: int | None = None, window: tuple[str, str] | None = None, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **other})
    goto(day, None if window is None else [stage.day_of(date) for date in window])


frame.header(
    "Market regimes",
    "Calm days follow calm days: each state has its own bell, and the chain says how long it "
    "lasts. There is no true regime, and this is no advice.",
    r"x_t \mid z_t = k \sim \mathcal N(\mu_k, \sigma_k^2)",
)


def own_series() -> Series:
    """The reader's series, or the S&P 500, said so, until there is one."""

    def take(text: str) -> None:
        try:
            series, notes = regimes_own.read(text, bool(state.get("hmmr_prices")))
        except ValueError as error:
            state["hmmr_own_problem"] = str(error)
            return
        state.update(hmmr_own_series=series, hmmr_own_notes=notes, hmmr_own_problem=None)
        goto()

    def pasted() -> None:
        take(state["hmmr_pasted"])

    def uploaded() -> None:
        file = state["hmmr_file"]
        if file is None:
            return
        try:
            text = own_data.decode(file.getvalue())
        except ValueError as error:
            state["hmmr_own_problem"] = str(error)
            return
        take(text)

    st.toggle("These are prices", key="hmmr_prices", help="Taken then: 100 log(p_t / p_t-1).")
    with st.form("hmmr_form", border=False):
        st.text_area(
            "One value a line", key="hmmr_pasted", height=90, placeholder="0.3\n-1.2\n\n0.5"
        )
        st.form_submit_button("Use these days", on_click=pasted)
    st.file_uploader("Or a file", type=["csv", "tsv", "txt"], key="hmmr_file", on_change=uploaded)
    frame.problem(state.get("hmmr_own_problem"))
    held: Series | None = state["hmmr_own_series"]
    if held is None:
        st.caption("No series of yours yet. Fitted meanwhile: the S&P 500.")
        return returns.sp500()
    for note in state.get("hmmr_own_notes", ()):
        st.caption(frame.plain_text(note) + ".")
    if regimes_own.to_link(held) is None:
        st.caption("These are too many days for the link: it opens without them.")
    return held


def controls() -> Setup:
    bound: dict[str, Any] = {"bind": "query-params"}

    def told(field: str) -> None:
        frame.problem(problems.get(field))

    data = st.selectbox("Data", DATA, key="hmmr_data", on_change=goto, **bound)
    for field in ("hmmr_data", "hmmr_own"):
        told(field)
    if data == OWN:
        series = own_series()
    else:
        series = returns.sp500() if data == MARKET else run.shuffled()
    K = st.number_input("States $K$", 1, run.K_MAX, 2, key="hmmr_k", on_change=again, **bound)
    told("hmmr_k")
    part = st.selectbox("Fit on", run.PARTS, index=1, key="hmmr_part", on_change=again, **bound)
    told("hmmr_part")
    start = st.selectbox(
        "EM starts from",
        run.STARTS,
        key="hmmr_start",
        on_change=again,
        help="States of different widths, of different means, drawn by lot, or all the same.",
        **bound,
    )
    told("hmmr_start")
    seed = st.number_input(
        "Seed", 0, 9999, 0, key="hmmr_seed", on_change=again, disabled=start != "random", **bound
    )
    told("hmmr_seed")
    st.selectbox(
        "Band",
        run.BANDS,
        key="hmmr_band",
        help="Given all days, given the days so far, or the one best path.",
        **bound,
    )
    told("hmmr_band")
    return Setup(series, int(K), part, start, int(seed) if start == "random" else 0)


def inspector(setup: Setup, view: widget.View) -> None:
    for field in ("hmmr_day", "hmmr_view", "hmmr_it"):
        frame.problem(problems.get(field))
    found = run.days(setup, view.iteration)
    if view.day is None:
        st.caption(
            "Click a day, or focus the series, walk with the arrows and press Enter: what was "
            "expected of it, and each sum, opens here."
        )
        what = "stays"
        day = 0
    else:
        day = view.day
        st.markdown(stage.day_sentence(setup, found, day))
        st.plotly_chart(
            figures.next_day(
                *stage.expected(found, day),
                stage.alone(setup),
                float(setup.series.x[day]),
                setup.series.unit,
            ),
            key="hmmr_next",
            config={"displayModeBar": False},
        )
        what = (
            st.pills(
                "Open",
                stage.OPENS,
                default="expected",
                required=True,
                key="hmmr_open",
                bind="query-params",
                label_visibility="collapsed",
            )
            or "expected"
        )
        frame.problem(problems.get("hmmr_open"))
    opened = stage.opened(setup, found, day, what)
    if isinstance(opened, str):
        st.caption(opened)
    else:
        frame.inspect(opened)


def the_states(setup: Setup, view: widget.View) -> None:
    found = run.run(setup)
    st.table(
        stage.states_table(setup, run.days(setup, view.iteration)),
        border="horizontal",
        hide_index=True,
    )
    st.caption(
        f"Iteration {view.iteration} of {found.iterations}; EM "
        + ("stopped where it gained less than " if found.converged else "hadn’t yet gained under ")
        + f"{run.TOLERANCE} nats. Nobody labelled a regime: the states are what a chain of bells "
        "makes of these days, and another K gives other ones."
    )
    for note in found.notes:
        st.caption(note)


def held_out(setup: Setup) -> None:
    left, right = st.columns([5, 4], gap="medium")
    try:
        with st.spinner("Fitting one to four states"):
            found = [run.held_out(setup.series, K) for K in range(1, run.K_MAX + 1)]
            early = [run.early_mixture(setup.series, K) for K in range(1, run.K_MAX + 1)]
    except ValueError as error:
        frame.problem(str(error))
        return
    with left:
        st.plotly_chart(
            figures.gained(found[1:], stage.held_out_labels(setup)),
            key="hmmr_gained",
            config=CONFIG,
        )
    with right:
        st.markdown("Nats a day on the last fifth of the days, with what the first 80 % taught:")
        st.table(stage.held_out_table(found, early), border="horizontal", hide_index=True)
        st.caption(
            "No memory: a mixture of the same bells, EM run to its end. Stopped early: from "
            "k-means, as scikit-learn’s defaults stop."
        )
        tab = st.pills(
            "Open a number",
            HELD,
            key="hmmr_held",
            bind="query-params",
            label_visibility="collapsed",
        )
        frame.problem(problems.get("hmmr_held"))
        if tab:
            frame.inspect(stage.held_out_opened(found[int(tab[-1]) - 1]))


@st.fragment
def page() -> None:
    row = frame.stage_row()
    with row.controls:
        setup = controls()
    asked = stage.within(setup, state["hmmr_goto"])
    try:
        with row.stage, st.spinner("Fitting"):
            view = widget.said("hmmr_series", setup, asked)
    except ValueError as error:
        with row.stage:
            frame.problem(str(error))
        return
    state["hmmr_now"] = view
    with row.stage:
        widget.regime_band(setup, view.iteration, state["hmmr_band"], goto=asked, key="hmmr_series")
        st.caption(frame.plain_text(setup.series.source.caption()))
    own = state["hmmr_data"] == OWN and setup.series.name == "own"
    frame.set_link(
        {
            "hmmr_day": None if view.day is None else view.day + 1,
            "hmmr_view": stage.window_text(view.window, len(setup.series)),
            "hmmr_it": None if view.iteration == run.run(setup).iterations else view.iteration,
            "hmmr_own": regimes_own.to_link(setup.series) if own else None,
        }
    )
    with row.inspector:
        inspector(setup, view)
    section = frame.sections("hmmr", SECTIONS)
    frame.problem(problems.get("hmmr_section"))
    if section == SECTIONS[0]:
        the_states(setup, view)
    else:
        held_out(setup)
    frame.try_this("hmmr", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "hmmr",
        [
            frame.Download(
                "Model (JSON)",
                "regimes.json",
                "application/json",
                partial(regimes_export.model_json, setup, view.iteration),
            ),
            frame.Download(
                "Posteriors (CSV)",
                "regimes.csv",
                "text/csv",
                partial(regimes_export.days_csv, setup, view.iteration),
            ),
            frame.Download(
                "Script (Python)",
                "regimes.py",
                "text/x-python",
                partial(regimes_export.script, setup),
            ),
        ],
    )


TRIES = [
    frame.Try(
        "19 October 1987",
        "The largest fall of all: what did the model expect the evening before, and how sure is "
        "it the evening after?",
        lambda: show(
            stage.day_of("1987-10-19"), ("1987-08-03", "1988-03-01"), hmmr_band="filtered"
        ),
    ),
    frame.Try(
        "Shuffle the days",
        "The same returns in an order drawn by lot: how long will the states stay now?",
        lambda: show(hmmr_data=SHUFFLED),
    ),
    frame.Try(
        "Two equal states",
        "EM begins with two states that are exactly alike: when will they part?",
        lambda: show(hmmr_start="identical"),
    ),
    frame.Try(
        "A fourth state",
        "Is a fourth state one more regime, or a handful of days? And does it help on days it "
        "hasn’t seen?",
        lambda: show(hmmr_k=4, hmmr_section=SECTIONS[1]),
    ),
]

page()
