"""The numbers of dimension reduction, opened: a projection, a vote of neighbours, an error."""

from collections.abc import Sequence

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.reduction import PCA, Array, vote

TOP = 6


def projection(pca: PCA, x: Array, j: int) -> Opened:
    """z_j = sum_i w_ji (x_i - m_i) over the 784 pixels."""
    w, gap = pca.components[j], x - pca.mean
    terms = w * gap
    order = np.argsort(-np.abs(terms), kind="stable")
    rows = [
        Row(
            label=f"pixel {i // 28 + 1}, {i % 28 + 1}",
            substitution=rf"{number(w[i])}\times{number(gap[i])}",
            expression=f"{literal(float(w[i]))}*{literal(float(gap[i]))}",
            value=float(terms[i]),
        )
        for i in order[:TOP]
    ]
    every = [f"{literal(float(w[i]))}*{literal(float(gap[i]))}" for i in order]
    first = "".join(f"{term:+.3f}" for term in (float(terms[i]) for i in order[:3]))
    return Opened(
        title=f"z{'₁₂'[j]} on PCA's map",
        formula=rf"z_{j + 1}=\sum_{{i=1}}^{{784}}w_{{{j + 1}i}}\,(x_i-m_i)",
        substitution=rf"{first.lstrip('+')}+\dots",
        expression=f"sum({', '.join(every)})",
        value=float(terms.sum()),
        rows=rows,
        note=f"One straight direction: it holds {plain(100 * float(pca.share[j]))} % of the "
        "training pictures' variance. The largest of 784 terms are listed.",
    )


def voted(name: str, label: int, near: Sequence[int], labels: Sequence[int]) -> Opened:
    """How many of the nearest neighbours carry the digit's own label."""
    k = len(near)
    own = sum(1 for i in near if labels[i] == label)
    counts = {digit: sum(1 for i in near if labels[i] == digit) for digit in range(10)}
    winner = vote([labels[i] for i in near])
    rows = [
        Row(
            label=f"{digit}s",
            substitution=str(count),
            expression=str(count),
            value=float(count),
            share=count / k,
            chosen=digit == winner,
        )
        for digit, count in counts.items()
        if count
    ]
    verdict = "right" if winner == label else f"wrong: the digit is a {label}"
    return Opened(
        title=f"{name}: the {k} nearest",
        formula=r"\frac{1}{k}\sum_{n\in\mathrm{near}}[\,y_n=y\,]",
        substitution=rf"\frac{{{own}}}{{{k}}}",
        expression=f"{own}/{k}",
        value=own / k,
        rows=rows,
        note=f"The vote says {winner}, which is {verdict}. The accuracy under the map is this "
        "vote, right or wrong, over all 2,000.",
    )


def error(name: str, x: Array, y: Array) -> Opened:
    """sum_i (x_i - y_i)^2 of a picture and what came back."""
    terms = (x - y) ** 2
    order = np.argsort(-terms, kind="stable")
    rows = [
        Row(
            label=f"pixel {i // 28 + 1}, {i % 28 + 1}",
            substitution=rf"({number(x[i])}-{number(y[i])})^2",
            expression=f"({literal(float(x[i]))}-{literal(float(y[i]))})**2",
            value=float(terms[i]),
        )
        for i in order[:TOP]
    ]
    every = [f"({literal(float(x[i]))}-{literal(float(y[i]))})**2" for i in order]
    return Opened(
        title=f"{name}: squared error of the way back",
        formula=r"\sum_{i=1}^{784}(x_i-y_i)^2",
        substitution="+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots",
        expression=f"sum({', '.join(every)})",
        value=float(terms.sum()),
        rows=rows,
        note="PCA minimises exactly this, among straight planes. The VAE minimises another loss "
        "and may bend.",
    )
