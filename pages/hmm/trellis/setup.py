"""The model and the sequence that all sections of the hidden Markov model's page share."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genmodels.datasets.sequences import PRESETS, Rows
from genmodels.kit import frame
from pages.hmm import hmm_missing, trellis_run
from pages.hmm.hmm_opened import Mode
from pages.hmm.trellis import costs as hmm_costs
from pages.hmm.trellis import generate as hmm_generate
from pages.hmm.trellis import paths as hmm_paths
from pages.hmm.trellis_widget import Blank, Edit

NAMES = list(PRESETS)
LAST = 100_000  # a step past every end: the trellis stops at its own last
SECTIONS = ["Watch", "Two paths", "P(O) three ways", "Every path", "Generate", "Take away"]
TITLES = {"initial": "Initial $\\pi$", "transition": "Transition $A$", "emission": "Emission $B$"}
state = st.session_state


@dataclass(frozen=True)
class Setup:
    """What stands in the controls, as far as it is valid: kept from before where it isn't.

    `hidden`: the columns (from 0) whose observation the reader has blanked.
    """

    preset: str
    tables: tuple[Rows, Rows, Rows]
    observations: tuple[int, ...]
    hidden: tuple[int, ...]
    mode: Mode
    linear: bool
    stale: bool

    def run(self, mode: Mode | None = None) -> trellis_run.Run:
        return trellis_run.run(
            self.preset, self.tables, self.observations, mode or self.mode, self.linear, self.hidden
        )


def problems() -> dict[str, str]:
    """The link's bad values, by name, and what is wrong with them."""
    return frame.link_problems(
        "hmm",
        {
            "hmm_preset": frame.checked_choice("hmm_preset", NAMES, NAMES[0]),
            "hmm_mode": frame.checked_choice("hmm_mode", trellis_run.MODES, "Viterbi"),
            "hmm_section": frame.checked_choice("hmm_section", SECTIONS, SECTIONS[0]),
            "hmm_step": frame.checked_whole("hmm_step", 0, LAST, LAST),
            "hmm_open": trellis_run.checked_open(frame.link_value("hmm_open")),
            "hmm_blank": hmm_missing.checked(frame.link_value("hmm_blank")),
            "hmm_path": frame.checked_choice("hmm_path", hmm_paths.NAMES, hmm_paths.NAMES[1]),
            "hmm_path_number": frame.checked_choice(
                "hmm_path_number", hmm_paths.NUMBERS, hmm_paths.NUMBERS[0]
            ),
            "hmm_way": frame.checked_choice("hmm_way", hmm_costs.WAYS, hmm_costs.WAYS[0]),
            "hmm_gen_seed": frame.checked_whole("hmm_gen_seed", 0, hmm_generate.MAX_SEED, 0),
            "hmm_gen_length": frame.checked_whole(
                "hmm_gen_length", 1, hmm_generate.MAX_LENGTH, hmm_generate.LENGTH
            ),
            "hmm_gen_step": frame.checked_whole("hmm_gen_step", 0, LAST, 0),
            "hmm_gen_open": trellis_run.checked_open(frame.link_value("hmm_gen_open")),
        },
    )


