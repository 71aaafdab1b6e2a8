"""Eight simple strokes, drawn by the program: what the starter signs are trained on.

Nobody drew these. Each is a skeleton path that a seeded generator turns, stretches, shears and
bends a little, rounds at its corners, and walks faster where it is straight and slower where it
turns: speed goes with curvature to the power -1/3 (Lacquaniti, Terzuolo and Viviani 1983, Acta
Psychologica 54). Points come every 16 ms, with a tremor of 0.002 of the pad's side.
"""

from collections.abc import Callable

import numpy as np

from genmodels.strokes import Array

TREMOR = 0.002
EVERY = 16.0
DENSE = 400


def _line(*corners: tuple[float, float]) -> Array:
    return np.array(corners)


def _arc(x: float, y: float, radius: float, start: float, end: float) -> Array:
    """Points of a circle from one angle to another, in degrees, anticlockwise where end > start."""
    angle = np.radians(np.linspace(start, end, 60))
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def _s() -> Array:
    return np.vstack([_arc(0.5, 0.67, 0.18, 40, 270), _arc(0.5, 0.31, 0.18, 90, -140)])


def _wave() -> Array:
    u = np.linspace(0, 1, 120)
    return np.column_stack([0.1 + 0.8 * u, 0.5 + 0.15 * np.sin(4 * np.pi * u)])


def _spiral() -> Array:
    u = np.linspace(0, 1, 200)
    angle = np.radians(90 - 720 * u)
    radius = 0.05 + 0.3 * u
    return np.column_stack([0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)])


SKELETONS: dict[str, Callable[[], Array]] = {
    "circle": lambda: _arc(0.5, 0.5, 0.3, 90, 450),
    "L": lambda: _line((0.28, 0.85), (0.28, 0.2), (0.74, 0.2)),
    "V": lambda: _line((0.22, 0.82), (0.5, 0.2), (0.78, 0.82)),
    "Z": lambda: _line((0.22, 0.8), (0.78, 0.8), (0.22, 0.2), (0.78, 0.2)),
    "S": _s,
    "wave": _wave,
    "triangle": lambda: _line((0.5, 0.82), (0.2, 0.24), (0.8, 0.24), (0.5, 0.82)),
    "spiral": _spiral,
}
"""Paths in sides of the pad, y upwards: where each begins and which way it goes belongs to it."""


def draw(name: str, *, rng: np.random.Generator) -> Array:
    """One stroke (P, 3) of a shape: x, y in sides of the pad, t in ms.

    Raises ValueError for a shape that is none of SKELETONS.
    """
    if name not in SKELETONS:
        raise ValueError(f"name must be one of {', '.join(SKELETONS)}; got {name!r}")
    path = _evenly(SKELETONS[name](), DENSE)
    # Rounded corners: a moving mean over a part of the path, its ends kept.
    width = 2 * int(rng.integers(3, 10)) + 1
    padded = np.vstack(
        [np.repeat(path[:1], width // 2, 0), path, np.repeat(path[-1:], width // 2, 0)]
    )
    path = np.column_stack(
        [np.convolve(padded[:, c], np.full(width, 1 / width), "valid") for c in (0, 1)]
    )
    turn = rng.normal(0, np.radians(7))
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.diag(np.exp(rng.normal(-0.12, 0.13, size=2)))
    shear = np.array([[1, rng.normal(0, 0.08)], [0, 1]])
    path = (path - 0.5) @ (rotate @ shear @ stretch).T + 0.5
    u = np.linspace(0, 1, DENSE)
    for wobbles in (1, 2, 3):
        size, phase = rng.normal(0, 0.012, size=2), rng.uniform(0, 2 * np.pi, size=2)
        path += size * np.sin(2 * np.pi * wobbles * u[:, None] + phase)

    step = np.hypot(*np.diff(path, axis=0).T)
    heading = np.unwrap(np.arctan2(*np.diff(path, axis=0).T[::-1]))
    bend = np.abs(np.gradient(heading)) / step.mean()  # curvature, 1 / sides of the pad
    bend = np.convolve(bend, np.full(15, 1 / 15), "same")
    seconds = step * np.cbrt(bend + 2)
    seconds *= step.sum() / rng.uniform(0.7, 1.6) / seconds.sum()  # at 0.7 to 1.6 sides a second
    at = 1000 * np.concatenate([[0], np.cumsum(seconds)])
    t = np.arange(0, at[-1] + EVERY, EVERY)
    xy = np.column_stack([np.interp(t, at, path[:, c]) for c in (0, 1)])
    xy += rng.normal(0, TREMOR, size=xy.shape)
    return np.round(np.column_stack([xy, t]), 4)


def _evenly(path: Array, n: int) -> Array:
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    keep = np.append(np.diff(along) > 0, True)
    at = np.linspace(0, along[-1], n)
    return np.column_stack([np.interp(at, along[keep], path[keep, c]) for c in (0, 1)])
