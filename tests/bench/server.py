"""The server: how soon it is there, what a hundred visitors wait, what the live socket costs.

All of it is on 127.0.0.1, with a bounded number of sessions for a bounded time.
"""

import asyncio
import contextlib
import itertools
import random
import shutil
import statistics
import struct
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import ROOT, Row, Served, chromium, percentile, row, served_app

PLAIN = Path(__file__).with_name("plain_page.py")
EVERY = 2.0
"""Seconds between two moves of one visitor's slider."""
MOVES = 8
"""Moves of each visitor that count; one more before them doesn't."""
SOCKETS = 10
DRAG_HZ = 60
DRAG_SECONDS = 5.0


def rows() -> list[Row]:
    return [*start(), *first_paint(), *capacity(), *live_sockets()]


# -- start -------------------------------------------------------------------------------------


def start() -> list[Row]:
    """Three fresh processes, beside Streamlit alone serving an empty page."""
    answers, warms, alone = [], [], []
    for _ in range(3):
        with served_app(warm=False) as app:
            answers.append(app.seconds)
            warms.append(app.wait_until_warm())
        with _as_shipped() as peer:
            alone.append(peer.seconds)
    return [
        row(
            "server start to its first answer",
            statistics.median(answers),
            statistics.median(alone),
            unit="s",
            note="peer: Streamlit with a plain script; files in the system's cache",
        ),
        row(
            "server start to Torch, models and data loaded",
            statistics.median(warms),
            unit="s",
            bar="< 8",
            note="pages are served meanwhile",
        ),
    ]


# -- first paint -------------------------------------------------------------------------------


def first_paint() -> list[Row]:
    """From navigation to a widget that shows its data, in Chromium, each in a new profile.

    First in a server that never loads Torch (`GENMODELS_WARM_UP=0`, live sockets held open in the
    browser and never answered): the page must be there without it. Then in one that has it.
    """
    found = []
    with chromium() as browser:
        for page, widget in (("/vae", "latent-pad"), ("/gmm", "em-player")):

            def paint(
                app: Served, live: bool = True, page: str = page, widget: str = widget
            ) -> float:
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                try:
                    tab = context.new_page()
                    if not live:
                        tab.route_web_socket("**/live/**", lambda socket: None)
                    begin = time.perf_counter()
                    tab.goto(app.url + page)
                    tab.locator(f'[data-widget="{widget}"][data-ready="true"]').wait_for()
                    return time.perf_counter() - begin
                finally:
                    context.close()

            with served_app(warm=False, environment={"GENMODELS_WARM_UP": "0"}) as app:
                without = paint(app, live=False)
                loaded = _has_torch(app)
            with served_app() as app:
                paint(app)
                with_torch = statistics.median(paint(app) for _ in range(3))
            found.append(
                row(
                    f"first paint of {page} on a server without Torch",
                    without,
                    with_torch,
                    unit="s",
                    note=f"libtorch in the process at the paint: {loaded}; peer: all warm",
                )
            )
    return found


def _has_torch(app: Served) -> str:
    maps = Path(f"/proc/{app.process.pid}/maps")
    if not maps.exists():
        return "unknown"
    return "yes" if "libtorch" in maps.read_text(encoding="utf-8") else "no"


# -- capacity ----------------------------------------------------------------------------------


def capacity() -> list[Row]:
    """Visitors who each move a slider every 2 s, through Streamlit's own stream."""
    found = []
    with _tuned(PLAIN) as app:
        twenty = reruns(app.url, 20, "", ["frequency", "height"])
        hundred = reruns(app.url, 100, "", ["frequency", "height"])
    with _as_shipped() as peer:
        shipped = reruns(peer.url, 20, "", ["frequency", "height"])
    found += [
        row(
            "20 visitors, plain page with a chart: rerun, median",
            statistics.median(twenty),
            statistics.median(shipped),
            note=f"95 %: {percentile(twenty, 0.95):.0f} ms; "
            f"peer: Streamlit as shipped, 95 %: {percentile(shipped, 0.95):.0f} ms",
        ),
        row(
            "100 visitors, the same page: rerun, median",
            statistics.median(hundred),
            bar="< 60 ms",
            note=f"95 %: {percentile(hundred, 0.95):.0f} ms",
        ),
    ]
    with served_app() as app:
        times = reruns(app.url, 100, "gmm", None)
    found.append(
        row(
            "100 visitors on /gmm, a slider each: rerun, median",
            statistics.median(times),
            bar="< 60 ms",
            note=f"95 %: {percentile(times, 0.95):.0f} ms; each rerun fits a mixture anew",
        )
    )
    return found


def reruns(url: str, visitors: int, page: str, labels: Sequence[str] | None) -> list[float]:
    """Milliseconds of every rerun but each visitor's first, from move to the last message.

    `labels` are the sliders to move; None takes all of the page.
    """
    return asyncio.run(asyncio.wait_for(_reruns(url, visitors, page, labels), 300))


