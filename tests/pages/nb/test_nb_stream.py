"""The stream's board: both learners, the moment of learning, what opens and is taken away."""

import base64
import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from genmodels.naive_bayes import MultinomialNB
from pages.nb.mail import opened_stream as arithmetic
from pages.nb.mail import stream as nb_stream
from pages.nb.mail import stream_board as runs
from pages.nb.mail import take_away_stream as export
from pages.nb.mail.stream import Setting
from pages.nb.mail.stream_board import Place
from pages.nb.threshold.take_away import COUNTS_FILE, counts

SETTINGS = [Setting(online=True), Setting("later", True, "bernoulli", 0.1, training=50)]
ONLINE = Setting(online=True)


def test_the_frozen_filter_at_once_is_the_frozen_filter_message_by_message():
    for setting in (Setting(), Setting("later", kind="bernoulli", training=20)):
        one_by_one = [odds for _, odds, _ in nb_stream.play(setting)]
        np.testing.assert_allclose(nb_stream.stream(setting).log_odds, one_by_one, atol=1e-7)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_model_at_a_moment_is_the_one_that_judged(setting):
    run, data = nb_stream.stream(setting), spam.load()
    for place in (0, 1, 77, len(run.row) - 1):
        joint = nb_stream.model_at(setting, place).log_joint(
            data.counts[[run.row[place]]].astype(float)
        )[0]
        assert run.log_odds[place] == pytest.approx(joint[1] - joint[0], abs=1e-7)


def test_a_class_not_seen_yet_has_a_share_all_the_same():
    np.testing.assert_allclose(nb_stream.prior_of(np.array([3.0, 0.0]), None), [0.8, 0.2])
    np.testing.assert_allclose(nb_stream.prior_of(np.array([3.0, 1.0]), None), [0.75, 0.25])
    np.testing.assert_allclose(nb_stream.prior_of(np.array([3.0, 0.0]), 0.4), [0.6, 0.4])


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_payload_is_plain_json_and_bounded(setting):
    board = runs.prepared(setting)
    text = json.dumps(encode(board), allow_nan=False)
    assert len(text) < 420_000
    assert 0 <= board["floor"] <= 0.9
    for one in board["learners"].values():
        places = np.frombuffer(base64.b64decode(one["place"]["base64"]), "<f4")
        assert np.abs(places).max() <= 1 + 1e-6
        flagged = np.frombuffer(base64.b64decode(one["flagged"]["base64"]), "u1")
        assert ((places > 1e-6) <= (flagged == 1)).all()


@pytest.mark.parametrize("setting", SETTINGS)
def test_tallies_are_the_running_measures(setting):
    for run in runs.pair(setting).values():
        told = runs.tally(run)
        for step in (1, 100, len(run.row)):
            tp, fp, right = int(told.tp[step]), int(told.fp[step]), int(told.right[step])
            assert right / step == pytest.approx(run.accuracy[step - 1])
            if tp + fp:
                assert tp / (tp + fp) == pytest.approx(run.precision[step - 1])
            if told.spam[step]:
                recall = 1 - told.missed(step) / told.spam[step]
                assert recall == pytest.approx(run.recall[step - 1])


def test_learning_recovers_from_drift():
    pair = runs.pair(Setting("later", training=1000))
    late = {who: run.window_accuracy(runs.WINDOW)[-1000:].mean() for who, run in pair.items()}
    assert late["online"] > late["frozen"] + 0.02


@pytest.mark.parametrize("setting", [*SETTINGS, Setting()])
@pytest.mark.parametrize("message", [1, 200])
def test_a_message_opens_at_its_moment(setting, message):
    found = arithmetic.opened(setting, Place(400, message))
    run = nb_stream.stream(setting)
    assert found[0].value == pytest.approx(run.log_odds[message - 1], abs=1e-7)
    assert len(found) == (2 if setting.online else 1)
    for one in found:
        assert evaluate(one.expression) == pytest.approx(one.value, abs=1e-7)
    if setting.online and run.is_spam[message - 1]:
        assert found[1].value > found[0].value


