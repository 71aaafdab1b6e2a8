"""The Gaussian mixture and EM against scikit-learn, against the theory, and at the edges."""

import functools
import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as ScikitLearn

from genmodels import gmm
from genmodels.datasets import clustering

TYPES = gmm.COVARIANCE_TYPES


def clusters(rng: np.random.Generator, N: int, D: int, K: int) -> gmm.Array:
    """Points of K overlapping bells with different shapes."""
    centres = 2.5 * rng.standard_normal((K, D))
    shapes = np.eye(D) + 0.4 * rng.standard_normal((K, D, D))
    which = rng.integers(K, size=N)
    noise = rng.standard_normal((N, D))
    return centres[which] + np.einsum("ndi,ni->nd", shapes[which], noise)


def random_start(
    rng: np.random.Generator, X: gmm.Array, K: int, covariance_type: gmm.CovarianceType
) -> gmm.GaussianMixture:
    """Uneven weights, means at points, and well-conditioned covariances, all different."""
    D = X.shape[1]
    weights = rng.dirichlet(np.full(K, 3.0))
    means = X[rng.choice(len(X), K, replace=False)] + 0.1
    variances = X.var() * rng.uniform(0.5, 1.5, size=(K, D))
    factors = 0.4 * rng.standard_normal((K, D, D))
    matrices = factors @ factors.transpose(0, 2, 1) + variances[:, :, None] * np.eye(D)
    covariances = {
        "full": matrices,
        "tied": matrices[0],
        "diag": variances,
        "spherical": variances[:, 0],
    }
    return gmm.GaussianMixture(weights, means, covariances[covariance_type], covariance_type)


def scikit_learn(X: gmm.Array, start: gmm.GaussianMixture, **settings: Any) -> ScikitLearn:
    """scikit-learn's fit from our start; that it warns of few iterations is intended here."""
    covariances = start.covariances
    matrices = start.covariance_type in ("full", "tied")
    model = ScikitLearn(
        start.n_components,
        covariance_type=start.covariance_type,
        weights_init=start.weights / start.weights.sum(),
        means_init=start.means,
        precisions_init=np.linalg.inv(covariances) if matrices else 1 / covariances,
        **settings,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X)


same = functools.partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-9)


# -- agreement with scikit-learn ---------------------------------------------------------------


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("K", range(1, 6))
@pytest.mark.parametrize("D", range(1, 6))
def test_each_step_agrees_with_scikit_learn(
    D: int, K: int, covariance_type: gmm.CovarianceType
) -> None:
    """100 random cases, each after 1, 2, 3 and 7 iterations from the same start."""
    rng = np.random.default_rng([D, K, TYPES.index(covariance_type)])
    X = clusters(rng, int(rng.integers(60, 300)), D, K)
    start = random_start(rng, X, K, covariance_type)
    whole = gmm.fit(X, K, covariance_type=covariance_type, init=start, max_iter=7, tol=0)
    for iterations in (1, 2, 3, 7):
        theirs = scikit_learn(X, start, max_iter=iterations, tol=0)
        step = whole.steps[2 * iterations - 1]
        assert (step.kind, step.iteration) == ("M", iterations)
        same(step.model.weights, theirs.weights_)
        same(step.model.means, theirs.means_)
        same(step.model.covariances, theirs.covariances_)
        same(step.log_likelihood / len(X), theirs.lower_bound_)
        # A run cut short is the beginning of the longer one, bit by bit.
        shorter = gmm.fit(
            X, K, covariance_type=covariance_type, init=start, max_iter=iterations, tol=0
        )
        assert np.array_equal(shorter.model.covariances, step.model.covariances)
    model = whole.model
    fresh = clusters(rng, 50, D, K)
    same(model.log_prob(fresh), theirs.score_samples(fresh))
    same(model.responsibilities(fresh), theirs.predict_proba(fresh))
    same(model.bic(X), theirs.bic(X))
    same(model.aic(X), theirs.aic(X))
    assert model.n_parameters == theirs._n_parameters()
    same(model.log_prob(X).sum(), theirs.score(X) * len(X))


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("tol", [1e-1, 1e-3, 1e-5, 1e-7])
def test_it_stops_where_scikit_learn_does(tol: float, covariance_type: gmm.CovarianceType) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        X = clusters(rng, 200, 2, 3)
        start = random_start(rng, X, 3, covariance_type)
        for max_iter in (5, 60):
            ours = gmm.fit(
                X, 3, covariance_type=covariance_type, init=start, tol=tol, max_iter=max_iter
            )
            theirs = scikit_learn(X, start, tol=tol, max_iter=max_iter)
            assert len(ours.log_likelihood) == theirs.n_iter_
            assert ours.converged == theirs.converged_
            words = f"fell below {tol:g}" if ours.converged else f"all {max_iter} iterations"
            assert words in ours.stopped


