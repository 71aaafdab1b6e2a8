"""Tags after tags, tags taken for tags, and accuracy against what is added to the counts."""

from collections.abc import Sequence

import plotly.graph_objects as go

from genmodels.figures import COMPONENTS

GREY, GREY_TEXT = "#8a94a0", "#77818d"


def grid(
    values: Sequence[Sequence[float]], counts: Sequence[Sequence[int]],
    rows: Sequence[str], columns: Sequence[str], chosen: tuple[str, str],
    *, row_title: str, column_title: str, hue: str, pale: bool = False,
) -> go.Figure:  # fmt: skip
    """Shares of each row as squares, in per cent; a click tells (row, column) by customdata.

    The depth of a colour goes with the share's square root, so that small ones are seen; `pale`
    tones the diagonal down, so that what is off it is. `chosen` is framed.
    """
    shades = [
        [
            0.1 if pale and row == column else 0.8 * values[i][j] ** 0.5
            for j, column in enumerate(columns)
        ]
        for i, row in enumerate(rows)
    ]
    cells = [(i, j) for i in range(len(rows)) for j in range(len(columns))]
    figure = go.Figure(
        go.Heatmap(
            z=shades,
            zmin=0,
            zmax=1,
            colorscale=[[0, f"rgba({hue},0.03)"], [1, f"rgba({hue},1)"]],
            showscale=False,
            hoverinfo="skip",
            xgap=2,
            ygap=2,
        )
    )
    # A heat map tells no clicks: squares that aren't seen stand on it and carry the text.
    figure.add_scatter(
        x=[j for _, j in cells],
        y=[i for i, _ in cells],
        mode="markers+text",
        text=[_percent(values[i][j]) for i, j in cells],
        textfont={
            "size": 11,
            "color": ["#ffffff" if shades[i][j] > 0.55 else GREY_TEXT for i, j in cells],
        },
        customdata=[[rows[i], columns[j], counts[i][j], 100 * values[i][j]] for i, j in cells],
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
        line={"width": 3, "color": COMPONENTS[1] if hue != "213,94,0" else COMPONENTS[0]},
    )  # fmt: skip
    axis = {"showgrid": False, "zeroline": False, "tickfont": {"size": 11}}
    figure.update_xaxes(
        title=column_title, side="top", tickvals=list(range(len(columns))), ticktext=list(columns),
        range=[-0.5, len(columns) - 0.5], **axis,
    )  # fmt: skip
    figure.update_yaxes(
        title=row_title, tickvals=list(range(len(rows))), ticktext=list(rows),
        range=[len(rows) - 0.5, -0.5], **axis,
    )  # fmt: skip
    return _plain(figure, 34 * len(rows) + 80, "event+select")


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
        margin={"l": 60, "r": 10, "t": 54 if clicks != "event" else 20, "b": 20},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        clickmode=clicks,
        dragmode=False,
    )
    return figure
