"""The Gaussian mixture's page as a script: default, other states, bad links, tries."""

import json
from functools import partial

import pytest

from genmodels.datasets import clustering
from genmodels.runs import mixture_run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm_page.py")


def test_the_default_state_is_old_faithful_with_its_figures():
    at = open_page()
    assert at.title[0].value == "Gaussian mixture"
    assert "BIC 2322.2" in text_of(at)
    assert "-1130.26 nats" in text_of(at)
    assert "Old Faithful" in text_of(at)
    assert not at.warning


@pytest.mark.parametrize("name", clustering.DATASETS)
@pytest.mark.parametrize("covariance", ["full", "spherical"])
def test_every_data_set_fits(name: str, covariance: str):
    at = open_page(gmm_data=clustering.load(name).title, gmm_k="4", gmm_cov=covariance)
    run = mixture_run.run(name, 4, covariance, "k-means++", 0, None, False)
    assert f"BIC {run.trace.model.bic(clustering.load(name).X):.1f}" in text_of(at)


def test_a_link_opens_a_point_at_a_step():
    at = open_page(gmm_k="3", gmm_step="5", gmm_open="point:17", gmm_seed="4")
    assert r"\gamma" in text_of(at)
    assert at.query_params["gmm_step"] == "5"
    assert at.query_params["gmm_open"] == "point:17"


def test_a_link_opens_an_m_step_s_sums():
    at = open_page(gmm_step="6", gmm_open="mean:1")
    assert r"\mu" in text_of(at)


def test_dragged_means_in_a_link_start_the_run_there():
    at = open_page(gmm_means="[[2.0, 90.0], [5.0, 45.0]]", gmm_step="1")
    assert at.session_state["gmm_means"] == [[2.0, 90.0], [5.0, 45.0]]
    assert json.loads(at.query_params["gmm_means"]) == [[2.0, 90.0], [5.0, 45.0]]
    at.button[0].click().run()
    assert at.session_state["gmm_means"] is None
    assert "gmm_means" not in at.query_params


def test_a_control_starts_over_without_the_dragged_means():
    at = open_page(gmm_means="[[2.0, 90.0], [5.0, 45.0]]", gmm_step="7")
    at.slider(key="gmm_k").set_value(5).run()
    assert not at.exception
    assert at.session_state["gmm_means"] is None
    assert "gmm_step" not in at.query_params


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"gmm_try_{which}").click().run()
    assert not at.exception, at.exception
    assert not at.error


def test_the_bad_start_is_one():
    at = open_page()
    at.button(key="gmm_try_0").click().run()
    state = at.session_state
    assert (state["gmm_data"], state["gmm_k"], state["gmm_init"]) == ("Round blobs", 3, "random")
    bad = mixture_run.run("blobs", 3, "full", "random", state["gmm_seed"], None, False)
    good = mixture_run.run("blobs", 3, "full", "k-means++", 0, None, False)
    assert bad.trace.converged
    assert bad.trace.log_likelihood[-1] < good.trace.log_likelihood[-1] - 100


@pytest.mark.parametrize(
    "name, value, kept",
    [
        ("gmm_k", "99", ("gmm_cov", "tied")),
        ("gmm_k", "0", ("gmm_cov", "tied")),
        ("gmm_k", "NaN", ("gmm_cov", "tied")),
        ("gmm_data", "<script>alert(1)</script>", ("gmm_k", "4")),
        ("gmm_cov", "'; drop table", ("gmm_k", "4")),
        ("gmm_init", "\u202e\U0001f600", ("gmm_k", "4")),
        ("gmm_seed", "-1", ("gmm_k", "4")),
        ("gmm_step", "1e9", ("gmm_k", "4")),
        ("gmm_open", "point:" + "9" * 4000, ("gmm_k", "4")),
        ("gmm_means", "[[1,2],[3,NaN]]", ("gmm_k", "4")),
        ("gmm_means", "[" * 5000, ("gmm_k", "4")),
        ("gmm_means", '{"a": 1}', ("gmm_k", "4")),
    ],
)
def test_a_bad_link_is_told_beside_its_field_and_the_rest_holds(name, value, kept):
    at = open_page(**{name: value, kept[0]: kept[1]})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert str(at.session_state[kept[0]]) == kept[1]


def test_a_selection_beyond_the_data_opens_nothing():
    at = open_page(gmm_step="3", gmm_open="point:99999")
    assert "Click a point" in text_of(at)
