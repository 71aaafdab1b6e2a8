"""The segment stage in Chromium: the wipe, pixels and their shares, layers, EM's iterations."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from genmodels.datasets import pictures
from pages.gmm.segmentation import case as run
from pages.gmm.segmentation import stage

from .conftest import ready

URL = "/gmm-segmentation"
CHINA = pictures.load("china")
FOUND = run.segment(CHINA, run.Settings())


def place_of(root: Locator, column: int, row: int) -> tuple[float, float]:
    """The middle of a pixel of china, in the window's coordinates."""
    box = root.locator("canvas.picture").bounding_box()
    assert box
    scale = min(box["width"] / 320, box["height"] / 213)
    left = box["x"] + (box["width"] - 320 * scale) / 2
    top = box["y"] + (box["height"] - 213 * scale) / 2
    return left + (column + 0.5) * scale, top + (row + 0.5) * scale


def colour_at(root: Locator, column: int, row: int) -> list[int]:
    """What is painted in the middle of a pixel of china."""
    painted: list[int] = root.locator("canvas.picture").evaluate(
        """(canvas, [column, row]) => {
          const scale = Math.min(canvas.width / 320, canvas.height / 213);
          const x = (canvas.width - 320 * scale) / 2 + (column + 0.5) * scale;
          const y = (canvas.height - 213 * scale) / 2 + (row + 0.5) * scale;
          return [...canvas.getContext("2d").getImageData(Math.floor(x), Math.floor(y), 1, 1).data];
        }""",
        [column, row],
    )
    return painted[:3]


def near(painted: list[int], expected: Any) -> bool:
    return all(abs(a - int(b)) <= 2 for a, b in zip(painted, expected, strict=True))


def test_the_wipe_shows_the_picture_left_and_its_segments_right(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "segment-stage")
    handle = root.get_by_role("slider", name="Divider")
    expect(handle).to_have_attribute("aria-valuenow", "50")
    segments = stage.painted(CHINA, FOUND.mixture)
    assert near(colour_at(root, 60, 150), CHINA.pixels[150, 60])
    assert near(colour_at(root, 260, 150), segments[150, 260])
    assert not near(segments[150, 60].tolist(), CHINA.pixels[150, 60])
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(place_of(root, 32, 0)[0], y, steps=8)
    expect(root).to_have_attribute("data-wipe", "10")
    page.mouse.up()
    page.wait_for_url("**gmms_wipe=10**")
    assert near(colour_at(root, 60, 150), segments[150, 60])
    measures: list[float] = page.evaluate(
        "performance.getEntriesByName('genmodels:segment-stage:wipe').map((m) => m.duration)"
    )
    assert measures
    handle.press("ArrowRight")
    handle.press("PageUp")
    page.wait_for_url("**gmms_wipe=21**")
    handle.press("End")
    expect(handle).to_have_attribute("aria-valuetext", re.compile("picture on 100 percent"))
    expect(root).to_have_attribute("data-wipe", "100")
    assert near(colour_at(root, 310, 150), CHINA.pixels[150, 310])


def test_a_pixel_s_shares_follow_the_pointer_and_open_on_a_click(open_page: Callable[..., Page]):
    page = open_page(URL)
    root = ready(page, "segment-stage")
    column, row = 250, 180
    n = row * 320 + column
    likeliest = int(FOUND.mixture.labels[n])
    page.mouse.move(*place_of(root, column, row))
    colour = " ".join(map(str, CHINA.pixels[row, column].tolist()))
    status = root.locator(".status")
    expect(status).to_contain_text(f"Pixel 250, 180: red, green, blue {colour}")
    expect(status).to_contain_text(f"component {likeliest + 1}, k-means’ cluster")
    for k in range(5):
        share = round(100 * int(FOUND.shares[k, n]) / 255)
        expect(root.locator("button.tile").nth(k).locator(".share")).to_have_text(f"γ {share} %")
    assert "gmms_at" not in page.url
    page.mouse.click(*place_of(root, column, row))
    page.wait_for_url("**gmms_at=250-180**")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text(f"Pixel 250, 180: component {likeliest + 1}")
    x = run.features(CHINA, run.Settings())[n]
    expect(inspector).to_contain_text(f"{100 * FOUND.model.responsibilities([x]).max():.1f} %")
    root.locator("canvas.picture").press("Shift+ArrowLeft")
    page.wait_for_url("**gmms_at=240-180**")
    expect(inspector).to_contain_text("Pixel 240, 180")


