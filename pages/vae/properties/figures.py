"""Maps of the latent space: an attribute over it with its direction, and the codes' holes."""

import numpy as np
import plotly.graph_objects as go

from genmodels.vae.directions import UNITS
from pages.vae.properties.case import Regular

SPAN = [-4, 4]


def attribute(z: np.ndarray, values: np.ndarray, step: np.ndarray, name: str) -> go.Figure:
    """The 2,000 codes coloured by a measured attribute; an arrow of one standard deviation."""
    low, high = np.quantile(values, [0.02, 0.98])
    figure = go.Figure()
    figure.add_scatter(
        x=z[:, 0],
        y=z[:, 1],
        mode="markers",
        marker={
            "size": 4,
            "color": values,
            "colorscale": "Viridis",
            "cmin": low,
            "cmax": high,
            "colorbar": {"title": f"{name}, {UNITS[name]}", "thickness": 12},
        },
        customdata=values,
        hovertemplate=name + ": %{customdata:.2f}<extra></extra>",
    )
    for times, width in ((2, 3), (-2, 3)):
        figure.add_annotation(
            x=times * step[0],
            y=times * step[1],
            ax=0,
            ay=0,
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            showarrow=True,
            arrowhead=3,
            arrowwidth=width,
            arrowcolor="#D55E00" if times > 0 else "#6B7280",
        )
    figure.update_layout(height=400, margin={"l": 40, "r": 5, "t": 5, "b": 40}, dragmode="pan")
    figure.update_xaxes(title="z₁", range=SPAN, zeroline=False)
    figure.update_yaxes(title="z₂", range=SPAN, zeroline=False, scaleanchor="x")
    return figure


def film(pictures: np.ndarray, labels: list[str]) -> go.Figure:
    """Pictures (n, 784) side by side."""
    strip = np.concatenate([picture.reshape(28, 28) for picture in pictures], axis=1)
    figure = go.Figure()
    figure.add_heatmap(
        z=strip, colorscale="gray", zmin=0, zmax=1, showscale=False, hoverinfo="skip"
    )
    figure.update_xaxes(
        tickvals=[28 * n + 13.5 for n in range(len(labels))], ticktext=labels, showgrid=False
    )
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(height=130, margin={"l": 5, "r": 5, "t": 5, "b": 28})
    return figure


def ratio(found: Regular) -> go.Figure:
    """log10 q(z) / p(z): blue where codes are missing, white where they are as many as drawn."""
    axis = np.linspace(-found.view, found.view, len(found.log_ratio))
    figure = go.Figure()
    figure.add_heatmap(
        x=axis,
        y=axis[::-1],
        z=np.clip(found.log_ratio, -3, 3),
        zmin=-3,
        zmax=3,
        colorscale=[[0, "#0072B2"], [0.333, "#9DC9E4"], [0.5, "#FFFFFF"], [1, "#D55E00"]],
        colorbar={"title": "log₁₀ q/p", "thickness": 12, "tickvals": [-3, -1, 0, 3]},
        customdata=found.log_ratio,
        hovertemplate="z = (%{x:.2f}, %{y:.2f}): log₁₀ q/p = %{customdata:.2f}<extra></extra>",
    )
    figure.add_scatter(
        x=found.mu[:, 0],
        y=found.mu[:, 1],
        mode="markers",
        marker={"size": 2, "color": "#111111", "opacity": 0.5},
        hoverinfo="skip",
    )
    for radius in (1, 2):
        figure.add_shape(
            type="circle",
            x0=-radius,
            x1=radius,
            y0=-radius,
            y1=radius,
            line={"color": "#111111", "width": 1, "dash": "dot"},
        )
    figure.update_layout(
        height=380, margin={"l": 40, "r": 5, "t": 5, "b": 40}, showlegend=False, dragmode="pan"
    )
    figure.update_xaxes(title="z₁", range=SPAN, zeroline=False)
    figure.update_yaxes(title="z₂", range=SPAN, zeroline=False, scaleanchor="x")
    return figure


def draws(found: Regular) -> go.Figure:
    """36 pictures drawn from the prior; a frame around those that fell into a hole."""
    rows = [
        np.concatenate([found.pictures[12 * r + c].reshape(28, 28) for c in range(12)], axis=1)
        for r in range(3)
    ]
    figure = go.Figure()
    figure.add_heatmap(
        z=np.concatenate(rows), colorscale="gray", zmin=0, zmax=255, showscale=False,
        hoverinfo="skip",
    )  # fmt: skip
    for i in np.flatnonzero(found.in_hole).tolist():
        x, y = 28 * (i % 12) - 0.5, 28 * (i // 12) - 0.5
        figure.add_shape(
            type="rect",
            x0=x + 1,
            x1=x + 27,
            y0=y + 1,
            y1=y + 27,
            line={"color": "#56B4E9", "width": 2},
        )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(height=130, margin={"l": 5, "r": 5, "t": 5, "b": 5})
    return figure
