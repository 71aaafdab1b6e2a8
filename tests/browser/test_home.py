"""Home in Chromium: four pictures that play, replay by keyboard, and the way to each page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect


def test_the_pictures_play_and_lead_to_their_pages(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    previews = page.locator('[data-widget="preview"][data-ready="true"]')
    expect(previews).to_have_count(4)
    for kind in ("mixture", "chain", "words", "latent"):
        expect(page.locator(f'[data-kind="{kind}"][data-played="true"]')).to_have_count(1)
    page.get_by_role("link", name="Open the mixture").click()
    page.wait_for_url("**/gmm")
    expect(page.locator('[data-widget="em-player"][data-ready="true"]')).to_be_visible()


def test_a_picture_plays_again_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/", reduced_motion="reduce")
    picture = page.locator('[data-kind="mixture"]')
    expect(picture).to_have_attribute("data-step", str(int(_steps(picture))))
    picture.locator("canvas").press("Enter")
    expect(picture).to_have_attribute("data-step", str(int(_steps(picture))))


def _steps(picture: Locator) -> str:
    return str(picture.get_attribute("data-steps"))


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
@pytest.mark.parametrize("dark", [False, True])
def test_one_screen_without_sideways_scrolling(
    open_page: Callable[..., Page], width: int, height: int, dark: bool
) -> None:
    page = open_page("/", width=width, height=height, dark=dark)
    last = page.get_by_role("link", name="Open the autoencoder")
    last.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 900:
        box = last.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_the_sidebar_opens_the_model_that_is_on_show(open_page: Callable[..., Page]) -> None:
    page = open_page("/hmm-states")
    sidebar = page.get_by_test_id("stSidebarNav")
    expect(sidebar.get_by_role("link", name="Parts of speech")).to_be_visible()
    expect(sidebar.get_by_role("link", name="Clustering")).to_have_count(0)
    sidebar.get_by_role("link", name="EM and the model").click()
    expect(sidebar.get_by_role("link", name="Clustering")).to_be_visible()
    expect(sidebar.get_by_role("link", name="Parts of speech")).to_have_count(0)
