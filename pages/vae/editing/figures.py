"""A film strip of one attribute, and how well each is predicted."""

import numpy as np
import plotly.graph_objects as go

from genmodels.vae.directions import ATTRIBUTES, Directions


def film(pictures: np.ndarray) -> go.Figure:
    """Seven pictures (7, 784) side by side, from -3 to +3 standard deviations."""
    strip = np.concatenate([picture.reshape(28, 28) for picture in pictures], axis=1)
    figure = go.Figure()
    figure.add_heatmap(
        z=strip, colorscale="gray", zmin=0, zmax=1, showscale=False, hoverinfo="skip"
    )
    figure.update_xaxes(
        tickvals=[28 * n + 13.5 for n in range(7)],
        ticktext=["−3 sd", "−2", "−1", "0", "+1", "+2", "+3 sd"],
        showgrid=False,
    )
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(height=140, margin={"l": 5, "r": 5, "t": 5, "b": 28})
    return figure


def explained(directions: Directions) -> go.Figure:
    """R^2 of every attribute on digits that the regression never saw."""
    figure = go.Figure()
    values = directions.r2.tolist()
    figure.add_bar(
        x=values,
        y=list(ATTRIBUTES),
        orientation="h",
        text=[f"{value:.2f}" for value in values],
        marker_color="#0072B2",
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
    figure.update_layout(height=170, margin={"l": 10, "r": 10, "t": 5, "b": 40}, bargap=0.35)
    figure.update_xaxes(title="R² on unseen digits", range=[0, 1])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure
