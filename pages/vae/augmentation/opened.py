"""What data augmentation changed, opened: the paired difference, an accuracy, samples as asked."""

import math

from genmodels.kit.opened import Opened, Row, literal, number
from pages.vae.augmentation.board import T_4, Difference, Nearest
from pages.vae.augmentation.case import MADE, Made, Result


def difference(one: Difference) -> Opened:
    """The mean over seeds of the arm's accuracy less the labels' alone."""
    n = len(one.by_seed)
    verdicts = {
        "helps": "So it helps.",
        "harms": "So it harms.",
        "can't tell": "So nothing can be told.",
    }
    away = f"{abs(one.mean) / one.error:.1f}" if one.error else "any number"
    said = (
        f"By {one.learner}, {one.size} labels a class, the same labels in both. Standard error "
        f"{100 * one.error:.2f} points; the mean is {away} of these from 0, and {T_4:g} are needed "
        f"with {n} seeds. {verdicts[one.verdict]}"
    )
    return Opened(
        title=f"{one.arm} less labels alone",
        formula=r"\bar d=\tfrac1n\sum_{s=1}^{n}d_s,\qquad d_s=\mathrm{acc}_s-\mathrm{acc}^0_s",
        substitution=rf"\tfrac1{n}({'+'.join(f'({v:.4f})' for v in one.by_seed[:2])}+\dots)",
        expression=f"sum({', '.join(literal(v) for v in one.by_seed)})/{n}",
        value=one.mean,
        rows=[
            Row(f"seed {s}", f"{100 * v:+.2f} points", literal(v), v)
            for s, v in enumerate(one.by_seed)
        ],
        note=said,
    )


def accuracy(one: Result) -> Opened:
    """Right of 2,000."""
    right, n = int(one.right.sum()), len(one.right)
    error = math.sqrt(one.accuracy * (1 - one.accuracy) / n)
    return Opened(
        title=f"{one.arm}, {one.learner}",
        formula=r"\frac{\#\{\hat y=y\}}{n}",
        substitution=rf"\frac{{{right}}}{{{n}}}",
        expression=f"{right}/{n}",
        value=one.accuracy,
        note=f"Of the 2,000 test digits; standard error {100 * error:.1f} points.",
    )


def as_asked(one: Made) -> Opened:
    """The share of the CVAE's samples that are read as the digit asked for."""
    good, n = int(one.as_asked.sum()), len(one.judged)
    return Opened(
        title="Samples read as the digit asked for",
        formula=r"\frac{\#\{\text{read as asked}\}}{n}",
        substitution=rf"\frac{{{good}}}{{{n}}}",
        expression=f"{good}/{n}",
        value=good / n,
        rows=[
            Row(
                f"asked for a {k}",
                rf"\frac{{{int(part.sum())}}}{{{MADE}}}",
                f"{int(part.sum())}/{MADE}",
                float(part.mean()),
                float(part.mean()),
            )
            for k, part in enumerate(one.as_asked.reshape(10, MADE))
        ],
        note="Read by a classifier that learnt from all 60,000 labels: a judge that the experiment "
        "itself never sees. The rest teach a wrong label.",
    )


def nearest(one: Nearest) -> Opened:
    """How far a sample lies from the nearest labelled digit of its class."""
    squared = one.distance**2
    return Opened(
        title="Is this sample a copy?",
        formula=r"\min_i\lVert x-x_i\rVert",
        substitution=rf"\sqrt{{{number(squared)}}}",
        expression=f"sqrt({literal(squared)})",
        value=math.sqrt(squared),
        note=f"To the nearest labelled digit of its class. Labelled digits lie {one.usual:.2f} "
        "from their nearest fellow on the mean. 0 would be a copy; a soft picture lies nearer to "
        "all.",
    )
