"""What the learning page's stage draws of a run, in its own words, and what can be opened on it."""

from functools import lru_cache
from typing import Any, cast

import numpy as np

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS
from genmodels.kit.opened import Opened, plain
from pages.hmm import hmm_opened as trellis_arithmetic
from pages.hmm.learning import opened as arithmetic
from pages.hmm.learning.case import (
    MAX_ITERATIONS,
    TOLERANCE,
    Match,
    Run,
    Setup,
    emissions,
    fresh,
    match,
    run,
    smoothed,
    states_of,
)
from pages.hmm.learning.count_pour import KINDS, Selected, payload


# A payload is at most about 400 KB.
@lru_cache(maxsize=48)
def prepared(setup: Setup, shown: int, truth: bool) -> dict[str, Any]:
    """The widget's payload: the run's counts and tables, and the posteriors of one sequence.

    `shown` counts from 1; `truth`: with the true tables, in the order that fits the last model.
    """
    one = run(setup)
    x = np.array(setup.sequences[shown - 1])
    traces = [hmm.forward_backward(model, x) for model in one.models[: len(one.steps)]]
    found = match(setup, one.models[-1]) if truth else None
    K, M = setup.K, len(PRESETS[setup.preset].symbols)
    return payload(
        [trace.posterior for trace in traces],
        [trace.pairwise for trace in traces],
        {
            "starts": _stacked([step.starts for step in one.steps], (K,)),
            "moves": _stacked([step.moves for step in one.steps], (K, K)),
            "symbols": _stacked([_counts(step) for step in one.steps], (K, M)),
        },
        {
            "pi": np.stack([model.initial for model in one.models]),
            "A": np.stack([model.transition for model in one.models]),
            "B": np.stack([emissions(model) for model in one.models]),
        },
        trace_id=setup.identity,
        shown=shown,
        states=states_of(setup),
        symbols=PRESETS[setup.preset].symbols,
        observations=setup.sequences[shown - 1],
        likelihood=[_settled(float(v)) for v in one.log_likelihood],
        locks=setup.locks,
        truth=None
        if found is None
        else {"pi": found.initial, "A": found.transition, "B": found.emission},
        statuses=statuses(one),
    )


def _settled(log_prob: float) -> float:
    """log 1 without what rounding leaves of it."""
    return 0.0 if abs(log_prob) < 1e-9 else log_prob


