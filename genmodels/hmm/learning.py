"""Baum-Welch: expectation maximisation for the hidden Markov model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.hmm.inference import SmoothingTrace, forward_backward
from genmodels.hmm.model import HiddenMarkovModel, checked_sequences, normalised


@dataclass(frozen=True, eq=False)
class BaumWelchStep:
    """One iteration: the E-step's expected counts, then the M-step's new `model`.

    `log_likelihood` (nats) is the sequences' under the model that the E-step ran with;
    `starts` (K,), `moves` (K, K) and `visits` (K,) are its expected numbers of sequences that
    begin in a state, of moves from i to j, and of visits to a state; `notes` names what the M-step
    kept because nothing was counted for it, or because it collapsed.
    """

    iteration: int
    log_likelihood: float
    starts: np.ndarray
    moves: np.ndarray
    visits: np.ndarray
    model: HiddenMarkovModel
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class BaumWelchTrace:
    """`steps`, the last `model`, and `log_likelihood` (len(steps) + 1,) in nats.

    The first of these is the start's, the last the final model's.
    """

    steps: tuple[BaumWelchStep, ...]
    model: HiddenMarkovModel
    log_likelihood: np.ndarray
    converged: bool


def baum_welch(
    model: HiddenMarkovModel,
    sequences: Sequence[Any],
    *,
    max_iter: int = 100,
    tol: float = 1e-4,
    reg_covar: float = 0.0,
) -> BaumWelchTrace:
    """Raise the likelihood of `sequences` from `model`, one E and one M an iteration.

    E: gamma and xi of every sequence. M: pi_k = mean of gamma_1(k);
    A_ij = sum xi_t(i, j) / sum over j of the same; emissions by their own `maximise`. A zero
    probability of the start stays zero. Stops when the gain, in nats over all sequences, falls
    below `tol` (`tol=0` runs all `max_iter`). `reg_covar` is added to Gaussian variances.
    Raises ValueError when a sequence is impossible under `model`. Rabiner (1989), eqs. 40 and 110.
    """
    if max_iter < 0:
        raise ValueError(f"max_iter must be at least 0; got {max_iter}")
    if not tol >= 0:
        raise ValueError(f"tol must be at least 0 nats; got {tol}")
    if not reg_covar >= 0:
        raise ValueError(f"reg_covar must be at least 0; got {reg_covar}")
    xs = checked_sequences(model.emission, sequences)
    traces, log_likelihood = _expectation(model, xs)
    history, steps, converged = [log_likelihood], [], False
    for iteration in range(1, max_iter + 1):
        step = _maximisation(model, xs, traces, iteration, log_likelihood, reg_covar)
        steps.append(step)
        model = step.model
        traces, log_likelihood = _expectation(model, xs)
        history.append(log_likelihood)
        if tol > 0 and history[-1] - history[-2] < tol:
            converged = True
            break
    return BaumWelchTrace(tuple(steps), model, np.array(history), converged)


def _expectation(
    model: HiddenMarkovModel, xs: list[np.ndarray]
) -> tuple[list[SmoothingTrace], float]:
    traces = [forward_backward(model, x) for x in xs]
    for n, trace in enumerate(traces, start=1):
        if trace.impossible_at is not None:
            raise ValueError(
                "sequences must be possible under the model; "
                f"sequence {n} has probability 0 from its observation {trace.impossible_at + 1} on"
            )
    return traces, float(sum(trace.log_prob for trace in traces))


def _maximisation(
    model: HiddenMarkovModel,
    xs: list[np.ndarray],
    traces: list[SmoothingTrace],
    iteration: int,
    log_likelihood: float,
    reg_covar: float,
) -> BaumWelchStep:
    starts = np.sum([trace.posterior[0] for trace in traces], axis=0)
    moves = np.sum([trace.pairwise.sum(axis=0) for trace in traces], axis=0)
    posterior = np.concatenate([trace.posterior for trace in traces])
    transition, kept = normalised(moves, model.transition, "transition")
    emission, notes = model.emission.maximise(np.concatenate(xs), posterior, reg_covar)
    learnt = HiddenMarkovModel(starts / starts.sum(), transition, emission)
    return BaumWelchStep(
        iteration, log_likelihood, starts, moves, posterior.sum(axis=0), learnt, (*kept, *notes)
    )
