"""What the pages that judge a text share: the text's way from link to judge and back."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from genmodels.datasets.written_texts import Sample
from genmodels.kit import frame
from pages.nb.text import MAX_CHARS, Verdict
from pages.nb.texts import take_away as export
from pages.nb.texts.text_judge import JudgeState, checked_selection, judged

state = st.session_state
Checked = tuple[object, str | None]

# Numbers that stay beside the stage, small; two in a row also where the page is narrow.
STYLE = """<style>
[class*="st-key-nbtext-"] button { min-height: 1.75rem; padding: 0 0.25rem; }
[class*="st-key-nbtext-"] button p { font-size: 0.85rem; }
</style>"""


def checked_text(name: str) -> tuple[str | None, str | None]:
    """The link's text, or None and a message where it is too long."""
    text = frame.link_value(name)
    if text is not None and len(text) > MAX_CHARS:
        return None, f"The link's {name} has {len(text)} characters; at most {MAX_CHARS}."
    return text, None


def checked_open(name: str, classes: int) -> tuple[str | None, str | None]:
    """What the link opens: prior, absent, margin, c3 (a class), w17 (a word by its start)."""
    text = frame.link_value(name)
    chosen = checked_selection(text, classes)
    bad = text is not None and chosen is None
    return chosen, f"The link's {name} names nothing to open: “{str(text)[:40]}”." if bad else None


def checked_against(name: str, classes: int) -> tuple[int | None, str | None]:
    """The class that the best one is compared with; None: the runner-up."""
    if frame.link_value(name) is None:
        return None, None
    value, message = frame.checked_whole(name, 0, classes - 1, -1)
    return (None, message) if message else (value, None)


def put(prefix: str, text: str, selected: str | None = None, against: int | None = None) -> None:
    """Hand a text to the judge."""
    state[f"{prefix}_load"] = state.get(f"{prefix}_load", 0) + 1
    state[f"{prefix}_state"] = JudgeState(text, selected, against)
    state[f"{prefix}_test"] = None


def begin(prefix: str, samples: dict[str, Sample], first: str, classes: int) -> dict[str, Checked]:
    """Take the text's state from the link on the first run; what was wrong with it."""
    checks: dict[str, Checked] = {
        f"{prefix}_text": checked_text(f"{prefix}_text"),
        f"{prefix}_open": checked_open(f"{prefix}_open", classes),
        f"{prefix}_against": checked_against(f"{prefix}_against", classes),
        f"{prefix}_sample": frame.checked_choice(f"{prefix}_sample", samples, first),
    }
    if f"{prefix}_load" not in state:
        text = checked_text(f"{prefix}_text")[0]
        title = frame.checked_choice(f"{prefix}_sample", samples, first)[0]
        put(
            prefix,
            samples[title].text if text is None else text,
            checked_open(f"{prefix}_open", classes)[0],
            checked_against(f"{prefix}_against", classes)[0],
        )
    return checks


def current(prefix: str, classes: int) -> JudgeState:
    """The text as it is in the judge; a change there closes what was opened of the test."""
    told = judged(f"{prefix}_judge", str(state[f"{prefix}_load"]), classes)
    if told is not None and told != state[f"{prefix}_state"]:
        state[f"{prefix}_state"] = told
        close_tests()
    found: JudgeState = state[f"{prefix}_state"]
    return found


def keep_in_link(prefix: str, now: JudgeState, preset: str) -> None:
    frame.set_link(
        {
            f"{prefix}_text": None if now.text == preset else now.text,
            f"{prefix}_open": now.selected,
            f"{prefix}_against": now.against,
        }
    )


def close_tests() -> None:
    """Nothing of a test is open, on this page or in its second judge."""
    for name in ("nbr_test", "nbv_test", "nbvp_test"):
        if name in state:
            state[name] = None


def open_test(prefix: str, name: str) -> None:
    close_tests()
    state[f"{prefix}_test"] = name


def score_buttons(prefix: str, entries: Sequence[tuple[str, str]]) -> None:
    """A button for each (name, label) of the test's numbers; each opens."""
    with st.container(key=f"nbtext-{prefix}-{entries[0][0]}", gap="xsmall"):
        for name, label in entries:
            st.button(
                label, key=f"{prefix}_open_{name}", on_click=open_test, args=(prefix, name),
                width="stretch",
            )  # fmt: skip


def under_stage(now: JudgeState, verdict: Verdict) -> None:
    """What must be said of a text that the model or the link can't hold."""
    if verdict.known == 0:
        st.caption("Not one word that the model knows: what it answers is the prior.")
    if len(now.text) > frame.MAX_LINK_VALUE:
        st.caption(f"A link holds {frame.MAX_LINK_VALUE} characters: this text isn't in it.")


def take_away(prefix: str, verdict: Verdict, threshold: float | None = None) -> None:
    """The text on the stage: figures, words, picture, script."""
    st.markdown("**Take away.** The text on the stage, its model and the model’s test.")
    downloads = (
        ("Verdict (JSON)", "json", "application/json", partial(export.as_json, verdict, threshold)),
        ("Words (CSV)", "csv", "text/csv", partial(export.as_csv, verdict)),
        ("Picture (SVG)", "svg", "image/svg+xml", partial(export.as_svg, verdict)),
        ("Script (Python)", "py", "text/x-python", partial(export.as_script, verdict)),
    )
    frame.take_away(
        prefix,
        [
            frame.Download(label, f"{verdict.settings.name}.{kind}", mime, make)
            for label, kind, mime, make in downloads
        ],
    )
