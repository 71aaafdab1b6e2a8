"""Bayes' theorem as areas in Chromium: lines dragged, keys, the zoom, what goes to Python."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.kit import frame
from pages.nb.theorem.table import TwoWay

from .conftest import ready


def areas(page: Page) -> Locator:
    return ready(page, "area-table")


def shown(root: Locator) -> TwoWay:
    names = ("data-prior", "data-if-true", "data-if-false")
    return TwoWay(*(float(root.get_attribute(name) or -1) for name in names))


def test_a_dragged_prior_moves_the_posterior_and_python_agrees(open_page: Callable[..., Page]):
    page = open_page("/nb-theorem?nbt_open=posterior-1")
    root = areas(page)
    whole = root.locator("canvas.whole")
    box = whole.bounding_box()
    assert box is not None
    length = min(box["width"] - 40, box["height"] - 60)
    left = box["x"] + (box["width"] - length) / 2
    y = box["y"] + 22 + length + 8
    page.mouse.move(left + 0.01 * length, y)
    page.mouse.down()
    for share in (0.2, 0.4, 0.5):
        before = root.get_attribute("data-prior")
        page.mouse.move(left + share * length, y, steps=3)
        expect(root).not_to_have_attribute("data-prior", before or "")
        measured = float(root.get_attribute("data-posterior") or 0)
        assert measured == pytest.approx(shown(root).posterior(), abs=1e-5)
    assert "nbt_prior" not in page.url
    page.mouse.up()
    page.wait_for_url("**nbt_prior=**")
    table = shown(root)
    assert table.prior == pytest.approx(0.5, abs=0.02)
    text = frame.full(table.posterior() or 0)
    expect(page.locator(".st-key-inspector")).to_contain_text(text)
    field = page.get_by_role("textbox", name="P(H)", exact=True)
    expect(field).to_have_value(f"{table.prior:.4g}")
    field.fill("1/4")
    field.press("Enter")
    expect(root).to_have_attribute("data-prior", "0.25")


def test_the_zoom_keys_and_a_number(open_page: Callable[..., Page]):
    page = open_page("/nb-theorem?nbt_shown=Of 1,000", width=390, height=844)
    root = areas(page)
    expect(root).to_have_attribute("data-zoom", "1.00")
    expect(root.locator(".status")).to_contain_text("Of 103 women")
    root.get_by_role("button", name="Given: negative test").click()
    expect(root).to_have_attribute("data-given", "not E")
    expect(root).to_have_attribute("data-zoom", "1.00")
    expect(root.locator(".status")).to_contain_text("Of 897 women")
    page.wait_for_url("**nbt_given=not+E**")
    root.get_by_role("button", name="All", exact=True).click()
    expect(root).to_have_attribute("data-zoom", "0.00")
    root.get_by_role("slider", name="P(positive test | no cancer)").press("Home")
    expect(root).to_have_attribute("data-if-false", "0")
    root.locator("[data-slot=evidence]").click()
    page.wait_for_url("**nbt_open=evidence-0**")
    expect(page.locator(".st-key-inspector")).to_contain_text("P(not E)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
