"""Genres taken for genres, the words that tell a class, and accuracy against smoothing."""

from collections.abc import Sequence

import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from genmodels.kit.tagging_figures import grid
from pages.nb.text import Telling


def confusion(
    table: Sequence[Sequence[int]], names: Sequence[str], chosen: tuple[int, int]
) -> go.Figure:
    """True class by row, the called one by column, documents and their share of the row.

    A click tells (true name, called name, documents) by customdata.
    """
    shares = [[n / (sum(row) or 1) for n in row] for row in table]
    figure = grid(shares, table, names, names, (names[chosen[0]], names[chosen[1]]), pale=True)
    for trace in figure.data[1:]:
        trace.text = [str(data[2]) if data[2] else "" for data in trace.customdata]
        trace.hovertemplate = (
            "%{customdata[0]} called %{customdata[1]}: %{customdata[2]} documents, "
            "%{customdata[3]:.0f} %<extra></extra>"
        )
    if len(names) > 6:
        figure.update_xaxes(tickangle=-50)
        figure.update_layout(height=25 * len(names) + 150)
        figure.update_traces(marker_size=22, selector={"mode": "markers+text"})
    else:
        figure.update_layout(height=320)
        figure.update_traces(marker_size=64, selector={"mode": "markers+text"})
    # Room above the columns' names for the tool bar, which stands there where fingers point.
    figure.update_layout(margin={"l": 8, "r": 8, "t": 36, "b": 8})
    figure.update_xaxes(automargin=True, ticklabeloverflow="allow")
    figure.update_yaxes(automargin=True)
    return figure


def telling(words: Sequence[Telling], chosen: str | None, colour: str = COMPONENTS[1]) -> go.Figure:
    """Nats in 1,000 words of the class, the most telling on top; fingerprints are hatched.

    A click tells the word by customdata.
    """
    shown = list(reversed(words))
    figure = go.Figure(
        go.Bar(
            x=[word.nats for word in shown],
            y=[word.word for word in shown],
            orientation="h",
            customdata=[[w.word, w.inside, w.outside, w.texts] for w in shown],
            marker={
                "color": colour,
                "opacity": [1.0 if w.word == chosen else 0.62 for w in shown],
                "pattern": {"shape": ["/" if w.texts <= 2 else "" for w in shown]},
            },
            hovertemplate=(
                "%{customdata[0]}: %{x:.2f} nats; %{customdata[1]} times here in "
                "%{customdata[3]} texts, %{customdata[2]} times elsewhere<extra></extra>"
            ),
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 0.62}},
        )
    )
    figure.update_layout(
        height=19 * len(shown) + 60,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis_title="nats in 1,000 words",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        clickmode="event+select",
        bargap=0.2,
    )
    figure.update_yaxes(automargin=True, ticks="")
    return figure


def against_alpha(
    alphas: Sequence[float], values: Sequence[float], chosen: float, baseline: float
) -> go.Figure:
    """Accuracy over smoothing, and what calling everything the largest class reaches."""
    figure = go.Figure(
        go.Scatter(
            x=list(alphas), y=list(values), mode="lines+markers",
            line={"color": COMPONENTS[0]}, marker={"size": 8},
            hovertemplate="α %{x:g}: %{y:.3f}<extra></extra>", showlegend=False,
        )
    )  # fmt: skip
    figure.add_vline(x=chosen, line={"dash": "dash", "width": 1.5})
    figure.add_hline(
        y=baseline, line={"dash": "dot", "width": 1.5, "color": COMPONENTS[1]},
        annotation_text="largest class", annotation_position="top left",
    )  # fmt: skip
    figure.update_layout(
        height=210,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"title": "smoothing α", "type": "log", "tickvals": list(alphas),
               "ticktext": [f"{a:g}" for a in alphas]},
        yaxis={"title": "accuracy", "range": [0, 1]},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
    return figure
