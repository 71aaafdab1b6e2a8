"""What "naive" costs, opened: exact shares and scores of the two classes, and measured ones."""

import math

import numpy as np

from genmodels.calibration import BrierParts
from genmodels.datasets import spam
from genmodels.kit.opened import Opened, Row, literal, number
from pages.nb.naive.cost import SURE, Correlated, Measured, halves

SHOWN = 8
_SURE_ODDS = math.log(SURE / (1 - SURE))


def _phi(z: float) -> tuple[str, str, float]:
    """Phi(z) as LaTeX, as an expression, and its value."""
    value = math.erfc(-z / math.sqrt(2)) / 2
    return rf"\Phi({number(z)})", f"erfc(-({literal(z)}) / sqrt(2)) / 2", value


def accuracy(model: Correlated) -> Opened:
    """The naive verdict's accuracy: the evidence of each class is normal."""
    mean, sd = model.evidence
    cut = -model.logit_prior
    one, zero = _phi((mean - cut) / sd), _phi((cut + mean) / sd)
    pi = literal(model.prior)
    return Opened(
        "Accuracy of the naive verdict",
        r"\begin{aligned} & \pi\, \Phi\left(\tfrac{\mu - c}{\sigma}\right)"
        r" + (1 - \pi)\, \Phi\left(\tfrac{\mu + c}{\sigma}\right) \\"
        r" & \mu = m d^2 / 2,\ \ \sigma = d \sqrt{m \kappa} \end{aligned}",
        rf"\begin{{aligned}} & {model.prior:g} \cdot {one[0]} + {1 - model.prior:.3g} \cdot"
        rf" {zero[0]} \\ & \mu = {number(mean)},\ \ \sigma = {number(sd)} \end{{aligned}}",
        f"{pi} * {one[1]} + (1 - {pi}) * {zero[1]}",
        model.accuracy,
        rows=(
            Row("right in class 1", one[0], one[1], one[2]),
            Row("right in class 0", zero[0], zero[1], zero[2]),
        ),
        note=f"c = −log(π / (1 − π)). The true posterior's is {model.true_accuracy:.4f}: "
        + ("the same, its sign is the same." if model.prior == 0.5 else "the best there is."),
    )


def between(model: Correlated, low: float, high: float) -> Opened:
    """The share of naive posteriors from `low` to `high`."""
    terms: list[Row] = []
    for p, sign in ((low, 1), (high, -1)):
        if p in (0.0, 1.0):
            continue
        value, expression = _beyond(model, math.log(p / (1 - p)))
        terms.append(
            Row(f"above {p:g}", number(sign * value), f"{sign} * ({expression})", sign * value)
        )
    if low == 0.0:
        terms.insert(0, Row("all", "1", "1", 1.0))
    return Opened(
        f"Stated {low:g} to {high:g}",
        r"P(p > a) - P(p > b)",
        " ".join(f"{'+' if t.value >= 0 else ''}{number(t.value)}" for t in terms),
        f"sum({', '.join(t.expression for t in terms)})",
        math.fsum(t.value for t in terms),
        rows=tuple(terms),
        note="Over both classes; the naive log-odds of each are normal.",
    )


def sure(model: Correlated) -> Opened:
    """The share of naive posteriors beyond SURE, either way."""
    up, above = _beyond(model, _SURE_ODDS)
    down_value, below = _beyond(model, -_SURE_ODDS)
    rows = (
        Row(f"above {SURE}", number(up), above, up),
        Row(f"below {1 - SURE:.0e}", number(1 - down_value), f"1 - ({below})", 1 - down_value),
    )
    return Opened(
        f"Surer than {SURE}",
        r"P(|t| > \log \tfrac{0.999999}{0.000001})",
        " + ".join(number(row.value) for row in rows),
        f"sum({', '.join(row.expression for row in rows)})",
        model.sure,
        rows=rows,
        note="Beyond these limits, either way, six decimals print 1.000000 or 0.000000.",
    )


def _beyond(model: Correlated, log_odds: float) -> tuple[float, str]:
    mean, sd = model.evidence
    t = log_odds - model.logit_prior
    one, zero = _phi((mean - t) / sd), _phi((-mean - t) / sd)
    pi = literal(model.prior)
    expression = f"{pi} * {one[1]} + (1 - {pi}) * {zero[1]}"
    return model.share_beyond(log_odds), expression


