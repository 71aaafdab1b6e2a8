"""The density page's stage: payloads made once for all visitors, its link, what opens on it."""

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels.datasets import measurements
from genmodels.kit.opened import Opened, plain
from pages.gmm.density import case as density_run
from pages.gmm.density import density_stage
from pages.gmm.density import opened as arithmetic
from pages.gmm.density.case import Setup, Smoothing
from pages.gmm.density.density_stage import View


@lru_cache(maxsize=32)
def prepared(setup: Setup) -> dict[str, Any]:
    """What the stage draws of EM; at most about 1 MB as JSON, at K = 8 and many iterations."""
    data, trace = measurements.load(setup.data), density_run.fitted(setup)
    models = density_run.models(setup)
    # Each E-step's likelihood is that of the model before it; the last model has none yet.
    N = len(data.x)
    likelihood = [float(value) / N for value in trace.log_likelihood[: len(models)]]
    likelihood += [float(m.log_prob(data.x[:, None]).mean()) for m in models[len(likelihood) :]]
    return density_stage.payload(
        data.x,
        models,
        trace_id=f"{setup}",
        label=f"{data.quantity} ({data.unit})",
        statuses=density_stage.statuses(models, likelihood, data.unit, trace.stopped),
    )


@lru_cache(maxsize=64)
def behind(setup: Setup, smoothing: Smoothing) -> dict[str, Any]:
    """The histogram and the kernel's curve."""
    data = measurements.load(setup.data)
    return density_stage.background(
        prepared(setup),
        data.x,
        density_run.fitted(setup).model,
        density_run.bars(data, smoothing),
        density_run.bandwidth(data, smoothing),
    )


def snapped(setup: Setup, x: float | None) -> float | None:
    """The place of the stage's grid nearest to x, as the widget has it (float32)."""
    if x is None:
        return None
    low, high = prepared(setup)["limits"]
    places = density_stage.grid(density_run.fitted(setup).model, (low, high))
    return float(np.float32(places[np.abs(places - x).argmin()]))


def openable(
    setup: Setup, smoothing: Smoothing, view: View
) -> dict[str, Callable[[], Opened | None]]:
    """What the inspector can open, by the name of its tab; densities where there is a cursor."""
    data = measurements.load(setup.data)
    numbers: dict[str, Callable[[], Opened | None]] = {}
    if view.x is not None:
        model = density_run.models(setup)[prepared(setup)["iterations"][view.frame]]
        h = density_run.bandwidth(data, smoothing)
        bars = density_run.bars(data, smoothing)
        numbers["Mixture"] = partial(arithmetic.mixture_density, model, view.x, data.unit)
        numbers["Kernel"] = partial(arithmetic.kernel_density, data.x, h, view.x, data.unit)
        if bars.edges[0] <= view.x <= bars.edges[-1]:
            numbers["Histogram"] = partial(arithmetic.bar_density, bars, view.x, data.unit)
    numbers["Held out"] = partial(_held_out, setup, smoothing)
    return numbers


def _held_out(setup: Setup, smoothing: Smoothing) -> Opened:
    c = density_run.compare(setup, smoothing)
    note = (
        f"Kernel {plain(c.mean(c.kernel), 4)}, histogram {plain(c.mean(c.histogram), 4)}, best "
        f"mixture {plain(max(c.mixture_means), 4)} at K = {c.best_K}."
    )
    return arithmetic.held_out(c.mixture[setup.K - 1], c.sizes, f"mixture of K = {setup.K}", note)


def checked_x(text: str | None) -> tuple[float | None, str | None]:
    """The cursor's place from the link: (number or None, message)."""
    if text is None:
        return None, None
    try:
        value = float(text) if len(text) < 40 and text.isascii() else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value, None
    return None, (
        f"The link's gmmd_x must be a number; it says “{text[:40]}”. Shown instead: no cursor."
    )


def checked_step(text: str | None) -> tuple[int | None, str | None]:
    """The frame from the link: (frame or None for the last, message)."""
    most = density_stage.FRAMES - 1
    if text is None:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= most:
        return int(text), None
    return None, (
        f"The link's gmmd_step must be a whole number from 0 to {most}; it says “{text[:40]}”. "
        "Shown instead: the last step."
    )
