"""The page of few labels: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/few_labels/page.py").run()


@pytest.mark.parametrize("method", ["logistic regression", "nearest neighbour"])
def test_a_chosen_digit_opens(method: str) -> None:
    at = page(vfl_digit="6", vfl_size="2", vfl_method=method)
    assert not at.exception, at.exception
    assert any("The guess: " in m.value for m in at.markdown)
    at.slider(key="vfl_size").set_value(5).run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vfl_try_{attempt}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vfl_size": "0"}, "from 1 to 100"),
        ({"vfl_space": "pixels"}, "one of 2 latents"),
        ({"vfl_method": "SVM"}, "one of logistic"),
        ({"vfl_seed": "1e999"}, "from 0 to 9999"),
        ({"vfl_view": "<i>"}, "one of Labels only"),
        ({"vfl_digit": "2001"}, "from 1 to 2000"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
