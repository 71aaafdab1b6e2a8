"""A diagnosis opened: base rate, a finding's two factors, the total, the probability, the figures.

Each factor is rebuilt from counts, or from means and squares, not from the model's logarithms.
"""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.naive_bayes.mixed import GAUSSIAN
from pages.nb.diagnosis.case import (
    FOLDS,
    ILL,
    REPEATS,
    WELL,
    HeldOut,
    Reading,
    capital,
    frequency,
    value_text,
)
from pages.nb.diagnosis.held import Group

SHOWN = 8
_NAMES = ("well", "ill")


def opened(reading: Reading, key: str | None) -> Opened | None:
    """What `key` names: prior, f<number>, total, probability; None for anything else."""
    whole = {"prior": prior, "total": total, "probability": probability}
    if key in whole:
        return whole[key](reading)
    digits = key[1:] if key and key[0] == "f" and len(key) < 5 else ""
    if digits.isascii() and digits.isdecimal() and int(digits) < len(reading.factors):
        return finding(reading, int(digits))
    return None


def prior(reading: Reading) -> Opened:
    """log p / (1 - p) of the base rate p."""
    p, study = reading.rate, reading.study
    return Opened(
        "Base rate",
        r"\log \frac{P(\text{ill})}{P(\text{well})}",
        rf"\log \frac{{{p:g}}}{{1 - {p:g}}}",
        f"log({literal(p)}) - log(1 - {literal(p)})",
        reading.prior,
        "nats",
        note=f"How common it is where these people come from: {100 * p:g} %, that is "
        f"{frequency(reading.prior)[1]}. In this collection it is {study.clinic:g} %, because all "
        "were sent to a clinic.",
    )


def finding(reading: Reading, f: int) -> Opened:
    """What one finding adds: log p(x_f | ill) - log p(x_f | well)."""
    study, value = reading.study, reading.values[f]
    what = study.findings[f]
    title = f"{capital(what.name)}: {value_text(what, value)}"
    if value is None:
        return Opened(
            title,
            r"\log \frac{\sum_{x} p(x \mid \text{ill})}{\sum_{x} p(x \mid \text{well})}",
            r"\log \frac{1}{1}",
            "log(1) - log(1)",
            0.0,
            "nats",
            note="Not measured, so summed over all that it could be: the factor is 1 in both.",
        )
    normal = study.kinds[f] == GAUSSIAN
    make = _density if normal else _share
    rows = tuple(make(reading, f, c) for c in (ILL, WELL))
    p, q = (number(row.value) for row in rows)
    more: tuple[Row, ...] = ()
    if normal:
        more = tuple(
            Row(f"{name}, {_NAMES[c]}", "", "", float(of[c, f]))
            for name, of in (("μ", study.model.means), ("σ", np.sqrt(study.model.variances)))
            for c in (ILL, WELL)
        )
    formula = (
        r"p(x \mid c) = \frac{1}{\sqrt{2 \pi \sigma_c^2}} e^{-(x - \mu_c)^2 / 2 \sigma_c^2}"
        if normal
        else r"p(x \mid c) = \frac{n_c(x) + \alpha}{n_c + \alpha K}"
    )
    strength = float(reading.log_odds[f])
    return Opened(
        title,
        rf"\begin{{aligned}} & \log \frac{{p(x \mid \text{{ill}})}}{{p(x \mid \text{{well}})}}"
        rf" \\[4pt] & {formula} \end{{aligned}}",
        rf"\begin{{aligned}} & \log \frac{{{p}}}{{{q}}} \\[4pt] & p_i = {rows[0].substitution}"
        rf" \\[4pt] & p_w = {rows[1].substitution} \end{{aligned}}",
        f"({_log(reading, f, ILL)}) - ({_log(reading, f, WELL)})",
        strength,
        "nats",
        rows=rows + more,
        note=_finding_note(reading, f, strength),
    )


def _finding_note(reading: Reading, f: int, strength: float) -> str:
    side = "for" if strength > 0 else "against"
    times = plain(math.exp(max(min(strength, 700.0), -700.0)))
    logged = " The model takes log(1 + x) for x." if reading.study.logs else ""
    most = " No finding moved it more." if f == reading.strongest else ""
    return f"Evidence {side} the disease: the odds are multiplied by {times}.{most}{logged}"


def _share(reading: Reading, f: int, c: int) -> Row:
    """A category's smoothed share of the class's patients."""
    model, K = reading.study.model, reading.study.kinds[f]
    k = int(reading.values[f] or 0)
    n, known, alpha = int(model.counts[c, f, k]), int(model.known[c, f]), model.alpha
    return Row(
        f"p(x | {_NAMES[c]})",
        rf"\frac{{{n} + {alpha:g}}}{{{known} + {alpha:g} \cdot {K}}}",
        f"({n} + {literal(alpha)}) / ({known} + {literal(alpha)} * {K})",
        math.exp(float(reading.factors[f, c])),
    )


def _density(reading: Reading, f: int, c: int) -> Row:
    """A normal density; its row holds the substitution with this class's mean and variance."""
    x, mu, variance = _normal(reading, f, c)
    return Row(
        f"p(x | {_NAMES[c]})",
        rf"\frac{{e^{{-({number(x)} - {_signed(mu)})^2 / 2 \cdot {number(variance)}}}}}"
        rf"{{\sqrt{{2 \pi \cdot {number(variance)}}}}}",
        f"exp({_log(reading, f, c)})",
        math.exp(float(reading.factors[f, c])),
    )


