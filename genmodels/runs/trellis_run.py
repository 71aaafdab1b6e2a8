"""What the trellis page runs: tables checked as they were typed, one model, both traces."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np

from genmodels import hmm
from genmodels.arithmetic import Opened, plain
from genmodels.arithmetic import hmm as arithmetic
from genmodels.arithmetic.hmm import Mode
from genmodels.datasets.sequences import PRESETS, Rows, symbol_indices
from genmodels.widgets.trellis import payload

MODES: tuple[Mode, ...] = ("Viterbi", "forward", "backward", "posterior")
MAX_LENGTH = 60
MAX_LISTED = 4096
"""Paths that the page lists, at most."""

TABLES = {"initial": "hmm_pi", "transition": "hmm_a", "emission": "hmm_b"}
"""A table's name and its name in the link."""


@dataclass(frozen=True)
class Run:
    """A model read by both algorithms, and what the widget draws of it."""

    model: hmm.HiddenMarkovModel
    best: hmm.ViterbiTrace
    smooth: hmm.SmoothingTrace
    payload: dict[str, Any]
    message: str | None


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 1 MB.
@lru_cache(maxsize=96)
def run(
    preset: str, tables: tuple[Rows, Rows, Rows], observations: tuple[int, ...],
    mode: Mode, linear: bool,
) -> Run:  # fmt: skip
    """Viterbi and forward-backward of one preset's states and symbols with `tables`."""
    chosen = PRESETS[preset]
    model = model_of(tables)
    best, smooth = hmm.viterbi(model, observations), hmm.forward_backward(model, observations)
    trace_id = hashlib.sha256(repr((preset, tables, observations)).encode()).hexdigest()[:16]
    prepared = payload(
        model, best, smooth, mode, chosen.states, chosen.symbols, observations,
        linear=linear, trace_id=trace_id,
    )  # fmt: skip
    message = None
    if best.impossible_at is not None:
        t = best.impossible_at
        message = (
            f"This sequence is impossible: at column {t + 1}, "
            f"“{prepared['seen'][t]}”, every path's probability has become 0. P(O) = 0."
        )
    return Run(model, best, smooth, prepared, message)


def model_of(tables: tuple[Rows, Rows, Rows]) -> hmm.HiddenMarkovModel:
    """The model of three tables, `initial` being one row."""
    (initial,), transition, emission = tables
    return hmm.HiddenMarkovModel(
        np.array(initial), np.array(transition), hmm.CategoricalEmission(np.array(emission))
    )


def preset_tables(preset: str) -> dict[str, Rows]:
    chosen = PRESETS[preset]
    return {
        "initial": (chosen.initial,),
        "transition": chosen.transition,
        "emission": chosen.emission,
    }


def checked_table(name: str, rows: Sequence[Sequence[Any]]) -> tuple[Rows | None, str | None]:
    """A table as typed: (numbers, None), or (None, what is wrong, where, and what was expected)."""
    values = []
    for r, row in enumerate(rows, start=1):
        numbers = []
        for c, cell in enumerate(row, start=1):
            place = f"row {r}, column {c}" if len(rows) > 1 else f"column {c}"
            if cell is None or cell == "":
                return None, f"{name}: {place} is empty; a probability must stand there."
            try:
                number = float(cell)
            except (TypeError, ValueError):
                shown = str(cell)[:20]
                return None, f"{name}: {place} must be a number; it is “{shown}”."
            if not math.isfinite(number):
                return None, f"{name}: {place} must be a number from 0 to 1; it is {number}."
            if number < 0:
                return None, f"{name}: {place} must be at least 0; it is {number:g}."
            numbers.append(number)
        values.append(tuple(numbers))
    array = np.array(values)
    wrong = hmm.check_rows(name, array[0] if len(values) == 1 else array)
    return (None, wrong + ".") if wrong else (tuple(values), None)


def normalised(rows: Sequence[Sequence[Any]]) -> Rows | None:
    """Each row divided by its sum; None where a cell is no number from 0 up or a row is all 0."""
    try:
        values = [[float(cell) for cell in row] for row in rows]
    except (TypeError, ValueError):
        return None
    sums = [sum(row) for row in values]  # fsum would raise where the sum is infinite
    if any(not math.isfinite(s) or s <= 0 for s in sums) or any(v < 0 for r in values for v in r):
        return None
    return tuple(tuple(v / s for v in row) for row, s in zip(values, sums, strict=True))


