"""A VAE's anomaly scores: against Torch, scikit-learn and their opened sums."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch.nn.functional import binary_cross_entropy_with_logits

from genmodels import vae
from genmodels.datasets import fashion, mnist
from genmodels.kit.opened import evaluate
from genmodels.vae.means import at_means
from pages.vae.anomaly import case as run
from pages.vae.anomaly import figures
from pages.vae.anomaly import opened as arithmetic
from pages.vae.anomaly.case import Setting


@pytest.mark.parametrize("name", ["mnist-2d", "mnist-16"])
def test_a_pass_at_the_means_is_torchs(name: str) -> None:
    model, x = vae.shared(name), mnist.shown().x[:7]
    passed = at_means(model, x, batch=3)
    rows = torch.from_numpy(x.astype(np.float32))
    with torch.no_grad():
        mu, log_var = model.encode(rows)
        loss = binary_cross_entropy_with_logits(model.logits(mu), rows, reduction="none")
        kl = torch.distributions.kl_divergence(
            torch.distributions.Normal(mu, torch.exp(log_var / 2)),
            torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu)),
        )
        y = model.decode(mu)
    np.testing.assert_allclose(passed.bce, loss.numpy(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(passed.kl, kl.numpy(), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(passed.y, y.numpy(), atol=1e-5)


def test_a_wrong_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"x must have shape \(N, 784\); got \(3, 5\)"):
        at_means(vae.shared("mnist-2d"), np.zeros((3, 5)))


@pytest.mark.parametrize("pair", run.PAIRS)
def test_areas_are_scikit_learns(pair: str) -> None:
    model = run.MODELS[pair][0]
    found = run.judged(pair, model)
    for name, area in run.areas(pair, model).items():
        theirs = roc_auc_score(found.strange, found.score(name))
        assert area == pytest.approx(theirs, abs=1e-9)


def test_clothes_are_found_and_the_baseline_is_high() -> None:
    found = run.areas(run.FASHION, "mnist-2d")
    assert found["−ELBO"] > 0.99 > found["squared error"] > found["ink"] > 0.85


@pytest.mark.parametrize("i", [0, 2100])
def test_opened_scores_are_their_sums(i: int) -> None:
    for model in run.MODELS[run.FASHION]:
        found = run.judged(run.FASHION, model)
        for name in run.SCORES:
            opened = arithmetic.opened(found.passed, i, name)
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-8)
            assert opened.value == pytest.approx(float(found.score(name)[i]), abs=1e-8)


def test_empty_and_full_pictures_open_too() -> None:
    for x in (np.zeros((1, 784)), np.ones((1, 784))):
        passed = at_means(vae.shared("mnist-2d"), x)
        for name in run.SCORES:
            opened = arithmetic.opened(passed, 0, name)
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-7)


def test_a_readers_picture_is_placed_among_the_ordinary_ones() -> None:
    setting = Setting()
    usual = run.own(setting, mnist.shown().x[0].tobytes())
    full = run.own(setting, np.ones(784).tobytes())
    assert full.above["ink"] == 0.0
    assert full.above["−ELBO"] < usual.above["−ELBO"]
    same = run.judged(run.FASHION, "mnist-2d").score("−ELBO")[0]
    assert usual.score("−ELBO") == pytest.approx(same, abs=1e-3)  # 32 bits, another batch
    with pytest.raises(ValueError, match="784 float64"):
        run.own(setting, b"1234")


def test_the_nominal_cut_flags_its_share() -> None:
    for pair in run.PAIRS:
        setting = Setting(pair, run.MODELS[pair][0])
        t = run.cuts(setting)
        stop = t.stop_at(run.nominal(setting))
        assert t.false_alarm_rate[stop] == pytest.approx(run.RATE, abs=2e-3)
        json.dumps(run.board(setting), allow_nan=False)
        assert json.loads(run.figures_json(setting, stop))["flagged"] == t.flagged[stop]


@pytest.mark.parametrize(
    "bad, words",
    [
        ({"pair": "x"}, "pair must be one of"),
        ({"model": "without-digit"}, "model must be one of"),
        ({"score": "entropy"}, "score must be one of"),
    ],
)
def test_wrong_settings_are_named(bad: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setting(**bad)


def test_the_charts_show_the_numbers() -> None:
    found = run.judged(run.FASHION, "mnist-2d")
    chart = figures.pictures(found.passed, 3)
    np.testing.assert_allclose(np.array(chart.data[2].z).ravel(), found.passed.bce[3])
    bars = figures.areas(run.areas(run.FASHION, "mnist-2d"), "KL")
    assert list(bars.data[0].y) == list(run.SCORES)


def test_clothes_that_are_no_file_are_named(tmp_path) -> None:
    path = tmp_path / "fashion.npz"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"fashion\.npz must hold"):
        fashion.load(path)
    np.savez(path, pictures=np.zeros((2, 2)), kinds=np.zeros(2))
    with pytest.raises(ValueError, match=r"fashion\.npz must hold pictures as uint8"):
        fashion.load(path)
    assert fashion.load().pictures.shape == (500, 784)


def test_the_script_finds_the_same_areas(tmp_path) -> None:
    setting = Setting()
    (tmp_path / "scores.csv").write_text(run.scores_csv(setting))
    (tmp_path / "auroc.py").write_text(run.script(setting))
    done = subprocess.run(
        [sys.executable, "auroc.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = [float(line.rpartition(" ")[2]) for line in done.stdout.splitlines()]
    areas = run.areas(setting.pair, setting.model)
    assert printed == pytest.approx([areas[name] for name in run.SCORES], abs=1e-6)
