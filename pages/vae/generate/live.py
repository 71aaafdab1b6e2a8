"""Many pictures at once: latent vectors decoded, or drawn from the prior and decoded.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian; d is the model's number of latents, `label` -1 or, for a conditional
model, a digit:

`/live/sheet/<model>`
    request   int32 label | uint32 n | float32 z[n][d]                    8 + 4 n d bytes
    reply     uint8 pixels[n][784], round(255 y)                            784 n bytes

`/live/sample/<model>`
    request   int32 label | uint32 n | uint32 seed | float32 tau             16 bytes
    reply     float32 z[n][d] | uint8 pixels[n][784]                (4 d + 784) n bytes
              z from the prior within +- tau; the same seed with another tau moves them along
"""

import struct
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from genmodels import vae
from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import sampling

MAX_PICTURES = 100
FARTHEST = 1000.0
_ROWS = struct.Struct("<iI")
_DRAW = struct.Struct("<iIIf")


class Rows(NamedTuple):
    """Latent vectors (n, d) and the digit that all are decoded as, -1 for none."""

    z: np.ndarray
    label: int


class Sheet:
    """Latent vectors to pictures. See the module's text for the layout."""

    max_batch = 4

    def __init__(self, name: str) -> None:
        self.name = f"sheet {name}"
        self.model_name = name
        self.model = vae.shared(name)
        self.d = sampling.latents(name)
        self.max_request_bytes = _ROWS.size + 4 * self.d * MAX_PICTURES
        self.run([Rows(np.zeros((1, self.d)), 0 if sampling.conditional(name) else -1)])

    def parse(self, payload: bytes) -> Rows:
        """The request's fields. Raises ValueError for a wrong length and unsound numbers."""
        if len(payload) < _ROWS.size:
            raise ValueError(f"sheet must open with label and n, 8 bytes; got {len(payload)}")
        label, n = _ROWS.unpack_from(payload)
        _check(self.model_name, label, n)
        expected = _ROWS.size + 4 * self.d * n
        if len(payload) != expected:
            raise ValueError(
                f"z must be {n} times {self.d} float32, {expected} bytes in all; got {len(payload)}"
            )
        with np.errstate(invalid="ignore"):  # a signalling NaN warns as it is widened
            z = np.frombuffer(payload, "<f4", offset=_ROWS.size).astype(np.float64)
        if not np.isfinite(z).all() or np.abs(z).max() > FARTHEST:
            raise ValueError(f"z must be numbers within ±{FARTHEST:g}; one is not")
        return Rows(z.reshape(n, self.d), label)

    def run(self, items: list[Rows]) -> Sequence[bytes | ValueError]:
        return [
            sampling.decode(self.model_name, self.model, item.z, item.label).tobytes()
            for item in items
        ]


class Sample(Sheet):
    """Draws from the prior, decoded. See the module's text for the layout."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = f"sample {name}"
        self.max_request_bytes = _DRAW.size

    def parse(self, payload: bytes) -> Rows:
        """The request's fields, and the draw. Raises ValueError naming what is wrong."""
        if len(payload) != _DRAW.size:
            raise ValueError(
                f"sample must get label, n, seed and tau, {_DRAW.size} bytes; got {len(payload)}"
            )
        label, n, seed, tau = _DRAW.unpack(payload)
        _check(self.model_name, label, n)
        if not 0 <= tau <= sampling.MAX_TAU:
            raise ValueError(f"tau must be from 0 to {sampling.MAX_TAU:g}; got {tau}")
        rng = np.random.default_rng(seed)
        return Rows(sampling.draw(self.model_name, n, tau=tau, rng=rng), label)

    def run(self, items: list[Rows]) -> Sequence[bytes | ValueError]:
        pictures = super().run(items)
        return [
            item.z.astype("<f4").tobytes() + picture if isinstance(picture, bytes) else picture
            for item, picture in zip(items, pictures, strict=True)
        ]


def _check(name: str, label: int, n: int) -> None:
    if not 1 <= n <= MAX_PICTURES:
        raise ValueError(f"n must be from 1 to {MAX_PICTURES}; got {n}")
    if sampling.conditional(name):
        if not 0 <= label <= 9:
            raise ValueError(f"label must be a digit from 0 to 9; got {label}")
    elif label != -1:
        raise ValueError(f"label must be -1 for {name}, which takes none; got {label}")


def routes() -> list[LiveRoute]:
    """Both routes for every model with one level of latents, each loaded at its first use."""
    found = []
    for name in sampling.DECODABLE:
        longest = _ROWS.size + 4 * sampling.latents(name) * MAX_PICTURES
        for path, operation in (("sheet", Sheet), ("sample", Sample)):
            found.append(
                live_route(
                    f"/live/{path}/{name}",
                    partial(operation, name),
                    max_request_bytes=longest,
                    warm=False,
                )
            )
    return found
