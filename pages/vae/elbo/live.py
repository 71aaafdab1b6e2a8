"""The ELBO of a dragged q over the live channel: its KL, draws, their losses and pictures.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/elbo`
    request   uint32 seed | uint32 n (1 to 64) | float32 mu[2] | float32 sigma[2] | uint8 x[784]
              808 bytes
    reply     float32 kl[2] | reconstruction | spread | z[n][2] | bce[n]
              | uint8 mean picture[784] | uint8 pictures[min(n, 12)][784]
              reconstruction: mean of bce in nats; spread: its standard deviation over the draws
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import bound, forward
from genmodels.vae.bound import Cloud, Q

PICTURES = 12
_ASK = struct.Struct("<II4f784s")


class Asked(NamedTuple):
    """q on a picture, and which draws of it."""

    x: np.ndarray
    q: Q
    n: int
    seed: int


class Elbo:
    """See the module's text for the layout."""

    name = "elbo"
    max_request_bytes = _ASK.size
    max_batch = 4
    """64 draws take 3 to 4 ms."""

    def __init__(self) -> None:
        forward.weights()

    def parse(self, payload: bytes) -> Asked:
        """The request's fields. Raises ValueError naming the one that is wrong."""
        if len(payload) != _ASK.size:
            raise ValueError(f"elbo must get {_ASK.size} bytes; got {len(payload)}")
        seed, n, m1, m2, s1, s2, pixels = _ASK.unpack(payload)
        if not 1 <= n <= 64:
            raise ValueError(f"n must be from 1 to 64; got {n}")
        return Asked(np.frombuffer(pixels, np.uint8) / 255.0, Q((m1, m2), (s1, s2)), n, seed)

    def run(self, items: list[Asked]) -> Sequence[bytes | ValueError]:
        return [wire(bound.cloud(item.x, item.q, item.n, item.seed)) for item in items]


def wire(cloud: Cloud) -> bytes:
    """A cloud as a reply holds it."""
    spread = float(cloud.bce.std())
    head = [*cloud.kl, cloud.reconstruction, spread, *cloud.z.ravel(), *cloud.bce]
    pictures = np.vstack([cloud.y.mean(axis=0), cloud.y[:PICTURES]])
    return np.array(head, "<f4").tobytes() + np.rint(255 * pictures).astype(np.uint8).tobytes()


def routes() -> list[LiveRoute]:
    """The one route; the weights are read at its first use."""
    return [live_route("/live/elbo", Elbo, warm=False)]
