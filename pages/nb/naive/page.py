"""What "naive" costs: evidence counted again and again, and what recalibration gives back."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from pages.nb.naive import boards
from pages.nb.naive import case as run
from pages.nb.naive import take_away as export
from pages.nb.naive.case import State
from pages.nb.stop_panels import View, checked_open, stop_panels

SECTIONS = list(boards.SECTIONS)
DISTANCES = [f"{d:g}" for d in boards.DISTANCES]
PRIORS = [f"{p:g}" for p in boards.PRIORS]
BOUND: dict[str, Any] = {"bind": "query-params"}
DEFAULTS: dict[str, Any] = {
    "nbn_section": SECTIONS[0],
    "nbn_distance": "2",
    "nbn_prior": "0.5",
    "nbn_model": "Multinomial",
    "nbn_words": "All words",
    "nbn_beside": "Platt",
}
state = st.session_state


def linked_open() -> tuple[str | None, str | None]:
    text = frame.link_value("nbn_open")
    good = checked_open(text)
    wrong = text is not None and good is None
    return (
        good,
        f"The link's nbn_open names nothing to open: “{text[:40]}”." if wrong and text else None,
    )


first_section = frame.checked_choice("nbn_section", SECTIONS, SECTIONS[0])
checks: dict[str, tuple[Any, str | None]] = {
    "nbn_section": first_section,
    "nbn_distance": frame.checked_choice("nbn_distance", DISTANCES, "2"),
    "nbn_prior": frame.checked_choice("nbn_prior", PRIORS, "0.5"),
    "nbn_model": frame.checked_choice("nbn_model", run.KINDS, "Multinomial"),
    "nbn_words": frame.checked_choice("nbn_words", run.WORD_SETS, "All words"),
    "nbn_beside": frame.checked_choice("nbn_beside", run.CALIBRATIONS, "Platt"),
    "nbn_stop": frame.checked_whole("nbn_stop", 0, boards.stops_of(first_section[0]) - 1, 0),
    "nbn_at": run.checked_at(first_section[0], frame.link_value("nbn_at")),
    "nbn_open": linked_open(),
}
problems = frame.link_problems("nbn", checks)


def goto(section: str, view: View) -> None:
    """Move a section's board, now and in the link."""
    views = dict(state.get("nbn_views", {}))
    views[section] = (view, uuid.uuid4().hex)
    state["nbn_views"] = views


if "nbn_views" not in state:
    goto(
        first_section[0],
        View(checks["nbn_stop"][0], checks["nbn_open"][0], checks["nbn_at"][0]),
    )
frame.header(
    "What “naive” costs",
    "Evidence that repeats itself is multiplied as if it were new: the verdict hardly moves, the "
    "certainty runs away.",
    r"\text{naive log-odds}=\log\tfrac{\pi}{1-\pi}+\kappa\cdot\text{evidence}",
)


def settle(name: str) -> None:
    problems.pop(name, None)


def choose(label: str, options: list[str], name: str, **more: Any) -> str:
    """A segmented control of plain text, its link value checked."""
    chosen = st.segmented_control(
        label, options, default=DEFAULTS[name], required=True, key=name, on_change=settle,
        args=(name,), **BOUND, **more,
    )  # fmt: skip
    frame.problem(problems.get(name))
    return chosen or DEFAULTS[name]


def controls(section: str) -> State:
    if section in boards.EXACT:
        distance = choose("Distance d of the means", DISTANCES, "nbn_distance")
        prior = choose("Prior P(1)", PRIORS, "nbn_prior")
        st.caption(
            "Both features have variance 1 in each class, and correlation ρ. The naive model "
            "leaves ρ out."
            if section == "Correlated"
            else "One feature, written down m times: ρ = 1. The naive model takes each copy for "
            "new evidence."
        )
        return State(section, distance=float(distance), prior=float(prior))
    kind = choose("Model", list(run.KINDS), "nbn_model")
    words = choose("Words copied", list(run.WORD_SETS), "nbn_words")
    method = choose(
        "Beside it", list(run.CALIBRATIONS), "nbn_beside",
        help="A map from log-odds to probability, learnt on one half of the held-out messages and "
        "measured on the other.",
    )  # fmt: skip
    st.caption(run.real_case())
    return State(
        section,
        kind=run.KINDS[kind],
        words=run.WORD_SETS[words],
        method=run.CALIBRATIONS[method],
    )


