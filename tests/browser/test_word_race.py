"""The word race in Chromium: scrub, play, choose a word, take frames out, the link."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .conftest import ready

URL = "/hmm-speech"


def opened(page: Page) -> Locator:
    """The widget, once the page's script has run to its end."""
    root = ready(page, "word-race")
    page.get_by_role("button", name="Script (Python)").wait_for()
    return root


def box_of(page: Page) -> dict[str, float]:
    box = page.locator("canvas.stage").bounding_box()
    assert box
    return dict(box)


def frame_at(page: Page, root: Locator, t: int, down: float) -> tuple[float, float]:
    """The middle of frame t's column, `down` of the canvas's height: the layout's own numbers."""
    box = box_of(page)
    steps = int(root.get_attribute("data-steps") or 0)
    aside = min(170, 0.24 * box["width"]) if box["width"] > 520 else 0.25 * box["width"]
    left, right = 46, int(box["width"]) - aside - (14 if box["width"] > 520 else 8)
    return box["x"] + left + (t - 0.5) / steps * (right - left), box["y"] + down * box["height"]


def test_keys_go_through_the_frames_and_the_numbers_open(open_page: Callable[..., Page]):
    page = open_page(URL + "?hmms_heard=3&hmms_open=Density")
    root = opened(page)
    expect(root).to_have_attribute("data-step", "3")
    page.locator("canvas.stage").focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "4")
    page.keyboard.press("2")
    expect(root).to_have_attribute("data-word", "2")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("Density of frame 4 in state")
    page.wait_for_url(lambda url: "hmms_heard=4" in url and "hmms_word=2" in url)
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    expect(root.locator(".status")).to_contain_text("equally probable")


def test_a_drag_over_frames_takes_them_out_and_back(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = opened(page)
    lead = root.get_attribute("data-lead")
    page.mouse.move(*frame_at(page, root, 4, 0.25))
    page.mouse.down()
    page.mouse.move(*frame_at(page, root, 6, 0.25), steps=4)
    page.mouse.up()
    expect(root).to_have_attribute("data-missing", "3 4 5")
    expect(root).not_to_have_attribute("data-lead", lead or "")
    page.wait_for_url(lambda url: "hmms_missing=4-6" in url)
    # A drag that begins on a missing frame brings back.
    page.mouse.move(*frame_at(page, root, 5, 0.25))
    page.mouse.down()
    page.mouse.move(*frame_at(page, root, 6, 0.25), steps=4)
    page.mouse.up()
    expect(root).to_have_attribute("data-missing", "3")
    page.locator("canvas.stage").focus()
    page.keyboard.press("u")
    expect(root).to_have_attribute("data-lead", lead or "")
    page.wait_for_url(lambda url: "hmms_missing" not in url)


def test_a_drag_along_the_race_scrubs_at_the_screen_s_rate(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = opened(page)
    steps = int(root.get_attribute("data-steps") or 0)
    page.mouse.move(*frame_at(page, root, steps, 0.8))
    page.mouse.down()
    for t in range(steps, 2, -1):
        page.mouse.move(*frame_at(page, root, t, 0.8))
    page.mouse.up()
    # Beyond the middle of column 3 there are two or three frames heard.
    expect(root).to_have_attribute("data-step", "3")
    expect(page.locator(".st-key-inspector")).to_contain_text("State")
    painted = page.evaluate(
        "performance.getEntriesByName('genmodels:word-race:scrub').map((entry) => entry.duration)"
    )
    assert len(painted) > 3


def test_reversed_frames_and_a_wrong_recording(open_page: Callable[..., Page]):
    page = open_page(URL + "?hmms_missing=2-3")
    root = opened(page)
    steps = int(root.get_attribute("data-steps") or 0)
    page.get_by_text("reversed", exact=True).first.click()
    expect(root).to_have_attribute("data-reversed", "true")
    expect(root).to_have_attribute("data-missing", f"{steps - 3} {steps - 2}")
    page.get_by_role("button", name="Next wrong one").click()
    expect(root).to_have_attribute("data-reversed", "false")
    expect(root).to_have_attribute("data-missing", "")
    expect(page.locator(".st-key-inspector")).to_contain_text("wrongly")


def test_a_cell_of_the_confusions_lists_its_recordings(open_page: Callable[..., Page]):
    page = open_page(URL, height=1400)
    root = opened(page)
    cell = page.locator(".st-key-hmms_confusion .scatterlayer .points path").nth(32)
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(lambda url: "hmms_said=3" in url and "hmms_taken=2" in url)
    listed = page.get_by_role("combobox", name="Open one of 3 here")
    listed.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-inspector")).to_contain_text("wrongly: “three” was said")
    expect(root).to_have_attribute("data-leader", "2")


def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page]):
    page = open_page(URL, width=390, height=844, dark=True)
    root = opened(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="three: posterior").click()
    expect(root).to_have_attribute("data-word", "3")
