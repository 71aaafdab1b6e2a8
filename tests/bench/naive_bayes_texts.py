"""Naive Bayes' editors and sliders in headless Chromium: from the key to the painted frame.

A slider is stepped by keys as a reader steps it, who looks at each stop, and dragged by the mouse.
"""

import statistics
import time
from typing import Any

from tests.bench import Row, chromium, percentile, served_app

TWO_FRAMES = 2000 / 60  # ms
REPAINT_BAR = 150.0  # ms, from a slider's key to the new numbers
SENTENCE = "Dear friend, please send the report about free credit before the meeting on Monday! "
KEYS = 200
KEYS_PER_SECOND = 12.0
LOOK_MS = 400  # at a slider's stop before the next key
STOPS = ["ArrowLeft"] * 3 + ["ArrowRight"] * 5 + ["ArrowLeft"] * 2
MOVES = 90
LENGTHS = {"short": 0, "250 words": 18, "7,500 characters": 90}


def rows() -> list[Row]:
    """The judged texts of both pages; the spam message's rows are in `naive_bayes`."""
    found: list[Row] = []
    with served_app() as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for path, name, sliders in (
            ("nb-genres", "genres", ("Smoothing",)),
            ("nb-sentiment", "sentiment", ("Smoothing", "Called 5 stars")),
        ):
            page.goto(f"{app.url}/{path}")
            found += [slider_row(page, "text-judge", name, slider) for slider in sliders]
            found += [key_row(page, "text-judge", name, length) for length in LENGTHS]
        page.goto(f"{app.url}/nb-sentiment?nbv_section=Held+out")
        found += [
            slider_row(page, "threshold-board", "sentiment's board", slider)
            for slider in ("Smoothing", "Called 5 stars")
        ]
    return found


def ready(page: Any, widget: str) -> None:
    """Wait until the widget shows its data, and an editor its own text's reading."""
    editor = "" if widget == "threshold-board" else '[data-connection="open"][data-current="true"]'
    page.wait_for_selector(f'[data-widget="{widget}"][data-ready="true"]{editor}')


def key_row(page: Any, widget: str, name: str, length: str) -> Row:
    """A sentence typed at a quick typist's rate at the end of a text."""
    ready(page, widget)
    page.fill("textarea", SENTENCE * LENGTHS[length])
    ready(page, widget)
    page.wait_for_timeout(1500)  # the page has heard of the text
    page.locator("textarea").press("Control+End")
    page.evaluate("performance.clearMeasures()")
    typed = (SENTENCE * KEYS)[:KEYS]
    page.locator("textarea").press_sequentially(typed, delay=1000 / KEYS_PER_SECOND)
    ready(page, widget)
    return measured(page, widget, f"{name}, {length}: key to painted contributions", TWO_FRAMES)


def slider_row(page: Any, widget: str, name: str, slider: str) -> Row:
    """A slider's keys, to the painted answer of the live channel."""
    ready(page, widget)
    page.get_by_role("slider", name=slider).focus()
    page.evaluate("performance.clearMeasures()")
    for key in STOPS * 2:
        page.keyboard.press(key)
        page.wait_for_timeout(LOOK_MS)
    ready(page, widget)
    return measured(page, widget, f"{name}, {slider}: key to repaint", REPAINT_BAR)


def drag_row(page: Any, widget: str, name: str, slider: str) -> Row:
    """The same slider's handle held and moved to and fro at 60 Hz."""
    ready(page, widget)
    handle = page.get_by_role("slider", name=slider)
    box, track = handle.bounding_box(), handle.locator("xpath=..").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.evaluate("performance.clearMeasures()")
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    begin = time.perf_counter()
    for i in range(1, MOVES + 1):
        share = abs(i / (MOVES / 4) % 2 - 1)
        page.mouse.move(track["x"] + 4 + share * (track["width"] - 8), middle)
        time.sleep(max(0.0, begin + i / 60 - time.perf_counter()))
    page.mouse.up()
    ready(page, widget)
    return measured(page, widget, f"{name}, {slider}: dragged, move to repaint", REPAINT_BAR)


def measured(page: Any, widget: str, what: str, bar: float) -> Row:
    """The 95th percentile of what the widget has timed since the measures were cleared."""
    page.wait_for_function(
        "w => performance.getEntriesByType('measure').some(m => m.name.startsWith(w))",
        arg=f"genmodels:{widget}:",
    )
    times = page.evaluate(
        "w => performance.getEntriesByType('measure').filter(m => m.name.startsWith(w))"
        ".map(m => m.duration)",
        f"genmodels:{widget}:",
    )
    p95 = percentile(times, 0.95)
    return Row(
        f"{what}, p95",
        p95,
        ratio=p95 / bar,
        bar="<= 1",
        note=f"of {bar:.0f} ms; median {statistics.median(times):.1f}, {len(times)} paints",
    )
