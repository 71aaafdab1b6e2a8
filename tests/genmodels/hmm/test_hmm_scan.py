"""The fast ways against the traced loop: a scan for long sequences, a batch for many."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from genmodels import hmm
from genmodels.hmm import scan

LENGTHS = (1, 2, 3, 4, 5, 9, 10, 11, 30, 57, 100, 300)


def rows(shape: tuple[int, int], rng: np.random.Generator, zeros: bool) -> np.ndarray:
    """Random rows of probabilities; with `zeros` about a third of the entries is 0."""
    table = rng.dirichlet(np.ones(shape[1]), shape[0])
    if zeros:
        table = table * (rng.random(shape) < 0.65)
        table[table.sum(axis=1) == 0] = 1
    return table / table.sum(axis=1, keepdims=True)


def cases(count: int, seed: int) -> Iterator[tuple[hmm.HiddenMarkovModel, np.ndarray]]:
    """Models and sequences: missing observations, zeros, some impossible."""
    rng = np.random.default_rng(seed)
    for trial in range(count):
        K, M, T = int(rng.integers(1, 6)), int(rng.integers(1, 5)), int(rng.choice(LENGTHS))
        B = rows((K, M), rng, trial % 4 == 0)
        if trial % 10 == 0 and M > 1:  # no state shows the last symbol
            B = np.column_stack([B[:, :-2], B[:, -2:].sum(axis=1), np.zeros(K)])
        model = hmm.HiddenMarkovModel(
            rng.dirichlet(np.ones(K)),
            rows((K, K), rng, trial % 3 == 0),
            hmm.CategoricalEmission(B),
        )
        x = hmm.sample(model, T, rng).observations if trial % 5 else rng.integers(0, M, T)
        yield model, np.where(rng.random(T) < 0.1, hmm.MISSING, x)


def agree(fast: hmm.Smoothed, traced: hmm.SmoothingTrace) -> None:
    assert fast.impossible_at == traced.impossible_at
    assert fast.log_prob == pytest.approx(traced.log_prob, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(fast.posterior, traced.posterior, atol=1e-9)
    np.testing.assert_allclose(fast.moves, traced.pairwise.sum(axis=0), rtol=1e-9, atol=1e-9)


def test_smooth_is_forward_backward() -> None:
    impossible = 0
    for model, x in cases(200, seed=0):
        traced = hmm.forward_backward(model, x)
        agree(hmm.smooth(model, x), traced)
        impossible += traced.impossible_at is not None
    assert impossible > 5


def test_best_path_is_viterbi() -> None:
    for model, x in cases(200, seed=1):
        traced, fast = hmm.viterbi(model, x), hmm.best_path(model, x)
        assert fast.impossible_at == traced.impossible_at
        assert fast.log_prob == pytest.approx(traced.log_prob, rel=1e-9, abs=1e-9)
        if traced.impossible_at is not None:
            assert not len(fast.path)
            continue
        # Of equal paths rounding chooses: the path must be as probable, not the same.
        assert joint(model, x, fast.path) == pytest.approx(traced.log_prob, rel=1e-9, abs=1e-9)


def test_the_lowest_of_equal_states_wins() -> None:
    even = hmm.CategoricalEmission(np.full((3, 2), 0.5))
    model = hmm.HiddenMarkovModel(np.ones(3) / 3, np.full((3, 3), 1 / 3), even)
    for T in LENGTHS:
        x = np.arange(T) % 2
        assert not hmm.best_path(model, x).path.any()
        assert not hmm.viterbi(model, x).path.any()


def test_blocks_join_where_equals_are_rounded_apart(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that permute the same numbers have many equal paths: some blocks must walk anew."""
    walk, walks = scan._walk_back, []

    def counted(*terms: np.ndarray) -> None:
        walks.append(1)
        walk(*terms)

    monkeypatch.setattr(scan, "_walk_back", counted)
    for _ in range(40):
        a, b = rng.integers(1, 9, 3), rng.integers(1, 5, 3)
        A = np.stack([rng.permutation(a) / a.sum() for _ in range(3)])
        B = np.stack([rng.permutation(b) / b.sum() for _ in range(3)])
        model = hmm.HiddenMarkovModel(np.ones(3) / 3, A, hmm.CategoricalEmission(B))
        x = rng.integers(-1, 3, 150)
        best = hmm.best_path(model, x)
        assert joint(model, x, best.path) == pytest.approx(best.log_prob, abs=1e-9)
        assert best.log_prob == pytest.approx(hmm.viterbi(model, x).log_prob, abs=1e-9)
    assert len(walks) > 2 * 40


