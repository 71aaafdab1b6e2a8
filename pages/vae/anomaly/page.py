"""Anomaly detection: what the VAE can't compress is strange, by five scores."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import fashion, mnist
from genmodels.kit import anomaly_opened as rates
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened, plain
from genmodels.kit.threshold_board import View, threshold_board
from pages.vae import digit_choice
from pages.vae.anomaly import case as run
from pages.vae.anomaly import figures
from pages.vae.anomaly import opened as arithmetic
from pages.vae.anomaly.case import Setting

DEFAULTS: dict[str, Any] = {
    "vad_pair": run.FASHION,
    "vad_model": "mnist-2d",
    "vad_score": run.SCORES[0],
    "vad_own": False,
}
MOST = mnist.N_SHOWN + fashion.N
CASE = frame.checked_whole("vad_case", 1, MOST, 1)
FLAGGED = frame.checked_whole("vad_flagged", 0, MOST, 0)
PROBLEMS = frame.link_problems(
    "vad",
    {
        **digit_choice.checks("vad"),
        "vad_pair": frame.checked_choice("vad_pair", run.PAIRS, run.FASHION),
        "vad_model": frame.checked_choice("vad_model", run.MODELS[run.FASHION], "mnist-2d"),
        "vad_score": frame.checked_choice("vad_score", run.SCORES, run.SCORES[0]),
        "vad_case": CASE,
        "vad_flagged": FLAGGED,
    },
)


def goto(flagged: int | None = None, case: int | None = None) -> None:
    """Move the board: to a cut that flags so many, or None for the nominal one; open a case."""
    st.session_state["vad_goto"] = {"token": uuid.uuid4().hex, "flagged": flagged, "case": case}


def show(flagged: int | None = None, case: int | None = None, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    goto(flagged, case)


if "vad_goto" not in st.session_state:
    goto(
        FLAGGED[0] if frame.link_value("vad_flagged") else None,
        CASE[0] - 1 if frame.link_value("vad_case") else None,
    )

frame.header(
    "Anomaly detection",
    "The VAE learnt digits; a picture that costs it many nats is flagged as strange.",
    r"-\log p(x\mid z{=}\mu)+\mathrm{KL}(q\,\|\,p)>c",
)


def openable(setting: Setting, view: View) -> dict[str, Any]:
    """What the inspector can open, by the name of its tab: a chosen picture's score first."""
    t, kinds = run.cuts(setting), setting.kinds
    numbers: dict[str, Any] = {}
    if view.selected is not None:
        passed = run.judged(setting.pair, setting.model).passed
        for name in (setting.score, *(s for s in run.SCORES if s != setting.score)):
            numbers[name] = partial(arithmetic.opened, passed, view.selected, name)
    numbers["False alarms"] = partial(rates.false_alarm_rate, t, view.stop, kinds[0], run.RATE)
    numbers["Recall"] = partial(rates.recall, t, view.stop, kinds[1])
    if t.flagged[view.stop]:
        numbers["Precision"] = partial(rates.precision, t, view.stop)
    numbers["AUROC"] = partial(rates.auc, t, kinds[1], kinds[0])
    return numbers


