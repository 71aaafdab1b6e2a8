"""The sampler in Chromium: half steps by keyboard, the link, a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_component_is_picked_then_a_point_is_drawn(open_page: Callable[..., Page]):
    page = open_page("/gmm?gmm_section=Sample")
    root = ready(page, "sampler")
    made = root.locator("canvas.made")
    made.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "1")
    expect(root.locator(".status")).to_contain_text("falls on component")
    made.press("ArrowRight")
    expect(root).to_have_attribute("data-drawn", "1")
    expect(root.locator(".status")).to_contain_text("is carried to")
    page.wait_for_url("**gmm_draw=2**")
    made.press("End")
    expect(root).to_have_attribute("data-drawn", "100")
    made.press("Home")
    expect(root).to_have_attribute("data-drawn", "0")


def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page]):
    page = open_page("/gmm?gmm_section=Sample&gmm_draw=40", width=390, height=844)
    expect(ready(page, "sampler")).to_have_attribute("data-drawn", "20")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
