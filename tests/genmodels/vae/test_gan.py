"""The GANs, and the figures that judge samples."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from scipy.linalg import sqrtm

from genmodels.datasets import mnist
from genmodels.vae import classifier, describe, frechet, gan, gan_record, gan_train, loop

LN10 = float(np.log(10))


def test_frechet_of_equal_gaussians_is_nought() -> None:
    s = np.array([[2.0, 0.5], [0.5, 1.0]])
    m = np.array([1.0, -1.0])
    assert frechet.between_gaussians(m, s, m, s) == pytest.approx(0.0, abs=1e-12)


def test_frechet_of_a_shift_is_its_square() -> None:
    s = np.diag([1.0, 4.0])
    got = frechet.between_gaussians(np.zeros(2), s, np.array([3.0, -4.0]), s)
    assert got == pytest.approx(25.0)


def test_frechet_of_diagonals_is_the_roots_apart() -> None:
    a, b = np.array([1.0, 4.0, 0.0]), np.array([9.0, 0.25, 1.0])
    got = frechet.between_gaussians(np.zeros(3), np.diag(a), np.zeros(3), np.diag(b))
    assert got == pytest.approx(((np.sqrt(a) - np.sqrt(b)) ** 2).sum())


def test_frechet_with_covariances_that_do_not_commute_is_the_papers() -> None:
    rng = np.random.default_rng(0)
    s, t = (b @ b.T for b in rng.standard_normal((2, 5, 5)))
    m, n = rng.standard_normal((2, 5))
    root = np.real(sqrtm(s @ t))
    papers = ((m - n) ** 2).sum() + np.trace(s + t - 2 * root)
    assert frechet.between_gaussians(m, s, n, t) == pytest.approx(papers)
    assert frechet.between_gaussians(n, t, m, s) == pytest.approx(papers)


def test_frechet_of_samples_uses_their_moments() -> None:
    x = np.array([[0.0], [2.0]])  # mean 1, variance 2
    y = np.array([[4.0], [4.0], [10.0]])  # mean 6, variance 12
    assert frechet.distance(x, y) == pytest.approx(25 + (np.sqrt(2) - np.sqrt(12)) ** 2)


@pytest.mark.parametrize("features", [np.zeros((1, 3)), np.zeros(3)])
def test_moments_need_two_rows(features: np.ndarray) -> None:
    with pytest.raises(ValueError, match="features must"):
        frechet.moments(features)


def test_sharpness_of_known_pictures() -> None:
    i, j = np.mgrid[:28, :28]
    flat, slope, board = np.full((28, 28), 0.3), 0.01 * i + 0.02 * j, (i + j) % 2.0
    got = frechet.sharpness(np.stack([flat, slope, board]).reshape(3, 784))
    assert got == pytest.approx([0.0, 0.0, 16.0], abs=1e-12)  # L is +4 or -4 on the board
    dot = np.zeros((28, 28))
    dot[14, 14] = 1.0  # one -4 and four 1s among 26 x 26
    assert frechet.sharpness(dot.reshape(1, 784))[0] == pytest.approx(20 / 676)
    with pytest.raises(ValueError, match=r"\(N, 784\)"):
        frechet.sharpness(dot)


def test_entropy_and_histogram() -> None:
    assert frechet.entropy(np.full(10, 7)) == pytest.approx(LN10)
    assert frechet.entropy(np.eye(10)[3]) == 0.0
    p = np.full((3, 10), 0.05)
    p[0, 4], p[1, 4], p[2, 9] = 0.55, 0.55, 0.95
    assert frechet.histogram(p)[[4, 9]].tolist() == [2, 1]
    assert frechet.histogram(p, sure=0.9).sum() == 1
    with pytest.raises(ValueError, match="counts must"):
        frechet.entropy(np.zeros(10))


# -- the trained ones --------------------------------------------------------------------------


@pytest.mark.parametrize("name", gan.NAMES)
def test_a_generator_loads_and_makes_pictures(name: str) -> None:
    g = gan.load(name)
    x = g.sample(5, rng=np.random.default_rng(1))
    assert x.shape == (5, 784)
    assert 0 <= x.min() < x.max() <= 1
    assert np.array_equal(x, g.sample(5, rng=np.random.default_rng(1)))
    with pytest.raises(ValueError, match="z must"):
        g.decode(np.zeros((1, g.latent + 1)))
    with pytest.raises(ValueError, match="z must be finite"):
        g.decode(np.full((1, g.latent), np.nan))


@pytest.mark.parametrize("name", gan.NAMES)
def test_the_training_that_ships_ends_in_the_weights_that_ship(name: str) -> None:
    seen = gan_record.training(name)
    recipe = gan_train.Recipe(**describe(name)["recipe"])
    trace = gan_train.Trace(1, 1, recipe.latent, recipe.seed)
    sheet = gan.load(name).decode(trace.get_buffer("z").numpy())
    assert np.abs(seen.sheets[-1] / 255.0 - sheet).mean() < 0.01  # float16 weights
    assert (seen.histograms.sum(1) == gan_train.COUNTED).all()
    assert np.all(np.diff(seen.steps) > 0)
    assert np.isfinite(seen.losses).all()
    assert (seen.losses > 0).all()
    assert seen.entropies.max() <= LN10 + 1e-9


def test_the_recorded_figures_come_out() -> None:
    found = gan_record.figures()["models"]
    assert {"real", "real-train", "mnist-2d", *gan.NAMES} <= set(found)
    assert found["real"]["frechet"] == pytest.approx(0.0, abs=1e-6)
    assert found["real-train"]["frechet"] < min(found[n]["frechet"] for n in gan.NAMES)
    for name, figures in found.items():
        assert figures["entropy"] == pytest.approx(
            frechet.entropy(np.array(figures["histogram"]))
        ), name
    x = gan.shared().sample(1000, rng=np.random.default_rng(5))
    again = gan_train.judged(x, classifier.shared(), classifier.shared().features(mnist.shown().x))
    recorded = found["gan-2d"]
    assert again["sharpness"] == pytest.approx(recorded["sharpness"], rel=0.05)
    assert again["entropy"] == pytest.approx(recorded["entropy"], abs=0.06)


def test_the_discriminator_judges() -> None:
    p = gan.shared_discriminator().judge(mnist.shown().x[:20])
    assert p.shape == (20,)
    assert 0 <= p.min() <= p.max() <= 1


def test_bad_files_and_names_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gan-2d"):
        gan.load("gan-3d")
    path = tmp_path / "gan-2d.safetensors"
    with pytest.raises(ValueError, match=path.name):
        gan.load("gan-2d", tmp_path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match=path.name):
        gan.load("gan-2d", tmp_path)
    with pytest.raises(ValueError, match="GAN must be one of"):
        gan_record.training("gan-3d")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"broken\.npz"):
        gan_record.training("gan-2d", broken)
    for text in ("nothing", "[]", '{"models": 3}'):
        (tmp_path / "f.json").write_text(text)
        with pytest.raises(ValueError, match=r"f\.json"):
            gan_record.figures(tmp_path / "f.json")


def _job(epochs: int = 2) -> loop.Job:
    recipe = gan_train.Recipe(2, 0, epochs, batch=20)
    return gan_train.make_job("gan-2d", recipe, mnist.shown().pictures[:60], classifier.shared())


def test_a_run_that_stops_goes_on_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan_train, "COUNTED", 40)
    whole = loop.train(_job(), tmp_path / "whole", tell=lambda line: None)
    half = _job()
    half.epochs = 1
    loop.train(half, tmp_path / "part", tell=lambda line: None)
    rest = loop.train(_job(), tmp_path / "part", resume=True, tell=lambda line: None)
    for module in ("g", "d", "trace"):
        after = rest.modules[module].state_dict()
        for key, value in whole.modules[module].state_dict().items():
            assert torch.equal(value, after[key]), (module, key)
    assert gan_train.moments_of(6) == (0, 6)
    assert gan_train.moments_of(60) == (0, 25, 50, 60)
