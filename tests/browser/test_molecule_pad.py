"""The map of molecules in Chromium: dragged, by keys, a token opened, a sheet on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_the_point_is_dragged_and_its_string_opens(open_page: Callable[..., Page]):
    page = open_page("/vae-molecules")
    root = ready(page, "molecule-pad")
    expect(root).to_have_attribute("data-smiles", re.compile("C"))
    before = root.get_attribute("data-at")
    pad = root.locator("canvas.map")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.7, steps=6)
    page.mouse.up()
    expect(root).not_to_have_attribute("data-at", before)
    page.wait_for_url(re.compile(r"vmo_at="))
    assert page.evaluate("performance.getEntriesByName('genmodels:molecule-pad:drag').length")
    # Only a place goes over the channel: the string is the server's, the number the page's own.
    expect(page.locator(".st-key-inspector")).to_contain_text("logP predicted at this point")
    root.get_by_role("button", name=re.compile("^Token 3:")).click()
    expect(page.locator(".st-key-inspector")).to_contain_text("Token 3:")
    held = root.get_attribute("data-at")
    pad.press("Shift+ArrowRight")
    expect(root).not_to_have_attribute("data-at", held)


def test_a_sheet_of_samples_fits_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-molecules?vmo_section=Samples", width=390, height=844, dark=True)
    root = ready(page, "molecule-pad")
    expect(root).to_have_attribute("data-cards", "24")
    valid = int(root.get_attribute("data-valid") or 0)
    assert root.locator(".card canvas.structure").count() == valid
    first = root.get_attribute("data-sheet")
    page.get_by_label("Seed").fill("4")
    page.get_by_label("Seed").press("Enter")
    expect(root).not_to_have_attribute("data-sheet", first)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
