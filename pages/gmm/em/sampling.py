"""Draws from a fitted mixture for the sampler: payload, words, numbers, and how well they match."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.gmm.sampling import Draws, draw
from genmodels.kit.opened import Opened, plain
from genmodels.kit.payload import array
from pages.gmm import mixture_run
from pages.gmm.em import opened_sample as arithmetic
from pages.gmm.em_player import data_box, ellipses
from pages.gmm.mixture_run import Setup

COUNTS = (50, 100, 200, 500)


@lru_cache(maxsize=48)
def draws(setup: Setup, count: int, seed: int) -> Draws:
    """Draws from the set-up's last model."""
    model = mixture_run.fitted(setup).model
    return draw(model, count, rng=np.random.default_rng(seed))


@lru_cache(maxsize=24)
def payload(setup: Setup, count: int, seed: int) -> dict[str, Any]:
    """What the sampler draws: the data, the bells, each draw's u, component, z and place."""
    found = draws(setup, count, seed)
    model = mixture_run.fitted(setup).model
    X = setup.points.X
    return {
        "trace_id": f"sample {setup.identity} {count} {seed}",
        "title": setup.points.title,
        "labels": list(setup.points.columns),
        "range": [float(v) for v in data_box(np.concatenate([X, found.x]))],
        "points": array(X),
        **ellipses([model]),
        "u": [float(u) for u in found.u],
        "components": array(found.components.astype(np.uint8), "u1"),
        "z": array(found.z),
        "x": array(found.x),
        "statuses": statuses(model, found),
    }


def statuses(model: gmm.GaussianMixture, found: Draws) -> list[str]:
    """A line a half step: the pick, then the place."""
    lines = ["Press play: first a component is picked by its weight, then a point from its bell."]
    for n, (u, k) in enumerate(zip(found.u, found.components, strict=True)):
        lines.append(
            f"Draw {n + 1}: u = {plain(float(u))} falls on component {k + 1}, "
            f"weight {plain(float(model.weights[k]))}."
        )
        (a, b), (x, y) = found.z[n], found.x[n]
        lines.append(
            f"Draw {n + 1}: z = ({plain(float(a))}, {plain(float(b))}) is carried to "
            f"({plain(float(x))}, {plain(float(y))})."
        )
    return lines


def openable(setup: Setup, count: int, seed: int, step: int) -> dict[str, Callable[[], Opened]]:
    """The numbers of the draw on show."""
    found = draws(setup, count, seed)
    n = min((step + 1) // 2, len(found.u)) - 1
    if n < 0:
        return {}
    model = mixture_run.fitted(setup).model
    numbers: dict[str, Callable[[], Opened]] = {
        "Component": partial(arithmetic.pick, model, found, n)
    }
    if step % 2 == 0:
        for axis, name in enumerate("xy"):
            numbers[f"Place, {name}"] = partial(arithmetic.place, model, found, n, axis)
    return numbers


def moments(setup: Setup, count: int, seed: int, step: int) -> dict[str, list[str]]:
    """How many draws each component has so far, beside what its weight promises."""
    found = draws(setup, count, seed)
    model = mixture_run.fitted(setup).model
    sofar = min((step + 1) // 2, len(found.u))
    counted = np.bincount(found.components[:sofar], minlength=model.n_components)
    return {
        "component": [str(k + 1) for k in range(model.n_components)],
        "drawn": [str(c) for c in counted],
        "expected": [f"{sofar * w:.1f}" for w in model.weights],
    }
