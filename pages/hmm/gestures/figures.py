"""What was signed and what it was taken for; and a sign's log-likelihood as it is trained."""

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS


def confusion(table: np.ndarray, names: tuple[str, ...]) -> go.Figure:
    """Rows what was made, columns what it was taken for; the colour is the part of the row."""
    figure = go.Figure(
        go.Heatmap(
            z=table / table.sum(axis=1, keepdims=True),
            x=names,
            y=names,
            text=[[str(n) if n else "" for n in row] for row in table.tolist()],
            texttemplate="%{text}",
            customdata=table,
            hovertemplate="made %{y}, taken for %{x}: %{customdata}<extra></extra>",
            colorscale="Blues",
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    figure.update_xaxes(title="taken for", side="bottom", tickangle=-45)
    figure.update_yaxes(title="made", autorange="reversed")
    return _plain(figure, 470)


def training(log_likelihood: np.ndarray) -> go.Figure:
    """log P of the examples, nats, by iteration; the first is the start's."""
    figure = go.Figure(
        go.Scatter(
            x=list(range(len(log_likelihood))),
            y=log_likelihood,
            mode="lines+markers",
            line={"color": COMPONENTS[0], "width": 2},
            marker={"size": 5},
            hovertemplate="iteration %{x}: %{y:.3f} nats<extra></extra>",
        )
    )
    figure.update_xaxes(title="iteration", rangemode="tozero", dtick=None)
    figure.update_yaxes(title="log P (nats)")
    return _plain(figure, 230)


def _plain(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
    )
    return figure
