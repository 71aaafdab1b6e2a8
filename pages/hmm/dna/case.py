"""Phage lambda cut by composition, and CpG islands called in a human sequence: what the page runs.

Long sequences go through the HMM's scan; nothing here knows a page.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.datasets import genome
from genmodels.datasets.genome import BASES, PUBLISHED_BACKGROUND, PUBLISHED_ISLAND

Array = NDArray[np.float64]
Tables = Literal["published", "counted"]
TABLES: tuple[Tables, ...] = ("published", "counted")
K_MIN, K_MAX = 1, 4
MAX_ITERATIONS, TOLERANCE = 60, 0.01
STAY = 0.999
"""How likely a state of the start keeps itself: pieces of about 1,000 bases."""
BINS = 700
"""Columns that the posterior of an earlier iteration is averaged over."""
MEAN_ISLAND, MEAN_GAP = (100, 5000), (1000, 200_000)
"""Allowed mean lengths in bases of an island and of what lies between two."""
NEAR = 500
"""Bases: how far from a gene's start an island still counts as at it."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Runs of one state on the best path: `begins` (S,) from 0, `lengths` (S,), `states` (S,)."""

    begins: NDArray[np.int64]
    lengths: NDArray[np.int64]
    states: NDArray[np.int64]

    @property
    def ends(self) -> NDArray[np.int64]:
        return self.begins + self.lengths


@dataclass(frozen=True, eq=False)
class Composition:
    """One run of Baum-Welch on the phage, states by rising share of C and G.

    `models` (one an iteration, the start first), `log_likelihood` of each in nats, `posterior`
    (T, K) and `filtered` (T, K) of the last, the best path's `segments`, and `coarse` (iterations,
    K, BINS) the mean posterior of each model over columns of bases.
    """

    models: tuple[hmm.HiddenMarkovModel, ...]
    log_likelihood: Array
    converged: bool
    posterior: Array
    filtered: Array
    segments: Segments
    coarse: Array

    @property
    def model(self) -> hmm.HiddenMarkovModel:
        return self.models[-1]

    @property
    def bic(self) -> float:
        parameters = hmm.free_parameters(self.model)
        return hmm.bic(float(self.log_likelihood[-1]), parameters, len(self.posterior))


def start(K: int, seed: int) -> hmm.HiddenMarkovModel:
    """Rows of emissions drawn about the phage's own composition; states that keep themselves."""
    if not K_MIN <= K <= K_MAX:
        raise ValueError(f"K must be {K_MIN} to {K_MAX}; got {K}")
    share = np.bincount(genome.load().phage, minlength=4) / len(genome.load().phage)
    rows = np.random.default_rng(seed).dirichlet(200 * share, K)
    transition = np.full((K, K), (1 - STAY) / max(K - 1, 1))
    np.fill_diagonal(transition, STAY if K > 1 else 1.0)
    return hmm.HiddenMarkovModel(np.full(K, 1 / K), transition, hmm.CategoricalEmission(rows))


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 5 MB.
@lru_cache(maxsize=24)
def composition(K: int, seed: int = 0) -> Composition:
    """Baum-Welch on the whole phage from a drawn start."""
    x = genome.load().phage.astype(np.int64)
    trace = hmm.baum_welch(start(K, seed), [x], max_iter=MAX_ITERATIONS, tol=TOLERANCE, scan=True)
    order = np.argsort(gc(trace.model))
    models = [start(K, seed), *(step.model for step in trace.steps)]
    models = [_reordered(model, order) for model in models]
    smooth = [hmm.smooth(model, x) for model in models]
    coarse = np.stack([_columns(one.posterior) for one in smooth])
    best = hmm.best_path(models[-1], x)
    return Composition(
        tuple(models),
        trace.log_likelihood,
        trace.converged,
        smooth[-1].posterior,
        hmm.filtered(models[-1], x),
        segments(best.path),
        coarse,
    )


def independent() -> float:
    """log P of the phage's bases drawn one by one from its composition, nats."""
    counts = np.bincount(genome.load().phage, minlength=4)
    return float((counts * np.log(counts / counts.sum())).sum())


def gc(model: hmm.HiddenMarkovModel) -> Array:
    """Share of C and G that each state shows, (K,)."""
    assert isinstance(model.emission, hmm.CategoricalEmission)
    return np.asarray(model.emission.probabilities[:, 1:3].sum(axis=1))


def segments(path: NDArray[np.int64]) -> Segments:
    turns = np.flatnonzero(np.diff(path)) + 1
    begins = np.concatenate([[0], turns])
    return Segments(begins, np.diff(np.concatenate([begins, [len(path)]])), path[begins])


def _reordered(model: hmm.HiddenMarkovModel, order: NDArray[np.intp]) -> hmm.HiddenMarkovModel:
    assert isinstance(model.emission, hmm.CategoricalEmission)
    return hmm.HiddenMarkovModel(
        model.initial[order],
        model.transition[np.ix_(order, order)],
        hmm.CategoricalEmission(model.emission.probabilities[order]),
    )


def _columns(posterior: Array) -> Array:
    """(K, BINS): means over BINS stretches of about the same length."""
    edges = np.linspace(0, len(posterior), BINS + 1).astype(np.int64)
    sums = np.add.reduceat(posterior, edges[:-1], axis=0)
    return np.asarray((sums / np.diff(edges)[:, None]).T)


