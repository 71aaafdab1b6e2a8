"""The density stage in Chromium: the cursor, EM's steps, its state read from data-*."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pages.gmm.density import case as density_run
from pages.gmm.density.case import Setup

from .conftest import ready

STEPS = len(density_run.models(Setup())) - 1


def test_em_is_stepped_and_the_link_holds_the_step(open_page: Callable[..., Page]):
    page = open_page("/gmm-density")
    root = ready(page, "density-stage")
    expect(root).to_have_attribute("data-step", str(STEPS))
    root.locator("canvas.stage").press("Home")
    expect(root).to_have_attribute("data-step", "0")
    expect(root.locator(".status")).to_contain_text("Start")
    page.wait_for_url(re.compile(r"gmmd_step=0"))
    root.get_by_role("button", name="One iteration forward").click()
    expect(root).to_have_attribute("data-iteration", "1")
    root.locator("input.scrub").fill("5")
    expect(root.locator(".status")).to_contain_text("Iteration 5")
    root.locator("select").select_option("4")
    root.locator("canvas.stage").press(" ")
    expect(root).to_have_attribute("data-step", str(STEPS))


def test_a_drag_reads_shares_and_opens_the_density(open_page: Callable[..., Page]):
    page = open_page("/gmm-density")
    root = ready(page, "density-stage")
    box = root.locator("canvas.stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 150)
    page.mouse.down()
    shares = root.locator(".shares")
    expect(shares).to_have_attribute("aria-label", re.compile(r"component \d 100 %"))
    left = shares.get_attribute("aria-label")
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 150, steps=5)
    expect(shares).not_to_have_attribute("aria-label", left or "")
    assert "gmmd_x" not in page.url
    page.mouse.up()
    page.wait_for_url("**gmmd_x=**")
    x = float(root.get_attribute("data-x") or "nan")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("mixture")
    inspector.get_by_text("Histogram", exact=True).click()
    expect(inspector).to_contain_text("histogram")
    expect(root).to_have_attribute("data-x", str(x))
    assert page.evaluate("performance.getEntriesByName('genmodels:density-stage:cursor').length")


def test_arrows_move_the_cursor(open_page: Callable[..., Page]):
    page = open_page("/gmm-density?gmmd_x=3")
    root = ready(page, "density-stage")
    before = float(root.get_attribute("data-x") or "nan")
    root.locator("canvas.stage").press("ArrowRight")
    expect(root).not_to_have_attribute("data-x", str(before))
    assert float(root.get_attribute("data-x") or "nan") > before
    page.wait_for_url(re.compile(r"gmmd_x=3\.\d+"))
    root.locator("canvas.stage").press("Escape")
    expect(root).to_have_attribute("data-x", "")


def test_a_finger_drags_the_cursor(open_page: Callable[..., Page]):
    page = open_page("/gmm-density", width=390, height=844, has_touch=True)
    root = ready(page, "density-stage")
    box = root.locator("canvas.stage").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    y = box["y"] + 80
    for kind, xs in [("touchStart", [0.4]), ("touchMove", [0.6]), ("touchEnd", [])]:
        points = [{"x": box["x"] + box["width"] * x, "y": y} for x in xs]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url("**gmmd_x=**")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_it_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/gmm-density", width=width, height=height)
    box = ready(page, "density-stage").locator(".transport").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
