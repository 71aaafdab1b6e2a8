"""The tagging page in Chromium: type, tag, open by keyboard, click a table's cell, many words."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import ready

OPEN = Callable[..., Page]
URL = "/hmm-tagging"


def test_a_typed_sentence_is_tagged_and_its_link_opens_it_again(open_page: OPEN) -> None:
    page = open_page(URL)
    line = ready(page, "tag-line")
    expect(line).to_have_attribute("data-tags", "DET NOUN VERB ADJ . ADV PRON VERB ADP PRON .")
    box = page.get_by_label("A sentence", exact=True)
    box.fill("Dogs frobnicated 😀")
    box.press("Control+Enter")
    expect(line).to_have_attribute("data-tags", re.compile(r"^NOUN VERB \S+$"))
    expect(ready(page, "trellis")).to_have_attribute("data-steps", str(1 + 3 * 12 + 3))
    page.wait_for_url(lambda url: "hmmt_text=Dogs" in url)
    line.locator(".word").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"hmmt_open=2\.2"))
    again = open_page(page.url[page.url.index(URL) :])
    expect(ready(again, "trellis")).to_have_attribute("data-selected", "1,1")
    expect(ready(again, "tag-line")).to_have_attribute("data-selected", "1")


def test_keys_alone_open_a_word_down_to_its_counts(open_page: OPEN) -> None:
    page = open_page(URL + "?hmmt_part=Baseline")
    line = ready(page, "tag-line")
    line.locator(".word").first.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    expect(line.locator(".status")).to_contain_text("Its most frequent tag is NOUN")
    page.keyboard.press("Enter")
    expect(line).to_have_attribute("data-selected", "7")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("Most frequent tag: NOUN")
    expect(inspector).to_contain_text("84")
    trellis = ready(page, "trellis")
    expect(trellis).to_have_attribute("data-selected", "7,1")
    expect(line.locator(".word").nth(7)).to_be_focused()


def test_a_cell_of_the_table_opens_to_its_counts(open_page: OPEN) -> None:
    page = open_page(URL + "?hmmt_section=Tag+after+tag")
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("From DET to NOUN")
    cell = page.locator(".js-plotly-plot .textpoint text", has_text="70").first  # PRON, VERB
    cell.wait_for()
    box = cell.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    expect(inspector).to_contain_text("From PRON to VERB")
    expect(inspector).to_contain_text("32410")


def test_what_is_tried_is_shown_and_linked(open_page: OPEN) -> None:
    page = open_page(URL)
    ready(page, "tag-line")
    page.get_by_role("button", name="One word twice").click()
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text("From PRON to VERB")
    page.wait_for_url(lambda url: "hmmt_open=8.2" in url and "hmmt_part=Way" in url)
    page.get_by_role("button", name="Add one").click()
    expect(inspector).to_contain_text("Held-out accuracy, HMM, 1 added")
    page.wait_for_url(lambda url: "hmmt_section=Held" in url and "hmmt_way=add" in url)


def test_sixty_words_stay_inside_a_phone_s_width(open_page: OPEN) -> None:
    text = "+".join(["When", "the", "train", "that", "we", "had", "waited", "for"] * 8)
    page = open_page(f"{URL}?hmmt_text={text}&hmmt_open=58.1", width=390, dark=True)
    expect(ready(page, "trellis")).to_have_attribute("data-steps", str(1 + 60 * 12 + 60))
    line = ready(page, "tag-line")
    expect(page.get_by_text("only the first 60 are tagged")).to_be_visible()
    expect(line.locator(".word").nth(57)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
