"""Parts of speech: a sentence's words are seen, their tags hidden; every number opens to counts."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import brown
from genmodels.kit import frame
from genmodels.kit import tagging_figures as figures
from genmodels.kit.figures import CONFIG
from pages.hmm.tagging import case as run
from pages.hmm.tagging import take_away as export
from pages.hmm.tagging.tag_line import picked, tag_line
from pages.hmm.trellis_widget import trellis

TAGS = list(brown.TAGS)
LAST = 100_000  # a step past every end: the trellis stops at its own last
LINE = "hmmt_line"
SECTIONS = ["Sentence", "Tag after tag", "Held out"]
DEFAULTS: dict[str, Any] = {
    "hmmt_way": run.WAYS[0],
    "hmmt_alpha": "1",
    "hmmt_mode": "Viterbi",
    "hmmt_part": run.OPENERS[0],
    "hmmt_linear": False,
    "hmmt_section": SECTIONS[0],
}
state = st.session_state
problems = frame.link_problems(
    "hmmt",
    {
        "hmmt_way": frame.checked_choice("hmmt_way", run.WAYS, run.WAYS[0]),
        "hmmt_alpha": frame.checked_choice("hmmt_alpha", run.ALPHAS, "1"),
        "hmmt_mode": frame.checked_choice("hmmt_mode", run.MODES, "Viterbi"),
        "hmmt_part": frame.checked_choice("hmmt_part", run.OPENERS, run.OPENERS[0]),
        "hmmt_section": frame.checked_choice("hmmt_section", SECTIONS, SECTIONS[0]),
        "hmmt_linear": frame.checked_choice("hmmt_linear", ("true", "false"), "false"),
        "hmmt_sentence": frame.checked_whole("hmmt_sentence", 1, 999, 1),
        "hmmt_step": frame.checked_whole("hmmt_step", 0, LAST, LAST),
        "hmmt_open": run.checked_open(frame.link_value("hmmt_open")),
        "hmmt_from": frame.checked_choice("hmmt_from", (run.START, *TAGS), "DET"),
        "hmmt_to": frame.checked_choice("hmmt_to", TAGS, "NOUN"),
        "hmmt_true": frame.checked_choice("hmmt_true", TAGS, "ADJ"),
        "hmmt_found": frame.checked_choice("hmmt_found", TAGS, "NOUN"),
    },
)


def goto(step: int = LAST, selected: list[int] | None = None) -> None:
    """Move the trellis, now and in the link."""
    state["hmmt_goto"] = {"token": uuid.uuid4().hex, "step": step, "selected": selected}


if "hmmt_goto" not in state:
    goto(
        frame.checked_whole("hmmt_step", 0, LAST, LAST)[0],
        run.checked_open(frame.link_value("hmmt_open"))[0],
    )
    state["hmmt_number"] = frame.checked_whole("hmmt_sentence", 1, 999, 1)[0]
    state["hmmt_part"] = frame.checked_choice("hmmt_part", run.OPENERS, run.OPENERS[0])[0]
    if frame.link_value("hmmt_text") is None:
        state["hmmt_text"] = run.FIRST


def new_text() -> None:
    """Another text: its first sentence, all steps done, nothing opened."""
    state["hmmt_number"] = 1
    goto()


def choose_example() -> None:
    if state["hmmt_example"]:
        state["hmmt_text"] = run.EXAMPLES[state["hmmt_example"]]
        new_text()


def changed_mode() -> None:
    """Every mode has its own steps: go to the new one's end, and keep the opened node."""
    goto(LAST, state["hmmt_goto"]["selected"])


def show(example: str, selected: list[int] | None = None, step: int = LAST, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, "hmmt_text": run.EXAMPLES[example], "hmmt_number": 1, **other})
    goto(step, selected)


frame.header(
    "Parts of speech",
    "Each word was emitted by a hidden tag, and each tag follows from the one before.",
    r"P(w,t)=P(t_1)\,P(w_1\mid t_1)\prod_{i=2}^{n}P(t_i\mid t_{i-1})\,P(w_i\mid t_i)",
)
BOUND: dict[str, Any] = {"bind": "query-params"}


def sentence_controls() -> run.Reading:
    text = st.text_area(
        "A sentence", key="hmmt_text", height=92, on_change=new_text, **BOUND,
        help="Leave the field, or press Ctrl and Enter. At most "
        f"{run.MAX_CHARACTERS:,} characters, {run.MAX_WORDS} words and marks a sentence.",
    )  # fmt: skip
    found, wrong = run.read(text or "", state["hmmt_number"])
    frame.problem(wrong)
    for note in found.notes if found else ():
        frame.problem(note)
    # What can't be read now stays as it last could.
    found = found or state.get("hmmt_kept") or run.read(run.FIRST)[0]
    assert found is not None  # our own example can be read
    state["hmmt_kept"] = found
    if wrong:
        st.info("The stage shows the last sentence that could be read.")
    if found.sentences > 1:
        state["hmmt_pick"] = found.number
        st.number_input(
            f"Sentence, of {found.sentences}", 1, found.sentences, key="hmmt_pick",
            on_change=pick_sentence,
        )  # fmt: skip
    frame.set_link({"hmmt_sentence": None if found.number == 1 else found.number})
    st.selectbox(
        "Example", list(run.EXAMPLES), index=None, placeholder="Choose one",
        key="hmmt_example", on_change=choose_example, label_visibility="collapsed",
    )  # fmt: skip
    return found


