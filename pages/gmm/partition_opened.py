"""Clusters opened: the nearest centre, the inertia, and how two partitions of points agree."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from genmodels.gmm import Array
from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.kmeans import KMeansStep, squared_distances

Labels = NDArray[np.int64]
SHOWN = 3
"""Terms of a long sum that are written out."""


# -- k-means -------------------------------------------------------------------------------------


def nearest(centres: Array, x: Array, title: str) -> Opened:
    """The squared distance from x (2,) to its nearest centre, beside those to all others."""
    x = np.asarray(x, dtype=np.float64)
    d2 = squared_distances(x[None], centres)[0]
    chosen = int(d2.argmin())
    rows = tuple(
        Row(
            f"centre {k + 1}",
            " + ".join(_square(float(a), float(b)) for a, b in zip(x, c, strict=True)),
            " + ".join(
                f"({literal(float(a))} - {literal(float(b))}) * "
                f"({literal(float(a))} - {literal(float(b))})"
                for a, b in zip(x, c, strict=True)
            ),
            float(d2[k]),
            chosen=k == chosen,
        )
        for k, c in enumerate(centres)
    )
    return Opened(
        title=title,
        formula=_aligned(
            [r"z = \arg\min_k |x - c_k|^2", r"|x - c|^2 = \textstyle\sum_d (x_d - c_d)^2"]
        ),
        substitution=_aligned(
            [
                rf"|x - c_{{{chosen + 1}}}|^2 = {_square(float(x[0]), float(centres[chosen, 0]))}",
                *(
                    rf"\quad + {_square(float(a), float(b))}"
                    for a, b in zip(x[1:], centres[chosen, 1:], strict=True)
                ),
            ]
        ),
        expression=f"max({', '.join(f'-({row.expression})' for row in rows)}) * -1",
        value=float(d2[chosen]),
        rows=rows,
        note=(
            f"The smallest wins: the point belongs to cluster {chosen + 1}, wholly. How much "
            "smaller it is doesn't count."
        ),
    )


def inertia(step: KMeansStep, X: Array) -> Opened:
    """The sum of squared distances from each point to its centre, and the clusters' parts of it."""
    d2 = ((X - step.centres[step.labels]) ** 2).sum(axis=1)
    rows = []
    for k in range(len(step.centres)):
        own = d2[step.labels == k]
        expression = f"sum({', '.join(map(literal, own.tolist()))})" if len(own) else "0.0"
        rows.append(
            Row(
                f"cluster {k + 1}, {len(own):,} points",
                number(float(own.sum())),
                expression,
                float(own.sum()),
                share=float(own.sum() / d2.sum()) if d2.sum() > 0 else None,
            )
        )
    shown = rows[:SHOWN]
    return Opened(
        title=f"Inertia, iteration {step.iteration}",
        formula=r"J = \sum_n |x_n - c_{z_n}|^2",
        substitution=_aligned(_sum_lines([row.substitution for row in shown], len(rows), "J")),
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=step.inertia,
        rows=tuple(rows),
        note="In squared units of the axes: what an axis with large numbers says counts most.",
    )


# -- two partitions ------------------------------------------------------------------------------


class Matching(NamedTuple):
    """Which class each cluster is taken for, so that most points are right.

    `table` (K, C) counts the points of each cluster and class; `classes` (K,) has -1 for a cluster
    that no class is left for; `right` is the number of points in their cluster's class.
    """

    table: Labels
    classes: Labels
    right: int


def match(clusters: Labels, truth: Labels, K: int, C: int) -> Matching:
    """One class for one cluster at most (the assignment problem, Kuhn 1955)."""
    table = np.zeros((K, C), dtype=np.int64)
    np.add.at(table, (clusters, truth), 1)
    rows, columns = linear_sum_assignment(-table)
    classes = np.full(K, -1, dtype=np.int64)
    classes[rows] = columns
    return Matching(table, classes, int(table[rows, columns].sum()))


def accuracy(clusters: Labels, truth: Labels, K: int, names: Sequence[str], title: str) -> Opened:
    """The part of the points whose cluster is taken for their class, in the best matching."""
    table, classes, right = match(clusters, truth, K, len(names))
    N = len(truth)
    rows = tuple(
        Row(
            f"cluster {k + 1} as “{names[c]}”" if c >= 0 else f"cluster {k + 1} as none",
            str(table[k, c] if c >= 0 else 0),
            str(table[k, c] if c >= 0 else 0),
            float(table[k, c] if c >= 0 else 0),
            share=float(table[k, c] / table[k].sum()) if c >= 0 and table[k].sum() else None,
        )
        for k, c in enumerate(classes.tolist())
    )
    counts = [row.substitution for row in rows if row.value]
    return Opened(
        title=title,
        formula=r"\text{accuracy} = \frac{1}{N} \max_{\text{matching}} \sum_k n_{k, c(k)}",
        substitution=_aligned([*_sum_lines(counts, len(counts), "n"), rf"\frac{{{right}}}{{{N}}}"]),
        expression=f"sum({', '.join(row.expression for row in rows)}) / {N}",
        value=right / N,
        rows=rows,
        note="Each cluster stands for one class at most. The share is that class's part of it.",
    )


