"""Where a page takes its digit from: a test picture by its index, or the reader's drawing.

    PROBLEMS = frame.link_problems("vwe", {**digit_choice.checks("vwe"), ...})   # once, on top
    with row.controls:
        digit = choose_digit("vwe")          # Digit(x (784,) in [0, 1], label | None, source, ...)
        digit_choice.problems("vwe", PROBLEMS)

The link has `<prefix>_from`, `<prefix>_digit` and `<prefix>_ink`, the drawing in some 200
characters. `put_test` and `put_drawing` set them from a callback.
"""

from typing import Any

import streamlit as st

from genmodels import ink
from genmodels.datasets import mnist
from genmodels.kit import frame
from pages.vae import digit as digits
from pages.vae.digit import LAST, Digit
from pages.vae.digit_pad import MODEL, digit_pad

__all__ = [
    "DRAW",
    "TEST",
    "Digit",
    "checks",
    "choose_digit",
    "draw_digit",
    "problems",
    "put_drawing",
    "put_test",
]

TEST, DRAW = "Test digit", "Draw"


def checks(prefix: str, default: int = 0) -> dict[str, tuple[Any, str | None]]:
    """The link's three values, for `frame.link_problems`."""
    name = f"{prefix}_ink"
    text = frame.link_value(name)
    problem = None
    if text is not None:
        try:
            ink.from_text(text)
        except ValueError as error:
            problem = f"The link's {name} {error}; it is not. The pad is empty."
    return {
        f"{prefix}_from": frame.checked_choice(f"{prefix}_from", [TEST, DRAW], TEST),
        f"{prefix}_digit": frame.checked_whole(f"{prefix}_digit", 0, LAST, default),
        name: (text, problem),
    }


def problems(prefix: str, found: dict[str, str]) -> None:
    """The messages of `checks` that were found on this visit, beside the field."""
    for name in ("from", "digit", "ink"):
        frame.problem(found.get(f"{prefix}_{name}"))


def put_test(prefix: str, index: int) -> None:
    """Choose a test picture; call it from a callback."""
    st.session_state[f"{prefix}_from"] = TEST
    st.session_state[f"{prefix}_digit"] = index
    st.session_state[f"{prefix}_digit_kept"] = index


def put_drawing(prefix: str, text: str | None) -> None:
    """Put a drawing (as a link holds it; None: none) on the pad; call it from a callback."""
    st.session_state[f"{prefix}_from"] = DRAW
    st.session_state[f"{prefix}_drawn"] = text
    _anew(prefix)


def choose_digit(
    prefix: str,
    *,
    default: int = 0,
    model: str = MODEL,
    map: bool = False,
    numbers: bool = False,
) -> Digit:
    """The controls, and the digit that they say. Until something is drawn: the test digit."""
    state = st.session_state
    _begin(prefix)
    source = st.segmented_control(
        "Digit from",
        [TEST, DRAW],
        default=TEST,
        required=True,
        key=f"{prefix}_from",
        bind="query-params",
        label_visibility="collapsed",
    )
    if source != DRAW:
        frame.set_link({f"{prefix}_ink": None})
        return _test(prefix, default)
    digit, _ = draw_digit(prefix, model=model, map=map, numbers=numbers)
    if digit is None:
        kept = digits.shown_digit(state.get(f"{prefix}_digit_kept", default))
        st.caption(f"Until you draw: {kept.source}.")
        return kept
    return digit


def kept_digit(prefix: str, default: int = 0) -> Digit:
    """The digit of the last `choose_digit`, without its controls."""
    state = st.session_state
    if state.get(f"{prefix}_from") == DRAW and state.get(f"{prefix}_drawn"):
        return digits.linked_digit(state[f"{prefix}_drawn"])
    return digits.shown_digit(state.get(f"{prefix}_digit_kept", default))


def draw_digit(
    prefix: str,
    *,
    model: str = MODEL,
    map: bool = False,
    numbers: bool = True,
    opens: bool = False,
) -> tuple[Digit | None, str]:
    """The pad alone: the drawing (None while there is none) and the number that was clicked.

    It stands in the link as `<prefix>_ink`.
    """
    state = st.session_state
    _begin(prefix)
    name = f"{prefix}_drawn"
    on_pad = digits.linked_digit(state[name]) if state[name] else None
    drawn = digit_pad(
        None if on_pad is None else ink.from_text(state[name]),
        f"{prefix}-{state[f'{prefix}_ink_start']}",
        key=f"{prefix}_pad",
        model=model,
        map=map,
        numbers=numbers,
        opens=opens,
    )
    if drawn.token:
        on_pad = None if drawn.pixels is None else digits.drawn_digit(drawn.pixels)
        state[name] = None if on_pad is None else on_pad.text
    frame.problem(drawn.problem)
    frame.set_link({f"{prefix}_ink": None if on_pad is None else on_pad.text})
    return on_pad, drawn.opened


def _begin(prefix: str) -> None:
    """On a visit's first run the drawing is the link's."""
    state = st.session_state
    if f"{prefix}_drawn" in state:
        return
    text = frame.link_value(f"{prefix}_ink")
    try:
        state[f"{prefix}_drawn"] = digits.linked_digit(text).text if text else None
    except ValueError:  # said by `checks`
        state[f"{prefix}_drawn"] = None
    _anew(prefix)


def _anew(prefix: str) -> None:
    name = f"{prefix}_ink_start"
    st.session_state[name] = st.session_state.get(name, 0) + 1


def _test(prefix: str, default: int) -> Digit:
    state = st.session_state
    name, kept = f"{prefix}_digit", f"{prefix}_digit_kept"
    if name not in state and kept in state and frame.link_value(name) is None:
        state[name] = state[kept]
    st.pills(
        "The next",
        [str(label) for label in range(10)],
        key=f"{prefix}_next",
        on_change=_next,
        args=(prefix,),
        help="The next test picture of this digit",
    )
    index = st.number_input(
        f"Test digit, 0 to {LAST:,}", 0, LAST, default, 1, key=name, bind="query-params"
    )
    state[kept] = int(index)
    return digits.shown_digit(int(index))


def _next(prefix: str) -> None:
    label = st.session_state[f"{prefix}_next"]
    st.session_state[f"{prefix}_next"] = None
    if label is not None:
        after = st.session_state.get(f"{prefix}_digit_kept", 0)
        st.session_state[f"{prefix}_digit"] = mnist.shown().next_of(int(label), after)
