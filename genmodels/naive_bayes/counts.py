"""Naive Bayes of counts: MultinomialNB (how often a word) and BernoulliNB (whether)."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from genmodels.naive_bayes.base import Array, NaiveBayes, log_of
from genmodels.naive_bayes.checks import (
    check_counts,
    check_matrix,
    check_prior,
    check_rows,
    check_scale,
    new_class_message,
)


@dataclass(frozen=True, eq=False)
class _CountNB(NaiveBayes):
    """A model of counts: `feature_count` (C, F), smoothed by `alpha` added to each."""

    feature_count: Array
    alpha: float

    @classmethod
    def fit(
        cls, X: Any, y: ArrayLike, *, alpha: float = 1.0, prior: ArrayLike | None = None
    ) -> Self:
        """Count: for each class its rows, and for each feature what `_counts` takes from a row.

        X (N, F) dense or sparse, finite and >= 0; y (N,) labels. Raises ValueError on anything
        else, on N = 0 or F = 0, on alpha < 0 and on a prior that is no distribution.
        """
        rows, labels = check_rows(X, y, at_least=1)
        classes, codes = np.unique(labels, return_inverse=True)
        return cls(
            classes=classes,
            class_count=np.bincount(codes, minlength=len(classes)).astype(float),
            prior=check_prior(prior, len(classes)),
            feature_count=_sum_by_class(cls._counts(check_counts(rows)), codes, len(classes)),
            alpha=check_scale("alpha", alpha),
        )

    def update(self, X: Any, y: ArrayLike) -> Self:
        """The model of all rows so far and these: counts add, so it equals one fit on all.

        A label not seen before becomes a new class, unless a prior is set for the old ones
        (ValueError). No rows at all change nothing.
        """
        rows, labels = check_rows(X, y, at_least=0, n_features=self.n_features)
        classes = np.union1d(self.classes, labels)
        if self.prior is not None and len(classes) != len(self.classes):
            raise ValueError(new_class_message(self.classes, classes))
        old, codes = np.searchsorted(classes, self.classes), np.searchsorted(classes, labels)
        class_count = np.bincount(codes, minlength=len(classes)).astype(float)
        feature_count = _sum_by_class(self._counts(check_counts(rows)), codes, len(classes))
        class_count[old] += self.class_count
        feature_count[old] += self.feature_count
        return replace(self, classes=classes, class_count=class_count, feature_count=feature_count)

    @classmethod
    def empty(
        cls, classes: ArrayLike, n_features: int, *, alpha: float = 1.0, prior: ArrayLike
    ) -> Self:
        """A model that has seen nothing: all counts 0, for `update` to add to.

        The prior, in the order of the sorted classes, must be given: there are no rows to take it
        from. Raises ValueError on n_features < 1, classes not distinct, alpha < 0, and a prior
        that is no distribution.
        """
        labels = np.asarray(classes)
        if labels.ndim != 1 or not len(labels) or len(np.unique(labels)) != len(labels):
            raise ValueError(f"classes must be distinct, one or more; got {labels.tolist()}")
        if n_features < 1:
            raise ValueError(f"n_features must be 1 or more; got {n_features}")
        return cls(
            classes=np.sort(labels),
            class_count=np.zeros(len(labels)),
            prior=check_prior(prior, len(labels)),
            feature_count=np.zeros((len(labels), n_features)),
            alpha=check_scale("alpha", alpha),
        )

    def forget(self, X: Any, y: ArrayLike) -> Self:
        """The model without these rows, which it has seen: `update` taken back.

        Counts are whole numbers, which float64 holds exactly to 2^53, so forgetting is exact. The
        classes stay, even with no row left. Raises ValueError on a label that isn't a class and
        on rows that hold more than was counted.
        """
        rows, labels = check_rows(X, y, at_least=0, n_features=self.n_features)
        if (strange := np.setdiff1d(labels, self.classes)).size:
            raise ValueError(f"y must hold only classes seen; got {strange.tolist()}")
        codes = np.searchsorted(self.classes, labels)
        n_classes = len(self.classes)
        class_count = self.class_count - np.bincount(codes, minlength=n_classes)
        taken = _sum_by_class(self._counts(check_counts(rows)), codes, n_classes)
        feature_count = self.feature_count - taken
        if class_count.min() < 0 or feature_count.min() < 0:
            raise ValueError("X must hold rows that were counted; got more than there is")
        return replace(self, class_count=class_count, feature_count=feature_count)

    def with_alpha(self, alpha: float) -> Self:
        """The same counts under another smoothing alpha >= 0."""
        return replace(self, alpha=check_scale("alpha", alpha))

    @property
    def n_features(self) -> int:
        """F, the size of the vocabulary."""
        return int(self.feature_count.shape[1])

    @staticmethod
    def _counts(X: Any) -> Any:
        """What one row adds to `feature_count`."""
        raise NotImplementedError

    def _row(self, x: Any) -> Array:
        row = x.toarray() if sparse.issparse(x) else np.asarray(x)
        return self._matrix(row.reshape(1, -1) if row.ndim == 1 else row, rows=1)[0]

    def _matrix(self, X: Any, rows: int | None = None) -> Any:
        checked = check_matrix(X, n_features=self.n_features)
        if rows is not None and checked.shape[0] != rows:
            raise ValueError(f"x must be one row; got {checked.shape[0]}")
        return self._counts(check_counts(checked))


@dataclass(frozen=True, eq=False)
class MultinomialNB(_CountNB):
    """A row is a bag of words drawn one by one: p(x | c) ~ prod_f theta_cf ^ x_f.

    theta_cf = (N_cf + alpha) / (N_c + alpha F), where N_cf = `feature_count` is how often the word
    f occurs in class c, and N_c the words of class c. An absent word says nothing. (The
    multinomial coefficient is left out: it is the same in every class.)
    """

    @staticmethod
    def _counts(X: Any) -> Any:
        return X

    @cached_property
    def log_theta(self) -> Array:
        """log theta_cf, (C, F), in nats; -inf for a count of 0 under alpha = 0."""
        total = self.feature_count.sum(axis=1, keepdims=True) + self.alpha * self.n_features
        return log_of(self.feature_count + self.alpha) - log_of(np.where(total > 0, total, 1.0))

    def log_joint(self, X: Any) -> Array:
        """log p(c) + sum_f x_f log theta_cf, (N, C); 0 * log 0 = 0, as 0 ** 0 = 1."""
        return self.log_prior + _dot(self._matrix(X), self.log_theta)

    def contributions(self, x: Any) -> Array:
        """x_f log theta_cf, (F, C); 0 for a word that x hasn't got."""
        return _times(self._row(x)[:, None], self.log_theta.T)

    def word_contributions(self, features: ArrayLike, counts: ArrayLike) -> Array:
        """The rows of `contributions` that aren't 0: words `features` (n,), `counts` (n,) times."""
        words = self._log_theta_by_word[np.asarray(features, dtype=np.intp)]
        times = np.asarray(counts)[:, None]
        return times * words if self.alpha > 0 else _times(times, words)

    @cached_property
    def _log_theta_by_word(self) -> Array:
        return np.ascontiguousarray(self.log_theta.T)


