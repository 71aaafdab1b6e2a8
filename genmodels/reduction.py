"""Two numbers a picture, three ways: principal components, t-SNE, and the VAE's means.

    PCA      z = W (x - m)     W the two directions of largest variance, m the mean picture
             y = m + W^T z     its way back; the plane through the data with least squared error
    t-SNE    a place for each given picture, near its neighbours; no rule for another picture
    VAE      z = mu(x), y = decode(z), both networks

`python -m genmodels.reduction --data DIR` fits the first on MNIST's training pictures and the
second on the 2,000 that ship, and saves both. Pearson (1901); van der Maaten and Hinton (2008).
"""

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels import ASSETS, assets
from genmodels.datasets import mnist

FILE = ASSETS / "data" / "mnist_maps.npz"
PERPLEXITY = 30.0
SEED = 0

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PCA:
    """`mean` (D,), `components` (2, D) of length 1, `share` (2,) of the variance in each."""

    mean: Array
    components: Array
    share: Array

    def encode(self, x: ArrayLike) -> Array:
        """z = W (x - m), (N, 2), of pictures x (N, D)."""
        places: Array = (np.asarray(x, dtype=np.float64) - self.mean) @ self.components.T
        return places

    def decode(self, z: ArrayLike) -> Array:
        """y = m + W^T z, (N, D): not held to [0, 1], since the plane isn't."""
        pictures: Array = self.mean + np.asarray(z, dtype=np.float64) @ self.components
        return pictures


def fit_pca(X: ArrayLike, n: int = 2) -> PCA:
    """The `n` directions of largest variance: eigenvectors of the covariance of X (N, D).

    A direction's sign is free; each has its largest entry positive. Raises ValueError for fewer
    than two rows or fewer than `n` columns.
    """
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or len(X) < 2 or X.shape[1] < n:
        raise ValueError(f"X must have at least 2 rows and {n} columns; got shape {X.shape}")
    mean = X.mean(axis=0)
    covariance = (X.T @ X) / len(X) - np.outer(mean, mean)
    values, vectors = np.linalg.eigh(covariance)  # ascending
    components = vectors[:, ::-1][:, :n].T
    largest = np.abs(components).argmax(axis=1)
    components = components * np.sign(components[np.arange(n), largest])[:, None]
    total = max(float(values.sum()), 1e-300)
    return PCA(mean, components, values[::-1][:n] / total)


def neighbours(Z: ArrayLike, i: int, k: int) -> NDArray[np.int64]:
    """The `k` rows of Z (N, D) nearest to row `i`, itself left out; nearest first."""
    Z = np.asarray(Z, dtype=np.float64)
    if not 0 <= i < len(Z):
        raise ValueError(f"i must be a row of Z from 0 to {len(Z) - 1}; got {i}")
    _check_k(k, len(Z))
    d2 = ((Z - Z[i]) ** 2).sum(axis=1)
    d2[i] = np.inf
    return np.argsort(d2, kind="stable")[:k]


def vote(labels: ArrayLike) -> int:
    """The most frequent label; of equals the smallest."""
    return int(np.bincount(np.asarray(labels)).argmax())


def neighbour_accuracy(Z: ArrayLike, labels: ArrayLike, k: int) -> float:
    """The share of rows whose `k` nearest others vote for their own label (leave-one-out)."""
    Z = np.asarray(Z, dtype=np.float64)
    labels = np.asarray(labels)
    _check_k(k, len(Z))
    if labels.shape != (len(Z),):
        raise ValueError(f"labels must have shape ({len(Z)},); got {labels.shape}")
    square = (Z**2).sum(axis=1)
    d2 = square[:, None] + square[None] - 2 * (Z @ Z.T)
    np.fill_diagonal(d2, np.inf)
    near = labels[np.argpartition(d2, k - 1, axis=1)[:, :k]]
    counts = (near[:, :, None] == np.arange(labels.max() + 1)).sum(axis=1)
    return float((counts.argmax(axis=1) == labels).mean())


def _check_k(k: int, n: int) -> None:
    if not 1 <= k < n:
        raise ValueError(f"k must be from 1 to {n - 1}; got {k}")


# -- what ships --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Saved:
    """`pca` of the training pictures; `tsne` (2000, 2) of those that ship, and its KL in nats."""

    pca: PCA
    tsne: Array
    tsne_kl: float


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> Saved:
    """The saved maps. Raises ValueError where the file isn't what it should be."""
    shapes = {
        "mean": (784,),
        "components": (2, 784),
        "share": (2,),
        "tsne": (mnist.N_SHOWN, 2),
        "tsne_kl": (),
    }
    with assets.arrays(path, ", ".join(shapes)) as file:
        values: dict[str, Any] = {name: file[name].astype(np.float64) for name in shapes}
    for name, shape in shapes.items():
        if values[name].shape != shape:
            raise assets.BadAsset(path, f"hold {name} of shape {shape}", values[name].shape)
        values[name].setflags(write=False)
    pca = PCA(values["mean"], values["components"], values["share"])
    return Saved(pca, values["tsne"], float(values["tsne_kl"]))


def tsne(X: ArrayLike) -> tuple[Array, float]:
    """scikit-learn's t-SNE of X (N, D) after 50 principal components: places (N, 2), its KL."""
    from sklearn.manifold import TSNE

    X = np.asarray(X, dtype=np.float64)
    first = fit_pca(X, 50).encode(X)
    made = TSNE(perplexity=PERPLEXITY, init="pca", random_state=SEED, n_jobs=1)
    places = made.fit_transform(first)
    return places.astype(np.float64), float(made.kl_divergence_)


def main(arguments: list[str] | None = None) -> None:
    """The command: fit both and write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.reduction",
        description="Fit PCA on MNIST's training pictures and t-SNE on the 2,000 that ship.",
    )
    parser.add_argument("--data", required=True, help="a folder with the idx files, npm or openml")
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    pca = fit_pca(mnist.load(asked.data).train / 255.0)
    places, kl = tsne(mnist.shown().x)
    np.savez_compressed(
        asked.out,
        mean=pca.mean.astype(np.float32),
        components=pca.components.astype(np.float32),
        share=pca.share,
        tsne=places.astype(np.float32),
        tsne_kl=np.float64(kl),
    )


if __name__ == "__main__":
    main()
