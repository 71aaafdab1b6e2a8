"""Calibration opened: a reliability bin, the Brier score's parts, a recalibrated posterior."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.calibration import BrierParts, Isotonic, Platt, Reliability, checked
from genmodels.kit.opened import Opened, Row, literal, number
from pages.nb.naive.cost import Correlated, repeated

SHOWN_CASES = 8


def reliability_bin(table: Reliability, b: int) -> Opened:
    """Bin b's observed share: of its cases, how many came true, beside what was stated."""
    n = int(table.count[b])
    true = round(float(table.observed[b]) * n)
    stated = float(table.mean_p[b])
    gap = stated - float(table.observed[b])
    verdict = "too high" if gap > 0 else "too low"
    return Opened(
        f"Stated {table.low[b]:.2g} to {table.high[b]:.2g}",
        r"o_b = \frac{\text{came true}}{n_b}",
        rf"\frac{{{true}}}{{{n}}}",
        f"{true} / {n}",
        float(table.observed[b]),
        note=(
            f"On average {stated:.3f} was stated for these {n} cases: "
            + (f"{verdict} by {abs(gap):.3f}." if abs(gap) >= 5e-4 else "as it came out.")
        ),
    )


def expected_error(table: Reliability) -> Opened:
    """The expected calibration error, bin by bin."""
    total = int(table.count.sum())
    rows = tuple(
        Row(
            label=f"{low:.2g} to {high:.2g}",
            substitution=rf"\frac{{{n}}}{{{total}}} \cdot |{number(o)} - {number(p)}|",
            expression=f"{n} / {total} * max({literal(o - p)}, {literal(p - o)})",
            value=n / total * abs(o - p),
        )
        for low, high, n, p, o in _bins(table)
    )
    return Opened(
        "Expected calibration error",
        r"\sum_b \frac{n_b}{N} \, |o_b - \bar p_b|",
        " + ".join(number(row.value) for row in rows),
        f"sum({', '.join(row.expression for row in rows)})",
        table.expected_error,
        rows=rows,
    )


def _bins(table: Reliability) -> list[tuple[Any, ...]]:
    columns = (table.low, table.high, table.count, table.mean_p, table.observed)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def brier_score(p: ArrayLike, y: ArrayLike) -> Opened:
    """The Brier score: the largest single errors, and the sum of all others."""
    forecast, outcome = checked(p, y)
    error: NDArray[np.float64] = (forecast - outcome) ** 2
    order = np.argsort(-error, kind="stable")
    shown, rest = order[:SHOWN_CASES], order[SHOWN_CASES:]
    total = float(error.sum())
    rows = [
        Row(
            label=f"case {i + 1}",
            substitution=rf"({number(forecast[i])} - {int(outcome[i])})^2",
            expression=f"({literal(float(forecast[i]))} - {int(outcome[i])}) ** 2",
            value=float(error[i]),
            share=float(error[i]) / total if total else None,
        )
        for i in shown.tolist()
    ]
    if len(rest):
        left = float(error[rest].sum())
        label = f"{len(rest)} others"
        share = left / total if total else None
        rows.append(Row(label, number(left), literal(left), left, share))
    n = len(error)
    return Opened(
        "Brier score",
        r"B = \frac{1}{N} \sum_n (p_n - y_n)^2",
        rf"\frac{{1}}{{{n}}} \left( {' + '.join(number(row.value) for row in rows)} \right)",
        f"sum({', '.join(row.expression for row in rows)}) / {n}",
        total / n,
        rows=tuple(rows),
        note="A squared error of at most 1: a sure mistake costs 1, and 1/2 always costs 1/4.",
    )


def brier_parts(parts: BrierParts) -> Opened:
    """The Brier score as reliability - resolution + uncertainty + within."""
    terms = (
        ("reliability", parts.reliability, "how far the stated miss the observed shares"),
        ("resolution", -parts.resolution, "how far the bins' shares differ: it lowers the score"),
        ("uncertainty", parts.uncertainty, "of the outcomes alone"),
        ("within bins", parts.within, "what the binning hides"),
    )
    rows = tuple(
        Row(f"{name}: {why}", number(value), literal(value), value) for name, value, why in terms
    )
    return Opened(
        "Brier score, taken apart",
        r"B = \text{reliability} - \text{resolution} + \text{uncertainty} + \text{within}",
        " ".join(
            f"{'-' if row.value < 0 else '+' if i else ''} {number(abs(row.value))}"
            for i, row in enumerate(rows)
        ),
        f"sum({', '.join(row.expression for row in rows)})",
        parts.score,
        rows=rows,
    )


