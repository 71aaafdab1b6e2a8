"""Ten starts of one fit: where each ends, and which ends are the same local optimum."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from genmodels import gmm
from pages.gmm import mixture_run
from pages.gmm.mixture_run import Setup

STARTS = 10
CLOSE_NATS = 5e-3
"""Ends whose mean log-likelihoods a point differ by less may be one optimum, cut off by `tol`."""
CLOSE_MEANS = 0.1
"""...if their matched means lie within this share of the data's standard deviation."""


@dataclass(frozen=True)
class Start:
    """One run: its set-up, its trace, the last model's log-likelihood (nats, summed over points;
    infinite where a component lost its width), and the letter of the optimum that it ended in.
    """

    setup: Setup
    trace: gmm.EMTrace
    log_likelihood: float
    optimum: str


@dataclass(frozen=True)
class Restarts:
    """The runs in the order of their seeds; `counts` says how many ended in each optimum, A being
    the highest.
    """

    starts: tuple[Start, ...]
    counts: dict[str, int]

    @property
    def best(self) -> int:
        return int(np.argmax([s.log_likelihood for s in self.starts]))

    @property
    def worst(self) -> int:
        return int(np.argmin([s.log_likelihood for s in self.starts]))


@lru_cache(maxsize=48)
def restarts(setup: Setup) -> Restarts:
    """Ten runs from the set-up's seed and the nine after it, means placed by hand left aside."""
    setups = [replace(setup, seed=setup.seed + i, means=None) for i in range(STARTS)]
    traces = [mixture_run.fitted(one) for one in setups]
    ends = [_log_likelihood(trace, setup) for trace in traces]
    letters: list[str] = [""] * STARTS
    leaders: list[int] = []
    for i in np.argsort(-np.array(ends), kind="stable"):
        for letter, leader in enumerate(leaders):
            if _same(traces[i], traces[leader], ends[i], ends[leader], setup.points.X):
                letters[i] = chr(ord("A") + letter)
                break
        else:
            letters[i] = chr(ord("A") + len(leaders))
            leaders.append(int(i))
    counts = {letter: letters.count(letter) for letter in sorted(set(letters))}
    starts = tuple(map(Start, setups, traces, ends, letters))
    return Restarts(starts, counts)


def _log_likelihood(trace: gmm.EMTrace, setup: Setup) -> float:
    """Of the last model; infinite where the run ended because a component lost its width."""
    if "collapsed" in trace.stopped:
        return float("inf")
    try:
        return float(trace.model.log_prob(setup.points.X).sum())
    except np.linalg.LinAlgError:
        return float("inf")


def _same(a: gmm.EMTrace, b: gmm.EMTrace, end_a: float, end_b: float, X: np.ndarray) -> bool:
    """Whether two runs ended in the same place, components in any order."""
    if end_a == end_b == float("inf"):
        return False  # each collapse is its own
    if abs(end_a - end_b) > CLOSE_NATS * len(X):
        return False
    spread = X.std(axis=0)
    scaled = (a.model.means[:, None] - b.model.means[None]) / np.where(spread > 0, spread, 1.0)
    distance = np.linalg.norm(scaled, axis=2)
    rows, columns = linear_sum_assignment(distance)
    return bool(distance[rows, columns].max() < CLOSE_MEANS)


def sentence(found: Restarts) -> str:
    """What the ten say, in one or two sentences."""
    n = len(found.counts)
    if n == 1:
        return "All ten starts end in the same place."
    often = max(found.counts, key=lambda letter: found.counts[letter])
    best, worst = found.starts[found.best], found.starts[found.worst]
    gap = best.log_likelihood - worst.log_likelihood
    words = f"Ten starts end in {n} places. {found.counts['A']} of 10 find the highest, A"
    words += f"; most ({found.counts[often]}) end in {often}." if often != "A" else "."
    if np.isfinite(gap):
        return f"{words} From best to worst: {gap:.2f} nats."
    return f"{words} A component without width makes a likelihood infinite: no optimum."