def joint(model: hmm.HiddenMarkovModel, x: np.ndarray, z: np.ndarray) -> float:
    with np.errstate(divide="ignore"):
        terms = np.log(model.initial[z[0]]) + np.log(model.transition[z[:-1], z[1:]]).sum()
    return float(terms + model.emission.log_prob(x)[np.arange(len(x)), z].sum())


def test_paths_agree_where_no_two_are_equal(rng: np.random.Generator) -> None:
    for T in LENGTHS:
        emission = hmm.GaussianEmission(rng.normal(size=(3, 1)), np.ones((3, 1, 1)))
        model = hmm.HiddenMarkovModel(np.ones(3) / 3, rng.dirichlet(np.ones(3), 3), emission)
        x = hmm.sample(model, T, rng).observations
        assert np.array_equal(hmm.best_path(model, x).path, hmm.viterbi(model, x).path)


def test_prefixes_and_filtered_states() -> None:
    for model, x in cases(120, seed=2):
        log_alpha = hmm.forward_backward(model, x).log_alpha
        prefix = np.logaddexp.reduce(log_alpha, axis=1)
        got = hmm.prefix_log_likelihoods(model, x)
        np.testing.assert_allclose(got, prefix, rtol=1e-9, atol=1e-9)
        now = hmm.filtered(model, x)
        alive = prefix > -np.inf
        expected = np.exp(log_alpha[alive] - prefix[alive, None])
        np.testing.assert_allclose(now[alive], expected, atol=1e-9)
        assert not now[~alive].any()


def test_many_sequences_at_once(rng: np.random.Generator) -> None:
    for trial in range(60):
        K, M = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        emission = hmm.CategoricalEmission(rows((K, M), rng, trial % 3 == 0))
        A = rows((K, K), rng, zeros=trial % 2 == 0)
        model = hmm.HiddenMarkovModel(rng.dirichlet(np.ones(K)), A, emission)
        xs = [rng.integers(-1, M, T) for T in rng.integers(1, 14, int(rng.integers(1, 7)))]
        traced = [hmm.forward_backward(model, x) for x in xs]
        for fast, slow in zip(hmm.smooth_many(model, xs), traced, strict=True):
            agree(fast, slow)
        got = hmm.log_likelihoods(model, xs)
        np.testing.assert_allclose(got, [t.log_prob for t in traced], rtol=1e-9, atol=1e-9)


