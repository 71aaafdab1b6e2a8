"""Inference against hmmlearn, against the sum over every path, and on the edges."""

import numpy as np
import pytest
from hmmlearn.hmm import CategoricalHMM, GaussianHMM

from genmodels import hmm

CASES = range(60)


def categorical(rng: np.random.Generator, K: int, M: int, zeros: float = 0.0):
    def rows(*shape: int) -> np.ndarray:
        p = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
        drop = rng.random(p.shape) < zeros
        drop[..., 0] = False
        p = np.where(drop, 0, p)
        return p / p.sum(axis=-1, keepdims=True)

    return hmm.HiddenMarkovModel(rows(K), rows(K, K), hmm.CategoricalEmission(rows(K, M)))


def gaussian(rng: np.random.Generator, K: int, D: int):
    root = rng.normal(size=(K, D, D))
    covariances = root @ root.swapaxes(1, 2) + 0.3 * np.eye(D)
    return hmm.HiddenMarkovModel(
        rng.dirichlet(np.ones(K)),
        rng.dirichlet(np.ones(K), K),
        hmm.GaussianEmission(rng.normal(0, 2, (K, D)), covariances),
    )


def peer(model: hmm.HiddenMarkovModel, **options):
    """hmmlearn's model with the same parameters and its priors made neutral."""
    K = model.n_states
    if isinstance(model.emission, hmm.CategoricalEmission):
        M = model.emission.probabilities.shape[1]
        other = CategoricalHMM(K, n_features=M, init_params="", **options)
        other.n_features = M
        other.emissionprob_ = model.emission.probabilities
    else:
        other = GaussianHMM(
            K, "full", init_params="", min_covar=0, means_prior=0, means_weight=0,
            covars_prior=0, covars_weight=0, **options,
        )  # fmt: skip
        other.means_ = model.emission.means
        other.covars_ = model.emission.covariances
    other.startprob_, other.transmat_ = model.initial, model.transition
    return other


def draw(seed: int, kind: str):
    rng = np.random.default_rng(seed)
    K = int(rng.integers(1, 6))
    if kind == "categorical":
        model = categorical(rng, K, int(rng.integers(2, 7)))
    else:
        model = gaussian(rng, K, int(rng.integers(1, 4)))
    lengths = [int(n) for n in rng.integers(1, 60, size=rng.integers(1, 4))]
    xs = [hmm.sample(model, n, rng).observations for n in lengths]
    return rng, model, xs


def path_log_prob(model: hmm.HiddenMarkovModel, x: np.ndarray, path: np.ndarray) -> float:
    log_B = model.emission.log_prob(x)[np.arange(len(path)), path]
    moves = np.log(model.transition[path[:-1], path[1:]])
    return float(np.log(model.initial[path[0]]) + log_B.sum() + moves.sum())


def column(x: np.ndarray) -> np.ndarray:
    return x[:, None] if x.ndim == 1 else x


