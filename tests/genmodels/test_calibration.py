"""Reliability, Brier score and recalibration against scikit-learn; what opens evaluates."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as reference_log_loss

from genmodels.calibration import (
    Isotonic,
    Platt,
    brier,
    brier_parts,
    log_loss,
    reliability,
    sigmoid,
)
from genmodels.kit.opened import Opened, evaluate
from pages.nb.naive import opened_calibration as opened
from pages.nb.naive.cost import Correlated


def cases(seed: int = 0, n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Overconfident scores: the truth follows half of each."""
    rng = np.random.default_rng(seed)
    score = rng.normal(0, 4, n)
    return score, (rng.random(n) < sigmoid(score / 2 + 0.3)).astype(int)


def test_brier_and_log_loss_are_the_references() -> None:
    score, y = cases()
    p = sigmoid(score)
    assert brier(p, y) == pytest.approx(brier_score_loss(y, p), abs=1e-15)
    assert log_loss(score, y) == pytest.approx(reference_log_loss(y, p), abs=1e-12)


def test_sigmoid_neither_overflows_nor_loses_its_tail() -> None:
    assert sigmoid([-1e6, 0.0, 1e6]).tolist() == [0.0, 0.5, 1.0]
    assert sigmoid(-50.0) == pytest.approx(np.exp(-50.0), rel=1e-12)


@pytest.mark.parametrize(("by", "strategy"), [("width", "uniform"), ("count", "quantile")])
@pytest.mark.parametrize("bins", [1, 5, 10, 37])
def test_bins_are_the_reference(by: str, strategy: str, bins: int) -> None:
    score, y = cases()
    p = sigmoid(score)
    table = reliability(p, y, bins=bins, by=by)
    observed, stated = calibration_curve(y, p, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(table.observed, observed, atol=1e-12)
    np.testing.assert_allclose(table.mean_p, stated, atol=1e-12)
    assert table.count.sum() == len(y)
    low, high = table.interval()
    assert (low <= table.observed).all()
    assert (table.observed <= high).all()


@pytest.mark.parametrize("by", ["width", "count"])
@pytest.mark.parametrize("bins", [1, 3, 10, 500])
def test_the_parts_sum_to_the_score(by: str, bins: int) -> None:
    score, y = cases(1)
    parts = brier_parts(sigmoid(score), y, bins=bins, by=by)
    total = parts.reliability - parts.resolution + parts.uncertainty + parts.within
    assert total == pytest.approx(parts.score, abs=1e-13)


def test_murphys_parts_need_no_rest_where_a_bin_has_one_forecast() -> None:
    rng = np.random.default_rng(2)
    p = rng.choice([0.05, 0.35, 0.75], 500)
    y = (rng.random(500) < p).astype(int)
    parts = brier_parts(p, y, bins=10)
    assert parts.within == pytest.approx(0.0, abs=1e-15)
    assert brier_parts(np.full(4, 0.5), [0, 1, 0, 1], by="count").score == 0.25


def test_isotonic_is_the_reference() -> None:
    rng = np.random.default_rng(3)
    for score in (rng.normal(size=400), rng.integers(0, 12, 400).astype(float), np.zeros(5)):
        y = (rng.random(len(score)) < sigmoid(2 * score)).astype(int)
        ours = Isotonic.fit(score, y)
        reference = IsotonicRegression(out_of_bounds="clip").fit(score, y)
        ask = np.linspace(-6, 15, 501)
        np.testing.assert_allclose(ours(ask), reference.predict(ask), atol=1e-12)
        assert (np.diff(ours.p) >= 0).all()


def test_platt_is_logistic_regression_without_a_penalty() -> None:
    score, y = cases(4)
    ours = Platt.fit(score, y, smooth=False)
    reference = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(score[:, None], y)
    assert ours.slope == pytest.approx(reference.coef_[0, 0], rel=1e-6)
    assert ours.intercept == pytest.approx(reference.intercept_[0], rel=1e-5)
    ones = y.sum()
    zeros = len(y) - ones
    target = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
    soft = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(
        np.tile(score, 2)[:, None],
        np.repeat([1, 0], len(y)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    smooth = Platt.fit(score, y)
    assert smooth.slope == pytest.approx(soft.coef_[0, 0], rel=1e-5)
    assert smooth.intercept == pytest.approx(soft.intercept_[0], rel=1e-4)


def test_recalibration_takes_the_overconfidence_back() -> None:
    score, y = cases(5, 20_000)
    curve = Platt.fit(score, y)
    assert curve.slope == pytest.approx(0.5, abs=0.02)
    assert curve.intercept == pytest.approx(0.3, abs=0.05)
    new, truth = cases(6, 20_000)
    before = reliability(sigmoid(new), truth).expected_error
    assert before > 0.1
    for fitted in (curve, Isotonic.fit(score, y)):
        assert reliability(fitted(new), truth).expected_error < 0.02
        assert brier(fitted(new), truth) < brier(sigmoid(new), truth) - 0.01


def test_platt_stays_finite_on_separable_and_huge_scores() -> None:
    for scale in (1e-6, 1.0, 1e6):
        curve = Platt.fit(scale * np.array([-2.0, -1.0, 1.0, 2.0]), [0, 0, 1, 1])
        assert np.isfinite([curve.slope, curve.intercept]).all()
        assert curve(scale * 2.0) == pytest.approx(Platt.fit([-2, -1, 1, 2], [0, 0, 1, 1])(2.0))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: brier([0.5, 1.5], [0, 1]), "p must lie in 0 to 1; got 1.5"),
        (lambda: brier([0.5, np.nan], [0, 1]), "p must lie in 0 to 1; got nan"),
        (lambda: brier([0.5], [0, 1]), "one value a case"),
        (lambda: brier([], []), "one value a case"),
        (lambda: brier([0.5], [2]), "y must be 0 or 1; got 2"),
        (lambda: reliability([0.5], [1], bins=0), "bins must be a whole number"),
        (lambda: reliability([0.5], [1], by="none"), "by must be width or count"),
        (lambda: Platt.fit([1.0, np.inf], [0, 1]), "score must be finite; got inf"),
        (lambda: Platt.fit([1.0, 2.0], [1, 1]), "both classes"),
        (lambda: Isotonic.fit([np.nan], [1]), "score must be finite"),
    ],
)
def test_bad_input_is_named(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def holds(one: Opened) -> None:
    assert evaluate(one.expression) == pytest.approx(one.value, rel=1e-9, abs=1e-12), one.title
    for row in one.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)


def test_what_opens_evaluates() -> None:
    score, y = cases(7, 300)
    p = sigmoid(score)
    table = reliability(p, y)
    for b in range(len(table.count)):
        holds(opened.reliability_bin(table, b))
    holds(opened.expected_error(table))
    holds(opened.brier_score(p, y))
    holds(opened.brier_score([0.0, 1.0], [0, 1]))
    holds(opened.brier_parts(brier_parts(p, y)))
    platt, isotonic = Platt.fit(score, y), Isotonic.fit(score, y)
    for s in (-3000.0, -1.0, 0.0, float(isotonic.score[3]), 2.7, 3000.0):
        holds(opened.platt(platt, s))
        holds(opened.isotonic(isotonic, s))
    for copies in (1, 2, 100):
        holds(opened.counted_again(0.31, 0.004, 0.0001, copies))
        holds(opened.counted_again(0.31, 0.0001, 0.004, copies))
    for rho in (0.0, 0.7, 1.0):
        for one in opened.correlated(Correlated(rho=rho, prior=0.3), (-0.4, 1.2)):
            holds(one)
