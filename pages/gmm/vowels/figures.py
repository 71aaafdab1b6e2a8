"""What is said and what is heard, as a square of counts; and the clusters that nobody labelled."""

import math

import plotly.graph_objects as go

from genmodels.datasets import vowels
from genmodels.kit.figures import COMPONENTS
from pages.gmm.vowels.case import HeldOut, Unlabelled

TURNS = 48
GREY = "#8a94a0"


def confusion(found: HeldOut) -> go.Figure:
    """Rows what was said, columns what it was taken for; the colour is the part of the row."""
    words = vowels.load().words
    total = found.table.sum(axis=1, keepdims=True)
    figure = go.Figure(
        go.Heatmap(
            z=found.table / total,
            x=words,
            y=words,
            text=[[str(n) if n else "" for n in row] for row in found.table.tolist()],
            texttemplate="%{text}",
            customdata=found.table,
            hovertemplate="said %{y}, taken for %{x}: %{customdata}<extra></extra>",
            colorscale="Blues",
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    figure.update_xaxes(title="taken for", side="bottom", tickangle=-45)
    figure.update_yaxes(title="said", autorange="reversed")
    return _plain(figure, 400)


def clusters(found: Unlabelled, labels: list[int]) -> go.Figure:
    """Components that were told no vowel: their ellipses, and each vowel's sign where it was said.

    labels: what was said, an index into the words, for each row of `found.X`.
    """
    figure = go.Figure()
    words = vowels.load().words
    for k in range(found.model.n_components):
        colour = COMPONENTS[k % len(COMPONENTS)]
        own = found.labels == k
        figure.add_scatter(
            x=found.X[own, 1],
            y=found.X[own, 0],
            mode="text",
            text=[vowels.SYMBOLS[c] for c, mine in zip(labels, own, strict=True) if mine],
            customdata=[words[c] for c, mine in zip(labels, own, strict=True) if mine],
            textfont={"color": colour, "size": 10},
            hovertemplate=f"component {k + 1}, said %{{customdata}}<extra></extra>",
            showlegend=False,
        )
        xs, ys = ellipse(found, k)
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"color": colour, "width": 2.5},
            showlegend=False,
            hoverinfo="skip",
        )
        taken = found.matching.classes[k]
        figure.add_annotation(
            x=found.model.means[k, 1],
            y=found.model.means[k, 0],
            text=f"<b>{k + 1} {words[taken] if taken >= 0 else 'none'}</b>",
            showarrow=False,
            bgcolor="rgba(255,255,255,0.85)",
            font={"color": "#1a1a1a"},
        )
    figure.update_xaxes(title="F2, standardised", autorange="reversed", zeroline=False)
    figure.update_yaxes(title="F1, standardised", autorange="reversed", zeroline=False)
    return _plain(figure, 400)


def ellipse(found: Unlabelled, k: int) -> tuple[list[float], list[float]]:
    """Two standard deviations of component k: F2's and F1's coordinates, closed."""
    (a, b), (_, d) = found.model.full_covariances()[k].tolist()
    m1, m2 = found.model.means[k].tolist()
    l11 = math.sqrt(a)
    l21, l22 = b / l11, math.sqrt(max(d - b * b / a, 0))
    turns = [2 * math.pi * t / TURNS for t in range(TURNS + 1)]
    down = [m1 + 2 * l11 * math.cos(t) for t in turns]
    across = [m2 + 2 * (l21 * math.cos(t) + l22 * math.sin(t)) for t in turns]
    return across, down


def bic(values: list[float], K: int) -> go.Figure:
    """BIC against K; the lowest and the K on show are marked."""
    best = values.index(min(values)) + 1
    Ks = list(range(1, len(values) + 1))
    figure = go.Figure()
    figure.add_scatter(
        x=Ks,
        y=values,
        mode="lines+markers",
        line={"color": COMPONENTS[0]},
        marker={"size": [13 if k == K else 7 for k in Ks]},
        showlegend=False,
        hovertemplate="K = %{x}: BIC %{y:.1f}<extra></extra>",
    )
    figure.add_annotation(x=best, y=values[best - 1], text=f"lowest: K = {best}", ay=36, ax=0)
    figure.add_vline(x=len(vowels.load().words), line={"color": GREY, "dash": "dot"})
    figure.update_xaxes(title="components K (dotted: ten vowels)", dtick=1)
    figure.update_yaxes(title="BIC, lower is better")
    return _plain(figure, 250)


def _plain(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 60, "r": 10, "t": 10, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
