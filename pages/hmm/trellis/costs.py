"""P(O) three ways, and what each costs in multiplications."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from genmodels import hmm
from genmodels.kit.opened import Opened, plain
from pages.hmm import hmm_opened as arithmetic
from pages.hmm.trellis import opened as path_arithmetic
from pages.hmm.trellis_run import MAX_LISTED, Run

WAYS = ("forward", "backward", "all paths")
SHORTEST_AXIS = 20
"""The cost chart goes to T = 20 at least."""


@dataclass(frozen=True)
class Proof:
    """Every path with its probability, the most probable first, and both totals."""

    rows: dict[str, list[str]]
    total: float
    forward: float
    paths: int


def listable(run_: Run) -> bool:
    """Whether all paths are few enough to be listed."""
    return bool(run_.model.n_states ** len(run_.observations) <= MAX_LISTED)


def proof(run_: Run) -> Proof | None:
    """All paths listed and added up, or None where there are more than `MAX_LISTED`."""
    if not listable(run_):
        return None
    states = run_.payload["states"]
    paths = hmm.enumerate_paths(run_.model, np.asarray(run_.observations))
    p = np.exp(paths.log_prob)
    total = math.fsum(p)
    rows = {
        "path": [in_words(path, states) for path in paths.states],
        "P(path, O)": [plain(float(v), 6) for v in p],
        "share of P(O)": [f"{100 * v / total:.2f} %" if total else "" for v in p],
        "sum so far": [plain(float(v), 8) for v in np.cumsum(p)],
    }
    return Proof(rows, total, math.exp(run_.smooth.log_prob), len(p))


def in_words(path: np.ndarray, states: Sequence[str]) -> str:
    """A path by its runs: Fair ×6, Loaded, Fair ×2."""
    runs = [(states[k], len(list(same))) for k, same in groupby(path.tolist())]
    return ", ".join(name if length == 1 else f"{name} ×{length}" for name, length in runs)


def counts(run_: Run) -> tuple[int, int, int]:
    """Paths, multiplications path by path, multiplications of the forward algorithm."""
    K, T = run_.model.n_states, len(run_.observations)
    return K**T, *hmm.multiplications(K, T)


@dataclass(frozen=True)
class Way:
    """One way to P(O): its name, log P in nats (None where it wasn't taken), and its cost."""

    name: str
    formula: str
    log_prob: float | None
    multiplications: int


def three_ways(run_: Run) -> tuple[Way, Way, Way]:
    """Forward, backward, and the sum over all paths, each computed on its own.

    Backward costs as many multiplications as forward and one more a state: pi b beta has two
    factors where forward's start has one, and its own first column, all ones, has none.
    """
    K, T = run_.model.n_states, len(run_.observations)
    by_path, by_forward = hmm.multiplications(K, T)
    backward = path_arithmetic.backward_log_prob(run_.smooth)
    summed = None
    if listable(run_):
        log_p = hmm.enumerate_paths(run_.model, np.asarray(run_.observations)).log_prob
        summed = float(np.logaddexp.reduce(log_p))
    return (
        Way("forward", r"\sum_j \alpha_T(j)", run_.smooth.log_prob, by_forward),
        Way("backward", r"\sum_i \pi_i\,b_i(x_1)\,\beta_1(i)", backward, backward_cost(K, T)),
        Way("all paths", r"\sum_z P(O,z)", summed, by_path),
    )


def backward_cost(n_states: int, length: int) -> int:
    """2K + (T - 1) K (K + 1): b beta for each state, then a product with A for each pair."""
    K, T = n_states, length
    return 2 * K + (T - 1) * K * (K + 1)


def table(ways: Sequence[Way]) -> dict[str, list[str]]:
    """The three ways as rows of a table."""
    return {
        "way": [way.name for way in ways],
        "log P(O), nats": ["–" if w.log_prob is None else plain(w.log_prob, 12) for w in ways],
        "P(O)": ["–" if w.log_prob is None else plain(math.exp(w.log_prob), 8) for w in ways],
        "multiplications": [whole(way.multiplications) for way in ways],
    }


def meeting(ways: Sequence[Way]) -> str:
    """Whether the ways meet at one number, and how far apart they are."""
    found = [way.log_prob for way in ways if way.log_prob is not None]
    if found[0] == -math.inf:
        return "All ways say that the sequence is impossible."
    apart = max(found) - min(found)
    many = {2: "Both", 3: "All three"}[len(found)]
    far = "exactly" if apart == 0 else f"within {plain(apart, 2)} nats"
    left = "" if len(found) == 3 else " All paths are too many to add up here."
    return f"{many} meet {far}.{left}"


def whole(n: int) -> str:
    """A whole number with its thousands set apart, or in powers of ten where it is long."""
    if n < 10**12:
        return f"{n:,}"
    exponent = len(str(n)) - 1
    return f"{n // 10 ** (exponent - 2) / 100:.2f}e+{exponent}"


def opened(run_: Run, way: str, *, linear: bool) -> Opened | None:
    """The sum behind one way, or None where all paths are too many."""
    states = run_.payload["states"]
    if way == "forward":
        return arithmetic.likelihood(run_.smooth, states, linear=linear)
    if way == "backward":
        return path_arithmetic.likelihood_backward(run_.smooth, states, linear=linear)
    if not listable(run_):
        return None
    paths = hmm.enumerate_paths(run_.model, np.asarray(run_.observations))
    names = [in_words(path, states) for path in paths.states[: path_arithmetic.SHOWN_PATHS]]
    return path_arithmetic.likelihood_by_paths(paths.log_prob, names, linear=linear)


@dataclass(frozen=True)
class Costs:
    """Exact multiplications for every length: `lengths` (n,), path by path, and forward."""

    lengths: list[int]
    by_path: list[int]
    by_forward: list[int]


def costs(n_states: int, length: int) -> Costs:
    """What P(O) costs for every T from 1 to the chart's end, which lies beyond `length`."""
    lengths = list(range(1, max(SHORTEST_AXIS, length + 5) + 1))
    pairs = [hmm.multiplications(n_states, T) for T in lengths]
    return Costs(lengths, [a for a, _ in pairs], [b for _, b in pairs])
