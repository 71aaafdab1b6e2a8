"""Many short sequences at once: the traced loop's recursions, all sequences in each step.

Shorter sequences are filled up with missing observations, whose emission term is 1, so that
nothing of theirs changes. On logs, like the traced loop, since word and gesture models have zeros
in A.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.hmm.model import HiddenMarkovModel, checked_sequences, log
from genmodels.hmm.scan import Smoothed, log_sum


def smooth_many(model: HiddenMarkovModel, sequences: Sequence[Any]) -> list[Smoothed]:
    """`smooth` of each sequence. O(K^2) sums for all sequences in each of max T steps.

    Raises ValueError naming the sequence that the emission can't have made.
    """
    log_A = log(model.transition)
    log_B, lengths = _padded(model, sequences)
    log_alpha = _forward(log(model.initial), log_A, log_B)
    T, K, N = log_B.shape
    log_prob = log_sum(log_alpha[-1])
    log_beta = np.zeros((T, K, N))
    for t in range(T - 1, 0, -1):
        onward = log_B[t] + log_beta[t]
        log_beta[t - 1] = log_sum(onward[:, None] + log_A.T[:, :, None])
    alive = log_prob > -np.inf
    shift = np.where(alive, log_prob, 0.0)
    posterior = np.exp(log_alpha + log_beta - shift)
    posterior /= np.where(alive, posterior.sum(axis=1), 1.0)[:, None]

    # Moves into the filling don't count: its terms become 0.
    filling = np.arange(1, T)[:, None] >= lengths
    onward = np.where(filling[:, None], -np.inf, log_B[1:] + log_beta[1:] - shift)
    moves = np.empty((K, K, N))
    for i in range(K):
        terms = log_alpha[:-1, i, None] + log_A[i][:, None] + onward
        moves[i] = np.exp(terms).sum(axis=0)
    found = []
    for n, length in enumerate(lengths):
        if alive[n]:
            found.append(Smoothed(posterior[:length, :, n], moves[:, :, n], float(log_prob[n])))
        else:
            at = int(np.argmax(np.isneginf(log_alpha[:, :, n]).all(axis=1)))
            zeros = np.zeros((length, K)), np.zeros((K, K))
            found.append(Smoothed(*zeros, -np.inf, at))
    return found


def log_likelihoods(model: HiddenMarkovModel, sequences: Sequence[Any]) -> np.ndarray:
    """log P(x) of each sequence, shape (N,), nats; -inf where one is impossible."""
    log_B, _ = _padded(model, sequences)
    return log_sum(_forward(log(model.initial), log(model.transition), log_B)[-1])


def _padded(model: HiddenMarkovModel, sequences: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """log b as (max T, K, N), 0 past a sequence's end, and the lengths (N,)."""
    xs = checked_sequences(model.emission, sequences)
    lengths = np.array([len(x) for x in xs])
    joined = model.emission.log_prob(np.concatenate(xs))
    log_B = np.zeros((lengths.max(), model.n_states, len(xs)))
    begin = 0
    for n, length in enumerate(lengths):
        log_B[:length, :, n] = joined[begin : begin + length]
        begin += length
    return log_B, lengths


def _forward(log_pi: np.ndarray, log_A: np.ndarray, log_B: np.ndarray) -> np.ndarray:
    log_alpha = np.empty_like(log_B)
    log_alpha[0] = log_pi[:, None] + log_B[0]
    for t in range(1, len(log_B)):
        log_alpha[t] = log_sum(log_alpha[t - 1][:, None] + log_A[:, :, None]) + log_B[t]
    return log_alpha
