"""The trellis as an SVG picture: a run's numbers in their nodes, edges by share, the paths."""

import math
from collections.abc import Sequence

import numpy as np

from genmodels.hmm import SmoothingTrace, ViterbiTrace
from genmodels.kit.opened import plain
from genmodels.kit.svg import COMPONENTS, INK, LINE, Drawing

COLUMN, ROW, TOP, GUTTER = 64.0, 58.0, 44.0, 110.0  # px
NODE = (50.0, 30.0)  # px, width and height
MOST_EDGES = 20_000
LONGEST = 14
"""Letters of a label."""


def trellis_svg(
    best: ViterbiTrace, smooth: SmoothingTrace, mode: str,
    states: Sequence[str], seen: Sequence[str], title: str,
) -> str:  # fmt: skip
    """One run in one mode, whole: Viterbi's pointers and path, or the sums' edges by share."""
    T, K = smooth.log_alpha.shape
    height = TOP + K * ROW + 88
    drawing = Drawing(int(GUTTER + T * COLUMN + 10), int(height), title)
    drawing.text(GUTTER, 18, title, size=14, anchor="start", bold=True)
    edges(drawing, best, smooth, mode)
    texts, fills = numbers(best, smooth, mode)
    path = set(enumerate(best.path.tolist())) if mode == "Viterbi" else set()
    for t in range(T):
        for k in range(K):
            node(drawing, t, k, texts[t][k], float(fills[t, k]), (t, k) in path)
    for k, name in enumerate(states):
        drawing.text(
            GUTTER - 12, y_of(k) + 4, cut(name), size=13, anchor="end", colour=hue(k), bold=True
        )
    bottom = TOP + K * ROW + 16
    for t, symbol in enumerate(seen):
        drawing.text(x_of(t), TOP - 8, str(t + 1), size=10)
        drawing.text(x_of(t), bottom, cut(symbol, 8), size=12, bold=True)
    likeliest = smooth.posterior.argmax(axis=1) if smooth.impossible_at is None else np.array([])
    for line, (label, states_of) in enumerate((("best path", best.path), ("posterior", likeliest))):
        drawing.text(GUTTER - 12, bottom + 26 + 22 * line, label, size=11, anchor="end")
        for t, k in enumerate(states_of.tolist()):
            drawing.text(
                x_of(t), bottom + 26 + 22 * line, cut(states[k], 8), size=11, colour=hue(k)
            )
    return str(drawing)


def edges(drawing: Drawing, best: ViterbiTrace, smooth: SmoothingTrace, mode: str) -> None:
    """Lines between neighbouring columns; where there are too many only the widest."""
    T, K = smooth.log_alpha.shape
    width = shares(best, smooth, mode)
    least = 0.006 if T * K * K <= MOST_EDGES else 0.1
    path = best.path.tolist()
    for t in range(T - 1):
        for i in range(K):
            for j in range(K):
                share = float(width[t, i, j])
                if share < least:
                    continue
                on = mode == "Viterbi" and len(path) > 0 and path[t] == i and path[t + 1] == j
                ends = [
                    (x_of(t) + NODE[0] / 2, y_of(i)), (x_of(t + 1) - NODE[0] / 2, y_of(j)),
                ]  # fmt: skip
                drawing.path(ends, INK if on else hue(i), 4.0 if on else 0.6 + 6 * share)


def shares(best: ViterbiTrace, smooth: SmoothingTrace, mode: str) -> np.ndarray:
    """(T-1, K, K) in [0, 1]: an edge's part of the sum that it enters; Viterbi: the winners."""
    T, K = smooth.log_alpha.shape
    if mode == "Viterbi":
        won = np.zeros((T - 1, K, K))
        at, to = np.nonzero(best.back_pointers >= 0)
        won[at, best.back_pointers[at, to], to] = 0.25
        return won
    if mode == "posterior":
        return smooth.pairwise
    terms, axis = (smooth.forward_terms, 1) if mode == "forward" else (smooth.backward_terms, 2)
    most = np.logaddexp.reduce(terms, axis=axis, keepdims=True)
    return np.asarray(np.exp(terms - np.where(np.isneginf(most), 0.0, most)))


def numbers(
    best: ViterbiTrace, smooth: SmoothingTrace, mode: str
) -> tuple[list[list[str]], np.ndarray]:
    """Each node's text, and its share of its column (of the column's best, for Viterbi)."""
    if mode == "posterior":
        values, fills = smooth.posterior, smooth.posterior
    else:
        values = {
            "Viterbi": best.steps.log_delta, "forward": smooth.log_alpha,
            "backward": smooth.log_beta,
        }[mode]  # fmt: skip
        most = values.max(axis=1, keepdims=True)
        fills = np.exp(values - np.where(np.isneginf(most), 0.0, most))
        if mode != "Viterbi":
            fills = fills / np.maximum(fills.sum(axis=1, keepdims=True), math.ulp(0.0))
    return [[plain(float(v)) for v in row] for row in values], fills


def node(drawing: Drawing, t: int, k: int, text: str, share: float, on: bool) -> None:
    w, h = NODE
    left, top = x_of(t) - w / 2, y_of(k) - h / 2
    drawing.rectangle(left, top, w, h, "#ffffff", INK if on else LINE)
    drawing.rectangle(left, top + h * (1 - share), w, h * share, pale(hue(k)), "none")
    drawing.rectangle(left, top, w, h, "none", INK if on else hue(k))
    drawing.text(x_of(t), y_of(k) + 4, text, size=11)


def pale(colour: str) -> str:
    """A hue at 45 % on white."""
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - 0.45 * (255 - c)):02x}" for c in (r, g, b))


def hue(k: int) -> str:
    return COMPONENTS[k % len(COMPONENTS)]


def cut(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def x_of(t: int) -> float:
    return GUTTER + COLUMN * (t + 0.5)


def y_of(k: int) -> float:
    return TOP + ROW * (k + 0.5)
