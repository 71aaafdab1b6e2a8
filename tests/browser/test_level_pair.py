"""Two levels in Chromium: the upper dragged, each level redrawn, a digit's own on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_levels_are_dragged_redrawn_and_held(open_page: Callable[..., Page]):
    page = open_page("/vae-hierarchical")
    root = ready(page, "level-pair")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    pad = root.locator("canvas.pad")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3, steps=6)
    page.mouse.up()
    page.wait_for_url("**vhi_z2=**")
    assert page.evaluate("performance.getEntriesByName('genmodels:level-pair:drag').length")
    root.get_by_role("button", name="Redraw the upper").click()
    page.wait_for_url("**vhi_seed2=1**")
    root.get_by_role("button", name="Hold this lower level: picture 4").click()
    expect(root).to_have_attribute("data-pick", "3")
    page.wait_for_url("**vhi_pick=4**")
    before = root.get_attribute("data-z2")
    root.get_by_role("button", name="Go to this upper level: picture 2").click()
    expect(root).not_to_have_attribute("data-z2", before)
    root.get_by_role("button", name="Back to the start").click()
    expect(root).to_have_attribute("data-z2", "0.000,0.000")


def test_a_digits_levels_fit_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-hierarchical?vhi_source=A%20digit", width=390, height=844)
    root = ready(page, "level-pair")
    expect(root).to_have_attribute("data-pick", "-1")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    start = root.get_attribute("data-z2")
    root.locator("canvas.pad").press("ArrowRight")
    expect(root).not_to_have_attribute("data-z2", start)
    page.wait_for_url("**vhi_z2=**")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
