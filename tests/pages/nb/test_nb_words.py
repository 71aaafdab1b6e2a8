"""What the filter learnt: ranks under alpha, fingerprints, times, and what is taken away."""

import csv
import io
import json
import math
import subprocess
import sys

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import array
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb import nb_drift
from pages.nb.words import case as nb_words
from pages.nb.words import opened as arithmetic
from pages.nb.words import take_away as export
from pages.nb.words import word_ranks
from pages.nb.words.speed import Speed
from pages.nb.words.word_ranks import View

MODELS = {"multinomial": MultinomialNB, "bernoulli": BernoulliNB}
CASES = [("multinomial", 1.0, "both"), ("multinomial", 0.0, "earlier"), ("bernoulli", 0.5, "both")]


@pytest.mark.parametrize(("kind", "alpha", "source"), CASES)
def test_weights_are_those_of_a_fit(kind: str, alpha: float, source: str) -> None:
    data = spam.load()
    rows = data.train
    if source == "earlier":
        rows = np.flatnonzero(np.isin(data.group, nb_drift.EARLIER))
    model = MODELS[kind].fit(data.counts[rows], data.is_spam[rows], alpha=alpha)
    log_p = model.log_theta if kind == "multinomial" else model.log_p
    with np.errstate(invalid="ignore"):
        expected = log_p[1] - log_p[0]
    np.testing.assert_allclose(nb_words.weights(kind, alpha, source), expected, atol=1e-12)


@pytest.mark.parametrize(("kind", "alpha", "source"), CASES)
@pytest.mark.parametrize("label", [0, 1])
def test_ranks_fall_and_speak_for_their_class(kind, alpha, source, label) -> None:
    order = nb_words.ranked(kind, alpha, label, source)
    w = nb_words.weights(kind, alpha, source)[order] * (1 if label else -1)
    assert (w > 0).all()
    assert (w[:-1] >= w[1:]).all()
    count = nb_words.counts(kind, source).sum(axis=0)[order]
    same = w[:-1] == w[1:]
    assert (count[:-1][same] >= count[1:][same]).all()


def test_alpha_0_has_infinite_words_and_a_large_one_prefers_frequent_words() -> None:
    no_ham, no_spam = nb_words.infinite("multinomial")
    counted = nb_words.counts("multinomial")
    assert no_ham == int(((counted[0] == 0) & (counted[1] > 0)).sum()) > 100
    assert no_spam == int(((counted[1] == 0) & (counted[0] > 0)).sum()) > 1000
    total = counted.sum(axis=0)
    few, many = (nb_words.ranked("multinomial", a, 1)[:14] for a in (0.001, 100.0))
    assert np.median(total[many]) > 5 * np.median(total[few])


@pytest.mark.parametrize("kind", ["multinomial", "bernoulli"])
@pytest.mark.parametrize("search", ["", "e", "zz"])
def test_the_first_words_are_those_of_the_whole_ranking(kind: str, search: str) -> None:
    among = nb_words.containing(search)
    for alpha in nb_words.ALPHAS:
        for label in (spam.HAM, spam.SPAM):
            whole = nb_words.ranked(kind, alpha, label, words=among)
            first = nb_words.ranked(kind, alpha, label, words=among, most=14)
            assert first.tolist() == whole[:14].tolist()


def test_search_finds_parts_of_words() -> None:
    vocabulary = spam.load().vocabulary
    found = nb_words.containing("  MoNe ")
    assert found is not None
    assert {vocabulary[f] for f in found} >= {"money", "_money_"} - {"_money_"}
    assert nb_words.containing(" ") is None
    assert len(nb_words.containing("<script>🙂")) == 0  # type: ignore[arg-type]
    link = nb_words.containing("web li")
    assert [vocabulary[f] for f in link] == ["_url_"]  # type: ignore[union-attr]
    empty = word_ranks.payload("multinomial", "both", "<b>")
    assert empty["words"] == []
    assert "contains “<b>”" in empty["none"]


# -- fingerprints --------------------------------------------------------------------------------


def test_fingerprints_lose_their_weight_and_telling_words_don_t() -> None:
    times = nb_words.across()
    sign = np.sign(times.weight[0])
    kept = sign * times.weight[1] / np.abs(times.weight[0])
    assert (kept[times.turned] <= nb_words.KEPT).all()
    assert np.median(kept[times.telling & ~times.fingerprint]) > 0.6
    assert not (times.gone & times.turned).any()
    assert 5 < times.fingerprint.sum() < 0.3 * times.telling.sum()
    feature = spam.load().feature
    assert nb_words.mark(feature["supplied"]) == "gone"
    assert nb_words.mark(feature["date"]) == "turned"
    assert nb_words.mark(feature["mortgage"]) == ""


