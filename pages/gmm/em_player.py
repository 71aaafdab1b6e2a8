"""The EM player: a trace's half steps on points that can be opened, means that can be dragged."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from genmodels.gmm import EMTrace, GaussianMixture
from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register

_mount = register("gmm/em-player")

GRID = 44
"""Cells of the density shading along each axis."""


@dataclass(frozen=True)
class Selected:
    """A point (row of X) or a mean (component), counted from 0."""

    kind: Literal["point", "mean"]
    index: int


@dataclass(frozen=True)
class View:
    """What the widget shows: a half step (0 the start, 2i - 1 E, 2i M) and what is selected.

    `means` (K, 2) only in the run in which starting means were dropped, else None.
    """

    step: int
    selected: Selected | None
    means: list[list[float]] | None = None


def payload(
    X: np.ndarray,
    trace: EMTrace,
    *,
    trace_id: str,
    title: str,
    labels: Sequence[str],
    density: bool = False,
    opening: bool = False,
) -> dict[str, Any]:
    """Everything that the widget draws, computed here; the widget only maps it to pixels.

    With `opening` the trace is the beginning of a longer one, which is sent next.
    """
    models = [trace.start, *(step.model for step in trace.steps if step.kind == "M")]
    e_steps = [step.responsibilities for step in trace.steps if step.kind == "E"]
    # A start without width has no E-step: nobody answers for any point yet.
    gammas = e_steps or [np.zeros((len(X), trace.start.n_components))]
    box = data_box(X)
    return {
        "trace_id": trace_id,
        "title": title,
        "labels": list(labels),
        "range": [float(value) for value in box],
        "points": array(X),
        "gammas": steps([gamma.T for gamma in gammas]),
        **ellipses(models),
        "likelihood": [float(value) for value in trace.log_likelihood],
        "statuses": [_start_status(trace), *_statuses(trace, opening)],
        "density": _densities(models, box) if density else None,
    }


def em_player(
    prepared: dict[str, Any],
    *,
    goto: dict[str, Any] | None,
    key: str,
    live: dict[str, Any] | None = None,
) -> View:
    """Mount the player on a `payload`; `goto` {token, step, selected} moves it on a new token.

    With `live` {asking, follow} the browser asks `/live/em` itself when one of the controls named
    in `follow` changes, and paints the beginning of the new run before this script has run again.
    """
    result = _mount(
        key=key,
        data=encode({**prepared, "goto": goto, "live": live}),
        on_view_change=lambda: None,
        on_means_change=lambda: None,
    )
    return view_of(result, prepared["trace_id"], goto)


def view_of(result: Any, trace_id: str, goto: dict[str, Any] | None) -> View:
    """What the browser said, checked: it may be of an older trace, or of nobody's making."""
    said = getattr(result, "view", None)
    view = dict(said) if isinstance(said, Mapping) else {}
    if view.get("trace") != trace_id:
        view = dict(goto or {"step": 0, "selected": None})
    step = view.get("step")
    return View(
        step=step if isinstance(step, int) and step >= 0 else 0,
        selected=_selected(view.get("selected")),
        means=_means(getattr(result, "means", None)),
    )


def _selected(chosen: Any) -> Selected | None:
    try:
        kind, index = chosen["kind"], int(chosen["index"])
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
    return Selected(kind, index) if kind in ("point", "mean") and index >= 0 else None


def _means(said: Any) -> list[list[float]] | None:
    try:
        means = [[float(x), float(y)] for x, y in said]
    except (TypeError, ValueError, OverflowError):
        return None
    finite = all(math.isfinite(value) and abs(value) < 1e9 for mean in means for value in mean)
    return means if finite and 1 <= len(means) <= 10 else None


def data_box(X: np.ndarray) -> tuple[float, float, float, float]:
    """x and y limits of the stage: the data's own with room for ellipses."""
    low, high = X.min(axis=0), X.max(axis=0)
    room = np.where(high > low, 0.12 * (high - low), 1.0)
    return (low[0] - room[0], high[0] + room[0], low[1] - room[1], high[1] + room[1])


def ellipses(models: Sequence[GaussianMixture]) -> dict[str, Any]:
    """What ellipses are drawn from, a model a row: means, roots of covariances, weights."""
    return {
        "means": array(np.stack([model.means for model in models])),
        "roots": array(_roots(np.stack([model.full_covariances() for model in models]))),
        "weights": array(np.stack([model.weights for model in models])),
    }


def _roots(covariances: np.ndarray) -> np.ndarray:
    """(..., 3): xx, xy, yy of each covariance's symmetric root, which maps a circle to 1 sigma."""
    variances, axes = np.linalg.eigh(covariances)
    roots = (axes * np.sqrt(np.maximum(variances, 0))[..., None, :]) @ axes.swapaxes(-1, -2)
    return np.stack([roots[..., 0, 0], roots[..., 0, 1], roots[..., 1, 1]], axis=-1)


def _densities(
    models: Sequence[GaussianMixture], box: tuple[float, float, float, float]
) -> dict[str, Any]:
    """(models, GRID, GRID) bytes, rows from the top: sqrt of the density, the largest 255."""
    xs = np.linspace(box[0], box[1], 2 * GRID + 1)[1::2]
    ys = np.linspace(box[3], box[2], 2 * GRID + 1)[1::2]
    cells = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    shades = []
    for model in models:
        try:
            log_density = model.log_prob(cells)
        except np.linalg.LinAlgError:  # a component without width: its spike has no shade
            log_density = np.full(len(cells), -np.inf)
        highest = log_density.max()
        shade = np.exp(0.5 * (log_density - highest)) if np.isfinite(highest) else 0 * cells[:, 0]
        shades.append(shade.reshape(GRID, GRID))
    return array(np.round(255 * np.stack(shades)), "u1")


def _start_status(trace: EMTrace) -> str:
    return (
        f"Start: {trace.start.n_components} components, equal weights, each as wide as the data. "
        "Drag a mean to begin elsewhere; play to run EM."
    )


def _statuses(trace: EMTrace, opening: bool) -> list[str]:
    """One line a half step: what it did, with this step's numbers and what went wrong in it."""
    lines = []
    before = trace.start
    last: float | None = None
    for step in trace.steps:
        if step.kind == "E":
            gain = "" if last is None else f" ({plain(step.log_likelihood - last)} more)"
            line = (
                f"E-step {step.iteration}: each point's responsibilities, from the ellipses as "
                f"they stand. Log-likelihood {plain(step.log_likelihood, 6)} nats{gain}."
            )
            last = step.log_likelihood
        else:
            moved = np.linalg.norm(step.model.means - before.means, axis=1)
            k = int(moved.argmax())
            line = (
                f"M-step {step.iteration}: weights, means and covariances from those colours. "
                f"Mean {k + 1} moved most, by {plain(float(moved[k]))}."
            )
            before = step.model
        lines.append(" ".join([line, *(f"Note: {note}." for note in step.notes)]))
    if lines:
        lines[-1] += " EM goes on." if opening else f" End: {trace.stopped}."
    return lines
