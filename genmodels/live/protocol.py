"""The live channel's frames, and the WebSocket route that speaks them.

    request   uint32 sequence | payload                       little-endian, binary frames only
    reply     uint32 sequence | uint32 status | body          status 0: body is the result
                                                              status 1: body is a UTF-8 message

A bad request gets an error frame, and the socket lives on. Only a frame that is too long closes it
(code 1009), since whoever sends such a frame doesn't speak this protocol.
"""

import asyncio
import logging
import struct
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from genmodels.assets import BadAsset
from genmodels.live.batching import Batcher, TokenBucket

log = logging.getLogger(__name__)

GOOD = 0
BAD = 1
MAX_REQUEST = 2048
"""Bytes of one request frame, its sequence number included, unless the operation allows more."""

FRAMES_PER_SECOND = 250.0
"""What one socket may send for long: two 60 Hz screens and room; a polite page sends 60."""
BURST = 100
"""Frames that one socket may send at once before it has to wait."""
WAITING = 64
"""Requests of one socket whose reply isn't sent yet; beyond that its frames stay unread."""

TOO_LONG = 1009
FAILED = "the server failed on this request; it is logged"
_SEQUENCE = struct.Struct("<I")
_REPLY = struct.Struct("<II")

Item = TypeVar("Item")


class Operation(Protocol[Item]):
    """What one live route does: `parse` checks a payload, `run` answers a whole batch of them.

    `parse(payload)` checks every field and raises ValueError with the message that the reader
    shall see (the name, what was expected, what came). It runs for each frame: keep it short.

    `run(items)` gives one result an item, in order, from one call of the model: the body of the
    reply, or a ValueError where only the model can tell that an item is bad. It runs on the event
    loop's thread, so a batch should take a few milliseconds at most (`max_batch` bounds it).
    """

    name: str
    """As in the path and in messages, such as "decode mnist-2d"."""
    max_request_bytes: int
    """The longest payload, without the sequence number."""
    max_batch: int
    """Items that one `run` may get; what is left over waits for the event loop's next turn."""

    def parse(self, payload: bytes) -> Item: ...

    def run(self, items: list[Item]) -> Sequence[bytes | ValueError]: ...


def request(sequence: int, payload: bytes) -> bytes:
    """A request frame; the page writes these in live.js, tests and benchmarks write them here."""
    return _SEQUENCE.pack(sequence) + payload


def good_reply(sequence: int, body: bytes) -> bytes:
    """A reply frame with a result."""
    return _REPLY.pack(sequence, GOOD) + body


def bad_reply(sequence: int, message: str) -> bytes:
    """An error frame; the page shows its message beside the field."""
    return _REPLY.pack(sequence, BAD) + message.encode("utf-8", errors="replace")


def split_request(frame: bytes) -> tuple[int, bytes]:
    """(sequence, payload) of a request frame. Raises ValueError if the sequence is missing."""
    if len(frame) < _SEQUENCE.size:
        raise ValueError(
            f"a frame must open with a sequence number of 4 bytes; it has {len(frame)} in all"
        )
    return _SEQUENCE.unpack_from(frame)[0], frame[_SEQUENCE.size :]


def split_reply(frame: bytes) -> tuple[int, int, bytes]:
    """(sequence, status, body) of a reply frame."""
    sequence, status = _REPLY.unpack_from(frame)
    return sequence, status, frame[_REPLY.size :]


class Lazy:
    """An operation that is made once, at its first use or in the warm-up, whichever comes first.

    Making one loads a model: `load` blocks, so the event loop calls it through a thread. A failure
    is not kept, so that the next use tries again.
    """

    def __init__(self, factory: Callable[[], Operation[Any]]) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._batcher: Batcher | None = None

    @property
    def ready(self) -> bool:
        return self._batcher is not None

    def load(self) -> Batcher:
        """The operation behind its batcher. Thread-safe."""
        with self._lock:
            if self._batcher is None:
                self._batcher = Batcher(self._factory())
            return self._batcher

    async def get(self) -> Batcher:
        if self._batcher is not None:
            return self._batcher
        return await asyncio.to_thread(self.load)


