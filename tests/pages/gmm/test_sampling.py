"""Draws from a mixture: reproducible, prefixes of each other, with the model's own moments."""

import json

import numpy as np
import pytest

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.gmm.sampling import draw
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.gmm.em import opened_sample as arithmetic
from pages.gmm.em import sampling
from pages.gmm.em.sampler import step_of
from pages.gmm.mixture_run import Setup

MODEL = gmm.GaussianMixture(
    np.array([0.2, 0.5, 0.3]),
    np.array([[0.0, 0.0], [5.0, 1.0], [-3.0, 4.0]]),
    np.array([[[1.0, 0.5], [0.5, 2.0]], [[0.3, 0.0], [0.0, 0.1]], [[2.0, -1.0], [-1.0, 1.0]]]),
)


def test_draws_have_the_model_s_moments():
    n = 20_000
    found = draw(MODEL, n, rng=np.random.default_rng(1))
    for k in range(3):
        own = found.x[found.components == k]
        # Four standard errors: a wrong factor or weight is many more away.
        share = len(own) / n
        assert abs(share - MODEL.weights[k]) < 4 * np.sqrt(MODEL.weights[k] / n)
        spread = np.sqrt(np.diag(MODEL.covariances[k]))
        assert (abs(own.mean(axis=0) - MODEL.means[k]) < 4 * spread / np.sqrt(len(own))).all()
        np.testing.assert_allclose(
            np.cov(own.T), MODEL.covariances[k], atol=4 * spread.max() ** 2 * np.sqrt(2 / len(own))
        )


def test_the_same_seed_draws_the_same_and_fewer_are_the_first_of_more():
    many = draw(MODEL, 50, rng=np.random.default_rng(7))
    few = draw(MODEL, 20, rng=np.random.default_rng(7))
    np.testing.assert_array_equal(few.x, many.x[:20])
    np.testing.assert_array_equal(few.components, many.components[:20])


def test_the_edges():
    none = draw(MODEL, 0, rng=np.random.default_rng(0))
    assert none.x.shape == (0, 2)
    with pytest.raises(ValueError, match="n must be at least 0; got -1"):
        draw(MODEL, -1, rng=np.random.default_rng(0))
    sure = gmm.GaussianMixture(np.array([0.0, 1.0]), np.zeros((2, 1)), np.ones((2, 1, 1)))
    assert (draw(sure, 200, rng=np.random.default_rng(0)).components == 1).all()


@pytest.mark.parametrize("n", [0, 3, 19])
def test_opened_numbers_are_their_sums(n: int):
    found = draw(MODEL, 20, rng=np.random.default_rng(2))
    opened = arithmetic.pick(MODEL, found, n)
    assert opened.value == found.components[n] + 1
    assert evaluate(opened.expression) == opened.value
    for axis in (0, 1):
        opened = arithmetic.place(MODEL, found, n, axis)
        assert evaluate(opened.expression) == pytest.approx(found.x[n, axis], abs=1e-12)


def test_the_payload_is_plain_and_has_a_line_a_half_step():
    setup = Setup(clustering.load("old_faithful"), 3)
    prepared = sampling.payload(setup, 50, 0)
    assert len(prepared["statuses"]) == 101
    json.dumps(encode(prepared), allow_nan=False)
    table = sampling.moments(setup, 50, 0, 100)
    assert sum(map(int, table["drawn"])) == 50


@pytest.mark.parametrize(
    "said, step",
    [
        ({"trace": "t", "step": 4}, 4),
        ({"trace": "old", "step": 4}, 7),
        ({"trace": "t", "step": -1}, 0),
        ({"trace": "t", "step": True}, 0),
        ({"trace": "t", "step": "x"}, 0),
        (None, 7),
        ([1], 7),
    ],
)
def test_forged_words_are_not_believed(said, step):
    assert step_of(said, "t", {"token": "a", "step": 7}) == step
