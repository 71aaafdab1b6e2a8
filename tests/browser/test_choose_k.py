"""Choosing K in Chromium: progress that ends, cancel and continue, a clicked fit, watched."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import ready

OPEN = "/gmm?gmm_section=Choose+K"


def point_of(page: Page, name: str, K: int) -> tuple[float, float]:
    """A curve's point on the screen, by the chart's own axes."""
    page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for()
    place = page.evaluate(
        """([name, K]) => {
          const plot = document.querySelector(".js-plotly-plot");
          const trace = plot.data.find((t) => t.name === name);
          const { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          const at = Array.from(trace.x).indexOf(K);
          return [
            box.left + xaxis._offset + xaxis.l2p(trace.x[at]),
            box.top + yaxis._offset + yaxis.l2p(trace.y[at]),
          ];
        }""",
        [name, K],
    )
    return place[0], place[1]


def finished(page: Page) -> None:
    expect(page.get_by_text("Lowest BIC")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)


def test_progress_shows_and_ends_with_the_lesson(open_page: Callable[..., Page]):
    page = open_page(OPEN)
    expect(page.get_by_text(re.compile(r"^\d+ of 40 fits$"))).to_be_visible()
    finished(page)
    expect(page.get_by_text("Lowest BIC")).to_contain_text("full K = 2, tied K = 3")


def test_cancel_keeps_what_is_done_and_continue_goes_on(open_page: Callable[..., Page]):
    page = open_page(OPEN + "&gmm_seed=71")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 40 fits"))).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(re.compile(r"Stopped after"))).to_have_count(0)
    finished(page)


def test_a_clicked_fit_opens_and_is_watched(open_page: Callable[..., Page]):
    page = open_page(OPEN)
    finished(page)
    page.mouse.click(*point_of(page, "tied", 3))
    expect(page.get_by_text("tied, K = 3: the best of")).to_be_visible()
    page.wait_for_url(re.compile(r"gmm_k=3"))
    assert "gmm_cov=tied" in page.url
    page.get_by_role("button", name="Watch this fit").click()
    root = ready(page, "em-player")
    expect(root).to_be_visible()
    page.wait_for_url(lambda url: "Choose" not in url)
    expect(page.get_by_text("BIC 2314.4")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page], dark: bool):
    page = open_page(OPEN, width=390, height=844, dark=dark)
    finished(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
