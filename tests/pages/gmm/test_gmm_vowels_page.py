"""The vowels page as a script: default, links, tries, what was wrong with a link."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/vowels/page.py")


def test_the_default_state_opens_a_place():
    at = open_page()
    assert "F1 530, F2 1840 Hz" in text_of(at)
    assert "0.753" in text_of(at)
    assert not at.warning


def test_a_link_opens_a_speaker_s_recorded_vowel():
    at = open_page(gmmv_group="women", gmmv_speaker="50", gmmv_vowel="980", gmmv_space="lobanov")
    assert at.selectbox(key="gmmv_speaker").value == 50
    assert "“heed”, woman 17" in text_of(at)
    assert "Held out with its speaker, it is taken for “heed”, rightly." in text_of(at)
    assert at.query_params["gmmv_vowel"] == "980"
    assert at.query_params["gmmv_speaker"] == "50"


def test_other_speakers_bring_their_voice():
    at = open_page(gmmv_speaker="50", gmmv_at="700-1200")
    at.selectbox(key="gmmv_group").set_value("children").run()
    assert not at.exception, at.exception
    assert at.selectbox(key="gmmv_voice").value == "child"
    assert at.selectbox(key="gmmv_speaker").value == 0
    assert at.query_params["gmmv_at"] == "700-1200"


def test_a_confused_vowel_goes_to_the_pad():
    at = open_page()
    row = at.selectbox(key="gmmv_hear").options
    assert len(row) > 10
    at.selectbox(key="gmmv_hear").select_index(0).run()
    assert not at.exception, at.exception
    assert "wrongly: “hod” was said" in text_of(at)


def test_without_labels():
    at = open_page(gmmv_section="Without labels", gmmv_space="lobanov")
    assert [m.value for m in at.metric] == ["0.922", "0.911"]


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"gmmv_try_{which}").click().run()
    assert not at.exception, at.exception


@pytest.mark.parametrize(
    "name, value",
    [
        ("gmmv_group", "dogs"),
        ("gmmv_space", "<script>"),
        ("gmmv_voice", "\u202e"),
        ("gmmv_speaker", "77"),
        ("gmmv_speaker", "1e999"),
        ("gmmv_at", "530"),
        ("gmmv_at", "1e999-1"),
        ("gmmv_vowel", "1520"),
        ("gmmv_vowel", "٣"),
        ("gmmv_section", "Break"),
        ("gmmv_k", "0"),
        ("gmmv_start", "here"),
        ("gmmv_seed", "1e999"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    link = {name: value}
    if name in ("gmmv_k", "gmmv_start", "gmmv_seed"):
        link["gmmv_section"] = "Without labels"
    at = open_page(**link)
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning


def test_a_speaker_of_others_is_told():
    at = open_page(gmmv_group="men", gmmv_speaker="50")
    assert [w for w in at.warning if "a speaker of men, 1 to 33" in w.value], at.warning
