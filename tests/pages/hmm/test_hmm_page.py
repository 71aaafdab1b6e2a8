"""The hidden Markov model's page through AppTest: states that a link can say, and bad input."""

from functools import partial

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import sequences
from pages.hmm.trellis import setup as hmm_setup
from tests.pages.script import open_page
from tests.pages.script import text_of as words

run = partial(open_page, "hmm/trellis/page.py")


def test_the_default_state() -> None:
    at = run()
    text = words(at)
    assert "Hidden Markov model" in text
    assert "Durbin" in text
    assert "−19.4778" in text  # as hmmlearn scores it
    assert not at.warning


def test_a_linked_model_with_an_opened_node() -> None:
    at = run(hmm_preset="fever", hmm_mode="forward", hmm_open="2.2", hmm_obs="normal ? dizzy")
    text = words(at)
    assert "Forward sum at Fever, column 2" in text
    assert "−2.28180" in text
    assert not at.warning


def test_edited_tables_in_a_link() -> None:
    at = run(hmm_preset="fever", hmm_a="0.5,0.5;0.5,0.5")
    assert at.session_state["hmm_kept"]["tables"][1] == ((0.5, 0.5), (0.5, 0.5))
    assert at.query_params["hmm_a"] == "0.5,0.5;0.5,0.5"


def test_every_path_adds_up() -> None:
    text = words(run(hmm_preset="fever", hmm_section="Every path"))
    assert "**0.03628000000**; the forward algorithm says **0.03628000000**" in text
    assert "**8** paths" in text
    assert "too many paths" in words(run(hmm_preset="robot", hmm_section="Every path"))


def test_a_row_that_does_not_sum_to_one_is_told_and_normalised_on_request() -> None:
    at = run(hmm_preset="fever", hmm_a="0.7,0.2;0.4,0.6")
    assert "transition rows must sum to 1; row 1 sums to 0.9." in words(at)
    assert "last valid model" in words(at)
    assert at.session_state["hmm_kept"]["tables"][1] == ((0.7, 0.3), (0.4, 0.6))
    at.button(key="hmm_normalise_transition").click().run()
    assert not at.exception
    assert not at.warning
    assert at.session_state["hmm_kept"]["tables"][1][0] == pytest.approx((7 / 9, 2 / 9))


def test_an_unknown_symbol_loses_nothing() -> None:
    at = run(hmm_preset="fever", hmm_obs="cold cold")
    at.text_area(key="hmm_obs").set_value("normal warm").run()
    assert "Symbol 2 must be one of normal, cold, dizzy, or ?; it is “warm”." in words(at)
    assert at.text_area(key="hmm_obs").value == "normal warm"
    assert at.session_state["hmm_kept"]["observations"] == (1, 1)


@pytest.mark.parametrize(
    "link",
    [
        {"hmm_preset": "nope"},
        {"hmm_mode": "sideways"},
        {"hmm_step": "zz"},
        {"hmm_step": "-1"},
        {"hmm_open": "a.b"},
        {"hmm_pi": "0.5"},
        {"hmm_pi": "-1,2"},
        {"hmm_a": "x"},
        {"hmm_a": "nan,1;0,1"},
        {"hmm_b": "1e999"},
        {"hmm_obs": "9 9 9"},
        {"hmm_obs": "1" * 5000},
        {"hmm_obs": "<script>alert(1)</script>"},
        {"hmm_blank": "0"},
        {"hmm_blank": "2,3"},
        {"hmm_section": "Nowhere"},
        {"hmm_section": "Generate", "hmm_gen_seed": "-1"},
        {"hmm_section": "Generate", "hmm_gen_length": "61"},
        {"hmm_section": "Generate", "hmm_gen_step": "1e9"},
        {"hmm_section": "Generate", "hmm_gen_open": "x"},
        {"hmm_section": "Two paths", "hmm_path": "the best"},
        {"hmm_section": "P(O) three ways", "hmm_way": "sideways"},
    ],
)
def test_bad_links_get_a_message(link: dict[str, str]) -> None:
    at = run(**link)
    assert len(at.warning) >= 1
    assert "Hidden Markov model" in words(at)


def test_the_tries() -> None:
    at = run()
    tried = ["Posterior of Healthy at column 2", "−3.45403", "impossible", "−33.4587", "11 of 14"]
    for i, said in enumerate(tried):
        at.button(key=f"hmm_try_{i}").click().run()
        assert not at.exception
        assert said in words(at)
    assert at.session_state["hmm_kept"]["preset"] == "ice_cream"


def test_the_tries_of_two_paths() -> None:
    at = run(hmm_section="Two paths")
    for i, said in enumerate(["columns 15, 16, 17", "which A forbids", "differ in column 3"]):
        at.button(key=f"hmm_try_{i}").click().run()
        assert not at.exception
        assert said in words(at)


def test_the_tries_of_costs_and_of_drawing() -> None:
    at = run(hmm_section="P(O) three ways")
    for i, said in enumerate(["three meet", "three meet", "Both meet"]):
        at.button(key=f"hmm_try_{i}").click().run()
        assert not at.exception
        assert said in words(at)
    at = run(hmm_section="Generate")
    tables = []
    for i in range(3):
        at.button(key=f"hmm_try_{i}").click().run()
        assert not at.exception
        assert "Expected before looking" in words(at)
        tables.append(at.dataframe[0].value)
    assert tables[2]["Viterbi"][0] == "30, 100.0 %"
    assert tables[2]["posterior"][0] == "30, 100.0 %"
    assert float(tables[1]["Viterbi"][0].split(", ")[1].rstrip(" %")) < 80