def _stacked(values: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    return np.stack(values) if values else np.zeros((0, *shape))


def _counts(step: hmm.BaumWelchStep) -> np.ndarray:
    if step.emission_counts is None:
        raise ValueError("emission_counts must be counted; got None, of emissions without symbols")
    return step.emission_counts


def statuses(one: Run) -> list[str]:
    """One line a half step: what it did, with this step's numbers."""
    setup = one.setup
    names = states_of(setup)
    n = len(setup.sequences)
    sequences = "1 sequence" if n == 1 else f"{n} sequences"
    if not one.steps:
        return ["The start can't make these sequences: nothing is counted."]
    values = [_settled(float(v)) for v in one.log_likelihood]
    lines = [
        f"Start: {sequences}, {setup.K} states, log P = {plain(values[0], 6)} nats. "
        "Step or play; click a number to open it."
    ]
    for i, step in enumerate(one.steps):
        gain = "" if i == 0 else f" ({plain(values[i] - values[i - 1])} more)"
        line = (
            f"E-step {i + 1}: posteriors under these tables pour into counts, summed over "
            f"{sequences}. log P = {plain(values[i], 6)} nats{gain}."
        )
        lines.append(line)
        where, old, new = _largest_change(one, i, names)
        line = f"M-step {i + 1}: each row of counts over its sum. Most changed: {where}, "
        line += f"{plain(old)} to {plain(new)}."
        lines.append(" ".join([line, *(f"Note: {note}." for note in step.notes)]))
    end = (
        f" End: the gain fell below {TOLERANCE:g} nats." if one.converged
        else f" Stopped after {MAX_ITERATIONS} iterations, still climbing."
    )  # fmt: skip
    lines[-1] += f" log P = {plain(values[-1], 6)} nats.{end}"
    return lines


def _largest_change(one: Run, i: int, names: tuple[str, ...]) -> tuple[str, float, float]:
    before, after = one.models[i], one.models[i + 1]
    symbols = PRESETS[one.setup.preset].symbols
    best = ("nothing", 0.0, 0.0)
    for old, new, label in (
        (before.initial[:, None], after.initial[:, None], lambda k, _: f"π of {names[k]}"),
        (before.transition, after.transition, lambda k, j: f"A {names[k]} → {names[j]}"),
        (emissions(before), emissions(after), lambda k, m: f"B {names[k]} shows {symbols[m]}"),
    ):
        k, j = np.unravel_index(int(np.abs(new - old).argmax()), old.shape)
        if abs(new[k, j] - old[k, j]) > abs(best[2] - best[1]):
            best = (label(int(k), int(j)), float(old[k, j]), float(new[k, j]))
    return best


# -- what opens --------------------------------------------------------------------------------


HINT = (
    "Click a node, an edge, a count or a probability. Keys on the stage: arrows step, Shift and "
    "arrows go between half steps, k, n and p open numbers, l locks a row."
)


def opened(one: Run, shown: int, step: int, what: Selected | None) -> tuple[Opened | None, str]:
    """The opened number at a half step, or None and a hint. log P where nothing is chosen."""
    if not one.steps:
        return None, "Nothing was counted: the start can't make these sequences."
    setup, states = one.setup, states_of(one.setup)
    e = (step + 1) // 2 - 1
    if what is None:
        return arithmetic.likelihood([trace.log_prob for trace in smoothed(setup, step // 2)]), HINT
    kind, at = what.kind, what.at
    if kind in ("pi", "A", "B"):
        return _probability(one, step // 2, kind, at), ""
    if e < 0:
        return None, "Nothing has been counted yet: go on to the first E-step."
    traces = smoothed(setup, e)
    if kind == "node":
        t, k = at
        return trellis_arithmetic.posterior(traces[shown - 1], t, k, states, linear=True), ""
    if kind == "edge":
        t, i, j = at
        return arithmetic.pairwise(traces[shown - 1], t, i, j, states), ""
    if kind == "starts":
        return arithmetic.start_count(traces, at[0], states), ""
    if kind == "moves":
        return arithmetic.move_count(traces, at[0], at[1], states), ""
    symbols = PRESETS[setup.preset].symbols
    return arithmetic.symbol_count(
        traces, setup.sequences, at[0], at[1], states, symbols
    ), ""  # fmt: skip


def _probability(one: Run, m: int, kind: str, at: tuple[int, ...]) -> Opened:
    """An entry of the tables after m M-steps."""
    table = cast(arithmetic.Table, kind)
    setup, states = one.setup, states_of(one.setup)
    symbols = PRESETS[setup.preset].symbols
    k, j = at[0], at[-1]

    def entry(model: hmm.HiddenMarkovModel) -> float:
        if kind == "pi":
            return float(model.initial[k])
        return float((model.transition if kind == "A" else emissions(model))[k, j])

    title = {
        "pi": f"π of {states[k]}",
        "A": f"A, {states[k]} → {states[j % setup.K]}",
        "B": f"B, {states[k]} shows {symbols[j % len(symbols)]}",
    }[kind]
    value = entry(one.models[m])
    if m == 0:
        return arithmetic.kept(table, value, title, "From the start: nothing is learnt yet.")
    code = "pi" if kind == "pi" else f"{kind}{k + 1}"
    if code in setup.locks:
        return arithmetic.kept(table, value, title, "Locked: the M-step leaves this row alone.")
    step = one.steps[m - 1]
    counts = {"pi": step.starts, "A": step.moves[k], "B": _counts(step)[k]}[kind]
    if not counts.sum() > 0:
        return arithmetic.kept(
            table, value, title, "Nothing was counted for this row: it stays as it was."
        )
    return arithmetic.probability(
        table, counts, j, symbols if kind == "B" else states, title, entry(one.models[m - 1])
    )


# -- words beside the stage --------------------------------------------------------------------


def recovered(one: Run, step: int) -> str:
    """How near the tables at this half step are to the true ones, and what fresh data say."""
    model = one.models[step // 2]
    found = match(one.setup, model)
    learnt, truth = fresh(one.setup, model)
    lines = []
    if found is not None:
        lines.append(_matched(one, found))
    lines.append(
        f"Fresh sequences, a symbol: {plain(learnt)} nats under these tables, "
        f"{plain(truth)} under the true ones."
    )
    return " ".join(lines)


def _matched(one: Run, found: Match) -> str:
    true = PRESETS[one.setup.preset].states
    if one.setup.start == "True tables" and found.order == tuple(range(one.setup.K)):
        order = "States as in the true tables"
    else:
        names = states_of(one.setup)
        pairs = ", ".join(f"{names[k]} is {true[o]}" for k, o in enumerate(found.order))
        order = f"Labels are arbitrary; nearest to the true tables: {pairs}"
    return f"{order}; A and B differ from them by at most {plain(found.largest, 2)}."


def checked_open(text: str | None) -> tuple[str | None, str | None]:
    """The opened number from the link: its kind and shape; the stage says whether it is there."""
    if text is None:
        return None, None
    kind, _, rest = text.partition(":")
    parts = rest.split(".")
    if (
        kind in KINDS
        and len(parts) <= 3
        and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts)
    ):
        return text, None
    return None, (
        "The link's hmml_open must be like node:3.1, edge:3.1.2, starts:1, moves:1.2, symbols:1.3, "
        f"pi:1, A:1.2 or B:1.3; it says “{text[:40]}”. Nothing is opened."
    )
