"""The states page as a script: the sweep, durations, links, tries."""

from functools import partial

import pytest

from genmodels.kit import jobs
from pages.hmm.states import case as states_run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/states/page.py")
SMALL = {"hmmn_n": "4", "hmmn_t": "40"}
SWEEP = states_run.Sweep("Casino rolls", 4, 40, 0)


def test_a_sweep_runs_and_its_fits_open():
    at = open_page(**SMALL)
    job = jobs.find(SWEEP)
    assert job is not None
    assert jobs.wait(job, lambda job: job.finished, 30)
    at.run()
    assert not at.exception, at.exception
    text = text_of(at)
    assert "Lowest BIC: K = " in text
    assert "BIC, K = 2" in text
    at.number_input(key="hmmn_k").set_value(3).run()
    assert "BIC, K = 3" in text_of(at)


def test_a_sweep_can_be_cancelled_and_go_on():
    at = open_page(hmmn_n="40", hmmn_t="2000", hmmn_seed="77")
    at.button(key="hmmn_cancel").click().run()
    assert not at.exception, at.exception
    sweep = states_run.Sweep("Casino rolls", 40, 2000, 77)
    job = jobs.find(sweep)
    assert job is not None
    assert jobs.wait(job, lambda job: jobs.ahead(job) is None, 60)
    assert not job.finished
    at.run()
    assert "hmmn_continue" in [button.key for button in at.button]


def test_durations_of_a_digit():
    at = open_page(hmmn_section="Durations", hmmn_digit="6", hmmn_sub="4")
    text = text_of(at)
    assert "300 recordings of “6”, mean 18.43 frames." in text
    assert "Best: n = 4" in text
    assert "Log-likelihood, 4 sub-states" in text
    at.slider(key="hmmn_sub").set_value(7).run()
    assert not at.exception, at.exception
    assert "A duration below n has probability 0." in text_of(at)


def test_regimes_stay_longer_by_viterbi():
    at = open_page(
        hmmn_section="Durations", hmmn_of="regime", hmmn_regime="2", hmmn_open="geometric"
    )
    text = text_of(at)
    assert "No chain of sub-states beats the geometric law." in text
    assert "Viterbi’s one path spares itself short visits." in text
    assert "Log-likelihood, geometric" in text


def test_too_many_sub_states_are_told():
    at = open_page(hmmn_section="Durations", hmmn_of="sampled chain", hmmn_stay="0.5", hmmn_sub="9")
    assert [w for w in at.warning if "n must be at most the mean duration" in w.value]


def test_a_regime_that_is_none_is_told():
    at = open_page(hmmn_section="Durations", hmmn_of="regime", hmmn_regime="4")
    assert [w for w in at.warning if "There are 2 regimes" in w.value]


@pytest.mark.parametrize("which", range(2, 4))
def test_each_duration_s_try_shows_its_state(which: int):
    at = open_page(hmmn_section="Durations")
    at.button(key=f"hmmn_try_{which}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "link, bad",
    [
        (
            SMALL,
            {"hmmn_section": "Buy", "hmmn_data": "gold", "hmmn_seed": "-1", "hmmn_by": "AIC",
             "hmmn_k": "7"},
        ),
        ({}, {"hmmn_n": "0", "hmmn_t": "1e999"}),
        (
            {"hmmn_section": "Durations"},
            {"hmmn_of": "<script>", "hmmn_digit": "10", "hmmn_sub": "13", "hmmn_d": "0",
             "hmmn_open": "all"},
        ),
        (
            {"hmmn_section": "Durations", "hmmn_of": "regime"},
            {"hmmn_regimes": "1", "hmmn_regime": "\u202e"},
        ),
        (
            {"hmmn_section": "Durations", "hmmn_of": "sampled chain"},
            {"hmmn_stay": "1", "hmmn_draw": "٣x"},
        ),
    ],
)  # fmt: skip
def test_a_bad_link_is_told(link: dict[str, str], bad: dict[str, str]):
    at = open_page(**link, **bad)
    for name in bad:
        assert [w for w in at.warning if name.replace("_", r"\_") in w.value], name
