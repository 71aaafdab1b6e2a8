"""Penguins: the reference's figures, projections as marginals, scores against scikit-learn."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.metrics import adjusted_rand_score

from genmodels import gmm
from genmodels.datasets import penguins
from genmodels.kit.opened import evaluate
from pages.gmm.clustering import case as run

BIRDS = penguins.load()


def test_the_data_are_whole():
    assert BIRDS.X.shape == (342, 4)
    assert np.bincount(BIRDS.species).tolist() == [151, 68, 123]
    assert BIRDS.names == ("Adelie", "Chinstrap", "Gentoo")


def test_four_measurements_find_the_species():
    found = run.cluster(run.Settings())
    assert found.bic == pytest.approx(2553.6, abs=0.05)
    ours, theirs = run.scores(found)
    assert ours == pytest.approx(0.960, abs=0.0005)
    assert theirs == pytest.approx(0.793, abs=0.0005)
    assert found.matching.right / 342 == pytest.approx(0.985, abs=0.001)
    assert len(run.wrong(found)) == 342 - found.matching.right
    for name, number in run.openable(found).items():
        opened = number()
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-12), name


def test_two_bill_measurements_find_fewer():
    ours, _ = run.scores(run.cluster(run.Settings(columns=(0, 1))))
    assert ours == pytest.approx(0.912, abs=0.005)


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("K", [1, 2, 5])
def test_scores_are_scikit_learn_s(covariance: gmm.CovarianceType, K: int):
    found = run.cluster(run.Settings((0, 2, 3), K, covariance, False, 3))
    ours, theirs = run.scores(found)
    assert ours == pytest.approx(adjusted_rand_score(BIRDS.species, found.labels), abs=1e-12)
    peer = adjusted_rand_score(BIRDS.species, found.kmeans_labels)
    assert theirs == pytest.approx(peer, abs=1e-12)


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
def test_a_projection_is_the_marginal_density(covariance: gmm.CovarianceType):
    model = run.cluster(run.Settings(covariance=covariance)).trace.model
    flat = run.marginal(model, (3, 1))
    x = np.array([[0.3, -0.7]])
    expected = sum(
        w * multivariate_normal.pdf(x[0], m[[3, 1]], S[np.ix_([3, 1], [3, 1])])
        for w, m, S in zip(model.weights, model.means, model.full_covariances(), strict=True)
    )
    assert np.exp(flat.log_prob(x)[0]) == pytest.approx(expected, rel=1e-12)


def test_the_script_prints_the_page_s_ari():
    found = run.cluster(run.Settings())
    ran = subprocess.run(
        [sys.executable, "-"], input=run.script(found), capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    said = dict(line.split(" ", 1) for line in ran.stdout.splitlines())
    assert ast.literal_eval(said["ARI"]) == pytest.approx(run.scores(found)[0], abs=1e-9)
    assert ast.literal_eval(said["BIC"]) == pytest.approx(found.bic, abs=1e-3)


@pytest.mark.parametrize("text", ["", "0", "00", "07", "4", "abcd", "0123456789" * 50, "01 "])
def test_bad_columns_are_told(text: str):
    columns, message = run.checked_columns(text)
    assert columns == (0, 1, 2, 3)
    assert message
    assert "two to four of 0123" in message