def _signed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _normal(reading: Reading, f: int, c: int) -> tuple[float, float, float]:
    study = reading.study
    x = float(study.transform(reading.values[f]))
    return x, float(study.model.means[c, f]), float(study.model.variances[c, f])


def _log(reading: Reading, f: int, c: int) -> str:
    """log p(x_f | c) as Python, without a density that underflows."""
    model = reading.study.model
    if reading.study.kinds[f] != GAUSSIAN:
        return f"log({_share(reading, f, c).expression})"
    x, mu, _ = _normal(reading, f, c)
    variance = (
        f"({literal(float(model.squares[c, f]))} / {int(model.known[c, f])}"
        f" + {literal(model.smoothing)})"
    )
    return f"-0.5 * (log(2 * pi * {variance}) + ({literal(x)} - {literal(mu)})**2 / {variance})"


def total(reading: Reading) -> Opened:
    """Base rate and findings added up, the largest first."""
    odds = reading.log_odds
    measured = [f for f, value in enumerate(reading.values) if value is not None]
    order = sorted(measured, key=lambda f: -abs(float(odds[f])))
    rows = [Row("base rate", "", literal(reading.prior), reading.prior)]
    rows += [
        Row(
            reading.study.findings[f].name,
            "",
            literal(float(odds[f])),
            float(odds[f]),
            chosen=f == reading.strongest,
        )
        for f in order[:SHOWN]
    ]
    shown = [number(row.value) if row.value < 0 else f"+{number(row.value)}" for row in rows]
    parts = [" ".join(shown[i : i + 3]) for i in range(0, len(shown), 3)]
    left = len(measured) - (len(rows) - 1)
    if left > 0:
        parts.append(rf"+ \text{{{left} more}}")
    terms = [literal(reading.prior), *(literal(float(odds[f])) for f in measured)]
    missing = len(odds) - len(measured)
    sums = r" \\ & ".join(parts)
    return Opened(
        "Total log-odds",
        r"\log \frac{P(\text{ill})}{P(\text{well})}"
        r" + \sum_f \log \frac{p(x_f \mid \text{ill})}{p(x_f \mid \text{well})}",
        rf"\begin{{aligned}} & {sums} \end{{aligned}}",
        f"sum({', '.join(terms)})",
        reading.total,
        "nats",
        rows=tuple(rows),
        note=f"{missing} not measured: they add 0." if missing else "",
    )


def probability(reading: Reading) -> Opened:
    """P(ill | findings): the total through the sigmoid, and as a crowd."""
    t = reading.total
    low = t < 0  # so that the exponential never overflows
    power = rf"e^{{{number(-abs(t))}}}"
    return Opened(
        "P(ill | findings)",
        r"\sigma(t) = " + (r"\frac{e^t}{1 + e^t}" if low else r"\frac{1}{1 + e^{-t}}"),
        rf"\frac{{{power if low else 1}}}{{1 + {power}}}",
        f"exp({literal(t)}) / (1 + exp({literal(t)}))" if low else f"1 / (1 + exp(-{literal(t)}))",
        reading.probability,
        note=f"In natural frequencies: {frequency(t)[1]}. Findings echo each other and naive Bayes "
        "counts each echo anew, so it is too sure: see the chart below.",
    )


# -- held out --------------------------------------------------------------------------------------


def share(group: Group) -> Opened:
    """A point of the chart: how many of its patients were ill."""
    n = len(group.rows)
    return Opened(
        f"Stated {group.low:g} to {group.high:g}: the share that was ill",
        r"\frac{\text{ill}}{\text{patients}}",
        rf"\frac{{{group.ill}}}{{{n}}}",
        f"{group.ill} / {n}",
        group.ill / n,
        rows=(Row("mean of what was stated", "", "", group.mean),),
        note="Were the probabilities true, both would be alike but for chance.",
    )


def figure(held: HeldOut, which: str) -> Opened:
    """accuracy, AUC or recall: the mean over all folds, with its spread."""
    values = {"Accuracy": held.accuracy, "AUC": held.auc, "Recall": held.recall}[which]
    what = {
        "Accuracy": r"\frac{\text{right}}{\text{patients}}",
        "AUC": r"P(s_\text{ill} > s_\text{well})",
        "Recall": r"\frac{\text{ill, called ill}}{\text{ill}}",
    }[which]
    repeats = values.reshape(REPEATS, FOLDS)
    rows = tuple(
        Row(
            f"split {r + 1}, mean of {FOLDS}",
            "",
            f"sum({', '.join(literal(float(v)) for v in split)}) / {FOLDS}",
            float(split.mean()),
        )
        for r, split in enumerate(repeats)
    )
    terms = ", ".join(literal(float(v)) for v in values)
    return Opened(
        f"{which}, held out",
        rf"\frac{{1}}{{{len(values)}}} \sum_{{i=1}}^{{{len(values)}}} {what}",
        rf"\frac{{{' + '.join(number(float(v)) for v in values[:3])} + \dots}}{{{len(values)}}}",
        f"sum({terms}) / {len(values)}",
        float(values.mean()),
        rows=rows,
        note=f"{REPEATS} splits into {FOLDS} folds; each fold is judged by a model of the others. "
        f"Standard deviation over folds: {values.std():.3f}.",
    )
