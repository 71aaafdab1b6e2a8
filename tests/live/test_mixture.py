"""A place asked of a mixture and of k-means: right answers, and words for wrong requests."""

import math
import struct

import numpy as np
import pytest

from genmodels import gmm, kmeans
from genmodels.live.protocol import BAD, GOOD, request
from pages.gmm import mixture_live as mixture
from tests.live.talk import talk

PATH = "/live/mixture"
CUT = mixture.CUT


def frame(
    place: object = (0.5, -0.5),
    cut: object = (-4.0, 4.0),
    weights: object = (0.3, 0.7),
    means: object = ((0, 0), (1, 1)),
    covariances: object = ((1, 0.2, 2), (0.5, -0.1, 0.4)),
    centres: object = ((-1, 0), (2, 0)),
    K: int | None = None,
) -> bytes:
    parts = [np.ravel(p).astype("<f4") for p in (place, cut, weights, means, covariances, centres)]
    count = len(parts[2]) if K is None else K
    return struct.pack("<I", count) + b"".join(part.tobytes() for part in parts)


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(7 + i, payload) for i, payload in enumerate(payloads)]
    return talk(mixture.routes(), PATH, frames)


@pytest.mark.parametrize("K", [1, 2, 3, 10])
def test_the_answer_is_the_algorithms(K: int, rng: np.random.Generator) -> None:
    X = (rng.normal(size=(300, 2)) * [2, 0.5]).astype(np.float32).astype(np.float64)
    model = gmm.fit(X, K, reg_covar=1e-3, max_iter=5, rng=rng).model
    # What travels is float32, so what is compared with begins there too.
    means = model.means.astype("<f4").astype(float)
    entries = model.covariances[:, [0, 0, 1], [0, 1, 1]].astype("<f4").astype(float)
    weights = model.weights.astype("<f4").astype(float)
    exact = gmm.GaussianMixture(
        weights / weights.sum(), means, entries[:, [0, 1, 1, 2]].reshape(-1, 2, 2)
    )
    centres = X[:K]
    places = X[100:105]
    replies = ask(*(frame(x, (-6, 6), weights, means, entries, centres) for x in places))
    for i, (sequence, status, body) in enumerate(replies):
        assert (sequence, status, len(body)) == (7 + i, GOOD, 100 + 104 * K)
        gamma, d2 = np.frombuffer(body[: 8 * K], "<f4").reshape(2, K)
        np.testing.assert_allclose(gamma, exact.responsibilities(places[i : i + 1])[0], atol=1e-6)
        expected = kmeans.squared_distances(places[i : i + 1], centres)[0]
        np.testing.assert_allclose(d2, expected, rtol=1e-5)
        (nearest,) = struct.unpack_from("<I", body, 8 * K)
        assert nearest == expected.argmin()
        line = np.column_stack([np.linspace(-6, 6, CUT), np.full(CUT, places[i, 1])])
        along = np.frombuffer(body[8 * K + 4 :], np.uint8)
        shares = along[: CUT * K].reshape(CUT, K)
        assert np.abs(shares / 255 - exact.responsibilities(line)).max() <= 0.5 / 255 + 1e-9
        labels = kmeans.squared_distances(line, centres).argmin(axis=1)
        assert np.array_equal(along[CUT * K :], labels)


def test_far_outside_the_shares_still_sum_to_one() -> None:
    ((_, status, body),) = ask(frame(place=(1e8, -1e8), cut=(-1e9, 1e9)))
    assert status == GOOD
    gamma, d2 = np.frombuffer(body[:16], "<f4").reshape(2, 2)
    assert gamma.sum() == pytest.approx(1)
    assert np.isfinite(d2).all()


def test_a_batch_gives_each_its_own_answer() -> None:
    operation = mixture.Probe()
    items = [operation.parse(frame(place=(x, 0.0))) for x in np.linspace(-3, 3, 32)]
    together = operation.run(items)
    assert together == [operation.run([item])[0] for item in items]
    assert len(set(together)) == 32


TOO_MANY = struct.pack("<I", 11) + b"\0" * 300
BAD_REQUESTS = [
    (b"", "mixture must open with K as a uint32; got 0 bytes"),
    (b"\1\0", "got 2 bytes"),
    (struct.pack("<I", 0), "K must be from 1 to 10; got 0"),
    (TOO_MANY, "K must be from 1 to 10; got 11"),
    (struct.pack("<I", 2**32 - 1), "K must be from 1 to 10; got 4294967295"),
    (frame()[:-1], "mixture must get 84 bytes for K = 2; got 83"),
    (frame() + b"\0", "got 85"),
    (frame(K=3), "mixture must get 116 bytes for K = 3; got 84"),
    (frame(place=(math.nan, 0)), "place must be finite numbers"),
    (frame(place=(0, 2e9)), "place must lie within ±1e+09"),
    (frame(cut=(4, -4)), "cut must go from a smaller to a larger x"),
    (frame(cut=(1, 1)), "cut must go from"),
    (frame(cut=(-math.inf, 1)), "cut must be finite"),
    (frame(weights=(0.3, 0.3)), "weights must be at least 0 and sum to 1"),
    (frame(weights=(-0.5, 1.5)), "weights must be at least 0"),
    (frame(weights=(math.nan, 1)), "weights must be finite"),
    (frame(means=((0, 0), (math.inf, 0))), "means must be finite"),
    (frame(centres=((0, 0), (0, -1e10))), "centres must lie within"),
    (frame(covariances=((1, 0, 1), (0, 0, 1))), "component 2 has xx = 0"),
    (frame(covariances=((1, 0, -1), (1, 0, 1))), "component 1 has xx = 1, xy = 0, yy = -1"),
    (frame(covariances=((1, 2, 1), (1, 0, 1))), "covariances must be positive definite"),
    (frame(covariances=((1, 1, 1), (1, 0, 1))), "component 1 has xx = 1, xy = 1, yy = 1"),
    (frame(covariances=((math.nan, 0, 1), (1, 0, 1))), "covariances must be finite"),
]


@pytest.mark.parametrize(("payload", "words"), BAD_REQUESTS)
def test_bad_requests_get_words_and_the_socket_lives(payload: bytes, words: str) -> None:
    (first, status, body), (_, after, _) = ask(payload, frame())
    assert (first, status) == (7, BAD)
    assert words in body.decode()
    assert after == GOOD


def test_random_bytes_never_break_the_route(rng: np.random.Generator) -> None:
    payloads = [struct.pack("<I", 2) + rng.bytes(80) for _ in range(60)]
    replies = ask(*payloads)
    assert len(replies) == 60
    for _, status, body in replies:
        assert status == GOOD or " must " in body.decode()


@pytest.mark.parametrize(
    "unusual",
    [
        {"weights": (0, 1)},
        {"means": ((-1e9, 1e9), (1e9, -1e9)), "place": (1e9, 1e9)},
        {"covariances": ((1e-38, 0, 1e-38), (1e9, 0, 1e-9))},
        {"covariances": ((1e9, 9.9e8, 1e9), (1, 0.99, 1))},
        {"centres": ((1e9, 1e9), (-1e9, -1e9))},
    ],
)
def test_extremes_stay_finite(unusual: dict) -> None:
    ((_, status, body),) = ask(frame(**unusual))
    assert status == GOOD, body
    gamma = np.frombuffer(body[:8], "<f4")
    assert gamma.sum() == pytest.approx(1)
