"""The regime band in Chromium: wheel, drag, brush, keys, EM's scrubber, the link."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .conftest import ready

URL = "/hmm-regimes"


def middle(page: Page, selector: str, across: float = 0.5) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + box["height"] / 2


def window(root: Locator) -> tuple[int, int]:
    return int(root.get_attribute("data-first") or -1), int(root.get_attribute("data-last") or -1)


def test_wheel_drag_and_brush_move_the_window(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "regime-band")
    assert window(root) == (0, 17_344)
    page.mouse.move(*middle(page, "canvas.main"))
    page.mouse.wheel(0, -300)
    expect(root).not_to_have_attribute("data-first", "0")
    page.wait_for_url("**hmmr_view=**")
    first, last = window(root)
    assert 3000 < last - first < 16_000
    assert first < 8600 < last  # the place under the pointer stays
    page.mouse.down()
    page.mouse.move(*middle(page, "canvas.main", 0.3), steps=8)
    page.mouse.up()
    moved = window(root)
    assert moved[1] - moved[0] == last - first
    assert moved[0] > first + 500
    for event in ("zoom", "pan"):
        measures = page.evaluate(
            f"performance.getEntriesByName('genmodels:regime-band:{event}').length"
        )
        assert measures > 0, event
    box = page.locator("canvas.whole").bounding_box()
    assert box
    root.get_by_role("button", name="The whole series").click()
    expect(root).to_have_attribute("data-last", "17344")
    page.mouse.move(*middle(page, "canvas.whole", 0.4))
    page.mouse.down()
    page.mouse.move(*middle(page, "canvas.whole", 0.6), steps=6)
    page.mouse.up()
    first, last = window(root)
    assert 5000 < first < 8000 < last < 12_000
    page.wait_for_url(f"**hmmr_view={first + 1}-{last + 1}**")


def test_a_click_opens_the_day(open_page: Callable[..., Page]):
    page = open_page(URL + "?hmmr_view=9450-9550&hmmr_band=filtered")
    root = ready(page, "regime-band")
    page.mouse.move(*middle(page, "canvas.main"))
    expect(root.locator(".reading")).to_contain_text("filtered: state 1")
    page.mouse.click(*middle(page, "canvas.main"))
    page.wait_for_url("**hmmr_day=**")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("What was expected of 1987-")
    expect(inspector.locator(".js-plotly-plot")).to_be_visible()


def test_keys_alone_walk_zoom_and_open(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "regime-band")
    canvas = root.locator("canvas.main")
    canvas.press("End")
    expect(root).to_have_attribute("data-cursor", "17344")
    canvas.press("ArrowLeft")
    expect(root).to_have_attribute("data-cursor", "17343")
    canvas.press("ArrowUp")
    expect(root).not_to_have_attribute("data-first", "0")
    canvas.press("p")
    before = int(root.get_attribute("data-cursor") or 0)
    assert before < 17_343
    canvas.press("Enter")
    page.wait_for_url(f"**hmmr_day={before + 1}**")
    expect(page.locator(".st-key-inspector")).to_contain_text("What was expected of 2018-")
    canvas.press("Escape")
    expect(root).to_have_attribute("data-day", "")
    canvas.press("0")
    expect(root).to_have_attribute("data-first", "0")


def test_the_band_follows_em(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "regime-band")
    last = root.get_attribute("data-iteration")
    root.get_by_role("button", name="First").click()
    expect(root).to_have_attribute("data-iteration", "0")
    expect(root.locator(".legend")).to_contain_text("1: sd 0.483 %, stays 10.0 days")
    page.wait_for_url("**hmmr_it=0**")
    expect(root).to_have_attribute("data-exact", "true")
    expect(page.locator("body")).to_contain_text(f"Iteration 0 of {last}")
    root.get_by_role("button", name="One iteration forward").click()
    expect(root).to_have_attribute("data-iteration", "1")
    root.get_by_role("button", name="Last").click()
    expect(root.locator(".legend")).to_contain_text("1: sd 0.619 %, stays 78.5 days")
    expect(root).to_have_attribute("data-exact", "true")


def test_nothing_overflows_on_a_phone(open_page: Callable[..., Page]):
    page = open_page(URL, width=390, height=844, has_touch=True)
    root = ready(page, "regime-band")
    page.touchscreen.tap(*middle(page, "canvas.main"))
    expect(root).not_to_have_attribute("data-day", "")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
