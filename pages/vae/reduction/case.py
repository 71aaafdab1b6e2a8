"""Three maps of the same 2,000 digits, judged alike: by neighbours, and by the way back."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import reduction, vae
from genmodels.datasets import mnist
from genmodels.reduction import Array
from genmodels.vae import first_paint

NAMES = ("PCA", "t-SNE", "VAE")
MODEL = "mnist-2d"
MAX_K = 50


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture on the maps: `place` by map (None where a map has no rule for it), and what comes
    back from there, (784,), with its squared error summed over pixels.
    """

    x: Array
    place: Mapping[str, tuple[float, float] | None]
    back: Mapping[str, Array | None]

    def error(self, name: str) -> float | None:
        """sum_i (x_i - y_i)^2 of map `name`; None where nothing comes back."""
        y = self.back[name]
        return None if y is None else float(((self.x - y) ** 2).sum())


@lru_cache(maxsize=1)
def places() -> dict[str, Array]:
    """The 2,000 places by map, (2000, 2) each. The VAE's are its means mu(x)."""
    saved, digits = reduction.load(), mnist.shown()
    return {
        "PCA": saved.pca.encode(digits.x),
        "t-SNE": saved.tsne,
        "VAE": first_paint.load().mu.astype(np.float64),
    }


@lru_cache(maxsize=MAX_K)
def accuracy(k: int) -> dict[str, float]:
    """Leave-one-out accuracy of `k` neighbours by map, and in all 784 pixels."""
    digits = mnist.shown()
    spaces = {**places(), "784 pixels": digits.x}
    return {
        name: reduction.neighbour_accuracy(space, digits.labels, k)
        for name, space in spaces.items()
    }


def near(index: int, k: int) -> dict[str, list[int]]:
    """The `k` nearest of shown digit `index` on each map, nearest first."""
    return {
        name: reduction.neighbours(space, index, k).tolist() for name, space in places().items()
    }


@lru_cache(maxsize=64)
def shown_digit(index: int) -> Picture:
    """One of the 2,000 on the maps."""
    picture = new_digit(mnist.shown().x[index].tobytes())
    x, y = places()["t-SNE"][index].tolist()
    return Picture(picture.x, {**picture.place, "t-SNE": (x, y)}, picture.back)


@lru_cache(maxsize=64)
def new_digit(pixels: bytes) -> Picture:
    """A picture that no map has seen, (784,) float64 as bytes: t-SNE has no place for it."""
    if len(pixels) != 784 * 8:
        raise ValueError(f"pixels must be 784 float64; got {len(pixels)} bytes")
    x = np.frombuffer(pixels, np.float64)
    pca = reduction.load().pca
    z = pca.encode(x[None])
    one = vae.passage(vae.shared(MODEL), x[None], np.zeros((1, 2))).row(0)
    return Picture(
        x,
        {"PCA": (float(z[0, 0]), float(z[0, 1])), "t-SNE": None, "VAE": _pair(one.mu)},
        {"PCA": pca.decode(z)[0], "t-SNE": None, "VAE": one.y},
    )


def _pair(values: Array) -> tuple[float, float]:
    return float(values[0]), float(values[1])


@lru_cache(maxsize=1)
def mean_errors() -> dict[str, float]:
    """Mean over the 2,000 of the squared error summed over pixels, of the maps with a way back."""
    x = mnist.shown().x
    pca = reduction.load().pca
    passed = vae.passage(vae.shared(MODEL), x, np.zeros((len(x), 2)))
    return {
        "PCA": float(((pca.decode(pca.encode(x)) - x) ** 2).sum(axis=1).mean()),
        "VAE": float(((passed.y - x) ** 2).sum(axis=1).mean()),
    }


# -- to take away ------------------------------------------------------------------------------


def places_csv() -> str:
    """A row a digit: its number in the test set, its label, its place on each map."""
    digits, maps = mnist.shown(), places()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["test_picture", "label", *(f"{name}_{axis}" for name in NAMES for axis in (1, 2))])
    for i, (index, label) in enumerate(zip(digits.indices, digits.labels, strict=True)):
        write([int(index), int(label), *(repr(float(v)) for name in NAMES for v in maps[name][i])])
    return out.getvalue()


def figures_json(k: int) -> str:
    """The page's figures: neighbours' accuracy, variance, errors."""
    saved = reduction.load()
    record: dict[str, Any] = {
        "digits": mnist.N_SHOWN,
        "neighbours": k,
        "accuracy": accuracy(k),
        "share_of_variance": saved.pca.share.tolist(),
        "tsne": {"perplexity": reduction.PERPLEXITY, "kl_nats": saved.tsne_kl},
        "mean_squared_error_summed_over_pixels": mean_errors(),
    }
    return json.dumps(record, indent=1, allow_nan=False)


def script(k: int) -> str:
    """A program that computes the neighbours' accuracy again, from the CSV, by scikit-learn."""
    return f'''"""Accuracy of {k} nearest neighbours on three maps of 2,000 MNIST digits.

Put mnist_maps.csv beside this file. Needs numpy and scikit-learn.
"""

import numpy as np
from sklearn.neighbors import NearestNeighbors

table = np.genfromtxt("mnist_maps.csv", delimiter=",", skip_header=1)
labels = table[:, 1].astype(int)
for m, name in enumerate({list(NAMES)!r}):
    Z = table[:, 2 + 2 * m : 4 + 2 * m]
    # Asked without a point, each row's neighbours leave the row itself out.
    near = NearestNeighbors(n_neighbors={k}, algorithm="brute").fit(Z).kneighbors()[1]
    votes = np.array([np.bincount(labels[row]).argmax() for row in near])
    print(name, round(float((votes == labels).mean()), 4))
'''
