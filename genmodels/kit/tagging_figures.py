"""Tags after tags, tags taken for tags, and accuracy against what is added to the counts."""

from collections.abc import Sequence

import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS

BLUE = ("0,114,178", "0,114,178", "0,64,110")
ORANGE = ("213,94,0", "184,78,0", "130,50,0")
"""A hue for tints, and the two ends of what bears white text."""
DEEP = 0.35


def grid(
    values: Sequence[Sequence[float]], counts: Sequence[Sequence[int]],
    rows: Sequence[str], columns: Sequence[str], chosen: tuple[str, str],
    *, pale: bool = False,
) -> go.Figure:  # fmt: skip
    """Shares of each row as squares, in per cent; a click tells (row, column) by customdata.

    The depth of a colour goes with the share's square root, so that small ones are seen; `pale`
    is of mistakes: orange, its diagonal toned down. `chosen` is framed.
    """
    tint, middle, dark = ORANGE if pale else BLUE
    shades = [
        [0.1 if pale and row == column else values[i][j] ** 0.5 for j, column in enumerate(columns)]
        for i, row in enumerate(rows)
    ]
    cells = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    figure = go.Figure(
        go.Heatmap(
            z=shades,
            zmin=0,
            zmax=1,
            colorscale=[
                [0, f"rgba({tint},0.03)"],
                [DEEP, f"rgba({tint},0.24)"],
                [DEEP, f"rgb({middle})"],
                [1, f"rgb({dark})"],
            ],
            showscale=False,
            hoverinfo="skip",
            xgap=2,
            ygap=2,
        )
    )
    # A heat map tells no clicks: squares that aren't seen stand on it and carry the text, white
    # on the deep ones, which are opaque, else in the theme's own colour.
    for deep in (False, True):
        some = [(i, j) for i, j in cells if (shades[i][j] > DEEP) is deep]
        figure.add_scatter(
            x=[j for _, j in some],
            y=[i for i, _ in some],
            mode="markers+text",
            text=[_percent(values[i][j]) for i, j in some],
            textfont={"size": 11, **({"color": "#ffffff"} if deep else {})},
            customdata=[[rows[i], columns[j], counts[i][j], 100 * values[i][j]] for i, j in some],
            marker={"symbol": "square", "size": 28, "opacity": 0},
            hovertemplate=(
                "%{customdata[0]} → %{customdata[1]}: %{customdata[2]:,} times, "
                "%{customdata[3]:.2f} %<extra></extra>"
            ),
            selected={"marker": {"opacity": 0}},
            unselected={"marker": {"opacity": 0}},
            showlegend=False,
        )
    i, j = rows.index(chosen[0]), columns.index(chosen[1])
    figure.add_shape(
        type="rect", x0=j - 0.5, x1=j + 0.5, y0=i - 0.5, y1=i + 0.5,
        line={"width": 3, "color": COMPONENTS[0 if pale else 1]},
    )  # fmt: skip
    axis = {"showgrid": False, "zeroline": False, "tickfont": {"size": 11}, "ticks": ""}
    figure.update_xaxes(
        side="top", tickvals=list(range(len(columns))), ticktext=list(columns),
        range=[-0.5, len(columns) - 0.5], **axis,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=list(rows),
        range=[len(rows) - 0.5, -0.5], **axis,
    )  # fmt: skip
    return _plain(figure, 34 * len(rows) + 84, "event+select")


def _percent(share: float) -> str:
    return (
        "" if share < 0.0005 else f"{100 * share:.1f}" if share < 0.0995 else f"{100 * share:.0f}"
    )


def against_alpha(
    alphas: Sequence[float], accuracies: Sequence[float], baseline: float, endings: float,
    chosen: float | None,
) -> go.Figure:  # fmt: skip
    """Held-out accuracy of add-alpha on a log axis, the baseline's and the endings' as lines."""
    figure = go.Figure(
        go.Scatter(
            x=list(alphas),
            y=list(accuracies),
            mode="lines+markers",
            line={"color": COMPONENTS[0]},
            marker={
                "size": [13 if a == chosen else 7 for a in alphas],
                "symbol": ["diamond" if a == chosen else "circle" for a in alphas],
            },
            hovertemplate="%{x:g} added: %{y:.4f}<extra></extra>",
            showlegend=False,
        )
    )
    for value, text, colour in (
        (endings, "endings, nothing added", COMPONENTS[2]),
        (baseline, "most frequent tag", COMPONENTS[1]),
    ):
        figure.add_hline(y=value, line={"color": colour, "dash": "dash"})
        figure.add_annotation(
            x=1, xref="paper", y=value, text=f"{text} {value:.4f}", showarrow=False, yshift=9,
            xanchor="right", font={"size": 12},
        )  # fmt: skip
    figure.update_xaxes(title="added to every count, α", type="log", tickvals=list(alphas)[::2])
    figure.update_yaxes(title="words right")
    return _plain(figure, 270)


def _plain(figure: go.Figure, height: int, clicks: str = "event") -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 60, "r": 10, "t": 64 if clicks != "event" else 20, "b": 20},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        clickmode=clicks,
        dragmode=False,
    )
    return figure
