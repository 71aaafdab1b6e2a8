"""Frames, errors that keep the socket alive, and what ends it."""

import asyncio
import struct
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette

from genmodels.assets import BadAsset
from genmodels.live.protocol import (
    BAD,
    GOOD,
    TOO_LONG,
    WAITING,
    bad_reply,
    good_reply,
    live_route,
    request,
    split_reply,
    split_request,
)
from tests.live.harness import InProcess, finish


class Doubling:
    """Answers a float32 with its double; -1 only `run` refuses, -2 breaks it."""

    name = "double"
    max_request_bytes = 4
    max_batch = 8

    def __init__(self) -> None:
        self.batches: list[int] = []

    def parse(self, payload: bytes) -> float:
        if len(payload) != 4:
            raise ValueError(f"x must be 4 bytes; got {len(payload)}")
        (x,) = struct.unpack("<f", payload)
        if not np.isfinite(x):
            raise ValueError(f"x must be finite; got {x}")
        if x == -3:
            raise KeyError("a slip of ours")
        return float(x)

    def run(self, items: list[float]) -> Sequence[bytes | ValueError]:
        self.batches.append(len(items))
        if -2.0 in items:
            raise ZeroDivisionError("a secret path")
        return [
            ValueError("x must not be -1") if x == -1 else struct.pack("<f", 2 * x) for x in items
        ]


def f32(x: float) -> bytes:
    return struct.pack("<f", x)


def run(test: Callable[[Starlette], Coroutine[Any, Any, None]], **options: Any) -> Doubling:
    operation = Doubling()
    app = Starlette(routes=[live_route("/live/double", lambda: operation, **options)])
    finish(test(app))
    return operation


