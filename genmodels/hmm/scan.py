"""The same inference for long sequences, by a scan over products of transition matrices.

Why there are two ways: `viterbi` and `forward_backward` walk from step to step and keep every
term, which is what the trellis shows and a reader can follow; at 50,000 steps Python's loop alone
costs half a second. Here the sequence is cut into n blocks of L steps, n L >= T - 1. With
M_t[i, j] = A_ij b_j(x_t), forward is alpha_t = alpha_1 M_2 .. M_t, and products of matrices may be
bracketed at will:

1. the product of each block's matrices, all blocks at once, step by step;
2. from block to block, alpha and beta at the blocks' edges, one block after the other;
3. alpha and beta inside the blocks, all blocks at once, step by step.

That is 2 L + n steps of NumPy in place of 2 T; L = n = sqrt(T) is about best. Viterbi is the same
with (max, +) in place of (+, x). Blelloch (1990), "Prefix sums and their applications"; for the
HMM, Hassan, Sarkka and Garcia-Fernandez (2021), IEEE Trans. Signal Processing 69.

The sums run on probabilities, scaled again every few steps. Where every A_ij is above 0, what
underflows has a posterior below 1e-100 and is fed again by its neighbours in the next step. With
zeros in A a small alpha can be all that a later observation leaves: there nothing above 0 may come
below FLOOR of the largest beside it, and where something does, all is done again on logs, as in
the traced loop. The tests hold each against it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.hmm.model import HiddenMarkovModel, log

DENSE = 1e-12
"""The smallest A_ij that feeds a state again, whatever was lost of it."""
EVERY = 8
"""Scaled probabilities are scaled again after so many steps at most."""
FLOOR = 1e-150
"""What probabilities may shrink to between scalings, and beside the largest where A has zeros."""
_LOWEST, _TINY = np.finfo(np.float64).min, np.finfo(np.float64).tiny


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What Baum-Welch's E-step needs of one sequence, without the terms.

    `posterior` (T, K): P(z_t = k | x); `moves` (K, K): sum over t of P(z_t = i, z_t+1 = j | x);
    `log_prob` = log P(x) in nats. Where x is impossible, `log_prob` is -inf, `impossible_at` its
    first unreachable column, and the posteriors, undefined, are zeros.
    """

    posterior: np.ndarray
    moves: np.ndarray
    log_prob: float
    impossible_at: int | None = None


@dataclass(frozen=True, eq=False)
class BestPath:
    """The best `path` (T,) and `log_prob` = max_z log P(x, z) in nats; empty and -inf if none.

    `impossible_at` is the first column that no path reaches, or None.
    """

    path: np.ndarray
    log_prob: float
    impossible_at: int | None = None


def smooth(model: HiddenMarkovModel, observations: Any) -> Smoothed:
    """Posteriors, expected moves and log P(x), as `forward_backward` has them. O(K^3 T).

    Raises ValueError on observations that the emission can't have made.
    """
    log_pi, log_B = log(model.initial), model.emission.log_prob(observations)
    try:
        return _smooth_scaled(log_pi, model.transition, log_B)
    except _Underflow:
        return _smooth_logs(log_pi, log(model.transition), log_B)


def filtered(model: HiddenMarkovModel, observations: Any) -> np.ndarray:
    """P(z_t = k | x_1..x_t), shape (T, K): what is known at t; zeros from an impossible step on.

    `filtered @ A` predicts the next state. Raises ValueError as `smooth` does.
    """
    return _forward(model, model.emission.log_prob(observations))[0]


def prefix_log_likelihoods(model: HiddenMarkovModel, observations: Any) -> np.ndarray:
    """log P(x_1..x_t) for every t, shape (T,), nats; -inf from an impossible step on."""
    return _forward(model, model.emission.log_prob(observations))[1]


