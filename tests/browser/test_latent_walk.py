"""The walk between two pins in Chromium: by mouse and by keyboard."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_pins_are_dragged_and_nudged(open_page: Callable[..., Page]):
    page = open_page("/vae-properties")
    root = ready(page, "latent-walk")
    expect(root).to_have_attribute("data-largest", re.compile(r"\d"))
    before = root.get_attribute("data-largest") or ""
    box = root.locator("canvas.map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"], steps=6)
    page.mouse.up()
    page.wait_for_url("**vpr_pins=**")
    expect(root).not_to_have_attribute("data-largest", before)
    pinned = root.get_attribute("data-a")
    root.locator("canvas.map").press("a")
    root.locator("canvas.map").press("Shift+ArrowRight")
    expect(root).not_to_have_attribute("data-a", pinned or "")
    assert page.evaluate("performance.getEntriesByName('genmodels:latent-walk:drag').length")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