def open_message(name: str) -> None:
    """Open a message's recalibration: its place in the table."""
    chosen = state[f"nbn_pick_{name}"]
    view, _ = state["nbn_views"]["Spam"]
    if chosen is not None:
        goto("Spam", View(view.stop, f"message-{name}:{state['nbn_names'].index(chosen)}"))


def messages(shown: State) -> None:
    st.markdown("**The surest messages of the measured half**: four wrong, four right.")
    st.table(run.message_table(shown), border="horizontal", hide_index=True)
    state["nbn_names"] = run.message_names(shown)
    for column, (label, method) in zip(st.columns(2), run.CALIBRATIONS.items(), strict=True):
        column.selectbox(
            f"Open its {label} sum", state["nbn_names"], index=None, placeholder="Choose a message",
            key=f"nbn_pick_{method}", on_change=open_message, args=(method,),
        )  # fmt: skip


@st.fragment
def page() -> None:
    section = frame.sections("nbn", SECTIONS)
    frame.problem(problems.get("nbn_section"))
    row = frame.stage_row()
    with row.controls:
        setting = controls(section)
    if section not in state["nbn_views"]:
        goto(section, View())
    before, token = state["nbn_views"][section]
    with row.stage:
        view = stop_panels(setting.board(), before, token=token, key=f"nbn_{section}")
        if section == "Spam":
            st.caption(spam.SOURCE.caption())
    state["nbn_views"] = {**state["nbn_views"], section: (view, token)}
    frame.set_link(
        {
            "nbn_stop": view.stop or None,
            "nbn_open": view.open,
            "nbn_at": run.at_text(view.at),
        }
    )
    shown = State(**{**setting.__dict__, "stop": view.stop})
    with row.inspector:
        for name in ("nbn_stop", "nbn_open", "nbn_at"):
            frame.problem(problems.get(name))
        frame.inspect(
            run.opened(shown, view.open, view.at),
            "Click a bar, a dot or a number below the pictures to open it; in a picture, arrows go "
            "through what opens.",
        )
    if section == "Spam":
        messages(shown)
    frame.try_this("nbn", TRIES)
    st.markdown("**Take away.** The section on the stage, at the slider’s stop.")
    frame.take_away(
        "nbn",
        [
            frame.Download(title, f"naive.{kind}", mime, partial(make, shown))
            for title, kind, mime, make in (
                ("Figures (JSON)", "json", "application/json", export.as_json),
                ("Every stop (CSV)", "csv", "text/csv", export.as_csv),
                ("Reliability (SVG)", "svg", "image/svg+xml", export.as_svg),
                ("Script (Python)", "py", "text/x-python", export.as_script),
            )
        ],
    )


def show(section: str, view: View, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, "nbn_section": section, **other})
    goto(section, view)


TRIES = [
    frame.Try(
        "Two features that agree",
        "Correlate two features by 0.8. By how much do accuracy and posterior change?",
        lambda: show("Correlated", View(40, "read-naive:0", (48, 46))),
    ),
    frame.Try(
        "One feature, 20 times",
        "A measurement of 0.3 says 0.65. What does it say, written down 20 times?",
        lambda: show("Copied", View(19, "read-naive:0", (43,))),
    ),
    frame.Try(
        "A rare class, 10 copies",
        "At a prior of 0.1 the signs no longer agree. What do copies cost now?",
        lambda: show("Copied", View(9, "read-accuracy:0"), nbn_prior="0.1", nbn_distance="1"),
    ),
    frame.Try(
        "1.000000, and wrong",
        "How many held-out messages are called spam with 1.000000, and how many of them are ham?",
        lambda: show("Spam", View(0, "read-wrong:0")),
    ),
]

page()
