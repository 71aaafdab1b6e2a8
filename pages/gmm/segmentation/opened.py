"""A segmented picture opened: a pixel's responsibilities, and what mean colours lose."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genmodels.gmm import Array, GaussianMixture
from genmodels.kit.opened import Opened, Row, literal, number, plain


def pixel(model: GaussianMixture, x: Array, k: int, names: Sequence[str], title: str) -> Opened:
    """gamma_k of a pixel with features x (D,), in logarithms, every component a row.

    Rebuilt from means and covariances:

        l_k = log pi_k - (D log 2 pi + log|Sigma_k| + d_k^2) / 2
        d_k^2 = (x - mu_k)^T Sigma_k^-1 (x - mu_k),  gamma_k = exp l_k / sum_j exp l_j

    `names` are the features'. Raises ValueError for another number of them, of features, or a
    component that there isn't.
    """
    x = np.asarray(x, dtype=np.float64)
    D = model.n_features
    if x.shape != (D,):
        raise ValueError(f"x must have shape ({D},); got {x.shape}")
    if len(names) != D:
        raise ValueError(f"names must be {D}; got {len(names)}")
    if not 0 <= k < model.n_components:
        raise ValueError(f"k must be from 0 to {model.n_components - 1}; got {k}")
    log_joint = model.log_joint(x[None])[0]
    gamma = model.responsibilities(x[None])[0]
    covariances = model.full_covariances()
    highest = float(log_joint.max())
    rows = []
    for j, value in enumerate(log_joint.tolist()):
        d2, log_det = _distance(covariances[j], x - model.means[j])
        rows.append(
            Row(
                f"log πN, {j + 1}",
                rf"\log {number(float(model.weights[j]))} - \tfrac12 ({D} \log 2\pi "
                rf"{_signed(log_det)} + {number(d2)})",
                _expression(model, covariances[j], x, j, log_det),
                value,
                share=float(gamma[j]),
                chosen=j == int(gamma.argmax()),
            )
        )
    # the largest is taken out of every exp, as the E-step does it
    top = literal(highest)
    terms = ", ".join(f"exp({row.expression} - {top})" for row in rows)
    d2, log_det = _distance(covariances[k], x - model.means[k])
    own = float(log_joint[k])
    total = math.fsum(math.exp(value - highest) for value in log_joint.tolist())
    return Opened(
        title=title,
        formula=_aligned(
            [
                r"\gamma_k = \frac{e^{\ell_k}}{\sum_j e^{\ell_j}}",
                r"\ell_k = \log \pi_k - \tfrac12 \bigl(D \log 2\pi",
                r"\quad + \log|\Sigma_k| + d_k^2\bigr)",
                r"d_k^2 = (x - \mu_k)^{\top} \Sigma_k^{-1} (x - \mu_k)",
            ]
        ),
        substitution=_aligned(
            [
                *_vector("x", x),
                *_vector(rf"\mu_{{{k + 1}}}", model.means[k]),
                rf"d^2 = {number(d2)},\ \ \log|\Sigma| = {number(log_det)}",
                rf"\ell_{{{k + 1}}} = \log {number(float(model.weights[k]))}",
                rf"\quad - \tfrac12 ({D} \log 2\pi {_signed(log_det)} + {number(d2)})",
                rf"\quad = {number(own, 4)}",
                rf"\gamma_{{{k + 1}}} = \frac{{e^{{{number(own, 4)} {_minus(highest)}}}}}"
                rf"{{{number(total)}}}",
            ]
        ),
        expression=f"exp({rows[k].expression} - {top}) / sum({terms})",
        value=float(gamma[k]),
        rows=tuple(rows),
        note=f"Features: {', '.join(names)}. Every exponent has the largest, "
        f"{plain(highest, 4)}, taken out.",
    )


def squared_error(values: Array, labels: NDArray[np.uint8], K: int, title: str) -> Opened:
    """J = sum over pixels of |x - mean of its segment|^2, a row a segment. values (N, D).

    Raises ValueError where labels and values differ in length.
    """
    rows, total = _lost(values, labels, K)
    return Opened(
        title=title,
        formula=r"J = \sum_k \sum_{n: z_n = k} \lVert x_n - \bar x_k \rVert^2",
        substitution=_aligned(["J = " + _terms(rows), rf"\quad = {number(total, 5)}"]),
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=total,
        rows=rows,
        note=f"A row is a segment’s part of the sum, over all {len(labels):,} pixels.",
    )


def psnr(colours: Array, labels: NDArray[np.uint8], K: int, title: str) -> Opened:
    """10 log10(1 / MSE), dB, of the picture in mean colours. colours (N, 3) in [0, 1].

    MSE = J / (3 N), the mean over pixels and channels. Raises ValueError where labels and colours
    differ in length.
    """
    rows, total = _lost(colours, labels, K)
    mean = total / colours.size
    value = -10 * math.log10(mean) if mean > 1e-12 else math.inf
    J = f"sum({', '.join(row.expression for row in rows)})"
    return Opened(
        title=title,
        formula=_aligned(
            [
                r"\text{PSNR} = 10 \log_{10} \frac{1}{\text{MSE}}",
                r"\text{MSE} = \frac{1}{3N} \sum_n \lVert c_n - \bar c_{z_n} \rVert^2",
            ]
        ),
        substitution=_aligned(
            [
                rf"J = {number(total, 5)}",
                rf"\text{{MSE}} = \frac{{{number(total, 5)}}}{{3 \cdot {len(labels)}}}"
                rf" = {number(mean)}",
                rf"\text{{PSNR}} = -10 \log_{{10}} {number(mean)}",
            ]
        ),
        expression=f"-10 * log({J} / {colours.size}) / log(10)" if mean > 1e-12 else "inf",
        value=value,
        unit="dB",
        rows=rows,
        note="Red, green and blue from 0 to 1. A row is a segment’s part of J.",
    )


# -- parts ---------------------------------------------------------------------------------------


def _lost(values: Array, labels: NDArray[np.uint8], K: int) -> tuple[tuple[Row, ...], float]:
    """Each segment's sum of squared distances from its mean, about sum |x|^2 - n |mean|^2."""
    if len(values) != len(labels):
        raise ValueError(f"labels must be {len(values)}, one a pixel; got {len(labels)}")
    found = []
    for k in range(K):
        own = values[labels == k]
        if not len(own):
            found.append((0, 0.0, "0.0"))
            continue
        mean = own.mean(axis=0)
        parts = ((own - mean) ** 2).sum(axis=0).tolist()
        found.append((len(own), math.fsum(parts), f"sum({', '.join(map(literal, parts))})"))
    total = math.fsum(value for _, value, _ in found)
    rows = tuple(
        Row(
            f"{k + 1}: {size:,} px",
            number(value),
            expression,
            value,
            share=value / total if total > 0 else None,
        )
        for k, (size, value, expression) in enumerate(found)
    )
    return rows, total


