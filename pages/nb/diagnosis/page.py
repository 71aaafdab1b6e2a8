"""Diagnosis: findings and a base rate under the hand, the posterior as a crowd of 1,000 people."""

import uuid
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from genmodels.datasets.patients import NOT_A_DEVICE
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from pages.nb.diagnosis import case as run
from pages.nb.diagnosis import figures
from pages.nb.diagnosis import held as one_by_one
from pages.nb.diagnosis import opened as arithmetic
from pages.nb.diagnosis import take_away as export
from pages.nb.diagnosis.people_grid import payload, people_grid

TITLES = list(run.TITLES)
PATIENTS = {name: len(run.study(name, run.VARIANTS[name][0]).held) for name in run.VARIANTS}
FIGURES = ["Accuracy", "AUC", "Recall"]
state = st.session_state


def checked(name: str, parse: Callable[[str], Any], default: Any) -> tuple[Any, str | None]:
    text = frame.link_value(name)
    if text is None:
        return default, None
    try:
        return parse(text), None
    except ValueError as error:
        shown = text if len(text) <= 40 else text[:40] + "…"
        return default, f"The link's {name} {error}; it says “{shown}”."


def known(study: run.Study, text: str) -> str:
    if text not in run.openable(study):
        raise ValueError("must be prior, total, probability, or f and a finding's number from 0")
    return text


def variant_key(name: str) -> str:
    return f"nbx_{name}"


def patient_key(name: str) -> str:
    return f"nbx_{name}_patient"


first_title, title_problem = frame.checked_choice("nbx_data", TITLES, TITLES[0])
linked = run.study(run.TITLES[first_title], run.VARIANTS[run.TITLES[first_title]][0])
found: dict[str, tuple[Any, str | None]] = {
    "nbx_data": (first_title, title_problem),
    "nbx_figure": frame.checked_choice("nbx_figure", FIGURES, FIGURES[0]),
    "nbx_x": checked("nbx_x", partial(run.parse_values, linked), None),
    "nbx_rate": checked(
        "nbx_rate", partial(run.parse_rate, linked), linked.rates.index(linked.clinic)
    ),
    "nbx_open": checked("nbx_open", partial(known, linked), None),
}
found["nbx_who"] = (0, None)
if frame.link_value("nbx_who") is not None:
    found["nbx_who"] = frame.checked_whole("nbx_who", 1, len(linked.patients.ill), 0)
for data, ways in run.VARIANTS.items():
    found[variant_key(data)] = frame.checked_choice(variant_key(data), ways, ways[0])
    found[patient_key(data)] = frame.checked_whole(
        patient_key(data), 1, PATIENTS[data], run.FIRST_PATIENT[data]
    )
problems = frame.link_problems("nbx", found)


def put(
    name: str,
    *,
    places: tuple[int, ...] | None = None,
    rate: float | None = None,
    opened: str | None = None,
    patient: int | None = None,
) -> None:
    """Hand a case to the widget: the patient's own findings and the clinic's rate by default."""
    study = run.study(name, run.VARIANTS[name][0])
    own = study.patient(patient or run.FIRST_PATIENT[name])
    state["nbx_goto"] = {
        "token": uuid.uuid4().hex,
        "name": name,
        "places": list(own if places is None else places),
        "rate": study.rates.index(study.clinic if rate is None else rate),
        "open": opened,
        "own": list(own),
    }
    for field in ("nbx_x", "nbx_rate", "nbx_open"):
        problems.pop(field, None)


if "nbx_who" not in state:
    # The held-out patient that is open, from 0, and of which data.
    number = found["nbx_who"][0]
    state["nbx_who"] = (linked.patients.name, number - 1) if number else None

if "nbx_goto" not in state:
    kept = dict(problems)
    put(
        linked.patients.name,
        places=found["nbx_x"][0],
        rate=linked.rates[found["nbx_rate"][0]],
        opened=found["nbx_open"][0],
        patient=found[patient_key(linked.patients.name)][0],
    )
    problems.update(kept)


def another_data() -> None:
    name = run.TITLES[state["nbx_data"]]
    put(name, patient=state.get(patient_key(name)))


def another_patient(name: str) -> None:
    """Another patient's findings under the base rate that stands."""
    study = run.study(name, run.VARIANTS[name][0])
    put(name, patient=state[patient_key(name)], rate=study.rates[state["nbx_goto"]["rate"]])


