"""Opened distances, inertia, accuracy and ARI evaluate to what others compute."""

import math

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from genmodels import gmm, kmeans
from genmodels.datasets import clustering
from genmodels.kit.opened import Opened, evaluate
from pages.gmm import gmm_opened as arithmetic
from pages.gmm import partition_opened as partition


def check(opened: Opened) -> None:
    assert opened.title
    assert opened.formula
    assert math.isclose(evaluate(opened.expression), opened.value, rel_tol=1e-9, abs_tol=1e-12)
    for row in opened.rows:
        got = evaluate(row.expression)
        assert math.isclose(got, row.value, rel_tol=1e-9, abs_tol=1e-12), row.label


@pytest.mark.parametrize("name", clustering.DATASETS)
def test_the_nearest_centre_and_the_inertia(name: str, rng: np.random.Generator) -> None:
    X = clustering.load(name).X
    trace = kmeans.fit(X, 4, rng=rng)
    for x in X[::97]:
        opened = partition.nearest(trace.centres, x, "here")
        check(opened)
        d2 = ((trace.centres - x) ** 2).sum(axis=1)
        assert [row.chosen for row in opened.rows] == (np.arange(4) == d2.argmin()).tolist()
        assert opened.value == pytest.approx(d2.min())
    for step in trace.steps[:4]:
        opened = partition.inertia(step, X)
        check(opened)
        assert opened.value == step.inertia
        assert sum(row.value for row in opened.rows) == pytest.approx(step.inertia)


def test_an_empty_cluster_adds_nothing_to_the_inertia() -> None:
    trace = kmeans.fit(np.full((5, 2), 1.5), 2)
    opened = partition.inertia(trace.steps[-1], np.full((5, 2), 1.5))
    check(opened)
    assert opened.value == 0


@pytest.mark.parametrize("K", [1, 2, 3, 7])
@pytest.mark.parametrize("name", ["penguins", "vowels", "moons", "unequal"])
def test_accuracy_and_ari_are_the_references(name: str, K: int, rng: np.random.Generator) -> None:
    points = clustering.load(name)
    assert points.labels is not None
    clusters = kmeans.fit(points.X, K, rng=rng).labels
    opened = partition.accuracy(clusters, points.labels, K, points.label_names, "k-means")
    check(opened)
    table = np.array(
        [
            [np.sum((clusters == k) & (points.labels == c)) for c in range(len(points.label_names))]
            for k in range(K)
        ]
    )
    best = table[linear_sum_assignment(table, maximize=True)].sum()
    assert opened.value == pytest.approx(best / len(clusters), abs=1e-15)
    ari = partition.adjusted_rand(clusters, points.labels, "k-means")
    check(ari)
    assert ari.value == pytest.approx(adjusted_rand_score(points.labels, clusters), abs=1e-12)


@pytest.mark.parametrize(
    "ours, theirs",
    [([0, 0, 0], [0, 0, 0]), ([0, 1, 2], [2, 1, 0]), ([0], [0]), ([0, 0, 1], [1, 1, 0])],
)
def test_partitions_that_are_one_have_ari_one(ours: list[int], theirs: list[int]) -> None:
    opened = partition.adjusted_rand(np.array(ours), np.array(theirs), "t")
    check(opened)
    assert opened.value == 1


def test_disagreements_are_counted_by_pair() -> None:
    ours, theirs = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 1, 0])
    opened = partition.disagreement(ours, theirs, 3, "t")
    check(opened)
    assert opened.value == 4
    assert [(row.label, row.value) for row in opened.rows] == [
        ("k-means 3, mixture 2", 2),
        ("k-means 1, mixture 2", 1),
        ("k-means 3, mixture 1", 1),
    ]
    check(partition.disagreement(ours, ours, 3, "t"))


@pytest.mark.parametrize("covariance_type", gmm.COVARIANCE_TYPES)
def test_responsibilities_open_at_any_place(
    covariance_type: gmm.CovarianceType, rng: np.random.Generator
) -> None:
    X = clustering.load("old_faithful").X
    model = gmm.fit(X, 3, covariance_type=covariance_type, rng=rng).model
    for x in [X[3], np.array([3.1, 70.0]), np.array([1e3, -1e3])]:
        gamma = model.responsibilities(x[None])[0]
        for k in range(3):
            opened = arithmetic.responsibility_at(model, x, k, "The probe")
            check(opened)
            assert opened.value == gamma[k]
    with pytest.raises(ValueError, match="k must be from 0 to 2; got 3"):
        arithmetic.responsibility_at(model, X[0], 3, "t")
