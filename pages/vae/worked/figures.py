"""The worked example's two scales: how much of a loss is KL, by how the error is added up."""

from collections.abc import Sequence

import plotly.graph_objects as go

from genmodels.kit.opened import plain
from pages.vae.worked_run import Scale

BLUE, ORANGE = "#0072B2", "#D55E00"


def balance(scales: Sequence[Scale]) -> go.Figure:
    """A bar a scale, all as long: reconstruction's share against KL's, with the values on it."""
    figure = go.Figure()
    names = [scale.name for scale in scales]
    for name, colour, shares, values in (
        (
            "reconstruction",
            BLUE,
            [1 - scale.share for scale in scales],
            [scale.reconstruction for scale in scales],
        ),
        ("KL", ORANGE, [scale.share for scale in scales], [scale.kl for scale in scales]),
    ):
        figure.add_bar(
            y=names,
            x=[100 * share for share in shares],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=[
                f"{plain(value, 4)} ({100 * share:.1f} %)"
                for value, share in zip(values, shares, strict=True)
            ],
            textposition="auto",
            hovertemplate=f"%{{y}}: {name} %{{x:.1f}} %<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        height=70 + 46 * len(scales),
        margin={"l": 10, "r": 10, "t": 10, "b": 40},
        legend={"orientation": "h", "y": 1.25},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    figure.update_xaxes(title="share of the loss, %", range=[0, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure
