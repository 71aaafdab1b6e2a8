"""The latent drag: pointer event to painted digit, against the same pad decoding in the page.

300 pointer moves at 60 Hz in headless Chromium. The floor is the same page, the same widget and
the same weights, with `live.js` replaced by `latent_floor.js`, which decodes in JavaScript: what is
left is the browser's own time. Both are read from the widget's User Timing measures, from
`event.timeStamp` to after the paint. Runs of the two take turns.
"""

import asyncio
import math
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import Row, percentile, row, served_app

MOVES = 300
HZ = 60.0
RUNS = 7
MEASURE = "genmodels:latent-pad:drag"
FLOOR = Path(__file__).with_name("latent_floor.js")


def decoder_weights() -> bytes:
    """The decoder's weights and biases as float32, layer by layer, for the floor."""
    from genmodels import vae

    model = vae.load("mnist-2d")
    layers = (model.decoder_hidden, model.decoder_pixels)
    return b"".join(
        tensor.numpy().astype("<f4").tobytes()
        for layer in layers
        for tensor in (layer.weight, layer.bias)
    )


async def open_pad(browser: Any, url: str, weights: bytes | None) -> Any:
    """A page whose pad is ready and has drawn one answer; with `weights` it decodes in the page."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    if weights is not None:
        await page.route(
            "**/genmodels.latent-pad/core/live.js*", lambda route: route.fulfill(path=str(FLOOR))
        )
        await page.route("**/bench-weights.bin", lambda route: route.fulfill(body=weights))
    await page.goto(f"{url}/vae")
    pad = '[data-widget="latent-pad"][data-live="open"][data-pictures="true"]'
    await page.wait_for_selector(f'{pad}:not([data-drawn="0"])')
    return page


async def drag(page: Any) -> tuple[list[float], float]:
    """One drag around the pad: the measured times in ms, and frames painted a second.

    Like a mouse, it sends each move when its time has come, whether or not the page has answered
    the last.
    """
    box = await page.locator("canvas.pad").bounding_box()
    middle, across = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), box["width"] / 4
    await page.evaluate("performance.clearMeasures()")
    await page.mouse.move(middle[0] + across, middle[1])
    await page.mouse.down()
    sent = []
    begin = time.perf_counter()
    for i in range(1, MOVES + 1):
        await asyncio.sleep(max(0.0, begin + i / HZ - time.perf_counter()))
        turn = 2 * math.pi * i / 100
        x, y = middle[0] + across * math.cos(turn), middle[1] + across * math.sin(1.5 * turn)
        sent.append(asyncio.ensure_future(page.mouse.move(x, y)))
    await asyncio.gather(*sent)
    seconds = time.perf_counter() - begin
    await page.mouse.up()
    times = await page.evaluate(
        "(name) => performance.getEntriesByName(name).map((m) => m.duration)", MEASURE
    )
    return times, len(times) / seconds


async def measure(url: str, weights: bytes) -> tuple[list[Any], list[Any]]:
    """RUNS drags of ours and of the floor, taking turns, after one rehearsal of each."""
    from playwright.async_api import async_playwright

    from tests.conftest import BROWSER, BROWSER_FLAGS

    if BROWSER is None:
        raise RuntimeError("no Chromium was found")
    kept: tuple[list[Any], list[Any]] = ([], [])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        pages = [await open_pad(browser, url, None), await open_pad(browser, url, weights)]
        for run in range(RUNS + 1):
            for page, results in zip(pages, kept, strict=True):
                await page.bring_to_front()
                result = await drag(page)
                if run:
                    results.append(result)
        await browser.close()
    return kept


def rows() -> list[Row]:
    weights = decoder_weights()
    with served_app() as served:
        ours, floor = asyncio.run(measure(served.url, weights))
    all_ours = [t for times, _ in ours for t in times]
    all_floor = [t for times, _ in floor for t in times]
    medians = ", ".join(f"{statistics.median(times):.1f}" for times, _ in ours)
    return [
        row(
            "latent drag, event to painted frame, median",
            statistics.median(all_ours),
            statistics.median(all_floor),
            bar="<= 1.5",
            note=f"peer: decoded in the page; runs {medians} ms",
        ),
        row(
            "latent drag, event to painted frame, 95th percentile",
            percentile(all_ours, 0.95),
            percentile(all_floor, 0.95),
        ),
        row(
            "latent drag, frames painted a second",
            float(np.median([rate for _, rate in ours])),
            float(np.median([rate for _, rate in floor])),
            bar=">= 55",
            unit="fps",
            note=f"{MOVES} moves at {HZ:.0f} Hz; the bar is for ours alone",
        ),
    ]
