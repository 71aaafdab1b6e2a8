"""Naive Bayes: p(x, c) = p(c) * prod_f p(x_f | c), learnt by counting.

Each model is a frozen record of counts (Gaussian: of sums), never of documents. Learning more is
adding counts, and the smoothing and the prior can change afterwards without seeing the data again.

    model = MultinomialNB.fit(X, y, alpha=1.0)
    model.posterior(X)           # p(c | x), (N, C)
    model.contributions(X[0])    # what each feature adds to log p(x, c), (F, C)

Shapes: N rows, F features, C classes. X may be a dense array or a scipy sparse matrix. Logs are
natural, so every log-probability is in nats. Source: McCallum and Nigam, "A comparison of event
models for naive Bayes text classification", 1998; Manning, Raghavan and Schütze, "Introduction to
Information Retrieval", 2008, chapter 13.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from genmodels._nb_checks import (
    check_counts,
    check_matrix,
    check_prior,
    check_rows,
    check_scale,
    new_class_message,
)

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _NaiveBayes:
    """What the three models share: the classes, how often each was seen, and the prior.

    `prior` is p(c), (C,); None means the share of each class among the rows seen.
    """

    classes: NDArray[Any]
    class_count: Array
    prior: Array | None

    @property
    def n_features(self) -> int:
        """F, the number of features."""
        raise NotImplementedError

    @cached_property
    def log_prior(self) -> Array:
        """log p(c), (C,), in nats; -inf for a class of prior 0."""
        return _log(self.class_count / self.class_count.sum() if self.prior is None else self.prior)

    def with_prior(self, prior: ArrayLike | None) -> Self:
        """The same counts under another prior p(c), (C,); None goes back to the classes' shares.

        Raises ValueError unless the prior has C entries >= 0 that sum to 1.
        """
        return replace(self, prior=check_prior(prior, len(self.classes)))

    def log_joint(self, X: Any) -> Array:
        """log p(x, c) = log p(c) + sum_f log p(x_f | c), (N, C), in nats; -inf is possible."""
        raise NotImplementedError

    def contributions(self, x: Any) -> Array:
        """log p(x_f | c) for one row x, (F, C): with `log_prior` they sum to its `log_joint`."""
        raise NotImplementedError

    def posterior(self, X: Any) -> Array:
        """p(c | x) = p(x, c) / sum_c' p(x, c'), (N, C); every row sums to 1.

        Where every class gives x probability 0 the quotient is 0 / 0. The answer is then the
        prior, as if x had said nothing; `impossible` tells which rows these are.
        """
        return normalise(self.log_joint(X), self.log_prior)

    def impossible(self, X: Any) -> NDArray[np.bool_]:
        """Whether every class gives the row probability 0, so that its posterior is not defined."""
        return np.asarray(np.isneginf(self.log_joint(X)).all(axis=1))

    def predict(self, X: Any) -> NDArray[Any]:
        """The class of the largest posterior, (N,); the first of equals."""
        labels: NDArray[Any] = self.classes[self.posterior(X).argmax(axis=1)]
        return labels


@dataclass(frozen=True, eq=False)
class _CountNB(_NaiveBayes):
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
        return _log(self.feature_count + self.alpha) - _log(np.where(total > 0, total, 1.0))

    def log_joint(self, X: Any) -> Array:
        """log p(c) + sum_f x_f log theta_cf, (N, C); 0 * log 0 = 0, as 0 ** 0 = 1."""
        return self.log_prior + _dot(self._matrix(X), self.log_theta)

    def contributions(self, x: Any) -> Array:
        """x_f log theta_cf, (F, C); 0 for a word that x hasn't got."""
        return _times(self._row(x)[:, None], self.log_theta.T)

    def word_contributions(self, features: ArrayLike, counts: ArrayLike) -> Array:
        """The rows of `contributions` that aren't 0: words `features` (n,), `counts` (n,) times."""
        words = self.log_theta[:, np.asarray(features, dtype=np.intp)].T
        return _times(np.asarray(counts, dtype=float)[:, None], words)


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
        return _log(self.feature_count + self.alpha) - _log(self._rows)

    @cached_property
    def log_not_p(self) -> Array:
        """log(1 - p_cf), (C, F): the word is not there. -inf if it always was, under alpha = 0."""
        # From the counts, not from p: 1 - p cancels where p is near 1.
        return _log(self.class_count[:, None] - self.feature_count + self.alpha) - _log(self._rows)

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
        return self.log_p[:, np.asarray(features, dtype=np.intp)].T

    def absent_contributions(self, features: ArrayLike) -> Array:
        """What all other words say by not being there, in all: sum_{f absent} log(1 - p_cf), (C,).

        `features` are the words that are there; one given twice counts once.
        """
        here = np.unique(np.asarray(features, dtype=np.intp))
        finite = _finite(self.log_not_p)
        total = finite.sum(axis=1) - finite[:, here].sum(axis=1)
        always = np.isneginf(self.log_not_p)
        total[always.sum(axis=1) > always[:, here].sum(axis=1)] = -np.inf
        return np.asarray(total)


