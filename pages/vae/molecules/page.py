"""Molecules: a map of SMILES strings to drag in, a property climbed, and the honest figures."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets.molecules import SOURCE
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from genmodels.vae import molecules_map
from pages.vae.molecules import case as run
from pages.vae.molecules import figures, molecule_pad
from pages.vae.molecules import opened as arithmetic
from pages.vae.molecules.case import LAST, MAX_SEED, NAMES, OWN
from pages.vae.molecules.molecule_pad import LONGEST, Place

SECTIONS = ["Map", "Samples", "Climb", "Figures"]
HEATS = {"the likeliest": 0.0, "drawn, temperature 0.7": 0.7, "drawn, temperature 1": 1.0}
FIGURES = dict(zip(HEATS, ("prior_greedy", "prior_temperature_0.7", "prior"), strict=True))
TITLES = list(NAMES.values())
KEYS = {title: name for name, title in NAMES.items()}
LINKED = frame.link_value("vmo_smiles") or ""
BASE = frame.checked_whole("vmo_base", 0, LAST, 1)
AT = molecule_pad.from_link(frame.link_value("vmo_at"))
PROBLEMS = frame.link_problems(
    "vmo",
    {
        "vmo_section": frame.checked_choice("vmo_section", SECTIONS, SECTIONS[0]),
        "vmo_by": frame.checked_choice("vmo_by", TITLES, TITLES[0]),
        "vmo_up": frame.checked_choice("vmo_up", TITLES, TITLES[0]),
        "vmo_base": BASE,
        "vmo_token": frame.checked_whole("vmo_token", 1, LONGEST, 1),
        "vmo_seed": frame.checked_whole("vmo_seed", 0, MAX_SEED, 0),
        "vmo_heat": frame.checked_choice("vmo_heat", list(HEATS), "the likeliest"),
        "vmo_at": AT,
    },
)


def own() -> str:
    """The reader's SMILES if it can be a base, else nothing."""
    text = str(st.session_state.get("vmo_own", "")).strip()
    return "" if run.own_problem(text) else text


def goto(at: tuple[float, float] | None = None, **settings: Any) -> None:
    """Show the base of the session at `at`, or at its own place."""
    st.session_state.update(settings)
    typed = own()
    number = OWN if typed else int(st.session_state.get("vmo_base", 1))
    x, y = at or tuple(run.base(number, typed).xy.tolist())
    st.session_state["vmo_start"] = Place(number, (float(x), float(y)))
    st.session_state["vmo_start_id"] = uuid.uuid4().hex


def show(at: tuple[float, float] | None, base: int, text: str = "", section: str = "Map") -> None:
    goto(at, vmo_base=base, vmo_own=text, vmo_section=section)


if "vmo_start" not in st.session_state:
    goto(AT[0], vmo_own=LINKED, vmo_base=BASE[0])

frame.header(
    "Molecules",
    "A molecule written as text is a point; every point is read back as text, token by token.",
    r"p(s\mid z)=\textstyle\prod_t p(s_t\mid s_{<t},z)",
)
section = frame.sections("vmo", SECTIONS)


def said() -> Place:
    """Where the point is."""
    start, start_id = st.session_state["vmo_start"], st.session_state["vmo_start_id"]
    return molecule_pad.place(st.session_state.get("vmo_pad"), start, start_id)


def clicked() -> None:
    """Another molecule of the map was chosen: the field follows, a SMILES of one's own goes."""
    now = said()
    if now.base != OWN:
        st.session_state["vmo_own"] = ""
        st.session_state["vmo_base"] = now.base


def choose(*fields: str) -> None:
    """The base, as a number or as a SMILES."""
    st.number_input(
        "Molecule", 0, LAST, key="vmo_base", bind="query-params", on_change=partial(take, "vmo_own")
    )
    st.text_input(
        "Or a SMILES of your own", key="vmo_own", max_chars=5000, on_change=goto,
        placeholder="CC(=O)Oc1ccccc1C(=O)O",
    )  # fmt: skip
    typed = st.session_state["vmo_own"]
    if problem := run.own_problem(typed):
        frame.problem(f"{problem}. Shown instead: molecule {st.session_state['vmo_base']}.")
    for name in ("vmo_base", "vmo_at", "vmo_section", *fields):
        frame.problem(PROBLEMS.get(name))
    frame.set_link({"vmo_smiles": typed or None})