class LiveRoute(WebSocketRoute):
    """A WebSocket route with its operation within reach of the warm-up, unless `warm` is off."""

    def __init__(
        self, path: str, operation: Lazy, max_request_bytes: int, warm: bool = True
    ) -> None:
        self.operation = operation
        self.warm = warm

        async def endpoint(websocket: WebSocket) -> None:
            await _converse(websocket, operation, max_request_bytes)

        super().__init__(path, endpoint, name=path)


def live_route(
    path: str,
    operation_factory: Callable[[], Operation[Any]],
    *,
    max_request_bytes: int = MAX_REQUEST - _SEQUENCE.size,
    warm: bool = True,
) -> LiveRoute:
    """The route of one operation, such as `live_route("/live/decode/mnist-2d", load_decoder)`.

    `operation_factory` may be slow (it loads a model) and runs in a thread, once.
    `max_request_bytes` bounds a payload while the operation isn't loaded yet. `warm` is off for
    what most visitors never ask for: it is loaded at its first use.
    """
    return LiveRoute(path, Lazy(operation_factory), max_request_bytes, warm)


async def _converse(websocket: WebSocket, operation: Lazy, max_request_bytes: int) -> None:
    """One socket's life: read, check, hand over to the batcher, write replies as they come."""
    await websocket.accept()
    replies: asyncio.Queue[bytes] = asyncio.Queue()
    room = asyncio.Semaphore(WAITING)
    bucket = TokenBucket(FRAMES_PER_SECOND, BURST)

    async def write() -> None:
        try:
            while True:
                frame = await replies.get()
                await websocket.send_bytes(frame)
                room.release()
        finally:
            room.release()  # wakes a reader that waits for room, so that it sees the end

    writer = asyncio.create_task(write(), name="live-write")
    try:
        while not writer.done():
            # Whoever sends too fast isn't read until it may go on: nothing is lost, its frames
            # wait in its own TCP buffer, and only it waits.
            await bucket.take()
            await room.acquire()
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            frame = message.get("bytes")
            if frame is None:
                text = message.get("text") or ""
                if len(text) > max_request_bytes:
                    await websocket.close(TOO_LONG, _too_long(len(text), max_request_bytes))
                    return
                replies.put_nowait(bad_reply(0, "frames must be binary; a text frame came"))
                continue
            if len(frame) > max_request_bytes + _SEQUENCE.size:
                await websocket.close(
                    TOO_LONG, _too_long(len(frame) - _SEQUENCE.size, max_request_bytes)
                )
                return
            await _answer(frame, operation, replies)
    except RuntimeError:  # the socket went away while a close frame was being sent
        log.debug("live socket closed early", exc_info=True)
    finally:
        writer.cancel()
        # A write to a socket that is gone ends the writer; that is how sockets end, no fault.
        await asyncio.gather(writer, return_exceptions=True)


def _too_long(got: int, allowed: int) -> str:
    return f"a payload may have {allowed} bytes; {got} came"


async def _answer(frame: bytes, operation: Lazy, replies: asyncio.Queue[bytes]) -> None:
    try:
        sequence, payload = split_request(frame)
    except ValueError as error:
        replies.put_nowait(bad_reply(0, str(error)))
        return
    try:
        batcher = await operation.get()
    except BadAsset as error:
        log.exception("a live operation could not be loaded")
        replies.put_nowait(bad_reply(sequence, str(error)))
        return
    except Exception:  # its words may name files of this server: they are for the log
        log.exception("a live operation could not be loaded")
        replies.put_nowait(bad_reply(sequence, "the model could not be loaded; it is logged"))
        return
    try:
        allowed = batcher.operation.max_request_bytes
        if len(payload) > allowed:
            raise ValueError(_too_long(len(payload), allowed))
        item = batcher.operation.parse(payload)
    except ValueError as error:
        replies.put_nowait(bad_reply(sequence, str(error)))
        return
    except Exception:
        log.exception("%s could not read a request", batcher.operation.name)
        replies.put_nowait(bad_reply(sequence, FAILED))
        return

    def deliver(result: bytes | Exception) -> None:
        if isinstance(result, bytes):
            replies.put_nowait(good_reply(sequence, result))
        elif isinstance(result, ValueError):
            replies.put_nowait(bad_reply(sequence, str(result)))
        else:
            replies.put_nowait(bad_reply(sequence, FAILED))

    batcher.submit(item, deliver)