def yours(setting: Setting, pixels: bytes) -> None:
    """The reader's drawing among the ordinary pictures, its scores opened."""
    own = run.own(setting, pixels)
    st.markdown("**Your drawing**")
    st.plotly_chart(figures.pictures(own.passed, 0), key="vad_own_pictures", config=CONFIG)
    st.table(
        {
            "score": list(own.above),
            "yours": [plain(own.score(name)) for name in own.above],
            "of digits score higher": [f"{100 * share:.1f} %" for share in own.above.values()],
        },
        border="horizontal",
        hide_index=True,
    )
    tab = st.pills(
        "Open a number",
        run.SCORES,
        default=setting.score,
        key=f"vad_own_tab_{setting.score}",
        label_visibility="collapsed",
    )
    frame.inspect(arithmetic.opened(own.passed, 0, tab) if tab else None, "Choose a score above.")


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.2, 2.8))
    bound: dict[str, Any] = {"bind": "query-params", "on_change": goto}
    with row.controls:
        pair = st.radio("Find", run.PAIRS, key="vad_pair", **bound)
        model = run.MODELS[pair][0]
        if len(run.MODELS[pair]) > 1:
            model = st.radio("Model", run.MODELS[pair], key="vad_model", **bound)
        score = st.radio("Score", run.SCORES, key="vad_score", **bound)
        drawing = st.toggle("A digit of your own", key="vad_own", bind="query-params")
        drawn = digit_choice.draw_digit("vad", numbers=False)[0] if drawing else None
        for message in PROBLEMS.values():
            frame.problem(message)
    setting = Setting(pair, model, score)
    t, asked = run.cuts(setting), st.session_state["vad_goto"]
    prepared = run.board(setting)
    case = asked["case"]
    with row.stage:
        view = threshold_board(
            prepared,
            goto={
                "token": asked["token"],
                "stop": t.stop_at(run.nominal(setting))
                if asked["flagged"] is None
                else t.stop_flagging(asked["flagged"]),
                "selected": case if case is not None and case < len(t.scores) else None,
            },
            key="vad_board",
        )
        sources = [mnist.SOURCE, fashion.SOURCE] if pair == run.FASHION else [mnist.SOURCE]
        for source in sources:
            st.caption(frame.plain_text(source.caption()))
    moved = view.stop != prepared["nominal"]["stop"]
    st.session_state["vad_view"] = view
    frame.set_link(
        {
            "vad_flagged": int(t.flagged[view.stop]) if moved else None,
            "vad_case": None if view.selected is None else view.selected + 1,
        }
    )
    with row.inspector:
        if drawn is not None:
            yours(setting, drawn.x.tobytes())
            return
        if view.selected is not None:
            found = run.judged(pair, model)
            st.markdown(f"**{found.names[view.selected]}**")
            st.plotly_chart(
                figures.pictures(found.passed, view.selected), key="vad_pictures", config=CONFIG
            )
        numbers = openable(setting, view)
        tab = st.pills(
            "Open a number",
            list(numbers),
            default=next(iter(numbers)),
            key=f"vad_tab_{view.selected}_{score}",
            label_visibility="collapsed",
        )
        opened: Opened | None = numbers[tab]() if tab else None
        frame.inspect(opened, "Drag the cut. Choose a picture in the lists to open its scores.")
        st.markdown("**Every score on this pair**")
        st.plotly_chart(
            figures.areas(run.areas(pair, model), score), key="vad_areas", config=CONFIG
        )


watch()
frame.try_this(
    "vad",
    [
        frame.Try(
            "No model at all",
            "Clothes among digits: how far does the sum of the pixels get?",
            partial(show, vad_score="ink"),
        ),
        frame.Try(
            "KL alone",
            "Does the encoder put clothes far out on the map?",
            partial(show, vad_score="KL", vad_model="mnist-16"),
        ),
        frame.Try(
            "A harder stranger",
            "This model never saw a 4, but it saw 9s. Will a 4 cost it more?",
            partial(show, vad_pair=run.DIGIT),
        ),
        frame.Try(
            "Draw one yourself",
            "Draw a letter, or a crossed 7. By which score is it strangest?",
            partial(show, vad_own=True),
        ),
    ],
)
st.markdown("**Take away.**")
state = st.session_state
chosen = state["vad_pair"]
held = run.MODELS[chosen]
now = Setting(
    chosen, state.get("vad_model", held[0]) if len(held) > 1 else held[0], state["vad_score"]
)
frame.take_away(
    "vad",
    [
        frame.Download("Scores (CSV)", "scores.csv", "text/csv", partial(run.scores_csv, now)),
        frame.Download(
            "Figures (JSON)",
            "anomaly.json",
            "application/json",
            partial(run.figures_json, now, state["vad_view"].stop),
        ),
        frame.Download(
            "scikit-learn script", "auroc.py", "text/x-python", partial(run.script, now)
        ),
    ],
)
