"""The page of what the filter learnt, as a script: states, search, marks, times, bad links."""

from functools import partial

import pytest

from pages.nb.words import speed as nb_speed
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/words/page.py")


def test_it_opens_with_words():
    at = open_page()
    assert at.title[0].value == "What it learnt"
    assert "Click a word" in text_of(at)
    assert not at.warning


def test_a_link_opens_a_word_at_an_alpha():
    at = open_page(nbw_word="razor", nbw_stop="0", nbw_search="raz")
    assert "“razor”" in text_of(at)
    assert "log 0 = −∞" in text_of(at)
    assert at.query_params["nbw_stop"] == "0"


@pytest.mark.parametrize("text", ["", " ", "<script>", "🙂", "a" * 100_000, "[[", "$\\"])
def test_any_search_is_fine_and_a_long_one_is_told(text: str):
    at = open_page(nbw_search=text)
    assert bool([w for w in at.warning if "at most 40 letters" in w.value]) == (len(text) > 40)
    assert at.session_state["nbw_export"][3] == (text.strip() if len(text) <= 40 else "")


def test_a_fingerprint_opens_in_both_collections():
    at = open_page(nbw_section="Fingerprints")
    assert "are gone from the later one" in text_of(at)
    at.selectbox(key="nbw_pick").set_value("supplied").run()
    assert not at.exception
    assert "Gone:" in text_of(at)
    assert "later collection" in text_of(at)
    assert at.query_params["nbw_word"] == "supplied"


def test_a_measurement_is_made_on_the_spot(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nb_speed.measure, "__defaults__", ("multinomial", 1))
    at = open_page(nbw_section="Fast")
    assert "Not measured yet" in text_of(at)
    at.button(key="nbw_measure").click().run()
    assert not at.exception
    kind, measured = at.session_state["nbw_speed"]
    assert kind == "multinomial"
    assert [s.who for s in measured] == ["genmodels", "scikit-learn"] * 3
    assert "Median of 1 turns" in text_of(at)


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nb_speed.measure, "__defaults__", ("multinomial", 1))
    at = open_page()
    at.button(key=f"nbw_try_{which}").click().run()
    assert not at.exception, at.exception
    assert ("razor", "Click a word", "What it lost", "Ratio")[which] in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbw_section", "Nowhere"),
        ("nbw_model", "Gaussian"),
        ("nbw_from", "<b>"),
        ("nbw_stop", "99"),
        ("nbw_stop", "NaN"),
        ("nbw_word", "<script>alert(1)</script>"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
