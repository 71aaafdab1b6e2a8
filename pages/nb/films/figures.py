"""How well ratings are predicted: by how many are known, by the root, and whether it comes true."""

import plotly.graph_objects as go

from pages.nb.films import scores
from pages.nb.films.case import METHODS

STYLES = {
    "naive Bayes": ("#0072B2", "circle", "solid"),
    "tempered": ("#D55E00", "square", "dash"),
    "popularity": ("#009E73", "diamond", "dot"),
}
_LAYOUT = {
    "height": 290,
    "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
    "legend": {"orientation": "h", "y": 1.16},
}


def by_known(chosen: str) -> go.Figure:
    """AUC on held-out people of whom only so many ratings are known."""
    figure = go.Figure()
    for method in METHODS:
        colour, symbol, dash = STYLES[method]
        figure.add_scatter(
            x=list(scores.KNOWN),
            y=scores.load()["by_known"][method],
            name=method,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 3 if method == chosen else 1.5},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{method}: %{{y:.3f}} from %{{x}} ratings<extra></extra>",
        )
    figure.update_layout(
        **_LAYOUT,
        xaxis={
            "title": "ratings known of a person",
            "type": "log",
            "tickvals": list(scores.KNOWN),
            "ticktext": [str(n) for n in scores.KNOWN],
        },
        yaxis={"title": "AUC, held out"},
    )
    return figure


def by_exponent() -> go.Figure:
    """AUC where the evidence is divided by n to a power, all ratings known."""
    figure = go.Figure()
    figure.add_scatter(
        x=list(scores.EXPONENTS),
        y=scores.load()["by_exponent"],
        mode="lines+markers",
        line={"color": "#7F5AB6"},
        marker={"size": 8},
        hovertemplate="÷ n^%{x}: AUC %{y:.4f}<extra></extra>",
    )
    for x, text in ((0, "naive Bayes"), (0.5, "÷ √n"), (1, "mean")):
        y = scores.load()["by_exponent"][scores.EXPONENTS.index(x)]
        figure.add_annotation(x=x, y=y, text=text, yshift=16, showarrow=False)
    figure.update_layout(
        **_LAYOUT,
        xaxis={"title": "evidence divided by n to the power of", "range": [-0.12, 1.12]},
        yaxis={"title": "AUC, held out", "range": [0.7, 0.8]},
    )
    return figure


def calibration() -> go.Figure:
    """Stated against observed share of likes, the tempered and the plain model."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": "#8a94a0", "dash": "dash"},
        name="as stated",
        hoverinfo="skip",
    )
    for method in ("naive Bayes", "tempered"):
        colour, symbol, dash = STYLES[method]
        table = scores.bins_of(method)
        figure.add_scatter(
            x=table.mean_p.tolist(),
            y=table.observed.tolist(),
            customdata=table.count.tolist(),
            name=method,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{method}: stated %{{x:.2f}}, liked %{{y:.2f}} of %{{customdata:,}}"
            "<extra></extra>",
        )
    figure.update_layout(
        **_LAYOUT,
        xaxis={"title": "stated P(like)", "range": [-0.03, 1.03]},
        yaxis={"title": "share that was liked", "range": [-0.03, 1.03]},
    )
    return figure
