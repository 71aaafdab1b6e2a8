"""The clustering page as a script: default, tries, bad links."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/clustering/page.py")


def test_the_default_state_has_the_reference_s_figures():
    at = open_page()
    assert [m.value for m in at.metric] == ["0.960", "0.793"]
    assert "BIC 2553.6" in text_of(at)
    assert not at.warning


def test_a_bird_opens_by_the_link():
    at = open_page(gmmc_open="point:17", gmmc_use="013", gmmc_cov="tied")
    assert "Bird 18" in text_of(at)
    assert at.query_params["gmmc_use"] == "013"
    assert at.query_params["gmmc_open"] == "point:17"


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"gmmc_try_{which}").click().run()
    assert not at.exception, at.exception


def test_one_measurement_is_too_few():
    at = open_page()
    at.multiselect(key="gmmc_use").set_value(["body mass (g)"]).run()
    assert not at.exception, at.exception
    assert [w for w in at.warning if "At least two" in w.value]


@pytest.mark.parametrize(
    "name, value",
    [
        ("gmmc_use", "0"),
        ("gmmc_use", "<script>"),
        ("gmmc_k", "0"),
        ("gmmc_k", "1e999"),
        ("gmmc_cov", "round"),
        ("gmmc_seed", "-3"),
        ("gmmc_x", "wing"),
        ("gmmc_y", "\u202e"),
        ("gmmc_step", "x"),
        ("gmmc_open", "bird:3"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
