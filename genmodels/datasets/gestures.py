"""Libras hand movements and the starter signs: recordings, trained models, and what was measured.

    python -m genmodels.datasets.gestures --data FOLDER

measures five folds, three times over, and writes both asset files; FOLDER holds
gesture/libras.npz with `xy` (330, 45, 2) and `y` (330,) from 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from genmodels import ASSETS, assets, strokes
from genmodels.datasets import command, starter_strokes
from genmodels.datasets.source import Source
from genmodels.strokes import BYS, FRAME, Array, By, Codes, Race, Sign

LIBRAS = ASSETS / "data" / "gestures_libras.npz"
STARTER = ASSETS / "data" / "gestures_starter.npz"
NAMES = (
    "curved swing", "horizontal swing", "vertical swing", "anti-clockwise arc", "clockwise arc",
    "circle", "horizontal line", "vertical line", "tremble", "horizontal zigzag",
    "vertical zigzag", "horizontal wave", "vertical wave", "face-up curve", "face-down curve",
)  # fmt: skip
"""The published names, matched to the file's numbers 1 .. 15 by looking at the paths."""
SHAPES = tuple(starter_strokes.SKELETONS)
LIBRAS_STATES, SHAPE_STATES, ITERATIONS = 10, 6, 20
FOLDS, REPEATS = 5, 3
SHAPE_TRAIN, SHAPE_TEST = 30, 20
"""Strokes of each shape that the generator draws for training and for testing."""


@dataclass(frozen=True)
class Measured:
    """`accuracy` (15 folds) each: mean and spread of them are what the page says."""

    mean: float
    spread: float


@dataclass(frozen=True, eq=False)
class Libras:
    """330 recordings: `xy` (330, 45, 2), y upwards; `labels` (330,) from 0.

    `held_out` (330,): not among what `signs` were trained on. `predicted`: by classifier, what
    each recording was taken for when its fold was held out (first of three repeats).
    """

    xy: Array
    labels: Codes
    held_out: np.ndarray
    signs: dict[By, tuple[Sign, ...]]
    predicted: dict[str, Codes]
    accuracy: dict[str, Measured]
    source: Source

    def stroke(self, recording: int) -> Array:
        """(45, 3): one frame each `FRAME` ms, the pad's rate; the file keeps no times."""
        return np.column_stack([self.xy[recording], FRAME * np.arange(self.xy.shape[1])])


@dataclass(frozen=True, eq=False)
class Starter:
    """Eight shapes trained on drawn strokes; `accuracy` on others of the same generator."""

    signs: dict[By, tuple[Sign, ...]]
    accuracy: dict[By, float]
    examples: tuple[Array, ...]


def source(n: int = 330) -> Source:
    return Source(
        title="Libras movements",
        citation="Dias, Madeo, Rocha, Bíscaro and Peres 2009; the collection of KEEL",
        licence="not stated by the package, believed CC BY 4.0",
        size=f"{n} hand paths of 45 video frames, 15 signs of Brazilian sign language",
        caution=(
            "30 repeated rows are left out. The file names no signers, so the same people are on "
            "both sides of every split: nothing here is signer-independent. It doesn’t say which "
            "way y runs either; with y downwards, as in pictures, arcs and curves go as their "
            "names say."
        ),
    )


@cache
def libras() -> Libras:
    with assets.arrays(LIBRAS) as z:
        stored = {name: z[name] for name in z.files}
    xy = stored["xy"].astype(np.float64)
    for values in (xy, stored["labels"], stored["held_out"]):
        values.setflags(write=False)
    return Libras(
        xy=xy,
        labels=stored["labels"].astype(np.int64),
        held_out=stored["held_out"],
        signs={by: _signs(stored, by, NAMES) for by in BYS},
        predicted={name: stored[f"predicted {name}"].astype(np.int64) for name in (*BYS, "1-NN")},
        accuracy={
            name: Measured(float(values.mean()), float(values.std()))
            for name in (*BYS, "1-NN")
            for values in [stored[f"accuracy {name}"]]
        },
        source=source(),
    )


@cache
def starter() -> Starter:
    with assets.arrays(STARTER) as z:
        stored = {name: z[name] for name in z.files}
    return Starter(
        signs={by: _signs(stored, by, SHAPES) for by in BYS},
        accuracy={by: float(stored[f"accuracy {by}"]) for by in BYS},
        examples=tuple(example(name) for name in SHAPES),
    )


def example(name: str, seed: int = 0) -> Array:
    """One drawn stroke of a shape that its model has not seen."""
    return starter_strokes.draw(name, rng=np.random.default_rng([9, SHAPES.index(name), seed + 1]))


def _signs(stored: dict[str, np.ndarray], by: By, names: Sequence[str]) -> tuple[Sign, ...]:
    stay, emission = stored[f"stay {by}"], stored[f"emission {by}"]
    lowest, highest = stored[f"range {by}"].T
    return tuple(
        Sign(
            name,
            strokes.chain(stay[s], emission[s]),
            stored[f"log_likelihood {by}"][s],
            float(lowest[s]),
            float(highest[s]),
        )
        for s, name in enumerate(names)
    )


# -- building the assets ---------------------------------------------------------------------------


def folds(labels: Codes, n_folds: int, *, rng: np.random.Generator) -> Codes:
    """A fold (N,) for each row; every class is spread evenly over them."""
    fold = np.empty(len(labels), dtype=np.int64)
    for c in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == c))
        fold[rows] = np.arange(len(rows)) % n_folds
    return fold


def classify(signs: Sequence[Sign], sequences: Sequence[Codes]) -> Codes:
    """The sign under which each sequence is the most probable; every sign equally so before."""
    race = Race(tuple(sign.model for sign in signs))
    return np.array([int(race.run(x)[:, -1].argmax()) for x in sequences])


