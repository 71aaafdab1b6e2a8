"""Data augmentation: do a CVAE's samples help a classifier that has few labels?

From 10, 50 or 100 labels a class: a classifier of the labelled digits alone; with samples of a
CVAE that has seen these digits and no others; with the same digits shifted and turned a little; and
with both. Whatever is added, half of what a classifier learns from is real, and every classifier
gets as many steps.

`python -m pages.vae.augmentation.case` computes all of it and saves it.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets
from genmodels.datasets import mnist, mnist_train

FILE = ASSETS / "data" / "augmentation.json"
PICTURES_FILE = ASSETS / "data" / "augmentation.npz"
SIZES = (10, 50, 100)
"""Labels a class."""
SEEDS = 5
MAX_SEED = 99
ARMS = ("labels alone", "CVAE samples", "moved digits", "both")
LEARNERS = ("logistic regression", "small net")
MADE = 200
"""Made pictures a class; the labelled ones are repeated to as many."""
SHIFT = 2.0
"""Pixels that a digit is moved by at most, each way."""
TURN = 12.0
"""Degrees that it is turned by at most, each way."""
EPOCHS = 15
"""Passes of the small net over its 4,000 rows."""
PER_CLASS = 6
"""Samples of each digit that a sheet shows."""

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """Which labels: how many a class, and the seed that draws them and all else."""

    size: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.size not in SIZES:
            raise ValueError(f"size must be one of {SIZES}; got {self.size}")
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"seed must be from 0 to {MAX_SEED}; got {self.seed}")

    def rng(self, part: int) -> np.random.Generator:
        """A generator for one part of the work: the same whatever else was drawn before."""
        return np.random.default_rng([self.seed, self.size, part])


@dataclass(frozen=True, eq=False)
class Result:
    """One classifier's verdict on the 2,000 test digits."""

    arm: str
    learner: str
    guess: Labels

    @property
    def right(self) -> NDArray[np.bool_]:
        return self.guess == mnist.shown().labels

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())


# -- what a classifier learns from ------------------------------------------------------------


def labelled(setting: Setting) -> tuple[Array, Labels]:
    """The labelled digits (10 size, 784) in [0, 1], sorted by label, and their labels."""
    data = mnist_train.load()
    chosen = np.sort(data.few(setting.size, rng=np.random.default_rng(setting.seed)))
    chosen = chosen[np.argsort(data.labels[chosen], kind="stable")]
    return data.pictures[chosen] / 255.0, data.labels[chosen].astype(np.int64)


def cvae_samples(setting: Setting, steps: int = 600) -> tuple[Array, Labels]:
    """`MADE` pictures of each digit by a CVAE trained on the labelled digits alone: seconds."""
    from genmodels.vae import conditional

    model = conditional.train_small(*labelled(setting), rng=setting.rng(1), steps=steps)
    y = np.repeat(np.arange(10), MADE)
    return conditional.sample(model, y, rng=setting.rng(2)), y


def moved(setting: Setting) -> tuple[Array, Labels]:
    """`MADE` pictures of each digit: labelled ones, turned and shifted a little, anew each time."""
    rng = setting.rng(3)
    x, y = labelled(setting)
    rows = np.concatenate(
        [rng.choice(np.flatnonzero(y == digit), MADE, replace=True) for digit in range(10)]
    )
    made = move(x[rows], rng=rng)
    return made, y[rows]


def move(x: Array, *, rng: np.random.Generator) -> Array:
    """Pictures (N, 784), each turned by up to `TURN` degrees about its centre and moved by up to
    `SHIFT` pixels each way, linearly interpolated; what comes in from outside is black."""
    from scipy.ndimage import affine_transform

    out = np.empty_like(x)
    angles = np.deg2rad(rng.uniform(-TURN, TURN, len(x)))
    shifts = rng.uniform(-SHIFT, SHIFT, (len(x), 2))
    centre = np.full(2, 13.5)
    for i, (angle, shift) in enumerate(zip(angles, shifts, strict=True)):
        c, s = np.cos(angle), np.sin(angle)
        R = np.array([[c, -s], [s, c]])
        offset = centre - R @ (centre + shift)
        out[i] = affine_transform(x[i].reshape(28, 28), R, offset, order=1).ravel()
    return np.clip(out, 0.0, 1.0)