def take(field: str) -> None:
    goto(None, **{field: ""})


@st.fragment
def on_the_map() -> None:
    row = frame.stage_row((1.9, 6.8, 2.8))
    with row.controls:
        colour = st.radio("Colour by", TITLES, key="vmo_by", bind="query-params", horizontal=True)
        choose("vmo_by", "vmo_token")
        st.caption("Judged, measured and drawn by RDKit.")
    start, start_id = st.session_state["vmo_start"], st.session_state["vmo_start_id"]
    with row.stage:
        molecule_pad.molecule_pad(
            molecule_pad.payload(KEYS[colour], own(), start, start_id),
            key="vmo_pad",
            on_place=clicked,
            on_token=pressed,
        )
        st.caption(frame.plain_text(SOURCE.caption()))
    now = said()
    made = run.decoded(now.base, own() if now.base == OWN else "", *now.at)
    frame.set_link({"vmo_at": f"{now.at[0]:.5g},{now.at[1]:.5g}"})
    with row.inspector:
        tab = st.pills(
            "Open a number",
            [*TITLES, "Its own logP", "Its own QED", "String", "Token"],
            default=TITLES[0],
            key="vmo_tab",
            label_visibility="collapsed",
        )
        if tab == "Token":
            count = len(made.chosen)
            t = st.number_input("Token", 1, LONGEST, 1, key="vmo_token", bind="query-params")
            frame.inspect(arithmetic.token(made, min(int(t), count) - 1))
        elif tab == "String":
            frame.inspect(arithmetic.probability(made))
        elif tab in KEYS:
            frame.inspect(arithmetic.predicted(made, KEYS[tab]))
        elif tab and not made.valid:
            frame.inspect(None, "No molecule is decoded here: it has no properties of its own.")
        elif tab:
            opener = arithmetic.own_logp if tab == "Its own logP" else arithmetic.own_qed
            frame.inspect(opener(made))
        else:
            frame.inspect(None, "Choose a number above.")


def pressed() -> None:
    """A token of the string was pressed: it opens."""
    if t := molecule_pad.token(st.session_state.get("vmo_pad")):
        st.session_state.update(vmo_tab="Token", vmo_token=t)


@st.fragment
def sampled() -> None:
    row = frame.stage_row((1.9, 6.8, 2.8))
    with row.controls:
        seed = st.number_input("Seed", 0, MAX_SEED, 0, key="vmo_seed", bind="query-params")
        heat = st.radio("Tokens", list(HEATS), key="vmo_heat", bind="query-params")
        for name in ("vmo_seed", "vmo_heat", "vmo_section"):
            frame.problem(PROBLEMS.get(name))
    drawn = run.sheet(int(seed), HEATS[heat])
    with row.stage:
        molecule_pad.molecule_pad(
            molecule_pad.sheet_payload(drawn, f"{seed} {heat}"), key="vmo_sheet"
        )
    found = molecules_map.figures()
    with row.inspector:
        frame.inspect(arithmetic.validity(drawn))
        more = found["samples"][FIGURES[heat]]
        best = found["floor"]["moses"]["order_8"]["valid"]
        st.markdown(
            f"Of {more['samples']:,} such strings, **{100 * more['valid']:.1f} %** are molecules; "
            f"of an order-8 Markov chain's over the same molecules, {100 * best:.1f} %."
        )
        st.caption(
            "z ~ N(0, I) in 24 dimensions, the same for every way of taking tokens. "
            "Judged by RDKit."
        )


@st.fragment
def climb() -> None:
    row = frame.stage_row((1.9, 6.8, 2.8))
    with row.controls:
        up = st.radio("Climb", TITLES, key="vmo_up", bind="query-params", horizontal=True)
        choose("vmo_up")
    typed = own()
    number = OWN if typed else int(st.session_state["vmo_base"])
    rungs = run.climb(number, typed, KEYS[up])
    with row.stage:
        molecule_pad.molecule_pad(
            molecule_pad.climb_payload(rungs, KEYS[up], f"{number} {typed} {up}"), key="vmo_climb"
        )
    mean = run.climbed(KEYS[up])
    with row.inspector:
        st.plotly_chart(
            figures.climb(molecules_map.figures(), KEYS[up]), key="vmo_mean", config=CONFIG
        )
        st.markdown(
            f"From 0 to +4 sd the predicted {up} rises by **{plain(mean['predicted'])}**, what is "
            f"decoded by **{plain(mean['judged'])}**; {100 * mean['valid']:.0f} % of the ends are "
            "molecules. The prediction rises because it is a straight line in z; the decoder "
            "needn't follow."
        )
        st.caption(
            f"Chart: from 100 held-out molecules. The molecules' own {up} is RDKit's, the way the "
            "given ones were computed."
        )