def trained(
    sequences: Sequence[Codes],
    labels: Codes,
    rows: np.ndarray,
    names: Sequence[str],
    n_states: int,
    ranged: bool = True,
) -> list[Sign]:
    """One sign a class, of the sequences that `rows` (a mask) picks."""
    return [
        strokes.train(
            name,
            [sequences[i] for i in np.flatnonzero(rows & (labels == c)).tolist()],
            n_states=n_states,
            max_iter=ITERATIONS,
            ranged=ranged,
        )
        for c, name in enumerate(names)
    ]


def nearest(xy: Array, labels: Codes, rows: np.ndarray) -> Codes:
    """1-NN: the label of the training path with the smallest squared distance, point by point."""
    flat = xy.reshape(len(xy), -1)
    d2 = np.square(flat[:, None] - flat[None, rows]).sum(axis=2)
    return np.asarray(labels[rows][d2.argmin(axis=1)])


def measure(xy: Array, labels: Codes, n_states: int, by: By | None) -> tuple[Array, Codes]:
    """Accuracies (3 x 5,) of left-right models, or of 1-NN where `by` is None; the first repeat's
    predictions (N,)."""
    drawn = [np.column_stack([path, FRAME * np.arange(len(path))]) for path in xy]
    sequences = [strokes.walk(stroke, by).codes for stroke in drawn] if by else []
    accuracy, first = [], np.zeros_like(labels)
    for repeat in range(REPEATS):
        fold = folds(labels, FOLDS, rng=np.random.default_rng(repeat))
        for k in range(FOLDS):
            out = fold == k
            if by:
                signs = trained(sequences, labels, ~out, NAMES, n_states, ranged=False)
                answer = classify(signs, [sequences[i] for i in np.flatnonzero(out)])
            else:
                answer = nearest(xy, labels, ~out)[out]
            accuracy.append(float((answer == labels[out]).mean()))
            if repeat == 0:
                first[out] = answer
    return np.array(accuracy), first


def _packed(signs: Sequence[Sign], by: By) -> dict[str, np.ndarray]:
    longest = max(len(sign.log_likelihood) for sign in signs)
    curves = np.full((len(signs), longest), np.nan)
    for s, sign in enumerate(signs):
        curves[s, : len(sign.log_likelihood)] = sign.log_likelihood
    return {
        f"stay {by}": np.stack([np.diag(sign.model.transition) for sign in signs]),
        f"emission {by}": np.stack([strokes.emission(sign.model) for sign in signs]),
        f"log_likelihood {by}": curves,
        f"range {by}": np.array([[sign.lowest, sign.highest] for sign in signs]),
    }


def build_starter() -> dict[str, np.ndarray]:
    """The starter signs' models, trained and tested on the generator's strokes."""
    labels = np.repeat(np.arange(len(SHAPES)), SHAPE_TRAIN + SHAPE_TEST)
    rng = np.random.default_rng(0)
    drawn = [starter_strokes.draw(SHAPES[c], rng=rng) for c in labels]
    train = np.tile(np.arange(SHAPE_TRAIN + SHAPE_TEST) < SHAPE_TRAIN, len(SHAPES))
    out: dict[str, np.ndarray] = {}
    for by in BYS:
        codes = [strokes.walk(stroke, by).codes for stroke in drawn]
        signs = trained(codes, labels, train, SHAPES, SHAPE_STATES)
        answer = classify(signs, [codes[i] for i in np.flatnonzero(~train)])
        out |= _packed(signs, by)
        out[f"accuracy {by}"] = np.array((answer == labels[~train]).mean())
    return out


SOURCE_FILE = "gesture/libras.npz"


def build_libras(path: Path) -> dict[str, np.ndarray]:
    """The recordings, the models of one split, and the accuracies of three times five folds."""
    with np.load(path) as z:
        xy, labels = z["xy"].astype(np.float64), z["y"].astype(np.int64) - 1
    if xy.shape[1:] != (45, 2) or len(labels) != len(xy):
        raise ValueError(f"libras.npz must hold xy (N, 45, 2) and y (N,); got {xy.shape}")
    xy[:, :, 1] = 1 - xy[:, :, 1]
    held_out = folds(labels, FOLDS, rng=np.random.default_rng(0)) == 0
    out: dict[str, np.ndarray] = {
        "xy": xy.astype(np.float32),
        "labels": labels.astype(np.uint8),
        "held_out": held_out,
    }
    drawn = [np.column_stack([p, FRAME * np.arange(len(p))]) for p in xy]
    for by in BYS:
        codes = [strokes.walk(stroke, by).codes for stroke in drawn]
        out |= _packed(trained(codes, labels, ~held_out, NAMES, LIBRAS_STATES), by)
    for name in (*BYS, None):
        accuracy, predicted = measure(xy, labels, LIBRAS_STATES, name)
        out[f"accuracy {name or '1-NN'}"] = accuracy
        out[f"predicted {name or '1-NN'}"] = predicted.astype(np.uint8)
        print(f"{name or '1-NN'}: {accuracy.mean():.4f} ± {accuracy.std():.4f}", flush=True)
    return out


def _save(path: Path, arrays: dict[str, Any]) -> None:
    np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    folder = command.folder("gestures", "Train the signs' models and test them.", SOURCE_FILE)
    _save(STARTER, build_starter())
    with np.load(STARTER) as z:
        print("starter:", {by: float(z[f"accuracy {by}"]) for by in BYS}, flush=True)
    _save(LIBRAS, build_libras(folder / SOURCE_FILE))
