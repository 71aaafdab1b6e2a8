"""The way back from the plane of principal components, over the live channel.

`/live/decode/pca`
    request   float32 z[2]                                                8 bytes
    reply     uint8 pixels[784], round(255 y) with y held to [0, 1]     784 bytes

As `/live/decode/<model>` has it for the VAE (see `latent`), so that one pad can ask both.
"""

from collections.abc import Sequence

import numpy as np

from genmodels import reduction
from genmodels.live.protocol import LiveRoute, live_route

FARTHEST = 1000.0


class PlaneDecode:
    """y = m + W^T z, as pixels."""

    name = "decode pca"
    max_request_bytes = 8
    max_batch = 64

    def __init__(self) -> None:
        self.pca = reduction.load().pca

    def parse(self, payload: bytes) -> np.ndarray:
        """z (2,). Raises ValueError for a wrong length and for numbers that are no place."""
        if len(payload) != self.max_request_bytes:
            raise ValueError(f"z must be 2 float32, 8 bytes; got {len(payload)}")
        z = np.frombuffer(payload, "<f4").astype(np.float64)
        if not np.isfinite(z).all() or np.abs(z).max() > FARTHEST:
            raise ValueError(f"z must be numbers within ±{FARTHEST:g}; got {z.tolist()}")
        return z

    def run(self, items: list[np.ndarray]) -> Sequence[bytes | ValueError]:
        y = np.clip(self.pca.decode(np.stack(items)), 0.0, 1.0)
        return [row.tobytes() for row in np.rint(255 * y).astype(np.uint8)]


def routes() -> list[LiveRoute]:
    """One route; its plane is loaded at first use."""
    return [live_route("/live/decode/pca", PlaneDecode)]
