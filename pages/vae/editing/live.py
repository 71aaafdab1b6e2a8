"""A digit's attributes under the hand: encoded, moved along their directions, decoded, measured.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian, the K = 4 attributes in the order of `vae.directions.ATTRIBUTES`:

`/live/edit/<model>`
    request   uint32 held | float32 t[4] | uint8 x[784]                          804 bytes
              t in standard deviations of each attribute; held 1 keeps the others' predictions
    reply     float32 predicted[4] | float32 measured[4] | uint8 pixels[784]     816 bytes
"""

import struct
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import directions

_ASK = struct.Struct("<I4f784s")
FARTHEST = 10.0
"""Standard deviations that one attribute may be moved."""


class Question(NamedTuple):
    """`held`, `t` (4,) and the picture `x` (784,) in [0, 1]."""

    held: bool
    t: np.ndarray
    x: np.ndarray


class Edit:
    """See the module's text for the layout."""

    max_request_bytes = _ASK.size
    max_batch = 8

    def __init__(self, model: str) -> None:
        self.name = f"edit {model}"
        self.model = model
        directions.found(model)

    def parse(self, payload: bytes) -> Question:
        """The request's fields. Raises ValueError for a wrong length, flag or number."""
        if len(payload) != _ASK.size:
            raise ValueError(f"edit must get {_ASK.size} bytes; got {len(payload)}")
        held, *t, pixels = _ASK.unpack(payload)
        if held not in (0, 1):
            raise ValueError(f"held must be 0 or 1; got {held}")
        moved = np.array(t)
        if not np.isfinite(moved).all() or np.abs(moved).max() > FARTHEST:
            raise ValueError(f"t must be numbers within ±{FARTHEST:g}; got {moved.tolist()}")
        return Question(bool(held), moved, np.frombuffer(pixels, np.uint8) / 255.0)

    def run(self, items: list[Question]) -> Sequence[bytes | ValueError]:
        return [self._answer(item) for item in items]

    def _answer(self, item: Question) -> bytes:
        made = directions.edit(self.model, item.x, item.t, item.held)
        return b"".join(
            [
                made.predicted.astype("<f4").tobytes(),
                made.measured.astype("<f4").tobytes(),
                np.rint(255 * made.y).astype(np.uint8).tobytes(),
            ]
        )


def routes() -> list[LiveRoute]:
    """One route a model, loaded at its first use."""
    return [
        live_route(f"/live/edit/{name}", partial(Edit, name), warm=False)
        for name in directions.MODELS
    ]
