"""A drawing while it is drawn: made a digit as MNIST's are, then taken through the whole VAE.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/draw/<model>`
    request   uint32 kind | float32 epsilon[2] | the drawing
              kind 0: the pad's ink, 112 x 112 bits, rows from the top     1,580 bytes in all
              kind 1: a finished digit, uint8 x[784] in 16 levels            796 bytes in all
    reply     float32 mu[2] | sigma[2] | epsilon[2] | z[2] | kl[2] (a dimension)
              | kl | reconstruction | total | uint8 x[784] | uint8 y[784]  1,620 bytes
              x: the drawing centred and scaled (see `genmodels.ink`); y: the reconstruction

A pad that is empty, holds a dot or is full gets an error frame with words for the reader.
"""

import struct
from collections.abc import Sequence
from functools import partial

import numpy as np

from genmodels import ink, vae
from genmodels.live.protocol import LiveRoute, live_route
from pages.vae.latent_live import Encode, EncodeRequest, check_latent

INK, DIGIT = 0, 1
NUMBERS = 13
"""float32 that open a reply."""

_HEAD = struct.Struct("<I2f")
_BYTES = {INK: ink.PAD**2 // 8, DIGIT: ink.SIDE**2}


class Draw:
    """Ink to a digit, its code, its reconstruction. See the module's text for the layout."""

    max_request_bytes = _HEAD.size + max(_BYTES.values())
    max_batch = 16

    def __init__(self, name: str) -> None:
        self.name = f"draw {name}"
        self._encode = Encode(name, vae.shared(name))

    def parse(self, payload: bytes) -> EncodeRequest:
        """The drawing as a digit. Raises ValueError for a wrong length, kind or number.

        For a pad without a digit too: `ink.NoDigit` is one.
        """
        if len(payload) < _HEAD.size:
            raise ValueError(f"draw must open with {_HEAD.size} bytes; got {len(payload)}")
        kind, first, second = _HEAD.unpack_from(payload)
        if kind not in _BYTES:
            raise ValueError(f"kind must be 0 (ink) or 1 (a digit); got {kind}")
        epsilon = check_latent("epsilon", np.array([first, second]))
        drawing = payload[_HEAD.size :]
        if len(drawing) != _BYTES[kind]:
            raise ValueError(f"the drawing must have {_BYTES[kind]} bytes; got {len(drawing)}")
        if kind == INK:
            digit = ink.normalise(ink.unpack_bits(drawing))
        else:
            digit = ink.check_digit(np.frombuffer(drawing, np.uint8))
        return EncodeRequest(False, epsilon, digit / 255.0)

    def run(self, items: list[EncodeRequest]) -> Sequence[bytes | ValueError]:
        """One pass of the model for all of them."""
        answers = []
        for item, reply in zip(items, self._encode.run(items), strict=True):
            if isinstance(reply, ValueError):
                answers.append(reply)
                continue
            digit = np.rint(item.x * 255).astype(np.uint8).tobytes()
            answers.append(reply[: 4 * NUMBERS] + digit + reply[4 * NUMBERS :])
        return answers


def routes() -> list[LiveRoute]:
    """A route for every plain model of the plane; a model is loaded at its first use."""
    return [
        live_route(f"/live/draw/{name}", partial(Draw, name), warm=name == "mnist-2d")
        for name in vae.PLANE
    ]
