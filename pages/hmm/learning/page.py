"""Baum-Welch, watched: posteriors pour into counts, counts normalise into the next tables."""

import uuid
from functools import partial
from typing import Any, cast

import streamlit as st

from genmodels.datasets.sequences import PRESETS
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.hmm.learning import case as learning_run
from pages.hmm.learning import figures
from pages.hmm.learning import stage as learning_stage
from pages.hmm.learning import tables as learning_tables
from pages.hmm.learning import take_away as export
from pages.hmm.learning.case import MAX_LENGTH, MAX_SEQUENCES, MAX_STATES, NAMES, STARTS, Setup
from pages.hmm.learning.count_pour import count_pour

MAX_SEED = 8999
LAST = 100_000  # a step past every end: the stage stops at its own last
SECTIONS = ["Watch", "Ten restarts"]
FROM = ["Drawn", "Typed"]
DEFAULTS: dict[str, Any] = {
    "hmml_data": "Ice cream and weather",
    "hmml_from": "Drawn",
    "hmml_n": 12,
    "hmml_len": 24,
    "hmml_draw": 0,
    "hmml_text": "",
    "hmml_start": "Random",
    "hmml_k": 2,
    "hmml_seed": 1,
    "hmml_shown": 1,
    "hmml_truth": True,
}
state = st.session_state
problems = frame.link_problems(
    "hmml",
    {
        "hmml_section": frame.checked_choice("hmml_section", SECTIONS, "Watch"),
        "hmml_data": frame.checked_choice("hmml_data", NAMES, DEFAULTS["hmml_data"]),
        "hmml_from": frame.checked_choice("hmml_from", FROM, "Drawn"),
        "hmml_n": frame.checked_whole("hmml_n", 1, MAX_SEQUENCES, DEFAULTS["hmml_n"]),
        "hmml_len": frame.checked_whole("hmml_len", 1, MAX_LENGTH, DEFAULTS["hmml_len"]),
        "hmml_draw": frame.checked_whole("hmml_draw", 0, 9999, 0),
        "hmml_start": frame.checked_choice("hmml_start", STARTS, "Random"),
        "hmml_k": frame.checked_whole("hmml_k", 1, MAX_STATES, 2),
        "hmml_seed": frame.checked_whole("hmml_seed", 0, MAX_SEED, DEFAULTS["hmml_seed"]),
        "hmml_shown": frame.checked_whole("hmml_shown", 1, MAX_SEQUENCES, 1),
        "hmml_step": frame.checked_whole("hmml_step", 0, LAST, 0),
        "hmml_open": learning_stage.checked_open(frame.link_value("hmml_open")),
        "hmml_lock": learning_run.checked_locks(frame.link_value("hmml_lock"), MAX_STATES),
    },
)


def goto(step: int, selected: str | None = None) -> None:
    """Move the stage, now and in the link."""
    state["hmml_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


if "hmml_goto" not in state:
    goto(
        frame.checked_whole("hmml_step", 0, LAST, 0)[0],
        learning_stage.checked_open(frame.link_value("hmml_open"))[0],
    )
    codes = learning_run.checked_locks(frame.link_value("hmml_lock"), MAX_STATES)[0]
    state["hmml_locks"] = list(codes)


def start_over() -> None:
    """Another run: from its start, with what was open."""
    goto(0, state["hmml_goto"]["selected"])


def other_data() -> None:
    """Other symbols: what was typed for the last ones is no sequence of these."""
    state["hmml_text"] = PRESETS[NAMES[state["hmml_data"]]].observations
    state["hmml_shown"] = 1
    state["hmml_k"] = len(PRESETS[NAMES[state["hmml_data"]]].states)
    if state.get("hmml_start") == "Own tables":
        true = learning_run.true_model(NAMES[state["hmml_data"]])
        state["hmml_tables"] = learning_tables.text_of(true)
    goto(0)


def other_source() -> None:
    """Typing begins with what was drawn."""
    if state["hmml_from"] == "Typed" and not (state.get("hmml_text") or "").strip():
        name = NAMES[state["hmml_data"]]
        drawn = learning_run.drawn(name, *(state[f"hmml_{key}"] for key in ("n", "len", "draw")))
        state["hmml_text"] = learning_run.text_of(name, drawn)
    start_over()


def other_start() -> None:
    """The reader's own tables begin with the true ones."""
    if state["hmml_start"] == "Own tables" and not (state.get("hmml_tables") or "").strip():
        true = learning_run.true_model(NAMES[state["hmml_data"]])
        state["hmml_tables"] = learning_tables.text_of(true)
    start_over()


def put_tables(text: str) -> None:
    state["hmml_tables"] = text
    start_over()


def show(step: int = LAST, selected: str | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, "hmml_section": "Watch", **settings})
    state["hmml_locks_next"] = []
    goto(step, selected)


def open_restart(seed: int, start: str) -> None:
    """One of the ten on the stage, at its end."""
    state.update({"hmml_seed": seed, "hmml_start": start, "hmml_section": "Watch"})
    goto(LAST)


