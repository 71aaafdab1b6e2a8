"""The grammar that all pages share: header, stage between controls and inspector, links, tries.

A page is a straight script over these pieces; whoever has learnt one page can read them all.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genmodels.kit.opened import Opened, plain

MAX_LINK_VALUE = 4000
"""Characters of one value that a link may carry; longer ones are left out of the link."""

_STYLE = """<style>
.stAppHeader { background: transparent; height: 2.75rem; min-height: 2.75rem;
  pointer-events: none; }
.stAppHeader * { pointer-events: auto; }
.stMainBlockContainer { max-width: 1680px; padding: 1.6rem 1.5rem 2rem; }
.stMainBlockContainer h1 { font-size: 1.5rem; line-height: 1.25; padding: 0.2rem 0 0.9rem;
  margin-right: 3rem; }
.st-key-stage-row [data-testid="stVerticalBlock"] { gap: 0.6rem; }
[class*="st-key-address-"] { position: absolute; width: 0; height: 0; }
.st-key-inspector { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.st-key-inspector .katex { font-size: 0.95em; }
.st-key-inspector .katex-display { margin: 0.2em 0; padding: 0.4em 0; overflow-x: auto;
  overflow-y: hidden; }
.st-key-lead { gap: 0.35rem; }
.st-key-lead p { margin-bottom: 0; line-height: 1.7; }
.st-key-cards [data-testid="stPageLink-NavLink"] { border: 1px solid #8a94a0; border-radius: 6px;
  justify-content: center; }
@media (max-width: 900px) {
  .stMainBlockContainer { padding: 3.4rem 1rem 2rem; }
  .st-key-stage-row [data-testid="stHorizontalBlock"] { flex-direction: column; }
  .st-key-stage-row [data-testid="stColumn"] { width: 100%; flex: 1 1 100%; min-width: 100%; }
  .st-key-stage-row [data-testid="stColumn"]:has(.st-key-controls) { order: 3; }
  .st-key-stage-row [data-testid="stColumn"]:has(.st-key-stage) { order: 1; }
  .st-key-stage-row [data-testid="stColumn"]:has(.st-key-inspector) { order: 2; }
}
</style>"""


def style() -> None:
    """The few rules that Streamlit's own layout can't say; the router calls it once a run."""
    st.html(_STYLE)


def header(title: str, sentence: str, formula: str) -> None:
    """The page's name, one sentence on what the model says about data, and its formula (LaTeX)."""
    with st.container(key="lead", gap="xsmall"):
        st.title(title, anchor=False)
        st.markdown(f"{sentence} &ensp;${formula}$")


@dataclass(frozen=True)
class Stage:
    """The three places of a stage row, to be used with `with`."""

    controls: DeltaGenerator
    stage: DeltaGenerator
    inspector: DeltaGenerator


def stage_row(widths: Sequence[float] = (2.0, 6.6, 2.8)) -> Stage:
    """Controls left, stage in the middle, inspector right; stage first on a narrow screen."""
    with st.container(key="stage-row"):
        left, middle, right = st.columns(list(widths), gap="medium")
    with left:
        controls = st.container(key="controls")
    with middle:
        stage = st.container(key="stage")
    with right:
        inspector = st.container(key="inspector")
    return Stage(controls, stage, inspector)


# -- links: the page's state in its URL --------------------------------------------------------


def link_value(name: str) -> str | None:
    """What the link says of `name`, or None. For state that has no Streamlit widget."""
    value = st.query_params.get(name)
    return None if value is None else str(value)


def set_link(values: Mapping[str, object | None]) -> None:
    """Write state without a Streamlit widget (a step, a selection, a text) into the link.

    None or an over-long value leaves its name out. Never use it for a key that a widget binds
    with `bind="query-params"`.
    """
    for name, value in values.items():
        text = None if value is None else str(value)
        present = st.query_params.get(name)
        if text is None or len(text) > MAX_LINK_VALUE:
            if present is not None:
                del st.query_params[name]
        elif present != text:
            st.query_params[name] = text


def checked_whole(name: str, low: int, high: int, default: int) -> tuple[int, str | None]:
    """A whole number from the link within [low, high]: (value, message or None)."""
    text = link_value(name)
    if text is None:
        return default, None
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if low <= value <= high:
        return value, None
    return default, _expected(name, f"a whole number from {low} to {high}", text, default)


def checked_choice(name: str, options: Iterable[str], default: str) -> tuple[str, str | None]:
    """One of `options` from the link: (value, message or None)."""
    text = link_value(name)
    allowed = list(options)
    if text is None or text in allowed:
        return text if text is not None else default, None
    return default, _expected(name, "one of " + ", ".join(allowed), text, default)


def _expected(name: str, expected: str, got: str, default: object) -> str:
    shown = got if len(got) <= 40 else got[:40] + "…"
    return f"The link's {name} must be {expected}; it says “{shown}”. Shown instead: {default}."


def link_problems(key: str, checks: Mapping[str, tuple[Any, str | None]]) -> dict[str, str]:
    """Messages for the link's bad values, once a visit, kept until the reader changes the field.

    Call before any bound widget is made: Streamlit drops bad values of bound widgets in silence.
    `checks` maps a name to the result of a `checked_...`.
    """
    store = f"{key}_link_problems"
    if store not in st.session_state:
        st.session_state[store] = {
            name: message for name, (_, message) in checks.items() if message is not None
        }
        # Out of the link, and from the top: a bound widget that can't read its value (a seed of
        # 1e999) ends the page.
        bad = [name for name in st.session_state[store] if name in st.query_params]
        for name in bad:
            del st.query_params[name]
        if bad:
            st.rerun()
    problems: dict[str, str] = st.session_state[store]
    return problems


CROSSING = 2.0
"""Seconds within which a field's old text from the browser is a message that crossed ours."""


def put_text(name: str, text: str) -> None:
    """Put `text` into the field `name`, before the field is made or in a callback."""
    st.session_state[f"{name}_put"] = (st.session_state.get(name), text, time.monotonic())
    st.session_state[name] = text


def crossed(name: str) -> bool:
    """In a field's callback: whether nobody typed, and what `put_text` put was put again.

    Whatever reruns the page brings every field's text with it. A click on the heels of a drag
    brings the text from before the drag, since the browser hasn't heard of the new one yet; for
    Streamlit that's a change, as if the reader had typed the old number again.
    """
    before, text, when = st.session_state.get(f"{name}_put", (None, None, 0.0))
    if st.session_state[name] != before or time.monotonic() - when > CROSSING:
        return False
    st.session_state[name] = text
    return True


def problem(message: str | None) -> None:
    """A message beside the field that it belongs to: what was expected and what came."""
    if message:
        st.warning(plain_text(message))


def plain_text(text: str) -> str:
    """`text` with Markdown's signs made harmless, for words that a visitor typed or linked."""
    escaped = "".join("\\" + c if c in "\\*_[]<>#$~|:`" else c for c in text)
    return escaped.replace("\n", " ")


# -- things to try -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Try:
    """A state worth seeing, with the question to answer before pressing.

    `apply` sets session state (and link values) for it; it runs as the button's callback.
    """

    label: str
    question: str
    apply: Any  # a PageState, a function of the present one, or (to go) a callback


def try_this(key: str, tries: Sequence[Try]) -> None:
    """Three or four buttons, each with its question above it: predict first, then press."""
    st.markdown("**Try this.** Predict first, then press.")
    for column, (i, attempt) in zip(
        st.columns(len(tries), gap="medium"), enumerate(tries), strict=True
    ):
        with column:
            st.markdown(attempt.question)
            apply = attempt.apply.put if hasattr(attempt.apply, "put") else attempt.apply
            st.button(attempt.label, key=f"{key}_try_{i}", on_click=apply)


def sections(key: str, names: Sequence[str]) -> str:
    """The segmented control over a page's sections, kept in the link; only the open one runs."""
    chosen = st.segmented_control(
        "Section",
        list(names),
        default=names[0],
        required=True,
        key=f"{key}_section",
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen or names[0]


@dataclass(frozen=True)
class Download:
    """A file to take away; `make` runs when its button is pressed, off the page's script."""

    label: str
    file_name: str
    mime: str
    make: Callable[[], str | bytes]


def take_away(key: str, downloads: Sequence[Download]) -> None:
    """The buttons of a page's files: what stands on the stage, to go on with elsewhere."""
    with st.container(key=f"{key}_take_away", horizontal=True, gap="small"):
        for download in downloads:
            st.download_button(
                download.label,
                download.make,
                file_name=download.file_name,
                mime=download.mime,
                key=f"{key}_download_{download.file_name}",
                on_click="ignore",
            )


# -- the inspector -----------------------------------------------------------------------------


def inspect(opened: Opened | None, hint: str = "") -> None:
    """An opened number: formula, the formula with this case's numbers, result, every candidate."""
    if opened is None:
        st.caption(hint)
        return
    st.markdown(f"**{opened.title}**")
    st.latex(opened.formula)
    st.latex(opened.substitution)
    unit = f" {opened.unit}" if opened.unit else ""
    st.markdown(f"= **{full(opened.value)}**{unit}")
    if opened.rows:
        with_share = any(row.share is not None for row in opened.rows)
        st.table(
            {
                "": ["✓" if row.chosen else "" for row in opened.rows],
                "term": [row.label for row in opened.rows],
                "value": [plain(row.value, 4) for row in opened.rows],
                **({"share": [_percent(row.share) for row in opened.rows]} if with_share else {}),
            },
            border="horizontal",
            hide_index=True,
        )
    if opened.note:
        st.caption(opened.note)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def full(value: float) -> str:
    """All digits that matter: the inspector shows what the page rounds."""
    return plain(value, 10)
