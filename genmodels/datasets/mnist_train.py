"""10,000 of MNIST's training pictures that ship, for what is trained in the page.

Their grey values are rounded to 16 levels, two pixels a byte: half of the file. None of them is
among the test pictures that the pages show.
"""

import argparse
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS, assets
from genmodels.datasets import mnist

FILE = ASSETS / "data" / "mnist_train_10000.npz"
N_TRAIN = 10_000
LEVEL = 17
"""The grey step: 15 * 17 = 255."""


@dataclass(frozen=True)
class TrainSample:
    """`pictures` uint8 (10000, 784) with 16 grey levels, `labels` uint8 (10000,), each digit as
    frequent as in the training set; in the training set's order, so any digit may come first.
    """

    pictures: np.ndarray
    labels: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The pictures as float32 in [0, 1], shape (10000, 784): 31 MB, made anew each time."""
        return self.pictures.astype(np.float32) / np.float32(255.0)

    def few(self, per_class: int, *, rng: np.random.Generator) -> np.ndarray:
        """The indices of `per_class` pictures of each digit, drawn by `rng`, shuffled.

        Raises ValueError where a digit has fewer.
        """
        fewest = int(np.bincount(self.labels, minlength=10).min())
        if not 1 <= per_class <= fewest:
            raise ValueError(f"per_class must be from 1 to {fewest}; got {per_class}")
        chosen = [
            rng.choice(np.flatnonzero(self.labels == digit), per_class, replace=False)
            for digit in range(10)
        ]
        return rng.permutation(np.concatenate(chosen))


@lru_cache(maxsize=1)
def load() -> TrainSample:
    """The sample. Raises ValueError where the file is not sound, naming it."""
    with assets.arrays(FILE, "packed and labels") as file:
        packed, labels = file["packed"], file["labels"]
    for name, values, shape in (
        ("packed", packed, (N_TRAIN, 392)),
        ("labels", labels, (N_TRAIN,)),
    ):
        if values.shape != shape or values.dtype != np.uint8:
            raise assets.BadAsset(
                FILE,
                f"hold {name} as uint8 of shape {shape}",
                f"{values.dtype} of shape {values.shape}",
            )
    if labels.max() > 9:
        raise assets.BadAsset(FILE, "hold labels from 0 to 9", labels.max())
    pictures = unpack(packed)
    for values in (pictures, labels):
        values.setflags(write=False)
    return TrainSample(pictures, labels)


def pack(pictures: np.ndarray) -> np.ndarray:
    """uint8 pictures (N, 784) to 16 levels, two a byte, the left one in the high half: (N, 392)."""
    levels = np.rint(pictures / LEVEL).astype(np.uint8)
    return (levels[:, ::2] << 4) | levels[:, 1::2]


def unpack(packed: np.ndarray) -> np.ndarray:
    """What `pack` packed, uint8 (N, 784)."""
    return np.stack([packed >> 4, packed & 15], axis=-1).reshape(len(packed), -1) * np.uint8(LEVEL)


def main(arguments: list[str] | None = None) -> None:
    """`python -m genmodels.datasets.mnist_train --data DIR`: write the sample that ships."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.datasets.mnist_train",
        description="Write the 10,000 training pictures that ship, stratified by label.",
    )
    parser.add_argument("--data", required=True, help="a folder with the idx files, npm or openml")
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    data = mnist.load(asked.data)
    chosen = mnist.choose(data.train_labels, N_TRAIN, rng=np.random.default_rng(0))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        asked.out, packed=pack(data.train[chosen]), labels=data.train_labels[chosen]
    )


if __name__ == "__main__":
    main()
