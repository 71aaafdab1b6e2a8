"""Who owns which part of the plane, and the borders between: from scores on a grid."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Regions(NamedTuple):
    """`owner` (rows, columns) is the largest score's index; rows go down, as on a screen.

    `borders` (S, 4) are straight pieces x0, y0, x1, y1 in parts of the box: 0, 0 is its upper
    left corner and 1, 1 its lower right one.
    """

    owner: NDArray[np.uint8]
    borders: Array


def grid(box: tuple[float, float, float, float], rows: int, columns: int) -> Array:
    """The grid's places in the plane, (rows * columns, 2), row by row from the top.

    box: x from, x to, y from, y to; the outermost places lie on its edges.
    """
    xs, ys = np.linspace(box[0], box[1], columns), np.linspace(box[3], box[2], rows)
    places: Array = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return places


def regions(scores: Array) -> Regions:
    """Where each score is the largest, from scores (rows, columns, K), rows from the top.

    A border crosses the line between two neighbours where the difference of their owners' scores
    vanishes if it is linear between them: exact for straight borders, close for curved ones.
    Within a cell, two crossings are joined, and three or four meet at their middle.
    """
    rows, columns, _ = scores.shape
    owner = scores.argmax(axis=2)
    across = _crossings(scores[:, :-1], scores[:, 1:], owner[:, :-1], owner[:, 1:])
    down = _crossings(scores[:-1], scores[1:], owner[:-1], owner[1:])
    r, c = np.mgrid[: rows - 1, : columns - 1].astype(np.float64)
    points = np.stack(  # (rows - 1, columns - 1, 4 edges, x and y); NaN where nothing crosses
        [
            np.stack([c + across[:-1], r], axis=-1),
            np.stack([c + across[1:], r + 1], axis=-1),
            np.stack([c, r + down[:, :-1]], axis=-1),
            np.stack([c + 1, r + down[:, 1:]], axis=-1),
        ],
        axis=2,
    )
    there = ~np.isnan(points).any(axis=-1)
    count = there.sum(axis=-1)
    pairs = points[count == 2][there[count == 2]].reshape(-1, 4)
    meeting, present = points[count > 2], there[count > 2]
    middle = np.where(present[..., None], meeting, 0).sum(axis=1) / present.sum(axis=1)[:, None]
    ends = np.broadcast_to(middle[:, None, :], meeting.shape)
    spokes = np.concatenate([meeting, ends], axis=-1)[present]
    size = np.array([columns - 1, rows - 1] * 2, dtype=np.float64)
    return Regions(owner.astype(np.uint8), np.concatenate([pairs, spokes]) / size)


def _crossings(a: Array, b: Array, owner_a: NDArray[np.int64], owner_b: NDArray[np.int64]) -> Array:
    """How far from a to b the border lies, in [0, 1]; NaN where both have one owner."""
    at = np.full(owner_a.shape, np.nan)
    change = owner_a != owner_b
    i, j = owner_a[change][:, None], owner_b[change][:, None]
    first, second = a[change], b[change]
    over = (np.take_along_axis(first, i, 1) - np.take_along_axis(first, j, 1))[:, 0]
    under = (np.take_along_axis(second, j, 1) - np.take_along_axis(second, i, 1))[:, 0]
    total = over + under
    at[change] = np.where(total > 0, over / np.where(total > 0, total, 1), 0.5)
    return at
