"""Naive Bayes: a message taken apart while it is typed, and the filter tested on unseen mail."""

from typing import Any

import streamlit as st

from genmodels.datasets import spam
from genmodels.kit import frame
from genmodels.kit.opened import Opened, plain
from pages.nb import naive_bayes_opened as arithmetic
from pages.nb.spam import figures
from pages.nb.spam.message_editor import EditorState, checked_selection, edited, message_editor
from pages.nb.spam_filter import ALPHAS, KINDS, HeldOut, Reading, Settings, held_out, read

KEY = "nb_editor"
ALPHA_NAMES = {f"{alpha:g}": alpha for alpha in ALPHAS}
SIZES = {str(size): size for size in spam.TRAINING_SIZES}
# A bound widget writes what it shows into the link, so what it shows is what it is called here.
MODELS = {kind.capitalize(): kind for kind in KINDS}
MESSAGES = {message.title: message for message in spam.MESSAGES}
FIRST = "Money and a meeting"
TESTS = {
    "accuracy": arithmetic.accuracy,
    "precision": arithmetic.precision,
    "recall": arithmetic.recall,
}
CELLS = {"tn": (0, 0), "fp": (0, 1), "fn": (1, 0), "tp": (1, 1)}


# -- the text's state: link -> session -> editor -> session -> link ----------------------------


def linked_times() -> tuple[dict[int, int], str | None]:
    """`12x0,30x3`: where a word starts, and how often it counts."""
    text = frame.link_value("nb_times") or ""
    try:
        pairs = [part.split("x") for part in text.split(",") if part]
        times = {int(start): int(n) for start, n in pairs}
        read("", Settings(), times)
    except ValueError:
        return (
            {},
            f"The link's `nb_times` must be like 12x0,30x3 (at most 20 times); “{text[:40]}”.",
        )
    return times, None


def linked_text() -> tuple[str | None, str | None]:
    text = frame.link_value("nb_text")
    if text is not None and len(text) > spam.MAX_CHARS:
        return None, f"The link's `nb_text` has {len(text)} characters; at most {spam.MAX_CHARS}."
    return text, None


def linked_open() -> tuple[str | int | None, str | None]:
    text = frame.link_value("nb_open")
    if text is None or text in TESTS or text in CELLS:
        return text, None
    chosen = checked_selection(int(text) if text.isdecimal() and len(text) < 9 else text)
    problem = f"The link's `nb_open` names nothing to open: “{text[:40]}”."
    return chosen, None if chosen is not None else problem


checks: dict[str, Any] = {
    "nb_model": frame.checked_choice("nb_model", MODELS, "Multinomial"),
    "nb_message": frame.checked_choice("nb_message", MESSAGES, FIRST),
    "nb_alpha": frame.checked_choice("nb_alpha", ALPHA_NAMES, "1"),
    "nb_training": frame.checked_choice("nb_training", SIZES, list(SIZES)[-1]),
    "nb_prior": frame.checked_choice("nb_prior", [f"{p / 100:g}" for p in range(1, 100)], "0.31"),
    "nb_text": linked_text(),
    "nb_times": linked_times(),
    "nb_open": linked_open(),
}
problems = frame.link_problems("nb", checks)


def put(text: str, times: dict[int, int] | None = None, selected: str | int | None = None) -> None:
    """Hand a text to the editor."""
    st.session_state["nb_load"] = st.session_state.get("nb_load", 0) + 1
    st.session_state["nb_state"] = EditorState(text, times or {}, selected)
    st.session_state["nb_test"] = None
    for name in ("nb_text", "nb_times", "nb_open"):
        problems.pop(name, None)


if "nb_load" not in st.session_state:
    opened = checks["nb_open"][0]
    text = checks["nb_text"][0]
    put_text = MESSAGES[checks["nb_message"][0]].text if text is None else text
    kept = dict(problems)
    put(put_text, checks["nb_times"][0], None if opened in TESTS or opened in CELLS else opened)
    problems.update(kept)
    st.session_state["nb_test"] = opened if opened in TESTS or opened in CELLS else None


def current() -> EditorState:
    """The text as it is in the editor; a change there closes what was opened of the test."""
    load = str(st.session_state["nb_load"])
    told = edited(KEY, load)
    if told is not None and told != st.session_state["nb_state"]:
        st.session_state["nb_state"] = told
        st.session_state["nb_test"] = None
    state: EditorState = st.session_state["nb_state"]
    return state


