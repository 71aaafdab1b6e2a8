"""Where Baum-Welch begins, and what a fitted model is charged for."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.hmm.diagonal import DiagonalEmission
from genmodels.hmm.model import CategoricalEmission, Emission, GaussianEmission, HiddenMarkovModel


def random_start(n_states: int, n_symbols: int, *, rng: np.random.Generator) -> HiddenMarkovModel:
    """A model whose every row is drawn evenly from all distributions (Dirichlet of ones)."""
    if n_states < 1 or n_symbols < 1:
        raise ValueError(f"n_states and n_symbols must be at least 1; got {n_states}, {n_symbols}")
    return HiddenMarkovModel(
        rng.dirichlet(np.ones(n_states)),
        rng.dirichlet(np.ones(n_states), n_states),
        CategoricalEmission(rng.dirichlet(np.ones(n_symbols), n_states)),
    )


def spread_start(
    n_states: int,
    sequences: Sequence[Any],
    *,
    rng: np.random.Generator,
    diagonal: bool = False,
    stay: float = 0.9,
) -> HiddenMarkovModel:
    """A Gaussian model on real-valued sequences (T, D): means apart, each as wide as the data.

    Means are data points chosen one by one with probability proportional to the squared distance
    from those chosen before (k-means++, Arthur and Vassilvitskii 2007), each coordinate in its own
    standard deviations. In one dimension variances are the data's times 4^i for a spread of widths
    about 1, since returns differ in width more than in mean. A_kk = `stay`.
    """
    if n_states < 1:
        raise ValueError(f"n_states must be at least 1; got {n_states}")
    if not 0 < stay < 1:
        raise ValueError(f"stay must be between 0 and 1; got {stay}")
    X = np.concatenate([_column(x) for x in sequences])
    X = X[~np.isnan(X[:, 0])]
    if not len(X):
        raise ValueError("sequences must have at least one observation that isn't missing")
    scale = X.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    chosen = [int(rng.integers(len(X)))]
    nearest = np.full(len(X), np.inf)
    for _ in range(1, n_states):
        nearest = np.minimum(nearest, np.square((X - X[chosen[-1]]) / scale).sum(axis=1))
        total = nearest.sum()
        weights = nearest / total if total > 0 else np.full(len(X), 1 / len(X))
        chosen.append(int(rng.choice(len(X), p=weights)))
    means = X[chosen]
    variances = np.broadcast_to(scale**2, means.shape).copy()
    if X.shape[1] == 1:
        variances *= 4.0 ** (np.arange(n_states) - (n_states - 1) / 2)[:, None]
    emission: Emission
    if diagonal:
        emission = DiagonalEmission(means, variances)
    else:
        emission = GaussianEmission(means, variances[:, :, None] * np.eye(X.shape[1]))
    transition = np.full((n_states, n_states), (1 - stay) / max(n_states - 1, 1))
    np.fill_diagonal(transition, stay if n_states > 1 else 1.0)
    return HiddenMarkovModel(np.full(n_states, 1 / n_states), transition, emission)


def left_right(
    n_states: int, emission: Emission, *, stay: float = 0.5, skip: float = 0.0
) -> HiddenMarkovModel:
    """A model that begins in state 1 and moves to the right only.

    From each state it stays with probability `stay`, leaps over one with `skip`, else goes on to
    the next; the last state keeps what would leave it. Rabiner (1989), section IV-A.
    """
    if not (0 <= stay <= 1 and 0 <= skip <= 1 and stay + skip <= 1):
        raise ValueError(f"stay and skip must be at least 0, at most 1 in all; got {stay}, {skip}")
    if emission.n_states != n_states:
        raise ValueError(f"emission must have {n_states} states; got {emission.n_states}")
    K = n_states
    A = np.zeros((K, K))
    for i in range(K):
        for j, p in ((i, stay), (i + 1, 1 - stay - skip), (i + 2, skip)):
            A[i, min(j, K - 1)] += p
    return HiddenMarkovModel(np.eye(K)[0], A, emission)


def free_parameters(model: HiddenMarkovModel) -> int:
    """Free numbers of the model: each row of probabilities has one less than its entries above 0.

    Zeros of pi and A are structure, which Baum-Welch keeps; those of an emission table count.
    """
    K = model.n_states
    free = int(np.count_nonzero(model.initial) - 1 + np.count_nonzero(model.transition) - K)
    emission = model.emission
    if isinstance(emission, CategoricalEmission):
        return free + K * (emission.probabilities.shape[1] - 1)
    if isinstance(emission, DiagonalEmission):
        return free + 2 * emission.means.size
    if isinstance(emission, GaussianEmission):
        D = emission.means.shape[1]
        return free + K * (D + D * (D + 1) // 2)
    raise ValueError(f"emission must be one of this package's; got {type(emission).__name__}")


def bic(log_prob: float, parameters: int, n: int) -> float:
    """-2 log P(x) + parameters log n, n observations; lower is better (Schwarz 1978)."""
    return float(-2 * log_prob + parameters * np.log(n))


def _column(x: Any) -> np.ndarray:
    x = np.asarray(x, dtype=np.float64)
    return x[:, None] if x.ndim == 1 else x
