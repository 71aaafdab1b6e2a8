"""Accuracy of few labels with and without made pictures."""

import plotly.graph_objects as go

from pages.vae.augmentation import case as run
from pages.vae.augmentation.board import Found
from pages.vae.augmentation.case import ARMS, LEARNERS, SEEDS, SIZES

COLOURS = dict(zip(ARMS, ("#6B7280", "#0072B2", "#E69F00", "#009E73"), strict=True))
DASHES = dict(zip(ARMS, ("dot", "solid", "dash", "dashdot"), strict=True))


def accuracies(learner: str, found: Found) -> go.Figure:
    """A line an arm through the means of five seeds, a dot a seed; the setting on show as stars."""
    values = run.stored().accuracies[:, :, :, LEARNERS.index(learner)]
    figure = go.Figure()
    for a, arm in enumerate(ARMS):
        nudge = 1.0 + 0.035 * (a - 1.5)  # side by side on the logarithmic axis
        figure.add_scatter(
            x=[size * nudge for size in SIZES],
            y=values[:, :, a].mean(axis=1),
            mode="lines",
            name=arm,
            line={"color": COLOURS[arm], "width": 2.5, "dash": DASHES[arm]},
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=[size * nudge for size in SIZES for _ in range(SEEDS)],
            y=values[:, :, a].ravel(),
            customdata=[[size, seed] for size in SIZES for seed in range(SEEDS)],
            mode="markers",
            name=arm,
            marker={"color": COLOURS[arm], "size": 6, "opacity": 0.75},
            showlegend=False,
            hovertemplate="%{customdata[0]} a class, seed %{customdata[1]}: %{y:.1%}"
            + f"<extra>{arm}</extra>",
        )
        one = found.results.get((arm, learner))
        if one is not None:
            figure.add_scatter(
                x=[found.setting.size * nudge],
                y=[one.accuracy],
                mode="markers",
                name=f"{arm}, this run",
                marker={
                    "symbol": "star",
                    "size": 14,
                    "color": COLOURS[arm],
                    "line": {"width": 1, "color": "#111111"},
                },
                showlegend=False,
                hovertemplate="this run: %{y:.1%}" + f"<extra>{arm}</extra>",
            )
    figure.update_layout(
        height=400,
        margin={"l": 50, "r": 5, "t": 5, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(
        title="labels a class", type="log", tickvals=SIZES, ticktext=[str(n) for n in SIZES]
    )
    figure.update_yaxes(title="right of 2,000 test digits", tickformat=".0%")
    return figure
