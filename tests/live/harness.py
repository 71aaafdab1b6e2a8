"""Sockets for tests: `InProcess` talks to an ASGI app directly, `dial` to a running server."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

from starlette.types import ASGIApp, Message
from websockets.sync.client import ClientConnection, connect

from genmodels.live.protocol import request, split_reply

HOST = "localhost:8501"
Result = TypeVar("Result")


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, in a thread of its own.

    Playwright keeps an event loop running in the tests' thread, where asyncio.run may not.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="event-loop") as pool:
        return pool.submit(asyncio.run, work).result()


def scope(
    path: str,
    *,
    kind: str = "websocket",
    host: str | None = HOST,
    origin: str | None = f"http://{HOST}",
    client: str = "192.0.2.1",
) -> dict[str, Any]:
    """An ASGI scope as uvicorn would make it."""
    headers = []
    if host is not None:
        headers.append((b"host", host.encode("latin-1")))
    if origin is not None:
        headers.append((b"origin", origin.encode("latin-1")))
    return {
        "type": kind,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": (client, 50000),
        "server": ("localhost", 8501),
        "subprotocols": [],
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }


class InProcess:
    """One socket (or one GET) of an ASGI app, on this event loop.

    `opening` is the first message that the app sent: `websocket.accept`, or a refusal.
    """

    def __init__(self, app: ASGIApp, path: str, **options: Any) -> None:
        self.app = app
        self.scope = scope(path, **options)
        self.inbox: asyncio.Queue[Message] = asyncio.Queue()
        self.outbox: asyncio.Queue[Message] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        async def send(message: Message) -> None:
            await self.outbox.put(message)

        self.inbox.put_nowait(
            {"type": "websocket.connect"}
            if self.scope["type"] == "websocket"
            else {"type": "http.request", "body": b"", "more_body": False}
        )
        self.task = asyncio.ensure_future(self.app(self.scope, self.inbox.get, send))
        self.opening = await self.receive()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self.task, 10)

    async def receive(self) -> Message:
        return await asyncio.wait_for(self.outbox.get(), 10)

    def send(self, frame: bytes | str) -> None:
        key = "bytes" if isinstance(frame, bytes) else "text"
        self.inbox.put_nowait({"type": "websocket.receive", key: frame})

    async def reply(self) -> tuple[int, int, bytes]:
        """(sequence, status, body) of the next reply frame."""
        message = await self.receive()
        assert message["type"] == "websocket.send", message
        return split_reply(message["bytes"])

    async def ask(self, sequence: int, payload: bytes) -> tuple[int, int, bytes]:
        self.send(request(sequence, payload))
        return await self.reply()


def dial(url: str, path: str, *, origin: str | None = "own", **options: Any) -> ClientConnection:
    """A socket to the server at `url`, from its own origin unless told otherwise."""
    return connect(
        url.replace("http", "ws", 1) + path,
        origin=url if origin == "own" else origin,  # type: ignore[arg-type]
        compression=None,
        proxy=None,
        open_timeout=15,
        **options,
    )


def ask(socket: ClientConnection, sequence: int, payload: bytes) -> tuple[int, int, bytes]:
    """One request and its reply: (sequence, status, body)."""
    socket.send(request(sequence, payload))
    return split_reply(bytes(socket.recv(timeout=15)))  # type: ignore[arg-type]
