"""What the browser holds of a model: the logarithms that it looks up are the model's own."""

import json
import math
import re
import zlib
from base64 import b64decode

import numpy as np
import pytest

from genmodels.datasets import genres, review_pairs, reviews, spam
from genmodels.datasets.word_counts import Spelling
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb import spam_filter
from pages.nb import text as nb_text
from pages.nb.lexicon import lexicon, packed


def inflated(packed_array: dict, dtype: str) -> np.ndarray:
    return np.frombuffer(zlib.decompress(b64decode(packed_array["base64"])), dtype)


def numbers(values: list) -> np.ndarray:
    return np.array([-math.inf if value is None else value for value in values])


def random_model(seed: int, kind: type, alpha: float):
    rng = np.random.default_rng(seed)
    C, F = int(rng.integers(1, 5)), int(rng.integers(1, 30))
    X = rng.poisson(0.7, size=(40, F)) * rng.integers(1, 400, size=F)
    return kind.fit(X, np.concatenate([np.arange(C), rng.integers(0, C, 40 - C)]), alpha=alpha)


def looked_up(model, said: dict) -> tuple[np.ndarray, np.ndarray]:
    """log p(w | c) (C, F) as lexicon.js takes it, and the counts."""
    places = inflated(said["places"], "<u2").reshape(model.feature_count.shape)
    log = numbers(said["log"])[places] - numbers(said["log_total"])[:, None]
    return log, np.array(said["values"])[places]


@pytest.mark.parametrize("alpha", [0.0, 1e-3, 1.0, 7.5])
@pytest.mark.parametrize("seed", range(6))
def test_multinomial_logarithms_are_the_model_s(seed, alpha):
    model = random_model(seed, MultinomialNB, alpha)
    words = [f"w{f}" for f in range(model.n_features)]
    said = json.loads(packed(model, words, reviews.SPELLING))
    log, counts = looked_up(model, said)
    np.testing.assert_array_equal(counts, model.feature_count)
    np.testing.assert_allclose(log, model.log_theta, rtol=0, atol=1e-12)
    np.testing.assert_allclose(numbers(said["log_prior"]), model.log_prior, rtol=0, atol=1e-12)
    assert inflated(said["words"], "u1").tobytes().decode().split("\n") == words
    assert "log_left" not in said


@pytest.mark.parametrize("alpha", [1e-3, 1.0, 7.5])
@pytest.mark.parametrize("seed", range(6))
def test_bernoulli_logarithms_are_the_model_s(seed, alpha):
    model = random_model(seed, BernoulliNB, alpha)
    said = json.loads(packed(model, ["w"] * model.n_features, spam.SPELLING))
    log, counts = looked_up(model, said)
    places = inflated(said["places"], "<u2").reshape(counts.shape)
    left = np.take_along_axis(np.array(said["log_left"]), places, axis=1)
    not_there = left - numbers(said["log_total"])[:, None]
    np.testing.assert_allclose(log, model.log_p, rtol=0, atol=1e-12)
    np.testing.assert_allclose(not_there, model.log_not_p, rtol=0, atol=1e-12)
    np.testing.assert_allclose(said["log_absent"], model.log_absent, rtol=0, atol=1e-9)


def test_bernoulli_without_smoothing_has_none():
    assert lexicon(random_model(0, BernoulliNB, 0.0), ["w"] * 30, spam.SPELLING) is None


@pytest.mark.parametrize("name", nb_text.NAMES)
def test_every_model_of_documents_has_one(name):
    settings = nb_text.Settings(name)
    model, learnt = nb_text.model(settings), nb_text.collection(name)
    said = json.loads(nb_text.words_held(settings))
    np.testing.assert_allclose(looked_up(model, said)[0], model.log_theta, rtol=0, atol=1e-12)
    held = inflated(said["words"], "u1").tobytes().decode().split("\n")
    assert tuple(held) == learnt.vocabulary


def test_a_filter_taught_less_has_its_own():
    settings = spam_filter.Settings(training=50, prior=0.9, alpha=0.0)
    model = spam_filter.model(settings)
    said = json.loads(spam_filter.words_held(settings))
    log, counts = looked_up(model, said)
    np.testing.assert_array_equal(log, model.log_theta)
    np.testing.assert_array_equal(counts, model.feature_count)
    assert None in said["log"]


def test_a_pattern_in_javascript_s_terms():
    said = Spelling(r"(?P<a>\S+\s)|(?<!\S)\d", kinds=("a",)).javascript()
    space = r"\t\n\r\f\v"
    assert said["pattern"] == rf"(?<a>[^ {space}]+[ {space}])|(?<![^ {space}])\d"
    assert said["kinds"] == ["a"]


@pytest.mark.parametrize(
    "how", [spam.SPELLING, reviews.SPELLING, genres.SPELLING, *review_pairs.SPELLINGS.values()]
)
def test_patterns_keep_to_what_both_languages_know(how):
    """What else differs between them: flags, Unicode classes, \\w, \\b, possessive repeats."""
    assert not re.search(r"\\[wWbBDAZ]|\(\?[aiLmsux]|\+\+|\*\+|\(\?>", how.pattern)
    assert [name for name in how.kinds if f"(?P<{name}>" not in how.pattern] == []
