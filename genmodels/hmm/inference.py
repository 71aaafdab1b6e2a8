"""What the observations say about the hidden states: the best path, and each state's posterior."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.hmm.model import HiddenMarkovModel, log

MAX_PATHS = 100_000
_LOWEST = np.finfo(np.float64).min


@dataclass(frozen=True, eq=False)
class ViterbiSteps:
    """Every number of one run, column by column (nats).

    `log_initial` (K,), `log_transition` (K, K) and `log_emission` (T, K) are the terms;
    `contenders` (T-1, K, K) holds log delta_{t}(i) + log A[i, j] for the step from t to t + 1;
    `log_delta` (T, K) is their maximum over i plus the emission; `back_pointers` (T-1, K) is the
    winning i (the lowest index of a tie), or -1 where every contender is impossible.
    """

    log_initial: np.ndarray
    log_transition: np.ndarray
    log_emission: np.ndarray
    contenders: np.ndarray
    log_delta: np.ndarray
    back_pointers: np.ndarray


@dataclass(frozen=True, eq=False)
class ViterbiTrace:
    """The best `path` (T,), `log_prob` = max_z log P(x, z) in nats, and the `steps` to it.

    `impossible_at` is the first column (from 0) that no path reaches with probability above zero;
    then `log_prob` is -inf and `path` is empty. Else it is None.
    """

    path: np.ndarray
    log_prob: float
    steps: ViterbiSteps
    impossible_at: int | None = None

    @property
    def back_pointers(self) -> np.ndarray:
        return self.steps.back_pointers


@dataclass(frozen=True, eq=False)
class SmoothingTrace:
    """Forward, backward and what they meet in (logs in nats).

    `log_alpha` (T, K): log P(x_1..x_t, z_t = k). `log_beta` (T, K): log P(x_t+1..x_T | z_t = k).
    `posterior` (T, K): P(z_t = k | x). `pairwise` (T-1, K, K): P(z_t = i, z_t+1 = j | x).
    `log_prob` = log P(x). `forward_terms` and `backward_terms` (T-1, K, K) are the logs of what
    the sums ran over, from i (axis 1) to j (axis 2). Where x is impossible, `log_prob` is -inf,
    `impossible_at` its first unreachable column, and the posteriors, undefined, are zeros.
    """

    log_alpha: np.ndarray
    log_beta: np.ndarray
    posterior: np.ndarray
    pairwise: np.ndarray
    log_prob: float
    log_initial: np.ndarray
    log_transition: np.ndarray
    log_emission: np.ndarray
    forward_terms: np.ndarray
    backward_terms: np.ndarray
    impossible_at: int | None = None


def viterbi(model: HiddenMarkovModel, observations: Any) -> ViterbiTrace:
    """The most probable path of states, by dynamic programming.

    log delta_1(j) = log pi_j + log b_j(x_1);
    log delta_t(j) = max_i [log delta_{t-1}(i) + log A_ij] + log b_j(x_t).
    Equal contenders: the lowest state wins. O(K^2 T). Raises ValueError on observations that
    the emission can't have made. Rabiner (1989), eqs. 32-35.
    """
    log_pi, log_A = log(model.initial), log(model.transition)
    log_B = model.emission.log_prob(observations)
    T, K = log_B.shape
    log_delta = np.empty((T, K))
    contenders = np.empty((T - 1, K, K))
    log_delta[0] = log_pi + log_B[0]
    for t in range(1, T):
        np.add(log_delta[t - 1][:, None], log_A, out=contenders[t - 1])
        np.add(contenders[t - 1].max(axis=0), log_B[t], out=log_delta[t])
    back_pointers = contenders.argmax(axis=1)  # the first, so the lowest, of equals
    back_pointers[np.isneginf(contenders.max(axis=1))] = -1

    steps = ViterbiSteps(log_pi, log_A, log_B, contenders, log_delta, back_pointers)
    log_prob = float(log_delta[-1].max())
    if log_prob == -np.inf:
        return ViterbiTrace(np.empty(0, np.int64), log_prob, steps, _first_dead(log_delta))
    path = np.empty(T, dtype=np.int64)
    path[-1] = log_delta[-1].argmax()
    for t in range(T - 1, 0, -1):
        path[t - 1] = back_pointers[t - 1, path[t]]
    return ViterbiTrace(path, log_prob, steps)


def forward_backward(model: HiddenMarkovModel, observations: Any) -> SmoothingTrace:
    """The posterior of every state and of every pair of neighbours, and log P(x).

    alpha_1(j) = pi_j b_j(x_1); alpha_t(j) = [sum_i alpha_{t-1}(i) A_ij] b_j(x_t);
    beta_T(i) = 1; beta_t(i) = sum_j A_ij b_j(x_{t+1}) beta_{t+1}(j); P(x) = sum_j alpha_T(j);
    gamma_t(k) = alpha_t(k) beta_t(k) / P(x);
    xi_t(i, j) = alpha_t(i) A_ij b_j(x_{t+1}) beta_{t+1}(j) / P(x). O(K^2 T).
    Raises ValueError as `viterbi` does. Rabiner (1989), eqs. 19-27 and 37.
    """
    log_pi, log_A = log(model.initial), log(model.transition)
    log_B = model.emission.log_prob(observations)
    T, K = log_B.shape

    # log alpha, and log (beta b) read from the right, obey one recursion, with A and with A^T:
    # v_t = log sum exp (v_{t-1} + log A) + log b_t. So one loop walks both ways at once.
    both_A = np.stack([log_A, log_A.T])
    both_B = np.stack([log_B, log_B[::-1]], axis=1)  # (T, 2, K)
    terms = np.empty((T - 1, 2, K, K))
    sums = np.zeros((T, 2, K))
    sums[0, 0] = log_pi
    with np.errstate(divide="ignore"):  # log 0 is -inf, and meant
        for t in range(1, T):
            np.add((sums[t - 1] + both_B[t - 1])[:, :, None], both_A, out=terms[t - 1])
            sums[t] = _log_sum(terms[t - 1])
        log_alpha = sums[:, 0] + log_B
        log_prob = float(_log_sum(log_alpha[-1][:, None])[0])
    log_beta = sums[::-1, 1].copy()
    forward_terms = terms[:, 0]
    backward_terms = terms[::-1, 1].swapaxes(1, 2)

    dead = _first_dead(log_alpha) if log_prob == -np.inf else None
    if dead is None:
        posterior = np.exp(log_alpha + log_beta - log_prob)
        # Rounding grows with T: divide what is left of it away, so that rows sum to 1.
        posterior /= posterior.sum(axis=1, keepdims=True)
        pairwise = np.exp(log_alpha[:-1, :, None] + backward_terms - log_prob)
        pairwise /= pairwise.sum(axis=(1, 2), keepdims=True)
    else:
        posterior, pairwise = np.zeros((T, K)), np.zeros((T - 1, K, K))
    return SmoothingTrace(
        log_alpha, log_beta, posterior, pairwise, log_prob,
        log_pi, log_A, log_B, forward_terms, backward_terms, dead,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Paths:
    """All K^T paths, the most probable first: `states` (K^T, T) and `log_prob` (K^T,) in nats."""

    states: np.ndarray
    log_prob: np.ndarray


def enumerate_paths(model: HiddenMarkovModel, observations: Any) -> Paths:
    """log P(x, z) of every path z by multiplying it out: what the algorithms above avoid.

    Equals keep the order of their states. Raises ValueError when K^T is above `MAX_PATHS`.
    """
    log_pi, log_A = log(model.initial), log(model.transition)
    log_B = model.emission.log_prob(observations)
    T, K = log_B.shape
    if K**T > MAX_PATHS:
        raise ValueError(f"K^T must be at most {MAX_PATHS} paths; got {K}^{T} = {K**T}")
    states = np.indices((K,) * T).reshape(T, -1).T
    log_prob = log_pi[states[:, 0]] + log_B[0, states[:, 0]]
    for t in range(1, T):
        log_prob = log_prob + log_A[states[:, t - 1], states[:, t]] + log_B[t, states[:, t]]
    order = np.argsort(-log_prob, kind="stable")
    return Paths(states[order], log_prob[order])


def multiplications(n_states: int, length: int) -> tuple[int, int]:
    """Exact multiplications for P(x): path by path, and by the forward algorithm.

    A path has 2T factors, so (2T - 1) K^T in all; forward needs K + (T - 1) K (K + 1): a product
    with A for each pair, one with b for each state. Rabiner (1989), section III-A.
    """
    K, T = n_states, length
    return (2 * T - 1) * K**T, K + (T - 1) * K * (K + 1)


def _log_sum(terms: np.ndarray) -> np.ndarray:
    """log sum exp over the last axis but one, the largest term taken out; -inf where all are."""
    # Never below the smallest float, so that -inf - largest is -inf and not NaN.
    largest = np.maximum.reduce(terms, axis=-2, keepdims=True, initial=_LOWEST)
    shifted = np.exp(terms - largest)
    return np.asarray(np.log(np.add.reduce(shifted, axis=-2)) + largest[..., 0, :])


def _first_dead(log_values: np.ndarray) -> int:
    return int(np.argmax(np.isneginf(log_values).all(axis=1)))