def platt(curve: Platt, score: float) -> Opened:
    """A score bent by Platt's sigmoid."""
    a, b = curve.slope, curve.intercept
    return Opened(
        "Recalibrated (Platt)",
        r"p = \frac{1}{1 + e^{-(a s + b)}}",
        rf"\frac{{1}}{{1 + e^{{-({number(a)} \cdot {_signed(score)} + {_signed(b)})}}}}",
        f"{_sigmoid(f'{literal(a)} * {literal(score)} + {literal(b)}', a * score + b)}",
        float(curve(score)),
        note=f"The slope {a:.3g} divides the evidence by {1 / a:.3g}." if a > 0 else "",
    )


def isotonic(curve: Isotonic, score: float) -> Opened:
    """A score read off the rising curve: on a flat, or between two knots."""
    value = float(curve(score))
    i = int(np.searchsorted(curve.score, score))
    formula = r"p = p_i + (p_{i+1} - p_i) \frac{s - s_i}{s_{i+1} - s_i}"
    if i in (0, len(curve.score)) or curve.score[i] == score or curve.p[i - 1] == curve.p[i]:
        return Opened(
            "Recalibrated (isotonic)",
            r"p = \frac{\text{came true in the block}}{\text{block}}",
            number(value),
            literal(value),
            value,
            note="The score lies on a flat of the curve: the block's share that came true.",
        )
    s0, s1 = float(curve.score[i - 1]), float(curve.score[i])
    p0, p1 = float(curve.p[i - 1]), float(curve.p[i])
    return Opened(
        "Recalibrated (isotonic)",
        formula,
        rf"{number(p0)} + ({number(p1)} - {number(p0)}) \cdot "
        rf"\frac{{{number(score)} - {_signed(s0)}}}{{{number(s1)} - {_signed(s0)}}}",
        f"{literal(p0)} + ({literal(p1)} - {literal(p0)}) * "
        f"({literal(score)} - {literal(s0)}) / ({literal(s1)} - {literal(s0)})",
        value,
    )


def counted_again(prior: float, p_spam: float, p_ham: float, copies: int) -> Opened:
    """P(spam | a word) when the word is counted `copies` times."""
    value = repeated(prior, p_spam, p_ham, copies)
    terms = (literal(prior), literal(p_spam), literal(p_ham))
    odds = f"log({terms[0]} / (1 - {terms[0]})) + {copies} * log({terms[1]} / {terms[2]})"
    total = math.log(prior / (1 - prior)) + copies * math.log(p_spam / p_ham)
    times = "once" if copies == 1 else f"{copies} times"
    return Opened(
        f"The word counted {times}",
        r"\frac{1}{1 + e^{-t}}, \quad t = \log \frac{\pi}{1 - \pi} + m \log \frac{p_s}{p_h}",
        rf"t = \log \frac{{{prior:g}}}{{{number(1 - prior)}}} + {copies} \log "
        rf"\frac{{{number(p_spam)}}}{{{number(p_ham)}}} = {number(total)}",
        _sigmoid(odds, total),
        value,
        note="" if copies == 1 else "The same evidence each time, multiplied as if it were new.",
    )


def correlated(model: Correlated, x: tuple[float, ...]) -> tuple[Opened, Opened]:
    """(the naive, the true) posterior of class 1 of m correlated measurements."""
    pi = literal(model.prior)
    start = f"log({pi} / (1 - {pi}))"
    total = f"sum({', '.join(map(literal, x))})"
    evidence = f"{literal(model.distance)} * {total}"
    naive, true = model.naive_log_odds(*x), model.true_log_odds(*x)
    prior = rf"\log \frac{{{model.prior:g}}}{{{number(1 - model.prior)}}}"
    s = number(math.fsum(x))
    return (
        Opened(
            "Naive posterior",
            r"\frac{1}{1 + e^{-t}}, \quad t = \log \frac{\pi}{1 - \pi} + d \sum_j x_j",
            rf"t = {prior} + {model.distance:g} \cdot ({s}) = {number(naive)}",
            _sigmoid(f"{start} + {evidence}", naive),
            _p(naive),
            note=f"The evidence counts {model.kappa:.3g} times what it is worth.",
        ),
        Opened(
            "True posterior",
            r"\frac{1}{1 + e^{-t}}, \quad "
            r"t = \log \frac{\pi}{1 - \pi} + \frac{d \sum_j x_j}{1 + (m - 1) \rho}",
            rf"t = {prior} + \frac{{{model.distance:g} \cdot ({s})}}"
            rf"{{1 + {model.features - 1} \cdot {model.rho:g}}} = {number(true)}",
            _sigmoid(
                f"{start} + {evidence} / (1 + {model.features - 1} * {literal(model.rho)})", true
            ),
            _p(true),
        ),
    )


def _sigmoid(log_odds: str, value: float) -> str:
    """The sigmoid of an expression, written so that it doesn't overflow at this value."""
    if value >= 0:
        return f"1 / (1 + exp(-({log_odds})))"
    return f"exp({log_odds}) / (1 + exp({log_odds}))"


def _p(log_odds: float) -> float:
    small = math.exp(-abs(log_odds))
    return (1.0 if log_odds >= 0 else small) / (1 + small)


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)
