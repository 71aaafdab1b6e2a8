"""Baum-Welch's numbers opened: pairwise posteriors, the counts that add them up, new tables."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from genmodels.hmm import SmoothingTrace
from genmodels.kit.opened import Opened, Row, literal, number

Table = Literal["pi", "A", "B"]
SHOWN = 8
"""Terms of a count that are listed; the expression holds them all."""


def pairwise(trace: SmoothingTrace, t: int, i: int, j: int, states: Sequence[str]) -> Opened:
    """xi_t(i, j): the posterior of the move from i at column t to j at t + 1 (from 0).

    xi_t(i, j) = alpha_t(i) A_ij b_j(x_t+1) beta_t+1(j) / P(O). Rabiner (1989), eq. 37.
    Every pair of the column is a row.
    """
    rows = []
    for a, from_ in enumerate(states):
        for b, to in enumerate(states):
            logs = _logs(trace, t, a, b)
            rows.append(
                Row(
                    f"{from_} → {to}",
                    rf"e^{{{number(sum(logs) - trace.log_prob)}}}",
                    f"exp({' + '.join(literal(v) for v in logs)} - {literal(trace.log_prob)})",
                    float(trace.pairwise[t, a, b]),
                    float(trace.pairwise[t, a, b]),
                    chosen=(a, b) == (i, j),
                )
            )
    chosen = rows[i * len(states) + j]
    logs = _logs(trace, t, i, j)
    first, *rest = (number(v) if v >= 0 else f"({number(v)})" for v in logs)
    return Opened(
        f"Move {chosen.label}, columns {t + 1} to {t + 2}",
        rf"\begin{{aligned}}\xi_{{{t + 1}}}(i,j)&=\exp\big[\log\alpha_{{{t + 1}}}(i)+\log A_{{ij}}"
        rf"\\&\quad+\log b_j(x_{{{t + 2}}})+\log\beta_{{{t + 2}}}(j)\\&\quad-\log P(O)\big]"
        r"\end{aligned}",
        rf"\begin{{aligned}}\exp\big[&{first}+{rest[0]}\\&+{rest[1]}+{rest[2]}\\"
        rf"&-({number(trace.log_prob)})\big]\end{{aligned}}",
        chosen.expression,
        chosen.value,
        rows=rows,
    )


def _logs(trace: SmoothingTrace, t: int, i: int, j: int) -> list[float]:
    return [
        float(trace.log_alpha[t, i]), float(trace.log_transition[i, j]),
        float(trace.log_emission[t + 1, j]), float(trace.log_beta[t + 1, j]),
    ]  # fmt: skip


def start_count(traces: Sequence[SmoothingTrace], k: int, states: Sequence[str]) -> Opened:
    """The expected number of sequences that begin in k: the sum of gamma_1(k) over sequences."""
    terms = [(f"sequence {n}", float(s.posterior[0, k])) for n, s in enumerate(traces, start=1)]
    return _sum(
        f"Starts in {states[k]}", r"\sum_n \gamma^{(n)}_1(k)", terms,
        "Summed over all sequences: each gives its first column's posterior.",
    )  # fmt: skip


def move_count(traces: Sequence[SmoothingTrace], i: int, j: int, states: Sequence[str]) -> Opened:
    """The expected number of moves from i to j: the sum of xi_t(i, j) over t and sequences."""
    terms = [
        (f"seq. {n}, col. {t + 1}–{t + 2}", float(p))
        for n, s in enumerate(traces, start=1)
        for t, p in enumerate(s.pairwise[:, i, j])
    ]
    return _sum(
        f"Moves {states[i]} → {states[j]}", r"\sum_n\sum_t \xi^{(n)}_t(i,j)", terms,
        "Summed over all columns but the last, in all sequences.",
    )  # fmt: skip


def symbol_count(
    traces: Sequence[SmoothingTrace], sequences: Sequence[Sequence[int]], k: int, m: int,
    states: Sequence[str], symbols: Sequence[str],
) -> Opened:  # fmt: skip
    """How often k is expected to show m: the sum of gamma_t(k) over the t with x_t = m.

    A missing observation counts nowhere.
    """
    terms = [
        (f"seq. {n}, col. {t + 1}", float(s.posterior[t, k]))
        for n, (s, x) in enumerate(zip(traces, sequences, strict=True), start=1)
        for t, seen in enumerate(x)
        if seen == m
    ]
    return _sum(
        f"{states[k]} shows {symbols[m]}", r"\sum_n\sum_{t:\,x_t=m} \gamma^{(n)}_t(k)", terms,
        f"Summed over all columns that show {symbols[m]}, in all sequences."
        if terms else f"No column shows {symbols[m]}.",
    )  # fmt: skip


def _sum(title: str, formula: str, terms: list[tuple[str, float]], note: str) -> Opened:
    order = sorted(range(len(terms)), key=lambda n: (-terms[n][1], n))
    total = float(sum(value for _, value in terms))
    rows = [
        Row(label, number(value), literal(value), value, value / total if total > 0 else None)
        for label, value in (terms[n] for n in order[:SHOWN])
    ]
    left = [terms[n][1] for n in order[SHOWN:]]
    if left:
        rows.append(
            Row(
                f"{len(left)} more terms", number(sum(left)),
                f"sum({', '.join(literal(v) for v in left)})", float(sum(left)),
                sum(left) / total if total > 0 else None,
            )
        )  # fmt: skip
    body = "+".join(number(terms[n][1]) for n in order[:3]) or "0"
    if len(terms) > 3:
        body = (
            rf"\begin{{aligned}}&{body}\\&+\dots\ ({len(terms) - 3}\text{{ more}})\end{{aligned}}"
        )
    expression = f"sum({', '.join(literal(value) for _, value in terms)})" if terms else "0.0"
    return Opened(title, formula, body, expression, total, rows=rows, note=note)


FORMULAS: dict[Table, str] = {
    "pi": r"\hat\pi_k=\frac{\sum_n\gamma^{(n)}_1(k)}{\text{number of sequences}}",
    "A": r"\hat A_{ij}=\frac{\sum_{n,t}\xi^{(n)}_t(i,j)}{\sum_{j'}\sum_{n,t}\xi^{(n)}_t(i,j')}",
    "B": r"\hat b_k(m)=\frac{\sum_{n,\,t:\,x_t=m}\gamma^{(n)}_t(k)}"
    r"{\sum_{m'}\sum_{n,\,t:\,x_t=m'}\gamma^{(n)}_t(k)}",
}  # fmt: skip


def probability(
    table: Table, counts: np.ndarray, j: int, names: Sequence[str], title: str, old: float
) -> Opened:
    """One entry of a new table: its count over the sum of its row of `counts`.

    `names` are the row's columns; `old` is the entry before the M-step. Rabiner (1989), eq. 40.
    """
    total = float(counts.sum())
    rows = [
        Row(
            name, rf"\frac{{{number(float(c))}}}{{{number(total)}}}",
            f"{literal(float(c))} / {literal(total)}", float(c) / total, chosen=n == j,
        )
        for n, (name, c) in enumerate(zip(names, counts, strict=True))
    ]  # fmt: skip
    value = float(counts[j]) / total
    way = "as before" if value == old else "up" if value > old else "down"
    note = f"Before this M-step: {number_text(old)}; {way}."
    if counts[j] == 0:
        note += " A count of 0 gives a probability of 0, and a zero stays zero."
    return Opened(
        title, FORMULAS[table], rows[j].substitution, rows[j].expression, value, rows=rows,
        note=note,
    )  # fmt: skip


def number_text(value: float) -> str:
    return f"{value:.6g}"


def kept(table: Table, value: float, title: str, why: str) -> Opened:
    """An entry that no M-step made: of the start, of a locked row, or of one without counts."""
    letter = {"pi": r"\pi_k", "A": "A_{ij}", "B": "b_k(m)"}[table]
    return Opened(title, rf"\hat{letter}=\text{{unchanged}}", number(value), literal(value), value,
                  note=why)  # fmt: skip


def likelihood(log_probs: Sequence[float]) -> Opened:
    """The log-likelihood of all sequences: the sum of log P of each, nats."""
    rows = [
        Row(f"sequence {n}", number(v), literal(v), v) for n, v in enumerate(log_probs, start=1)
    ]
    body = "+".join(f"({number(v)})" for v in log_probs[:3])
    if len(log_probs) > 3:
        left = len(log_probs) - 3
        body = rf"\begin{{aligned}}&{body}\\&+\dots\ ({left}\text{{ more}})\end{{aligned}}"
    more = rows[SHOWN:]
    if len(more) > 1:
        values = [row.value for row in more]
        rows = [
            *rows[:SHOWN],
            Row(
                f"{len(more)} more", number(sum(values)),
                f"sum({', '.join(literal(v) for v in values)})", float(sum(values)),
            ),
        ]  # fmt: skip
    return Opened(
        "log P of all sequences", r"\log P=\sum_n \log P\big(O^{(n)}\big)", body,
        f"sum({', '.join(literal(v) for v in log_probs)})", float(sum(log_probs)), "nats", rows,
    )  # fmt: skip
