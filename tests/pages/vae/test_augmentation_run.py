"""Data augmentation: what each arm learns from, the stored runs, paired differences, sheets."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from genmodels.assets import BadAsset
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from pages.vae.augmentation import board
from pages.vae.augmentation import case as run
from pages.vae.augmentation import opened as arithmetic
from pages.vae.augmentation.case import ARMS, LEARNERS, MADE, SIZES, Result, Setting

TEN = Setting(10, 0)


def test_labelled_digits_are_as_many_of_each() -> None:
    x, y = run.labelled(TEN)
    assert np.bincount(y).tolist() == [10] * 10
    assert x.shape == (100, 784)
    assert (run.labelled(Setting(10, 1))[0] != x).any()


def test_half_of_what_is_learnt_from_is_labelled() -> None:
    samples = (np.zeros((10 * MADE, 784)), np.repeat(np.arange(10), MADE))
    for arm in ARMS:
        X, y, weights = run.rows_of(TEN, arm, samples)
        assert len(X) == len(y) == len(weights)
        per_class = np.bincount(y, weights)
        np.testing.assert_allclose(per_class, 2 * MADE)
        given = weights[:100].sum() / weights.sum()
        assert given == pytest.approx(1.0 if arm == ARMS[0] else 0.5)
    with pytest.raises(ValueError, match="samples must be given"):
        run.rows_of(TEN, "both", None)
    with pytest.raises(ValueError, match="arm must be one of"):
        run.rows_of(TEN, "more", samples)


def test_a_digit_is_moved_not_changed() -> None:
    x = run.labelled(TEN)[0][:20]
    made = run.move(x, rng=np.random.default_rng(0))
    assert made.min() >= 0
    assert made.max() <= 1
    ink = made.sum(axis=1) / x.sum(axis=1)
    assert (np.abs(ink - 1) < 0.15).all()
    middles = [(v @ np.arange(784)) / v.sum() for v in (x[0], made[0])]
    assert middles[0] != middles[1]


def test_the_logistic_arms_come_out_again() -> None:
    found = run.results(TEN)
    assert found is not None
    for arm in ("labels alone", "moved digits"):
        X, y, weights = run.rows_of(TEN, arm, None)
        guess = run.learn(LEARNERS[0], X, y, weights, rng=TEN.rng(0))
        assert (guess == found[arm, LEARNERS[0]].guess).mean() > 0.995


def test_a_run_in_small_gives_all_its_parts() -> None:
    now = run.AugmentNow(Setting(10, 7), steps=3, epochs=1)
    with pytest.raises(ValueError, match="must come first"):
        now(now.cells[1], lambda: False)
    parts = {cell: now(cell, lambda: False) for cell in (now.cells[0], now.cells[2], now.cells[4])}
    made = parts[now.cells[0]]
    assert isinstance(made, run.Made)
    assert made.sheet.shape == (60, 784)
    assert made.judged.shape == (10 * MADE,)
    found = board.of(Setting(10, 7), parts)
    assert set(found.results) == {now.cells[2], now.cells[4]}
    assert board.changed(found, "moved digits", LEARNERS[0]) is None
    assert now(now.cells[2], lambda: True) is None  # asked to stop


def test_a_setting_is_checked() -> None:
    for bad in ((11, 0), (10, -1), (10, 100)):
        with pytest.raises(ValueError, match="must be"):
            Setting(*bad)
    with pytest.raises(ValueError, match="learner must be one of"):
        run.learn("tree", np.zeros((2, 784)), np.arange(2), np.ones(2), rng=TEN.rng(0))


def test_differences_are_paired_and_judged_by_students_t() -> None:
    found = run.stored().accuracies
    for learner in LEARNERS:
        for arm in ARMS[1:]:
            for s, size in enumerate(SIZES):
                one = board.difference(arm, learner, size)
                n = LEARNERS.index(learner)
                pairs = found[s, :, ARMS.index(arm), n], found[s, :, 0, n]
                t, p = stats.ttest_rel(*pairs)
                assert one.mean / one.error == pytest.approx(t)
                assert (one.verdict != "can't tell") == (p < 0.05)
                opened = arithmetic.difference(one)
                assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-12)
    assert stats.t.ppf(0.975, 4) == pytest.approx(board.T_4, abs=1e-3)
    assert board.difference("CVAE samples", "small net", 100).verdict == "harms"
    assert board.difference("moved digits", "small net", 10).verdict == "helps"
    with pytest.raises(ValueError, match="no such comparison"):
        board.difference("labels alone", LEARNERS[0], 10)


def test_what_opens_is_what_was_counted() -> None:
    found = board.of(TEN)
    one = found.results["CVAE samples", "small net"]
    assert evaluate(arithmetic.accuracy(one).expression) == pytest.approx(one.accuracy)
    assert found.made is not None
    asked = arithmetic.as_asked(found.made)
    assert evaluate(asked.expression) == pytest.approx(found.made.as_asked.mean())
    assert np.mean([row.value for row in asked.rows]) == pytest.approx(asked.value)
    near = board.nearest(TEN, found.made.sheet[6 * 3 + 1], 3)
    opened = arithmetic.nearest(near)
    assert evaluate(opened.expression) == pytest.approx(near.distance)
    assert near.distance > 0.5  # no copy
    own = board.nearest(TEN, board.labelled_sheet(TEN)[0], 0)
    assert own.distance == pytest.approx(0, abs=1e-9)


def test_what_changed_adds_up() -> None:
    found = board.of(TEN)
    for arm in ARMS[1:]:
        moved = board.changed(found, arm, "small net")
        assert moved is not None
        before, after = found.results[ARMS[0], "small net"], found.results[arm, "small net"]
        assert len(moved.gained) - len(moved.lost) == after.right.sum() - before.right.sum()


def test_a_bad_file_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "augmentation.npz"
    with pytest.raises(BadAsset, match=r"augmentation\.npz must hold guesses"):
        run.stored(path)
    np.savez(path, guesses=np.zeros(3, np.uint8), sheets=0, judged=0)
    with pytest.raises(BadAsset, match="guesses as uint8 of shape"):
        run.stored(path)


def test_what_is_handed_out_comes_to_the_same(tmp_path) -> None:  # type: ignore[no-untyped-def]
    told = json.loads(board.figures_json())
    assert len(told["differences"]) == len(LEARNERS) * 3 * len(SIZES)
    accuracies = run.stored().accuracies
    np.testing.assert_allclose(
        told["accuracy"]["small net"]["both"]["mean"],
        accuracies[:, :, 3, 1].mean(axis=1),
        atol=1e-5,
    )
    assert len(board.accuracies_csv().splitlines()) == 1 + accuracies.size
    (tmp_path / "digits.npz").write_bytes(board.digits_npz(TEN))
    (tmp_path / "fit.py").write_text(board.script())
    done = subprocess.run(
        [sys.executable, "fit.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    found = run.results(TEN)
    assert found is not None
    for arm in ("labels alone", "moved digits"):
        assert float(printed[arm]) == pytest.approx(found[arm, LEARNERS[0]].accuracy, abs=0.003)
    with np.load(io.BytesIO(board.digits_npz(TEN))) as file:
        assert (file["test_y"] == mnist.shown().labels).all()


def test_a_result_knows_what_it_got_right() -> None:
    labels = mnist.shown().labels.astype(np.int64)
    assert Result("both", LEARNERS[0], labels).accuracy == 1.0
