"""Spoken digits: shipped models on shipped recordings, the race, what opens, what is taken away."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import digits
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.hmm.speech import case as run
from pages.hmm.speech import figures, stage, word_race
from pages.hmm.speech import opened as speech
from pages.hmm.speech import take_away as export
from pages.hmm.speech.word_race import View, view_of

DATA = digits.load()
ROW = DATA.find(*stage.DEFAULT)
REFERENCE = {5: (0.952, 0.002), 8: (0.945, 0.009)}
"""Five-fold accuracy that another implementation reached with the same kind of model."""


# -- the data and the models that ship -------------------------------------------------------------


def test_what_ships_is_one_balanced_fold():
    assert len(DATA.coefficients) == 600
    assert np.bincount(DATA.labels).tolist() == [60] * 10
    assert {c.shape[1] for c in DATA.coefficients} == {digits.COEFFICIENTS}
    assert all(np.isfinite(c).all() for c in DATA.coefficients)
    for d in range(10):
        assert sorted(DATA.numbers[DATA.labels == d]) == list(range(1, 61))


@pytest.mark.parametrize("K", digits.STATE_COUNTS)
def test_the_accuracy_shown_is_what_the_shipped_models_reach(K: int):
    trained = DATA.trained[K]
    correct = run.answers(K) == DATA.labels
    assert correct.mean() == pytest.approx(trained.fold_accuracy[digits.SHIPPED], abs=1e-12)
    assert trained.table.sum() == 3000
    assert np.trace(trained.table) / 3000 == pytest.approx(trained.fold_accuracy.mean())
    mean, spread = REFERENCE[K]
    assert trained.fold_accuracy.mean() >= mean - 2 * spread
    assert f"{trained.fold_accuracy.mean():.3f}" in stage.score_line(K)
    assert len(run.wrong(K)) == (~correct).sum()


def test_order_carries_the_word_and_a_bag_has_none():
    """On the shipped fold: what the page's table says of all five."""
    K = 5
    trained = DATA.trained[K]
    sequences = [digits.features(c) for c in DATA.coefficients]
    bags = [digits.bag(m, w) for m, w in zip(trained.models, trained.occupancy, strict=True)]
    for i, either in enumerate((trained.models, bags)):
        for j, way in enumerate((1, -1)):
            right = digits.classify(either, [s[::way] for s in sequences]) == DATA.labels
            assert right.mean() == pytest.approx(trained.order_accuracy[i, j], abs=0.04)
    forwards, backwards = trained.order_accuracy[0]
    assert forwards > backwards + 0.1
    assert trained.order_accuracy[1, 0] == pytest.approx(trained.order_accuracy[1, 1], abs=1e-12)
    chain, memoryless = trained.bare_accuracy
    assert memoryless < chain < forwards
    assert trained.heard_accuracy[-1] == pytest.approx(forwards)
    assert (np.diff(trained.heard_accuracy) > -0.01).all()


@pytest.mark.parametrize("K", digits.STATE_COUNTS)
def test_the_models_are_left_right(K: int):
    for model in DATA.trained[K].models:
        allowed = np.eye(K) + np.eye(K, k=1)
        assert (model.transition[allowed == 0] == 0).all()
        assert model.initial.tolist() == np.eye(K)[0].tolist()
        assert model.transition[-1, -1] == 1


def test_training_is_repeatable_and_raises_the_likelihood(rng: np.random.Generator):
    sequences = [digits.features(c) for c in DATA.coefficients[:40]]
    start = digits.uniform_start(sequences, 3)
    (one, part), (two, _) = digits.train(sequences, 3), digits.train(sequences, 3)
    assert np.array_equal(one.transition, two.transition)
    assert part.sum() == pytest.approx(1)
    before, after = (hmm.log_likelihoods(m, sequences).sum() for m in (start, one))
    assert after > before + 100


def test_the_uniform_start_cuts_equal_parts():
    x = np.arange(12.0)[:, None] @ np.ones((1, 2))
    start = digits.uniform_start([x], 3)
    assert start.emission.means[:, 0].tolist() == [1.5, 5.5, 9.5]
    assert start.transition[0].tolist() == pytest.approx([0.75, 0.25, 0])


def test_folds_are_even_in_every_class(rng: np.random.Generator):
    labels = np.repeat([0, 1, 2], [10, 15, 20])
    fold = digits.folds(labels, 5, rng=rng)
    for label, each in ((0, 2), (1, 3), (2, 4)):
        assert np.bincount(fold[labels == label]).tolist() == [each] * 5


