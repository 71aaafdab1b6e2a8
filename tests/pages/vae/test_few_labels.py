"""Few labels: the classifiers by scikit-learn, the saved curves by computing points again."""

import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels.datasets import mnist, mnist_train
from genmodels.kit.opened import evaluate
from pages.vae.few_labels import case as run
from pages.vae.few_labels import figures
from pages.vae.few_labels import opened as arithmetic
from pages.vae.few_labels.case import METHODS, SPACES, Setting


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("method", METHODS)
def test_labels_are_drawn_by_class_and_judged_on_others(space: str, method: str) -> None:
    found = run.fit(Setting(space, method, 2, 7))
    labels = mnist_train.load().labels[found.chosen]
    assert np.bincount(labels, minlength=10).tolist() == [2] * 10
    assert found.guess.shape == (2000,)
    assert found.accuracy == pytest.approx((found.guess == mnist.shown().labels).mean())
    assert 0.25 < found.accuracy < 0.8


@pytest.mark.parametrize(
    "space, method, size",
    [("2 latents", METHODS[0], 5), ("16 latents", METHODS[1], 10), ("784 pixels", METHODS[1], 1)],
)
def test_a_point_of_each_space_is_computed_again(space: str, method: str, size: int) -> None:
    (curve,) = [c for c in run.curves() if (c.space, c.method) == (space, method)]
    mean, deviation = run.point(space, method, size)
    at = run.SIZES.index(size)
    assert (mean, deviation) == pytest.approx((curve.mean[at], curve.deviation[at]), abs=2e-3)


def test_more_labels_help_every_space() -> None:
    for curve in run.curves():
        assert curve.mean[-1] > curve.mean[0] + 0.1


@pytest.mark.parametrize("i", [0, 1167])
def test_opened_guesses_are_their_sums(i: int) -> None:
    for space in SPACES[:2]:
        found = run.fit(Setting(space, METHODS[0], 3, 1))
        guess = int(found.guess[i])
        for digit in (0, guess):
            logit = arithmetic.logit(found, i, digit)
            assert evaluate(logit.expression) == pytest.approx(logit.value, abs=1e-9)
        p = arithmetic.probability(found, i)
        assert evaluate(p.expression) == pytest.approx(p.value, abs=1e-9)
        assert p.value == max(row.share or 0 for row in p.rows)
        near = run.fit(Setting(space, METHODS[1], 3, 1))
        labels = mnist_train.load().labels[near.chosen]
        opened = arithmetic.nearest(near, i, labels, run.features(space)[0])
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
        assert opened.value == pytest.approx(min(row.value for row in opened.rows))
        total = arithmetic.accuracy(near)
        assert evaluate(total.expression) == pytest.approx(near.accuracy)


def test_the_charts_show_every_digit_once() -> None:
    found = run.fit(Setting(size=1))
    for view in figures.VIEWS:
        chart = figures.digit_map(found, view, 3)
        places = [int(i) for t in chart.data if t.customdata is not None for i in t.customdata]
        assert sorted(places) == list(range(2000))
    assert len(figures.accuracies(run.curves(), found).data) == len(run.curves()) + 1


@pytest.mark.parametrize(
    "bad, words",
    [
        ({"space": "pixels"}, "space must be one of"),
        ({"method": "SVM"}, "method must be one of"),
        ({"size": 0}, "size must be from 1 to 100"),
        ({"size": 101}, "size must be"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_wrong_settings_are_named(bad: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setting(**bad)


@pytest.mark.parametrize("text", ["", "{}", '{"curves": [{}]}', "[]", "nonsense"])
def test_a_broken_file_is_named(tmp_path, text: str) -> None:
    path = tmp_path / "few_labels.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"few_labels\.json must hold"):
        run.curves(path)


@pytest.mark.parametrize("method", METHODS)
def test_the_script_finds_the_same_accuracy(tmp_path, method: str) -> None:
    setting = Setting("16 latents", method, 2, 4)
    (tmp_path / "features.csv").write_text(run.features_csv(setting))
    (tmp_path / "few_labels.py").write_text(run.script(setting))
    done = subprocess.run(
        [sys.executable, "few_labels.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert float(done.stdout.split()[-1]) == pytest.approx(run.fit(setting).accuracy, abs=1e-3)
    assert json.loads(run.figures_json(setting))["accuracy"] == run.fit(setting).accuracy
    assert len(run.guesses_csv(setting).splitlines()) == 2001
