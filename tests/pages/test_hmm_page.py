"""The hidden Markov model's page through AppTest: states that a link can say, and bad input."""

from functools import partial

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import sequences
from tests.pages.script import open_page
from tests.pages.script import text_of as words

run = partial(open_page, "hmm_page.py")


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
    ],
)
def test_bad_links_get_a_message(link: dict[str, str]) -> None:
    at = run(**link)
    assert len(at.warning) >= 1
    assert "Durbin" in words(at)


def test_the_tries() -> None:
    at = run()
    tried = ["Posterior of Healthy at column 2", "−3.45403", "impossible", "−33.4587"]
    for i, said in enumerate(tried):
        at.button(key=f"hmm_try_{i}").click().run()
        assert not at.exception
        assert said in words(at)
    assert at.session_state["hmm_kept"]["preset"] == "robot"


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
