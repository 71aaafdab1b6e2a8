"""Opened numbers of the hidden Markov model: a node's max, its sums, its posterior, and P(O)."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from genmodels.hmm import SmoothingTrace, ViterbiTrace
from genmodels.kit.opened import Opened, Row, literal, number

Mode = Literal["Viterbi", "forward", "backward", "posterior"]
SHOWN = 4
"""Terms that a substitution spells out; the expression and the rows hold them all."""


def node(
    mode: Mode, best: ViterbiTrace, smooth: SmoothingTrace, t: int, k: int,
    states: Sequence[str], *, linear: bool,
) -> Opened:  # fmt: skip
    """Column `t` and state `k` (from 0) of the trellis, in nats or in plain probabilities."""
    if mode == "Viterbi":
        return viterbi_max(best, t, k, states, linear=linear)
    if mode == "forward":
        return forward_sum(smooth, t, k, states, linear=linear)
    if mode == "backward":
        return backward_sum(smooth, t, k, states, linear=linear)
    return posterior(smooth, t, k, states, linear=linear)


def viterbi_max(
    trace: ViterbiTrace, t: int, k: int, states: Sequence[str], *, linear: bool
) -> Opened:
    """delta_t(k): the best predecessor, every contender a row."""
    s = trace.steps
    title = f"Best path to {states[k]} at column {t + 1}"
    if t == 0:
        return _first(title, r"\delta", s.log_initial[k], s.log_emission[0, k], k, linear)
    winner = int(s.back_pointers[t - 1, k])
    rows = _rows(
        s.log_delta[t - 1], s.log_transition[:, k], s.contenders[t - 1][:, k],
        [f"{name} → {states[k]}" for name in states], winner, linear,
    )  # fmt: skip
    terms = [row.expression for row in rows]
    most, emitted = _one_or_max(terms), _value(s.log_emission[t, k], linear)
    value = _value(s.log_delta[t, k], linear)
    join = "*" if linear else "+"
    if linear:
        formula = (
            rf"\delta_{{{t + 1}}}(j)=\max_i\big[\delta_{{{t}}}(i)A_{{ij}}\big]\,b_j(x_{{{t + 1}}})"
        )
    else:
        formula = (
            rf"\begin{{aligned}}\log\delta_{{{t + 1}}}(j)&=\max_i\big[\log\delta_{{{t}}}(i)\\"
            rf"&\quad+\log A_{{ij}}\big]+\log b_j(x_{{{t + 1}}})\end{{aligned}}"
        )
    sign = r"\times" if linear else "+"
    body = rf"\max\{{{_listed([r.value for r in rows], ',')}\}}"
    tied = sum(r.value == rows[winner].value for r in rows) > 1 if winner >= 0 else False
    note = "Every contender is impossible: this node can't be reached." if winner < 0 else ""
    if tied:
        note = "A tie: the lowest state wins."
    return Opened(
        title, formula, _two(body, f"{sign} {_signed(emitted)}"),
        f"{most} {join} {literal(emitted)}", value, "" if linear else "nats", rows,
        note + _underflow(s.log_delta[t, k], linear),
    )  # fmt: skip


def forward_sum(
    trace: SmoothingTrace, t: int, k: int, states: Sequence[str], *, linear: bool
) -> Opened:
    """alpha_t(k): P(x_1..x_t, z_t = k), every predecessor a row with its share."""
    title = f"Forward sum at {states[k]}, column {t + 1}"
    log_b = float(trace.log_emission[t, k])
    if t == 0:
        return _first(title, r"\alpha", trace.log_initial[k], log_b, k, linear)
    rows = _rows(
        trace.log_alpha[t - 1], trace.log_transition[:, k], trace.forward_terms[t - 1][:, k],
        [f"{name} → {states[k]}" for name in states], None, linear,
    )  # fmt: skip
    if linear:
        formula = (
            rf"\alpha_{{{t + 1}}}(j)=\Big[\sum_i \alpha_{{{t}}}(i)A_{{ij}}\Big] b_j(x_{{{t + 1}}})"
        )
    else:
        formula = (
            rf"\begin{{aligned}}\log\alpha_{{{t + 1}}}(j)&=\log\sum_i e^{{\log\alpha_{{{t}}}(i)"
            rf"+\log A_{{ij}}}}\\&\quad+\log b_j(x_{{{t + 1}}})\end{{aligned}}"
        )
    body, expression = _sum(rows, linear)
    emitted = _value(log_b, linear)
    sign, join = (r"\times", "*") if linear else ("+", "+")
    return Opened(
        title, formula, _two(body, f"{sign} {_signed(emitted)}"),
        f"({expression}) {join} {literal(emitted)}", _value(trace.log_alpha[t, k], linear),
        "" if linear else "nats", rows, _underflow(trace.log_alpha[t, k], linear),
    )  # fmt: skip


def backward_sum(
    trace: SmoothingTrace, t: int, k: int, states: Sequence[str], *, linear: bool
) -> Opened:
    """beta_t(k): P(x_t+1..x_T | z_t = k), every successor a row with its share."""
    title = f"Backward sum at {states[k]}, column {t + 1}"
    T = len(trace.log_beta)
    name = rf"\beta_{{{t + 1}}}(i)"
    if t == T - 1:
        value = _value(0.0, linear)
        formula = rf"{name}=1" if linear else rf"\log{name}=\log 1"
        return Opened(
            title, formula, number(value), literal(value), value, "" if linear else "nats",
            note="Nothing is left to explain after the last column.",
        )  # fmt: skip
    rest = trace.log_emission[t + 1] + trace.log_beta[t + 1]
    rows = _rows(
        rest, trace.log_transition[k], trace.backward_terms[t][k],
        [f"{states[k]} → {other}" for other in states], None, linear,
        parts=(trace.log_emission[t + 1], trace.log_beta[t + 1]),
    )  # fmt: skip
    if linear:
        formula = rf"{name}=\sum_j A_{{ij}}\,b_j(x_{{{t + 2}}})\,\beta_{{{t + 2}}}(j)"
    else:
        formula = (
            rf"\begin{{aligned}}\log{name}&=\log\sum_j e^{{\log A_{{ij}}+\log b_j(x_{{{t + 2}}})}}"
            rf"\\&\quad\cdot e^{{\log\beta_{{{t + 2}}}(j)}}\end{{aligned}}"
        )
    body, expression = _sum(rows, linear)
    return Opened(
        title, formula, body, expression, _value(trace.log_beta[t, k], linear),
        "" if linear else "nats", rows, _underflow(trace.log_beta[t, k], linear),
    )  # fmt: skip


def posterior(
    trace: SmoothingTrace, t: int, k: int, states: Sequence[str], *, linear: bool
) -> Opened:
    """gamma_t(k) = alpha beta / P(x): every state of the column a row, the largest marked."""
    title = f"Posterior of {states[k]} at column {t + 1}"
    if trace.impossible_at is not None:
        return Opened(
            title, r"\gamma=\frac{\alpha\,\beta}{P(O)}", r"\text{undefined: } P(O)=0", "0.0", 0.0,
            note="The sequence has probability 0, so there is no posterior.",
        )  # fmt: skip
    top = int(trace.posterior[t].argmax())
    rows = []
    for j, state in enumerate(states):
        a, b = float(trace.log_alpha[t, j]), float(trace.log_beta[t, j])
        rows.append(
            Row(
                state,
                rf"e^{{{number(a)} + {_signed(b)} - {_signed(trace.log_prob)}}}",
                f"exp({literal(a)} + {literal(b)} - {literal(trace.log_prob)})",
                float(trace.posterior[t, j]),
                chosen=j == top,
            )
        )
    row = rows[k]
    if linear and math.exp(trace.log_prob) > 1e-280:
        a, b = (math.exp(float(v[t, k])) for v in (trace.log_alpha, trace.log_beta))
        p = math.exp(trace.log_prob)
        formula = (
            rf"\gamma_{{{t + 1}}}(k)=\frac{{\alpha_{{{t + 1}}}(k)\,\beta_{{{t + 1}}}(k)}}{{P(O)}}"
        )
        substitution = rf"\frac{{{number(a)}\times {number(b)}}}{{{number(p)}}}"
        expression = f"{literal(a)} * {literal(b)} / {literal(p)}"
    else:
        formula = (
            rf"\gamma_{{{t + 1}}}(k)=e^{{\log\alpha_{{{t + 1}}}(k)+\log\beta_{{{t + 1}}}(k)"
            r"-\log P(O)}"
        )
        substitution, expression = row.substitution, row.expression
    return Opened(title, formula, substitution, expression, row.value, rows=rows)


def likelihood(trace: SmoothingTrace, states: Sequence[str], *, linear: bool) -> Opened:
    """P(O), the sum over the last column of alpha."""
    T = len(trace.log_alpha)
    rows = [
        Row(
            f"ends in {state}", number(_value(v, linear)), literal(_value(v, linear)),
            _value(v, linear), _share(float(v), trace.log_prob),
        )
        for state, v in zip(states, trace.log_alpha[-1], strict=True)
    ]  # fmt: skip
    body, expression = _sum(rows, linear)
    log_ = "" if linear else r"\log "
    formula = rf"{log_}P(O)={log_}\sum_j \alpha_{{{T}}}(j)"
    value = _value(trace.log_prob, linear)
    title = "P(O), the whole sequence" if linear else "log P(O), the whole sequence"
    return Opened(
        title, formula, body, expression, value, "" if linear else "nats", rows,
        _underflow(trace.log_prob, linear),
    )  # fmt: skip


def _first(title: str, letter: str, log_pi: float, log_b: float, k: int, linear: bool) -> Opened:
    pi, b = _value(log_pi, linear), _value(log_b, linear)
    log_ = "" if linear else r"\log "
    sign, join = (r"\times", "*") if linear else ("+", "+")
    middle = r"\pi_j\,b_j(x_1)" if linear else r"\log\pi_j+\log b_j(x_1)"
    return Opened(
        title, rf"{log_}{letter}_1(j)={middle}", rf"{number(pi)} {sign} {_signed(b)}",
        f"{literal(pi)} {join} {literal(b)}", _value(float(log_pi) + float(log_b), linear),
        "" if linear else "nats",
    )  # fmt: skip


def _rows(
    before: np.ndarray, moves: np.ndarray, terms: np.ndarray, labels: Sequence[str],
    winner: int | None, linear: bool, parts: tuple[np.ndarray, np.ndarray] | None = None,
) -> list[Row]:  # fmt: skip
    """One row a contender or summand: its factors (or their logs), its share of the sum."""
    total = _log_total(terms)
    sign, join = (r"\times", " * ") if linear else ("+", " + ")
    rows = []
    for i, label in enumerate(labels):
        logs = [float(moves[i]), *(float(p[i]) for p in parts)] if parts else [
            float(before[i]), float(moves[i])
        ]  # fmt: skip
        factors = [_value(v, linear) for v in logs]
        rows.append(
            Row(
                label,
                f" {sign} ".join(_signed(v) for v in factors),
                join.join(literal(v) for v in factors),
                _value(float(terms[i]), linear),
                _share(float(terms[i]), total) if winner is None else None,
                chosen=i == winner,
            )
        )
    return rows


def _sum(rows: Sequence[Row], linear: bool) -> tuple[str, str]:
    """LaTeX and expression of a sum: plain, or log-sum-exp with the largest taken out."""
    values = [row.value for row in rows]
    if linear:
        return _listed(values, "+"), f"sum({', '.join(row.expression for row in rows)})"
    most = max(values)
    if most == -math.inf:
        return r"\log 0", "-inf"
    shifted = ", ".join(f"exp({row.expression} - {literal(most)})" for row in rows)
    kept = sorted(values, reverse=True)[: SHOWN - 1]
    inner = "+".join(rf"e^{{{number(v)}}}" for v in kept)
    if len(values) > len(kept):
        inner += r"+\dots"
    return rf"\log\big({inner}\big)", f"{literal(most)} + log(sum({shifted}))"


def _listed(values: Sequence[float], sign: str) -> str:
    kept = sorted(range(len(values)), key=lambda i: -values[i])[:SHOWN]
    pieces = [number(values[i]) for i in sorted(kept)]
    joint = rf"\;{sign}\;" if sign == "+" else r",\;"
    tail = rf"{joint}\dots\ ({len(values) - SHOWN}\text{{ more}})" if len(values) > SHOWN else ""
    return joint.join(pieces) + tail


def _two(body: str, emitted: str) -> str:
    return rf"\begin{{aligned}}&{body}\\&\quad {emitted}\end{{aligned}}"


def _one_or_max(terms: Sequence[str]) -> str:
    return f"max({', '.join(terms)})" if len(terms) > 1 else f"({terms[0]})"


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _value(log_value: float, linear: bool) -> float:
    return math.exp(float(log_value)) if linear else float(log_value)


def _share(log_term: float, log_total: float) -> float:
    return 0.0 if log_total == -math.inf else math.exp(log_term - log_total)


def _log_total(terms: np.ndarray) -> float:
    return float(np.logaddexp.reduce(terms))


def _underflow(log_value: float, linear: bool) -> str:
    if linear and log_value != -math.inf and log_value < -708:
        return " Too small for a plain number, which rounds to 0: this is why logs are used."
    return ""
