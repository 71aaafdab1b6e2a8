"""One style in ten digits: the conditional VAE decodes a z with every label at once.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/style/cvae`
    request   float32 z[2]                                                    8 bytes
    reply     uint8 pixels[10][784], round(255 y) of the digits 0 to 9      7,840 bytes
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from genmodels import vae
from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import sampling

DIGITS = 10
FARTHEST = 1000.0
"""Of z, in standard deviations of the prior."""
MODELS = ("cvae",)


class Style:
    """A z to its ten pictures. See the module's text for the layout."""

    max_batch = 8

    def __init__(self, name: str) -> None:
        self.name = f"style {name}"
        self.model = vae.shared(name)
        self.d = sampling.latents(name)
        self.max_request_bytes = 4 * self.d
        self.run([np.zeros(self.d)])

    def parse(self, payload: bytes) -> np.ndarray:
        """The style z (d,). Raises ValueError for a wrong length and unsound numbers."""
        if len(payload) != 4 * self.d:
            raise ValueError(
                f"z must be {self.d} float32, {4 * self.d} bytes; got {len(payload)} bytes"
            )
        with np.errstate(invalid="ignore"):  # a signalling NaN warns as it is widened
            z = np.frombuffer(payload, "<f4").astype(np.float64)
        if not np.isfinite(z).all() or np.abs(z).max() > FARTHEST:
            raise ValueError(f"z must be numbers within ±{FARTHEST:g}; got {z.tolist()}")
        return z

    def run(self, items: list[np.ndarray]) -> Sequence[bytes | ValueError]:
        from genmodels.vae import arrays  # imports Torch

        z = np.repeat(np.stack(items), DIGITS, axis=0)
        y = arrays.decode(self.model, z, np.tile(np.arange(DIGITS), len(items)))
        pixels = np.rint(255.0 * y).astype(np.uint8).reshape(len(items), -1)
        return [row.tobytes() for row in pixels]


def routes() -> list[LiveRoute]:
    """One route a model, loaded at its first use."""
    return [live_route(f"/live/style/{name}", partial(Style, name), warm=False) for name in MODELS]
