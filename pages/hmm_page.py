"""The hidden Markov model: step through a trellis."""

import uuid
from typing import Any

import streamlit as st

from genmodels import frame
from genmodels.arithmetic import plain
from genmodels.datasets.sequences import PRESETS
from genmodels.runs import trellis_run
from genmodels.widgets.trellis import trellis

NAMES = list(PRESETS)
LAST = 100_000  # a step past every end: the trellis stops at its own last
TITLES = {"initial": "Initial $\\pi$", "transition": "Transition $A$", "emission": "Emission $B$"}

problems = frame.link_problems(
    "hmm",
    {
        "hmm_preset": frame.checked_choice("hmm_preset", NAMES, NAMES[0]),
        "hmm_mode": frame.checked_choice("hmm_mode", trellis_run.MODES, "Viterbi"),
        "hmm_step": frame.checked_whole("hmm_step", 0, LAST, LAST),
        "hmm_open": trellis_run.checked_open(frame.link_value("hmm_open")),
    },
)
state = st.session_state


def goto(step: int, selected: list[int] | None = None) -> None:
    """Move the trellis, now and in the link."""
    state["hmm_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


def set_tables(preset: str, **changed: Any) -> None:
    """The preset's tables, some of them changed; the editors begin anew."""
    state["hmm_tables"] = {**trellis_run.preset_tables(preset), **changed}
    state["hmm_version"] = state.get("hmm_version", 0) + 1


def tables_from_link(preset: str) -> None:
    """Edited tables that the link carries; what can't be one gets a message at its table."""
    changed = {}
    for name, key in trellis_run.TABLES.items():
        text = frame.link_value(key)
        if text is not None:
            cells, wrong = trellis_run.table_from(text, trellis_run.preset_tables(preset)[name])
            if cells is None:
                problems[key] = f"The link's {key} can't be used: {wrong}. Shown: the preset's."
            else:
                changed[name] = cells
    set_tables(preset, **changed)


if "hmm_goto" not in state:
    first, _ = frame.checked_choice("hmm_preset", NAMES, NAMES[0])
    goto(
        frame.checked_whole("hmm_step", 0, LAST, LAST)[0],
        trellis_run.checked_open(frame.link_value("hmm_open"))[0],
    )
    tables_from_link(first)
    state["hmm_preset"] = first
    if frame.link_value("hmm_obs") is None:
        state["hmm_obs"] = PRESETS[first].observations


def choose_preset() -> None:
    preset = state["hmm_preset"]
    state["hmm_obs"] = PRESETS[preset].observations
    set_tables(preset)
    goto(LAST)


def changed_mode() -> None:
    """Every mode has its own steps: go to the new one's end, and keep the opened node."""
    goto(LAST, state["hmm_goto"]["selected"])


def show(
    preset: str, observations: str, mode: str, step: int = LAST,
    selected: list[int] | None = None, **changed: Any,
) -> None:  # fmt: skip
    """A state worth seeing."""
    state["hmm_preset"], state["hmm_obs"], state["hmm_mode"] = preset, observations, mode
    state["hmm_linear"] = False
    state["hmm_section"] = "Watch"
    set_tables(preset, **changed)
    goto(step, selected)


frame.header(
    "Hidden Markov model",
    "A hidden state moves on step by step, and each state emits what is seen.",
    r"p(x,z)=\pi_{z_1}b_{z_1}(x_1)\prod_{t=2}^{T}A_{z_{t-1}z_t}\,b_{z_t}(x_t)",
)
section = frame.sections("hmm", ["Watch", "Every path"])


def normalise(name: str, rows: Any) -> None:
    state["hmm_tables"] = {**state["hmm_tables"], name: rows}
    state["hmm_version"] += 1


def edit_table(name: str, preset: str) -> tuple[Any, bool]:
    """One editable table with its message and its button: (numbers or None, edited)."""
    chosen = PRESETS[preset]
    base = state["hmm_tables"][name]
    heads = {"initial": chosen.states, "transition": chosen.states, "emission": chosen.symbols}
    rows = [""] if name == "initial" else chosen.states
    st.markdown(f"**{TITLES[name]}**")
    edited = st.data_editor(
        {
            "state": list(rows),
            **{
                head: [None if row[j] is None else float(row[j]) for row in base]
                for j, head in enumerate(heads[name])
            },
        },
        key=f"hmm_edit_{name}_{state['hmm_version']}",
        hide_index=True,
        disabled=["state"],
        column_config={
            "state": st.column_config.TextColumn(
                "" if name == "initial" else "from", width="small"
            ),
            **{
                head: st.column_config.NumberColumn(head, format="%.4g", width="small")
                for head in heads[name]
            },
        },
    )
    columns = [list(edited[head]) for head in heads[name]]
    cells = [list(row) for row in zip(*columns, strict=True)]
    values, wrong = trellis_run.checked_table(name, cells)
    frame.problem(problems.get(trellis_run.TABLES[name]))
    frame.problem(wrong)
    if wrong and (fixed := trellis_run.normalised(cells)) is not None:
        st.button("Normalise", key=f"hmm_normalise_{name}", on_click=normalise, args=(name, fixed))
    same = trellis_run.table_text(cells) == trellis_run.table_text(
        trellis_run.preset_tables(preset)[name]
    )
    frame.set_link({trellis_run.TABLES[name]: None if same else trellis_run.table_text(cells)})
    return values, not same


@st.fragment
def watch() -> None:
    row = frame.stage_row()
    with row.controls:
        # Not bound: with a format_func the link would carry titles.
        preset = st.selectbox(
            "Model",
            NAMES,
            format_func=lambda n: PRESETS[n].title,
            key="hmm_preset",
            on_change=choose_preset,
        )
        frame.set_link({"hmm_preset": None if preset == NAMES[0] else preset})
        frame.problem(problems.get("hmm_preset"))
        text = st.text_area(
            "Observations (? is missing)", key="hmm_obs", bind="query-params", height=90,
            help="Allowed: " + ", ".join(PRESETS[preset].symbols) + ", or ? for a missing one.",
        )  # fmt: skip
        observations, wrong = trellis_run.observations_of(preset, text or "")
        frame.problem(wrong)
        mode = st.segmented_control(
            "Mode", list(trellis_run.MODES), default="Viterbi", required=True, key="hmm_mode",
            bind="query-params", on_change=changed_mode,
        )  # fmt: skip
        frame.problem(problems.get("hmm_mode"))
        linear = st.toggle("Plain numbers, not logs", key="hmm_linear", bind="query-params")
        likelihood = st.empty()

    below = st.container(key="hmm_tables_row")
    with below:
        parts = st.columns([1.0, 1.2, 2.0], gap="medium")
        tables = []
        for part, name in zip(parts, trellis_run.TABLES, strict=True):
            with part:
                tables.append(edit_table(name, preset)[0])

    stale = observations is None or any(table is None for table in tables)
    # What can't be used now stays as it last could, as long as the model is the same.
    kept = state.get("hmm_kept")
    if kept is None or kept["preset"] != preset:
        start = trellis_run.preset_tables(preset)
        kept = {
            "preset": preset,
            "tables": tuple(start.values()),
            "observations": trellis_run.observations_of(preset, PRESETS[preset].observations)[0],
        }
    kept = {
        "preset": preset,
        "tables": tuple(
            new if new is not None else old for new, old in zip(tables, kept["tables"], strict=True)
        ),
        "observations": kept["observations"] if observations is None else observations,
    }
    state["hmm_kept"] = kept
    run = trellis_run.run(
        preset, kept["tables"], kept["observations"], mode or "Viterbi", bool(linear)
    )
    log_text, plain_number = trellis_run.likelihood_text(run)
    with likelihood.container():
        st.markdown(f"$\\log P(O)$ = **{log_text}** nats  \n$P(O)$ = **{plain_number}**")

    with row.stage:
        if stale:
            st.info("The stage shows the last valid model and sequence.")
        frame.problem(run.message)
        if section == "Every path":
            every_path(run)
            return
        view = trellis(run.payload, goto=state["hmm_goto"], key="hmm_trellis")
        st.caption(PRESETS[preset].source.caption())
    state["hmm_goto"] = {
        "token": state["hmm_goto"]["token"],
        "step": view.step,
        "selected": list(view.selected) if view.selected else None,
    }
    end = view.step == run.payload["steps"] - 1
    frame.set_link(
        {
            "hmm_step": None if end else view.step,
            "hmm_open": f"{view.selected[0] + 1}.{view.selected[1] + 1}" if view.selected else None,
        }
    )
    with row.inspector:
        frame.problem(problems.get("hmm_step"))
        frame.problem(problems.get("hmm_open"))
        frame.inspect(trellis_run.opened(run, mode or "Viterbi", view.selected, bool(linear)), "")
        if view.selected is None:
            st.caption("Click a node to open its sum or max, with every contender.")


def every_path(run: trellis_run.Run) -> None:
    paths, by_path, by_forward = trellis_run.counts(run)
    K, T = run.model.n_states, len(run.payload["seen"])
    st.markdown(
        f"Path by path: $N^T = {K}^{{{T}}}$ = **{paths:,}** paths, "
        f"$(2T-1)N^T$ = **{by_path:,}** multiplications.  \n"
        f"Forward: $N + (T-1)N(N+1)$ = **{by_forward:,}** multiplications, of the order $N^2T$."
    )
    proof = trellis_run.proof(run)
    if proof is None:
        st.info(
            f"These are too many paths to list (at most {trellis_run.MAX_LISTED:,}): "
            "shorten the sequence."
        )
        return
    st.markdown(
        f"All paths add up to **{plain(proof.total, 10)}**; "
        f"the forward algorithm says **{plain(proof.forward, 10)}**."
    )
    st.dataframe(proof.rows, hide_index=True, height=min(35 * (proof.paths + 1) + 2, 420))


watch()


def healthy_then_ill() -> None:
    show("fever", "normal normal cold dizzy", "Viterbi", initial=((1.0, 0.0),),
         transition=((1.0, 0.0), (0.4, 0.6)),
         emission=((0.5, 0.5, 0.0), (0.1, 0.3, 0.6)))  # fmt: skip


frame.try_this(
    "hmm",
    [
        frame.Try(
            "Forget a day",
            "Healthy or fever: the second day's observation is lost. Which state will the "
            "posterior hold likelier there?",
            lambda: show("fever", "normal ? dizzy", "posterior", selected=[1, 0]),
        ),
        frame.Try(
            "Compare both paths",
            "The best path and the likeliest state of each column: can they differ?",
            lambda: show("fever", "normal dizzy cold", "Viterbi"),
        ),
        frame.Try(
            "Make it impossible",
            "Healthy people never fall ill here and are never dizzy; then one is dizzy. What is "
            "the best path?",
            healthy_then_ill,
        ),
        frame.Try(
            "Find the robot",
            "Ten rooms, a robot that starts anywhere. After how many looks does forward know "
            "where it is?",
            lambda: show("robot", PRESETS["robot"].observations, "forward", 30),
        ),
    ],
)
