"""The threshold board in Chromium: drag, keys, lists, its state read from data-*."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.gmm.anomaly import case as anomaly

from .conftest import ready

RUN = anomaly.scored(anomaly.Setup())
T = RUN.thresholds
NOMINAL = T.stop_at(RUN.cut(0.05))


def board(page: Page) -> Locator:
    return ready(page, "threshold-board")


def shows(root: Locator, stop: int) -> None:
    """All readouts are of this stop."""
    expect(root).to_have_attribute("data-stop", str(stop))
    expect(root).to_have_attribute("data-flagged", str(T.flagged[stop]))
    expect(root).to_have_attribute("data-missed", str(T.positives - T.tp[stop]))
    expect(root.locator("[data-read=flagged]")).to_have_text(f"{T.flagged[stop]} of 569")
    alarms = f"({T.fp[stop]} of {T.negatives})"
    expect(root.locator("[data-read=alarms]")).to_contain_text(alarms)


def test_it_opens_at_the_nominal_cut(open_page: Callable[..., Page]):
    root = board(open_page("/gmm-anomaly"))
    shows(root, NOMINAL)
    first = root.locator(".list").first.locator("button").first
    expect(first).to_contain_text(RUN.cases.names[T.order[T.flagged[NOMINAL] - 1]])
    expect(root.locator(".more").first).to_have_text(f"and {T.flagged[NOMINAL] - 7} more")


def test_arrows_move_the_cut_by_one_case_and_the_link_holds_it(open_page: Callable[..., Page]):
    page = open_page("/gmm-anomaly")
    root = board(page)
    canvas = root.locator("canvas.scores")
    for key, stop in [
        ("ArrowRight", NOMINAL + 1), ("ArrowLeft", NOMINAL), ("ArrowLeft", NOMINAL - 1),
        ("PageUp", NOMINAL + 9), ("Home", 0), ("End", 569),
    ]:  # fmt: skip
        canvas.press(key)
        shows(root, stop)
    page.wait_for_url("**gmma_flagged=569**")
    root.locator("canvas.roc").press("Home")
    shows(root, 0)
    expect(root.locator("[data-read=precision]")).to_have_text("undefined")
    page.wait_for_url(re.compile(r"gmma_flagged=0(&|$)"))


def test_a_drag_moves_everything_without_a_rerun(open_page: Callable[..., Page]):
    page = open_page("/gmm-anomaly")
    root = board(page)
    canvas = root.locator("canvas.scores")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 80)
    page.mouse.down()
    flagged = []
    for share in (0.62, 0.7, 0.8, 0.9):
        before = root.get_attribute("data-stop")
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 80, steps=3)
        expect(root).not_to_have_attribute("data-stop", before or "")
        flagged.append(int(root.get_attribute("data-flagged") or 0))
    assert flagged == sorted(flagged)
    assert "gmma_flagged" not in page.url
    page.mouse.up()
    page.wait_for_url(f"**gmma_flagged={flagged[-1]}**")
    # Back from Python, the board still stands where it was let go.
    shows(root, T.stop_flagging(flagged[-1]))
    durations = page.evaluate(
        "performance.getEntriesByName('genmodels:threshold-board:drag').map(e => e.duration)"
    )
    assert durations


def test_the_roc_s_point_can_be_dragged(open_page: Callable[..., Page]):
    page = open_page("/gmm-anomaly")
    root = board(page)
    box = root.locator("canvas.roc").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + 22)
    expect(root).not_to_have_attribute("data-stop", str(NOMINAL))
    stop = int(root.get_attribute("data-stop") or 0)
    assert T.recall[stop] > 0.97
    page.wait_for_url(f"**gmma_flagged={T.flagged[stop]}**")


def test_a_case_in_the_list_opens_its_density(open_page: Callable[..., Page]):
    page = open_page("/gmm-anomaly")
    root = board(page)
    case = int(T.order[T.flagged[NOMINAL] - 1])
    root.locator(".list button").first.click()
    expect(root).to_have_attribute("data-selected", str(case))
    page.wait_for_url(f"**gmma_case={case + 1}**")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text(f"Case {case + 1}: log-density")
    inspector.get_by_text("d²", exact=True).click()
    expect(inspector).to_contain_text("sd)")
    root.locator("canvas.scores").press("Escape")
    expect(root).to_have_attribute("data-selected", "")


def test_a_finger_drags_the_cut(open_page: Callable[..., Page]):
    page = open_page("/gmm-anomaly", width=390, height=844, has_touch=True)
    root = board(page)
    box = root.locator("canvas.scores").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    y = box["y"] + 60
    for kind, xs in [
        ("touchStart", [0.6]),
        ("touchMove", [0.7]),
        ("touchMove", [0.9]),
        ("touchEnd", []),
    ]:
        points = [{"x": box["x"] + box["width"] * x, "y": y} for x in xs]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url("**gmma_flagged=**")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_it_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/gmm-anomaly", width=width, height=height)
    box = board(page).locator(".status").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
