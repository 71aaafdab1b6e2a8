"""The forward pass over the live channel: Python's own numbers, and words for wrong requests."""

import struct

import numpy as np
import pytest

from genmodels.datasets import mnist
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import forward
from pages.vae.worked import live as steps
from tests.live.talk import talk

PICTURE = mnist.shown().pictures[7]


def body(mode: int = 0, latent: tuple[float, ...] = (), held: tuple = (), x: bytes = b"") -> bytes:
    numbers = [*latent, *[0.0] * (6 - len(latent))]
    rows = b"".join(struct.pack("<BBHf", ord(kind), 0, at, value) for kind, at, value in held)
    return struct.pack("<II6f", mode, len(held), *numbers) + rows + (x or PICTURE.tobytes())


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(9 + i, payload) for i, payload in enumerate(payloads)]
    return talk(steps.routes(), "/live/pass", frames)


def test_the_pass_is_pythons() -> None:
    held = (("m", 0, 1.25), ("v", 1, -1.5), ("h", 37, 2.0), ("x", 300, 1.0), ("g", 5, 0.0))
    answers = ask(
        body(0, (0.5, -1.0), held), body(1, (0.5, -1.0)), body(2, (0.25, 0, 1, -1, -3, 5))
    )
    x = PICTURE / 255.0
    names = {"m1": 1.25, "v2": -1.5, "h37": 2.0, "x300": 1.0, "g5": 0.0}
    expected = [
        forward.forward(x, (0.5, -1.0), held=names),
        forward.forward(x, (0.5, -1.0), given_z=True),
        forward.forward(x, (0.0, 0.5), given_z=True),
    ]
    for (_, status, reply), one in zip(answers, expected, strict=True):
        assert status == GOOD
        np.testing.assert_array_equal(np.frombuffer(reply, "<f4"), forward.vector(one))


NAN = float("nan")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"abc", "pass must open with 32 bytes"),
        (body()[:-1], "pass must have 816 bytes; got 815"),
        (body(7), "mode must be 0"),
        (struct.pack("<II6f", 0, 65, *[0.0] * 6), "at most 64"),
        (body(0, (NAN, 0.0)), "epsilon must be finite"),
        (body(1, (1e9, 0.0)), "z must be finite and within"),
        (body(2, (1.5, 0.0)), "alpha must be from 0 to 1; got 1.5"),
        (body(2, (NAN, 0.0)), "alpha must be from 0 to 1; got nan"),
        (body(2, (0.5, 0.0, NAN)), "a must be 2 finite numbers"),
        (body(held=(("m", 0, NAN),)), "mu must be held from"),
        (body(held=(("q", 0, 1.0),)), "must be named like"),
        (body(held=(("h", 400, 1.0),)), "hidden unit must be one of 400"),
    ],
)
def test_a_bad_request_gets_words_and_the_socket_lives_on(payload: bytes, words: str) -> None:
    (_, bad, message), (_, good, _) = ask(payload, body())
    assert (bad, good) == (BAD, GOOD)
    assert words in message.decode()
