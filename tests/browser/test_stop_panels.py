"""The stop panels in Chromium: the slider moves everything at once, bars open, the point drags."""

import math
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from pages.nb.naive import boards

from .conftest import ready


def board(page: Page) -> Locator:
    return ready(page, "stop-panels")


def test_the_slider_moves_numbers_and_link(open_page: Callable[..., Page]):
    page = open_page("/nb-naive?nbn_section=Copied&nbn_stop=3")
    root = board(page)
    slider = root.locator("input[type=range]")
    for key, stop in (("ArrowRight", 4), ("End", 19), ("Home", 0), ("ArrowRight", 1)):
        slider.press(key)
        expect(root).to_have_attribute("data-stop", str(stop))
        sure = boards.exact("Copied", stop, 2.0, 0.5).sure
        expect(root.locator("[data-read=sure] b")).to_have_text(f"{100 * sure:.2f} %")
    page.wait_for_url(re.compile(r"nbn_stop=1(&|$)"))


def test_a_bar_opens_by_key_and_by_press(open_page: Callable[..., Page]):
    page = open_page("/nb-naive?nbn_section=Spam")
    root = board(page)
    root.locator("canvas.panel-parts").press("ArrowRight")
    expect(root).to_have_attribute("data-open", "part:0")
    expect(page.get_by_text("Reliability", exact=True).first).to_be_visible()
    page.wait_for_url("**nbn_open=part**")
    canvas = root.locator("canvas.panel-histogram")
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": 52, "y": box["height"] - 50})
    expect(root).to_have_attribute("data-open", "ham:0")
    root.locator("[data-read=wrong]").click()
    expect(page.get_by_text("Sure and wrong")).to_be_visible()


def test_the_point_is_dragged_and_nudged(open_page: Callable[..., Page]):
    page = open_page("/nb-naive?nbn_stop=25")
    root = board(page)
    canvas = root.locator("canvas.panel-plane")
    expect(root).to_have_attribute("data-at", "48,46")
    canvas.press("ArrowLeft")
    expect(root).to_have_attribute("data-at", "47,46")
    canvas.drag_to(
        canvas, source_position={"x": 150, "y": 150}, target_position={"x": 60, "y": 240}
    )
    expect(root).not_to_have_attribute("data-at", "47,46")
    i, j = map(int, (root.get_attribute("data-at") or "").split(","))
    model = boards.exact("Correlated", 25, 2.0, 0.5)
    x = boards.place((i, j))
    p = 1 / (1 + math.exp(-model.true_log_odds(*x)))
    shown = float((root.locator("[data-read=true] b").text_content() or "").replace("−", "-"))
    assert abs(shown - p) < max(2e-6, 0.01 * p)
    page.wait_for_url("**nbn_at=**")


def test_the_learning_curve_follows_alpha(open_page: Callable[..., Page]):
    page = open_page("/nb-teach?nbe_section=Learning+curve&nbe_draws=1")
    root = board(page)
    before = root.locator("[data-read=size-a] b").text_content()
    root.locator("input[type=range]").press("Home")
    expect(root).to_have_attribute("data-stop", "0")
    expect(root.locator("[data-read=size-a] b")).not_to_have_text(before or "")
