"""A grid of codes to its picture, by the VQ-VAE's decoder.

After the sequence number of a request and the sequence and status of a reply (see `protocol`):

`/live/vq`
    request   uint8 codes[49], row by row, each from 0 to 63             49 bytes
    reply     uint8 pixels[784], round(255 y)                           784 bytes
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route

PATH = "/live/vq"
PLACES, SIDE, K = 49, 7, 64


class Codes:
    """See the module's text for the layout."""

    name = "vq"
    max_request_bytes = PLACES
    max_batch = 8

    def __init__(self) -> None:
        from genmodels.vae import vq  # loads Torch

        self.model: Any = vq.shared()
        self.run([np.zeros((SIDE, SIDE), np.int64)])

    def parse(self, payload: bytes) -> np.ndarray:
        """The grid (7, 7). Raises ValueError for a wrong length or a code out of range."""
        if len(payload) != PLACES:
            raise ValueError(f"codes must be {PLACES} bytes, one a place; got {len(payload)}")
        codes = np.frombuffer(payload, np.uint8).astype(np.int64)
        if codes.max() >= K:
            place = int((codes >= K).argmax())
            raise ValueError(
                f"codes must be from 0 to {K - 1}; place {place + 1} has {int(codes[place])}"
            )
        return codes.reshape(SIDE, SIDE)

    def run(self, items: list[np.ndarray]) -> Sequence[bytes | ValueError]:
        pixels = np.rint(255 * self.model.decode_codes(np.stack(items))).astype(np.uint8)
        return [row.tobytes() for row in pixels]


def routes() -> list[LiveRoute]:
    """The route, its model loaded at its first use."""
    return [live_route(PATH, Codes, warm=False)]
