"""What more components do to an anomaly detector: real false alarms and AUC against K."""

import plotly.graph_objects as go

from pages.gmm.anomaly.case import Against

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#6B7280"


def alarms(figures: Against, rate: float, K: int) -> go.Figure:
    """The real false-alarm rate beside the nominal one, against K; `K` is marked."""
    figure = go.Figure()
    figure.add_scatter(
        x=figures.K,
        y=figures.false_alarms,
        name="real",
        mode="lines+markers",
        line={"color": ORANGE},
        marker={"size": _sizes(figures, K)},
        hovertemplate="K = %{x}: %{y:.1%} real<extra></extra>",
    )
    figure.add_scatter(
        x=figures.K,
        y=[rate] * len(figures.K),
        name=f"nominal {100 * rate:g} %",
        mode="lines",
        line={"color": GREY, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return _finish(figure, "False alarms among held-out cases")


def auc(figures: Against, K: int) -> go.Figure:
    """The area under ROC against K; `K` is marked."""
    figure = go.Figure()
    figure.add_scatter(
        x=figures.K,
        y=figures.auc,
        mode="lines+markers",
        line={"color": BLUE},
        marker={"size": _sizes(figures, K), "symbol": "square"},
        hovertemplate="K = %{x}: AUC %{y:.3f}<extra></extra>",
    )
    figure.update_yaxes(range=[min(0.9, *figures.auc) - 0.01, 1.0])
    return _finish(figure, "Area under the ROC curve")


def _sizes(figures: Against, K: int) -> list[int]:
    return [14 if k == K else 7 for k in figures.K]


def _finish(figure: go.Figure, title: str) -> go.Figure:
    figure.update_xaxes(title="components K", dtick=1)
    figure.update_layout(
        title={"text": title, "font": {"size": 14}},
        height=260,
        margin={"l": 50, "r": 10, "t": 40, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
    )
    return figure
