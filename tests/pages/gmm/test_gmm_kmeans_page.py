"""Against k-means as a script: default, every data set, bad links, tries."""

from functools import partial

import pytest

from genmodels.datasets import clustering
from pages.gmm.kmeans import against_kmeans
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/kmeans/page.py")


def test_by_default_k_means_fails_where_the_mixture_does_not():
    at = open_page()
    assert at.title[0].value == "Against k-means"
    assert "Accuracy 0.603 against 1.000" in text_of(at)
    assert not at.warning


@pytest.mark.parametrize("name", against_kmeans.DATA)
@pytest.mark.parametrize("standardise", ["true", "false"])
def test_every_data_set_runs(name: str, standardise: str):
    at = open_page(gmmk_data=clustering.load(name).title, gmmk_z=standardise, gmmk_step="3")
    setup = against_kmeans.Setup(name, 3, seed=7, standardise=standardise == "true")
    assert against_kmeans.compare(setup).summary in text_of(at)
    assert not at.warning


@pytest.mark.parametrize("covariance", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("K", ["1", "10"])
def test_every_covariance_and_the_ends_of_k(covariance: str, K: str):
    at = open_page(gmmk_cov=covariance, gmmk_k=K, gmmk_init="random", gmmk_step="2")
    assert "At the end: k-means" in text_of(at)


def test_a_link_puts_the_probe_and_opens_its_responsibility():
    at = open_page(gmmk_step="5", gmmk_probe="0.5,-1.25")
    assert at.query_params["gmmk_step"] == "5"
    assert at.query_params["gmmk_probe"] == "0.5,-1.25"
    assert "The probe, component" in text_of(at)
    assert r"\gamma" in text_of(at)


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"gmmk_try_{which}").click().run()
    assert not at.exception, at.exception
    assert not at.error


@pytest.mark.parametrize(
    "setup, hard, soft",
    [
        (against_kmeans.Setup("unequal", 3, seed=4), (0.0, 0.85), (0.95, 1.0)),
        (against_kmeans.Setup("blobs", 3, seed=1), (0.99, 1.0), (0.99, 1.0)),
        (against_kmeans.Setup("stretched", 3, seed=0), (0.0, 0.7), (0.0, 0.8)),
    ],
)
def test_the_tries_show_what_they_promise(setup, hard, soft):
    pair = against_kmeans.compare(setup).pair
    right = against_kmeans._right(setup, pair, pair.iterations)
    assert right is not None
    for count, (low, high) in zip(right, (hard, soft), strict=True):
        assert low <= count / len(setup.points.X) <= high


@pytest.mark.parametrize(
    "name, value, kept",
    [
        ("gmmk_k", "99", ("gmmk_cov", "tied")),
        ("gmmk_k", "NaN", ("gmmk_cov", "tied")),
        ("gmmk_data", "<script>alert(1)</script>", ("gmmk_k", "4")),
        ("gmmk_cov", "'; drop table", ("gmmk_k", "4")),
        ("gmmk_init", "\u202e\U0001f600", ("gmmk_k", "4")),
        ("gmmk_seed", "1e999", ("gmmk_k", "4")),
        ("gmmk_z", "maybe", ("gmmk_k", "4")),
        ("gmmk_step", "-1", ("gmmk_k", "4")),
        ("gmmk_probe", "1,NaN", ("gmmk_k", "4")),
        ("gmmk_probe", "1,2,3", ("gmmk_k", "4")),
        ("gmmk_probe", "9" * 4000, ("gmmk_k", "4")),
    ],
)
def test_a_bad_link_is_told_beside_its_field_and_the_rest_holds(name, value, kept):
    at = open_page(**{name: value, kept[0]: kept[1]})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert str(at.session_state[kept[0]]) == kept[1]
