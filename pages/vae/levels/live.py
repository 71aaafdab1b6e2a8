"""The hierarchical VAE under the hand: its two levels held and redrawn, decoded together.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian, n = 12:

`/live/levels/hierarchical`
    request   uint32 hold | uint32 seed1 | uint32 seed2 | float32 z2[2] | float32 lower[14]
                                                                         76 bytes
              hold 0: `lower` is the noise epsilon_1, so z1 = mu_p(z2) + sigma_p(z2) epsilon_1
              hold 1: `lower` is z1 itself, whatever z2 is
    reply     float32 uppers[n][2] | uint8 pixels[1 + 2 n][784]          19,696 bytes
              `uppers` are the redrawn z2; the pictures: that of z2 and `lower`; n with z2 held
              and z1 ~ p(z1 | z2) from seed1;
              n with `lower` held and z2 ~ N(0, I) from seed2
"""

import struct
from collections.abc import Sequence

import numpy as np

from genmodels import vae
from genmodels.live.protocol import LiveRoute, live_route
from genmodels.vae import two_levels
from genmodels.vae.two_levels import Held

PATH = "/live/levels/hierarchical"
_ASK = struct.Struct(f"<III2f{two_levels.LOWER}f")
FARTHEST = 100.0


class Levels:
    """See the module's text for the layout."""

    name = "levels hierarchical"
    max_request_bytes = _ASK.size
    max_batch = 4

    def __init__(self) -> None:
        self.model = vae.shared(two_levels.NAME)
        self.run([Held((0.0, 0.0), (0.0,) * two_levels.LOWER)])

    def parse(self, payload: bytes) -> Held:
        """The request's fields. Raises ValueError for a wrong length, flag or number."""
        if len(payload) != _ASK.size:
            raise ValueError(f"levels must get {_ASK.size} bytes; got {len(payload)}")
        hold, seed1, seed2, *numbers = _ASK.unpack(payload)
        if hold not in (0, 1):
            raise ValueError(f"hold must be 0 or 1; got {hold}")
        if not np.isfinite(numbers).all() or np.abs(numbers).max() > FARTHEST:
            raise ValueError(f"z2 and lower must be numbers within ±{FARTHEST:g}; one is not")
        return Held(
            (numbers[0], numbers[1]), tuple(numbers[2:]), bool(hold), int(seed1), int(seed2)
        )

    def run(self, items: list[Held]) -> Sequence[bytes | ValueError]:
        return [
            two_levels.uppers(item.seed2).astype("<f4").tobytes()
            + two_levels.sheets(self.model, item).tobytes()
            for item in items
        ]


def routes() -> list[LiveRoute]:
    """The route, its model loaded at its first use."""
    return [live_route(PATH, Levels, warm=False)]
