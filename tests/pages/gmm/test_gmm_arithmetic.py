"""What the inspector shows of a mixture evaluates to what the algorithm computed."""

import math
import re

import numpy as np
import pytest

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.kit.opened import Opened, evaluate
from pages.gmm import gmm_opened as arithmetic


def close(value: float, expected: float, scale: float = 0.0) -> bool:
    """Equal to 1e-9, relative; numbers that vanish, to 1e-9 of `scale`."""
    return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9 * scale)


def check(opened: Opened, scale: float = 0.0) -> None:
    assert opened.title
    assert opened.formula
    assert "nan" not in opened.substitution
    assert "undefined" not in opened.substitution
    got = evaluate(opened.expression)
    assert close(got, opened.value, scale), (opened.title, got, opened.value)
    for row in opened.rows:
        got = evaluate(row.expression)
        assert close(got, row.value, scale), (opened.title, row.label, got, row.value)


def check_responsibility(opened: Opened, step: gmm.EMStep, n: int, k: int) -> None:
    # A share of 1e-15 or less is below what float64 keeps of a sum of 1.
    check(opened, scale=1e-15)
    gamma = step.responsibilities[n]
    assert opened.value == gamma[k]
    assert [row.share for row in opened.rows] == gamma.tolist()
    assert [row.chosen for row in opened.rows].index(True) == gamma.argmax()
    assert sum(row.chosen for row in opened.rows) == 1
    total = math.fsum(row.value for row in opened.rows)
    assert total > 0
    for row, share in zip(opened.rows, gamma, strict=True):
        assert close(row.value / total, share, 1e-15)


def trace_of(name: str, K: int, covariance_type: gmm.CovarianceType, seed: int) -> gmm.EMTrace:
    X = clustering.load(name).X
    rng = np.random.default_rng(seed)
    return gmm.fit(
        X, K, covariance_type=covariance_type, init="random", tol=1e-5, max_iter=60, rng=rng
    )


