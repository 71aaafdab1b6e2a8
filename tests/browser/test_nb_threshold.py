"""The board of spam in Chromium: cut, cost, numbers and messages, read from data-*."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.kit.opened import plain
from pages.nb.threshold import case as runs
from pages.nb.threshold.case import COSTS, FIRST_COST, Setup

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


def figures(root: Locator) -> list[str]:
    """All that the board says in words, and where its cut is."""
    words = root.locator(".rates").inner_text().split()
    return [*words, root.locator(".status").inner_text(), str(root.get_attribute("data-stop"))]


def test_alpha_in_the_hand_brings_the_board_that_the_rerun_brings(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold?nbd_cut=3.5&nbd_open=easy")
    root = ready(page, "threshold-board")
    setup = Setup(alpha=5.0)
    stop = runs.tested(setup).curves.stop_at(3.5)
    assert stop != T.stop_at(3.5)
    slider = page.get_by_role("slider", name="Smoothing")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    # The live channel's board: only its paintings carry the name of a slider.
    page.wait_for_function(
        "() => performance.getEntriesByName('genmodels:threshold-board:slider').length > 0"
    )
    expect(root).to_have_attribute("data-board", f"{setup}")
    expect(root).to_have_attribute("data-stop", str(stop))
    early = figures(root)
    expect(root).to_have_attribute("data-early", "false")  # the rerun came
    page.wait_for_url("**nbd_alpha=5**")
    assert figures(root) == early
    assert plain(runs.tested(setup).curves.auc) in early


def test_an_older_rerun_does_not_take_the_board_back(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold")
    root = ready(page, "threshold-board")
    root.evaluate(
        """root => {
          window.boards = [];
          new MutationObserver(() => window.boards.push(root.dataset.board)).observe(root,
            { attributes: true, attributeFilter: ["data-board"] });
        }"""
    )
    slider = page.get_by_role("slider", name="Smoothing")
    alphas = [0.5, 0.1, 0.01, 0.001]
    for _ in alphas:
        slider.press("ArrowLeft")
    expect(root).to_have_attribute("data-board", f"{Setup(alpha=0.001)}")
    page.wait_for_url("**nbd_alpha=0.001**")
    expect(root).to_have_attribute("data-early", "false")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    shown = page.evaluate("window.boards")
    order = [f"{Setup(alpha=alpha)}" for alpha in alphas]
    assert shown == [board for board in order if board in shown]  # each at most once, in order
    page.get_by_role("button", name="Tomorrow's mail").click()
    expect(root).to_have_attribute("data-board", f"{Setup('time')}")


def test_a_cut_moved_before_the_rerun_came_stays(open_page: Callable[..., Page]):
    page = open_page("/nb-threshold")
    root = ready(page, "threshold-board")
    stop = runs.tested(Setup(alpha=2.0)).curves.stop_at(0.0)
    root.evaluate(
        """root => { window.movedTo = null; new MutationObserver(() => {
          if (root.dataset.early !== "true" || window.movedTo !== null) return;
          root.querySelector("canvas.scores").dispatchEvent(
            new KeyboardEvent("keydown", { key: "PageUp", cancelable: true }));
          window.movedTo = root.dataset.stop;
        }).observe(root, { attributes: true, attributeFilter: ["data-early"] }); }"""
    )
    page.get_by_role("slider", name="Smoothing").press("ArrowRight")
    page.wait_for_function("() => window.movedTo > 0")
    expect(root).to_have_attribute("data-early", "false")
    expect(root).to_have_attribute("data-stop", str(stop + 10))
    page.wait_for_url("**nbd_cut=**")
    expect(root).to_have_attribute("data-stop", str(stop + 10))
