"""The page of molecules: what opens, what is to try, and what it says of bad links and strings."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/molecules/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def test_the_points_numbers_open() -> None:
    at = page(vmo_base="40", vmo_token="2")
    assert not at.exception, at.exception
    assert "logP predicted at this point" in said(at)
    for tab, words in (
        ("Its own logP", "logP of the molecule decoded"),
        ("Its own QED", "QED of the molecule decoded"),
        ("String", "exactly this string"),
        ("Token", "Token 2"),
    ):
        at.session_state["vmo_tab"] = tab
        at.run()
        assert words in said(at)
    assert "vmo_at" in at.query_params
    at = page(vmo_base="0")  # its own code decodes to no molecule
    at.session_state["vmo_tab"] = "Its own logP"
    at.run()
    assert any("No molecule is decoded here" in caption.value for caption in at.caption)


def test_a_smiles_of_ones_own_is_checked_beside_its_field() -> None:
    at = page()
    at.text_input(key="vmo_own").set_value("C1CC").run()
    assert "ring 1 opened and never closed" in at.warning[0].value.replace("\\", "")
    assert at.text_input(key="vmo_own").value == "C1CC"
    at.text_input(key="vmo_own").set_value("CC(=O)Oc1ccccc1C(=O)O").run()
    assert not at.warning
    assert not at.exception, at.exception
    assert at.query_params["vmo_smiles"] == "CC(=O)Oc1ccccc1C(=O)O"


@pytest.mark.parametrize("section", ["Samples", "Climb", "Figures"])
def test_each_section_stands(section: str) -> None:
    at = page(vmo_section=section)
    assert not at.exception, at.exception
    words = {"Samples": "Valid on this sheet", "Climb": "needn't follow", "Figures": "1.85 %"}
    assert words[section] in said(at)


@pytest.mark.parametrize("attempt", range(5))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vmo_try_{attempt}").click().run()
    assert not at.exception, at.exception
    sections = ["Map", "Map", "Climb", "Samples", "Map"]
    assert at.session_state["vmo_section"] == sections[attempt]


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vmo_at": "nan,0"}, "two numbers within"),
        ({"vmo_at": "1"}, "two numbers within"),
        ({"vmo_at": "1e9,2"}, "two numbers within"),
        ({"vmo_base": "2000"}, "from 0 to 1999"),
        ({"vmo_base": "1e999"}, "from 0 to 1999"),
        ({"vmo_token": "99"}, "from 1 to 52"),
        ({"vmo_section": "x"}, "one of Map, Samples"),
        ({"vmo_by": "mass"}, "one of logP, QED"),
        ({"vmo_smiles": "C1CC"}, "ring 1 opened"),
        ({"vmo_smiles": "<script>"}, "character 1"),
        ({"vmo_section": "Samples", "vmo_seed": "-1"}, "from 0 to 9999"),
        ({"vmo_section": "Samples", "vmo_heat": "2"}, "one of the likeliest"),
        ({"vmo_section": "Climb", "vmo_up": "x"}, "one of logP, QED"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    text = " ".join(warning.value.replace("\\", "") for warning in at.warning)
    assert words in text
