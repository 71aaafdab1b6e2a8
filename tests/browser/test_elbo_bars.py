"""The ELBO's bars in Chromium: q dragged, drawn from again, samples scrubbed."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_bars_follow_q_and_the_gap_is_sampled_anew(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae-elbo")
    root = ready(page, "elbo-bars")
    kl, seed = root.get_attribute("data-kl"), root.get_attribute("data-seed")
    box = root.locator("canvas.map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 120, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=8)
    expect(root).not_to_have_attribute("data-kl", kl or "")
    expect(root).to_have_attribute("data-stale", "true")
    page.mouse.up()
    expect(root).to_have_attribute("data-stale", "false")  # Python sampled the new q
    page.wait_for_url(re.compile("vel_q="))
    assert page.evaluate("performance.getEntriesByName('genmodels:elbo-bars:drag').length")
    root.get_by_role("button", name="Draw anew").click()
    expect(root).not_to_have_attribute("data-seed", seed or "")
    root.locator('[data-number="gap"]').click()
    expect(page.locator(".st-key-inspector")).to_contain_text("what q misses")
    root.get_by_role("button", name="Encoder's q").click()
    expect(root).to_have_attribute("data-kl", kl or "")


def test_by_keys_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae-elbo", width=390, height=844, dark=True)
    root = ready(page, "elbo-bars")
    q = root.get_attribute("data-q")
    root.locator("canvas.map").press("Shift+ArrowRight")
    expect(root).not_to_have_attribute("data-q", q or "")
    root.locator("canvas.map").press("Home")
    expect(root).to_have_attribute("data-q", q or "")
    root.locator("canvas.gap").press("Home")
    expect(root).to_have_attribute("data-samples", "1")
    page.wait_for_url(re.compile("vel_n=1"))
    expect(root.locator(".status")).to_contain_text("1 draw:")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