def best_path(model: HiddenMarkovModel, observations: Any) -> BestPath:
    """Viterbi by a (max, +) scan: the path and log-probability of `viterbi`. O(K^3 T).

    Of equals the lowest state wins, up to rounding: sums are bracketed differently here.
    Raises ValueError as `smooth` does.
    """
    log_A = log(model.transition)
    log_B = model.emission.log_prob(observations)
    T = len(log_B)
    blocks = _cut(log_B, 0.0)
    L, K, n = blocks.shape
    log_delta = np.empty((L + 1, K, n))
    first = log(model.initial) + log_B[0]
    products = _products(blocks, log_A, _max_product, np.add)
    edges = [first]
    for P in products[:-1]:
        edges.append(np.maximum.reduce(P + edges[-1], axis=1))
    log_delta[0] = np.stack(edges, axis=1)
    for t in range(L):
        np.add(_max_product(log_delta[t], log_A), blocks[t], out=log_delta[t + 1])
    last, steps = divmod(max(T - 2, 0), L)
    final = log_delta[min(T - 1, steps + 1), :, last]
    log_prob = float(final.max())
    if log_prob == -np.inf:
        return BestPath(np.empty(0, np.int64), log_prob, _first_dead(_joined(log_delta, T)))
    if T == 1:
        return BestPath(np.array([final.argmax()]), log_prob)

    # The last block may be filled up: walk it from the last observation.
    inside = np.empty((L + 1, n), dtype=np.intp)
    inside[steps + 1, last] = final.argmax()
    _walk_back(inside[: steps + 2, last:], log_delta[: steps + 2, :, last:], log_A)
    # The others end where the next begins; their own products say where they begin themselves.
    origin = np.argmax(products + log_delta[0].T[:, None], axis=2).tolist()
    ends = [int(inside[0, last])]
    for b in range(last - 1, 0, -1):
        ends.append(origin[b][ends[-1]])
    inside[L, :last] = ends[:last][::-1]
    # Where equals are rounded apart, a walk may begin elsewhere: then the block before walks anew.
    _walk_back(inside[:, :last], log_delta[:, :, :last], log_A)
    while len(astray := np.flatnonzero(inside[L, :last] != inside[0, 1 : last + 1])):
        anew = inside[:, astray]
        anew[L] = inside[0, astray + 1]
        _walk_back(anew, log_delta[:, :, astray], log_A)
        inside[:, astray] = anew
    path = np.empty(1 + n * L, dtype=np.int64)
    path[0] = inside[0, 0]
    path[1:].reshape(n, L)[:] = inside[1:].T
    return BestPath(path[:T], log_prob)


def _walk_back(inside: np.ndarray, log_delta: np.ndarray, log_A: np.ndarray) -> None:
    """Fill `inside` (L + 1, n) from its last row backwards, in all blocks at once."""
    for t in range(len(inside) - 2, -1, -1):
        contenders = log_A.take(inside[t + 1], axis=1)
        contenders += log_delta[t]
        contenders.argmax(axis=0, out=inside[t])


# -- sums on scaled probabilities --------------------------------------------------------------


class _Underflow(Exception):
    """Something above 0 came too near to 0 to be kept beside the rest."""


@dataclass(frozen=True)
class _Scaling:
    """How often to scale (`every` so many steps), and whether small values may be lost."""

    every: int
    strict: bool

    def check(self, values: np.ndarray, least: float = 0.0) -> np.ndarray:
        """`values`, if nothing above `least` was lost, nor will be before the next scaling."""
        if self.strict and ((values < FLOOR) & (values > least)).any():
            raise _Underflow
        return values


def _scaling(log_A: np.ndarray, log_b: np.ndarray) -> _Scaling:
    """From A and the scaled b: in `every` steps nothing shrinks by more than FLOOR."""
    if log_A.min() >= np.log(DENSE):
        return _Scaling(EVERY, strict=False)
    shrinks = -sum(float(v.min(where=v > -np.inf, initial=0.0)) for v in (log_A, log_b))
    every = EVERY if shrinks == 0 else min(EVERY, int(-np.log(FLOOR) / shrinks))
    if every < 1:
        raise _Underflow
    return _Scaling(every, strict=True)


def _smooth_scaled(log_pi: np.ndarray, A: np.ndarray, log_B: np.ndarray) -> Smoothed:
    T, K = log_B.shape
    B, top, scaling = _scaled(log_pi, log(A), log_B)
    blocks = _cut(B, 1.0)
    products = _products(blocks, A, _product, np.multiply, scaling)
    alpha, scale = _alphas(B[0], blocks, A, products, T, scaling)
    if not (scale > 0).all():
        return _impossible(T, K, int(np.argmin(scale > 0)))
    beta = _betas(blocks, A, products, T, scaling)
    posterior = alpha * beta
    met = scaling.check(np.einsum("tk->t", posterior), least=-1.0)
    posterior /= met[:, None]
    onward = B[1:] * beta[1:]
    met = scaling.check(np.einsum("tk,tk->t", alpha[:-1] @ A, onward), least=-1.0)
    weights = alpha[:-1] / met[:, None]
    return Smoothed(posterior, A * (weights.T @ onward), float(np.log(scale).sum() + top.sum()))