def keep_in_link(state: EditorState) -> None:
    preset = MESSAGES[st.session_state["nb_message"]].text
    times = ",".join(f"{start}x{n}" for start, n in state.times.items() if n != 1)
    frame.set_link(
        {
            "nb_text": None if state.text == preset else state.text,
            "nb_times": times or None,
            "nb_open": st.session_state["nb_test"] or state.selected,
        }
    )


# Seven small numbers that stay beside the stage.
SMALL = """<style>
.st-key-nb-scores button { min-height: 1.75rem; padding: 0 0.25rem; }
.st-key-nb-scores button p { font-size: 0.85rem; white-space: nowrap; }
.st-key-nb-scores [data-testid="stHorizontalBlock"] { flex-wrap: nowrap !important;
  flex-direction: row !important; }
.st-key-nb-scores [data-testid="stColumn"] { min-width: 0 !important; width: 50% !important;
  flex: 1 1 50% !important; }
</style>"""


# -- controls ------------------------------------------------------------------------------------


def pick_message() -> None:
    problems.pop("nb_message", None)
    put(MESSAGES[st.session_state["nb_message"]].text)


def settle(name: str) -> None:
    problems.pop(name, None)


def open_test(name: str) -> None:
    st.session_state["nb_test"] = name


def controls() -> Settings:
    st.selectbox(
        "Message",
        list(MESSAGES),
        index=list(MESSAGES).index(FIRST),
        key="nb_message",
        bind="query-params",
        on_change=pick_message,
    )
    for name in ("nb_message", "nb_text", "nb_times", "nb_open"):
        frame.problem(problems.get(name))
    kind = st.radio(
        "Model",
        list(MODELS),
        key="nb_model",
        bind="query-params",
        on_change=settle,
        args=("nb_model",),
        help="Multinomial counts how often a word occurs; Bernoulli asks of every word of the "
        "vocabulary whether it occurs at all.",
    )
    frame.problem(problems.get("nb_model"))
    alpha = st.select_slider(
        "Smoothing α",
        list(ALPHA_NAMES),
        value="1",
        key="nb_alpha",
        bind="query-params",
        on_change=settle,
        args=("nb_alpha",),
        help="Added to every count, so that a word not seen yet isn't impossible. 0 shows why.",
    )
    frame.problem(problems.get("nb_alpha"))
    prior = st.slider(
        "Prior P(spam)",
        0.01,
        0.99,
        0.31,
        0.01,
        key="nb_prior",
        bind="query-params",
        on_change=settle,
        args=("nb_prior",),
    )
    frame.problem(problems.get("nb_prior"))
    training = st.select_slider(
        "Training messages",
        list(SIZES),
        value=list(SIZES)[-1],
        key="nb_training",
        bind="query-params",
        on_change=settle,
        args=("nb_training",),
    )
    frame.problem(problems.get("nb_training"))
    return Settings(MODELS[kind], ALPHA_NAMES[alpha], round(prior, 2), SIZES[training])


def scores(test: HeldOut) -> None:
    """The test of exactly this model, small; each number opens."""
    st.markdown(f"**{len(test.is_spam):,} held-out messages**".replace(",", " "))
    with st.container(key="nb-scores", gap="xsmall"):
        for name in TESTS:
            st.button(
                f"{name} **{plain(getattr(test, name))}**",
                key=f"nb_open_{name}",
                on_click=open_test,
                args=(name,),
                width="stretch",
            )
        for left, right, truth in (("tn", "fp", "ham"), ("fn", "tp", "spam")):
            columns = st.columns(2, gap="xsmall")
            for column, name, verdict in zip(columns, (left, right), ("ham", "spam"), strict=True):
                count = int(test.confusion[CELLS[name]])
                column.button(
                    f"{truth} {'✓' if truth == verdict else '✗'} **{count}**",
                    key=f"nb_open_{name}",
                    on_click=open_test,
                    args=(name,),
                    width="stretch",
                    help=f"{truth} called {verdict}",
                )
    if test.undecided:
        st.caption(
            f"{test.undecided} of them are impossible under both classes: 0/0. The prior decides."
        )


# -- stage and inspector -------------------------------------------------------------------------


def opened_number(reading: Reading, test: HeldOut, selected: str | int | None) -> Opened | None:
    name = st.session_state["nb_test"]
    if name in TESTS:
        return TESTS[name](test)
    if name in CELLS:
        return arithmetic.confusion_cell(test, *CELLS[name])
    if selected == "prior":
        return arithmetic.prior(reading)
    if selected == "absent" and reading.trace.absent is not None:
        return arithmetic.absent(reading)
    if selected == "total":
        return arithmetic.total(reading)
    if selected == "probability":
        return arithmetic.probability(reading)
    if selected in reading.starts:
        return arithmetic.word(reading, reading.starts.index(int(selected)))
    return None


