"""Baum-Welch: expectation maximisation for the hidden Markov model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from genmodels.hmm.batch import smooth_many
from genmodels.hmm.diagonal import DiagonalEmission
from genmodels.hmm.inference import SmoothingTrace, forward_backward
from genmodels.hmm.model import (
    CategoricalEmission,
    Emission,
    GaussianEmission,
    HiddenMarkovModel,
    checked_sequences,
    normalised,
)
from genmodels.hmm.scan import Smoothed, smooth

LONG = 400
"""From this mean length on, the fast way walks each sequence by a scan, else all at once."""


@dataclass(frozen=True)
class Locks:
    """What the M-step leaves alone: `initial`, and rows (states, from 0) of the other tables."""

    initial: bool = False
    transition: tuple[int, ...] = ()
    emission: tuple[int, ...] = ()

    def checked(self, n_states: int) -> "Locks":
        """Itself; ValueError where a row isn't one of `n_states`."""
        for name in ("transition", "emission"):
            for row in getattr(self, name):
                if not 0 <= row < n_states:
                    raise ValueError(f"locked {name} rows must be 0 to {n_states - 1}; got {row}")
        return self


@dataclass(frozen=True, eq=False)
class BaumWelchStep:
    """One iteration: the E-step's expected counts, then the M-step's new `model`.

    `log_likelihood` (nats) is the sequences' under the model that the E-step ran with;
    `starts` (K,), `moves` (K, K) and `visits` (K,) are its expected numbers of sequences that
    begin in a state, of moves from i to j, and of visits to a state; `emission_counts` (K, M) those
    of state k showing symbol m, None where emissions aren't categorical; `notes` names what the
    M-step kept because nothing was counted for it, or because it collapsed.
    """

    iteration: int
    log_likelihood: float
    starts: np.ndarray
    moves: np.ndarray
    visits: np.ndarray
    model: HiddenMarkovModel
    notes: tuple[str, ...] = ()
    emission_counts: np.ndarray | None = None


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
    locks: Locks | None = None,
    scan: bool = False,
) -> BaumWelchTrace:
    """Raise the likelihood of `sequences` from `model`, one E and one M an iteration.

    E: gamma and xi of every sequence. M: pi_k = mean of gamma_1(k);
    A_ij = sum xi_t(i, j) / sum over j of the same; emissions by their own `maximise`. A zero
    probability of the start stays zero; what `locks` names stays as it is. Stops when the gain, in
    nats over all sequences, falls below `tol` (`tol=0` runs all `max_iter`). `reg_covar` is added
    to Gaussian variances. `scan=True` takes the E-step's fast way (see `hmm.scan`): the same steps
    to rounding. Raises ValueError when a sequence is impossible under `model`, or a locked row
    isn't there. Rabiner (1989), eqs. 40 and 110.
    """
    if max_iter < 0:
        raise ValueError(f"max_iter must be at least 0; got {max_iter}")
    if not tol >= 0:
        raise ValueError(f"tol must be at least 0 nats; got {tol}")
    if not reg_covar >= 0:
        raise ValueError(f"reg_covar must be at least 0; got {reg_covar}")
    kept = (locks or Locks()).checked(model.n_states)
    xs = checked_sequences(model.emission, sequences)
    together = np.concatenate(xs)
    traces, log_likelihood = _expectation(model, xs, scan)
    history, steps, converged = [log_likelihood], [], False
    for iteration in range(1, max_iter + 1):
        step = _maximisation(model, together, traces, kept, reg_covar)
        steps.append(replace(step, iteration=iteration, log_likelihood=log_likelihood))
        model = step.model
        traces, log_likelihood = _expectation(model, xs, scan)
        history.append(log_likelihood)
        if tol > 0 and history[-1] - history[-2] < tol:
            converged = True
            break
    return BaumWelchTrace(tuple(steps), model, np.array(history), converged)


def _expectation(
    model: HiddenMarkovModel, xs: list[np.ndarray], scan: bool
) -> tuple[list[Smoothed], float]:
    if not scan:
        traces = [_without_terms(forward_backward(model, x)) for x in xs]
    elif np.mean([len(x) for x in xs]) >= LONG:
        traces = [smooth(model, x) for x in xs]
    else:
        traces = smooth_many(model, xs)
    for n, trace in enumerate(traces, start=1):
        if trace.impossible_at is not None:
            raise ValueError(
                "sequences must be possible under the model; "
                f"sequence {n} has probability 0 from its observation {trace.impossible_at + 1} on"
            )
    return traces, float(sum(trace.log_prob for trace in traces))


def _without_terms(trace: SmoothingTrace) -> Smoothed:
    moves = trace.pairwise.sum(axis=0)
    return Smoothed(trace.posterior, moves, trace.log_prob, trace.impossible_at)


def _maximisation(
    model: HiddenMarkovModel,
    together: np.ndarray,
    traces: list[Smoothed],
    locks: Locks,
    reg_covar: float,
) -> BaumWelchStep:
    """The counts of all sequences, and the model that they make."""
    starts = np.sum([trace.posterior[0] for trace in traces], axis=0)
    moves = np.sum([trace.moves for trace in traces], axis=0)
    posterior = np.concatenate([trace.posterior for trace in traces])
    transition, notes = normalised(moves, model.transition, "transition")
    transition[list(locks.transition)] = model.transition[list(locks.transition)]
    emission, more = model.emission.maximise(together, posterior, reg_covar)
    counts = None
    if isinstance(model.emission, CategoricalEmission):
        counts = model.emission.counts(together, posterior)
    learnt = HiddenMarkovModel(
        model.initial if locks.initial else starts / starts.sum(),
        transition,
        _relocked(emission, model.emission, list(locks.emission)),
    )
    visits = posterior.sum(axis=0)
    return BaumWelchStep(0, 0.0, starts, moves, visits, learnt, (*notes, *more), counts)


def _relocked(new: Emission, old: Emission, rows: list[int]) -> Emission:
    """`new` with the states `rows` as they were in `old`."""
    if not rows:
        return new
    fields = {
        CategoricalEmission: ("probabilities",),
        GaussianEmission: ("means", "covariances"),
        DiagonalEmission: ("means", "variances"),
    }[type(new)]
    values = []
    for field in fields:
        value = getattr(new, field).copy()
        value[rows] = getattr(old, field)[rows]
        values.append(value)
    return type(new)(*values)
