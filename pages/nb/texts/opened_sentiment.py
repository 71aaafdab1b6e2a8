"""The test on held-out reviews opened, and what pairs and negation marks add."""

import numpy as np

from genmodels.datasets.reviews import CLASSES, FEWER, FIVE
from genmodels.kit.opened import Opened, Row, number, plain
from pages.nb.texts.opened import majority as share_of_largest
from pages.nb.texts.sentiment import Against, Tested


def accuracy(test: Tested, cut: float) -> Opened:
    """The share of right calls with a threshold of `cut` nats."""
    (tn, fp), (fn, tp) = test.confusion(cut).tolist()
    return Opened(
        "Accuracy, held out",
        r"\frac{\text{right}}{\text{reviews}}",
        rf"\frac{{{tp} + {tn}}}{{{tp} + {tn} + {fp} + {fn}}}",
        f"({tp} + {tn}) / ({tp} + {tn} + {fp} + {fn})",
        test.accuracy(cut),
        note=f"{tp} of five stars and {tn} of fewer were called so.",
    )


def majority(test: Tested) -> Opened:
    """What calling every review five stars would reach."""
    return share_of_largest(int(test.five.sum()), len(test.five), CLASSES[FIVE], test.majority)


def auc(test: Tested) -> Opened:
    """The share of pairs, one review of each class, in which five stars scores higher."""
    good, poor = test.log_odds[test.five == FIVE], np.sort(test.log_odds[test.five == FEWER])
    below = np.searchsorted(poor, good, side="left")
    ties = np.searchsorted(poor, good, side="right") - below
    won, tied = int(below.sum()), int(ties.sum())
    pairs = f"({len(good)} * {len(poor)})"
    return Opened(
        "AUC",
        r"\frac{\#\{\text{pairs ranked right}\} + \frac12 \#\{\text{ties}\}}{n_1 n_0}",
        rf"\frac{{{won} + {tied} / 2}}{{{len(good)} \cdot {len(poor)}}}",
        f"({won} + {tied} / 2) / {pairs}",
        test.curves.auc,
        note="Of all pairs of a five-star review and a poorer one, how often the better one "
        "scores higher, whatever the threshold.",
    )


def cell(test: Tested, cut: float, truth: int, called: int) -> Opened:
    """One cell of the table of truth and call."""
    row = test.confusion(cut)[truth].tolist()
    sign = ">" if called == FIVE else r"\le"
    return Opened(
        f"{CLASSES[truth].capitalize()}, called {CLASSES[called]}",
        rf"\#\{{\text{{{CLASSES[truth]}}},\ t {sign} {number(cut)}\}}",
        f"{sum(row)} - {row[1 - called]}",
        f"{sum(row)} - {row[1 - called]}",
        float(row[called]),
        f"of {sum(row)} reviews",
        rows=tuple(
            Row(f"called {CLASSES[v]}", "", str(row[v]), float(row[v]),
                share=row[v] / sum(row), chosen=v == called)
            for v in (FEWER, FIVE)
        ),
        note="t: log-odds of five stars in nats; the threshold is on their probability.",
    )  # fmt: skip


# -- pairs and negation marks ----------------------------------------------------------------------


def against_words(one: Against) -> Opened:
    """How many of the held-out reviews it calls right, and which changed beside single words."""
    words = one.right - one.gained + one.lost
    moved = (
        f"Single words call {words} right; here {one.gained} more are, and {one.lost} no longer: "
        f"as uneven a split comes by chance with probability {plain(one.p_value, 2)} (McNemar)."
        if one.gained or one.lost
        else "What the others are compared with."
    )
    return Opened(
        f"{one.kind[0].upper()}{one.kind[1:]}: right",
        r"\frac{\text{right}}{\text{held-out reviews}}",
        rf"\frac{{{one.right}}}{{{one.total}}}",
        f"{one.right} / {one.total}",
        one.right / one.total,
        note=f"Learnt from 3,980 reviews. {moved}",
    )
