"""DNA: a phage cut by composition, and CpG islands in a human sequence."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import genome
from genmodels.kit import frame
from pages.hmm.dna import case as run
from pages.hmm.dna import genome_track as widget
from pages.hmm.dna import stage

SECTIONS = ["Composition", "CpG islands"]
CALLS = ["best path", "posterior"]
OPENS = ["posterior", "forward step"]
ISLANDS = [100, 200, 300, 500, 1000, 2000, 5000]
CUTS = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]
GAPS = [1000, 3000, 10_000, 30_000, 100_000, 200_000]
LENGTH = {"Composition": len(genome.load().phage), "CpG islands": len(genome.load().human)}
LAST = 10_000  # an iteration past every end
state = st.session_state
DEFAULTS: dict[str, Any] = {
    "hmmd_section": SECTIONS[0],
    "hmmd_k": 2,
    "hmmd_seed": 0,
    "hmmd_tables": "published",
    "hmmd_island": 1000,
    "hmmd_gap": 30_000,
    "hmmd_call": CALLS[0],
    "hmmd_cut": "0.5",
    "hmmd_open": OPENS[0],
}

SECTION = frame.checked_choice("hmmd_section", SECTIONS, SECTIONS[0])
BASE = run.checked_base(frame.link_value("hmmd_base"), LENGTH[SECTION[0]])
WINDOW = run.checked_window(frame.link_value("hmmd_view"), LENGTH[SECTION[0]])
ITERATION = frame.checked_whole("hmmd_it", 0, run.MAX_ITERATIONS, LAST)
problems = frame.link_problems(
    "hmmd",
    {
        "hmmd_section": SECTION,
        "hmmd_k": frame.checked_whole("hmmd_k", run.K_MIN, run.K_MAX, 2),
        "hmmd_seed": frame.checked_whole("hmmd_seed", 0, 9999, 0),
        "hmmd_tables": frame.checked_choice("hmmd_tables", run.TABLES, "published"),
        "hmmd_island": frame.checked_choice("hmmd_island", map(str, ISLANDS), "1000"),
        "hmmd_gap": frame.checked_choice("hmmd_gap", map(str, GAPS), "30000"),
        "hmmd_call": frame.checked_choice("hmmd_call", CALLS, CALLS[0]),
        "hmmd_cut": frame.checked_choice("hmmd_cut", CUTS, "0.5"),
        "hmmd_open": frame.checked_choice("hmmd_open", OPENS, OPENS[0]),
        "hmmd_base": BASE,
        "hmmd_view": WINDOW,
        "hmmd_it": ITERATION,
    },
)


def goto(
    base: int | None = None, window: list[int] | None = None, iteration: int | None = None
) -> None:
    """Move the track, now and in the link."""
    state["hmmd_goto"] = {
        "token": uuid.uuid4().hex,
        "base": base,
        "window": window,
        "iteration": iteration,
    }


if "hmmd_goto" not in state:
    goto(BASE[0], WINDOW[0], None if ITERATION[0] == LAST else ITERATION[0])


def again() -> None:
    """Another fit of the same bases: base and window stay, EM stands at its end."""
    held = state.get("hmmd_now")
    goto(*((held.base, list(held.window)) if held else ()))


def show(base: int | None = None, window: list[int] | None = None, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **other})
    goto(base, window)


frame.header(
    "DNA",
    "One hidden state a base: where the letters change their habits, the state changes.",
    r"P(x,z)=\pi_{z_1}b_{z_1}(x_1)\prod_{t}A_{z_{t-1}z_t}\,b_{z_t}(x_t)",
)
section = frame.sections("hmmd", SECTIONS)
frame.problem(problems.get("hmmd_section"))
if state.get("hmmd_was", section) != section:  # another sequence: its bases are other ones
    goto()
state["hmmd_was"] = section


def track(prepared: dict[str, Any], iterations: int, source: genome.Source) -> widget.View:
    """The sequence, its state linked."""
    length = prepared["bases"]["shape"][0]
    goto_now = state["hmmd_goto"]
    view = widget.said("hmmd_track", length, iterations, goto_now)
    state["hmmd_now"] = view
    widget.genome_track(prepared, goto=goto_now, key="hmmd_track")
    st.caption(frame.plain_text(source.caption()))
    first, last = view.window
    end = view.iteration >= iterations - 1
    frame.set_link(
        {
            "hmmd_base": None if view.base is None else view.base + 1,
            "hmmd_view": None if last - first + 1 == length else f"{first + 1}-{last + 1}",
            "hmmd_it": None if end else view.iteration,
        }
    )
    return view


def inspector(found: Any, bases: Any, view: widget.View, note: str) -> None:
    for field in ("hmmd_base", "hmmd_view", "hmmd_it"):
        frame.problem(problems.get(field))
    if view.base is None:
        st.caption(note)
        return
    what = st.pills(
        "Open",
        OPENS,
        default=OPENS[0],
        required=True,
        key="hmmd_open",
        bind="query-params",
        label_visibility="collapsed",
    )
    frame.problem(problems.get("hmmd_open"))
    frame.inspect(stage.base_opened(found, bases, view.base, what or OPENS[0]))


@st.fragment
def composition() -> None:
    row = frame.stage_row()
    bound: dict[str, Any] = {"bind": "query-params", "on_change": again}
    with row.controls:
        K = int(st.number_input("States $K$", run.K_MIN, run.K_MAX, 2, key="hmmd_k", **bound))
        frame.problem(problems.get("hmmd_k"))
        seed = int(st.number_input("Seed of the start", 0, 9999, 0, key="hmmd_seed", **bound))
        frame.problem(problems.get("hmmd_seed"))
        opened_bic = st.toggle("Open BIC", key="hmmd_bic", bind="query-params")
    with row.stage:
        with st.spinner("Learning from 48,502 bases"):
            found = run.composition(K, seed)
        view = track(stage.composition_track(K, seed), len(found.models), genome.LAMBDA)
    with row.inspector:
        if opened_bic:
            frame.inspect(stage.bic_opened(K, seed))
        else:
            note = "Click a base, or focus the track, walk with the arrows and press Enter."
            inspector(found, genome.load().phage, view, note)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.markdown(f"**The best path** in {len(found.segments.begins)} segments:")
        st.dataframe(stage.segments_table(found), hide_index=True, height="content")
    with right:
        st.markdown("**How many states?** Bases drawn one by one from one composition have "
                    f"log-likelihood −{-run.independent():.1f}; with states:")  # fmt: skip
        if st.toggle("Fit one to four states", key="hmmd_all", bind="query-params"):
            with st.spinner("Learning four models"):
                st.dataframe(stage.states_table(seed), hide_index=True)
            st.caption(
                "BIC still falls at four: a genome isn't drawn from such a chain, so more states "
                "go on finding something."
            )
    frame.try_this("hmmd", COMPOSITION)
    st.markdown("**Take away.**")
    frame.take_away(
        "hmmd",
        [
            frame.Download("Model (JSON)", "phage.json", "application/json",
                           partial(stage.composition_json, K, seed)),
            frame.Download("Posteriors (CSV)", "phage.csv", "text/csv",
                           partial(stage.composition_csv, K, seed)),
            frame.Download("Script (Python)", "phage.py", "text/x-python",
                           partial(stage.composition_script, K, seed)),
        ],
    )  # fmt: skip


@st.fragment
def islands() -> None:
    row = frame.stage_row()
    bound: dict[str, Any] = {"bind": "query-params"}
    with row.controls:
        which = st.selectbox(
            "Base to base",
            run.TABLES,
            key="hmmd_tables",
            help="Durbin and others' printed tables, or counted in another stretch of the "
            "chromosome whose islands the rule labelled.",
            **bound,
        )
        frame.problem(problems.get("hmmd_tables"))
        mean_island = st.select_slider(
            "Mean island, bases", ISLANDS, value=1000, key="hmmd_island", **bound
        )
        frame.problem(problems.get("hmmd_island"))
        mean_gap = st.select_slider("Mean gap, bases", GAPS, value=30_000, key="hmmd_gap", **bound)
        frame.problem(problems.get("hmmd_gap"))
        call = st.segmented_control(
            "Call by", CALLS, default=CALLS[0], required=True, key="hmmd_call", **bound
        )
        frame.problem(problems.get("hmmd_call"))
        cut = None
        if call == CALLS[1]:
            cut = float(
                st.select_slider("P(island) at least", CUTS, value="0.5", key="hmmd_cut", **bound)
            )
            frame.problem(problems.get("hmmd_cut"))
    with row.stage:
        with st.spinner("Reading 184,666 bases"):
            found = run.islands(which, mean_island, mean_gap)
        prepared = stage.islands_track(which, mean_island, mean_gap, cut)
        view = track(prepared, 0, genome.HUMAN)
    counted = run.agreement(run.at_threshold(found, cut), found.rule)
    openable = stage.agreement_opened(counted)
    with row.inspector:
        tab = st.pills(
            "Open a number", list(openable), key="hmmd_metric", label_visibility="collapsed"
        )
        if tab:
            frame.inspect(openable[tab])
        else:
            note = "Click a base for its posterior, or open a figure above."
            inspector(found, genome.load().human, view, note)
    left, right = st.columns([7, 3], gap="medium")
    with left:
        st.markdown("**Against the rule** of Takai and Jones, base by base:")
        st.dataframe(stage.agreement_table(which, mean_island, mean_gap, cut), hide_index=True)
        st.caption(
            "The rule: 500 bases or more, 55 % C and G, 0.65 of the CpG that chance makes. "
            "Islands are rare, so base accuracy says little: read precision and recall. At gene "
            "starts: of 22 annotated starts, how many lie within 500 bases of a call; at any base: "
            "the same for all bases, which is what chance would give."
        )
    with right:
        st.markdown("**C is rarely followed by G** outside islands:")
        st.dataframe(stage.pairs_table(which), hide_index=True)
    frame.try_this("hmmd", ISLAND_TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "hmmdi",
        [
            frame.Download("Model (JSON)", "islands.json", "application/json",
                           partial(stage.islands_json, which, mean_island, mean_gap)),
            frame.Download("Islands (CSV)", "islands.csv", "text/csv",
                           partial(stage.islands_csv, which, mean_island, mean_gap, cut)),
            frame.Download("Script (Python)", "islands.py", "text/x-python",
                           partial(stage.islands_script, which, mean_island, mean_gap)),
        ],
    )  # fmt: skip


COMPOSITION = [
    frame.Try(
        "Where the halves meet",
        "The phage's left half holds more C and G than its right. At which base does the best "
        "path change its mind, and how sure is the posterior around it?",
        lambda: show(window=[21_900, 23_100], base=22_499),
    ),
    frame.Try(
        "Four states",
        "Will four states cut the halves once more, or find short pieces?",
        lambda: show(hmmd_k=4),
    ),
    frame.Try(
        "Another start",
        "Four states from start 3: does EM arrive at the same pieces as from start 0?",
        lambda: show(hmmd_k=4, hmmd_seed=3),
    ),
    frame.Try(
        "One state",
        "With one state there is nothing to learn but the composition. What will the curve do?",
        lambda: show(hmmd_k=1),
    ),
]
ISLAND_TRIES = [
    frame.Try(
        "Counted tables",
        "Tables counted on this very chromosome, by this very rule: will they agree with the rule "
        "better than the printed ones?",
        lambda: show(hmmd_section=SECTIONS[1], hmmd_tables="counted"),
    ),
    frame.Try(
        "Short islands",
        "Islands expected to be 100 bases long: what happens to precision?",
        lambda: show(hmmd_section=SECTIONS[1], hmmd_island=100, hmmd_gap=1000),
    ),
    frame.Try(
        "Look at an island",
        "Zoom in on one: do the letters C and G stand next to each other there?",
        lambda: show(hmmd_section=SECTIONS[1], window=[19_200, 19_320], base=19_260),
    ),
]

if section == SECTIONS[0]:
    composition()
else:
    islands()