def test_the_compared_paths_do_differ() -> None:
    fever = sequences.PRESETS["fever"]
    model = hmm.HiddenMarkovModel(
        np.array(fever.initial),
        np.array(fever.transition),
        hmm.CategoricalEmission(np.array(fever.emission)),
    )
    seen = np.array([fever.symbols.index(symbol) for symbol in ("normal", "dizzy", "cold")])
    assert hmm.viterbi(model, seen).path.tolist() == [0, 1, 1]
    assert hmm.forward_backward(model, seen).posterior.argmax(axis=1).tolist() == [0, 1, 0]


def test_another_preset_brings_its_own_tables_and_sequence() -> None:
    at = run(hmm_pi="0.1,0.9")
    at.selectbox(key="hmm_preset").set_value("ice_cream").run()
    assert not at.exception
    assert at.text_area(key="hmm_obs").value.startswith("2 3 3 2")
    assert at.session_state["hmm_kept"]["tables"][0] == ((0.5, 0.5),)
    assert "hmm_pi" not in at.query_params


def test_two_paths_open_their_numbers() -> None:
    at = run(hmm_section="Two paths", hmm_preset="ferry")
    assert "The posterior path" in words(at)
    assert "= **−∞** nats" in words(at)
    assert "Column 3 makes it impossible." in words(at)
    at.button_group(key="hmm_path").set_value("Viterbi path").run()
    assert "= **−2.724027156** nats" in words(at)
    at.button_group(key="hmm_path_number").set_value("columns right").run()
    assert "columns" in words(at)
    assert not at.exception


def test_the_three_ways_meet_on_the_page() -> None:
    at = run(hmm_section="P(O) three ways", hmm_preset="fever", hmm_way="all paths")
    text = words(at)
    assert "All three meet" in text
    assert "path by path" in text
    assert "= **−3.316488654** nats" in text
    at = run(hmm_section="P(O) three ways", hmm_preset="robot", hmm_way="all paths")
    assert "10^50 paths are too many" in words(at)


def test_a_blanked_observation_is_linked_and_both_numbers_stand() -> None:
    at = run(hmm_preset="fever", hmm_blank="2.9", hmm_mode="posterior", hmm_open="2.1")
    text = words(at)
    assert "2 of 3 seen: $\\log P$ = **−2.28180** nats" in text
    assert "all 3 seen: $\\log P$ = **−3.31649** nats" in text
    assert "bits wide" in text
    assert at.query_params["hmm_blank"] == "2"
    at.button(key="hmm_show_all").click().run()
    assert "hmm_blank" not in at.query_params
    assert "seen:" not in words(at)
    at = run(hmm_preset="fever", hmm_blank="1.2.3")
    assert "0 of 3 seen: $\\log P$ = **0** nats" in words(at)  # nothing seen has P = 1


def test_drawn_sequences_are_decoded_and_can_be_read() -> None:
    link = {"hmm_gen_seed": "3", "hmm_gen_length": "20", "hmm_gen_step": "42"}
    at = run(hmm_section="Generate", hmm_gen_open="2.1", **link)
    text = words(at)
    assert "Drawing column 2's state" in text
    assert "Expected before looking" in text
    at.toggle(key="hmm_gen_show").set_value(False).run()
    assert "hidden" in words(at)
    assert "picked" not in words(at)
    at.button(key="hmm_gen_read").click().run()
    assert not at.exception
    assert at.text_area(key="hmm_obs").value == sequences.PRESETS["late"].observations


def test_every_file_can_be_taken_away() -> None:
    at = run(hmm_section="Take away", hmm_preset="fever")
    labels = [button.label for button in at.get("download_button")]
    assert labels == ["Model (JSON)", "Posteriors (CSV)", "Picture (SVG)", "Script (Python)"]
    at = run(hmm_section="Take away", hmm_preset="fever", hmm_obs="normal ? dizzy")
    assert len(at.get("download_button")) == 3
    assert "takes no missing observations" in words(at)


def test_a_pasted_table_of_the_wrong_shape_is_told_and_nothing_lost() -> None:
    at = run(hmm_preset="fever", hmm_b="0.4,0.4,0.2;0.1,0.3,0.6")
    at.text_area(key="hmm_paste_transition").set_value("0.5 0.5").run()
    at.button(key="hmm_use_transition").click().run()
    assert "There must be 2 row(s) of 2 numbers; the rows have: 2." in words(at)
    assert at.session_state["hmm_kept"]["tables"][1] == ((0.7, 0.3), (0.4, 0.6))
    at.text_area(key="hmm_paste_transition").set_value("0.5\t0.5\n0.9\t0.1").run()
    at.button(key="hmm_use_transition").click().run()
    assert not at.exception
    assert at.session_state["hmm_kept"]["tables"][1] == ((0.5, 0.5), (0.9, 0.1))
    # What was edited in another table stays.
    assert at.session_state["hmm_kept"]["tables"][2][0] == (0.4, 0.4, 0.2)
    assert "There must be" not in words(at)


@pytest.mark.parametrize("section", hmm_setup.SECTIONS)
@pytest.mark.parametrize("observations", ["?", "", "normal dizzy cold"])
def test_every_section_bears_one_column_none_and_an_impossible_one(
    section: str, observations: str
) -> None:
    """T = 1 with nothing seen, T = 0, and a sequence that this model can't make."""
    link = {"hmm_b": "0.5,0.5,0;0.1,0.3,0.6", "hmm_pi": "1,0", "hmm_a": "1,0;0.4,0.6"}
    at = run(hmm_preset="fever", hmm_section=section, hmm_obs=observations, **link)
    if observations == "" and section != "Generate":
        assert "at least one symbol" in words(at)
    if "dizzy" in observations and section in ("Watch", "Two paths"):
        assert "This sequence is impossible" in words(at)
