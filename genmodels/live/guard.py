"""Who may open a socket here: our own pages, from a host that is ours, in bounded number.

Streamlit guards its own stream alone; routes that are added to it accept any origin. And its check
of a foreign origin looks up the machine's external address while every client waits. So this stands
before everything and decides without any look-up:

- **Host** must be ours: localhost, an IP address written out, this machine's name, or a name in
  `GENMODELS_HOSTS` (comma-separated; `*` for any). Without this a page elsewhere whose name is made
  to point here (DNS rebinding) would pass as same-origin. An address written out can't be rebound.
- **Origin** of a socket must equal Host, port included, the scheme aside (a proxy may end TLS).
  A socket without Origin comes from no browser and is refused.
- **Sockets** are counted, Streamlit's stream and ours alike: `GENMODELS_MAX_SOCKETS` in all (512)
  and `GENMODELS_MAX_SOCKETS_PER_CLIENT` an address (256: a class of a hundred, two sockets each,
  often comes from one address; behind a proxy that doesn't pass addresses on, everybody does).
- Streamlit's **clear_cache** message would let any visitor empty everyone's caches: it is dropped.
"""

import ipaddress
import logging
import os
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

log = logging.getLogger(__name__)

TRY_LATER = 1013
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True)
class Limits:
    """What the guard lets through."""

    sockets: int = 512
    sockets_per_client: int = 256
    hosts: frozenset[str] = frozenset()
    """Names beside localhost and IP addresses, lower case; `*` stands for any."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Limits as the environment has them. Raises ValueError on a number that is none."""
        named = environment.get("GENMODELS_HOSTS", "").split(",")
        machine = socket.gethostname().lower()
        return cls(
            sockets=_positive(environment, "GENMODELS_MAX_SOCKETS", cls.sockets),
            sockets_per_client=_positive(
                environment, "GENMODELS_MAX_SOCKETS_PER_CLIENT", cls.sockets_per_client
            ),
            hosts=frozenset(
                {name.strip().lower() for name in named if name.strip()}
                | {machine, f"{machine}.local"}
            ),
        )


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"{name} must be a positive whole number; it is {text!r}")
    return int(text)


def host_and_port(netloc: str, default_port: int | None) -> tuple[str, int | None] | None:
    """("name", port) of `name:port` or `[::1]:port`, or None if it is malformed.

    A port that any scheme has by default counts as left out, as browsers leave it out.
    """
    try:
        parts = urlsplit(f"//{netloc}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.netloc != netloc or "@" in netloc or parts.path:
        return None
    return name.rstrip("."), (None if port in (default_port, 80, 443) else port)


def host_allowed(host: str | None, names: frozenset[str]) -> bool:
    """Whether a Host header names this server: see the module's text."""
    parsed = host_and_port(host, None) if host else None
    if parsed is None:
        return False
    name = parsed[0]
    if "*" in names or name in names or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def same_origin(origin: str | None, host: str | None) -> bool:
    """Whether an Origin header is of the server that Host names; the scheme doesn't matter."""
    if not origin or not host:
        return False
    scheme, mark, netloc = origin.partition("://")
    if not mark or scheme.lower() not in _DEFAULT_PORTS:  # "null", "file://"
        return False
    ours = host_and_port(host, None)
    return ours is not None and host_and_port(netloc, _DEFAULT_PORTS[scheme.lower()]) == ours


class Guard:
    """The ASGI middleware. `open_sockets` tells how many are open, by client address."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self.app = app
        self.limits = limits or Limits.from_environment()
        self.open_sockets: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host")
        if not host_allowed(host, self.limits.hosts):
            log.warning("refused: host %.200r is not in GENMODELS_HOSTS", host)
            await _refuse(
                scope, receive, send, 421, "This server doesn't answer for that host name.\n"
            )
        elif scope["type"] == "http":
            await self.app(scope, receive, send)
        elif not same_origin(headers.get("origin"), host):
            log.warning("refused: origin %.200r is not host %.200r", headers.get("origin"), host)
            await _refuse(
                scope, receive, send, 403, "Sockets open from this server's own pages only.\n"
            )
        else:
            await self._socket(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        full = None
        if self.open_sockets.total() >= self.limits.sockets:
            full = f"the server has {self.limits.sockets} connections and takes no more"
        elif self.open_sockets[client] >= self.limits.sockets_per_client:
            full = f"your address has {self.limits.sockets_per_client} connections already"
        if full is not None:
            log.warning("refused a socket of %s: %s", client, full)
            await _turn_away(scope, receive, send, full)
            return
        self.open_sockets[client] += 1
        try:
            if scope["path"].endswith("/_stcore/stream"):
                receive = _without_clear_cache(receive)
            await self.app(scope, receive, send)
        finally:
            self.open_sockets[client] -= 1
            if not self.open_sockets[client]:
                del self.open_sockets[client]


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    """An HTTP answer with words: to a request, or to a handshake, which then fails."""
    if scope["type"] == "websocket":
        await receive()  # websocket.connect
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008, "reason": text.strip()})
            return
    await PlainTextResponse(text, status_code=status)(scope, receive, send)


async def _turn_away(scope: Scope, receive: Receive, send: Send, reason: str) -> None:
    """Refuse a socket of our own page: ours can read a close reason, so say it; else HTTP 503."""
    if not scope["path"].startswith("/live/"):
        await _refuse(scope, receive, send, 503, f"Full: {reason}. Try again later.\n")
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": TRY_LATER, "reason": reason})


def _without_clear_cache(receive: Receive) -> Receive:
    async def filtered() -> Message:
        while True:
            message = await receive()
            frame = message.get("bytes")
            if message["type"] != "websocket.receive" or not frame or not _clears_cache(frame):
                return message
            log.info("dropped a visitor's clear_cache message")

    return filtered


def _clears_cache(frame: bytes) -> bool:
    try:
        return BackMsg.FromString(frame).WhichOneof("type") == "clear_cache"
    except Exception:  # not a message: Streamlit closes such a socket itself
        return False
