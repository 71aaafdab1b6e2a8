"""The page of the stream as a script: streams, links, bad links, tries."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/mail/stream_page.py")


def test_the_default_state():
    at = open_page()
    assert at.title[0].value == "Spam: in real time"
    assert not at.warning
    assert "nbs_step" not in at.query_params
    assert "Click a message" in text_of(at)
    assert at.session_state["nbs_goto"][0].step == 200


def test_the_empty_beginning_has_a_link_of_its_own():
    at = open_page(nbs_step="0")
    assert at.session_state["nbs_goto"][0].step == 0
    assert at.query_params["nbs_step"] == "0"


def test_a_link_holds_the_moment_and_the_message():
    link = {"nbs_step": "300", "nbs_message": "242", "nbs_rate": "500"}
    at = open_page(**link, nbs_training="50")
    for name, value in link.items():
        assert at.query_params[name] == value
    assert "Message 242" in text_of(at)
    assert "after learning from it" in text_of(at)
    at.toggle(key="nbs_learn").set_value(False).run()
    assert not at.exception
    assert "Message 242" in text_of(at)
    assert "after learning from it" not in text_of(at)
    assert "Counts of the 50 messages" in text_of(at)


def test_another_stream_keeps_the_step_and_closes_the_message():
    at = open_page(nbs_step="300", nbs_message="242")
    at.radio(key="nbs_order").set_value("The later collection").run()
    assert not at.exception
    assert at.query_params["nbs_step"] == "300"
    assert "nbs_message" not in at.query_params


@pytest.mark.parametrize("order", ["Held out, shuffled", "The later collection"])
@pytest.mark.parametrize("model", ["Multinomial", "Bernoulli"])
@pytest.mark.parametrize("learn", ["true", "false"])
def test_every_setting_runs(order, model, learn):
    link = {"nbs_order": order, "nbs_model": model, "nbs_learn": learn}
    at = open_page(**link, nbs_step="9999", nbs_open="online.precision", nbs_training="4437")
    assert not at.warning
    assert "Precision, learning" in text_of(at)


@pytest.mark.parametrize(
    "which, words",
    [
        (0, "Recall, learning"),
        (1, "Right of the last 100, not learning"),
        (2, "Precision, learning"),
        (3, "Recall, not learning"),
    ],
)
def test_each_try_shows_its_state(which, words):
    at = open_page(nbs_seed="7")
    at.button(key=f"nbs_try_{which}").click().run()
    assert not at.exception
    assert words in text_of(at)
    assert at.session_state["nbs_learn"] is (which != 3)


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbs_order", "<script>alert(1)</script>"),
        ("nbs_learn", "perhaps"),
        ("nbs_training", "11"),
        ("nbs_model", "Gaussian"),
        ("nbs_alpha", "0"),
        ("nbs_seed", "1e999"),
        ("nbs_rate", "7"),
        ("nbs_open", "online.secrets"),
        ("nbs_step", "-1"),
        ("nbs_message", "NaN"),
    ],
)
def test_a_bad_link_is_told_and_the_rest_holds(name, value):
    kept = {"nbs_alpha": "0.1"} if name != "nbs_alpha" else {"nbs_training": "20"}
    at = open_page(**{name: value}, **kept)
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    ((key, expected),) = kept.items()
    assert at.session_state[key] == expected
