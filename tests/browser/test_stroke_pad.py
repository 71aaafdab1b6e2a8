"""The stroke pad in Chromium: drawn by mouse and by keys, live, recorded, trained, linked."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .conftest import ready

URL = "/hmm-gestures"
Z = [(0.25, 0.8), (0.75, 0.8), (0.25, 0.2), (0.75, 0.2)]
V = [(0.25, 0.8), (0.5, 0.2), (0.75, 0.8)]


def draw(page: Page, corners: list[tuple[float, float]], *, lift: bool = True) -> None:
    page.locator("canvas.pad").scroll_into_view_if_needed()
    box = page.locator("canvas.pad").bounding_box()
    assert box
    side = min(box["width"], box["height"]) - 20
    left, top = (box[a] + (box[b] - side) / 2 for a, b in (("x", "width"), ("y", "height")))
    places = [(left + x * side, top + (1 - y) * side) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(x, y, steps=16)
    if lift:
        page.mouse.up()


def measured(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "performance.getEntriesByName('genmodels:stroke-pad:draw').map((m) => m.duration)"
    )
    return found


def settled(page: Page, root: Locator) -> None:
    """Python has taken the stroke: its text stands in the link."""
    expect(root).to_have_attribute("data-drawing", "false")
    page.wait_for_url("**hmmg_stroke=**")


def test_codes_and_leader_appear_while_a_stroke_is_drawn(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "stroke-pad")
    expect(root).to_have_attribute("data-live", "open")
    draw(page, Z, lift=False)
    expect(root).to_have_attribute("data-drawing", "true")
    expect(root).to_have_attribute("data-leader", "Z")
    codes = (root.get_attribute("data-codes") or "").split(",")
    assert codes[:5] == ["0"] * 5
    assert codes.count("10") > 5
    assert measured(page)
    page.mouse.up()
    settled(page, root)
    expect(page.locator(".st-key-inspector")).to_contain_text("“Z” after")
    best = float(root.get_attribute("data-best") or 0)
    expect(root.locator(".status")).to_contain_text("“Z” leads")
    link = page.url
    page.goto(link)
    again = ready(page, "stroke-pad")
    expect(again).to_have_attribute("data-leader", "Z")
    assert abs(float(again.get_attribute("data-best") or 0) - best) < 1e-3


def test_keys_alone_draw_drop_and_scrub(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "stroke-pad")
    expect(root).to_have_attribute("data-live", "open")
    pad = root.locator("canvas.pad")
    pad.focus()
    for key, times in (("ArrowLeft", 6), ("ArrowUp", 8), ("Space", 1), ("ArrowDown", 14),
                       ("ArrowRight", 12)):  # fmt: skip
        for _ in range(times):
            page.keyboard.press(key)
    expect(root).to_have_attribute("data-drawing", "true")
    expect(root).to_have_attribute("data-leader", "L")
    page.keyboard.press("Space")
    settled(page, root)
    codes = (root.get_attribute("data-codes") or "").split(",")
    assert codes == ["12"] * 14 + ["0"] * 12
    scrub = root.get_by_role("slider", name="Scrub to a step")
    scrub.press("Home")
    scrub.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "1")
    expect(page.locator(".st-key-inspector")).to_contain_text("“L” after 1 step")
    pad.press("Space")
    pad.press("PageUp")
    pad.press("Escape")
    expect(root).to_have_attribute("data-steps", "0")


def test_a_dot_is_told_and_a_bar_follows_its_sign(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "stroke-pad")
    draw(page, [(0.05, 0.05)])
    expect(root.locator(".connection")).to_contain_text("A dot has no direction")
    expect(root).to_have_attribute("data-followed", "circle")
    root.get_by_role("button", name="wave").click()
    expect(root).to_have_attribute("data-followed", "wave")
    expect(page.locator(".st-key-inspector")).to_contain_text("“wave” after")
    page.wait_for_url("**hmmg_follow=5**")


def test_five_strokes_become_a_sign_that_races_live(open_page: Callable[..., Page], tmp_path: Path):
    page = open_page(URL + "?hmmg_set=only+my+own")
    root = ready(page, "stroke-pad")
    page.get_by_label("Name", exact=True).fill("tick")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_text("Record what I draw").click()
    expect(page.get_by_role("switch", name="Record what I draw")).to_be_checked()
    for n in range(1, 6):
        draw(page, [(x + 0.01 * n, y) for x, y in V])
        expect(page.get_by_text(re.compile(f"^{n} of 5 strokes"))).to_be_visible()
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_text("“tick”, 6 states")).to_be_visible()
    expect(root).to_have_attribute("data-leader", "tick")
    replies = int(root.get_attribute("data-replies") or 0)
    draw(page, V, lift=False)
    expect(root).to_have_attribute("data-drawing", "true")
    expect(root).to_have_attribute("data-leader", "tick")
    assert int(root.get_attribute("data-replies") or 0) > replies
    page.mouse.up()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export").click()
    saved.value.save_as(tmp_path / "signs.json")
    page.get_by_role("button", name="Delete").click()
    expect(root.locator(".race button")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(tmp_path / "signs.json")
    expect(root.locator(".race button")).to_contain_text(["tick"])


def test_a_finger_draws_on_a_narrow_screen(open_page: Callable[..., Page]):
    page = open_page(URL, width=390, height=844, dark=True, has_touch=True)
    root = ready(page, "stroke-pad")
    expect(root).to_have_attribute("data-live", "open")
    pad = root.locator("canvas.pad")
    assert pad.evaluate("(node) => getComputedStyle(node).touchAction") == "none"
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    for i in range(31):
        x = box["x"] + box["width"] * (0.2 + 0.02 * i)
        y = box["y"] + box["height"] * (0.2 + (0.04 * i if i < 15 else 0.04 * (30 - i)))
        kind = "touchStart" if i == 0 else "touchMove"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settled(page, root)
    expect(root).to_have_attribute("data-leader", "V")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_recording_plays_and_can_t_be_drawn_on(open_page: Callable[..., Page]):
    page = open_page(
        URL + "?hmmg_section=Libras+recordings&hmmg_sign=circle&hmmg_recording=1&hmmg_step=10"
    )
    root = ready(page, "stroke-pad")
    expect(root).to_have_attribute("data-step", "10")
    draw(page, Z)
    expect(root).to_have_attribute("data-steps", "44")
    root.locator("canvas.pad").press("Home")
    expect(root).to_have_attribute("data-step", "0")
    root.get_by_role("button", name="Play").click()
    expect(root).to_have_attribute("data-step", "44")
    expect(root).to_have_attribute("data-leader", "circle")
    page.wait_for_url(lambda url: "hmmg_step" not in url)
