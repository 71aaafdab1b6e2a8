"""What the trellis page runs: tables checked as they were typed, one model, both traces."""

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS, Rows, symbol_indices
from genmodels.kit.opened import Opened, plain
from genmodels.kit.payload import array
from pages.hmm import hmm_missing
from pages.hmm import hmm_opened as arithmetic
from pages.hmm.hmm_opened import Mode
from pages.hmm.trellis_widget import payload

MODES: tuple[Mode, ...] = ("Viterbi", "forward", "backward", "posterior")
MAX_LENGTH = 200
MAX_LISTED = 4096
"""Paths that the page lists, at most."""
MAX_PASTED = 20_000
"""Characters of a pasted table, at most."""

TABLES = {"initial": "hmm_pi", "transition": "hmm_a", "emission": "hmm_b"}
"""A table's name and its name in the link."""


@dataclass(frozen=True)
class Run:
    """A model read by both algorithms, and what the widget draws of it.

    `observations` are what was counted; `whole` has those that were blanked too, and `ghost` is
    what forward-backward says of them, None where none is blanked.
    """

    model: hmm.HiddenMarkovModel
    best: hmm.ViterbiTrace
    smooth: hmm.SmoothingTrace
    payload: dict[str, Any]
    message: str | None
    observations: tuple[int, ...]
    whole: tuple[int, ...]
    ghost: hmm.SmoothingTrace | None = None


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 1.5 MB.
@lru_cache(maxsize=64)
def run(
    preset: str, tables: tuple[Rows, Rows, Rows], observations: tuple[int, ...],
    mode: Mode, linear: bool, hidden: tuple[int, ...] = (),
) -> Run:  # fmt: skip
    """Viterbi and forward-backward of one preset's states and symbols with `tables`.

    `hidden`: columns whose observation counts as missing.
    """
    chosen = PRESETS[preset]
    model = model_of(tables)
    seen = hmm_missing.blanked(observations, hidden)
    best, smooth = hmm.viterbi(model, seen), hmm.forward_backward(model, seen)
    ghost = hmm.forward_backward(model, observations) if hidden else None
    trace_id = hashlib.sha256(repr((preset, tables, seen)).encode()).hexdigest()[:16]
    prepared = payload(
        model, best, smooth, mode, chosen.states, chosen.symbols, seen,
        linear=linear, trace_id=trace_id,
    )  # fmt: skip
    prepared |= extras(prepared, model, observations, ghost)
    message = None
    if best.impossible_at is not None:
        t = best.impossible_at
        message = (
            f"This sequence is impossible: at column {t + 1}, "
            f"“{prepared['seen'][t]}”, every path's probability has become 0. P(O) = 0."
        )
    return Run(model, best, smooth, prepared, message, seen, observations, ghost)


def extras(
    prepared: dict[str, Any], model: hmm.HiddenMarkovModel, whole: Sequence[int],
    ghost: hmm.SmoothingTrace | None,
) -> dict[str, Any]:  # fmt: skip
    """What the page's own trellis has beside a plain one: symbols to blank, ghosts, the graph.

    `broken`: columns after which the posterior path moves as A forbids.
    """
    symbols = prepared["symbols"]
    moves = zip(prepared["posterior_path"], prepared["posterior_path"][1:], strict=False)
    return {
        "broken": [t for t, (i, j) in enumerate(moves) if model.transition[i, j] == 0],
        "whole": [symbols[x] if x >= 0 else None for x in whole],
        "ghost": None if ghost is None else array(np.round(255 * ghost.posterior), "u1"),
        "graph": graph(model),
    }


def bare(run_: Run) -> dict[str, Any]:
    """The run's trellis without the tables and the graph under it."""
    return {**run_.payload, "tables": None, "graph": None}


def graph(model: hmm.HiddenMarkovModel) -> dict[str, Any]:
    """pi and A as numbers, for the arrows' widths and handles."""
    return {"initial": model.initial.tolist(), "transition": model.transition.tolist()}


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


def with_entry(row: Sequence[float], j: int, value: float) -> tuple[float, ...]:
    """`row` with entry `j` set to `value`, the others scaled so that it sums to 1.

    p_i (1 - value) / (1 - p_j) for i != j; where the others are all 0 they share equally. A row of
    one entry stays 1.
    """
    if len(row) == 1:
        return (1.0,)
    value = min(max(float(value), 0.0), 1.0)
    rest = math.fsum(p for i, p in enumerate(row) if i != j)
    left = 1.0 - value
    return tuple(
        value if i == j else (p * left / rest if rest > 0 else left / (len(row) - 1))
        for i, p in enumerate(row)
    )


def pasted(text: str, like: Rows) -> tuple[Rows | None, str | None]:
    """A table from pasted text, of the shape of `like`: (cells, message).

    A line a row; tabs, semicolons, commas or spaces between. Cells that are numbers but no
    probabilities stay, to be mended in the table.
    """
    if len(text) > MAX_PASTED:
        return None, f"At most {MAX_PASTED:,} characters can be pasted; there are {len(text):,}."
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [[cell for cell in re.split(r"[\s,;]+", line.strip()) if cell] for line in lines]
    K, M = len(like), len(like[0])
    if [len(row) for row in rows] != [M] * K:
        found = ", ".join(str(len(row)) for row in rows[:12]) or "nothing"
        return None, f"There must be {K} row(s) of {M} numbers; the rows have: {found}."
    cells = []
    for r, row in enumerate(rows, start=1):
        try:
            cells.append(tuple(float(cell) for cell in row))
        except ValueError:
            bad = next(cell for cell in row if not _is_number(cell))
            return None, f"Row {r} must hold numbers; it has “{bad[:20]}”."
        if not all(math.isfinite(cell) for cell in cells[-1]):
            return None, f"Row {r} must hold finite numbers."
    return tuple(cells), None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


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


def blanked_words(run_: Run, hidden: Sequence[int]) -> str:
    """log P(O) of what is seen, that of all, and what lies between, as Markdown."""
    assert run_.ghost is not None
    seen = sum(x != hmm.MISSING for x in run_.whole)
    return hmm_missing.compared(run_.smooth, run_.ghost, hidden, seen)


def widths(run_: Run, t: int) -> tuple[float, float]:
    """Column t's posterior entropy in bits: with what was blanked, and without it."""
    assert run_.ghost is not None
    both = np.stack([run_.ghost.posterior[t], run_.smooth.posterior[t]])
    with_, without = hmm_missing.entropy(both)
    return float(with_), float(without)


def has_missing(run_: Run) -> bool:
    return hmm.MISSING in run_.observations


def sequence(run_: Run) -> np.ndarray:
    """What was counted, as an array (T,)."""
    return np.array(run_.observations, dtype=np.int64)


def finite(value: float) -> float | str:
    """A number for JSON, which has no infinities."""
    return value if math.isfinite(value) else plain(value)
