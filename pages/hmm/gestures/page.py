"""Gestures: a left-right hidden Markov model a sign, on recordings and on drawn strokes."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import gestures
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.strokes import BYS
from pages.hmm.gestures import case as run
from pages.hmm.gestures import figures, gesture_signs, stage, stroke_pad
from pages.hmm.gestures import take_away as export

DRAW, RECORDINGS = stage.SECTIONS
PAD = {DRAW: "hmmg_pad", RECORDINGS: "hmmg_film"}
DEFAULTS: dict[str, Any] = {
    "hmmg_section": DRAW,
    "hmmg_set": run.SETS[0],
    "hmmg_by": "length",
    "hmmg_frames": "time",
    "hmmg_sign": gestures.NAMES[10],
    "hmmg_open": stage.OPEN[0],
}

SIGN = frame.checked_choice("hmmg_sign", gestures.NAMES, DEFAULTS["hmmg_sign"])
STROKE = stage.checked_stroke(frame.link_value("hmmg_stroke"))
OWN = stage.checked_own(frame.link_value("hmmg_own"))
STEP = stage.checked_number("hmmg_step", frame.link_value("hmmg_step"), 240)
FOLLOW = stage.checked_number("hmmg_follow", frame.link_value("hmmg_follow"), 22)
problems = frame.link_problems(
    "hmmg",
    {
        "hmmg_section": frame.checked_choice("hmmg_section", stage.SECTIONS, DRAW),
        "hmmg_set": frame.checked_choice("hmmg_set", run.SETS, run.SETS[0]),
        "hmmg_by": frame.checked_choice("hmmg_by", BYS, "length"),
        "hmmg_frames": frame.checked_choice("hmmg_frames", BYS, "time"),
        "hmmg_sign": SIGN,
        "hmmg_recording": stage.checked_recording(frame.link_value("hmmg_recording"), SIGN[0]),
        "hmmg_judge": frame.checked_choice("hmmg_judge", stage.JUDGES, "time"),
        "hmmg_stroke": STROKE,
        "hmmg_own": OWN,
        "hmmg_step": STEP,
        "hmmg_follow": FOLLOW,
    },
)


def goto(step: int | None = None, follow: int | None = None) -> None:
    """Show a step (None: all of them) and a sign's states (None: the leader's)."""
    st.session_state["hmmg_goto"] = {"token": uuid.uuid4().hex, "step": step, "follow": follow}


def put(text: str) -> None:
    """Lay a stroke on the pad, whole."""
    st.session_state["hmmg_text"] = text
    st.session_state["hmmg_stroke_id"] = uuid.uuid4().hex
    st.session_state["hmmg_stroke_problem"] = None
    goto()


if "hmmg_goto" not in st.session_state:
    put(STROKE[0])
    goto(STEP[0], FOLLOW[0])
    st.session_state["hmmg_signs"] = OWN[0]
    st.session_state["hmmg_takes"] = ()
    st.session_state["hmmg_token"] = None
    st.session_state["hmmg_own_problem"] = None


def show(text: str, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default; the reader's own signs stay."""
    st.session_state.update({**DEFAULTS, **other})
    put(text)


frame.header(
    "Gestures",
    "A sign is a left-right chain of states, each with its own directions of movement.",
    r"\hat s=\arg\max_s\ \log P(x_1..x_T\mid\lambda_s)",
)


# -- draw ----------------------------------------------------------------------------------------


def newest(view: stroke_pad.View) -> None:
    """Take a stroke that the reader has just drawn."""
    state = st.session_state
    if view.token is None or view.token == state["hmmg_token"]:
        return
    state["hmmg_token"] = view.token
    try:
        text = stage.taken(view.stroke)
    except ValueError as error:
        state["hmmg_stroke_problem"] = f"{error}; what stood here before is shown."
        return
    state["hmmg_text"], state["hmmg_stroke_id"] = text, view.token
    state["hmmg_stroke_problem"] = None
    if state.get("hmmg_record") and len(state["hmmg_takes"]) < run.MAX_EXAMPLES:
        state["hmmg_takes"] = (*state["hmmg_takes"], text)