def _forward(model: HiddenMarkovModel, log_B: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(z_t | x_1..x_t) and log P(x_1..x_t)."""
    T, log_pi = len(log_B), log(model.initial)
    A, log_A = model.transition, log(model.transition)
    try:
        B, top, scaling = _scaled(log_pi, log_A, log_B)
        blocks = _cut(B, 1.0)
        products = _products(blocks, A, _product, np.multiply, scaling)
        alpha, scale = _alphas(B[0], blocks, A, products, T, scaling)
        prefix = np.cumsum(log(scale) + top)
    except _Underflow:
        log_alpha = _log_alphas(log_pi, log_A, log_B)[0]
        prefix = log_sum(log_alpha.T)
        alpha = np.exp(log_alpha - np.maximum(prefix, _LOWEST)[:, None])
    alive = np.logical_and.accumulate(prefix > -np.inf)
    return np.where(alive[:, None], alpha, 0.0), np.where(alive, prefix, -np.inf)


def _scaled(
    log_pi: np.ndarray, log_A: np.ndarray, log_B: np.ndarray
) -> tuple[np.ndarray, np.ndarray, _Scaling]:
    """b over the largest b of each step, the log of that largest (0 where all are 0), scaling.

    The first step's terms are pi b: a state that can't be the first must not set their scale.
    """
    terms = log_B.copy()
    terms[0] += log_pi
    top = terms[:, 0].copy()
    for k in range(1, terms.shape[1]):
        np.maximum(top, terms[:, k], out=top)
    top[np.isneginf(top)] = 0.0
    terms -= top[:, None]
    scaling = _scaling(log_A, terms)
    return np.exp(terms, out=terms), top, scaling


def _alphas(
    first: np.ndarray,
    blocks: np.ndarray,
    A: np.ndarray,
    products: np.ndarray,
    T: int,
    scaling: _Scaling,
) -> tuple[np.ndarray, np.ndarray]:
    """Forward, scaled: P(z_t | x_1..x_t) (T, K), and what each step was divided by (T,)."""
    L, K, n = blocks.shape
    alpha = np.empty((L + 1, K, n))
    alpha[0] = _edges(first, products, scaling)
    rescaled = np.ones((L, n))
    into = np.ascontiguousarray(A.T)
    for t in range(L):
        np.matmul(into, alpha[t], out=alpha[t + 1])
        alpha[t + 1] *= blocks[t]
        if (t + 1) % scaling.every == 0:
            # A block after an impossible step holds zeros: don't divide by them.
            rescaled[t] = np.maximum(np.add.reduce(alpha[t + 1], axis=0), _TINY)
            alpha[t + 1] /= rescaled[t]
    scaling.check(alpha[:: scaling.every])
    total = np.add.reduce(alpha, axis=1)
    divisor = np.maximum(total, _TINY)
    alpha /= divisor[:, None]
    scale = total[1:] * rescaled / divisor[:-1]
    return _joined(alpha, T), np.concatenate([[first.sum()], scale.T.ravel()[: T - 1]])


def _betas(
    blocks: np.ndarray, A: np.ndarray, products: np.ndarray, T: int, scaling: _Scaling
) -> np.ndarray:
    """Backward, each row in a scale of its own, (T, K)."""
    L, K, n = blocks.shape
    beta = np.empty((L + 1, K, n))
    # From the right: what a block hands to the one before it is its end times its product.
    backwards = np.ascontiguousarray(products[::-1].transpose(0, 2, 1))
    beta[L] = _edges(np.ones(K), backwards, scaling)[:, ::-1]
    for t in range(L, 0, -1):
        np.matmul(A, beta[t] * blocks[t - 1], out=beta[t - 1])
        if (L + 1 - t) % scaling.every == 0:
            beta[t - 1] /= np.add.reduce(beta[t - 1], axis=0)
    scaling.check(beta[:: -scaling.every])
    return _joined(beta, T)


def _edges(first: np.ndarray, products: np.ndarray, scaling: _Scaling) -> np.ndarray:
    """What each block begins with, (K, n), scaled: `first`, then block by block."""
    edges = np.empty((len(products), len(first)))
    edges[0] = first / max(first.sum(), _TINY)
    for b in range(1, len(products)):
        products[b - 1].dot(edges[b - 1], out=edges[b])
        if scaling.strict or b % EVERY == 0:
            edges[b] /= max(edges[b].sum(), _TINY)
    return scaling.check(edges).T


def _product(left: np.ndarray, A: np.ndarray) -> np.ndarray:
    """sum_k A[k, j] left[k, ...]."""
    return A.T @ left


# -- sums on logs ------------------------------------------------------------------------------


def _smooth_logs(log_pi: np.ndarray, log_A: np.ndarray, log_B: np.ndarray) -> Smoothed:
    T, K = log_B.shape
    log_alpha, blocks, products = _log_alphas(log_pi, log_A, log_B)
    log_prob = float(log_sum(log_alpha[-1]))
    if log_prob == -np.inf:
        return _impossible(T, K, _first_dead(log_alpha))
    L, _, n = blocks.shape
    after = np.empty((L + 1, K, n))
    edges = [np.zeros(K)]
    for P in products[:0:-1]:
        edges.append(log_sum(P + edges[-1][:, None]))
    after[L] = np.stack(edges[::-1], axis=1)
    for t in range(L, 0, -1):
        after[t - 1] = _log_product(after[t] + blocks[t - 1], log_A.T)
    log_beta = _joined(after, T)
    posterior = np.exp(log_alpha + log_beta - log_prob)
    posterior /= posterior.sum(axis=1, keepdims=True)
    onward = log_B[1:] + log_beta[1:] - log_prob
    moves = np.empty((K, K))
    for i in range(K):
        moves[i] = np.exp(log_alpha[:-1, i, None] + log_A[i] + onward).sum(axis=0)
    return Smoothed(posterior, moves, log_prob)


def _log_alphas(
    log_pi: np.ndarray, log_A: np.ndarray, log_B: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log alpha (T, K), the blocks and their products."""
    blocks = _cut(log_B, 0.0)
    L, K, n = blocks.shape
    products = _products(blocks, log_A, _log_product, np.add)
    log_alpha = np.empty((L + 1, K, n))
    edges = [log_pi + log_B[0]]
    for P in products[:-1]:
        edges.append(log_sum((P + edges[-1]).T))
    log_alpha[0] = np.stack(edges, axis=1)
    for t in range(L):
        np.add(_log_product(log_alpha[t], log_A), blocks[t], out=log_alpha[t + 1])
    return _joined(log_alpha, len(log_B)), blocks, products


def log_sum(terms: np.ndarray) -> np.ndarray:
    """log sum exp over the first axis; -inf where all are."""
    largest = np.maximum(terms.max(axis=0), _LOWEST)
    return np.asarray(log(np.exp(terms - largest).sum(axis=0)) + largest)


def _log_product(left: np.ndarray, log_A: np.ndarray) -> np.ndarray:
    """`_product` of exp(log_A) and exp(left), without leaving the logs."""
    return log_sum(left[:, None] + log_A[:, :, None])


def _max_product(left: np.ndarray, log_A: np.ndarray) -> np.ndarray:
    """The largest, over k, of left[k, ...] + log_A[k, j]."""
    return np.asarray(np.maximum.reduce(left[:, None] + log_A[:, :, None], axis=0))


# -- blocks: states before blocks, so that every step runs along memory --------------------------


def _cut(values: np.ndarray, missing: float) -> np.ndarray:
    """Steps 2 to T as (L, K, n): step t of every block beside each other.

    The last block is filled with missing observations, whose term is 1: beta stays as it is.
    """
    T, K = values.shape
    L = max(1, int(0.7 * np.sqrt(T)))
    n = max(1, -(-(T - 1) // L))
    blocks = np.empty((L, K, n))
    full = (T - 1) // L * L
    blocks[:, :, : full // L] = values[1 : full + 1].reshape(-1, L, K).transpose(1, 2, 0)
    if full < n * L:
        blocks[:, :, -1] = missing
        blocks[: T - 1 - full, :, -1] = values[full + 1 :]
    return blocks


def _joined(inside: np.ndarray, T: int) -> np.ndarray:
    """(L + 1, K, n), a block's first row being the last of the one before, as (T, K)."""
    K = inside.shape[1]
    values = np.empty((1 + (len(inside) - 1) * inside.shape[2], K))
    values[0] = inside[0, :, 0]
    values[1:].reshape(-1, len(inside) - 1, K)[:] = inside[1:].transpose(2, 0, 1)
    return values[:T]


def _products(
    blocks: np.ndarray,
    A: np.ndarray,
    product: Callable[[np.ndarray, np.ndarray], np.ndarray],
    times: Callable[..., np.ndarray],
    scaling: _Scaling | None = None,
) -> np.ndarray:
    """Every block's product of M, (n, K, K): [b, j, i] leads from i before block b to its last j.

    Probabilities are scaled by the largest entry; logs, without `scaling`, need no scale.
    """
    L, K, n = blocks.shape
    P = times(A.T[:, :, None], blocks[0][:, None])  # (j, i, n)
    for t in range(1, L):
        P = product(P.reshape(K, K * n), A).reshape(K, K, n)
        times(P, blocks[t][:, None], out=P)
        if scaling and ((t + 1) % scaling.every == 0 or t == L - 1):
            P /= np.maximum(np.maximum.reduce(P, axis=(0, 1)), _TINY)
            scaling.check(P)
    return np.ascontiguousarray(P.transpose(2, 0, 1))


def _impossible(T: int, K: int, at: int) -> Smoothed:
    return Smoothed(np.zeros((T, K)), np.zeros((K, K)), -np.inf, at)


def _first_dead(log_values: np.ndarray) -> int:
    return int(np.argmax(np.isneginf(log_values).all(axis=1)))
