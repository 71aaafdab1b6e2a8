"""What the three models share: classes, prior, and the step from joint to posterior."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.naive_bayes.checks import check_prior

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NaiveBayes:
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
        return log_of(
            self.class_count / self.class_count.sum() if self.prior is None else self.prior
        )

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


def normalise(log_joint: Array, log_prior: Array) -> Array:
    """p(c | x) from log p(x, c), (N, C); the prior where every class is impossible."""
    top = log_joint.max(axis=1, keepdims=True)
    possible = ~np.isneginf(top)
    if not possible.all():
        log_joint = np.where(possible, log_joint, log_prior)
        top = log_joint.max(axis=1, keepdims=True)
    weights = np.exp(log_joint - top)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def log_of(p: Array) -> Array:
    """Natural logarithm with log 0 = -inf, quietly."""
    return np.log(p, out=np.full(np.shape(p), -np.inf), where=p > 0)
