"""The density page as a script: figures, links, bad links, tries."""

from functools import partial

import pytest

from genmodels.datasets import measurements
from genmodels.kit.opened import plain
from pages.gmm.density import case as density_run
from pages.gmm.density.case import Setup, Smoothing
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/density/page.py")


def test_the_default_state():
    at = open_page()
    assert at.title[0].value == "Density estimation"
    assert "Old Faithful" in text_of(at)
    assert not at.warning
    assert not {"gmmd_step", "gmmd_x"} & set(at.query_params)


@pytest.mark.parametrize("name", measurements.MEASUREMENTS)
@pytest.mark.parametrize("variance", ["own", "shared"])
def test_every_setting_runs(name, variance):
    title = measurements.load(name).title
    at = open_page(gmmd_data=title, gmmd_var=variance, gmmd_k="4", gmmd_bins="5", gmmd_h="50")
    assert not at.warning
    data = measurements.load(name)
    h = density_run.bandwidth(data, Smoothing(5, 50))
    assert f"h = {plain(h)} {data.unit}" in text_of(at)


def test_a_link_opens_a_place_at_a_step():
    at = open_page(gmmd_k="3", gmmd_x="2.8", gmmd_step="4")
    assert at.query_params["gmmd_step"] == "4"
    assert float(at.query_params["gmmd_x"]) == pytest.approx(2.8, abs=0.02)
    assert "mixture" in text_of(at)
    assert r"\sigma_k" in text_of(at)


def test_a_place_outside_is_moved_to_the_stage_s_edge():
    at = open_page(gmmd_x="1e9")
    assert float(at.query_params["gmmd_x"]) < 6


def test_an_empty_bin_is_said():
    at = open_page(gmmd_data="Waiting", gmmd_bins="80")
    empty = density_run.compare(Setup("waiting"), Smoothing(80)).empty
    assert f"−∞. {empty} held-out points" in text_of(at)
    assert "−∞" not in text_of(open_page(gmmd_data="Waiting", gmmd_bins="5"))


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which):
    at = open_page(gmmd_h="50")
    at.button(key=f"gmmd_try_{which}").click().run()
    assert not at.exception
    state = [at.session_state[f"gmmd_{name}"] for name in ("data", "k", "var", "bins")]
    assert (
        state
        == [
            ["Galaxies", 6, "own", 20],
            ["Eruptions", 2, "own", 20],
            ["Waiting", 2, "own", 80],
            ["Eruptions", 2, "shared", 20],
        ][which]
    )
    assert at.session_state["gmmd_h"] == 100
    assert ("gmmd_step" in at.query_params) == (which == 1)


@pytest.mark.parametrize(
    "name, value",
    [
        ("gmmd_data", "Heights"),
        ("gmmd_k", "0"),
        ("gmmd_k", "1e999"),
        ("gmmd_var", "<b>"),
        ("gmmd_seed", "10000"),
        ("gmmd_bins", "1"),
        ("gmmd_h", "9"),
        ("gmmd_step", "60"),
        ("gmmd_step", "-1"),
        ("gmmd_x", "NaN"),
        ("gmmd_x", "1e999"),
        ("gmmd_x", "9" * 4000),
        ("gmmd_x", "\u0663"),
    ],
)
def test_a_bad_link_is_told_beside_its_field_and_the_rest_holds(name, value):
    kept, good = ("gmmd_var", "shared") if name != "gmmd_var" else ("gmmd_data", "Galaxies")
    at = open_page(**{name: value, kept: good})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert at.session_state[kept] == good
