"""The same z in VAE and GAN in Chromium: dragged, by keys; a film scrubbed; sheets on a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_z_is_dragged_in_both(open_page: Callable[..., Page]):
    page = open_page("/vae-vs-gan")
    root = ready(page, "gan-pair")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    before = root.get_attribute("data-sharpness")
    pad = root.locator("canvas.pad")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3, steps=6)
    page.mouse.up()
    page.wait_for_url("**vgn_z=**")
    expect(root).not_to_have_attribute("data-sharpness", before)
    assert page.evaluate("performance.getEntriesByName('genmodels:gan-pair:drag').length")
    # What the channel answered is what the page opens.
    shown = (root.get_attribute("data-sharpness") or "").split(",")[0]
    expect(page.locator(".st-key-inspector")).to_contain_text(shown[:6])
    held = root.get_attribute("data-z")
    pad.press("Shift+ArrowLeft")
    expect(root).not_to_have_attribute("data-z", held)
    pad.press("Home")
    expect(root).to_have_attribute("data-z", "0.000,0.000")


def test_the_film_is_stepped_and_sheets_fit_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-vs-gan?vgn_section=Training&vgn_moment=1")
    root = ready(page, "gan-movie")
    expect(root).to_have_attribute("data-step", "1")
    root.locator("canvas.curve").press("End")
    expect(root).to_have_attribute("data-step", "9")
    page.wait_for_url("**vgn_moment=9**")
    page = open_page("/vae-vs-gan?vgn_section=Samples", width=390, height=844, dark=True)
    root = ready(page, "picture-sheets")
    expect(root).to_have_attribute("data-sheets", "3")
    root.get_by_role("button", name=re.compile("^GAN, 2 latents: 3,")).click()
    expect(page.locator(".st-key-inspector")).to_contain_text("The same z in the VAE")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
