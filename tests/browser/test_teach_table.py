"""The teaching table in Chromium: labels raise counts, any label is taken back, rows open."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from pages.nb.teach import case as nb_teach
from pages.nb.teach import lesson as run

from .conftest import ready


def test_labels_raise_the_counts_and_are_taken_back(open_page: Callable[..., Page]):
    page = open_page("/nb-teach")
    root = ready(page, "teach-table")
    expect(root).to_have_attribute("data-taught", "0")
    page.get_by_role("button", name="Label ten").click()
    expect(root).to_have_attribute("data-taught", "10")
    after_ten = root.get_attribute("data-p")
    word = root.locator(".row[data-word='!'] .n.spam")
    count = int(word.text_content() or "")
    assert count > 0
    page.get_by_role("button", name="Label spam").click()
    expect(root).to_have_attribute("data-taught", "11")
    root.locator("canvas.trail").press("Delete")
    expect(root).to_have_attribute("data-taught", "10")
    expect(root).to_have_attribute("data-p", after_ten or "")
    expect(word).to_have_text(str(count))


def test_an_earlier_label_opens_and_is_taken_back(open_page: Callable[..., Page]):
    page = open_page("/nb-teach?nbe_taught=m0.m1.m2")
    root = ready(page, "teach-table")
    trail = root.locator("canvas.trail")
    trail.press("Home")
    trail.press("ArrowRight")
    expect(root).to_have_attribute("data-step", "1")
    expect(page.get_by_text("after 1 label", exact=False)).to_be_visible()
    root.get_by_role("button", name="Unlearn 1: Plain spam").click()
    expect(root).to_have_attribute("data-taught", "2")
    page.wait_for_url("**nbe_taught=m1.m2**")


def test_a_row_opens_and_markup_is_text(open_page: Callable[..., Page]):
    page = open_page("/nb-teach?nbe_taught=c0-9&nbe_text=%3Cimg+src%3Dx%3E+free+money")
    root = ready(page, "teach-table")
    root.locator(".row[data-word='free']").click()
    expect(root).to_have_attribute("data-word", "free")
    expect(page.get_by_text("“free”")).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_each_key_is_judged_as_python_does(open_page: Callable[..., Page]):
    page = open_page("/nb-teach?nbe_taught=c0-9&nbe_text=")
    root = ready(page, "teach-table")
    expect(root).to_have_attribute("data-connection", "open")
    taught = run.lesson(run.decode("c0-9", ()), (), "multinomial", 1.0, 0.5)
    area = root.get_by_label("The text being read")
    text = ""
    for part in ("f", "ree", " mon", "ey", "!", " <b>"):
        text += part
        area.press_sequentially(part)
        expect(root).to_have_attribute("data-read", str(len(text)))
        p = float(root.get_attribute("data-p") or "nan")
        expected = nb_teach.trail(taught, text)[-1].probability
        assert abs(p - expected) <= 1e-5 * expected
        names = [row.get_attribute("data-word") for row in root.locator(".row").all()]
        assert names == run.words_of(text)
    page.wait_for_url("**nbe_text=free+money*")  # a rest, no Enter
    page.get_by_role("button", name="Label spam").click()
    expect(root).to_have_attribute("data-taught", "11")
    expect(area).to_have_value(text)
    assert page.evaluate("performance.getEntriesByName('genmodels:teach-table:key').length") >= 6
