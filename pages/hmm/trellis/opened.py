"""Opened numbers of whole paths: P(O) from the other end and path by path, one path's log P."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.hmm import SmoothingTrace
from genmodels.kit.opened import Opened, Row, literal, number

SHOWN_PATHS = 12
"""Paths that the opened sum over all paths lists; its expression has them all."""
SHOWN_FACTORS = 4


def backward_log_prob(trace: SmoothingTrace) -> float:
    """log P(x) = log sum_i pi_i b_i(x_1) beta_1(i), nats. Rabiner (1989), below eq. 25."""
    return float(np.logaddexp.reduce(_first_terms(trace)))


def _first_terms(trace: SmoothingTrace) -> np.ndarray:
    return np.asarray(trace.log_initial + trace.log_emission[0] + trace.log_beta[0])


def likelihood_backward(trace: SmoothingTrace, states: Sequence[str], *, linear: bool) -> Opened:
    """P(O) from the left end of beta, a row a first state."""
    terms = _first_terms(trace)
    total = float(np.logaddexp.reduce(terms))
    rows = []
    for i, state in enumerate(states):
        logs = [float(v) for v in (
            trace.log_initial[i], trace.log_emission[0, i], trace.log_beta[0, i]
        )]  # fmt: skip
        rows.append(_row(f"starts in {state}", logs, float(terms[i]), total, linear))
    log_ = "" if linear else r"\log "
    formula = rf"{log_}P(O)={log_}\sum_i \pi_i\,b_i(x_1)\,\beta_1(i)"
    title = "P(O), from the right" if linear else "log P(O), from the right"
    body, expression = _log_sum(rows, linear)
    value = math.exp(total) if linear else total
    return Opened(title, formula, body, expression, value, "" if linear else "nats", rows)


def likelihood_by_paths(log_prob: np.ndarray, names: Sequence[str], *, linear: bool) -> Opened:
    """P(O) as the sum over all paths; `log_prob` (N,) in nats, the most probable first."""
    total = float(np.logaddexp.reduce(log_prob))
    rows = [
        _row(name, [float(v)], float(v), total, linear)
        for name, v in zip(names, log_prob, strict=False)
    ]
    every = [_row("", [float(v)], float(v), total, linear) for v in log_prob]
    body, expression = _log_sum(every, linear)
    log_ = "" if linear else r"\log "
    more = len(log_prob) - len(rows)
    return Opened(
        "P(O), path by path" if linear else "log P(O), path by path",
        rf"{log_}P(O)={log_}\sum_z P(O,z)", body, expression,
        math.exp(total) if linear else total, "" if linear else "nats", rows,
        f"… and {more:,} more paths in the sum." if more else "",
    )  # fmt: skip


def path_log_prob(trace: SmoothingTrace, path: Sequence[int]) -> float:
    """log P(x, z) of one path, nats; -inf where a step of it has probability 0."""
    return math.fsum(_path_logs(trace, path)) if all(
        v != -math.inf for v in _path_logs(trace, path)
    ) else -math.inf  # fmt: skip


def _path_logs(trace: SmoothingTrace, path: Sequence[int]) -> list[float]:
    """The path's factors' logs: log pi, log b, log A, log b, log A, log b, ..."""
    logs = [float(trace.log_initial[path[0]]), float(trace.log_emission[0, path[0]])]
    for t in range(1, len(path)):
        logs.append(float(trace.log_transition[path[t - 1], path[t]]))
        logs.append(float(trace.log_emission[t, path[t]]))
    return logs


def one_path(
    trace: SmoothingTrace, path: Sequence[int], states: Sequence[str], name: str, *, linear: bool
) -> Opened:
    """log P(O, z) of one path: a row a column, its move and its emission."""
    logs = _path_logs(trace, path)
    value = path_log_prob(trace, path)
    rows = []
    for t, k in enumerate(path):
        move, emitted = logs[2 * t], logs[2 * t + 1]
        where = f"start in {states[k]}" if t == 0 else f"{states[path[t - 1]]} → {states[k]}"
        rows.append(_row(f"{t + 1}: {where}, emit", [move, emitted], move + emitted, 0.0, linear))
    join = " * " if linear else " + "
    factors = [math.exp(v) if linear else v for v in logs]
    shown = [number(v) if linear or v >= 0 else f"({number(v)})" for v in factors]
    sign = r"\times " if linear else "+"
    kept = sign.join(shown[:SHOWN_FACTORS])
    if len(shown) > SHOWN_FACTORS:
        kept = rf"\begin{{aligned}}&{kept}\\&{sign}\dots\ ({len(shown) - SHOWN_FACTORS}" + (
            r"\text{ more})\end{aligned}"
        )
    if linear:
        formula = r"P(O,z)=\pi_{z_1}b_{z_1}(x_1)\prod_{t>1}A_{z_{t-1}z_t}b_{z_t}(x_t)"
    else:
        formula = (
            r"\begin{aligned}\log P(O,z)&=\log\pi_{z_1}+\log b_{z_1}(x_1)\\"
            r"&+\sum_{t>1}\log A_{z_{t-1}z_t}+\log b_{z_t}(x_t)\end{aligned}"
        )
    dead = next((t for t in range(len(path)) if -math.inf in logs[2 * t : 2 * t + 2]), None)
    note = "" if dead is None else f"Column {dead + 1} makes it impossible."
    return Opened(
        f"The {name}", formula, kept, join.join(literal(v) for v in factors),
        math.exp(value) if linear else value, "" if linear else "nats",
        [Row(r.label, r.substitution, r.expression, r.value, None, i == dead)
         for i, r in enumerate(rows)],
        note,
    )  # fmt: skip


def expected_right(
    trace: SmoothingTrace, path: Sequence[int], states: Sequence[str], name: str
) -> Opened:
    """The expected number of columns that a path has right: sum_t gamma_t(z_t)."""
    values = [float(trace.posterior[t, k]) for t, k in enumerate(path)]
    rows = [
        Row(f"{t + 1}: {states[k]}", number(v), literal(v), v)
        for t, (k, v) in enumerate(zip(path, values, strict=True))
    ]
    kept = "+".join(number(v) for v in values[:SHOWN_FACTORS])
    if len(values) > SHOWN_FACTORS:
        kept += r"+\dots"
    return Opened(
        f"Columns that the {name} has right, on average",
        r"\sum_t P(z_t=\hat z_t\mid O)=\sum_t\gamma_t(\hat z_t)", kept,
        f"sum({', '.join(literal(v) for v in values)})", math.fsum(values), "columns", rows,
    )  # fmt: skip


def _row(
    label: str, logs: Sequence[float], log_value: float, log_total: float, linear: bool
) -> Row:
    values = [math.exp(v) if linear else v for v in logs]
    sign, join = (r"\times ", " * ") if linear else ("+", " + ")
    share = 0.0 if log_total == -math.inf else math.exp(min(log_value - log_total, 0.0))
    return Row(
        label,
        f" {sign} ".join(number(v) if v >= 0 else f"({number(v)})" for v in values),
        join.join(literal(v) for v in values),
        math.exp(log_value) if linear else log_value,
        share,
    )


def _log_sum(rows: Sequence[Row], linear: bool) -> tuple[str, str]:
    """LaTeX and expression of the rows' sum: plain, or log-sum-exp with the largest taken out."""
    values = sorted((row.value for row in rows), reverse=True)
    kept, more = values[:3], len(values) - 3
    if linear:
        tail = rf"+\dots\ ({more}\text{{ more}})" if more > 0 else ""
        return "+".join(number(v) for v in kept) + tail, (
            f"sum({', '.join(row.expression for row in rows)})"
        )
    most = values[0]
    if most == -math.inf:
        return r"\log 0", "-inf"
    inner = "+".join(rf"e^{{{number(v)}}}" for v in kept) + (r"+\dots" if more > 0 else "")
    shifted = ", ".join(f"exp({row.expression} - {literal(most)})" for row in rows)
    return rf"\log\big({inner}\big)", f"{literal(most)} + log(sum({shifted}))"
