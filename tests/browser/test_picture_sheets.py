"""Sheets of pictures in Chromium: pressed with the keyboard, on a phone; a run of one's own."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_sample_is_opened_by_keyboard_on_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-augmentation?vau_section=Samples", width=390, height=844, dark=True)
    root = ready(page, "picture-sheets")
    expect(root).to_have_attribute("data-sheets", "3")
    sample = root.get_by_role("button", name="By the CVAE: asked for a 3").first
    sample.focus()
    sample.press("Enter")
    expect(sample).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".st-key-inspector")).to_contain_text("Is this sample a copy?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_seed_is_computed_until_it_is_stopped(open_page: Callable[..., Page]):
    page = open_page("/vae-augmentation?vau_seed=31")
    page.get_by_role("button", name="Compute this seed").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Compute this seed")).to_be_visible()
    expect(page.get_by_text("CVAE samples less labels alone")).to_be_visible()


def test_a_bar_opens_its_samples_which_are_saved_as_a_picture(open_page: Callable[..., Page]):
    page = open_page("/vae-vs-gan?vgn_section=Measured")
    bar = page.locator(".st-key-vgn_histogram .bars .point path").nth(7)
    bar.wait_for()
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**vgn_read=7**")
    root = ready(page, "picture-sheets")
    expect(root).to_contain_text("are read as a 7")
    page.get_by_role("radio", name="2", exact=True).click()
    expect(root).to_contain_text("are read as a 2")
    with page.expect_download() as saved:
        root.get_by_role("button", name="PNG").click()
    data = Path(saved.value.path()).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(data[i : i + 4], "big") for i in (16, 20))
    assert width >= 12 * 60  # twelve to a row, at twice their size
    assert height == 26 + 2 * 60 + 10
