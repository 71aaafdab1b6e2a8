"""Few labels: a classifier on the VAE's latents, which took none, against one on pixels.

The VAE learnt from pictures alone. Its means mu(x) are features; a classifier is then fitted to a
handful of labelled digits in that space, and to the same digits as pixels.

`python -m pages.vae.few_labels.case` computes the curves and saves them.
"""

import argparse
import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets, vae
from genmodels.datasets import mnist, mnist_train
from genmodels.vae.means import at_means

FILE = ASSETS / "data" / "few_labels.json"
SPACES = ("2 latents", "16 latents", "784 pixels")
MODELS = {"2 latents": "mnist-2d", "16 latents": "mnist-16"}
METHODS = ("logistic regression", "nearest neighbour")
SIZES = (1, 2, 5, 10, 20, 50, 100)
"""Labels a class."""
SEEDS = 10
PENALTY = 1.0

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """Which labels, and what learns from them."""

    space: str = "16 latents"
    method: str = METHODS[0]
    size: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        for name, choices in (("space", SPACES), ("method", METHODS)):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {choices}; got {getattr(self, name)!r}")
        if not 1 <= self.size <= max(SIZES):
            raise ValueError(f"size must be from 1 to {max(SIZES)}; got {self.size}")
        if not 0 <= self.seed <= 9999:
            raise ValueError(f"seed must be from 0 to 9999; got {self.seed}")


@lru_cache(maxsize=3)
def features(space: str) -> tuple[Array, Array]:
    """(10,000, d) of the training digits that ship and (2,000, d) of the shown test digits."""
    train, test = mnist_train.load().pictures / 255.0, mnist.shown().x
    if space not in MODELS:
        return train, test
    model = vae.shared(MODELS[space])
    return at_means(model, train).mu, at_means(model, test).mu


@dataclass(frozen=True, eq=False)
class Fit:
    """A classifier and its verdict on the 2,000 test digits.

    `chosen` are the labelled digits' places among the 10,000. For logistic regression `weights`
    (10, d), `bias` (10,), in features less `centre`, over `scale`; for the nearest neighbour they
    are empty, and `nearest` (2000,) is the labelled digit that each is judged by.
    """

    setting: Setting
    chosen: Labels
    guess: Labels
    weights: Array
    bias: Array
    centre: Array
    scale: float
    nearest: Labels

    @property
    def right(self) -> NDArray[np.bool_]:
        return self.guess == mnist.shown().labels

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())


@lru_cache(maxsize=64)
def fit(setting: Setting) -> Fit:
    """Learn from `size` labels a class and judge the 2,000 test digits.

    Features are centred on the labelled digits and divided by one number, their spread over all
    coordinates, so that the same penalty means the same in every space.
    """
    train, test = features(setting.space)
    data = mnist_train.load()
    chosen = data.few(setting.size, rng=np.random.default_rng(setting.seed)).astype(np.int64)
    X, y = train[chosen], data.labels[chosen].astype(np.int64)
    centre = X.mean(axis=0)
    scale = max(float(np.sqrt(((X - centre) ** 2).sum(axis=1).mean())), 1e-12)
    Z, T = (X - centre) / scale, (test - centre) / scale
    if setting.method == METHODS[1]:
        d2 = (T**2).sum(axis=1)[:, None] + (Z**2).sum(axis=1)[None] - 2 * (T @ Z.T)
        nearest = d2.argmin(axis=1)
        none: Array = np.zeros((0, 0))
        return Fit(
            setting, chosen, y[nearest], none, none[0:0, 0:0].ravel(), centre, scale, nearest
        )
    from sklearn.linear_model import LogisticRegression

    # The penalty is shared out over fewer labels or more: C grows with spread out features.
    model = LogisticRegression(C=100.0 * PENALTY, max_iter=2000).fit(Z, y)
    return Fit(
        setting,
        chosen,
        model.predict(T).astype(np.int64),
        model.coef_,
        model.intercept_,
        centre,
        scale,
        np.zeros(0, np.int64),
    )


def standardised(found: Fit, i: int) -> Array:
    """Test digit `i`'s features as the classifier takes them, (d,)."""
    place: Array = (features(found.setting.space)[1][i] - found.centre) / found.scale
    return place


# -- the curves --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curve:
    """Accuracy on the 2,000 by labels a class: means over ten draws of labels, and their spread."""

    space: str
    method: str
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


