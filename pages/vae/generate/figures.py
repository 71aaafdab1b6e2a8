"""What truncating the draw gives and takes."""

import plotly.graph_objects as go

from pages.vae.generate.case import Trade

BLUE, ORANGE = "#0072B2", "#D55E00"


def trade(found: Trade, tau: float) -> go.Figure:
    """Distance to the nearest real digit and to each other against tau, real digits dotted."""
    figure = go.Figure()
    for name, values, real, colour, dash in (
        ("to the nearest real digit", found.to_real, found.real_to_real, BLUE, "solid"),
        ("from each other", found.apart, found.real_apart, ORANGE, "dash"),
    ):
        figure.add_scatter(
            x=found.taus,
            y=values,
            mode="lines+markers",
            name=name,
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="|z| ≤ %{x}: %{y:.2f}",
        )
        figure.add_hline(y=real, line={"color": colour, "width": 1.5, "dash": "dot"})
    figure.add_vline(x=tau, line={"color": "#6B7280", "width": 1})
    figure.update_layout(
        height=300,
        margin={"l": 50, "r": 10, "t": 10, "b": 45},
        legend={"orientation": "h", "y": 1.3},
    )
    figure.update_xaxes(title="largest |z| allowed")
    figure.update_yaxes(title="mean distance", rangemode="tozero")
    return figure
