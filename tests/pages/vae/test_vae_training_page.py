"""The training's page: the recorded film, a training now, bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/training/page.py").run()


def test_a_moment_of_the_film_opens() -> None:
    at = page(vtr_moment="30")
    assert not at.exception, at.exception
    assert any("−ELBO after" in m.value for m in at.markdown)
    at.session_state["vtr_tab"] = "|μ|²"
    at.run()
    assert any("How far out" in m.value for m in at.markdown)


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vtr_try_{attempt}").click().run()
    assert not at.exception, at.exception


def test_a_training_is_begun_and_stopped() -> None:
    at = page(vtr_section="Train one now", vtr_seed="5")
    assert not at.exception, at.exception
    at.button(key="vtr_begin").click().run()
    assert not at.exception, at.exception
    at.button(key="vtr_stop").click().run()
    assert not at.exception, at.exception
    assert at.button(key="vtr_begin").label == "Train"


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vtr_moment": "60"}, "from 0 to 59"),
        ({"vtr_moment": "x"}, "from 0 to 59"),
        ({"vtr_section": "<b>"}, "one of Recorded"),
        ({"vtr_seed": "99", "vtr_section": "Train one now"}, "from 0 to 7"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
