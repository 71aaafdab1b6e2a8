"""A guess from few labels, opened: a logit, its softmax, or the nearest labelled digit."""

import math

import numpy as np

from genmodels.kit.opened import Opened, Row, literal, number
from pages.vae.few_labels.case import Array, Fit, standardised

TOP = 6


def logit(found: Fit, i: int, digit: int) -> Opened:
    """a_c = b_c + sum_j w_cj f_j of one digit c, over the features f of test digit `i`."""
    f, w, b = standardised(found, i), found.weights[digit], float(found.bias[digit])
    terms = w * f
    order = np.argsort(-np.abs(terms), kind="stable")
    every = [f"{literal(float(w[j]))}*{literal(float(f[j]))}" for j in order]
    rows = [
        Row(
            label=f"feature {j + 1}",
            substitution=rf"{number(w[j])}\times{number(f[j])}",
            expression=every[n],
            value=float(terms[j]),
        )
        for n, j in enumerate(order[:TOP].tolist())
    ]
    return Opened(
        title=f"How much speaks for {digit}?",
        formula=rf"a_{digit}=b_{digit}+\sum_{{j=1}}^{{{len(f)}}}w_{{{digit}j}}f_j",
        substitution=number(b)
        + "".join(f"{float(terms[j]):+.3f}" for j in order[:2])
        + (r"+\dots" if len(f) > 2 else ""),
        expression=f"sum({', '.join([literal(b), *every])})",
        value=float(terms.sum() + b),
        rows=rows,
        note="Features are centred on the labelled digits and divided by their spread.",
    )


def probability(found: Fit, i: int) -> Opened:
    """p_c = exp(a_c) / sum_k exp(a_k) of the guessed digit."""
    a: Array = found.weights @ standardised(found, i) + found.bias
    c = int(found.guess[i])
    p = np.exp(a - a.max())
    p /= p.sum()
    rows = [
        Row(
            label=f"{k}",
            substitution=rf"e^{{{number(float(a[k]))}}}",
            expression=f"exp({literal(float(a[k]))})",
            value=math.exp(float(a[k])),
            share=float(p[k]),
            chosen=k == c,
        )
        for k in np.argsort(-a, kind="stable").tolist()
    ]
    total = ", ".join(row.expression for row in rows)
    return Opened(
        title=f"The guess: {c}",
        formula=rf"p_{c}=\frac{{e^{{a_{c}}}}}{{\sum_k e^{{a_k}}}}",
        substitution=rf"\frac{{e^{{{number(float(a[c]))}}}}}{{\dots}}",
        expression=f"exp({literal(float(a[c]))})/sum({total})",
        value=float(p[c]),
        rows=rows,
    )


def nearest(found: Fit, i: int, labels: np.ndarray, features: Array) -> Opened:
    """The distance to the nearest labelled digit, with the runners-up of other labels."""
    f = standardised(found, i)
    known = (features[found.chosen] - found.centre) / found.scale
    distance = np.sqrt(((known - f) ** 2).sum(axis=1))
    best = {
        int(c): int(np.flatnonzero(labels == c)[distance[labels == c].argmin()])
        for c in set(labels)
    }
    j = int(found.nearest[i])
    gaps = (known[j] - f) ** 2
    order = np.argsort(-gaps, kind="stable")
    every = [f"({literal(float(known[j][n]))}-{literal(float(f[n]))})**2" for n in order]
    rows = [
        Row(
            label=f"nearest {c}",
            substitution=f"{distance[place]:.3f}",
            expression=repr(float(distance[place])),
            value=float(distance[place]),
            chosen=place == j,
        )
        for c, place in sorted(best.items(), key=lambda item: distance[item[1]])
    ]
    return Opened(
        title=f"The guess: {int(found.guess[i])}, as its nearest labelled digit",
        formula=r"\min_n\ \sqrt{\textstyle\sum_j(f_j-f_{nj})^2}",
        substitution=rf"\sqrt{{{gaps[order[0]]:.4f}+\dots}}",
        expression=f"sqrt(sum({', '.join(every)}))",
        value=float(distance[j]),
        rows=rows,
    )


def accuracy(found: Fit) -> Opened:
    """Right guesses over all test digits, and by digit."""
    from genmodels.datasets import mnist

    labels = mnist.shown().labels
    rows = []
    for digit in range(10):
        of = labels == digit
        right, n = int(found.right[of].sum()), int(of.sum())
        rows.append(
            Row(
                label=f"{digit}s",
                substitution=f"{right}/{n}",
                expression=f"{right}/{n}",
                value=right / n,
                share=right / n,
            )
        )
    right, n = int(found.right.sum()), len(labels)
    return Opened(
        title="Accuracy on the 2,000",
        formula=r"\frac{1}{N}\sum_{i=1}^{N}[\hat y_i=y_i]",
        substitution=rf"\frac{{{right}}}{{{n}}}",
        expression=f"{right}/{n}",
        value=right / n,
        rows=rows,
        note="By digit below: a class that the few labels happen to show badly is lost.",
    )
