"""The page of codes: its sections, what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/vq/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def test_a_place_opens_and_what_codes_cost() -> None:
    at = page(vvq_place="25", vvq_codes="24.5")
    assert not at.exception, at.exception
    assert "From the encoder's vector to code 5" in said(at)
    for tab, words in (
        ("BCE", "Reconstruction"),
        ("nats", "What the prior pays"),
        ("by count", "What counting alone"),
        ("at most", "What knowing nothing"),
        ("bound", "is at most"),
    ):
        at.session_state["vvq_tab_24"] = tab
        at.run()
        assert not at.exception, at.exception
        assert words in said(at)


def test_another_digit_drops_the_changes() -> None:
    at = page(vvq_codes="24.5", vvq_place="25")
    at.number_input(key="vvq_digit").set_value(9).run()
    assert not at.exception, at.exception
    assert "vvq_codes" not in at.query_params
    assert at.query_params["vvq_place"] == "25"


def test_the_codebook_opens_its_perplexity() -> None:
    at = page(vvq_section="Codebook", vvq_use="33")
    assert not at.exception, at.exception
    assert "Perplexity" in said(at)


def test_the_prior_opens_the_next_code() -> None:
    at = page(vvq_section="Prior", vvq_step="30", vvq_code="7", vvq_kept="21", vvq_label="0")
    assert not at.exception, at.exception
    assert "Place 31: how probable is code 7?" in said(at)


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vvq_try_{attempt}").click().run()
    assert not at.exception, at.exception
    section = ["Codes", "Codebook", "Prior", "Prior"][attempt]
    assert at.session_state["vvq_section"] == section


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vvq_codes": "24.64"}, "codes must be from 0 to 63; got 64"),
        ({"vvq_codes": "<b>"}, "place.code pairs"),
        ({"vvq_place": "50"}, "from 1 to 49"),
        ({"vvq_section": "x"}, "one of Codes, Codebook, Prior"),
        ({"vvq_section": "Codebook", "vvq_use": "64"}, "from 0 to 63"),
        ({"vvq_section": "Prior", "vvq_step": "50"}, "from 0 to 49"),
        ({"vvq_section": "Prior", "vvq_code": "-1"}, "from 0 to 63"),
        ({"vvq_section": "Prior", "vvq_temperature": "nan"}, "one of 0, 0.5"),
        ({"vvq_section": "Prior", "vvq_kept": "49"}, "from 0 to 48"),
        ({"vvq_section": "Prior", "vvq_seed": "1e999"}, "from 0 to 9999"),
        ({"vvq_section": "Prior", "vvq_label": "ten"}, "one of none, 0"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    text = " ".join(warning.value.replace("\\", "") for warning in at.warning)
    assert words in text
