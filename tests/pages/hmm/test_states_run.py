"""How many states: criteria, references, cancelling; durations under the laws that explain them."""

import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import genome
from genmodels.kit.opened import evaluate
from pages.hmm.states import case as states_run
from pages.hmm.states import durations
from pages.hmm.states import export as states_export
from pages.hmm.states import opened as arithmetic
from pages.hmm.states.case import Sweep
from pages.hmm.states.durations import Asked

ROLLS = Sweep("Casino rolls", n=40, T=30, seed=4)


@pytest.fixture(scope="module")
def fits() -> list[states_run.Fit]:
    found = [states_run.fit(ROLLS, K) for K in (1, 2, 3)]
    return [one for one in found if one is not None]


# -- how many --------------------------------------------------------------------------------------


def test_bic_and_parameters_are_counted_by_hand(fits):
    xs = states_run.sequences(ROLLS)
    for one in fits:
        K = one.K
        assert one.parameters <= (K - 1) + K * (K - 1) + 5 * K
        total = sum(hmm.forward_backward(one.model, x).log_prob for x in xs)
        assert one.log_likelihood == pytest.approx(total, abs=1e-6)
        assert one.bic == pytest.approx(-2 * total + one.parameters * np.log(1200), abs=1e-6)
        for opened in (
            states_run.bic_opened(one),
            states_run.parameters_opened(one),
            states_run.held_out_opened(one),
        ):
            assert evaluate(opened.expression) == pytest.approx(opened.value)
        assert states_run.parameters_opened(one).value == one.parameters


def test_one_state_is_the_rolls_own_frequencies(fits):
    rolls = np.concatenate(states_run.sequences(ROLLS))
    assert fits[0].model.emission.probabilities[0] == pytest.approx(np.bincount(rolls) / 1200)


def test_held_out_rolls_are_fresh_and_the_truth_wins(fits):
    truth = states_run.true_held_out(ROLLS)
    assert truth is not None
    assert all(one.held_out < truth for one in fits)
    assert states_run.true_held_out(Sweep("S&P 500")) is None


def test_the_best_start_is_kept(fits):
    for one in fits:
        assert one.log_likelihood >= max(one.starts) - 1e-9


def test_a_stopped_sweep_gives_nothing_up():
    assert states_run.fit(ROLLS, 2, lambda: True) is None


def test_a_curve_s_best(fits):
    assert states_run.best(fits, "BIC") == min(fits, key=lambda one: one.bic)
    assert states_run.best(fits, "held out") == max(fits, key=lambda one: one.held_out)
    assert states_run.best([], "BIC") is None
    assert "The truth: 2." in states_run.sentence(fits, ROLLS)


def test_hidden_bases_are_every_fifth_stretch():
    out = states_run.hidden(genome.load().phage)
    assert out.mean() == pytest.approx(0.2, abs=0.001)
    assert not out[: 4 * states_run.BLOCK].any()
    assert out[4 * states_run.BLOCK]


def test_lambda_s_bic_matches_the_reference():
    sweep = Sweep("Lambda phage")
    xs = states_run.sequences(sweep)
    end = states_run._climb(states_run.start(sweep, 2, 0, xs), xs, 30, lambda: False)
    assert end is not None
    found = hmm.bic(end[1], hmm.free_parameters(end[0]), len(xs[0]))
    assert found == pytest.approx(133453, abs=1)


def test_the_script_says_what_the_page_says(fits):
    done = subprocess.run(
        [sys.executable, "-c", states_export.script(fits[1], ROLLS)],
        capture_output=True,
        text=True,
        check=True,
    )
    printed = dict(line.rsplit(" ", 1) for line in done.stdout.strip().splitlines())
    assert float(printed["log-likelihood"]) == pytest.approx(fits[1].log_likelihood, abs=1e-4)
    assert float(printed["BIC"]) == pytest.approx(fits[1].bic, abs=1e-3)


def test_the_files_are_the_fits(fits):
    lines = states_export.sweep_csv(fits).splitlines()
    assert len(lines) == 4
    assert float(lines[2].split(",")[3]) == fits[1].bic
    model = json.loads(states_export.model_json(fits[1], ROLLS))
    assert model["symbols"] == list("123456")
    assert model["settings"]["bic"] == fits[1].bic


