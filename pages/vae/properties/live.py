"""A walk between two codes, decoded while its ends are dragged.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian; d is the model's number of latents:

`/live/walk/<model>`
    request   uint32 way (0 linear, 1 spherical) | uint32 n | float32 a[d] | float32 b[d]
    reply     float32 z[n][d] | change[n - 1] | to_real[n] | blend_to_real[n]
              | uint8 y[n][784] | uint8 blend[n][784]
"""

import struct
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import sampling, walks

MAX_STEPS = 25
FARTHEST = 1000.0
_HEAD = struct.Struct("<II")


class Question(NamedTuple):
    """`way`, `n` and the ends `a`, `b` (d,)."""

    way: str
    n: int
    a: np.ndarray
    b: np.ndarray


class Walks:
    """See the module's text for the layout."""

    max_batch = 4

    def __init__(self, model: str) -> None:
        self.name = f"walk {model}"
        self.model = model
        self.d = sampling.latents(model)
        self.max_request_bytes = _HEAD.size + 8 * self.d
        self.run([Question("linear", 2, np.zeros(self.d), np.ones(self.d))])

    def parse(self, payload: bytes) -> Question:
        """The request's fields. Raises ValueError for a wrong length and unsound numbers."""
        if len(payload) != self.max_request_bytes:
            raise ValueError(f"walk must get {self.max_request_bytes} bytes; got {len(payload)}")
        way, n = _HEAD.unpack_from(payload)
        if way >= len(walks.WAYS):
            raise ValueError(f"way must be 0 (linear) or 1 (spherical); got {way}")
        if not 2 <= n <= MAX_STEPS:
            raise ValueError(f"n must be from 2 to {MAX_STEPS}; got {n}")
        with np.errstate(invalid="ignore"):  # a signalling NaN warns as it is widened
            ends = np.frombuffer(payload, "<f4", offset=_HEAD.size).astype(np.float64)
        if not np.isfinite(ends).all() or np.abs(ends).max() > FARTHEST:
            raise ValueError(f"a and b must be numbers within ±{FARTHEST:g}; one is not")
        return Question(walks.WAYS[way], n, ends[: self.d], ends[self.d :])

    def run(self, items: list[Question]) -> Sequence[bytes | ValueError]:
        return [self._answer(item) for item in items]

    def _answer(self, item: Question) -> bytes:
        made = walks.walk(self.model, item.a, item.b, item.n, item.way)
        numbers = (made.z.ravel(), made.change, made.to_real, made.blend_to_real)
        pictures = np.concatenate([made.y, made.blend])
        return b"".join(
            [
                np.concatenate(numbers).astype("<f4").tobytes(),
                np.rint(255 * pictures).astype(np.uint8).tobytes(),
            ]
        )


def routes() -> list[LiveRoute]:
    """One route a model, loaded at its first use."""
    return [
        live_route(
            f"/live/walk/{name}",
            partial(Walks, name),
            max_request_bytes=_HEAD.size + 8 * sampling.latents(name),
            warm=False,
        )
        for name in walks.MODELS
    ]
