"""What a regime model expects of a day, and what it gains on days that it hasn't seen."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.hmm.regimes_run import Array, HeldOut, normal

GREY = "#8a94a0"
PLACES = 241


def next_day(
    weights: Array,
    means: Array,
    sds: Array,
    alone: tuple[Array, Array, Array],
    actual: float,
    unit: str,
) -> go.Figure:
    """The predictive density, its states' parts, the memoryless mixture's, and what came.

    weights (K,): P(z_t | x_1..x_t-1). alone: the mixture's weights, means, standard deviations.
    """
    # Wide enough for what was likely, and for what came.
    spread = float(np.sqrt(weights @ (sds**2 + means**2)))
    reach = max(4 * spread, 4 * float(sds.min()), 1.1 * abs(actual) if math.isfinite(actual) else 0)
    x = np.linspace(-reach, reach, PLACES)
    parts = weights * normal(x, means, sds)
    figure = go.Figure()
    for k in range(len(weights)):
        figure.add_scatter(
            x=x, y=parts[:, k], mode="lines", name=f"state {k + 1}",
            line={"color": COMPONENTS[k], "width": 1.5}, fill="tozeroy",
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    w, m, s = alone
    figure.add_scatter(
        x=x, y=normal(x, m, s) @ w, mode="lines", name="no memory",
        line={"color": GREY, "dash": "dash", "width": 2},
        hovertemplate="%{x:.2f}: %{y:.3g}<extra>no memory</extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=parts.sum(axis=1), mode="lines", name="next day",
        line={"color": "#E69F00", "width": 2.5},
        hovertemplate="%{x:.2f}: %{y:.3g}<extra>next day</extra>",
    )  # fmt: skip
    if math.isfinite(actual):
        figure.add_vline(x=actual, line={"color": GREY, "width": 2})
        figure.add_annotation(
            x=actual,
            y=1.13,
            yref="paper",
            text=f"came: {actual:.2f}".replace("-", "−"),
            showarrow=False,
            xanchor="left" if actual < 0 else "right",
        )
    figure.update_xaxes(title=f"return, {unit}" if unit else "value", zeroline=False)
    figure.update_yaxes(showticklabels=False, rangemode="tozero")
    plain(figure, 225, legend=True).update_layout(margin={"t": 24})
    return figure


def gained(found: Sequence[HeldOut], labels: Sequence[str] | None) -> go.Figure:
    """Nats gained over the memoryless mixture, summed up over the held-out days, a line a K.

    labels: the held-out days' dates, or None.
    """
    figure = go.Figure()
    for one in found:
        gain = np.cumsum(one.by_day - one.by_day_mixture)
        every = max(1, len(gain) // 700)
        at: Any = np.arange(len(gain))[::every]
        figure.add_scatter(
            x=at + one.first + 1 if labels is None else [labels[i] for i in at],
            y=gain[::every],
            mode="lines",
            name=f"{one.K} states",
            line={"color": COMPONENTS[one.K - 1], "width": 2},
            hovertemplate="%{x}: %{y:+.1f} nats<extra>" + f"{one.K} states</extra>",
        )
    figure.add_hline(y=0, line={"color": GREY, "width": 1})
    figure.update_yaxes(title="nats gained by memory")
    return plain(figure, 300, legend=True)


def plain(figure: go.Figure, height: int, *, legend: bool = False) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=legend,
        legend={"orientation": "h", "y": -0.35, "x": 0},
    )
    return figure
