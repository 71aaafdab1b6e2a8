"""Every opened number of the VAE: its substituted sum, evaluated, is the value shown."""

import math

import numpy as np
import pytest

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from pages.vae import vae_opened as arithmetic


@pytest.fixture(scope="module")
def model():
    return vae.load("mnist-2d")


@pytest.fixture(scope="module")
def passed(model):
    """Six digits, each with another epsilon; the last three at a z far from their own."""
    x = mnist.shown().x[[3, 500, 1200, 7, 800, 1999]]
    latent = np.array([[0, 0], [1.5, -0.3], [-2, 2], [0, 0], [9, -9], [60, 40]], float)
    return vae.passage(model, x, latent, np.array([0, 0, 0, 1, 1, 1], bool))


def test_every_number_opens_to_its_value(model, passed) -> None:
    head = vae.encoder_weights(model)
    for i in range(len(passed.x)):
        one = passed.row(i)
        worst = int(one.bce.argmax())
        names = ["mu1", "mu2", *arithmetic.NAMES, f"pixel:{worst}", "pixel:0", "pixel:406"]
        for name in names:
            opened = arithmetic.opened(name, one, head)
            # mu's sum is the network's own, in 32-bit numbers; all else is exact
            tolerance = 2e-5 if name.startswith("mu") else 1e-12
            got = evaluate(opened.expression)
            assert got == pytest.approx(opened.value, rel=tolerance, abs=tolerance), (i, name)
            for row in opened.rows:
                assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-12, abs=1e-14)
            assert opened.formula
            assert opened.substitution
            assert opened.formula.count("{") == opened.formula.count("}")
            assert opened.substitution.count("{") == opened.substitution.count("}")


def test_the_shown_values_are_the_passages(model, passed) -> None:
    head = vae.encoder_weights(model)
    one = passed.row(1)
    values = {
        "z2": one.z[1],
        "kl1": one.kl[0],
        "kl": one.kl.sum(),
        "sigma1": one.sigma[0],
        "reconstruction": one.bce.sum(),
        "elbo": one.bce.sum() + one.kl.sum(),
        "pixel:406": one.bce[406],
    }
    for name, value in values.items():
        assert arithmetic.opened(name, one, head).value == pytest.approx(value, rel=1e-13)


def test_the_terms_that_cost_most_come_first(passed) -> None:
    opened = arithmetic.reconstruction(passed.row(0))
    values = [row.value for row in opened.rows]
    assert values == sorted(values, reverse=True)
    assert values[0] == passed.row(0).bce.max()
    assert "778" not in opened.substitution  # three terms stand there, so 781 are left
    assert "781 more terms" in opened.substitution
    assert opened.expression.count("max(") == 2 * 784


def test_prior_is_the_normal_density() -> None:
    for z in ([0.0, 0.0], [1.0, -2.5], [40.0, 3.0]):
        opened = arithmetic.prior(z)
        density = -0.5 * (z[0] ** 2 + z[1] ** 2) - math.log(2 * math.pi)
        assert opened.value == pytest.approx(density, rel=1e-14)
        assert evaluate(opened.expression) == pytest.approx(density, rel=1e-14)


@pytest.mark.parametrize("name", ["", "mu3", "pixel:784", "pixel:-1", "pixel:x", "__class__"])
def test_unknown_numbers_are_refused(model, passed, name: str) -> None:
    with pytest.raises(ValueError, match="number must be one of"):
        arithmetic.opened(name, passed.row(0), vae.encoder_weights(model))


def test_z_and_epsilon_are_each_others_inverse(model, passed) -> None:
    again = vae.passage(model, passed.x, passed.z, True)
    np.testing.assert_allclose(again.epsilon, passed.epsilon, atol=1e-9)
    np.testing.assert_allclose(again.total, passed.total, rtol=1e-6)


def test_bad_passages_are_refused(model) -> None:
    with pytest.raises(ValueError, match=r"shapes \(N, 784\) and \(N, 2\); got \(1, 784\) and"):
        vae.passage(model, np.zeros((1, 784)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="must be finite"):
        vae.passage(model, np.zeros((1, 784)), np.array([[np.nan, 0.0]]))