def test_layers_soft_maps_and_k_means(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmms_wipe=0")
    root = ready(page, "segment-stage")
    root.locator("button.tile").nth(1).click()
    expect(root).to_have_attribute("data-right", "soft map")
    expect(root).to_have_attribute("data-component", "2")
    page.wait_for_url("**gmms_comp=2**")
    for column, row in ((5, 100), (260, 20), (250, 180)):
        share = int(FOUND.shares[1, row * 320 + column])
        assert near(colour_at(root, column, row), [share] * 3)
    root.get_by_label("Right").select_option("k-means")
    page.wait_for_url("**gmms_right=k-means**")
    clusters = stage.painted(CHINA, FOUND.clusters)
    assert near(colour_at(root, 250, 180), clusters[180, 250])
    root.get_by_label("Right").select_option("borders")
    page.wait_for_url("**gmms_right=borders**")
    expect(root).to_have_attribute("data-right", "borders")


def test_em_plays_iteration_by_iteration(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmms_wipe=0&gmms_em=true&gmms_step=1")
    root = ready(page, "segment-stage")
    expect(root).to_have_attribute("data-step", "1")
    expect(root.locator(".status")).to_contain_text("After iteration 1 of EM: ")
    X = run.features(CHINA, run.Settings())
    labels = run.likeliest(FOUND.models[1], X)
    colours = run.as_bytes(run.segment_means(CHINA.colours, labels, 5))
    assert near(colour_at(root, 250, 180), colours[labels[180 * 320 + 250]])
    weight = root.locator("button.tile .weight").first
    expect(weight).to_have_text(f"{round(100 * FOUND.models[1].weights[0])} %")
    root.get_by_role("button", name="First", exact=True).click()
    page.wait_for_url("**gmms_step=0**")
    expect(root.locator(".status")).to_contain_text("EM’s start: ")
    root.get_by_role("button", name="Last", exact=True).click()
    expect(root).to_have_attribute("data-step", str(len(stage.iterations(25)) - 1))
    expect(root.locator(".status")).to_contain_text("After iteration 25 of EM: ")
    assert near(colour_at(root, 250, 180), stage.painted(CHINA, FOUND.mixture)[180, 250])


def test_on_a_phone_nothing_overflows_and_a_tap_opens(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmms_k=10", width=390, height=844, has_touch=True)
    root = ready(page, "segment-stage")
    canvas = root.locator("canvas.picture")
    page.touchscreen.tap(*place_of(root, 40, 30))
    page.wait_for_url("**gmms_at=**")
    expect(root).to_have_attribute("data-pixel", "40,30")
    box = canvas.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_uploaded_picture_is_segmented(open_page: Callable[..., Page]):
    page = open_page(URL + "?gmms_picture=your+own")
    root = ready(page, "segment-stage")
    before = root.get_attribute("data-stage")
    page.locator('input[type="file"]').set_input_files(
        [{"name": "two.png", "mimeType": "image/png", "buffer": portrait()}]
    )
    expect(root).not_to_have_attribute("data-stage", before or "")
    expect(page.locator(".st-key-stage")).to_contain_text("Your picture: PNG, 213 x 320")
    box = root.locator("canvas.picture").bounding_box()
    assert box
    assert box["height"] <= 452


def portrait() -> bytes:
    """A picture higher than wide, of many colours."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(CHINA.pixels).rotate(90, expand=True).save(buffer, "PNG")
    return buffer.getvalue()
