"""Gaussian Naive Bayes: each feature normal in each class."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from genmodels.naive_bayes.base import Array, NaiveBayes
from genmodels.naive_bayes.checks import (
    check_matrix,
    check_prior,
    check_rows,
    check_scale,
    dense,
    new_class_message,
)


@dataclass(frozen=True, eq=False)
class GaussianNB(NaiveBayes):
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
        rows = dense(rows)
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
        rows = dense(check_matrix(X, n_features=self.n_features))
        columns = []
        for mean, variance in zip(self.means, self.variances, strict=True):
            with np.errstate(over="ignore"):  # so far out that its density is 0: -inf says so
                z = rows - mean
                z *= 1 / np.sqrt(variance)
                squared = np.einsum("nf,nf->n", z, z)
            columns.append(-0.5 * (np.log(2 * np.pi * variance).sum() + squared))
        return self.log_prior + np.stack(columns, axis=1)

    def contributions(self, x: Any) -> Array:
        """-1/2 [log(2 pi sigma2_cf) + (x_f - mu_cf)^2 / sigma2_cf], (F, C)."""
        row = x.toarray() if sparse.issparse(x) else np.asarray(x)
        row = check_matrix(row.reshape(1, -1) if row.ndim == 1 else row, self.n_features)
        if len(row) != 1:
            raise ValueError(f"x must be one row; got {len(row)}")
        terms = [self._log_density(dense(row), k)[0] for k in range(len(self.classes))]
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