def show(name: str, patient: int, variant: str | None = None, **case: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    title = next(t for t, n in run.TITLES.items() if n == name)
    state.update(
        {
            "nbx_data": title,
            variant_key(name): variant or run.VARIANTS[name][0],
            patient_key(name): patient,
        }
    )
    put(name, patient=patient, **case)


def one_finding(name: str, finding: str, value: float) -> tuple[int, ...]:
    """Nothing measured but one finding."""
    study = run.study(name, run.VARIANTS[name][0])
    return study.places_of([value if f.name == finding else None for f in study.findings])


TRIES = [
    frame.Try(
        "At screening",
        "This patient of the clinic is very likely ill. A passer-by with the very same findings, "
        "where 1 of 100 is ill: how many of 1,000 like that?",
        lambda: show("heart", 4, rate=1, opened="prior"),
    ),
    frame.Try(
        "One bad scan",
        "Nothing is known but a thallium scan with a reversible defect. From 444 of 1,000 to how "
        "many?",
        lambda: show(
            "heart", 4, places=one_finding("heart", "thallium scan", 2), opened="f12"
        ),
    ),
    frame.Try(
        "Thirty echoes",
        "Radius, perimeter, area: one size measured three times. How sure will the product of 30 "
        "factors be?",
        lambda: show("cancer", 14, opened="probability"),
    ),
    frame.Try(
        "A miss",
        "This lump was malignant. Which measurements talk the model out of it?",
        lambda: show("cancer", 21, opened="total"),
    ),
]  # fmt: skip


@lru_cache(maxsize=8)
def prepared(study: run.Study) -> dict[str, Any]:
    return payload(study)


def controls() -> tuple[run.Study, int]:
    bound: dict[str, Any] = {"bind": "query-params"}
    title = st.selectbox("Data", TITLES, key="nbx_data", on_change=another_data, **bound)
    frame.problem(problems.get("nbx_data"))
    name = run.TITLES[title]
    ways = run.VARIANTS[name]
    variant = st.radio("Model of findings", ways, key=variant_key(name), **bound)
    frame.problem(problems.get(variant_key(name)))
    number = st.number_input(
        f"Held-out patient, of {PATIENTS[name]}", 1, PATIENTS[name], run.FIRST_PATIENT[name],
        key=patient_key(name), on_change=another_patient, args=(name,), **bound,
    )  # fmt: skip
    frame.problem(problems.get(patient_key(name)))
    study = run.study(name, variant)
    had = "had" if study.truly_ill(int(number)) else "did not have"
    st.caption(f"Patient {number} {had} {study.patients.disease}; the model never saw the case.")
    st.caption(
        f"Fitted on {len(study.trained)} other patients. Untick what was not measured: its "
        "factor is 1."
    )
    return study, int(number)


frame.header(
    "Diagnosis",
    "How common it is, times what each finding says, findings taken as independent.",
    r"P(\text{ill}\mid x)\propto P(\text{ill})\prod_f p(x_f\mid\text{ill})",
)


@st.fragment
def page() -> None:
    row = frame.stage_row((1.75, 7.0, 2.8))
    with row.controls:
        study, number = controls()
    goto = state["nbx_goto"]
    with row.stage:
        case, opened = people_grid(
            prepared(study),
            study,
            goto={key: value for key, value in goto.items() if key != "name"},
            key="nbx_people",
        )
        patients = study.patients
        st.caption(f"**{NOT_A_DEVICE}** " + frame.plain_text(patients.source.caption()))
    goto |= {"places": list(case.places), "rate": case.rate, "open": opened}
    frame.set_link(
        {
            "nbx_x": None
            if case.places == study.patient(number)
            else run.values_text(study, case.places),
            "nbx_rate": None
            if study.rates[case.rate] == study.clinic
            else f"{study.rates[case.rate]:g}",
            "nbx_open": opened,
        }
    )
    reading = run.read(study, case)
    state["nbx_shown"] = reading
    with row.inspector:
        for field in ("nbx_x", "nbx_rate", "nbx_open"):
            frame.problem(problems.get(field))
        frame.inspect(
            arithmetic.opened(reading, opened),
            "Click a number: base rate, each finding, the total and the crowd open.",
        )
        if opened is None:
            st.markdown(run.verdict(reading))
            st.caption(
                f"The base rate alone does not make {patients.screened} of them: they differ in "
                "their findings too, which no slider here knows."
            )
    frame.try_this("nbx", TRIES)
    held_out(study)
    st.markdown("**Take away.** The case on the stage.")
    frame.take_away(
        "nbx",
        [
            frame.Download(label, f"diagnosis.{kind}", mime, partial(make, reading))
            for label, kind, mime, make in (
                ("Model and case (JSON)", "json", "application/json", export.as_json),
                ("Factors (CSV)", "csv", "text/csv", export.as_csv),
                ("Picture (SVG)", "svg", "image/svg+xml", export.as_svg),
                ("Script (Python)", "py", "text/x-python", export.script),
            )
        ],
    )


def held_out(study: run.Study) -> None:
    name = study.patients.name
    held = run.held_out(name, study.variant)
    st.markdown("**Held out.** Every patient judged by models that never saw the case.")
    left, middle, right = st.columns([4, 4, 3], gap="medium")
    with left:
        st.table(run.figures_table(name, study.variant), border="horizontal", hide_index=True)
        st.caption(
            f"Mean ± standard deviation over {run.REPEATS} × {run.FOLDS} folds; called ill above "
            "1/2 at the collection’s own base rate."
        )
    with middle:
        who = the_one(name)
        point = None if who is None else one_by_one.group_of(name, study.variant, who)
        st.plotly_chart(
            figures.calibration(held, point), key="nbx_calibration", config=CONFIG,
            on_select=pick_point, selection_mode="points",
        )  # fmt: skip
        st.caption(
            "Click a point, or choose it below, to open its patients. "
            "Findings echo each other, and each echo is counted anew: near 0 and 1 the model says "
            "more than it knows. Numbers: patients."
        )
    with right:
        which = st.segmented_control(
            "Open a figure", FIGURES, default=FIGURES[0], required=True, key="nbx_figure",
            bind="query-params",
        )  # fmt: skip
        frame.problem(problems.get("nbx_figure"))
        frame.inspect(arithmetic.figure(held, which or FIGURES[0]))
    held_out_patient(study)


def the_one(name: str) -> int | None:
    """The row of the held-out patient that is open, of this data."""
    who = state["nbx_who"]
    return who[1] if who and who[0] == name else None


def shown_study() -> tuple[str, str]:
    name = run.TITLES[state["nbx_data"]]
    return name, state[variant_key(name)]


def open_point(place: int) -> None:
    name, variant = shown_study()
    groups = one_by_one.groups(name, variant)
    if 0 <= place < len(groups):
        state["nbx_who"] = (name, int(groups[place].rows[0]))
        problems.pop("nbx_who", None)


def pick_point() -> None:
    chosen: Any = state.get("nbx_calibration")
    points = chosen.selection.points if chosen else []
    place = points[0].get("customdata") if points else None
    if isinstance(place, int):
        open_point(place)


def pick_group() -> None:
    if state["nbx_group"] is None:
        state["nbx_who"] = None
    else:
        open_point(state["nbx_group"])


def pick_member() -> None:
    if state["nbx_member"] is not None:
        state["nbx_who"] = (shown_study()[0], state["nbx_member"])


def held_out_patient(study: run.Study) -> None:
    """A point's patients, and the case of one: findings and sum, by the model of the others."""
    name, variant = study.patients.name, study.variant
    groups, who = one_by_one.groups(name, variant), the_one(name)
    frame.problem(problems.get("nbx_who"))
    frame.set_link({"nbx_who": None if who is None else who + 1})
    left, middle, right = st.columns([3, 4, 4], gap="medium")
    place = None if who is None else one_by_one.group_of(name, variant, who)
    state["nbx_group"] = place
    with left:
        st.selectbox(
            "A point of the chart", range(len(groups)), key="nbx_group", on_change=pick_group,
            format_func=lambda g: groups[g].title, placeholder="Choose, or click it", index=None,
        )  # fmt: skip
        if who is None or place is None:
            return
        frame.inspect(arithmetic.share(groups[place]))
    reading = one_by_one.judged(name, variant, who)
    with middle:
        rows = groups[place].rows.tolist()
        state["nbx_member"] = who
        st.selectbox(
            "A patient of it", rows, key="nbx_member", on_change=pick_member,
            format_func=lambda row: one_by_one.patient_title(name, variant, row),
        )  # fmt: skip
        with st.container(height=330, border=False):
            st.table(one_by_one.findings_table(reading), border="horizontal", hide_index=True)
    with right:
        frame.inspect(arithmetic.total(reading))
        frame.inspect(arithmetic.probability(reading))


page()