def drawn() -> None:
    """The pad, who races for the stroke, and what opens."""
    state = st.session_state
    newest(stroke_pad.said(PAD[DRAW], state["hmmg_goto"]))
    row = frame.stage_row()
    with row.controls:
        bound: dict[str, Any] = {"bind": "query-params"}
        which = st.selectbox("Signs that race", run.SETS, key="hmmg_set", **bound)
        frame.problem(problems.get("hmmg_set"))
        by = st.selectbox(
            "Equal steps of",
            BYS,
            index=1,
            key="hmmg_by",
            help=f"time: a code each {stage.steps_text('time')}; length: a code each "
            f"{stage.steps_text('length')}. The signs are trained the same way.",
            **bound,
        )
        frame.problem(problems.get("hmmg_by"))
        shape = st.selectbox("Example", gestures.SHAPES, index=None, placeholder="a shape",
                             key="hmmg_shape", on_change=show_shape)  # fmt: skip
        del shape
        with st.container(horizontal=True, gap="small"):
            st.button("Backwards", on_click=lambda: put(run.reversed_text(state["hmmg_text"])))
            st.button("3× slower", on_click=lambda: put(run.slowed_text(state["hmmg_text"], 3)))
        own_caption(which)
    view = stroke_pad.said(PAD[DRAW], state["hmmg_goto"])
    ghosts = state["hmmg_takes"] if state.get("hmmg_record") else ()
    prepared, scored, signs = stage.pad(
        state["hmmg_text"], state["hmmg_stroke_id"], which, by, state["hmmg_signs"], view.follow,
        ghosts,
    )  # fmt: skip
    with row.stage:
        frame.problem(problems.get("hmmg_stroke"))
        frame.problem(state["hmmg_stroke_problem"])
        if state["hmmg_stroke_problem"]:
            prepared = {**prepared, "rejected": state["hmmg_token"]}
        stroke_pad.stroke_pad(prepared, goto=state["hmmg_goto"], key=PAD[DRAW])
    with row.inspector:
        inspector(scored, signs, view)
    link_own = run.own_text(state["hmmg_signs"])
    drawn_one = state["hmmg_text"] != stage.example("circle")
    frame.set_link(
        {
            "hmmg_stroke": state["hmmg_text"] if drawn_one else None,
            "hmmg_own": link_own,
            "hmmg_step": view.step,
            "hmmg_follow": view.follow,
        }
    )
    gesture_signs.show(link_own, problems.get("hmmg_own"), goto)
    away(signs, scored, by, "Drawn on the page; starter signs trained on generated strokes.")


def show_shape() -> None:
    shape = st.session_state["hmmg_shape"]
    if shape:
        seed = st.session_state.get("hmmg_draws", 0)
        st.session_state["hmmg_draws"] = seed + 1
        put(stage.example(shape, seed))
        st.session_state["hmmg_shape"] = None


def own_caption(which: str) -> None:
    if which == run.SETS[0]:
        accuracy = gestures.starter().accuracy
        st.caption(
            "Starter shapes: nobody drew them. A seeded program made 30 strokes of each for "
            f"training; of 20 others each, {accuracy['length']:.3f} come out right by length, "
            f"{accuracy['time']:.3f} by time. Where a shape begins, and which way it goes, counts."
        )
    elif which == run.SETS[1]:
        st.caption("Libras hands moved for 45 frames; draw at that pace: nearly two seconds.")
    elif not st.session_state["hmmg_signs"]:
        st.caption("You have no sign yet: record one below.")


def inspector(scored: Any, signs: Any, view: stroke_pad.View) -> None:
    """What opens at the step that is shown."""
    for field in ("hmmg_step", "hmmg_follow"):
        frame.problem(problems.get(field))
    if scored is None:
        st.caption("No sign races: choose some, or record your own.")
        return
    what = st.segmented_control(
        "Open", stage.OPEN, default=stage.OPEN[0], required=True, key="hmmg_open",
        label_visibility="collapsed",
    )  # fmt: skip
    frame.inspect(
        stage.opened(scored, signs, view.step, what or stage.OPEN[0]),
        "Click a step of the stroke, or scrub to one, to open its sums.",
    )


# -- recordings ----------------------------------------------------------------------------------


def first_recording() -> None:
    st.session_state["hmmg_recording"] = stage.first_held_out(st.session_state["hmmg_sign"])
    goto()


def recorded() -> None:
    """One of the 330 recordings as it runs, and what all of them were taken for."""
    state = st.session_state
    row = frame.stage_row()
    with row.controls:
        bound: dict[str, Any] = {"bind": "query-params"}
        sign = st.selectbox("Sign", gestures.NAMES, index=10, key="hmmg_sign",
                            on_change=first_recording, **bound)  # fmt: skip
        frame.problem(problems.get("hmmg_sign"))
        rows = stage.recordings(sign)
        number = st.number_input(
            "Recording",
            1,
            len(rows),
            stage.first_held_out(sign),
            key="hmmg_recording",
            on_change=goto,
            **bound,
        )
        frame.problem(problems.get("hmmg_recording"))
        recording = rows[int(number) - 1]
        by = st.selectbox(
            "Equal steps of",
            BYS,
            key="hmmg_frames",
            help=f"time: a code a video frame; length: a code each {stage.steps_text('length')}.",
            **bound,
        )
        frame.problem(problems.get("hmmg_frames"))
        st.caption(
            f"{stage.recording_name(recording)}. The models were trained on four of five folds; "
            "the fifth is held out."
        )
        st.button("Draw against these signs", on_click=draw_libras)
    view = stroke_pad.said(PAD[RECORDINGS], state["hmmg_goto"])
    prepared, scored, signs = stage.recording_pad(recording, by, view.follow)
    with row.stage:
        stroke_pad.stroke_pad(prepared, goto=state["hmmg_goto"], key=PAD[RECORDINGS])
        st.caption(frame.plain_text(gestures.libras().source.caption()))
    with row.inspector:
        inspector(scored, signs, view)
    frame.set_link({"hmmg_step": view.step, "hmmg_follow": view.follow})
    judged()
    away(signs, scored, by, gestures.libras().source.caption())


