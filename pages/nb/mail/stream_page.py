"""Spam in real time: messages judged as they come, by a filter that learns on or doesn't."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from pages.nb.mail import opened_stream as arithmetic
from pages.nb.mail import stream_board as runs
from pages.nb.mail import take_away_stream as export
from pages.nb.mail.message_stream import message_stream
from pages.nb.mail.stream_board import FIRST_RATE, MAX_SEED, OPENABLE, RATES, Place, Setting
from pages.nb.threshold.take_away import COUNTS_FILE, counts

ORDERS = {"Held out, shuffled": "random", "The later collection": "later"}
KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
ALPHAS = {f"{a:g}": a for a in runs.SMOOTHINGS}
SIZES = {str(size): size for size in runs.TRAINING_SIZES}
OPENING = 200  # messages judged when the page opens: enough for its curves to say something
DEFAULTS: dict[str, Any] = {
    "nbs_order": "Held out, shuffled",
    "nbs_learn": True,
    "nbs_training": "100",
    "nbs_model": "Multinomial",
    "nbs_alpha": "1",
    "nbs_seed": 2002,
}
BOUND: dict[str, Any] = {"bind": "query-params"}
state = st.session_state

checks: dict[str, tuple[Any, str | None]] = {
    "nbs_order": frame.checked_choice("nbs_order", ORDERS, "Held out, shuffled"),
    "nbs_learn": frame.checked_choice("nbs_learn", ["true", "false"], "true"),
    "nbs_training": frame.checked_choice("nbs_training", SIZES, "100"),
    "nbs_model": frame.checked_choice("nbs_model", KINDS, "Multinomial"),
    "nbs_alpha": frame.checked_choice("nbs_alpha", ALPHAS, "1"),
    "nbs_seed": frame.checked_whole("nbs_seed", 0, MAX_SEED, 2002),
    "nbs_rate": frame.checked_choice("nbs_rate", [str(r) for r in RATES], str(FIRST_RATE)),
    "nbs_open": frame.checked_choice("nbs_open", OPENABLE, ""),
    "nbs_step": runs.checked_place("nbs_step", frame.link_value("nbs_step")),
    "nbs_message": runs.checked_place("nbs_message", frame.link_value("nbs_message")),
}
problems = frame.link_problems("nbs", checks)


def goto(place: Place) -> None:
    """Move the stream, now and in the link."""
    state["nbs_goto"] = (place, uuid.uuid4().hex)


if "nbs_goto" not in state:
    linked_step = checks["nbs_step"][0]
    goto(
        Place(
            OPENING if linked_step is None else linked_step,
            checks["nbs_message"][0] or None,
            checks["nbs_open"][0] or None,
            int(checks["nbs_rate"][0]),
        )
    )


def changed(name: str) -> None:
    """Another stream begins where this one stood; its opened message is another one, so none."""
    problems.pop(name, None)
    place: Place = state["nbs_goto"][0]
    if name != "nbs_learn":
        goto(Place(place.step, None, place.open, place.rate))


frame.header(
    "Spam: in real time",
    "Each message is judged before its label is known; learning from it is adding its counts.",
    r"N_{cw}\leftarrow N_{cw}+x_w",
)


def controls() -> Setting:
    def told(name: str) -> dict[str, Any]:
        return {"key": name, "on_change": changed, "args": (name,), **BOUND}

    order = st.radio("Stream", list(ORDERS), **told("nbs_order"))
    frame.problem(problems.get("nbs_order"))
    learn = st.toggle("Learn from each label", value=True, **told("nbs_learn"))
    frame.problem(problems.get("nbs_learn"))
    training = st.select_slider("Learnt before", list(SIZES), value="100", **told("nbs_training"))
    frame.problem(problems.get("nbs_training"))
    model = st.radio("Model", list(KINDS), **told("nbs_model"))
    frame.problem(problems.get("nbs_model"))
    alpha = st.select_slider("Smoothing α", list(ALPHAS), value="1", **told("nbs_alpha"))
    frame.problem(problems.get("nbs_alpha"))
    seed = st.number_input("Seed of the order", 0, MAX_SEED, 2002, **told("nbs_seed"))
    frame.problem(problems.get("nbs_seed"))
    return Setting(
        ORDERS[order or DEFAULTS["nbs_order"]],
        learn,
        KINDS[model or DEFAULTS["nbs_model"]],
        ALPHAS[alpha],
        None,
        SIZES[training],
        int(seed),
    )


@st.fragment
def page() -> None:
    row = frame.stage_row((1.9, 7.2, 2.8))
    with row.controls:
        setting = controls()
        for name in ("nbs_step", "nbs_message", "nbs_open", "nbs_rate"):
            frame.problem(problems.get(name))
    before, token = state["nbs_goto"]
    board = runs.prepared(setting)
    wanted = runs.goto(setting, before, token)
    with row.stage:
        view = message_stream(
            board, shown="online" if setting.online else "frozen", goto=wanted, key="nbs_stream"
        )
        st.caption(spam.SOURCE.caption())
    place = runs.place_of(view, board, wanted)
    state["nbs_goto"] = (place, token)
    frame.set_link(
        {
            "nbs_step": None if place.step == OPENING else place.step,
            "nbs_message": place.message,
            "nbs_open": place.open,
            "nbs_rate": None if place.rate == FIRST_RATE else place.rate,
        }
    )
    with row.inspector:
        found = arithmetic.opened(setting, place)
        for opened in found:
            frame.inspect(opened)
        if not found:
            st.caption(
                "Play. Click a message to open its words as the filter weighed them at that "
                "moment, or a number of the table."
            )
    frame.try_this("nbs", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "nbs",
        [
            frame.Download("Figures (JSON)", "spam_stream.json", "application/json",
                           partial(export.as_json, setting, place.step)),
            frame.Download("Verdicts (CSV)", "spam_stream.csv", "text/csv",
                           partial(export.as_csv, setting)),
            frame.Download("Curves (SVG)", "spam_stream.svg", "image/svg+xml",
                           partial(export.as_svg, setting, place.step)),
            frame.Download("Script (Python)", "spam_stream.py", "text/x-python",
                           partial(export.as_script, setting)),
            frame.Download("Counts for the script (NPZ)", COUNTS_FILE,
                           "application/octet-stream", counts),
        ],
    )  # fmt: skip


def show(place: Place, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **settings})
    goto(place)


TRIES = [
    frame.Try(
        "Ten messages",
        "It has seen ten messages only. After how many more does a learning filter catch 8 in 10?",
        lambda: show(Place(300, None, "online.recall", 50), nbs_training="10"),
    ),
    frame.Try(
        "The mail has changed",
        "1,000 earlier messages learnt, then a later year's. Who loses, and who recovers?",
        lambda: show(
            Place(2963, None, "frozen.window", 200),
            nbs_order="The later collection", nbs_training="1000",
        ),
    ),
    frame.Try(
        "All of the earlier mail",
        "Learnt all 2,953 earlier messages: is there anything left to gain by learning on?",
        lambda: show(
            Place(2963, None, "online.precision", 200),
            nbs_order="The later collection", nbs_training="4437",
        ),
    ),
    frame.Try(
        "Bernoulli, not learning",
        "100 messages learnt, 9,102 words: most were never seen. How much spam will it call spam?",
        lambda: show(
            Place(600, None, "frozen.recall", 100), nbs_learn=False, nbs_model="Bernoulli"
        ),
    ),
]  # fmt: skip

page()
