"""The VAE's live routes: right answers, and words for every wrong request."""

import struct

import numpy as np
import pytest

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.live.protocol import BAD, GOOD, request
from pages.vae import latent_live as latent
from tests.live.talk import talk

DECODE = "/live/decode/mnist-2d"
ENCODE = "/live/encode/mnist-2d"


@pytest.fixture(scope="module")
def model():
    return vae.load("mnist-2d")


def ask(path: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    """Send all payloads over one socket of the app, then read as many replies."""
    frames = [request(100 + i, payload) for i, payload in enumerate(payloads)]
    return talk(latent.routes(), path, frames)


def test_decode_is_the_models(model, rng) -> None:
    z = rng.normal(size=(20, 2)).astype("<f4")
    replies = ask(DECODE, *(row.tobytes() for row in z))
    expected = vae.decode_pixels(model, z)
    for i, (sequence, status, body) in enumerate(replies):
        assert (sequence, status, len(body)) == (100 + i, GOOD, 784)
        got = np.frombuffer(body, np.uint8).astype(int)
        assert np.abs(got - expected[i]).max() <= 1


@pytest.mark.parametrize("given", [0, 1])
def test_encode_is_the_models(model, given: int) -> None:
    pictures = mnist.shown().pictures[[5, 1000]]
    chosen = np.array([[0.5, -1.25], [-2.0, 0.25]])
    replies = ask(
        ENCODE,
        *(
            struct.pack("<I2f", given, *row) + picture.tobytes()
            for row, picture in zip(chosen, pictures, strict=True)
        ),
    )
    expected = vae.passage(model, pictures / 255.0, chosen, bool(given))
    for i, (_, status, body) in enumerate(replies):
        assert (status, len(body)) == (GOOD, 836)
        numbers = np.frombuffer(body[:52], "<f4")
        one = expected.row(i)
        np.testing.assert_allclose(
            numbers,
            [
                *one.mu,
                *one.sigma,
                *one.epsilon,
                *one.z,
                *one.kl,
                one.kl.sum(),
                one.reconstruction,
                one.total,
            ],
            rtol=2e-5,
            atol=2e-5,
        )
        pixels = np.frombuffer(body[52:], np.uint8).astype(int)
        assert np.abs(pixels - np.rint(255 * one.y)).max() <= 1


def test_a_batch_is_one_call_with_the_same_answers(model, rng) -> None:
    operation = latent.Decode("mnist-2d", model)
    items = [rng.normal(size=2) for _ in range(64)]
    together = operation.run(items)
    assert len(together) == 64
    for item, result in zip(items, together, strict=True):
        (alone,) = operation.run([item])
        difference = np.frombuffer(result, np.uint8).astype(int) - np.frombuffer(alone, np.uint8)
        assert np.abs(difference).max() <= 1


PIXELS = bytes(784)
BAD_REQUESTS = [
    (DECODE, b"", "z must be 2 float32, 8 bytes; got 0"),
    (DECODE, b"\0" * 7, "got 7"),
    (DECODE, struct.pack("<2f", float("nan"), 0), "z must be finite numbers"),
    (DECODE, struct.pack("<2f", 0, float("inf")), "z must be finite numbers"),
    (DECODE, struct.pack("<2f", 2e3, 0), "z must lie within ±1000"),
    (DECODE, struct.pack("<2d", 0, 0), "a payload may have 8 bytes; 16 came"),
    (ENCODE, b"", "encode must get 796 bytes"),
    (ENCODE, b"\xff" * 795, "got 795"),
    (ENCODE, struct.pack("<I2f", 2, 0, 0) + PIXELS, "given must be 0 (epsilon) or 1 (z); got 2"),
    (ENCODE, struct.pack("<I2f", 0, float("-inf"), 0) + PIXELS, "epsilon must be finite"),
    (ENCODE, struct.pack("<I2f", 1, 0, float("nan")) + PIXELS, "z must be finite"),
    (ENCODE, struct.pack("<I2f", 1, -1e30, 0) + PIXELS, "z must lie within"),
]


@pytest.mark.parametrize(("path", "payload", "words"), BAD_REQUESTS)
def test_bad_requests_get_words_and_the_socket_lives(path, payload, words) -> None:
    good = {
        DECODE: struct.pack("<2f", 0, 0),
        ENCODE: struct.pack("<I2f", 0, 0, 0) + PIXELS,
    }[path]
    (first, status, body), (_, after, _) = ask(path, payload, good)
    assert (first, status) == (100, BAD)
    assert words in body.decode()
    assert after == GOOD


def test_extreme_pictures_stay_finite() -> None:
    request_ = struct.pack("<I2f", 1, 1000.0, -1000.0) + b"\xff" * 784
    ((_, status, body),) = ask(ENCODE, request_)
    assert status == GOOD
    assert np.isfinite(np.frombuffer(body[:52], "<f4")).all()
