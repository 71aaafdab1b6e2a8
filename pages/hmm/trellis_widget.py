"""The trellis: one run of Viterbi, forward, backward or both sums, stepped cell by cell."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from genmodels.hmm import CategoricalEmission, HiddenMarkovModel, SmoothingTrace, ViterbiTrace
from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.hmm.hmm_opened import Mode

_mount = register("hmm/trellis")


@dataclass(frozen=True)
class View:
    """A step (0: nothing computed yet) and the opened node (column, state), or None."""

    step: int
    selected: tuple[int, int] | None


@dataclass(frozen=True)
class Blank:
    """The reader blanked, or showed again, the observation of a column (from 0)."""

    column: int


@dataclass(frozen=True)
class Arrow:
    """The reader set an arrow of the state graph: A[source, target], or pi[target] (None)."""

    source: int | None
    target: int
    value: float


Edit = Blank | Arrow


def steps_of(mode: Mode, T: int, K: int) -> int:
    """Positions of the transport: nothing, a cell each, then the trace back or the total."""
    return 1 + T * K + (T if mode == "Viterbi" else 1)


def payload(
    model: HiddenMarkovModel, best: ViterbiTrace, smooth: SmoothingTrace, mode: Mode,
    states: Sequence[str], symbols: Sequence[str], observations: Sequence[int],
    *, linear: bool, trace_id: str, with_tables: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Everything the widget draws: texts of the nodes, their fill, the edges' shares, and words.

    `with_tables`: pi, A and B below, the numbers in use lit; a page of large ones has none.

    A node's fill is its share of its column (of the column's best, for Viterbi); an edge's width
    its share of the sum that it enters (of the pair's posterior, in posterior mode).
    """
    T, K = best.steps.log_delta.shape
    values = {
        "Viterbi": best.steps.log_delta,
        "forward": smooth.log_alpha,
        "backward": smooth.log_beta,
        "posterior": smooth.log_alpha + smooth.log_beta,
    }[mode]
    seen = [symbols[x] if x >= 0 else "?" for x in observations]
    possible = smooth.impossible_at is None
    return {
        "trace_id": trace_id,
        "mode": mode,
        "states": list(states),
        "symbols": list(symbols),
        "seen": seen,
        "observations": np.asarray(observations, dtype=np.int32),
        "steps": steps_of(mode, T, K),
        "texts": _texts(mode, values, smooth, linear),
        "fills": _bytes(_fills(mode, smooth, values)),
        "left": _bytes(_of_column(smooth.log_alpha)) if mode == "posterior" else None,
        "right": _bytes(_of_column(smooth.log_beta)) if mode == "posterior" else None,
        "shares": _bytes(_shares(mode, best, smooth)),
        "pointers": np.asarray(best.back_pointers, dtype=np.int32),
        "path": [int(k) for k in best.path],
        "posterior_path": [int(k) for k in smooth.posterior.argmax(axis=1)] if possible else [],
        "impossible_at": smooth.impossible_at,
        "tables": table_texts(model) if with_tables else None,
        "statuses": _statuses(mode, best, smooth, states, seen, linear),
    }


def table_texts(model: HiddenMarkovModel) -> dict[str, Any]:
    """pi, A and B as they stand under the trellis. ValueError where no symbols are emitted."""
    if not isinstance(model.emission, CategoricalEmission):
        raise ValueError(f"model must emit symbols; its emission is {type(model.emission)}")
    return {
        "initial": [plain(float(p)) for p in model.initial],
        "transition": [[plain(float(p)) for p in row] for row in model.transition],
        "emission": [[plain(float(p)) for p in row] for row in model.emission.probabilities],
    }


def trellis(
    prepared: dict[str, Any], *, goto: dict[str, Any] | None, key: str,
    on_edit: Callable[[Edit], None] | None = None,
) -> View:  # fmt: skip
    """Mount the trellis on a `payload`; `goto` {token, step, selected} moves it on a new token.

    `on_edit`, where given, hears of blanked columns and changed arrows before the next run.
    """

    def edited() -> None:
        edit = edit_of(st.session_state[key].get("edit"), prepared)
        if edit is not None and on_edit is not None:
            on_edit(edit)

    sent = {
        **prepared, "statuses": packed(prepared["statuses"]), "goto": goto,
        "editable": on_edit is not None,
    }  # fmt: skip
    result = _mount(key=key, data=encode(sent), on_view_change=lambda: None, on_edit_change=edited)
    return view_of(result, prepared, goto)


