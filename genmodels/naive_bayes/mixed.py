"""Mixed Naive Bayes: some features normal in each class, others categories; values may be missing.

Between measured and asked there is nothing to combine: given the class, features are independent,
so a density and a probability stand side by side as factors of one product. A missing value is
summed over all that it could be, and sums to 1: its factor is 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from genmodels.naive_bayes.base import Array, NaiveBayes, log_of
from genmodels.naive_bayes.checks import check_prior, check_rows, check_scale

GAUSSIAN = 0
"""Stands for a normal feature among the numbers of categories."""


@dataclass(frozen=True, eq=False)
class MixedNB(NaiveBayes):
    """p(x_f | c) is N(x_f; mu_cf, sigma2_cf) for a normal feature, theta_cfk for category k.

    n_categories (F,): GAUSSIAN or K_f >= 2. known (C, F): rows of the class with the feature known.
    means, squares (C, F): of normal features, `squares` the sum of (x - mu)^2; 0 elsewhere.
    counts (C, F, max K_f): rows of the class with the category. `spread`: the largest variance of a
    normal feature over all rows, of which `var_smoothing` is added to every variance.

        sigma2_cf = squares_cf / known_cf + var_smoothing * spread
        theta_cfk = (counts_cfk + alpha) / (known_cf + alpha K_f)
    """

    n_categories: tuple[int, ...]
    known: Array
    means: Array
    squares: Array
    counts: Array
    spread: float
    alpha: float
    var_smoothing: float

    @classmethod
    def fit(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        n_categories: Sequence[int],
        *,
        alpha: float = 1.0,
        var_smoothing: float = 1e-9,
        prior: ArrayLike | None = None,
    ) -> Self:
        """Count and average what is known of each class. X (N, F), NaN where missing; y (N,).

        A category's value is its number, 0 to K_f - 1; one that never occurs is still possible
        where alpha > 0. Raises ValueError on fewer than two classes, on a class without a known
        value of a normal feature, on a variance of 0 left unsmoothed, and on values out of range.
        """
        kinds = _check_kinds(n_categories)
        table = check_values(X, kinds)
        _, labels = check_rows(np.nan_to_num(table), y, at_least=1)
        classes, codes = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y must hold two classes or more; got {classes.tolist()}")
        C, F = len(classes), len(kinds)
        normal = np.array(kinds) == GAUSSIAN
        is_known = ~np.isnan(table)
        known, means, squares = np.zeros((3, C, F))
        counts = np.zeros((C, F, max(*kinds, 1)))
        for c in range(C):
            rows, there = table[codes == c], is_known[codes == c]
            known[c] = there.sum(axis=0)
            at_least_one = np.maximum(known[c], 1)
            means[c] = np.where(normal, np.where(there, rows, 0).sum(axis=0) / at_least_one, 0)
            squares[c] = np.where(there & normal, (rows - means[c]) ** 2, 0).sum(axis=0)
            for f in np.flatnonzero(~normal):
                values = rows[there[:, f], f].astype(int)
                counts[c, f] = np.bincount(values, minlength=counts.shape[2])
        return cls(
            classes=classes,
            class_count=np.bincount(codes).astype(float),
            prior=check_prior(prior, C),
            n_categories=kinds,
            known=known,
            means=means,
            squares=squares,
            counts=counts,
            spread=_largest_variance(table[:, normal]),
            alpha=check_scale("alpha", alpha),
            var_smoothing=check_scale("var_smoothing", var_smoothing),
        )._checked()

    def with_alpha(self, alpha: float) -> Self:
        """The same counts under another smoothing alpha >= 0."""
        return replace(self, alpha=check_scale("alpha", alpha))

    @property
    def n_features(self) -> int:
        """F, the number of features."""
        return len(self.n_categories)

    @property
    def smoothing(self) -> float:
        """var_smoothing * spread, added to every variance; a spread of 0 counts as 1."""
        return self.var_smoothing * (self.spread or 1.0)

    @cached_property
    def variances(self) -> Array:
        """sigma2_cf (C, F), smoothing included; no meaning for categories."""
        return self.squares / np.maximum(self.known, 1) + self.smoothing

    @cached_property
    def log_theta(self) -> Array:
        """log theta_cfk (C, F, max K_f), in nats; -inf beyond a feature's own categories."""
        K = np.array(self.n_categories)
        own = np.arange(self.counts.shape[2]) < K[:, None]
        total = self.known + self.alpha * K
        theta = (self.counts + self.alpha) / np.where(total > 0, total, 1)[:, :, None]
        return log_of(np.where(own, theta, 0))

    def log_joint(self, X: ArrayLike) -> Array:
        """log p(c) + sum_f log p(x_f | c), (N, C); a missing value's factor is 1, its log 0."""
        return self.log_prior + self.log_factors(X).sum(axis=1)

    def contributions(self, x: ArrayLike) -> Array:
        """log p(x_f | c) of one row, (F, C)."""
        row = np.asarray(x, dtype=float)
        factors = self.log_factors(row.reshape(1, -1) if row.ndim == 1 else row)
        if len(factors) != 1:
            raise ValueError(f"x must be one row; got {len(factors)}")
        return np.asarray(factors[0])

    def log_factors(self, X: ArrayLike) -> Array:
        """log p(x_f | c), (N, F, C): what `log_joint` sums over f."""
        table = check_values(X, self.n_categories)
        factors = np.zeros((*table.shape, len(self.classes)))
        for f, K in enumerate(self.n_categories):
            there = ~np.isnan(table[:, f])
            x = table[there, f, None]
            if K == GAUSSIAN:
                variance, mean = self.variances[:, f], self.means[:, f]
                with np.errstate(over="ignore"):  # so far out that its density is 0: -inf says so
                    factors[there, f] = -0.5 * (
                        np.log(2 * np.pi * variance) + (x - mean) ** 2 / variance
                    )
            else:
                factors[there, f] = self.log_theta[:, f, x[:, 0].astype(int)].T
        return factors

    def _checked(self) -> Self:
        for f, K in enumerate(self.n_categories):
            if K != GAUSSIAN:
                continue
            for c, name in enumerate(self.classes.tolist()):
                if not self.known[c, f]:
                    raise ValueError(
                        f"X must have a known value of normal feature {f} in each class; "
                        f"got none in {name}"
                    )
                if self.variances[c, f] <= 0:
                    raise ValueError(
                        "var_smoothing must be > 0 where a feature doesn't vary; got "
                        f"{self.var_smoothing} with variance 0 of feature {f} in class {name}"
                    )
        return self


