"""The app as it is served: a real process, real sockets."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from pathlib import Path

import pytest
from starlette.applications import Starlette
from streamlit import config
from websockets.exceptions import ConnectionClosed, InvalidStatus

from genmodels.live.protocol import LiveRoute
from genmodels.live.server import WarmUp, no_delay
from pages import live
from tests.conftest import ROOT, free_port, wait_until_served
from tests.live.harness import InProcess, ask, dial, finish
from tests.live.stream import Session

PATHS = [route.path for route in live.routes() if isinstance(route, LiveRoute)][:-1]

# Put at the end of a copy of app.py: tells which of the accepted sockets have TCP_NODELAY.
PROBE = """
import os, socket
from starlette.responses import JSONResponse
from starlette.routing import Route

async def probe(request):
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            each = socket.socket(fileno=int(name))
        except OSError:
            continue
        try:
            each.getpeername()
            if each.family in (socket.AF_INET, socket.AF_INET6):
                found.append(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        except OSError:
            pass
        finally:
            each.detach()
    return JSONResponse(found)

app._user_routes.append(Route("/live/probe", probe))
"""


def get(url: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@contextlib.contextmanager
def serving(command: list[str], folder: Path, **environment: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *[part.replace("PORT", str(port)) for part in command]],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GENMODELS_WARM_UP": "0", **environment},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_served(f"{url}/_stcore/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


ADDRESS = ["--server.port", "PORT", "--server.address", "127.0.0.1"]
STREAMLIT = ["streamlit", "run", "probe.py", *ADDRESS]
BROKEN = """
import streamlit as st
st.title("Before")
if st.button("break"):
    raise RuntimeError("a secret of the server")
st.text("whole")
"""
APP = ["streamlit", "run", "app.py", *ADDRESS]
UVICORN = ["uvicorn", "probe:app", "--port", "PORT", "--log-level", "warning"]


def place_app(folder: Path, old: str, new: str, more: str = "") -> None:
    """A copy of app.py as `folder`/probe.py, with our configuration beside it."""
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    assert old in source
    (folder / "probe.py").write_text(source.replace(old, new) + more, encoding="utf-8")
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the probe needs /proc")
@pytest.mark.parametrize("command", [STREAMLIT, UVICORN], ids=["streamlit run", "uvicorn"])
def test_accepted_sockets_have_no_delay(command: list[str], tmp_path: Path) -> None:
    place_app(tmp_path, "Path(__file__).resolve().parent", f"Path({str(ROOT)!r})", PROBE)
    with serving(command, tmp_path) as url, dial(url, PATHS[0]):
        options = json.loads(get(f"{url}/live/probe")[2])
        assert len(options) >= 2  # the WebSocket, and the request that asks
        assert all(options), options


def test_no_delay_is_what_makes_the_difference() -> None:
    """A listener as `streamlit run` makes it, before and after: accepted sockets inherit it."""

    def accepted(listener: socket.socket) -> int:
        with socket.create_connection(listener.getsockname()):
            server, _ = listener.accept()
            with server:
                return server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not accepted(listener)
        assert no_delay() >= 1
        assert accepted(listener)
        assert listener.fileno() >= 0, "the listener stays open"


def test_sockets_are_bounded_and_full_says_so() -> None:
    with (
        serving(APP, ROOT, GENMODELS_MAX_SOCKETS_PER_CLIENT="2") as url,
        dial(url, PATHS[0]) as one,
        dial(url, PATHS[0]),
    ):
        with dial(url, PATHS[0]) as third, pytest.raises(ConnectionClosed) as closed:
            third.recv(timeout=15)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        assert "2 connections already" in closed.value.rcvd.reason
        with pytest.raises(InvalidStatus) as refused:
            dial(url, "/_stcore/stream")
        assert refused.value.response.status_code == 503
        assert ask(one, 1, b"")[:2] == (1, 1), "those who were there stay served"


def test_a_failing_page_says_so_in_plain_words(tmp_path: Path) -> None:
    """No traceback, no path, no message of the exception; and the session goes on."""
    script = tmp_path / "broken_page.py"
    script.write_text(BROKEN, encoding="utf-8")
    place_app(
        tmp_path, 'Path(__file__).resolve().parent / "pages" / "router.py"', f"{str(script)!r}"
    )

    async def visit(url: str) -> None:
        async with Session(url) as session:
            await session.press("break")
            said = session.texts()
            assert "This page failed" in said
            for secret in ("secret", "Traceback", "RuntimeError", "broken_page", str(tmp_path)):
                assert secret not in said
            await session.rerun()
            assert "whole" in session.texts()
            assert "This page failed" not in session.texts()

    with serving(STREAMLIT, tmp_path) as url:
        finish(visit(url))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/gmm",
        "/_stcore/health",
        "/_stcore/host-config",
        "/live/ready",
        "/static/none.js",
        "/media/none",
        "/_stcore/bidi-components/none/none.js",
    ],
)
def test_every_kind_of_response_has_the_headers(app_url: str, path: str) -> None:
    _, headers, _ = get(app_url + path)
    assert re.search(r"script-src 'self' blob: 'sha256-", headers["Content-Security-Policy"])
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_foreign_host_is_refused(app_url: str) -> None:
    status, headers, body = get(app_url, Host="evil.example")
    assert status == 421
    assert b"evil" not in body
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*PATHS, "/_stcore/stream"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_foreign_page_opens_no_socket(app_url: str, path: str, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        dial(app_url, path, origin=origin)
    assert refused.value.response.status_code == 403
    assert "Content-Security-Policy" in refused.value.response.headers


def test_our_own_page_opens_streamlits_stream(app_url: str) -> None:
    with dial(app_url, "/_stcore/stream", subprotocols=["streamlit"]) as stream:
        assert stream.subprotocol == "streamlit"


def test_an_unknown_model_is_told_and_the_socket_lives_on(app_url: str) -> None:
    with dial(app_url, "/live/decode/nothing") as unknown:
        for sequence in (1, 2):
            got, status, body = ask(unknown, sequence, b"\x00" * 8)
            assert (got, status) == (sequence, 1)
            assert b"/live/decode/mnist-2d" in body


@pytest.mark.parametrize("path", PATHS)
def test_a_frame_far_too_long_closes_only_its_socket(app_url: str, path: str) -> None:
    with dial(app_url, path) as innocent:
        with dial(app_url, path) as socket:
            socket.send(b"\x00" * 1_000_000)
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=15)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        assert ask(innocent, 9, b"")[0] == 9


# -- configuration -----------------------------------------------------------------------------


def test_every_option_is_one_that_streamlit_knows() -> None:
    tables = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    known = config._config_options_template
    for table, options in tables.items():
        if table != "theme":
            assert not {f"{table}.{name}" for name in options} - set(known)


@pytest.mark.parametrize(
    "option, value",
    [
        ("server.headless", True),
        ("server.fileWatcherType", "none"),
        ("server.maxUploadSize", 5),
        ("server.maxMessageSize", 32),
        ("server.disconnectedSessionTTL", 60),
        ("server.websocketPingInterval", 20),
        ("browser.gatherUsageStats", False),
        ("client.showErrorDetails", "none"),
        ("client.showErrorLinks", False),
        ("client.toolbarMode", "viewer"),
        ("runner.postScriptGC", False),
    ],
)
def test_options_have_their_values(option: str, value: object) -> None:
    tables = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    table, name = option.split(".")
    assert tables[table][name] == value


# -- start -------------------------------------------------------------------------------------


def test_ready_tells_before_and_after() -> None:
    async def status(warm_up: WarmUp) -> int:
        app = Starlette(routes=[warm_up.route()])
        async with InProcess(app, "/live/ready", kind="http") as asked:
            return int(asked.opening["status"])

    warm_up = WarmUp()
    assert finish(status(warm_up)) == 503
    warm_up.seconds = 1.0
    assert finish(status(warm_up)) == 200


def test_pages_are_served_without_torch_and_rdkit() -> None:
    """With the warm-up held back the server's start needs neither Torch nor RDKit."""
    code = "import sys, app; sys.exit('torch' in sys.modules or 'rdkit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_running_app_gets_warm(app_url: str) -> None:
    end = time.monotonic() + 60
    answer = (503, None, b"")
    while answer[0] != 200 and time.monotonic() < end:
        with contextlib.suppress(OSError):
            answer = get(f"{app_url}/live/ready")  # type: ignore[assignment]
    assert json.loads(answer[2])["ready"]