def _terms(rows: Sequence[Row]) -> str:
    shown = r" \\[3pt] & \quad + ".join(number(row.value, 4) for row in rows[:4])
    more = len(rows) - 4
    return shown + (rf" \\[3pt] & \quad + \text{{{more} more}}" if more > 0 else "")


def _expression(model: GaussianMixture, sigma: Array, x: Array, j: int, log_det: float) -> str:
    """l_j as Python: d^2 as a sum over the entries of Sigma^-1, which is symmetric."""
    inverse = np.linalg.inv(sigma)
    away = [
        f"({literal(a)} - {literal(m)})"
        for a, m in zip(x.tolist(), model.means[j].tolist(), strict=True)
    ]
    D = len(away)
    terms = [
        f"{'' if a == b else '2 * '}{literal(float(inverse[a, b]))} * {away[a]} * {away[b]}"
        for a in range(D)
        for b in range(a, D)
        if inverse[a, b] != 0
    ]
    weight = literal(float(model.weights[j]))
    d2 = f"sum({', '.join(terms)})"
    return f"(log({weight}) - 0.5 * ({D} * log(2 * pi) + {literal(log_det)} + {d2}))"


def _distance(sigma: Array, away: Array) -> tuple[float, float]:
    """d^2 and log|Sigma|."""
    return float(away @ np.linalg.solve(sigma, away)), float(np.linalg.slogdet(sigma)[1])


def _vector(name: str, values: Array) -> list[str]:
    """A vector, three numbers a line."""
    texts = [number(float(value)) for value in values]
    lines = [", ".join(texts[i : i + 3]) for i in range(0, len(texts), 3)]
    lines[0] = rf"{name} = ({lines[0]}"
    lines[-1] += ")"
    return [line if i == 0 else rf"\quad {line}" for i, line in enumerate(lines)]


def _signed(value: float) -> str:
    return f"- {number(-value)}" if value < 0 else f"+ {number(value)}"


def _minus(value: float) -> str:
    return f"+ {number(-value, 4)}" if value < 0 else f"- {number(value, 4)}"


def _aligned(lines: Sequence[str]) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )
