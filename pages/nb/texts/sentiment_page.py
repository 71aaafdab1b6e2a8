"""Sentiment: a review judged as it is typed, its test, and what single words can't hear: “not”."""

import math
import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import review_pairs, reviews
from genmodels.datasets.written_texts import REVIEWS, Sample
from genmodels.kit import frame
from genmodels.kit.figures import COMPONENTS, CONFIG
from genmodels.kit.opened import Opened, plain
from genmodels.kit.threshold_board import threshold_board
from pages.nb.text import ALPHAS, KINDS, Settings, judge, telling
from pages.nb.texts import figures
from pages.nb.texts import opened as arithmetic
from pages.nb.texts import opened_sentiment as opens
from pages.nb.texts import sentiment as run
from pages.nb.texts import text_section as parts
from pages.nb.texts.sentiment_board import LIVE, asking
from pages.nb.texts.sentiment_board import board as made_board
from pages.nb.texts.text_judge import text_judge

P = "nbv"
SAMPLES = {sample.title: sample for sample in REVIEWS}
FIRST = "Delighted"
ALPHA_NAMES = {f"{alpha:g}": alpha for alpha in ALPHAS}
# A bound widget writes what it shows into the link, so what it shows is what it is called here.
SLIDERS = {"alpha": "nbv_alpha", "threshold": "nbv_threshold"}
MODELS = {kind.capitalize(): kind for kind in KINDS}
SECTIONS = ["Read", "Held out", "Words", "Not good"]
CELLS = {"tn": (0, 0), "fp": (0, 1), "fn": (1, 0), "tp": (1, 1)}
PHRASE = "nbvp"  # the second judge, of words, pairs and marks
PHRASE_SAMPLE = Sample("Not good", "not good", "fewer stars")
CLASSES = len(reviews.CLASSES)
FEATURES = review_pairs.FEATURES
THRESHOLDS = [f"{p / 100:g}" for p in range(1, 100)]
state = st.session_state
BOUND: dict[str, Any] = {"bind": "query-params"}


problems = frame.link_problems(
    P,
    {
        "nbv_model": frame.checked_choice("nbv_model", MODELS, "Multinomial"),
        "nbv_alpha": frame.checked_choice("nbv_alpha", ALPHA_NAMES, "1"),
        "nbv_threshold": frame.checked_choice("nbv_threshold", THRESHOLDS, "0.5"),
        "nbv_section": frame.checked_choice("nbv_section", SECTIONS, "Read"),
        "nbv_features": frame.checked_choice("nbv_features", FEATURES, FEATURES[0]),
        "nbv_class": frame.checked_whole("nbv_class", 0, 1, 0),
        "nbv_flagged": frame.checked_whole("nbv_flagged", 0, 993, 655),
        **parts.begin(P, SAMPLES, FIRST, CLASSES),
        **parts.begin(PHRASE, {PHRASE_SAMPLE.title: PHRASE_SAMPLE}, PHRASE_SAMPLE.title, CLASSES),
    },
)


def goto(flagged: int | None = None) -> None:
    """Move the board to where so many are called five stars; None: to the threshold."""
    state["nbv_goto"] = {"token": uuid.uuid4().hex, "flagged": flagged}


if "nbv_goto" not in state:
    linked = frame.link_value("nbv_flagged")
    goto(None if linked is None else frame.checked_whole("nbv_flagged", 0, 993, 655)[0])
    state["nbv_class_at"] = frame.checked_whole("nbv_class", 0, 1, 0)[0]
    state["nbv_word_at"] = frame.link_value("nbv_word")


def settle(name: str) -> None:
    problems.pop(name, None)


def changed_model(name: str) -> None:
    settle(name)
    goto()


def put(text: str, selected: str | None = None) -> None:
    parts.put(P, text, selected)
    for name in ("nbv_text", "nbv_open", "nbv_against", "nbv_sample"):
        settle(name)


def pick_sample() -> None:
    put(SAMPLES[state["nbv_sample"]].text)


