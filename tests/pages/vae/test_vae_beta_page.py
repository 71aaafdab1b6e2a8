"""The page of six betas: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/beta/page.py").run()


def words(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown]


@pytest.mark.parametrize(
    "beta, opened, title",
    [
        ("0", "test:kl", "**No rate at β = 0**"),
        ("0.25", "test:loss", "**The loss of 10,000 test digits at β = 0.25**"),
        ("2", "active", "**Active latents at β = 2**"),
        ("10", "digit:loss", "**The loss of this digit at β = 10**"),
    ],
)
def test_a_link_opens_its_number(beta: str, opened: str, title: str) -> None:
    at = page(vbt_beta=beta, vbt_open=opened)
    assert not at.exception, at.exception
    assert title in words(at)


@pytest.mark.parametrize(
    "opened, title",
    [
        ("", "**factor-4: the mutual information gap**"),
        ("cell:0:3:1", "**factor-1: what z4 tells of slant, over the 2,000 shown digits**"),
        ("gap:1:4", "**factor-4: is thickness told by one latent alone?**"),
    ],
)
def test_cells_and_gaps_open(opened: str, title: str) -> None:
    link = {"vbt_cell": opened} if opened else {}
    at = page(vbt_section="Disentangle", vbt_moved="factor-1,3,2.5", **link)
    assert not at.exception, at.exception
    assert title in words(at)
    at.number_input(key="vbt_digit").set_value(30).run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("section, key", [("Scrub beta", "vbt"), ("Disentangle", "vbt_rows")])
def test_each_thing_to_try_works(section: str, key: str) -> None:
    at = page(vbt_section=section)
    for attempt in range(4):
        at.button(key=f"{key}_try_{attempt}").click().run()
        assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, expected",
    [
        ({"vbt_beta": "3"}, "one of 0, 0.25"),
        ({"vbt_beta": "1e999"}, "one of 0, 0.25"),
        ({"vbt_open": "loss"}, "The link's vbt"),
        ({"vbt_section": "<b>"}, "one of Scrub"),
        ({"vbt_moved": "factor-4,11,0", "vbt_section": "Disentangle"}, "a latent from 1 to 10"),
        ({"vbt_moved": "factor-4,1,nan", "vbt_section": "Disentangle"}, "a value within ±3"),
        ({"vbt_cell": "cell:9:9:9", "vbt_section": "Disentangle"}, "must be like cell"),
        ({"vbt_digit": "-1"}, "from 0 to 1999"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], expected: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(expected in warning.value for warning in at.warning)
