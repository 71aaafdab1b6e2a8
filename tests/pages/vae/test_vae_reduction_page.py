"""Dimension reduction's page: what it opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/reduction/page.py").run()


def test_the_maps_are_judged_by_neighbours_and_by_the_way_back() -> None:
    at = page(vdr_digit="1167")
    assert not at.exception, at.exception
    text = "\n".join(m.value for m in at.markdown)
    assert "t-SNE none" in text
    assert "**VAE: the 10 nearest**" in text
    at.session_state["vdr_tab_1167_"] = "PCA: error"
    at.run()
    assert "squared error of the way back" in "\n".join(m.value for m in at.markdown)
    at.slider(key="vdr_k").set_value(1).run()
    assert not at.exception, at.exception


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vdr_try_{attempt}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vdr_k": "0"}, "whole number from 1 to 50"),
        ({"vdr_k": "1e999"}, "whole number from 1 to 50"),
        ({"vdr_digit": "2000"}, "from 0 to 1999"),
        ({"vdr_digit": "<b>"}, "from 0 to 1999"),
        ({"vdr_at": "UMAP:0,0"}, "a map and two numbers"),
        ({"vdr_at": "VAE:nan,0"}, "a map and two numbers"),
        ({"vdr_at": "VAE:0"}, "a map and two numbers"),
        ({"vdr_at": "x" * 5000}, "a map and two numbers"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
