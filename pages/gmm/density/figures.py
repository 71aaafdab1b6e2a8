"""Held-out log-likelihood of three densities, and the mixture's on its own training data."""

import plotly.graph_objects as go

from pages.gmm.density.case import Comparison

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"


def held_out(comparison: Comparison, K: int) -> go.Figure:
    """Nats a point against K; `K` is marked. A histogram at -inf is not drawn but said."""
    c = comparison
    Ks = list(range(1, len(c.mixture) + 1))
    figure = go.Figure()
    figure.add_scatter(
        x=Ks,
        y=c.training,
        name="mixture, its training data",
        mode="lines",
        line={"color": BLUE, "dash": "dot"},
        hovertemplate="K = %{x}: %{y:.3f} on its training data<extra></extra>",
    )
    figure.add_scatter(
        x=Ks,
        y=c.mixture_means,
        name="mixture, held out",
        mode="lines+markers",
        line={"color": BLUE},
        marker={"size": [14 if k == K else 7 for k in Ks]},
        hovertemplate="K = %{x}: %{y:.3f} held out<extra></extra>",
    )
    for name, sums, colour, dash in (
        ("kernel", c.kernel, ORANGE, "dash"),
        ("histogram", c.histogram, GREEN, "longdashdot"),
    ):
        mean = c.mean(sums)
        finite = mean > float("-inf")
        figure.add_scatter(
            x=[1, Ks[-1]] if finite else [None],
            y=[mean, mean] if finite else [None],
            name=f"{name}, held out" + ("" if finite else ": −∞"),
            mode="lines",
            line={"color": colour, "dash": dash},
            hovertemplate=f"{name}: {mean:.3f} held out<extra></extra>",
        )
    figure.update_xaxes(title="components K", dtick=1)
    figure.update_yaxes(title="nats a point")
    figure.update_layout(
        height=300,
        margin={"l": 60, "r": 10, "t": 10, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": -0.22, "yanchor": "top"},
    )
    return figure
