"""The bound under the player in Chromium: it scrubs, it says what a half step did, it writes F."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from genmodels.datasets import clustering
from pages.gmm.em import guarantee
from pages.gmm.mixture_run import Setup

from .conftest import ready

LINK = "/gmm?gmm_section=Guarantee"
SETUP = Setup(clustering.load("old_faithful"), 2, "full", "k-means++", 0)
STATUSES = guarantee.payload(SETUP)["statuses"]
RECORD = """
window.written = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.written.push(String(text));
  return fill.call(this, text, ...rest);
};
"""


def test_each_half_step_says_what_it_did(open_page: Callable[..., Page]):
    root = ready(open_page(LINK), "em-player")
    for step, said in enumerate(STATUSES[:4]):
        expect(root).to_have_attribute("data-step", str(step))
        expect(root.locator(".status")).to_have_text(said)
        root.locator("canvas.stage").press("ArrowRight")


def test_the_run_and_the_bars_are_scrubbers(open_page: Callable[..., Page]):
    root = ready(open_page(LINK + "&gmm_step=4"), "em-player")
    expect(root).to_have_attribute("data-step", "4")
    box = root.locator("canvas.curve").bounding_box()
    assert box is not None
    root.locator("canvas.curve").click(position={"x": 0.72 * box["width"], "y": 60})
    expect(root).to_have_attribute("data-step", "3")
    root.locator("canvas.curve").click(position={"x": 53, "y": 60})
    expect(root).to_have_attribute("data-step", "0")


def test_the_bars_carry_f_and_kl(open_page: Callable[..., Page]):
    page = open_page(LINK + "&gmm_step=4")
    page.add_init_script(RECORD)
    page.reload()
    ready(page, "em-player")
    page.wait_for_function("() => window.written.includes('M 2')")
    written = page.evaluate("window.written")
    assert any(text.startswith("KL ") for text in written)
    assert any(text.startswith("F ") for text in written)


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_the_bound_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page(LINK, width=width, height=height)
    root = ready(page, "em-player")
    box = root.locator(".transport").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
