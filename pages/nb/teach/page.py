"""Teach it: an empty classifier, labelled one message at a time, and its learning curve."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.opened import Opened, plain
from pages.nb.stop_panels import View as CurveView
from pages.nb.stop_panels import checked_open, stop_panels
from pages.nb.teach import case as nb_teach
from pages.nb.teach import curve as nb_teach_curve
from pages.nb.teach import lesson as run
from pages.nb.teach import opened as arithmetic
from pages.nb.teach import take_away as export
from pages.nb.teach.label import (
    SOURCES,
    TABLE,
    goto,
    put,
    show_number,
    the_message,
    unlearn_pressed,
)
from pages.nb.teach.lesson import Item
from pages.nb.teach.teach_table import View, payload, teach_table, text_said

SECTIONS = ["Teach", "Learning curve"]
KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
ALPHAS = ["0.01", "0.1", "0.5", "1", "2", "5", "10"]
PRIORS = {"Even": 0.5, "From labels": None}
ROWS = {"The text’s words": True, "Most counted": False}
DRAWS = [str(n) for n in nb_teach_curve.DRAWS]
FIRST_TEXT = "Win a free ticket now! Click here to order your report, or reply to be removed."
BOUND: dict[str, Any] = {"bind": "query-params"}
DEFAULTS: dict[str, Any] = {
    "nbe_section": SECTIONS[0],
    "nbe_source": SOURCES[1],
    "nbe_model": "Multinomial",
    "nbe_alpha": "1",
    "nbe_prior": "Even",
    "nbe_rows": "The text’s words",
    "nbe_draws": "5",
}
state = st.session_state


def linked_lesson() -> tuple[tuple[tuple[Item, ...], tuple[str, ...]], str | None]:
    """The lesson of the link: its codes and own texts."""
    empty: tuple[tuple[Item, ...], tuple[str, ...]] = ((), ())
    try:
        own = run.own_from_link(frame.link_value("nbe_own"))
        return (run.decode(frame.link_value("nbe_taught") or "", own), own), None
    except ValueError as error:
        return empty, f"The link's nbe_taught can't be read: {error}. Nothing is taught instead."


def linked_open() -> tuple[str | None, str | None]:
    text = frame.link_value("nbe_open")
    if text is None or text in ("accuracy", "prior") or text.startswith("word:"):
        return text, None
    if checked_open(text) is not None or (text.isdecimal() and len(text) < 5):
        return text, None
    return None, f"The link's nbe_open names nothing to open: “{text[:40]}”."


def linked_text() -> tuple[str, str | None]:
    text = frame.link_value("nbe_text")
    if text is None or len(text) <= spam.MAX_CHARS:
        return FIRST_TEXT if text is None else text, None
    return FIRST_TEXT, (
        f"The link's nbe_text must have at most {spam.MAX_CHARS:,} characters; got {len(text):,}."
    )


def put_text(text: str) -> None:
    """Another text to read, in place of what was typed."""
    state["nbe_text"] = (text, uuid.uuid4().hex)


(items, own), wrong_lesson = linked_lesson()
checks: dict[str, tuple[Any, str | None]] = {
    "nbe_section": frame.checked_choice("nbe_section", SECTIONS, SECTIONS[0]),
    "nbe_source": frame.checked_choice("nbe_source", SOURCES, SOURCES[1]),
    "nbe_model": frame.checked_choice("nbe_model", KINDS, "Multinomial"),
    "nbe_alpha": frame.checked_choice("nbe_alpha", ALPHAS, "1"),
    "nbe_prior": frame.checked_choice("nbe_prior", PRIORS, "Even"),
    "nbe_rows": frame.checked_choice("nbe_rows", ROWS, "The text’s words"),
    "nbe_draws": frame.checked_choice("nbe_draws", DRAWS, "5"),
    "nbe_stop": frame.checked_whole(
        "nbe_stop", 0, len(nb_teach_curve.ALPHAS) - 1, nb_teach_curve.FIRST
    ),
    "nbe_taught": ((items, own), wrong_lesson),
    "nbe_open": linked_open(),
    "nbe_text": linked_text(),
}
problems = frame.link_problems("nbe", checks)


if "nbe_items" not in state:
    opened_at = checks["nbe_open"][0] or ""
    state["nbe_items"], state["nbe_own"] = items, own
    state["nbe_curve"] = (
        CurveView(checks["nbe_stop"][0], checked_open(opened_at)), uuid.uuid4().hex,
    )  # fmt: skip
    state["nbe_shown"] = opened_at if opened_at in ("accuracy", "prior") else None
    goto(
        View(
            int(opened_at) if opened_at.isdecimal() else None,
            opened_at[5:] if opened_at.startswith("word:") else None,
        )
    )
    state["nbe_at"] = 0
    put_text(checks["nbe_text"][0])

frame.header(
    "Teach it",
    "A classifier that has seen nothing learns by counting: a label adds a message’s words to its "
    "class, and unlearning subtracts them.",
    r"p(w\mid c)=\frac{\text{count}_c(w)+\alpha}{\text{words}_c+\alpha V}",
)


def settle(name: str) -> None:
    problems.pop(name, None)


def choose(label: str, options: list[str], name: str, **more: Any) -> str:
    chosen = st.segmented_control(
        label, options, default=DEFAULTS[name], required=True, key=name, on_change=settle,
        args=(name,), **BOUND, **more,
    )  # fmt: skip
    frame.problem(problems.get(name))
    return chosen or DEFAULTS[name]


# -- sections ------------------------------------------------------------------------------------


def teach() -> None:
    row = frame.stage_row()
    with row.controls:
        source = choose("Messages", SOURCES, "nbe_source")
        kind = KINDS[choose("Model", list(KINDS), "nbe_model")]
        alpha = float(
            st.select_slider(
                "Smoothing α", ALPHAS, "1", key="nbe_alpha", on_change=settle, args=("nbe_alpha",),
                **BOUND,
            )
        )  # fmt: skip
        frame.problem(problems.get("nbe_alpha"))
        prior = PRIORS[choose("Prior P(spam)", list(PRIORS), "nbe_prior")]
        by_text = ROWS[choose("Table", list(ROWS), "nbe_rows")]
    taught: tuple[Item, ...] = state["nbe_items"]
    lesson = run.lesson(taught, state["nbe_own"], kind, alpha, prior)
    kept, text_token = state["nbe_text"]
    text = text_said(TABLE, kept, text_token)
    if text != kept:
        state["nbe_text"] = (text, text_token)
        problems.pop("nbe_text", None)
    accuracies = run.accuracies(lesson.taught, kind, alpha, prior)
    prepared = payload(lesson, taught, state["nbe_own"], accuracies, text, by_text)
    state["nbe_lesson_id"] = prepared["lesson"]
    with row.stage:
        frame.problem(problems.get("nbe_taught"))
        the_message(source)
        score = nb_teach.held_out(lesson)
        view_before, token = state["nbe_goto"]
        frame.problem(problems.get("nbe_text"))
        view = teach_table(
            prepared, view_before, token=token, text_token=text_token, key=TABLE,
            on_unlearn=unlearn_pressed,
        )  # fmt: skip
        st.caption(frame.plain_text(run.unknown_words(lesson)) + spam.SOURCE.caption())
    if view != view_before:
        state["nbe_shown"] = None
    state["nbe_goto"] = (view, token)
    keep_in_link(view, text)
    with row.inspector:
        for name in ("nbe_open",):
            frame.problem(problems.get(name))
        st.button(
            f"Held-out accuracy **{plain(score.accuracy, 4)}**", key="nbe_show_accuracy",
            on_click=show_number, args=("accuracy",),
        )  # fmt: skip
        frame.inspect(opened(lesson, text, view, score))
        st.caption("Press a label’s point or a word to open it, the button above for the accuracy.")
    st.session_state["nbe_export"] = (lesson, text, [run.title(item) for item in taught])


def opened(lesson: nb_teach.Lesson, text: str, view: View, score: Any) -> Opened:
    if state["nbe_shown"] == "accuracy":
        return arithmetic.accuracy(score)
    if view.word is not None:
        return run.safe(arithmetic.word(lesson, spam.load().feature[view.word]), frame.plain_text)
    at = len(lesson.taught) if view.step is None else view.step
    return run.safe(arithmetic.posterior(run.until(lesson, at), text), frame.plain_text)


def keep_in_link(view: View, text: str) -> None:
    taught, texts = state["nbe_items"], state["nbe_own"]
    linked = run.own_link(texts)
    fits = not texts or linked is not None
    codes = run.encode(taught) if fits else run.encode([i for i in taught if i.source != "o"])
    if not fits:
        st.caption(
            f"Your own texts have over {run.MAX_OWN_LINK:,} characters: they aren’t in the link."
        )
    if len(text) > frame.MAX_LINK_VALUE:
        st.caption(
            f"The text being read has over {frame.MAX_LINK_VALUE:,} characters: it isn’t in the "
            "link."
        )
    frame.set_link(
        {
            "nbe_taught": codes or None,
            "nbe_own": linked,
            "nbe_text": None if text == FIRST_TEXT else text,
            "nbe_stop": None,
            "nbe_open": state["nbe_shown"]
            or (f"word:{view.word}" if view.word else None)
            or (None if view.step is None else view.step),
        }
    )


def curve() -> None:
    row = frame.stage_row()
    with row.controls:
        kind = KINDS[choose("Model", list(KINDS), "nbe_model")]
        draws = int(
            choose(
                "Draws", DRAWS, "nbe_draws",
                help="Each draw learns from the first n messages of one random order.",
            )
        )  # fmt: skip
        st.caption(
            "Prior: the training’s share of spam. Logistic regression: log(1 + count), L2 penalty "
            "C = 1, on the same messages in the same orders."
        )
    before, token = state["nbe_curve"]
    with row.stage:
        view = stop_panels(
            nb_teach_curve.board(kind, draws), before, token=token, key="nbe_learning"
        )
        st.caption(
            "Bands: one standard deviation of the draws either way. Generative against "
            "discriminative: Ng and Jordan, NIPS 2001. " + spam.SOURCE.caption()
        )
    state["nbe_curve"] = (view, token)
    frame.set_link(
        {
            "nbe_stop": None if view.stop == nb_teach_curve.FIRST else view.stop,
            "nbe_open": view.open,
        }
    )
    with row.inspector:
        frame.problem(problems.get("nbe_stop"))
        frame.inspect(
            nb_teach_curve.opened(kind, view.stop, draws, view.open),
            "Click a point or a crossing to open it.",
        )
    state["nbe_curve_export"] = (kind, view.stop, draws)


@st.fragment
def page() -> None:
    section = frame.sections("nbe", SECTIONS)
    frame.problem(problems.get("nbe_section"))
    (teach if section == SECTIONS[0] else curve)()
    frame.try_this("nbe", TRIES)
    st.markdown("**Take away.** What is on the stage.")
    if section == SECTIONS[0]:
        lesson, text, titles = state["nbe_export"]
        files = [
            ("Lesson (JSON)", "json", partial(export.as_json, lesson, text, titles)),
            ("Counts (CSV)", "csv", partial(export.as_csv, lesson)),
            ("Trail (SVG)", "svg", partial(export.as_svg, lesson, text)),
            ("Script (Python)", "py", partial(export.as_script, lesson, text)),
        ]
    else:
        kind, stop, draws = state["nbe_curve_export"]
        files = [
            ("Curves (JSON)", "json", partial(export.curve_json, kind, stop, draws)),
            ("Points (CSV)", "csv", partial(export.curve_csv, kind, stop, draws)),
            ("Picture (SVG)", "svg", partial(export.curve_svg, kind, stop, draws)),
            ("Script (Python)", "py", partial(export.curve_script, kind, stop)),
        ]
    mimes = {"json": "application/json", "csv": "text/csv", "svg": "image/svg+xml",
             "py": "text/x-python"}  # fmt: skip
    name = "lesson" if section == SECTIONS[0] else "curve"
    frame.take_away(
        "nbe",
        [frame.Download(title, f"{name}.{kind}", mimes[kind], make) for title, kind, make in files],
    )


def show(codes: str, text: str = FIRST_TEXT, view: View | None = None, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, "nbe_error": None, "nbe_shown": None, **other})
    state["nbe_at"] = 0
    put_text(text)
    put(run.decode(codes, ()), ())
    goto(view)


def show_curve(open_: str) -> None:
    state.update({**DEFAULTS, "nbe_section": SECTIONS[1]})
    state["nbe_curve"] = (CurveView(nb_teach_curve.ALPHAS.index(0.1), open_), uuid.uuid4().hex)


TRIES = [
    frame.Try(
        "Ten labels",
        "The first ten corpus messages, labelled: how many of 1,479 unseen ones are read right?",
        lambda: show("c0-9", nbe_shown="accuracy"),
    ),
    frame.Try(
        "One class only",
        "Five spam messages and not one ham: what is a plain, honest letter called?",
        lambda: show("m0s.m2s.m0s.m2s.m0s", spam.MESSAGES[1].text),
    ),
    frame.Try(
        "One wrong label",
        "Ten right labels, then a plain spam called ham. What does one lie do, and unlearning it?",
        lambda: show("c0-9.m0h", spam.MESSAGES[0].text),
    ),
    frame.Try(
        "Who leads, who wins",
        "From 10 messages, is logistic regression ahead? From 4,000?",
        lambda: show_curve("crossing:0"),
    ),
]

page()
