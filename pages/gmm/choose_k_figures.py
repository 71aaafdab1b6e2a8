"""A criterion against K, one line a covariance type."""

import math

import plotly.graph_objects as go

from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit.figures import COMPONENTS
from pages.gmm.choose_k import CRITERIA, Fit, best

LOOKS = {
    "full": ("solid", "circle"),
    "tied": ("dash", "square"),
    "diag": ("dot", "diamond"),
    "spherical": ("dashdot", "triangle-up"),
}


def criterion(fits: list[Fit], name: str, chosen: tuple[str, int]) -> go.Figure:
    """Each type's curve, its best K ringed; the chosen fit stands in a square.

    Every point carries (type, K) as its customdata, by which a click is told.
    """
    field, _ = CRITERIA[name]
    figure = go.Figure()
    for i, covariance in enumerate(COVARIANCE_TYPES):
        own = sorted((f for f in fits if f.covariance == covariance), key=lambda f: f.K)
        values = [getattr(f, field) for f in own]
        dash, symbol = LOOKS[covariance]
        figure.add_scatter(
            x=[f.K for f in own],
            y=[v if math.isfinite(v) else None for v in values],
            customdata=[[f.covariance, f.K, f.n_parameters, f.log_likelihood] for f in own],
            name=covariance,
            mode="lines+markers",
            line={"color": COMPONENTS[i], "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": 9},
            hovertemplate=(
                f"{covariance}, K = %{{x}}<br>{name} %{{y:.2f}}<br>%{{customdata[2]}} parameters, "
                "log-likelihood %{customdata[3]:.2f}<extra></extra>"
            ),
        )
    for i, covariance in enumerate(COVARIANCE_TYPES):
        winner = best(fits, name, covariance)
        if winner is not None and math.isfinite(getattr(winner, field)):
            _mark(figure, winner, field, "circle-open", 20, COMPONENTS[i])
    shown = next((f for f in fits if (f.covariance, f.K) == chosen), None)
    if shown is not None and math.isfinite(getattr(shown, field)):
        _mark(figure, shown, field, "square-open", 28, "#6B7280")
    unit = "nats a point, higher is better" if name == "held out" else "lower is better"
    figure.update_layout(
        height=440,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "components K", "dtick": 1},
        yaxis={"title": f"{name} ({unit})", "range": _range(fits, name)},
        legend={"orientation": "h", "y": -0.14},
        clickmode="event+select",
    )
    return figure


def _range(fits: list[Fit], name: str) -> list[float] | None:
    """Limits that hold every type's best fit, so that close rivals stay apart; a double click on
    the chart shows all.
    """
    field, better = CRITERIA[name]
    found = [best(fits, name, covariance) for covariance in COVARIANCE_TYPES]
    bests = [v for f in found if f is not None and math.isfinite(v := getattr(f, field))]
    ones = [v for f in fits if f.K == 1 and math.isfinite(v := getattr(f, field))]
    if not bests or not ones:
        return None
    top = better(bests)
    reach = max(abs(top - (max(bests) if better is min else min(bests))), abs(top - better(ones)))
    if not reach:
        return None
    ends = (top - 0.08 * reach, top + 1.25 * reach)
    return list(ends) if better is min else [2 * top - ends[1], 2 * top - ends[0]]


def _mark(figure: go.Figure, fit: Fit, field: str, symbol: str, size: int, colour: str) -> None:
    figure.add_scatter(
        x=[fit.K],
        y=[getattr(fit, field)],
        mode="markers",
        marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": 2.5}},
        customdata=[[fit.covariance, fit.K]],  # a ring's click is its fit's
        hovertemplate="%{customdata[0]}, K = %{x}: %{y:.2f}<extra></extra>",
        showlegend=False,
    )