@pytest.mark.parametrize("name", runs.OPENABLE)
@pytest.mark.parametrize("step", [0, 1, 50, 1479])
def test_running_measures_open(name, step):
    (one,) = arithmetic.opened(ONLINE, Place(step, None, name))
    assert evaluate(one.expression) == pytest.approx(one.value, nan_ok=True)
    who, what = name.split(".")
    run = runs.pair(ONLINE)[who]
    if step > 1:
        values = run.window_accuracy(runs.WINDOW) if what == "window" else getattr(run, what)
        assert one.value == pytest.approx(values[step - 1])


@pytest.mark.parametrize(
    "said",
    [
        None,
        "view",
        {"stream": "another", "token": "t", "step": 3},
        {"step": 10**9, "selected": -1, "rate": 7, "open": "online.secrets"},
        {"step": True, "selected": [1], "rate": "20", "open": {}},
    ],
)
def test_a_forged_view_is_not_believed(said):
    board = runs.prepared(ONLINE)
    wanted = runs.goto(ONLINE, Place(), "t")
    if isinstance(said, dict):
        said = {"stream": board["stream_id"], "token": "t", **said}
    assert runs.place_of(SimpleNamespace(view=said), board, wanted) == Place()


def test_a_true_view_is_read_and_a_place_beyond_the_stream_is_its_end():
    board = runs.prepared(ONLINE)
    said = {"stream": board["stream_id"], "token": "t", "step": 1479, "selected": 0,
            "open": "frozen.recall", "rate": 500}  # fmt: skip
    place = runs.place_of(SimpleNamespace(view=said), board, runs.goto(ONLINE, Place(), "t"))
    assert place == Place(1479, 1, "frozen.recall", 500)
    beyond = runs.goto(ONLINE, Place(9999, 9999), "t")
    assert (beyond["step"], beyond["selected"]) == (1479, None)


@pytest.mark.parametrize("bad", ["-1", "x", "1.5", "٣", "10000", "", "9" * 50])
def test_a_wrong_step_is_told(bad):
    assert "nbs_step must be a whole number" in (runs.checked_place("nbs_step", bad)[1] or "")


# -- take away -----------------------------------------------------------------------------------


def test_json_csv_and_curves():
    told = json.loads(export.as_json(ONLINE, 500))
    run = nb_stream.stream(ONLINE)
    assert told["there"]["online"]["precision"] == run.precision[499]
    assert told["at_the_end"]["online"]["accuracy"] == run.accuracy[-1]
    assert json.loads(export.as_json(ONLINE, 0))["there"]["frozen"]["recall"] is None
    rows = list(csv.DictReader(io.StringIO(export.as_csv(ONLINE))))
    assert [int(r["message"]) - 1 for r in rows] == run.row.tolist()
    assert float(rows[-1]["online_recall"]) == run.recall[-1]
    assert rows[0]["kind"] in ("easy ham", "hard ham", "spam")
    for step in (0, 1, 1479):
        ElementTree.fromstring(export.as_svg(ONLINE, step))


@pytest.mark.parametrize("setting", [Setting(kind="multinomial", alpha=0.5, seed=5)])
def test_the_script_finds_the_page_s_numbers(setting, tmp_path):
    (tmp_path / "stream.py").write_text(export.as_script(setting))
    (tmp_path / COUNTS_FILE).write_bytes(counts())
    done = subprocess.run(
        [sys.executable, "-W", "error", "stream.py"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    for who, name in runs.NAMES.items():
        run = nb_stream.stream(replace(setting, online=who == "online"))
        for measure in ("accuracy", "precision", "recall"):
            assert float(said[f"{name} {measure}"]) == pytest.approx(
                getattr(run, measure)[-1], abs=1e-12
            )


def test_the_stream_begins_with_what_was_learnt():
    setting = Setting("later", training=200)
    rows = nb_stream.training_rows(setting)
    data = spam.load()
    fitted = MultinomialNB.fit(data.counts[rows], data.is_spam[rows])
    begun = nb_stream.model_at(setting, 500)
    np.testing.assert_array_equal(begun.feature_count, fitted.feature_count)
    np.testing.assert_allclose(begun.log_prior, fitted.log_prior)
    assert not set(rows) & set(nb_stream.rows_of(setting))
