"""The diagnosis page as a script: links, data, patients, tries, the caution."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/diagnosis/page.py")
NAMES = (
    "nbx_data", "nbx_heart", "nbx_cancer", "nbx_heart_patient", "nbx_cancer_patient", "nbx_x",
    "nbx_rate", "nbx_open", "nbx_figure",
)  # fmt: skip


def test_by_default() -> None:
    at = open_page()
    told = text_of(at)
    assert "no medical device" in told
    assert "924 of 1,000 have heart disease; before any finding 444 of 1,000" in told
    assert "ST depression (2.6 mm) moved it most" in told
    assert "CC BY 4.0" in told
    assert not at.warning
    assert not at.query_params.keys() & {"nbx_x", "nbx_rate", "nbx_open"}


def test_a_link_is_a_case() -> None:
    at = open_page(nbx_x="-,-,-,-,-,-,-,-,-,-,-,-,2", nbx_rate="1", nbx_open="f12")
    told = text_of(at)
    assert "Thallium scan: reversible defect" in told
    assert at.session_state["nbx_shown"].rate == 0.01
    assert at.query_params["nbx_x"] == "-,-,-,-,-,-,-,-,-,-,-,-,2"
    at = open_page(nbx_data="Breast cancer", nbx_cancer="logarithms", nbx_open="f3")
    assert "Mean area" in text_of(at)
    assert "log(1 + x)" in text_of(at)


@pytest.mark.parametrize("value", ["<script>", "1e999", "-1", "9" * 3000, "", "nan"])
def test_a_bad_link_is_told(value: str) -> None:
    at = open_page(**dict.fromkeys(NAMES, value))
    told = text_of(at)
    for name in ("nbx_data", "nbx_heart", "nbx_heart_patient", "nbx_x", "nbx_rate", "nbx_open"):
        assert f"link's {name} must" in told, name
    assert "924 of 1,000" in told


def test_another_patient_and_other_data() -> None:
    at = open_page(nbx_rate="10")
    at.number_input(key="nbx_heart_patient").set_value(11).run()
    shown = at.session_state["nbx_shown"]
    assert not at.exception, at.exception
    assert shown.case.places == shown.study.patient(11)
    assert shown.rate == 0.1
    at.selectbox(key="nbx_data").select("Breast cancer").run()
    assert not at.exception, at.exception
    assert at.session_state["nbx_shown"].study.name == "cancer"
    assert "Patient 43 had a malignant lump" in text_of(at)
    assert at.session_state["nbx_shown"].rate == 0.373


def test_another_variant_keeps_the_findings() -> None:
    at = open_page(nbx_x="-,1,3,-,-,-,-,-,-,-,-,-,2")
    before = at.session_state["nbx_shown"]
    at.session_state["nbx_heart"] = "all Gaussian"
    at.run()
    after = at.session_state["nbx_shown"]
    assert after.case == before.case
    assert after.study.variant == "all Gaussian"
    assert after.total != before.total


@pytest.mark.parametrize(
    "which, told",
    list(enumerate(["it is 44.4 %", "Thallium scan: reversible", "In natural freq", "Total log"])),
)
def test_each_try_shows_its_state(which: int, told: str) -> None:
    at = open_page(nbx_data="Breast cancer", nbx_open="f1")
    at.button(key=f"nbx_try_{which}").click().run()
    assert not at.exception, at.exception
    assert told in text_of(at)
    assert len(at.get("download_button")) == 4


def test_a_point_opens_its_patients_and_each_case() -> None:
    at = open_page()
    assert "A patient of it" not in [box.label for box in at.selectbox]
    at.selectbox(key="nbx_group").set_value(0).run()
    assert not at.exception, at.exception
    told = text_of(at)
    assert "Stated 0 to 0.1: the share that was ill" in told
    first = at.session_state["nbx_who"][1]
    assert at.query_params["nbx_who"] == str(first + 1)
    member = at.selectbox(key="nbx_member")
    assert "wrong" in member.options[0]
    assert "wrong" not in member.options[-1]
    rows = [int(option.split()[1].rstrip(":")) for option in member.options]
    member.set_value(rows[-1] - 1).run()
    assert not at.exception, at.exception
    assert at.query_params["nbx_who"] == str(rows[-1])
    at.radio(key="nbx_heart").set_value("all Gaussian").run()
    assert not at.exception, at.exception
    assert at.query_params["nbx_who"] == str(rows[-1])  # the same patient by the other model
    at.selectbox(key="nbx_data").select("Breast cancer").run()
    assert not at.exception, at.exception
    assert "nbx_who" not in at.query_params


def test_a_link_opens_a_held_out_patient() -> None:
    at = open_page(nbx_data="Breast cancer", nbx_who="569")
    assert at.session_state["nbx_who"] == ("cancer", 568)
    assert (
        "Patient 569"
        in at.selectbox(key="nbx_member").options[at.selectbox(key="nbx_member").index or 0]
    )
    for bad in ("570", "0", "x"):
        at = open_page(nbx_data="Breast cancer", nbx_who=bad)
        assert "link's nbx_who must" in text_of(at)
        assert at.session_state["nbx_who"] is None
