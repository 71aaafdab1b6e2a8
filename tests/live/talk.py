"""A socket of an app without a server: frames in, as many replies out."""

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from genmodels.live.protocol import split_reply
from tests.live.harness import finish


def talk(
    routes: Sequence[BaseRoute], path: str, frames: Sequence[bytes]
) -> list[tuple[int, int, bytes]]:
    """Send all frames over one socket, then read as many replies: (sequence, status, body)."""
    app = Starlette(routes=list(routes))

    async def conversation() -> list[tuple[int, int, bytes]]:
        to_app: asyncio.Queue[dict] = asyncio.Queue()
        from_app: asyncio.Queue[dict] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": path,
            "headers": [],
            "query_string": b"",
            "subprotocols": [],
            "client": ("127.0.0.1", 1),
            "scheme": "ws",
            "root_path": "",
        }
        running = asyncio.create_task(app(scope, to_app.get, from_app.put))
        to_app.put_nowait({"type": "websocket.connect"})
        assert (await from_app.get())["type"] == "websocket.accept"
        for frame in frames:
            to_app.put_nowait({"type": "websocket.receive", "bytes": frame})
        replies = []
        while len(replies) < len(frames):
            message = await asyncio.wait_for(from_app.get(), 20)
            assert message["type"] == "websocket.send", message
            replies.append(split_reply(message["bytes"]))
        to_app.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(running, 5)
        return replies

    return finish(conversation())
