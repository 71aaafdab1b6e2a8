"""Malformed, huge, empty, NaN and binary input, wherever input comes in.

On a socket each gets an error frame in words, and the socket lives on. In a link each gets a
message on its page, no exception, and the rest of the link still holds.
"""

import asyncio
import json
import math
import struct
from typing import Any

import pytest
from starlette.applications import Starlette

from genmodels import live
from genmodels.live.protocol import BAD, GOOD, request
from tests.live.harness import InProcess

APP = Starlette(routes=live.routes())
NAN, INF = math.nan, math.inf


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def encoding(given: int = 0, first: float = 0.0, second: float = 0.0, pixels: int = 784) -> bytes:
    return struct.pack("<I2f", given, first, second) + b"\x80" * pixels


def asking(**fields: Any) -> bytes:
    return json.dumps({"text": "free money", **fields}).encode()


DECODE = "/live/decode/mnist-2d"
ENCODE = "/live/encode/mnist-2d"
MULTINOMIAL = "/live/classify/spam-multinomial"
BERNOULLI = "/live/classify/spam-bernoulli"
SOUND = {
    DECODE: floats(0.5, -1.0),
    ENCODE: encoding(),
    MULTINOMIAL: asking(),
    BERNOULLI: asking(),
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))

PAYLOADS: dict[str, dict[str, bytes]] = {
    DECODE: {
        "empty": b"",
        "one byte": b"\x00",
        "one float": floats(1),
        "three floats": floats(1, 2, 3),
        "doubles": struct.pack("<2d", 1, 2),
        "NaN": floats(0, NAN),
        "infinity": floats(INF, 0),
        "minus infinity": floats(0, -INF),
        "far away": floats(1e30, 0),
        "just too far": floats(1000.5, 0),
        "text": b"half past",
        "a picture": PNG,
        "as long as allowed": b"\x00" * 2044,
    },
    ENCODE: {
        "empty": b"",
        "a point only": floats(0, 0),
        "a pixel too few": encoding(pixels=783),
        "a pixel too many": encoding(pixels=785),
        "unknown kind": encoding(given=2),
        "huge kind": encoding(given=2**32 - 1),
        "NaN": encoding(first=NAN),
        "infinity": encoding(given=1, second=INF),
        "far away": encoding(given=1, first=-1e20),
        "JSON": asking(),
    },
    MULTINOMIAL: {
        "empty": b"",
        "not UTF-8": b"\xff\xfe\x00free",
        "half a character": "money €".encode()[:-1],
        "a picture": PNG,
        "no JSON": b"free money",
        "cut JSON": b'{"text": "free',
        "a number": b"17",
        "a list": b'["free"]',
        "null": b"null",
        "deep": b"[" * 2000,
        "no text": b"{}",
        "text is a number": asking(text=5),
        "text is null": asking(text=None),
        "text is too long": asking(text="free " * 2000),
        "unknown field": asking(colour="red"),
        "alpha is NaN": b'{"text": "a", "alpha": NaN}',
        "alpha is infinite": b'{"text": "a", "alpha": Infinity}',
        "alpha is negative": asking(alpha=-1),
        "alpha is huge": asking(alpha=1e308),
        "alpha is text": asking(alpha="1"),
        "alpha is true": asking(alpha=True),
        "alpha has 5,000 digits": b'{"text": "a", "alpha": ' + b"9" * 5000 + b"}",
        "prior is 0": asking(prior=0),
        "prior is 1": asking(prior=1),
        "prior is a list": asking(prior=[0.5]),
        "training is unknown": asking(training=3),
        "training is a list": asking(training=[10]),
        "training is an object": asking(training={"n": 10}),
        "times is a word": asking(times="twice"),
        "times has no pairs": asking(times=[1, 2]),
        "times is negative": asking(times=[[0, -1]]),
        "times is huge": asking(times=[[0, 10**9]]),
        "times is a fraction": asking(times=[[0, 1.5]]),
        "start is text": asking(times=[["0", 1]]),
        "id is text": asking(id="x"),
        "id is huge": asking(id=2**60),
    },
    BERNOULLI: {
        "empty": b"",
        "nul bytes": b"\x00" * 64,
        "alpha is NaN": b'{"text": "a", "alpha": NaN}',
        "text is a list": asking(text=["free"]),
    },
}


@pytest.mark.parametrize(
    "path, name", [(path, name) for path, payloads in PAYLOADS.items() for name in payloads]
)
def test_a_bad_request_gets_words_and_the_socket_lives_on(path: str, name: str) -> None:
    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            before = await socket.ask(1, SOUND[path])
            assert before[:2] == (1, GOOD)
            sequence, status, body = await socket.ask(2, PAYLOADS[path][name])
            assert (sequence, status) == (2, BAD), body
            message = body.decode("utf-8")
            assert 10 < len(message) < 300
            for inside in ("Traceback", "File ", ".py", "Error:"):
                assert inside not in message
            after = await socket.ask(1, SOUND[path])
            assert after == before

    asyncio.run(talk())


STRANGE_TEXTS = {
    "empty": "",
    "spaces": " \t\n" * 200,
    "nul": "free\x00money",
    "half a pair": "free \ud83d money",
    "emoji": "🎰" * 500,
    "right to left": "מבצע \u202e free",
    "script": "<script>alert(1)</script>" * 20,
    "one long word": "a" * 3999,
    "combining": "e" + "\u0301" * 1000,
    "formula": "$\\frac{1}{0}$ =HYPERLINK()",
}


@pytest.mark.parametrize("path", [MULTINOMIAL, BERNOULLI])
@pytest.mark.parametrize("name", STRANGE_TEXTS)
def test_a_strange_message_is_classified(path: str, name: str) -> None:
    """Odd, yet text: it gets an answer, finite throughout."""

    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            sequence, status, body = await socket.ask(1, asking(text=STRANGE_TEXTS[name]))
            assert (sequence, status) == (1, GOOD), body
            json.loads(body, parse_constant=lambda name: pytest.fail(f"the reply holds {name}"))

    asyncio.run(talk())


@pytest.mark.parametrize("path", list(SOUND))
@pytest.mark.parametrize("frame", [b"", b"\x01", b"abc", "a text frame", "", "{}"])
def test_a_bad_frame_gets_words_and_the_socket_lives_on(path: str, frame: bytes | str) -> None:
    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            socket.send(frame)
            sequence, status, body = await socket.reply()
            assert (sequence, status) == (0, BAD)
            assert b"frame" in body
            assert (await socket.ask(3, SOUND[path]))[:2] == (3, GOOD)

    asyncio.run(talk())


def test_bad_frames_in_a_row() -> None:
    async def talk() -> None:
        async with InProcess(APP, DECODE) as socket:
            for sequence in range(60):
                socket.send(request(sequence, floats(NAN, sequence)))
            for sequence in range(60):
                assert (await socket.reply())[:2] == (sequence, BAD)
            assert (await socket.ask(60, SOUND[DECODE]))[:2] == (60, GOOD)

    asyncio.run(talk())