def rows_of(
    setting: Setting, arm: str, samples: tuple[Array, Labels] | None
) -> tuple[Array, Labels, Array]:
    """What a classifier learns from: pictures, labels and how often each counts.

    The weights sum to 2 `MADE` a class, half of them on the labelled digits (all, where nothing is
    added). `samples` are the CVAE's. Raises ValueError where they are needed and missing.
    """
    if arm not in ARMS:
        raise ValueError(f"arm must be one of {', '.join(ARMS)}; got {arm!r}")
    x, y = labelled(setting)
    if arm == "labels alone":
        return x, y, np.full(len(y), 2.0 * MADE / setting.size)
    parts = [(x, y, np.full(len(y), MADE / setting.size))]
    if arm in ("CVAE samples", "both"):
        if samples is None:
            raise ValueError("samples must be given for this arm; got none")
        parts.append((*samples, np.ones(len(samples[1]))))
    if arm in ("moved digits", "both"):
        made = moved(setting)
        parts.append((*made, np.ones(len(made[1]))))
    if arm == "both":
        parts[1:] = [(a, b, 0.5 * w) for a, b, w in parts[1:]]
    X, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return X, labels, weights


# -- learning ----------------------------------------------------------------------------------


def learn(
    learner: str,
    X: Array,
    y: Labels,
    weights: Array,
    *,
    rng: np.random.Generator,
    epochs: int = EPOCHS,
    stop: Callable[[], bool] = lambda: False,
) -> Labels | None:
    """The classifier's guesses for the 2,000 test digits; None where `stop()` ended it.

    Logistic regression with C = 0.01 on weighted rows, or a net 784-128-10 whose rows are drawn
    by weight: 400 a class, in batches of 50.
    """
    test = mnist.shown().x
    if learner == LEARNERS[0]:
        from sklearn.linear_model import LogisticRegression

        linear = LogisticRegression(C=0.01, max_iter=2000, tol=1e-3)
        return np.asarray(linear.fit(X, y, sample_weight=weights).predict(test), np.int64)
    if learner != LEARNERS[1]:
        raise ValueError(f"learner must be one of {', '.join(LEARNERS)}; got {learner!r}")
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier((128,), batch_size=50, random_state=int(rng.integers(2**31)))
    share = weights / weights.sum()
    for _ in range(epochs):
        if stop():
            return None
        pick = rng.choice(len(X), 20 * MADE, p=share)
        net.partial_fit(X[pick], y[pick], classes=np.arange(10))
    return np.asarray(net.predict(test), np.int64)


CELLS = ("the CVAE", *((arm, learner) for arm in ARMS for learner in LEARNERS))
"""The parts of one run, in order: the CVAE first, then eight classifiers."""


@dataclass(frozen=True, eq=False)
class Made:
    """The CVAE's samples: a `sheet` of six of each digit, uint8 (60, 784), and how a classifier
    that learnt from all 60,000 labels reads each of the `MADE` a class, `judged` (10 MADE,)."""

    sheet: NDArray[np.uint8]
    judged: Labels

    @property
    def as_asked(self) -> NDArray[np.bool_]:
        """Which samples are read as the digit that was asked for."""
        return np.asarray(self.judged == np.repeat(np.arange(10), MADE))


class AugmentNow:
    """One setting, part by part, as `genmodels.kit.jobs` asks: `run(cell, stop)`.

    The first part gives what the CVAE `Made`; every other a `Result`.
    """

    def __init__(self, setting: Setting, *, steps: int = 600, epochs: int = EPOCHS) -> None:
        self.setting = setting
        self.steps = steps
        self.epochs = epochs
        self.cells = CELLS
        self.samples: tuple[Array, Labels] | None = None

    def __call__(self, cell: object, stop: Callable[[], bool]) -> "Made | Result | None":
        if cell == CELLS[0]:
            from genmodels.vae import classifier

            self.samples = cvae_samples(self.setting, self.steps)
            judged = classifier.shared().probabilities(self.samples[0]).argmax(1)
            return Made(sheet_of(self.samples[0]), judged)
        if self.samples is None:
            raise ValueError("the CVAE must come first")
        index = CELLS.index(cell)
        arm, learner = CELLS[index]
        X, y, weights = rows_of(self.setting, arm, self.samples)
        guess = learn(
            learner, X, y, weights, rng=self.setting.rng(10 + index), epochs=self.epochs, stop=stop
        )
        return None if guess is None else Result(arm, learner, guess)


def sheet_of(samples: Array) -> NDArray[np.uint8]:
    """The first six of each digit's `MADE` samples, uint8 (60, 784)."""
    rows = (np.arange(10)[:, None] * MADE + np.arange(PER_CLASS)).ravel()
    sheet: NDArray[np.uint8] = np.rint(255.0 * samples[rows]).astype(np.uint8)
    return sheet


