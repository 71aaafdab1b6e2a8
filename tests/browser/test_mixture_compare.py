"""k-means beside the mixture in Chromium: steps, the probe by mouse and keys, live answers."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from pages.gmm.em_player import data_box
from pages.gmm.kmeans import against_kmeans

from .conftest import ready

COMPARISON = against_kmeans.compare(against_kmeans.Setup("stretched", 3, seed=7))
STEPS = COMPARISON.pair.steps
MARGIN = (52, 14, 10, 38)  # left, right, top, bottom of a stage, as em-draw.js has them


def place(root: Locator, side: str, x: float, y: float) -> tuple[float, float]:
    """A place of the data's plane on the screen."""
    box = root.locator(f".{side} canvas.stage").bounding_box()
    assert box is not None
    left, right, top, bottom = MARGIN
    low_x, high_x, low_y, high_y = data_box(COMPARISON.setup.points.X)
    across = (x - low_x) / (high_x - low_x) * (box["width"] - left - right)
    up = (y - low_y) / (high_y - low_y) * (box["height"] - top - bottom)
    return box["x"] + left + across, box["y"] + box["height"] - bottom - up


def numbers(root: Locator, name: str) -> list[float]:
    return [float(part) for part in (root.get_attribute(f"data-{name}") or "").split(",")]


def check_answer(root: Locator, step: int) -> None:
    """What is shown at the probe is what Python computes there."""
    x = np.array([numbers(root, "probe")])
    gamma = COMPARISON.pair.model_at(step).responsibilities(x)[0]
    assert np.allclose(numbers(root, "gamma"), gamma, atol=2e-3)
    d2 = ((COMPARISON.pair.centres_at(step) - x) ** 2).sum(axis=1)
    assert int(root.get_attribute("data-nearest") or -1) == d2.argmin()


def answered(page: Page, root: Locator, since: int = 0) -> None:
    """Wait until a reply later than number `since` is on screen."""
    page.wait_for_function(
        "([root, since]) => Number(root.dataset.replies ?? 0) > since",
        arg=[root.element_handle(), since],
    )


def test_steps_both_sides_by_keyboard(open_page: Callable[..., Page]):
    page = open_page("/gmm-kmeans")
    root = ready(page, "mixture-compare")
    expect(root).to_have_attribute("data-steps", str(STEPS))
    stage = root.locator(".kmeans canvas.stage")
    differ = COMPARISON.payload["disagreements"]
    for key, step in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("End", STEPS),
        ("ArrowLeft", STEPS - 1),
    ]:
        stage.press(key)
        expect(root).to_have_attribute("data-step", str(step))
        expect(root).to_have_attribute("data-disagreements", str(differ[math.ceil(step / 2) - 1]))
    expect(root.locator(".status")).to_contain_text("k-means rests")
    stage.press("Home")
    expect(root.locator(".status")).to_contain_text("both begin at the same 3 means")
    page.wait_for_url(lambda url: "gmmk_step" not in url)


@pytest.mark.parametrize("side", ["kmeans", "mixture"])
def test_the_dragged_probe_is_answered_live(open_page: Callable[..., Page], side: str):
    page = open_page(f"/gmm-kmeans?gmmk_step={STEPS}")
    root = ready(page, "mixture-compare")
    answered(page, root)
    before = root.get_attribute("data-gamma")
    page.mouse.move(*place(root, side, -0.75, 0.3))
    page.mouse.down()
    page.mouse.move(*place(root, side, 1.5, -3.0), steps=12)
    page.wait_for_function(
        "([root, before]) => root.dataset.gamma !== before", arg=[root.element_handle(), before]
    )
    assert "gmmk_probe" not in page.url  # the page waits for the release, the numbers don't
    page.mouse.up()
    page.wait_for_url("**gmmk_probe=**")
    expect(root).to_have_attribute("data-pending", "false")
    x, y = numbers(root, "probe")
    assert abs(x - 1.5) < 0.1
    assert abs(y + 3.0) < 0.1
    check_answer(root, STEPS)
    measured = page.evaluate(
        "performance.getEntriesByName('genmodels:mixture-compare:probe').map(e => e.duration)"
    )
    assert measured


def test_the_held_probe_moves_by_arrows(open_page: Callable[..., Page]):
    page = open_page(f"/gmm-kmeans?gmmk_step={STEPS}&gmmk_probe=0,0")
    root = ready(page, "mixture-compare")
    answered(page, root)
    since = int(root.get_attribute("data-replies") or 0)
    stage = root.locator(".mixture canvas.stage")
    stage.press("p")
    expect(root).to_have_attribute("data-held", "true")
    stage.press("Shift+ArrowRight")
    stage.press("ArrowUp")
    x, y = numbers(root, "probe")
    assert x > 0.1
    assert y > 0.05
    expect(root).to_have_attribute("data-step", str(STEPS))
    page.wait_for_url(lambda url: "gmmk_probe=0%2C0" not in url)
    answered(page, root, since)
    expect(root).to_have_attribute("data-pending", "false")
    check_answer(root, STEPS)
    stage.press("Escape")
    stage.press("ArrowLeft")
    expect(root).to_have_attribute("data-step", str(STEPS - 1))


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_it_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/gmm-kmeans", width=width, height=height)
    root = ready(page, "mixture-compare")
    box = root.locator(".transport").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