def test_zeros_run_scaled_until_something_would_be_lost(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chains with shut moves, their states ever further apart: both ways are taken and agree."""
    on_logs = []
    smooth_logs, trials = scan._smooth_logs, 0

    def counted(*terms: np.ndarray) -> hmm.Smoothed:
        on_logs.append(1)
        return smooth_logs(*terms)

    monkeypatch.setattr(scan, "_smooth_logs", counted)
    for apart in (0.5, 2.0, 5.0, 12.0, 40.0):
        for T in (3, 20, 90, 260):
            for left_right in (True, False):
                means = apart * np.arange(3.0)[:, None]
                emission = hmm.DiagonalEmission(means, np.ones((3, 1)))
                model = hmm.left_right(3, emission, stay=0.9)
                if not left_right:
                    A = np.array([[0.5, 0.5, 0], [0.25, 0.5, 0.25], [0, 1e-20, 1]])
                    model = hmm.HiddenMarkovModel(np.array([0, 0.5, 0.5]), A, emission)
                x = hmm.sample(model, T, rng).observations
                x[int(rng.integers(T))] = rng.choice([np.nan, 0.0, 3 * apart])
                traced = hmm.forward_backward(model, x)
                agree(hmm.smooth(model, x), traced)
                prefix = np.logaddexp.reduce(traced.log_alpha, axis=1)
                np.testing.assert_allclose(hmm.prefix_log_likelihoods(model, x), prefix, rtol=1e-9)
                trials += 1
    assert 5 < len(on_logs) < trials - 5


def test_a_widely_separated_chain_keeps_what_would_underflow() -> None:
    """State 2 falls 10,000 nats behind before the end shows it right: scaled sums would lose it."""
    emission = hmm.DiagonalEmission(np.array([[0.0], [20.0]]), np.ones((2, 1)))
    model = hmm.HiddenMarkovModel(np.array([0.5, 0.5]), np.eye(2), emission)
    x = np.concatenate([np.zeros(50), np.full(60, 20.0)])
    agree(hmm.smooth(model, x), hmm.forward_backward(model, x))
    assert hmm.smooth(model, x).posterior[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize("pi", [[1.0, 0.0], [1.0, 1e-300]])
def test_the_first_step_keeps_what_only_a_shut_state_would_dwarf(pi: list[float]) -> None:
    """Only state 1 can be the first, though what it shows is e^1800 times likelier in state 2."""
    emission = hmm.DiagonalEmission(np.array([[0.0], [60.0]]), np.ones((2, 1)))
    A = np.array([[0.5, 0.5], [0.4, 0.6]])
    model = hmm.HiddenMarkovModel(np.array(pi), A, emission)
    x = np.array([60.0, 60.0, 0.0])
    agree(hmm.smooth(model, x), hmm.forward_backward(model, x))
    assert hmm.prefix_log_likelihoods(model, x)[-1] == hmm.smooth(model, x).log_prob


def test_a_nearly_shut_move_stays_finite_through_many_steps() -> None:
    """A_ij near the smallest that is scaled, and symbols that keep calling for that move."""
    A = np.array([[1 - 2e-12, 2e-12], [2e-12, 1 - 2e-12]])
    model = hmm.HiddenMarkovModel(np.ones(2) / 2, A, hmm.CategoricalEmission(np.eye(2)))
    x = np.arange(700) % 2
    agree(hmm.smooth(model, x), hmm.forward_backward(model, x))
    assert hmm.best_path(model, x).path.tolist() == x.tolist()


def test_a_wild_outlier_in_a_dense_chain(rng: np.random.Generator) -> None:
    emission = hmm.DiagonalEmission(np.zeros((2, 1)), np.array([[0.01], [9.0]]))
    model = hmm.HiddenMarkovModel(
        np.array([0.5, 0.5]), np.array([[0.99, 0.01], [0.02, 0.98]]), emission
    )
    x = rng.normal(size=(500, 1)) * 0.1
    x[250] = 60.0
    agree(hmm.smooth(model, x), hmm.forward_backward(model, x))


def test_against_hmmlearn(rng: np.random.Generator) -> None:
    from hmmlearn.hmm import CategoricalHMM, GaussianHMM

    K, M, T = 3, 5, 5000
    emission = hmm.CategoricalEmission(rng.dirichlet(np.ones(M), K))
    A, pi = rng.dirichlet(np.ones(K), K), rng.dirichlet(np.ones(K))
    model = hmm.HiddenMarkovModel(pi, A, emission)
    x = hmm.sample(model, T, rng).observations
    peer = CategoricalHMM(K, n_features=M, init_params="")
    peer.startprob_, peer.transmat_, peer.emissionprob_ = pi, A, emission.probabilities
    log_prob, posterior = peer.score_samples(x[:, None])
    fast = hmm.smooth(model, x)
    assert fast.log_prob == pytest.approx(log_prob, rel=1e-9)
    np.testing.assert_allclose(fast.posterior, posterior, atol=1e-9)
    assert hmm.best_path(model, x).log_prob == pytest.approx(peer.decode(x[:, None])[0], rel=1e-9)

    diagonal = hmm.DiagonalEmission(rng.normal(size=(K, 2)), rng.uniform(0.5, 2, (K, 2)))
    model = hmm.HiddenMarkovModel(pi, A, diagonal)
    y = hmm.sample(model, 700, rng).observations
    gaussian = GaussianHMM(K, covariance_type="diag", init_params="")
    gaussian.startprob_, gaussian.transmat_ = pi, A
    gaussian.means_, gaussian.covars_ = diagonal.means, diagonal.variances
    assert hmm.smooth(model, y).log_prob == pytest.approx(gaussian.score(y), rel=1e-9)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda model: hmm.smooth(model, np.empty(0, int)), r"T >= 1; got shape \(0,\)"),
        (lambda model: hmm.best_path(model, [0, 5]), "0 to 1, .* observation 2 is 5"),
        (lambda model: hmm.filtered(model, [0.5]), "whole numbers; got dtype float64"),
        (lambda model: hmm.prefix_log_likelihoods(model, [[0]]), r"got shape \(1, 1\)"),
        (lambda model: hmm.smooth_many(model, [[0], [-2]]), "sequence 2: .* is -2"),
        (lambda model: hmm.log_likelihoods(model, []), "list of at least one"),
        (lambda model: hmm.log_likelihoods(model, np.array([0, 1])), "list of at least one"),
    ],
)
def test_bad_observations(call: Callable[..., object], message: str) -> None:
    model = hmm.HiddenMarkovModel(np.ones(1), np.ones((1, 1)), hmm.CategoricalEmission([[0.5] * 2]))
    with pytest.raises(ValueError, match=message):
        call(model)


# -- emissions with independent coordinates ----------------------------------------------------


def test_diagonal_is_full_with_a_diagonal(rng: np.random.Generator) -> None:
    means, variances = rng.normal(size=(3, 4)), rng.uniform(0.2, 3, (3, 4))
    x = rng.normal(size=(30, 4))
    x[7] = np.nan
    diagonal = hmm.DiagonalEmission(means, variances)
    full = hmm.GaussianEmission(means, variances[:, :, None] * np.eye(4))
    np.testing.assert_allclose(diagonal.log_prob(x), full.log_prob(x), atol=1e-9)
    assert (diagonal.log_prob(x)[7] == 0).all()
    gamma = rng.dirichlet(np.ones(3), 30)
    new, notes = diagonal.maximise(x, gamma, 1e-3)
    peer, _ = full.maximise(x, gamma, 1e-3)
    np.testing.assert_allclose(new.means, peer.means, atol=1e-12)
    expected = np.diagonal(peer.covariances, axis1=1, axis2=2)
    np.testing.assert_allclose(new.variances, expected, atol=1e-12)
    assert not notes


def test_a_collapsed_or_unvisited_state_keeps_its_row() -> None:
    emission = hmm.DiagonalEmission(np.zeros((2, 1)), np.ones((2, 1)))
    same = np.full((5, 1), 3.0)
    new, notes = emission.maximise(same, np.array([[1.0, 0.0]] * 5), 0.0)
    assert new.means[:, 0].tolist() == [3.0, 0.0]
    assert new.variances.tolist() == [[1.0], [1.0]]
    assert "collapsed" in notes[0]
    assert "no observation" in notes[1]


@pytest.mark.parametrize(
    "means, variances, message",
    [
        (np.zeros(3), np.ones(3), r"means must be \(K, D\)"),
        (np.zeros((2, 1)), np.ones((1, 1)), r"variances must be \(2, 1\)"),
        (np.zeros((1, 2)), np.array([[1.0, 0.0]]), "state 1, coordinate 2 is 0.0"),
        (np.array([[np.nan]]), np.ones((1, 1)), "means must be finite"),
        (np.zeros((1, 1)), np.array([[np.inf]]), "above 0 and finite"),
    ],
)
def test_bad_diagonal_emissions(means: np.ndarray, variances: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hmm.DiagonalEmission(means, variances)
