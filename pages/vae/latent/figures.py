"""Plotly figures of the VAE's training."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

BLUE, ORANGE = "#0072B2", "#D55E00"


def training_curve(
    history: Sequence[Mapping[str, float]], held_out: Sequence[Mapping[str, float]] = ()
) -> go.Figure:
    """The negative ELBO by epoch, nats a picture: of the run that ships, and of one that kept
    5,000 training pictures out (`held_out`), on those.

    The training curve is of binarised, thinned-out pictures, so it is no bound for the other.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[entry["epoch"] for entry in history],
        y=[entry["train"] for entry in history],
        mode="lines",
        name="training pictures, as trained",
        line={"color": BLUE, "width": 2},
    )
    if held_out:
        figure.add_scatter(
            x=[entry["epoch"] for entry in held_out],
            y=[entry["validation_elbo"] for entry in held_out],
            mode="lines",
            name="held-out pictures (shorter run)",
            line={"color": ORANGE, "width": 2, "dash": "dash"},
        )
    lowest = min(entry["train"] for entry in history)
    figure.update_layout(
        height=340,
        margin={"l": 60, "r": 10, "t": 10, "b": 50},
        legend={"orientation": "h", "y": 1.12},
        hovermode="x unified",
    )
    figure.update_xaxes(title="epoch")
    figure.update_yaxes(title="−ELBO, nats a picture", range=[lowest - 2, lowest + 18])
    return figure
