"""The stage of the three variants' pages: the factor table, its link, what opens, what is taken.

Gaussian, multinomial and Bernoulli share it, so that who has read one page can read the others.
"""

import uuid
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.opened import plain
from pages.nb.variants import case as nb_case
from pages.nb.variants import case_run as nb_variants
from pages.nb.variants import opened as nb_factors
from pages.nb.variants import take_away as export
from pages.nb.variants.case_run import Board, Case, Kind, Reading
from pages.nb.variants.feature_curves import feature_curves, payload

NAMES = ("x", "off", "prior", "smoothing", "open")
LAST_PAGE = "nb_variant_last_page"
HINT = "Click a number or a bar: every factor, product and posterior opens."


# -- the case: link -> session -> widget -> session -> link --------------------------------------


def _checked(name: str, parse: Callable[[str], Any], default: Any) -> tuple[Any, str | None]:
    text = frame.link_value(name)
    if text is None:
        return default, None
    try:
        return parse(text), None
    except ValueError as error:
        return default, f"The link's {name} {error}; it says “{text[:40]}”."


def checks(key: str, board: Board, start: Case) -> dict[str, tuple[Any, str | None]]:
    """The link's values of a case, each with a message where it is bad."""
    values = partial(nb_case.parse_values, board)
    return {
        f"{key}_x": _checked(f"{key}_x", values, start.places),
        f"{key}_off": _checked(f"{key}_off", partial(nb_case.parse_off, board), start.known),
        f"{key}_prior": _checked(f"{key}_prior", nb_case.parse_prior, start.prior),
        f"{key}_smoothing": _checked(
            f"{key}_smoothing", partial(nb_case.parse_smoothing, board), start.smoothing
        ),
        f"{key}_open": _checked(f"{key}_open", partial(nb_case.parse_open, board), None),
    }


def put(key: str, case: Case, opened: str | None = None) -> None:
    """Hand a case to the widget."""
    st.session_state[f"{key}_goto"] = {
        "token": uuid.uuid4().hex,
        "places": list(case.places),
        "known": list(case.known),
        "prior": case.prior,
        "smoothing": case.smoothing,
        "open": opened,
    }
    problems = st.session_state.get(f"{key}_link_problems", {})
    for name in NAMES:
        problems.pop(f"{key}_{name}", None)


def begin(key: str, found: dict[str, tuple[Any, str | None]]) -> bool:
    """Take the link's case on a visit's first run, or where a sister page's link has led here.

    Says whether it did. Only on the first run after the change of page: from then on the table
    is ahead of the link.
    """
    came = st.session_state.get(LAST_PAGE) != key
    st.session_state[LAST_PAGE] = key
    led_here = came and any(frame.link_value(f"{key}_{name}") is not None for name in NAMES)
    if f"{key}_goto" in st.session_state and not led_here:
        return False
    kept = dict(st.session_state.get(f"{key}_link_problems", {}))
    places, known, prior, smoothing, opened = (found[f"{key}_{name}"][0] for name in NAMES)
    put(key, Case(places, known, prior, smoothing), opened)
    st.session_state[f"{key}_link_problems"].update(kept)
    return True


def current(key: str) -> Case:
    """The case as the page last heard of it."""
    goto = st.session_state[f"{key}_goto"]
    return Case(tuple(goto["places"]), tuple(goto["known"]), goto["prior"], goto["smoothing"])


def settle(key: str, name: str) -> None:
    st.session_state[f"{key}_link_problems"].pop(name, None)


@lru_cache(maxsize=16)
def _prepared(board: Board) -> dict[str, Any]:
    return payload(board)


def stage(
    key: str,
    board: Board,
    *,
    axes: tuple[int, int] | None,
    start: Case,
) -> tuple[Reading | None, str | None]:
    """The widget; the reading of what stands on it, None where there is no model."""
    goto = st.session_state[f"{key}_goto"]
    case, opened = feature_curves(
        _prepared(board),
        board,
        axes=axes,
        picture=f"naive-bayes-{board.kind}-regions",
        goto=goto,
        key=f"{key}_curves",
    )
    goto |= {
        "places": list(case.places),
        "known": list(case.known),
        "prior": case.prior,
        "smoothing": case.smoothing,
        "open": opened,
    }
    same = case.places == start.places
    frame.set_link(
        {
            f"{key}_x": None if same else nb_case.values_text(board, case),
            f"{key}_off": nb_case.off_text(case),
            f"{key}_prior": None if case.prior == start.prior else case.prior,
            f"{key}_smoothing": None
            if case.smoothing == start.smoothing
            else f"{board.smoothings[case.smoothing]:g}",
            f"{key}_open": opened,
        }
    )
    try:
        return nb_variants.read(board, case), opened
    except ValueError:
        return None, opened  # the widget says why


