"""How the spam filter does on messages it hasn't seen: two pictures."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from genmodels.datasets import spam
from pages.nb.spam_filter import HeldOut

HAM_COLOUR, SPAM_COLOUR = "#0072B2", "#D55E00"
REACH = 60.0
"""Log-odds beyond this, in nats, stand in the outermost bars."""


def log_odds_histogram(test: HeldOut) -> go.Figure:
    """How many held-out messages have which total log-odds, ham and spam apart.

    Right of 0 is called spam: orange left of 0 is missed spam, blue right of it lost ham.
    """
    edges = np.linspace(-REACH, REACH, 61)
    centres = (edges[1:] + edges[:-1]) / 2
    figure = go.Figure()
    for k, name, colour in ((spam.HAM, "ham", HAM_COLOUR), (spam.SPAM, "spam", SPAM_COLOUR)):
        values = np.clip(test.log_odds[test.is_spam == k], -REACH + 0.01, REACH - 0.01)
        counts, _ = np.histogram(values, edges)
        figure.add_bar(
            x=centres.tolist(),
            y=counts.tolist(),
            name=name,
            marker={"color": colour, "pattern": {"shape": "/" if k == spam.SPAM else ""}},
            opacity=0.75,
            hovertemplate=f"%{{y}} {name} near %{{x:.0f}} nats<extra></extra>",
        )
    figure.add_vline(x=0, line={"dash": "dash", "width": 1.5})
    figure.update_layout(
        barmode="overlay",
        bargap=0.05,
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="total log-odds, nats (the ends hold all beyond)",
        yaxis={"title": "messages", "type": "log", "dtick": 1},
        legend={"orientation": "h", "y": 1.1},
    )
    return figure


def learning_curve(sizes: Sequence[int], tests: Sequence[HeldOut], chosen: int) -> go.Figure:
    """Held-out accuracy, precision and recall against how many messages were learnt from."""
    figure = go.Figure()
    lines = (
        ("accuracy", [t.accuracy for t in tests], "#009E73", "circle", "solid"),
        ("precision", [t.precision for t in tests], "#7F5AB6", "square", "dash"),
        ("recall", [t.recall for t in tests], "#8C6D31", "diamond", "dot"),
    )
    for name, values, colour, symbol, dash in lines:
        figure.add_scatter(
            x=list(sizes),
            y=[None if np.isnan(v) else v for v in values],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{name} %{{y:.3f}} from %{{x}} messages<extra></extra>",
        )
    figure.add_vline(x=chosen, line={"dash": "dash", "width": 1.5})
    figure.update_layout(
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={
            "title": "training messages",
            "type": "log",
            "tickvals": list(sizes),
            "ticktext": [f"{n:,}".replace(",", " ") for n in sizes],
        },
        yaxis={"title": "held out", "range": [-0.03, 1.03]},
        legend={"orientation": "h", "y": 1.1},
    )
    return figure
