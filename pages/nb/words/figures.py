"""The words' pictures: a weight in both collections, and measured times."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from genmodels.datasets import spam
from genmodels.kit.figures import COMPONENTS
from pages.nb.naive_bayes_opened import shown
from pages.nb.words import case as nb_words
from pages.nb.words.speed import OURS, Speed

NAMED = 14
TASKS = {
    "fit": "fit, a message",
    "posterior": "posterior, of many",
    "message": "one decision",
}


def both_collections(chosen: int | None) -> go.Figure:
    """Each telling word's weight in the earlier and the later collection; customdata is the word.

    On the diagonal a word tells as much in both. Fingerprints are squares and crosses.
    """
    times, vocabulary = nb_words.across(), spam.load().vocabulary
    figure = go.Figure()
    named = _named()
    plain = times.telling & ~times.fingerprint
    groups = (
        ("tells in both", plain, COMPONENTS[9], "circle", 6),
        ("turned", times.turned, COMPONENTS[1], "square", 9),
        ("gone", times.gone, COMPONENTS[6], "x", 10),
    )
    for name, which, colour, symbol, size in groups:
        places = np.flatnonzero(which)
        names = [shown(vocabulary[f]) for f in places]
        figure.add_scatter(
            x=times.weight[0][places].round(3).tolist(),
            y=times.weight[1][places].round(3).tolist(),
            mode="markers+text",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": size, "opacity": 0.85},
            text=[n if f in named else "" for n, f in zip(names, places.tolist(), strict=True)],
            textposition="top center",
            customdata=[vocabulary[f] for f in places],
            hovertemplate="%{customdata}: earlier %{x:.2f}, later %{y:.2f} nats<extra></extra>",
        )
    if chosen is not None:
        figure.add_scatter(
            x=[float(times.weight[0, chosen])],
            y=[float(times.weight[1, chosen])],
            mode="markers",
            marker={"symbol": "circle-open", "size": 18, "line": {"width": 2.5},
                    "color": COMPONENTS[0]},
            hoverinfo="skip",
            showlegend=False,
        )  # fmt: skip
    reach = 6.5
    line = {"dash": "dot", "width": 1.2, "color": COMPONENTS[9]}
    figure.add_shape(type="line", x0=-reach, y0=-reach, x1=reach, y1=reach, line=line)
    figure.update_layout(
        height=470,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "earlier collection, nats (+ is spam)", "zeroline": True},
        yaxis={"title": "later collection, nats", "zeroline": True},
        legend={"orientation": "h", "y": 1.08},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure


def _named() -> set[int]:
    """Fingerprints that have room for their names, the largest loss first."""
    weight = nb_words.across().weight
    found = nb_words.fingerprints()
    kept: list[int] = []
    for f in found[np.argsort(-np.abs(weight[0] - weight[1])[found], kind="stable")].tolist():
        apart = np.abs(weight[:, kept] - weight[:, [f]])
        if not ((apart[0] < 1.3) & (apart[1] < 0.5)).any():
            kept.append(f)
    return set(kept[:NAMED])


def times_bars(measured: Sequence[Speed]) -> go.Figure:
    """Microseconds an item, ours and scikit-learn's, on a log axis; shorter is faster."""
    figure = go.Figure()
    for who, colour, shape in ((OURS, COMPONENTS[0], ""), ("scikit-learn", COMPONENTS[1], "/")):
        mine = [s for s in measured if s.who == who]
        figure.add_bar(
            y=[TASKS[s.what] for s in mine],
            x=[s.microseconds for s in mine],
            name=who,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": shape}},
            text=[f"{s.microseconds:.3g} µs" for s in mine],
            textposition="auto",
            customdata=[f"{s.who}:{s.what}" for s in mine],
            hovertemplate="%{y}: %{x:.4g} µs<extra></extra>",
        )
    figure.update_layout(
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "µs an item (log)", "type": "log"},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1.12},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure
