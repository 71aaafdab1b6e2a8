"""Spoken digits: ten left-right models race over a recording, frame by frame."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import digits
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.hmm.speech import case as run
from pages.hmm.speech import figures, stage
from pages.hmm.speech import take_away as export
from pages.hmm.speech.word_race import View, payload, view_before, word_race

DATA = digits.load()
DIGITS = [str(d) for d in range(10)]
STATES = [str(K) for K in digits.STATE_COUNTS]
RACE = "hmms_race"
ROW = DATA.find(*stage.DEFAULT)
MOST_CONFUSED = ("6", "8")
DEFAULTS: dict[str, Any] = {
    "hmms_states": STATES[0],
    "hmms_order": run.ORDERS[0],
    "hmms_open": None,
}

DIGIT = frame.checked_choice("hmms_digit", DIGITS, str(stage.DEFAULT[0]))
NUMBER = frame.checked_whole("hmms_number", 1, stage.PER_DIGIT, stage.DEFAULT[1])
T = stage.frames_of(DATA.find(int(DIGIT[0]), NUMBER[0]))
HEARD = frame.checked_whole("hmms_heard", 0, T, T)
WORD = frame.checked_choice("hmms_word", DIGITS, "")
MISSING = stage.checked_missing(frame.link_value("hmms_missing"), T)
problems = frame.link_problems(
    "hmms",
    {
        "hmms_digit": DIGIT,
        "hmms_number": NUMBER,
        "hmms_states": frame.checked_choice("hmms_states", STATES, STATES[0]),
        "hmms_order": frame.checked_choice("hmms_order", run.ORDERS, run.ORDERS[0]),
        "hmms_heard": HEARD,
        "hmms_word": WORD,
        "hmms_missing": MISSING,
        "hmms_open": frame.checked_choice("hmms_open", stage.OPENERS, "nothing"),
        "hmms_said": frame.checked_choice("hmms_said", DIGITS, MOST_CONFUSED[0]),
        "hmms_taken": frame.checked_choice("hmms_taken", DIGITS, MOST_CONFUSED[1]),
    },
)


def goto(view: View) -> None:
    """Move the stage: what the browser said of the last race no longer counts."""
    st.session_state["hmms_view"] = view
    st.session_state["hmms_token"] = uuid.uuid4().hex


if "hmms_view" not in st.session_state:
    goto(View(HEARD[0], int(WORD[0]) if WORD[0] else None, MISSING[0]))


def shown_row() -> int:
    return DATA.find(int(st.session_state["hmms_digit"]), int(st.session_state["hmms_number"]))


def new_recording() -> None:
    """Another recording: all of it is heard, and the winner's path is shown."""
    goto(View(stage.frames_of(shown_row())))


