"""How many states, and how long one lasts: choosing K, and where the Markov assumption breaks."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.kit import frame, jobs
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from pages.hmm.states import case as states_run
from pages.hmm.states import durations as durations_run
from pages.hmm.states import export as states_export
from pages.hmm.states import figures
from pages.hmm.states import opened as arithmetic
from pages.hmm.states.case import Fit, Sweep
from pages.hmm.states.durations import Asked

SECTIONS = ["How many", "Durations"]
REFRESH = 0.6  # s, while the sweep runs
state = st.session_state
DEFAULTS: dict[str, Any] = {
    "hmmn_section": SECTIONS[0],
    "hmmn_data": "Casino rolls",
    "hmmn_n": 40,
    "hmmn_t": 120,
    "hmmn_seed": 0,
    "hmmn_by": "BIC",
    "hmmn_k": 2,
    "hmmn_of": "spoken digit",
    "hmmn_digit": 0,
    "hmmn_regimes": 2,
    "hmmn_regime": 1,
    "hmmn_stay": 0.9,
    "hmmn_draw": 0,
    "hmmn_sub": 4,
    "hmmn_d": 20,
}
NUMBERS = ("BIC", "parameters", "held out")
OPENS = ("chain", "geometric", "self-loop", "P(d), chain", "P(d), geometric")
DIGITS, STAYS = list(range(10)), [0.5, 0.8, 0.9, 0.95, 0.98]
LONGEST = 2000

problems = frame.link_problems(
    "hmmn",
    {
        "hmmn_section": frame.checked_choice("hmmn_section", SECTIONS, SECTIONS[0]),
        "hmmn_data": frame.checked_choice("hmmn_data", states_run.DATA, "Casino rolls"),
        "hmmn_n": frame.checked_whole("hmmn_n", 1, states_run.MOST_SEQUENCES, 40),
        "hmmn_t": frame.checked_whole("hmmn_t", 20, states_run.MOST_ROLLS, 120),
        "hmmn_seed": frame.checked_whole("hmmn_seed", 0, 9999, 0),
        "hmmn_by": frame.checked_choice("hmmn_by", states_run.CRITERIA, "BIC"),
        "hmmn_k": frame.checked_whole("hmmn_k", 1, states_run.K_MAX, 2),
        "hmmn_tab": frame.checked_choice("hmmn_tab", NUMBERS, "BIC"),
        "hmmn_of": frame.checked_choice("hmmn_of", durations_run.OF, "spoken digit"),
        "hmmn_digit": frame.checked_whole("hmmn_digit", 0, 9, 0),
        "hmmn_regimes": frame.checked_whole("hmmn_regimes", 2, 4, 2),
        "hmmn_regime": frame.checked_whole("hmmn_regime", 1, 4, 1),
        "hmmn_stay": frame.checked_choice("hmmn_stay", map(str, STAYS), "0.9"),
        "hmmn_draw": frame.checked_whole("hmmn_draw", 0, 9999, 0),
        "hmmn_sub": frame.checked_whole("hmmn_sub", 1, durations_run.N_MAX, 4),
        "hmmn_d": frame.checked_whole("hmmn_d", 1, LONGEST, 20),
        "hmmn_open": frame.checked_choice("hmmn_open", OPENS, "chain"),
    },
)
BOUND: dict[str, Any] = {"bind": "query-params"}


def told(field: str) -> None:
    frame.problem(problems.get(field))


def show(**settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **settings})


frame.header(
    "States and durations",
    "How many states do the data pay for, and how long may one last?",
    r"P(d)=A_{kk}^{d-1}(1-A_{kk})",
)


# -- how many states -----------------------------------------------------------------------------


def visitor() -> str:
    name: str = state.setdefault("hmmn_visitor", uuid.uuid4().hex)
    return name


def job_of(sweep: Sweep) -> tuple[jobs.Job | None, str | None]:
    """The sweep's job, watched unless this visitor cancelled it; why there is none."""
    if state.get("hmmn_stopped") == sweep:
        return jobs.find(sweep), None
    try:
        return states_run.watched(sweep, visitor()), None
    except RuntimeError as error:
        return jobs.find(sweep), str(error)


