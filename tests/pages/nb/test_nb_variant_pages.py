"""The theorem's page and the three variants' as scripts: figures, links, bad links, tries."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.kit import frame
from pages.nb.theorem import case as nb_theorem
from pages.nb.variants import case_run as nb_variants
from pages.nb.variants.case_run import Case
from tests.conftest import ROOT
from tests.pages import script
from tests.pages.script import text_of

theorem = partial(script.open_page, "nb/theorem/page.py")
gaussian = partial(script.open_page, "nb/variants/gaussian_page.py")
WORDS = {"nbm": "nb/variants/multinomial_page.py", "nbb": "nb/variants/bernoulli_page.py"}


# -- the theorem -----------------------------------------------------------------------------------


def test_the_theorem_opens_a_published_test():
    at = theorem(nbt_open="posterior-1")
    assert at.title[0].value == "Bayes' theorem"
    table = nb_theorem.stories()["Screening test"].table
    assert frame.full(table.posterior() or 0) in text_of(at)
    assert [at.text_input(key=k).value for k in ("nbt_prior", "nbt_true", "nbt_false")] == [
        "0.01",
        "0.8",
        "0.096",
    ]
    assert not at.warning


@pytest.mark.parametrize("title", list(nb_theorem.stories()))
def test_every_example_shows_its_source(title):
    at = theorem(nbt_preset=title, nbt_open="evidence-1")
    story = nb_theorem.stories()[title]
    assert story.source[:40] in text_of(at)
    assert frame.full(story.table.evidence) in text_of(at)


def test_numbers_are_typed_in_three_ways_and_open():
    at = theorem(nbt_open="posterior-1")
    at.text_input(key="nbt_prior").set_value("1/2").run()
    at.text_input(key="nbt_true").set_value("90 %").run()
    at.text_input(key="nbt_false").set_value("0,3").run()
    assert frame.full(0.75) in text_of(at)
    assert "Moved away from its source" in text_of(at)


@pytest.mark.parametrize("text", ["", "2", "1/0", "nan", "<b>"])
def test_a_bad_number_is_told_beside_its_field_and_nothing_is_lost(text):
    at = theorem(nbt_prior="0.25", nbt_open="evidence-1")
    before = text_of(at)
    at.text_input(key="nbt_true").set_value(text).run()
    assert not at.exception
    assert len(at.warning) == 1
    assert "P(E | H) must be a number from 0 to 1" in text_of(at)
    assert at.text_input(key="nbt_true").value == text
    assert frame.full(nb_theorem.TwoWay(0.25, 0.8, 0.096).evidence) in before
    assert frame.full(nb_theorem.TwoWay(0.25, 0.8, 0.096).evidence) in text_of(at)
    at.text_input(key="nbt_true").set_value("0.4").run()
    assert not at.warning
    assert frame.full(nb_theorem.TwoWay(0.25, 0.4, 0.096).evidence) in text_of(at)


def test_a_link_of_an_example_as_it_is_stays_exact():
    at = theorem(nbt_preset="Spam: “free”", nbt_prior="0.3056", nbt_true="0.5")
    counted = nb_theorem.stories()["Spam: “free”"].table.prior
    assert at.session_state["nbt_goto"]["prior"] == counted
    assert at.session_state["nbt_goto"]["if_true"] == 0.5


def test_what_can_not_happen_has_no_posterior():
    at = theorem(nbt_true="0", nbt_false="0", nbt_open="posterior-1")
    assert "nothing to condition on" in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbt_preset", "<script>"),
        ("nbt_prior", "1.5"),
        ("nbt_false", "٣"),
        ("nbt_given", "F"),
        ("nbt_open", "joint-2-2"),
        ("nbt_shown", "Of 7"),
    ],
)
def test_a_bad_link_of_the_theorem(name, value):
    at = theorem(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert at.text_input(key="nbt_prior").value == "0.01"


@pytest.mark.parametrize("which", range(4))
def test_each_try_of_the_theorem(which):
    at = theorem()
    at.button(key=f"nbt_try_{which}").click().run()
    assert not at.exception
    assert at.query_params["nbt_open"] == ("factor" if which == 2 else "posterior-1")


# -- Gaussian --------------------------------------------------------------------------------------


def posterior_of(training: str, case: Case, c: int) -> str:
    return frame.full(float(nb_variants.read(nb_variants.gaussian(training), case).posterior[c]))


def test_the_gaussian_opens_a_bird_in_doubt():
    at = gaussian(nbg_open="posterior-1")
    assert at.title[0].value == "Gaussian Naive Bayes"
    case = Case(nb_variants.bird(339), (True,) * 4, 20, nb_variants.SMALL)
    assert posterior_of("all", case, 1) in text_of(at)
    assert "Bird 339 is a Chinstrap" in text_of(at)
    assert "nbg_x" not in at.query_params


def test_a_link_holds_values_what_is_off_prior_and_smoothing():
    link = {
        "nbg_x": "40,18,190,3700",
        "nbg_off": "2,4",
        "nbg_prior": "50",
        "nbg_smoothing": "0.001",
        "nbg_open": "posterior-0",
    }
    at = gaussian(**link)
    assert {name: at.query_params[name] for name in link} == link
    places = tuple(
        f.place(v) for f, v in zip(nb_variants.MEASURES, (40, 18, 190, 3700), strict=True)
    )
    smoothing = nb_variants.VAR_SMOOTHINGS.index(0.001)
    case = Case(places, (True, False, True, False), 50, smoothing)
    assert posterior_of("all", case, 0) in text_of(at)


def test_variance_zero_is_told_and_the_page_goes_on():
    at = gaussian(nbg_training="alike Adelies", nbg_smoothing="0", nbg_open="f2-0")
    assert any("variance 0" in w.value for w in at.warning)
    assert "raise the smoothing" in text_of(at)


def test_another_bird_goes_on_the_table():
    at = gaussian(nbg_open="f0-0")
    at.number_input(key="nbg_bird").set_value(1).run()
    assert not at.exception
    assert "Bird 1 is an Adelie" in text_of(at)
    at.selectbox(key="nbg_up").set_value("bill length").run()
    assert "two different measurements" in text_of(at)


@pytest.mark.parametrize("which", range(4))
def test_each_try_of_the_gaussian(which):
    at = gaussian()
    at.button(key=f"nbg_try_{which}").click().run()
    assert not at.exception
    assert at.query_params["nbg_open"] == ["f1-1", "posterior-2", "f2-0", "f1-1"][which]


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbg_bird", "343"),
        ("nbg_bird", "1e999"),
        ("nbg_training", "none"),
        ("nbg_across", "wing"),
        ("nbg_x", "٣,1,1,1"),
        ("nbg_off", "5"),
        ("nbg_prior", "100"),
        ("nbg_smoothing", "1e-3"),
        ("nbg_open", "f9-0"),
    ],
)
def test_a_bad_link_of_the_gaussian(name, value):
    at = gaussian(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    assert "Bird 339" in text_of(at)


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", WORDS)
def test_the_same_message_stands_under_both(key):
    at = script.open_page(WORDS[key], **{f"{key}_x": "2,0,0,0,0,1,0,0", f"{key}_open": "f0-1"})
    case = Case((2, 0, 0, 0, 0, 1, 0, 0), (True,) * 8, 31, 5)
    for kind in ("multinomial", "bernoulli"):
        p = float(nb_variants.read(nb_variants.of_words(kind), case).posterior[1])
        assert f"{kind.capitalize()}: spam {p:.3g}"[:-1] in text_of(at)


@pytest.mark.parametrize("key", WORDS)
def test_own_words_and_bad_ones(key):
    at = script.open_page(WORDS[key])
    at.text_input(key=f"{key}_words").set_value("free, Linux, you").run()
    assert not at.exception
    assert not at.warning
    at.text_input(key=f"{key}_words").set_value("free, qqqzzz").run()
    assert any("qqqzzz" in w.value for w in at.warning)
    assert at.session_state[f"{key}_good_words"] == ("free", "linux", "you")
    at.selectbox(key=f"{key}_message").set_value("A polite scam").run()
    assert not at.exception


@pytest.mark.parametrize(
    "key, which", [("nbm", 0), ("nbm", 1), ("nbm", 2), ("nbm", 3), ("nbb", 0), ("nbb", 2)]
)
def test_each_try_of_the_words(key, which):
    at = script.open_page(WORDS[key])
    at.button(key=f"{key}_try_{which}").click().run()
    assert not at.exception
    assert f"{key}_open" in at.query_params
    if which == 2:
        assert "α = 0: the whole product is 0" in text_of(at)


@pytest.mark.parametrize("key", ["nbm"])
@pytest.mark.parametrize(
    "name, value",
    [
        ("words", "free"),
        ("words", "<script>,free"),
        ("words", "w," * 2000),
        ("message", "none"),
        ("x", "21,0,0,0,0,0,0,0"),
        ("off", "9"),
        ("prior", "0.5"),
        ("smoothing", "-1"),
        ("open", "posterior-2"),
    ],
)
def test_a_bad_link_of_the_words(key, name, value):
    at = script.open_page(WORDS[key], **{f"{key}_{name}": value})
    assert [w for w in at.warning if f"{key}_{name}".replace("_", r"\_") in w.value], at.warning
    assert at.session_state[f"{key}_message"] == "Plain spam"


def test_the_pages_link_to_one_another():
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.run()
    at.switch_page("nb/variants/multinomial_page.py").run()
    assert not at.exception
    assert at.title[0].value == "Multinomial Naive Bayes"