async def _reruns(url: str, visitors: int, page: str, labels: Sequence[str] | None) -> list[float]:
    from tests.live.stream import Session

    opening = asyncio.Semaphore(4)  # a class doesn't open its pages in one instant
    everyone_in = asyncio.Barrier(visitors)

    async def visit(number: int) -> list[float]:
        chance = random.Random(number)
        session = Session(url, page)
        async with opening:
            await session.__aenter__()
        try:
            await everyone_in.wait()
            await asyncio.sleep(chance.uniform(0, EVERY))
            names = list(labels or session.sliders)
            times = []
            for turn in range(MOVES + 1):
                slider = session.sliders[names[turn % len(names)]]
                value = chance.randint(int(slider.low), int(slider.high))
                begin = asyncio.get_running_loop().time()
                times.append(1000 * await session.move(slider.label, value))
                spent = asyncio.get_running_loop().time() - begin
                await asyncio.sleep(max(0.0, EVERY - spent))
            return times[1:]
        finally:
            await session.__aexit__(None, None, None)

    found = await asyncio.gather(*(visit(number) for number in range(visitors)))
    return list(itertools.chain.from_iterable(found))


# -- the live socket ---------------------------------------------------------------------------


def live_sockets() -> list[Row]:
    """Ten pads dragged at 60 Hz: request to decoded picture, beside Nagle's algorithm left on."""
    with served_app() as app:
        ours = round_trips(app.url)
    with _tuned(ROOT / "pages" / "router.py", without=("    no_delay()\n",)) as app:
        delayed = round_trips(app.url)
    wanted = SOCKETS * DRAG_HZ * DRAG_SECONDS
    return [
        row(
            f"{SOCKETS} sockets at {DRAG_HZ} Hz, decode round trip, median",
            statistics.median(ours),
            statistics.median(delayed),
            note=f"95 %: {percentile(ours, 0.95):.1f} ms, {100 * len(ours) / wanted:.0f} % of the "
            f"frames; peer: without TCP_NODELAY, 95 %: {percentile(delayed, 0.95):.1f} ms",
        )
    ]


def round_trips(url: str, path: str = "/live/decode/mnist-2d") -> list[float]:
    """Milliseconds of every round trip of `SOCKETS` sockets, two requests in flight each."""
    return asyncio.run(asyncio.wait_for(_round_trips(url, path), 60))


async def _round_trips(url: str, path: str) -> list[float]:
    from websockets.asyncio.client import connect

    from genmodels.live.protocol import GOOD, request, split_reply

    async def drag(number: int) -> list[float]:
        chance = random.Random(number)
        times: list[float] = []
        async with connect(
            url.replace("http", "ws", 1) + path,
            origin=url,  # type: ignore[arg-type]
            compression=None,
            proxy=None,
        ) as socket:
            flying: dict[int, float] = {}

            async def read() -> None:
                async for frame in socket:
                    assert isinstance(frame, bytes)
                    sequence, status, body = split_reply(frame)
                    assert status == GOOD, body
                    times.append((time.perf_counter() - flying.pop(sequence)) * 1000)

            reader = asyncio.create_task(read())
            await asyncio.sleep(chance.uniform(0, 1 / DRAG_HZ))
            end = time.perf_counter() + DRAG_SECONDS
            for sequence in itertools.count():
                if time.perf_counter() > end:
                    break
                if len(flying) < 2:
                    z = struct.pack("<2f", chance.gauss(0, 1), chance.gauss(0, 1))
                    flying[sequence] = time.perf_counter()
                    await socket.send(request(sequence, z))
                await asyncio.sleep(1 / DRAG_HZ)
            while flying:
                await asyncio.sleep(0.01)
            await socket.close()
            await reader
        return times

    found = await asyncio.gather(*(drag(number) for number in range(SOCKETS)))
    return list(itertools.chain.from_iterable(found))


# -- servers to compare with -------------------------------------------------------------------


@contextlib.contextmanager
def _tuned(script: Path, without: Sequence[str] = ()) -> Iterator[Served]:
    """Our server with another script, or with some of its lines left out."""
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    place = 'Path(__file__).resolve().parent / "pages" / "router.py"'
    for part in (place, *without):
        if part not in source:
            raise RuntimeError(f"app.py has no {part!r} any more; the benchmark replaces it")
    source = source.replace(place, f"Path({str(script)!r})")
    for part in without:
        source = source.replace(part, "")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(source, encoding="utf-8")
        shutil.copytree(ROOT / ".streamlit", Path(folder) / ".streamlit")
        with served_app(app=Path(folder) / "app.py") as app:
            yield app


@contextlib.contextmanager
def _as_shipped() -> Iterator[Served]:
    """Streamlit with its defaults, on the plain page."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "plain.py"
        shutil.copy(PLAIN, script)
        # Torch and pandas in the process, as any app on these models has them: what the
        # collector walks through after each rerun.
        text = script.read_text(encoding="utf-8")
        script.write_text(text + "\nfrom genmodels import vae\nvae.load\n", encoding="utf-8")
        with served_app(
            app=script,
            warm=False,
            arguments=["--server.headless", "true", "--browser.gatherUsageStats", "false"],
        ) as app:
            yield app
