"""What more components do to an anomaly detector: real false alarms and AUC against K."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genmodels.runs.anomaly import Against

BLUE, ORANGE = "#0072B2", "#D55E00"


def against_K(figures: Against, rate: float, K: int) -> go.Figure:
    """Left: the real false-alarm rate beside the nominal one. Right: AUC. `K` is marked."""
    figure = make_subplots(
        1, 2, subplot_titles=("False alarms, held-out cases", "Area under ROC"),
        horizontal_spacing=0.1,
    )  # fmt: skip
    sizes = [13 if k == K else 7 for k in figures.K]
    figure.add_scatter(
        x=figures.K, y=figures.false_alarms, name="real", mode="lines+markers",
        line={"color": ORANGE}, marker={"size": sizes},
        hovertemplate="K = %{x}: %{y:.1%} real<extra></extra>", row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=figures.K, y=[rate] * len(figures.K), name=f"nominal {100 * rate:g} %", mode="lines",
        line={"color": "#6B7280", "dash": "dash"}, hoverinfo="skip", row=1, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=figures.K, y=figures.auc, name="AUC", mode="lines+markers", line={"color": BLUE},
        marker={"size": sizes, "symbol": "square"},
        hovertemplate="K = %{x}: AUC %{y:.3f}<extra></extra>", row=1, col=2,
    )  # fmt: skip
    figure.update_xaxes(title="components K", dtick=1)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(range=[min(0.9, *figures.auc) - 0.01, 1.0], row=1, col=2)
    figure.update_layout(
        height=250, margin={"l": 50, "r": 10, "t": 34, "b": 40}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)", legend={"orientation": "v"},
    )  # fmt: skip
    return figure
