"""Every opened number of the Naive Bayes page: its expression, evaluated, is the value shown."""

import math

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from pages.nb import naive_bayes_opened as arithmetic
from pages.nb.spam_filter import KINDS, Settings, held_out, read

ALL = spam.TRAINING_SIZES[-1]
SETTINGS = [
    Settings(kind, alpha, prior, training)
    for kind in KINDS
    for alpha, prior, training in [
        (1.0, 0.31, ALL),
        (0.0, 0.5, 500),
        (0.0, 0.99, 10),
        (0.001, 0.01, 50),
        (10.0, 0.31, 2000),
    ]
]


def agrees(opened) -> None:
    value = evaluate(opened.expression)
    if math.isnan(opened.value):
        assert math.isnan(value), opened.title
    else:
        assert value == pytest.approx(opened.value, rel=1e-9, abs=1e-9), opened.title
    for row in opened.rows:
        if row.expression:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)
    assert opened.formula
    assert opened.substitution.count(r"\begin") == opened.substitution.count(r"\end")


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_everything_in_every_message_evaluates_to_what_is_shown(settings):
    for message in spam.MESSAGES:
        text = message.text + " zzxq free free"
        starts = read(text, settings).starts
        reading = read(text, settings, {starts[0]: 0, starts[3]: 4, starts[5]: 20})
        agrees(arithmetic.prior(reading))
        agrees(arithmetic.total(reading))
        agrees(arithmetic.probability(reading))
        if settings.kind == "bernoulli":
            agrees(arithmetic.absent(reading))
        for i in range(len(reading.tokens)):
            agrees(arithmetic.word(reading, i))


def test_the_waterfall_adds_up():
    for settings in SETTINGS[:1] + SETTINGS[5:6]:
        trace = read(spam.MESSAGES[3].text, settings).trace
        np.testing.assert_allclose(trace.prior + trace.log_odds.cumsum(), trace.running, atol=1e-9)
        total = trace.prior + trace.log_odds.sum() + (trace.absent or 0.0)
        assert trace.total == pytest.approx(total, abs=1e-9)
        assert trace.probability == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-12)


def test_a_word_shows_its_counts_and_its_smoothing():
    reading = read("free money", Settings(alpha=0.5))
    opened = arithmetic.word(reading, 0)
    count = int(reading.model.feature_count[spam.SPAM, spam.load().feature["free"]])
    assert f"{count} + 0.5" in opened.substitution
    assert [row.label for row in opened.rows] == ["p(w | spam)", "p(w | ham)"]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_held_out_figures_evaluate(settings):
    test = held_out(settings)
    for opened in (arithmetic.accuracy(test), arithmetic.precision(test), arithmetic.recall(test)):
        agrees(opened)
    for truth in (0, 1):
        for verdict in (0, 1):
            opened = arithmetic.confusion_cell(test, truth, verdict)
            agrees(opened)
            assert opened.value == test.confusion[truth, verdict]


def test_struck_unknown_and_repeated_words_say_why_they_add_nothing():
    struck = arithmetic.word(read("free", Settings(), {0: 0}), 0)
    unknown = arithmetic.word(read("zzxq", Settings()), 0)
    again = arithmetic.word(read("free free", Settings("bernoulli")), 1)
    assert (struck.value, unknown.value, again.value) == (0, 0, 0)
    assert "Struck out" in struck.note
    assert "Not in the vocabulary" in unknown.note
    assert "already counted" in again.note


def test_alpha_0_names_the_word_that_zeroes_everything():
    settings = Settings(alpha=0.0)
    reading = read(spam.MESSAGES[1].text, settings)
    i = int(np.flatnonzero(np.isneginf(reading.trace.log_odds))[0])
    assert "impossible under spam" in arithmetic.word(reading, i).note
    assert reading.trace.probability == 0


def test_absent_words_belong_to_bernoulli():
    with pytest.raises(ValueError, match="model must be BernoulliNB; got MultinomialNB"):
        arithmetic.absent(read("free", Settings()))
