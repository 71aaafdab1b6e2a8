"""The genre and the sentiment page as scripts: default states, links, what opens, bad links."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.datasets.written_texts import PASSAGES
from genmodels.kit.frame import full
from pages.nb.texts.genres import cross_validated
from pages.nb.texts.sentiment import held_out
from tests.pages import script
from tests.pages.script import text_of

genres = partial(script.open_page, "nb/texts/genres_page.py")
sentiment = partial(script.open_page, "nb/texts/sentiment_page.py")


def linked(at: AppTest, name: str) -> str | None:
    value = at.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def press(at: AppTest, label: str) -> AppTest:
    at = next(b for b in at.button if label in b.label).click().run()
    assert not at.exception, at.exception
    return at


def test_genres_show_model_test_and_verdict_and_every_control_changes_them():
    at = genres()
    assert at.title[0].value == "Document categories"
    assert any("accuracy **0.540** ± 0.042" in b.label for b in at.button)
    assert any("largest class **0.160**" in b.label for b in at.button)
    assert "Meant as **News**. **The model gets it right.**" in text_of(at).replace("  ", " ")
    assert "non-commercial" in text_of(at)
    assert "**Accuracy, 15 ways**" in text_of(press(at, "accuracy"))
    at.select_slider(key="nbr_alpha").set_value("0.1").run()
    assert any(f"**{cross_validated(15, 0.1).accuracy:.3f}**" in b.label for b in at.button)
    at.session_state["nbr_ways"] = "4 groups"
    at.run()
    assert any(f"**{cross_validated(4, 0.1).accuracy:.3f}**" in b.label for b in at.button)
    at.selectbox(key="nbr_sample").set_value(PASSAGES[9].title).run()
    assert not at.exception
    assert "The model gets it wrong" in text_of(at)


def test_a_genres_link_restores_the_text_and_what_is_open():
    text = "The captain <b>fired</b> **twice** 😀"
    at = genres(nbr_text=text, nbr_open="w12", nbr_against="0", nbr_alpha="0.1")
    assert not at.warning
    assert linked(at, "nbr_text") == text
    assert linked(at, "nbr_against") == "0"
    at = genres(nbr_text="", nbr_open="margin", nbr_ways="4 groups")
    assert "Not one word that the model knows" in text_of(at)
    assert "**Other prose against Fiction**" in text_of(at)


def test_a_confusion_cell_opens_to_its_words_and_each_word_to_its_sum():
    at = genres(nbr_section="Held out", nbr_cell="0.1")
    count = cross_validated(15).confusion[0, 1]
    assert "**News called Editorial**" in text_of(at)
    assert f"= **{full(count)}** of 44 documents" in text_of(at)
    at.selectbox(key="nbr_true_box").set_value("Religion").run()
    assert "**Religion called Editorial**" in text_of(at)
    assert linked(at, "nbr_cell") == "3.1"
    assert "No document." in text_of(at)
    at = genres(nbr_section="Held out", nbr_word="his")
    assert "“his”: Religion called Belles lettres" in text_of(at)


def test_telling_words_open_and_warn_of_fingerprints():
    at = genres(nbr_section="Words", nbr_class="11")
    assert "“hal” in Science fiction" in text_of(at)
    assert "A fingerprint of one text" in text_of(at)
    at.selectbox(key="nbr_word_box").set_value("planet").run()
    assert "“planet” in Science fiction" in text_of(at)


def test_sentiment_shows_model_test_and_verdict_and_every_control_changes_them():
    at = sentiment()
    assert at.title[0].value == "Sentiment"
    assert any("accuracy **0.804**" in b.label for b in at.button)
    assert any("AUC **0.847**" in b.label for b in at.button)
    assert any("always 5 stars **0.660**" in b.label for b in at.button)
    assert "only counts ship" in text_of(at)
    for name, title in (
        ("accuracy", "**Accuracy, held out**"), ("AUC", "**AUC**"),
        ("fewer ✗", "**Fewer stars, called 5 stars**"), ("always", "**Always “5 stars”**"),
    ):  # fmt: skip
        at = press(at, name)
        assert title in text_of(at)
    at.session_state["nbv_model"] = "Bernoulli"
    at.run()
    assert any("accuracy **0.719**" in b.label for b in at.button)
    at.slider(key="nbv_threshold").set_value(0.9).run()
    cut = 2.1972245773362196
    assert any(f"**{held_out('bernoulli').accuracy(cut):.3f}**" in b.label for b in at.button)


def test_sentiment_opens_the_words_that_are_not_there():
    at = sentiment(nbv_model="Bernoulli", nbv_text="not good", nbv_open="absent")
    assert "The 4,822 words that are not there" in text_of(at)
    assert linked(at, "nbv_text") == "not good"


def test_not_good_is_heard_by_pairs_and_counted_on_the_real_reviews():
    at = sentiment(nbv_section="Not good", nbv_features="words and pairs", nbvp_open="w3")
    for words in ("“not good”", "3,980 reviews", "these don’t ship"):
        assert words in text_of(at)
    labels = [b.label for b in at.button]
    for score in ("0.804", "0.826", "0.829"):
        assert f"held out **{score}**" in labels
    for five in ("0.542", "0.338", "0.231"):
        assert f"P(5 stars) **{five}**" in labels
    assert "McNemar" in text_of(press(at, "held out **0.826"))
    assert "Words and pairs: right" in text_of(at)


@pytest.mark.parametrize("section", ["Held out", "Words"])
def test_other_sections_of_sentiment_open(section):
    at = sentiment(nbv_section=section, nbv_class="1", nbv_flagged="500")
    assert ("Accuracy, held out" if section == "Held out" else "in 5 stars") in text_of(at)


@pytest.mark.parametrize(
    "page, label, expected",
    [
        (genres, "weather", "Hobbies against"),
        (genres, "Romance or mystery", "Romance against Mystery"),
        (genres, "Religion, called", "Religion called Belles lettres"),
        (genres, "Six documents", "in Science fiction"),
        (sentiment, "Not delicious", "The model gets it wrong"),
        (sentiment, "With pairs", "**5 stars against fewer stars**"),
        (sentiment, "A word between", "**5 stars against fewer stars**"),
        (sentiment, "Not bad", "**5 stars against fewer stars**"),
        (sentiment, "Two words", "words that are not there"),
        (sentiment, "Bernoulli, tested", "0.719033"),
    ],
)
def test_each_thing_to_try_shows_what_it_promises(page, label, expected):
    at = press(page(), label)
    assert expected in text_of(at)
    assert expected in text_of(press(at, label))


BAD_LINKS = [
    (genres, "nbr_ways", "7"),
    (genres, "nbr_alpha", "0"),
    (genres, "nbr_section", "Break"),
    (genres, "nbr_sample", "../../etc/passwd"),
    (genres, "nbr_text", "x" * 12_001),
    (genres, "nbr_open", "c15"),
    (genres, "nbr_open", "<script>"),
    (genres, "nbr_against", "99"),
    (sentiment, "nbv_model", "Gaussian"),
    (sentiment, "nbv_threshold", "nan"),
    (sentiment, "nbv_threshold", "1"),
    (sentiment, "nbv_against", "2"),
    (sentiment, "nbv_text", "good " * 2500),
]
SECTION_LINKS = [
    (genres, "Held out", "nbr_cell", "99.1"),
    (genres, "Held out", "nbr_cell", "x"),
    (genres, "Words", "nbr_class", "15"),
    (sentiment, "Words", "nbv_class", "2"),
    (sentiment, "Held out", "nbv_flagged", "-1"),
    (sentiment, "Not good", "nbv_features", "trigrams"),
    (sentiment, "Not good", "nbvp_open", "c2"),
]


@pytest.mark.parametrize("page, name, value", BAD_LINKS)
def test_a_bad_link_gets_a_message(page, name, value):
    at = page(**{name: value})
    assert len(at.warning) == 1
    assert name in at.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("page, section, name, value", SECTION_LINKS)
def test_a_bad_link_of_a_section_gets_a_message_there(page, section, name, value):
    at = page(**{f"{name[:3]}_section": section, name: value})
    assert len(at.warning) == 1
    assert name in at.warning[0].value.replace("\\", "")
