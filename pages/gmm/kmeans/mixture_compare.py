"""k-means and the mixture side by side, in step: regions, borders, disagreements, a probe."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import kmeans
from genmodels.gmm import EMTrace, GaussianMixture
from genmodels.kit.opened import plain
from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register
from pages.gmm.em_player import data_box, ellipses
from pages.gmm.regions import Regions, grid, regions

_mount = register("gmm/mixture-compare")

GRID = 64
"""Places along each axis at which the owner of the plane is asked for."""
LIVE_PATH = "/live/mixture"

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class View:
    """What the widget shows: a half step (0 the start, 2i - 1 assign and E, 2i move and M).

    `probe` is a place in the plane, None while the reader hasn't moved it.
    """

    step: int
    probe: tuple[float, float] | None


@dataclass(frozen=True)
class Pair:
    """Both traces from one start. Iterations are aligned; the shorter run rests at its end."""

    em: EMTrace
    lloyd: kmeans.KMeansTrace

    @property
    def steps(self) -> int:
        """Half steps of the longer run."""
        return max(len(self.em.steps), len(self.lloyd.steps))

    @property
    def iterations(self) -> int:
        return math.ceil(self.steps / 2)

    def model_at(self, step: int) -> GaussianMixture:
        """The mixture as it stands after a half step."""
        return self.em.steps[min(step, len(self.em.steps)) - 1].model if step else self.em.start

    def centres_at(self, step: int) -> NDArray[np.float64]:
        """k-means' centres as they stand after a half step, (K, D)."""
        if not step:
            return self.lloyd.start
        return self.lloyd.steps[min(step, len(self.lloyd.steps)) - 1].centres

    def e_step(self, iteration: int) -> Any:
        """The E-step of an iteration, counted from 1, or the last one."""
        return self.em.steps[min(2 * (iteration - 1), len(self.em.steps) - 2)]

    def assign_step(self, iteration: int) -> kmeans.KMeansStep:
        """The assignment of an iteration, counted from 1, or the last one."""
        return self.lloyd.steps[min(2 * (iteration - 1), len(self.lloyd.steps) - 1)]

    def components(self, iteration: int) -> Labels:
        """Each point's component of largest responsibility in an iteration, (N,)."""
        labels: Labels = self.e_step(iteration).responsibilities.argmax(axis=1)
        return labels


def payload(
    X: NDArray[np.float64],
    pair: Pair,
    *,
    trace_id: str,
    title: str,
    labels: Sequence[str],
    scores: Sequence[str],
    probe: tuple[float, float],
) -> dict[str, Any]:
    """Everything that the widget draws; `scores` is a sentence an iteration, `probe` its start."""
    models = [pair.em.start, *(s.model for s in pair.em.steps if s.kind == "M")]
    centres = [pair.lloyd.start, *(s.centres for s in pair.lloyd.steps if s.kind == "move")]
    gammas = [s.responsibilities.T for s in pair.em.steps if s.kind == "E"]
    assigned = np.stack([s.labels for s in pair.lloyd.steps if s.kind == "assign"])
    differ = np.stack(
        [pair.components(i) != pair.assign_step(i).labels for i in range(1, pair.iterations + 1)]
    )
    box = data_box(X)
    places = grid(box, GRID, GRID)
    soft, sure = _soft_regions(models, places)
    hard = [_regions(-kmeans.squared_distances(places, c)) for c in centres]
    entries = np.stack([m.full_covariances()[:, [0, 0, 1], [0, 1, 1]] for m in models])
    return {
        "trace_id": trace_id,
        "title": title,
        "labels": list(labels),
        "range": [float(value) for value in box],
        "path": LIVE_PATH,
        "probe": [float(value) for value in probe],
        "points": array(X),
        "disagree": array(np.packbits(differ, axis=1), "u1"),
        "disagreements": [int(n) for n in differ.sum(axis=1)],
        "statuses": _statuses(pair, differ.sum(axis=1), len(X), scores),
        "mixture": {
            **ellipses(models),
            "covariances": array(entries),
            "gammas": steps(gammas),
            "sure": array(sure, "u1"),
            **_packed(soft),
        },
        "kmeans": {
            "means": array(np.stack(centres)),
            "assigned": array(assigned, "u1"),
            **_packed(hard),
        },
    }


def mixture_compare(prepared: dict[str, Any], *, goto: dict[str, Any] | None, key: str) -> View:
    """Mount the pair on a `payload`; `goto` {token, step, probe} moves it on a new token."""
    result = _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)
    return view_of(result, prepared["trace_id"], goto)


