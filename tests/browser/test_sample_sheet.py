"""The sheet of drawn digits in Chromium: narrowed, drawn again, opened."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_the_sheet_is_narrowed_drawn_again_and_opened(open_page: Callable[..., Page]):
    page = open_page("/vae-generate")
    root = ready(page, "sample-sheet")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    slider = root.get_by_label("Largest |z| allowed")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowLeft")
    expect(root).to_have_attribute("data-tau", "3.97")
    page.wait_for_url("**vgs_tau=397**")
    root.get_by_role("button", name="Draw again").click()
    expect(root).to_have_attribute("data-seed", "1")
    page.wait_for_url("**vgs_seed=1**")
    sheet = root.locator("canvas.sheet")
    sheet.press("ArrowRight")
    expect(root).to_have_attribute("data-selected", "0")
    expect(root.locator("figcaption").nth(1)).to_contain_text("Nearest of 2,000")
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    assert page.evaluate("performance.getEntriesByName('genmodels:sample-sheet:tau').length")


def test_the_sheet_fits_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-generate?vgs_model=cvae", width=390, height=844)
    root = ready(page, "sample-sheet")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