def adjusted_rand(clusters: Labels, truth: Labels, title: str) -> Opened:
    """The adjusted Rand index: pairs of points kept together, against chance (Hubert, Arabie 1985).

    1 where the partitions are one, about 0 where they have nothing to do with each other.
    """
    table = np.zeros((int(clusters.max()) + 1, int(truth.max()) + 1), dtype=np.int64)
    np.add.at(table, (clusters, truth), 1)
    N = len(truth)
    both, ours, theirs, pairs = (
        _pairs(v) for v in (table.ravel(), table.sum(axis=1), table.sum(axis=0), np.array([N]))
    )
    expected = ours.value * theirs.value / pairs.value if pairs.value else 0.0
    chance = f"({ours.expression}) * ({theirs.expression}) / ({pairs.expression})"
    half = (ours.value + theirs.value) / 2
    rows = (
        Row("pairs together in both", number(both.value), both.expression, both.value),
        Row("pairs in one cluster", number(ours.value), ours.expression, ours.value),
        Row("pairs in one class", number(theirs.value), theirs.expression, theirs.value),
        Row("all pairs", number(pairs.value), pairs.expression, pairs.value),
    )
    note = "1 is the same partition, 0 is chance."
    if half == expected:  # one cluster and one class, or every point alone in both
        return Opened(title, _ARI, r"\text{both partitions are one}", "1.0", 1.0, "", rows, note)
    e = number(expected, 4)
    return Opened(
        title=title,
        formula=_ARI,
        substitution=_aligned(
            [
                rf"E = \frac{{{number(ours.value, 4)} \cdot {number(theirs.value, 4)}}}"
                rf"{{{number(pairs.value, 4)}}} = {e}",
                rf"\frac{{{number(both.value, 4)} - {e}}}{{{number(half, 4)} - {e}}}",
            ]
        ),
        expression=(
            f"(({both.expression}) - {chance}) / "
            f"((({ours.expression}) + ({theirs.expression})) / 2 - {chance})"
        ),
        value=(both.value - expected) / (half - expected),
        rows=rows,
        note=note,
    )


def disagreement(ours: Labels, theirs: Labels, K: int, title: str) -> Opened:
    """Points with another number in one partition than in the other, counted by pair of numbers."""
    table = np.zeros((K, K), dtype=np.int64)
    np.add.at(table, (ours, theirs), 1)
    np.fill_diagonal(table, 0)
    order = [divmod(int(i), K) for i in np.argsort(-table, axis=None, kind="stable")]
    rows = tuple(
        Row(
            f"k-means {i + 1}, mixture {j + 1}",
            str(table[i, j]),
            str(table[i, j]),
            float(table[i, j]),
        )
        for i, j in order
        if table[i, j]
    )
    total = int(table.sum())
    return Opened(
        title=title,
        formula=r"\sum_n [\, z_n \neq \arg\max_k \gamma_{nk} \,]",
        substitution=_aligned(
            _sum_lines([row.substitution for row in rows[:SHOWN]], len(rows), "") or ["0"]
        ),
        expression=f"sum({', '.join(row.expression for row in rows)})",
        value=float(total),
        unit=f"of {len(ours):,} points",
        rows=rows,
        note="Both began at the same means, so a cluster and a component keep the same number.",
    )


# -- words ---------------------------------------------------------------------------------------

_ARI = r"\text{ARI} = \frac{\text{both} - E}{\tfrac12(\text{clusters} + \text{classes}) - E}"


class _Pairs(NamedTuple):
    value: float
    expression: str


def _pairs(counts: Labels) -> _Pairs:
    """sum_i n_i (n_i - 1) / 2."""
    kept = [int(n) for n in counts if n > 1]
    expression = f"sum({', '.join(f'{n} * ({n} - 1) / 2' for n in kept)})"
    return _Pairs(math.fsum(n * (n - 1) / 2 for n in kept), expression)


def _square(a: float, b: float) -> str:
    second = f"({_short(b)})" if b < 0 else _short(b)
    return f"({_short(a)} - {second})^2"


def _short(value: float) -> str:
    return number(value, 4)


def _aligned(lines: Sequence[str]) -> str:
    return (
        r"\begin{aligned} " + r" \\[3pt] ".join(f"& {line}" for line in lines) + r" \end{aligned}"
    )


def _sum_lines(terms: Sequence[str], n: int, name: str) -> list[str]:
    """A sum's first terms, one a line, and how many more there are."""
    shown = terms[:SHOWN]
    lines = [
        (f"{name} = " if i == 0 and name else r"\quad + " if i else "") + term
        for i, term in enumerate(shown)
    ]
    return [*lines, rf"\quad + \text{{{n - len(shown):,} more}}"] if n > len(shown) else lines