@pytest.mark.parametrize("reg_covar", [0.0, 1e-6, 0.3])
def test_regularisation_agrees_with_scikit_learn(
    reg_covar: float, rng: np.random.Generator
) -> None:
    X = clusters(rng, 150, 2, 2)
    for covariance_type in TYPES:
        start = random_start(rng, X, 2, covariance_type)
        ours = gmm.fit(
            X,
            2,
            covariance_type=covariance_type,
            init=start,
            reg_covar=reg_covar,
            tol=0,
            max_iter=4,
        )
        theirs = scikit_learn(X, start, reg_covar=reg_covar, tol=0, max_iter=4)
        same(ours.model.covariances, theirs.covariances_)


# -- Old Faithful's published figures ----------------------------------------------------------


def best(K: int, covariance_type: gmm.CovarianceType, seeds: int = 12) -> gmm.GaussianMixture:
    X = clustering.load("old_faithful").X
    models = [
        gmm.fit(
            X,
            K,
            covariance_type=covariance_type,
            tol=1e-9,
            max_iter=1000,
            rng=np.random.default_rng(seed),
        ).model
        for seed in range(seeds)
    ]
    return min(models, key=lambda model: model.bic(X))


def test_old_faithful_with_two_components() -> None:
    X = clustering.load("old_faithful").X
    model = best(2, "full", seeds=3)
    order = np.argsort(model.means[:, 0])
    assert model.log_prob(X).sum() == pytest.approx(-1130.264, abs=1e-3)
    assert model.weights[order] == pytest.approx([0.356, 0.644], abs=1e-3)
    expected = np.array([[2.036, 54.479], [4.290, 79.968]])
    np.testing.assert_allclose(model.means[order], expected, atol=1e-3)


@pytest.mark.parametrize(
    ("K", "covariance_type", "published"),
    [
        (1, "full", 2607.6),
        (2, "full", 2322.2),
        (3, "full", 2334.9),
        (4, "full", 2359.8),
        (3, "tied", 2315.6),
    ],
)
def test_old_faithfuls_bic(K: int, covariance_type: gmm.CovarianceType, published: float) -> None:
    """As scikit-learn's users get them: the likeliest of 20 starts from k-means, tol 1e-3."""
    X = clustering.load("old_faithful").X
    traces = []
    for seed in range(20):
        labels = KMeans(K, n_init=1, random_state=seed).fit(X).labels_
        start = gmm.m_step(X.T, np.eye(K)[labels].T, covariance_type, 1e-6)
        traces.append(gmm.fit(X, K, covariance_type=covariance_type, init=start, tol=1e-3))
    likeliest = max(traces, key=lambda trace: trace.log_likelihood[-1])
    assert likeliest.model.bic(X) == pytest.approx(published, abs=0.06)
    # Run to the end and from our own starts, EM finds at least as good a model.
    assert best(K, covariance_type).bic(X) <= published + 0.06


# -- what must hold of every trace -------------------------------------------------------------


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_trace(init: gmm.Start, covariance_type: gmm.CovarianceType) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        D, K = int(rng.integers(1, 5)), int(rng.integers(1, 6))
        X = clusters(rng, 400, D, K)
        trace = gmm.fit(
            X,
            K,
            covariance_type=covariance_type,
            init=init,
            reg_covar=0,
            tol=1e-8,
            max_iter=40,
            rng=rng,
        )
        # EM never lowers the likelihood (without reg_covar, which is no part of the maximum).
        assert (np.diff(trace.log_likelihood) >= -1e-9 * abs(trace.log_likelihood[-1])).all()
        assert len(trace.steps) == 2 * len(trace.log_likelihood)
        model = trace.start
        for e, m in zip(trace.steps[::2], trace.steps[1::2], strict=True):
            assert (e.kind, m.kind) == ("E", "M")
            assert e.iteration == m.iteration
            assert e.model is model
            assert m.responsibilities is e.responsibilities or np.shares_memory(
                m.responsibilities, e.responsibilities
            )
            assert e.log_likelihood == m.log_likelihood == trace.log_likelihood[e.iteration - 1]
            assert e.log_likelihood == pytest.approx(model.log_prob(X).sum(), rel=1e-12)
            np.testing.assert_allclose(e.responsibilities, model.responsibilities(X), atol=1e-14)
            np.testing.assert_allclose(e.responsibilities.sum(axis=1), 1, rtol=1e-13)
            assert e.responsibilities.shape == (400, K)
            model = m.model
        assert trace.model is model
        assert trace.model.weights.sum() == pytest.approx(1, abs=1e-14)
        assert trace.notes == ()


