"""Four covariance types against the number of dimensions: parameters, held-out fit, ARI."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit.figures import COMPONENTS
from pages.gmm.choose_k_figures import LOOKS
from pages.gmm.dimension.case import DIMENSIONS, Fit


def study(fits: list[Fit], n: int) -> go.Figure:
    """Three panels over one axis of dimensions; a dashed line where parameters equal numbers."""
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.05)
    for i, covariance in enumerate(COVARIANCE_TYPES):
        own = sorted((f for f in fits if f.covariance == covariance), key=lambda f: f.d)
        dash, symbol = LOOKS[covariance]
        panels = (
            ([f.n_parameters for f in own], "%{y:,} parameters"),
            # A column of noise costs about 1.42 nats: a share of that is what d dimensions lose.
            ([f.held_out / f.d for f in own], "held out %{y:.3f} nats a point and column"),
            ([f.ari for f in own], "ARI %{y:.3f}"),
        )
        for row, (values, words) in enumerate(panels, start=1):
            figure.add_scatter(
                x=[f.d for f in own],
                y=values,
                row=row,
                col=1,
                name=covariance,
                legendgroup=covariance,
                showlegend=row == 1,
                mode="lines+markers",
                line={"color": COMPONENTS[i], "dash": dash, "width": 2},
                marker={"symbol": symbol, "size": 8},
                hovertemplate=f"{covariance}, d = %{{x}}: {words}<extra></extra>",
            )
    figure.add_hline(y=n, row=1, col=1, line={"dash": "dash", "width": 1.2})
    # Far below, a type has failed; how far hides how the others differ.
    figure.update_yaxes(title="parameters", type="log", dtick=1, row=1, col=1)
    figure.update_yaxes(title="held out", range=[-4.2, -1.2], row=2, col=1)
    figure.update_yaxes(title="ARI", range=[-0.05, 1.05], row=3, col=1)
    figure.update_xaxes(type="log", tickvals=list(DIMENSIONS), ticktext=list(map(str, DIMENSIONS)))
    figure.update_xaxes(title="dimensions d, two of clusters, the others of noise", row=3, col=1)
    figure.update_layout(
        height=560,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": -0.09},
    )
    return figure
