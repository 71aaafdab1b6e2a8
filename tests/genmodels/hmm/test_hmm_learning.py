"""Baum-Welch's fast way, locks, counts and starts."""

import numpy as np
import pytest

from genmodels import hmm


def drawn(rng: np.random.Generator, K: int = 3, M: int = 4, N: int = 4) -> tuple:
    model = hmm.random_start(K, M, rng=rng)
    truth = hmm.random_start(K, M, rng=rng)
    return model, [hmm.sample(truth, int(T), rng).observations for T in rng.integers(2, 30, N)]


def test_the_fast_way_takes_the_same_steps(rng: np.random.Generator) -> None:
    for _ in range(10):
        model, xs = drawn(rng)
        slow = hmm.baum_welch(model, xs, max_iter=8, tol=0)
        fast = hmm.baum_welch(model, xs, max_iter=8, tol=0, scan=True)
        np.testing.assert_allclose(fast.log_likelihood, slow.log_likelihood, atol=1e-9)
        for a, b in zip(fast.steps, slow.steps, strict=True):
            np.testing.assert_allclose(a.moves, b.moves, atol=1e-9)
            np.testing.assert_allclose(a.emission_counts, b.emission_counts, atol=1e-9)


def test_a_long_sequence_is_scanned_alike(rng: np.random.Generator) -> None:
    model, _ = drawn(rng)
    x = hmm.sample(hmm.random_start(3, 4, rng=rng), 600, rng).observations
    slow = hmm.baum_welch(model, [x], max_iter=3, tol=0)
    fast = hmm.baum_welch(model, [x], max_iter=3, tol=0, scan=True)
    np.testing.assert_allclose(fast.log_likelihood, slow.log_likelihood, rtol=1e-9)
    np.testing.assert_allclose(fast.model.transition, slow.model.transition, atol=1e-9)


@pytest.mark.parametrize("diagonal", [True, False])
def test_gaussian_and_left_right_chains_take_the_same_steps(
    rng: np.random.Generator, diagonal: bool
) -> None:
    centres = np.arange(3.0)[:, None] * 4
    xs = [np.repeat(centres, n, axis=0) + rng.normal(size=(3 * n, 2)) for n in (3, 8, 5)]
    xs[1][2] = np.nan
    emission = hmm.spread_start(3, xs, rng=rng, diagonal=diagonal).emission
    start = hmm.left_right(3, emission, stay=0.7, skip=0.1)
    slow = hmm.baum_welch(start, xs, max_iter=5, tol=0, reg_covar=1e-3)
    fast = hmm.baum_welch(start, xs, max_iter=5, tol=0, reg_covar=1e-3, scan=True)
    np.testing.assert_allclose(fast.log_likelihood, slow.log_likelihood, rtol=1e-9)
    np.testing.assert_allclose(fast.model.transition, slow.model.transition, atol=1e-9)
    np.testing.assert_allclose(fast.model.emission.means, slow.model.emission.means, atol=1e-9)
    assert not np.tril(fast.model.transition, -1).any()


@pytest.mark.parametrize("scan", [True, False])
@pytest.mark.parametrize("length", [3, 500])
def test_an_impossible_sequence_is_named(scan: bool, length: int) -> None:
    table = hmm.CategoricalEmission(np.array([[1.0, 0.0], [1.0, 0.0]]))
    model = hmm.HiddenMarkovModel(np.ones(2) / 2, np.full((2, 2), 0.5), table)
    x = np.zeros(length, dtype=int)
    x[2] = 1
    with pytest.raises(ValueError, match="sequence 2 has probability 0 from its observation 3 on"):
        hmm.baum_welch(model, [np.zeros(length, dtype=int), x], scan=scan)


def test_counts_add_up(rng: np.random.Generator) -> None:
    model, xs = drawn(rng)
    xs[0][1] = hmm.MISSING
    (step,) = hmm.baum_welch(model, xs, max_iter=1, tol=0).steps
    T = sum(len(x) for x in xs)
    assert step.starts.sum() == pytest.approx(len(xs))
    assert step.moves.sum() == pytest.approx(T - len(xs))
    assert step.visits.sum() == pytest.approx(T)
    assert step.emission_counts is not None
    assert step.emission_counts.sum() == pytest.approx(T - 1)
    row = step.emission_counts / step.emission_counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(step.model.emission.probabilities, row, atol=1e-12)


def test_locked_rows_stay_and_the_likelihood_never_falls(rng: np.random.Generator) -> None:
    for _ in range(20):
        model, xs = drawn(rng)
        locks = hmm.Locks(initial=True, transition=(0, 2), emission=(1,))
        trace = hmm.baum_welch(model, xs, max_iter=12, tol=0, locks=locks)
        assert (np.diff(trace.log_likelihood) > -1e-9).all()
        for step in trace.steps:
            new = step.model
            assert np.array_equal(new.initial, model.initial)
            assert np.array_equal(new.transition[[0, 2]], model.transition[[0, 2]])
            emission = model.emission.probabilities
            assert np.array_equal(new.emission.probabilities[1], emission[1])
            assert not np.array_equal(new.transition[1], model.transition[1])


