"""The teaching page as a script: labelling, unlearning, uploads, bad input, tries."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from pages.nb.teach.lesson import Item
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/teach/page.py")


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def test_it_opens_empty():
    at = open_page()
    assert at.session_state["nbe_items"] == ()
    assert "P(spam | text) after 0 labels" in text_of(at)
    assert not at.warning


def test_labels_are_counted_and_taken_back():
    at = open_page()
    press(press(at, "nbe_spam_corpus"), "nbe_ham_corpus")
    assert at.session_state["nbe_items"] == (Item("c", 0, True), Item("c", 1, False))
    assert "after 2 labels" in text_of(at)
    press(at, "nbe_ten")
    assert len(at.session_state["nbe_items"]) == 12
    press(at, "nbe_last")
    assert at.query_params["nbe_taught"].startswith("c0s.c1")
    press(at, "nbe_over")
    assert "nbe_taught" not in at.query_params


def test_a_link_is_a_lesson():
    at = open_page(nbe_taught="c0-9.m0h.o0s", nbe_own='["free lunch"]', nbe_open="5")
    assert len(at.session_state["nbe_items"]) == 12
    assert "after 5 labels" in text_of(at)
    assert at.query_params["nbe_taught"] == "c0-9.m0h.o0s"
    press(at, "nbe_show_accuracy")
    assert "Held-out accuracy" in text_of(at)
    assert at.query_params["nbe_open"] == "accuracy"


def test_a_word_opens():
    at = open_page(nbe_taught="c0-9", nbe_open="word:free")
    assert "“free”" in text_of(at)


def test_the_page_s_messages_and_skipping():
    at = open_page(nbe_source="The page’s")
    press(at, "nbe_spam_page")
    assert at.session_state["nbe_items"] == (Item("m", 0, True),)
    assert at.session_state["nbe_pick"] == "Plain ham"
    at = open_page()
    press(press(at, "nbe_corpus_Skip"), "nbe_ham_corpus")
    assert at.session_state["nbe_items"] == (Item("c", 1, False),)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "a word that can be counted"),
        (" \n\t ", "a word that can be counted"),
        ("🙂 привет 你好", "a word that can be counted"),
        ("a" * 1_000_000, "at most 8000 characters"),
        ("free " * 1_000_000, "at most 8000 characters"),
    ],
    ids=["empty", "blank", "scripts", "megabyte", "million"],
)
def test_a_bad_message_is_told_and_nothing_is_lost(text: str, said: str):
    at = open_page(nbe_source="Your own", nbe_taught="c0-2")
    at.text_area(key="nbe_mine").set_value(text)
    press(at, "nbe_spam_own")
    assert [w for w in at.warning if said in w.value], [w.value for w in at.warning]
    assert at.text_area(key="nbe_mine").value == text
    assert len(at.session_state["nbe_items"]) == 3


def test_markup_is_taught_as_words():
    at = open_page(nbe_source="Your own")
    at.text_area(key="nbe_mine").set_value("<script>alert('free')</script> 🙂 привет")
    press(at, "nbe_spam_own")
    assert at.session_state["nbe_items"] == (Item("o", 0, True),)
    assert at.text_area(key="nbe_mine").value == ""
    assert at.query_params["nbe_taught"] == "o0s"


def test_long_own_texts_stay_out_of_the_link_and_it_is_said():
    at = open_page(nbe_source="Your own")
    at.text_area(key="nbe_mine").set_value("free " * 900)
    press(at, "nbe_spam_own")
    assert "nbe_own" not in at.query_params
    assert "aren’t in the link" in text_of(at)


@pytest.mark.parametrize("text", ["", " ", "free " * 2000, "<b>🙂</b>"], ids=["", "_", "long", "b"])
def test_any_text_can_be_read(text: str):
    at = open_page(nbe_taught="c0-2", nbe_text=text)
    assert not at.exception, at.exception
    told = [w for w in at.warning if "at most 8,000 characters" in w.value]
    assert bool(told) == (len(text) > 8000)


def test_a_file_without_labels_is_told_and_a_good_one_is_taught():
    at = open_page(nbe_source="CSV file", nbe_taught="c0-2")
    at.file_uploader(key="nbe_file").upload("a.csv", b"text,class\nfree,spam", "text/csv").run()
    assert [w for w in at.warning if "column named label" in w.value]
    assert len(at.session_state["nbe_items"]) == 3
    data = b"text,label\nfree money,spam\nlunch at noon,ham\n"
    at.file_uploader(key="nbe_file").upload("b.csv", data, "text/csv").run()
    press(at, "nbe_take_file")
    assert at.session_state["nbe_items"][3:] == (Item("o", 0, True), Item("o", 1, False))


def test_a_full_lesson_says_so():
    at = open_page(nbe_taught="c0-194")
    press(at, "nbe_ten")
    assert [w for w in at.warning if "at most 200 messages" in w.value]
    assert len(at.session_state["nbe_items"]) == 195


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    press(at, f"nbe_try_{which}")
    told = text_of(at)
    assert ("accuracy", "after 5 labels", "after 11 labels", "overtakes")[which] in told


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbe_section", "Nowhere"),
        ("nbe_source", "<b>"),
        ("nbe_model", "Gaussian"),
        ("nbe_alpha", "0"),
        ("nbe_prior", "nan"),
        ("nbe_rows", "\u202e"),
        ("nbe_taught", "c0-9.x"),
        ("nbe_taught", "o0s"),
        ("nbe_open", "x" * 4000),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning


@pytest.mark.parametrize("name, value", [("nbe_draws", "3"), ("nbe_stop", "99")])
def test_a_bad_link_of_the_curve_is_told(name: str, value: str):
    at = open_page(nbe_section="Learning curve", **{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
