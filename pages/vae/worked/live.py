"""The worked example over the live channel: a forward pass with any of its numbers held.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/pass`
    request   uint32 mode | uint32 n | float32 latent[6] | n x (uint8 kind, uint8 0,
              uint16 place, float32 value) | uint8 x[784]      32 + 8 n + 784 bytes
              mode 0: latent is epsilon; 1: it is z; 2: it is alpha, 0, code a[2], code b[2], and
              z = (1 - alpha) a + alpha b. Unused places of latent are 0.
              kind: the letter (ASCII) of what is held, see `vae.forward.KINDS`; place from 0
    reply     float32[2389], see `vae.forward.vector`
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import forward
from genmodels.vae.forward import LATENT, MOST_HELD, PIXELS

EPSILON, Z, BETWEEN = range(3)
_HEAD = struct.Struct("<II6f")
_HELD = struct.Struct("<BBHf")


class Asked(NamedTuple):
    """A picture, its latent (epsilon, or z where `given_z`) and what is held."""

    x: np.ndarray
    latent: np.ndarray
    given_z: bool
    held: dict[str, float]


class Steps:
    """See the module's text for the layout."""

    name = "pass"
    max_request_bytes = _HEAD.size + _HELD.size * MOST_HELD + PIXELS
    max_batch = 8
    """A pass takes half a millisecond."""

    def __init__(self) -> None:
        forward.weights()

    def parse(self, payload: bytes) -> Asked:
        """The request's fields. Raises ValueError naming the one that is wrong."""
        if len(payload) < _HEAD.size:
            raise ValueError(f"pass must open with {_HEAD.size} bytes; got {len(payload)}")
        mode, n, *numbers = _HEAD.unpack_from(payload)
        if mode not in (EPSILON, Z, BETWEEN):
            raise ValueError(f"mode must be 0 (epsilon), 1 (z) or 2 (between); got {mode}")
        if n > MOST_HELD:
            raise ValueError(f"at most {MOST_HELD} numbers can be held; got {n}")
        expected = _HEAD.size + _HELD.size * n + PIXELS
        if len(payload) != expected:
            raise ValueError(f"pass must have {expected} bytes; got {len(payload)}")
        held: dict[str, float] = {}
        for kind, _, place, value in _HELD.iter_unpack(payload[_HEAD.size : -PIXELS]):
            letter = chr(kind)
            held[f"{letter}{place + (1 if letter in 'mv' else 0)}"] = value
        if mode == BETWEEN:
            alpha, _, *codes = numbers
            latent = forward.between(codes[:LATENT], codes[LATENT:], alpha)
        else:
            latent = np.array(numbers[:LATENT])
        if not np.isfinite(latent).all() or np.abs(latent).max() > forward.FARTHEST:
            raise ValueError(
                f"{'epsilon' if mode == EPSILON else 'z'} must be finite and within "
                f"±{forward.FARTHEST:g}; got {latent.tolist()}"
            )
        x = np.frombuffer(payload[-PIXELS:], np.uint8) / 255.0
        return Asked(x, latent, mode != EPSILON, forward.hold(held))

    def run(self, items: list[Asked]) -> Sequence[bytes | ValueError]:
        return [
            forward.vector(
                forward.forward(item.x, item.latent, given_z=item.given_z, held=item.held)
            ).tobytes()
            for item in items
        ]


def routes() -> list[LiveRoute]:
    """The one route; the weights are read at its first use."""
    return [live_route("/live/pass", Steps, max_request_bytes=Steps.max_request_bytes, warm=False)]
