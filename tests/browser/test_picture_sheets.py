"""Sheets of pictures in Chromium: pressed with the keyboard, on a phone; a run of one's own."""

from collections.abc import Callable

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
