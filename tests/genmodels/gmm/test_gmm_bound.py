"""F + KL = log p(X) along EM, F never falls, and each opened number is its sum."""

import numpy as np
import pytest

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.gmm.bound import divergence, free_energy, state
from genmodels.kit.opened import evaluate
from pages.gmm.em import guarantee
from pages.gmm.em import opened_bound as arithmetic
from pages.gmm.mixture_run import Setup, fitted


@pytest.mark.parametrize("covariance_type", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("K, D, seed", [(1, 1, 0), (2, 2, 1), (3, 2, 2), (4, 5, 3), (7, 3, 4)])
def test_bound_plus_gap_is_the_likelihood(covariance_type, K, D, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(60, D)) * rng.uniform(0.2, 4, D) + rng.integers(0, 3, (60, 1))
    trace = gmm.fit(
        X, K, covariance_type=covariance_type, init="random", reg_covar=0.0, tol=0, max_iter=12,
        rng=rng,
    )  # fmt: skip
    found = gmm.bound(trace, X)
    scale = np.abs(found.log_likelihood).max()
    np.testing.assert_allclose(found.bound + found.kl, found.log_likelihood, atol=1e-11 * scale)
    assert (found.kl >= -1e-9).all()
    assert (np.diff(found.bound) >= -1e-9 * scale).all()
    np.testing.assert_allclose(found.kl[1::2], 0, atol=1e-9)  # each E-step closes the gap
    np.testing.assert_allclose(found.log_likelihood[1::2], trace.log_likelihood, rtol=1e-12)


def test_against_sums_written_out():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(9, 2))
    trace = gmm.fit(X, 2, max_iter=3, tol=0, rng=rng)
    found = gmm.bound(trace, X)
    for place in range(7):
        q, model = state(trace, place)
        f = kl = 0.0
        for n in range(9):
            joint = [
                model.weights[k]
                * np.exp(-0.5 * (d := X[n] - model.means[k]) @ np.linalg.inv(S) @ d)
                / (2 * np.pi * np.sqrt(np.linalg.det(S)))
                for k, S in enumerate(model.full_covariances())
            ]
            for k in range(2):
                f += q[n, k] * np.log(joint[k] / q[n, k])
                kl += q[n, k] * np.log(q[n, k] / (joint[k] / sum(joint)))
        assert found.bound[place] == pytest.approx(f, abs=1e-9)
        assert found.kl[place] == pytest.approx(kl, abs=1e-9)


def test_a_share_of_zero_counts_nothing():
    X = np.array([[0.0], [1.0]])
    model = gmm.GaussianMixture(np.array([1.0, 0.0]), np.zeros((2, 1)), np.ones((2, 1, 1)))
    q = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert free_energy(q, model, X).sum() == pytest.approx(model.log_prob(X).sum())
    assert divergence(q, model, X).sum() == 0


def test_there_is_no_place_beyond_the_run():
    trace = fitted(Setup(clustering.load("old_faithful"), 2))
    with pytest.raises(ValueError, match="place must be from 0 to 36; got 37"):
        state(trace, 37)


@pytest.mark.parametrize("place", [0, 1, 2, 7, 36])
def test_opened_numbers_are_their_sums(place):
    setup = Setup(clustering.load("old_faithful"), 2)
    trace, X = fitted(setup), setup.points.X
    found = guarantee.along(setup)
    for make, values in (
        (arithmetic.free_energy_opened, found.bound),
        (arithmetic.gap_opened, found.kl),
        (arithmetic.likelihood_opened, found.log_likelihood),
    ):
        opened = make(trace, X, place)
        assert opened.value == pytest.approx(values[place], abs=1e-9)
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-8)


def test_a_collapse_ends_the_curves_before_the_singular_model():
    setup = Setup(clustering.load("penguins"), 10, "diag", seed=3, reg_covar=0.0)
    trace = fitted(setup)
    prepared = guarantee.payload(setup)
    assert len(prepared["bound"]["f"]) <= len(trace.steps) + 1
    assert np.isfinite(prepared["bound"]["f"]).all()
    assert len(prepared["statuses"]) == len(trace.steps) + 1