# -- what is stored ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Stored:
    """uint8: `guesses` (sizes, seeds, arms, learners, 2000), `sheets` (sizes, seeds, 60, 784) and
    `judged` (sizes, seeds, 10 MADE)."""

    guesses: NDArray[np.uint8]
    sheets: NDArray[np.uint8]
    judged: NDArray[np.uint8]

    @property
    def accuracies(self) -> Array:
        """Shares right, (sizes, seeds, arms, learners)."""
        right: Array = (self.guesses == mnist.shown().labels).mean(axis=-1)
        return right


@lru_cache(maxsize=1)
def stored(path: Path = PICTURES_FILE) -> Stored:
    """What the command saved. Raises ValueError naming the file that isn't what it should be."""
    head = (len(SIZES), SEEDS)
    shapes = {
        "guesses": (*head, len(ARMS), len(LEARNERS), mnist.N_SHOWN),
        "sheets": (*head, 10 * PER_CLASS, 784),
        "judged": (*head, 10 * MADE),
    }
    with assets.arrays(path, ", ".join(shapes)) as file:
        found = {name: file[name] for name in shapes}
    for name, shape in shapes.items():
        if found[name].shape != shape or found[name].dtype != np.uint8:
            raise assets.BadAsset(
                path,
                f"hold {name} as uint8 of shape {shape}",
                f"{found[name].dtype} of shape {found[name].shape}",
            )
    return Stored(**found)


def results(setting: Setting) -> dict[tuple[str, str], Result] | None:
    """The stored results of a setting by (arm, learner); None for a seed that isn't stored."""
    if setting.seed >= SEEDS:
        return None
    guesses = stored().guesses[SIZES.index(setting.size), setting.seed]
    return {
        (arm, learner): Result(arm, learner, guesses[a, n].astype(np.int64))
        for a, arm in enumerate(ARMS)
        for n, learner in enumerate(LEARNERS)
    }


def made(setting: Setting) -> Made | None:
    """What the CVAE made, as stored; None for a seed that isn't."""
    if setting.seed >= SEEDS:
        return None
    at = (SIZES.index(setting.size), setting.seed)
    return Made(stored().sheets[at], stored().judged[at].astype(np.int64))


def main(arguments: list[str] | None = None) -> None:
    """The command: compute every setting and write both files."""
    parser = argparse.ArgumentParser(
        prog="python -m pages.vae.augmentation.case",
        description="Classifiers of few labels, with and without made pictures.",
    )
    parser.add_argument("--out", type=Path, default=FILE, help="the figures; default: %(default)s")
    out: Path = parser.parse_args(arguments).out
    shape = (len(SIZES), SEEDS, len(ARMS), len(LEARNERS), mnist.N_SHOWN)
    guesses = np.zeros(shape, np.uint8)
    sheets = np.zeros((len(SIZES), SEEDS, 10 * PER_CLASS, 784), np.uint8)
    judged = np.zeros((len(SIZES), SEEDS, 10 * MADE), np.uint8)
    began = time.monotonic()
    for s, size in enumerate(SIZES):
        for seed in range(SEEDS):
            run = AugmentNow(Setting(size, seed))
            for cell in run.cells:
                found = run(cell, lambda: False)
                if isinstance(found, Result):
                    at = (s, seed, ARMS.index(found.arm), LEARNERS.index(found.learner))
                    guesses[at] = found.guess
                elif found is not None:
                    # Sixteen levels of grey: half of the file, and no eye can tell.
                    sheets[s, seed] = np.rint(found.sheet / 17.0).astype(np.uint8) * 17
                    judged[s, seed] = found.judged
            done = s * SEEDS + seed + 1
            spent = time.monotonic() - began
            left = spent / done * (len(SIZES) * SEEDS - done)
            right = (guesses[s, seed] == mnist.shown().labels).mean(axis=-1)
            print(
                f"{size} a class, seed {seed}: {right.T.round(3).tolist()}; {left:.0f} s left",
                flush=True,
            )
    np.savez_compressed(out.with_suffix(".npz"), guesses=guesses, sheets=sheets, judged=judged)
    accuracies = Stored(guesses, sheets, judged).accuracies
    record = {
        "sizes": SIZES,
        "seeds": SEEDS,
        "made_a_class": MADE,
        "test_digits": mnist.N_SHOWN,
        "accuracy": {
            learner: {
                arm: {
                    "mean": accuracies[:, :, a, n].mean(axis=1).round(5).tolist(),
                    "deviation": accuracies[:, :, a, n].std(axis=1).round(5).tolist(),
                    "by_seed": accuracies[:, :, a, n].round(5).tolist(),
                }
                for a, arm in enumerate(ARMS)
            }
            for n, learner in enumerate(LEARNERS)
        },
    }
    out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
