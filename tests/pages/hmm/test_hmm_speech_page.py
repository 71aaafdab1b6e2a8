"""The speech page as a script: default, links, tries, what was wrong with a link."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/speech/page.py")


def test_the_default_state_is_recognised():
    at = open_page()
    assert "taken for “seven”, rightly" in text_of(at)
    assert "can be played" in text_of(at)
    assert "the same speakers stand on both sides" in text_of(at)
    assert not at.warning


def test_a_link_opens_a_frame_s_numbers():
    at = open_page(
        hmms_digit="3",
        hmms_number="5",
        hmms_states="8",
        hmms_heard="4",
        hmms_word="7",
        hmms_missing="2-3",
        hmms_open="Forward",
    )
    assert at.number_input(key="hmms_number").value == 5
    assert "Forward sum of state" in text_of(at)
    assert "at frame 4" in text_of(at)
    assert "of “seven”" in text_of(at)
    assert at.query_params["hmms_missing"] == "2-3"
    assert at.query_params["hmms_heard"] == "4"


def test_a_link_to_the_first_digit_and_recording_stays():
    at = open_page(hmms_digit="0", hmms_number="1")
    assert at.selectbox(key="hmms_digit").value == "0"
    assert at.number_input(key="hmms_number").value == 1
    assert "“zero”" in text_of(at)


def test_another_recording_is_heard_in_full():
    at = open_page(hmms_heard="4", hmms_word="3", hmms_missing="2")
    at.number_input(key="hmms_number").set_value(2).run()
    assert not at.exception, at.exception
    for name in ("hmms_heard", "hmms_word", "hmms_missing"):
        assert name not in at.query_params


def test_the_next_wrong_one_is_wrong():
    at = open_page(hmms_states="8")
    at.button(key="hmms_next_wrong").click().run()
    assert not at.exception, at.exception
    assert "wrongly" in text_of(at)
    assert at.query_params["hmms_states"] == "8"


def test_a_cell_lists_its_recordings_and_opens_one():
    at = open_page(hmms_said="7", hmms_taken="7")
    listed = at.selectbox(key="hmms_listed")
    assert len(listed.options) > 40
    listed.select_index(3).run()
    assert not at.exception, at.exception
    assert at.selectbox(key="hmms_digit").value == "7"


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"hmms_try_{which}").click().run()
    assert not at.exception, at.exception
    told = ("", "wrongly", "", "")[which]
    assert told in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("hmms_digit", "10"),
        ("hmms_digit", "<script>"),
        ("hmms_number", "61"),
        ("hmms_number", "1e999"),
        ("hmms_states", "6"),
        ("hmms_order", "sideways"),
        ("hmms_heard", "99"),
        ("hmms_heard", "-1"),
        ("hmms_word", "\u202e"),
        ("hmms_missing", "5-3"),
        ("hmms_missing", "9" * 5000),
        ("hmms_open", "everything"),
        ("hmms_said", "ten"),
        ("hmms_taken", "-0"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
