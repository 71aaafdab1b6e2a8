"""What two levels of latents cost, and what each carries."""

from collections.abc import Sequence

import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS
from pages.vae.levels.case import UNUSED, Cost, Kept, Use

BCE, LOW, HIGH = COMPONENTS[9], COMPONENTS[0], COMPONENTS[1]


def costs(models: Sequence[Cost]) -> go.Figure:
    """-ELBO of each model as BCE + KL, the total written beside."""
    names = [one.name for one in models][::-1]
    figure = go.Figure()
    for name, part, colour in (("BCE", "bce", BCE), ("KL, lower", "lower", LOW),
                               ("KL, upper", "upper", HIGH)):  # fmt: skip
        values = [getattr(one, part) for one in models][::-1]
        figure.add_bar(
            x=values,
            y=names,
            orientation="h",
            name=name,
            marker_color=colour,
            text=[f"{v:.2f}" if v > 8 else "" for v in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            hovertemplate="%{y}: %{x:.3f} nats",
        )
    for one in models:
        figure.add_annotation(
            x=one.total, y=one.name, text=f"{one.total:.2f}", showarrow=False, xanchor="left"
        )
    figure.update_layout(
        barmode="stack",
        height=262,
        margin={"l": 90, "r": 50, "t": 32, "b": 90},
        legend={"orientation": "h", "y": -0.45, "traceorder": "normal"},
    )
    figure.update_xaxes(title="nats a test picture")
    return figure


def use(found: Use) -> go.Figure:
    """KL of each latent, on a logarithmic axis, with the line below which it says nothing."""
    figure = go.Figure()
    for name, values, colour in (
        ("hierarchical, lower", found.lower, LOW),
        ("hierarchical, upper", found.upper, HIGH),
        ("mnist-16", found.sixteen, BCE),
    ):
        figure.add_bar(
            x=list(range(1, len(values) + 1)),
            y=[max(float(v), 1e-4) for v in values],
            name=name,
            marker_color=colour,
            hovertemplate="latent %{x}: %{y:.4f} nats",
        )
    figure.add_hline(
        y=UNUSED,
        line={"color": "#6B7280", "width": 1.5, "dash": "dash"},
    )
    figure.update_layout(
        height=312,
        margin={"l": 60, "r": 10, "t": 32, "b": 90},
        legend={"orientation": "h", "y": -0.35},
    )
    figure.update_xaxes(title="latent", dtick=1)
    figure.update_yaxes(
        title="KL, nats",
        type="log",
        tickvals=[0.0001, 0.001, 0.01, 0.1, 1],
        ticktext=["0.0001", "0.001", "0.01", "0.1", "1"],
    )
    return figure


def kept(found: Sequence[Kept]) -> go.Figure:
    """The share of digits that stay what they were; chance dotted."""
    figure = go.Figure(
        go.Bar(
            x=[one.share for one in found][::-1],
            y=[one.name for one in found][::-1],
            orientation="h",
            marker_color=LOW,
            text=[f"{one.share:.0%}" for one in found][::-1],
            textposition="auto",
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )
    )
    figure.add_vline(x=0.1, line={"color": "#6B7280", "width": 1.5, "dash": "dot"})
    figure.update_layout(height=252, margin={"l": 180, "r": 20, "t": 32, "b": 40})
    figure.update_xaxes(title="read the same by a classifier", tickformat=".0%",
                        range=[0, 1])  # fmt: skip
    return figure
