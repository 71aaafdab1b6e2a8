"""What the Naive Bayes pages compute, against direct fits and the figures measured beforehand."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from scipy import sparse

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from pages.nb import nb_drift
from pages.nb.mail import stream as nb_stream
from pages.nb.naive import cost as nb_cost
from pages.nb.teach import case as nb_teach
from pages.nb.teach import learning_curve as nb_learning_curve
from pages.nb.theorem import opened
from pages.nb.theorem import table as nb_table
from pages.nb.words import speed as nb_speed

KINDS = ("multinomial", "bernoulli")
MODELS = {"multinomial": MultinomialNB, "bernoulli": BernoulliNB}


# -- taking counts back --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_forget_takes_update_back_bit_for_bit(kind: str) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.poisson(0.7, (30, 12)), rng.integers(0, 2, 30)
    whole = MODELS[kind].fit(X, y)
    part = MODELS[kind].fit(X[:20], y[:20])
    for less in (whole.forget(X[20:], y[20:]), whole.forget(sparse.csr_array(X[20:]), y[20:])):
        np.testing.assert_array_equal(less.feature_count, part.feature_count)
        np.testing.assert_array_equal(less.class_count, part.class_count)
    none = whole.forget(X, y)
    start = MODELS[kind].empty([0, 1], 12, prior=[0.5, 0.5])
    np.testing.assert_array_equal(none.feature_count, start.feature_count)
    with pytest.raises(ValueError, match="rows that were counted"):
        part.forget(X, y)
    with pytest.raises(ValueError, match="only classes seen; got \\[7\\]"):
        whole.forget(X[:1], [7])


@pytest.mark.parametrize(
    ("classes", "features", "words"),
    [([0, 0], 3, "distinct"), ([], 3, "distinct"), ([0, 1], 0, "n_features must be 1 or more")],
)
def test_empty_is_checked(classes: list[int], features: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        MultinomialNB.empty(classes, features, prior=[0.5, 0.5])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prior", [0.3, None])
def test_taught_and_unlearned_is_never_taught(kind: str, prior: float | None) -> None:
    text = spam.MESSAGES[0].text
    messages = [nb_teach.corpus_message(n) for n in range(6)]
    gone = nb_teach.starting_message("newsletter")
    never = nb_teach.teach(nb_teach.empty(kind, 1.0, prior), *messages)
    taught = nb_teach.teach(nb_teach.empty(kind, 1.0, prior), *messages[:2], gone, *messages[2:])
    assert nb_teach.read(taught, text).total != nb_teach.read(never, text).total
    back = nb_teach.unlearn(taught, 2)
    assert back.taught == never.taught
    np.testing.assert_array_equal(back.counted.feature_count, never.counted.feature_count)
    np.testing.assert_array_equal(back.counted.class_count, never.counted.class_count)
    assert nb_teach.read(back, text).total == nb_teach.read(never, text).total
    assert nb_teach.table(back) == nb_teach.table(never)


def test_a_lesson_is_the_fit_of_its_messages() -> None:
    data = spam.load()
    lesson = nb_teach.teach(nb_teach.empty(), *map(nb_teach.corpus_message, range(10)))
    rows = data.train[:10]
    fitted = MultinomialNB.fit(data.counts[rows], data.is_spam[rows], prior=[0.5, 0.5])
    np.testing.assert_array_equal(lesson.counted.feature_count, fitted.feature_count)
    X = data.counts[data.held_out].astype(float)
    right = float((fitted.predict(X) == data.is_spam[data.held_out]).mean())
    assert nb_teach.held_out(lesson).accuracy == right > 0.8


def test_the_trail_starts_at_the_prior_and_ends_at_the_lesson() -> None:
    lesson = nb_teach.teach(
        nb_teach.empty(prior=0.3), *(nb_teach.starting_message(m.key) for m in spam.MESSAGES)
    )
    trail = nb_teach.trail(lesson, "Free money, click now")
    assert [step.taught for step in trail] == list(range(7))
    assert trail[0].probability == pytest.approx(0.3, abs=1e-12)
    last = nb_teach.read(lesson, "Free money, click now")
    assert trail[-1].log_odds == last.total
    assert trail[-1].messages == (4, 2)
    # In nats: log 0.3/0.7 and each word's smoothed ratio, from the counts.
    counts = lesson.counted.feature_count + 1
    ratio = np.log(counts[1] / counts[1].sum()) - np.log(counts[0] / counts[0].sum())
    words = spam.features("Free money, click now")
    assert last.total == pytest.approx(math.log(0.3 / 0.7) + ratio[words].sum(), abs=1e-12)


def test_a_lesson_answers_before_any_message_and_of_one_class() -> None:
    start = nb_teach.empty(prior=None)
    assert start.spam_prior == 0.5
    assert nb_teach.table(start) == ()
    assert nb_teach.read(start, "free money").probability == 0.5
    one = nb_teach.teach(start, nb_teach.starting_message("plain-spam"))
    assert one.spam_prior == pytest.approx(2 / 3)
    assert 0.5 < nb_teach.read(one, "free money").probability < 1
    assert nb_teach.table(one, search="MONEY")[0].spam == 1


# -- across time, thresholds, cost ---------------------------------------------------------------


def test_folds_and_time_are_the_figures_measured_beforehand() -> None:
    folds, time = nb_drift.across("folds").at(), nb_drift.across("time").at()
    assert folds.accuracy == pytest.approx(0.971, abs=0.002)
    assert folds.precision == pytest.approx(0.962, abs=0.004)
    assert folds.recall == pytest.approx(0.944, abs=0.004)
    assert nb_drift.across("folds").curves.auc == pytest.approx(0.990, abs=0.002)
    assert 0.12 <= folds.hard_share <= 0.16
    assert time.accuracy == pytest.approx(0.933, abs=0.0005)
    assert 0.28 <= time.hard_share <= 0.30
    assert np.std(nb_drift.across("folds").accuracy_by_part()) < 0.01
    assert nb_drift.across("time", "bernoulli").at().accuracy == pytest.approx(0.81, abs=0.01)


def test_a_fold_is_the_model_of_the_others() -> None:
    data, result = spam.load(), nb_drift.across("folds", alpha=0.5, prior=0.2)
    test = result.row[result.part == 3]
    rest = np.setdiff1d(np.arange(len(data.is_spam)), test)
    model = MultinomialNB.fit(data.counts[rest], data.is_spam[rest], alpha=0.5, prior=[0.8, 0.2])
    joint = model.log_joint(data.counts[test].astype(float))
    expected = joint[:, 1] - joint[:, 0]
    np.testing.assert_allclose(result.log_odds[result.part == 3], expected, atol=1e-9)
    assert sorted(result.row.tolist()) == list(range(len(data.is_spam)))


def test_thresholds_and_the_cost_of_a_false_alarm() -> None:
    result = nb_drift.across("time")
    cost = result.cost(10.0)
    at = result.at(cost.bayes_cut)
    total = at.tp + at.fp + at.tn + at.fn
    assert cost.at_bayes == pytest.approx((10 * at.fp + at.fn) / total, abs=1e-12)
    assert cost.each[cost.best] <= min(cost.at_bayes, cost.at_half)
    # The posterior is too sure: the threshold that pays lies far above Bayes' log 10.
    assert result.curves.cut[cost.best] > 3 * cost.bayes_cut
    everything, nothing = result.at(-1e9), result.at(1e9)
    assert (everything.recall, nothing.recall) == (1.0, 0.0)
    assert math.isnan(nothing.precision)
    worst = nb_drift.wrong_examples(result, most=3)
    data = spam.load()
    model = MultinomialNB.fit(*early())
    sure = model.posterior(data.counts[worst].astype(float))[:, 1] > 0.5
    assert (sure != (data.is_spam[worst] == 1)).all()


def early() -> tuple[sparse.csr_array, np.ndarray]:
    data = spam.load()
    rows = np.flatnonzero(np.isin(data.group, nb_drift.EARLIER))
    return data.counts[rows], data.is_spam[rows]


@pytest.mark.parametrize("kind", KINDS)
def test_alpha_0_stays_finite(kind: str) -> None:
    assert np.isfinite(nb_drift.across("time", kind, 0.0).log_odds).all()


# -- learning curve ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prior", [None, 0.4])
def test_the_curve_is_that_of_fits(kind: str, prior: float | None) -> None:
    curve = nb_learning_curve.naive_bayes(kind, 0.1, prior, draws=2)
    data = spam.load()
    X = data.counts[data.held_out].astype(float)
    for i, size in ((0, 10), (3, 100), (6, 1000)):
        rows = nb_learning_curve.order(1)[:size]
        model = MODELS[kind].fit(data.counts[rows], data.is_spam[rows], alpha=0.1)
        model = model.with_prior(None if prior is None else [1 - prior, prior])
        right = float((model.predict(X) == data.is_spam[data.held_out]).mean())
        assert curve.accuracy[1, i] == pytest.approx(right, abs=1e-3)
    assert curve.spread.shape == (9,)


def test_naive_bayes_leads_early_and_logistic_regression_overtakes() -> None:
    curve = nb_learning_curve.naive_bayes(alpha=0.1, draws=2)
    few = nb_learning_curve.logistic(draws=2, sizes=(10, 100))
    assert curve.mean[0] > few.mean[0]
    many = nb_learning_curve.logistic_accuracy(4000, 0)
    assert many > curve.accuracy[0, -1] + 0.005
    assert many == pytest.approx(0.977, abs=0.004)


def test_crossings_are_where_the_lines_meet() -> None:
    sizes = (10, 100, 1000)
    one = nb_learning_curve.Curve("one", sizes, np.array([[0.8, 0.9, 0.92]]))
    other = nb_learning_curve.Curve("other", sizes, np.array([[0.7, 0.88, 0.96]]))
    (found,) = nb_learning_curve.crossings(one, other)
    assert (found.leader, found.before, found.after) == ("other", 100, 1000)
    assert found.at == pytest.approx(10 ** (2 + 1 / 3))
    assert nb_learning_curve.crossings(one, one) == ()


# -- what naive costs ----------------------------------------------------------------------------


@pytest.mark.parametrize(("rho", "features", "prior"), [(0.6, 2, 0.5), (1.0, 5, 0.3), (0, 2, 0.5)])
def test_the_exact_model_is_what_a_simulation_finds(
    rho: float, features: int, prior: float
) -> None:
    exact = nb_cost.Correlated(1.5, rho, features, prior)
    rng = np.random.default_rng(11)
    n = 200_000
    y = rng.random(n) < prior
    cov = np.full((features, features), float(rho)) + (1 - rho) * np.eye(features)
    x = rng.multivariate_normal(np.zeros(features), cov, n) + np.where(y, 0.75, -0.75)[:, None]
    odds = math.log(prior / (1 - prior)) + 1.5 * x.sum(axis=1)
    p = nb_cost.sigmoid(odds)
    assert exact.accuracy == pytest.approx(float(((p > 0.5) == y).mean()), abs=0.004)
    assert exact.brier == pytest.approx(float(((p - y) ** 2).mean()), abs=0.003)
    beyond = float((np.abs(odds) > math.log(nb_cost.SURE / (1 - nb_cost.SURE))).mean())
    assert exact.sure == pytest.approx(beyond, abs=0.003)
    near = np.abs(p - 0.9) < 0.01
    found = exact.true_given_naive(np.array([0.9]))[0]
    assert found == pytest.approx(float(y[near].mean()), abs=0.03)


def test_independent_features_cost_nothing_and_copies_only_sureness() -> None:
    free = nb_cost.Correlated(rho=0.0)
    assert free.brier == pytest.approx(free.true_brier, abs=1e-12)
    accuracies, scores, sure = [], [], []
    for m in (1, 2, 5, 20, 100):
        model = nb_cost.Correlated(rho=1.0, features=m)
        accuracies.append(model.accuracy)
        scores.append(model.brier)
        sure.append(model.sure)
        assert model.accuracy == pytest.approx(model.true_accuracy, abs=1e-12)
        assert model.true_brier == pytest.approx(scores[0], abs=1e-9)
    assert np.ptp(accuracies) < 1e-12
    assert scores == sorted(scores)
    assert sure == sorted(sure)
    assert sure[-1] > 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_copies_are_the_fit_on_the_widened_matrix(kind: str) -> None:
    data = spam.load()
    words = nb_cost.copied_words("telling")
    wide = sparse.hstack([data.counts, *[data.counts[:, words]] * 2], format="csr")
    train = data.train
    model = MODELS[kind].fit(wide[train].astype(float), data.is_spam[train], alpha=0.5)
    joint = model.log_joint(wide[data.held_out].astype(float))
    ours = nb_cost.duplicated_log_odds(kind, 0.5, None, 3, "telling")
    np.testing.assert_allclose(ours, joint[:, 1] - joint[:, 0], atol=1e-8)


def test_copied_words_run_to_certainty_at_the_same_accuracy() -> None:
    plain, copied = nb_cost.measured(), nb_cost.measured(copies=10)
    assert plain.accuracy == pytest.approx(copied.accuracy, abs=0.003)
    assert 0.8 < plain.sure < copied.sure
    assert plain.sure_and_wrong > 0
    assert copied.log_loss > 5 * plain.log_loss
    for method in ("platt", "isotonic"):
        again = nb_cost.measured(method, copies=10)
        assert again.sure < copied.sure
        assert again.log_loss == copied.log_loss
    assert nb_cost.measured("isotonic").brier < plain.brier
    first, second = nb_cost.halves()
    assert sorted([*first, *second]) == spam.load().held_out.tolist()


# -- stream and speed ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_stream_ends_where_the_batch_does(kind: str) -> None:
    setting = nb_stream.Setting("later", False, kind, training=4437)
    stream, batch = nb_stream.stream(setting), nb_drift.across("time", kind)
    assert stream.accuracy[-1] == pytest.approx(batch.at().accuracy, abs=1e-12)
    assert stream.precision[-1] == pytest.approx(batch.at().precision, abs=1e-12)
    assert stream.recall[-1] == pytest.approx(batch.at().recall, abs=1e-12)
    order = np.argsort(stream.row)
    np.testing.assert_allclose(
        stream.log_odds[order], batch.log_odds[np.argsort(batch.row)], atol=1e-7
    )
    assert stream.window_accuracy(10**6)[-1] == pytest.approx(stream.accuracy[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_learning_online_is_update(kind: str) -> None:
    data = spam.load()
    setting = nb_stream.Setting("random", True, kind, 0.5, None, 50)
    rows = data.train[:50]
    model = MODELS[kind].fit(data.counts[rows].astype(float), data.is_spam[rows], alpha=0.5)
    for row, odds, label in islice(nb_stream.play(setting), 25):
        x = data.counts[[row]].astype(float)
        joint = model.log_joint(x)[0]
        assert odds == pytest.approx(joint[1] - joint[0], abs=1e-8)
        assert label == data.is_spam[row]
        model = model.update(x, [label])


def test_learning_online_mends_drift() -> None:
    still = nb_stream.stream(nb_stream.Setting("later", False, training=1000))
    online = nb_stream.stream(nb_stream.Setting("later", True, training=1000))
    assert online.accuracy[-1] > still.accuracy[-1] + 0.02


def test_speed_is_measured_in_whole_terms() -> None:
    found = nb_speed.measure(repeats=1)
    assert {(s.who, s.what) for s in found} == {
        (who, what)
        for who in (nb_speed.OURS, nb_speed.THEIRS)
        for what in ("fit", "posterior", "message")
    }
    for speed in found:
        assert speed.seconds > 0
        assert speed.per_second * speed.microseconds == pytest.approx(1e6)


# -- the two-way table ---------------------------------------------------------------------------

TABLES = [
    nb_table.TwoWay(0.01, 0.9, 0.09),
    nb_table.TwoWay(0.0, 1.0, 0.0),
    nb_table.TwoWay(1.0, 0.3, 0.5),
    nb_table.TwoWay(0.25, 0.0, 0.0),
    nb_table.from_counts(9, 1, 89, 901),
]


@pytest.mark.parametrize("table", TABLES)
def test_areas_are_the_joint_and_zoom_to_the_posterior(table: nb_table.TwoWay) -> None:
    assert sum(area.size for area in table.areas()) == pytest.approx(1.0)
    for seen in (True, False):
        posterior = table.posterior(seen)
        if posterior is None:
            with pytest.raises(ValueError, match="probability above 0"):
                table.zoomed(seen)
            continue
        assert table.zoomed(seen, 0.0) == table.areas()
        end = {(a.hypothesis, a.evidence): a.size for a in table.zoomed(seen)}
        assert end[True, seen] == pytest.approx(posterior)
        assert end[True, not seen] == end[False, not seen] == 0.0
        half = [a.size for a in table.zoomed(seen, 0.5)]
        assert sum(half) <= 1 + 1e-12
    people = table.people(1000)
    assert sum(map(sum, people)) == 1000


def test_the_screening_example() -> None:
    table = TABLES[0]
    assert table.posterior() == pytest.approx(0.009 / (0.009 + 0.0891))
    assert table.people() == ((9, 1), (89, 901))
    odds = table.prior / (1 - table.prior) * table.bayes_factor
    assert odds / (1 + odds) == pytest.approx(table.posterior())


@pytest.mark.parametrize("table", TABLES)
def test_what_opens_evaluates(table: nb_table.TwoWay) -> None:
    shown = [opened.bayes_factor(table)]
    for seen in (True, False):
        shown += [opened.evidence(table, seen), opened.posterior(table, seen)]
        shown += [opened.joint(table, h, seen) for h in (True, False)]
    for one in shown:
        for row in one.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, abs=1e-15)
        assert evaluate(one.expression) == pytest.approx(one.value, abs=1e-15, nan_ok=True)


def test_typed_numbers() -> None:
    assert nb_table.parse(" 30 % ", "3/10", "0,3") == nb_table.TwoWay(0.3, 0.3, 0.3)


@pytest.mark.parametrize(
    "text", ["", "x", "1.5", "-0.1", "nan", "1/0", "101%", "<b>1</b>", "1/2/3"]
)
def test_a_wrong_number_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="prior must be a number from 0 to 1"):
        nb_table.parse(text, "0.5", "0.5")


# -- bad input -----------------------------------------------------------------------------------

BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: nb_drift.across("space"), "split must be one of folds, time"),
    (lambda: nb_drift.across("time", "poisson"), "model must be one of"),
    (lambda: nb_drift.across("time", alpha=-1.0), "alpha must be a number from 0 to 100"),
    (lambda: nb_drift.across("time", prior=1.0), "prior must lie between 0 and 1"),
    (lambda: nb_drift.across("time").cost(0), "false_alarm must be a number above 0"),
    (lambda: nb_learning_curve.naive_bayes(draws=0), "draws must be a whole number"),
    (lambda: nb_learning_curve.logistic_accuracy(11, 0), "size must be one of"),
    (lambda: nb_cost.Correlated(rho=1.2), "rho must be a number from 0 to 1; got 1.2"),
    (lambda: nb_cost.Correlated(rho=math.nan), "rho must be a number from 0 to 1; got nan"),
    (lambda: nb_cost.Correlated(features=0), "features must be a whole number"),
    (lambda: nb_cost.Correlated().naive_log_odds(1.0), "x must be 2 finite numbers"),
    (lambda: nb_cost.repeated(0.5, 0.0, 0.1, 1), "p_spam must lie between 0 and 1"),
    (lambda: nb_cost.measured(copies=101), "copies must be a whole number from 1 to 100"),
    (lambda: nb_cost.measured(alpha=0), "alpha must be above 0 here"),
    (lambda: nb_cost.measured("magic"), "method must be one of"),
    (lambda: nb_cost.measured(words="some"), "words must be one of"),
    (lambda: nb_stream.Setting(order="back"), "order must be one of"),
    (lambda: nb_stream.Setting(training=11), "training must be one of"),
    (lambda: nb_stream.Setting(alpha=0.0), "alpha must be above 0"),
    (lambda: nb_speed.measure("poisson"), "model must be one of"),
    (lambda: nb_speed.measure(repeats=0), "repeats must be a whole number"),
    (lambda: nb_teach.message("own 1", " \n\t", True), "a word that can be counted; got none"),
    (lambda: nb_teach.message("own 1", "a" * 9000, True), "at most 8000 characters"),
    (lambda: nb_teach.starting_message("none"), "key must be one of"),
    (lambda: nb_teach.corpus_message(-1), "n must be a whole number"),
    (lambda: nb_teach.unlearn(nb_teach.empty(), 0), "place must be one of the 0 messages taught"),
    (lambda: nb_teach.empty(prior=2.0), "prior must lie between 0 and 1"),
    (lambda: nb_table.TwoWay(math.nan, 0.1, 0.1), "prior must be a number from 0 to 1"),
    (lambda: nb_table.from_counts(0, 0, 3, 4), "both H and not H must have a case"),
    (lambda: nb_table.from_counts(-1, 2, 3, 4), "h_e must be a whole number"),
    (lambda: TABLES[0].people(0), "total must be a whole number"),
    (lambda: TABLES[0].zoomed(zoom=2.0), "zoom must be from 0 to 1"),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_input_is_named(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_a_lesson_has_an_end() -> None:
    one = nb_teach.message("own 1", "free", True)
    full = replace(nb_teach.empty(), taught=(one,) * nb_teach.MAX_TAUGHT)
    with pytest.raises(ValueError, match="at most 200 messages; got 201"):
        nb_teach.teach(full, one)


def test_markup_and_other_scripts_are_only_words() -> None:
    taught = nb_teach.message("own 1", "<script>alert(1)</script> привет 🙂 money", True)
    vocabulary = spam.load().vocabulary
    assert "money" in {vocabulary[f] for f, _ in taught.words}
    assert "script" in {*taught.unknown, *(vocabulary[f] for f, _ in taught.words)}