if "hmml_from_chart" in state:
    open_restart(*state.pop("hmml_from_chart"))

frame.header(
    "Learning: Baum-Welch",
    "Guess the states, count what was guessed, make the counts the next tables.",
    r"\hat A_{ij}=\sum_t\xi_t(i,j)\,/\,\sum_t\gamma_t(i)",
)
section = frame.sections("hmml", SECTIONS)
BOUND: dict[str, Any] = {"bind": "query-params"}


def chosen_sequences(name: str) -> tuple[learning_run.Observations, ...]:
    """Drawn or typed; what can't be read now stays as it last could, with a message."""
    source = st.segmented_control(
        "Sequences", FROM, default="Drawn", required=True, key="hmml_from",
        on_change=other_source, **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("hmml_from"))
    if source != "Typed":
        left, right = st.columns(2)
        with left:
            n = st.number_input(
                "How many", 1, MAX_SEQUENCES, DEFAULTS["hmml_n"], key="hmml_n",
                on_change=start_over, **BOUND,
            )  # fmt: skip
        with right:
            length = st.number_input(
                "Length", 1, MAX_LENGTH, DEFAULTS["hmml_len"], key="hmml_len",
                on_change=start_over, **BOUND,
            )  # fmt: skip
        seed = st.number_input(
            "Seed of the draw", 0, 9999, 0, key="hmml_draw", on_change=start_over, **BOUND
        )
        for key in ("hmml_n", "hmml_len", "hmml_draw"):
            frame.problem(problems.get(key))
        return learning_run.drawn(name, int(n), int(length), int(seed))
    text = st.text_area(
        "One a line (? is missing)", key="hmml_text", height=110, on_change=start_over,
        help="Allowed: " + ", ".join(PRESETS[name].symbols) + ", or ? for a missing one.", **BOUND,
    )  # fmt: skip
    sequences, wrong = learning_run.sequences_of(name, text or "")
    frame.problem(wrong)
    if sequences is None:
        kept = state.get("hmml_kept")
        if kept is None or kept[0] != name:
            kept = (name, learning_run.sequences_of(name, PRESETS[name].observations)[0])
        state["hmml_kept"] = kept
        return cast("tuple[learning_run.Observations, ...]", kept[1])
    state["hmml_kept"] = (name, sequences)
    return sequences


def own_tables(name: str) -> learning_tables.Tables:
    """Typed tables; what can't be read now stays as it last could, with a message."""
    M = len(PRESETS[name].symbols)
    text = st.text_area(
        "π, then A, then B, a row a line", key="hmml_tables", height=150, on_change=start_over,
        **BOUND,
    )  # fmt: skip
    tables, wrong, fixed = learning_tables.tables_of(text or "", M)
    frame.problem(wrong)
    if fixed is not None:
        st.button("Normalise", key="hmml_normalise", on_click=put_tables, args=(fixed,))
    if tables is None:
        kept = state.get("hmml_kept_tables")
        if kept is None or kept[0] != name:
            true = learning_tables.text_of(learning_run.true_model(name))
            kept = (name, learning_tables.tables_of(true, M)[0])
        tables = kept[1]
    state["hmml_kept_tables"] = (name, tables)
    return cast("learning_tables.Tables", tables)


def controls() -> tuple[Setup, int]:
    """The run's set-up and the sequence on the stage."""
    title = st.selectbox("Data", list(NAMES), index=list(NAMES).index(DEFAULTS["hmml_data"]),
                         key="hmml_data", on_change=other_data, **BOUND)  # fmt: skip
    frame.problem(problems.get("hmml_data"))
    name = NAMES[title]
    sequences = chosen_sequences(name)
    start = st.selectbox(
        "Start", list(STARTS), key="hmml_start", on_change=other_start, **BOUND,
        help="Even: all rows uniform. One way: random, with no way back to a lower state.",
    )  # fmt: skip
    frame.problem(problems.get("hmml_start"))
    start = cast("learning_run.Start", start)
    K, tables = len(PRESETS[name].states), None
    if start == "Own tables":
        tables = own_tables(name)
        K = len(tables[1])
    elif start != "True tables":
        left, right = st.columns(2)
        with left:
            K = st.number_input(
                "States", 1, MAX_STATES, 2, key="hmml_k", on_change=start_over, **BOUND
            )
        if start != "Even":
            with right:
                st.number_input(
                    "Seed", 0, MAX_SEED, DEFAULTS["hmml_seed"], key="hmml_seed",
                    on_change=start_over, **BOUND,
                )  # fmt: skip
    frame.problem(problems.get("hmml_k"))
    frame.problem(problems.get("hmml_seed"))
    seed = int(state.get("hmml_seed", DEFAULTS["hmml_seed"]))
    allowed = learning_run.lock_codes(int(K))
    if state.get("hmml_pills") is None or "hmml_locks_next" in state:
        wanted = state.pop("hmml_locks_next", state["hmml_locks"])
        state["hmml_pills"] = [code for code in allowed if code in wanted]
    state["hmml_pills"] = [code for code in state["hmml_pills"] if code in allowed]
    locks = st.pills(
        "Locked: don't learn", allowed, selection_mode="multi", key="hmml_pills",
        format_func=lambda code: "π" if code == "pi" else code, on_change=start_over,
        help="π, or a row of A or B. The lock beside a row on the stage does the same.",
    )  # fmt: skip
    frame.problem(problems.get("hmml_lock"))
    state["hmml_locks"] = list(locks)
    frame.set_link({"hmml_lock": ",".join(locks) or None})
    many = len(sequences)
    if state.get("hmml_shown", 1) > many:
        state["hmml_shown"] = many
        st.caption(f"There are {many} sequences: the last one is shown.")
    shown = st.number_input(
        f"On the stage: sequence 1 to {many}", 1, many, key="hmml_shown", **BOUND
    )
    frame.problem(problems.get("hmml_shown"))
    return Setup(name, sequences, start, int(K), seed, tuple(locks), tables), int(shown)