@pytest.mark.parametrize("covariance_type", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("name", clustering.DATASETS)
def test_every_expression_gives_the_traces_number(
    name: str, covariance_type: gmm.CovarianceType, rng: np.random.Generator
) -> None:
    X = clustering.load(name).X
    spread = float((X**2).mean())
    for K in (1, 3, 7):
        trace = trace_of(name, K, covariance_type, seed=K)
        for i in rng.choice(len(trace.steps) // 2, size=1):
            e, m = trace.steps[2 * i], trace.steps[2 * i + 1]
            for n in rng.choice(len(X), size=6):
                k = int(rng.integers(K))
                check_responsibility(arithmetic.responsibility(e, X, int(n), k), e, int(n), k)
            # The rows open both coordinates, whichever is chosen.
            opened = arithmetic.mean_update(
                m, X, int(rng.integers(K)), coordinate=int(rng.integers(2))
            )
            # Covariances may be near 0, and the tied ones are a difference of large sums.
            check(opened, scale=1e-3 * spread)
            check(arithmetic.log_likelihood(e, X))
        check(arithmetic.bic(trace.model, X))
        check(arithmetic.aic(trace.model, X))


def test_update_rows_are_the_models_parameters() -> None:
    X = clustering.load("old_faithful").X
    step = trace_of("old_faithful", 3, "full", seed=1).steps[5]
    model, gamma = step.model, step.responsibilities
    for coordinate in (0, 1):
        opened = arithmetic.mean_update(step, X, 2, coordinate=coordinate)
        assert opened.value == model.means[2, coordinate]
        expected = [
            gamma[:, 2].sum(),
            model.weights[2],
            *model.means[2],
            model.covariances[2, 0, 0],
            model.covariances[2, 1, 1],
            model.covariances[2, 0, 1],
        ]
        assert [row.value for row in opened.rows] == pytest.approx(expected, rel=1e-12)
        assert [row.chosen for row in opened.rows].index(True) == 2 + coordinate
        assert "269 more" in opened.substitution


@pytest.mark.parametrize(
    ("covariance_type", "labels"),
    [
        ("full", ["variance Σ₁₁", "variance Σ₂₂", "covariance Σ₁₂"]),
        ("tied", ["variance Σ₁₁", "variance Σ₂₂", "covariance Σ₁₂"]),
        ("diag", ["variance Σ₁₁", "variance Σ₂₂"]),
        ("spherical", ["variance σ²"]),
    ],
)
def test_update_opens_the_covariance_that_the_type_has(
    covariance_type: gmm.CovarianceType, labels: list[str]
) -> None:
    X = clustering.load("penguins").X
    step = trace_of("penguins", 2, covariance_type, seed=0).steps[1]
    assert [row.label for row in arithmetic.mean_update(step, X, 0).rows[4:]] == labels


def test_regularisation_is_part_of_the_variance() -> None:
    X = clustering.load("moons").X
    trace = gmm.fit(X, 2, reg_covar=0.5, max_iter=2, tol=0)
    check(arithmetic.mean_update(trace.steps[-1], X, 1, reg_covar=0.5), scale=1e-6)
    without = arithmetic.mean_update(trace.steps[-1], X, 1, reg_covar=0.0).rows[4]
    assert evaluate(without.expression) == pytest.approx(without.value - 0.5, rel=1e-9)


@pytest.mark.parametrize("covariance_type", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("distance", [60.0, 1e3, 1e6])
def test_far_points_whose_densities_underflow(
    covariance_type: gmm.CovarianceType, distance: float
) -> None:
    """exp(-d^2 / 2) is 0 there for every component, yet nothing shown is 0 / 0."""
    X = np.array([[0.0, 0.0], [1.0, 0.3], [0.2, 1.0], [distance, distance]])
    means = np.array([[0.0, 0.0], [1e-7, 0.0], [0.5, 0.5]])
    weights = np.array([0.25, 0.25, 0.5])
    covariances = {
        "full": np.repeat(np.array([[[1.0, 0.2], [0.2, 0.5]]]), 3, axis=0),
        "tied": np.array([[1.0, 0.2], [0.2, 0.5]]),
        "diag": np.array([[1.0, 0.5]] * 3),
        "spherical": np.array([1.0, 1.0, 1.0]),
    }[covariance_type]
    model = gmm.GaussianMixture(weights, means, covariances, covariance_type)
    step = gmm.fit(
        X, 3, covariance_type=covariance_type, init=model, max_iter=1, reg_covar=1e-3
    ).steps[0]
    assert not np.exp(model.log_joint(X)[3]).any()
    for k in range(3):
        opened = arithmetic.responsibility(step, X, 3, k)
        assert max(row.value for row in opened.rows) == 1.0
        assert "divided" in opened.note
        # The exponent is about distance^2: what is left of its digits is all one can ask.
        tolerance = max(1e-9, 1e-15 * distance**2)
        got = evaluate(opened.expression)
        assert math.isclose(got, step.responsibilities[3, k], rel_tol=tolerance, abs_tol=1e-15)
        check(arithmetic.responsibility(step, X, 0, k), scale=1e-15)


def test_densities_too_large_for_floats() -> None:
    X = np.array([[0.0, 0.0], [1e-160, 0.0], [0.0, 1e-160]])
    model = gmm.GaussianMixture([0.5, 0.5], X[:2], np.full(2, 1e-320), "spherical")
    step = gmm.EMStep("E", 1, model, model.responsibilities(X), 0.0)
    opened = arithmetic.responsibility(step, X, 2, 1)
    assert "too large" in opened.note
    assert close(evaluate(opened.expression), step.responsibilities[2, 1])


def test_collapsed_component_keeps_its_numbers() -> None:
    X = np.concatenate([np.zeros((5, 2)), np.random.default_rng(0).normal(size=(40, 2)) + 6])
    start = gmm.mixture_at(X, [[0.0, 0.0], [6.0, 6.0]], covariance_type="full")
    trace = gmm.fit(X, 2, init=start, max_iter=20, tol=0)
    assert any("collapsed" in note for note in trace.notes)
    e, m = trace.steps[-2:]
    for n in (0, 4, 5, 44):
        for k in (0, 1):
            check_responsibility(arithmetic.responsibility(e, X, n, k), e, n, k)
            check(arithmetic.mean_update(m, X, k), scale=1e-9)


def test_weight_of_zero_has_share_zero() -> None:
    X = np.array([[0.0, 0.0], [500.0, 0.0]])
    model = gmm.GaussianMixture([1.0, 0.0], [[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0], "spherical")
    step = gmm.EMStep("E", 1, model, model.responsibilities(X), float(model.log_prob(X).sum()))
    for n in (0, 1):
        assert evaluate(arithmetic.responsibility(step, X, n, 0).expression) == 1
        assert evaluate(arithmetic.responsibility(step, X, n, 1).expression) == 0


def test_one_component_answers_for_everything() -> None:
    X = clustering.load("blobs").X
    step = trace_of("blobs", 1, "full", seed=0).steps[0]
    opened = arithmetic.responsibility(step, X, 7, 0)
    assert opened.value == evaluate(opened.expression) == 1
    assert len(opened.rows) == 1


def test_log_likelihood_shows_the_worst_points_first() -> None:
    X = clustering.load("unequal").X
    step = trace_of("unequal", 3, "full", seed=2).steps[-2]
    opened = arithmetic.log_likelihood(step, X)
    worst = np.sort(step.model.log_prob(X))[: len(opened.rows)]
    assert [row.value for row in opened.rows] == worst.tolist()
    assert opened.value == step.log_likelihood


def test_criteria_count_parameters() -> None:
    X = clustering.load("old_faithful").X
    model = trace_of("old_faithful", 3, "tied", seed=0).model
    for opened in (arithmetic.bic(model, X), arithmetic.aic(model, X)):
        assert sum(row.value for row in opened.rows[2:]) == model.n_parameters == 11
        assert sum(row.value for row in opened.rows[:2]) == pytest.approx(opened.value, rel=1e-12)
    assert arithmetic.bic(model, X).value == model.bic(X)
    assert arithmetic.aic(model, X).value == model.aic(X)


def test_what_cannot_be_opened_says_so() -> None:
    X = clustering.load("moons").X
    e, m = trace_of("moons", 2, "full", seed=0).steps[:2]
    with pytest.raises(ValueError, match="step must be an E-step; got kind 'M'"):
        arithmetic.responsibility(m, X, 0, 0)
    with pytest.raises(ValueError, match="step must be an E-step; got kind 'M'"):
        arithmetic.log_likelihood(m, X)
    with pytest.raises(ValueError, match="step must be an M-step; got kind 'E'"):
        arithmetic.mean_update(e, X, 0)
    with pytest.raises(ValueError, match="n must be from 0 to 299; got 300"):
        arithmetic.responsibility(e, X, 300, 0)
    with pytest.raises(ValueError, match="k must be from 0 to 1; got -1"):
        arithmetic.responsibility(e, X, 0, -1)
    with pytest.raises(ValueError, match="coordinate must be from 0 to 1; got 2"):
        arithmetic.mean_update(m, X, 0, coordinate=2)
    with pytest.raises(ValueError, match=r"X must have shape \(N, 2\); got \(300, 3\)"):
        arithmetic.mean_update(m, np.zeros((300, 3)), 0)


def test_lines_are_short_enough_for_the_inspector() -> None:
    """280 px hold about 30 glyphs; counted without LaTeX's commands and braces."""
    X = clustering.load("vowels").X
    trace = trace_of("vowels", 10, "full", seed=0)
    for opened in (
        arithmetic.responsibility(trace.steps[0], X, 1000, 3),
        arithmetic.mean_update(trace.steps[1], X, 3),
        arithmetic.log_likelihood(trace.steps[0], X),
        arithmetic.bic(trace.model, X),
    ):
        for line in (*opened.formula.split(r"\\"), *opened.substitution.split(r"\\")):
            plain = re.sub(r"\[3pt\]|\\(begin|end)\{aligned\}|\\[a-z]+|[{}&^_ ]", "", line)
            assert len(plain) <= 30, line