def test_m_step_is_the_weighted_sums(rng: np.random.Generator) -> None:
    """Written out with loops, from equations 9.24 to 9.26."""
    X = clusters(rng, 60, 2, 3)
    step = gmm.fit(X, 3, max_iter=3, tol=0, reg_covar=0, rng=rng).steps[-1]
    for k in range(3):
        N_k = sum(step.responsibilities[n, k] for n in range(60))
        mean = sum(step.responsibilities[n, k] * X[n] for n in range(60)) / N_k
        covariance = sum(
            step.responsibilities[n, k] * np.outer(X[n] - mean, X[n] - mean) for n in range(60)
        )
        same(step.model.weights[k], N_k / 60)
        same(step.model.means[k], mean)
        same(step.model.covariances[k], covariance / N_k)


def test_density_is_the_definition(rng: np.random.Generator) -> None:
    X = clusters(rng, 20, 3, 2)
    for covariance_type in TYPES:
        model = random_start(rng, X, 2, covariance_type)
        density = np.zeros(20)
        for weight, mean, cov in zip(
            model.weights, model.means, model.full_covariances(), strict=True
        ):
            d2 = ((X - mean) @ np.linalg.inv(cov) * (X - mean)).sum(axis=1)
            density += weight * np.exp(-d2 / 2) / np.sqrt((2 * np.pi) ** 3 * np.linalg.det(cov))
        same(model.log_prob(X), np.log(density))
        same(np.exp(model.log_joint(X)).sum(axis=1), density)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_samples_have_the_models_moments(covariance_type: gmm.CovarianceType) -> None:
    rng = np.random.default_rng(8)
    model = random_start(rng, clusters(rng, 50, 2, 3), 3, covariance_type)
    X, labels = model.sample(60_000, rng)
    assert X.shape == (60_000, 2)
    assert labels.shape == (60_000,)
    np.testing.assert_allclose(np.bincount(labels) / 60_000, model.weights, atol=0.01)
    for k, covariance in enumerate(model.full_covariances()):
        drawn = X[labels == k]
        size = np.sqrt(np.trace(covariance))
        np.testing.assert_allclose(drawn.mean(axis=0), model.means[k], atol=0.03 * size)
        np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.04 * size**2)
    again, _ = model.sample(5, np.random.default_rng(1))
    assert np.array_equal(again, model.sample(5, np.random.default_rng(1))[0])
    assert model.sample(0, rng)[0].shape == (0, 2)


