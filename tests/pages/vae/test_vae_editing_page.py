"""The editing page: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/editing/page.py").run()


def test_a_prediction_opens() -> None:
    at = page(ved_t="2,0,0,0", ved_strip="thickness")
    assert not at.exception, at.exception
    assert "**Predicted thickness**" in [m.value for m in at.markdown]
    at.session_state["ved_tab_1"] = "its step"
    at.run()
    assert any("One standard deviation of thickness" in m.value for m in at.markdown)
    at.session_state["ved_from"] = "Draw"
    at.run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"ved_try_{attempt}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"ved_t": "1,2"}, "4 numbers within"),
        ({"ved_t": "nan,0,0,0"}, "4 numbers within"),
        ({"ved_t": "9,0,0,0"}, "4 numbers within"),
        ({"ved_held": "yes"}, "must be 0 or 1"),
        ({"ved_model": "cvae"}, "one of mnist-2d"),
        ({"ved_strip": "<b>"}, "one of slant"),
        ({"ved_digit": "2000"}, "from 0 to 1999"),
        ({"ved_ink": "!!"}, "drawn digit"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
