"""A stroke as far as it is drawn: its direction codes, and how probable each sign makes them.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/gesture`
    request   uint32 set (0 none, 1 starter, 2 Libras) | uint32 by (0 time, 1 length)
              | int32 follow (a sign, or -1 for the leader) | uint32 P | uint32 own
              | float32 points[P][x, y, t]
              | for each own sign: uint32 K | float32 stay[K] | emission[K][17]
              20 + 12 P + sum over own signs of (4 + 72 K) bytes
    reply     uint32 n | uint32 S | uint32 followed | uint32 longer | float32 spacing
              | float32 places[n + 1][x, y] | float32 log_likelihood[S][n]
              | uint8 codes[n] | uint8 states[n]
              20 + 8 (n + 1) + 4 S n + 2 n bytes

Points: sides of the pad, y upwards, ms. Signs: the set's, then the reader's own, which come with
each request, so that the server keeps nothing of a visitor. log_likelihood is that of the codes so
far, in nats; states are the followed sign's Viterbi path, from 0.
"""

import struct
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from genmodels import hmm, strokes
from genmodels.datasets import gestures
from genmodels.live.protocol import LiveRoute, live_route
from genmodels.strokes import BYS, MAX_POINTS, SYMBOLS, Array, By, Race

SETS = ("none", "starter", "libras")
MAX_OWN = 8
MAX_STATES = 10

_HEAD = struct.Struct("<IIiII")
_REPLY_HEAD = struct.Struct("<IIIIf")
_K = struct.Struct("<I")
MAX_BYTES = _HEAD.size + 12 * MAX_POINTS + MAX_OWN * (_K.size + 4 * MAX_STATES * (1 + SYMBOLS))


class Question(NamedTuple):
    """A stroke (P, 3), how it is walked, who races, whose states are asked for (None: leader's)."""

    points: Array
    by: By
    race: Race
    follow: int | None


@cache
def known(name: str, by: By) -> tuple[hmm.HiddenMarkovModel, ...]:
    """The models of a set that the server knows."""
    if name == "none":
        return ()
    source = gestures.starter() if name == "starter" else gestures.libras()
    return tuple(sign.model for sign in source.signs[by])


@cache
def _race(name: str, by: By) -> Race:
    return Race(known(name, by))


class Strokes:
    """The race of one stroke. See the module's text for the layout."""

    name = "gesture"
    max_request_bytes = MAX_BYTES
    max_batch = 4
    """A stroke of 240 steps under 23 signs takes some ms."""

    def __init__(self) -> None:
        for name in SETS:
            for by in BYS:
                known(name, by)

    def parse(self, payload: bytes) -> Question:
        """The request's fields. Raises ValueError for a wrong length and for unsound numbers."""
        if len(payload) < _HEAD.size:
            raise ValueError(f"gesture must open with {_HEAD.size} bytes; got {len(payload)}")
        which, by_code, follow, P, own = _HEAD.unpack_from(payload)
        if which >= len(SETS):
            raise ValueError(f"set must be from 0 to {len(SETS) - 1}; got {which}")
        if by_code >= len(BYS):
            raise ValueError(f"by must be 0 (time) or 1 (length); got {by_code}")
        if not 1 <= P <= MAX_POINTS:
            raise ValueError(f"a stroke must have 1 to {MAX_POINTS} points; got {P}")
        if own > MAX_OWN:
            raise ValueError(f"own signs must be at most {MAX_OWN}; got {own}")
        end = _HEAD.size + 12 * P
        if len(payload) < end:
            raise ValueError(
                f"gesture must hold {12 * P} bytes of points; got {len(payload)} in all"
            )
        points = _floats(payload, 3 * P, _HEAD.size).reshape(P, 3)
        strokes.checked_stroke(points)
        models = []
        for s in range(own):
            model, end = _own(payload, end, s + 1)
            models.append(model)
        if end != len(payload):
            raise ValueError(f"gesture must end after {end} bytes; got {len(payload)}")
        name, by = SETS[which], BYS[by_code]
        S = len(known(name, by)) + own
        if not S:
            raise ValueError("at least one sign must race; there is none")
        if not -1 <= follow < S:
            raise ValueError(f"follow must be -1 or a sign from 0 to {S - 1}; got {follow}")
        race = Race((*known(name, by), *models)) if own else _race(name, by)
        return Question(points, by, race, None if follow < 0 else follow)

    def run(self, items: list[Question]) -> Sequence[bytes | ValueError]:
        return [_answer(item) for item in items]


def _answer(item: Question) -> bytes | ValueError:
    try:
        scored = strokes.score(item.points, item.by, item.race, follow=item.follow)
    except ValueError as error:  # a dot: only walking tells
        return error
    n, S = len(scored.walk.codes), len(item.race.models)
    states = scored.path if len(scored.path) else np.zeros(n)
    return b"".join(
        [
            _REPLY_HEAD.pack(n, S, scored.followed, scored.walk.longer, scored.walk.spacing),
            scored.walk.places.astype("<f4").tobytes(),
            scored.log_likelihood.astype("<f4").tobytes(),
            scored.walk.codes.astype(np.uint8).tobytes(),
            states.astype(np.uint8).tobytes(),
        ]
    )


def _floats(payload: bytes, count: int, at: int) -> Array:
    with np.errstate(invalid="ignore"):  # a signalling NaN warns as it is widened
        return np.frombuffer(payload, "<f4", count, at).astype(np.float64)


def _own(payload: bytes, at: int, number: int) -> tuple[hmm.HiddenMarkovModel, int]:
    """A reader's own sign at byte `at`, and where it ends. Raises ValueError naming it."""
    if len(payload) < at + _K.size:
        raise ValueError(f"own sign {number} must open with K as a uint32; the frame ends")
    (K,) = _K.unpack_from(payload, at)
    if not 1 <= K <= MAX_STATES:
        raise ValueError(f"own sign {number} must have 1 to {MAX_STATES} states; got {K}")
    at += _K.size
    count = K * (1 + SYMBOLS)
    if len(payload) < at + 4 * count:
        raise ValueError(f"own sign {number} must hold {4 * count} bytes of tables; the frame ends")
    numbers = _floats(payload, count, at)
    if not np.isfinite(numbers).all():
        raise ValueError(f"own sign {number} must be finite numbers; it holds NaN or infinity")
    rows = numbers[K:].reshape(K, SYMBOLS)
    totals = rows.sum(axis=1, keepdims=True)
    if (rows < 0).any() or np.abs(totals - 1).max() > 1e-3:
        raise ValueError(
            f"own sign {number} must have emission rows of at least 0 that sum to 1; they sum to "
            f"{[round(total, 4) for total in totals[:, 0].tolist()]}"
        )
    try:
        model = strokes.chain(numbers[:K], rows / totals)
    except ValueError as error:
        raise ValueError(f"own sign {number}: {error}") from None
    return model, at + 4 * count


def routes() -> list[LiveRoute]:
    """One route for all signs."""
    return [live_route("/live/gesture", Strokes, max_request_bytes=MAX_BYTES)]
