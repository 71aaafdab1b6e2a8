"""Every pad and scrubber of the VAE's pages under the hand, beside the same without a server.

The protocol of `latent`: pointer moves in headless Chromium, a circle on a pad, to and fro on a
slider, each sent when its time has come. They come at 59 Hz, not at the screen's 60, so that one
run goes through every phase between hand and screen: at 60 Hz they would land early in a frame or
late, all run long. The floor is the same page with `pads_floor.js` in the place of `live.js`: it
gives answers that the server gave in the rehearsal, at once. Both pages draw at every tick of the
screen; left alone, headless Chromium draws the moment a move comes, between two ticks, which no
screen can show. Both are read from the widget's User Timing measures, from `event.timeStamp` to
after the paint; runs of the two take turns.
"""

import asyncio
import math
import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench import Row, percentile, row, served_app

MOVES = 150
HZ = 59.0
RUNS = 4
FLOOR = Path(__file__).with_name("pads_floor.js")
PADS = (
    ("latent pad", "/vae", "latent-pad", "canvas.pad", "circle"),
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


async def opened(browser: Any, url: str, pad: tuple[str, ...], floor: bool) -> Any:
    """The pad's page, ready, the element in view."""
    _, path, widget, element, _ = pad
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    if floor:

        async def stand_in(route: Any) -> None:
            server = route.request.url.endswith("?server")
            await (route.continue_() if server else route.fulfill(path=str(FLOOR)))

        await page.route("**/live.js*", stand_in)
    await page.goto(url + path)
    root = page.locator(f'[data-widget="{widget}"]').first
    await page.wait_for_selector(f'[data-widget="{widget}"][data-ready]')
    await root.locator(element).first.scroll_into_view_if_needed()
    here = f'[data-widget="{widget}"]'
    await page.wait_for_selector(f'{here}:not([data-live]), {here}[data-live="open"]')
    await page.evaluate("() => { const tick = () => requestAnimationFrame(tick); tick(); }")
    return page


async def drag(page: Any, pad: tuple[str, ...]) -> tuple[list[float], float]:
    """One drag: the measured times in ms, and frames painted a second."""
    _, _, widget, element, how = pad
    box = (
        await page.locator(f'[data-widget="{widget}"]').first.locator(element).first.bounding_box()
    )
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    across, down = 0.3 * box["width"], 0.3 * box["height"] * (how == "circle")
    await page.mouse.move(*middle)
    await page.mouse.down()
    await page.evaluate("performance.clearMeasures()")
    sent = []
    begin = time.perf_counter()
    for i in range(1, MOVES + 1):
        await asyncio.sleep(max(0.0, begin + i / HZ - time.perf_counter()))
        turn = 2 * math.pi * i / 100
        x, y = middle[0] + across * math.sin(turn), middle[1] + down * math.sin(1.5 * turn)
        sent.append(asyncio.ensure_future(page.mouse.move(x, y)))
    await asyncio.gather(*sent)
    seconds = time.perf_counter() - begin
    await page.mouse.up()
    times: list[float] = await page.evaluate(
        "(name) => performance.getEntriesByType('measure')"
        ".filter((m) => m.name.startsWith(name)).map((m) => m.duration)",
        f"genmodels:{widget}:",
    )
    return times, len(times) / seconds


async def measured(browser: Any, url: str, pad: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
    """RUNS drags of ours and of the floor, taking turns, after one rehearsal of each."""
    kept: tuple[list[Any], list[Any]] = ([], [])
    pages = [await opened(browser, url, pad, floor) for floor in (False, True)]
    for run in range(RUNS + 1):
        for page, results in zip(pages, kept, strict=True):
            await page.bring_to_front()
            result = await drag(page, pad)
            if run:
                results.append(result)
            else:
                await page.evaluate("window.benchFloor = true")
    for page in pages:
        await page.close()
    if not all(times for results in kept for times, _ in results):
        raise RuntimeError("a drag was not measured")
    return kept


async def measure(url: str) -> dict[str, Any]:
    """The drags of every pad, ours and the floor's; words where one could not be measured."""
    from playwright.async_api import async_playwright

    from tests.conftest import BROWSER, BROWSER_FLAGS

    if BROWSER is None:
        raise RuntimeError("no Chromium was found")
    kept: dict[str, Any] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        for pad in PADS:
            try:
                kept[pad[0]] = await measured(browser, url, pad)
            except Exception as error:
                kept[pad[0]] = str(error).splitlines()[0]
        await browser.close()
    return kept


def rows() -> list[Row]:
    with served_app() as served:
        drags = asyncio.run(measure(served.url))
    found: list[Row] = []
    for name, pair in drags.items():
        if isinstance(pair, str):
            found.append(Row(f"{name} could not be measured: {pair}", math.nan))
            continue
        ours, floor = ([t for times, _ in results for t in times] for results in pair)
        rates = [statistics.median(rate for _, rate in results) for results in pair]
        found.append(
            row(
                f"{name}, event to painted frame, median",
                statistics.median(ours),
                statistics.median(floor),
                bar="<= 1.5",
                note=f"peer: no server in the loop; p95 {percentile(ours, 0.95):.0f} and "
                f"{percentile(floor, 0.95):.0f} ms; frames a second {rates[0]:.0f} and "
                f"{rates[1]:.0f} of {HZ:.0f} moves (bar 55)",
            )
        )
    return found