@pytest.mark.parametrize("sequence", [0, 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize("body", [b"", b"\x00", b"digit" * 100])
def test_frames_round_trip(sequence: int, body: bytes) -> None:
    assert split_request(request(sequence, body)) == (sequence, body)
    assert split_reply(good_reply(sequence, body)) == (sequence, GOOD, body)
    assert split_reply(bad_reply(sequence, "α must be ≥ 0")) == (
        sequence,
        BAD,
        "α must be ≥ 0".encode(),
    )


def test_frames_are_little_endian() -> None:
    assert request(1, b"x") == b"\x01\x00\x00\x00x"
    assert good_reply(1, b"y") == b"\x01\x00\x00\x00\x00\x00\x00\x00y"
    assert bad_reply(2, "no") == b"\x02\x00\x00\x00\x01\x00\x00\x00no"


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_frame_without_sequence_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"4 bytes; it has {length}"):
        split_request(b"\x00" * length)


def test_a_message_that_is_no_unicode_still_goes_out() -> None:
    assert split_reply(bad_reply(1, "bad \ud800"))[2] == b"bad ?"


def test_answers_carry_their_sequence() -> None:
    async def test(app: Starlette) -> None:
        async with InProcess(app, "/live/double") as socket:
            assert socket.opening["type"] == "websocket.accept"
            for sequence in (7, 0, 2**32 - 1):
                assert await socket.ask(sequence, f32(1.5)) == (sequence, GOOD, f32(3.0))

    run(test)


BAD_FRAMES = {
    "empty frame": (b"", 0, "4 bytes"),
    "three bytes": (b"abc", 0, "4 bytes"),
    "no payload": (request(5, b""), 5, "x must be 4 bytes; got 0"),
    "short payload": (request(5, b"ab"), 5, "x must be 4 bytes; got 2"),
    "long payload": (request(5, b"abcde"), 5, "may have 4 bytes; 5 came"),
    "NaN": (request(5, f32(float("nan"))), 5, "x must be finite; got nan"),
    "infinite": (request(5, f32(float("inf"))), 5, "x must be finite; got inf"),
    "text": ("hello", 0, "must be binary"),
    "empty text": ("", 0, "must be binary"),
    "refused by run": (request(5, f32(-1)), 5, "x must not be -1"),
    "broken run": (request(5, f32(-2)), 5, "the server failed on this request"),
    "broken parse": (request(5, f32(-3)), 5, "the server failed on this request"),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_frame_gets_a_message_and_the_socket_lives_on(name: str) -> None:
    frame, sequence, message = BAD_FRAMES[name]

    async def test(app: Starlette) -> None:
        async with InProcess(app, "/live/double") as socket:
            socket.send(frame)
            got, status, body = await socket.reply()
            assert (got, status) == (sequence, BAD)
            assert message in body.decode()
            assert "secret" not in body.decode()
            assert await socket.ask(6, f32(4)) == (6, GOOD, f32(8))

    run(test)


def test_one_bad_item_does_not_spoil_its_batch() -> None:
    async def test(app: Starlette) -> None:
        async with InProcess(app, "/live/double") as socket:
            await socket.ask(0, f32(0))
            for sequence, x in enumerate((1, -1, 3)):
                socket.send(request(sequence, f32(x)))
            assert await socket.reply() == (0, GOOD, f32(2))
            assert (await socket.reply())[:2] == (1, BAD)
            assert await socket.reply() == (2, GOOD, f32(6))

    run(test)


@pytest.mark.parametrize("frame", [b"x" * 100, "x" * 100])
def test_an_over_long_frame_closes_the_socket(frame: bytes | str) -> None:
    async def test(app: Starlette) -> None:
        async with InProcess(app, "/live/double") as socket:
            socket.send(frame)
            message = await socket.receive()
            assert message["type"] == "websocket.close"
            assert message["code"] == TOO_LONG
            assert "may have 64 bytes" in message["reason"]

    run(test, max_request_bytes=64)


def test_an_operation_is_made_once_and_off_the_event_loop() -> None:
    made: list[str] = []

    def factory() -> Doubling:
        made.append(threading.current_thread().name)
        return Doubling()

    loops: list[str] = []

    async def test() -> None:
        loops.append(threading.current_thread().name)
        app = Starlette(routes=[live_route("/live/double", factory)])
        async with InProcess(app, "/live/double") as one, InProcess(app, "/live/double") as two:
            one.send(request(1, f32(1)))
            two.send(request(2, f32(2)))
            assert await one.reply() == (1, GOOD, f32(2))
            assert await two.reply() == (2, GOOD, f32(4))

    finish(test())
    assert len(made) == 1
    assert made[0] not in loops


def test_an_operation_that_cannot_be_loaded_says_so_and_is_tried_again() -> None:
    tries: list[int] = []

    def factory() -> Doubling:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("/secret/path must be there")
        if len(tries) == 2:
            path = Path("/secret/codes.npz")
            raise BadAsset(path, "hold codes", f"no file {path}")
        return Doubling()

    async def test() -> None:
        app = Starlette(routes=[live_route("/live/double", factory)])
        async with InProcess(app, "/live/double") as socket:
            sequence, status, body = await socket.ask(3, f32(1))
            assert (sequence, status) == (3, BAD)
            assert b"could not be loaded" in body
            assert b"secret" not in body
            sequence, status, body = await socket.ask(4, f32(1))
            assert (sequence, status) == (4, BAD)
            assert body.endswith(b"codes.npz must hold codes; got: no file codes.npz")
            assert await socket.ask(5, f32(1)) == (5, GOOD, f32(2))

    finish(test())


def test_a_reader_that_never_reads_is_not_read_either() -> None:
    """Replies that nobody fetches are bounded: 64, then the socket's frames stay unread."""

    async def test(app: Starlette) -> None:
        stuck = asyncio.Event()
        socket = InProcess(app, "/live/double")
        await socket.__aenter__()
        # From now on the transport takes nothing more: sends wait, as uvicorn's do.
        app_send = socket.outbox.put
        socket.outbox.put = lambda message: stuck.wait()  # type: ignore[method-assign,assignment]
        for sequence in range(99):
            socket.send(request(sequence, f32(1)))
        for _ in range(500):
            await asyncio.sleep(0)
        assert socket.inbox.qsize() == 99 - WAITING
        socket.outbox.put = app_send  # type: ignore[method-assign]
        stuck.set()
        assert await socket.ask(99, f32(1))
        await socket.__aexit__(None, None, None)

    run(test)
