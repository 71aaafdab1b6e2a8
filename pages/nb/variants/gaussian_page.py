"""Gaussian Naive Bayes on one page: four measurements of a penguin, a bell a class for each."""

from typing import Any

import streamlit as st

from genmodels.kit import frame
from pages.nb.variants import case_run as nb_variants
from pages.nb.variants import variant as section
from pages.nb.variants.case_run import Case

KEY = "nbg"
FIRST_BIRD = 339
AXES = {f.name: i for i, f in enumerate(nb_variants.MEASURES)}
BIRDS = nb_variants.N_BIRDS

training = frame.checked_choice("nbg_training", nb_variants.TRAINING, "all")
bird = frame.checked_whole("nbg_bird", 1, BIRDS, FIRST_BIRD)


def start_case(number: int) -> Case:
    """A bird as it was measured."""
    prior = nb_variants.gaussian("all").default_prior
    return Case(nb_variants.bird(number), (True,) * len(AXES), prior, nb_variants.SMALL)


found = section.checks(KEY, nb_variants.gaussian(training[0]), start_case(bird[0]))
problems = frame.link_problems(
    KEY,
    {
        "nbg_training": training,
        "nbg_bird": bird,
        "nbg_across": frame.checked_choice("nbg_across", AXES, "bill length"),
        "nbg_up": frame.checked_choice("nbg_up", AXES, "bill depth"),
        **found,
    },
)
section.begin(KEY, found)


def take_bird() -> None:
    section.settle(KEY, "nbg_bird")
    last = section.current(KEY)
    number = st.session_state["nbg_bird"]
    section.put(
        KEY, Case(nb_variants.bird(number), (True,) * len(AXES), last.prior, last.smoothing)
    )


def show(
    places: tuple[float, ...] | None = None,
    known: tuple[bool, ...] = (True,) * 4,
    var_smoothing: float = 1e-9,
    opened: str | None = None,
    number: int = FIRST_BIRD,
    **settings: Any,
) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update(
        {
            "nbg_bird": number,
            "nbg_training": "all",
            "nbg_across": "bill length",
            "nbg_up": "bill depth",
            **settings,
        }
    )
    case = start_case(number)
    measured = case.places
    if places is not None:
        pairs = zip(nb_variants.MEASURES, places, strict=True)
        measured = tuple(feature.place(value) for feature, value in pairs)
    smoothing = nb_variants.VAR_SMOOTHINGS.index(var_smoothing)
    section.put(KEY, Case(measured, known, case.prior, smoothing), opened)


TRIES = [
    frame.Try(
        "Bill length alone",
        "Of this bird only the bill's length is known. Which species does it leave open?",
        lambda: show(known=(True, False, False, False), opened="f1-1"),
    ),
    frame.Try(
        "A bird that never was",
        "Bill and depth of an Adelie, flipper and mass of a Gentoo: will the model hesitate?",
        lambda: show(places=(38.0, 18.5, 218.0, 5200.0), opened="posterior-2"),
    ),
    frame.Try(
        "Nineteen alike",
        "All Adelies learnt from have flippers of 190 mm. One of 191 mm comes: still an Adelie?",
        lambda: show(
            places=(38.8, 18.3, 191.0, 3700.0),
            nbg_training="alike Adelies",
            nbg_across="flipper length",
            opened="f2-0",
        ),
    ),
    frame.Try(
        "var_smoothing = 0.0001",
        "A ten-thousandth of the largest variance, the mass's, is added to each. Which factors "
        "go flat?",
        lambda: show(var_smoothing=1e-4, opened="f1-1"),
    ),
]

frame.header(
    "Gaussian Naive Bayes",
    "Given its species, each measurement of a bird is drawn from a bell of its own.",
    r"P(c\mid x)\propto P(c)\prod_f \mathcal N(x_f;\,\mu_{c,f},\,\sigma^2_{c,f})",
)


@st.fragment
def watch() -> None:
    row = frame.stage_row((1.7, 7.0, 2.7))
    with row.controls:
        st.number_input(
            "Bird",
            1,
            BIRDS,
            FIRST_BIRD,
            key="nbg_bird",
            bind="query-params",
            on_change=take_bird,
            help="One of the 342; its measurements go on the table.",
        )
        frame.problem(problems.get("nbg_bird"))
        st.selectbox(
            "Learnt from",
            nb_variants.TRAINING,
            key="nbg_training",
            bind="query-params",
            on_change=section.settle,
            args=(KEY, "nbg_training"),
            help="All birds; the first three a species; the latter with only those Adelies whose "
            "flippers are 190 mm.",
        )
        frame.problem(problems.get("nbg_training"))
        for name, label, first in (("nbg_across", "Across", 0), ("nbg_up", "Up", 1)):
            st.selectbox(
                label,
                list(AXES),
                index=first,
                key=name,
                bind="query-params",
                on_change=section.settle,
                args=(KEY, name),
            )
            frame.problem(problems.get(name))
        species = nb_variants.species_of(st.session_state["nbg_bird"])
        section.link_to("nb/variants/multinomial_page.py", "Counts: multinomial")
        section.link_to("nb/variants/bernoulli_page.py", "Presence: Bernoulli")
    board = nb_variants.gaussian(st.session_state["nbg_training"])
    axes = (AXES[st.session_state["nbg_across"]], AXES[st.session_state["nbg_up"]])
    with row.stage:
        reading, opened = section.stage(
            KEY,
            board,
            axes=axes if axes[0] != axes[1] else None,
            start=start_case(st.session_state["nbg_bird"]),
        )
        if axes[0] == axes[1]:
            st.caption("Regions need two different measurements.")
        else:
            st.caption(
                "Who wins where, the other measurements as they stand; the surer, the deeper. "
                "Ellipses: two standard deviations, upright, because the model is naive."
            )
        st.caption(
            f"Learnt from {board.trained}. Bird {st.session_state['nbg_bird']} is {species}. "
            + frame.plain_text(board.source.caption())
        )
    with row.inspector:
        section.inspector(KEY, board, reading, opened)
    frame.try_this(KEY, TRIES)
    section.take_away(KEY, reading)


watch()
