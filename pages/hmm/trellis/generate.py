"""Drawing from a hidden Markov model a step at a time, and reading back what was drawn."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS, Rows
from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.kit.payload import array
from pages.hmm.trellis_run import graph, model_of
from pages.hmm.trellis_widget import table_texts

MAX_LENGTH = 60
LENGTH = 20
MAX_SEED = 9999


@dataclass(frozen=True)
class Generated:
    """What a seed drew, the random numbers that picked it, and what both decoders make of it.

    `u` and `v` (T,) in [0, 1) picked the states and the observations; `best` and `likeliest` (T,)
    are Viterbi's path and the likeliest state in each column.
    """

    model: hmm.HiddenMarkovModel
    states: NDArray[np.int64]
    observations: NDArray[np.int64]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    best: NDArray[np.int64]
    likeliest: NDArray[np.int64]
    smooth: hmm.SmoothingTrace
    names: tuple[str, ...]
    symbols: tuple[str, ...]

    @property
    def recovered(self) -> tuple[int, int]:
        """How many drawn states Viterbi's path and the posterior's have right."""
        return int((self.best == self.states).sum()), int((self.likeliest == self.states).sum())


@lru_cache(maxsize=64)
def generate(preset: str, tables: tuple[Rows, Rows, Rows], length: int, seed: int) -> Generated:
    """`length` states and observations drawn with `seed`, then decoded as if never seen."""
    model = model_of(tables)
    drawn = hmm.sample(model, length, np.random.default_rng(seed))
    # What `sample` drew its two choices with, in its order: first all states, then all symbols.
    again = np.random.default_rng(seed)
    u, v = again.random(length), again.random(length)
    best = hmm.viterbi(model, drawn.observations).path
    smooth = hmm.forward_backward(model, drawn.observations)
    return Generated(
        model, drawn.states, drawn.observations, u, v, best, smooth.posterior.argmax(axis=1),
        smooth, PRESETS[preset].states, PRESETS[preset].symbols,
    )  # fmt: skip


def rows_of(found: Generated) -> NDArray[np.float64]:
    """(T, K): the row that each column's state was drawn from, pi and then rows of A."""
    return np.vstack([found.model.initial, found.model.transition[found.states[:-1]]])


def payload(found: Generated, *, hidden: bool) -> dict[str, Any]:
    """The trellis filling forwards: two steps a column, a state and what it emits; then decoding.

    `hidden`: the states stay unseen, only what they emit shows.
    """
    T, K = len(found.states), found.model.n_states
    rows = rows_of(found)
    shares = np.zeros((T - 1, K, K))
    shares[np.arange(T - 1), found.states[:-1]] = rows[1:]
    if hidden:
        shares[:] = 0.0
    fills = np.zeros((T, K)) if hidden else rows
    key = repr((found.states.tolist(), found.observations.tolist(), rows.tolist(), hidden))
    return {
        "trace_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "mode": "generate",
        "states": list(found.names),
        "symbols": list(found.symbols),
        "seen": [found.symbols[x] for x in found.observations],
        "observations": found.observations.astype(np.int32),
        "steps": 2 * T + 3,
        "texts": [["" if hidden else plain(float(p)) for p in row] for row in rows],
        "fills": array(np.round(255 * fills), "u1"),
        "left": None,
        "right": None,
        "shares": array(np.round(255 * shares), "u1"),
        "pointers": np.full((T - 1, K), -1, dtype=np.int32),
        "path": found.best.tolist(),
        "posterior_path": found.likeliest.tolist(),
        "drawn": found.states.tolist(),
        "hide": hidden,
        "tables": table_texts(found.model),
        "graph": graph(found.model),
        "statuses": statuses(found, hidden=hidden),
    }


