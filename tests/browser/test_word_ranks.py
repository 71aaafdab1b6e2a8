"""The ranked words in Chromium: the slider re-ranks at once, alpha 0 is said, rows open."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from genmodels.datasets import spam
from genmodels.runs import nb_words

from .conftest import ready


def top(alpha: float, label: int) -> str:
    vocabulary = spam.load().vocabulary
    return " ".join(vocabulary[f] for f in nb_words.ranked("multinomial", alpha, label)[:3])


def test_the_slider_ranks_anew(open_page: Callable[..., Page]):
    page = open_page("/nb-words")
    root = ready(page, "word-ranks")
    slider = root.locator("input[type=range]")
    for key, alpha in (("End", 100.0), ("Home", 0.0), ("ArrowRight", 0.001)):
        slider.press(key)
        expect(root).to_have_attribute("data-spam", top(alpha, spam.SPAM))
        expect(root).to_have_attribute("data-ham", top(alpha, spam.HAM))
        if alpha == 0:
            expect(root.locator(".status")).to_contain_text("log 0 = −∞")
            expect(root.locator(".ham .row[data-away=false] .weight").first).to_have_text("−∞")
    page.wait_for_url("**nbw_stop=1**")


def test_a_word_opens_and_a_search_narrows(open_page: Callable[..., Page]):
    page = open_page("/nb-words?nbw_from=The+earlier")
    root = ready(page, "word-ranks")
    search = page.get_by_label("Search")
    search.fill("suppl")
    search.press("Enter")
    row = root.locator(".row[data-word='supplied'][data-away=false]")
    expect(row.locator(".word")).to_have_attribute("data-mark", "gone")
    row.click()
    expect(page.get_by_text("“supplied”", exact=True)).to_be_visible()
    page.wait_for_url("**nbw_word=supplied**")
    search.fill("<b>zz</b>")
    search.press("Enter")
    expect(root.locator(".none").first).to_contain_text("contains “<b>zz</b>”")
