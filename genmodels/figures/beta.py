"""Rate against distortion, strips of pictures, and which latent tells what."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from genmodels.vae.family import BETAS


def rate_distortion(told: Sequence[dict[str, Any]], chosen: int) -> go.Figure:
    """KL (rate) against reconstruction (distortion) of each beta above 0; the chosen one ringed."""
    shown = [i for i, one in enumerate(told) if one["kl"] is not None]
    figure = go.Figure()
    figure.add_scatter(
        x=[told[i]["kl"] for i in shown],
        y=[told[i]["bce"] for i in shown],
        mode="lines+markers+text",
        text=[f"β = {BETAS[i]:g}" for i in shown],
        textposition="top right",
        customdata=shown,
        line={"color": "#0072B2", "width": 2},
        marker={
            "size": [16 if i == chosen else 9 for i in shown],
            "color": ["#D55E00" if i == chosen else "#0072B2" for i in shown],
        },
        hovertemplate="rate %{x:.2f}, distortion %{y:.2f} nats<extra></extra>",
        cliponaxis=False,
    )
    figure.update_layout(height=280, margin={"l": 55, "r": 45, "t": 20, "b": 45}, showlegend=False)
    figure.update_xaxes(title="rate: KL, nats", rangemode="tozero")
    figure.update_yaxes(title="distortion, nats")
    return figure


def strip(pictures: np.ndarray, labels: Sequence[str], top: float = 1.0) -> go.Figure:
    """Pictures (n, 784) side by side with a word under each."""
    row = np.concatenate([picture.reshape(28, 28) for picture in pictures], axis=1)
    figure = go.Figure()
    figure.add_heatmap(
        z=row, colorscale="gray", zmin=0, zmax=top, showscale=False, hoverinfo="skip"
    )
    figure.update_xaxes(
        tickvals=[28 * n + 13.5 for n in range(len(labels))], ticktext=list(labels), showgrid=False
    )
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    figure.update_layout(height=130, margin={"l": 5, "r": 5, "t": 5, "b": 28})
    return figure


def information(extra: dict[str, Any], name: str) -> go.Figure:
    """I(z_j; v_k) in nats, a row a latent, a column an attribute."""
    values = np.array(extra["information"])
    figure = go.Figure()
    figure.add_heatmap(
        z=values,
        x=extra["factors"],
        y=[f"z{j + 1}" for j in range(len(values))],
        zmin=0,
        zmax=0.9,
        colorscale="Blues",
        text=np.round(values, 2),
        texttemplate="%{text}",
        showscale=False,
        hovertemplate="%{y} tells %{z:.3f} nats of %{x}<extra></extra>",
    )
    figure.update_layout(
        height=330,
        margin={"l": 40, "r": 5, "t": 30, "b": 30},
        title={"text": f"{name}: gap {extra['mig']:.3f}", "font": {"size": 14}},
    )
    figure.update_yaxes(autorange="reversed")
    return figure
