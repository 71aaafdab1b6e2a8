"""What the page of data augmentation shows of a run: sheets, paired differences, changed digits."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import assets
from genmodels.datasets import mnist
from genmodels.kit import jobs
from pages.vae.augmentation import case as run
from pages.vae.augmentation.case import (
    ARMS,
    CELLS,
    LEARNERS,
    MADE,
    PER_CLASS,
    SEEDS,
    SIZES,
    AugmentNow,
    Made,
    Result,
    Setting,
)

T_4 = 2.776
"""Student's t for 95 % with four degrees of freedom: five seeds."""
ALONE = ARMS[0]
SHOWN = 20
"""Changed digits that a sheet shows at most."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """Accuracy of an arm less that of the labels alone, seed by seed on the same labels."""

    arm: str
    learner: str
    size: int
    by_seed: tuple[float, ...]

    @property
    def mean(self) -> float:
        return math.fsum(self.by_seed) / len(self.by_seed)

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        n = len(self.by_seed)
        return math.sqrt(math.fsum((v - self.mean) ** 2 for v in self.by_seed) / (n - 1) / n)

    @property
    def verdict(self) -> str:
        """ "helps" or "harms" where the mean is more than T_4 standard errors from 0."""
        if abs(self.mean) <= T_4 * self.error:
            return "can't tell"
        return "helps" if self.mean > 0 else "harms"


def difference(arm: str, learner: str, size: int) -> Difference:
    """Over the stored seeds. Raises ValueError for names that there aren't."""
    if arm not in ARMS[1:] or learner not in LEARNERS or size not in SIZES:
        raise ValueError(f"no such comparison: {arm!r}, {learner!r}, {size!r}")
    found = run.stored().accuracies[SIZES.index(size), :, :, LEARNERS.index(learner)]
    return Difference(arm, learner, size, tuple((found[:, ARMS.index(arm)] - found[:, 0]).tolist()))


@dataclass(frozen=True, eq=False)
class Found:
    """What a setting gave so far: `results` by (arm, learner), and what the CVAE `made`."""

    setting: Setting
    results: Mapping[Key, Result]
    made: Made | None


def of(setting: Setting, done: Mapping[Any, Any] | None = None) -> Found:
    """The stored results of a setting, or those of a job's cells `done` so far."""
    stored = run.results(setting)
    if stored is not None:
        return Found(setting, stored, run.made(setting))
    done = done or {}
    results = {cell: done[cell] for cell in CELLS[1:] if cell in done}
    return Found(setting, results, done.get(CELLS[0]))  # type: ignore[arg-type]


def key(setting: Setting) -> tuple[str, int, int]:
    return "augment", setting.size, setting.seed


def started(setting: Setting, visitor: str) -> jobs.Job:
    """The setting computed now, begun, gone on with or as it is. Raises RuntimeError where too many
    computations wait."""
    known = jobs.find(key(setting))
    compute = known.compute if known is not None else AugmentNow(setting)
    return jobs.start(key(setting), CELLS, compute, visitor=visitor)


# -- sheets ------------------------------------------------------------------------------------


def labelled_sheet(setting: Setting) -> NDArray[np.uint8]:
    """Six labelled digits of each class, uint8 (60, 784)."""
    x, y = run.labelled(setting)
    rows = np.concatenate([np.flatnonzero(y == k)[:PER_CLASS] for k in range(10)])
    return np.asarray(np.rint(255 * x[rows]), np.uint8)


def moved_sheet(setting: Setting) -> NDArray[np.uint8]:
    """Six moved ones of each class."""
    return run.sheet_of(run.moved(setting)[0])


@dataclass(frozen=True, eq=False)
class Nearest:
    """A made picture beside the labelled digit of its class that lies nearest: `distance` between
    them, and `usual`, the mean distance from a labelled digit of the class to its nearest other."""

    made: NDArray[np.uint8]
    labelled: NDArray[np.uint8]
    distance: float
    usual: float


