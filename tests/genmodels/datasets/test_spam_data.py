"""The spam counts, the tokeniser that goes with them, the split and the starting messages."""

import time

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from genmodels.naive_bayes import BernoulliNB, MultinomialNB, read_message
from pages.nb.spam_filter import KINDS, Settings, held_out, model, read, sigmoid_ruler, wire


def test_the_counts_are_those_of_the_source():
    data = spam.load()
    assert data.counts.shape == (5916, 9102)
    assert data.counts.nnz == 674_081
    assert data.is_spam.mean() == pytest.approx(0.306, abs=5e-4)
    assert len(set(data.vocabulary)) == 9102
    assert spam.load() is data
    assert "5,916" in spam.SOURCE.caption()
    assert "CC0" in spam.SOURCE.licence


def test_the_split_is_fixed_stratified_and_disjoint():
    data = spam.load()
    assert not set(data.train) & set(data.held_out)
    assert sorted([*data.train, *data.held_out]) == list(range(5916))
    assert len(data.train) == spam.TRAINING_SIZES[-1]
    for group in np.unique(data.group):
        share = (data.group[data.held_out] == group).sum() / (data.group == group).sum()
        assert share == pytest.approx(0.25, abs=0.003)
    assert data.train[:5].tolist() == spam.split(data.group)[0][:5].tolist()
    for size in spam.TRAINING_SIZES:
        assert set(data.is_spam[data.train[:size]]) == {0, 1}, size


def test_every_training_size_is_a_fit_of_its_first_messages():
    data = spam.load()
    for kind, cls in KINDS.items():
        for size in (10, 200, 4437):
            rows = data.train[:size]
            fresh = cls.fit(data.counts[rows], data.is_spam[rows])
            grown = model(Settings(kind=kind, training=size))
            np.testing.assert_array_equal(grown.feature_count, fresh.feature_count)
            np.testing.assert_array_equal(grown.class_count, fresh.class_count)


def words(text: str) -> list[str]:
    return [token.word for token in spam.tokenise(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Free MONEY now", ["free", "money", "now"]),
        ("a I x y", []),
        ("don't re-order the 'quote'", ["don't", "re", "order", "the", "quote'"]),
        ("$5,000.00 and £ 12 or 3 pounds", ["_money_", "and", "_money_", "or", "_num_", "pounds"]),
        ("$ alone!!", ["$", "alone", "!", "!"]),
        ("call 555-1234 at 10:30", ["call", "_num_", "_num_", "at", "_num_", "_num_"]),
        ("see www.x.example, or me@x.example!", ["see", "_url_", "or", "_email_"]),
        ("HTTPS://X.EXAMPLE/?q=a@b", ["_url_"]),
        ("@home home@ a@b,c@d", ["home", "home", "_email_"]),
        ("Zürich ſo", ["rich"]),
        ("", []),
    ],
)
def test_words_are_cut_as_the_corpus_was(text, expected):
    assert words(text) == expected


def test_places_are_those_of_the_text():
    text = "Ünïcode İ FREE 😀 money $5!"
    found = [(text[t.start : t.end].lower(), t.word) for t in spam.tokenise(text)]
    assert found[-4:] == [("free", "free"), ("money", "money"), ("$5", "_money_"), ("!", "!")]
    feature = spam.load().feature
    assert all(t.feature == feature.get(t.word, -1) for t in spam.tokenise(text))


ODD_TEXTS = [
    "",
    "a@b www.x.y $5 12 _num_ _url_ $ ! it's",
    "www.a@b https://x@y foo@www.x.y x@@y @ @a a@ http://",
    "$£€ £7.50, € 3 ($12)",
    "İ ſtraße Kelvin ünder_score _a __ '' 'a",
    "http https:// https://a www. wwww.x -www.x",
    "1@2 $1@x 5$ 5$5",
    *(message.text for message in spam.MESSAGES),
]


def test_features_alone_are_those_of_the_tokens(rng):
    random = ["".join(rng.choice(list("aw.@$£5/:'_ h!tps😀\n"), 60)) for _ in range(2000)]
    for text in [*ODD_TEXTS, *random]:
        assert spam.features(text) == [t.feature for t in spam.tokenise(text)], text


def test_a_text_may_have_8000_characters_and_no_more():
    assert len(words("free " * 1600)) == 1600
    with pytest.raises(ValueError, match="text must have at most 8000 characters; got 8001"):
        spam.tokenise("x" * 8001)


@pytest.mark.parametrize("unit", [".", "a.", "$ ", "1.", "https:/", "w", "@."])
def test_no_text_takes_long(unit):
    spam.load()
    text = (unit * 8000)[:7998] + " @"
    # Processor time, so that a busy machine is no failure; backtracking would take minutes.
    start = time.process_time()
    spam.tokenise(text)
    assert time.process_time() - start < 2


# -- the filter --------------------------------------------------------------------------------


