"""The page of six betas: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae_beta_page.py").run()


@pytest.mark.parametrize("beta", ["0", "0.25", "10"])
def test_each_beta_opens_its_loss(beta: str) -> None:
    at = page(vbt_beta=beta)
    assert not at.exception, at.exception
    assert f"**The loss at β = {beta}**" in [m.value for m in at.markdown]


def test_the_gap_of_an_attribute_opens() -> None:
    at = page(vbt_section="Disentangle", vbt_latent="3")
    assert not at.exception, at.exception
    assert any("told by one latent alone" in m.value for m in at.markdown)
    at.number_input(key="vbt_latent").set_value(10).run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("attempt", range(3))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vbt_try_{attempt}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vbt_beta": "3"}, "one of 0, 0.25"),
        ({"vbt_beta": "1e999"}, "one of 0, 0.25"),
        ({"vbt_section": "<b>"}, "one of Scrub"),
        ({"vbt_latent": "11", "vbt_section": "Disentangle"}, "from 1 to 10"),
        ({"vbt_digit": "-1"}, "from 0 to 1999"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
