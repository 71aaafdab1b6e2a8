"""The diagnosis page's chart of held-out patients in Chromium: a point opens, by mouse and keys."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from pages.nb.diagnosis import held as one_by_one

from .conftest import ready


def test_a_point_opens_its_patients(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-diagnosis")
    ready(page, "people-grid")
    groups = one_by_one.groups("heart", "mixed")
    points = page.locator(".st-key-nbx_calibration .scatterlayer .trace .points path")
    expect(points).to_have_count(len(groups))
    points.nth(0).scroll_into_view_if_needed()
    box = points.nth(0).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**nbx_who={int(groups[0].rows[0]) + 1}*")
    expect(page.get_by_text("Stated 0 to 0.1: the share that was ill")).to_be_visible()
    expect(page.get_by_text("Total log-odds").last).to_be_visible()
    member = page.locator(".st-key-nbx_member input")
    member.focus()
    member.press("ArrowDown")
    member.press("ArrowDown")
    member.press("Enter")
    page.wait_for_function(
        "first => { const who = new URLSearchParams(location.search).get('nbx_who');"
        " return who !== null && who !== first; }",
        arg=str(int(groups[0].rows[0]) + 1),
    )