# -- CpG islands -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Islands:
    """The human sequence read by the eight-state model.

    `inside` (T,): P(base t lies in an island | sequence); `filtered` (T, 8); `segments` of the best
    path, state 0 in an island, 1 outside; `called` (T,) by the best path; `rule` (T,) by Takai and
    Jones's rule. `log_prob` in nats.
    """

    model: hmm.HiddenMarkovModel
    posterior: Array
    filtered: Array
    log_prob: float
    segments: Segments
    called: NDArray[np.bool_]
    rule: NDArray[np.bool_]

    @property
    def inside(self) -> Array:
        return np.asarray(self.posterior[:, :4].sum(axis=1))


@dataclass(frozen=True)
class Agreement:
    """Called bases against the rule's: counts, and what is made of them."""

    hits: int
    false: int
    missed: int
    right_outside: int

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def F1(self) -> float:
        total = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / total if total else 0.0

    @property
    def accuracy(self) -> float:
        n = self.hits + self.false + self.missed + self.right_outside
        return (self.hits + self.right_outside) / n


def tables(which: Tables) -> tuple[Array, Array]:
    """From base to base in an island and outside, (4, 4) each: published, or counted by the rule.

    Published rows are rounded to three digits; they are made to sum to 1.
    """
    if which == "published":
        inside, outside = np.array(PUBLISHED_ISLAND), np.array(PUBLISHED_BACKGROUND)
    elif which == "counted":
        counts = genome.load().counts
        inside, outside = counts[:4, :4] + 0.0, counts[4:, 4:] + 0.0
    else:
        raise ValueError(f"which must be one of {', '.join(TABLES)}; got {which!r}")
    return (
        inside / inside.sum(axis=1, keepdims=True),
        outside / outside.sum(axis=1, keepdims=True),
    )


def island_model(which: Tables, mean_island: float, mean_gap: float) -> hmm.HiddenMarkovModel:
    """Eight states: A C G T in an island, then outside; each shows its own base.

    A move first leaves the island with probability 1 / mean_island (or enters one with
    1 / mean_gap), then takes the next base from the table of where it arrives. Durbin and others
    (1998), section 3.1.
    """
    for name, value, (least, most) in (
        ("mean_island", mean_island, MEAN_ISLAND),
        ("mean_gap", mean_gap, MEAN_GAP),
    ):
        if not least <= value <= most:
            raise ValueError(f"{name} must be {least} to {most} bases; got {value}")
    inside, outside = tables(which)
    leave, enter = 1 / mean_island, 1 / mean_gap
    transition = np.block(
        [[(1 - leave) * inside, leave * outside], [enter * inside, (1 - enter) * outside]]
    )
    share = mean_island / (mean_island + mean_gap)
    initial = np.concatenate([np.full(4, share / 4), np.full(4, (1 - share) / 4)])
    emission = np.tile(np.eye(4), (2, 1))
    return hmm.HiddenMarkovModel(initial, transition, hmm.CategoricalEmission(emission))


@lru_cache(maxsize=8)
def islands(which: Tables, mean_island: int, mean_gap: int) -> Islands:
    """Posterior, best path and the rule's labels of the human sequence."""
    x = genome.load().human.astype(np.int64)
    model = island_model(which, mean_island, mean_gap)
    smooth = hmm.smooth(model, x)
    path = hmm.best_path(model, x).path
    outside = (path >= 4).astype(np.int64)
    return Islands(
        model,
        smooth.posterior,
        hmm.filtered(model, x),
        smooth.log_prob,
        segments(outside),
        outside == 0,
        rule(),
    )


@lru_cache(maxsize=1)
def rule() -> NDArray[np.bool_]:
    return genome.islands(genome.load().human)


def agreement(called: NDArray[np.bool_], truth: NDArray[np.bool_]) -> Agreement:
    return Agreement(
        int((called & truth).sum()),
        int((called & ~truth).sum()),
        int((~called & truth).sum()),
        int((~called & ~truth).sum()),
    )


def at_threshold(found: Islands, threshold: float | None) -> NDArray[np.bool_]:
    """Called bases: posterior of at least `threshold`, or the best path's where it is None."""
    return found.called if threshold is None else found.inside >= threshold


def near_starts(called: NDArray[np.bool_]) -> tuple[float, float]:
    """The share of annotated gene starts within NEAR bases of a called base, and of all bases."""
    cumulated = np.concatenate([[0], np.cumsum(called)])
    t = np.arange(len(called))
    low, high = np.maximum(t - NEAR, 0), np.minimum(t + NEAR + 1, len(called))
    near = cumulated[high] > cumulated[low]
    return float(near[genome.load().starts].mean()), float(near.mean())


# -- what the widget draws ---------------------------------------------------------------------


def runs_of(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Begins and ends (one past the last) of the stretches that are True."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(np.int8), [0]])))
    return turns[::2], turns[1::2]


def track_id(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def checked_base(text: str | None, length: int) -> tuple[int | None, str | None]:
    """A base's number from the link, from 1, as an index; or a message."""
    if text is None:
        return None, None
    try:
        base = int(text)
    except ValueError:
        base = 0
    if not 1 <= base <= length:
        return None, f"A base must be a whole number from 1 to {length:,}; it is “{text[:20]}”."
    return base - 1, None


def checked_window(text: str | None, length: int) -> tuple[list[int] | None, str | None]:
    """Two bases "1200-3400" from the link, from 1, as indices; or a message."""
    if text is None:
        return None, None
    try:
        first, last = (int(part) for part in text.split("-"))
    except ValueError:
        first, last = 0, 0
    if not 1 <= first < last <= length:
        wanted = f"two bases, 1 to {length:,}, like 1200-3400"
        return None, f"A view must be {wanted}; it is “{text[:30]}”."
    return [first - 1, last - 1], None


NAMES = [f"{base}{sign}" for sign in "+−" for base in BASES]
"""The eight states' names: in an island (+), outside (−)."""