# -- features --------------------------------------------------------------------------------------


def test_slopes_are_those_of_fitted_lines(rng: np.random.Generator):
    c = rng.normal(size=(9, 13))
    slopes = digits.features(c)[:, 13:]
    for t in (2, 4, 6):
        fitted = np.polyfit(np.arange(5), c[t - 2 : t + 3], 1)[0]
        assert np.allclose(slopes[t], fitted)
    assert (digits.features(c[:1])[:, 13:] == 0).all()


def test_nothing_of_a_missing_frame_is_used():
    c = np.array(DATA.coefficients[ROW])
    missing = np.zeros(len(c), dtype=bool)
    missing[4:6] = True
    before = digits.features(c, missing)
    c[4:6] = 1e6
    assert np.array_equal(before, digits.features(c, missing), equal_nan=True)
    assert np.isnan(before[4:6]).all()
    assert np.isfinite(np.delete(before, [4, 5], axis=0)).all()


@pytest.mark.parametrize("shape", [(0, 13), (5, 12), (5,)])
def test_features_say_what_they_expect(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="c must be"):
        digits.features(np.zeros(shape))


def test_a_recording_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="got 3, 61"):
        DATA.find(3, 61)


# -- the race --------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [(), (2, 3, 7)])
@pytest.mark.parametrize("order", run.ORDERS)
def test_the_race_is_the_forward_algorithm_s(order: run.Order, missing: tuple[int, ...]):
    case = run.Case(ROW, 5, order, missing)
    race = run.race(case)
    for w in (0, 7):
        model = run.models(5)[w]
        for t in (1, 5, race.T):
            expected = hmm.forward_backward(model, race.x[:t]).log_prob
            assert race.prefix[w, t] == pytest.approx(expected, abs=1e-8)
        assert np.array_equal(race.paths[w], hmm.viterbi(model, race.x).path)
    assert np.allclose(race.posterior.sum(axis=0), 1)
    assert race.posterior[:, 0].tolist() == pytest.approx([0.1] * 10)
    assert np.flatnonzero(np.isnan(race.x[:, 0])).tolist() == np.flatnonzero(race.missing).tolist()
    assert race.missing.sum() == len(missing)


def test_a_missing_frame_moves_no_word_by_its_emission():
    race = run.race(run.Case(ROW, 5, "as spoken", tuple(range(run.Case(ROW, 5).T))))
    assert np.allclose(race.prefix, 0)
    assert "No frame is left" in stage.verdict(race)


def test_reversed_frames_stay_the_same_to_a_bag():
    forwards, backwards = (run.Case(ROW, 5, order) for order in run.ORDERS)
    assert run.bag_ranking(forwards) == run.bag_ranking(backwards)
    ahead = run.race(forwards).prefix[:, -1].max()
    assert run.race(backwards).prefix[:, -1].max() < ahead - 10


def test_the_next_wrong_one_goes_around():
    rows = run.wrong(5)
    assert run.next_wrong(5, rows[-1]) == rows[0]
    assert run.next_wrong(5, rows[0]) == rows[1]
    cells = [run.confused(5, said, taken) for said in range(10) for taken in range(10)]
    assert sum(map(len, cells)) == 600


# -- numbers that open -----------------------------------------------------------------------------


@pytest.mark.parametrize("heard", [1, 2, 9])
@pytest.mark.parametrize("word", [0, 7])
@pytest.mark.parametrize("name", stage.OPENERS)
def test_what_opens_evaluates_to_its_value(name: str, word: int, heard: int):
    race = run.race(run.Case(ROW, 5))
    opened = stage.openable(race, heard, word)[name]()
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-12, abs=1e-12)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-12, abs=1e-12)
    expected = {
        "Likelihood": race.prefix[word, heard],
        "Posterior": race.posterior[word, heard],
    }
    if name in expected:
        assert opened.value == pytest.approx(expected[name], abs=1e-8)


def test_densities_and_forward_sums_are_the_model_s():
    race = run.race(run.Case(ROW, 5))
    model = run.models(5)[7]
    log_b = model.emission.log_prob(race.x)
    k = int(race.paths[7, 4])
    opened = stage.openable(race, 5, 7)
    assert opened["Density"]().value == pytest.approx(log_b[4, k], rel=1e-12)
    log_alpha = hmm.forward_backward(model, race.x).log_alpha
    assert opened["Forward"]().value == pytest.approx(log_alpha[4, k], rel=1e-12)


