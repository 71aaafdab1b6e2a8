"""The teaching page's messages: the one to label next, and what its buttons do to the lesson."""

import uuid
from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from pages.nb.teach import case as nb_teach
from pages.nb.teach import lesson as run
from pages.nb.teach.lesson import Item
from pages.nb.teach.teach_table import View, to_unlearn

SOURCES = ["The page’s", "Corpus", "Your own", "CSV file"]
TITLES = [one.title for one in spam.MESSAGES]
TABLE = "nbe_table"
state = st.session_state
# Six short buttons stay in rows on a narrow screen too.
_ROW = """<style>
.st-key-stage-row .st-key-nbe-labels, .st-key-stage-row .st-key-nbe-labels > [data-testid] {
  flex-direction: row !important; flex-wrap: wrap; }
</style>"""


def goto(view: View | None = None) -> None:
    """Move the table, now and in the link."""
    state["nbe_goto"] = (view or View(), uuid.uuid4().hex)


def put(new: tuple[Item, ...], texts: tuple[str, ...]) -> None:
    """Another lesson; what is open closes, but for the word."""
    state["nbe_items"], state["nbe_own"] = new, texts
    kept = state["nbe_goto"][0].word if "nbe_goto" in state else None
    goto(View(None, kept))
    state.get("nbe_link_problems", {}).pop("nbe_taught", None)


# -- what the buttons do -------------------------------------------------------------------------


def add(*new: Item, texts: tuple[str, ...] = ()) -> None:
    """Teach these messages, or say why not; what was taught stays."""
    try:
        room = nb_teach.MAX_TAUGHT - len(state["nbe_items"])
        if len(new) > room:
            raise ValueError(
                f"a lesson may hold at most {nb_teach.MAX_TAUGHT} messages; unlearn some first"
            )
        put((*state["nbe_items"], *new), (*state["nbe_own"], *texts))
        state["nbe_shown"] = None
        state["nbe_error"] = None
    except ValueError as error:
        state["nbe_error"] = str(error)


def label_page(is_spam: bool) -> None:
    place = TITLES.index(state["nbe_pick"])
    add(Item("m", place, is_spam))
    state["nbe_pick"] = TITLES[(place + 1) % len(TITLES)]


def label_corpus(is_spam: bool) -> None:
    n = run.next_corpus(state["nbe_items"], state["nbe_at"])
    if n is not None:
        add(Item("c", n, is_spam))


def skip() -> None:
    n = run.next_corpus(state["nbe_items"], state["nbe_at"])
    state["nbe_at"] = 0 if n is None else n + 1


def label_own(is_spam: bool) -> None:
    text = state.get("nbe_mine") or ""
    try:
        nb_teach.message("own", text, is_spam)
    except ValueError as error:
        state["nbe_error"] = str(error)
        return
    add(Item("o", len(state["nbe_own"]), is_spam), texts=(text,))
    if not state["nbe_error"]:
        state["nbe_mine"] = ""


def label_ten() -> None:
    new: list[Item] = []
    for _ in range(10):
        n = run.next_corpus((*state["nbe_items"], *new), state["nbe_at"])
        if n is not None:
            new.append(Item("c", n, bool(run.true_label("c", n))))
    add(*new)


def take_file() -> None:
    rows = state["nbe_rows_read"]
    first = len(state["nbe_own"])
    add(
        *(Item("o", first + i, is_spam) for i, (_, is_spam) in enumerate(rows)),
        texts=tuple(text for text, _ in rows),
    )


def take_back(place: int) -> None:
    """Unlearn one message, the last or any other; own texts stay for the rest."""
    left = state["nbe_items"]
    state["nbe_error"] = None
    put((*left[:place], *left[place + 1 :]), state["nbe_own"])


def unlearn_pressed() -> None:
    place = to_unlearn(TABLE, state["nbe_lesson_id"], len(state["nbe_items"]))
    if place is not None:
        take_back(place)


def start_over() -> None:
    state["nbe_error"] = None
    put((), ())


def show_number(name: str) -> None:
    state["nbe_shown"] = None if state["nbe_shown"] == name else name
    goto()


# -- the message to label ------------------------------------------------------------------------


def label_buttons(name: str, label: Any, more: list[tuple[str, Any]]) -> None:
    """The labels to give, and beside them what acts on the whole lesson."""
    st.html(_ROW)
    with st.container(horizontal=True, gap="small", key="nbe-labels"):
        if label is None:
            whole_lesson()
            return
        st.button("Label ham", key=f"nbe_ham_{name}", on_click=label, args=(False,))
        st.button("Label spam", key=f"nbe_spam_{name}", on_click=label, args=(True,))
        for title, act in more:
            st.button(title, key=f"nbe_{name}_{title}", on_click=act)
        whole_lesson()


def whole_lesson() -> None:
    taught = len(state["nbe_items"])
    st.button(
        "Label ten", key="nbe_ten", on_click=label_ten,
        help="The corpus’s next ten messages, with their true labels.",
    )  # fmt: skip
    st.button(
        "Unlearn last", key="nbe_last", on_click=take_back, args=(taught - 1,), disabled=not taught
    )
    st.button("Start over", key="nbe_over", on_click=start_over, disabled=not taught)


def the_message(source: str) -> None:
    with st.container(border=True, gap="small"):
        if source == SOURCES[0]:
            title = st.selectbox("Message", TITLES, key="nbe_pick", label_visibility="collapsed")
            st.code(
                spam.MESSAGES[TITLES.index(title)].text, language=None, wrap_lines=True, height=92
            )
            label_buttons("page", label_page, [])
        elif source == SOURCES[1]:
            n = run.next_corpus(state["nbe_items"], state["nbe_at"])
            if n is None:
                st.info("All messages from here on are taught.")
                label_buttons("none", None, [])
                return
            st.markdown(f"**Corpus message {n}**, as its counted words; its text isn’t shipped.")
            st.code(run.corpus_words(n), language=None, wrap_lines=True, height=66)
            label_buttons("corpus", label_corpus, [("Skip", skip)])
        elif source == SOURCES[2]:
            st.text_area(
                "Your own message", key="nbe_mine", height=92, label_visibility="collapsed",
                placeholder="Write or paste a message, then label it.",
            )  # fmt: skip
            label_buttons("own", label_own, [])
        else:
            the_file()
            label_buttons("file", None, [])
        frame.problem(state.get("nbe_error"))


def the_file() -> None:
    file = st.file_uploader(
        "A CSV file with the columns text and label (spam or ham)", type=["csv", "txt", "tsv"],
        key="nbe_file",
    )  # fmt: skip
    if file is None:
        return
    room = nb_teach.MAX_TAUGHT - len(state["nbe_items"])
    try:
        found = run.read_table(file.getvalue(), room)
    except ValueError as error:
        frame.problem(str(error))
        return
    for note in found.notes:
        st.caption(frame.plain_text(note))
    state["nbe_rows_read"] = found.rows
    st.button(
        f"Teach {len(found.rows)} messages", on_click=take_file, disabled=not found.rows,
        key="nbe_take_file",
    )  # fmt: skip