@st.fragment
def watch() -> None:
    row = frame.stage_row((2.1, 6.9, 2.6))
    with row.controls:
        setup, shown = controls()
        known = len(PRESETS[setup.preset].states) == setup.K
        truth = st.toggle("True tables beside", True, key="hmml_truth", disabled=not known, **BOUND)
    one = learning_run.run(setup)
    with row.stage:
        frame.problem(one.message)
        view = count_pour(
            learning_stage.prepared(setup, shown, bool(truth)),
            goto=state["hmml_goto"],
            key="hmml_stage",
        )
        st.caption(frame.plain_text(PRESETS[setup.preset].source.caption()))
    selected = view.selected.text if view.selected else None
    if view.locks is not None and set(view.locks) != set(setup.locks):
        state["hmml_locks_next"] = list(view.locks)
        goto(view.step, selected)
        st.rerun(scope="fragment")
    state["hmml_goto"] = {**state["hmml_goto"], "step": view.step, "selected": selected}
    frame.set_link({"hmml_step": view.step or None, "hmml_open": selected})
    with row.inspector:
        frame.problem(problems.get("hmml_step"))
        frame.problem(problems.get("hmml_open"))
        opened, hint = learning_stage.opened(one, shown, view.step, view.selected)
        if hint:
            st.caption(hint)
        if opened is not None:
            frame.inspect(opened)
        st.caption(frame.plain_text(learning_stage.recovered(one, view.step)))
    frame.try_this("hmml", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "hmml",
        [
            frame.Download(label, name, mime, make)
            for label, name, mime, make in (
                ("Model (JSON)", "hmm.json", "application/json",
                 partial(export.model_json, one, view.step)),
                ("Posteriors (CSV)", "posteriors.csv", "text/csv",
                 partial(export.posteriors_csv, one, view.step)),
                ("Picture (SVG)", "baum-welch.svg", "image/svg+xml",
                 partial(export.svg, one, shown, view.step)),
                ("Script (Python)", "baum_welch.py", "text/x-python", partial(export.script, one)),
            )
        ],
    )  # fmt: skip


@st.fragment
def restarts() -> None:
    row = frame.stage_row((2.1, 6.9, 2.6))
    with row.controls:
        setup, _ = controls()
    begin = learning_run.restarted(setup)
    with row.stage:
        with st.spinner("Ten runs …"):
            found = learning_run.restarts(begin)
        clicked = st.plotly_chart(
            figures.curves(found), key="hmml_curves", config=CONFIG,
            on_select="rerun", selection_mode="points",
        )  # fmt: skip
        points = clicked["selection"]["points"] if found else []
        if points and 0 <= points[0]["curve_number"] < len(found):
            state["hmml_from_chart"] = found[points[0]["curve_number"]].seed, begin.start
            st.rerun()
        st.caption("Click a curve or a button to open that run. The starts lie below the frame.")
    with row.inspector:
        st.markdown(learning_run.restarts_sentence(found))
        for restart in found:
            st.button(
                learning_run.restart_label(restart),
                key=f"hmml_restart_{restart.seed}",
                on_click=open_restart,
                args=(restart.seed, begin.start),
            )


TRIES = [
    frame.Try(
        "Twelve diaries",
        "Twelve diaries of 24 days were drawn from the true tables. Learnt from a random start: "
        "which entry will be furthest from the truth?",
        lambda: show(selected="B:1.3"),
    ),
    frame.Try(
        "All alike",
        "Every row of the start is even, so no state differs from another. What can an M-step "
        "change?",
        lambda: show(hmml_start="Even"),
    ),
    frame.Try(
        "One short sequence",
        "Five states, six rolls. Where does log P end, and what do fresh rolls cost then?",
        lambda: show(
            hmml_data="Dishonest casino",
            hmml_from="Typed",
            hmml_text="6 1 4 2 6 6",
            hmml_k=5,
            hmml_seed=0,
        ),
    ),
    frame.Try(
        "No way back",
        "A starts with no way from 2 to 1, yet the weather turns both ways. Will counting bring "
        "the way back?",
        lambda: show(hmml_start="One way", hmml_seed=0, selected="A:2.1"),
    ),
]

if section == "Watch":
    watch()
else:
    restarts()