@pytest.mark.parametrize("kind", ["categorical", "gaussian"])
@pytest.mark.parametrize("seed", CASES)
def test_inference_agrees_with_hmmlearn(seed: int, kind: str) -> None:
    _, model, xs = draw(seed, kind)
    other = peer(model)
    for x in xs:
        best, smooth = hmm.viterbi(model, x), hmm.forward_backward(model, x)
        log_prob, path = other.decode(column(x))
        np.testing.assert_allclose(best.log_prob, log_prob, rtol=1e-9, atol=1e-9)
        # Paths of the same factors in another order tie but for rounding: then either is right.
        if not np.array_equal(best.path, path):
            ours, theirs = path_log_prob(model, x, best.path), path_log_prob(model, x, path)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12)
        score, posterior = other.score_samples(column(x))
        np.testing.assert_allclose(smooth.log_prob, score, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(smooth.posterior, posterior, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("iterations", [1, 4])
@pytest.mark.parametrize("kind", ["categorical", "gaussian"])
@pytest.mark.parametrize("seed", CASES)
def test_baum_welch_agrees_with_hmmlearn(seed: int, kind: str, iterations: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    K, D = int(rng.integers(1, 5)), int(rng.integers(1, 3))
    make = categorical if kind == "categorical" else gaussian
    truth, start = make(rng, K, D + 2), make(rng, K, D + 2)
    # Long enough that no covariance collapses: hmmlearn has no answer to one.
    xs = [hmm.sample(truth, int(n), rng).observations for n in rng.integers(80, 160, size=3)]
    trace = hmm.baum_welch(start, xs, max_iter=iterations, tol=0)
    other = peer(start, n_iter=iterations, tol=-np.inf, random_state=0)
    other.fit(np.concatenate([column(x) for x in xs]), [len(x) for x in xs])
    assert len(trace.steps) == iterations
    history = np.array(other.monitor_.history)
    np.testing.assert_allclose(trace.log_likelihood[:-1], history, rtol=1e-9)
    learnt = trace.model
    np.testing.assert_allclose(learnt.initial, other.startprob_, rtol=0, atol=1e-9)
    np.testing.assert_allclose(learnt.transition, other.transmat_, rtol=0, atol=1e-9)
    if kind == "categorical":
        B = learnt.emission.probabilities
        np.testing.assert_allclose(B, other.emissionprob_, rtol=0, atol=1e-9)
    else:
        np.testing.assert_allclose(learnt.emission.means, other.means_, rtol=0, atol=1e-9)
        np.testing.assert_allclose(learnt.emission.covariances, other.covars_, rtol=0, atol=1e-9)
    assert (np.diff(trace.log_likelihood) > -1e-8).all()


def every_path(model: hmm.HiddenMarkovModel, x: np.ndarray):
    """Probabilities of all K^T paths, multiplied out in plain numbers: independent of the logs."""
    B = np.exp(model.emission.log_prob(x))
    T, K = B.shape
    out = {}
    for path in np.ndindex(*(K,) * T):
        p = model.initial[path[0]] * B[0, path[0]]
        for t in range(1, T):
            p *= model.transition[path[t - 1], path[t]] * B[t, path[t]]
        out[path] = p
    return out


@pytest.mark.parametrize("K", [1, 2, 3])
@pytest.mark.parametrize("T", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("zeros", [0.0, 0.4])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_inference_agrees_with_every_path(K: int, T: int, zeros: float, missing: float) -> None:
    rng = np.random.default_rng([K, T, int(10 * zeros), int(10 * missing)])
    for _ in range(4):
        model = categorical(rng, K, 3, zeros)
        x = rng.integers(0, 3, T)
        x[rng.random(T) < missing] = hmm.MISSING
        paths = every_path(model, x)
        total = sum(paths.values())
        best, smooth = hmm.viterbi(model, x), hmm.forward_backward(model, x)
        listed = hmm.enumerate_paths(model, x)
        assert listed.states.shape == (K**T, T)
        assert (np.diff(np.exp(listed.log_prob)) <= 0).all()
        for states, log_prob in zip(listed.states, listed.log_prob, strict=True):
            np.testing.assert_allclose(np.exp(log_prob), paths[tuple(states)], rtol=1e-9)
        if total == 0:
            assert best.log_prob == smooth.log_prob == -np.inf
            assert best.path.size == 0
            assert best.impossible_at == smooth.impossible_at
            upto = best.impossible_at
            assert sum(every_path(model, x[: upto + 1]).values()) == 0
            assert upto == 0 or sum(every_path(model, x[:upto]).values()) > 0
            assert not np.isnan(smooth.posterior).any()
            continue
        np.testing.assert_allclose(np.exp(smooth.log_prob), total, rtol=1e-9)
        np.testing.assert_allclose(np.exp(best.log_prob), max(paths.values()), rtol=1e-9)
        np.testing.assert_allclose(paths[tuple(best.path)], max(paths.values()), rtol=1e-9)
        posterior, pairwise = np.zeros((T, K)), np.zeros((T - 1, K, K))
        for path, p in paths.items():
            for t in range(T):
                posterior[t, path[t]] += p / total
            for t in range(T - 1):
                pairwise[t, path[t], path[t + 1]] += p / total
        np.testing.assert_allclose(smooth.posterior, posterior, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(smooth.pairwise, pairwise, rtol=1e-9, atol=1e-12)


def test_gaussian_missing_rows_agree_with_every_path(rng: np.random.Generator) -> None:
    for _ in range(10):
        model = gaussian(rng, 2, 2)
        x = hmm.sample(model, 5, rng).observations
        x[[1, 3]] = np.nan
        paths = every_path(model, x)
        smooth = hmm.forward_backward(model, x)
        np.testing.assert_allclose(np.exp(smooth.log_prob), sum(paths.values()), rtol=1e-9)
        best = hmm.viterbi(model, x)
        assert tuple(best.path) == max(paths, key=paths.__getitem__)


def test_ten_thousand_steps_stay_finite(rng: np.random.Generator) -> None:
    for model in (categorical(rng, 4, 5), gaussian(rng, 3, 2)):
        x = hmm.sample(model, 10_000, rng).observations
        best, smooth = hmm.viterbi(model, x), hmm.forward_backward(model, x)
        assert np.isfinite([best.log_prob, smooth.log_prob]).all()
        assert best.log_prob < smooth.log_prob < -1000
        np.testing.assert_allclose(smooth.posterior.sum(axis=1), 1, rtol=1e-12)
        # P(x) can be read at every column; rounding must not have spoilt it on the way.
        everywhere = np.logaddexp.reduce(smooth.log_alpha + smooth.log_beta, axis=1)
        np.testing.assert_allclose(everywhere, smooth.log_prob, rtol=1e-12)
        np.testing.assert_allclose(smooth.log_prob, peer(model).score(column(x)), rtol=1e-9)


def test_far_apart_emissions_lose_nothing() -> None:
    """Terms 1e5 nats apart: a sum in plain numbers would lose the smaller for good."""
    model = hmm.HiddenMarkovModel(
        [0.5, 0.5], [[1, 0], [0, 1]], hmm.GaussianEmission([[0.0], [500.0]], [[[1.0]], [[1.0]]])
    )
    smooth = hmm.forward_backward(model, np.array([[0.0], [500.0], [500.0]]))
    by_hand = np.log(0.5) - 1.5 * np.log(2 * np.pi) - np.array([2, 1]) * 500**2 / 2
    np.testing.assert_allclose(smooth.log_alpha[-1], by_hand, rtol=1e-12)


def test_ties_go_to_the_lowest_state() -> None:
    even = np.full((3, 3), 1 / 3)
    model = hmm.HiddenMarkovModel(even[0], even, hmm.CategoricalEmission(np.ones((3, 1))))
    trace = hmm.viterbi(model, [0, 0, 0, 0])
    assert trace.path.tolist() == [0, 0, 0, 0]
    assert (trace.back_pointers == 0).all()


def test_impossible_sequence_names_its_column() -> None:
    model = hmm.HiddenMarkovModel(
        [1, 0], [[0.5, 0.5], [0, 1]], hmm.CategoricalEmission([[1, 0, 0], [0.5, 0.5, 0]])
    )
    for x, column_ in (([0, 1, 2, 0], 2), ([1, 0], 0), ([0, 0, 0, 2], 3)):
        best, smooth = hmm.viterbi(model, x), hmm.forward_backward(model, x)
        assert best.impossible_at == smooth.impossible_at == column_
        assert best.log_prob == smooth.log_prob == -np.inf
    with pytest.raises(ValueError, match="sequence 2 has probability 0 from its observation 3 on"):
        hmm.baum_welch(model, [[0, 1], [0, 1, 2]])


def test_steps_hold_what_ran(rng: np.random.Generator) -> None:
    model = categorical(rng, 4, 3)
    trace = hmm.viterbi(model, hmm.sample(model, 20, rng).observations)
    steps = trace.steps
    for t in range(1, 20):
        winners = steps.contenders[t - 1][steps.back_pointers[t - 1], np.arange(4)]
        np.testing.assert_array_equal(winners, steps.contenders[t - 1].max(axis=0))
        np.testing.assert_array_equal(steps.log_delta[t], winners + steps.log_emission[t])


def test_missing_observations_do_not_count_in_learning(rng: np.random.Generator) -> None:
    model = categorical(rng, 2, 3)
    x = hmm.sample(model, 200, rng).observations
    x[::3] = hmm.MISSING
    trace = hmm.baum_welch(categorical(rng, 2, 3), [x], max_iter=25, tol=0)
    assert (np.diff(trace.log_likelihood) > -1e-9).all()
    assert trace.log_likelihood[-1] > trace.log_likelihood[0]


def test_learning_reports_what_it_kept() -> None:
    never = hmm.HiddenMarkovModel(
        [1, 0], [[1, 0], [0.5, 0.5]], hmm.CategoricalEmission([[0.5, 0.5], [0.25, 0.75]])
    )
    trace = hmm.baum_welch(never, [[0, 1, 0]], max_iter=1, tol=0)
    assert trace.model.transition[1].tolist() == [0.5, 0.5]
    assert trace.model.emission.probabilities[1].tolist() == [0.25, 0.75]
    assert "transition row 2 kept: nothing was counted for it" in trace.steps[0].notes
    assert "emission row 2 kept: nothing was counted for it" in trace.steps[0].notes
    collapsing = hmm.HiddenMarkovModel([1.0], [[1.0]], hmm.GaussianEmission([[0.0]], [[[1.0]]]))
    trace = hmm.baum_welch(collapsing, [np.array([[2.0], [2.0]])], max_iter=1)
    assert trace.steps[0].notes == ("covariance of state 1 kept: the new one collapsed",)


def test_tolerance_stops(rng: np.random.Generator) -> None:
    model = categorical(rng, 2, 3)
    x = hmm.sample(model, 100, rng).observations
    trace = hmm.baum_welch(model, [x], max_iter=500, tol=0.01)
    assert trace.converged
    assert len(trace.steps) < 500
    assert np.diff(trace.log_likelihood)[-1] < 0.01 <= np.diff(trace.log_likelihood)[:-1].min()


def test_samples_follow_the_model() -> None:
    rng = np.random.default_rng(3)
    model = categorical(rng, 3, 4)
    drawn = hmm.sample(model, 60_000, rng)
    moves = np.zeros((3, 3))
    np.add.at(moves, (drawn.states[:-1], drawn.states[1:]), 1)
    np.testing.assert_allclose(moves / moves.sum(1, keepdims=True), model.transition, atol=0.02)
    seen = np.zeros((3, 4))
    np.add.at(seen, (drawn.states, drawn.observations), 1)
    B = model.emission.probabilities
    np.testing.assert_allclose(seen / seen.sum(1, keepdims=True), B, atol=0.02)


def test_operation_counts() -> None:
    """Counted by doing: every multiplication of the two ways, for K = 2, T = 4."""
    K, T = 2, 4
    by_path = sum(1 + 2 * (T - 1) for _ in np.ndindex(*(K,) * T))
    forward = K + sum(1 for _ in range(1, T) for _ in range(K) for _ in range(K + 1))
    assert hmm.multiplications(K, T) == (by_path, forward) == (112, 20)


B = [[0.5, 0.5], [0.5, 0.5]]
EVEN = [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize(
    "initial, transition, emission, message",
    [
        ([0.5, 0.5], [[0.5, 0.5], [0.5, 0.43]], B, "rows must sum to 1; row 2 sums to 0.93"),
        ([0.5, 0.4], EVEN, B, "initial must sum to 1; they sum to 0.9"),
        ([0.5, 0.5], [[1.5, -0.5], [0, 1]], B, "must be at least 0; row 1 entry 2 is -0.5"),
        ([0.5, np.nan], EVEN, B, "initial must be numbers; entry 2 is empty or not a number"),
        ([0.5, 0.5], EVEN, [[np.inf, 0], [0, 1]], "emission must be finite; row 1 entry 1 is inf"),
        ([0.5, 0.5], [[1.0]], B, r"transition must be \(2, 2\); got shape \(1, 1\)"),
        ([0.5, 0.5], EVEN, [[1.0]], "emission must have 2 states; got 1"),
        ([], EVEN, B, "initial must have 1 dimension"),
    ],
)  # fmt: skip
def test_bad_models_are_named(initial, transition, emission, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hmm.HiddenMarkovModel(initial, transition, hmm.CategoricalEmission(emission))


@pytest.mark.parametrize(
    "x, message",
    [
        ([0, 2], "observation 2 is 2"),
        ([0, -2], "observation 2 is -2"),
        ([], "T >= 1"),
        ([0.5], "whole numbers"),
        ([[0]], "T >= 1"),
    ],
)
def test_bad_observations_are_named(x, message: str) -> None:
    model = hmm.HiddenMarkovModel([0.5, 0.5], EVEN, hmm.CategoricalEmission(B))
    for run in (hmm.viterbi, hmm.forward_backward, hmm.enumerate_paths):
        with pytest.raises(ValueError, match=message):
            run(model, x)


def test_bad_gaussians_are_named() -> None:
    with pytest.raises(ValueError, match="positive definite; that of state 1"):
        hmm.GaussianEmission([[0.0]], [[[-1.0]]])
    emission = hmm.GaussianEmission([[0.0, 0.0]], [np.eye(2)])
    with pytest.raises(ValueError, match=r"observation 1 is \[1.0, nan\]"):
        emission.log_prob([[1.0, np.nan]])


def test_too_many_paths_are_refused() -> None:
    model = hmm.HiddenMarkovModel([0.5, 0.5], EVEN, hmm.CategoricalEmission(B))
    with pytest.raises(ValueError, match=r"2\^17 = 131072"):
        hmm.enumerate_paths(model, [0] * 17)
    with pytest.raises(ValueError, match="list of at least one"):
        hmm.baum_welch(model, np.array([0, 1]))
    with pytest.raises(ValueError, match="length must be at least 1"):
        hmm.sample(model, 0, np.random.default_rng(0))
