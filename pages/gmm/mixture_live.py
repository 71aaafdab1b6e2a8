"""A place in the plane, asked of a mixture and of k-means: soft shares against one hard label.

After the sequence number of a request and the sequence and status of a reply (see `protocol`),
everything little-endian:

`/live/mixture`
    request   uint32 K | float32 place[2] | cut[2] | weights[K] | means[K][2]
              | covariances[K][xx, xy, yy] | centres[K][2]            20 + 32 K bytes
              cut is the range of x of the horizontal line through the place
    reply     float32 gamma[K] | squared distances[K] | uint32 nearest
              | uint8 gamma along the cut [96][K], round(255 gamma)
              | uint8 nearest along the cut [96]                      100 + 104 K bytes

gamma_k = pi_k N(x; mu_k, Sigma_k) / sum_j pi_j N(x; mu_j, Sigma_j); nearest is the index of the
centre with the smallest squared distance, the first of equals.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from genmodels import gmm, kmeans
from genmodels.live.protocol import LiveRoute, live_route

MAX_COMPONENTS = 10
CUT = 96
"""Places along the cut, both its ends among them."""
MAX_NUMBER = 1e9
"""The largest magnitude of a coordinate or a variance; its square still fits into a float32."""
LEAST_DETERMINANT = 1e-5
"""Of a correlation matrix: below it, float32 leaves nothing certain of a covariance."""

_K = struct.Struct("<I")
_NUMBERS = 4
_PER_COMPONENT = 8


class Question(NamedTuple):
    """A place (2,), the cut's x from and to (2,), the mixture and k-means' centres (K, 2)."""

    place: gmm.Array
    cut: gmm.Array
    mixture: gmm.GaussianMixture
    centres: gmm.Array


class Probe:
    """The answer of both models at one place. See the module's text for the layout."""

    name = "mixture"
    max_request_bytes = 4 * (1 + _NUMBERS + _PER_COMPONENT * MAX_COMPONENTS)
    max_batch = 16

    def parse(self, payload: bytes) -> Question:
        """The request's fields. Raises ValueError for a wrong length and for unsound numbers."""
        if len(payload) < _K.size:
            raise ValueError(f"mixture must open with K as a uint32; got {len(payload)} bytes")
        (K,) = _K.unpack_from(payload)
        if not 1 <= K <= MAX_COMPONENTS:
            raise ValueError(f"K must be from 1 to {MAX_COMPONENTS}; got {K}")
        expected = 4 * (1 + _NUMBERS + _PER_COMPONENT * K)
        if len(payload) != expected:
            raise ValueError(f"mixture must get {expected} bytes for K = {K}; got {len(payload)}")
        numbers = np.frombuffer(payload, "<f4", offset=_K.size).astype(np.float64)
        ends = np.cumsum([2, 2, K, 2 * K, 3 * K])
        place, cut, weights, means, covariances, centres = np.split(numbers, ends)
        for name, values in (
            ("place", place),
            ("cut", cut),
            ("weights", weights),
            ("means", means),
            ("covariances", covariances),
            ("centres", centres),
        ):
            _check_numbers(name, values)
        if not cut[0] < cut[1]:
            raise ValueError(f"cut must go from a smaller to a larger x; got {cut.tolist()}")
        return Question(
            place,
            cut,
            gmm.GaussianMixture(
                _weights(weights), means.reshape(K, 2), _covariances(covariances.reshape(K, 3))
            ),
            centres.reshape(K, 2),
        )

    def run(self, items: list[Question]) -> Sequence[bytes | ValueError]:
        return [_answer(item) for item in items]


def _answer(item: Question) -> bytes:
    points = np.empty((1 + CUT, 2))
    points[0] = item.place
    points[1:, 0] = np.linspace(item.cut[0], item.cut[1], CUT)
    points[1:, 1] = item.place[1]
    gamma = item.mixture.responsibilities(points)
    d2 = kmeans.squared_distances(points, item.centres)
    nearest = d2.argmin(axis=1)
    return b"".join(
        [
            gamma[0].astype("<f4").tobytes(),
            d2[0].astype("<f4").tobytes(),
            _K.pack(int(nearest[0])),
            np.rint(255 * gamma[1:]).astype(np.uint8).tobytes(),
            nearest[1:].astype(np.uint8).tobytes(),
        ]
    )


# -- what can be wrong -------------------------------------------------------------------------


def _check_numbers(name: str, values: gmm.Array) -> None:
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite numbers; got {values.tolist()}")
    if np.abs(values).max() > MAX_NUMBER:
        raise ValueError(f"{name} must lie within ±{MAX_NUMBER:g}; got {values.tolist()}")


def _weights(weights: gmm.Array) -> gmm.Array:
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-3:
        raise ValueError(
            f"weights must be at least 0 and sum to 1; they are {weights.tolist()}, "
            f"which sum to {weights.sum():.6g}"
        )
    exact: gmm.Array = weights / weights.sum()
    return exact


def _covariances(entries: gmm.Array) -> gmm.Array:
    """(K, 2, 2) from xx, xy, yy. Raises ValueError, naming the first that isn't one."""
    for k, (xx, xy, yy) in enumerate(entries.tolist()):
        if not (xx > 0 and yy > 0 and 1 - (xy / xx) * (xy / yy) >= LEAST_DETERMINANT):
            raise ValueError(
                f"covariances must be positive definite; component {k + 1} has "
                f"xx = {xx:g}, xy = {xy:g}, yy = {yy:g}"
            )
    return entries[:, [0, 1, 1, 2]].reshape(-1, 2, 2)


def routes() -> list[LiveRoute]:
    """One route: the model comes with each request, so none is loaded."""
    return [live_route("/live/mixture", Probe)]
