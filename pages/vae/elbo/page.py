"""The ELBO, seen: two bars under the hand, draws again and again, the gap to log p(x) closing."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from pages.vae import digit_choice
from pages.vae.digit_choice import Digit, choose_digit
from pages.vae.elbo import case as run
from pages.vae.elbo import take_away as export
from pages.vae.elbo.case import Place
from pages.vae.elbo.elbo_bars import elbo_bars, payload, said
from pages.vae.worked_take_away import WEIGHTS, weights

KEY, DIGIT = "vel_bars", 7
AMBIGUOUS = 1167
HINT = "Drag the ellipse by its middle or its two handles. Click a number to open it."
state = st.session_state
# What stands on the stage. The fragment changes it, the buttons below read it when pressed.
SHOWN: dict[str, tuple[Digit, Place]] = state.setdefault("vel_shown", {})


def shown_now(make: Callable[..., str]) -> Callable[[], str]:
    """`make` of what stands on the stage when the button is pressed."""
    shown = SHOWN
    return lambda: make(*shown["one"])


def begin(place: Place, digit: int | None = None) -> None:
    """Put the page to `place`, on another test digit if one is given."""
    if digit is not None:
        digit_choice.put_test("vel", digit)
        state["vel_of"] = f"test:{digit}"
    state["vel_place"] = place
    state["vel_start"] = state.get("vel_start", 0) + 1


def prior() -> None:
    begin(Place(q=(0.0, 0.0, 1.0, 1.0), draws=64, opened="kl"), DIGIT)


def narrow() -> None:
    q = run.encoder_q(f"test:{DIGIT}")
    begin(Place(q=(*q.mu, 0.002, 0.002), opened="kl2"), DIGIT)


@st.fragment
def bars() -> None:
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.controls:
        digit = choose_digit("vel", default=DIGIT)
        digit_choice.problems("vel", PROBLEMS)
        for name in run.NAMES:
            frame.problem(PROBLEMS.get(name))
        st.caption(f"Shown: {digit.source}. {mnist.SOURCE.title}.")
    if state.setdefault("vel_of", digit.id) != digit.id:  # another digit: its own q
        state["vel_of"] = digit.id
        begin(Place(draws=state["vel_place"].draws))
    start_id = f"{state['vel_start']}"
    place = said(KEY, state["vel_place"], start_id)
    state["vel_place"] = place
    q = run.q_of(digit, place)
    prepared = payload(
        digit,
        run.encoder_q(digit.id),
        q,
        place,
        run.cloud(digit, place),
        run.before(digit.id),
        run.runs(digit, place),
        run.view(digit.id),
        start_id,
    )
    with row.stage:
        elbo_bars(prepared, key=KEY)
    frame.set_link(run.to_link(place))
    SHOWN["one"] = (digit, place)
    with row.inspector:
        frame.inspect(run.opened(digit, place), HINT)
        if not place.opened:
            st.caption(
                "Blue: the true posterior $p(z\\mid x)$, computed cell by cell. Orange: $q$ at one "
                "and two σ, with its draws. Dotted: the encoder's $q$."
            )


linked, unsound = run.from_link({name: frame.link_value(name) for name in run.NAMES})
PROBLEMS = frame.link_problems(
    "vel",
    {
        **digit_choice.checks("vel", DIGIT),
        **{name: (None, unsound.get(name)) for name in run.NAMES},
    },
)
if "vel_place" not in state:
    begin(linked)

frame.header(
    "The ELBO, seen",
    "What training can compute lies below what it wants, by what q misses.",
    r"\log p(x)=\bigl[\mathbb E_q\log p(x\mid z)-\mathrm{KL}(q\,\|\,p(z))\bigr]"
    r"+\mathrm{KL}\bigl(q\,\|\,p(z\mid x)\bigr)",
)
bars()
frame.try_this(
    "vel",
    [
        frame.Try(
            "q is the prior",
            "Let q be N(0, I), whatever the picture. KL is 0 then. What does the other bar do?",
            prior,
        ),
        frame.Try(
            "Almost sure",
            "Shrink σ to 0.002: every draw is nearly the same picture. Which bar pays?",
            narrow,
        ),
        frame.Try(
            "A crooked posterior",
            "An ellipse along the axes must cover a slanting posterior. Does the gap show it?",
            partial(begin, Place(opened="gap"), AMBIGUOUS),
        ),
        frame.Try(
            "One sample",
            "With one importance sample, where does the estimate stand on average: at log p(x) or "
            "at the ELBO?",
            partial(begin, Place(samples=1, opened="estimate"), DIGIT),
        ),
    ],
)
st.markdown("**Take away.**")
if "one" in SHOWN:
    frame.take_away(
        "vel",
        [
            frame.Download(
                "Numbers (JSON)",
                "elbo.json",
                "application/json",
                shown_now(export.record),
            ),
            frame.Download(
                "Estimates (CSV)",
                "elbo.csv",
                "text/csv",
                shown_now(lambda *of: export.table(run.runs(*of))),
            ),
            frame.Download(
                "Picture (SVG)",
                "elbo.svg",
                "image/svg+xml",
                shown_now(lambda *of: export.picture(run.runs(*of))),
            ),
            frame.Download(
                "Script (NumPy)",
                "elbo.py",
                "text/x-python",
                shown_now(export.script),
            ),
            frame.Download("Weights for the script", WEIGHTS, "application/octet-stream", weights),
        ],
    )
