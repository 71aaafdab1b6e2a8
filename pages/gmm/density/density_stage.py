"""The density stage: bells on a line as EM moves them, over a histogram and a kernel's curve."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels import density
from genmodels.density import Array, Histogram
from genmodels.gmm import GaussianMixture
from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register

_mount = register("gmm/density-stage")

GRID = 220
"""Places of the curves, evenly; more stand about each bell of the last model."""
FRAMES = 50
"""Iterations that are drawn, at most: all of the first ones, then ever fewer, and the last."""


@dataclass(frozen=True)
class View:
    """What the stage shows: a frame (see `frames`), and the place of the cursor or None."""

    frame: int
    x: float | None


def frames(count: int) -> list[int]:
    """Which of `count` models are drawn: all where there is room, always the first and last."""
    if count <= FRAMES:
        return list(range(count))
    spread = np.geomspace(1, count, FRAMES) - 1
    kept = np.maximum(np.round(spread), np.arange(FRAMES))
    return [int(i) for i in np.minimum(kept, count - 1)]


def grid(model: GaussianMixture, limits: tuple[float, float]) -> Array:
    """Places x (G,) that show every bell of `model`, however narrow."""
    low, high = limits
    around = np.linspace(-4, 4, 13)
    sigmas = np.sqrt(model.full_covariances()[:, 0, 0])
    fine = (model.means[:, :1] + sigmas[:, None] * around).ravel()
    places = np.concatenate([np.linspace(low, high, GRID), fine])
    return np.unique(places[(places >= low) & (places <= high)])


def room(limits: tuple[float, float]) -> tuple[float, float]:
    """The stage's limits: the data's with an eighth of their width on each side."""
    extra = (limits[1] - limits[0]) / 8 or 1.0
    return limits[0] - extra, limits[1] + extra


def payload(
    x: Array,
    models: Sequence[GaussianMixture],
    *,
    trace_id: str,
    label: str,
    statuses: Sequence[str],
) -> dict[str, Any]:
    """The curves of the models that are drawn; `statuses` has a line for each of `models`."""
    limits = room((float(x.min()), float(x.max())))
    kept = frames(len(models))
    places = grid(models[-1], limits)
    log_joints = np.stack([models[i].log_joint(places[:, None]).T for i in kept])  # (S, K, G)
    highest = log_joints.max(axis=1, keepdims=True)
    parts = np.exp(log_joints - highest)
    shares = parts / parts.sum(axis=1, keepdims=True)
    bells = np.exp(log_joints)
    return {
        "trace_id": trace_id,
        "label": label,
        "limits": list(limits),
        "places": array(places),
        "bells": array(bells),
        "sums": array(bells.sum(axis=1)),
        "shares": array(np.round(255 * shares), "u1"),
        "iterations": kept,
        "statuses": [statuses[i] for i in kept],
        "points": array(x),
    }


def background(
    prepared: Mapping[str, Any], x: Array, last: GaussianMixture, bars: Histogram, bandwidth: float
) -> dict[str, Any]:
    """The histogram and the kernel's curve on the stage's own places, and the y axis' top."""
    places = grid(last, (prepared["limits"][0], prepared["limits"][1]))
    kernel = np.exp(density.kernel_log_prob(places, x, bandwidth))
    highest = np.exp(last.log_prob(places[:, None])).max()
    others = max(float(kernel.max()), float(bars.densities.max()))
    # A spike may run off the top, or all else would lie flat.
    return {
        "edges": array(bars.edges),
        "bars": array(bars.densities),
        "kernel": array(kernel),
        "top": 1.1 * max(others, min(float(highest), 2.5 * float(kernel.max()))),
    }


def density_stage(
    prepared: dict[str, Any], behind: dict[str, Any], *, goto: dict[str, Any], key: str
) -> View:
    """Mount the stage; `goto` {token, frame (-1: the last), x} moves it when its token is new."""
    result = _mount(
        key=key,
        data=encode({**prepared, "behind": behind, "goto": goto}),
        on_view_change=lambda: None,
    )
    return view_of(result, prepared, goto)


def view_of(result: Any, prepared: Mapping[str, Any], goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be of another trace, or of nobody's making."""
    said = getattr(result, "view", None)
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("trace") != prepared["trace_id"] or view.get("token") != goto["token"]:
        view = goto
    last = len(prepared["iterations"]) - 1
    frame, x = view.get("frame"), view.get("x")
    low, high = prepared["limits"]
    good = isinstance(x, (int, float)) and not isinstance(x, bool) and math.isfinite(x)
    return View(
        frame if isinstance(frame, int) and 0 <= frame <= last else last,
        float(min(max(x, low), high)) if good and x is not None else None,
    )


def statuses(
    models: Sequence[GaussianMixture], likelihood: Sequence[float], unit: str, stopped: str
) -> list[str]:
    """A line for each model: what it is, and how probable it makes the data."""
    lines = []
    for i, (model, log_p) in enumerate(zip(models, likelihood, strict=True)):
        sigmas = np.sqrt(model.full_covariances()[:, 0, 0])
        which = "Start" if i == 0 else f"Iteration {i}"
        lines.append(
            f"{which}: log-likelihood {plain(log_p, 4)} nats a point; the narrowest bell is "
            f"{plain(float(sigmas.min()))} {unit} wide."
        )
    lines[-1] += f" End: {stopped}."
    return lines
