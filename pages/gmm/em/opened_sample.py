"""A draw opened: which component u picks, and where L z carries the point."""

import numpy as np

from genmodels.gmm import GaussianMixture
from genmodels.gmm.sampling import Draws
from genmodels.kit.opened import Opened, Row, literal, number


def pick(model: GaussianMixture, draws: Draws, n: int) -> Opened:
    """Where u falls among the weights laid end to end: the component's place in them."""
    u, k = float(draws.u[n]), int(draws.components[n])
    ends = np.cumsum(model.weights / model.weights.sum())
    rows = tuple(
        Row(
            f"component {j + 1}, up to",
            number(float(end)),
            literal(float(end)),
            float(end),
            share=float(model.weights[j]),
            chosen=j == k,
        )
        for j, end in enumerate(ends)
    )
    below = " + ".join(f"(1 if {row.expression} <= {literal(u)} else 0)" for row in rows[:-1])
    return Opened(
        title=f"Draw {n + 1}: component {k + 1}",
        formula=r"k = 1 + \#\{\, j : \pi_1 + \dots + \pi_j \le u \,\}",
        substitution=rf"u = {number(u, 4)}",
        expression=f"1 + {below}" if below else "1",
        value=k + 1.0,
        rows=rows,
        note="u is uniform on 0 to 1, so a component is picked as often as its weight says.",
    )


def place(model: GaussianMixture, draws: Draws, n: int, axis: int) -> Opened:
    """One coordinate of x = mu + L z."""
    k = int(draws.components[n])
    mu, L, z = model.means[k], draws.factors[k], draws.z[n]
    rows = (
        Row("mean", number(float(mu[axis])), literal(float(mu[axis])), float(mu[axis])),
        *(
            Row(
                f"L{'₁₂'[axis]}{'₁₂'[j]} z{'₁₂'[j]}",
                rf"{number(float(L[axis, j]))} \cdot ({number(float(z[j]))})",
                f"{literal(float(L[axis, j]))} * {literal(float(z[j]))}",
                float(L[axis, j] * z[j]),
            )
            for j in range(axis + 1)
        ),
    )
    lines = [
        (r"\quad + " if i else rf"x_{axis + 1} = ") + row.substitution for i, row in enumerate(rows)
    ]
    body = r" \\[3pt] ".join(f"& {line}" for line in lines)
    return Opened(
        title=f"Draw {n + 1}: coordinate {axis + 1}",
        formula=r"x = \mu_k + L_k z, \qquad L_k L_k^{\top} = \Sigma_k",
        substitution=rf"\begin{{aligned}} {body} \end{{aligned}}",
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=float(draws.x[n, axis]),
        rows=rows,
        note="z is a pair of standard normal numbers; L stretches and tilts it into the ellipse.",
    )
