"""A molecule decoded while its point is dragged over the map.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/molecule`
    request   uint32 base (0 to 1999; 2000: the SMILES that follows) | float32 x, y | SMILES, ASCII
    reply     UTF-8 JSON: `molecules_run.live`
"""

import json
import math
import struct
from collections.abc import Sequence
from typing import NamedTuple

from genmodels.datasets.molecules import LONGEST
from genmodels.live.protocol import LiveRoute, live_route

_HEAD = struct.Struct("<Iff")
MAX_BYTES = _HEAD.size + LONGEST


class Place(NamedTuple):
    """The base's number (and its SMILES if it is a reader's own) and a place on the plane."""

    base: int
    own: str
    x: float
    y: float


class Molecules:
    """See the module's text for the layout."""

    name = "molecule"
    max_request_bytes = MAX_BYTES
    max_batch = 2

    def __init__(self) -> None:
        from pages.vae.molecules import case as molecules_run

        self._run = molecules_run
        self.run([Place(0, "", 0.0, 0.0)])

    def parse(self, payload: bytes) -> Place:
        """The request's fields. Raises ValueError for a wrong length and unsound numbers."""
        if not _HEAD.size <= len(payload) <= MAX_BYTES:
            allowed = f"{_HEAD.size} to {MAX_BYTES}"
            raise ValueError(f"molecule must get {allowed} bytes; got {len(payload)}")
        base, x, y = _HEAD.unpack_from(payload)
        far = self._run.FARTHEST
        if not (math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= far):
            raise ValueError(f"x and y must be numbers within ±{far:g}; got {x:g}, {y:g}")
        if base > self._run.OWN:
            raise ValueError(f"base must be from 0 to {self._run.OWN}; got {base}")
        try:
            own = payload[_HEAD.size :].decode("ascii")
        except UnicodeDecodeError:
            raise ValueError("the SMILES must be ASCII; it isn't") from None
        if (base == self._run.OWN) != bool(own):
            raise ValueError(f"a SMILES must come with base {self._run.OWN}, and with no other")
        return Place(base, own, x, y)

    def run(self, items: list[Place]) -> Sequence[bytes | ValueError]:
        return [self._answer(item) for item in items]

    def _answer(self, item: Place) -> bytes | ValueError:
        try:
            made = self._run.decoded(*item)
        except ValueError as error:  # the SMILES
            return error
        return json.dumps(self._run.live(made), allow_nan=False).encode()


def routes() -> list[LiveRoute]:
    """The one route, loaded at its first use."""
    return [live_route("/live/molecule", Molecules, max_request_bytes=MAX_BYTES, warm=False)]
