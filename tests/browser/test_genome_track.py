"""The genome track in Chromium: zoom, pan, keys, EM's scrubber, the link."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready

URL = "/hmm-dna"


def test_the_wheel_zooms_and_a_click_opens_a_base(open_page: Callable[..., Page]) -> None:
    page = open_page(URL)
    root = ready(page, "genome-track")
    expect(root).to_have_attribute("data-last", "48501")
    box = page.locator("canvas.main").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    for _ in range(3):
        page.mouse.wheel(0, -300)
    expect(root).not_to_have_attribute("data-last", "48501")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    expect(root).to_have_attribute("data-base", re.compile(r"\d+"))
    base = int(root.get_attribute("data-base") or "")
    page.get_by_text(f"Posterior of base {base + 1:,}").wait_for()
    expect(page).to_have_url(re.compile(f"hmmd_base={base + 1}"))


def test_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page(URL)
    root = ready(page, "genome-track")
    page.locator("canvas.main").focus()
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-cursor", "0")
    page.keyboard.press("n")
    expect(root).to_have_attribute("data-cursor", "176")
    page.keyboard.press("n")
    expect(root).to_have_attribute("data-cursor", "22499")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-base", "22498")
    page.keyboard.press("ArrowUp")
    expect(root).not_to_have_attribute("data-first", "0")
    page.get_by_text("Posterior of base 22,499").wait_for()
    page.keyboard.press("0")
    expect(root).to_have_attribute("data-first", "0")


def test_em_is_scrubbed_and_the_link_opens_it_again(open_page: Callable[..., Page]) -> None:
    page = open_page(URL)
    root = ready(page, "genome-track")
    steps = root.get_attribute("data-steps") or ""
    expect(root).to_have_attribute("data-step", steps)
    page.get_by_label("First").click()
    expect(root).to_have_attribute("data-step", "0")
    expect(page).to_have_url(re.compile("hmmd_it=0"))
    again = open_page(page.url[page.url.index("/hmm-dna") :])
    expect(ready(again, "genome-track")).to_have_attribute("data-step", "0")


def test_islands_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(f"{URL}?hmmd_section=CpG+islands&hmmd_view=19000-21000", width=390, dark=True)
    root = ready(page, "genome-track")
    expect(root).to_have_attribute("data-first", "18999")
    expect(page.locator(".run.off")).to_be_hidden()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