@pytest.mark.parametrize("diagonal", [True, False])
def test_gaussian_locks(rng: np.random.Generator, diagonal: bool) -> None:
    xs = [rng.normal(size=(40, 2)), rng.normal(size=(30, 2)) + 4]
    start = hmm.spread_start(3, xs, rng=rng, diagonal=diagonal)
    trace = hmm.baum_welch(
        start, xs, max_iter=5, tol=0, reg_covar=1e-6, locks=hmm.Locks(emission=(1,)), scan=True
    )
    new, old = trace.model.emission, start.emission
    assert np.array_equal(new.means[1], old.means[1])
    assert not np.allclose(new.means[0], old.means[0])
    assert trace.log_likelihood[-1] > trace.log_likelihood[0]
    assert trace.steps[0].emission_counts is None


@pytest.mark.parametrize("locks", [hmm.Locks(transition=(3,)), hmm.Locks(emission=(-1,))])
def test_locks_name_rows_that_are_there(rng: np.random.Generator, locks: hmm.Locks) -> None:
    model, xs = drawn(rng)
    with pytest.raises(ValueError, match="rows must be 0 to 2"):
        hmm.baum_welch(model, xs, locks=locks)


# -- starts ------------------------------------------------------------------------------------


def test_spread_start_finds_separate_clusters(rng: np.random.Generator) -> None:
    x = np.concatenate([rng.normal(m, 0.1, (50, 2)) for m in (0, 50, 100)])
    x[3] = np.nan
    start = hmm.spread_start(3, [x], rng=rng)
    assert sorted(np.rint(start.emission.means[:, 0] / 50)) == [0, 1, 2]
    assert np.diag(start.transition) == pytest.approx(0.9)


@pytest.mark.parametrize("K", [1, 4])
def test_spread_start_on_identical_points(rng: np.random.Generator, K: int) -> None:
    start = hmm.spread_start(K, [np.zeros(9)], rng=rng, diagonal=True)
    assert np.isfinite(start.emission.variances).all()
    assert start.transition.sum(axis=1) == pytest.approx(1)


def test_left_right_moves_to_the_right_only() -> None:
    model = hmm.left_right(4, hmm.CategoricalEmission(np.full((4, 2), 0.5)), stay=0.6, skip=0.1)
    assert np.array_equal(model.initial, [1, 0, 0, 0])
    expected = [[0.6, 0.3, 0.1, 0], [0, 0.6, 0.3, 0.1], [0, 0, 0.6, 0.4], [0, 0, 0, 1]]
    np.testing.assert_allclose(model.transition, expected, atol=1e-12)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda rng: hmm.random_start(0, 3, rng=rng), "n_states and n_symbols"),
        (lambda rng: hmm.spread_start(0, [np.zeros(3)], rng=rng), "n_states must be"),
        (lambda rng: hmm.spread_start(2, [np.zeros(3)], rng=rng, stay=1), "stay must be"),
        (lambda rng: hmm.spread_start(2, [np.full(3, np.nan)], rng=rng), "isn't missing"),
        (lambda rng: hmm.left_right(3, hmm.CategoricalEmission(np.eye(2))), "must have 3 states"),
        (
            lambda rng: hmm.left_right(2, hmm.CategoricalEmission(np.eye(2)), stay=0.8, skip=0.3),
            "stay and skip",
        ),
    ],
)
def test_bad_starts(rng: np.random.Generator, call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(rng)


def test_free_parameters_and_bic() -> None:
    table = hmm.CategoricalEmission(np.full((2, 4), 0.25))
    free = hmm.HiddenMarkovModel(np.array([0.5, 0.5]), np.full((2, 2), 0.5), table)
    assert hmm.free_parameters(free) == 1 + 2 + 6
    assert hmm.free_parameters(hmm.left_right(2, table)) == 0 + 1 + 6
    full = hmm.GaussianEmission(np.zeros((2, 3)), np.stack([np.eye(3)] * 2))
    assert hmm.free_parameters(hmm.HiddenMarkovModel(free.initial, free.transition, full)) == 3 + 18
    diagonal = hmm.DiagonalEmission(np.zeros((2, 3)), np.ones((2, 3)))
    chain = hmm.HiddenMarkovModel(free.initial, free.transition, diagonal)
    assert hmm.free_parameters(chain) == 3 + 12
    assert hmm.bic(-10.0, 3, 100) == pytest.approx(20 + 3 * np.log(100))