def check_values(X: ArrayLike, kinds: Sequence[int]) -> Array:
    """X (N, F) as floats: NaN, a finite number, or where K_f > 0 a category 0 to K_f - 1."""
    table = np.asarray(X, dtype=float)
    if table.ndim != 2 or table.shape[1] != len(kinds):
        raise ValueError(f"X must be (rows, {len(kinds)}); got {table.shape}")
    if np.isinf(table).any():
        raise ValueError("X must hold finite numbers or NaN; got an infinity")
    for f, K in enumerate(kinds):
        if K == GAUSSIAN:
            continue
        column = table[~np.isnan(table[:, f]), f]
        bad = column[(column != np.floor(column)) | (column < 0) | (column >= K)]
        if bad.size:
            raise ValueError(f"feature {f} must be a category 0 to {K - 1}; got {bad[0]:g}")
    return table


def _check_kinds(n_categories: Sequence[int]) -> tuple[int, ...]:
    kinds = tuple(int(K) for K in n_categories)
    bad = [K for K in kinds if K != GAUSSIAN and K < 2]
    if not kinds or bad:
        raise ValueError(
            f"n_categories must be {GAUSSIAN} (normal) or 2 and more, one a feature; got {kinds}"
        )
    return kinds


def _largest_variance(normal: Array) -> float:
    """max_f Var(x_f) over the known values of the normal columns; 0 without one."""
    variances = [
        float(np.var(column[there]))
        for column in normal.T
        if (there := ~np.isnan(column)).any()
    ]  # fmt: skip
    return max(variances, default=0.0)
