"""How many states and how long they last, opened: BIC, held out, and laws of duration."""

import math
from collections.abc import Mapping

from genmodels.kit.opened import Opened, Row, literal, number, plain

MOST_ROWS = 8


def _lines(*lines: str) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )


def bic(log_prob: float, parameters: int, n: int, K: int) -> Opened:
    """-2 log P(x) + p log n."""
    return Opened(
        title=f"BIC, K = {K}",
        formula=r"-2 \log P(x) + p \log n",
        substitution=_lines(
            rf"-2 \cdot ({number(log_prob, 7)})", rf"\quad + {parameters} \cdot \log {n}"
        ),
        expression=f"-2 * {literal(log_prob)} + {parameters} * log({n})",
        value=-2 * log_prob + parameters * math.log(n),
        note="Lower is better. Each free parameter p costs log n; the gain must pay for it.",
    )


def parameters(K: int, a_state: int, words: str, zeros: int) -> Opened:
    """(K - 1) + K (K - 1) + K a_state, less what Baum-Welch drove to zero."""
    less = rf" - {zeros}" if zeros else ""
    return Opened(
        title=f"Free parameters, K = {K}",
        formula=_lines(r"p = (K - 1) + K (K - 1) + K m", rf"m:\ \text{{{words}}}"),
        substitution=rf"({K} - 1) + {K} \cdot {K - 1} + {K} \cdot {a_state}{less}",
        expression=f"({K} - 1) + {K} * ({K} - 1) + {K} * {a_state} - {zeros}",
        value=float((K - 1) + K * (K - 1) + K * a_state - zeros),
        note="Initial row, rows of A, emissions."
        + (f" {zeros} entries fell to exactly 0 and count no more." if zeros else ""),
    )


def held_out(total: float, n: int, K: int) -> Opened:
    """The held-out log-likelihood a step."""
    return Opened(
        title=f"Held out, K = {K}",
        formula=r"\frac{1}{n} \log P(x_{\text{held out}} \mid \dots)",
        substitution=rf"\frac{{{number(total, 7)}}}{{{n}}}",
        expression=f"{literal(total)} / {n}",
        value=total / n,
        unit="nats a step",
        note="Higher is better. Nothing is charged: what the fit hasn’t seen judges it.",
    )


def probability(d: int, a: float, n: int) -> Opened:
    """P(d) of n sub-states in a row with self-loop a; n = 1 is the geometric law."""
    ways = math.comb(d - 1, n - 1) if d >= n else 0
    value = ways * a ** (d - n) * (1 - a) ** n if d >= n else 0.0
    short = number(a, 5)
    if n == 1:
        formula = r"P(d) = A_{kk}^{d-1} (1 - A_{kk})"
        substitution = rf"{short}^{{{d - 1}}} \cdot (1 - {short})"
    else:
        formula = r"P(d) = \tbinom{d-1}{n-1} a^{d-n} (1-a)^n"
        substitution = _lines(
            rf"\tbinom{{{d - 1}}}{{{n - 1}}} \cdot {short}^{{{d - n}}}",
            rf"\quad \cdot (1 - {short})^{{{n}}}",
        )
    return Opened(
        title=f"P(d = {d}), n = {n}",
        formula=formula,
        substitution=substitution,
        expression=f"{ways} * {literal(a)} ** {d - n} * (1 - {literal(a)}) ** {n}"
        if d >= n
        else "0.0",
        value=value,
        note=f"{ways:,} ways to share {d} steps among {n} sub-states."
        if d >= n
        else f"{n} sub-states take at least {n} steps: {d} is impossible.",
    )


def log_likelihood(counts: Mapping[int, int], a: float, n: int) -> Opened:
    """sum over durations d of N_d log P(d), nats; counts: N_d by d."""
    rows = []
    for d, N in sorted(counts.items()):
        if d < n:
            rows.append(Row(f"{N} × d = {d}", "", "-inf", -math.inf))
            continue
        ways = math.comb(d - 1, n - 1)
        term = f"{N} * (log({ways}) + {d - n} * log({literal(a)}) + {n} * log(1 - {literal(a)}))"
        stayed = (d - n) * math.log(a) if d > n else 0.0
        if d == n:
            term = f"{N} * {n} * log(1 - {literal(a)})"
        rows.append(
            Row(f"{N} × d = {d}", "", term, N * (math.log(ways) + stayed + n * math.log(1 - a)))
        )
    total = math.fsum(row.value for row in rows)
    shown = sorted(rows, key=lambda row: row.value)[:MOST_ROWS]
    left = len(rows) - len(shown)
    law = "geometric" if n == 1 else f"{n} sub-states"
    return Opened(
        title=f"Log-likelihood, {law}",
        formula=r"\sum_d N_d \log P(d)",
        substitution=rf"N = {sum(counts.values())},\quad a = {number(a, 5)}",
        expression=f"sum({', '.join(row.expression for row in rows)})"
        if math.isfinite(total)
        else "-inf",
        value=total,
        unit="nats",
        rows=tuple(shown),
        note=(f"The largest costs; … {left} more terms. " if left > 0 else "")
        + ("A duration below n has probability 0. " if not math.isfinite(total) else ""),
    )


def loop(mean: float, n: int, unit: str) -> Opened:
    """a = 1 - n / mean."""
    return Opened(
        title=f"Self-loop of {n} sub-state{'s' if n > 1 else ''}",
        formula=r"\frac{n}{1 - a} = \bar d \;\Rightarrow\; a = 1 - \frac{n}{\bar d}",
        substitution=rf"1 - \frac{{{n}}}{{{number(mean, 6)}}}",
        expression=f"1 - {n} / {literal(mean)}",
        value=1 - n / mean,
        note=f"So that the mean stays {plain(mean, 5)} {unit}.",
    )
