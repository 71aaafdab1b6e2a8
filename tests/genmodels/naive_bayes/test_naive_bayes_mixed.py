"""The mixed model against scikit-learn's two, added up by hand, and at its edges."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.naive_bayes import CategoricalNB
from sklearn.naive_bayes import GaussianNB as TheirGaussian

from genmodels.naive_bayes import GaussianNB, MixedNB


def drawn(rng: np.random.Generator, n: int, kinds: tuple[int, ...], classes: int):
    X = np.stack([rng.integers(K, size=n) if K else rng.normal(size=n) * 3 for K in kinds], axis=1)
    y = np.append(np.arange(classes), rng.integers(classes, size=n - classes))
    return X.astype(float), y


@pytest.mark.parametrize("case", range(12))
def test_equals_both_of_scikit_learn_added_up(case: int) -> None:
    rng = np.random.default_rng(case)
    kinds = tuple(int(K) for K in rng.choice([0, 0, 2, 3, 5], size=rng.integers(2, 9)))
    kinds = (0, *kinds, 4)
    X, y = drawn(rng, 60, kinds, int(rng.integers(2, 5)))
    alpha = float(rng.choice([0.1, 1.0, 3.0]))
    model = MixedNB.fit(X, y, kinds, alpha=alpha)
    normal = np.array(kinds) == 0
    codes = X[:, ~normal].astype(int)
    sizes = np.array(kinds)[~normal]
    theirs = TheirGaussian().fit(X[:, normal], y)
    categories = CategoricalNB(alpha=alpha, min_categories=sizes).fit(codes, y)
    prior = np.log(theirs.class_prior_)
    joint = theirs.predict_joint_log_proba(X[:, normal])
    joint += categories.predict_joint_log_proba(codes) - prior
    np.testing.assert_allclose(model.log_joint(X), joint, rtol=0, atol=1e-9)
    posterior = np.exp(joint - joint.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.posterior(X), posterior, rtol=0, atol=1e-9)
    for x in X[:5]:
        whole = model.log_prior + model.contributions(x).sum(axis=0)
        np.testing.assert_allclose(whole, model.log_joint(x[None])[0], rtol=0, atol=1e-12)


def test_all_normal_is_the_gaussian_model(rng: np.random.Generator) -> None:
    X, y = drawn(rng, 50, (0, 0, 0), 2)
    ours, gaussian = MixedNB.fit(X, y, (0, 0, 0)), GaussianNB.fit(X, y)
    np.testing.assert_allclose(ours.log_joint(X), gaussian.log_joint(X), rtol=0, atol=1e-10)


def test_a_missing_value_is_a_factor_of_one(rng: np.random.Generator) -> None:
    X, y = drawn(rng, 80, (0, 3, 0, 2), 2)
    model = MixedNB.fit(X, y, (0, 3, 0, 2))
    x = X[0].copy()
    x[[0, 1]] = np.nan
    kept = model.contributions(X[0])
    kept[[0, 1]] = 0
    np.testing.assert_array_equal(model.contributions(x), kept)
    nothing = np.full((1, 4), np.nan)
    np.testing.assert_allclose(model.posterior(nothing)[0], np.exp(model.log_prior))


def test_missing_values_in_training_are_left_out_of_their_feature_only(
    rng: np.random.Generator,
) -> None:
    X, y = drawn(rng, 60, (0, 3), 2)
    gaps = X.copy()
    gaps[5:15, 0] = np.nan
    gaps[20:30, 1] = np.nan
    model = MixedNB.fit(gaps, y, (0, 3), var_smoothing=0)
    for f, rows in ((0, np.r_[0:5, 15:60]), (1, np.r_[0:20, 30:60])):
        alone = MixedNB.fit(X[rows][:, [f]], y[rows], ((0, 3)[f],), var_smoothing=0)
        np.testing.assert_allclose(
            model.log_factors(X)[:, f], alone.log_factors(X[:, [f]])[:, 0], rtol=0, atol=1e-12
        )


def test_an_unseen_category_is_possible_with_alpha_and_impossible_without() -> None:
    X, y = [[0.0], [1], [0], [1]], [0, 0, 1, 1]
    model = MixedNB.fit(X, y, (3,), alpha=0.5)
    expected = np.log(0.5 / (2 + 1.5))
    np.testing.assert_allclose(model.contributions([2]), [[expected, expected]])
    none = model.with_alpha(0)
    assert np.isneginf(none.contributions([2])).all()
    assert none.impossible([[2]])[0]
    np.testing.assert_allclose(none.posterior([[2]]), [[0.5, 0.5]])
    for alphas in pairwise([0.1, 1.0, 10.0]):
        low, high = (float(model.with_alpha(a).contributions([2])[0, 0]) for a in alphas)
        assert low < high < np.log(1 / 3)


def test_a_far_value_rules_out_quietly() -> None:
    model = MixedNB.fit([[0.0], [1], [5], [7]], [0, 0, 1, 1], (0,))
    with np.errstate(all="raise", over="ignore"):
        assert np.isneginf(model.contributions([1e200])).all()


@pytest.mark.parametrize(
    "X, y, kinds, options, message",
    [
        ([[1.0], [2]], [1, 1], (0,), {}, r"two classes or more; got \[1\]"),
        ([[1.0], [1], [2], [3]], [0, 0, 1, 1], (0,), {"var_smoothing": 0}, "variance 0 of feat"),
        ([[3.0], [1]], [0, 1], (3,), {}, "category 0 to 2; got 3"),
        ([[-1.0], [1]], [0, 1], (3,), {}, "category 0 to 2; got -1"),
        ([[0.5], [1]], [0, 1], (2,), {}, "category 0 to 1; got 0.5"),
        ([[np.inf], [1]], [0, 1], (0,), {}, "infinity"),
        ([[np.nan], [1]], [0, 1], (0,), {}, "feature 0 in each class; got none in 0"),
        ([[1.0, 2]], [0], (0,), {}, r"\(rows, 1\); got \(1, 2\)"),
        ([[1.0], [2]], [0, 1], (1,), {}, "2 and more"),
        ([[1.0], [2]], [0, 1], (), {}, "one a feature"),
        ([[1.0], [2]], [0, 1], (0,), {"alpha": -1}, "alpha"),
        ([[1.0], [2]], [0, 1], (0,), {"prior": [0.5, 0.6]}, "sum to 1"),
        ([[1.0], [2]], [0], (0,), {}, "one label a row"),
        (np.zeros((0, 1)), [], (0,), {}, "at least 1 row"),
    ],
)  # fmt: skip
def test_bad_input_is_told(X, y, kinds, options, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MixedNB.fit(X, y, kinds, **options)


def test_a_feature_that_does_not_vary_is_smoothed() -> None:
    model = MixedNB.fit([[1.0, 0], [1, 4], [2, 5], [2, 9]], [0, 0, 1, 1], (0, 0))
    assert model.variances.min() > 0
    assert model.posterior([[1.0, np.nan]])[0, 0] == pytest.approx(1)
    same = MixedNB.fit([[3.0], [3], [3]], [0, 1, 1], (0,))
    np.testing.assert_allclose(same.posterior([[3.0]]), [[1 / 3, 2 / 3]])


def test_one_row_at_a_time() -> None:
    model = MixedNB.fit([[1.0], [2]], [0, 1], (0,))
    with pytest.raises(ValueError, match="one row; got 2"):
        model.contributions([[1.0], [2.0]])
