"""Lloyd's algorithm for k-means in half steps: assign each point, then move each centre.

It lowers the inertia J, the sum of squared distances to the centres (Lloyd 1982; Bishop, Pattern
Recognition and Machine Learning, 2006, section 9.1):

    J = sum_n |x_n - c_{z_n}|^2
    assign   z_n = argmin_k |x_n - c_k|^2                                      (9.2)
    move     c_k = mean of the points with z_n = k                             (9.4)
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.gmm import Start, plus_plus
from genmodels.gmm.model import Array, checked_points

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class KMeansStep:
    """One half step.

    kind "assign": `labels` (N,) are new, each the nearest of `centres` (K, D).
    kind "move": `centres` are new, each the mean of its points in `labels`.
    inertia: of these labels with these centres, in squared units of X.
    notes: clusters that were empty and what was done about them, in words.
    """

    kind: Literal["assign", "move"]
    iteration: int
    centres: Array
    labels: Labels
    inertia: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KMeansTrace:
    """A whole run: `start` (K, D) before any step, then assign, move, assign ... ending in assign.

    So `labels` are the nearest of `centres`. stopped: why it ended, in words.
    """

    start: Array
    steps: tuple[KMeansStep, ...]
    centres: Array
    labels: Labels
    inertia: float
    converged: bool
    stopped: str

    @property
    def notes(self) -> tuple[str, ...]:
        """Every empty cluster of the run, each said once, in the order in which it came."""
        return tuple(dict.fromkeys(note for step in self.steps for note in step.notes))


def fit(
    X: ArrayLike,
    K: int,
    *,
    init: Start | ArrayLike = "k-means++",
    max_iter: int = 300,
    tol: float = 0.0,
    rng: np.random.Generator | None = None,
) -> KMeansTrace:
    """Run Lloyd's algorithm and keep every half step.

    X (N, D) finite numbers. `init` is "k-means++", "random" (K different points) or the centres
    (K, D) to begin with. It stops when no point changes its cluster, or when the centres' squared
    moves sum to at most `tol` times the features' mean variance, as in scikit-learn. `max_iter`
    counts moves.

    Raises ValueError for data, K, centres or settings that no run can begin with. A cluster that
    empties takes the point that lies farthest from its own centre; the step's notes say so.
    """
    points = checked_points(X)
    N = len(points)
    if K < 1 or N < K:
        raise ValueError(f"K must be from 1 to the number of points, {N}; got {K}")
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1; got {max_iter}")
    if not (np.isfinite(tol) and tol >= 0):
        raise ValueError(f"tol must be a number of at least 0; got {tol}")
    rng = np.random.default_rng(0) if rng is None else rng
    centres = start = _start(points, K, init, rng)
    threshold = tol * float(points.var(axis=0).mean())
    steps: list[KMeansStep] = []
    before: Labels | None = None
    settled, stopped = False, f"all {max_iter} iterations were run"
    for iteration in range(1, max_iter + 2):
        labels, inertia = assign(points, centres)
        steps.append(KMeansStep("assign", iteration, centres, labels, inertia))
        if before is not None and np.array_equal(labels, before):
            settled, stopped = True, "no point changed its cluster"
        if settled or iteration > max_iter:
            break
        moved, before, notes = _move(points, centres, labels)
        inertia = float(((points - moved[before]) ** 2).sum())
        steps.append(KMeansStep("move", iteration, moved, before, inertia, notes))
        shift = float(((moved - centres) ** 2).sum())
        centres = moved
        if tol > 0 and shift <= threshold:
            settled, stopped = True, f"the centres moved less than tol = {tol:g} allows"
    return KMeansTrace(start, tuple(steps), centres, labels, steps[-1].inertia, settled, stopped)


def squared_distances(X: ArrayLike, centres: ArrayLike) -> Array:
    """|x_n - c_k|^2, (N, K), in squared units of X."""
    points, c = checked_points(X), checked_points(centres)
    if points.shape[1] != c.shape[1]:
        raise ValueError(f"centres must have {points.shape[1]} features; got {c.shape[1]}")
    difference = points[:, None, :] - c[None, :, :]
    squared: Array = np.einsum("nkd,nkd->nk", difference, difference)
    return squared


def assign(X: Array, centres: Array) -> tuple[Labels, float]:
    """Each point's nearest centre (N,), the first of equals, and the inertia."""
    d2 = squared_distances(X, centres)
    labels = d2.argmin(axis=1).astype(np.int64)
    return labels, float(d2[np.arange(len(labels)), labels].sum())


def _move(X: Array, centres: Array, labels: Labels) -> tuple[Array, Labels, tuple[str, ...]]:
    """Centres at their points' means; empty clusters first take the farthest points."""
    K = len(centres)
    labels, notes = _fill_empty(X, centres, labels)
    counts = np.bincount(labels, minlength=K)
    sums = np.zeros_like(centres)
    np.add.at(sums, labels, X)
    moved = centres.copy()  # a cluster that stays empty stays where it is
    full = counts > 0
    moved[full] = sums[full] / counts[full, None]
    return moved, labels, notes


def _fill_empty(X: Array, centres: Array, labels: Labels) -> tuple[Labels, tuple[str, ...]]:
    K = len(centres)
    counts = np.bincount(labels, minlength=K)
    empty = np.flatnonzero(counts == 0)
    if not len(empty):
        return labels, ()
    labels, notes = labels.copy(), []
    far = ((X - centres[labels]) ** 2).sum(axis=1)
    for k in empty:
        # A point that is alone in its cluster, or already at its centre, would gain nothing.
        takeable = np.where(counts[labels] > 1, far, 0.0)
        n = int(takeable.argmax())
        if takeable[n] == 0:
            notes.append(f"cluster {k + 1} is empty: no point lies away from its centre to take")
            continue
        counts[labels[n]] -= 1
        counts[k], labels[n], far[n] = 1, k, 0.0
        notes.append(f"cluster {k + 1} was empty: it takes point {n + 1}, the farthest out")
    return labels, tuple(notes)


def _start(X: Array, K: int, init: Start | ArrayLike, rng: np.random.Generator) -> Array:
    if isinstance(init, str):
        if init == "k-means++":
            return X[plus_plus(X, K, rng)]
        if init == "random":
            return X[rng.choice(len(X), size=K, replace=False)]
        raise ValueError(f"init must be 'k-means++', 'random' or centres; got {init!r}")
    centres = checked_points(init)
    if centres.shape != (K, X.shape[1]):
        raise ValueError(f"init must have shape ({K}, {X.shape[1]}); got {centres.shape}")
    return centres.copy()
