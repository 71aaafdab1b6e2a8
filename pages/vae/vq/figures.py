"""How a codebook is used, and where."""

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS


def use(counts: np.ndarray, code: int) -> go.Figure:
    """Each code's share of all places, the chosen one marked, equal use dashed."""
    share = counts / counts.sum()
    colours = [COMPONENTS[0]] * len(share)
    colours[code] = COMPONENTS[1]
    figure = go.Figure(
        go.Bar(
            x=list(range(len(share))),
            y=share.tolist(),
            marker_color=colours,
            customdata=counts.tolist(),
            hovertemplate="code %{x}: %{y:.2%}, %{customdata:,} places<extra></extra>",
        )
    )
    figure.add_hline(
        y=1 / len(share), line={"color": "#6B7280", "width": 1.5, "dash": "dash"},
        annotation_text="equal use",
        annotation_position="top left",
    )  # fmt: skip
    figure.update_layout(height=250, margin={"l": 55, "r": 10, "t": 20, "b": 45}, bargap=0.15)
    figure.update_xaxes(title="code", dtick=8)
    figure.update_yaxes(title="share of places", tickformat=".0%")
    return figure


def where(share: np.ndarray) -> go.Figure:
    """The share of digits that hold a code at each place, as a 7 by 7 map."""
    side = len(share)
    figure = go.Figure(
        go.Heatmap(
            z=share.tolist(),
            x=list(range(1, side + 1)),
            y=list(range(1, side + 1)),
            colorscale="Viridis",
            zmin=0,
            texttemplate="%{z:.0%}",
            colorbar={"tickformat": ".0%", "thickness": 12},
            hovertemplate="row %{y}, column %{x}: %{z:.1%}<extra></extra>",
        )
    )
    figure.update_layout(height=330, margin={"l": 40, "r": 10, "t": 10, "b": 40})
    figure.update_xaxes(title="column", dtick=1, constrain="domain")
    figure.update_yaxes(title="row", dtick=1, autorange="reversed", scaleanchor="x")
    return figure
