"""Ten starts: each its own run, ends grouped whatever the components' order."""

import numpy as np
import pytest

from genmodels import gmm
from genmodels.datasets import clustering
from pages.gmm.em import guarantee
from pages.gmm.em import restarts as runs
from pages.gmm.em.figures import curves
from pages.gmm.mixture_run import Setup, fitted


def test_each_run_is_the_one_of_its_seed():
    setup = Setup(clustering.load("blobs"), 3, init="random", seed=4)
    found = runs.restarts(setup)
    assert [s.setup.seed for s in found.starts] == list(range(4, 14))
    for start in found.starts:
        assert start.trace is fitted(start.setup)
        expected = start.trace.model.log_prob(setup.points.X).sum()
        assert start.log_likelihood == pytest.approx(expected, abs=1e-9)
    assert sum(found.counts.values()) == 10


def test_the_bad_start_is_another_optimum():
    found = runs.restarts(Setup(clustering.load("blobs"), 3, init="random", seed=0))
    best, bad = found.starts[found.best], found.starts[6]
    assert best.optimum == "A"
    assert bad.optimum != "A"
    assert bad.log_likelihood < best.log_likelihood - 100
    assert "end in" in runs.sentence(found)


def test_one_component_has_one_optimum():
    found = runs.restarts(Setup(clustering.load("old_faithful"), 1))
    assert found.counts == {"A": 10}
    assert runs.sentence(found) == "All ten starts end in the same place."


def test_the_order_of_components_makes_no_other_optimum():
    points = clustering.load("blobs")
    trace = fitted(Setup(points, 3))
    turned = gmm.fit(
        points.X,
        3,
        init=gmm.GaussianMixture(
            trace.start.weights[::-1], trace.start.means[::-1], trace.start.covariances[::-1]
        ),
        tol=1e-4,
        max_iter=150,
    )
    a, b = (float(t.model.log_prob(points.X).sum()) for t in (trace, turned))
    assert runs._same(trace, turned, a, b, points.X)
    assert not np.allclose(trace.model.means, turned.model.means)


def test_every_run_is_a_line_and_each_optimum_named_once():
    found = runs.restarts(Setup(clustering.load("blobs"), 3, init="random", seed=0))
    figure = curves(found, (found.best, found.worst))
    assert len(figure.data) == 10
    assert sum(bool(line.showlegend) for line in figure.data) == len(found.counts)
    np.testing.assert_array_equal(figure.data[3].y, found.starts[3].trace.log_likelihood)


def test_a_collapse_is_no_optimum():
    found = runs.restarts(Setup(clustering.load("penguins"), 10, "diag", seed=3, reg_covar=0.0))
    assert found.starts[0].log_likelihood == float("inf")
    assert "no optimum" in runs.sentence(found)


def test_a_floor_that_lowers_the_bound_is_told():
    setup = Setup(clustering.load("unequal"), 3, reg_covar=1.0)
    words = guarantee.payload(setup)["statuses"]
    fell = [i for i in range(2, len(words), 2) if np.diff(guarantee.along(setup).bound)[i - 1] < 0]
    assert fell
    assert all("The floor on the variances cost this" in words[i] for i in fell)
