"""The grid of codes in Chromium: a code changed by hand, a digit drawn code by code."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_code_is_changed_by_click_and_key(open_page: Callable[..., Page]):
    page = open_page("/vae-vq")
    root = ready(page, "code-grid")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    grid = root.locator("canvas.grid")
    box = grid.bounding_box()
    side = min(box["width"], box["height"])
    left = (box["width"] - side) / 2
    grid.click(position={"x": left + 3.5 * side / 7, "y": 3.5 * side / 7})
    expect(root).to_have_attribute("data-place", "24")
    page.wait_for_url("**vvq_place=25**")
    palette = root.locator("canvas.codes")
    wide = palette.bounding_box()
    palette.click(position={"x": wide["width"] * 5.5 / 8, "y": wide["height"] * 0.5 / 8})
    expect(root).to_have_attribute("data-changed", "1")
    page.wait_for_url("**vvq_codes=24.5**")
    expect(page.locator(".st-key-inspector")).to_contain_text("vector to code 5")
    palette.press("ArrowRight")
    page.wait_for_url("**vvq_codes=24.6**")
    assert page.evaluate("performance.getEntriesByName('genmodels:code-grid:code').length")
    root.get_by_role("button", name="The encoder's codes").click()
    expect(root).to_have_attribute("data-changed", "0")


def test_the_prior_is_stepped_on_a_phone(open_page: Callable[..., Page]):
    link = "/vae-vq?vvq_section=Prior&vvq_step=20"
    page = open_page(link, width=390, height=844)
    root = ready(page, "code-grid")
    expect(root).to_have_attribute("data-step", "20")
    root.get_by_role("button", name="One code forward").click()
    expect(root).to_have_attribute("data-step", "21")
    page.wait_for_url("**vvq_step=21**")
    expect(page.locator(".st-key-inspector")).to_contain_text("Place 22")
    root.get_by_role("button", name="Draw 3").click()
    expect(root).to_have_attribute("data-sample", "2")
    page.wait_for_url("**vvq_sample=3**")
    expect(root).to_have_attribute("data-step", "21")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
