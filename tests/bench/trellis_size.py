"""The trellis at size: 10 states by 200 columns, 12 tags by 30 words; each mode, each zoom."""

import json
import re
import time
from typing import Any

from tests.bench import Row, chromium, percentile, row, served_app
from tests.bench.hmm import HZ, MEASURE, STEPS

WALK = "door wall wall wall window door wall wall window wall"
SENTENCE = (
    "When the train that we had waited for came in at last, nobody on the cold platform believed "
    "that it would ever leave again before the next long morning."
)


def rows() -> list[Row]:
    from urllib.parse import quote_plus

    robot = f"/hmm?hmm_preset=robot&hmm_obs={quote_plus(' '.join([WALK] * 20))}&hmm_step=0"
    tagging = f"/hmm-tagging?hmmt_text={quote_plus(SENTENCE)}&hmmt_step=0"
    table = payload_rows()
    with served_app() as served, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for mode in ("Viterbi", "forward", "posterior"):
            for zoomed_out in (False, True):
                table.append(
                    scrubbed(
                        page, f"{served.url}{robot}&hmm_mode={mode}", zoomed_out,
                        f"10 states x 200 steps, {mode}",
                    )
                )  # fmt: skip
        for mode in ("Viterbi", "posterior"):
            what = f"12 tags x 30 words, {mode}"
            table.append(scrubbed(page, f"{served.url}{tagging}&hmmt_mode={mode}", False, what))
    return table


def scrubbed(page: Any, address: str, zoomed_out: bool, what: str) -> Row:
    """The scrubber dragged to and fro at 60 Hz, a rehearsal first; 95th percentile of frames."""
    page.goto(address)
    page.wait_for_selector('[data-widget="trellis"][data-ready="true"]')
    root = page.locator('[data-widget="trellis"]')
    if zoomed_out:
        while root.get_attribute("data-zoom").split("/")[0] != "1":
            root.get_by_label("Zoom out").click()
    elif root.get_attribute("data-zoom").split("/")[0] == "1":
        root.get_by_label("Zoom in").click()
    said = root.locator("canvas.stage").get_attribute("aria-label")
    states, columns = re.findall(r"\d+", said)[:2]
    box = root.locator("input.scrub").bounding_box()
    across, middle = box["width"] - 16, box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    for _ in range(2):  # a rehearsal, whose measures the next drag clears
        page.evaluate("performance.clearMeasures()")
        begin = time.perf_counter()
        for i in range(1, STEPS + 1):
            turn = abs((i % 200) - 100) / 100
            page.mouse.move(box["x"] + 8 + across * (1 - turn), middle)
            time.sleep(max(0.0, begin + i / HZ - time.perf_counter()))
    page.mouse.up()
    times = page.evaluate(
        "(name) => performance.getEntriesByName(name).map((m) => m.duration)", MEASURE
    )
    return row(
        f"trellis, {what}{', zoomed out' if zoomed_out else ''}, 95th percentile",
        percentile(times, 0.95),
        bar="<= 16.7 ms",
        note=f"{len(times)} frames of {states} x {columns}, median {percentile(times, 0.5):.1f} ms",
    )


def payload_rows() -> list[Row]:
    """What 200 columns send to the browser, in kB."""
    from genmodels.kit.payload import encode
    from pages.hmm import trellis_run
    from pages.hmm.trellis_widget import packed

    seen, _ = trellis_run.observations_of("robot", " ".join([WALK] * 20))
    assert seen is not None
    tables = tuple(trellis_run.preset_tables("robot").values())
    table = []
    for mode in trellis_run.MODES:
        prepared = trellis_run.run("robot", tables, seen, mode, False).payload  # type: ignore[arg-type]
        plain = len(json.dumps(encode(prepared))) / 1000
        sent = {**prepared, "statuses": packed(prepared["statuses"])}
        table.append(
            row(
                f"trellis payload, 10 states x 200 steps, {mode}",
                len(json.dumps(encode(sent))) / 1000,
                unit="kB",
                note=f"{plain:.0f} kB with its status lines written out",
            )
        )
    return table