def meant(reading: Reading) -> None:
    """What the writer of an untouched starting message meant, and whether the model sees it."""
    message = next((m for m in spam.MESSAGES if m.text == reading.text), None)
    if message is None:
        return
    name = "spam" if message.is_spam else "ham"
    if reading.is_spam is None:
        verdict = "The model has no answer."
    else:
        verdict = "The model gets it " + (
            "right." if reading.is_spam == message.is_spam else "wrong."
        )
    st.markdown(f"Meant as **{name}**. {message.hard} **{verdict}**")


def check(test: HeldOut, settings: Settings) -> None:
    st.markdown("**How sure, and how wrong:** total log-odds of every held-out message")
    st.plotly_chart(figures.log_odds_histogram(test), key="nb_histogram")
    st.markdown("**More mail:** this model learnt from 10 to 4 437 messages")
    at_each = [
        held_out(Settings(settings.kind, settings.alpha, settings.prior, size))
        for size in spam.TRAINING_SIZES
    ]
    st.plotly_chart(
        figures.learning_curve(spam.TRAINING_SIZES, at_each, settings.training), key="nb_curve"
    )


frame.header(
    "Naive Bayes",
    "Given its class, every word of a message is drawn on its own: the evidence simply adds up.",
    r"\log\frac{P(\text{spam}\mid x)}{P(\text{ham}\mid x)}=\log\frac{P(\text{spam})}"
    r"{P(\text{ham})}+\sum_i\log\frac{p(w_i\mid\text{spam})}{p(w_i\mid\text{ham})}",
)
st.html(SMALL)
section = frame.sections("nb", ["Watch", "Check"])


@st.fragment
def stage() -> None:
    row = frame.stage_row()
    with row.controls:
        settings = controls()
        test = held_out(settings)
        scores(test)
    state = current()
    reading = read(state.text, settings, state.times)
    keep_in_link(state)
    with row.stage:
        if section == "Check":
            check(test, settings)
        else:
            message_editor(
                reading, load=str(st.session_state["nb_load"]), selected=state.selected, key=KEY
            )
            meant(reading)
            if len(state.text) > frame.MAX_LINK_VALUE:
                st.caption(
                    f"A link holds {frame.MAX_LINK_VALUE} characters: this text isn't in it."
                )
        st.caption(spam.SOURCE.caption())
    with row.inspector:
        frame.inspect(
            opened_number(reading, test, state.selected),
            "Click a word, a bar, a sum or a score to open its numbers.",
        )


stage()


# -- things to try -------------------------------------------------------------------------------


def show(title: str, text: str, settings: Settings, **start: object) -> None:
    st.session_state["nb_section"] = "Watch"
    st.session_state["nb_message"] = title
    st.session_state["nb_model"] = settings.kind.capitalize()
    st.session_state["nb_alpha"] = f"{settings.alpha:g}"
    st.session_state["nb_prior"] = settings.prior
    st.session_state["nb_training"] = str(settings.training)
    put(text, **start)  # type: ignore[arg-type]


def unseen_word() -> None:
    text = MESSAGES["Plain spam"].text + " Cheers, see you at lunch."
    show("Plain spam", text, Settings(alpha=0.0), selected=text.index("Cheers"))


def strong_prior() -> None:
    text = MESSAGES["Plain ham"].text
    show("Plain ham", text, Settings(prior=0.99), selected="prior")


def little_mail() -> None:
    text = MESSAGES["Plain spam"].text
    show("Plain spam", text, Settings("bernoulli", training=50))
    st.session_state["nb_test"] = "recall"


def one_word() -> None:
    text = MESSAGES[FIRST].text
    at = text.index("credit")
    show(FIRST, text, Settings(), times={at: 10}, selected=at)


frame.try_this(
    "nb",
    [
        frame.Try(
            "α = 0, one unseen word",
            "The loudest spam ends with one word that no spam had. What is left of its evidence?",
            unseen_word,
        ),
        frame.Try(
            "Prior 0.99",
            "Of 100 messages, 99 are spam. Is a plain, honest letter still called ham?",
            strong_prior,
        ),
        frame.Try(
            "Bernoulli from 50 messages",
            "With 50 messages learnt, how much of the spam does Bernoulli catch? And multinomial?",
            little_mail,
        ),
        frame.Try(
            "One word, ten times",
            "“credit” ten times over: does the verdict change? And under Bernoulli?",
            one_word,
        ),
    ],
)
