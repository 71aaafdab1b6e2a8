"""Three maps in Chromium: one digit on all, a place decoded by its own map."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_digit_is_found_on_all_maps_and_a_place_is_decoded(open_page: Callable[..., Page]):
    page = open_page("/vae-reduction")
    root = ready(page, "three-maps")
    expect(root).to_have_attribute("data-pictures", "true")
    root.locator("canvas.map").first.press("n")
    expect(root).to_have_attribute("data-selected", "0")
    page.wait_for_url("**vdr_digit=0**")
    expect(root.locator(".back p").nth(0)).to_contain_text("squared error")
    expect(root.locator(".back p").nth(1)).to_contain_text("no way back")
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    vae = root.locator("canvas.map").nth(2)
    vae.press("Shift+ArrowRight")
    expect(root.locator(".back p").nth(2)).to_contain_text("Decoded from z")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    page.wait_for_url("**vdr_at=VAE**")


def test_dragging_on_each_map(open_page: Callable[..., Page]):
    page = open_page("/vae-reduction")
    root = ready(page, "three-maps")
    for m, words in enumerate(("Decoded from z", "nearest of the 2,000", "Decoded from z")):
        box = root.locator("canvas.map").nth(m).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 60, steps=6)
        page.mouse.up()
        expect(root.locator(".back p").nth(m)).to_contain_text(words)
    assert page.evaluate("performance.getEntriesByName('genmodels:three-maps:drag').length")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
