"""The three Naive Bayes models against scikit-learn, against exact arithmetic, and at the edges."""

import itertools
from fractions import Fraction
from math import log

import numpy as np
import pytest
from scipy import sparse
from sklearn import naive_bayes as reference

from genmodels import naive_bayes
from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB

CASES = range(60)
ALPHAS = (0.01, 0.3, 1.0, 2.5)
COUNT_MODELS = (MultinomialNB, BernoulliNB)


def random_counts(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Training counts, labels and new rows; sizes and sparsity vary with the seed."""
    rng = np.random.default_rng(seed)
    n, n_features, n_classes = rng.integers(2, 60), rng.integers(1, 40), rng.integers(1, 5)
    X = rng.poisson(rng.uniform(0.05, 3), (n, n_features))
    new = rng.poisson(rng.uniform(0.05, 3), (9, n_features))
    new[0] = 0  # an empty message
    return X, rng.integers(0, n_classes, n), new, ALPHAS[seed % len(ALPHAS)]


@pytest.mark.parametrize("seed", CASES)
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array])
@pytest.mark.parametrize("name", ["MultinomialNB", "BernoulliNB"])
def test_count_models_agree_with_scikit_learn(name, form, seed):
    X, y, new, alpha = random_counts(seed)
    ours = getattr(naive_bayes, name).fit(form(X), y, alpha=alpha)
    theirs = getattr(reference, name)(alpha=alpha).fit(X, y)
    np.testing.assert_array_equal(ours.classes, theirs.classes_)
    np.testing.assert_allclose(
        ours.log_joint(form(new)), theirs.predict_joint_log_proba(new), atol=1e-9
    )
    np.testing.assert_allclose(ours.posterior(form(new)), theirs.predict_proba(new), atol=1e-9)
    log_word = ours.log_theta if name == "MultinomialNB" else ours.log_p
    np.testing.assert_allclose(log_word, theirs.feature_log_prob_, atol=1e-9)


@pytest.mark.parametrize("seed", CASES)
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_gaussian_agrees_with_scikit_learn(form, seed):
    rng = np.random.default_rng(seed)
    n, n_features, n_classes = rng.integers(2, 80), rng.integers(1, 12), rng.integers(1, 5)
    X = rng.normal(rng.normal(0, 5, n_features), rng.uniform(0.1, 3), (n, n_features))
    y, smoothing = rng.integers(0, n_classes, n), 10.0 ** -(seed % 9)
    ours = GaussianNB.fit(form(X), y, var_smoothing=smoothing)
    theirs = reference.GaussianNB(var_smoothing=smoothing).fit(X, y)
    new = X[:9] + rng.normal(0, 0.1, (min(n, 9), n_features))
    np.testing.assert_allclose(ours.means, theirs.theta_, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours.variances, theirs.var_, rtol=1e-9)
    np.testing.assert_allclose(
        ours.log_joint(form(new)), theirs.predict_joint_log_proba(new), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(ours.posterior(form(new)), theirs.predict_proba(new), atol=1e-9)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("name", ["MultinomialNB", "BernoulliNB"])
def test_a_given_prior_agrees_with_scikit_learn(name, seed):
    X, y, new, alpha = random_counts(seed)
    prior = np.random.default_rng(seed).dirichlet(np.ones(len(np.unique(y))))
    prior /= prior.sum()
    ours = getattr(naive_bayes, name).fit(X, y, alpha=alpha).with_prior(prior)
    theirs = getattr(reference, name)(alpha=alpha, class_prior=prior).fit(X, y)
    np.testing.assert_allclose(ours.log_joint(new), theirs.predict_joint_log_proba(new), atol=1e-9)


@pytest.mark.parametrize("seed", CASES)
@pytest.mark.parametrize("model", [*COUNT_MODELS, GaussianNB])
def test_contributions_and_prior_sum_to_the_joint(model, seed):
    X, y, new, _ = random_counts(seed)
    fitted = model.fit(X, y)
    for form in (np.asarray, sparse.csr_matrix):
        for row, joint in zip(new, fitted.log_joint(new), strict=True):
            x = row if form is np.asarray else form(row[None])
            contributions = fitted.contributions(x)
            assert contributions.shape == (X.shape[1], len(fitted.classes))
            total = fitted.log_prior + contributions.sum(axis=0)
            np.testing.assert_allclose(total, joint, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("alpha", [0.0, 0.5])
@pytest.mark.parametrize("seed", range(20))
def test_the_words_alone_give_what_whole_rows_give(seed, alpha):
    X, y, new, _ = random_counts(seed)
    many, one = (model.fit(X, y, alpha=alpha) for model in COUNT_MODELS)
    for row in new:
        there = np.flatnonzero(row)
        np.testing.assert_array_equal(
            many.word_contributions(there, row[there]), many.contributions(row)[there]
        )
        np.testing.assert_array_equal(one.word_contributions(there), one.contributions(row)[there])
        twice = np.repeat(there, 2)
        absent = np.delete(one.contributions(row), there, axis=0).sum(axis=0)
        np.testing.assert_allclose(one.absent_contributions(twice), absent, atol=1e-9)
    np.testing.assert_allclose(one.absent_contributions([]), one.log_absent, atol=1e-9)


@pytest.mark.parametrize("alpha", ["0", "1/1000000000000000", "1/3", "1"])
@pytest.mark.parametrize("model", COUNT_MODELS)
def test_every_small_table_against_exact_fractions(model, alpha):
    """Every 0/1/2 training table of 2 words and 3 rows, by the definitions, in exact numbers."""
    a, y, new = Fraction(alpha), [0, 0, 1], (2, 0)
    for cells in itertools.product(range(3), repeat=6):
        X = [cells[0:2], cells[2:4], cells[4:6]]
        fitted = model.fit(np.array(X), y, alpha=float(a))
        for c in (0, 1):
            rows = [row for row, label in zip(X, y, strict=True) if label == c]
            p = Fraction(len(rows), 3)
            for f in (0, 1):
                if model is MultinomialNB:
                    total = sum(map(sum, rows)) + 2 * a
                    count = sum(row[f] for row in rows) + a
                    # A class without any word leaves 0 / 0 under alpha = 0: no word can come.
                    p *= (count / total if total else Fraction(0)) ** new[f]
                else:
                    there = (sum(row[f] > 0 for row in rows) + a) / (len(rows) + 2 * a)
                    p *= there if new[f] else 1 - there
            expected = log(p) if p else -np.inf
            assert fitted.log_joint(np.array([new]))[0, c] == pytest.approx(expected, abs=1e-9)


# -- learning more -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*COUNT_MODELS, GaussianNB])
@pytest.mark.parametrize("seed", CASES)
def test_updates_equal_one_fit_on_everything(model, seed):
    rng = np.random.default_rng(seed)
    n, n_features = int(rng.integers(3, 60)), int(rng.integers(1, 8))
    X, y = rng.poisson(2.0, (n, n_features)), rng.integers(0, 3, n)
    X[0], X[1] = 0, 7  # never all alike
    # The spam case too: updates of one row, of none, and of a class not seen before.
    cuts = np.sort(rng.integers(2, n + 1, 3)) if seed % 2 else np.arange(2, n + 1)
    grown = model.fit(X[: cuts[0]], y[: cuts[0]])
    for start, stop in itertools.pairwise([*cuts, n]):
        grown = grown.update(sparse.csr_array(X[start:stop]), y[start:stop])
    whole = model.fit(X, y)
    np.testing.assert_array_equal(grown.classes, whole.classes)
    np.testing.assert_array_equal(grown.class_count, whole.class_count)
    if model is GaussianNB:
        # The variances first: a class without spread has only the smoothing, and a log density
        # divides by it, so the joint is compared where no rounding is blown up by 1e9.
        scale = whole.variances.max()
        np.testing.assert_allclose(grown.means, whole.means, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(grown.variances, whole.variances, atol=1e-9 * scale)
        grown, whole = grown.with_var_smoothing(1e-3), whole.with_var_smoothing(1e-3)
    np.testing.assert_allclose(grown.log_joint(X), whole.log_joint(X), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("model", COUNT_MODELS)
def test_alpha_and_prior_change_without_the_documents(model, rng):
    X, y = rng.poisson(1.0, (30, 6)), rng.integers(0, 2, 30)
    changed = model.fit(X, y).with_alpha(0.2).with_prior([0.9, 0.1])
    fresh = model.fit(X, y, alpha=0.2, prior=[0.9, 0.1])
    np.testing.assert_array_equal(changed.log_joint(X), fresh.log_joint(X))
    back = changed.with_prior(None).with_alpha(1.0)
    np.testing.assert_array_equal(back.log_joint(X), model.fit(X, y).log_joint(X))


def test_update_leaves_the_old_model_alone(rng):
    X, y = rng.poisson(1.0, (30, 6)), rng.integers(0, 2, 30)
    model = MultinomialNB.fit(X, y)
    before = model.feature_count.copy()
    model.update(X, y)
    np.testing.assert_array_equal(model.feature_count, before)


# -- edges -------------------------------------------------------------------------------------


def test_alpha_0_makes_one_unseen_word_zero_a_class():
    model = MultinomialNB.fit([[3, 0, 1], [0, 2, 1]], ["ham", "spam"], alpha=0)
    np.testing.assert_allclose(model.contributions([1, 0, 0])[0], [np.log(3 / 4), -np.inf])
    np.testing.assert_array_equal(model.posterior([[1, 0, 5]]), [[1, 0]])
    np.testing.assert_array_equal(model.predict([[1, 0, 5], [0, 1, 0]]), ["ham", "spam"])


@pytest.mark.parametrize("form", [np.array, sparse.csr_array])
@pytest.mark.parametrize("model", COUNT_MODELS)
def test_where_all_classes_are_impossible_the_posterior_is_the_prior(model, form):
    X, y = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]]), [0, 0, 1]
    fitted = model.fit(X, y, alpha=0)
    both = form([[1, 1, 0]])
    assert np.isneginf(fitted.log_joint(both)).all()
    assert fitted.impossible(both).tolist() == [True]
    np.testing.assert_allclose(fitted.posterior(both), [[2 / 3, 1 / 3]])
    np.testing.assert_allclose(fitted.with_prior([0.2, 0.8]).posterior(both), [[0.2, 0.8]])


def test_bernoulli_alpha_0_rules_out_by_absence_too():
    fitted = BernoulliNB.fit([[1, 1], [1, 0], [0, 1]], [0, 0, 1], alpha=0)
    # Class 0 always had word 0, class 1 never.
    np.testing.assert_array_equal(fitted.posterior([[0, 1], [1, 1]]), [[0, 1], [1, 0]])


def test_an_explicit_zero_in_a_sparse_matrix_is_an_absent_word():
    stored = sparse.csr_array((np.array([1.0, 0.0]), np.array([0, 1]), np.array([0, 2])), (1, 2))
    for model in COUNT_MODELS:
        fitted = model.fit([[1, 0], [0, 1]], [0, 1], alpha=0)
        np.testing.assert_array_equal(fitted.log_joint(stored), fitted.log_joint([[1, 0]]))
        counted = model.fit(stored, [0])
        np.testing.assert_array_equal(counted.feature_count, [[1, 0]])


@pytest.mark.parametrize("model", [*COUNT_MODELS, GaussianNB])
def test_one_class_is_always_certain(model, rng):
    X = rng.poisson(1.0, (5, 3))
    np.testing.assert_array_equal(model.fit(X, ["ham"] * 5).posterior(X), np.ones((5, 1)))


@pytest.mark.parametrize("alpha", [1e-300, 1e-12, 1e9])
@pytest.mark.parametrize("model", COUNT_MODELS)
def test_extreme_alpha_stays_finite(model, alpha, rng):
    X, y = rng.poisson(0.5, (20, 30)), np.arange(20) % 2
    fitted = model.fit(X, y, alpha=alpha)
    assert np.isfinite(fitted.log_joint(X)).all()
    np.testing.assert_allclose(fitted.posterior(X).sum(axis=1), 1)


def test_a_long_message_does_not_underflow():
    model = MultinomialNB.fit([[3, 1], [1, 3]], [0, 1])
    np.testing.assert_allclose(model.posterior([[100_000, 100_001]])[0, 1], 2 / 3, rtol=1e-9)


def test_prior_0_rules_a_class_out_whatever_the_words():
    model = MultinomialNB.fit([[9, 0], [0, 9]], [0, 1]).with_prior([1, 0])
    np.testing.assert_array_equal(model.posterior([[0, 500]]), [[1, 0]])


def test_gaussian_with_identical_rows_is_an_even_choice():
    fitted = GaussianNB.fit(np.ones((4, 2)), [0, 0, 1, 1])
    assert (fitted.variances > 0).all()
    np.testing.assert_allclose(fitted.posterior([[1, 1], [5, 5]]), 0.5)


def test_gaussian_far_out_stays_a_probability():
    fitted = GaussianNB.fit([[0.0], [1.0], [5.0], [6.0]], [0, 0, 1, 1])
    np.testing.assert_allclose(fitted.posterior([[1e200], [-1e200], [1e6]]).sum(axis=1), 1)


# -- what is refused ---------------------------------------------------------------------------

GOOD, LABELS = np.array([[1, 2], [3, 0]]), [0, 1]


@pytest.mark.parametrize(
    "X, y, options, message",
    [
        ([[1, -2], [0, 1]], LABELS, {}, r"X must hold counts >= 0; got -2"),
        ([[1, np.nan], [0, 1]], LABELS, {}, r"X must be finite; got nan"),
        ([[1, np.inf], [0, 1]], LABELS, {}, r"X must be finite; got inf"),
        ([["a", "b"], ["c", "d"]], LABELS, {}, r"X must hold numbers; got dtype <U1"),
        ([1, 2], LABELS, {}, r"X must be \(rows, features\).*got \(2,\)"),
        (np.zeros((2, 0)), LABELS, {}, r"a feature or more; got \(2, 0\)"),
        (np.zeros((0, 2)), [], {}, r"at least 1 row; got 0"),
        (GOOD, [0, 1, 1], {}, r"y must have one label a row, \(2,\); got \(3,\)"),
        (GOOD, [0.0, np.nan], {}, r"y must be finite; got nan"),
        (GOOD, LABELS, {"alpha": -1}, r"alpha must be a finite number >= 0; got -1"),
        (GOOD, LABELS, {"alpha": np.nan}, r"alpha must be a finite number >= 0; got nan"),
        (GOOD, LABELS, {"alpha": "1"}, r"alpha must be a finite number >= 0; got '1'"),
        (GOOD, LABELS, {"prior": [0.5, 0.6]}, r"prior must be >= 0 and sum to 1; got \[0.5, 0.6\]"),
        (GOOD, LABELS, {"prior": [1.5, -0.5]}, r"prior must be >= 0"),
        (GOOD, LABELS, {"prior": [np.nan, 1]}, r"prior must be >= 0"),
        (GOOD, LABELS, {"prior": [1.0]}, r"prior must have 2 entries.*\(1,\)"),
    ],
)
@pytest.mark.parametrize("model", COUNT_MODELS)
def test_bad_input_is_named_with_its_value(model, X, y, options, message):
    with pytest.raises(ValueError, match=message):
        model.fit(X, y, **options)


@pytest.mark.parametrize("model", [*COUNT_MODELS, GaussianNB])
def test_other_widths_and_several_rows_are_refused(model):
    fitted = model.fit(GOOD, LABELS)
    with pytest.raises(ValueError, match="X must have 2 features, as in fit; got 3"):
        fitted.log_joint([[1, 2, 3]])
    with pytest.raises(ValueError, match="X must have 2 features, as in fit; got 1"):
        fitted.update([[1]], [0])
    with pytest.raises(ValueError, match="x must be one row; got 2"):
        fitted.contributions(GOOD)
    with pytest.raises(ValueError, match=r"the prior is set for, \[0, 1\]; got \[7\]"):
        fitted.with_prior([0.5, 0.5]).update(GOOD, [0, 7])


def test_gaussian_refuses_a_spike():
    with pytest.raises(ValueError, match=r"var_smoothing must be > 0.*feature 1 in class b"):
        GaussianNB.fit([[0, 1], [1, 2], [0, 3], [1, 3]], list("aabb"), var_smoothing=0)
    with pytest.raises(ValueError, match="var_smoothing must be a finite number >= 0; got -1"):
        GaussianNB.fit(GOOD, LABELS, var_smoothing=-1)
