"""The VAE over the live channel: decode a point, or take a picture through the whole model.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/decode/<model>`
    request   float32 z[2]                                        8 bytes
    reply     uint8 pixels[784], round(255 y)                   784 bytes

`/live/encode/<model>`
    request   uint32 given | float32 latent[2] | uint8 x[784]   796 bytes
              given 0: latent is epsilon, z = mu + sigma * epsilon
              given 1: latent is z, and epsilon follows from it
    reply     float32 mu[2] | sigma[2] | epsilon[2] | z[2] | kl[2] (a dimension)
              | kl | reconstruction | total | uint8 pixels[784]   836 bytes
              losses in nats; kl is the sum, total is the negative ELBO of this one draw
"""

import struct
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from genmodels import vae
from genmodels.live.protocol import LiveRoute, live_route

if TYPE_CHECKING:
    from genmodels.vae.model import VAE

LATENT = 2
PIXELS = 784
MAX_LATENT = 1000.0
"""The farthest that a coordinate may be: beyond it no picture changes any more."""

_ENCODE = struct.Struct("<I2f784s")


def check_latent(name: str, values: np.ndarray) -> np.ndarray:
    """`values` as they are. Raises ValueError unless finite and within the farthest allowed."""
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite numbers; got {values.tolist()}")
    if np.abs(values).max() > MAX_LATENT:
        raise ValueError(
            f"{name} must lie within ±{MAX_LATENT:g} in every dimension; got {values.tolist()}"
        )
    return values


class Decode:
    """z to a picture. See the module's text for the layout."""

    max_request_bytes = 4 * LATENT
    max_batch = 64

    def __init__(self, name: str, model: "VAE") -> None:
        self.name = f"decode {name}"
        self.model = model
        self.run([np.zeros(LATENT)])  # the first call of a model is the slow one

    def parse(self, payload: bytes) -> np.ndarray:
        """z (2,). Raises ValueError for a wrong length and for numbers that are no place."""
        if len(payload) != self.max_request_bytes:
            raise ValueError(
                f"z must be {LATENT} float32, {self.max_request_bytes} bytes; got {len(payload)}"
            )
        return check_latent("z", np.frombuffer(payload, "<f4").astype(np.float64))

    def run(self, items: list[np.ndarray]) -> Sequence[bytes | ValueError]:
        """One decoder call for all of them."""
        return [row.tobytes() for row in vae.decode_pixels(self.model, np.stack(items))]


class EncodeRequest(NamedTuple):
    """`given_z`: latent is z rather than epsilon. `x` (784,) in [0, 1]."""

    given_z: bool
    latent: np.ndarray
    x: np.ndarray


class Encode:
    """A picture through encoder, draw, decoder and losses. See the module's text for the layout."""

    max_request_bytes = _ENCODE.size
    max_batch = 32

    def __init__(self, name: str, model: "VAE") -> None:
        self.name = f"encode {name}"
        self.model = model
        self.run([EncodeRequest(False, np.zeros(LATENT), np.zeros(PIXELS))])

    def parse(self, payload: bytes) -> EncodeRequest:
        """The request's fields. Raises ValueError for a wrong length, kind or number."""
        if len(payload) != _ENCODE.size:
            raise ValueError(
                f"encode must get {_ENCODE.size} bytes (uint32, 2 float32, 784 uint8); "
                f"got {len(payload)}"
            )
        given, first, second, pixels = _ENCODE.unpack(payload)
        if given not in (0, 1):
            raise ValueError(f"given must be 0 (epsilon) or 1 (z); got {given}")
        latent = check_latent("z" if given else "epsilon", np.array([first, second]))
        return EncodeRequest(bool(given), latent, np.frombuffer(pixels, np.uint8) / 255.0)

    def run(self, items: list[EncodeRequest]) -> Sequence[bytes | ValueError]:
        """One pass of the model for all of them."""
        passed = vae.passage(
            self.model,
            np.stack([item.x for item in items]),
            np.stack([item.latent for item in items]),
            np.array([item.given_z for item in items]),
        )
        numbers = np.column_stack(
            [
                passed.mu,
                passed.sigma,
                passed.epsilon,
                passed.z,
                passed.kl,
                passed.kl.sum(axis=1),
                passed.reconstruction,
                passed.total,
            ]
        ).astype("<f4")
        pixels = np.rint(passed.y * 255.0).astype(np.uint8)
        return [
            head.tobytes() + picture.tobytes()
            for head, picture in zip(numbers, pixels, strict=True)
        ]


def _decoder(name: str) -> Decode:
    return Decode(name, vae.shared(name))


def _encoder(name: str) -> Encode:
    return Encode(name, vae.shared(name))


def routes() -> list[LiveRoute]:
    """A decode and an encode route for every plain model of the plane; nothing is loaded yet."""
    found = []
    for name in vae.PLANE:
        warm = name == "mnist-2d"  # the family's members are loaded when one is first looked at
        found.append(live_route(f"/live/decode/{name}", partial(_decoder, name), warm=warm))
        found.append(live_route(f"/live/encode/{name}", partial(_encoder, name), warm=warm))
    return found
