"""Ten log-likelihood curves, coloured by the optimum that each ends in."""

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.gmm.em.restarts import Restarts

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def curves(found: Restarts, shown: tuple[int, int]) -> go.Figure:
    """Log-likelihood against iteration, a line a seed; the two that are shown are thick."""
    figure = go.Figure()
    named: set[str] = set()
    for i, start in enumerate(found.starts):
        place = ord(start.optimum) - ord("A")
        values = start.trace.log_likelihood
        figure.add_scatter(
            x=np.arange(1, len(values) + 1).tolist(),
            y=values.tolist(),
            name=f"optimum {start.optimum}",
            legendgroup=start.optimum,
            showlegend=start.optimum not in named,
            mode="lines+markers" if len(values) == 1 else "lines",
            line={
                "color": COMPONENTS[place % len(COMPONENTS)],
                "dash": DASHES[place % len(DASHES)],
                "width": 4 if i in shown else 1.5,
            },
            hovertemplate=(
                f"seed {start.setup.seed}, optimum {start.optimum}<br>"
                "iteration %{x}: %{y:.3f} nats<extra></extra>"
            ),
        )
        named.add(start.optimum)
    figure.update_layout(
        height=230,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="iteration",
        yaxis_title="log-likelihood, nats",
        legend={"orientation": "h", "y": -0.3},
    )
    return figure