def pick_sentence() -> None:
    state["hmmt_number"] = state["hmmt_pick"]
    goto()


def controls() -> tuple[run.Reading, Any, str, bool]:
    found = sentence_controls()
    way = st.segmented_control(
        "Rare and unknown words", run.WAYS, default=run.WAYS[0], required=True, key="hmmt_way",
        help="By endings: counts as they are, and an unknown word’s ending tells its tags. "
        "Add α: to every count; words seen once stand for the unknown ones.", **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("hmmt_way"))
    alpha = "1"
    if way == run.WAYS[1]:
        alpha = st.select_slider("α", run.ALPHAS, "1", key="hmmt_alpha", **BOUND)
    frame.problem(problems.get("hmmt_alpha"))
    chosen = run.alpha_of(way or run.WAYS[0], alpha)
    mode = st.segmented_control(
        "Mode", list(run.MODES), default="Viterbi", required=True, key="hmmt_mode",
        on_change=changed_mode, **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("hmmt_mode"))
    linear = st.toggle("Plain numbers, not logs", key="hmmt_linear", **BOUND)
    frame.problem(problems.get("hmmt_linear"))
    st.markdown(run.score_line(chosen))
    return found, chosen, mode or "Viterbi", bool(linear)


def inspect(opened: Any) -> None:
    frame.inspect(run.made_safe(opened, frame.plain_text))


def open_word() -> None:
    """A pressed word opens the cell of its tag."""
    found: run.Run = state["hmmt_shown"]
    t = picked(LINE, len(found.words))
    if t is not None:
        goto(LAST, [t, found.path[t]])


def choose_part() -> None:
    state["hmmt_part"] = state["hmmt_pill"] or run.OPENERS[0]


def sentence(row: frame.Stage, found: run.Run, mode: Any, linear: bool) -> None:
    with row.stage:
        view = trellis(found.payload, goto=state["hmmt_goto"], key="hmmt_trellis")
        tag_line(
            run.line(found), TAGS, selected=view.selected[0] if view.selected else None,
            on_pick=open_word, key=LINE,
        )  # fmt: skip
        st.caption(
            "Under each word: its tag on the best path, the posterior of that tag, and the tag it "
            f"has most often. {run.verdict(found)} "
            + ", ".join(f"{tag} {name}" for tag, name in brown.TITLES.items() if tag != ".")
            + ". "
            + frame.plain_text(brown.SOURCE.caption())
        )
    state["hmmt_goto"] = {
        "token": state["hmmt_goto"]["token"],
        "step": view.step,
        "selected": list(view.selected) if view.selected else None,
    }
    end = view.step == found.payload["steps"] - 1
    cell = view.selected
    frame.set_link(
        {
            "hmmt_step": None if end else view.step,
            "hmmt_open": f"{cell[0] + 1}.{cell[1] + 1}" if cell else None,
            "hmmt_part": None if state["hmmt_part"] == run.OPENERS[0] else state["hmmt_part"],
        }
    )
    with row.inspector:
        for field in ("hmmt_step", "hmmt_open", "hmmt_part", "hmmt_sentence"):
            frame.problem(problems.get(field))
        if cell is None:
            inspect(run.whole(found, linear))
            st.caption("Click a node or a word to open its numbers, down to the counts.")
            return
        # Not bound: a pill that comes with a state set for it would be left out of the link.
        state["hmmt_pill"] = state["hmmt_part"]
        st.pills(
            "Open", run.OPENERS, required=True, key="hmmt_pill", on_change=choose_part,
            label_visibility="collapsed",
        )  # fmt: skip
        inspect(run.opened(found, mode, cell, linear)[state["hmmt_part"]]())


def pick_cell(chart: str, row_key: str, column_key: str) -> None:
    """A clicked cell of a table becomes the one that is open."""
    chosen: Any = state.get(chart)
    points = chosen.selection.points if chosen else []
    cell = points[0].get("customdata") if points else None
    if cell:
        state[row_key], state[column_key] = str(cell[0]), str(cell[1])


