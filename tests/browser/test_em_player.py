"""The EM player in Chromium: by mouse, by keyboard, its state read from data-*."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.datasets import clustering
from pages.gmm import mixture_run
from pages.gmm.em_player import data_box

from .conftest import ready

RUN = mixture_run.run(mixture_run.Setup(clustering.load("old_faithful"), 2, "full", "k-means++", 0))
STEPS = len(RUN.trace.steps)
MARGIN = (52, 14, 10, 38)  # left, right, top, bottom of the stage, as em-draw.js has them


def place(root: Locator, x: float, y: float) -> tuple[float, float]:
    """A data point's place on the screen."""
    box = root.locator("canvas.stage").bounding_box()
    assert box is not None
    left, right, top, bottom = MARGIN
    low_x, high_x, low_y, high_y = data_box(clustering.load("old_faithful").X)
    across = (x - low_x) / (high_x - low_x) * (box["width"] - left - right)
    up = (y - low_y) / (high_y - low_y) * (box["height"] - top - bottom)
    return box["x"] + left + across, box["y"] + box["height"] - bottom - up


def test_steps_by_keyboard_forward_and_back(open_page: Callable[..., Page]):
    root = ready(open_page("/gmm"), "em-player")
    expect(root).to_have_attribute("data-step", "0")
    expect(root).to_have_attribute("data-steps", str(STEPS))
    stage = root.locator("canvas.stage")
    for key, step, kind in [
        ("ArrowRight", 1, "E"), ("ArrowRight", 2, "M"), ("ArrowLeft", 1, "E"), ("End", STEPS, "M"),
        ("Home", 0, "start"),
    ]:  # fmt: skip
        stage.press(key)
        expect(root).to_have_attribute("data-step", str(step))
        expect(root).to_have_attribute("data-kind", kind)
    stage.press("ArrowRight")
    expect(root.locator(".status")).to_contain_text("E-step 1")


def test_space_plays_to_the_end_and_the_link_holds_the_step(open_page: Callable[..., Page]):
    page = open_page("/gmm")
    root = ready(page, "em-player")
    root.locator("select").select_option("4")
    root.locator("canvas.stage").press(" ")
    expect(root).to_have_attribute("data-step", str(STEPS))
    page.wait_for_url(f"**gmm_step={STEPS}**")


def test_the_scrubber_and_the_curve_jump(open_page: Callable[..., Page]):
    page = open_page("/gmm")
    root = ready(page, "em-player")
    root.locator("input.scrub").fill("11")
    expect(root).to_have_attribute("data-step", "11")
    curve = root.locator("canvas.curve")
    box = curve.bounding_box()
    assert box is not None
    curve.click(position={"x": box["width"] - 16, "y": 30})
    expect(root).to_have_attribute("data-step", str(STEPS))
    measured = page.evaluate(
        "performance.getEntriesByName('genmodels:em-player:scrub').map(e => e.duration)"
    )
    assert measured


def test_a_clicked_point_opens_its_responsibilities(open_page: Callable[..., Page]):
    page = open_page("/gmm?gmm_step=3")
    root = ready(page, "em-player")
    expect(root).to_have_attribute("data-step", "3")
    X = clustering.load("old_faithful").X
    page.mouse.click(*place(root, *X[5]))
    expect(root).to_have_attribute("data-selected", re.compile(r"point:\d+"))
    page.wait_for_url("**gmm_open=point**")
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    expect(page.locator(".st-key-inspector table")).to_be_visible()


def test_a_mean_by_keyboard_opens_the_m_step_s_sums(open_page: Callable[..., Page]):
    page = open_page("/gmm?gmm_step=4")
    root = ready(page, "em-player")
    root.locator("canvas.stage").press("m")
    expect(root).to_have_attribute("data-selected", "mean:0")
    expect(page.locator(".st-key-inspector .katex").first).to_be_visible()
    root.locator("canvas.stage").press("Escape")
    expect(root).to_have_attribute("data-selected", "")


def test_a_dragged_mean_refits_on_release(open_page: Callable[..., Page]):
    page = open_page("/gmm")
    root = ready(page, "em-player")
    start = RUN.trace.start.means[0]
    page.mouse.move(*place(root, *start))
    page.mouse.down()
    page.mouse.move(*place(root, 4.8, 50.0), steps=8)
    page.mouse.up()
    page.wait_for_url("**gmm_means=**")
    expect(root).not_to_have_attribute("data-fitting", "true")
    expect(root).to_have_attribute("data-step", "0")
    expect(page.get_by_role("button", name="Undo dragged means")).to_be_visible()


def test_a_mean_moved_by_arrow_keys_refits_on_enter(open_page: Callable[..., Page]):
    page = open_page("/gmm")
    root = ready(page, "em-player")
    stage = root.locator("canvas.stage")
    stage.press("m")
    expect(root.locator(".status")).to_contain_text("Mean 1 is held")
    for key in ("Shift+ArrowRight", "ArrowUp", "ArrowUp"):
        stage.press(key)
    stage.press("Enter")
    page.wait_for_url("**gmm_means=**")


