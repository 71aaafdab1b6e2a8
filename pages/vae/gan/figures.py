"""VAE against GAN: what was measured, and how the losses went."""

import math

import plotly.graph_objects as go

from genmodels.kit.figures import COMPONENTS, DIGITS
from pages.vae.gan import case as run

GREY, BLUE, ORANGE = "#6B7280", "#0072B2", "#D55E00"


def colour(name: str) -> str:
    """Grey for digits, blue for a VAE, orange for a GAN."""
    return GREY if name.startswith("real") else BLUE if name.startswith("mnist") else ORANGE


def bars(key: str) -> go.Figure:
    """One measure of every model: sharpness (+- a standard deviation), entropy or Frechet."""
    found = run.figures()
    names = [name for name in found if key != "frechet" or name != "real"]
    figure = go.Figure()
    figure.add_bar(
        x=[found[name][key] for name in names],
        y=[run.TITLES[name] for name in names],
        orientation="h",
        marker={"color": [colour(name) for name in names]},
        text=[f"{found[name][key]:.3g}" for name in names],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    titles = {
        "sharpness": "variance of the Laplacian, mean of 10,000",
        "entropy": "entropy of the digits found, nats",
        "frechet": "Fréchet distance to test digits, lower is nearer",
    }
    if key == "entropy":
        figure.add_vline(x=math.log(10), line={"color": GREY, "dash": "dot", "width": 1})
    high = max(found[name][key] for name in names)
    figure.update_layout(height=310, margin={"l": 5, "r": 45, "t": 5, "b": 40}, showlegend=False)
    figure.update_xaxes(title=titles[key], range=[0, 1.12 * high])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return figure


def histogram(name: str) -> go.Figure:
    """How often each digit is found in 10,000 samples, beside the test digits."""
    found = run.figures()
    digits = [str(k) for k in range(10)]
    figure = go.Figure()
    figure.add_bar(
        x=digits,
        y=found[name]["histogram"],
        name=run.TITLES[name],
        marker={"color": list(DIGITS)},
        customdata=[[k, of] for k, of in zip(digits, found["real"]["histogram"], strict=True)],
        hovertemplate="%{x}: %{y:,}, of the test digits %{customdata[1]:,}<extra></extra>",
        unselected={"marker": {"opacity": 1}},
    )
    figure.add_scatter(
        x=digits,
        y=found["real"]["histogram"],
        name=run.TITLES["real"],
        mode="markers",
        marker={"symbol": "line-ew-open", "size": 22, "color": GREY, "line": {"width": 3}},
        hoverinfo="skip",
        unselected={"marker": {"opacity": 1}},
    )
    figure.update_layout(height=260, margin={"l": 45, "r": 5, "t": 5, "b": 40}, showlegend=False)
    figure.update_xaxes(title="digit that the classifier finds", type="category")
    figure.update_yaxes(title="of 10,000", rangemode="tozero")
    return figure


def seeds() -> go.Figure:
    """The entropy of what each GAN draws, over its training: at 0, one digit is all."""
    figure = go.Figure()
    for s, name in enumerate(run.GANS[1:]):
        trace = run.training(name)
        figure.add_scatter(
            x=trace.steps,
            y=trace.entropies,
            name=f"seed {s}",
            mode="lines+markers",
            line={"color": COMPONENTS[s], "width": 2},
            hovertemplate="step %{x}: %{y:.2f} nats<extra></extra>",
        )
    figure.add_hline(y=math.log(10), line={"color": GREY, "dash": "dot", "width": 1})
    figure.update_layout(
        height=230,
        margin={"l": 45, "r": 5, "t": 5, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
    figure.update_xaxes(title="step of the five GANs")
    figure.update_yaxes(title="entropy, nats", range=[-0.1, 2.5])
    return figure


def falling() -> go.Figure:
    """The VAE's loss: it falls, and its level means something."""
    trace = run.falling()
    figure = go.Figure()
    figure.add_scatter(
        x=trace.steps,
        y=trace.elbo,
        mode="lines",
        line={"color": BLUE, "width": 2},
        hovertemplate="step %{x}: %{y:.1f} nats<extra></extra>",
    )
    figure.update_layout(height=200, margin={"l": 45, "r": 5, "t": 5, "b": 40}, showlegend=False)
    figure.update_xaxes(title="step of the VAE", type="log")
    figure.update_yaxes(title="−ELBO, nats")
    return figure
