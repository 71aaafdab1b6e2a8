"""A walk's and a map's numbers, opened."""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.vae.walks import Walk
from pages.vae.properties.case import DRAWS, HOLE, Regular

TOP = 6


def change(walk: Walk, i: int) -> Opened:
    """|y_i+1 - y_i| of step i, counted from 0."""
    before, after = np.rint(255 * walk.y[i]).astype(int), np.rint(255 * walk.y[i + 1]).astype(int)
    terms = ((after - before) / 255.0) ** 2
    order = np.argsort(-terms, kind="stable").tolist()
    every = ", ".join(f"(({after[p]}-{before[p]})/255)**2" for p in order)
    rows = [
        Row(
            f"pixel {p // 28 + 1}, {p % 28 + 1}",
            rf"(({after[p]}-{before[p]})/255)^2",
            f"(({after[p]}-{before[p]})/255)**2",
            float(terms[p]),
        )
        for p in order[:TOP]
    ]
    return Opened(
        title=f"How much the picture changes from step {i + 1} to {i + 2}",
        formula=r"\sqrt{\textstyle\sum_p(y^{(i+1)}_p-y^{(i)}_p)^2}",
        substitution=r"\sqrt{" + "+".join(f"{row.value:.3f}" for row in rows[:3]) + r"+\dots}",
        expression=f"sqrt(sum({every}))",
        value=math.sqrt(float(terms.sum())),
        rows=rows,
        note="A continuous decoder: half the step, about half the change, and never a jump.",
    )


def middle(walk: Walk) -> Opened:
    """|z|^2 in the walk's middle, beside that of its ends."""
    z = walk.z[len(walk.z) // 2]
    d = len(z)
    expression = ", ".join(f"{literal(float(v))}**2" for v in z)
    value = float((z**2).sum())
    ends = [float((walk.z[i] ** 2).sum()) for i in (0, -1)]
    return Opened(
        title="How far out is the walk's middle?",
        formula=rf"|z|^2=\sum_{{j=1}}^{{{d}}}z_j^2",
        substitution="+".join(f"{float(v) ** 2:.3f}" for v in z[:3]) + (r"+\dots" if d > 3 else ""),
        expression=f"sum({expression})",
        value=value,
        rows=[
            Row("at A", number(ends[0]), literal(ends[0]), ends[0]),
            Row("at B", number(ends[1]), literal(ends[1]), ends[1]),
            Row("the prior's mean", str(d), str(float(d)), float(d)),
        ],
        note="Straight lines cut through the inside; arcs keep the distance from the middle.",
    )


def holes(found: Regular) -> Opened:
    """The share of prior draws that fall into holes."""
    return Opened(
        title=f"{found.model}: draws that fall into a hole",
        formula=rf"\frac{{\#\{{z\sim\mathcal N(0,I):\;q(z)<{HOLE:g}\,p(z)\}}}}{{\#\,z}}",
        substitution=rf"\frac{{{found.holes}}}{{{DRAWS}}}",
        expression=f"{found.holes}/{DRAWS}",
        value=found.holes / DRAWS,
        note="q is the mean of the posteriors of 2,000 test digits, none drawn narrower than "
        "0.05. In a hole the decoder was hardly ever asked for anything.",
    )
