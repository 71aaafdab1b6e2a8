"""Baum-Welch as the learning page needs it: its start, its sequences, its locks, ten restarts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from typing import Literal, get_args

import numpy as np

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS, Rows, symbol_indices
from genmodels.kit.opened import plain

Start = Literal["Random", "Even", "One way", "True tables", "Own tables"]
STARTS: tuple[Start, ...] = get_args(Start)

MAX_STATES = 5
MAX_LENGTH = 60
MAX_SEQUENCES = 30
MAX_ITERATIONS = 120
MAX_TEXT = 20_000
TOLERANCE = 1e-4
RESTARTS = 10
SAME = 0.05
"""Runs that end within so many nats of each other, with tables alike, count as one optimum."""
ALIKE = 0.05
"""The largest difference of two entries up to which tables count as alike."""
FRESH_SEQUENCES, FRESH_LENGTH, FRESH_SEED = 40, 50, 20_000

NAMES = {p.title: name for name, p in PRESETS.items() if len(p.states) <= MAX_STATES}
"""A model's title and its name, of those small enough for the stage."""

Observations = tuple[int, ...]
Array = np.ndarray


@dataclass(frozen=True)
class Setup:
    """What one run depends on: `locks` are "pi", "A1" .. and "B1" .., rows counted from 1.

    `tables` (initial as one row, transition, emission) go with the start "Own tables".
    """

    preset: str
    sequences: tuple[Observations, ...]
    start: Start = "Random"
    K: int = 2
    seed: int = 0
    locks: tuple[str, ...] = ()
    tables: tuple[Rows, Rows, Rows] | None = None

    @property
    def identity(self) -> str:
        """Another text where anything is different."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Match:
    """Which true state each learnt one is nearest to, and by how much the tables still differ.

    `order[k]` is the true state beside learnt state k; `initial`, `transition` and `emission` are
    the true tables in that order; `largest` is the largest difference in A and B.
    """

    order: tuple[int, ...]
    initial: Array
    transition: Array
    emission: Array
    largest: float


@dataclass(frozen=True, eq=False)
class Run:
    """A run: `models[m]` stands after m M-steps. Without steps where the start can't make a
    sequence; then `message` says which and where."""

    setup: Setup
    steps: tuple[hmm.BaumWelchStep, ...]
    models: tuple[hmm.HiddenMarkovModel, ...]
    log_likelihood: Array
    converged: bool
    message: str | None

    @property
    def half_steps(self) -> int:
        return 2 * len(self.steps)


# -- sequences ---------------------------------------------------------------------------------


def sequences_of(preset: str, text: str) -> tuple[tuple[Observations, ...] | None, str | None]:
    """Typed sequences, one a line, as indices; or None and what is wrong, and in which line."""
    if len(text) > MAX_TEXT:
        return None, f"The text must have at most {MAX_TEXT:,} characters; it has {len(text):,}."
    lines = [line for line in text.splitlines() if line.strip(" ,\t")]
    symbols = PRESETS[preset].symbols
    if not lines:
        return None, (
            "Type at least one sequence, one a line; allowed: " + ", ".join(symbols) + ", or ?."
        )
    if len(lines) > MAX_SEQUENCES:
        return None, f"There must be at most {MAX_SEQUENCES} sequences; there are {len(lines)}."
    sequences = []
    for n, line in enumerate(lines, start=1):
        try:
            sequences.append(symbol_indices(line, symbols, hmm.MISSING, MAX_LENGTH))
        except ValueError as error:
            return None, f"Sequence {n}: {error}"
    return tuple(sequences), None


@lru_cache(maxsize=128)
def drawn(preset: str, n: int, length: int, seed: int) -> tuple[Observations, ...]:
    """`n` sequences of `length` symbols from the preset's own tables."""
    rng = np.random.default_rng(seed)
    model = true_model(preset)
    return tuple(
        tuple(int(x) for x in hmm.sample(model, length, rng).observations) for _ in range(n)
    )


def text_of(preset: str, sequences: Sequence[Observations]) -> str:
    """Sequences as a reader types them, one a line."""
    symbols = PRESETS[preset].symbols
    return "\n".join(
        " ".join(symbols[x] if x >= 0 else "?" for x in sequence) for sequence in sequences
    )


def true_model(preset: str) -> hmm.HiddenMarkovModel:
    """The preset's published tables: what its sequences are drawn from."""
    chosen = PRESETS[preset]
    return _model((chosen.initial,), chosen.transition, chosen.emission)


def _model(initial: Rows, transition: Rows, emission: Rows) -> hmm.HiddenMarkovModel:
    return hmm.HiddenMarkovModel(
        np.array(initial[0]), np.array(transition), hmm.CategoricalEmission(np.array(emission))
    )


# -- one run -----------------------------------------------------------------------------------