@dataclass(frozen=True, eq=False)
class GaussianNB(_NaiveBayes):
    """Each feature is normal in each class: p(x_f | c) = N(x_f; mu_cf, sigma2_cf).

    sigma2_cf = `squares`_cf / N_c + var_smoothing * (the largest variance of a feature over all
    rows), so that no class is a spike. If all rows are the same, that largest variance is 0 and 1
    stands in for it. `means` (C, F); `squares` (C, F) is the sum of (x_f - mu_cf)^2 over the rows
    of the class.
    """

    means: Array
    squares: Array
    var_smoothing: float

    @classmethod
    def fit(
        cls,
        X: Any,
        y: ArrayLike,
        *,
        var_smoothing: float = 1e-9,
        prior: ArrayLike | None = None,
    ) -> Self:
        """Mean and squared deviations by class. X (N, F) finite, y (N,) labels.

        Raises ValueError on anything else, on N = 0 or F = 0, on var_smoothing < 0, and on a
        variance of 0 that is left unsmoothed.
        """
        rows, labels = check_rows(X, y, at_least=1)
        rows = _dense(rows)
        classes, codes = np.unique(labels, return_inverse=True)
        groups = [rows[codes == k] for k in range(len(classes))]
        means = np.stack([group.mean(axis=0) for group in groups])
        squares = np.stack(
            [((group - mean) ** 2).sum(axis=0) for group, mean in zip(groups, means, strict=True)]
        )
        return cls(
            classes=classes,
            class_count=np.bincount(codes).astype(float),
            prior=check_prior(prior, len(classes)),
            means=means,
            squares=squares,
            var_smoothing=check_scale("var_smoothing", var_smoothing),
        )._checked()

    def update(self, X: Any, y: ArrayLike) -> Self:
        """The model of all rows so far and these, equal to one fit on all (also its smoothing).

        Two groups merge as in Chan, Golub and LeVeque (1979), equation 2.1: with the difference d
        of their means, mu = mu_a + d n_b / n and squares = S_a + S_b + d^2 n_a n_b / n.
        """
        rows, labels = check_rows(X, y, at_least=0, n_features=self.n_features)
        if not len(labels):
            return self
        new = replace(type(self).fit(rows, labels, var_smoothing=1.0), var_smoothing=0.0)
        classes = np.union1d(self.classes, new.classes)
        if self.prior is not None and len(classes) != len(self.classes):
            raise ValueError(new_class_message(self.classes, classes))
        n_a, mu_a, squares_a = self._spread_over(classes)
        n_b, mu_b, squares_b = new._spread_over(classes)
        n, d = n_a + n_b, mu_b - mu_a
        return replace(
            self,
            classes=classes,
            class_count=n[:, 0],
            means=mu_a + d * (n_b / n),
            squares=squares_a + squares_b + d**2 * (n_a * n_b / n),
        )._checked()

    def with_var_smoothing(self, var_smoothing: float) -> Self:
        """The same sums under another smoothing."""
        return replace(self, var_smoothing=check_scale("var_smoothing", var_smoothing))._checked()

    @property
    def n_features(self) -> int:
        """F, the number of features."""
        return int(self.means.shape[1])

    @cached_property
    def smoothing(self) -> float:
        """var_smoothing * max_f Var(x_f), added to every variance."""
        share = (self.class_count / self.class_count.sum())[:, None]
        mean = (share * self.means).sum(axis=0)
        spread = self.squares / self.class_count.sum() + share * (self.means - mean) ** 2
        return self.var_smoothing * (float(spread.sum(axis=0).max()) or 1.0)

    @cached_property
    def variances(self) -> Array:
        """sigma2_cf, (C, F), smoothing included."""
        return self.squares / self.class_count[:, None] + self.smoothing

    def log_joint(self, X: Any) -> Array:
        """log p(c) - 1/2 sum_f [log(2 pi sigma2_cf) + (x_f - mu_cf)^2 / sigma2_cf], (N, C)."""
        rows = _dense(check_matrix(X, n_features=self.n_features))
        columns = [self._log_density(rows, k).sum(axis=1) for k in range(len(self.classes))]
        return self.log_prior + np.stack(columns, axis=1)

    def contributions(self, x: Any) -> Array:
        """-1/2 [log(2 pi sigma2_cf) + (x_f - mu_cf)^2 / sigma2_cf], (F, C)."""
        row = x.toarray() if sparse.issparse(x) else np.asarray(x)
        row = check_matrix(row.reshape(1, -1) if row.ndim == 1 else row, self.n_features)
        if len(row) != 1:
            raise ValueError(f"x must be one row; got {len(row)}")
        terms = [self._log_density(_dense(row), k)[0] for k in range(len(self.classes))]
        return np.stack(terms, axis=1)

    def _log_density(self, rows: Array, k: int) -> Array:
        variance = self.variances[k]
        with np.errstate(over="ignore"):  # so far out that its density is 0: -inf says so
            return -0.5 * (np.log(2 * np.pi * variance) + (rows - self.means[k]) ** 2 / variance)

    def _spread_over(self, classes: NDArray[Any]) -> tuple[Array, Array, Array]:
        """Counts (C, 1), means and squares for `classes`, 0 for those not seen here."""
        at = np.searchsorted(classes, self.classes)
        n = np.zeros((len(classes), 1))
        means, squares = np.zeros((2, len(classes), self.n_features))
        n[at, 0], means[at], squares[at] = self.class_count, self.means, self.squares
        return n, means, squares

    def _checked(self) -> Self:
        spike = np.argwhere(self.variances <= 0)
        if len(spike):
            k, f = spike[0]
            raise ValueError(
                f"var_smoothing must be > 0 where a feature doesn't vary; got "
                f"{self.var_smoothing} with variance 0 of feature {f} in class {self.classes[k]!s}"
            )
        return self


def normalise(log_joint: Array, log_prior: Array) -> Array:
    """p(c | x) from log p(x, c), (N, C); the prior where every class is impossible."""
    top = log_joint.max(axis=1, keepdims=True)
    possible = ~np.isneginf(top)
    if not possible.all():
        log_joint = np.where(possible, log_joint, log_prior)
        top = log_joint.max(axis=1, keepdims=True)
    weights = np.exp(log_joint - top)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _log(p: Array) -> Array:
    """Natural logarithm with log 0 = -inf, quietly."""
    return np.log(p, out=np.full(np.shape(p), -np.inf), where=p > 0)


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


def _dense(X: Any) -> Array:
    return np.asarray(X.toarray() if sparse.issparse(X) else X, dtype=float)