def test_a_missing_frame_opens_as_factor_one():
    race = run.race(run.Case(ROW, 5, "as spoken", (4,)))
    opened = stage.openable(race, 5, 7)
    assert opened["Density"]().value == 0
    for make in opened.values():
        made = make()
        assert evaluate(made.expression) == pytest.approx(made.value, abs=1e-12)


def test_a_state_that_can_t_be_reached_yet_opens():
    model = run.models(5)[7]
    trace = hmm.forward_backward(model, run.observations(run.Case(ROW, 5)))
    opened = speech.forward(model, trace, t=1, state=4)
    assert opened.value == evaluate(opened.expression) == -np.inf
    with pytest.raises(ValueError, match="state 1 to 5; got 1 and 6"):
        speech.forward(model, trace, t=1, state=6)
    with pytest.raises(ValueError, match="t must be 1"):
        speech.likelihood(trace, t=0, word="seven")


# -- links, payload --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, frames",
    [(None, ()), ("3", (2,)), ("3-5.8", (2, 3, 4, 7)), ("8.3-5.4", (2, 3, 4, 7))],
)
def test_links_name_missing_frames(text: str | None, frames: tuple[int, ...]):
    assert stage.checked_missing(text, 12) == (frames, None)
    if frames:
        again = stage.missing_text(frames)
        assert stage.checked_missing(again, 12) == (frames, None)


@pytest.mark.parametrize("text", ["", "0", "13", "5-3", "a", "3,4", "1e9", "٣", "3-", "1-99999"])
def test_bad_missing_frames_are_told(text: str):
    frames, message = stage.checked_missing(text, 12)
    assert frames == ()
    assert message is not None
    assert "from 1 to 12" in message


def test_the_payload_is_plain_and_small():
    for K in digits.STATE_COUNTS:
        prepared = word_race.payload(run.race(run.Case(ROW, K)), DATA)
        assert len(json.dumps(encode(prepared), allow_nan=False)) < 40_000


def test_the_browser_s_word_is_checked():
    view = View(9, 3, (1,))
    good = {"token": "a", "race": "5", "heard": 4, "word": None, "missing": [0, 2]}
    assert view_of(good, view, "a", 5, 12) == View(4, None, (0, 2))
    assert view_of({**good, "reversed": True}, view, "a", 5, 12) == View(4, None, (9, 11))
    assert view_of(good, view, "b", 5, 12) == view
    assert view_of(good, view, "a", 6, 12) == view
    odd = {**good, "heard": 13, "word": 10, "missing": [True, -1, "x", 99, 3]}
    assert view_of(odd, view, "a", 5, 12) == View(9, None, (3,))
    for nothing in (None, 3, "x", []):
        assert view_of(nothing, view, "a", 5, 12) == view


def test_the_confusions_can_be_clicked():
    trained = DATA.trained[5]
    cells = figures.confusion(trained, (3, 6)).data[0]
    assert len(cells.customdata) == 100
    assert sum(cell[2] for cell in cells.customdata) == 3000
    assert len(figures.heard(DATA.trained).data) == 2


# -- taken away ------------------------------------------------------------------------------------


def test_models_and_race_are_written_in_full():
    told = json.loads(export.models_json(5))
    assert np.array_equal(told["words"]["seven"]["transition"], run.models(5)[7].transition)
    race = run.race(run.Case(ROW, 5))
    rows = list(csv.DictReader(io.StringIO(export.race_csv(race.case))))
    assert len(rows) == race.T
    assert float(rows[-1]["seven_log_likelihood"]) == race.prefix[7, -1]
    svg = export.race_svg(race.case)
    assert svg.count("<polyline") == 11
    assert svg.endswith("</svg>")


def test_the_script_repeats_the_race_in_hmmlearn():
    case = run.Case(ROW, 5, "as spoken", (3, 4))
    race = run.race(case)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", export.script(case)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = ran.stdout.splitlines()
    assert len(lines) == 10
    for w, line in enumerate(lines):
        name, score, path = line.split(" ", 2)
        assert name == digits.WORDS[w]
        assert float(score) == pytest.approx(race.prefix[w, -1], abs=1e-6)
        assert json.loads(path) == (race.paths[w] + 1).tolist()
