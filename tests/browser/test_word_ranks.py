"""The ranked words in Chromium: the slider re-ranks at once, alpha 0 is said, rows open."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from genmodels.datasets import spam
from pages.nb.words import case as nb_words

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
    search = root.get_by_label("Search the words")
    search.press_sequentially("suppl")  # no Enter
    expect(root).to_have_attribute("data-search", "suppl")
    row = root.locator(".row[data-word='supplied'][data-away=false]")
    expect(row.locator(".word")).to_have_attribute("data-mark", "gone")
    row.click()
    expect(page.get_by_text("“supplied”", exact=True)).to_be_visible()
    page.wait_for_url("**nbw_word=supplied**")
    search.fill("<b>zz</b>")
    expect(root.locator(".none").first).to_contain_text("contains “<b>zz</b>”")
    page.wait_for_url("**nbw_search=*zz*")


def test_each_key_shows_python_s_own_ranking(open_page: Callable[..., Page]):
    page = open_page("/nb-words")
    root = ready(page, "word-ranks")
    search = root.get_by_label("Search the words")
    vocabulary = spam.load().vocabulary
    text = ""
    for letter in ("f", "r", "e", "Backspace"):
        search.press(letter)
        text = text[:-1] if letter == "Backspace" else text + letter
        expect(root).to_have_attribute("data-search", text)
        for label, side in ((spam.HAM, "ham"), (spam.SPAM, "spam")):
            among = nb_words.containing(text)
            found = nb_words.ranked("multinomial", 1.0, label, words=among)
            best = [vocabulary[f] for f in found[: nb_words.TOP]]
            expect(root).to_have_attribute(f"data-{side}", " ".join(best[:3]))
            rows = root.locator(f".{side} .row[data-away=false]")
            for word in best:  # a row may still be on its way in or out
                expect(
                    root.locator(f".{side} .row[data-away=false][data-word='{word}']")
                ).to_be_attached()
            expect(rows).to_have_count(len(best))
    assert page.evaluate("performance.getEntriesByName('genmodels:word-ranks:search').length")
