"""The family in NumPy arrays: the numbers that the models give, and words for what is none."""

import numpy as np
import pytest
import torch

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import arrays

X = mnist.shown().x[:6]
Y = mnist.shown().labels[:6]


@pytest.mark.parametrize("name", ["mnist-2d", "beta-4", "mnist-16", "without-digit"])
def test_they_are_the_models(name: str) -> None:
    model = vae.shared(name)
    mu, log_var = arrays.encode(model, X)
    assert mu.shape == log_var.shape == (6, model.latent)
    assert mu.dtype == np.float64
    expected = model.encode(torch.from_numpy(X.astype(np.float32)))[0].numpy()
    np.testing.assert_array_equal(mu, expected)
    frozen = mu.astype(np.float32)
    frozen.setflags(write=False)
    y = arrays.decode(model, frozen)
    assert y.shape == (6, 784)
    assert y.min() >= 0
    assert y.max() <= 1
    found = arrays.scores(model, X, rng=np.random.default_rng(0), n_draws=3)
    assert found.total == pytest.approx(found.reconstruction + found.kl)
    assert found.kl == pytest.approx(0.5 * (mu**2 + np.exp(log_var) - 1 - log_var).sum(1), rel=1e-5)
    bce = -(X * np.log(y + 1e-12) + (1 - X) * np.log(1 - y + 1e-12)).sum(1)
    assert np.abs(found.reconstruction - bce).mean() < 30


def test_a_conditional_model_takes_the_digit() -> None:
    model = vae.shared("cvae")
    mu, _ = arrays.encode(model, X, Y)
    assert mu.shape == (6, 2)
    same = arrays.decode(model, np.repeat(mu[:1], 10, axis=0), np.arange(10))
    assert same.shape == (10, 784)
    assert arrays.scores(model, X, y=Y, rng=np.random.default_rng(0)).total.shape == (6,)
    with pytest.raises(ValueError, match="y must be given"):
        arrays.encode(model, X)
    with pytest.raises(ValueError, match="y must be left out"):
        arrays.decode(vae.shared("mnist-16"), np.zeros((1, 16)), [3])
    with pytest.raises(ValueError, match="y must be integers"):
        arrays.encode(model, X, Y / 2)


def test_two_levels() -> None:
    model = vae.shared("hierarchical")
    found = arrays.levels(model, X)
    assert found.mu1.shape == found.log_var1.shape == (6, 14)
    assert found.mu2.shape == found.log_var2.shape == (6, 2)
    mu, log_var = arrays.lower_prior(model, found.mu2)
    assert mu.shape == log_var.shape == (6, 14)
    assert arrays.decode_levels(model, mu, found.mu2).shape == (6, 784)


def test_what_is_no_picture_is_named() -> None:
    model = vae.shared("mnist-16")
    with pytest.raises(ValueError, match="x must be finite"):
        arrays.encode(model, np.full((1, 784), np.nan))
    with pytest.raises(ValueError, match=r"x must have shape \(N, 784\)"):
        arrays.encode(model, X[0])
    with pytest.raises(ValueError, match=r"z must have shape \(N, 16\)"):
        arrays.decode(model, np.zeros((1, 2)))
    with pytest.raises(ValueError, match="n_draws must be at least 1; got 0"):
        arrays.scores(model, X, rng=np.random.default_rng(0), n_draws=0)