def view_of(result: Any, trace_id: str, goto: dict[str, Any] | None) -> View:
    """What the browser said, checked: it may be of an older trace, or of nobody's making."""
    said = getattr(result, "view", None)
    view = dict(said) if isinstance(said, Mapping) else {}
    if view.get("trace") != trace_id:
        view = dict(goto or {})
    step = view.get("step")
    sound = isinstance(step, int) and not isinstance(step, bool) and step >= 0
    return View(step if sound and step is not None else 0, _place(view.get("probe")))


def _place(said: Any) -> tuple[float, float] | None:
    try:
        x, y = (float(value) for value in said)
    except (TypeError, ValueError, OverflowError):
        return None
    return (x, y) if all(math.isfinite(v) and abs(v) <= 1e9 for v in (x, y)) else None


# -- who owns the plane --------------------------------------------------------------------------


def _soft_regions(
    models: Sequence[GaussianMixture], places: NDArray[np.float64]
) -> tuple[list[Regions], NDArray[np.uint8]]:
    """Each model's regions, and how sure it is: bytes, 0 at an even split, 255 sure."""
    found, sure = [], []
    K = models[0].n_components
    even = 1 / K if K > 1 else 0.0
    for model in models:
        log_joint = model.log_joint(places)
        found.append(_regions(log_joint))
        largest = log_joint.max(axis=1, keepdims=True)
        share = 1 / np.exp(log_joint - largest).sum(axis=1)
        sure.append(np.round(255 * (share - even) / (1 - even)).reshape(GRID, GRID))
    return found, np.stack(sure).clip(0, 255).astype(np.uint8)


def _regions(scores: NDArray[np.float64]) -> Regions:
    return regions(scores.reshape(GRID, GRID, -1))


def _packed(found: Sequence[Regions]) -> dict[str, Any]:
    """Owners (models, GRID, GRID), all borders in one row, and where each model's begin and end."""
    ends = np.cumsum([0, *(len(one.borders) for one in found)])
    return {
        "owner": array(np.stack([one.owner for one in found]), "u1"),
        "borders": array(np.concatenate([one.borders for one in found])),
        "ends": [int(end) for end in ends],
    }


# -- words ---------------------------------------------------------------------------------------


def _statuses(pair: Pair, differ: Any, N: int, scores: Sequence[str]) -> list[str]:
    """One line a half step: what both did, how many points they disagree on, how many are right."""
    K = len(pair.lloyd.start)
    lines = [
        f"Start: both begin at the same {K} mean{'s' if K > 1 else ''}. k-means knows distance "
        "only; each component begins as wide as the data. Drag the probe; play to run both."
    ]
    for step in range(1, pair.steps + 1):
        iteration = math.ceil(step / 2)
        where = "Their borders agree on all points."
        if differ[iteration - 1]:
            where = f"They disagree on {differ[iteration - 1]:,} of {N:,} points (ringed)."
        lines.append(
            " ".join([_lloyd(pair, step), _em(pair, step), where, scores[iteration - 1]]).strip()
        )
    return lines


def _lloyd(pair: Pair, step: int) -> str:
    steps = pair.lloyd.steps
    if step > len(steps):
        return f"k-means rests: {pair.lloyd.stopped}."
    now = steps[step - 1]
    notes = "".join(f" Note: {note}." for note in now.notes)
    if now.kind == "assign":
        if step == 1:
            return f"Assign 1: each point to its nearest centre, inertia {plain(now.inertia)}."
        changed = int((now.labels != steps[step - 3].labels).sum())
        points = f"{changed:,} point{'s' if changed != 1 else ''}"
        return f"Assign {now.iteration}: {points} changed, inertia {plain(now.inertia)}."
    moved = np.linalg.norm(now.centres - pair.centres_at(step - 1), axis=1)
    k = int(moved.argmax())
    return f"Move {now.iteration}: centre {k + 1} the most, by {plain(float(moved[k]))}.{notes}"


def _em(pair: Pair, step: int) -> str:
    steps = pair.em.steps
    if step > len(steps):
        return f"EM rests: {pair.em.stopped}."
    now = steps[step - 1]
    notes = "".join(f" Note: {note}." for note in now.notes)
    if now.kind == "E":
        return f"E-step {now.iteration}: log-likelihood {plain(now.log_likelihood, 5)} nats.{notes}"
    moved = np.linalg.norm(now.model.means - pair.model_at(step - 1).means, axis=1)
    k = int(moved.argmax())
    return f"M-step {now.iteration}: mean {k + 1} the most, by {plain(float(moved[k]))}.{notes}"
