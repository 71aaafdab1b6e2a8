"""High dimension: the same clusters at every d, counts as sums, the curse as it must show."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from genmodels import gmm
from genmodels.kit import jobs
from genmodels.kit.opened import evaluate
from pages.gmm.dimension import case as dimension
from pages.gmm.dimension.figures import study


def test_more_dimensions_only_add_columns():
    few, labels = dimension.points(5, 60, 0)
    many, same = dimension.points(100, 60, 0)
    np.testing.assert_array_equal(few, many[:, :5])
    np.testing.assert_array_equal(labels, same)
    assert abs(many[:, 2:].mean()) < 0.1
    assert abs(many[:, 2:].std() - 1) < 0.1


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("d", dimension.DIMENSIONS)
def test_the_count_is_the_model_s(covariance: gmm.CovarianceType, d: int):
    opened = dimension.parameters_opened(d, covariance)
    X, _ = dimension.points(d, 60, 0)
    model = gmm.fit(X, 3, covariance_type=covariance, max_iter=1).model
    assert opened.value == model.n_parameters == evaluate(opened.expression)


def test_a_fit_is_scored_on_points_it_has_not_seen():
    fit = dimension.fit(5, "diag", 120, 0)
    X, _ = dimension.points(5, 120, 0)
    fresh, truth = dimension.points(5, 1000, 10_000)
    assert not set(map(tuple, X.tolist())) & set(map(tuple, fresh.tolist()))
    models = [
        gmm.fit(X, 3, covariance_type="diag", tol=1e-3, max_iter=60, rng=np.random.default_rng(s))
        for s in range(3)
    ]
    best = max(models, key=lambda t: t.model.log_prob(X).mean()).model
    assert fit.held_out == pytest.approx(best.log_prob(fresh).mean(), abs=1e-9)
    labels = best.responsibilities(fresh).argmax(axis=1)
    assert fit.ari == pytest.approx(adjusted_rand_score(truth, labels), abs=1e-12)


def test_full_covariances_fail_where_parameters_outnumber_points():
    full, spherical = dimension.fit(50, "full", 120, 0), dimension.fit(50, "spherical", 120, 0)
    assert full.n_parameters > 120 * 30
    assert full.train > spherical.train + 50
    assert full.held_out < spherical.held_out - 30
    assert spherical.ari > 0.9 > full.ari


def test_the_study_runs_in_a_job_and_its_figure_holds_all():
    one = dimension.Study(60, 3)
    job = dimension.watched(one, "a test")
    assert jobs.wait(job, lambda job: job.finished, 120)
    assert job.failed is None
    fits = list(job.snapshot().values())
    assert len(fits) == 28
    assert len(study(fits, 60).data) == 12
    assert len(dimension.table_rows(fits)) == 28


def test_the_script_agrees_in_the_plane():
    """In two dimensions every start ends in the same place, so both agree closely."""
    ran = subprocess.run(
        [sys.executable, "-"],
        input=dimension.script(2, "spherical", 500, 0),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = {
        name: ast.literal_eval(value)
        for name, _, value in (line.rpartition(" ") for line in ran.stdout.splitlines())
    }
    fit = dimension.fit(2, "spherical", 500, 0)
    assert said["train"] == pytest.approx(fit.train, abs=2e-3)
    assert said["held out"] == pytest.approx(fit.held_out, abs=5e-3)
    assert said["ARI"] == pytest.approx(fit.ari, abs=0.01)
