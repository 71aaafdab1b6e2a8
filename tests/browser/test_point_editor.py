"""The point editor in Chromium: by mouse, by keyboard, and what is taken away."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready

LINK = "/gmm?gmm_data=Your+own+data"


def test_clicked_points_are_fitted_and_linked(open_page: Callable[..., Page]):
    page = open_page(LINK)
    root = ready(page, "point-editor")
    expect(root).to_have_attribute("data-points", "0")
    stage = root.locator("canvas.stage")
    for n, (x, y) in enumerate([(150, 200), (300, 120), (420, 330), (250, 260)], start=1):
        stage.click(position={"x": x, "y": y})
        expect(root).to_have_attribute("data-points", str(n))
    page.wait_for_url("**gmm_points=*%3B*%3B*%3B*")
    page.get_by_text("After the last step").wait_for()
    # The link opens the same points elsewhere.
    again = ready(open_page(page.url[page.url.index("/gmm") :]), "point-editor")
    expect(again).to_have_attribute("data-points", "4")


def test_points_by_keyboard_are_added_chosen_and_removed(open_page: Callable[..., Page]):
    page = open_page(LINK)
    root = ready(page, "point-editor")
    stage = root.locator("canvas.stage")
    stage.press("ArrowRight")
    stage.press("Enter")
    expect(root).to_have_attribute("data-points", "1")
    for _ in range(3):
        stage.press("Shift+ArrowUp")
    stage.press("Enter")
    expect(root).to_have_attribute("data-points", "2")
    expect(page).to_have_url(re.compile("gmm_points=[^&]*(;|%3B)"))  # the page has heard of both
    stage.press("n")
    expect(root.locator(".status")).to_contain_text("Delete removes it")
    stage.press("Delete")
    expect(root).to_have_attribute("data-points", "1")
    root.get_by_role("button", name="Remove all").click()
    expect(root).to_have_attribute("data-points", "0")


def test_a_dragged_point_moves_the_fit(open_page: Callable[..., Page]):
    page = open_page(LINK + "&gmm_k=1&gmm_points=1,1;2,3;4,2;5,5")
    root = ready(page, "point-editor")
    before = page.get_by_text("After the last step").inner_text()
    box = root.locator("canvas.stage").bounding_box()
    assert box is not None
    # The last point stands in the upper right corner, 12 % of the range from the edges.
    left, right, top, bottom = 52, 14, 10, 38
    width, height = box["width"] - left - right, box["height"] - top - bottom
    x = box["x"] + left + width * (4 + 0.48) / (4 * 1.24)
    y = box["y"] + top + height * (1 - (4 + 0.48) / (4 * 1.24))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y + 60, steps=5)
    page.mouse.up()
    expect(page.get_by_text("After the last step")).not_to_have_text(before)
    expect(root).to_have_attribute("data-points", "4")


def test_the_stage_is_saved_as_a_png(open_page: Callable[..., Page]):
    page = open_page("/gmm")
    root = ready(page, "em-player")
    with page.expect_download() as saved:
        root.get_by_role("button", name="PNG").click()
    assert saved.value.suggested_filename == "mixture.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_model_is_downloaded_as_json(open_page: Callable[..., Page]):
    page = open_page("/gmm?gmm_section=Take+away")
    ready(page, "em-player")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Model (JSON)").click()
    assert '"n_components": 2' in saved.value.path().read_text(encoding="utf-8")