def test_counts_by_collection_are_messages() -> None:
    data, times = spam.load(), nb_words.across()
    f = data.feature["groups"]
    rows = np.flatnonzero(data.group == "spam-2")
    assert times.messages[1, spam.SPAM] == len(rows)
    had = int((data.counts[rows][:, [f]].toarray() > 0).sum())
    assert times.has[1, spam.SPAM, f] == had


@pytest.mark.parametrize("name", ["supplied", "date", "razor", "mortgage", "money", "attained"])
def test_every_number_opens_to_its_sum(name: str) -> None:
    f = spam.load().feature[name]
    shown = [arithmetic.word(*case, f) for case in CASES]
    shown += [arithmetic.collection(f, 0), arithmetic.collection(f, 1), arithmetic.verdict(f)]
    for one in shown:
        assert evaluate(one.expression) == pytest.approx(one.value, rel=1e-9, nan_ok=True)
        for row in one.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-15)


def test_a_word_that_one_class_never_had_is_infinite_at_alpha_0() -> None:
    f = int(nb_words.ranked("multinomial", 0.0, spam.HAM)[0])
    opened = arithmetic.word("multinomial", 0.0, "both", f)
    assert opened.value == evaluate(opened.expression) == -math.inf
    assert "log 0 = −∞" in opened.note


# -- the widget ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["multinomial", "bernoulli"])
def test_the_payload_has_every_stop(kind: str) -> None:
    made = word_ranks.payload(kind, "both", "")
    assert len(json.dumps(made, allow_nan=False)) < 90_000
    words = [one["word"] for one in made["words"]]
    vocabulary = spam.load().vocabulary
    for side, label in word_ranks.SIDES.items():
        first = [
            [words.index(vocabulary[f]) for f in nb_words.ranked(kind, a, label)[:14]]
            for a in nb_words.ALPHAS
        ]
        assert made["first"][side] == array(np.array(first), "i4")
    assert "log 0 = −∞" in made["status"][0]


def test_what_the_browser_says_is_checked() -> None:
    view = View(3, "razor")
    assert word_ranks.view_of({"token": "t", "stop": 5, "word": "money"}, view, "t") == View(
        5, "money"
    )
    assert word_ranks.view_of({"token": "x", "stop": 5}, view, "t") == view
    assert word_ranks.view_of({"token": "t", "stop": True, "word": "<b>"}, view, "t") == View(3)
    assert word_ranks.view_of(None, view, "t") == view
    searched = word_ranks.view_of({"token": "t", "stop": 3, "search": "free"}, view, "t")
    assert searched == View(3, None, "free")
    assert word_ranks.view_of({"token": "t", "search": "a" * 41}, view, "t") == View(3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nb_words.weights("poisson", 1.0), "model must be one of"),
        (lambda: nb_words.weights("multinomial", -1.0), "alpha must be a number"),
        (lambda: nb_words.weights("multinomial", 1.0, "none"), "source must be one of"),
    ],
)
def test_bad_settings_are_named(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_a_measured_time_opens() -> None:
    ours, theirs = Speed("genmodels", "fit", 4437, 0.01, 7), Speed("scikit", "fit", 4437, 0.02, 7)
    opened = arithmetic.speed(ours, theirs)
    assert evaluate(opened.expression) == pytest.approx(opened.value)
    assert "took 2.00 times as long" in opened.note


# -- take away -----------------------------------------------------------------------------------


def test_files_are_whole() -> None:
    made = json.loads(export.as_json("multinomial", 0.0, "both", ""))
    assert made["words"][0]["weight"] == "-inf"
    assert len(made["fingerprints"]) == int(nb_words.across().fingerprint.sum())
    rows = list(csv.DictReader(io.StringIO(export.as_csv("multinomial", 1.0, "both", "mon"))))
    assert all("mon" in row["word"] for row in rows)
    assert "<svg" in export.as_svg("bernoulli", 0.0, "earlier", "")


@pytest.mark.parametrize(("kind", "alpha", "source"), CASES[1:])
def test_the_script_finds_the_weights(kind: str, alpha: float, source: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", export.as_script(kind, alpha, source, "")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.rsplit(" ", 1) for line in done.stdout.splitlines()]
    assert len(lines) == 28
    w, feature = nb_words.weights(kind, alpha, source), spam.load().feature
    for word, value in lines:
        assert float(value) == pytest.approx(w[feature[word]], rel=1e-9)
