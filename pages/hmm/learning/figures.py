"""Ten restarts' log-likelihood curves, coloured by the optimum that each ends in."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.hmm.learning.case import CLIMBING, Restart

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def curves(found: Sequence[Restart]) -> go.Figure:
    """log P against the number of M-steps, a line a seed; those still climbing are grey."""
    figure = go.Figure()
    named: set[str] = set()
    for restart in found:
        values = restart.run.log_likelihood
        place = 9 if restart.optimum == CLIMBING else ord(restart.optimum) - ord("A")
        name = "still climbing" if restart.optimum == CLIMBING else f"optimum {restart.optimum}"
        figure.add_scatter(
            x=np.arange(len(values)).tolist(),
            y=values.tolist(),
            name=name,
            legendgroup=name,
            showlegend=name not in named,
            mode="lines+markers",
            marker={"size": 4},
            line={
                "color": COMPONENTS[place % len(COMPONENTS)],
                "dash": DASHES[place % len(DASHES)],
                "width": 2,
            },
            hovertemplate=(
                f"seed {restart.seed}, {name}<br>after %{{x}} M-steps: %{{y:.3f}} nats"
                "<extra></extra>"
            ),
        )
        named.add(name)
    # Starts lie far below: what tells the runs apart is where they are after two M-steps.
    low = min((float(r.run.log_likelihood[:3][-1]) for r in found), default=0.0)
    high = max((r.log_likelihood for r in found), default=1.0)
    figure.update_layout(
        yaxis_range=[low - 0.1 * (high - low) - 1e-3, high + 0.1 * (high - low) + 1e-3],
        height=380,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="M-steps",
        yaxis_title="log P, nats",
        legend={"orientation": "h", "y": -0.2},
        clickmode="event+select",
    )
    return figure
