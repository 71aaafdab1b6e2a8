"""Benchmarks: ours beside a peer, both measured in the same run on the same machine.

`python -m tests.bench` runs all of them and prints one table; `python -m tests.bench gmm hmm` only
those. Each module here has `rows() -> list[Row]`. A slow figure is printed, never an error: what
counts is the ratio, and whoever reads the table judges it.
"""

import contextlib
import gc
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One thread a call, as on the server. It must be said before NumPy loads, so nothing above and
# nothing in this module's body imports it (tests.conftest does).
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROOT = Path(__file__).resolve().parents[2]
WARM_SECONDS = 60.0


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `ours` and `peer` are in `unit`; `ratio` is what `bar` speaks of (by default ours / peer);
    `note` says what the peer is and what else one must know.
    """

    what: str
    ours: float
    peer: float | None = None
    ratio: float | None = None
    bar: str = ""
    unit: str = "ms"
    note: str = ""


def row(
    what: str,
    ours: float,
    peer: float | None = None,
    *,
    bar: str = "",
    unit: str = "ms",
    note: str = "",
    faster: bool = False,
) -> Row:
    """A row with its ratio: ours / peer, or peer / ours where `faster` (times as fast)."""
    ratio = None
    if peer is not None and ours > 0 and peer > 0:
        ratio = peer / ours if faster else ours / peer
    return Row(what, ours, peer, ratio, bar, unit, note)


def milliseconds(call: Callable[[], Any]) -> float:
    """The time of one call, with the collector off meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        begin = time.perf_counter()
        call()
        return (time.perf_counter() - begin) * 1000
    finally:
        if collecting:
            gc.enable()


def alternate(*calls: Callable[[], Any], repetitions: int = 15, warm: int = 2) -> tuple[float, ...]:
    """The median time of each call in ms, the calls taking turns.

    Taking turns spreads what else the machine does evenly over all of them.
    """
    for call in calls:
        for _ in range(warm):
            call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repetitions):
        for call, kept in zip(calls, times, strict=True):
            kept.append(milliseconds(call))
    return tuple(statistics.median(kept) for kept in times)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values don't exceed."""
    if not values:
        raise ValueError("percentile needs at least one value")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium, as a Playwright `Browser`. Raises RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    from tests.conftest import BROWSER, BROWSER_FLAGS

    if BROWSER is None:
        raise RuntimeError("no Chromium was found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Served:
    """A running app: its address, its process, and the seconds from start to a good health check.

    `log` is what it printed so far.
    """

    url: str
    process: subprocess.Popen[bytes]
    seconds: float
    log: Path

    def wait_until_warm(self, seconds: float = WARM_SECONDS) -> float:
        """Return when models and data are loaded; the seconds from the process's start."""
        from tests.conftest import wait_until_served

        begin = time.monotonic()
        wait_until_served(f"{self.url}/live/ready", self.process, seconds)
        return self.seconds + time.monotonic() - begin


@contextlib.contextmanager
def served_app(
    *,
    app: Path = ROOT / "app.py",
    warm: bool = True,
    environment: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
) -> Iterator[Served]:
    """The app on a free port of 127.0.0.1; it ends with the block.

    `warm` waits until Torch, checkpoints and data are loaded, else only until it answers.
    """
    from tests.conftest import free_port, wait_until_served

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        begin = time.monotonic()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", str(app)),
                    *("--server.port", str(port), "--server.address", "127.0.0.1"),
                    *arguments,
                ],
                cwd=app.parent,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
            )
        try:
            wait_until_served(f"{url}/_stcore/health", process)
            served = Served(url, process, time.monotonic() - begin, log)
            if warm:
                served.wait_until_warm()
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
