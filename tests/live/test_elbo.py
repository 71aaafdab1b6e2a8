"""The ELBO's live route: Python's own numbers, and words for wrong requests."""

import struct

import numpy as np
import pytest

from genmodels.datasets import mnist
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import bound
from genmodels.vae.bound import Q
from pages.vae.elbo import live as elbo
from tests.live.talk import talk

PICTURE = mnist.shown().pictures[7]


def body(seed: int = 1, n: int = 16, *q: float) -> bytes:
    return struct.pack("<II4f784s", seed, n, *(q or (0.5, -1.0, 0.25, 0.5)), PICTURE.tobytes())


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(4 + i, payload) for i, payload in enumerate(payloads)]
    return talk(elbo.routes(), "/live/elbo", frames)


@pytest.mark.parametrize("n", [1, 16, 64])
def test_the_bars_are_pythons(n: int) -> None:
    [(_, status, reply)] = ask(body(9, n))
    assert status == GOOD
    expected = bound.cloud(PICTURE / 255.0, Q((0.5, -1.0), (0.25, 0.5)), n, 9)
    assert reply == elbo.wire(expected)
    numbers = np.frombuffer(reply[: 4 * (4 + 3 * n)], "<f4")
    np.testing.assert_allclose(numbers[:2], expected.kl, rtol=1e-6)
    np.testing.assert_allclose(numbers[2], expected.reconstruction, rtol=1e-6)
    assert len(reply) == 4 * (4 + 3 * n) + 784 * (1 + min(n, 12))


NAN = float("nan")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"abc", "elbo must get 808 bytes; got 3"),
        (body(1, 0), "n must be from 1 to 64; got 0"),
        (body(1, 2**31), "n must be from 1 to 64"),
        (body(1, 4, NAN, 0.0, 1.0, 1.0), "mu must be two numbers"),
        (body(1, 4, 0.0, 0.0, NAN, 1.0), "sigma must be two numbers"),
        (body(1, 4, 0.0, 0.0, 0.0, 1.0), "sigma must be two numbers from 0.001"),
    ],
)
def test_a_bad_request_gets_words_and_the_socket_lives_on(payload: bytes, words: str) -> None:
    (_, bad, message), (_, good, _) = ask(payload, body())
    assert (bad, good) == (BAD, GOOD)
    assert words in message.decode()