_NUMBERS = re.compile(r"(−?(?:\d[\d.]*(?:e[+−]\d+)?|∞))")


def packed(lines: Sequence[str]) -> dict[str, Any]:
    """Status lines as templates and numbers: 2,000 lines in a third of the characters.

    A template is a line whose numbers are NUL; `lines` has its index, then the numbers, with spaces
    between. The frontend puts them together again.
    """
    templates: dict[str, int] = {}
    short = []
    for line in lines:
        pieces = _NUMBERS.split(line)
        index = templates.setdefault("\0".join(pieces[::2]), len(templates))
        short.append(" ".join([str(index), *pieces[1::2]]))
    return {"templates": list(templates), "lines": short}


def edit_of(said: Any, prepared: dict[str, Any]) -> Edit | None:
    """What the browser said was edited, checked; None for what can't be."""
    T, K = len(prepared["seen"]), len(prepared["states"])

    def index(value: Any, n: int) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < n

    try:
        said = dict(said)
    except (TypeError, ValueError):
        return None
    if said.get("kind") == "blank" and index(said.get("column"), T):
        return Blank(said["column"])
    source, target, value = said.get("from"), said.get("to"), said.get("value")
    if said.get("kind") != "arrow" or not (source is None or index(source, K)):
        return None
    if not index(target, K) or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return Arrow(source, target, float(value)) if math.isfinite(value) and 0 <= value <= 1 else None


def view_of(result: Any, prepared: dict[str, Any], goto: dict[str, Any] | None) -> View:
    """What the browser said, checked; before it has spoken of this `goto`, what `goto` says."""
    said = getattr(result, "view", None)
    token = (goto or {}).get("token")
    view = dict(said) if said and dict(said).get("token") == token else (goto or {})
    step, chosen = view.get("step"), view.get("selected")
    step = step if isinstance(step, int) else 0
    T, K = len(prepared["seen"]), len(prepared["states"])
    selected = None
    if isinstance(chosen, (list, tuple)) and len(chosen) == 2:
        t, k = chosen
        if isinstance(t, int) and isinstance(k, int) and 0 <= t < T and 0 <= k < K:
            selected = (t, k)
    return View(min(max(step, 0), prepared["steps"] - 1), selected)


def _bytes(shares: np.ndarray) -> dict[str, Any]:
    return array(np.round(255 * shares), "u1")


def _of_column(log_values: np.ndarray, *, best: bool = False) -> np.ndarray:
    """Each value's share of its row's sum (or of its row's largest), zeros where all are -inf."""
    most = log_values.max(axis=1, keepdims=True)
    shares = np.exp(log_values - np.where(np.isneginf(most), 0, most))
    total = 1 if best else shares.sum(axis=1, keepdims=True)
    return np.asarray(shares / np.where(np.asarray(total) > 0, total, 1))


def _fills(mode: Mode, smooth: SmoothingTrace, values: np.ndarray) -> np.ndarray:
    if mode == "posterior":
        return smooth.posterior
    return _of_column(values, best=mode == "Viterbi")


def _shares(mode: Mode, best: ViterbiTrace, smooth: SmoothingTrace) -> np.ndarray:
    """(T-1, K, K) in [0, 1]: what part of its sum an edge from i to j is."""
    if mode == "Viterbi":
        return (~np.isneginf(best.steps.contenders)).astype(float)
    if mode == "posterior":
        return smooth.pairwise
    terms, axis = smooth.forward_terms, 1
    if mode == "backward":
        terms, axis = smooth.backward_terms, 2
    sums = np.logaddexp.reduce(terms, axis=axis, keepdims=True)
    shares = np.exp(terms - np.where(np.isneginf(sums), 0, sums))
    if mode == "forward":  # a node that can't emit what is seen takes nothing in
        shares = np.where(np.isneginf(smooth.log_alpha[1:, None, :]), 0, shares)
    return np.asarray(shares)


def _texts(mode: Mode, values: np.ndarray, smooth: SmoothingTrace, linear: bool) -> list[list[str]]:
    shown = smooth.posterior if mode == "posterior" else np.exp(values) if linear else values
    return [[plain(float(v)) for v in column] for column in shown]


