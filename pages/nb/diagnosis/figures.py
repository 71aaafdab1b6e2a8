"""How far a stated probability of illness is to be believed: one picture."""

import plotly.graph_objects as go

from genmodels.calibration import reliability
from pages.nb.diagnosis.case import HeldOut


def calibration(held: HeldOut, chosen: int | None = None) -> go.Figure:
    """Held-out patients by stated probability: the share that was ill, with Wilson's interval.

    A point's custom data is its place from the left; `chosen` is ringed.
    """
    table = reliability(held.probability, held.ill)
    low, high = table.interval()
    places = list(range(len(table.count)))
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": "#8a94a0", "dash": "dash"},
        name="as stated",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=table.mean_p.tolist(),
        y=table.observed.tolist(),
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (high - table.observed).tolist(),
            "arrayminus": (table.observed - low).tolist(),
            "thickness": 1.2,
        },
        mode="markers+text",
        text=[f"{n}" for n in table.count.tolist()],
        textposition="middle right",
        customdata=places,
        marker={
            "color": "#D55E00",
            "size": [14 if b == chosen else 9 for b in places],
            "symbol": "triangle-up",
            "line": {"color": "#56B4E9", "width": [3 * (b == chosen) for b in places]},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        name="held-out patients",
        hovertemplate="stated %{x:.3f}, ill %{y:.3f} of %{text}<extra></extra>",
    )
    figure.update_layout(
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "stated P(ill)", "range": [-0.03, 1.1]},
        yaxis={"title": "share that was ill", "range": [-0.03, 1.03]},
        legend={"orientation": "h", "y": 1.14},
    )
    return figure
