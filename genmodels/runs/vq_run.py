"""A digit as a grid of codes: chosen, changed, decoded; and how the codebook is used."""

import csv
import io
import json
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


# -- to take away ------------------------------------------------------------------------------


def record_json(pixels: bytes, codes: tuple[int, ...]) -> str:
    """The digit's pixels (0 to 255), the encoder's codes, those on the stage, and the figures."""
    one = coded(pixels)
    test = {**record(), **{f"prior_{k}": v for k, v in prior_record().items()}}
    found = {
        "x": np.rint(255 * one.x).astype(int).tolist(),
        "codes": list(codes),
        "encoder_codes": one.codes.tolist(),
        "nats": float(nats_by_place(codes, None).sum()),
        "bce": float((np.logaddexp(0, logits(codes)) - one.x * logits(codes)).sum()),
        "test": test,
    }
    return json.dumps(found, indent=1, allow_nan=False)


def distances_csv(pixels: bytes, codes: tuple[int, ...]) -> str:
    """A row a place: the code on the stage, the nearest, and the distances to all 64."""
    one = coded(pixels)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["place", "code", "nearest", *(f"d2_{k}" for k in range(K))])
    for t in range(PLACES):
        write([t + 1, codes[t], int(one.codes[t]), *map(repr, one.distances[t].tolist())])
    return out.getvalue()


def use_csv() -> str:
    """A row a code: its uses over the test set's places, its share, its vector."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    vectors, n = codebook(), counts()
    write(["code", "uses", "share", *(f"e_{j + 1}" for j in range(vectors.shape[1]))])
    for k in range(K):
        write([k, int(n[k]), repr(float(n[k] / n.sum())), *map(repr, vectors[k].tolist())])
    return out.getvalue()


def picture_svg(codes: tuple[int, ...]) -> str:
    """The decoded picture with its grid of codes."""
    y = 1 / (1 + np.exp(-logits(codes)))
    pixels = np.rint(255 * y).astype(int)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="560" height="560" '
        'shape-rendering="crispEdges">',
        '<rect width="28" height="28" fill="#000"/>',
    ]
    for p in np.flatnonzero(pixels >= 8).tolist():
        grey = f"{pixels[p]:02x}" * 3
        parts.append(f'<rect x="{p % 28}" y="{p // 28}" width="1" height="1" fill="#{grey}"/>')
    for t, code in enumerate(codes):
        x, y0 = t % SIDE * 4, t // SIDE * 4
        parts.append(
            f'<rect x="{x}" y="{y0}" width="4" height="4" fill="none" stroke="#888" '
            'stroke-width="0.04"/>'
        )
        parts.append(
            f'<text x="{x + 0.2}" y="{y0 + 1.1}" font-size="1" font-family="sans-serif" '
            f'fill="#e69f00">{code}</text>'
        )
    return "\n".join([*parts, "</svg>"])


def weights() -> bytes:
    """The VQ-VAE's checkpoint."""
    return WEIGHTS.read_bytes()


def script() -> str:
    """A program that decodes the codes with NumPy alone, from codes.json and the weights."""
    return _SCRIPT


_SCRIPT = '''"""Codes to a picture with NumPy. Needs codes.json and vq-vae.safetensors beside it."""

import json
import struct

import numpy as np


def weights(path):
    """A safetensors file: the header's length, the header as JSON, then the numbers."""
    data = open(path, "rb").read()
    n = struct.unpack("<Q", data[:8])[0]
    kinds = {"F16": "<f2", "F32": "<f4"}
    found = {}
    for name, entry in json.loads(data[8 : 8 + n]).items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            values = np.frombuffer(data[8 + n + a : 8 + n + b], kinds[entry["dtype"]])
            found[name] = values.reshape(entry["shape"]).astype(float)
    return found


def conv(x, w, b):  # 3 by 3, padded by 1; x (C, H, W), w (O, C, 3, 3)
    H, W = x.shape[1:]
    x = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    return b[:, None, None] + sum(
        np.einsum("oc,chw->ohw", w[:, :, i, j], x[:, i : i + H, j : j + W])
        for i in range(3) for j in range(3)
    )


def up(x, w, b):  # transposed, 4 by 4, stride 2, padding 1; w (C, O, 4, 4)
    H, W = x.shape[1:]
    y = np.zeros((w.shape[1], 2 * H + 2, 2 * W + 2))
    for i in range(4):
        for j in range(4):
            y[:, i : i + 2 * H : 2, j : j + 2 * W : 2] += np.einsum("co,chw->ohw", w[:, :, i, j], x)
    return y[:, 1:-1, 1:-1] + b[:, None, None]


record, p = json.load(open("codes.json")), weights("vq-vae.safetensors")
grid = p["codebook_vectors"][np.array(record["codes"]).reshape(7, 7)].transpose(2, 0, 1)
h = np.maximum(conv(grid, p["from_code.weight"], p["from_code.bias"]), 0)
h = np.maximum(up(h, p["up_1.weight"], p["up_1.bias"]), 0)
a = up(h, p["up_2.weight"], p["up_2.bias"])[0].ravel()
x = np.array(record["x"]) / 255
print("BCE in nats:", float((np.logaddexp(0, a) - x * a).sum()))
n = np.array(record["test"]["code_counts"])
q = n[n > 0] / n.sum()
print("perplexity:", float(np.exp(-(q * np.log(q)).sum())))
for row in (1 / (1 + np.exp(-a))).reshape(28, 28):
    print("".join(" .:*#"[int(4.99 * v)] for v in row))
'''