def start_model(setup: Setup) -> hmm.HiddenMarkovModel:
    """Where Baum-Welch begins.

    True tables: the preset's. Own tables: the reader's. Random: every row drawn evenly from all
    distributions. Even: every row uniform. One way: random, with no way back to a lower state
    (A_ij = 0 for j < i).
    """
    if setup.start == "True tables":
        return true_model(setup.preset)
    if setup.tables is not None:
        return _model(*setup.tables)
    K, M = setup.K, len(PRESETS[setup.preset].symbols)
    if setup.start == "Even":
        return hmm.HiddenMarkovModel(
            np.full(K, 1 / K),
            np.full((K, K), 1 / K),
            hmm.CategoricalEmission(np.full((K, M), 1 / M)),
        )
    model = hmm.random_start(K, M, rng=np.random.default_rng(setup.seed))
    if setup.start == "Random":
        return model
    A = np.triu(model.transition)
    return replace(model, transition=A / A.sum(axis=1, keepdims=True))


def states_of(setup: Setup) -> tuple[str, ...]:
    """The states' names: the preset's where its tables are the start, else numbers."""
    if setup.start == "True tables":
        return PRESETS[setup.preset].states
    return tuple(str(k + 1) for k in range(setup.K))


def locks_of(codes: Sequence[str]) -> hmm.Locks:
    """ "pi", "A1", "B2" as the M-step takes them."""
    rows = {table: tuple(int(c[1:]) - 1 for c in codes if c[0] == table) for table in "AB"}
    return hmm.Locks("pi" in codes, rows["A"], rows["B"])


def lock_codes(K: int) -> list[str]:
    """Everything that can be locked in a model of K states."""
    return ["pi", *(f"{table}{k + 1}" for table in "AB" for k in range(K))]


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 100 KB.
@lru_cache(maxsize=256)
def run(setup: Setup) -> Run:
    """Baum-Welch from the set-up's start, at most `MAX_ITERATIONS` iterations."""
    start = start_model(setup)
    smoothed = hmm.smooth_many(start, [np.array(x) for x in setup.sequences])
    for n, one in enumerate(smoothed):
        if one.impossible_at is not None:
            x = setup.sequences[n][one.impossible_at]
            seen = PRESETS[setup.preset].symbols[x] if x >= 0 else "?"
            message = (
                f"Sequence {n + 1} is impossible under this start: at column "
                f"{one.impossible_at + 1}, “{seen}”, its probability becomes 0. Zeros stay "
                "zero, so Baum-Welch can't begin; choose another start."
            )
            return Run(setup, (), (start,), np.empty(0), False, message)
    trace = hmm.baum_welch(
        start,
        [np.array(x) for x in setup.sequences],
        max_iter=MAX_ITERATIONS,
        tol=TOLERANCE,
        locks=locks_of(setup.locks),
        scan=True,
    )
    models = (start, *(step.model for step in trace.steps))
    return Run(
        setup, trace.steps, models, trace.log_likelihood, trace.converged,
        _stuck(start, trace.model),
    )  # fmt: skip


def emissions(model: hmm.HiddenMarkovModel) -> Array:
    """The table B of a model of symbols."""
    if not isinstance(model.emission, hmm.CategoricalEmission):
        raise ValueError(f"emission must be categorical; got {type(model.emission).__name__}")
    return model.emission.probabilities


def _stuck(start: hmm.HiddenMarkovModel, end: hmm.HiddenMarkovModel) -> str | None:
    """What to say where all states begin alike and end alike."""
    apart = max(float(np.abs(B - B[0]).max()) for B in (emissions(start), emissions(end)))
    if len(emissions(end)) < 2 or apart > 1e-9:
        return None
    return (
        "All states show the same symbols with the same probabilities: every posterior is the same "
        "in every column, so no M-step can tell the states apart. This start lies on a saddle of "
        "the likelihood, and Baum-Welch can't leave it."
    )


@lru_cache(maxsize=24)
def smoothed(setup: Setup, e: int) -> tuple[hmm.SmoothingTrace, ...]:
    """Forward-backward of every sequence under the model after `e` M-steps, with all terms."""
    model = run(setup).models[e]
    return tuple(hmm.forward_backward(model, np.array(x)) for x in setup.sequences)


# -- the truth ---------------------------------------------------------------------------------


