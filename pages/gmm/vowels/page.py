"""Vowels, heard: one Gaussian a vowel in the plane of two formants, and the plane's sound."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import vowels
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.gmm.vowels import case as run
from pages.gmm.vowels import figures, stage
from pages.gmm.vowels import take_away as export
from pages.gmm.vowels.vowel_pad import vowel_pad

DATA = vowels.load()
SECTIONS = ["Held-out speakers", "Without labels"]
DEFAULTS: dict[str, Any] = {
    "gmmv_group": "everyone",
    "gmmv_space": "hertz",
    "gmmv_voice": "man",
    "gmmv_k": 10,
    "gmmv_start": "k-means",
    "gmmv_seed": 0,
    "gmmv_section": SECTIONS[0],
}

GROUP = frame.checked_choice("gmmv_group", run.GROUPS, "everyone")
SPEAKER = stage.checked_speaker(frame.link_value("gmmv_speaker"), GROUP[0])
VOWEL = stage.checked_vowel(frame.link_value("gmmv_vowel"), GROUP[0])
PLACE = stage.checked_place(frame.link_value("gmmv_at"))
problems = frame.link_problems(
    "gmmv",
    {
        "gmmv_group": GROUP,
        "gmmv_space": frame.checked_choice("gmmv_space", run.SPACES, "hertz"),
        "gmmv_voice": frame.checked_choice("gmmv_voice", vowels.KINDS, "man"),
        "gmmv_speaker": SPEAKER,
        "gmmv_at": PLACE,
        "gmmv_vowel": VOWEL,
        "gmmv_section": frame.checked_choice("gmmv_section", SECTIONS, SECTIONS[0]),
        "gmmv_k": frame.checked_whole("gmmv_k", 1, run.K_MAX, 10),
        "gmmv_start": frame.checked_choice("gmmv_start", run.STARTS, "k-means"),
        "gmmv_seed": frame.checked_whole("gmmv_seed", 0, 9999, 0),
    },
)


def goto(hertz: tuple[float, float] = stage.HOME, vowel: int | None = None) -> None:
    """Move the pad's cursor, to a place or to a recorded vowel (its row in the data)."""
    st.session_state["gmmv_goto"] = {"token": uuid.uuid4().hex, "hertz": hertz, "vowel": vowel}


if "gmmv_goto" not in st.session_state:
    goto(PLACE[0], VOWEL[0])
    st.session_state["gmmv_speaker"] = SPEAKER[0]


def show(
    hertz: tuple[float, float] = stage.HOME,
    vowel: int | None = None,
    speaker: int = 0,
    **other: Any,
) -> None:
    """A state worth seeing: what isn't named is the default."""
    st.session_state.update({**DEFAULTS, **other})
    st.session_state["gmmv_speaker"] = speaker
    goto(hertz, vowel)


def new_group() -> None:
    """Other speakers: the voice is one of theirs, and one that isn't among them is let go."""
    group = st.session_state["gmmv_group"]
    if group != "everyone":
        st.session_state["gmmv_voice"] = vowels.KINDS[run.GROUPS.index(group) - 1]
    if st.session_state["gmmv_speaker"] not in stage.speakers_of(group):
        st.session_state["gmmv_speaker"] = 0


frame.header(
    "Vowels, heard",
    "Where a vowel’s two lowest resonances lie says which it is: one Gaussian a vowel.",
    r"\hat c=\arg\max_c\ \pi_c\,\mathcal N(u;\mu_c,\Sigma_c)",
)


def held_out(group: run.Group, space: run.Space) -> None:
    """Speakers that the Gaussians haven't heard: confusion, accuracy, the vowels behind a cell."""
    found = run.held_out(group, export.features_of(space))
    left, right = st.columns([5, 4], gap="medium")
    with left:
        st.plotly_chart(figures.confusion(found), key="gmmv_confusion", config=CONFIG)
    with right:
        st.markdown(
            f"**{found.accuracy:.3f}** of the vowels of speakers in a fold that the Gaussians "
            "have not heard: "
            + ", ".join(f"{kind} {value:.3f}" for kind, (value, _) in found.by_kind.items())
            + "."
        )
        st.table(run.accuracy_table(), border="horizontal", hide_index=True)
        st.caption(
            "Ten folds by speaker; in brackets what another implementation reached. Lobanov takes "
            "out a speaker’s own mean and spread, so it needs that speaker’s whole set of vowels: "
            "a machine that hears one word can’t do it."
        )
        one, two, three = st.columns(3)
        said = one.selectbox("Said", DATA.words, index=4, key="gmmv_said")
        heard = two.selectbox("Taken for", DATA.words, index=5, key="gmmv_heard")
        rows = stage.confused(group, space, said, heard).tolist()

        def hear() -> None:
            chosen = st.session_state["gmmv_hear"]
            if chosen is not None:
                goto(vowel=chosen)

        three.selectbox(
            f"Open one of {len(rows)}",
            rows,
            index=None,
            key="gmmv_hear",
            format_func=lambda row: stage.speaker_name(int(DATA.speakers[row])),
            on_change=hear,
        )