def two_choices(
    labels: tuple[str, str], keys: tuple[str, str], rows: list[str], at: tuple[str, str]
) -> tuple[str, str]:
    chosen = []
    for column, label, key, options, first in zip(
        st.columns(2), labels, keys, (rows, TAGS), at, strict=True
    ):
        with column:
            said = st.selectbox(label, options, options.index(first), key=key, **BOUND)
            frame.problem(problems.get(key))
            chosen.append(said or first)
    return chosen[0], chosen[1]


def moves(row: frame.Stage, alpha: Any) -> None:
    rows = [run.START, *TAGS]
    with row.inspector:
        before, after = two_choices(("From", "To"), ("hmmt_from", "hmmt_to"), rows, ("DET", "NOUN"))
        inspect(run.moved(before, after, alpha))
    with row.stage:
        st.markdown("**A row: a tag; a column: the tag after it**, in % of the row.")
        st.plotly_chart(
            figures.grid(
                run.move_table(alpha), run.move_counts(), rows, TAGS, (before, after),

            ),
            key="hmmt_moves", config=CONFIG, selection_mode="points",
            on_select=partial(pick_cell, "hmmt_moves", "hmmt_from", "hmmt_to"),
        )  # fmt: skip
        st.caption("Click a cell, or choose From and To. " + brown.SOURCE.caption())


def held_out(row: frame.Stage, alpha: Any) -> None:
    held = brown.held()
    with row.stage:
        st.markdown(
            f"**{held.tokens.sum():,} words** in {held.sentences:,} sentences of 50 whole "
            f"documents that nothing was counted in; {held.tokens[1]:,} of them unknown."
        )
        st.table(run.accuracy_table(alpha), border="horizontal", hide_index=True)
        st.plotly_chart(
            figures.against_alpha(*run.alpha_curve(), chosen=alpha), key="hmmt_curve", config=CONFIG
        )
        st.caption(
            "Added to every count, 1 takes so much from the words that were counted that the model "
            "falls below each word’s most frequent tag, which knows no neighbours."
        )
    with row.inspector:
        inspect(run.score(alpha))
    left, right = st.columns([6, 4], gap="medium")
    with right:
        st.markdown("**Mistakes of this tagger.** Choose a pair, or click a cell.")
        true, found = two_choices(
            ("Truly", "Tagged"), ("hmmt_true", "hmmt_found"), TAGS, ("ADJ", "NOUN")
        )
        inspect(run.mistakes(alpha, true, found))
    with left:
        st.markdown("**A row: the true tag; a column: what it was tagged**, in % of the row.")
        shares, counts = run.mistake_table(alpha)
        st.plotly_chart(
            figures.grid(
                shares, counts, TAGS, TAGS, (true, found), pale=True,
            ),
            key="hmmt_mistakes", config=CONFIG, selection_mode="points",
            on_select=partial(pick_cell, "hmmt_mistakes", "hmmt_true", "hmmt_found"),
        )  # fmt: skip


@st.fragment
def page() -> None:
    section = frame.sections("hmmt", SECTIONS)  # in here, so that what is tried can change it
    frame.problem(problems.get("hmmt_section"))
    row = frame.stage_row()
    with row.controls:
        reading, alpha, mode, linear = controls()
    found = run.run(reading.words, alpha, mode, linear)
    state["hmmt_shown"] = found
    if section == SECTIONS[1]:
        moves(row, alpha)
    elif section == SECTIONS[2]:
        held_out(row, alpha)
    else:
        sentence(row, found, mode, linear)
    frame.try_this("hmmt", TRIES)
    st.markdown("**Take away.** The sentence on the stage.")
    frame.take_away(
        "hmmt",
        [
            frame.Download(title, f"tags.{kind}", mime, partial(make, found))
            for title, kind, mime, make in (
                ("Model (JSON)", "json", "application/json", export.as_json),
                ("Posteriors (CSV)", "csv", "text/csv", export.as_csv),
                ("Picture (SVG)", "svg", "image/svg+xml", export.as_svg),
                ("Script (Python)", "py", "text/x-python", export.as_script),
            )
        ],
    )


TRIES = [
    frame.Try(
        "One word twice",
        "“account” stands here twice, and is a noun four times in five. What can make the second "
        "one a verb?",
        lambda: show("One word, two tags", [7, 1], hmmt_part="Way in"),
    ),
    frame.Try(
        "A garden path",
        "The old are those who man the boat. Will a model that looks one tag back see it?",
        lambda: show("Garden path", [2, 0], hmmt_mode="posterior"),
    ),
    frame.Try(
        "Words never seen",
        "None of “slithy”, “toves”, “gyred” was ever counted. Which tags will they get, and from "
        "what?",
        lambda: show("Invented words", [3, 1], hmmt_part="Emission"),
    ),
    frame.Try(
        "Add one",
        "Add 1 to every count, as textbooks begin: how much better will the tagger get?",
        lambda: show("Duck", hmmt_way=run.WAYS[1], hmmt_alpha="1", hmmt_section=SECTIONS[2]),
    ),
]

page()
