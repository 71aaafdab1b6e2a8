"""The tagging page as a script: sentences, limits, links, tries."""

from functools import partial

import pytest

from pages.hmm.tagging import case as run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/tagging/page.py")


def test_by_default() -> None:
    at = open_page()
    assert at.title[0].value == "Parts of speech"
    assert not at.warning
    told = text_of(at)
    assert "**0.966** of words right" in told
    assert "most frequent tags differ at 1 word" in told
    assert "log P(O)" in told


@pytest.mark.parametrize(
    "part, told",
    [
        ("Cell", "Posterior of ADP at column 4"),
        ("Emission", "Emission under ADP"),
        ("Way in", "to ADP"),
        ("Baseline", "Most frequent tag: ADP"),
    ],
)
def test_a_link_opens_a_node(part: str, told: str) -> None:
    at = open_page(
        hmmt_text="Most time flies like an arrow.", hmmt_open="4.7", hmmt_part=part,
        hmmt_mode="posterior", hmmt_step="80",
    )  # fmt: skip
    assert told in text_of(at)
    assert at.query_params["hmmt_open"] == "4.7"
    assert at.query_params["hmmt_step"] == "80"


def test_an_unknown_word_s_emission_opens_to_its_endings() -> None:
    at = open_page(hmmt_text="He frobnicated.", hmmt_open="2.2", hmmt_part="Emission")
    told = text_of(at)
    assert "unknown word" in told
    assert "words in small letters" in told
    assert any("-ated" in str(table.value) for table in at.table)


@pytest.mark.parametrize(
    "text, message",
    [
        ("   ", "at least one word"),
        ("a b. " * 1000, "at most 4,000 characters; it has 5,000"),
        ("so " * 70, "this one has 70"),
        ("hi \x07 there", "can't be seen"),
    ],
)
def test_what_can_t_be_read_is_said_and_nothing_is_lost(text: str, message: str) -> None:
    at = open_page()
    at.text_area(key="hmmt_text").set_value(text).run()
    assert not at.exception, at.exception
    assert message in text_of(at)
    assert at.text_area(key="hmmt_text").value == text


def test_an_emptied_field_keeps_the_last_sentence() -> None:
    at = open_page(hmmt_text="Dogs bark.")
    at.text_area(key="hmmt_text").set_value("").run()
    assert at.session_state["hmmt_shown"].words == ("Dogs", "bark", ".")
    assert "last sentence that could be read" in text_of(at)


@pytest.mark.parametrize(
    "text", ["Go", "😀 <b>*x*</b> $y$ \u202e :red[z] `~|", "x" * 3000, "مرحبا 你好"]
)
def test_strange_signs_are_words_too(text: str) -> None:
    for part in run.OPENERS:
        open_page(hmmt_text=text, hmmt_open="1.1", hmmt_part=part)


def test_a_second_sentence_is_chosen() -> None:
    at = open_page(hmmt_text="Dogs bark. They can fish.", hmmt_sentence="2")
    assert at.session_state["hmmt_shown"].words[0] == "They"
    at.number_input(key="hmmt_pick").set_value(1).run()
    assert at.session_state["hmmt_shown"].words[0] == "Dogs"
    assert "hmmt_sentence" not in at.query_params


def test_an_example_is_tagged() -> None:
    at = open_page(hmmt_open="1.1")
    at.selectbox(key="hmmt_example").select("Buffalo").run()
    assert not at.exception, at.exception
    assert len(at.session_state["hmmt_shown"].words) == 9
    assert "hmmt_open" not in at.query_params


@pytest.mark.parametrize("value", ["<script>", "1e999", "-1", "9" * 4000])
def test_a_bad_link_is_told(value: str) -> None:
    names = [
        "hmmt_way", "hmmt_alpha", "hmmt_mode", "hmmt_part", "hmmt_section", "hmmt_linear",
        "hmmt_sentence", "hmmt_step",
    ]  # fmt: skip
    at = open_page(hmmt_open="1.1", **dict.fromkeys(names, value))
    warned = text_of(at)
    for name in names:
        assert f"link's {name} must" in warned, name
    at = open_page(hmmt_open=value)
    assert "link's hmmt_open must" in text_of(at)


def test_the_table_of_moves_opens() -> None:
    at = open_page(hmmt_section="Tag after tag", hmmt_from="start", hmmt_to="PRON")
    assert "From a sentence's start to PRON" in text_of(at)
    at.selectbox(key="hmmt_to").select("VERB").run()
    assert "From a sentence's start to VERB" in text_of(at)
    assert "link's hmmt_from must" in text_of(
        open_page(hmmt_section="Tag after tag", hmmt_from="Q")
    )


def test_held_out_figures_mark_the_chosen() -> None:
    at = open_page(hmmt_section="Held out", hmmt_way="add α", hmmt_alpha="0.1", hmmt_true="VERB")
    table = at.table[0].value
    assert table["all words"].tolist() == ["0.9437", "0.9663", "0.9561", "0.9548", "0.9415"]
    assert table[""].tolist() == ["", "", "", "✓", ""]
    assert "Truly VERB, tagged NOUN" in text_of(at)


@pytest.mark.parametrize(
    "which, told",
    list(enumerate(["From PRON to VERB", "Posterior of NOUN", "unknown word", "HMM, 1 added"])),
)
def test_each_try_shows_its_state(which: int, told: str) -> None:
    at = open_page(hmmt_section="Sentence", hmmt_mode="forward")
    at.button(key=f"hmmt_try_{which}").click().run()
    assert not at.exception, at.exception
    assert told in text_of(at)