def statuses(found: Generated, *, hidden: bool) -> list[str]:
    """One line a step: the number that picked, and what it picked."""
    T = len(found.states)
    rows = rows_of(found)
    lines = ["Step or play: each column draws its state, then its state draws what is seen."]
    for t, (z, x) in enumerate(zip(found.states, found.observations, strict=True)):
        name, symbol = found.names[z], found.symbols[x]
        if hidden:
            lines.append(f"Column {t + 1}: a state is drawn, and stays hidden.")
            lines.append(f"Column {t + 1}: {symbol} is seen.")
            continue
        source = "π" if t == 0 else f"A's row {found.names[found.states[t - 1]]}"
        lines.append(
            f"Column {t + 1}: u = {plain(found.u[t], 4)} falls into {name}'s share "
            f"{_interval(rows[t], int(z))} of {source}."
        )
        emission = found.model.emission
        assert isinstance(emission, hmm.CategoricalEmission)
        lines.append(
            f"Column {t + 1}: v = {plain(found.v[t], 4)} falls into {symbol}'s share "
            f"{_interval(emission.probabilities[z], int(x))} of B's row {name}."
        )
    best, likeliest = found.recovered
    lines.append(f"Decoded by Viterbi from what is seen alone: {best} of {T} states recovered.")
    lines.append(
        f"The likeliest state of each column: {likeliest} of {T} recovered; Viterbi had {best}."
    )
    return lines


def _interval(row: np.ndarray, k: int) -> str:
    """Where in [0, 1) a random number picks entry k."""
    ends = np.concatenate([[0.0], np.cumsum(row)])
    return f"[{plain(float(ends[k]))}, {plain(float(ends[k + 1]))})"


def accuracy(found: Generated) -> dict[str, list[str]]:
    """The states recovered of those drawn by both decoders: in all, and of each drawn state."""
    T = len(found.states)
    right = {"Viterbi": found.best == found.states, "posterior": found.likeliest == found.states}
    drawn = [k for k in range(len(found.names)) if (found.states == k).any()]
    table = {"drawn": [f"all {T}", *(found.names[k] for k in drawn)]}
    for name, hits in right.items():
        of = [hits[found.states == k] for k in drawn]
        table[name] = [
            f"{int(hits.sum())}, {100 * hits.mean():.1f} %",
            *(f"{int(some.sum())} of {len(some)}" for some in of),
        ]
    return table


def expected_text(found: Generated) -> str:
    """How many states the posterior itself expects each path to have right."""
    T = len(found.states)
    at = np.arange(T)
    best = float(found.smooth.posterior[at, found.best].sum())
    likeliest = float(found.smooth.posterior[at, found.likeliest].sum())
    return (
        f"Expected before looking: Viterbi {plain(best)}, posterior {plain(likeliest)} of {T}; "
        "no decoder can expect more than the posterior."
    )


def opened(found: Generated, t: int, k: int) -> Opened:
    """How column t's state was drawn: shares laid end to end, u picks one; the chosen is ticked."""
    row = rows_of(found)[t]
    z = int(found.states[t])
    ends = np.cumsum(row)
    source = r"\pi_j" if t == 0 else "A_{ij}"
    rows = [
        Row(
            f"{name} {_interval(row, j)}", number(float(p)), literal(float(p)), float(p),
            float(p), chosen=j == z,
        )
        for j, (name, p) in enumerate(zip(found.names, row, strict=True))
    ]  # fmt: skip
    terms = [float(p) for p in row[: k + 1]]
    return Opened(
        f"Drawing column {t + 1}'s state, up to {found.names[k]}",
        rf"F_k=\sum_{{j\le k}} {source},\quad z_{{{t + 1}}}=\min\{{k: F_k>u\}}",
        "+".join(number(p) for p in terms[:6]) + (r"+\dots" if len(terms) > 6 else ""),
        f"sum({', '.join(literal(p) for p in terms)})", float(ends[k]), "", rows,
        f"u = {plain(float(found.u[t]), 10)} picked {found.names[z]}.",
    )  # fmt: skip


def as_text(found: Generated) -> str:
    """What was drawn, as the page's observations are typed."""
    return " ".join(found.symbols[x] for x in found.observations)
