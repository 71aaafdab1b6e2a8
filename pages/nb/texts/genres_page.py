"""Document categories: a text typed or pasted, its genre as it is typed, and what drew it there."""

from typing import Any

import streamlit as st

from genmodels.datasets import genres
from genmodels.datasets.written_texts import PASSAGES
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened, plain
from pages.nb.text import ALPHAS, Settings, judge, telling
from pages.nb.texts import figures
from pages.nb.texts import genres as run
from pages.nb.texts import opened as arithmetic
from pages.nb.texts import text_section as parts
from pages.nb.texts.text_judge import text_judge

P = "nbr"
SAMPLES = {sample.title: sample for sample in PASSAGES}
FIRST = "City council"
ALPHA_NAMES = {f"{alpha:g}": alpha for alpha in ALPHAS}
WAYS = {"15 genres": 15, "4 groups": 4}
SECTIONS = ["Read", "Held out", "Words"]
CELL, CLASS = "nbr_cell_at", "nbr_class_at"  # what is chosen, kept while its section is closed
# Religion called belles lettres; official and learned called other prose.
DEFAULT_CELL = {15: (3, 6), 4: (2, 1)}
state = st.session_state


def linked_pair(name: str, classes: int) -> tuple[tuple[int, int], str | None]:
    """`3.6`: true class 3, called class 6."""
    text = frame.link_value(name)
    default = DEFAULT_CELL[classes]
    if text is None:
        return default, None
    numbers = text.split(".")
    if len(numbers) == 2 and all(n.isascii() and n.isdecimal() and len(n) < 3 for n in numbers):
        truth, called = int(numbers[0]), int(numbers[1])
        if max(truth, called) < classes:
            return (truth, called), None
    return default, f"The link's {name} must be like 3.6, below {classes}; it says “{text[:40]}”."


ways_checked = frame.checked_choice("nbr_ways", WAYS, "15 genres")
linked_classes = WAYS[ways_checked[0]]
problems = frame.link_problems(
    P,
    {
        "nbr_ways": ways_checked,
        "nbr_alpha": frame.checked_choice("nbr_alpha", ALPHA_NAMES, "1"),
        "nbr_section": frame.checked_choice("nbr_section", SECTIONS, "Read"),
        "nbr_cell": linked_pair("nbr_cell", linked_classes),
        "nbr_class": frame.checked_whole("nbr_class", 0, linked_classes - 1, 0),
        **parts.begin(P, SAMPLES, FIRST, linked_classes),
    },
)
if CELL not in state:
    state[CELL] = linked_pair("nbr_cell", linked_classes)[0]
    state[CLASS] = frame.checked_whole("nbr_class", 0, linked_classes - 1, 0)[0]
    state["nbr_word_at"] = frame.link_value("nbr_word")
BOUND: dict[str, Any] = {"bind": "query-params"}


def settle(name: str) -> None:
    problems.pop(name, None)


def put(text: str, selected: str | None = None, against: int | None = None) -> None:
    parts.put(P, text, selected, against)
    for name in ("nbr_text", "nbr_open", "nbr_against", "nbr_sample"):
        settle(name)


def pick_sample() -> None:
    put(SAMPLES[state["nbr_sample"]].text)


def changed_ways() -> None:
    """Other classes: the text stays, what was opened by class doesn't."""
    settle("nbr_ways")
    old = 4 if WAYS[state["nbr_ways"] or "15 genres"] == 15 else 15
    put(parts.current(P, old).text)
    state[CELL] = DEFAULT_CELL[WAYS[state["nbr_ways"] or "15 genres"]]
    state[CLASS], state["nbr_word_at"] = 0, None


