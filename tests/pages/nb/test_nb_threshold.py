"""The spam filter's cuts: counts by group, costs, what opens, what is taken away."""

import base64
import csv
import io
import json
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from genmodels import ASSETS
from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from genmodels.kit.threshold_board import Axis, View
from pages.nb.threshold import case as runs
from pages.nb.threshold import opened as arithmetic
from pages.nb.threshold import take_away as export
from pages.nb.threshold.case import COSTS, Place, Setup
from pages.nb.threshold.state import KINDS, TESTS, State

SETUPS = [Setup(), Setup("time"), Setup("time", "bernoulli", 0.1)]


@pytest.mark.parametrize("setup", SETUPS)
def test_the_payload_is_plain_json_and_bounded(setup):
    text = json.dumps(encode(runs.prepared(setup)), allow_nan=False)
    assert len(text) < 320_000
    assert "Subject:" not in text


@pytest.mark.parametrize("setup", SETUPS)
def test_groups_add_up_at_every_stop(setup):
    t, found = runs.tested(setup).curves, runs.groups(setup)
    np.testing.assert_array_equal(found.flagged[:2].sum(axis=0), t.fp)
    np.testing.assert_array_equal(found.flagged[2], t.tp)
    np.testing.assert_array_equal(found.flagged[:, -1], found.totals)


def test_hard_ham_and_both_tests_are_those_of_the_sources():
    both = runs.both(Setup(), 0.0)
    assert both["folds"]["accuracy"] == pytest.approx(0.971, abs=0.002)
    assert both["time"]["accuracy"] == pytest.approx(0.933, abs=0.001)
    assert both["folds"]["hard ham flagged"] == pytest.approx(0.157, abs=0.001)
    assert both["time"]["hard ham flagged"] == pytest.approx(0.294, abs=0.001)
    assert both["folds"]["AUC"] > both["time"]["AUC"] + 0.02


@pytest.mark.parametrize("setup", SETUPS)
def test_the_cheapest_cut_lies_beyond_the_calibrated_one_where_alarms_cost(setup):
    t = runs.tested(setup).curves
    for ratio in COSTS:
        each = runs.costs_of(t, ratio)
        by_hand = [ratio * fp + (t.positives - tp) for fp, tp in zip(t.fp, t.tp, strict=True)]
        np.testing.assert_allclose(each * len(t.scores), by_hand)
        if ratio >= 10:
            assert t.cut[each.argmin()] > 3 * runs.bayes_cut(ratio)
    assert runs.calibrated(4.0) == 0.8


def test_the_drawn_cost_curve_is_the_cost_in_logs():
    setup = Setup("time")
    t, board = runs.tested(setup).curves, runs.prepared(setup)
    curves = np.frombuffer(base64.b64decode(board["costs"]["curves"]["base64"]), "<f4").reshape(
        board["costs"]["curves"]["shape"]
    )
    which = COSTS.index(10.0)
    each = np.log(runs.costs_of(t, 10.0))
    heights = (each - each.min()) / (each.max() - each.min())
    place = runs.axis_of(runs.tested(setup)).place(t.cut)
    for i in (3, 80, 120, 157):
        g = i / (runs.GRID - 1)
        near = heights[np.abs(place - g) < 0.02]
        assert near.min() - 0.01 <= curves[which, i] <= near.max() + 0.01
    assert curves.min() >= 0
    assert curves.max() <= 1


def at(setup: Setup, **more: Any) -> State:
    named = {value: name for names in (TESTS, KINDS) for name, value in names.items()}
    return State(test=named[setup.split], model=named[setup.kind], alpha=f"{setup.alpha:g}", **more)


@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize("cut", [0.0, 97.0, -1e6, 1e6])
def test_every_number_opens_to_its_sum(setup, cut):
    for name in runs.OPENABLE:
        opened = arithmetic.opened(at(setup, cut=cut, open=name))
        assert opened is not None
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, nan_ok=True)
        for row in opened.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)


def test_the_opened_areas_are_scikit_learn_s():
    from sklearn.metrics import average_precision_score, roc_auc_score

    run = runs.tested(Setup("time", "bernoulli"))
    opened = arithmetic.auc(Setup("time", "bernoulli"))
    assert evaluate(opened.expression) == pytest.approx(roc_auc_score(run.is_spam, run.log_odds))
    opened = arithmetic.average_precision(Setup("time", "bernoulli"))
    expected = average_precision_score(run.is_spam, run.log_odds)
    assert evaluate(opened.expression) == pytest.approx(expected)