def match(setup: Setup, model: hmm.HiddenMarkovModel) -> Match | None:
    """The true tables in the order of states that fits `model` best; None for another K.

    The labels of states are arbitrary: all K! orders give the same likelihood. The best order has
    the least sum of absolute differences in A and B.
    """
    true = true_model(setup.preset)
    if true.n_states != model.n_states:
        return None
    B, true_B = emissions(model), emissions(true)

    def difference(order: tuple[int, ...]) -> Array:
        o = list(order)
        return np.concatenate(
            [np.abs(model.transition - true.transition[np.ix_(o, o)]), np.abs(B - true_B[o])],
            axis=1,
        )

    best = min(permutations(range(true.n_states)), key=lambda o: float(difference(o).sum()))
    o = list(best)
    return Match(
        best, true.initial[o], true.transition[np.ix_(o, o)], true_B[o],
        float(difference(best).max()),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _fresh(preset: str) -> tuple[tuple[Observations, ...], float]:
    xs = drawn(preset, FRESH_SEQUENCES, FRESH_LENGTH, FRESH_SEED)
    symbols = FRESH_SEQUENCES * FRESH_LENGTH
    return xs, float(hmm.log_likelihoods(true_model(preset), [np.array(x) for x in xs]).sum()) / (
        symbols
    )


def fresh(setup: Setup, model: hmm.HiddenMarkovModel) -> tuple[float, float]:
    """Mean log-likelihood a symbol, nats, of fresh sequences from the true tables.

    Under `model`, and under the true tables themselves.
    """
    xs, under_truth = _fresh(setup.preset)
    total = hmm.log_likelihoods(model, [np.array(x) for x in xs]).sum()
    return float(total) / (FRESH_SEQUENCES * FRESH_LENGTH), under_truth


# -- ten restarts ------------------------------------------------------------------------------


CLIMBING = "–"
"""In an optimum's place: the run still climbed when it was stopped."""


@dataclass(frozen=True, eq=False)
class Restart:
    """One seed's run; `optimum` is a letter, A the best one, or `CLIMBING`."""

    seed: int
    run: Run
    optimum: str

    @property
    def log_likelihood(self) -> float:
        return float(self.run.log_likelihood[-1])


@lru_cache(maxsize=32)
def restarts(setup: Setup) -> tuple[Restart, ...]:
    """The ten random starts of the seed's ten, the best first; optima told apart by letters.

    Two ends are one optimum when their log-likelihoods differ by at most `SAME` and, in the
    best order of states, no entry of A or B differs by more than `ALIKE`. A run that was stopped
    while it climbed is no optimum of its own.
    """
    begin = restarted(setup)
    found = [run(replace(begin, seed=begin.seed + r)) for r in range(RESTARTS)]
    possible = sorted((one for one in found if one.steps), key=lambda one: -one.log_likelihood[-1])
    kinds: list[Run] = []
    result = []
    for one in possible:
        place = next((i for i, kind in enumerate(kinds) if _same(one, kind)), None)
        if place is None and one.converged:
            place = len(kinds)
            kinds.append(one)
        result.append(
            Restart(one.setup.seed, one, CLIMBING if place is None else chr(ord("A") + place))
        )
    return tuple(result)


def restarted(setup: Setup) -> Setup:
    """The first of the ten: a start that a seed changes, and the ten (20 to 29) of the set-up's.

    So that whichever of them is opened on the stage, the ten stay the same.
    """
    start: Start = "One way" if setup.start == "One way" else "Random"
    return replace(setup, start=start, tables=None, seed=RESTARTS * (setup.seed // RESTARTS))


def _same(one: Run, other: Run) -> bool:
    if abs(one.log_likelihood[-1] - other.log_likelihood[-1]) > SAME:
        return False
    a, b = one.models[-1], other.models[-1]
    B, other_B = emissions(a), emissions(b)
    return any(
        np.abs(a.transition - b.transition[np.ix_(o, o)]).max() <= ALIKE
        and np.abs(B - other_B[list(o)]).max() <= ALIKE
        for o in permutations(range(a.n_states))
    )


def restart_label(restart: Restart) -> str:
    """What a restart's button says: where it ended."""
    kind = "still climbing" if restart.optimum == CLIMBING else f"optimum {restart.optimum}"
    return f"Seed {restart.seed}: {plain(restart.log_likelihood, 5)} nats, {kind}"


def restarts_sentence(found: Sequence[Restart]) -> str:
    """How many optima, how far apart, and that labels are arbitrary."""
    if not found:
        return "No random start can make these sequences."
    optima = {one.optimum for one in found} - {CLIMBING}
    best, worst = found[0].log_likelihood, found[-1].log_likelihood
    still = sum(one.optimum == CLIMBING for one in found)
    count = "1 optimum" if len(optima) == 1 else f"{len(optima)} distinct optima"
    line = (
        f"{len(found)} random starts, {count}: the best at {plain(best, 6)} nats, the worst at "
        f"{plain(worst, 6)}. Runs that differ only in the order of their states count as one: "
        "labels are arbitrary, and all orders have the same likelihood."
    )
    if still:
        line += (
            f" {still} still climbed when stopped after {MAX_ITERATIONS} iterations, and "
            "count as none."
        )
    return line


# -- the link ----------------------------------------------------------------------------------


def checked_locks(text: str | None, K: int) -> tuple[tuple[str, ...], str | None]:
    """Locked rows from the link: pi,A1,B2."""
    if not text:
        return (), None
    codes = text.split(",")
    allowed = lock_codes(K)
    bad = next((code for code in codes if code not in allowed), None)
    if bad is None:
        return tuple(code for code in allowed if code in codes), None
    return (), (
        f"The link's hmml_lock must list some of {', '.join(allowed)}; it says “{bad[:20]}”. "
        "Shown instead: nothing locked."
    )
