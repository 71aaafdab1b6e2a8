"""The VAE against torch.distributions, finite differences, and its own stated figures."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import distributions

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.vae import checkpoint, first_paint, record
from genmodels.vae.model import VAE, elbo, kl_divergence, reconstruction_loss, reparameterise
from genmodels.vae.train import figures


@pytest.fixture(scope="module")
def model() -> VAE:
    return vae.load("mnist-2d")


def small(seed: int = 0) -> VAE:
    """A tiny VAE in float64, so that finite differences are sharp."""
    torch.manual_seed(seed)
    return VAE(latent=3, hidden=5, pixels=7).double()


def test_shapes_and_ranges(model: VAE, rng: np.random.Generator) -> None:
    x = torch.from_numpy(rng.random((9, 784)).astype(np.float32))
    mu, log_var = model.encode(x)
    y = model.decode(mu)
    assert mu.shape == log_var.shape == (9, 2)
    assert y.shape == (9, 784)
    assert bool(((y >= 0) & (y <= 1)).all())
    assert not y.requires_grad


@pytest.mark.parametrize(
    ("method", "shape", "expected"),
    [
        ("encode", (3, 783), "(N, 784)"),
        ("encode", (784,), "(N, 784)"),
        ("decode", (3, 3), "(N, 2)"),
        ("decode", (2,), "(N, 2)"),
    ],
)
def test_wrong_shapes_are_named(
    model: VAE, method: str, shape: tuple[int, ...], expected: str
) -> None:
    with pytest.raises(ValueError) as told:
        getattr(model, method)(torch.zeros(shape))
    assert expected in str(told.value)
    assert str(shape) in str(told.value)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-9)])
def test_elbo_agrees_with_distributions(
    model: VAE, rng: np.random.Generator, dtype: torch.dtype, tolerance: float
) -> None:
    same = VAE().to(dtype)
    same.load_state_dict(model.state_dict())
    x = torch.from_numpy(mnist.shown().x[rng.integers(0, 2000, 40)]).to(dtype)
    ours = elbo(same, x, beta=0.7, rng=np.random.default_rng(5))
    mu, log_var = same.encode(x)
    q = distributions.Normal(mu, torch.exp(log_var / 2))
    prior = distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    z = mu + q.stddev * torch.from_numpy(np.random.default_rng(5).standard_normal((40, 2))).to(
        dtype
    )
    pixels = distributions.Bernoulli(logits=same.logits(z), validate_args=False)
    reconstruction = -pixels.log_prob(x).sum(1)
    kl = distributions.kl_divergence(q, prior).sum(1)
    torch.testing.assert_close(ours.reconstruction, reconstruction, rtol=tolerance, atol=0)
    torch.testing.assert_close(ours.kl, kl, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(ours.total, reconstruction + 0.7 * kl, rtol=tolerance, atol=0)


def test_kl_is_zero_only_at_the_prior(rng: np.random.Generator) -> None:
    zero = torch.zeros((1, 4), dtype=torch.float64)
    assert float(kl_divergence(zero, zero).sum()) == 0.0
    for _ in range(100):
        mu, log_var = torch.from_numpy(rng.normal(size=(2, 1, 4)))
        assert float(kl_divergence(mu, log_var).min()) > 0.0


def test_losses_stay_finite_at_the_extremes() -> None:
    logits = torch.tensor([[-200.0, 200.0, -200.0, 200.0]], dtype=torch.float64)
    x = torch.tensor([[0.0, 1.0, 1.0, 0.0]], dtype=torch.float64)
    assert float(reconstruction_loss(logits, x)) == pytest.approx(400.0, rel=1e-12)


def test_gradients_agree_with_finite_differences(rng: np.random.Generator) -> None:
    tiny = small()
    x = torch.from_numpy(rng.random((4, 7)))

    def loss() -> torch.Tensor:
        return elbo(tiny, x, beta=1.3, rng=np.random.default_rng(2)).total.sum()

    loss().backward()
    step = 1e-6
    for name, weights in tiny.named_parameters():
        flat, gradient = weights.data.view(-1), weights.grad
        assert gradient is not None
        for i in rng.integers(0, len(flat), 4):
            kept = float(flat[i])
            with torch.no_grad():
                flat[i] = kept + step
                above = float(loss())
                flat[i] = kept - step
                below = float(loss())
                flat[i] = kept
            assert float(gradient.view(-1)[i]) == pytest.approx(
                (above - below) / (2 * step), rel=1e-5, abs=1e-7
            ), name


def test_reparameterised_draws_have_the_right_moments() -> None:
    epsilon = torch.from_numpy(np.random.default_rng(0).standard_normal((200_000, 1)))
    z = reparameterise(torch.tensor(1.5), torch.tensor(2 * math.log(0.3)), epsilon)
    assert float(z.mean()) == pytest.approx(1.5, abs=0.003)
    assert float(z.std()) == pytest.approx(0.3, abs=0.003)


@pytest.mark.parametrize("beta", [-0.1, math.nan])
def test_beta_is_checked(model: VAE, rng: np.random.Generator, beta: float) -> None:
    with pytest.raises(ValueError, match="beta must be at least 0"):
        elbo(model, torch.zeros((1, 784)), beta=beta, rng=rng)


# -- the checkpoint ----------------------------------------------------------------------------


def test_the_stated_figures(model: VAE) -> None:
    """The record's figure on the shown digits is recomputed; the whole test set's is on record."""
    stated_record = vae.describe("mnist-2d")
    assert stated_record["parameters"] == sum(p.numel() for p in model.parameters()) == 631_188
    assert stated_record["test"]["pictures"] == 10_000
    assert stated_record["test"]["one_sample"]["elbo"] <= 147.0
    assert stated_record["test"]["mean_of_samples"]["elbo"] <= 147.0
    stated = stated_record["test_shown"]
    again = figures(model, mnist.shown().pictures, stated["n_samples"])
    for kind in ("one_sample", "mean_of_samples"):
        for term in ("bce", "kl", "elbo"):
            assert again[kind][term] == pytest.approx(stated[kind][term], abs=2e-3), (kind, term)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one of mnist-2d, .*; got '\.\./mnist'"):
        vae.load("../mnist")


def test_bad_checkpoints_are_named(tmp_path) -> None:
    path = tmp_path / "mnist-2d.safetensors"
    with pytest.raises(ValueError, match=r"mnist-2d\.safetensors must be a safetensors file"):
        checkpoint.load("mnist-2d", tmp_path)
    path.write_bytes(b"\x10\0\0\0\0\0\0\0not a header at all")
    with pytest.raises(ValueError, match=r"mnist-2d\.safetensors must be a safetensors file"):
        checkpoint.load("mnist-2d", tmp_path)

    good = load_file(record.FOLDER / "mnist-2d.safetensors")
    whole = (record.FOLDER / "mnist-2d.safetensors").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="must be a safetensors file"):
        checkpoint.load("mnist-2d", tmp_path)
    save_file({**good, "encoder_mu.weight": torch.zeros(3, 400)}, path)
    with pytest.raises(ValueError, match=r"encoder_mu\.weight of shape \(2, 400\); got: \(3"):
        checkpoint.load("mnist-2d", tmp_path)
    save_file({**good, "decoder_hidden.bias": torch.full((400,), math.nan)}, path)
    with pytest.raises(ValueError, match=r"must hold finite decoder_hidden\.bias"):
        checkpoint.load("mnist-2d", tmp_path)
    save_file({"fc1.weight": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match=r"got: fc1\.weight"):
        checkpoint.load("mnist-2d", tmp_path)
    with pytest.raises(ValueError, match=r"mnist-2d\.json must hold the JSON record"):
        record.describe("mnist-2d", tmp_path)


# -- the first paint ---------------------------------------------------------------------------


def test_first_paint_is_what_the_model_says() -> None:
    saved, now = first_paint.load(), first_paint.compute()
    np.testing.assert_allclose(saved.mu, now.mu, atol=1e-4)
    np.testing.assert_allclose(saved.log_var, now.log_var, atol=1e-4)
    assert np.abs(saved.grid.astype(int) - now.grid).max() <= 1
    assert np.abs(saved.picture.astype(int) - now.picture).max() <= 1


def test_grid_points_start_at_the_upper_left() -> None:
    points = first_paint.grid_points()
    assert len(points) == first_paint.GRID**2
    assert points[0, 0] < -3.5 < 3.5 < points[0, 1]
    assert points[-1, 0] > 3.5 > -3.5 > points[-1, 1]
    assert tuple(points[len(points) // 2]) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_the_light_parts_do_not_import_torch() -> None:
    code = (
        "import sys; from genmodels import vae; from genmodels.vae import first_paint; "
        "first_paint.load(); vae.NAMES; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
