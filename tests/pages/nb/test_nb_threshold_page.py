"""The page of thresholds as a script: figures, links, bad links, tries."""

from functools import partial

import pytest

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "nb/threshold/page.py")


def test_both_tests_stand_beside_each_other():
    at = open_page()
    assert at.title[0].value == "Spam: thresholds and drift"
    labels = {b.key: b.label for b in at.button if b.key.startswith("nbd_both")}
    assert labels["nbd_both_folds_accuracy"] == "0.972"
    assert labels["nbd_both_time_accuracy"] == "0.933"
    assert labels["nbd_both_folds_hard ham flagged"] == "0.157"
    assert labels["nbd_both_time_hard ham flagged"] == "0.294"
    assert not at.warning
    assert "nbd_cut" not in at.query_params


def test_a_compared_number_opens_in_its_test():
    at = open_page(nbd_cut="5")
    at.button(key="nbd_both_time_AUC").click().run()
    assert not at.exception
    assert at.session_state["nbd_test"] == "Earlier to later"
    assert at.query_params["nbd_open"] == "auc"
    assert at.query_params["nbd_cut"] == "5"
    assert "Area under the ROC curve" in text_of(at)


def test_a_link_holds_cut_cost_and_message():
    link = {"nbd_test": "Earlier to later", "nbd_cut": "-12.5", "nbd_cost": "1/5"}
    at = open_page(**link, nbd_message="4020")
    for name, value in {**link, "nbd_message": "4020"}.items():
        assert at.query_params[name] == value
    assert "4020: log-odds" in text_of(at)
    at.select_slider(key="nbd_alpha").set_value("0.1").run()
    assert not at.exception
    assert at.query_params["nbd_cut"] == "-12.5"


def test_a_message_of_the_other_test_opens_nothing():
    at = open_page(nbd_test="Earlier to later", nbd_message="1")
    assert "log-odds" not in at.markdown[-3].value
    assert [w for w in at.warning if "nbd\\_message must be" in w.value]


@pytest.mark.parametrize("model", ["Multinomial", "Bernoulli"])
@pytest.mark.parametrize("test", ["Random folds", "Earlier to later"])
@pytest.mark.parametrize("alpha", ["0.001", "10"])
def test_every_setting_runs(model, test, alpha):
    at = open_page(nbd_model=model, nbd_test=test, nbd_alpha=alpha, nbd_open="best")
    assert "The cheapest cut" in text_of(at)


@pytest.mark.parametrize(
    "which, words",
    [
        (0, "The cut if P were calibrated"),
        (1, "Accuracy"),
        (2, "Hard ham flagged"),
        (3, "Area under the ROC curve"),
    ],
)
def test_each_try_shows_its_state(which, words):
    at = open_page()
    at.button(key=f"nbd_try_{which}").click().run()
    assert not at.exception
    assert words in text_of(at)
    assert (at.session_state["nbd_test"] == "Random folds") == (which == 0)


@pytest.mark.parametrize(
    "name, value",
    [
        ("nbd_test", "<script>alert(1)</script>"),
        ("nbd_model", "Poisson"),
        ("nbd_alpha", "0"),
        ("nbd_alpha", "1e999"),
        ("nbd_cut", "nan"),
        ("nbd_cut", "9" * 4000),
        ("nbd_cost", "0"),
        ("nbd_open", "nothing"),
        ("nbd_message", "0"),
        ("nbd_message", "٣"),
    ],
)
def test_a_bad_link_is_told_and_the_rest_holds(name, value):
    kept = {"nbd_model": "Bernoulli"} if name != "nbd_model" else {"nbd_test": "Earlier to later"}
    at = open_page(**{name: value}, **kept)
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning
    ((key, expected),) = kept.items()
    assert at.session_state[key] == expected