def test_same_seed_same_trace(rng: np.random.Generator) -> None:
    X = clusters(rng, 100, 2, 3)
    one, two, other = (
        gmm.fit(X, 3, max_iter=5, rng=np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    assert np.array_equal(one.model.means, two.model.means)
    assert not np.array_equal(one.start.means, other.start.means)


def test_starts(rng: np.random.Generator) -> None:
    X = clusters(rng, 100, 2, 3)
    for covariance_type in TYPES:
        for init in ("k-means++", "random"):
            start = gmm.fit(X, 4, covariance_type=covariance_type, init=init, max_iter=1).start
            assert all(any(np.array_equal(mean, x) for x in X) for mean in start.means)
            assert len(np.unique(start.means, axis=0)) == 4
            assert (start.weights == 0.25).all()
    whole = np.cov(X.T, bias=True) + 1e-6 * np.eye(2)
    same(gmm.mixture_at(X, X[:2], covariance_type="full").covariances, [whole, whole])
    same(gmm.mixture_at(X, X[:2], covariance_type="tied").covariances, whole)
    same(gmm.mixture_at(X, X[:1], covariance_type="diag").covariances, [np.diag(whole)])
    same(gmm.mixture_at(X, X[:1], covariance_type="spherical").covariances, [whole.trace() / 2])


def test_plus_plus_prefers_far_points() -> None:
    X = np.concatenate([np.zeros((50, 2)), np.full((50, 2), 100.0)])
    X += np.random.default_rng(0).normal(size=X.shape)
    for seed in range(20):
        chosen = gmm.plus_plus(X, 2, np.random.default_rng(seed))
        assert {int(i) // 50 for i in chosen} == {0, 1}


# -- edges -------------------------------------------------------------------------------------


def finite(trace: gmm.EMTrace) -> bool:
    return all(
        np.isfinite(values).all()
        for step in trace.steps
        for values in (
            step.model.weights,
            step.model.means,
            step.model.covariances,
            step.responsibilities,
            step.log_likelihood,
        )
    )


@pytest.mark.parametrize("covariance_type", TYPES)
def test_one_component_is_the_datas_own_bell(covariance_type: gmm.CovarianceType) -> None:
    X = clusters(np.random.default_rng(1), 80, 3, 2)
    trace = gmm.fit(X, 1, covariance_type=covariance_type)
    assert trace.converged
    # The start has its mean at a point, so the second E-step gains and the third one doesn't.
    assert len(trace.log_likelihood) == 3
    same(trace.model.means[0], X.mean(axis=0))
    same(trace.model.weights, [1.0])
    assert (trace.steps[0].responsibilities == 1).all()


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize(
    ("N", "K"), [(1, 1), (2, 2), (6, 6), (6, 5)], ids=["one point", "2 of 2", "6 of 6", "5 of 6"]
)
def test_as_many_components_as_points(
    N: int, K: int, covariance_type: gmm.CovarianceType, rng: np.random.Generator
) -> None:
    X = 5 * rng.standard_normal((N, 2))
    for init in ("k-means++", "random"):
        trace = gmm.fit(X, K, covariance_type=covariance_type, init=init, max_iter=60, tol=0)
        assert finite(trace)
        assert len(trace.log_likelihood) == 60
        if N == 1:
            assert "collapsed" in trace.notes[0]


@pytest.mark.parametrize("covariance_type", TYPES)
def test_identical_points(covariance_type: gmm.CovarianceType) -> None:
    X = np.full((30, 2), 7.0)
    for K in (1, 3):
        trace = gmm.fit(X, K, covariance_type=covariance_type, max_iter=20)
        assert finite(trace)
        np.testing.assert_allclose(trace.model.means, 7.0, rtol=1e-9)
        assert len(trace.notes) == K
        assert all("collapsed" in note for note in trace.notes)


@pytest.mark.parametrize("covariance_type", ["full", "diag", "spherical"])
def test_more_components_than_distinct_points(covariance_type: gmm.CovarianceType) -> None:
    X = np.repeat([[0.0, 0.0], [10.0, 0.0]], 20, axis=0)
    trace = gmm.fit(X, 5, covariance_type=covariance_type, max_iter=50)
    assert finite(trace)
    assert any("collapsed" in note for note in trace.notes)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_a_component_far_from_all_points_is_reported_as_empty(
    covariance_type: gmm.CovarianceType,
) -> None:
    X = clusters(np.random.default_rng(2), 50, 2, 1)
    start = gmm.mixture_at(X, [[0.0, 0.0], [1e4, 1e4]], covariance_type=covariance_type)
    trace = gmm.fit(X, 2, covariance_type=covariance_type, init=start, max_iter=10)
    assert finite(trace)
    assert any(note.startswith("component 2 is empty") for note in trace.notes)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_without_regularisation_a_collapse_ends_the_run(
    covariance_type: gmm.CovarianceType,
) -> None:
    X = np.full((30, 2), 7.0)
    if covariance_type != "tied":  # a tied covariance collapses only with all of the data
        X[:10] = np.random.default_rng(1).normal(size=(10, 2))
    start = gmm.GaussianMixture(
        [0.5, 0.5],
        [[0.0, 0.0], [7.0, 7.0]],
        {
            "full": np.array([np.eye(2)] * 2),
            "tied": np.eye(2),
            "diag": np.ones((2, 2)),
            "spherical": np.ones(2),
        }[covariance_type],
        covariance_type,
    )
    trace = gmm.fit(X, 2, covariance_type=covariance_type, init=start, reg_covar=0, max_iter=500)
    assert finite(trace)
    assert not trace.converged
    assert "no longer positive definite" in trace.stopped
    assert "raise reg_covar" in trace.stopped
    assert len(trace.steps) == 2 * len(trace.log_likelihood)
    assert any("collapsed" in note for note in trace.notes)


def test_without_regularisation_a_start_that_is_singular_ends_at_once() -> None:
    trace = gmm.fit(np.full((5, 2), 3.0), 1, reg_covar=0)
    assert trace.steps == ()
    assert "component 1 collapsed" in trace.stopped


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("scale", [1e-8, 1e-3, 1e8])
def test_scale_changes_nothing_else(scale: float, covariance_type: gmm.CovarianceType) -> None:
    """x -> scale x scales means and deviations; log p(X) loses N D log scale."""
    X = clusters(np.random.default_rng(5), 150, 2, 3)

    def run(factor: float) -> gmm.EMTrace:
        return gmm.fit(
            factor * X,
            3,
            covariance_type=covariance_type,
            reg_covar=1e-6 * factor**2,
            tol=0,
            max_iter=10,
            rng=np.random.default_rng(1),
        )

    one, other = run(1.0), run(scale)
    np.testing.assert_allclose(other.model.means, scale * one.model.means, rtol=1e-7)
    np.testing.assert_allclose(other.model.weights, one.model.weights, rtol=1e-7)
    np.testing.assert_allclose(
        other.model.covariances, scale**2 * one.model.covariances, rtol=1e-7, atol=1e-9 * scale**2
    )
    np.testing.assert_allclose(
        other.log_likelihood, one.log_likelihood - 150 * 2 * np.log(scale), rtol=1e-9
    )
    assert other.notes == one.notes


@pytest.mark.parametrize("covariance_type", TYPES)
def test_data_far_from_the_origin(covariance_type: gmm.CovarianceType) -> None:
    X = clusters(np.random.default_rng(5), 150, 2, 3)
    offset = np.array([1e5, -3e5])
    one, far = (
        gmm.fit(
            data,
            3,
            covariance_type=covariance_type,
            tol=0,
            max_iter=10,
            rng=np.random.default_rng(1),
        )
        for data in (X, X + offset)
    )
    np.testing.assert_allclose(far.model.means - offset, one.model.means, atol=1e-4)
    np.testing.assert_allclose(far.model.covariances, one.model.covariances, atol=1e-4)
    np.testing.assert_allclose(far.log_likelihood, one.log_likelihood, rtol=1e-5)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_far_points_have_finite_log_densities(covariance_type: gmm.CovarianceType) -> None:
    rng = np.random.default_rng(1)
    model = random_start(rng, clusters(rng, 50, 2, 3), 3, covariance_type)
    far = np.array([[1e6, -1e6], [1e100, 0.0]])
    assert np.isfinite(model.log_prob(far)).all()
    gamma = model.responsibilities(far)
    np.testing.assert_allclose(gamma.sum(axis=1), 1)
    assert not np.exp(model.log_prob(far)).any()


def test_component_without_weight_has_no_share(rng: np.random.Generator) -> None:
    model = gmm.GaussianMixture([1.0, 0.0], [[0.0], [1.0]], [1.0, 1.0], "spherical")
    assert model.responsibilities([[0.3], [5.0]]).tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert not model.sample(100, rng)[1].any()


# -- messages ----------------------------------------------------------------------------------

POINTS = np.arange(20.0).reshape(10, 2) ** 1.1
HOLE = POINTS.copy()
HOLE[3, 1] = np.nan
ENDLESS = POINTS.copy()
ENDLESS[7, 0] = np.inf


@pytest.mark.parametrize(
    ("X", "settings", "message"),
    [
        (POINTS[:, 0], {}, r"X must have shape \(N, D\) .* got \(10,\)"),
        (np.zeros((0, 2)), {}, r"X must have shape \(N, D\) .* got \(0, 2\)"),
        (np.zeros((3, 0)), {}, r"X must have shape \(N, D\) .* got \(3, 0\)"),
        (np.zeros((3, 2, 2)), {}, r"got \(3, 2, 2\)"),
        (HOLE, {}, "X must be finite numbers; row 3, column 1 is nan"),
        (ENDLESS, {}, "X must be finite numbers; row 7, column 0 is inf"),
        (POINTS, {"n_components": 0}, "n_components must be from 1 to .* 10; got 0"),
        (POINTS, {"n_components": -2}, "got -2"),
        (POINTS, {"n_components": 11}, "n_components must be from 1 to .* 10; got 11"),
        (
            POINTS,
            {"covariance_type": "round"},
            "covariance_type must be one of full, tied, diag, spherical; got 'round'",
        ),
        (POINTS, {"init": "best"}, "init must be 'k-means\\+\\+', 'random' .*; got 'best'"),
        (POINTS, {"reg_covar": -1e-9}, "reg_covar must be a number of at least 0; got -1e-09"),
        (POINTS, {"reg_covar": float("nan")}, "reg_covar must be .* got nan"),
        (POINTS, {"tol": -1}, "tol must be a number of at least 0; got -1"),
        (POINTS, {"tol": float("inf")}, "tol must be .* got inf"),
        (POINTS, {"max_iter": 0}, "max_iter must be at least 1; got 0"),
        (
            POINTS,
            {"init": gmm.mixture_at(POINTS, POINTS[:3], covariance_type="full")},
            "init must have 2 components with full covariances; got 3 with full",
        ),
        (
            POINTS,
            {"init": gmm.mixture_at(POINTS, POINTS[:2], covariance_type="diag")},
            "init must have 2 components with full covariances; got 2 with diag",
        ),
        (
            POINTS,
            {"init": gmm.GaussianMixture([0.5, 0.5], [[0.0], [1.0]], np.ones((2, 1, 1)))},
            "init must have 2 features, as X has; got 1",
        ),
    ],
)
def test_what_cannot_be_fitted_says_so(X: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gmm.fit(X, **{"n_components": 2, **settings})


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "covariance_type", "message"),
    [
        ([0.5, 0.6], [[0.0], [1.0]], [1.0, 1.0], "spherical", "sum to 1; they sum to 1.1"),
        ([-0.5, 1.5], [[0.0], [1.0]], [1.0, 1.0], "spherical", "weights must be at least 0"),
        ([[1.0]], [[0.0]], [1.0], "spherical", r"weights must have shape \(K,\); got \(1, 1\)"),
        ([], np.zeros((0, 1)), [], "spherical", r"weights must have shape \(K,\); got \(0,\)"),
        ([1.0], [0.0], [1.0], "spherical", r"means must have shape \(1, D\); got \(1,\)"),
        ([1.0], [[0.0], [1.0]], [1.0], "spherical", r"means must have shape \(1, D\)"),
        ([1.0], [[0.0]], [1.0], "full", r"full covariances .* \(1, 1, 1\); got \(1,\)"),
        ([1.0], [[0.0, 1.0]], [1.0], "tied", r"tied covariances .* \(2, 2\); got \(1,\)"),
        ([1.0], [[0.0]], [float("nan")], "spherical", "covariances must be finite numbers"),
        ([1.0], [[float("inf")]], [1.0], "spherical", "means must be finite numbers"),
        ([1.0], [[0.0]], [1.0], "oval", "covariance_type must be one of full.*; got 'oval'"),
    ],
)
def test_what_is_no_mixture_says_so(
    weights: Any, means: Any, covariances: Any, covariance_type: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        gmm.GaussianMixture(weights, means, covariances, covariance_type)


@pytest.mark.parametrize(
    ("covariances", "covariance_type"),
    [
        ([[[1.0, 2.0], [2.0, 1.0]]], "full"),
        ([[1.0, 2.0], [2.0, 1.0]], "tied"),
        ([[1.0, 0.0]], "diag"),
        ([-1.0], "spherical"),
    ],
)
def test_covariances_that_are_not_positive_definite_end_the_run_before_its_first_step(
    covariances: Any, covariance_type: gmm.CovarianceType
) -> None:
    start = gmm.GaussianMixture([1.0], [[0.0, 0.0]], covariances, covariance_type)
    trace = gmm.fit(POINTS, 1, covariance_type=covariance_type, init=start)
    assert trace.steps == ()
    assert not trace.converged
    assert "no longer positive definite" in trace.stopped


def test_methods_check_their_points(rng: np.random.Generator) -> None:
    model = gmm.mixture_at(POINTS, POINTS[:2], covariance_type="full")
    for method in (model.log_prob, model.log_joint, model.responsibilities, model.bic, model.aic):
        with pytest.raises(ValueError, match="X must have 2 columns; got 3"):
            method(np.zeros((4, 3)))
        with pytest.raises(ValueError, match="row 3, column 1 is nan"):
            method(HOLE)
    with pytest.raises(ValueError, match="n must be at least 0; got -1"):
        model.sample(-1, rng)


@pytest.mark.parametrize(
    ("K", "D", "expected"),
    [(1, 1, (2, 2, 2, 2)), (3, 2, (17, 11, 14, 11)), (2, 4, (29, 19, 17, 11))],
)
def test_parameters_are_counted(K: int, D: int, expected: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, D))
    found = tuple(random_start(rng, X, K, t).n_parameters for t in TYPES)
    assert found == expected
