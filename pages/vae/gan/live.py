"""The same z in the VAE and the GAN of two latents, while it is dragged.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/pair`
    request   float32 z[2]                                                        8 bytes
    reply     float32 sharpness[2] | float32 real[2] | uint8 pixels[2][784]   1,584 bytes
              of the VAE, then of the GAN; `real` is the discriminator's probability
"""

from collections.abc import Sequence

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route
from pages.vae.latent_live import check_latent

_BYTES = 8


class BothDecode:
    """z to two pictures. See the module's text for the layout."""

    name = "pair"
    max_request_bytes = _BYTES
    max_batch = 16

    def __init__(self) -> None:
        from pages.vae.gan import case as gan_run

        self._run = gan_run
        self.run([np.zeros(2)])

    def parse(self, payload: bytes) -> np.ndarray:
        """z (2,). Raises ValueError for a wrong length and unsound numbers."""
        if len(payload) != _BYTES:
            raise ValueError(f"z must be 2 float32, {_BYTES} bytes; got {len(payload)}")
        with np.errstate(invalid="ignore"):  # a signalling NaN warns as it is widened
            z = np.frombuffer(payload, "<f4").astype(np.float64)
        return check_latent("z", z)

    def run(self, items: list[np.ndarray]) -> Sequence[bytes | ValueError]:
        return [
            np.concatenate([one.sharpness, one.real]).astype("<f4").tobytes()
            + self._run.levels(one.x).tobytes()
            for one in self._run.pairs(np.stack(items))
        ]


def routes() -> list[LiveRoute]:
    """The one route, loaded at its first use."""
    return [live_route("/live/pair", BothDecode, max_request_bytes=_BYTES, warm=False)]