def _statuses(
    mode: Mode, best: ViterbiTrace, smooth: SmoothingTrace,
    states: Sequence[str], seen: Sequence[str], linear: bool,
) -> list[str]:  # fmt: skip
    """One line a step: what it did, with its numbers."""
    T, K = best.steps.log_delta.shape

    def text(log_value: float) -> str:
        return plain(float(np.exp(log_value)) if linear else float(log_value))

    log_, times = ("", " × ") if linear else ("log ", " + ")
    opening = {
        "Viterbi": "keep the best way into each node",
        "forward": "add up all ways into each node, from the left",
        "backward": "add up all ways out of each node, from the right",
        "posterior": "forward from the left and backward from the right meet",
    }[mode]
    lines = [f"Start: {T} observations, {K} states. Step or play: {opening}."]
    for n in range(T * K):
        t, k = divmod(n, K)
        if mode == "backward":
            t = T - 1 - t
        where = f"Column {t + 1}, sees {seen[t]}, {states[k]}: "
        if mode == "posterior":
            back = T - 1 - t
            line = (
                f"{log_}α at column {t + 1} is {text(smooth.log_alpha[t, k])}, {log_}β at column "
                f"{back + 1} is {text(smooth.log_beta[back, k])} ({states[k]})"
            )
            if t >= back and smooth.impossible_at is None:
                line += f"; they meet: posterior {plain(float(smooth.posterior[t, k]))}"
            lines.append(line + ".")
        elif mode == "backward":
            value = text(smooth.log_beta[t, k])
            if t == T - 1:
                lines.append(where + f"nothing is left to explain, {log_}β = {value}.")
            else:
                top = int(smooth.backward_terms[t][k].argmax())
                lines.append(
                    where + f"{K} ways out add up to {log_}β = {value}; "
                    f"the largest goes to {states[top]}."
                )
        else:
            name, log_value = (
                ("δ", best.steps.log_delta[t, k]) if mode == "Viterbi"
                else ("α", smooth.log_alpha[t, k])
            )  # fmt: skip
            emitted = best.steps.log_emission[t, k]
            if t == 0:
                pi = best.steps.log_initial[k]
                lines.append(
                    where + f"{log_}π {text(pi)}{times}{log_}b {text(emitted)} "
                    f"= {log_}{name} {text(log_value)}."
                )
            elif mode == "Viterbi":
                lines.append(where + _contest(best, t, k, states, text, log_))
            else:
                top = int(smooth.forward_terms[t - 1][:, k].argmax())
                lines.append(
                    where + f"{K} ways in, times the emission, add up to {log_}α = "
                    f"{text(log_value)}; the largest comes from {states[top]}."
                )
    return [*lines, *_endings(mode, best, smooth, states, text, log_)]


def _contest(
    best: ViterbiTrace, t: int, k: int, states: Sequence[str], text: Any, log_: str
) -> str:
    steps = best.steps
    winner = int(steps.back_pointers[t - 1, k])
    if winner < 0:
        return "no way in is possible."
    contenders = steps.contenders[t - 1][:, k]
    won = f"{states[winner]} wins with {text(contenders[winner])}"
    rest = np.delete(contenders, winner)
    if len(rest):
        won += f" against {text(rest.max())}"
    return f"{won}; with the emission {log_}δ = {text(steps.log_delta[t, k])}."


def _endings(
    mode: Mode, best: ViterbiTrace, smooth: SmoothingTrace,
    states: Sequence[str], text: Any, log_: str,
) -> list[str]:  # fmt: skip
    T = len(smooth.log_alpha)
    if smooth.impossible_at is not None:
        line = f"Impossible: no path reaches column {smooth.impossible_at + 1}; P(O) = 0."
        return [line] * (T if mode == "Viterbi" else 1)
    if mode != "Viterbi":
        total = f"{log_}P(O) = {text(smooth.log_prob)}"
        differ = int(np.sum(best.path != smooth.posterior.argmax(axis=1)))
        return [f"All sums done: {total}. Best path and posterior path differ in {differ} columns."]
    lines = [
        f"Trace back: column {T} ends best in {states[best.path[-1]]}, "
        f"{log_}P(path, O) = {text(best.log_prob)}."
    ]
    for t in range(T - 2, -1, -1):
        came, to = states[best.path[t]], states[best.path[t + 1]]
        lines.append(f"Trace back: {to} at column {t + 2} came from {came} at column {t + 1}.")
    return lines
