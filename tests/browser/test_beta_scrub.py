"""The scrubber over six betas and the rows of ten latents, in Chromium."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_beta_is_scrubbed_opened_and_kept(open_page: Callable[..., Page]):
    page = open_page("/vae-beta?vbt_beta=2")
    root = ready(page, "beta-scrub")
    expect(root).to_have_attribute("data-boards", "true")
    expect(root).to_have_attribute("data-beta", "2")
    root.get_by_label("Scrub to a beta").press("ArrowRight")
    expect(root).to_have_attribute("data-beta", "4")
    page.wait_for_url("**vbt_beta=4**")
    root.locator("canvas.map").press("End")
    expect(root).to_have_attribute("data-beta", "10")
    expect(root).to_have_attribute("data-gliding", "false")
    assert page.evaluate("performance.getEntriesByName('genmodels:beta-scrub:scrub').length")
    root.get_by_label("KL of this digit").click()
    page.wait_for_url("**vbt_open=digit**")
    expect(page.get_by_text("KL: the price of saying where z is")).to_be_visible()
    digit = root.get_attribute("data-digit")
    page.get_by_test_id("stNumberInputStepUp").click()
    expect(root).not_to_have_attribute("data-digit", digit or "")
    expect(root).to_have_attribute("data-beta", "10")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 390")


def test_a_latent_is_dragged_and_a_cell_opened(open_page: Callable[..., Page]):
    page = open_page("/vae-beta?vbt_section=Disentangle")
    root = ready(page, "factor-rows")
    expect(root).to_have_attribute("data-strips", "true")
    expect(root).to_have_attribute("data-drawn", "2")
    slider = root.get_by_label("factor-4, latent 5")
    slider.press("Home")
    expect(root).to_have_attribute("data-moved", ";1:4:-3")
    expect(root).to_have_attribute("data-drawn", "3")
    page.wait_for_url("**vbt_moved=factor-4**")
    root.get_by_role("button", name="nats of slant by z5").nth(1).click()
    expect(page.get_by_text("factor-4: what z5 tells of slant")).to_be_visible()
    expect(root).to_have_attribute("data-moved", ";1:4:-3")
    root.get_by_role("button", name="Back to its own code").click()
    expect(root).to_have_attribute("data-moved", ";")