@dataclass(frozen=True, eq=False)
class BernoulliNB(_CountNB):
    """A row says of each word whether it occurs: p(x | c) = prod_f p_cf^x_f (1 - p_cf)^(1 - x_f).

    p_cf = (N_cf + alpha) / (N_c + 2 alpha), where N_cf = `feature_count` is the number of rows of
    class c that have word f, and N_c the rows of class c. An absent word counts as evidence, a
    repeated one counts once: x_f > 0 is taken as 1.
    """

    @staticmethod
    def _counts(X: Any) -> Any:
        if sparse.issparse(X):
            return sparse.csr_array((X.data > 0, X.indices, X.indptr), shape=X.shape)
        return X > 0

    @cached_property
    def log_p(self) -> Array:
        """log p_cf, (C, F): the word is there. -inf for a word never seen under alpha = 0."""
        return log_of(self.feature_count + self.alpha) - log_of(self._rows)

    @cached_property
    def log_not_p(self) -> Array:
        """log(1 - p_cf), (C, F): the word is not there. -inf if it always was, under alpha = 0."""
        # From the counts, not from p: 1 - p cancels where p is near 1.
        return log_of(self.class_count[:, None] - self.feature_count + self.alpha) - log_of(
            self._rows
        )

    @property
    def _rows(self) -> Array:
        return self.class_count[:, None] + 2 * self.alpha

    @cached_property
    def log_absent(self) -> Array:
        """sum_f log(1 - p_cf), (C,): what an empty row scores beside the prior."""
        total: Array = self.log_not_p.sum(axis=1)
        return total

    def log_joint(self, X: Any) -> Array:
        """log p(c) + sum_f [x_f log p_cf + (1 - x_f) log(1 - p_cf)], (N, C)."""
        there = self._matrix(X)
        finite_p, finite_not = _finite(self.log_p), _finite(self.log_not_p)
        log_joint = self.log_prior + finite_not.sum(axis=1) + there @ (finite_p - finite_not).T
        never, always = np.isneginf(self.log_p), np.isneginf(self.log_not_p)
        if never.any() or always.any():  # alpha = 0 only
            excluded = always.sum(axis=1) + there @ (never.astype(float) - always).T
            log_joint[excluded > 0.5] = -np.inf
        return np.asarray(log_joint)

    def contributions(self, x: Any) -> Array:
        """log p_cf where the word is there, log(1 - p_cf) where it is not, (F, C)."""
        return np.where(self._row(x)[:, None], self.log_p.T, self.log_not_p.T)

    def word_contributions(self, features: ArrayLike) -> Array:
        """The rows of `contributions` of the words that are there, `features` (n,): (n, C)."""
        return self._log_p_by_word[np.asarray(features, dtype=np.intp)]

    @cached_property
    def _log_p_by_word(self) -> Array:
        return np.ascontiguousarray(self.log_p.T)

    def absent_contributions(self, features: ArrayLike) -> Array:
        """What all other words say by not being there, in all: sum_{f absent} log(1 - p_cf), (C,).

        `features` are the words that are there; one given twice counts once.
        """
        here = np.unique(np.asarray(features, dtype=np.intp))
        total = self._absence.sum - self._absence.finite[here].sum(axis=0)
        if self._absence.always is not None:
            always = self._absence.always
            total[always.sum(axis=0) > always[here].sum(axis=0)] = -np.inf
        return np.asarray(total)

    @cached_property
    def _absence(self) -> "_Absence":
        finite = _finite(self.log_not_p).T.copy()
        always = np.isneginf(self.log_not_p).T
        return _Absence(finite, finite.sum(axis=0), always if always.any() else None)