def honest() -> None:
    found = molecules_map.figures()
    prior, floor = found["samples"]["prior"], found["floor"]
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Are samples molecules?**")
        st.plotly_chart(figures.validity(found), key="vmo_validity", config=CONFIG)
        beaten = prior["valid"] > floor["moses"]["order_8"]["valid"]
        st.markdown(
            f"The VAE's samples at temperature 1 are valid in {100 * prior['valid']:.1f} %: "
            f"{'more' if beaten else 'no more'} than the best character Markov chain over the same "
            f"molecules ({100 * floor['moses']['order_8']['valid']:.1f} %). Over QM9's shorter "
            f"strings such a chain reaches {100 * floor['qm9']['order_8']['valid']:.1f} %: other "
            "molecules, not to be compared."
        )
        rows = {f"Markov chain, order {k}": floor["moses"][f"order_{k}"] for k in (3, 5, 8)}
        rows |= {
            "VAE, temperature 1": prior,
            "VAE, temperature 0.7": found["samples"]["prior_temperature_0.7"],
            "VAE, greedy": found["samples"]["prior_greedy"],
        }
        st.table(
            {
                "2,000 strings each": list(rows),
                "valid": [f"{row['valid']:.3f}" for row in rows.values()],
                "unique of these": [f"{row['unique']:.3f}" for row in rows.values()],
                "novel of these": [f"{row['novel']:.3f}" for row in rows.values()],
            },
            border="horizontal",
            hide_index=True,
        )
    with right:
        st.markdown("**Does a place on the map tell the property?**")
        st.plotly_chart(figures.explained(found), key="vmo_r2", config=CONFIG)
        back = found["reconstruction"]
        st.markdown(
            "Counting character triples tells logP better than the 24 latents do, and QED worse. "
            "No model is needed to predict; the map's use is that it can be read backwards.\n\n"
            f"**Reconstruction.** Of 2,000 held-out molecules, **{100 * back['exact']:.2f} %** "
            f"come back exactly from their own code, {100 * back['valid']:.1f} % as some molecule: "
            "the code keeps the kind, not the molecule."
        )
        st.caption(f"Judged by {found['judge']}, which accepts all 40,000 given molecules.")


if section == "Map":
    on_the_map()
elif section == "Samples":
    sampled()
elif section == "Climb":
    climb()
else:
    honest()
frame.try_this(
    "vmo",
    [
        frame.Try(
            "Molecule 1 at its own code",
            "The point stands where the molecule itself was put: does it come back?",
            partial(show, None, 1),
        ),
        frame.Try(
            "Molecule 0 at its own code",
            "A real molecule's own code: must it decode to a molecule at all?",
            partial(show, None, 0),
        ),
        frame.Try(
            "Climb logP from molecule 5",
            "Predicted logP rises at every step: do the molecules keep up?",
            partial(show, None, 5, "", "Climb"),
        ),
        frame.Try(
            "Draw 24",
            "24 points from the prior, each decoded greedily: how many are molecules?",
            partial(show, None, 1, "", "Samples"),
        ),
        frame.Try(
            "Aspirin",
            "Written by you, coded, decoded: is it still aspirin?",
            partial(show, None, 1, "CC(=O)Oc1ccccc1C(=O)O"),
        ),
    ],
)
st.markdown("**Take away.** The point as it stands, and the map.")
place = said()
now = (place.base, own() if place.base == OWN else "", *place.at)
frame.take_away(
    "vmo",
    [
        frame.Download(
            "Point (JSON)", "molecule.json", "application/json", partial(run.point_json, *now)
        ),
        frame.Download("Map (CSV)", "molecules.csv", "text/csv", run.map_csv),
        frame.Download(
            "Structure (SVG)", "molecule.svg", "image/svg+xml", partial(run.structure_svg, *now)
        ),
        frame.Download(
            "Script (NumPy, RDKit)", "molecule.py", "text/x-python", partial(run.script, *now)
        ),
    ],
)