def test_the_starting_messages_are_easy_and_hard():
    verdicts = {m.key: read(m.text, Settings()).is_spam == m.is_spam for m in spam.MESSAGES}
    assert len(verdicts) == 6
    assert verdicts["plain-spam"]
    assert verdicts["plain-ham"]
    wrong = [m for m in spam.MESSAGES if not verdicts[m.key]]
    assert any(m.is_spam for m in wrong)
    assert any(not m.is_spam for m in wrong)
    assert all(m.hard for m in wrong)
    assert verdicts["money-meeting"]
    assert abs(read(spam.MESSAGES[4].text, Settings()).trace.total) < 0.5  # a word tips it


@pytest.mark.parametrize("kind", KINDS)
def test_the_held_out_test_is_the_models_own(kind):
    data = spam.load()
    X, y = data.counts[data.held_out], data.is_spam[data.held_out]
    for settings in (Settings(kind), Settings(kind, 0.1, 0.9, 500)):
        verdicts = model(settings).predict(X)
        test = held_out(settings)
        for truth in (0, 1):
            for verdict in (0, 1):
                count = int(((y == truth) & (verdicts == verdict)).sum())
                assert test.confusion[truth, verdict] == count
        assert test.accuracy == pytest.approx((verdicts == y).mean())
        assert test.precision == pytest.approx(y[verdicts == 1].mean())
        assert test.recall == pytest.approx(verdicts[y == 1].mean())
    assert held_out(Settings(kind)).accuracy > (0.95 if kind == "multinomial" else 0.92)


def test_no_smoothing_leaves_messages_without_an_answer():
    test = held_out(Settings(alpha=0.0, training=200))
    assert test.undecided > 100
    assert test.confusion.sum() == len(test.is_spam)


def test_a_repeated_word_counts_on_under_multinomial_only():
    at = spam.MESSAGES[4].text.index("credit")
    many = [read(spam.MESSAGES[4].text, Settings(kind), {at: 10}).trace.total for kind in KINDS]
    once = [read(spam.MESSAGES[4].text, Settings(kind)).trace.total for kind in KINDS]
    assert many[0] > once[0] + 20
    assert many[1] == once[1]


def test_striking_out_every_word_leaves_the_prior():
    reading = read("free money", Settings(prior=0.2), {0: 0, 5: 0})
    assert reading.trace.total == pytest.approx(np.log(0.2 / 0.8))
    assert reading.trace.probability == pytest.approx(0.2)


def test_times_at_no_word_are_left_out_and_bad_ones_refused():
    assert read("free money", Settings(), {2: 5}).times == [1, 1]
    with pytest.raises(ValueError, match="times must be 0 to 20; got 21"):
        read("free", Settings(), {0: 21})


def test_where_both_classes_are_impossible_the_prior_answers():
    settings = Settings(alpha=0.0, prior=0.7)
    reading = read("kernel mortgage cheers", settings)
    if not reading.trace.undefined:  # a word that only ham had, and one that only spam had
        counts = model(settings).feature_count
        vocabulary = spam.load().vocabulary
        only_spam = vocabulary[int(np.flatnonzero((counts[0] == 0) & (counts[1] > 0))[0])]
        reading = read(f"kernel {only_spam}", settings)
    assert reading.trace.undefined
    assert reading.is_spam is None
    assert reading.trace.probability == pytest.approx(0.7)
    assert wire(reading)["total"] == "NaN"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"kind": "gauss"}, "model must be one of multinomial, bernoulli; got 'gauss'"),
        ({"alpha": -0.1}, "alpha must be a number from 0 to 100; got -0.1"),
        ({"prior": 1.0}, "prior must be a number from 0.001 to 0.999; got 1.0"),
        ({"training": 33}, "training must be one of 10, 20, .*; got 33"),
    ],
)
def test_bad_settings_are_named_with_their_value(options, message):
    with pytest.raises(ValueError, match=message):
        Settings(**options)


def test_read_message_refuses_what_it_cannot_read():
    fitted = MultinomialNB.fit([[1, 0], [0, 1]], [0, 1])
    with pytest.raises(ValueError, match=r"features must be in \[-1, 2\); got 0 to 2"):
        read_message(fitted, [0, 2], [1, 1])
    with pytest.raises(ValueError, match="times must have 1 entries, one a word; got 2"):
        read_message(fitted, [0], [1, 1])
    with pytest.raises(ValueError, match="times must be >= 0; got -1"):
        read_message(fitted, [0], [-1])
    three = BernoulliNB.fit([[1], [0], [1]], [0, 1, 2])
    with pytest.raises(ValueError, match="model must have 2 classes; got 3"):
        read_message(three, [0], [1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_reading_is_the_models_posterior(kind, alpha):
    """Word by word, in total and in the limit: the same as the model on the whole row."""
    settings = Settings(kind, alpha=alpha)
    for message in spam.MESSAGES:
        reading = read(message.text, settings)
        row = np.zeros(len(spam.load().vocabulary))
        for token in reading.tokens:
            row[token.feature] += token.feature >= 0  # an unknown word adds nothing
        posterior = model(settings).posterior(row[None])[0, 1]
        assert reading.trace.probability == pytest.approx(posterior, abs=1e-12)


def test_the_rulers_points_are_the_sigmoids():
    ruler = sigmoid_ruler()
    for t, p in [*zip(ruler["log_odds"], ruler["probability"], strict=True), *ruler["ticks"]]:
        assert evaluate(f"1 / (1 + exp(-({t!r})))") == pytest.approx(p)