def test_a_finger_drags_a_mean(open_page: Callable[..., Page]):
    page = open_page("/gmm", width=390, height=844, has_touch=True)
    root = ready(page, "em-player")
    root.scroll_into_view_if_needed()
    x, y = place(root, *RUN.trace.start.means[0])
    session = page.context.new_cdp_session(page)
    for kind, point in [
        ("touchStart", [(x, y)]), ("touchMove", [(x + 20, y - 10)]),
        ("touchMove", [(x + 40, y - 30)]), ("touchEnd", []),
    ]:  # fmt: skip
        points = [{"x": px, "y": py} for px, py in point]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url("**gmm_means=**")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_the_stage_fits_its_screen(open_page: Callable[..., Page], width: int, height: int):
    page = open_page("/gmm", width=width, height=height)
    root = ready(page, "em-player")
    box = root.locator(".transport").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    if width > 900:
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reduced_motion_steps_without_a_glide(open_page: Callable[..., Page]):
    page = open_page("/gmm", reduced_motion="reduce")
    root = ready(page, "em-player")
    root.get_by_role("button", name="One half step forward").click()
    expect(root).to_have_attribute("data-step", "1")


def test_a_long_run_opens_at_once_and_then_comes_whole(open_page) -> None:
    """Ten components on 1,000 points: first twelve iterations, then all of them, step kept."""
    page = open_page("/gmm?gmm_data=Round+blobs+%281%2C000%29&gmm_k=9&gmm_seed=1")
    root = ready(page, "em-player")
    root.evaluate(
        """(root) => {
          window.lengths = [];
          new MutationObserver(() => window.lengths.push(root.dataset.steps))
            .observe(root, { attributes: true, attributeFilter: ["data-steps"] });
        }"""
    )
    page.get_by_label("Components").first.press("ArrowUp")
    expect(root).to_have_attribute("data-trace", re.compile(", 10, "))
    whole = len(
        mixture_run.fitted(mixture_run.Setup(clustering.load("blobs-1000"), 10, seed=1)).steps
    )
    assert whole > 24
    expect(root).to_have_attribute("data-steps", str(whole))
    assert "24" in page.evaluate("window.lengths")
    expect(root).to_have_attribute("data-step", "0")


SEEDS = """(root) => {
  window.traces = [];
  new MutationObserver(() => window.traces.push(root.dataset.trace))
    .observe(root, { attributes: true, attributeFilter: ["data-trace"] });
}"""


def seeds_shown(page) -> list[int]:
    return [json.loads(trace)[5] for trace in page.evaluate("window.traces")]


def test_changed_controls_are_painted_ahead_of_the_rerun_and_never_go_back(open_page) -> None:
    page = open_page("/gmm?gmm_data=Round+blobs+%281%2C000%29&gmm_k=3")
    root = ready(page, "em-player")
    expect(root).to_have_attribute("data-trace", re.compile(r'"k-means\+\+", 0, '))
    root.evaluate(SEEDS)
    seed = page.get_by_label("Seed").first
    for _ in range(4):
        seed.press("ArrowUp")
    expect(root).to_have_attribute("data-trace", re.compile(r'"k-means\+\+", 4, '))
    page.get_by_role("combobox", name="Covariance").click()
    page.get_by_role("option", name="spherical").click()
    expect(root).to_have_attribute("data-trace", re.compile('"spherical"'))
    page.wait_for_url("**gmm_cov=spherical**")
    setup = mixture_run.Setup(clustering.load("blobs-1000"), 3, "spherical", seed=4)
    expect(root).to_have_attribute("data-steps", str(len(mixture_run.fitted(setup).steps)))
    seeds = seeds_shown(page)
    assert seeds == sorted(seeds), "an older rerun took the stage back"
    assert page.evaluate("performance.getEntriesByName('genmodels:em-player:control').length")


def test_an_older_rerun_waits_for_a_late_answer(open_page) -> None:
    """Seed 2 is on show, 3's answer never comes, and then 1's rerun does: it isn't painted."""
    page = open_page("/")
    answers = 0
    held: list | None = None

    def first_two(ws) -> None:
        server = ws.connect_to_server()

        def answer(message) -> None:
            nonlocal answers
            answers += 1
            if answers <= 2:
                ws.send(message)

        server.on_message(answer)

    def reruns(ws) -> None:
        server = ws.connect_to_server()
        server.on_message(lambda m: ws.send(m) if held is None else held.append((ws, m)))

    page.route_web_socket("**/live/em", first_two)
    page.route_web_socket("**/_stcore/stream", reruns)
    page.goto(page.url.rstrip("/") + "/gmm?gmm_data=Round+blobs+%281%2C000%29&gmm_k=3")
    root = ready(page, "em-player")
    expect(root).to_have_attribute("data-trace", re.compile(r'"k-means\+\+", 0, '))
    page.wait_for_load_state("networkidle")
    root.evaluate(SEEDS)
    held = []
    seed = page.get_by_label("Seed").first
    seed.press("ArrowUp")
    ran = re.compile(rb'k-means\+\+[\\"]+, 1, ')
    for _ in range(1000):
        if any(ran.search(message) for _, message in held):  # the rerun of 1 is there
            break
        page.wait_for_timeout(20)
    seed.press("ArrowUp")
    expect(root).to_have_attribute("data-trace", re.compile(r'"k-means\+\+", 2, '))
    seed.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.st-key-gmm_seed input').value === '3'")
    for ws, message in held:
        ws.send(message)
        page.evaluate("() => new Promise(requestAnimationFrame)")  # painted, if it is to be
    held = None
    expect(root).to_have_attribute("data-trace", re.compile(r'"k-means\+\+", 3, '))  # its rerun
    seeds = seeds_shown(page)
    assert seeds == sorted(seeds)
