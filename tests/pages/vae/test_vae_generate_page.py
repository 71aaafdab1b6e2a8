"""The page of drawn digits: what opens, and what it says of bad links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/generate/page.py").run()


def test_a_chosen_picture_opens() -> None:
    at = page(vgs_picture="5", vgs_seed="1")
    assert not at.exception, at.exception
    assert "**How likely was this z?**" in [m.value for m in at.markdown]
    at.session_state["vgs_tab"] = "distance"
    at.run()
    assert "**How far from the nearest real digit?**" in [m.value for m in at.markdown]


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vgs_try_{attempt}").click().run()
    assert not at.exception, at.exception


def test_equal_latents_of_a_grid_are_said() -> None:
    at = page(vgs_model="mnist-16", vgs_way="Grid", vgs_across="2", vgs_up="2")
    assert not at.exception, at.exception
    assert any("Two different latents" in warning.value for warning in at.warning)


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vgs_model": "vae"}, "one of mnist-2d"),
        ({"vgs_way": "x"}, "one of Sheet, Grid"),
        ({"vgs_tau": "500"}, "from 0 to 400"),
        ({"vgs_tau": "nan"}, "from 0 to 400"),
        ({"vgs_seed": "-1"}, "from 0 to 9999"),
        ({"vgs_seed": "1e999"}, "from 0 to 9999"),
        ({"vgs_picture": "0"}, "from 1 to 100"),
        ({"vgs_across": "17"}, "from 1 to 16"),
        ({"vgs_digit": "<3>"}, "one of 0, 1"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert any(words in warning.value for warning in at.warning)
