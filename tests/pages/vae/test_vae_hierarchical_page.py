"""The page of two levels: what opens, what is to try, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/levels/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def test_the_priors_densities_open() -> None:
    at = page(vhi_z2="1,-0.5", vhi_pick="3")
    assert not at.exception, at.exception
    assert "How likely is this upper level?" in said(at)
    at.session_state["vhi_tab_prior"] = "log p(z₁ | z₂)"
    at.run()
    assert "How likely is this lower level" in said(at)
    assert at.query_params["vhi_z2"] == "1,-0.5"


def test_a_digits_kl_opens_and_another_digit_starts_anew() -> None:
    at = page(vhi_source="A digit", vhi_z2="1,1")
    assert not at.exception, at.exception
    for tab, words in (
        ("KL, upper", "KL of the upper level"),
        ("KL, lower", "KL of the lower level"),
        ("−ELBO", "one pass at the means"),
    ):
        at.session_state["vhi_tab_digit"] = tab
        at.run()
        assert words in said(at)
    at.number_input(key="vhi_digit").set_value(9).run()
    assert not at.exception, at.exception
    assert "vhi_z2" not in at.query_params


def test_what_each_level_costs() -> None:
    at = page(vhi_section="What each costs")
    assert not at.exception, at.exception
    assert "−ELBO of hierarchical" in said(at)
    at.selectbox(key="vhi_cost_tab").select("both redrawn").run()
    assert "Still the same digit" in said(at)


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vhi_try_{attempt}").click().run()
    assert not at.exception, at.exception
    expected = [("The prior", "noise"), ("A digit", "noise"), ("A digit", "z1")]
    if attempt < 3:
        now = (at.session_state["vhi_source"], at.session_state["vhi_hold"])
        assert now == expected[attempt]
    else:
        assert at.session_state["vhi_section"] == "What each costs"


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vhi_z2": "nan,0"}, "two numbers within ±3.6"),
        ({"vhi_z2": "1"}, "two numbers within ±3.6"),
        ({"vhi_z2": "<b>,4"}, "two numbers within ±3.6"),
        ({"vhi_home": "9,9"}, "vhi_home must be two numbers"),
        ({"vhi_seed1": "-1"}, "from 0 to 9999"),
        ({"vhi_seed2": "1e999"}, "from 0 to 9999"),
        ({"vhi_pick": "13"}, "from 1 to 12"),
        ({"vhi_source": "x"}, "one of The prior, A digit"),
        ({"vhi_hold": "z2"}, "one of noise, z1"),
        ({"vhi_section": "x"}, "one of Two levels"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    text = " ".join(warning.value.replace("\\", "") for warning in at.warning)
    assert words in text
