"""Few labels: the VAE learnt without any; how few does a classifier on its latents need?"""

from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist, mnist_train
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import Opened
from pages.vae.few_labels import case as run
from pages.vae.few_labels import figures
from pages.vae.few_labels import opened as arithmetic
from pages.vae.few_labels.case import Fit, Setting

DEFAULTS: dict[str, Any] = {
    "vfl_size": 1,
    "vfl_space": "16 latents",
    "vfl_method": run.METHODS[0],
    "vfl_seed": 0,
    "vfl_view": "Guesses",
}
DIGIT = frame.checked_whole("vfl_digit", 1, mnist.N_SHOWN, 1)
PROBLEMS = frame.link_problems(
    "vfl",
    {
        "vfl_size": frame.checked_whole("vfl_size", 1, 100, 1),
        "vfl_space": frame.checked_choice("vfl_space", run.SPACES, "16 latents"),
        "vfl_method": frame.checked_choice("vfl_method", run.METHODS, run.METHODS[0]),
        "vfl_seed": frame.checked_whole("vfl_seed", 0, 9999, 0),
        "vfl_view": frame.checked_choice("vfl_view", figures.VIEWS, "Guesses"),
        "vfl_digit": DIGIT,
    },
)
if "vfl_selected" not in st.session_state:
    st.session_state["vfl_selected"] = DIGIT[0] - 1 if frame.link_value("vfl_digit") else -1


def show(selected: int = -1, **settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **settings})
    st.session_state["vfl_selected"] = selected


frame.header(
    "Few labels",
    "The encoder learnt from pictures alone. A classifier on its $\\mu(x)$ needs fewer labels.",
    r"p(y\mid x)=\mathrm{softmax}\bigl(W\mu_\phi(x)+b\bigr)_y",
)


def take_click() -> None:
    points = st.session_state["vfl_map"].selection.points
    places = [point.get("customdata") for point in points]
    told = [place[0] if isinstance(place, list) else place for place in places if place is not None]
    if told and isinstance(told[0], int) and 0 <= told[0] < mnist.N_SHOWN:
        st.session_state["vfl_selected"] = told[0]


@st.fragment
def few_labels() -> None:
    row = frame.stage_row()
    with row.controls:
        size = st.slider("Labels a class", 1, 100, 1, key="vfl_size", bind="query-params")
        space = st.radio("Learn from", run.SPACES, index=1, key="vfl_space", bind="query-params")
        method = st.radio("By", run.METHODS, key="vfl_method", bind="query-params")
        seed = st.number_input(
            "Which labels (seed)", 0, 9999, 0, key="vfl_seed", bind="query-params"
        )
        view = st.segmented_control(
            "Colour",
            figures.VIEWS,
            default="Guesses",
            required=True,
            key="vfl_view",
            bind="query-params",
        )
        for message in PROBLEMS.values():
            frame.problem(message)
        found = run.fit(Setting(space, method, int(size), int(seed)))
        st.metric("Right, of 2,000", f"{100 * found.accuracy:.1f} %")
    selected = st.session_state["vfl_selected"]
    with row.stage:
        left, right = st.columns([1.15, 1])
        with left:
            st.plotly_chart(
                figures.digit_map(found, view or "Guesses", selected),
                key="vfl_map",
                on_select=take_click,
                selection_mode="points",
                config=CONFIG,
            )
        with right:
            st.plotly_chart(
                figures.accuracies(run.curves(), found), key="vfl_curves", config=CONFIG
            )
        st.caption(
            "Large discs: the labelled digits, from the training pictures. Dots: 2,000 test "
            "digits where the two-latent model puts them; a cross is a wrong guess. Curves: means "
            "and standard deviations over ten draws of labels."
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link({"vfl_digit": selected + 1 if selected >= 0 else None})
    with row.inspector:
        openable = opened(found, selected)
        tab = st.pills(
            "Open a number",
            list(openable),
            default=next(iter(openable)),
            key=f"vfl_tab_{selected}_{method}",
            label_visibility="collapsed",
        )
        frame.inspect(openable[tab] if tab else None, "Choose a number above.")
        if selected < 0:
            st.caption("Click a dot on the map to open its guess.")


def opened(found: Fit, selected: int) -> dict[str, Opened]:
    """What the inspector offers, by the name of its tab: the chosen digit's guess first."""
    numbers: dict[str, Opened] = {}
    if selected >= 0:
        truth = int(mnist.shown().labels[selected])
        if len(found.weights):
            guess = int(found.guess[selected])
            numbers["Guess"] = arithmetic.probability(found, selected)
            if guess != truth:
                numbers[f"For {guess}"] = arithmetic.logit(found, selected, guess)
            numbers[f"For {truth}, the truth"] = arithmetic.logit(found, selected, truth)
        else:
            labels = mnist_train.load().labels[found.chosen]
            train = run.features(found.setting.space)[0]
            numbers["Guess"] = arithmetic.nearest(found, selected, labels, train)
    numbers["Accuracy"] = arithmetic.accuracy(found)
    return numbers


few_labels()
frame.try_this(
    "vfl",
    [
        frame.Try(
            "One label a class",
            "Ten labelled digits in all. How many of 2,000 will be right?",
            partial(show, vfl_size=1),
        ),
        frame.Try(
            "The same ten, as pixels",
            "Will the same ten digits do better or worse without the VAE?",
            partial(show, vfl_size=1, vfl_space="784 pixels"),
        ),
        frame.Try(
            "An unlucky draw",
            "Other ten labels, same model. How far can luck move the figure?",
            partial(show, vfl_size=1, vfl_seed=3),
        ),
        frame.Try(
            "A hundred a class",
            "Two latents or all pixels: which gains more from a thousand labels?",
            partial(show, vfl_size=100, vfl_space="2 latents"),
        ),
    ],
)
st.markdown("**Take away.** The features file and the script belong together.")
state = st.session_state
now = Setting(state["vfl_space"], state["vfl_method"], state["vfl_size"], int(state["vfl_seed"]))
frame.take_away(
    "vfl",
    [
        frame.Download("Guesses (CSV)", "guesses.csv", "text/csv", partial(run.guesses_csv, now)),
        frame.Download(
            "Figures (JSON)", "few_labels.json", "application/json", partial(run.figures_json, now)
        ),
        frame.Download(
            "Features (CSV)", "features.csv", "text/csv", partial(run.features_csv, now)
        ),
        frame.Download(
            "scikit-learn script", "few_labels.py", "text/x-python", partial(run.script, now)
        ),
    ],
)