@dataclass(frozen=True, eq=False)
class _Absence:
    """log(1 - p) by feature with 0 for -inf, its sum, and where it is -inf (None: nowhere)."""

    finite: Array
    sum: Array
    always: NDArray[np.bool_] | None


def _finite(log_values: Array) -> Array:
    return np.where(np.isneginf(log_values), 0.0, log_values)


def _times(counts: Array, log_values: Array) -> Array:
    """counts * log_values with 0 * -inf = 0, quietly."""
    if not np.isneginf(log_values).any():
        return counts * log_values
    return np.where(counts > 0, np.where(counts > 0, counts, 1.0) * log_values, 0.0)


def _dot(X: Any, log_values: Array) -> Array:
    """X (N, F) @ log_values (C, F).T with 0 * -inf = 0, quietly."""
    zero = np.isneginf(log_values)
    if not zero.any():
        return np.asarray(X @ log_values.T)
    product = np.asarray(X @ _finite(log_values).T, dtype=float)
    product[np.asarray(X @ zero.T.astype(float)) > 0] = -np.inf
    return product


def _sum_by_class(X: Any, codes: NDArray[Any], n_classes: int) -> Array:
    """The sum of X's rows by class, (C, F)."""
    n = X.shape[0]
    one_hot = np.zeros((n, n_classes))
    one_hot[np.arange(n), codes] = 1.0
    return np.asarray(X.T @ one_hot, dtype=float).T