def show(row: int, view: View | None = None, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    digit, number = stage.place_of(row)
    st.session_state.update({**DEFAULTS, **other, "hmms_digit": digit, "hmms_number": number})
    goto(view or View(stage.frames_of(row)))


frame.header(
    "Spoken digits",
    "A word is a left-right chain of sounds; the word under which the frames are likeliest wins.",
    r"\hat w=\arg\max_w\ \log\sum_{z} P(x_1 \ldots x_T, z\mid w)",
)


def controls() -> run.Case:
    bound: dict[str, Any] = {"bind": "query-params"}
    digit, number = stage.DEFAULT
    one, two = st.columns(2)
    with one:
        st.selectbox("Digit", DIGITS, digit, key="hmms_digit", on_change=new_recording, **bound)
    with two:
        st.number_input(
            "Recording",
            1,
            stage.PER_DIGIT,
            number,
            key="hmms_number",
            on_change=new_recording,
            **bound,
        )
    frame.problem(problems.get("hmms_digit"))
    frame.problem(problems.get("hmms_number"))
    K = int(
        st.segmented_control(
            "States a word", STATES, default=STATES[0], required=True, key="hmms_states", **bound
        )
        or STATES[0]
    )
    frame.problem(problems.get("hmms_states"))
    order = st.segmented_control(
        "Frames",
        run.ORDERS,
        default=run.ORDERS[0],
        required=True,
        key="hmms_order",
        help="Reversed: the same frames last to first, their slopes as they were measured.",
        **bound,
    )
    frame.problem(problems.get("hmms_order"))
    row = shown_row()
    st.button(
        "Next wrong one",
        key="hmms_next_wrong",
        on_click=lambda: show(
            run.next_wrong(K, row), hmms_states=str(K), hmms_open=st.session_state.get("hmms_open")
        ),
        help="About one in twenty of the 600 recordings here is taken for another word.",
    )
    view = view_before(
        RACE, st.session_state["hmms_view"], st.session_state["hmms_token"], row, T_of(row)
    )
    st.session_state["hmms_view"] = view
    return run.Case(row, K, order or run.ORDERS[0], view.missing)


def T_of(row: int) -> int:
    return stage.frames_of(row)


def inspector(race: run.Race, view: View) -> None:
    for field in ("hmms_heard", "hmms_word", "hmms_missing", "hmms_open"):
        frame.problem(problems.get(field))
    word = race.ranking(race.T)[0] if view.word is None else view.word
    st.markdown(frame.plain_text(stage.verdict(race)))
    opened = st.pills(
        "Open",
        stage.OPENERS,
        key="hmms_open",
        bind="query-params",
        label_visibility="collapsed",
    )
    if not view.heard:
        st.caption("Go to a frame to open its numbers.")
        return
    if opened:
        frame.inspect(stage.openable(race, view.heard, word)[opened]())
    else:
        st.caption(
            "Open the frame’s density in its state, the forward sum, the word’s likelihood so "
            "far, or its posterior."
        )
    st.caption(stage.stay(race, view.heard, word) + " [What that gets wrong](/hmm-states).")


def pick_cell() -> None:
    """A clicked cell of the confusions becomes the pair whose recordings are listed."""
    chosen: Any = st.session_state.get("hmms_confusion")
    points = chosen.selection.points if chosen else []
    cell = points[0].get("customdata") if points else None
    if cell:
        st.session_state["hmms_said"] = str(int(cell[0]))
        st.session_state["hmms_taken"] = str(int(cell[1]))


def confusions(K: int) -> None:
    trained = DATA.trained[K]
    left, right = st.columns([5, 4], gap="medium")
    with right:
        st.markdown(stage.score_line(K))
        st.table(run.accuracy_table(K), border="horizontal", hide_index=True)
        st.caption(
            "A bag of frames has the same states without an order: each frame draws its state "
            "anew, so a word and its reverse are alike. It does as well as the chain, until the "
            "slopes, which tell a frame’s direction, are taken away."
        )
        st.plotly_chart(figures.heard(DATA.trained), key="hmms_heard_chart", config=CONFIG)
    with left:
        one, two, three = st.columns([1, 1, 2])
        bound: dict[str, Any] = {"bind": "query-params"}
        first, second = (DIGITS.index(digit) for digit in MOST_CONFUSED)
        said = one.selectbox("Said", DIGITS, first, key="hmms_said", **bound)
        taken = two.selectbox("Taken for", DIGITS, second, key="hmms_taken", **bound)
        frame.problem(problems.get("hmms_said"))
        frame.problem(problems.get("hmms_taken"))
        rows = run.confused(K, int(said), int(taken))

        def open_recording() -> None:
            chosen = st.session_state["hmms_listed"]
            if chosen is not None:
                show(chosen, hmms_states=str(K))
                st.session_state["hmms_listed"] = None

        three.selectbox(
            f"Open one of {len(rows)} here",
            rows,
            index=None,
            key="hmms_listed",
            format_func=stage.recording_name,
            on_change=open_recording,
            help="Of the 600 recordings that ship: one fold of the five that the table counts.",
        )
        st.plotly_chart(
            figures.confusion(trained, (int(said), int(taken))),
            key="hmms_confusion",
            on_select=pick_cell,
            selection_mode="points",
            config=CONFIG,
        )


@st.fragment
def page() -> None:
    row = frame.stage_row()
    with row.controls:
        case = controls()
    race = run.race(case)
    view: View = st.session_state["hmms_view"]
    with row.stage:
        word_race(payload(race, DATA), view, token=st.session_state["hmms_token"], key=RACE)
        st.caption(
            "Each row is a coefficient, c0 the loudness: orange above its mean over all frames, "
            "blue below. The line is the whole’s likeliest path through the word’s states. "
            + frame.plain_text(digits.SOURCE.caption())
        )
    frame.set_link(
        {
            "hmms_heard": None if view.heard == race.T else view.heard,
            "hmms_word": view.word,
            "hmms_missing": stage.missing_text(view.missing) or None,
        }
    )
    with row.inspector:
        inspector(race, view)
    confusions(case.K)
    frame.try_this("hmms", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "hmms",
        [
            frame.Download(
                "Models (JSON)",
                "digits.json",
                "application/json",
                partial(export.models_json, case.K),
            ),
            frame.Download("Race (CSV)", "race.csv", "text/csv", partial(export.race_csv, case)),
            frame.Download(
                "Picture (SVG)",
                "race.svg",
                "image/svg+xml",
                partial(export.race_svg, case, view.word),
            ),
            frame.Download(
                "Script (Python)", "race.py", "text/x-python", partial(export.script, case)
            ),
        ],
    )


TRIES = [
    frame.Try(
        "Cut it short",
        "Only the first third of a “seven” is heard: which words can still win?",
        lambda: show(ROW, View(T_of(ROW) // 3)),
    ),
    frame.Try(
        "A wrong one",
        "One recording in twenty goes wrong. Is it behind from the first frame, or overtaken?",
        lambda: show(run.wrong(5)[0], View(T_of(run.wrong(5)[0]) // 2)),
    ),
    frame.Try(
        "Backwards",
        "The same frames last to first: what happens to the order, and what to a bag of frames?",
        lambda: show(ROW, hmms_order="reversed"),
    ),
    frame.Try(
        "Lose the middle",
        "Eleven of a “seven”’s nineteen frames are taken out: will it still be found?",
        lambda: show(
            ROW,
            View(T_of(ROW), None, tuple(range(4, T_of(ROW) - 4))),
        ),
    ),
]

page()
