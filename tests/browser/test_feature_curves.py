"""The factor table in Chromium: drag, keys, steppers, sliders, its state read from data-*."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

from genmodels.kit import frame
from genmodels.kit.opened import plain
from pages.nb.variants import case as nb_case
from pages.nb.variants import case_run as nb_variants
from pages.nb.variants.case_run import Board, Case

from .conftest import ready


def table(page: Page) -> Locator:
    return ready(page, "feature-curves")


def agrees(root: Locator, board: Board) -> nb_variants.Reading:
    """What the widget added up is what the model says of the same case."""
    case = Case(
        nb_case.parse_values(board, root.get_attribute("data-values") or ""),
        tuple(k == "1" for k in root.get_attribute("data-known") or ""),
        int(root.get_attribute("data-prior") or 0),
        nb_case.parse_smoothing(board, _python(root.get_attribute("data-smoothing") or "")),
    )
    reading = nb_variants.read(board, case)
    shown = [float(v) for v in (root.get_attribute("data-posterior") or "").split(",")]
    np.testing.assert_allclose(shown, reading.posterior, atol=2e-4)
    return reading


def _python(text: str) -> str:
    return f"{float(text):g}"


def test_a_measurement_is_dragged_without_a_rerun(open_page: Callable[..., Page]):
    page = open_page("/nb-gaussian?nbg_open=posterior-0")
    root, board = table(page), nb_variants.gaussian("all")
    agrees(root, board)
    inspector = page.locator(".st-key-inspector")
    canvas = root.locator("canvas.strip").first
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 25)
    page.mouse.down()
    seen = []
    for share in (0.35, 0.45, 0.6):
        before = root.get_attribute("data-values")
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 25, steps=4)
        expect(root).not_to_have_attribute("data-values", before or "")
        agrees(root, board)
        seen.append(root.get_attribute("data-winner"))
    assert seen[0] == "Adelie"
    assert seen[-1] == "Chinstrap"
    assert "nbg_x" not in page.url
    page.mouse.up()
    page.wait_for_url("**nbg_x=**")
    reading = agrees(root, board)
    expect(inspector).to_contain_text(frame.full(float(reading.posterior[0]))[:6])
    name = "performance.getEntriesByName('genmodels:feature-curves:drag').length"
    assert page.evaluate(name) > 0


def test_keys_a_missing_feature_the_regions_and_smoothing(open_page: Callable[..., Page]):
    page = open_page("/nb-gaussian")
    root, board = table(page), nb_variants.gaussian("all")
    first = root.locator("canvas.strip").first
    first.press("ArrowRight")
    expect(root).to_have_attribute("data-values", "43.6,18.1,202,3400")
    first.press("Home")
    expect(first).to_have_attribute("aria-valuenow", "30.0")
    root.get_by_role("checkbox", name="flipper length known").uncheck()
    expect(root).to_have_attribute("data-known", "1101")
    agrees(root, board)
    page.wait_for_url("**nbg_off=3**")
    plane = root.locator("canvas.regions")
    box = plane.bounding_box()
    assert box is not None
    plane.click(position={"x": box["width"] * 0.8, "y": 60})
    expect(root).not_to_have_attribute("data-values", "30.0,18.1,202,3400")
    assert agrees(root, board).winner == 1
    root.get_by_role("slider", name="var_smoothing").press("End")
    expect(root).to_have_attribute("data-smoothing", "0.1")
    agrees(root, board)
    page.wait_for_url("**nbg_smoothing=0.1**")


def test_counts_alpha_and_prior(open_page: Callable[..., Page]):
    page = open_page("/nb-multinomial")
    root, board = table(page), nb_variants.of_words("multinomial")
    root.get_by_role("button", name="patch: once more").click()
    expect(root).to_have_attribute("data-values", "1,1,1,1,1,0,1,0")
    agrees(root, board)
    page.wait_for_url("**nbm_x=1%2C1%2C1%2C1%2C1%2C0%2C1%2C0**")
    field = root.get_by_role("spinbutton", name="free: times")
    field.fill("7")
    expect(root).to_have_attribute("data-values", "7,1,1,1,1,0,1,0")
    root.get_by_role("slider", name="α").press("Home")
    expect(root).to_have_attribute("data-smoothing", "0")
    root.get_by_role("slider", name="Prior of spam").press("Home")
    expect(root).to_have_attribute("data-prior", "1")
    agrees(root, board)
    root.locator('[data-open="f0-1"]').click()
    expect(page.locator(".st-key-inspector")).to_contain_text("Free, spam")
    root.locator('[data-belief="b1"]').press("Enter")
    expect(page.locator(".st-key-inspector")).to_contain_text("after free")


def test_presence_and_the_way_to_the_other_model(open_page: Callable[..., Page]):
    page = open_page("/nb-bernoulli?nbb_x=3,0,0,0,0,0,0,0", width=390, height=844)
    root, board = table(page), nb_variants.of_words("bernoulli")
    agrees(root, board)
    expect(root.locator(".presence").first).to_contain_text("3 times, counts once")
    root.locator(".presence").nth(5).click()
    expect(root).to_have_attribute("data-values", "3,0,0,0,0,1,0,0")
    agrees(root, board)
    page.wait_for_url("**nbb_x=3%2C0%2C0%2C0%2C0%2C1%2C0%2C0**")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Multinomial: spam").click()
    page.wait_for_url("**/nb-multinomial?**")
    other = table(page)
    expect(other).to_have_attribute("data-kind", "multinomial")
    expect(other).to_have_attribute("data-values", "3,0,0,0,0,1,0,0")
    agrees(other, nb_variants.of_words("multinomial"))
    # And back by the link, with what was changed here, not with what was left there.
    other.get_by_role("button", name="money: once more").click()
    page.wait_for_url("**nbm_x=3%2C0%2C1%2C0%2C0%2C1%2C0%2C0**")
    label = nb_variants.read(
        nb_variants.of_words("bernoulli"), Case((3, 0, 1, 0, 0, 1, 0, 0), (True,) * 8, 31, 5)
    ).posterior[1]
    expect(page.get_by_role("link", name=f"Bernoulli: spam {plain(label)}")).to_be_visible()
    page.get_by_role("link", name="Bernoulli: spam").click()
    page.wait_for_url("**/nb-bernoulli?**")
    expect(table(page)).to_have_attribute("data-values", "3,0,1,0,0,1,0,0")
