"""The editing sliders in Chromium, by keyboard."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_slider_edits_the_digit_and_its_number_opens(open_page: Callable[..., Page]):
    page = open_page("/vae-editing")
    root = ready(page, "edit-sliders")
    expect(root).to_have_attribute("data-measured", re.compile(r"\d"))
    before = root.get_attribute("data-measured")
    slider = root.get_by_label("slant")
    for _ in range(4):
        slider.press("PageUp")
    expect(root).not_to_have_attribute("data-measured", before or "")
    page.wait_for_url("**ved_t=**")
    root.get_by_title("Open the predicted width").click()
    expect(page.get_by_text("Predicted width")).to_be_visible()
    root.get_by_role("button", name="Hold the others").click()
    page.wait_for_url("**ved_held=0**")
    root.get_by_role("button", name="Back to 0").click()
    expect(root).to_have_attribute("data-t", "0.00,0.00,0.00,0.00")
    assert page.evaluate("performance.getEntriesByName('genmodels:edit-sliders:edit').length")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
