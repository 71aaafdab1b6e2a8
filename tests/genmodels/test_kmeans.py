"""Lloyd's algorithm against scikit-learn's, its edges, and what it promises."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.cluster import KMeans

from genmodels import kmeans
from genmodels.datasets import clustering


def reference(X: np.ndarray, centres: np.ndarray, **options: float) -> KMeans:
    settings = {"max_iter": 1000, "tol": 0.0, **options}
    return KMeans(len(centres), init=centres, n_init=1, algorithm="lloyd", **settings).fit(X)


@pytest.mark.parametrize("K", [1, 2, 3, 7])
@pytest.mark.parametrize("name", clustering.DATASETS)
def test_it_ends_where_scikit_learn_does(name: str, K: int, rng: np.random.Generator) -> None:
    # Data written to a tenth hold exact ties, which rounding decides: a millionth breaks them.
    X = clustering.load(name).X
    X = X + 1e-6 * X.std(axis=0) * rng.normal(size=X.shape)
    centres = X[rng.choice(len(X), size=K, replace=False)]
    trace = kmeans.fit(X, K, init=centres)
    expected = reference(X, centres)
    scale = np.abs(X).max()
    np.testing.assert_allclose(trace.centres, expected.cluster_centers_, atol=1e-9 * scale)
    assert trace.inertia == pytest.approx(expected.inertia_, rel=1e-9)
    assert np.array_equal(trace.labels, expected.labels_)
    assert trace.converged
    assert np.array_equal(trace.start, centres)


@pytest.mark.parametrize("iterations", [1, 2, 3, 5])
def test_every_iteration_is_scikit_learns(iterations: int, rng: np.random.Generator) -> None:
    X = rng.normal(size=(400, 3)) * [1, 5, 0.2]
    centres = X[:6]
    trace = kmeans.fit(X, 6, init=centres, max_iter=iterations)
    expected = KMeans(6, init=centres, n_init=1, max_iter=iterations, tol=0.0).fit(X)
    np.testing.assert_allclose(trace.centres, expected.cluster_centers_, atol=1e-9)
    assert trace.inertia == pytest.approx(expected.inertia_, rel=1e-9)
    assert not trace.converged
    assert trace.stopped == f"all {iterations} iterations were run"


def test_tol_stops_where_scikit_learns_does(rng: np.random.Generator) -> None:
    X = rng.normal(size=(3000, 2))
    centres = X[:8]
    trace = kmeans.fit(X, 8, init=centres, tol=1e-3)
    expected = reference(X, centres, tol=1e-3)
    np.testing.assert_allclose(trace.centres, expected.cluster_centers_, atol=1e-9)
    assert trace.steps[-1].iteration - 1 == expected.n_iter_
    assert len(trace.steps) < len(kmeans.fit(X, 8, init=centres).steps)


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_inertia_never_rises_and_the_steps_are_what_they_say(
    init: kmeans.Start, rng: np.random.Generator
) -> None:
    X = rng.normal(size=(200, 2)) + 3 * rng.integers(0, 3, size=(200, 1))
    trace = kmeans.fit(X, 5, init=init, rng=rng)
    inertia = [step.inertia for step in trace.steps]
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(inertia))
    assert [s.kind for s in trace.steps] == (["assign", "move"] * len(inertia))[: len(inertia)]
    assert trace.steps[-1].kind == "assign"
    for step in trace.steps:
        if step.kind == "assign":
            d2 = ((X[:, None] - step.centres) ** 2).sum(axis=2)
            assert np.array_equal(step.labels, d2.argmin(axis=1))
        else:
            for k in range(5):
                mean = X[step.labels == k].mean(axis=0)
                np.testing.assert_allclose(step.centres[k], mean, atol=1e-12)
    assert {tuple(c) for c in trace.start} <= {tuple(x) for x in X}


def test_one_generator_gives_one_run() -> None:
    X = clustering.load("penguins").X
    one, two, other = (kmeans.fit(X, 4, rng=np.random.default_rng(s)) for s in (3, 3, 4))
    assert np.array_equal(one.start, two.start)
    assert np.array_equal(one.centres, two.centres)
    assert not np.array_equal(one.start, other.start)


def test_an_empty_cluster_takes_the_farthest_point() -> None:
    X = np.array([[0.0, 0], [1, 0], [10, 0], [11, 0], [30, 0]])
    centres = np.array([[0.5, 0], [11.0, 0], [500.0, 0]])
    trace = kmeans.fit(X, 3, init=centres)
    assert trace.notes == ("cluster 3 was empty: it takes point 5, the farthest out",)
    np.testing.assert_allclose(trace.centres, [[0.5, 0], [10.5, 0], [30, 0]])
    expected = reference(X, centres)
    np.testing.assert_allclose(trace.centres, expected.cluster_centers_, atol=1e-9)
    inertia = [step.inertia for step in trace.steps]
    assert inertia == sorted(inertia, reverse=True)


def test_two_empty_clusters_take_two_points(rng: np.random.Generator) -> None:
    X = rng.normal(size=(50, 2))
    centres = np.array([[0.0, 0], [90, 90], [-90, 90], [0.5, 0.5]])
    trace = kmeans.fit(X, 4, init=centres)
    assert len(trace.notes) == 2
    assert len(set(trace.labels.tolist())) == 4
    expected = reference(X, centres)
    assert trace.inertia == pytest.approx(expected.inertia_, rel=1e-9)


def test_edges() -> None:
    X = np.array([[1.0, 2], [3, 4], [5, 9]])
    one = kmeans.fit(X, 1)
    np.testing.assert_allclose(one.centres, X.mean(axis=0, keepdims=True))
    assert one.inertia == pytest.approx(((X - X.mean(axis=0)) ** 2).sum())
    every = kmeans.fit(X, 3)
    assert every.inertia == 0
    assert sorted(map(tuple, every.centres)) == sorted(map(tuple, X))
    alone = kmeans.fit([[7.0, 8.0]], 1)
    assert alone.centres.tolist() == [[7.0, 8.0]]
    assert alone.converged


def test_of_equally_near_centres_the_first_takes_the_point() -> None:
    labels, inertia = kmeans.assign(np.array([[0.0, 1], [0, -3]]), np.array([[-2.0, 0], [2, 0]]))
    assert labels.tolist() == [0, 0]
    assert inertia == 5 + 13


def test_identical_points_leave_clusters_empty_and_say_so() -> None:
    trace = kmeans.fit(np.full((6, 2), 4.0), 3)
    assert trace.inertia == 0
    assert set(trace.labels.tolist()) == {0}
    assert any("cluster 2 is empty" in note for note in trace.notes)
    assert np.isfinite(trace.centres).all()


@pytest.mark.parametrize(
    "change, words",
    [
        ({"X": [[1.0, np.nan]]}, "X must be finite numbers; row 0, column 1 is nan"),
        ({"X": []}, "X must have shape (N, D)"),
        ({"K": 0}, "K must be from 1 to the number of points, 4; got 0"),
        ({"K": 5}, "K must be from 1 to the number of points, 4; got 5"),
        ({"init": "best"}, "init must be 'k-means++', 'random' or centres; got 'best'"),
        ({"init": [[1.0, 2.0]]}, "init must have shape (2, 2); got (1, 2)"),
        ({"init": [[1.0, np.inf], [0, 0]]}, "must be finite"),
        ({"max_iter": 0}, "max_iter must be at least 1; got 0"),
        ({"tol": -1.0}, "tol must be a number of at least 0; got -1.0"),
        ({"tol": np.nan}, "tol must be a number of at least 0; got nan"),
    ],
)
def test_what_cannot_be_fitted_is_told(change: dict, words: str) -> None:
    settings = {"X": np.arange(8.0).reshape(4, 2), "K": 2, **change}
    with pytest.raises(ValueError) as error:
        kmeans.fit(settings.pop("X"), settings.pop("K"), **settings)
    assert words in str(error.value)


def test_distances_need_the_same_features() -> None:
    with pytest.raises(ValueError, match="centres must have 2 features; got 3"):
        kmeans.squared_distances(np.zeros((3, 2)), np.zeros((1, 3)))