def controls() -> tuple[Settings, float, run.Tested]:
    st.selectbox(
        "Review", list(SAMPLES), index=0, key="nbv_sample", on_change=pick_sample,
        help="Written for this page. Type over it, or paste your own.", **BOUND,
    )  # fmt: skip
    for name in ("nbv_sample", "nbv_text", "nbv_open", "nbv_against"):
        frame.problem(problems.get(name))
    kind = st.segmented_control(
        "Model", list(MODELS), default="Multinomial", required=True, key="nbv_model",
        on_change=changed_model, args=("nbv_model",),
        help="Multinomial counts how often a word occurs; Bernoulli asks of every word of the "
        "vocabulary whether it occurs at all.", **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbv_model"))
    alpha = st.select_slider(
        "Smoothing α", list(ALPHA_NAMES), "1", key="nbv_alpha", on_change=changed_model,
        args=("nbv_alpha",), help="Added to every count.", **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbv_alpha"))
    threshold = st.slider(
        "Called 5 stars above", 0.01, 0.99, 0.5, 0.01, key="nbv_threshold",
        on_change=changed_model, args=("nbv_threshold",), **BOUND,
    )  # fmt: skip
    frame.problem(problems.get("nbv_threshold"))
    settings = Settings("sentiment", MODELS[kind or "Multinomial"], ALPHA_NAMES[alpha])
    return settings, round(threshold, 2), run.held_out(settings.kind, settings.alpha)


def scores(test: run.Tested, cut: float) -> None:
    st.markdown(f"**{len(test.five)} held-out reviews**")
    (tn, fp), (fn, tp) = test.confusion(cut).tolist()
    parts.score_buttons(
        P,
        [
            ("accuracy", f"accuracy **{plain(test.accuracy(cut))}**"),
            ("majority", f"always 5 stars **{plain(test.majority)}**"),
            ("auc", f"AUC **{plain(test.curves.auc)}**"),
        ],
    )
    for pair in ((("tp", f"5 ✓ **{tp}**"), ("fn", f"5 ✗ **{fn}**")),
                 (("tn", f"fewer ✓ **{tn}**"), ("fp", f"fewer ✗ **{fp}**"))):  # fmt: skip
        for column, entry in zip(st.columns(2, gap="xsmall"), pair, strict=True):
            with column:
                parts.score_buttons(P, [entry])


def opened_test(test: run.Tested, cut: float) -> Opened | None:
    name = state.get("nbv_test")
    if name == "accuracy":
        return opens.accuracy(test, cut)
    if name == "majority":
        return opens.majority(test)
    if name == "auc":
        return opens.auc(test)
    return opens.cell(test, cut, *CELLS[name]) if name in CELLS else None


# -- read ------------------------------------------------------------------------------------------


def read(row: frame.Stage, settings: Settings, threshold: float, opened: Opened | None) -> None:
    now = parts.current(P, CLASSES)
    verdict = judge(now.text, settings)
    with row.stage:
        text_judge(
            verdict, load=str(state["nbv_load"]), state=now, threshold=threshold, follow=SLIDERS,
            key="nbv_judge",
        )  # fmt: skip
        sample = next((s for s in REVIEWS if s.text == now.text), None)
        if sample is not None:
            called = reviews.CLASSES[int(verdict.posterior[reviews.FIVE] > threshold)]
            right = "right" if called == sample.label else "wrong"
            st.markdown(
                f"Meant as **{sample.label}**. {sample.hard} **The model gets it {right}.**"
            )
        parts.under_stage(now, verdict)
        st.caption(reviews.SOURCE.caption())
    with row.inspector:
        frame.inspect(
            opened or arithmetic.opened(verdict, now.selected),
            "Click a word, a class, a sum or a score to open its numbers.",
        )


# -- held out --------------------------------------------------------------------------------------


def held_out(row: frame.Stage, settings: Settings, test: run.Tested, threshold: float) -> None:
    board = made_board(test, threshold)
    told = state["nbv_goto"]
    nominal = board["nominal"]["stop"]
    stop = nominal if told["flagged"] is None else test.curves.stop_flagging(told["flagged"])
    with row.stage:
        view = threshold_board(
            board, goto={"token": told["token"], "stop": stop, "selected": None}, key="nbv_board",
            live={"path": LIVE, "follow": SLIDERS, "asking": asking(settings, threshold)},
        )  # fmt: skip
        st.caption(
            "Drag the cut. Each held-out review has its log-odds of five stars; right of the cut "
            f"it is called so. {reviews.SOURCE.caption()}"
        )
    cut = float(test.curves.cut[view.stop])
    state["nbv_goto"] = {"token": told["token"], "flagged": int(test.curves.flagged[view.stop])}
    frame.set_link(
        {"nbv_flagged": None if view.stop == nominal else int(test.curves.flagged[view.stop])}
    )
    with row.inspector:
        frame.problem(problems.get("nbv_flagged"))
        st.caption("Numbers at the board’s cut.")
        frame.inspect(opened_test(test, cut) or opens.accuracy(test, cut))


# -- words -----------------------------------------------------------------------------------------


def choose_class() -> None:
    state["nbv_class_at"] = reviews.CLASSES.index(state["nbv_class_box"])
    state["nbv_word_at"] = None
    settle("nbv_class")


def click_word() -> None:
    chosen: Any = state.get("nbv_telling")
    points = chosen.selection.points if chosen else []
    data = points[0].get("customdata") if points else None
    if data:
        state["nbv_word_at"], state["nbv_test"] = str(data[0]), None


def choose_word() -> None:
    state["nbv_word_at"], state["nbv_test"] = state["nbv_word_box"], None


def words(row: frame.Stage, settings: Settings, opened: Opened | None) -> None:
    k = state["nbv_class_at"]
    found = {word.word: word for word in telling(settings, k)}
    chosen = state["nbv_word_at"] if state["nbv_word_at"] in found else next(iter(found))
    with row.stage:
        state["nbv_class_box"] = reviews.CLASSES[k]
        st.segmented_control(
            "Words for", reviews.CLASSES, required=True, key="nbv_class_box", on_change=choose_class
        )
        frame.problem(problems.get("nbv_class"))
        st.plotly_chart(
            figures.telling(list(found.values()), chosen, COMPONENTS[k]),
            key="nbv_telling", config=CONFIG, selection_mode="points", on_select=click_word,
        )  # fmt: skip
        st.caption(
            "How much a word says for the class, by how often it occurs there. "
            + reviews.SOURCE.caption()
        )
    with row.inspector:
        state["nbv_word_box"] = chosen
        st.selectbox("Word", list(found), key="nbv_word_box", on_change=choose_word)
        frame.inspect(opened or arithmetic.telling_word(settings, k, found[chosen]))


# -- not good --------------------------------------------------------------------------------------


def counted_so(text: str, name: str) -> None:
    """One way of counting: what its model says, and how many held-out reviews it calls right."""
    verdict, kind = judge(text, Settings(name)), review_pairs.NAMES[name]
    st.markdown(f"**{kind[0].upper()}{kind[1:]}**: {reviews.CLASSES[int(verdict.margin > 0)]}")
    score = run.against_words(name)
    parts.score_buttons(
        PHRASE,
        [
            (f"{name}.total", f"P(5 stars) **{plain(float(verdict.posterior[1]))}**"),
            (f"{name}.score", f"held out **{score.right / score.total:.3f}**"),
        ],
    )


def opened_so(text: str) -> Opened | None:
    name, _, what = str(state["nbvp_test"] or "").partition(".")
    if name not in review_pairs.NAMES:
        return None
    if what == "score":
        return opens.against_words(run.against_words(name))
    return arithmetic.class_posterior(judge(text, Settings(name)), 1)


def not_good(row: frame.Stage, opened: Opened | None) -> None:
    now = parts.current(PHRASE, CLASSES)
    with row.stage:
        kind = st.segmented_control(
            "What is counted", FEATURES, default=FEATURES[0],
            required=True, key="nbv_features", on_change=settle, args=("nbv_features",), **BOUND,
        )  # fmt: skip
        for field in ("nbv_features", "nbvp_text", "nbvp_open", "nbvp_against"):
            frame.problem(problems.get(field))
        chosen = kind or FEATURES[0]
        name = next(n for n, k in review_pairs.NAMES.items() if k == chosen)
        verdict = judge(now.text, Settings(name))
        text_judge(verdict, load=str(state["nbvp_load"]), state=now, key="nbvp_judge", low=True)
        for column, each in zip(st.columns(3), review_pairs.NAMES, strict=True):
            with column:
                counted_so(now.text, each)
        st.caption(
            "All three learnt from the same 3,980 reviews and are tried on the same 993; a word or "
            "a pair counts where two reviews or more have it. Counts are of a whole class: with a "
            "review’s own pairs its text could be pieced together, so these don’t ship. "
            + review_pairs.SOURCE.caption()
        )
    parts.keep_in_link(PHRASE, now, PHRASE_SAMPLE.text)
    with row.inspector:
        frame.inspect(
            opened or opened_so(now.text) or arithmetic.opened(verdict, now.selected),
            "Click a word, a gap between words, a class, a probability or a score.",
        )


# -- the page --------------------------------------------------------------------------------------


def keep(section: str) -> None:
    """All that is chosen, in the link; what is the default stays out of it."""
    parts.keep_in_link(P, parts.current(P, CLASSES), SAMPLES[state["nbv_sample"]].text)
    frame.set_link(
        {
            "nbv_class": state["nbv_class_at"] or None,
            "nbv_word": state["nbv_word_at"] if section == "Words" else None,
        }
    )


frame.header(
    "Sentiment",
    "A five-star review and a poorer one draw their words from two different bags.",
    r"\log\frac{P(5\star\mid x)}{P(\text{fewer}\mid x)}=\log\frac{P(5\star)}{P(\text{fewer})}"
    r"+\sum_i\log\frac{p(w_i\mid 5\star)}{p(w_i\mid\text{fewer})}",
)


st.html(parts.STYLE)


@st.fragment
def page() -> None:
    section = frame.sections(P, SECTIONS)  # in here, so that what is tried can change it
    frame.problem(problems.get("nbv_section"))
    row = frame.stage_row()
    with row.controls:
        settings, threshold, test = controls()
        cut = math.log(threshold / (1 - threshold))
        scores(test, cut)
    keep(section)
    if section == "Held out":
        held_out(row, settings, test, threshold)
    elif section == "Words":
        words(row, settings, opened_test(test, cut))
    elif section == "Not good":
        not_good(row, opened_test(test, cut))
    else:
        read(row, settings, threshold, opened_test(test, cut))
    frame.try_this(P, TRIES)
    now = parts.current(P, CLASSES)
    parts.take_away(P, judge(now.text, settings), threshold)


def show(title: str, section: str = "Read", model: str = "Multinomial", **more: Any) -> None:
    state.update(
        {"nbv_sample": title, "nbv_section": section, "nbv_model": model, "nbv_alpha": "1",
         "nbv_threshold": 0.5, "nbv_features": more.get("kind", FEATURES[0]),
         "nbv_word_at": None,
         "nbv_class_at": more.get("klass", 0)}
    )  # fmt: skip
    put(SAMPLES[title].text, more.get("selected"))
    goto()
    parts.put(PHRASE, more.get("phrase", PHRASE_SAMPLE.text), more.get("small"))
    state["nbv_test"] = more.get("test")


TRIES = [
    frame.Try(
        "Not delicious",
        "“Not delicious”, “do not love it”, “not the best”: what will a model of single words say?",
        partial(show, "Not delicious", selected="margin"),
    ),
    frame.Try(
        "With pairs",
        "Single words call “not good” five stars. Will pairs of words hear the “not”?",
        partial(show, "Not good", "Not good", kind=FEATURES[1], small="margin"),
    ),
    frame.Try(
        "A word between",
        "“Not a good snack”: can pairs hear it, or does it take marks?",
        partial(show, "Not good", "Not good", phrase="not a good snack",
                kind=FEATURES[2], small="margin"),
    ),
    frame.Try(
        "Not bad",
        "“Not bad” is praise. Do the pairs know, that learnt from 3,980 reviews?",
        partial(show, "Not good", "Not good", phrase="not bad",
                kind=FEATURES[1], small="margin"),
    ),
    frame.Try(
        "Two words, Bernoulli",
        "“Not good.” under Bernoulli: will the 4,822 words that it doesn’t say matter?",
        partial(show, "Not good", model="Bernoulli", selected="absent"),
    ),
    frame.Try(
        "Bernoulli, tested",
        "Does it help to count what a review doesn’t say? Guess Bernoulli’s accuracy; "
        "multinomial’s is 0.804.",
        partial(show, FIRST, "Held out", "Bernoulli", test="accuracy"),
    ),
]  # fmt: skip

page()