def goto(step: int, selected: list[int] | None = None) -> None:
    """Move the trellis, now and in the link."""
    state["hmm_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


def set_tables(preset: str, **changed: Any) -> None:
    """The preset's tables, some of them changed; the editors begin anew."""
    edit(**{**trellis_run.preset_tables(preset), **changed})


def edit(**tables: Any) -> None:
    """These tables stand in their editors from now on; what was typed in the others stays."""
    cells = state.setdefault("hmm_cells", {})
    versions = state.setdefault("hmm_versions", dict.fromkeys(trellis_run.TABLES, 0))
    for name, rows in tables.items():
        cells[name] = rows
        versions[name] += 1
    state["hmm_tables"] = {**state.get("hmm_tables", {}), **tables}


def read_link() -> None:
    """The link's state into the session's, on the first run of a visit."""
    wrong = problems()
    if "hmm_goto" in state:
        return
    first = frame.checked_choice("hmm_preset", NAMES, NAMES[0])[0]
    goto(
        frame.checked_whole("hmm_step", 0, LAST, LAST)[0],
        trellis_run.checked_open(frame.link_value("hmm_open"))[0],
    )
    state["hmm_hidden"] = hmm_missing.checked(frame.link_value("hmm_blank"))[0]
    changed = {}
    for name, key in trellis_run.TABLES.items():
        text = frame.link_value(key)
        if text is not None:
            like = trellis_run.preset_tables(first)[name]
            cells, problem = trellis_run.table_from(text, like)
            if cells is None:
                wrong[key] = f"The link's {key} can't be used: {problem}. Shown: the preset's."
            else:
                changed[name] = cells
    set_tables(first, **changed)
    state["hmm_preset"] = first
    if frame.link_value("hmm_obs") is None:
        state["hmm_obs"] = PRESETS[first].observations


def choose_preset() -> None:
    preset = state["hmm_preset"]
    state["hmm_obs"] = PRESETS[preset].observations
    state["hmm_hidden"] = ()
    set_tables(preset)
    goto(LAST)


def changed_mode() -> None:
    """Every mode has its own steps: go to the new one's end, and keep the opened node."""
    goto(LAST, state["hmm_goto"]["selected"])


def show(
    preset: str, observations: str, mode: str, step: int = LAST,
    selected: list[int] | None = None, section: str = "Watch",
    hidden: tuple[int, ...] = (), **changed: Any,
) -> None:  # fmt: skip
    """A state worth seeing."""
    state["hmm_preset"], state["hmm_obs"], state["hmm_mode"] = preset, observations, mode
    state["hmm_linear"] = False
    state["hmm_section"] = section
    state["hmm_hidden"] = hidden
    set_tables(preset, **changed)
    goto(step, selected)


# -- controls ----------------------------------------------------------------------------------


def controls(*, with_sequence: bool = True, with_mode: bool = True) -> dict[str, Any]:
    """Model, sequence and mode; returns what was said, to be joined with the tables by `setup`."""
    wrong = problems()
    # Not bound: with a format_func the link would carry titles.
    preset = st.selectbox(
        "Model", NAMES, format_func=lambda n: PRESETS[n].title, key="hmm_preset",
        on_change=choose_preset,
    )  # fmt: skip
    frame.set_link({"hmm_preset": None if preset == NAMES[0] else preset})
    frame.problem(wrong.get("hmm_preset"))
    said: dict[str, Any] = {"preset": preset, "mode": "Viterbi", "linear": False}
    if with_sequence:
        text = st.text_area(
            "Observations (? is missing)", key="hmm_obs", bind="query-params", height=90,
            help="Allowed: " + ", ".join(PRESETS[preset].symbols) + ", or ? for a missing one. "
            f"At most {trellis_run.MAX_LENGTH}.",
        )  # fmt: skip
        said["observations"], message = trellis_run.observations_of(preset, text or "")
        frame.problem(message)
    if with_mode:
        mode = st.segmented_control(
            "Mode", list(trellis_run.MODES), default="Viterbi", required=True, key="hmm_mode",
            bind="query-params", on_change=changed_mode,
        )  # fmt: skip
        frame.problem(wrong.get("hmm_mode"))
        said["mode"] = mode or "Viterbi"
        said["linear"] = bool(
            st.toggle("Plain numbers, not logs", key="hmm_linear", bind="query-params")
        )
    return said


def setup(said: dict[str, Any], tables: Sequence[Rows | None]) -> Setup:
    """What was said where it is valid, else what was valid last of the same model."""
    preset = said["preset"]
    kept = state.get("hmm_kept")
    if kept is None or kept["preset"] != preset:
        kept = {
            "preset": preset,
            "tables": tuple(trellis_run.preset_tables(preset).values()),
            "observations": trellis_run.observations_of(preset, PRESETS[preset].observations)[0],
        }
    if "observations" not in said:  # a section without the text: the sequence as it stands
        said["observations"] = kept["observations"] if "hmm_obs" not in state else (
            trellis_run.observations_of(preset, state["hmm_obs"] or "")[0]
        )  # fmt: skip
    observations = said["observations"]
    stale = observations is None or any(table is None for table in tables)
    kept = {
        "preset": preset,
        "tables": tuple(
            new if new is not None else old for new, old in zip(tables, kept["tables"], strict=True)
        ),
        "observations": kept["observations"] if observations is None else observations,
    }
    state["hmm_kept"] = kept
    hidden = hmm_missing.fitting(state["hmm_hidden"], kept["observations"])
    return Setup(
        preset, kept["tables"], kept["observations"], hidden, said["mode"], said["linear"], stale
    )


# -- tables ------------------------------------------------------------------------------------


def tables(preset: str) -> list[Rows | None]:
    """pi, A and B to be edited, each with its message; None for one that can't be used."""
    parts = st.columns([1.0, 1.2, 2.0], gap="medium")
    found = []
    for part, name in zip(parts, trellis_run.TABLES, strict=True):
        with part:
            found.append(_table(name, preset))
    return found


def _table(name: str, preset: str) -> Rows | None:
    chosen = PRESETS[preset]
    base = state["hmm_tables"][name]
    heads = {"initial": chosen.states, "transition": chosen.states, "emission": chosen.symbols}
    rows = [""] if name == "initial" else chosen.states
    st.markdown(f"**{TITLES[name]}**")
    typed: Any = st.data_editor(
        {
            "state": list(rows),
            **{
                head: [None if row[j] is None else float(row[j]) for row in base]
                for j, head in enumerate(heads[name])
            },
        },
        key=f"hmm_edit_{name}_{state['hmm_versions'][name]}",
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
    columns = [list(typed[head]) for head in heads[name]]
    cells = [list(row) for row in zip(*columns, strict=True)]
    state["hmm_cells"][name] = cells
    values, wrong = trellis_run.checked_table(name, cells)
    frame.problem(problems().get(trellis_run.TABLES[name]))
    frame.problem(wrong)
    with st.container(horizontal=True, gap="small"):
        if wrong and (fixed := trellis_run.normalised(cells)) is not None:
            st.button("Normalise", key=f"hmm_normalise_{name}", on_click=edit, kwargs={name: fixed})
        _paste(name, cells)
    like = trellis_run.preset_tables(preset)[name]
    same = trellis_run.table_text(cells) == trellis_run.table_text(like)
    frame.set_link({trellis_run.TABLES[name]: None if same else trellis_run.table_text(cells)})
    return values


def _paste(name: str, cells: list[list[Any]]) -> None:
    with st.popover("Paste", help="A whole table as text"):
        st.text_area(
            f"{len(cells)} × {len(cells[0])} numbers: tabs, commas or spaces between, a line a row",
            key=f"hmm_paste_{name}",
        )
        st.button("Use", key=f"hmm_use_{name}", on_click=_pasted, args=(name,))
        frame.problem(state.get("hmm_paste_problem", {}).get(name))


def _pasted(name: str) -> None:
    rows, wrong = trellis_run.pasted(state[f"hmm_paste_{name}"] or "", state["hmm_tables"][name])
    state["hmm_paste_problem"] = {name: wrong}
    if rows is not None:
        edit(**{name: rows})


def edited(edit_: Edit) -> None:
    """A blanked column; or an arrow of the state graph: its row of pi or A still sums to 1."""
    kept: dict[str, Any] = state["hmm_kept"]
    if isinstance(edit_, Blank):
        kept_hidden = hmm_missing.fitting(state["hmm_hidden"], kept["observations"])
        state["hmm_hidden"] = hmm_missing.toggled(kept_hidden, edit_.column)
        return
    name, row = ("initial", 0) if edit_.source is None else ("transition", edit_.source)
    rows: list[Any] = list(kept["tables"][0 if name == "initial" else 1])
    rows[row] = trellis_run.with_entry(rows[row], edit_.target, edit_.value)
    edit(**{name: tuple(rows)})
