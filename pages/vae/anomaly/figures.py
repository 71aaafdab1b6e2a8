"""A judged picture beside what came back, and where the loss lies; the scores side by side."""

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genmodels.vae.means import AtMeans


def pictures(passed: AtMeans, i: int) -> go.Figure:
    """x, y at z = mu, and each pixel's reconstruction loss in nats."""
    figure = make_subplots(1, 3, subplot_titles=("x", "y = decode(μ)", "loss, nats"))
    for column, (values, scale, top) in enumerate(
        ((passed.x[i], "gray", 1.0), (passed.y[i], "gray", 1.0), (passed.bce[i], "Viridis", None)),
        start=1,
    ):
        figure.add_heatmap(
            z=values.reshape(28, 28),
            colorscale=scale,
            zmin=0,
            zmax=top,
            showscale=False,
            hovertemplate="row %{y}, column %{x}: %{z:.3f}<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    for n in (2, 3):
        figure.update_yaxes(scaleanchor=f"x{n}", row=1, col=n)
    figure.update_annotations(font_size=12)
    figure.update_layout(height=150, margin={"l": 0, "r": 0, "t": 24, "b": 0})
    return figure


def areas(found: Mapping[str, float], chosen: str) -> go.Figure:
    """AUROC of every score; half is chance, ink needs no model."""
    names = list(found)
    figure = go.Figure()
    figure.add_bar(
        x=[found[name] for name in names],
        y=names,
        orientation="h",
        text=[f"{found[name]:.3f}" for name in names],
        marker={
            "color": ["#9AA3AD" if name == "ink" else "#0072B2" for name in names],
            "line": {"color": "#111111", "width": [3 if name == chosen else 0 for name in names]},
        },
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
    )
    figure.add_vline(x=0.5, line={"dash": "dot", "width": 1.5, "color": "#6B7280"})
    figure.update_layout(height=230, margin={"l": 10, "r": 10, "t": 5, "b": 40}, bargap=0.35)
    figure.update_xaxes(title="AUROC (dotted: chance)", range=[0, 1.02])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure
