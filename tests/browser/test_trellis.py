"""The trellis in Chromium, by mouse and by keyboard; its state is read from data attributes."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ready

GUTTER, TOP = 70, 22


def trellis(
    open_page, query: str = "hmm_preset=fever&hmm_step=0", **options
) -> tuple[Page, Locator]:
    page = open_page(f"/hmm?{query}", **options)
    return page, ready(page, "trellis")


def node(root: Locator, t: int, k: int, T: int = 3, K: int = 2) -> dict[str, float]:
    """The place of a node on the canvas while nothing is scrolled."""
    box = root.locator("canvas.stage").bounding_box()
    column = min(150, max(84, (box["width"] - GUTTER - 4) / T))
    row = min(108, max(38, 330 / K))
    return {"x": GUTTER + column * (t + 0.5), "y": TOP + row * (k + 0.5)}


def colours(root: Locator) -> int:
    """How many different colours the canvas shows: an empty one has few."""
    return root.locator("canvas.stage").evaluate(
        """(canvas) => new Set(new Uint32Array(canvas.getContext('2d').getImageData(
             0, 0, canvas.width, canvas.height).data.buffer)).size"""
    )


def test_buttons_step_by_cell_and_by_column_and_back(open_page) -> None:
    _, root = trellis(open_page)
    expect(root).to_have_attribute("data-mode", "Viterbi")
    expect(root).to_have_attribute("data-steps", "10")
    expect(root).to_have_attribute("data-step", "0")
    empty = colours(root)
    root.get_by_label("One step forward").click()
    expect(root).to_have_attribute("data-step", "1")
    expect(root).to_have_attribute("data-t", "0")
    expect(root).to_have_attribute("data-state", "0")
    expect(root).to_have_attribute("data-lit", "i:0.0;t:;e:0.0")
    root.get_by_text("Column", exact=True).click()
    expect(root).to_have_attribute("data-granularity", "column")
    root.get_by_label("One step forward").click()
    expect(root).to_have_attribute("data-step", "2")
    root.get_by_label("One step forward").click()
    expect(root).to_have_attribute("data-step", "4")
    expect(root).to_have_attribute("data-t", "1")
    root.get_by_label("One step back").click()
    expect(root).to_have_attribute("data-step", "2")
    root.get_by_label("Last").click()
    expect(root).to_have_attribute("data-step", "9")
    expect(root.locator(".status")).to_contain_text("Trace back")
    assert colours(root) > empty


def test_the_numbers_in_use_light_up(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever&hmm_step=4")
    # Fever at column 2 sees "cold": A's second column, and B of Fever and cold.
    expect(root).to_have_attribute("data-lit", "i:;t:0.1 1.1;e:1.1")
    expect(root.locator("td.won")).to_have_text("0.300")
    expect(root.locator(".status")).to_contain_text("Column 2, sees cold, Fever: Healthy wins")
    page.goto(page.url.replace("hmm_step=4", "hmm_step=3&hmm_mode=backward"))
    root = ready(page, "trellis")
    expect(root).to_have_attribute("data-t", "1")
    expect(root).to_have_attribute("data-lit", "i:;t:0.0 0.1;e:0.2 1.2")


def test_a_click_opens_a_node_with_every_contender(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever&hmm_step=6")
    root.locator("canvas.stage").click(position=node(root, 1, 1))
    expect(root).to_have_attribute("data-selected", "1,1")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("Best path to Fever at column 2")
    expect(inspector).to_contain_text("Healthy → Fever")
    expect(inspector).to_contain_text("✓")
    page.wait_for_url(re.compile("hmm_open=2.2"))
    # Again closes it.
    root.locator("canvas.stage").click(position=node(root, 1, 1))
    expect(root).to_have_attribute("data-selected", "")


def test_a_node_without_a_number_does_not_open(open_page) -> None:
    _, root = trellis(open_page, "hmm_preset=fever&hmm_step=2")
    root.locator("canvas.stage").click(position=node(root, 2, 0))
    expect(root.locator(".status")).to_contain_text("no number yet")
    expect(root).to_have_attribute("data-selected", "")


def test_keys_step_play_and_open(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever&hmm_step=5")
    scrub = root.locator("input.scrub")
    scrub.focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "6")
    page.keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-step", "5")
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-step", "9")
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    page.keyboard.press(" ")
    expect(root.locator('[data-playing="true"]')).to_be_visible()
    expect(root).to_have_attribute("data-step", "3")
    page.keyboard.press(" ")
    expect(root.locator('[data-playing="true"]')).to_have_count(0)
    page.keyboard.press("End")
    root.locator("canvas.stage").focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-cursor", "0,0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-cursor", "1,1")
    expect(root.locator(".status")).to_contain_text("Fever at column 2")
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-selected", "1,1")
    expect(page.locator(".st-key-inspector")).to_contain_text("Best path to Fever at column 2")


def test_the_step_travels_in_the_link(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever&hmm_step=0")
    root.get_by_label("One step forward").click()
    page.wait_for_url(re.compile("hmm_step=1"))
    page.reload()
    root = ready(page, "trellis")
    expect(root).to_have_attribute("data-step", "1")


def test_modes_share_one_trellis(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever")
    for mode, steps in (("forward", 8), ("backward", 8), ("posterior", 8), ("Viterbi", 10)):
        page.get_by_role("radio", name=mode, exact=True).click()
        expect(root).to_have_attribute("data-mode", mode)
        expect(root).to_have_attribute("data-steps", str(steps))
        expect(root).to_have_attribute("data-step", str(steps - 1))


def test_a_new_sequence_keeps_the_widget(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=fever")
    field = page.get_by_role("textbox", name="Observations")
    field.fill("normal ? dizzy cold")
    field.blur()
    expect(root).to_have_attribute("data-steps", "13")
    field.fill("normal warm")
    field.blur()
    expect(page.get_by_text("it is “warm”")).to_be_visible()
    expect(root).to_have_attribute("data-steps", "13")


def test_a_long_trellis_keeps_its_column_in_view_and_can_be_seen_whole(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=robot&hmm_step=0")
    root.locator("input.scrub").focus()
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-step", "550")
    level, levels = (root.get_attribute("data-zoom") or "").split("/")
    for _ in range(int(level) - 1):
        root.get_by_label("Zoom out").click()
    expect(root).to_have_attribute("data-zoom", f"1/{levels}")
    expect(root.get_by_label("Zoom out")).to_be_disabled()
    root.locator("canvas.stage").focus()
    page.keyboard.press("+")
    expect(root).to_have_attribute("data-zoom", f"2/{levels}")
    page.keyboard.press("-")
    root.locator("canvas.stage").click(position={"x": GUTTER + 40, "y": TOP + 19})
    expect(root).to_have_attribute("data-selected", re.compile(r"^\d+,0$"))


def test_the_stage_and_its_transport_are_above_the_fold(open_page) -> None:
    for query in ("hmm_preset=casino", "hmm_preset=robot"):
        page, root = trellis(open_page, query)
        box = root.locator(".transport").bounding_box()
        assert box["y"] + box["height"] <= 900
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_a_narrow_dark_screen_has_no_sideways_scroll(open_page) -> None:
    page, root = trellis(open_page, "hmm_preset=casino", width=390, height=844, dark=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = root.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