def draw_libras() -> None:
    st.session_state.update(hmmg_section=DRAW, hmmg_set=run.SETS[1], hmmg_by="time")
    goto()


def judged() -> None:
    """Accuracies over three times five folds, and the confusions of one of them."""
    data = gestures.libras()
    left, right = st.columns([5, 4], gap="medium")
    with right:
        for column, judge in zip(st.columns(3), stage.JUDGES, strict=True):
            found = data.accuracy[judge]
            column.metric(
                stage.JUDGE_NAMES[judge], f"{found.mean:.3f}", f"± {found.spread:.3f}",
                delta_color="off", delta_arrow="off",
            )  # fmt: skip
        st.caption(
            "Held-out accuracy, mean and spread over three times five folds; 1-NN compares paths "
            "point by point. The same signers are on both sides of every split: how a new "
            "signer would fare is unknown."
        )
        judge = st.selectbox(
            "Confusions of", stage.JUDGES, key="hmmg_judge", bind="query-params",
            format_func=stage.JUDGE_NAMES.__getitem__,
        )  # fmt: skip
        frame.problem(problems.get("hmmg_judge"))
        one, two = st.columns(2)
        made = one.selectbox("Made", gestures.NAMES, index=9, key="hmmg_made")
        taken = two.selectbox("Taken for", gestures.NAMES, index=11, key="hmmg_taken")
        rows = stage.confused(judge, made, taken)

        def watch() -> None:
            chosen = st.session_state["hmmg_watch"]
            if chosen is not None:
                st.session_state["hmmg_sign"] = made
                st.session_state["hmmg_recording"] = stage.recordings(made).index(chosen) + 1
                goto()

        st.selectbox(
            f"Watch one of {len(rows)}", rows, index=None, key="hmmg_watch",
            format_func=stage.recording_name, on_change=watch,
        )  # fmt: skip
    with left:
        st.plotly_chart(
            figures.confusion(stage.table(judge), gestures.NAMES), key="hmmg_confusion",
            config=CONFIG,
        )  # fmt: skip


# -- the page --------------------------------------------------------------------------------------


def away(signs: Any, scored: Any, by: str, source: str) -> None:
    frame.try_this("hmmg", TRIES)
    if scored is None:
        return
    st.markdown("**Take away.**")
    frame.take_away(
        "hmmg",
        [
            frame.Download(
                "Models (JSON)", "gestures.json", "application/json",
                partial(export.models_json, signs, scored, by=by, source=source),
            ),
            frame.Download(
                "Steps (CSV)", "gesture.csv", "text/csv", partial(export.steps_csv, signs, scored)
            ),
            frame.Download(
                "Picture (SVG)", "gesture.svg", "image/svg+xml",
                partial(export.stroke_svg, signs, scored),
            ),
            frame.Download(
                "Script (hmmlearn)", "gesture.py", "text/x-python",
                partial(export.script, signs, scored, source=source),
            ),
        ],
    )  # fmt: skip


@st.fragment
def page() -> None:
    section = frame.sections("hmmg", stage.SECTIONS)
    frame.problem(problems.get("hmmg_section"))
    if section == DRAW:
        drawn()
    else:
        recorded()


CIRCLE = stage.example("circle")
TRIES = [
    frame.Try(
        "Backwards",
        "The circle, drawn from its end to its start: the same path. Which sign wins?",
        lambda: show(run.reversed_text(CIRCLE)),
    ),
    frame.Try(
        "Three times slower",
        "A Z in three times its time, steps of time: more codes, or others? Does Z still win?",
        lambda: show(run.slowed_text(stage.example("Z"), 3), hmmg_by="time"),
    ),
    frame.Try(
        "Slower, by length",
        "The same slow Z in steps of length: what is left of its slowness?",
        lambda: show(run.slowed_text(stage.example("Z"), 3), hmmg_by="length"),
    ),
    frame.Try(
        "A sign that nobody taught",
        "An eight is none of these signs. Will there be a winner, and how sure?",
        lambda: show(stage.eight(), hmmg_open="A step"),
    ),
]

page()
