"""The map of molecules in Chromium: dragged, by keys, a token opened, a sheet on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready

INKED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) inked += data[i] > 128;
  return inked / (data.length / 4);
}"""
"""The share of a canvas's pixels that are drawn on."""


def test_the_point_is_dragged_and_its_string_opens(open_page: Callable[..., Page]):
    page = open_page("/vae-molecules")
    root = ready(page, "molecule-pad")
    expect(root).to_have_attribute("data-smiles", re.compile("C"))
    expect(root).to_have_attribute("data-valid", "true")  # molecule 1's own code
    expect(root.locator(".verdict").first).to_contain_text("Valid: C₁₇H₂₂N₆O. Its own logP 1.87")
    for structure in root.locator("canvas.structure").all():
        assert structure.evaluate(INKED) > 0.01
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
    structures = root.locator(".card canvas.structure").all()
    assert len(structures) == valid
    assert min(structure.evaluate(INKED) for structure in structures) > 0.01
    first = root.get_attribute("data-sheet")
    page.get_by_label("Seed").fill("4")
    page.get_by_label("Seed").press("Enter")
    expect(root).not_to_have_attribute("data-sheet", first)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
