"""The molecules' honest figures: validity beside a floor, R2 beside trigrams, the mean climb."""

from typing import Any

import plotly.graph_objects as go

from pages.vae.molecules.case import NAMES

MODEL, FLOOR, OTHER = "#0072B2", "#6B7280", "#8C6D31"


def validity(found: dict[str, Any]) -> go.Figure:
    """Share of valid strings: of the model, and of Markov chains over the same molecules."""
    floor, samples = found["floor"], found["samples"]
    rows = [
        (f"Markov chain, order {k}", floor["moses"][f"order_{k}"]["valid"], FLOOR)
        for k in (3, 5, 8)
    ]
    rows += [
        ("VAE, prior, temperature 1", samples["prior"]["valid"], MODEL),
        ("VAE, prior, temperature 0.7", samples["prior_temperature_0.7"]["valid"], MODEL),
        ("VAE, prior, greedy", samples["prior_greedy"]["valid"], MODEL),
        ("VAE, held-out codes, greedy", found["reconstruction"]["valid"], MODEL),
    ]
    rows += [
        (f"QM9: Markov chain, order {k}", floor["qm9"][f"order_{k}"]["valid"], OTHER)
        for k in (3, 5, 8)
    ]
    figure = go.Figure()
    figure.add_bar(
        x=[value for _, value, _ in rows],
        y=[name for name, _, _ in rows],
        orientation="h",
        marker={"color": [colour for _, _, colour in rows]},
        text=[f"{value:.3f}" for _, value, _ in rows],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(height=340, margin={"l": 5, "r": 30, "t": 5, "b": 40}, showlegend=False)
    figure.update_xaxes(title="share of strings that are molecules", range=[0, 0.8])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure


def explained(found: dict[str, Any]) -> go.Figure:
    """R2 of each property: 24 latents, the two of the plane, and character trigrams."""
    bars = (
        ("24 latents", "latent_r2", MODEL),
        ("two axes of this map", "plane_r2", "#56B4E9"),
        ("first two principal components", "principal_r2", OTHER),
        ("character trigrams, no model", "trigram_r2", FLOOR),
    )
    figure = go.Figure()
    for label, key, colour in bars:
        values = [found["regressions"][name][key] for name in NAMES]
        figure.add_bar(
            x=list(NAMES.values()),
            y=values,
            name=label,
            marker={"color": colour},
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
        )
    figure.update_layout(
        height=340,
        margin={"l": 40, "r": 5, "t": 20, "b": 20},
        legend={"orientation": "h", "y": -0.1, "yanchor": "top"},
    )
    figure.update_yaxes(title="R², 2,000 held-out molecules", range=[0, 1])
    return figure


def climb(found: dict[str, Any], name: str) -> go.Figure:
    """Means over 100 molecules: what the line in z predicts, what the molecules decoded have."""
    rows = found["climbs"][name]
    steps = [row["step"] for row in rows]
    figure = go.Figure()
    for key, label, colour, dash in (
        ("predicted", "predicted at z", MODEL, "dash"),
        ("judged", "of the molecules decoded", "#D55E00", "solid"),
    ):
        figure.add_scatter(
            x=steps,
            y=[row[key] for row in rows],
            name=label,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            customdata=[100 * row["valid"] for row in rows],
            hovertemplate="%{x} sd: %{y:.3f}; %{customdata:.0f} % valid<extra></extra>",
        )
    figure.update_layout(
        height=260,
        margin={"l": 50, "r": 5, "t": 5, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(title="standard deviations along the direction")
    figure.update_yaxes(title=f"{NAMES[name]}, mean of 100")
    return figure
