"""The map with a few labels, and accuracy against their number."""

import numpy as np
import plotly.graph_objects as go

from genmodels.datasets import mnist, mnist_train
from genmodels.kit.figures import DIGITS
from pages.vae.few_labels import case as run
from pages.vae.few_labels.case import Curve, Fit

VIEWS = ("Labels only", "Guesses", "Truth")
GREY = "#9AA3AD"
COLOURS = {"2 latents": "#0072B2", "16 latents": "#D55E00", "784 pixels": "#6B7280"}
DASHES = {run.METHODS[0]: "solid", run.METHODS[1]: "dash"}


def digit_map(found: Fit, view: str, selected: int) -> go.Figure:
    """The 2,000 test digits where `mnist-2d` puts them, and the labelled ones as their digits.

    Grey, coloured by the guess (a cross where it is wrong), or by the truth. Each test digit's
    `customdata` is its place among the 2,000.
    """
    digits, places = mnist.shown(), run.features("2 latents")
    figure = go.Figure()
    z = places[1]
    if view == "Labels only":
        every = np.arange(len(z))
        _dots(figure, z, every, GREY, "unlabelled", "circle", 4)
    else:
        shown = found.guess if view == "Guesses" else digits.labels
        for digit in range(10):
            of = shown == digit
            right = np.flatnonzero(of & (found.right if view == "Guesses" else True))
            _dots(figure, z, right, DIGITS[digit], f"{digit}", "circle", 5)
            if view == "Guesses":
                wrong = np.flatnonzero(of & ~found.right)
                _dots(figure, z, wrong, DIGITS[digit], f"{digit}, wrong", "x-thin", 6)
    known = places[0][found.chosen]
    labels = mnist_train.load().labels[found.chosen]
    figure.add_scatter(
        x=known[:, 0],
        y=known[:, 1],
        mode="markers+text",
        text=[str(label) for label in labels],
        textfont={"size": 11, "color": "#ffffff"},
        marker={
            "size": 15,
            "color": [DIGITS[label] for label in labels],
            "line": {"width": 1.5, "color": "#111111"},
        },
        hovertemplate="labelled: %{text}<extra></extra>",
        showlegend=False,
    )
    if 0 <= selected < len(z):
        figure.add_scatter(
            x=[z[selected, 0]],
            y=[z[selected, 1]],
            mode="markers",
            marker={"size": 18, "symbol": "circle-open", "line": {"width": 3}, "color": "#111111"},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_layout(
        height=470,
        margin={"l": 40, "r": 5, "t": 5, "b": 40},
        showlegend=False,
        clickmode="event+select",
        dragmode="pan",
    )
    figure.update_xaxes(title="z₁", range=[-4, 4], zeroline=False)
    figure.update_yaxes(title="z₂", range=[-4, 4.7], zeroline=False, scaleanchor="x")
    return figure


def _dots(
    figure: go.Figure, z: np.ndarray, of: np.ndarray, colour: str, name: str, symbol: str, size: int
) -> None:
    thin = symbol == "x-thin"
    figure.add_scatter(
        x=z[of, 0],
        y=z[of, 1],
        customdata=of,
        mode="markers",
        name=name,
        marker={
            "size": size,
            "color": colour,
            "symbol": symbol,
            "line": {"width": 2 if thin else 0, "color": colour},
        },
        hovertemplate=f"{name}<extra></extra>",
    )


def accuracies(curves: tuple[Curve, ...], found: Fit) -> go.Figure:
    """Accuracy against labels a class, a line a space and method; the fit on show as a star."""
    figure = go.Figure()
    for curve in curves:
        figure.add_scatter(
            x=run.SIZES,
            y=curve.mean,
            error_y={"array": curve.deviation, "thickness": 1, "width": 2},
            mode="lines+markers",
            name=f"{curve.space}, {curve.method}",
            line={"color": COLOURS[curve.space], "width": 2, "dash": DASHES[curve.method]},
            hovertemplate="%{x} a class: %{y:.1%}<extra>" + curve.space + "</extra>",
        )
    figure.add_scatter(
        x=[found.setting.size],
        y=[found.accuracy],
        mode="markers",
        marker={
            "symbol": "star",
            "size": 14,
            "color": COLOURS[found.setting.space],
            "line": {"width": 1, "color": "#111111"},
        },
        name="on the map",
    )
    figure.update_layout(
        height=470,
        margin={"l": 50, "r": 5, "t": 5, "b": 40},
        legend={"orientation": "h", "y": -0.16, "font": {"size": 11}},
    )
    figure.update_xaxes(
        title="labels a class", type="log", tickvals=run.SIZES, ticktext=[str(n) for n in run.SIZES]
    )
    figure.update_yaxes(title="right of 2,000", tickformat=".0%", range=[0.2, 1])
    return figure
