"""What all tests share: seeds, a running app, a browser."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
BROWSER = next(
    (
        path
        for name in ("GENMODELS_CHROMIUM", "chromium", "chromium-browser", "google-chrome")
        if (path := os.environ.get(name) or shutil.which(name))
    ),
    None,
)
REQUIRED = os.environ.get("GENMODELS_REQUIRE_BROWSER") == "1"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if BROWSER is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="no Chromium found"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if BROWSER is None:
        terminalreporter.write_line(
            "No Chromium was found: the browser tests were skipped. Install Debian's `chromium`, "
            "or name a binary in GENMODELS_CHROMIUM."
        )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240607)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when `url` answers; raise with the exit code if the server ended first."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=0.1)
                raise RuntimeError(f"the server ended with code {code}") from None
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The whole app, served on a free port of this machine for the test run."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_served(f"{url}/_stcore/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
