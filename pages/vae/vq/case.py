"""A digit as a grid of codes: chosen, changed, decoded; and how the codebook is used."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, vae
from genmodels.datasets import mnist

SIDE, PLACES, K = 7, 49, 64
PATCH = 12
"""Pixels along a palette patch: a place's own 4 and as many on each side."""
_PATCHED = 500
"""Test digits that the palette's patches are means over."""
WEIGHTS = ASSETS / "checkpoints" / "vq-vae.safetensors"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Edit:
    """Codes that the reader changed, as (place, code), and the chosen place, -1 for none."""

    changes: tuple[tuple[int, int], ...] = ()
    place: int = -1

    def __post_init__(self) -> None:
        if not -1 <= self.place < PLACES:
            raise ValueError(f"place must be from -1 to {PLACES - 1}; got {self.place}")
        for place, code in self.changes:
            if not 0 <= place < PLACES:
                raise ValueError(f"places must be from 0 to {PLACES - 1}; got {place}")
            if not 0 <= code < K:
                raise ValueError(f"codes must be from 0 to {K - 1}; got {code}")
        if len({place for place, _ in self.changes}) != len(self.changes):
            raise ValueError(f"each place may be changed once; got {self.changes}")

    def to_link(self) -> str | None:
        return "_".join(f"{place}.{code}" for place, code in self.changes) or None

    @staticmethod
    def from_link(text: str) -> "Edit":
        """The changes of `to_link`. Raises ValueError for anything else."""
        parts = [part.split(".") for part in text[:400].split("_")]
        if not all(len(part) == 2 and all(v.isascii() and v.isdigit() for v in part)
                   for part in parts):  # fmt: skip
            raise ValueError("must be place.code pairs, as in 24.33_25.7")
        return Edit(tuple((int(place), int(code)) for place, code in parts))


@dataclass(frozen=True, eq=False)
class Coded:
    """A digit x (784,) in [0, 1] and its code: `vectors` (49, 16) of the encoder, `distances`
    (49, 64) to every codebook vector, `codes` (49,), and what they decode to, y (784,)."""

    x: Array
    vectors: Array
    distances: Array
    codes: NDArray[np.int64]
    y: Array


def _model() -> Any:
    from genmodels.vae import vq  # loads Torch

    return vq.shared()


@lru_cache(maxsize=32)
def coded(pixels: bytes) -> Coded:
    """A digit through encoder, argmin and decoder; `pixels` are 784 float64 in [0, 1]."""
    model, x = _model(), np.frombuffer(pixels)
    codes = model.encode_codes(x[None])
    return Coded(
        x,
        model.encode_vectors(x[None])[0].reshape(PLACES, -1),
        model.distances(x[None])[0].reshape(PLACES, K),
        codes[0].ravel(),
        model.decode_codes(codes)[0],
    )


def codes_now(pixels: bytes, edit: Edit) -> NDArray[np.int64]:
    """The digit's codes (49,) with the reader's changes."""
    codes = coded(pixels).codes.copy()
    for place, code in edit.changes:
        codes[place] = code
    return codes


def codebook() -> Array:
    """The codebook vectors (64, 16)."""
    found: Array = _model().codebook
    return found


@lru_cache(maxsize=64)
def logits(codes: tuple[int, ...]) -> Array:
    """The decoder's logits (784,) of 49 codes."""
    found: Array = _model().decode_logits(np.array(codes).reshape(1, SIDE, SIDE))[0]
    return found


@lru_cache(maxsize=1)
def shown_codes() -> NDArray[np.int64]:
    """The codes (2000, 49) of the test digits that ship."""
    codes: NDArray[np.int64] = _model().encode_codes(mnist.shown().x).reshape(-1, PLACES)
    return codes


@lru_cache(maxsize=1)
def patches() -> NDArray[np.uint8]:
    """What each code decodes to, (64, 144): the mean of the decoded test pictures around the
    places that hold it, 12 by 12 pixels with the place's own 4 by 4 in the middle."""
    model = _model()
    codes = model.encode_codes(mnist.shown().x[:_PATCHED])
    pictures = model.decode_codes(codes).reshape(-1, 28, 28)
    margin = (PATCH - 4) // 2
    padded = np.pad(pictures, ((0, 0), (margin, margin), (margin, margin)))
    sums, counts = np.zeros((K, PATCH, PATCH)), np.zeros(K)
    for row in range(SIDE):
        for column in range(SIDE):
            part = padded[:, 4 * row : 4 * row + PATCH, 4 * column : 4 * column + PATCH]
            np.add.at(sums, codes[:, row, column], part)
            np.add.at(counts, codes[:, row, column], 1)
    mean = sums / np.maximum(counts, 1)[:, None, None]
    return np.rint(255 * mean).astype(np.uint8).reshape(K, -1)


@lru_cache(maxsize=1)
def blank() -> int:
    """The code used most: empty paper."""
    return int(np.argmax(counts()))


@lru_cache(maxsize=1)
def counts() -> NDArray[np.int64]:
    """How often each code occurs over the 10,000 test pictures, (64,)."""
    return np.array(record()["code_counts"], dtype=np.int64)


def record() -> dict[str, Any]:
    """The VQ-VAE's test figures."""
    found: dict[str, Any] = vae.describe("vq-vae")["test"]
    return found


def prior_record() -> dict[str, Any]:
    """The prior's test figures."""
    found: dict[str, Any] = vae.describe("vq-prior")["test"]
    return found


@lru_cache(maxsize=64)
def nats_by_place(codes: tuple[int, ...], label: int | None) -> Array:
    """-log p(c_t | c_<t) of every place, (49,), in nats, given the digit if `label` is one."""
    from genmodels.vae import vq

    grid = np.array(codes).reshape(1, SIDE, SIDE)
    labels = None if label is None else np.array([label])
    found: Array = vq.shared_prior().nats_by_place(grid, labels)[0]
    return found


def bits(nats: float) -> float:
    """Nats in bits: divided by log 2."""
    return nats / math.log(2)


def where(code: int) -> Array:
    """The share of the shown test digits that hold `code` at each place, (7, 7)."""
    if not 0 <= code < K:
        raise ValueError(f"code must be from 0 to {K - 1}; got {code}")
    share: Array = (shown_codes() == code).mean(axis=0).reshape(SIDE, SIDE)
    return share
