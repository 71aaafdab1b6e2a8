"""Security headers on every HTTP response, Streamlit's own and refusals included.

The Content-Security-Policy lets scripts come from this server and from blob: addresses (Streamlit's
components are loaded so), and the inline scripts of Streamlit's index.html by their hash, computed
from the installed file at start. Nothing may come from another host.
"""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_INLINE_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)


def script_hashes(html: bytes) -> list[str]:
    """`'sha256-...'` of every inline script, as a policy names it (CSP level 3, section 6.7.2)."""
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(found['body']).digest()).decode()}'"
        for found in _INLINE_SCRIPT.finditer(html)
        if b"src=" not in found["attributes"]
    ]


def policy(html: bytes) -> str:
    """The Content-Security-Policy for a page whose index.html is `html`."""
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self' blob:", *script_hashes(html)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


class SecurityHeaders:
    """The ASGI middleware. It only adds to the response's start, so streaming stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "Content-Security-Policy": policy(INDEX.read_bytes()),
            "X-Content-Type-Options": "nosniff",
            # A link holds a lesson's whole state; other sites needn't learn it.
            "Referrer-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, with_headers)
