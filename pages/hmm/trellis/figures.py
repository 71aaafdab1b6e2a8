"""What P(O) costs, path by path and by the forward algorithm, against the sequence's length."""

import math

import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.hmm.trellis.costs import Costs

GREY = "#8a94a0"
DAY = 86_400 * 1e9
"""Multiplications of a machine that does a billion a second, in a day."""


def costs(found: Costs, K: int, T: int) -> go.Figure:
    """Multiplications on a log axis against T, the current T marked with both numbers.

    The axis holds exponents of 10 (whole numbers of hundreds of digits are no floats).
    """
    figure = go.Figure()
    side = "left" if found.lengths[-1] < 2 * T else "right"
    for name, values, colour, dash, place in (
        ("path by path, (2T − 1) K^T", found.by_path, COMPONENTS[1], "solid", "top"),
        ("forward, K + (T − 1) K (K + 1)", found.by_forward, COMPONENTS[0], "dash", "bottom"),
    ):
        logs = [math.log10(v) if v else 0.0 for v in values]
        figure.add_scatter(
            x=found.lengths,
            y=logs,
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5, "dash": dash},
            customdata=[short(v) for v in values],
            hovertemplate="T = %{x}: %{customdata}<extra></extra>",
        )
        figure.add_scatter(
            x=[T],
            y=[logs[T - 1]],
            mode="markers+text",
            marker={"size": 11, "color": colour},
            text=[short(values[T - 1])],
            textposition=f"{place} {side}",
            showlegend=False,
            hoverinfo="skip",
            cliponaxis=False,
        )
    figure.add_vline(x=T, line={"color": GREY, "dash": "dot"})
    most = math.log10(found.by_path[-1]) if found.by_path[-1] else 0.0
    if most > math.log10(DAY):
        figure.add_hline(
            y=math.log10(DAY),
            line={"color": GREY, "width": 1},
            annotation_text="a day, at 10⁹ a second",
            annotation_position=f"top {side}",
        )
    step = next(s for s in (1, 2, 5, 10, 20, 50) if most / s <= 8)
    exponents = range(0, math.ceil(most + 1), step)
    figure.update_xaxes(title=f"T, with K = {K} states", range=[0.5, found.lengths[-1] + 0.5])
    figure.update_yaxes(
        title="multiplications",
        tickvals=list(exponents),
        ticktext=["1" if e == 0 else f"10<sup>{e}</sup>" for e in exponents],
        range=[-0.1, most * 1.06 + 0.4],
    )
    figure.update_layout(
        height=330,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def short(n: int) -> str:
    """A whole number, or about its power of ten where it is long."""
    if n < 10**9:
        return f"{n:,}"
    exponent = len(str(n)) - 1
    lead = n // 10 ** (exponent - 2)
    return f"{lead / 100:.2f} × 10<sup>{exponent}</sup>"
