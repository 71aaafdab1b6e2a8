"""The page of the latent space's properties: sections, opened numbers, bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/properties/page.py").run()


@pytest.mark.parametrize("section", ["Walks", "Structure", "Regularity"])
def test_each_section_opens_a_number(section: str) -> None:
    at = page(vpr_section=section)
    assert not at.exception, at.exception
    assert at.latex


def test_the_other_model_walks_between_digits() -> None:
    at = page()
    at.radio(key="vpr_model").set_value("mnist-16").run()
    assert not at.exception, at.exception
    at.number_input(key="vpr_to").set_value(7).run()
    assert not at.exception, at.exception
    at.radio(key="vpr_way").set_value("spherical").run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page(vpr_model="mnist-16")
    at.button(key=f"vpr_try_{attempt}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vpr_pins": "1,2,3"}, "four numbers within"),
        ({"vpr_pins": "nan,0,0,0"}, "four numbers within"),
        ({"vpr_model": "cvae"}, "one of mnist-2d"),
        ({"vpr_way": "<b>"}, "one of linear"),
        ({"vpr_from": "2000"}, "from 0 to 1999"),
        ({"vpr_step": "0"}, "from 1 to 10"),
        ({"vpr_section": "Structure", "vpr_attribute": "x"}, "one of slant"),
        ({"vpr_section": "Regularity", "vpr_left": "beta-7"}, "one of beta-0"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