def controls() -> Settings:
    st.selectbox(
        "Text", list(SAMPLES), index=list(SAMPLES).index(FIRST), key="nbr_sample",
        on_change=pick_sample, help="Written for this page. Type over it, or paste your own.",
        **BOUND,
    )  # fmt: skip
    for name in ("nbr_sample", "nbr_text", "nbr_open", "nbr_against"):
        frame.problem(problems.get(name))
    chosen = st.segmented_control(
        "Classes", list(WAYS), default="15 genres", required=True, key="nbr_ways",
        on_change=changed_ways, **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbr_ways"))
    alpha = st.select_slider(
        "Smoothing α", list(ALPHA_NAMES), "1", key="nbr_alpha", on_change=settle,
        args=("nbr_alpha",), help="Added to every count.", **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbr_alpha"))
    ways = WAYS[chosen or "15 genres"]
    result = run.cross_validated(ways, ALPHA_NAMES[alpha])
    st.markdown("**Documents it hasn’t seen**, 5 × 5 folds")
    parts.score_buttons(
        P,
        [
            ("accuracy", f"accuracy **{plain(result.accuracy)}** ± {plain(result.spread, 2)}"),
            ("majority", f"largest class **{plain(result.majority)}**"),
        ],
    )
    return Settings(f"genres-{ways}", alpha=ALPHA_NAMES[alpha])


def opened_test(settings: Settings) -> Opened | None:
    result = run.cross_validated(ways_of(settings), settings.alpha)
    tests = {"accuracy": arithmetic.cv_accuracy, "majority": arithmetic.cv_majority}
    name = state.get("nbr_test")
    return tests[name](result) if name in tests else None


def ways_of(settings: Settings) -> int:
    return int(settings.name.partition("-")[2])


# -- read ----------------------------------------------------------------------------------------


def meant(text: str, called: str, ways: int) -> None:
    """What the writer of an untouched text meant, and whether the model sees it."""
    sample = next((s for s in PASSAGES if s.text == text), None)
    if sample is None:
        return
    name = genres.TITLES[sample.label]
    if ways == 4:
        name = next(group for group, members in genres.GROUPS.items() if sample.label in members)
    verdict = "right" if name == called else "wrong"
    st.markdown(f"Meant as **{name}**. {sample.hard} **The model gets it {verdict}.**")


def read(row: frame.Stage, settings: Settings) -> None:
    now = parts.current(P, ways_of(settings))
    verdict = judge(now.text, settings, now.against)
    with row.stage:
        text_judge(
            verdict, load=str(state["nbr_load"]), state=now, follow={"alpha": "nbr_alpha"},
            key="nbr_judge",
        )  # fmt: skip
        meant(now.text, verdict.classes[verdict.top], ways_of(settings))
        parts.under_stage(now, verdict)
        st.caption(genres.SOURCE.caption())
    with row.inspector:
        opened = opened_test(settings) or arithmetic.opened(verdict, now.selected)
        frame.inspect(opened, "Click a word, a class, a sum or a score to open its numbers.")


# -- held out --------------------------------------------------------------------------------------


def choose_cell(truth: int, called: int) -> None:
    state[CELL], state["nbr_test"], state["nbr_word_at"] = (truth, called), None, None
    settle("nbr_cell")


def click_cell(names: tuple[str, ...]) -> None:
    chosen: Any = state.get("nbr_confusion")
    points = chosen.selection.points if chosen else []
    data = points[0].get("customdata") if points else None
    if data:
        choose_cell(names.index(str(data[0])), names.index(str(data[1])))


def box_cell(names: tuple[str, ...]) -> None:
    choose_cell(names.index(state["nbr_true_box"]), names.index(state["nbr_called_box"]))


def choose_pull() -> None:
    state["nbr_word_at"], state["nbr_test"] = state["nbr_pull_pill"], None


def held_out(row: frame.Stage, settings: Settings) -> None:
    ways = ways_of(settings)
    names, result = genres.classes(ways), run.cross_validated(ways, settings.alpha)
    truth, called = state[CELL]
    found = run.cell(ways, settings.alpha, truth, called)
    with row.stage:
        st.markdown("**A row: the true class; a column: what it was called.** Click a cell.")
        st.plotly_chart(
            figures.confusion(result.confusion.tolist(), names, (truth, called)),
            key="nbr_confusion", config=CONFIG, selection_mode="points",
            on_select=lambda: click_cell(names),
        )  # fmt: skip
        st.caption(
            "500 documents, each judged once by a model of the other four folds (the first of "
            f"five repeats). {genres.SOURCE.caption()}"
        )
        if ways == 4:
            st.plotly_chart(
                figures.against_alpha(
                    ALPHAS, [run.cross_validated(ways, a).accuracy for a in ALPHAS],
                    settings.alpha, result.majority,
                ),
                key="nbr_alphas", config=CONFIG,
            )  # fmt: skip
    with row.inspector:
        frame.problem(problems.get("nbr_cell"))
        state["nbr_true_box"], state["nbr_called_box"] = names[truth], names[called]
        for column, label, key in zip(
            st.columns(2), ("Truly", "Called"), ("nbr_true_box", "nbr_called_box"), strict=True
        ):
            with column:
                st.selectbox(label, names, key=key, on_change=lambda: box_cell(names))
        words = [pull.word for pull in found.pulls]
        chosen = state["nbr_word_at"] if state["nbr_word_at"] in words else None
        if words:
            state["nbr_pull_pill"] = chosen
            st.pills("Open a word", words, key="nbr_pull_pill", on_change=choose_pull)
        opened = opened_test(settings)
        if opened is None and chosen is not None:
            opened = arithmetic.pull(found, words.index(chosen))
        frame.inspect(opened or arithmetic.cell(found), "")


# -- words -----------------------------------------------------------------------------------------


def choose_class(names: tuple[str, ...]) -> None:
    state[CLASS], state["nbr_word_at"] = names.index(state["nbr_class_box"]), None
    settle("nbr_class")


def click_word() -> None:
    chosen: Any = state.get("nbr_telling")
    points = chosen.selection.points if chosen else []
    data = points[0].get("customdata") if points else None
    if data:
        state["nbr_word_at"], state["nbr_test"] = str(data[0]), None


def choose_word() -> None:
    state["nbr_word_at"], state["nbr_test"] = state["nbr_word_box"], None


def words(row: frame.Stage, settings: Settings) -> None:
    names, k = genres.classes(ways_of(settings)), state[CLASS]
    found = {word.word: word for word in telling(settings, k)}
    chosen = state["nbr_word_at"] if state["nbr_word_at"] in found else next(iter(found))
    with row.stage:
        state["nbr_class_box"] = names[k]
        st.selectbox("Class", names, key="nbr_class_box", on_change=lambda: choose_class(names))
        frame.problem(problems.get("nbr_class"))
        st.plotly_chart(
            figures.telling(list(found.values()), chosen),
            key="nbr_telling", config=CONFIG, selection_mode="points", on_select=click_word,
        )  # fmt: skip
        st.caption(
            "How much a word says for the class against all others, by how often it occurs there. "
            "Hatched: in one or two documents only, a fingerprint of the collection. "
            f"{genres.SOURCE.caption()}"
        )
    with row.inspector:
        state["nbr_word_box"] = chosen
        st.selectbox("Word", list(found), key="nbr_word_box", on_change=choose_word)
        opened = opened_test(settings) or arithmetic.telling_word(settings, k, found[chosen])
        frame.inspect(opened, "")


def keep(settings: Settings, section: str) -> None:
    """All that is chosen, in the link; what is the default stays out of it."""
    now = parts.current(P, ways_of(settings))
    parts.keep_in_link(P, now, SAMPLES[state["nbr_sample"]].text)
    default = DEFAULT_CELL[ways_of(settings)]
    frame.set_link(
        {
            "nbr_cell": None if state[CELL] == default else "{}.{}".format(*state[CELL]),
            "nbr_class": state[CLASS] or None,
            "nbr_word": state["nbr_word_at"] if section != "Read" else None,
        }
    )


frame.header(
    "Document categories",
    "Every word of a document is drawn from its genre’s own bag of words.",
    r"P(c\mid x)\propto P(c)\prod_i p(w_i\mid c)",
)


st.html(parts.STYLE)


@st.fragment
def page() -> None:
    section = frame.sections(P, SECTIONS)  # in here, so that what is tried can change it
    frame.problem(problems.get("nbr_section"))
    row = frame.stage_row()
    with row.controls:
        settings = controls()
    keep(settings, section)
    if section == "Held out":
        held_out(row, settings)
    elif section == "Words":
        words(row, settings)
    else:
        read(row, settings)
    frame.try_this(P, TRIES)
    now = parts.current(P, ways_of(settings))
    parts.take_away(P, judge(now.text, settings, now.against))
    run.warm(ways_of(settings), settings.alpha)  # last: the page stands


def show(title: str, ways: str, section: str = "Read", **more: Any) -> None:
    state.update({"nbr_sample": title, "nbr_ways": ways, "nbr_section": section, "nbr_alpha": "1"})
    put(SAMPLES[title].text, more.pop("selected", None), more.pop("against", None))
    state["nbr_word_at"] = None
    state[CELL] = more.pop("cell", DEFAULT_CELL[WAYS[ways]])
    state[CLASS] = more.pop("klass", 0)


TRIES = [
    frame.Try(
        "Today's weather",
        "A weather report with an app and a website, to a model of 1961. Will it be called news?",
        lambda: show("A weather report today", "15 genres", selected="margin"),
    ),
    frame.Try(
        "Romance or mystery?",
        "Which words would tell a love scene from a mystery, when both say “he” and “she”?",
        lambda: show("A letter in the parlour", "15 genres", against=10, selected="margin"),
    ),
    frame.Try(
        "Religion, called literature",
        "Of 17 religious documents one is called so, and 13 belles lettres. By which words?",
        lambda: show("Faith and works", "15 genres", "Held out"),
    ),
    frame.Try(
        "Six documents",
        "Science fiction has six documents. Are its most telling words about science?",
        lambda: show(FIRST, "15 genres", "Words", klass=11),
    ),
]

page()
