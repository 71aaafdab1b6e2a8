"""Every pad and scrubber of the VAE's pages under the hand, beside the latent pad of `/vae`.

120 pointer moves at 60 Hz in headless Chromium, a circle on a pad, to and fro on a scrubber or a
slider. Each move comes at a moment of its own within its sixtieth of a second, drawn by chance: a
hand keeps no step with the screen, and moves that did would land in one frame or the next all run
long. Read from each widget's own User Timing measures, from `event.timeStamp` to after the paint,
the median of three runs. The peer is the latent pad, dragged in the same run: its own figures
stand in `latent`.
"""

import asyncio
import math
import statistics
import time
from typing import Any

import numpy as np

from tests.bench import Row, percentile, row, served_app

MOVES = 120
HZ = 60.0
RUNS = 3
PEER = ("latent pad", "/vae", "latent-pad", "canvas.pad", "circle")
PADS = (
    ("worked example's plane", "/vae-worked-example", "pass-steps",
     "canvas.plane-canvas", "circle"),
    ("the ELBO's q", "/vae-elbo", "elbo-bars", "canvas.map", "circle"),
    ("walk between two pins", "/vae-properties", "latent-walk", "canvas.map", "circle"),
    ("a stroke on the drawing pad", "/vae?vae_section=Draw", "digit-pad", "canvas.ink", "circle"),
    ("style in ten digits", "/vae-conditional", "style-row", "canvas.pad", "circle"),
    ("two levels", "/vae-hierarchical", "level-pair", "canvas.pad", "circle"),
    ("three maps", "/vae-reduction", "three-maps", "canvas.map", "circle"),
    ("VAE and GAN", "/vae-vs-gan", "gan-pair", "canvas", "circle"),
    ("molecules", "/vae-molecules", "molecule-pad", "canvas", "circle"),
    ("truncation of a sheet", "/vae-generate", "sample-sheet", "input[type=range]", "line"),
    ("attributes of a digit", "/vae-editing", "edit-sliders", "input[type=range]", "line"),
    ("scrub over beta", "/vae-beta", "beta-scrub", "input[type=range]", "line"),
    ("scrub over the training", "/vae-training", "latent-movie", "canvas.curve", "line"),
)  # fmt: skip
"""What it is, where, the widget, the element that is dragged, and how."""


async def opened(browser: Any, url: str, pad: tuple[str, ...]) -> Any:
    """The pad's page, ready, the element in view."""
    _, path, widget, element, _ = pad
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.goto(url + path)
    root = page.locator(f'[data-widget="{widget}"]').first
    await page.wait_for_selector(f'[data-widget="{widget}"][data-ready]')
    await root.locator(element).first.scroll_into_view_if_needed()
    here = f'[data-widget="{widget}"]'
    await page.wait_for_selector(f'{here}:not([data-live]), {here}[data-live="open"]')
    return page


async def drag(page: Any, pad: tuple[str, ...]) -> list[float]:
    """One drag, each move sent when its time has come; the measured times in ms."""
    _, _, widget, element, how = pad
    box = (
        await page.locator(f'[data-widget="{widget}"]').first.locator(element).first.bounding_box()
    )
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    across, down = 0.3 * box["width"], 0.3 * box["height"] * (how == "circle")
    await page.evaluate("performance.clearMeasures()")
    await page.mouse.move(*middle)
    await page.mouse.down()
    sent = []
    moments = np.arange(1, MOVES + 1) + np.random.default_rng(60).random(MOVES)
    begin = time.perf_counter()
    for i, moment in enumerate(moments.tolist(), 1):
        await asyncio.sleep(max(0.0, begin + moment / HZ - time.perf_counter()))
        turn = 2 * math.pi * i / 100
        x, y = middle[0] + across * math.sin(turn), middle[1] + down * math.sin(1.5 * turn)
        sent.append(asyncio.ensure_future(page.mouse.move(x, y)))
    await asyncio.gather(*sent)
    await page.mouse.up()
    times: list[float] = await page.evaluate(
        "(name) => performance.getEntriesByType('measure')"
        ".filter((m) => m.name.startsWith(name)).map((m) => m.duration)",
        f"genmodels:{widget}:",
    )
    return times


async def measured(browser: Any, url: str, pad: tuple[str, ...]) -> list[float]:
    """RUNS drags after one rehearsal, all their times."""
    page = await opened(browser, url, pad)
    kept: list[float] = []
    for run in range(RUNS + 1):
        times = await drag(page, pad)
        if run:
            kept += times
    await page.close()
    return kept


async def measure(url: str) -> dict[str, list[float] | str]:
    """The times of every pad, the peer's first; words where one could not be measured."""
    from playwright.async_api import async_playwright

    from tests.conftest import BROWSER, BROWSER_FLAGS

    if BROWSER is None:
        raise RuntimeError("no Chromium was found")
    kept: dict[str, list[float] | str] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        for pad in (PEER, *PADS):
            try:
                kept[pad[0]] = await measured(browser, url, pad) or "nothing was measured"
            except Exception as error:
                kept[pad[0]] = str(error).splitlines()[0]
        await browser.close()
    return kept


def rows() -> list[Row]:
    with served_app() as served:
        times = asyncio.run(measure(served.url))
    peer = times.pop(PEER[0])
    if isinstance(peer, str):
        return [Row(f"{PEER[0]} could not be measured: {peer}", math.nan)]
    found: list[Row] = []
    for name, values in times.items():
        if isinstance(values, str):
            found.append(Row(f"{name} could not be measured: {values}", math.nan))
            continue
        found.append(
            row(
                f"{name}, event to painted frame, median",
                statistics.median(values),
                statistics.median(peer),
                bar="<= 1.5",
                note=f"peer: the latent pad; p95 {percentile(values, 0.95):.0f} and "
                f"{percentile(peer, 0.95):.0f} ms, {len(values)} frames of {RUNS * MOVES} moves",
            )
        )
    return found