def comes_true(model: Correlated, p: float) -> Opened:
    """How often class 1 is true where the naive posterior is p."""
    start, stated = model.logit_prior, math.log(p / (1 - p))
    t = start + (stated - start) / model.kappa
    value = float(model.true_given_naive(np.array([p]))[0])
    s, k = literal(stated), literal(model.kappa)
    return Opened(
        f"Stated {p:g}",
        r"\sigma\left(\ell_\pi + \frac{\ell_p - \ell_\pi}{\kappa}\right),\ "
        r"\ell_p = \log \tfrac{p}{1 - p}",
        rf"\sigma\left({number(start)} + \frac{{{number(stated - start)}}}"
        rf"{{{model.kappa:.3g}}}\right) = \sigma({number(t)})",
        f"1 / (1 + exp(-({literal(start)} + ({s} - {literal(start)}) / {k})))",
        value,
        note=f"Calibrated, it would be {p:g}. κ = {model.kappa:.3g} is how many times the evidence "
        "is counted.",
    )


def expected_brier(model: Correlated, true: bool) -> Opened:
    """The expected Brier score of the naive, or the true, posterior."""
    kappa = model.kappa if true else 1.0
    zero, one = model.brier_by_class(kappa)
    pi = model.prior
    rows = (
        Row("class 1", rf"{pi:g} \cdot {number(one)}", f"{literal(pi)} * {literal(one)}", pi * one),
        Row(
            "class 0",
            rf"{1 - pi:.3g} \cdot {number(zero)}",
            f"(1 - {literal(pi)}) * {literal(zero)}",
            (1 - pi) * zero,
        ),
    )
    return Opened(
        f"Expected Brier score, {'true' if true else 'naive'}",
        r"\pi\, E_1[(p - 1)^2] + (1 - \pi)\, E_0[p^2]",
        f"{rows[0].substitution} + {rows[1].substitution}",
        f"sum({rows[0].expression}, {rows[1].expression})",
        math.fsum(row.value for row in rows),
        rows=rows,
        note="Each mean is an integral over the class's normal log-odds.",
    )


# -- measured ------------------------------------------------------------------------------------


def row_of(m: Measured, i: int) -> str:
    """A measured message's name: its row in the corpus."""
    return f"row {int(halves()[1][i])} ({'spam' if m.is_spam[i] == spam.SPAM else 'ham'})"


def measured_accuracy(m: Measured) -> Opened:
    """Right verdicts over all, at P > 1/2."""
    called, is_spam = m.p > 0.5, m.is_spam == spam.SPAM
    tp, tn = int((called & is_spam).sum()), int((~called & ~is_spam).sum())
    return Opened(
        "Accuracy",
        r"\frac{TP + TN}{N}",
        rf"\frac{{{tp} + {tn}}}{{{len(m.p)}}}",
        f"({tp} + {tn}) / {len(m.p)}",
        m.accuracy,
    )


def log_loss(m: Measured, after: bool = False) -> Opened:
    """The mean surprise: the largest single terms and all others. after: of the recalibrated p."""
    is_spam = m.is_spam == spam.SPAM
    if after:
        with np.errstate(divide="ignore"):
            cost = -np.log(np.where(is_spam, m.p, 1 - m.p))
    else:
        cost = np.logaddexp(0.0, np.where(is_spam, -m.log_odds, m.log_odds))
    order = np.argsort(-cost, kind="stable")
    rows = [
        Row(row_of(m, i), number(cost[i]), literal(float(cost[i])), float(cost[i]))
        for i in order[:SHOWN].tolist()
    ]
    rest = float(cost[order[SHOWN:]].sum())
    rows.append(Row(f"{len(cost) - SHOWN} others", number(rest), literal(rest), rest))
    return Opened(
        "Log loss",
        r"-\frac{1}{N} \sum_n \log p(y_n)",
        rf"\frac{{{number(float(cost.sum()))}}}{{{len(cost)}}}",
        f"sum({', '.join(r.expression for r in rows)}) / {len(cost)}",
        m.log_loss_after if after else m.log_loss,
        "nats",
        rows=tuple(rows),
        note="The map says exactly 0 or 1 of a message that came out the other way."
        if np.isinf(cost).any()
        else "A wrong verdict stated with certainty costs as many nats as it was sure.",
    )