def sweep_controls() -> Sweep:
    data = st.selectbox("Data", states_run.DATA, key="hmmn_data", **BOUND)
    told("hmmn_data")
    if data != "Casino rolls":
        st.number_input("States $K$ to open", 1, states_run.K_MAX, 2, key="hmmn_k", **BOUND)
        told("hmmn_k")
        return Sweep(data)
    n = st.number_input("Sequences $N$", 1, states_run.MOST_SEQUENCES, 40, key="hmmn_n", **BOUND)
    told("hmmn_n")
    T = st.number_input(
        "Rolls in each $T$", 20, states_run.MOST_ROLLS, 120, 20, key="hmmn_t", **BOUND
    )
    told("hmmn_t")
    seed = st.number_input("Seed", 0, 9999, 0, key="hmmn_seed", **BOUND)
    told("hmmn_seed")
    st.number_input("States $K$ to open", 1, states_run.K_MAX, 2, key="hmmn_k", **BOUND)
    told("hmmn_k")
    return Sweep(data, int(n), int(T), int(seed))


def progress(sweep: Sweep, job: jobs.Job) -> None:
    stopped = state.get("hmmn_stopped") == sweep
    before = jobs.ahead(job)
    words = f"{job.done} of {job.total} numbers of states"
    if stopped:
        words = f"Stopped after {words}."
    elif before:
        words = f"{before} other computations come first."
    st.progress(job.done / job.total, text=words)

    def cancel() -> None:
        state["hmmn_stopped"] = sweep
        jobs.leave(sweep, visitor())

    def go_on() -> None:
        state["hmmn_stopped"] = None

    if stopped:
        st.button("Continue", key="hmmn_continue", on_click=go_on)
    else:
        st.button("Cancel", key="hmmn_cancel", on_click=cancel)


def take() -> None:
    """A clicked point's K becomes the page's."""
    chosen: Any = state.get("hmmn_chart")
    points = chosen.selection.points if chosen else []
    data = points[0].get("customdata") if points else None
    if data:
        state["hmmn_k"] = int(data[0])
        state["hmmn_taken"] = True


def sweep_stage(sweep: Sweep, name: str) -> None:
    """Progress and chart, drawn again by themselves while the sweep runs."""
    job, _ = job_of(sweep)
    running = job is not None and not job.finished and jobs.ahead(job) is not None
    had = job is not None and int(state["hmmn_k"]) in job.snapshot()

    @st.fragment(run_every=REFRESH if running else None)
    def drawn(was_running: bool) -> None:
        job, full = job_of(sweep)  # looking again tells that someone still watches
        frame.problem(full)
        if job is None:
            return
        taken = state.pop("hmmn_taken", False)
        arrived = not had and int(state["hmmn_k"]) in job.snapshot()
        if taken or arrived or (was_running and job.finished):
            st.rerun()  # the controls and the inspector stand outside of this fragment
        frame.problem(job.failed)
        if not job.finished:
            progress(sweep, job)
        fits = list(job.snapshot().values())
        st.plotly_chart(
            figures.criterion(fits, name, int(state["hmmn_k"]), states_run.true_held_out(sweep)),
            key="hmmn_chart",
            on_select=take,
            selection_mode="points",
            config=CONFIG,
        )

    drawn(running)
    st.caption(frame.plain_text(states_run.source(sweep).caption()))