def point(space: str, method: str, size: int) -> tuple[float, float]:
    """Mean and standard deviation of accuracy over ten draws of the labels."""
    found = [fit(Setting(space, method, size, seed)).accuracy for seed in range(SEEDS)]
    return float(np.mean(found)), float(np.std(found))


@lru_cache(maxsize=1)
def curves(path: Path = FILE) -> tuple[Curve, ...]:
    """The saved curves. Raises ValueError where the file isn't what it should be."""
    try:
        record = assets.record(path, "curves")
        made = [
            Curve(one["space"], one["method"], tuple(one["mean"]), tuple(one["deviation"]))
            for one in record["curves"]
        ]
    except (KeyError, TypeError) as error:
        raise assets.BadAsset(path, "hold curves", repr(error)) from error
    for curve in made:
        if len(curve.mean) != len(SIZES) or len(curve.deviation) != len(SIZES):
            raise assets.BadAsset(path, f"hold {len(SIZES)} points a curve", len(curve.mean))
    return tuple(made)


def main(arguments: list[str] | None = None) -> None:
    """The command: compute the curves and write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m pages.vae.few_labels.case",
        description="Accuracy from 1 to 100 labels a class, on latents and on pixels.",
    )
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    out: Path = parser.parse_args(arguments).out
    made: list[dict[str, Any]] = []
    for method in METHODS:
        for space in SPACES:
            points = [point(space, method, size) for size in SIZES]
            made.append(
                {
                    "space": space,
                    "method": method,
                    "mean": [round(mean, 5) for mean, _ in points],
                    "deviation": [round(deviation, 5) for _, deviation in points],
                }
            )
            print(f"{method}, {space}: " + ", ".join(f"{mean:.3f}" for mean, _ in points))
    record = {"sizes": SIZES, "seeds": SEEDS, "test_digits": mnist.N_SHOWN, "curves": made}
    out.write_text(json.dumps(record, indent=1) + "\n")


# -- to take away ------------------------------------------------------------------------------


def guesses_csv(setting: Setting) -> str:
    """A row a test digit: its place on the map of two latents, its label, the guess."""
    found, digits = fit(setting), mnist.shown()
    places = features("2 latents")[1]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["test_picture", "z_1", "z_2", "label", "guess"])
    for i in range(len(digits.labels)):
        z = [repr(float(v)) for v in places[i]]
        write([int(digits.indices[i]), *z, int(digits.labels[i]), int(found.guess[i])])
    return out.getvalue()


def figures_json(setting: Setting) -> str:
    """The setting, its accuracy, and all curves."""
    record = {
        **vars(setting),
        "accuracy": fit(setting).accuracy,
        "sizes": SIZES,
        "curves": [vars(curve) for curve in curves()],
    }
    return json.dumps(record, indent=1, allow_nan=False)


def features_csv(setting: Setting) -> str:
    """What the script reads: the labelled digits' features, then the test digits'."""
    train, test = features(setting.space)
    chosen = fit(setting).chosen
    y = mnist_train.load().labels[chosen]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["part", "label", *(f"f{j + 1}" for j in range(train.shape[1]))])
    for label, row in zip(y, train[chosen], strict=True):
        write(["labelled", int(label), *(f"{v:.9g}" for v in row)])
    for label, row in zip(mnist.shown().labels, test, strict=True):
        write(["test", int(label), *(f"{v:.9g}" for v in row)])
    return out.getvalue()


def script(setting: Setting) -> str:
    """A program that fits the same classifier with scikit-learn to features.csv beside it."""
    model = (
        f"LogisticRegression(C={100.0 * PENALTY}, max_iter=2000)"
        if setting.method == METHODS[0]
        else 'KNeighborsClassifier(1, algorithm="brute")'
    )
    return f'''"""{setting.size} labels a class, {setting.space}: {setting.method}."""

import csv

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

with open("features.csv") as file:
    rows = list(csv.reader(file))[1:]
part = np.array([row[0] for row in rows])
y = np.array([int(row[1]) for row in rows])
X = np.array([[float(v) for v in row[2:]] for row in rows])
known, test = part == "labelled", part == "test"
centre = X[known].mean(axis=0)
Z = X - centre
Z /= np.sqrt((Z[known] ** 2).sum(axis=1).mean())
model = {model}.fit(Z[known], y[known])
print("accuracy", float((model.predict(Z[test]) == y[test]).mean()))
'''


if __name__ == "__main__":
    main()
