"""What the spam filter learnt: its most telling words, its fingerprints, and how fast it is."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from pages.nb.words import case as nb_words
from pages.nb.words import figures
from pages.nb.words import opened as arithmetic
from pages.nb.words import speed as nb_speed
from pages.nb.words import take_away as export
from pages.nb.words.board import MAX_SEARCH
from pages.nb.words.word_ranks import View, word_ranks

SECTIONS = ["Words", "Fingerprints", "Fast"]
KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
LEARNT = {"Both collections": "both", "The earlier": "earlier"}
BOUND: dict[str, Any] = {"bind": "query-params"}
DEFAULTS: dict[str, Any] = {
    "nbw_section": SECTIONS[0],
    "nbw_model": "Multinomial",
    "nbw_from": "Both collections",
}
state = st.session_state


def linked_word() -> tuple[str | None, str | None]:
    text = frame.link_value("nbw_word")
    if text is None or text in spam.load().feature:
        return text, None
    return None, f"The link's nbw_word is no word of the vocabulary: “{text[:40]}”."


def linked_search() -> tuple[str, str | None]:
    text = frame.link_value("nbw_search") or ""
    if len(text) <= MAX_SEARCH:
        return text, None
    return "", (f"The link's nbw_search must have at most {MAX_SEARCH} letters; got {len(text):,}.")


checks: dict[str, tuple[Any, str | None]] = {
    "nbw_section": frame.checked_choice("nbw_section", SECTIONS, SECTIONS[0]),
    "nbw_model": frame.checked_choice("nbw_model", KINDS, "Multinomial"),
    "nbw_from": frame.checked_choice("nbw_from", LEARNT, "Both collections"),
    "nbw_stop": frame.checked_whole("nbw_stop", 0, len(nb_words.ALPHAS) - 1, nb_words.FIRST),
    "nbw_word": linked_word(),
    "nbw_search": linked_search(),
}
problems = frame.link_problems("nbw", checks)


def goto(view: View) -> None:
    """Move the lists, now and in the link."""
    state["nbw_goto"] = (view, uuid.uuid4().hex)


if "nbw_goto" not in state:
    goto(View(checks["nbw_stop"][0], checks["nbw_word"][0], checks["nbw_search"][0]))

frame.header(
    "What it learnt",
    "All that the filter knows is a weight a word: how much more often spam has it than ham.",
    r"w=\log\frac{(\text{count}_s+\alpha)/(\text{words}_s+\alpha V)}"
    r"{(\text{count}_h+\alpha)/(\text{words}_h+\alpha V)}",
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


def link(view: View) -> None:
    frame.set_link(
        {
            "nbw_stop": None if view.stop == nb_words.FIRST else view.stop,
            "nbw_word": view.word,
            "nbw_search": view.search or None,
        }
    )


def words() -> tuple[str, float, str, str]:
    row = frame.stage_row()
    with row.controls:
        kind = KINDS[choose("Model", list(KINDS), "nbw_model")]
        source = LEARNT[choose("Learnt from", list(LEARNT), "nbw_from")]
        st.caption(
            "A word marked *gone* or *turned* told much in the earlier collection and doesn’t in "
            "the later one: a fingerprint of where the mail came from, not of what it is."
        )
    before, token = state["nbw_goto"]
    with row.stage:
        view = word_ranks(kind, source, before, token=token, key="nbw_ranks")
        st.caption(spam.SOURCE.caption())
    state["nbw_goto"] = (view, token)
    link(view)
    alpha = nb_words.ALPHAS[view.stop]
    with row.inspector:
        for name in ("nbw_stop", "nbw_word", "nbw_search"):
            frame.problem(problems.get(name))
        opened = None
        if view.word is not None:
            opened = arithmetic.word(kind, alpha, source, spam.load().feature[view.word])
        frame.inspect(opened, "Click a word to open its weight, down to the counts.")
    return kind, alpha, source, view.search.strip()


def pick_point() -> None:
    chosen: Any = state.get("nbw_scatter")
    points = chosen.selection.points if chosen else []
    word = points[0].get("customdata") if points else None
    word = word[0] if isinstance(word, (list, tuple)) else word
    if isinstance(word, str) and word in spam.load().feature:
        goto(View(state["nbw_goto"][0].stop, word))
        state["nbw_pick"] = word if word in state["nbw_picks"] else None


def pick_name() -> None:
    if state["nbw_pick"]:
        goto(View(state["nbw_goto"][0].stop, state["nbw_pick"]))


def fingerprints() -> None:
    row = frame.stage_row()
    view, _ = state["nbw_goto"]
    vocabulary = spam.load().vocabulary
    state["nbw_picks"] = [vocabulary[f] for f in nb_words.fingerprints()]
    with row.controls:
        st.selectbox(
            "A fingerprint", state["nbw_picks"], index=None, placeholder="Choose one",
            key="nbw_pick", on_change=pick_name,
        )  # fmt: skip
        st.caption(
            f"How one can tell: take the words that told {nb_words.TELLING:g} nats or more in the "
            f"earlier collection, in {nb_words.SEEN} messages or more, and look at them in the "
            f"later one. *Turned*: at most {100 * nb_words.KEPT:.0f} % of the weight is left, and "
            f"the loss is over {nb_words.CHANCE:g} standard errors. *Gone*: ten or more messages "
            "should have it, at most a tenth of them do."
        )
    link(view)
    chosen = None if view.word is None else spam.load().feature[view.word]
    with row.stage:
        st.plotly_chart(
            figures.both_collections(chosen), key="nbw_scatter", config=CONFIG,
            on_select=pick_point, selection_mode="points",
        )  # fmt: skip
        st.markdown(nb_words.summary())
        st.caption(
            "Weights by messages that have the word; hard ham is left out. " + spam.SOURCE.caption()
        )
    with row.inspector:
        frame.problem(problems.get("nbw_word"))
        if chosen is None:
            frame.inspect(None, "Click a point, or choose a word, to open both weights.")
        else:
            for opened in (
                arithmetic.verdict(chosen),
                arithmetic.collection(chosen, 0),
                arithmetic.collection(chosen, 1),
            ):
                frame.inspect(opened)


def measure(kind: str) -> None:
    state["nbw_speed"] = (kind, nb_speed.measure(kind))


def fast() -> None:
    row = frame.stage_row()
    with row.controls:
        kind = KINDS[choose("Model", list(KINDS), "nbw_model")]
        st.button("Measure now", key="nbw_measure", type="primary", on_click=measure, args=(kind,))
        st.caption(
            "On this server, now: ours and scikit-learn’s take turns, and each figure is the "
            "median of 25. A time isn’t kept in the link."
        )
    link(state["nbw_goto"][0])
    found = state.get("nbw_speed")
    if not found or found[0] != kind:
        with row.stage:
            st.info("Not measured yet. Press “Measure now”.")
        return
    measured = found[1]
    pairs = [(a, b) for a, b in zip(measured[::2], measured[1::2], strict=True)]
    with row.stage:
        st.plotly_chart(figures.times_bars(measured), key="nbw_times", config=CONFIG)
        st.table(
            {
                "": [figures.TASKS[a.what] for a, _ in pairs],
                "items": [f"{a.items:,}" for a, _ in pairs],
                "ours, µs": [plain(a.microseconds) for a, _ in pairs],
                "scikit-learn, µs": [plain(b.microseconds) for _, b in pairs],
                "ours a second": [f"{a.per_second:,.0f}" for a, _ in pairs],
                "ratio": [f"{b.seconds / a.seconds:.2f}" for a, b in pairs],
            },
            border="horizontal",
            hide_index=True,
        )
        st.caption("Ratio: how many times as long scikit-learn takes. " + spam.SOURCE.caption())
    with row.inspector:
        names = [f"{s.who}: {figures.TASKS[s.what]}" for s in measured]
        picked = st.selectbox("Open a bar", names, key="nbw_bar")
        i = names.index(picked)
        frame.inspect(arithmetic.speed(measured[i], measured[i ^ 1]))


@st.fragment
def page() -> None:
    section = frame.sections("nbw", SECTIONS)
    frame.problem(problems.get("nbw_section"))
    if section == SECTIONS[0]:
        state["nbw_export"] = words()
    elif section == SECTIONS[1]:
        fingerprints()
    else:
        fast()
    frame.try_this("nbw", TRIES)
    st.markdown("**Take away.** The words as they are ranked, with their marks.")
    alpha = nb_words.ALPHAS[state["nbw_goto"][0].stop]
    kind, alpha, source, search = state.get("nbw_export", ("multinomial", alpha, "both", ""))
    speed = state.get("nbw_speed", ("", ()))[1]
    frame.take_away(
        "nbw",
        [
            frame.Download("Words (JSON)", "words.json", "application/json",
                           partial(export.as_json, kind, alpha, source, search, speed)),
            frame.Download("Words (CSV)", "words.csv", "text/csv",
                           partial(export.as_csv, kind, alpha, source, search)),
            frame.Download("Picture (SVG)", "words.svg", "image/svg+xml",
                           partial(export.as_svg, kind, alpha, source, search)),
            frame.Download("Script (Python)", "words.py", "text/x-python",
                           partial(export.as_script, kind, alpha, source, search)),
        ],
    )  # fmt: skip


def show(section: str, view: View, **other: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, "nbw_section": section, **other})
    goto(view)


def show_fast() -> None:
    show(SECTIONS[2], View())
    measure("multinomial")


TRIES = [
    frame.Try(
        "α = 0",
        "No smoothing: how many words decide a message alone, because one class never had them?",
        lambda: show(SECTIONS[0], View(0, "razor")),
    ),
    frame.Try(
        "α = 100",
        "100 added to every count: do rare words or frequent ones tell most now?",
        lambda: show(SECTIONS[0], View(len(nb_words.ALPHAS) - 1)),
    ),
    frame.Try(
        "A word of a footer",
        "“supplied” tells of ham. Will it in mail of the next months?",
        lambda: show(SECTIONS[1], View(nb_words.FIRST, "supplied"), nbw_from="The earlier"),
    ),
    frame.Try(
        "How fast?",
        "One message alone: how many microseconds, and how many times as many in scikit-learn?",
        show_fast,
    ),
]

page()
