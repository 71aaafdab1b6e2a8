"""The pour in Chromium: by keyboard, by mouse, between half steps, its locks."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from pages.hmm.learning import case as learning_run

from .conftest import ready

SETUP = learning_run.Setup("ice_cream", learning_run.drawn("ice_cream", 12, 24, 0), "Random", 2, 1)
STEPS = learning_run.run(SETUP).half_steps
GUTTER, LOCK = 74, 17  # px left of a table, and right of it, as count-layout.js has them


def position(root: Locator) -> float:
    return float(root.get_attribute("data-position") or "nan")


def test_keys_step_forward_back_and_between(open_page: Callable[..., Page]):
    page = open_page("/hmm-learning", reduced_motion="reduce")
    root = ready(page, "count-pour")
    expect(root).to_have_attribute("data-steps", str(STEPS))
    stage = root.locator("canvas.stage")
    for key, step, kind in [
        ("ArrowRight", 1, "E"), ("ArrowRight", 2, "M"), ("ArrowLeft", 1, "E"), ("End", STEPS, "M"),
        ("Home", 0, "start"),
    ]:  # fmt: skip
        stage.press(key)
        expect(root).to_have_attribute("data-step", str(step))
        expect(root).to_have_attribute("data-kind", kind)
        expect(root).to_have_attribute("data-position", f"{step}.00")
    empty = stage.evaluate("canvas => canvas.toDataURL()")
    for _ in range(3):
        stage.press("Shift+ArrowRight")
    expect(root).to_have_attribute("data-position", "0.38")
    pouring = stage.evaluate("canvas => canvas.toDataURL()")
    assert pouring != empty
    stage.press("Shift+ArrowRight")
    expect(root).to_have_attribute("data-position", "0.50")
    stage.press("Shift+ArrowLeft")
    # The same position is the same picture, whichever way it was come to.
    expect(root).to_have_attribute("data-position", "0.38")
    assert stage.evaluate("canvas => canvas.toDataURL()") == pouring
    stage.press("ArrowRight")
    expect(root).to_have_attribute("data-position", "1.00")
    expect(root.locator(".status")).to_contain_text("E-step 1")


def test_the_curve_holds_the_picture_between_half_steps(open_page: Callable[..., Page]):
    page = open_page("/hmm-learning")
    root = ready(page, "count-pour")
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    box = root.locator("canvas.curve").bounding_box()
    assert box is not None
    across = (box["width"] - GUTTER - 10) / STEPS
    left, y = box["x"] + GUTTER, box["y"] + 25
    page.mouse.move(left + 10 * across, y)
    page.mouse.down()
    page.mouse.move(left + 20.5 * across, y, steps=4)
    expect(root).to_have_attribute("data-position", re.compile(r"20\.[3-7]"))
    page.mouse.up()
    expect(root).to_have_attribute("data-position", re.compile(r"2[01]\.00"))
    page.wait_for_url(re.compile("hmml_step=2[01]"))
    measured = page.evaluate(
        "performance.getEntriesByName('genmodels:count-pour:scrub').map(e => e.duration)"
    )
    assert measured


def test_a_clicked_count_and_keys_open_numbers(open_page: Callable[..., Page]):
    page = open_page("/hmm-learning?hmml_step=3")
    root = ready(page, "count-pour")
    stage = root.locator("canvas.stage")
    # The first table's first cell: below a trellis of two rows of 56 px, the symbols, the heads.
    stage.click(position={"x": GUTTER + 20, "y": 18 + 2 * 56 + 18 + 6 + 29 + 19})
    expect(root).to_have_attribute("data-selected", "starts:1")
    page.wait_for_url("**hmml_open=starts%3A1**")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("Starts in 1")
    stage.press("k")
    expect(root).to_have_attribute("data-selected", "moves:1.1")
    stage.press("n")
    expect(root).to_have_attribute("data-selected", "moves:1.2")
    expect(inspector).to_contain_text("Moves 1 → 2")
    root.get_by_label("Kind of number to open").select_option("edge")
    expect(root).to_have_attribute("data-selected", "edge:1.1.1")
    expect(inspector.locator("table")).to_be_visible()
    stage.press("Escape")
    expect(root).to_have_attribute("data-selected", "")
    # A node of the second row.
    stage.click(position={"x": GUTTER + 12, "y": 18 + 56 + 28})
    expect(root).to_have_attribute("data-selected", "node:1.2")


def test_a_row_is_locked_by_key_and_by_its_lock(open_page: Callable[..., Page]):
    page = open_page("/hmm-learning?hmml_step=4&hmml_open=A:2.1")
    root = ready(page, "count-pour")
    stage = root.locator("canvas.stage")
    stage.press("l")
    expect(root).to_have_attribute("data-locks", "A2")
    expect(root).to_have_attribute("data-step", "4")
    expect(root).to_have_attribute("data-selected", "A:2.1")
    page.wait_for_url("**hmml_lock=A2**")
    expect(page.locator(".st-key-inspector")).to_contain_text("Locked: the M-step leaves")
    root.get_by_role("button", name="Lock or unlock this row").click()
    expect(root).to_have_attribute("data-locks", "")
    box = stage.bounding_box()
    assert box is not None
    w = min((box["width"] - GUTTER - 3 * LOCK - 22) / 6, 92)
    stage.click(position={"x": GUTTER + w + 8, "y": box["height"] - 13 - 2 * 38 - 8 + 19})
    expect(root).to_have_attribute("data-locks", "pi")
    page.wait_for_url("**hmml_lock=pi**")


def test_it_plays_to_the_end_and_the_link_brings_it_back(open_page: Callable[..., Page]):
    page = open_page("/hmm-learning?hmml_n=1&hmml_len=2&hmml_from=Typed&hmml_text=1+1&hmml_k=1")
    root = ready(page, "count-pour")
    last = root.get_attribute("data-steps")
    assert last is not None
    assert 0 < int(last) < 8
    root.locator("select").first.select_option("4")
    root.locator("canvas.stage").press(" ")
    expect(root).to_have_attribute("data-step", last)
    expect(root).to_have_attribute("data-position", f"{last}.00")
    page.wait_for_url(f"**hmml_step={last}**")


def test_the_stage_fits_a_phone_and_a_screen(open_page: Callable[..., Page]):
    for width, height in [(1440, 900), (390, 844)]:
        page = open_page(
            "/hmm-learning?hmml_data=Dishonest+casino&hmml_k=5", width=width, height=height
        )
        root = ready(page, "count-pour")
        box = root.locator(".transport").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
        if width > 900:
            assert box["y"] + box["height"] <= height
        assert page.evaluate("document.documentElement.scrollWidth") <= width
