"""The drawing's live route: the same digit and numbers as Python's, and words for bad drawings."""

import struct

import numpy as np
import pytest

from genmodels import ink, vae
from genmodels.live.protocol import BAD, GOOD, request
from pages.vae import draw_live as draw
from tests.live.talk import talk

PATH = "/live/draw/mnist-2d"
SEVEN = np.zeros((112, 112), np.uint8)
SEVEN[20:32, 20:85] = 1
SEVEN[20:100, 73:85] = 1


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    return talk(
        draw.routes(), PATH, [request(5 + i, payload) for i, payload in enumerate(payloads)]
    )


def inked(bits: np.ndarray, epsilon: tuple[float, float] = (0.0, 0.0)) -> bytes:
    return struct.pack("<I2f", 0, *epsilon) + np.packbits(bits).tobytes()


def test_a_drawing_goes_through_the_model() -> None:
    digit = ink.normalise(SEVEN)
    exact = struct.pack("<I2f", 1, 0.5, -1.0) + digit.tobytes()
    replies = ask(inked(SEVEN, (0.5, -1.0)), exact)
    one = vae.passage(vae.shared("mnist-2d"), [digit / 255.0], [(0.5, -1.0)]).row(0)
    for i, (sequence, status, body) in enumerate(replies):
        assert (sequence, status, len(body)) == (5 + i, GOOD, 1620)
        np.testing.assert_array_equal(np.frombuffer(body[52:836], np.uint8), digit)
        numbers = np.frombuffer(body[:52], "<f4")
        np.testing.assert_allclose(numbers[:2], one.mu, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(numbers[6:8], one.z, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(numbers[12], one.total, rtol=1e-4)
        got = np.frombuffer(body[836:], np.uint8).astype(float)
        assert np.abs(got - 255 * one.y).max() <= 1


DIGIT = bytes(784)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "draw must open with 12 bytes; got 0"),
        (inked(SEVEN)[:-1], "the drawing must have 1568 bytes; got 1567"),
        (struct.pack("<I2f", 2, 0, 0), "kind must be 0 (ink) or 1 (a digit); got 2"),
        (inked(SEVEN, (float("nan"), 0.0)), "epsilon must be finite numbers"),
        (inked(SEVEN, (0.0, 1e9)), "epsilon must lie within"),
        (struct.pack("<I2f", 1, 0, 0) + b"\1" * 784, "16 levels"),
        (inked(np.zeros_like(SEVEN)), "The pad is empty. Draw a digit"),
        (inked(np.ones_like(SEVEN)), "100 % of the pad is ink"),
    ],
)
def test_a_bad_drawing_gets_words_and_the_socket_lives_on(payload: bytes, words: str) -> None:
    (_, bad, message), (_, good, _) = ask(payload, inked(SEVEN))
    assert (bad, good) == (BAD, GOOD)
    assert words in message.decode()


def test_an_empty_finished_digit_is_allowed() -> None:
    """A black picture is a picture: the model says what it makes of it."""
    [(_, status, body)] = ask(struct.pack("<I2f", 1, 0, 0) + DIGIT)
    assert status == GOOD
    assert np.isfinite(np.frombuffer(body[:52], "<f4")).all()
