"""The sweep over K: figures of the literature, scikit-learn's criteria, folds against a loop."""

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture as ScikitLearn

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.kit import jobs, own_data
from genmodels.kit.opened import evaluate
from pages.gmm import choose_k
from pages.gmm.choose_k_figures import criterion
from pages.gmm.mixture_run import Setup

FAITHFUL = clustering.load("old_faithful")


def cell(covariance: gmm.CovarianceType, K: int, points=FAITHFUL, reg=1e-6) -> choose_k.Fit:
    return choose_k.fit_cell(points, "k-means++", 0, reg, (covariance, K))


def test_old_faithful_s_best_k_depends_on_the_covariance_type():
    full = [cell("full", K) for K in (1, 2, 3, 4)]
    tied = [cell("tied", K) for K in (1, 2, 3, 4)]
    assert [round(f.bic, 1) for f in full[:2]] == [2607.6, 2322.2]
    assert choose_k.best(full, "BIC").K == 2
    assert choose_k.best(tied, "BIC").K == 3
    assert choose_k.best(tied, "BIC").bic < 2315.7  # the reference's, from one start, 2315.6
    assert "depends on the shape" in choose_k.sentence(full + tied)


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
def test_criteria_are_scikit_learn_s(covariance: gmm.CovarianceType):
    fit = cell(covariance, 2)
    peer = ScikitLearn(2, covariance_type=covariance)
    peer.weights_, peer.means_ = fit.model.weights, fit.model.means
    peer.covariances_ = fit.model.covariances
    if covariance in ("full", "tied"):  # the factor P of the precision, P P^T
        cholesky = np.linalg.cholesky(peer.covariances_)
        peer.precisions_cholesky_ = np.swapaxes(np.linalg.inv(cholesky), -1, -2)
    else:
        peer.precisions_cholesky_ = 1 / np.sqrt(peer.covariances_)
    assert fit.bic == pytest.approx(peer.bic(FAITHFUL.X), abs=1e-6)
    assert fit.aic == pytest.approx(peer.aic(FAITHFUL.X), abs=1e-6)


def test_folds_hold_every_point_out_once():
    fit = cell("diag", 2)
    assert sum(n for _, n in fit.folds) == len(FAITHFUL.X)
    # The first fold by hand, for one component, which has one fit.
    one = cell("full", 1)
    order = np.random.default_rng(0).permutation(272)
    part = np.array_split(order, 5)[0]
    kept = np.setdiff1d(order, part)
    mean = FAITHFUL.X[kept].mean(axis=0)
    S = np.cov(FAITHFUL.X[kept].T, bias=True) + 1e-6 * np.eye(2)
    d = FAITHFUL.X[part] - mean
    expected = -0.5 * np.einsum("ni,ij,nj->n", d, np.linalg.inv(S), d) - np.log(
        2 * np.pi * np.sqrt(np.linalg.det(S))
    )
    assert one.folds[0] == (pytest.approx(expected.sum(), abs=1e-9), len(part))
    opened = choose_k.held_out_opened(fit)
    assert evaluate(opened.expression) == pytest.approx(fit.held_out, abs=1e-12)


def test_few_points_have_few_k_and_a_spike_is_told():
    own = own_data.own(np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 1.0]])).points
    sweep = choose_k.sweep_of(Setup(own, reg_covar=0.0))
    assert max(K for _, K in sweep.cells()) == 3
    job = choose_k.watched(sweep, "a test")
    assert jobs.wait(job, lambda job: job.finished, 60)
    assert job.failed is None
    assert "without width" in str(job.snapshot()[("full", 3)])


def test_a_sweep_left_keeps_what_it_has_and_goes_on():
    sweep = choose_k.Sweep(clustering.load("unequal"), "k-means++", 5, 1e-6)
    job = choose_k.watched(sweep, "a test")
    assert jobs.wait(job, lambda job: job.done >= 2, 60)
    jobs.leave(sweep, "a test")
    assert jobs.wait(job, lambda job: jobs.ahead(job) is None, 60)
    kept = job.snapshot()
    assert 2 <= len(kept) < job.total
    again = choose_k.watched(sweep, "a test")
    assert again is job
    assert jobs.wait(job, lambda job: job.done > len(kept), 60)
    assert all(job.snapshot()[cell] is fit for cell, fit in kept.items())
    jobs.leave(sweep, "a test")


def test_the_same_question_is_asked_once():
    assert choose_k.sweep_of(Setup(FAITHFUL, 2)) == choose_k.sweep_of(Setup(FAITHFUL, 7, "tied"))
    assert choose_k.sweep_of(Setup(FAITHFUL, 2)) != choose_k.sweep_of(Setup(FAITHFUL, 2, seed=1))


@pytest.mark.parametrize("name", choose_k.CRITERIA)
def test_the_figure_holds_every_fit(name: str):
    fits = [cell("full", 1), cell("full", 2), cell("tied", 2)]
    figure = criterion(fits, name, ("tied", 2))
    field = choose_k.CRITERIA[name][0]
    assert list(figure.data[0].y) == [getattr(f, field) for f in fits[:2]]
    assert figure.data[1].customdata[0][:2] == ["tied", 2]
