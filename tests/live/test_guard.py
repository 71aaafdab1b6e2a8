"""Who may open a socket, from which page, and how many of them."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from genmodels.live.guard import TRY_LATER, Guard, Limits, host_allowed, same_origin
from genmodels.live.headers import INDEX, SecurityHeaders, policy, script_hashes
from tests.live.harness import InProcess, finish

NAMES = frozenset({"class.example.org"})

SAME = [
    ("http://localhost:8501", "localhost:8501"),
    ("https://localhost:8501", "localhost:8501"),  # a proxy may end TLS
    ("http://LOCALHOST:8501", "localhost:8501"),
    ("http://127.0.0.1:8501", "127.0.0.1:8501"),
    ("http://[::1]:8501", "[::1]:8501"),
    ("https://class.example.org", "class.example.org"),
    ("https://class.example.org", "class.example.org:443"),
    ("http://class.example.org", "class.example.org:80"),
    ("https://class.example.org", "class.example.org:80"),  # behind a proxy that ends TLS
]
FOREIGN = [
    (None, "localhost:8501"),
    ("", "localhost:8501"),
    ("null", "localhost:8501"),
    ("http://localhost:8501", None),
    ("http://evil.example", "localhost:8501"),
    ("http://localhost:8502", "localhost:8501"),
    ("http://localhost", "localhost:8501"),
    ("http://127.0.0.1:8501", "localhost:8501"),
    ("http://localhost:8501.evil.example", "localhost:8501"),
    ("http://localhost:8501@evil.example", "localhost:8501"),
    ("http://evil.example/localhost:8501", "localhost:8501"),
    ("file://localhost:8501", "localhost:8501"),
    ("chrome-extension://localhost:8501", "localhost:8501"),
    ("localhost:8501", "localhost:8501"),
    ("http://localhost:99999", "localhost:99999"),
    ("http://[::1", "[::1"),
    ("http://", ""),
]


@pytest.mark.parametrize("origin, host", SAME)
def test_same_origin(origin: str, host: str) -> None:
    assert same_origin(origin, host)


@pytest.mark.parametrize("origin, host", FOREIGN)
def test_foreign_origin(origin: str | None, host: str | None) -> None:
    assert not same_origin(origin, host)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "lesson.localhost:8501",
        "127.0.0.1:8501",
        "[::1]:8501",
        "192.168.1.20",
        "class.example.org",
        "CLASS.example.org:8501",
        "class.example.org.",
    ],
)
def test_hosts_of_ours(host: str) -> None:
    assert host_allowed(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "class.example.org.evil.example",
        "a@localhost",
        "localhost/x",
        "localhost:port",
        "[::1",
    ],
)
def test_hosts_of_others(host: str | None) -> None:
    assert not host_allowed(host, NAMES)


def test_any_host_on_request() -> None:
    assert host_allowed("anything.example", frozenset({"*"}))


def test_limits_come_from_the_environment() -> None:
    limits = Limits.from_environment(
        {
            "GENMODELS_HOSTS": "Class.Example.org, lab ,",
            "GENMODELS_MAX_SOCKETS": "7",
            "GENMODELS_MAX_SOCKETS_PER_CLIENT": "3",
        }
    )
    assert (limits.sockets, limits.sockets_per_client) == (7, 3)
    assert {"class.example.org", "lab"} <= limits.hosts
    assert "" not in limits.hosts


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="GENMODELS_MAX_SOCKETS must be a positive whole number"):
        Limits.from_environment({"GENMODELS_MAX_SOCKETS": text})


class Inner:
    """What stands behind the guard: accepts, keeps what it receives until it is disconnected."""

    def __init__(self) -> None:
        self.reached = 0
        self.received: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached += 1
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"page"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            self.received.append(message)
            await send({"type": "websocket.send", "bytes": b"seen"})


def guarded(
    test: Callable[[Guard, Inner], Coroutine[Any, Any, None]], limits: Limits | None = None
) -> None:
    inner = Inner()
    finish(test(Guard(inner, limits or Limits(hosts=NAMES)), inner))


@pytest.mark.parametrize("path", ["/live/decode/mnist-2d", "/_stcore/stream"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_foreign_socket_never_reaches_the_app(path: str, origin: str | None) -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        async with InProcess(guard, path, origin=origin) as socket:
            assert socket.opening["type"] == "websocket.http.response.start"
            assert socket.opening["status"] == 403
            assert b"own pages only" in (await socket.receive())["body"]
        assert inner.reached == 0
        assert not guard.open_sockets

    guarded(test)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_host_never_reaches_the_app(kind: str) -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        async with InProcess(
            guard, "/", kind=kind, host="evil.example", origin="http://evil.example"
        ) as asked:
            assert asked.opening["status"] == 421
        assert inner.reached == 0

    guarded(test)


def test_a_refusal_without_the_http_extension_closes() -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        socket = InProcess(guard, "/live/x", origin="http://evil.example")
        socket.scope["extensions"] = {}
        async with socket:
            assert socket.opening["type"] == "websocket.close"
            assert socket.opening["code"] == 1008
        assert inner.reached == 0

    guarded(test)


def test_pages_pass_without_origin() -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        async with InProcess(guard, "/", kind="http", origin=None) as page:
            assert page.opening["status"] == 200

    guarded(test)


def test_too_many_sockets_of_one_client() -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        async with InProcess(guard, "/live/x", client="10.0.0.1"):
            async with InProcess(guard, "/_stcore/stream", client="10.0.0.1"):
                async with InProcess(guard, "/live/x", client="10.0.0.1") as third:
                    assert third.opening["type"] == "websocket.accept"
                    closing = await third.receive()
                    assert closing["code"] == TRY_LATER
                    assert "your address has 2 connections" in closing["reason"]
                async with InProcess(guard, "/live/x", client="10.0.0.2") as other:
                    other.send(b"x")
                    assert (await other.receive())["bytes"] == b"seen"
            # One place is free again.
            async with InProcess(guard, "/live/x", client="10.0.0.1") as again:
                again.send(b"x")
                assert (await again.receive())["bytes"] == b"seen"
        assert not guard.open_sockets

    guarded(test, Limits(sockets=10, sockets_per_client=2))


def test_too_many_sockets_in_all() -> None:
    async def test(guard: Guard, inner: Inner) -> None:
        async with (
            InProcess(guard, "/live/x", client="10.0.0.1"),
            InProcess(guard, "/live/x", client="10.0.0.2"),
        ):
            async with InProcess(guard, "/live/x", client="10.0.0.3") as full:
                assert (await full.receive())["code"] == TRY_LATER
            async with InProcess(guard, "/_stcore/stream", client="10.0.0.3") as stream:
                assert stream.opening["status"] == 503
                assert b"takes no more" in (await stream.receive())["body"]
        assert inner.reached == 2

    guarded(test, Limits(sockets=2, sockets_per_client=2))


def test_a_place_is_freed_when_the_app_fails() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError("gone")

    async def main() -> None:
        guard = Guard(failing, Limits())
        socket = InProcess(guard, "/live/x")
        with pytest.raises(OSError, match="gone"):
            await guard(socket.scope, socket.inbox.get, socket.outbox.put)
        assert not guard.open_sockets

    finish(main())


def test_clear_cache_is_dropped_and_the_rest_passes() -> None:
    clear = BackMsg(clear_cache=True).SerializeToString()
    rerun = BackMsg()
    rerun.rerun_script.query_string = "a=1"

    async def test(guard: Guard, inner: Inner) -> None:
        async with InProcess(guard, "/_stcore/stream") as stream:
            for frame in (clear, rerun.SerializeToString(), b"\xff\xff no message", clear):
                stream.send(frame)
            for _ in range(2):
                await stream.receive()
        assert [m["bytes"] for m in inner.received] == [
            rerun.SerializeToString(),
            b"\xff\xff no message",
        ]

    guarded(test)


# -- headers -----------------------------------------------------------------------------------


def test_the_policy_names_the_installed_inline_scripts() -> None:
    html = INDEX.read_bytes()
    hashes = script_hashes(html)
    assert len(hashes) == html.count(b"<script") - html.count(b"<script type=")
    assert hashes
    assert all(digest in policy(html) for digest in hashes)


def test_a_hash_is_what_openssl_gives() -> None:
    """echo -n "doSomething();" | openssl dgst -sha256 -binary | base64"""
    html = b"<p><script>doSomething();</script><script src=x></script>"
    assert script_hashes(html) == ["'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"]


def test_nothing_from_elsewhere_may_run_or_frame() -> None:
    directives = dict(part.split(" ", 1) for part in policy(b"").split("; "))
    assert directives["script-src"] == "'self' blob:"
    assert directives["frame-ancestors"] == "'self'"
    assert directives["object-src"] == "'none'"
    assert "unsafe-eval" not in policy(b"")
    assert not any("http" in value or "*" in value for value in directives.values())


@pytest.mark.parametrize(
    "options, status",
    [
        ({"kind": "http"}, 200),
        ({"kind": "http", "host": "evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"path": "/_stcore/stream", "client": "full"}, 503),
    ],
)
def test_every_response_has_the_headers(options: dict[str, Any], status: int) -> None:
    async def main() -> None:
        guard = Guard(Inner(), Limits())
        guard.open_sockets["full"] = 10_000
        path = options.pop("path", "/")
        async with InProcess(SecurityHeaders(guard), path, **options) as asked:
            assert asked.opening["status"] == status
            headers = {name.decode().lower(): value for name, value in asked.opening["headers"]}
            assert b"default-src 'self'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == b"nosniff"
            assert headers["referrer-policy"] == b"same-origin"

    finish(main())