def nearest(setting: Setting, picture: NDArray[np.uint8], digit: int) -> Nearest:
    """Is a sample a copy? Distances are Euclidean over 784 pixels in [0, 1]."""
    x, y = run.labelled(setting)
    own = x[y == digit]
    far = np.sqrt(((own - picture / 255.0) ** 2).sum(axis=1))
    between = np.sqrt(((own[:, None] - own[None]) ** 2).sum(axis=2))
    np.fill_diagonal(between, np.inf)
    best = int(far.argmin())
    return Nearest(
        picture,
        np.asarray(np.rint(255 * own[best]), np.uint8),
        float(far[best]),
        float(between.min(axis=1).mean()),
    )


# -- which test digits changed -------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Changed:
    """Test digits, by index, that the arm gets right and the labels alone did not, `gained`, and
    the other way round, `lost`."""

    gained: NDArray[np.int64]
    lost: NDArray[np.int64]


def changed(found: Found, arm: str, learner: str) -> Changed | None:
    """Against the labels alone, by the same learner; None while one of them isn't there."""
    before, after = found.results.get((ALONE, learner)), found.results.get((arm, learner))
    if before is None or after is None:
        return None
    return Changed(
        np.flatnonzero(after.right & ~before.right), np.flatnonzero(before.right & ~after.right)
    )


# -- to take away ------------------------------------------------------------------------------


def figures_json() -> str:
    """All accuracies, and the paired differences with their verdicts."""
    told = assets.record(run.FILE)
    told["differences"] = [
        {
            "arm": arm,
            "learner": learner,
            "labels_a_class": size,
            "by_seed": list(one.by_seed),
            "mean": one.mean,
            "standard_error": one.error,
            "verdict": one.verdict,
        }
        for learner in LEARNERS
        for arm in ARMS[1:]
        for size in SIZES
        for one in [difference(arm, learner, size)]
    ]
    return json.dumps(told, indent=1, allow_nan=False)


def accuracies_csv() -> str:
    """A row a fit of the stored runs."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["labels_a_class", "seed", "arm", "learner", "accuracy"])
    found = run.stored().accuracies
    for s, size in enumerate(SIZES):
        for seed in range(SEEDS):
            for a, arm in enumerate(ARMS):
                for n, learner in enumerate(LEARNERS):
                    write([size, seed, arm, learner, f"{found[s, seed, a, n]:.4f}"])
    return out.getvalue()


def digits_npz(setting: Setting) -> bytes:
    """What the script needs: the labelled digits, moved ones, and the 2,000 test digits."""
    x, y = run.labelled(setting)
    moved, moved_y = run.moved(setting)
    out = io.BytesIO()
    np.savez_compressed(
        out,
        x=np.rint(255 * x).astype(np.uint8),
        y=y.astype(np.uint8),
        moved=moved.astype(np.float32),
        moved_y=moved_y.astype(np.uint8),
        test=mnist.shown().pictures,
        test_y=mnist.shown().labels,
    )
    return out.getvalue()


def script() -> str:
    """A program that fits logistic regression without and with the moved digits again."""
    return f'''"""Logistic regression of few labels, without and with moved copies.

Needs digits.npz beside it, numpy and scikit-learn."""

import numpy as np
from sklearn.linear_model import LogisticRegression

MADE = {MADE}  # added a class; the labelled digits weigh as much
digits = np.load("digits.npz")
x, y = digits["x"] / 255, digits["y"].astype(int)
test, truth = digits["test"] / 255, digits["test_y"]
size = len(y) // 10


def accuracy(X, y, weights):
    model = LogisticRegression(C=0.01, max_iter=2000, tol=1e-3)
    return (model.fit(X, y, sample_weight=weights).predict(test) == truth).mean()


print("labels alone", accuracy(x, y, np.full(len(y), 2 * MADE / size)))
X = np.concatenate([x, digits["moved"]])
both = np.concatenate([y, digits["moved_y"].astype(int)])
weights = np.concatenate([np.full(len(y), MADE / size), np.ones(10 * MADE)])
print("moved digits", accuracy(X, both, weights))
'''
