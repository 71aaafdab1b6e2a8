"""The drawing pad in Chromium: ink becomes a digit and a code while it is drawn."""

import re
from collections.abc import Callable, Sequence

from playwright.sync_api import Locator, Page, expect

from .conftest import ready


def stroke(page: Page, root: Locator, points: Sequence[tuple[float, float]]) -> None:
    """A stroke through `points`, in sides of the pad from its upper left."""
    box = root.locator("canvas.ink").bounding_box()
    assert box is not None
    (x, y), *rest = [(box["x"] + a * box["width"], box["y"] + b * box["height"]) for a, b in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def test_a_digit_is_encoded_while_it_is_drawn_and_kept_in_the_link(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/vae?vae_section=Draw")
    root = ready(page, "digit-pad")
    root.evaluate("node => { node.dataset.mark = 'same'; }")
    box = root.locator("canvas.ink").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 50, steps=8)
    expect(root).to_have_attribute("data-mu", re.compile(r"-?\d"))  # the pen is still down
    assert "vaed_ink" not in page.url
    page.mouse.move(box["x"] + 110, box["y"] + 200, steps=8)
    page.mouse.up()
    page.wait_for_url(re.compile("vaed_ink=[A-Za-z0-9_-]{60,400}"))
    expect(root).to_have_attribute("data-told", "1")
    expect(root).to_have_attribute("data-mark", "same")  # not mounted anew
    mu = root.get_attribute("data-mu")
    root.locator('[data-number="kl"]').click()
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    assert page.evaluate("performance.getEntriesByName('genmodels:digit-pad:draw').length")

    again = open_page("/" + page.url.split("/", 3)[3])
    expect(ready(again, "digit-pad")).to_have_attribute("data-mu", mu or "")


def test_undo_erase_clear_and_a_full_pad(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae?vae_section=Draw", width=390, height=844)
    root = ready(page, "digit-pad")
    stroke(page, root, [(0.5, 0.1), (0.5, 0.9)])
    expect(root).to_have_attribute("data-told", "1")  # the stroke's end was answered
    one = root.get_attribute("data-mu")
    stroke(page, root, [(0.2, 0.5), (0.8, 0.5)])
    expect(root).not_to_have_attribute("data-mu", one or "")
    root.get_by_role("button", name="Undo").click()
    expect(root).to_have_attribute("data-mu", one or "")
    width = root.get_by_role("slider")
    width.fill("21")
    stroke(page, root, [(0.1, y / 8 + 0.05 * (k % 2)) for y in range(1, 8) for k in (0, 1)])
    for y in (0.1, 0.28, 0.46, 0.64, 0.82, 0.95):
        stroke(page, root, [(0.02, y), (0.98, y)])
    expect(root.locator(".message")).to_contain_text("of the pad is ink")
    expect(root).to_have_attribute("data-mu", "")
    root.get_by_role("button", name="Clear").click()
    expect(root.locator(".message")).to_be_empty()
    page.wait_for_url(lambda url: "vaed_ink" not in url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_drawing_by_keys(open_page: Callable[..., Page]) -> None:
    page = open_page("/vae?vae_section=Draw", dark=True)
    root = ready(page, "digit-pad")
    pad = root.locator("canvas.ink")
    pad.press("Space")
    for _ in range(8):
        pad.press("ArrowDown")
    pad.press("Space")
    expect(root).to_have_attribute("data-told", "1")
    expect(root).to_have_attribute("data-mu", re.compile(r"\d"))
    pad.press("u")
    expect(root).to_have_attribute("data-mu", "")
