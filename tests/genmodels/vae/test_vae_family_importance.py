"""Importance sampling against a closed form, and against brute force on the latent plane."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae.importance import grid_log_evidence, log_evidence, running_log_mean


class Tilted(nn.Module):
    """p(z) = N(0, I_2), one pixel x = 1 with probability sigmoid(a) whatever z is.

    log p(x) is known: -BCE of the constant. q is off on purpose, so the weights matter.
    """

    latent, pixels = 2, 3

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.tensor([0.4, -1.0, 2.0], dtype=torch.float64))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return torch.full((len(x), 2), 0.5).to(x), torch.full((len(x), 2), 0.3, dtype=x.dtype)

    def logits(self, z: Tensor) -> Tensor:
        return self.bias.expand(len(z), 3)


def test_a_decoder_that_ignores_z_has_a_closed_form(rng: np.random.Generator) -> None:
    x = np.array([1.0, 0.0, 1.0])
    a = np.array([0.4, -1.0, 2.0])
    known = -(x * np.logaddexp(0, -a) + (1 - x) * np.logaddexp(0, a)).sum()
    trace = log_evidence(Tilted(), x, n_samples=20_000, rng=rng)
    assert trace.log_evidence == pytest.approx(known, abs=0.02)
    kl = 2 * 0.5 * (0.25 + np.exp(0.3) - 1 - 0.3)
    assert trace.elbo == pytest.approx(known - kl, abs=1e-9)
    assert trace.gap == pytest.approx(kl, abs=0.02)
    assert 1 < trace.effective_samples < 20_000
    assert grid_log_evidence(Tilted(), x) == pytest.approx(known, abs=1e-4)


def test_the_shipped_model_agrees_with_the_integral_over_its_plane() -> None:
    model = vae.load("mnist-2d")
    x = mnist.shown().x[700]
    trace = log_evidence(model, x, n_samples=3000, rng=np.random.default_rng(0))
    exact = grid_log_evidence(model, x, half_width=4.5, side=201)
    assert trace.log_evidence == pytest.approx(exact, abs=0.05)
    assert trace.elbo < exact - 0.1


def test_chunks_change_nothing_but_rounding() -> None:
    x = mnist.shown().x[0]
    model = vae.load("mnist-2d")
    whole = log_evidence(model, x, n_samples=300, rng=np.random.default_rng(0), chunk=300)
    parts = log_evidence(model, x, n_samples=300, rng=np.random.default_rng(0), chunk=7)
    np.testing.assert_allclose(whole.log_weights, parts.log_weights, atol=2e-3)
    np.testing.assert_allclose(whole.elbo, parts.elbo, atol=1e-3)


def test_the_running_mean_is_the_mean_of_the_weights(rng: np.random.Generator) -> None:
    w = rng.random(9) + 0.1
    expected = np.log(np.cumsum(w) / np.arange(1, 10))
    np.testing.assert_allclose(running_log_mean(np.log(w)), expected, rtol=1e-12)
    np.testing.assert_allclose(running_log_mean(np.log(w) - 5000), expected - 5000, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "n", "chunk", "words"),
    [
        (np.zeros(4), 5, 5, r"shape \(3,\); got \(4,\)"),
        (np.array([0, np.nan, 1]), 5, 5, r"\[0, 1\]"),
        (np.array([0, 2.0, 1]), 5, 5, r"\[0, 1\]"),
        (np.zeros(3), 0, 5, "n_samples .*got 0"),
        (np.zeros(3), 10**6, 5, "n_samples"),
        (np.zeros(3), 5, 0, "chunk .*got 0"),
    ],
)
def test_bad_input_is_named(x: np.ndarray, n: int, chunk: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        log_evidence(Tilted(), x, n_samples=n, rng=np.random.default_rng(0), chunk=chunk)
