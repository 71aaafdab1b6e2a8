"""A base opened: the forward step into it; a call's counts: precision, recall, accuracy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from genmodels.kit.opened import Opened, Row, literal, number

Array = NDArray[np.float64]
SHOWN = 4
"""Terms of a sum that are written out."""


def forward_step(
    before: Array | None,
    initial: Array,
    A: Array,
    shows: Array,
    k: int,
    names: Sequence[str],
    base: str,
) -> Opened:
    """P(z_t = k | x_1..x_t) from the base before's, (K,), or from `initial` where there is none.

    `shows` (K,): how likely each state shows this base.
    """
    predicted = initial if before is None else before @ A
    weighed = predicted * shows
    total = float(weighed.sum())
    terms = []
    for j in range(len(shows)):
        came = (
            literal(float(initial[j]))
            if before is None
            else "sum("
            + ", ".join(f"{literal(float(f))} * {literal(float(a))}"
                        for f, a in zip(before, A[:, j], strict=True))
            + ")"
        )  # fmt: skip
        terms.append(f"{came} * {literal(float(shows[j]))}")
    seen = [j for j in range(len(shows)) if shows[j] > 0]
    rows = tuple(
        Row(
            f"{names[j]}: {100 * float(predicted[j]):.3g} % × {float(shows[j]):.3g}",
            "",
            terms[j],
            float(weighed[j]),
            share=float(weighed[j]) / total,
            chosen=j == k,
        )
        for j in seen
    )
    if before is None:
        sums = rf"\pi_{{{names[k]}}} = {number(float(initial[k]))}"
    else:
        order = np.argsort(-(before * A[:, k]), kind="stable")[:SHOWN]
        shown = " + ".join(
            rf"{number(float(before[i]))} \cdot {number(float(A[i, k]))}" for i in order
        )
        sums = shown + (r" + \dots" if len(before) > SHOWN else "")
    return Opened(
        title=f"Forward step into {base}",
        formula=(
            r"\begin{aligned} & \hat\alpha_t^-(k) = \sum_i \hat\alpha_{t-1}(i)\, A_{ik} \\[3pt] "
            r"& \hat\alpha_t(k) = \frac{\hat\alpha_t^-(k)\, b_k(x_t)}"
            r"{\sum_j \hat\alpha_t^-(j)\, b_j(x_t)} \end{aligned}"
        ),
        substitution=(
            rf"\begin{{aligned}} & \hat\alpha_t^- = {sums} \\[3pt] "
            rf"& \quad = {number(float(predicted[k]))} \\[3pt] "
            rf"& \hat\alpha_t = \frac{{{number(float(weighed[k]))}}}{{{number(total)}}}"
            r" \end{aligned}"
        ),
        expression=f"({terms[k]}) / sum({', '.join(terms[j] for j in seen)})",
        value=float(weighed[k]) / total,
        rows=rows,
        note="No base after this one is used.",
    )


def share(title: str, top: int, bottom: int, what: tuple[str, str], note: str = "") -> Opened:
    """A share of counted bases: top / bottom, 0 where there is nothing to count."""
    value = top / bottom if bottom else 0.0
    return Opened(
        title=title,
        formula=rf"\frac{{\text{{{what[0]}}}}}{{\text{{{what[1]}}}}}",
        substitution=rf"\frac{{{top:,}}}{{{bottom:,}}}".replace(",", r"{,}"),
        expression=f"{top} / {bottom}" if bottom else "0.0",
        value=value,
        note=note,
    )


def bic(log_prob: float, parameters: int, n: int, K: int) -> Opened:
    """-2 log P + parameters log n."""
    return Opened(
        title=f"BIC of {K} states" if K > 1 else "BIC of one state",
        formula=r"-2 \log P(x) + p \log T",
        substitution=(
            rf"\begin{{aligned}} & -2 \cdot ({number(log_prob, 8)}) \\[3pt] "
            rf"& \quad + {parameters} \log {n} \end{{aligned}}"
        ),
        expression=f"-2 * {literal(log_prob)} + {parameters} * log({n})",
        value=float(-2 * log_prob + parameters * np.log(n)),
        note=(
            f"p: {K - 1} of pi, {K * (K - 1)} of A, {3 * K} of the emissions. Lower is better. "
            "Bases of a genome aren't draws of this model, so no K is the true one."
        ),
    )