def how_many() -> None:
    row = frame.stage_row()
    with row.controls:
        sweep = sweep_controls()
    with row.stage:
        name = (
            st.segmented_control(
                "Criterion",
                list(states_run.CRITERIA),
                default="BIC",
                required=True,
                key="hmmn_by",
                label_visibility="collapsed",
                **BOUND,
            )
            or "BIC"
        )
        told("hmmn_by")
        sweep_stage(sweep, name)
    job, _ = job_of(sweep)
    results: dict[Any, Fit] = {} if job is None else job.snapshot()
    with row.inspector:
        if job is not None and job.finished and results:
            st.markdown(states_run.sentence(list(results.values()), sweep))
        found = results.get(int(state["hmmn_k"]))
        if found is None:
            st.caption("Click a point of the curve, or set K, to open its fit.")
        else:
            open_fit(found, sweep)
    if found is not None:
        with row.stage:
            tables(found, sweep)
    frame.try_this("hmmn", TRIES)
    if results:
        away: list[frame.Download] = [
            frame.Download(
                "Curve (CSV)",
                "states.csv",
                "text/csv",
                partial(states_export.sweep_csv, list(results.values())),
            )
        ]
        if found is not None:
            away += [
                frame.Download(
                    "Model (JSON)",
                    "states.json",
                    "application/json",
                    partial(states_export.model_json, found, sweep),
                ),
                frame.Download(
                    "Script (Python)",
                    "states.py",
                    "text/x-python",
                    partial(states_export.script, found, sweep),
                ),
            ]
        st.markdown("**Take away.** The chart’s camera saves it as SVG.")
        frame.take_away("hmmn", away)


def open_fit(found: Fit, sweep: Sweep) -> None:
    st.markdown(
        f"**K = {found.K}**: start {found.seed + 1} of {len(found.starts)}, "
        f"{found.iterations} iterations."
    )
    tab = st.pills(
        "Open a number",
        NUMBERS,
        default="BIC",
        required=True,
        key="hmmn_tab",
        label_visibility="collapsed",
        **BOUND,
    )
    told("hmmn_tab")
    if tab == "parameters":
        frame.inspect(states_run.parameters_opened(found))
    elif tab == "held out":
        frame.inspect(states_run.held_out_opened(found))
    else:
        frame.inspect(states_run.bic_opened(found))


def tables(found: Fit, sweep: Sweep) -> None:
    """What the opened fit has learnt, and where its starts ended."""
    st.table(states_run.table(found, sweep), border="horizontal", hide_index=True)
    ends = ", ".join(plain(value, 6) for value in found.starts)
    st.caption(
        f"K = {found.K}. Log-likelihoods of the starts after {states_run.SCREEN} "
        f"iterations at most: {ends} nats."
    )


# -- durations -----------------------------------------------------------------------------------


def duration_controls() -> Asked:
    of = st.selectbox("Durations of a", durations_run.OF, key="hmmn_of", **BOUND)
    told("hmmn_of")
    digit, K, regime, stay, seed = 0, 2, 1, 0.9, 0
    if of == "spoken digit":
        digit = int(st.number_input("Digit", 0, 9, 0, key="hmmn_digit", **BOUND))
        told("hmmn_digit")
    elif of == "regime":
        K = int(st.number_input("Regimes $K$", 2, 4, 2, key="hmmn_regimes", **BOUND))
        told("hmmn_regimes")
        regime = int(st.number_input("Regime, calmest 1", 1, 4, 1, key="hmmn_regime", **BOUND))
        told("hmmn_regime")
        if regime > K:
            frame.problem(f"There are {K} regimes; shown: the wildest, {K}.")
            regime = K
    else:
        stay = st.select_slider("$A_{kk}$", STAYS, 0.9, key="hmmn_stay", **BOUND)
        told("hmmn_stay")
        seed = int(st.number_input("Seed", 0, 9999, 0, key="hmmn_draw", **BOUND))
        told("hmmn_draw")
    return Asked(of, digit, K, regime, float(stay), seed)


