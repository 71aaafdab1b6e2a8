"""Which words are taken for which, and how much of a word must be heard."""

import plotly.graph_objects as go

from genmodels.datasets.digits import WORDS, Trained
from genmodels.kit.figures import COMPONENTS

GREY, GREY_TEXT = "#8a94a0", "#77818d"


def confusion(trained: Trained, chosen: tuple[int, int]) -> go.Figure:
    """Rows what was said, columns what it was taken for, counts of 3,000, out of fold.

    Every cell carries (said, taken) as its customdata, by which a click is told; `chosen` is
    framed. Right answers are pale, so that the errors are seen.
    """
    table = trained.table
    cells = [(i, j) for i in range(len(WORDS)) for j in range(len(WORDS))]
    most = max(int(table[i, j]) for i, j in cells if i != j) or 1
    figure = go.Figure(
        go.Scatter(
            x=[j for _, j in cells],
            y=[i for i, _ in cells],
            mode="markers+text",
            text=[str(n) if (n := int(table[i, j])) else "" for i, j in cells],
            customdata=[[i, j, int(table[i, j]), WORDS[i], WORDS[j]] for i, j in cells],
            textfont={
                "color": [_ink(int(table[i, j]), most, i == j) for i, j in cells],
            },
            marker={
                "symbol": "square",
                "size": 30,
                "opacity": 1,
                "color": [_shade(int(table[i, j]), most, i == j) for i, j in cells],
                "line": {
                    "width": [3 if cell == chosen else 0 for cell in cells],
                    "color": COMPONENTS[1],
                },
            },
            hovertemplate=(
                "said %{customdata[3]}, taken for %{customdata[4]}: %{customdata[2]}<extra></extra>"
            ),
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
            showlegend=False,
        )
    )
    axis = {"tickvals": list(range(10)), "showgrid": False, "zeroline": False}
    figure.update_xaxes(title="taken for", range=[-0.6, 9.6], **axis)
    figure.update_yaxes(title="said", range=[9.6, -0.6], **axis)
    return _plain(figure, 420, "event+select")


def _shade(count: int, most: int, right: bool) -> str:
    part = 0.0 if not count else 0.12 if right else 0.15 + 0.75 * count / most
    hue = "0,158,115" if right else "213,94,0"
    return f"rgba({hue},{part:.3f})" if count else "rgba(138,148,160,0.08)"


def _ink(count: int, most: int, right: bool) -> str:
    """The figure on a cell: white where the cell is deep, else grey that both themes show."""
    return "#ffffff" if not right and count > 0.5 * most else GREY_TEXT


def heard(all_trained: dict[int, Trained]) -> go.Figure:
    """Accuracy against how much of a recording was heard, one line a number of states."""
    figure = go.Figure()
    for i, (K, trained) in enumerate(all_trained.items()):
        figure.add_scatter(
            x=[10 * (j + 1) for j in range(len(trained.heard_accuracy))],
            y=trained.heard_accuracy.tolist(),
            name=f"{K} states",
            mode="lines+markers",
            line={"color": COMPONENTS[i], "dash": ("solid", "dash")[i % 2]},
            hovertemplate=f"{K} states, the first %{{x}} %: %{{y:.3f}}<extra></extra>",
        )
    figure.add_hline(y=0.1, line={"color": GREY, "dash": "dot"})
    figure.add_annotation(x=100, y=0.1, text="guessing", showarrow=False, yshift=9, xanchor="right")
    figure.update_xaxes(title="heard, % of the recording", range=[0, 104])
    figure.update_yaxes(title="right", range=[0, 1.02])
    figure.update_layout(legend={"orientation": "h", "y": -0.28})
    return _plain(figure, 280)


def _plain(figure: go.Figure, height: int, clicks: str = "event") -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 50, "r": 10, "t": 34, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        clickmode=clicks,
        dragmode=False,
    )
    return figure
