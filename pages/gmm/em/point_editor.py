"""The point editor: a stage on which a reader puts points, with the mixture fitted to them."""

import math
from typing import Any

import numpy as np

from genmodels.gmm import GaussianMixture
from genmodels.kit.own_data import MAX_CLICKED
from genmodels.kit.payload import encode, steps
from genmodels.kit.widget import register
from pages.gmm.em_player import data_box, ellipses

_mount = register("gmm/point-editor")

Range = tuple[float, float, float, float]


def payload(
    points: list[list[float]],
    box: Range,
    *,
    labels: tuple[str, str] = ("x", "y"),
    model: GaussianMixture | None = None,
) -> dict[str, Any]:
    """The points (N, 2) in a box (x low, x high, y low, y high), and the fitted bells if any."""
    X = np.array(points, dtype=np.float64).reshape(-1, 2)
    fitted: dict[str, Any] | None = None
    if model is not None and len(X):
        fitted = {
            **ellipses([model]),
            "gammas": steps([model.responsibilities(X).T]),
        }
    return {
        "points": points,
        "range": list(box),
        "labels": list(labels),
        "model": fitted,
        "limit": MAX_CLICKED,
    }


def point_editor(prepared: dict[str, Any], *, key: str) -> list[list[float]] | None:
    """Mount the editor; the points in the run in which the reader changed them, else None."""
    result = _mount(key=key, data=encode(prepared), on_points_change=lambda: None)
    return points_said(getattr(result, "points", None))


def points_said(said: Any) -> list[list[float]] | None:
    """What the browser sent, checked."""
    try:
        points = [[float(x), float(y)] for x, y in said]
    except (TypeError, ValueError, OverflowError):
        return None
    finite = all(math.isfinite(v) and abs(v) <= 1e12 for point in points for v in point)
    return points if finite and len(points) <= MAX_CLICKED else None


def box_of(points: list[list[float]], before: Any) -> Range:
    """The stage's limits: as before while all points fit, or theirs with room."""
    X = np.array(points, dtype=np.float64).reshape(-1, 2)
    if before is None:
        if not len(X):
            return (0.0, 10.0, 0.0, 10.0)
        before = data_box(X)
    left, right, low, high = before
    x, y = X[:, 0], X[:, 1]
    if len(X) and (x.min() < left or x.max() > right or y.min() < low or y.max() > high):
        left, right, low, high = data_box(X)
    return (float(left), float(right), float(low), float(high))
