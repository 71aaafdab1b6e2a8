"""The page on what "naive" costs, as a script: states, bad links, tries."""

from functools import partial

import pytest

from pages.nb.naive import boards
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/naive/page.py")


def test_it_opens_with_nothing_correlated():
    at = open_page()
    assert at.title[0].value == "What “naive” costs"
    assert "Take away" in text_of(at)
    assert not at.warning


def test_a_link_opens_a_stop_and_its_number():
    at = open_page(nbn_section="Copied", nbn_stop="12", nbn_open="read-naive:0", nbn_at="0.4")
    assert "Naive posterior" in text_of(at)
    assert "13 times what it is worth" in text_of(at)
    assert at.query_params["nbn_at"] == "0.4"


def test_the_spam_section_shows_messages_beside_their_calibration():
    at = open_page(nbn_section="Spam", nbn_open="before:9")
    assert boards.case("none", 0, "multinomial", "all").p.max() == 1.0
    assert "1.000000" in text_of(at)
    assert "Stated 0.9 to 1" in text_of(at)
    at.selectbox(key="nbn_pick_platt").select_index(0).run()
    assert not at.exception
    assert "Recalibrated (Platt)" in text_of(at)


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"nbn_try_{which}").click().run()
    assert not at.exception, at.exception
    assert "=" in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbn_section", "Nowhere"),
        ("nbn_distance", "9"),
        ("nbn_prior", "nan"),
        ("nbn_model", "<script>alert(1)</script>"),
        ("nbn_words", "\u202e\U0001f600"),
        ("nbn_beside", "none"),
        ("nbn_stop", "1e9"),
        ("nbn_stop", "-1"),
        ("nbn_at", "NaN,1"),
        ("nbn_open", "x" * 4000),
    ],
)
def test_a_bad_link_is_told_beside_its_field(name: str, value: str):
    spam_field = name in ("nbn_model", "nbn_words", "nbn_beside")
    link = {"nbn_section": "Spam"} if spam_field else {}
    at = open_page(**{**link, name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