@pytest.mark.parametrize("setup", SETUPS)
def test_a_message_opens_to_the_words_of_the_model_that_tested_it(setup):
    run = runs.tested(setup)
    for i in (0, 700, len(run.row) - 1):
        opened = arithmetic.case(setup, int(run.row[i]))
        assert opened is not None
        assert opened.value == pytest.approx(run.log_odds[i], abs=1e-7)
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-7)
        assert f"{run.row[i] + 1}: log-odds" in opened.title
    assert (arithmetic.case(Setup("time"), 0) is None) == (spam.load().group[0] == "easy-ham-1")


# -- places and links ----------------------------------------------------------------------------


def test_a_place_is_the_same_messages_in_another_setting():
    setup = Setup()
    place = Place(5.0, 4019, None, 3)
    board = runs.goto(setup, place, "t")
    view = View(board["stop"], board["selected"], None, 3)
    assert runs.place_of(setup, view, place) == place
    there = runs.goto(Setup("time"), place, "t")
    t = runs.tested(Setup("time")).curves
    assert t.flagged[there["stop"]] == (t.scores > 5.0).sum()
    moved = runs.place_of(setup, View(board["stop"] + 7, None, "auc", 3), place)
    assert runs.goto(setup, moved, "t")["stop"] == board["stop"] + 7
    assert runs.goto(Setup("time"), Place(message=1), "t")["selected"] is None


@pytest.mark.parametrize("bad", ["x", "nan", "inf", "1e7", "", "<b>"])
def test_a_wrong_cut_is_told(bad):
    cut, told = runs.checked_cut(bad)
    assert cut == 0.0
    assert told is not None
    assert "nbd_cut must be a number" in told


@pytest.mark.parametrize("bad", ["0", "5917", "-3", "1.5", "٣", "9" * 50, ""])
def test_a_wrong_message_is_told(bad):
    assert "nbd_message must be a whole number" in (runs.checked_message(bad)[1] or "")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("space",), "split must be one of folds, time"),
        (("time", "poisson"), "model must be one of"),
        (("time", "bernoulli", 0.0), "alpha must be one of 0.001"),
    ],
)
def test_bad_settings_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        Setup(*arguments)


def test_an_axis_with_two_tails_keeps_order_and_ticks():
    axis = Axis(-6000.0, 2800.0, bend=8.0, both=True)
    places = axis.place(np.linspace(-6000, 2800, 300))
    assert (places[0], places[-1]) == (0, 1)
    assert (np.diff(places) > 0).all()
    texts = [text for _, text in axis.ticks()]
    assert "0" in texts
    assert len(texts) >= 6


# -- take away -----------------------------------------------------------------------------------


@pytest.mark.parametrize("setup", SETUPS[1:])
def test_json_csv_and_picture(setup):
    place = Place(12.5, cost=COSTS.index(100.0))
    told = json.loads(export.as_json(setup, place))
    run = runs.tested(setup)
    at = run.at(12.5)
    assert told["counts"]["spam"] == {"flagged": at.tp, "all": 1327}
    assert told["counts"]["hard ham"]["flagged"] == at.hard_flagged
    assert [c["false_alarm_costs"] for c in told["costs"]] == list(COSTS)
    rows = list(csv.DictReader(io.StringIO(export.as_csv(setup, place))))
    assert sum(int(r["flagged"]) for r in rows) == at.tp + at.fp
    assert np.mean([int(r["right"]) for r in rows]) == pytest.approx(at.accuracy)
    ElementTree.fromstring(export.as_svg(setup, place))


@pytest.mark.parametrize("setup", [Setup(), Setup("time", "bernoulli", 0.1)])
def test_the_script_finds_the_page_s_numbers(setup, tmp_path):
    place = Place(7.6, cost=COSTS.index(10.0))
    path = tmp_path / "spam_cut.py"
    path.write_text(export.as_script(setup, place))
    (tmp_path / export.COUNTS_FILE).write_bytes(export.counts())
    done = subprocess.run(
        [sys.executable, "-W", "error", path],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines() if "[" not in line)
    run = runs.tested(setup)
    at, t = run.at(place.cut), run.curves
    for name, value in [
        ("accuracy", at.accuracy), ("precision", at.precision), ("recall", at.recall),
        ("hard ham flagged", at.hard_share), ("AUC", t.auc),
        ("average precision", t.average_precision),
        ("cost here", (10 * at.fp + at.fn) / len(t.scores)),
        ("cheapest", float(runs.costs_of(t, 10.0).min())), ("if calibrated, P", 10 / 11),
    ]:  # fmt: skip
        assert float(said[name]) == pytest.approx(value, rel=1e-9), name


def test_only_counts_are_given_away():
    assert export.counts() == (ASSETS / "data" / "spam_counts.npz").read_bytes()
