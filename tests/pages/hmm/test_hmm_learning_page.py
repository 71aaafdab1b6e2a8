"""The learning page as a script: default, links, tries, locks, what was wrong with a link."""

from functools import partial

import pytest

from pages.hmm.learning import case as learning_run
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/learning/page.py")


def test_the_default_state_shows_the_start():
    at = open_page()
    assert "log P of all sequences" in text_of(at)
    assert "−435.34" in text_of(at)
    assert "Labels are arbitrary; nearest to the true tables: 1 is Cold, 2 is Hot" in text_of(at)
    assert not at.warning


def test_a_link_opens_a_half_step_and_a_number():
    at = open_page(hmml_step="4", hmml_open="A:1.2", hmml_lock="B1", hmml_shown="3")
    setup = learning_run.Setup(
        "ice_cream", learning_run.drawn("ice_cream", 12, 24, 0), "Random", 2, 1, ("B1",)
    )
    one = learning_run.run(setup)
    assert "A, 1 → 2" in text_of(at)
    assert f"= **{one.models[2].transition[0, 1]:.10f}".rstrip("0")[:14] in text_of(at)
    assert at.query_params["hmml_step"] == "4"
    assert at.query_params["hmml_open"] == "A:1.2"
    assert at.query_params["hmml_lock"] == "B1"


def test_a_lock_begins_another_run_that_keeps_its_row():
    at = open_page(hmml_step="62")
    before = text_of(at)
    at.session_state["hmml_pills"] = ["A1", "B2"]
    at.run()
    assert not at.exception, at.exception
    assert at.query_params["hmml_lock"] == "A1,B2"
    assert text_of(at) != before


def test_typing_begins_with_what_was_drawn_and_keeps_the_last_valid():
    at = open_page(hmml_n="2", hmml_len="3")
    at.segmented_control(key="hmml_from").set_value("Typed").run()
    drawn = learning_run.drawn("ice_cream", 2, 3, 0)
    assert at.text_area(key="hmml_text").value == learning_run.text_of("ice_cream", drawn)
    value = next(m.value for m in at.markdown if m.value.startswith("= **"))
    at.text_area(key="hmml_text").set_value("1 2 9").run()
    assert "Sequence 1: Symbol 3 must be one of 1, 2, 3, or ?; it is “9”." in text_of(at)
    assert value in text_of(at)
    at.text_area(key="hmml_text").set_value("1 2 ?\n3").run()
    assert not at.warning
    assert value not in text_of(at)


def test_own_tables_are_normalised_and_say_where_a_sequence_is_impossible():
    link = {"hmml_from": "Typed", "hmml_text": "1 1\n1 3", "hmml_start": "Own tables"}
    at = open_page(**link, hmml_tables="1 0\n.5 .4\n0 1\n.5 .5 0\n.5 .5 0")
    assert "transition rows must sum to 1; row 1 sums to 0.9." in text_of(at)
    at.button(key="hmml_normalise").click().run()
    assert not at.exception, at.exception
    assert "Sequence 2 is impossible under this start: at column 2, “3”" in text_of(at)


def test_other_data_bring_their_symbols():
    at = open_page(hmml_from="Typed", hmml_text="1 2 3", hmml_shown="1")
    at.selectbox(key="hmml_data").set_value("Healthy or fever").run()
    assert not at.exception, at.exception
    assert at.text_area(key="hmml_text").value == "normal cold dizzy"
    assert not at.warning


def test_fewer_sequences_than_the_one_on_the_stage():
    at = open_page(hmml_shown="12")
    at.number_input(key="hmml_n").set_value(3).run()
    assert not at.exception, at.exception
    assert at.number_input(key="hmml_shown").value == 3


def test_a_restart_opens_on_the_stage():
    at = open_page(hmml_section="Ten restarts", hmml_n="3", hmml_len="10")
    assert "random starts" in text_of(at)
    button = next(b for b in at.button if b.key == "hmml_restart_4")
    button.click().run()
    assert not at.exception, at.exception
    assert at.segmented_control(key="hmml_section").value == "Watch"
    assert at.number_input(key="hmml_seed").value == 4
    assert int(at.query_params["hmml_step"]) > 0


@pytest.mark.parametrize(
    "which, said",
    [
        (0, "by at most 0.13"),
        (1, "saddle"),
        (2, "−∞ nats under these tables"),
        (3, "a zero stays zero"),
    ],
)
def test_each_try_shows_its_state(which: int, said: str):
    at = open_page(hmml_lock="pi", hmml_k="4")
    at.button(key=f"hmml_try_{which}").click().run()
    assert not at.exception, at.exception
    assert said in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("hmml_data", "Robot in ten rooms"),
        ("hmml_from", "<script>"),
        ("hmml_n", "31"),
        ("hmml_len", "0"),
        ("hmml_draw", "1e999"),
        ("hmml_start", "\u202e"),
        ("hmml_k", "6"),
        ("hmml_seed", "-1"),
        ("hmml_shown", "99"),
        ("hmml_step", "two"),
        ("hmml_open", "node:x"),
        ("hmml_lock", "C1"),
        ("hmml_section", "Break"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    if name == "hmml_section":
        assert "log P of all sequences" in text_of(at)  # the first section instead
        return
    assert f"The link's {name} must" in text_of(at)


@pytest.mark.parametrize(
    "text, said",
    [
        ("?", None),
        ("1", None),
        ("", "at least one sequence"),
        ("\n" * 500, "at least one sequence"),
        ("1 " * 100, "at most 60 symbols"),
        ("1\n" * 31, "at most 30 sequences"),
        ("😀 ٣", "it is “😀”"),
    ],
)
def test_any_text_as_sequences(text: str, said: str | None):
    at = open_page(hmml_from="Typed", hmml_text=text)
    assert "log P of all sequences" in text_of(at)
    assert (said or "") in text_of(at)
    assert bool(at.warning) == (said is not None)