def without_labels(group: run.Group, space: run.Space) -> None:
    """A mixture that is told no vowel, matched to the vowels only afterwards."""
    left, middle, right = st.columns([1.6, 4, 3], gap="medium")
    with left:
        bound: dict[str, Any] = {"bind": "query-params"}
        K = st.slider("Components $K$", 1, run.K_MAX, 10, key="gmmv_k", **bound)
        frame.problem(problems.get("gmmv_k"))
        start = st.selectbox(
            "Start from",
            run.STARTS,
            key="gmmv_start",
            help="The clusters of a k-means run, or points of the data, far apart (k-means++).",
            **bound,
        )
        frame.problem(problems.get("gmmv_start"))
        seed = st.number_input("Seed", 0, 9999, 0, key="gmmv_seed", **bound)
        frame.problem(problems.get("gmmv_seed"))
    found = run.unlabelled(group, space, K, start, int(seed))
    with middle:
        st.plotly_chart(
            figures.clusters(found, DATA.labels[run.members(group)].tolist()),
            key="gmmv_clusters",
            config=CONFIG,
        )
    with right:
        labelled = run.held_out(group, export.features_of(space))
        one, two = st.columns(2)
        one.metric("With labels, held out", f"{labelled.accuracy:.3f}")
        two.metric("Without, best matching", f"{found.accuracy:.3f}")
        with st.spinner("Fitting K = 1 to 12"):
            values = run.bic_by_k(group, space, start, int(seed))
        st.plotly_chart(figures.bic(values, K), key="gmmv_bic", config=CONFIG)
        st.caption(
            f"The likeliest of {run.RESTARTS} starts: log-likelihood "
            f"{found.log_likelihood:.1f} nats, BIC {found.bic:.1f}. Clusters are no vowels: BIC "
            "asks for as many bells as the cloud needs, not for as many as a language has."
        )
    numbers = stage.openable(group, found)
    tab = st.pills("Open", list(numbers), key="gmmv_tab", label_visibility="collapsed")
    if tab:
        frame.inspect(numbers[tab]())


@st.fragment
def page() -> None:
    row = frame.stage_row()
    with row.controls:
        bound: dict[str, Any] = {"bind": "query-params"}
        group = st.selectbox("Speakers", run.GROUPS, key="gmmv_group", on_change=new_group, **bound)
        frame.problem(problems.get("gmmv_group"))
        space = st.selectbox(
            "Axes",
            run.SPACES,
            key="gmmv_space",
            help="Hertz on a log scale, or each speaker’s own mean and spread taken out.",
            **bound,
        )
        frame.problem(problems.get("gmmv_space"))
        speaker = st.selectbox(
            "One speaker",
            [0, *stage.speakers_of(group)],
            key="gmmv_speaker",
            format_func=lambda s: stage.speaker_name(s) if s else "all",
            help="Only this speaker’s vowels stand out, and the pad speaks with this voice.",
        )
        frame.problem(problems.get("gmmv_speaker"))
        kind = st.selectbox(
            "Voice of a", vowels.KINDS, key="gmmv_voice", disabled=bool(speaker), **bound
        )
        frame.problem(problems.get("gmmv_voice"))
        throat = stage.voice(kind, speaker)
        st.caption(
            f"Pitch {throat.F0:.0f} Hz, measured. F4 and F5 are assumed; F3 is what the "
            "Gaussians expect at the place."
        )
    with row.stage:
        view = vowel_pad(
            stage.pad(group, space, kind, speaker),
            rows=run.members(group),
            goto=st.session_state["gmmv_goto"],
            key="gmmv_pad",
        )
        st.caption(frame.plain_text(DATA.source.caption()))
    frame.set_link(
        {
            "gmmv_speaker": speaker or None,
            "gmmv_at": stage.at_text(view.hertz) if view.vowel is None else None,
            "gmmv_vowel": view.vowel,
        }
    )
    with row.inspector:
        for field in ("gmmv_at", "gmmv_vowel"):
            frame.problem(problems.get(field))
        frame.inspect(stage.opened(view, group, space, throat))
        verdict = stage.heard_as(view, group, space)
        if verdict:
            st.caption(verdict)
    section = frame.sections("gmmv", SECTIONS)
    frame.problem(problems.get("gmmv_section"))
    if section == SECTIONS[0]:
        held_out(group, space)
    else:
        without_labels(group, space)
    frame.try_this("gmmv", TRIES)
    st.markdown("**Take away.**")
    frame.take_away(
        "gmmv",
        [
            frame.Download(
                "Gaussians (JSON)",
                "vowels.json",
                "application/json",
                partial(export.classifier_json, group, space),
            ),
            frame.Download(
                "Answers (CSV)", "vowels.csv", "text/csv", partial(export.answers_csv, group, space)
            ),
            frame.Download(
                "Picture (SVG)",
                "vowels.svg",
                "image/svg+xml",
                partial(export.picture_svg, group, space),
            ),
            frame.Download(
                "Script (Python)",
                "vowels.py",
                "text/x-python",
                partial(export.script, group, space),
            ),
        ],
    )


TRIES = [
    frame.Try(
        "Between two vowels",
        "Halfway from “hod” to “hawed”: how sure are the Gaussians, and how sure are you?",
        lambda: show((660.0, 960.0)),
    ),
    frame.Try(
        "One throat at a time",
        "Only men, instead of everyone: how many more vowels come out right?",
        lambda: show(gmmv_group="men"),
    ),
    frame.Try(
        "Take the speaker out",
        "Each speaker’s mean and spread removed: where do men, women and children go?",
        lambda: show(gmmv_space="lobanov"),
    ),
    frame.Try(
        "No labels",
        "Ten bells, told no vowel, in hertz: will each find one of the ten?",
        lambda: show(gmmv_section=SECTIONS[1]),
    ),
]

page()
