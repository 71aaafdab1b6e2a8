"""The forward pass's panels in Chromium: held, dragged, clicked, stepped, by keys."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_a_drag_moves_what_follows_and_numbers_open(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae-worked-example")
    root = ready(page, "pass-steps")
    elbo, kl = root.get_attribute("data-elbo"), root.get_attribute("data-kl")
    box = root.locator("canvas.plane-canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + 20, steps=8)
    expect(root).not_to_have_attribute("data-elbo", elbo or "")
    page.mouse.up()
    expect(root).to_have_attribute("data-kl", kl or "")  # KL doesn't depend on epsilon
    page.wait_for_url(re.compile("vwe_e="))
    assert page.evaluate("performance.getEntriesByName('genmodels:pass-steps:drag').length")
    root.locator("canvas.hidden-units").click()
    page.wait_for_url(re.compile("vwe_open=hidden"))
    expect(page.locator(".st-key-inspector")).to_contain_text("hidden layer")
    root.locator("canvas.output").click()
    expect(page.locator(".st-key-inspector")).to_contain_text(re.compile(r"Pixel in row 1[45]"))
    root.get_by_role("slider", name="μ₁").fill("1.5")
    expect(root).to_have_attribute("data-held", "m1")
    expect(root).not_to_have_attribute("data-kl", kl or "")
    root.get_by_role("button", name="Let go of what is held").click()
    expect(root).to_have_attribute("data-kl", kl or "")


def test_the_lectures_numbers_and_the_steps_by_keys(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae-worked-example", dark=True)
    root = ready(page, "pass-steps")
    page.locator('[data-testid="stColumn"]').get_by_role("button", name="The lecture's μ").click()
    expect(root).to_have_attribute("data-kl", "1.3439")
    expect(root).to_have_attribute("data-z", "1.4336,-1.1842")
    expect(page.locator(".st-key-inspector")).to_contain_text("hence 1.345")
    scrub = root.locator(".scrub")
    scrub.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    scrub.press("ArrowRight")
    expect(root.locator('[data-panel="2"]')).to_have_class(re.compile("now"))
    expect(root.locator('[data-panel="3"]')).to_have_class(re.compile("ahead"))


def test_interpolation_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae-worked-example?vwe_section=Interpolate", width=390, height=844)
    root = ready(page, "pass-steps")
    expect(root).to_have_attribute("data-z", "0.3000,-0.1500")
    root.get_by_role("slider", name="alpha").fill("1")
    expect(root).to_have_attribute("data-z", "-0.8000,0.9000")
    page.wait_for_url(re.compile("vwe_alpha=1"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