def inspector(key: str, board: Board, reading: Reading | None, opened: str | None) -> None:
    problems = st.session_state[f"{key}_link_problems"]
    for name in NAMES:
        frame.problem(problems.get(f"{key}_{name}"))
    if reading is None:
        case = current(key)
        frame.problem(board.problems[case.smoothing])
        return
    frame.inspect(nb_factors.opened(reading, opened), HINT)


def take_away(key: str, reading: Reading | None) -> None:
    st.markdown("**Take away.**")
    if reading is None:
        st.caption("There is no model to take: raise the smoothing.")
        return
    name = f"naive-bayes-{reading.board.kind}"
    frame.take_away(
        key,
        [
            frame.Download(
                "Model (JSON)",
                f"{name}.json",
                "application/json",
                partial(export.model_json, reading),
            ),
            frame.Download(
                "Factors (CSV)", f"{name}.csv", "text/csv", partial(export.factors_csv, reading)
            ),
            frame.Download(
                "Picture (SVG)", f"{name}.svg", "image/svg+xml", partial(export.table_svg, reading)
            ),
            frame.Download(
                "Script (Python)", f"{name}.py", "text/x-python", partial(export.script, reading)
            ),
        ],
    )


def link_to(file: str, label: str, query: dict[str, str] | None = None) -> None:
    """A link to another page, or its words alone where the page runs outside the router."""
    try:
        st.page_link(file, label=label, query_params=query)
    except StreamlitAPIException:
        st.caption(label)


# -- the two pages of words ----------------------------------------------------------------------

FIRST = "Plain spam"
TITLES = (*nb_variants.MESSAGES, nb_variants.EMPTY)
ALL_WORDS = ", ".join(nb_variants.WORDS)
ALPHA_ONE = nb_variants.ALPHAS.index(1.0)
PAGES = {
    "multinomial": ("nbm", "nb/variants/multinomial_page.py"),
    "bernoulli": ("nbb", "nb/variants/bernoulli_page.py"),
}


def words_case(board: Board, title: str) -> Case:
    """A starting message on a board of words."""
    words = nb_variants.words_of(board)
    places = nb_variants.counts_of(title, words)
    return Case(places, (True,) * len(words), board.default_prior, ALPHA_ONE)


def show_words(
    kind: Kind,
    title: str,
    *,
    opened: str | None = None,
    alpha: float = 1.0,
    prior: int | None = None,
    counts: Sequence[int] | None = None,
    words: tuple[str, ...] = nb_variants.WORDS,
) -> None:
    """A state worth seeing: a message over the page's own words, or others."""
    key, _ = PAGES[kind]
    board = nb_variants.of_words(kind, words)
    settle(key, f"{key}_words")
    st.session_state[f"{key}_words"] = ", ".join(words)
    st.session_state[f"{key}_good_words"] = words
    st.session_state[f"{key}_message"] = title
    case = words_case(board, title)
    put(
        key,
        Case(
            tuple(counts) if counts else case.places,
            case.known,
            case.prior if prior is None else prior,
            nb_variants.ALPHAS.index(alpha),
        ),
        opened,
    )


CHEERS = tuple("cheers" if word == "patch" else word for word in nb_variants.WORDS)


def show_unseen(kind: Kind) -> None:
    """A loud spam with one word that no spam of the training has, unsmoothed."""
    counts = [*words_case(nb_variants.of_words(kind), FIRST).places]
    place = CHEERS.index("cheers")
    counts[place] = 1
    show_words(kind, FIRST, alpha=0.0, counts=counts, words=CHEERS, opened=f"f{place}-1")


