"""The anomaly page as a script: figures, links, bad links, tries."""

from functools import partial

import pytest

from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit.opened import plain
from pages.gmm.anomaly import board as anomaly_board
from pages.gmm.anomaly import case as anomaly
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/anomaly/page.py")


def test_the_default_state_and_that_it_is_no_medical_device():
    at = open_page()
    assert at.title[0].value == "Anomaly detection"
    assert "no medical device" in text_of(at)
    assert "0.08683" in text_of(at)
    assert not at.warning
    assert "gmma_flagged" not in at.query_params


def test_five_components_flag_two_in_five_benign_cases():
    at = open_page(gmma_k="5")
    run = anomaly.scored(anomaly.Setup(K=5))
    t = run.thresholds
    share = t.fp[t.stop_at(run.cut(0.05))] / t.negatives
    assert share == pytest.approx(0.41, abs=0.01)
    assert plain(share, 10) in text_of(at)


@pytest.mark.parametrize("title", ["Breast cancer", "Penguins"])
@pytest.mark.parametrize("covariance", COVARIANCE_TYPES)
def test_every_setting_runs(title, covariance):
    at = open_page(gmma_data=title, gmma_cov=covariance, gmma_k="3", gmma_rate="10")
    assert not at.warning
    assert ("no medical device" in text_of(at)) == (title == "Breast cancer")


def test_a_link_holds_the_cut_and_the_open_case():
    at = open_page(gmma_k="2", gmma_flagged="350", gmma_case="178")
    assert at.query_params["gmma_flagged"] == "350"
    assert at.query_params["gmma_case"] == "178"
    assert "Case 178: log-density" in text_of(at)


def test_a_control_takes_the_nominal_cut_again():
    at = open_page(gmma_flagged="350")
    at.slider(key="gmma_rate").set_value(8).run()
    assert not at.exception
    assert "gmma_flagged" not in at.query_params


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which):
    at = open_page()
    at.button(key=f"gmma_try_{which}").click().run()
    assert not at.exception
    state = [at.session_state[f"gmma_{name}"] for name in ("data", "k", "cov")]
    assert (
        state
        == [
            ["Breast cancer", 5, "full"],
            ["Breast cancer", 1, "spherical"],
            ["Breast cancer", 1, "full"],
            ["Penguins", 2, "full"],
        ][which]
    )
    if which == 2:
        assert at.query_params["gmma_flagged"] == "350"


@pytest.mark.parametrize(
    "name, value",
    [
        ("gmma_data", "<script>alert(1)</script>"),
        ("gmma_k", "9"),
        ("gmma_k", "1e999"),
        ("gmma_cov", "round"),
        ("gmma_rate", "0"),
        ("gmma_seed", "-1"),
        ("gmma_flagged", "570"),
        ("gmma_flagged", "9" * 4000),
        ("gmma_flagged", "٣"),
        ("gmma_case", "0"),
        ("gmma_case", "NaN"),
    ],
)
def test_a_bad_link_is_told_beside_its_field_and_the_rest_holds(name, value):
    kept = "gmma_cov" if name != "gmma_cov" else "gmma_k"
    at = open_page(**{name: value, kept: {"gmma_cov": "diag", "gmma_k": "4"}[kept]})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert str(at.session_state[kept]) in ("diag", "4")


def test_a_case_beyond_the_data_opens_nothing():
    at = open_page(gmma_data="Penguins", gmma_case="500", gmma_flagged="569")
    assert "log-density" not in text_of(at)
    assert at.query_params["gmma_flagged"] == "342"


def test_openable_names_no_precision_where_nothing_is_flagged():
    run = anomaly.scored(anomaly.Setup())
    assert "Precision" not in anomaly_board.openable(run, 5, 0, None)
    assert list(anomaly_board.openable(run, 5, 9, 3))[:2] == ["log p", "d²"]