def durations() -> None:
    row = frame.stage_row()
    with row.controls:
        asked = duration_controls()
        n = int(st.slider("Sub-states $n$", 1, durations_run.N_MAX, 4, key="hmmn_sub", **BOUND))
        told("hmmn_sub")
        d = int(st.number_input("Open $P(d)$ at $d$", 1, LONGEST, 20, key="hmmn_d", **BOUND))
        told("hmmn_d")
    with row.stage:
        try:
            with st.spinner("Decoding"):
                found = durations_run.durations(asked)
            tried = durations_run.laws(asked)
        except ValueError as error:
            frame.problem(str(error))
            return
        if n > len(tried):
            frame.problem(
                f"n must be at most the mean duration, {found.mean:.2f}: each sub-state takes at "
                f"least one step. Shown: n = {len(tried)}."
            )
            n = len(tried)
        geometric, chosen = tried[0], tried[n - 1]
        st.plotly_chart(
            figures.durations(found, geometric, chosen, d), key="hmmn_durations", config=CONFIG
        )
        st.plotly_chart(figures.by_n(tried, n), key="hmmn_by_n", config=CONFIG)
        st.caption(frame.plain_text(found.source.caption()))
    with row.inspector:
        st.markdown(frame.plain_text(durations_run.sentence(asked)))
        if found.stay is not None:
            st.caption(
                f"The chain’s own A = {found.stay:.4f} says {1 / (1 - found.stay):.1f} "
                f"{found.unit}, the stays here {found.mean:.1f}."
                + (
                    " Viterbi’s one path spares itself short visits."
                    if asked.of == "regime"
                    else ""
                )
            )
        open_duration(asked, n, d)
    frame.try_this("hmmn", TRIES)
    st.markdown("**Take away.** The charts’ cameras save them as SVG.")
    frame.take_away(
        "hmmn",
        [
            frame.Download(
                "Durations (CSV)",
                "durations.csv",
                "text/csv",
                partial(states_export.durations_csv, asked),
            ),
            frame.Download(
                "Chain (JSON)",
                "chain.json",
                "application/json",
                partial(states_export.chain_json, asked, n),
            ),
        ],
    )


def open_duration(asked: Asked, n: int, d: int) -> None:
    tab = st.pills(
        "Open a number",
        OPENS,
        default="chain",
        required=True,
        key="hmmn_open",
        label_visibility="collapsed",
        **BOUND,
    )
    told("hmmn_open")
    law, geometric = durations_run.law(asked, n), durations_run.law(asked, 1)
    counts = durations_run.counts(asked)
    found = durations_run.durations(asked)
    if tab == "geometric":
        frame.inspect(arithmetic.log_likelihood(counts, geometric.a, 1))
    elif tab == "self-loop":
        frame.inspect(arithmetic.loop(found.mean, n, found.unit))
    elif tab == "P(d), chain":
        frame.inspect(arithmetic.probability(d, law.a, n))
    elif tab == "P(d), geometric":
        frame.inspect(arithmetic.probability(d, geometric.a, 1))
    else:
        frame.inspect(arithmetic.log_likelihood(counts, law.a, n))
    st.markdown("The state as a chain of sub-states, all with one bell:")
    st.plotly_chart(
        figures.matrix(durations_run.chain(law.a, n)),
        key="hmmn_matrix",
        config={"displayModeBar": False},
    )


TRIES = [
    frame.Try(
        "Few rolls",
        "The casino has two dice. Will one sequence of 100 rolls be enough for BIC to find both?",
        lambda: show(hmmn_n=1, hmmn_t=100),
    ),
    frame.Try(
        "Real days",
        "The S&P 500 up to six states: where does BIC stop asking for more, and where do unseen "
        "days stop?",
        lambda: show(hmmn_data="S&P 500", hmmn_by="held out", hmmn_k=6),
    ),
    frame.Try(
        "How long a “six” lasts",
        "300 recordings of “six”: is one frame the likeliest length, as the geometric law says?",
        lambda: show(hmmn_section=SECTIONS[1], hmmn_digit=6, hmmn_sub=4, hmmn_d=18),
    ),
    frame.Try(
        "A chain too long",
        "Wild regimes, some of a single day: what do three sub-states in a row say of those?",
        lambda: show(
            hmmn_section=SECTIONS[1], hmmn_of="regime", hmmn_regime=2, hmmn_sub=3, hmmn_d=1
        ),
    ),
]


@st.fragment
def page() -> None:
    section = frame.sections("hmmn", SECTIONS)
    told("hmmn_section")
    if section == SECTIONS[0]:
        how_many()
    else:
        durations()


page()