def words_page(kind: Kind, tries: Sequence[frame.Try]) -> None:
    """Controls, table and inspector of a model of a few words."""
    key, _ = PAGES[kind]
    typed = _checked(f"{key}_words", nb_variants.parse_words, nb_variants.WORDS)
    message = frame.checked_choice(f"{key}_message", TITLES, FIRST)
    first = nb_variants.of_words(kind, typed[0])
    found = checks(key, first, words_case(first, message[0]))
    problems = frame.link_problems(key, {f"{key}_words": typed, f"{key}_message": message, **found})
    if begin(key, found):
        st.session_state[f"{key}_good_words"] = typed[0]
    elif f"{key}_words" not in st.session_state:  # back from another page, which drops fields
        st.session_state[f"{key}_words"] = ", ".join(st.session_state[f"{key}_good_words"])

    def board_now() -> Board:
        return nb_variants.of_words(kind, st.session_state[f"{key}_good_words"])

    def take_message() -> None:
        settle(key, f"{key}_message")
        case, last = words_case(board_now(), st.session_state[f"{key}_message"]), current(key)
        put(key, Case(case.places, case.known, last.prior, last.smoothing))

    def take_words() -> None:
        settle(key, f"{key}_words")
        try:
            st.session_state[f"{key}_good_words"] = nb_variants.parse_words(
                st.session_state[f"{key}_words"]
            )
        except ValueError as error:
            problems[f"{key}_words"] = f"{error} The table keeps its words."
            return
        take_message()

    @st.fragment
    def watch() -> None:
        row = frame.stage_row((1.7, 7.0, 2.7))
        with row.controls:
            st.selectbox(
                "Message",
                TITLES,
                key=f"{key}_message",
                bind="query-params",
                on_change=take_message,
            )
            frame.problem(problems.get(f"{key}_message"))
            st.text_input(
                "Words of the model",
                ALL_WORDS,
                key=f"{key}_words",
                bind="query-params",
                on_change=take_words,
                help="2 to 9 words that the collection has, with commas between them.",
            )
            frame.problem(problems.get(f"{key}_words"))
            board = board_now()
            beside = st.container()
        start = words_case(board, st.session_state[f"{key}_message"])
        with row.stage:
            reading, opened = stage(key, board, axes=None, start=start)
            st.markdown(
                _message(
                    board,
                    st.session_state[f"{key}_message"],
                    current(key).places != start.places,
                )
            )
            st.caption(
                f"Counted over {board.trained}; the model knows these words alone. "
                + frame.plain_text(board.source.caption())
            )
        with beside:
            if reading is not None:
                _same_message(kind, reading)
        with row.inspector:
            inspector(key, board, reading, opened)
        frame.try_this(key, tries)
        take_away(key, reading)

    watch()


def _message(board: Board, title: str, changed: bool) -> str:
    """The message's text with the model's words bold, as Markdown."""
    if title == nb_variants.EMPTY:
        return "An empty message." + (" Changed on the table." if changed else "")
    text, out, at = nb_variants.MESSAGES[title].text, [], 0
    for token in spam.tokenise(text):
        if token.word in nb_variants.words_of(board):
            word = frame.plain_text(text[token.start : token.end])
            out += [frame.plain_text(text[at : token.start]), f"**{word}**"]
            at = token.end
    note = " (The counts have been changed.)" if changed else ""
    out.append(frame.plain_text(text[at:]))
    # A word joiner, unseen: Markdown would make the address a link.
    return "".join(out).replace("www.", "www\u2060.") + note


def _same_message(kind: Kind, reading: Reading) -> None:
    """The same message under both variants, and the way to the other page."""
    st.markdown("**Same message**")
    words = nb_variants.words_of(reading.board)
    for other, (key, file) in PAGES.items():
        board = nb_variants.of_words(other, words)
        there = nb_variants.read(board, reading.case)
        p = "0 / 0" if there.impossible else plain(float(there.posterior[board.focus]))
        label = f"{other.capitalize()}: spam {p}"
        if other == kind:
            st.markdown(label)
            continue
        query = {
            f"{key}_message": st.session_state[f"{PAGES[kind][0]}_message"],
            f"{key}_words": ", ".join(words),
            f"{key}_x": nb_case.values_text(board, reading.case),
            f"{key}_prior": str(reading.case.prior),
            f"{key}_smoothing": f"{board.smoothings[reading.case.smoothing]:g}",
        }
        off = nb_case.off_text(reading.case)
        link_to(file, label, query | ({f"{key}_off": off} if off else {}))
    link_to("nb/variants/gaussian_page.py", "Gaussian: measurements")
