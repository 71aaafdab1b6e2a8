"""How long a state lasts: the HMM's geometric law, and a chain of sub-states that bends it."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.datasets import returns
from genmodels.datasets.source import Source
from pages.hmm import regimes_run

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Of = Literal["spoken digit", "regime", "sampled chain"]
OF: tuple[Of, ...] = get_args(Of)
N_MAX = 12
SAMPLED = 20_000
"""Steps of the sampled chain."""


@dataclass(frozen=True)
class Asked:
    """Whose durations: digit 0 to 9; regime 1 to K of K; the sampled chain's stay and seed."""

    of: Of
    digit: int = 0
    K: int = 2
    state: int = 1
    stay: float = 0.9
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Durations:
    """d (N,), whole numbers from 1, in `unit`; `stay` is the chain's own A_kk, where it has one."""

    d: Whole
    unit: str
    title: str
    source: Source
    stay: float | None = None

    @property
    def mean(self) -> float:
        return float(self.d.mean())


@lru_cache(maxsize=64)
def durations(asked: Asked) -> Durations:
    """Raises ValueError where no stay was found."""
    if asked.of == "spoken digit":
        words = returns.word_frames()
        return Durations(
            words.of(asked.digit), "frames", f"recordings of “{asked.digit}”", words.source
        )
    if asked.of == "regime":
        setup = regimes_run.Setup(returns.sp500(), asked.K)
        last = regimes_run.run(setup).iterations
        found = regimes_run.days(setup, last)
        d = regimes_run.run_lengths(found.path, asked.state - 1)
        stay = float(found.model.transition[asked.state - 1, asked.state - 1])
        title = f"stays of Viterbi’s path in regime {asked.state} of {asked.K}"
        origin = setup.series.source
    else:
        rng = np.random.default_rng(asked.seed)
        a = asked.stay
        model = hmm.HiddenMarkovModel(
            np.array([0.5, 0.5]),
            np.array([[a, 1 - a], [1 - a, a]]),
            hmm.CategoricalEmission(np.eye(2)),
        )
        d = regimes_run.run_lengths(hmm.sample(model, SAMPLED, rng).states, 0)
        stay, title = a, f"stays in state 1 of a chain with A = {a:g}"
        origin = Source(
            "A sampled Markov chain",
            "Drawn by this program",
            "MIT",
            f"{SAMPLED:,} steps of two states, seed {asked.seed}",
        )
    if not len(d):
        raise ValueError(f"there must be at least one stay; {title}: none was found")
    unit = "days" if asked.of == "regime" else "steps"
    return Durations(d, unit, title, origin, stay)


# -- the two laws --------------------------------------------------------------------------------


def self_loop(mean: float, n: int) -> float:
    """The self-loop that gives n sub-states in a row this mean: n / (1 - a) = mean.

    Raises ValueError where n is above the mean: each sub-state takes at least one step.
    """
    if n < 1 or not mean >= n:
        raise ValueError(f"n must be from 1 to the mean duration, {mean:g}; got {n}")
    return 1 - n / mean


def log_prob(d: Whole, a: float, n: int) -> Array:
    """log P(d) of n sub-states in a row, each with self-loop a: the negative binomial law.

        P(d) = C(d - 1, n - 1) a^(d-n) (1 - a)^n,  d >= n; else 0

    With n = 1 it is the geometric law. d whole numbers from 1; -inf where d < n. Rabiner (1989),
    section IV-D.
    """
    values = np.asarray(d, dtype=np.int64)
    ways = np.array([math.comb(int(v) - 1, n - 1) for v in values.ravel()], dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        stayed = np.where(values == n, 0.0, (values - n) * np.log(a) if a > 0 else -np.inf)
        found = np.log(ways.reshape(values.shape)) + stayed + n * np.log(1 - a)
    return np.where(values < n, -np.inf, found)


def chain(a: float, n: int) -> Array:
    """(n + 1, n + 1): the sub-states in a row, and in the last row and column what comes after."""
    A = np.zeros((n + 1, n + 1))
    for i in range(n):
        A[i, i], A[i, i + 1] = a, 1 - a
    A[n, n] = 1
    return A


@dataclass(frozen=True)
class Law:
    """n sub-states with self-loop a that match the mean: log-likelihood in nats over N durations.

    -inf where a duration is below n.
    """

    n: int
    a: float
    log_likelihood: float
    N: int

    @property
    def each(self) -> float:
        return self.log_likelihood / self.N


@lru_cache(maxsize=256)
def law(asked: Asked, n: int) -> Law:
    """Raises ValueError where n is above the mean."""
    found = durations(asked)
    a = self_loop(found.mean, n)
    return Law(n, a, float(log_prob(found.d, a, n).sum()), len(found.d))


def laws(asked: Asked) -> list[Law]:
    """Every n from 1 to N_MAX that the mean has room for."""
    return [law(asked, n) for n in range(1, min(N_MAX, int(durations(asked).mean)) + 1)]


def counts(asked: Asked) -> dict[int, int]:
    """How often each duration came."""
    d, times = np.unique(durations(asked).d, return_counts=True)
    return dict(zip(d.tolist(), times.tolist(), strict=True))


def histogram(found: Durations) -> tuple[Whole, Array, int]:
    """Left edges, share of durations a unit of time, and the width of a bin."""
    longest = int(found.d.max())
    width = max(1, math.ceil(longest / 60))
    edges = np.arange(1, longest + width + 1, width)
    counts, _ = np.histogram(found.d, np.append(edges, edges[-1] + width))
    return edges, counts / (len(found.d) * width), width


def sentence(asked: Asked) -> str:
    """Which n says most of these durations."""
    found, tried = durations(asked), laws(asked)
    best = max(tried, key=lambda one: one.log_likelihood)
    said = f"{len(found.d):,} {found.title}, mean {found.mean:.2f} {found.unit}. "
    if best.n == 1:
        return said + "No chain of sub-states beats the geometric law."
    gain = best.each - tried[0].each
    return said + f"Best: n = {best.n}, {gain:.3f} nats a duration above the geometric law."