# -- durations ---------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_law_is_the_chain_s_own(n: int):
    """P(d) = P(out by d) - P(out by d - 1), by powers of the expanded matrix."""
    A = durations.chain(0.7, n)
    assert A.sum(axis=1) == pytest.approx(1)
    out = [np.linalg.matrix_power(A, t)[0, n] for t in range(41)]
    d = np.arange(1, 41)
    assert np.exp(durations.log_prob(d, 0.7, n)) == pytest.approx(np.diff(out), abs=1e-14)


def test_the_mean_is_kept():
    d = np.arange(1, 3000)
    for n in (1, 3, 8):
        a = durations.self_loop(20.0, n)
        assert (d * np.exp(durations.log_prob(d, a, n))).sum() == pytest.approx(20, abs=1e-6)
    with pytest.raises(ValueError, match="to the mean duration"):
        durations.self_loop(2.5, 3)


def test_a_self_loop_of_zero_is_certain():
    assert durations.log_prob(np.array([2, 3, 4]), 0.0, 3).tolist() == [-np.inf, 0, -np.inf]


def test_a_sampled_chain_is_geometric():
    asked = Asked("sampled chain", stay=0.9, seed=1)
    found = durations.durations(asked)
    assert found.mean == pytest.approx(10, rel=0.1)
    tried = durations.laws(asked)
    assert max(tried, key=lambda one: one.log_likelihood).n == 1
    # Expected and real numbers of stays by length: chi-squared over 12 groups, 11 free.
    edges = np.append(np.arange(1, 24, 2), 10_000)
    real = np.histogram(found.d, edges)[0]
    law = np.exp(durations.log_prob(np.arange(1, 10_000), 0.9, 1))
    expected = len(found.d) * np.histogram(np.arange(1, 10_000), edges, weights=law)[0]
    assert ((real - expected) ** 2 / expected).sum() < 31.3  # 0.999 of chi-squared with 11


@pytest.mark.parametrize("digit", [0, 6, 8])
def test_words_are_no_geometric_law(digit: int):
    tried = durations.laws(Asked("spoken digit", digit))
    best = max(tried, key=lambda one: one.log_likelihood)
    assert best.n >= 4
    assert best.each - tried[0].each > 0.5


def test_viterbi_s_stays_are_longer_than_the_chain_s():
    found = durations.durations(Asked("regime", K=2, state=1))
    assert found.stay is not None
    assert found.mean > 1.5 / (1 - found.stay)
    wild = durations.laws(Asked("regime", K=2, state=2))
    assert wild[1].log_likelihood == -np.inf  # a stay of one day can't be two sub-states


@pytest.mark.parametrize("n", [1, 4, 7])
def test_opened_durations_evaluate(n: int):
    asked = Asked("spoken digit", 6)
    law = durations.law(asked, n)
    opened = arithmetic.log_likelihood(durations.counts(asked), law.a, n)
    assert opened.value == pytest.approx(law.log_likelihood)
    assert evaluate(opened.expression) == pytest.approx(opened.value)
    for d in (1, n, 18):
        one = arithmetic.probability(d, law.a, n)
        assert evaluate(one.expression) == pytest.approx(one.value)
        assert one.value == pytest.approx(
            float(np.exp(durations.log_prob(np.array([d]), law.a, n)[0])), abs=1e-15
        )
    loop = arithmetic.loop(durations.durations(asked).mean, n, "frames")
    assert evaluate(loop.expression) == pytest.approx(law.a)


def test_the_durations_files():
    asked = Asked("spoken digit", 6)
    lines = states_export.durations_csv(asked).splitlines()
    assert lines[0].startswith("d_frames,count,log_prob_n1,log_prob_n2")
    assert sum(int(line.split(",")[1]) for line in lines[1:]) == 300
    assert "-inf" in lines[1]
    chain = json.loads(states_export.chain_json(asked, 7))
    assert chain["log_likelihood_nats"] is None
    assert np.array(chain["transition_with_exit"]).shape == (8, 8)


def test_the_histogram_is_a_density():
    for asked in (Asked("spoken digit", 2), Asked("regime")):
        found = durations.durations(asked)
        _, share, width = durations.histogram(found)
        assert share.sum() * width == pytest.approx(1)