def measured_sure(m: Measured, wrong: bool) -> Opened:
    """How many messages are stated beyond SURE, or how many of those are wrong."""
    ham = m.is_spam == spam.HAM
    high, low = m.p > SURE, m.p < 1 - SURE
    parts = (
        (("ham stated as spam", high & ham), ("spam stated as ham", low & ~ham))
        if wrong
        else (("stated as spam", high), ("stated as ham", low))
    )
    rows = tuple(Row(name, str(int(s.sum())), str(int(s.sum())), int(s.sum())) for name, s in parts)
    total = sum(int(row.value) for row in rows)
    sums = f"sum({', '.join(row.expression for row in rows)})"
    if wrong:
        where = np.flatnonzero(parts[0][1] | parts[1][1])
        worst = where[np.argsort(-np.abs(m.log_odds[where]), kind="stable")][:SHOWN].tolist()
        told = ", ".join(f"{row_of(m, i)} at {m.log_odds[i]:.0f} nats" for i in worst)
        return Opened(
            "Sure and wrong",
            r"\#\{|t| > 13.8,\ \text{wrong}\}",
            " + ".join(row.substitution for row in rows),
            sums,
            float(total),
            "messages",
            rows=rows,
            note=f"{told}." if told else "",
        )
    return Opened(
        f"Surer than {SURE}",
        r"\frac{\#\{p > 0.999999\} + \#\{p < 0.000001\}}{N}",
        rf"\frac{{{rows[0].substitution} + {rows[1].substitution}}}{{{len(m.p)}}}",
        f"{sums} / {len(m.p)}",
        total / len(m.p),
        rows=rows,
        note="If these were calibrated, about one in a million of them would be wrong.",
    )


def in_bar(m: Measured, label: int, inside: np.ndarray, low: float, high: float) -> Opened:
    """One bar of the histogram: which messages stand in it."""
    name = "spam" if label == spam.SPAM else "ham"
    where = np.flatnonzero(inside & (m.is_spam == label))
    wrong_way = m.log_odds[where] if label == spam.HAM else -m.log_odds[where]
    order = where[np.argsort(-wrong_way, kind="stable")][:SHOWN].tolist()
    rows = [Row(row_of(m, i), "", "1", float(m.log_odds[i])) for i in order]
    return Opened(
        f"{name.capitalize()}, {low:g} to {high:g} nats",
        rf"\#\{{\text{{{name}}},\ {number(low)} \le t < {number(high)}\}}",
        rf"{len(where)} \text{{ of }} {int((m.is_spam == label).sum())}",
        str(len(where)),
        float(len(where)),
        "messages",
        rows=tuple(rows),
        note="The nearest to the wrong side, with their log-odds." if rows else "",
    )


def brier_part(m: Measured, part: str) -> Opened:
    """Reliability, resolution, uncertainty or what the binning hides, bin by bin."""
    table, parts = m.reliability, m.parts
    n, base = len(m.p), float((m.is_spam == spam.SPAM).mean())
    if part == "uncertainty":
        ones = int((m.is_spam == spam.SPAM).sum())
        return Opened(
            "Uncertainty",
            r"\bar o (1 - \bar o)",
            rf"\frac{{{ones}}}{{{n}}} \left(1 - \frac{{{ones}}}{{{n}}}\right)",
            f"{ones} / {n} * (1 - {ones} / {n})",
            parts.uncertainty,
            note=_whole(parts),
        )
    if part == "within":
        return Opened(
            "Within bins",
            r"B - \text{reliab.} + \text{resol.} - \text{uncert.}",
            rf"{number(parts.score)} - {number(parts.reliability)} + {number(parts.resolution)} - "
            rf"{number(parts.uncertainty)}",
            f"{literal(parts.score)} - {literal(parts.reliability)} + {literal(parts.resolution)}"
            f" - {literal(parts.uncertainty)}",
            parts.within,
            note="What is lost by giving all of a bin its mean. " + _whole(parts),
        )
    against = table.mean_p if part == "reliability" else np.full(len(table.count), base)
    symbol = r"\bar p_b" if part == "reliability" else r"\bar o"
    rows = tuple(
        Row(
            f"{low:.2g} to {high:.2g}",
            rf"\frac{{{count}}}{{{n}}} ({number(o)} - {number(a)})^2",
            f"{count} / {n} * ({literal(o)} - {literal(a)}) ** 2",
            count / n * (o - a) ** 2,
        )
        for low, high, count, o, a in zip(
            table.low.tolist(),
            table.high.tolist(),
            table.count.tolist(),
            table.observed.tolist(),
            against.tolist(),
            strict=True,
        )
    )
    largest = max(rows, key=lambda row: row.value)
    return Opened(
        part.capitalize(),
        rf"\sum_b \frac{{n_b}}{{N}} (o_b - {symbol})^2",
        largest.substitution + r" + \dots",
        f"sum({', '.join(row.expression for row in rows)})",
        getattr(parts, part),
        rows=rows,
        note=_whole(parts),
    )


def _whole(parts: BrierParts) -> str:
    return (
        f"Brier {parts.score:.4f} = {parts.reliability:.4f} − {parts.resolution:.4f} + "
        f"{parts.uncertainty:.4f} + ({parts.within:.4f})."
    )
