"""The people grid in Chromium: sliders move the crowd without a rerun, Python agrees after it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.nb.diagnosis import case as run

from .conftest import ready

STUDY = run.study("heart", "mixed")
OWN = STUDY.patient(4)


def shows(root: Locator, case: run.Case) -> None:
    """The widget's own sum and crowd are those of the model."""
    reading = run.read(STUDY, case)
    expect(root).to_have_attribute("data-people", str(run.frequency(reading.total)[0]))
    said = float(root.get_attribute("data-total") or "nan")
    assert said == pytest.approx(reading.total, abs=1e-6)
    expect(root.locator(".crowd")).to_contain_text(run.frequency(reading.total)[1])


def test_rate_and_findings_move_the_crowd(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-diagnosis")
    root = ready(page, "people-grid")
    clinic = STUDY.rates.index(44.4)
    shows(root, run.Case(OWN, clinic))
    slider = root.get_by_label("Base rate", exact=True)
    slider.press("Home")
    expect(root).to_have_attribute("data-rate", "0.1 %")
    shows(root, run.Case(OWN, 0))
    page.wait_for_url("**nbx_rate=0.1**")
    root.get_by_role("button", name="At screening").click()
    page.wait_for_url("**nbx_rate=1**")
    shows(root, run.Case(OWN, STUDY.rates.index(1)))
    box = root.get_by_label("age", exact=True).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, middle, steps=8)
    oldest = (len(STUDY.grids[0]) - 1, *OWN[1:])
    expect(root.locator("[data-f='0'] output")).to_have_text("77 years")
    shows(root, run.Case(oldest, STUDY.rates.index(1)))
    assert "nbx_x" not in page.url
    page.mouse.up()
    page.wait_for_url("**nbx_x=77**")
    shows(root, run.Case(oldest, STUDY.rates.index(1)))
    entries = "performance.getEntriesByName('genmodels:people-grid:move').length"
    assert page.evaluate(entries) > 3


def test_what_was_not_measured_says_nothing_and_numbers_open(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/nb-diagnosis?nbx_open=f9")
    root = ready(page, "people-grid")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("ST depression: 2.6 mm")
    rate = STUDY.rates.index(44.4)
    root.get_by_label("ST depression measured").uncheck()
    shows(root, run.Case((*OWN[:9], -1, *OWN[10:]), rate))
    expect(inspector).to_contain_text("ST depression: not measured")
    root.get_by_label("ST depression measured").check()
    shows(root, run.Case(OWN, rate))
    root.get_by_role("button", name="Nothing measured").click()
    expect(root).to_have_attribute("data-known", "0")
    shows(root, run.Case((-1,) * 13, rate))
    root.locator("[data-open=probability]").click()
    expect(inspector).to_contain_text("In natural frequencies: 444 of 1,000")
    root.get_by_role("button", name="As measured").click()
    shows(root, run.Case(OWN, rate))
    root.get_by_label("thallium scan", exact=True).select_option("reversible defect")
    shows(root, run.Case((*OWN[:12], 2), rate))


def test_thirty_findings_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-diagnosis?nbx_data=Breast+cancer", width=390, height=844)
    root = ready(page, "people-grid")
    expect(root.locator(".row.finding:visible")).to_have_count(10)
    root.get_by_role("button", name="mean", exact=True).click()
    expect(root.get_by_label("mean radius", exact=True)).to_be_visible()
    expect(root.get_by_label("worst radius", exact=True)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
