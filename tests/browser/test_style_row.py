"""The pad of styles in Chromium: dragged, turned to another digit, kept in the link."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready


def test_one_style_is_dragged_through_ten_digits(open_page: Callable[..., Page]):
    page = open_page("/vae-conditional")
    root = ready(page, "style-row")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    before = root.get_attribute("data-z")
    box = root.locator("canvas.pad").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(middle[0] + 9 * step, middle[1] - 6 * step)
    page.mouse.up()
    page.wait_for_url("**vcd_z=**")
    assert root.get_attribute("data-z") != before
    root.get_by_role("button", name="Show the 8s of this plane").click()
    expect(root).to_have_attribute("data-y", "8")
    page.wait_for_url("**vcd_y=8**")
    pad = root.locator("canvas.pad")
    pad.press("5")
    expect(root).to_have_attribute("data-y", "5")
    z = root.get_attribute("data-z")
    page.wait_for_url("**vcd_y=5**")
    page.reload()
    root = ready(page, "style-row")
    expect(root).to_have_attribute("data-y", "5")
    assert root.get_attribute("data-z") == z
    root.get_by_role("button", name="Its own style").click()
    expect(root).to_have_attribute("data-z", before or "")


def test_the_styles_fit_a_phone(open_page: Callable[..., Page]):
    page = open_page("/vae-conditional?vcd_z=1,1", width=390, height=844)
    root = ready(page, "style-row")
    expect(root).to_have_attribute("data-z", "1.000,1.000")
    expect(root).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_drag_leaves_no_trail(open_page: Callable[..., Page]):
    page = open_page("/vae-conditional")
    root = ready(page, "style-row")
    page.locator("[data-planes=true]").wait_for()
    pad = root.locator("canvas.pad")
    box = pad.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for dx, dy in [(30, -20), (150, 40), (-160, 120), (-40, -300), (60, 10)]:
        page.mouse.move(middle[0] + dx, middle[1] + dy)
        drawn = int(root.get_attribute("data-drawn") or 0)
        page.mouse.move(middle[0] + dx + 2, middle[1] + dy)
        expect(root).not_to_have_attribute("data-drawn", str(drawn))
    page.mouse.up()
    page.wait_for_url("**vcd_z=**")
    dragged = pad.evaluate("canvas => canvas.toDataURL()")
    only = root.get_by_role("checkbox", name="only its own dots")
    only.check()  # the whole pad is drawn anew, twice
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before", arg=[pad.element_handle(), dragged]
    )
    only.uncheck()
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() === before", arg=[pad.element_handle(), dragged]
    )
