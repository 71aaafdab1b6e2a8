"""The film of a training in Chromium: scrubbed, and watched while it runs."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_the_film_steps_and_jumps(open_page: Callable[..., Page]):
    page = open_page("/vae-training")
    root = ready(page, "latent-movie")
    expect(root).to_have_attribute("data-steps", "59")
    stage = root.locator("canvas.stage")
    for key, step in (("ArrowRight", "1"), ("End", "59"), ("ArrowLeft", "58"), ("Home", "0")):
        stage.press(key)
        expect(root).to_have_attribute("data-step", step)
    curve = root.locator("canvas.curve")
    box = curve.bounding_box()
    assert box is not None
    curve.click(position={"x": box["width"] / 2, "y": 40})
    page.wait_for_url("**vtr_moment=**")
    expect(root.locator(".status")).to_contain_text("reconstruction")
    assert page.evaluate("performance.getEntriesByName('genmodels:latent-movie:scrub').length")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_a_training_is_watched_and_stopped(open_page: Callable[..., Page]):
    page = open_page("/vae-training?vtr_section=Train+one+now&vtr_seed=6")
    page.get_by_role("button", name="Train", exact=True).click()
    root = ready(page, "latent-movie")
    expect(root).to_have_attribute("data-steps", re.compile(r"[1-9]"), timeout=60_000)
    stop = page.get_by_role("button", name=re.compile("Stop|Another"))
    stop.click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=30_000)
