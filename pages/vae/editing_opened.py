"""An attribute's prediction from latents, opened, and what a move along its direction adds."""

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.directions import ATTRIBUTES, UNITS, Directions, Edited

TOP = 6


def predicted(directions: Directions, edited: Edited, k: int) -> Opened:
    """c_k + sum_j w_kj z_j of attribute k at the moved z."""
    w, z, c = directions.weights[k], edited.z, float(directions.intercept[k])
    terms = w * z
    order = np.argsort(-np.abs(terms), kind="stable").tolist()
    every = [f"{literal(float(w[j]))}*{literal(float(z[j]))}" for j in order]
    rows = [
        Row(
            label=f"latent {j + 1}",
            substitution=rf"{number(float(w[j]))}\times{number(float(z[j]))}",
            expression=every[n],
            value=float(terms[j]),
        )
        for n, j in enumerate(order[:TOP])
    ]
    name = ATTRIBUTES[k]
    return Opened(
        title=f"Predicted {name}",
        formula=rf"\hat v=c+\sum_{{j=1}}^{{{len(z)}}}w_jz_j",
        substitution=number(c) + "".join(f"{float(terms[j]):+.3f}" for j in order[:2]) + r"+\dots",
        expression=f"sum({', '.join([literal(c), *every])})",
        value=float(terms.sum() + c),
        unit=UNITS[name],
        rows=rows,
        note=f"Least squares over 10,000 training digits; on 2,000 others it explains "
        f"{100 * float(directions.r2[k]):.0f} % of the variance. Measured on the edited picture: "
        f"{float(edited.measured[k]):.3f}.",
    )


def step(directions: Directions, held: bool, k: int) -> Opened:
    """|s_k|: how far z goes for one standard deviation of attribute k."""
    s = directions.steps(held)[k]
    squares = ", ".join(f"{literal(float(v))}**2" for v in s)
    name = ATTRIBUTES[k]
    if held:
        formula = (
            r"\mu\sim a+\sum_k v_kb_k,\quad s=\mathrm{sd}\,b,\quad|s|=\sqrt{\textstyle\sum_js_j^2}"
        )
        note = (
            "How z goes, on average over 10,000 digits, as this attribute grows, the others equal."
        )
    else:
        formula = r"\mu\sim a+v\,b,\quad s=\mathrm{sd}\,b,\quad|s|=\sqrt{\textstyle\sum_js_j^2}"
        note = "How z goes, on average, as this attribute grows: what goes with it comes along."
    order = np.argsort(-np.abs(s), kind="stable").tolist()
    return Opened(
        title=f"One standard deviation of {name}, as a move of z",
        formula=formula,
        substitution=rf"\mathrm{{sd}}={number(float(directions.deviation[k]))}",
        expression=f"sqrt(sum({squares}))",
        value=float(np.sqrt((s**2).sum())),
        rows=[
            Row(f"latent {j + 1}", number(float(s[j])), literal(float(s[j])), float(s[j]))
            for j in order[:TOP]
        ],
        note=note,
    )
