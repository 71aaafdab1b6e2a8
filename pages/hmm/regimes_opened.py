"""A day of a Gaussian HMM, opened: densities, the forward step, the posterior, the next day."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genmodels.kit.opened import Opened, Row, literal, number, plain

Array = NDArray[np.float64]


def _lines(*lines: str) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )


def _sum(terms: Sequence[str]) -> str:
    return f"sum({', '.join(terms)})"


def _normal(x: float, mean: float, sd: float) -> str:
    z = f"(({literal(x)} - {literal(mean)}) / {literal(sd)})"
    return f"exp(-0.5 * {z} * {z}) / ({literal(sd)} * sqrt(2 * pi))"


def _percent(share: float) -> str:
    return "< 0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"


def _density(x: float, mean: float, sd: float) -> float:
    z = (x - mean) / sd
    return float(np.exp(-0.5 * z * z) / (sd * np.sqrt(2 * np.pi)))


def densities(x: float, means: Array, sds: Array, names: Sequence[str], day: str) -> Opened:
    """N(x; mu_k, sd_k^2) of each state, the largest as the value. Raises ValueError for a NaN."""
    if np.isnan(x):
        raise ValueError("x must be a number; the day is missing, and its term is 1")
    values = [_density(x, float(m), float(s)) for m, s in zip(means, sds, strict=True)]
    best = int(np.argmax(values))
    rows = tuple(
        Row(name, "", _normal(x, float(m), float(s)), value, chosen=k == best)
        for k, (name, m, s, value) in enumerate(zip(names, means, sds, values, strict=True))
    )
    mean, sd = float(means[best]), float(sds[best])
    return Opened(
        title=f"Density of {day}",
        formula=_lines(
            r"b_k(x) = \frac{1}{\sigma_k \sqrt{2\pi}}\, e^{-z^2/2}",
            r"z = (x - \mu_k) / \sigma_k",
        ),
        substitution=_lines(
            rf"z = ({number(x)} - ({number(mean)})) / {number(sd)}",
            rf"b_{{{best + 1}}} = \frac{{1}}{{{number(sd)} \sqrt{{2\pi}}}}\, "
            rf"e^{{-({number((x - mean) / sd)})^2/2}}",
        ),
        expression=f"max({', '.join(row.expression for row in rows)})"
        if len(rows) > 1
        else rows[0].expression,
        value=values[best],
        rows=rows,
        note="The state whose bell is highest at this day’s value. The chain has its say too.",
    )


def forward_step(
    before: Array | None,
    predicted: Array,
    A: Array,
    x: float,
    means: Array,
    sds: Array,
    k: int,
    names: Sequence[str],
    day: str,
) -> Opened:
    """P(z_t = k | x_1..x_t) from the day before's filtered (K,) (None on the first day).

    predicted (K,): P(z_t | x_1..x_t-1) = before @ A, or pi. A missing day (NaN) has densities of 1.
    """
    K = len(predicted)
    missing = bool(np.isnan(x))
    prior = [
        literal(float(predicted[j]))
        if before is None
        else "(" + _sum([f"{literal(float(before[i]))} * {literal(float(A[i, j]))}"
                         for i in range(K)]) + ")"
        for j in range(K)
    ]  # fmt: skip
    bells = [
        1.0 if missing else _density(x, float(m), float(s)) for m, s in zip(means, sds, strict=True)
    ]
    terms = [
        prior[j] if missing else f"{prior[j]} * {_normal(x, float(means[j]), float(sds[j]))}"
        for j in range(K)
    ]
    weighed = [float(predicted[j]) * bells[j] for j in range(K)]
    total = sum(weighed)
    rows = tuple(
        Row(
            f"{name}: {_percent(float(predicted[j]))} × {plain(bells[j])}",
            "",
            terms[j],
            weighed[j],
            share=weighed[j] / total if total > 0 else None,
            chosen=j == k,
        )
        for j, name in enumerate(names)
    )
    came = (
        rf"\hat\alpha_t^-({k + 1}) = \pi_{{{k + 1}}}"
        if before is None
        else rf"\hat\alpha_t^-({k + 1}) = {_products(before, A[:, k])}"
    )
    return Opened(
        title=f"Forward step into {day}",
        formula=_lines(
            r"\hat\alpha_t^-(k) = \sum_i \hat\alpha_{t-1}(i)\, A_{ik}",
            r"\hat\alpha_t(k) = \frac{\hat\alpha_t^-(k)\, b_k(x_t)}"
            r"{\sum_j \hat\alpha_t^-(j)\, b_j(x_t)}",
        ),
        substitution=_lines(
            came,
            rf"\quad = {number(float(predicted[k]))}",
            rf"\hat\alpha_t({k + 1}) = \frac{{{number(weighed[k])}}}{{{number(total)}}}",
        ),
        expression=f"({terms[k]}) / {_sum(terms)}",
        value=weighed[k] / total,
        rows=rows,
        note="No day after this one is used."
        + (" The day is missing: its density counts as 1." if missing else ""),
    )


def _products(left: Array, right: Array) -> str:
    return " + ".join(
        rf"{number(float(a))} \cdot {number(float(b))}" for a, b in zip(left, right, strict=True)
    )


def posterior_step(
    filtered: Array,
    after: Array | None,
    predicted_after: Array | None,
    A: Array,
    k: int,
    names: Sequence[str],
    day: str,
    unit: str = "day",
) -> Opened:
    """P(z_t = k | x_1..x_T) from the next day's posterior (None on the last day), all (K,).

    gamma_t(k) = f_t(k) sum_j A_kj gamma_t+1(j) / p_t+1(j), with f filtered and p predicted.
    """
    K = len(filtered)
    if after is None or predicted_after is None:
        ratio = np.ones(K)
        terms = [literal(float(f)) for f in filtered]
    else:
        ratio = np.divide(after, predicted_after, out=np.zeros(K), where=predicted_after > 0)
        terms = []
        for i in range(K):
            inner = _sum(
                [
                    f"{literal(float(A[i, j]))} * {literal(float(after[j]))} / "
                    f"{literal(float(predicted_after[j]))}"
                    for j in range(K)
                    if predicted_after[j] > 0
                ]
            )
            terms.append(f"{literal(float(filtered[i]))} * {inner}")
    values = [float(filtered[i] * (A[i] @ ratio if after is not None else 1.0)) for i in range(K)]
    rows = tuple(
        Row(name, "", terms[i], values[i], share=values[i], chosen=i == k)
        for i, name in enumerate(names)
    )
    inside = (
        "1"
        if after is None
        else " + ".join(
            rf"{number(float(A[k, j]))} \cdot {number(float(ratio[j]))}" for j in range(K)
        )
    )
    return Opened(
        title=f"Posterior of {day}",
        formula=_lines(
            r"\gamma_t(k) = \hat\alpha_t(k) \sum_j A_{kj}\, r_j",
            r"r_j = \gamma_{t+1}(j) / \hat\alpha_{t+1}^-(j)",
        ),
        substitution=_lines(
            rf"\hat\alpha_t({k + 1}) = {number(float(filtered[k]))}", rf"\sum_j A r = {inside}"
        ),
        expression=terms[k],
        value=values[k],
        rows=rows,
        note=f"The {unit}s after it have their say: r is how much they raise each state of the "
        "next one."
        if after is not None
        else f"The last {unit}: nothing comes after it.",
    )


def next_day(
    weights: Array, x: float, means: Array, sds: Array, names: Sequence[str], day: str
) -> Opened:
    """log p(x_t | x_1..x_t-1): the states' Gaussians weighed by what was predicted, nats.

    weights (K,): P(z_t | x_1..x_t-1). Raises ValueError for a NaN.
    """
    if np.isnan(x):
        raise ValueError("x must be a number; nothing was seen on a missing day")
    # In logs with the largest taken out: a day 20 deviations out would be log 0.
    logs = [
        (np.log(w) if w > 0 else -np.inf)
        - 0.5 * ((x - m) / s) ** 2
        - np.log(s * np.sqrt(2 * np.pi))
        for w, m, s in zip(weights, means, sds, strict=True)
    ]
    top = float(max(logs))
    terms = [
        f"log({literal(float(w))}) - 0.5 * (({literal(x)} - {literal(float(m))}) / "
        f"{literal(float(s))}) * (({literal(x)} - {literal(float(m))}) / {literal(float(s))})"
        f" - log({literal(float(s))} * sqrt(2 * pi))"
        for w, m, s in zip(weights, means, sds, strict=True)
    ]
    total = float(sum(np.exp(v - top) for v in logs))
    rows = tuple(
        Row(
            f"{name}, weight {_percent(float(w))}",
            "",
            term,
            float(v),
            share=float(np.exp(v - top)) / total,
        )
        for name, w, term, v in zip(names, weights, terms, logs, strict=True)
    )
    shifted = _sum([f"exp({term} - {literal(top)})" for term in terms])
    return Opened(
        title=f"What was expected of {day}",
        formula=_lines(
            r"\log p(x_t \mid x_1 \dots x_{t-1})",
            r"= \log \sum_k \hat\alpha_t^-(k)\, e^{\log \mathcal N(x_t;\, \mu_k, \sigma_k^2)}",
        ),
        substitution=_lines(
            r"= \log\Big("
            + r" \\ & \quad + ".join(
                rf"{number(float(w))} \cdot e^{{{number(float(v - np.log(w)))}}}"
                for w, v in zip(weights, logs, strict=True)
                if w > 0
            )
            + r"\Big)",
        ),
        expression=f"{literal(top)} + log({shifted})",
        value=top + float(np.log(total)),
        unit="nats",
        rows=rows,
        note="Known the evening before. Each row is the log of its term.",
    )


def mean_stays(A: Array, names: Sequence[str], k: int) -> Opened:
    """1 / (1 - A_kk) of every state, in days; `k`'s as the value."""
    stay = [float(A[i, i]) for i in range(len(A))]
    values = [1 / (1 - a) if a < 1 else np.inf for a in stay]
    rows = tuple(
        Row(
            f"{name}, A = {a:.6g}",
            "",
            f"1 / (1 - {literal(a)})" if a < 1 else "inf",
            float(v),
            chosen=i == k,
        )
        for i, (name, a, v) in enumerate(zip(names, stay, values, strict=True))
    )
    return Opened(
        title=f"Mean stay in {names[k]}",
        formula=r"\sum_d d\, A_{kk}^{d-1} (1 - A_{kk}) = \frac{1}{1 - A_{kk}}",
        substitution=rf"\frac{{1}}{{1 - {number(stay[k], 6)}}}",
        expression=rows[k].expression,
        value=float(values[k]),
        unit="days",
        rows=rows,
        note="Once entered. A state with A = 1 is never left.",
    )


def held_out_mean(total: float, before: float, n: int, K: int) -> Opened:
    """(log P(x_1..x_T) - log P(x_1..x_n)) / days, nats a day."""
    return Opened(
        title=f"Held out, {K} state{'s' if K > 1 else ''}",
        formula=r"\frac{\log P(x_1 \dots x_T) - \log P(x_1 \dots x_n)}{T - n}",
        substitution=rf"\frac{{{number(total, 7)} - ({number(before, 7)})}}{{{n}}}",
        expression=f"({literal(total)} - {literal(before)}) / {n}",
        value=(total - before) / n,
        unit="nats a day",
        note="Each day is predicted from all days before it; the parameters are of the first 80 %.",
    )