def table_text(rows: Sequence[Sequence[Any]]) -> str:
    """A table as a link carries it: cells with commas, rows with semicolons between."""
    return ";".join(",".join("" if c is None else f"{c:.12g}" for c in row) for row in rows)


def table_from(text: str, like: Rows) -> tuple[list[list[Any]] | None, str | None]:
    """A table from a link, of the shape of `like`: (cells, message). Bad numbers stay for later."""
    rows = [row.split(",") for row in text.split(";")]
    if [len(row) for row in rows] != [len(row) for row in like]:
        return None, f"it must have {len(like)} row(s) of {len(like[0])} numbers"
    cells: list[list[Any]] = []
    for row in rows:
        cells.append([])
        for cell in row:
            try:
                number = float(cell) if cell.strip() else None
            except ValueError:
                return None, f"“{cell[:20]}” must be a number"
            if number is not None and not math.isfinite(number):
                return None, f"“{cell[:20]}” must be a number from 0 to 1"
            cells[-1].append(number)
    return cells, None


def observations_of(preset: str, text: str) -> tuple[tuple[int, ...] | None, str | None]:
    """The typed sequence as indices, or a message."""
    try:
        return symbol_indices(text, PRESETS[preset].symbols, hmm.MISSING, MAX_LENGTH), None
    except ValueError as error:
        return None, str(error)


def checked_open(text: str | None) -> tuple[list[int] | None, str | None]:
    """The opened node from the link, "column.state" counted from 1."""
    if text is None:
        return None, None
    try:
        t, k = (int(part) for part in text.split("."))
    except ValueError:
        return None, f"The link's hmm_open must be like 3.1 (column.state); it says “{text[:40]}”."
    return [t - 1, k - 1], None


def opened(run_: Run, mode: Mode, selected: tuple[int, int] | None, linear: bool) -> Opened:
    """The opened node, or P(O) where none is."""
    states = run_.payload["states"]
    if selected is None:
        return arithmetic.likelihood(run_.smooth, states, linear=linear)
    t, k = selected
    return arithmetic.node(mode, run_.best, run_.smooth, t, k, states, linear=linear)


def likelihood_text(run_: Run) -> tuple[str, str]:
    """P(O) in nats and as a plain number."""
    log_prob = run_.smooth.log_prob
    if -math.inf < log_prob < -700:
        power = log_prob / math.log(10)
        mantissa = 10 ** (power - math.floor(power))
        return plain(log_prob, 6), f"{mantissa:.2f}e{math.floor(power)}"
    return plain(log_prob, 6), plain(math.exp(log_prob), 4)


@dataclass(frozen=True)
class Proof:
    """Every path with its probability, the most probable first. `counts` has the costs."""

    rows: dict[str, list[str]]
    total: float
    forward: float
    paths: int


def proof(run_: Run) -> Proof | None:
    """All paths listed and added up, or None where there are more than `MAX_LISTED`."""
    T, K = len(run_.payload["seen"]), run_.model.n_states
    if K**T > MAX_LISTED:
        return None
    states = run_.payload["states"]
    paths = hmm.enumerate_paths(run_.model, np.asarray(run_.payload["observations"]))
    p = np.exp(paths.log_prob)
    total = math.fsum(p)
    rows = {
        "path": [_in_words(path, states) for path in paths.states],
        "P(path, O)": [plain(float(v), 6) for v in p],
        "share of P(O)": [f"{100 * v / total:.2f} %" if total else "" for v in p],
        "sum so far": [plain(float(v), 8) for v in np.cumsum(p)],
    }
    forward = math.exp(run_.smooth.log_prob)
    return Proof(rows, total, forward, K**T)


def _in_words(path: np.ndarray, states: Sequence[str]) -> str:
    """A path by its runs: Fair ×6, Loaded, Fair ×2."""
    runs = [(states[k], len(list(same))) for k, same in groupby(path.tolist())]
    return ", ".join(name if length == 1 else f"{name} ×{length}" for name, length in runs)


def counts(run_: Run) -> tuple[int, int, int]:
    """Paths, multiplications path by path, multiplications of the forward algorithm."""
    T, K = len(run_.payload["seen"]), run_.model.n_states
    return K**T, *hmm.multiplications(K, T)
