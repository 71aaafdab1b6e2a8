"""The board of spam in Chromium: cut, cost, numbers and messages, read from data-*."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from genmodels.arithmetic import plain
from genmodels.runs import nb_threshold as runs
from genmodels.runs.nb_threshold import COSTS, FIRST_COST, Setup

from .conftest import ready

SETUP = Setup()
T = runs.tested(SETUP).curves


def test_the_cut_moves_counts_and_cost_and_a_number_opens(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold")
    root = ready(page, "threshold-board")
    stop = T.stop_at(0.0)
    expect(root).to_have_attribute("data-stop", str(stop))
    root.locator("canvas.scores").press("ArrowRight")
    root.locator("canvas.scores").press("PageUp")
    stop += 9
    expect(root).to_have_attribute("data-stop", str(stop))
    rows = root.locator(".rates tbody tr")
    for g, flagged in enumerate(runs.groups(SETUP).flagged[:, stop]):
        expect(rows.nth(g).locator("td").nth(1)).to_have_text(str(flagged))
    cost = runs.costs_of(T, 10.0)[stop]
    expect(root.locator("[data-open=cost]")).to_have_text(plain(float(cost)))
    root.locator("[data-open=precision]").click()
    expect(page.locator(".st-key-inspector")).to_contain_text(
        plain(T.tp[stop] / T.flagged[stop], 10)
    )
    page.wait_for_url("**nbd_open=precision**")


def test_the_cost_slider_moves_the_cheapest_cut_at_once(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold")
    root = ready(page, "threshold-board")
    slider = root.get_by_label("Cost of a false alarm")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    ratio = COSTS[FIRST_COST + 2]
    each = runs.costs_of(T, ratio)
    expect(root.locator("[data-read=cost]")).to_have_text(runs.COST_TEXTS[FIRST_COST + 2])
    expect(root.locator("[data-open=best]")).to_have_text(plain(float(each.min())))
    root.get_by_role("button", name="→ cheapest").click()
    expect(root).to_have_attribute("data-stop", str(each.argmin()))
    page.wait_for_url("**nbd_cost=50**")
    expect(root).to_have_attribute("data-stop", str(each.argmin()))


def test_a_wrong_message_opens_its_words(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold?nbd_test=Earlier+to+later")
    root = ready(page, "threshold-board")
    button = root.locator(".list").nth(1).locator("button").first
    expect(button).to_contain_text("spam")
    name = button.locator(".name").inner_text()
    button.click()
    expect(page.locator(".st-key-inspector")).to_contain_text(f"{name.capitalize()}: log-odds")
    page.wait_for_url(f"**nbd_message={name.split()[-1]}**")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_it_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/nb-threshold", width=width, height=height)
    box = ready(page, "threshold-board").locator(".status").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
