"""A criterion against the number of states; durations under two laws; the chain that makes them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.hmm.regimes_figures import GREY, plain
from pages.hmm.states import case as states_run
from pages.hmm.states import durations as durations_run
from pages.hmm.states.case import CRITERIA, Fit
from pages.hmm.states.durations import Array, Durations, Law

GEOMETRIC, CHAIN = COMPONENTS[1], COMPONENTS[0]


def criterion(fits: Sequence[Fit], name: str, K: int, truth: float | None) -> go.Figure:
    """BIC or held-out log-likelihood by K, the best ringed, the chosen K in a square.

    truth: the held-out value of the model that the data were drawn from, where there is one.
    """
    field, _ = CRITERIA[name]
    own = sorted(fits, key=lambda one: one.K)
    values = [getattr(one, field) for one in own]
    figure = go.Figure()
    figure.add_scatter(
        x=[one.K for one in own],
        y=values,
        customdata=[[one.K, one.parameters, one.log_likelihood] for one in own],
        mode="lines+markers",
        line={"color": COMPONENTS[0], "width": 2},
        marker={"size": 10},
        showlegend=False,
        hovertemplate=f"K = %{{x}}: {name} %{{y:.6g}}<br>%{{customdata[1]}} parameters, "
        "log-likelihood %{customdata[2]:.2f}<extra></extra>",
    )
    winner = states_run.best(list(own), name)
    for one, symbol, size, colour in (
        (winner, "circle-open", 22, COMPONENTS[1]),
        (next((f for f in own if f.K == K), None), "square-open", 30, GREY),
    ):
        if one is not None:
            figure.add_scatter(
                x=[one.K],
                y=[getattr(one, field)],
                customdata=[[one.K]],
                mode="markers",
                marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": 2.5}},
                showlegend=False,
                hoverinfo="skip",
            )
    if winner is not None:
        figure.add_annotation(
            x=winner.K,
            y=getattr(winner, field),
            text=f"best: K = {winner.K}",
            ax=0,
            ay=-34 if name == "BIC" else 34,
        )
    if truth is not None and name == "held out":
        figure.add_hline(
            y=truth,
            line={"color": GREY, "dash": "dash"},
            annotation_text="the casino itself",
            annotation_position="bottom right",
        )
    unit = "nats a step, higher is better" if name == "held out" else "lower is better"
    figure.update_xaxes(title="states K", dtick=1, range=[0.6, states_run.K_MAX + 0.4])
    figure.update_yaxes(title=f"{name} ({unit})", tickformat=".5~g" if name == "BIC" else "")
    return _chosen(plain(figure, 400))


def _chosen(figure: go.Figure) -> go.Figure:
    figure.update_layout(clickmode="event+select")
    return figure


def durations(found: Durations, geometric: Law, chosen: Law | None, d: int) -> go.Figure:
    """The real durations as bars, the geometric law, and that of n sub-states; d is marked."""
    edges, share, width = durations_run.histogram(found)
    longest = int(found.d.max())
    at = np.unique(np.linspace(1, longest, min(longest, 400)).astype(np.int64))
    figure = go.Figure()
    figure.add_bar(
        x=edges + (width - 1) / 2,
        y=share,
        width=width,
        marker={"color": GREY, "opacity": 0.5},
        name="real",
        hovertemplate="%{x}: %{y:.4f}<extra>real</extra>",
    )
    figure.add_scatter(
        x=at,
        y=np.exp(durations_run.log_prob(at, geometric.a, 1)),
        mode="lines",
        line={"color": GEOMETRIC, "width": 2.5, "dash": "dash"},
        name="geometric",
        hovertemplate="%{x}: %{y:.4f}<extra>geometric</extra>",
    )
    if chosen is not None and chosen.n > 1:
        figure.add_scatter(
            x=at,
            y=np.exp(durations_run.log_prob(at, chosen.a, chosen.n)),
            mode="lines",
            line={"color": CHAIN, "width": 3},
            name=f"{chosen.n} sub-states",
            hovertemplate="%{x}: %{y:.4f}<extra>" + f"{chosen.n} sub-states</extra>",
        )
    figure.add_vline(x=d, line={"color": GREY, "dash": "dot", "width": 1})
    figure.update_xaxes(title=f"duration d, {found.unit}", rangemode="tozero")
    figure.update_yaxes(title="P(d)", rangemode="tozero")
    figure.update_layout(bargap=0)
    return _legend(_below_tools(plain(figure, 340, legend=True)))


def _below_tools(figure: go.Figure) -> go.Figure:
    """A phone shows the tool bar all the time: nothing is drawn under it."""
    figure.update_layout(margin={"t": 34})
    return figure


def _legend(figure: go.Figure) -> go.Figure:
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"})
    return figure


def by_n(tried: Sequence[Law], n: int) -> go.Figure:
    """Log-likelihood a duration by the number of sub-states; impossible ones are left out."""
    possible = [one for one in tried if np.isfinite(one.each)]
    figure = go.Figure()
    figure.add_scatter(
        x=[one.n for one in possible],
        y=[one.each for one in possible],
        mode="lines+markers",
        line={"color": CHAIN, "width": 2},
        marker={"size": [14 if one.n == n else 8 for one in possible]},
        hovertemplate="n = %{x}: %{y:.3f} nats<extra></extra>",
    )
    for one in tried:
        if not np.isfinite(one.each):
            figure.add_annotation(x=one.n, y=0.04, yref="paper", text="−∞", showarrow=False)
    figure.update_xaxes(title="sub-states n", dtick=1, range=[0.5, durations_run.N_MAX + 0.5])
    figure.update_yaxes(title="nats a duration")
    return _below_tools(plain(figure, 220))


def matrix(A: Array) -> go.Figure:
    """The expanded transition matrix; the last column leaves the state."""
    n = len(A) - 1
    names = [f"{k + 1}" for k in range(n)] + ["out"]
    figure = go.Figure(
        go.Heatmap(
            z=A[:n],
            x=names,
            y=names[:n],
            text=[[f"{v:.3g}" if v else "" for v in row] for row in A[:n].tolist()],
            texttemplate="%{text}",
            colorscale="Blues",
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="from %{y} to %{x}: %{z:.6g}<extra></extra>",
        )
    )
    figure.update_xaxes(title="to", side="top", type="category")
    figure.update_yaxes(title="from", autorange="reversed", type="category")
    return plain(figure, 120 + 24 * n)
