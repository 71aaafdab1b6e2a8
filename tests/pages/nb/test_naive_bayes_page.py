"""The Naive Bayes page as a script: its default state, others by link and by control, bad links."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.datasets import spam
from pages.nb.spam_filter import Settings, held_out, read
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/spam/page.py")


def linked(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def press(at: AppTest, label: str) -> AppTest:
    at = next(b for b in at.button if label in b.label).click().run()
    assert not at.exception, at.exception
    return at


def scores(at: AppTest) -> list[str]:
    return [b.label for b in at.button if (b.key or "").startswith("nb_open_")]


def test_the_default_state_shows_its_model_and_its_test():
    at = open_page()
    test = held_out(Settings())
    assert at.title[0].value == "Naive Bayes"
    assert f"accuracy **{test.accuracy:.3f}**" in scores(at)
    assert any(f"**{test.confusion[0, 0]}**" in label for label in scores(at))
    assert "Meant as **ham**" in text_of(at)
    assert "The model gets it right" in text_of(at)
    assert "SpamAssassin" in text_of(at)


def test_every_control_changes_the_test_with_the_model():
    at = open_page()
    at.radio(key="nb_model").set_value("Bernoulli").run()
    assert f"accuracy **{held_out(Settings('bernoulli')).accuracy:.3f}**" in scores(at)
    at.select_slider(key="nb_alpha").set_value("0.1").run()
    at.slider(key="nb_prior").set_value(0.6).run()
    at.select_slider(key="nb_training").set_value("200").run()
    assert not at.exception
    test = held_out(Settings("bernoulli", 0.1, 0.6, 200))
    assert f"recall **{test.recall:.3f}**" in scores(at)
    assert f"precision **{test.precision:.3f}**" in scores(at)


@pytest.mark.parametrize("message", spam.MESSAGES, ids=lambda m: m.key)
def test_each_message_says_what_it_was_meant_as_and_whether_that_is_seen(message):
    at = open_page()
    at.selectbox(key="nb_message").set_value(message.title).run()
    assert not at.exception
    right = read(message.text, Settings()).is_spam == message.is_spam
    assert f"Meant as **{'spam' if message.is_spam else 'ham'}**" in text_of(at)
    assert ("gets it right" if right else "gets it wrong") in text_of(at)


def test_a_link_restores_everything():
    text = "free money for a kernel"
    at = open_page(
        nb_model="Bernoulli",
        nb_alpha="0.5",
        nb_prior="0.4",
        nb_training="1000",
        nb_text=text,
        nb_times="0x3,5x0",
        nb_open="0",
    )
    assert at.radio(key="nb_model").value == "Bernoulli"
    assert at.select_slider(key="nb_alpha").value == "0.5"
    assert at.slider(key="nb_prior").value == 0.4
    assert at.select_slider(key="nb_training").value == "1000"
    assert "Word 1: “free”" in text_of(at)
    assert "Repeated, yet counted once" in text_of(at)
    assert not at.warning
    assert linked(at, "nb_text") == text
    assert linked(at, "nb_times") == "0x3,5x0"


@pytest.mark.parametrize("name", ["prior", "absent", "total", "probability", "accuracy", "fp"])
def test_every_sum_opens_by_link(name):
    at = open_page(nb_model="Bernoulli", nb_open=name)
    title = {
        "prior": "Prior",
        "absent": "words that are not there",
        "total": "Total log-odds",
        "probability": "P(spam | message)",
        "accuracy": "Accuracy",
        "fp": "Ham called spam",
    }[name]
    assert title in text_of(at)
    assert not at.warning


def test_the_scores_and_the_confusion_matrix_open():
    at = open_page()
    for label, title in (("precision", "Precision"), ("recall", "Recall"), ("ham ✗", "Ham called")):
        at = press(at, label)
        assert title in text_of(at)


def test_the_check_section_draws_the_test():
    at = open_page(nb_section="Check")
    assert len(at.get("plotly_chart")) == 2
    assert "How sure, and how wrong" in text_of(at)


@pytest.mark.parametrize(
    "label, expected",
    [
        ("α = 0", ["whole message impossible under spam", "−∞"]),
        ("Prior 0.99", ["**Prior**", "4.595"]),
        ("Bernoulli from 50", ["**Recall**"]),
        ("One word, ten times", ["“credit”"]),
    ],
)
def test_each_thing_to_try_shows_what_it_promises(label, expected):
    at = press(open_page(), label)
    for words in expected:
        assert words in text_of(at)
    # and again from there: a try is a state, not a toggle
    at = press(at, label)
    assert all(words in text_of(at) for words in expected)


def test_no_answer_says_so():
    at = open_page(nb_alpha="0", nb_text="kernel mortgage bulls href", nb_open="probability")
    assert not at.exception
    at = open_page(nb_alpha="0", nb_training="10", nb_open="probability")
    assert "Every class gives this message probability 0" in text_of(at)


BAD_LINKS = [
    ("nb_alpha", "-1"),
    ("nb_alpha", "nan"),
    ("nb_alpha", "one"),
    ("nb_prior", "2"),
    ("nb_prior", "0"),
    ("nb_prior", "NaN"),
    ("nb_prior", "0.123"),
    ("nb_training", "33"),
    ("nb_training", ""),
    ("nb_model", "Gaussian"),
    ("nb_message", "../../etc/passwd"),
    ("nb_text", "x" * 8001),
    ("nb_times", "1y2"),
    ("nb_times", "0x-1"),
    ("nb_times", "0x999"),
    ("nb_times", "😀"),
    ("nb_open", "everything"),
    ("nb_open", "-3"),
    ("nb_open", "9" * 400),
]


@pytest.mark.parametrize("name, value", BAD_LINKS)
def test_a_bad_link_gets_a_message_and_the_rest_stays(name, value):
    rest = {"nb_model": "Bernoulli"} if name != "nb_model" else {"nb_alpha": "0.5"}
    at = open_page(**rest, **{name: value})
    assert len(at.warning) == 1
    assert name in at.warning[0].value.replace("\\", "")
    if name != "nb_model":
        assert at.radio(key="nb_model").value == "Bernoulli"


def test_markup_and_other_scripts_stay_text():
    text = "<script>alert(1)</script> **bold** $x$ :red[free] 你好 😀"
    at = open_page(nb_text=text, nb_open=str(text.index("free")))
    assert "“free”" in text_of(at)
    assert linked(at, "nb_text") == text
