"""Densities on a line opened: bells, kernels, a bar, and a held-out mean."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.density import Array, Histogram
from genmodels.gmm import GaussianMixture
from genmodels.kit.opened import Opened, Row, literal, number, plain

SHOWN_TERMS = 3


def mixture_density(model: GaussianMixture, x: float, unit: str) -> Opened:
    """p(x) = sum_k pi_k N(x; mu_k, sigma_k^2) for a mixture of one measurement.

    Raises ValueError where the mixture has more than one.
    """
    if model.n_features != 1:
        raise ValueError(f"model must be of one measurement; got {model.n_features}")
    sigmas = np.sqrt(model.full_covariances()[:, 0, 0])
    gamma = model.responsibilities(np.array([[x]]))[0]
    rows = []
    for k, (pi, mu, sigma) in enumerate(zip(model.weights, model.means[:, 0], sigmas, strict=True)):
        z = float((x - mu) / sigma)
        value = float(pi * math.exp(-0.5 * z * z) / (sigma * math.sqrt(2 * math.pi)))
        rows.append(
            Row(
                f"component {k + 1}",
                rf"\tfrac{{{number(float(pi))}}}{{{number(float(sigma))}\sqrt{{2\pi}}}}\, "
                rf"e^{{-{number(abs(z))}^2 / 2}}",
                f"{literal(float(pi))} * exp(-0.5 * (({literal(x)} - {literal(float(mu))}) / "
                f"{literal(float(sigma))}) * (({literal(x)} - {literal(float(mu))}) / "
                f"{literal(float(sigma))})) / ({literal(float(sigma))} * sqrt(2 * pi))",
                value,
                share=float(gamma[k]),
                chosen=k == int(gamma.argmax()),
            )
        )
    order = sorted(range(len(rows)), key=lambda k: -rows[k].value)
    shown = [rows[k] for k in order[:SHOWN_TERMS]]
    lines = [
        rf"&{'+' if i else 'p ='}\; {row.substitution} = {number(row.value)}"
        for i, row in enumerate(shown)
    ]
    if len(rows) > SHOWN_TERMS:
        lines.append(rf"&+ \text{{{len(rows) - SHOWN_TERMS} more}}")
    return Opened(
        title=f"p({plain(x, 5)}), mixture",
        formula=_aligned(
            [
                r"p(x) &= \sum_k \tfrac{\pi_k}{\sigma_k\sqrt{2\pi}}\, e^{-z_k^2 / 2}",
                r"z_k &= (x - \mu_k) / \sigma_k",
            ]
        ),
        substitution=_aligned(lines),
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=math.fsum(row.value for row in rows),
        unit=f"per {unit.lstrip('×')}",
        rows=rows,
        note="The shares are the responsibilities at x. A density may be above 1.",
    )


def kernel_density(data: Array, bandwidth: float, x: float, unit: str) -> Opened:
    """p(x) = 1 / (N h) sum_n phi((x - x_n) / h), its nearest points first."""
    order = np.argsort(np.abs(data - x), kind="stable")
    z = (x - data) / bandwidth
    values = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    terms = [
        f"exp(-0.5 * (({literal(x)} - {literal(float(v))}) / {literal(bandwidth)}) * "
        f"(({literal(x)} - {literal(float(v))}) / {literal(bandwidth)})) / sqrt(2 * pi)"
        for v in data
    ]
    nearest = [number(float(values[n])) for n in order[:SHOWN_TERMS]]
    more = r" + \dots" if len(data) > SHOWN_TERMS else ""
    return Opened(
        title=f"p({plain(x, 5)}), kernels",
        formula=r"p(x) = \frac{1}{N h} \sum_n \varphi\Big(\frac{x - x_n}{h}\Big)",
        substitution=(
            rf"\frac{{{' + '.join(nearest)}{more}}}{{{len(data)} \cdot {number(bandwidth)}}}"
        ),
        expression=f"sum({', '.join(terms)}) / ({len(data)} * {literal(bandwidth)})",
        value=float(values.sum() / (len(data) * bandwidth)),
        unit=f"per {unit.lstrip('×')}",
        rows=[
            Row(f"point {n + 1}, {plain(float(data[n]), 5)}", "", terms[n], float(values[n]))
            for n in order[:SHOWN_TERMS]
        ],
        note=f"A bell of deviation h = {plain(bandwidth)} on each of {len(data)} points.",
    )


def bar_density(bars: Histogram, x: float, unit: str) -> Opened | None:
    """n_b / (N w) of x's bin; None outside of all bins."""
    b = int(bars.bin_of([x])[0])
    if b < 0:
        return None
    count, total = int(bars.counts[b]), int(bars.counts.sum())
    low, high = float(bars.edges[b]), float(bars.edges[b + 1])
    return Opened(
        title=f"p({plain(x, 5)}), histogram",
        formula=r"p(x) = \frac{n_b}{N w}",
        substitution=rf"\frac{{{count}}}{{{total} \cdot {number(high - low)}}}",
        expression=f"{count} / ({total} * ({literal(high)} - {literal(low)}))",
        value=count / (total * (high - low)),
        unit=f"per {unit.lstrip('×')}",
        note=f"{count} of {total} points lie from {plain(low, 4)} to {plain(high, 4)}."
        + (" An empty bin says: impossible." if count == 0 else ""),
    )


def held_out(sums: Array, sizes: Array, name: str, note: str = "") -> Opened:
    """The mean log-likelihood of held-out points, from each fold's sum."""
    N = int(sizes.sum())
    total = float(sums.sum())
    rows = [
        Row(f"fold {i + 1}, {int(n)} points", number(float(s)), literal(float(s)), float(s))
        for i, (s, n) in enumerate(zip(sums, sizes, strict=True))
    ]
    return Opened(
        title=f"Held-out, {name}",
        formula=r"\frac{1}{N} \sum_{f} \sum_{n \in f} \log p_{-f}(x_n)",
        substitution=rf"\frac{{{number(total, 5)}}}{{{N}}}",
        expression=f"sum({', '.join(row.expression for row in rows)}) / {N}",
        value=total / N,
        unit="nats a point",
        rows=rows,
        note=note,
    )


def _aligned(lines: Sequence[str]) -> str:
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"
