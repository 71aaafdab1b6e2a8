"""Fashion-MNIST: 500 pictures of clothes, 28 x 28, to be strange among digits."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS, assets
from genmodels.datasets import command
from genmodels.datasets.source import Source

FILE = ASSETS / "data" / "fashion_500.npz"
N = 500
KINDS = (
    "T-shirt", "trousers", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip

SOURCE = Source(
    title="Fashion-MNIST",
    citation="Xiao, Rasul and Vollgraf 2017, by way of Debian's dataset-fashion-mnist",
    licence="MIT",
    size="500 of the 10,000 test pictures, 28 × 28 grey pixels",
)


@dataclass(frozen=True)
class Clothes:
    """`pictures` uint8 (500, 784) and `kinds` (500,), 0 to 9 as in KINDS."""

    pictures: np.ndarray
    kinds: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The pictures as float64 in [0, 1]."""
        return self.pictures / 255.0


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> Clothes:
    """The pictures that ship. Raises ValueError where the file isn't what it should be."""
    with assets.arrays(path, "pictures and kinds") as file:
        pictures, kinds = file["pictures"], file["kinds"]
    if pictures.shape != (N, 784) or pictures.dtype != np.uint8 or kinds.shape != (N,):
        raise assets.BadAsset(
            path,
            f"hold pictures as uint8 of shape ({N}, 784) and kinds of ({N},)",
            f"{pictures.dtype} of {pictures.shape} and {kinds.shape}",
        )
    return Clothes(pictures, kinds)


SOURCE_FILE = "fashion_ood/fashion_t10k_first2000.npz"


def build(folder: Path) -> None:
    """Keep the first 500 test pictures: x uint8 and y of the source."""
    with np.load(folder / SOURCE_FILE, allow_pickle=False) as file:
        np.savez_compressed(
            FILE, pictures=file["x"][:N].astype(np.uint8), kinds=file["y"][:N].astype(np.uint8)
        )


if __name__ == "__main__":
    build(command.folder("fashion", "Keep the first 500 test pictures.", SOURCE_FILE))
