"""The vowels: what was measured, the classifier, the folds, the clusters, what is heard."""

import csv
import io
import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture as Reference

from genmodels.datasets import vowels
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.gmm.vowels import case as run
from pages.gmm.vowels import stage, vowel_pad
from pages.gmm.vowels import take_away as export
from pages.gmm.vowels.opened import recognised
from tests.unpack import unpacked

DATA = vowels.load()


def test_the_data_are_balanced():
    assert DATA.F.shape == (1520, 4)
    for speaker in range(1, 77):
        own = DATA.labels[DATA.speakers == speaker]
        assert np.array_equal(np.bincount(own, minlength=10), np.full(10, 2))
    assert [len(np.unique(DATA.speakers[DATA.kinds == k])) for k in range(3)] == [33, 28, 15]


def test_lobanov_takes_the_speaker_out_of_it():
    Z = vowels.lobanov(DATA.F, DATA.speakers)
    for speaker in (1, 40, 76):
        own = Z[DATA.speakers == speaker]
        assert np.allclose(own.mean(axis=0), 0)
        assert np.allclose(own.std(axis=0), 1)
    longer = vowels.lobanov(DATA.F * 1.2, DATA.speakers)  # a shorter vocal tract
    assert np.allclose(longer, Z)
    with pytest.raises(ValueError, match="speaker 3"):
        vowels.lobanov(np.ones((2, 1)), np.array([3, 3]))


@pytest.mark.parametrize(
    "group, name, reference, noise",
    [
        ("everyone", "log F1, F2", 0.759, 0.01),
        ("men", "log F1, F2", 0.877, 0.015),
        ("everyone", "log F0 to F3", 0.877, 0.01),
        ("everyone", "Lobanov F1, F2", 0.922, 0.005),
    ],
)
def test_accuracy_is_the_reference_s_within_fold_noise(group, name, reference, noise):
    ours = np.mean([run.held_out(group, name, seed).accuracy for seed in range(3)])
    assert abs(ours - reference) < noise, ours


def test_no_speaker_is_in_two_folds():
    fold = run.folds(DATA.speakers, 10, rng=np.random.default_rng(5))
    for speaker in range(1, 77):
        assert len(np.unique(fold[DATA.speakers == speaker])) == 1
    sizes = np.bincount(fold) // 20
    assert sizes.sum() == 76
    assert sizes.max() - sizes.min() <= 1


def test_a_held_out_vowel_is_judged_by_gaussians_of_the_other_folds():
    found = run.held_out("men", "log F1, F2")
    out = found.fold == 3
    X, labels = np.log(DATA.F[found.rows, 1:3]), DATA.labels[found.rows]
    scores = np.stack(
        [
            Reference(1, reg_covar=0).fit(X[~out & (labels == c)]).score_samples(X[out])
            for c in range(10)
        ],
        axis=1,
    )
    assert np.array_equal(found.predicted[out], scores.argmax(axis=1))
    assert found.table.sum() == 660
    assert found.accuracy == np.trace(found.table) / 660
    assert found.by_kind == {"man": (found.accuracy, 660)}


def test_one_gaussian_a_class_is_each_class_s_own():
    X = DATA.F[:, 1:3]
    model = run.one_a_class(X, DATA.labels, 10)
    for c in range(10):
        own = X[DATA.labels == c]
        assert np.allclose(model.means[c], own.mean(axis=0))
        assert np.allclose(model.covariances[c], np.cov(own.T, bias=True))
    with pytest.raises(ValueError, match="class 10 is missing"):
        run.one_a_class(X, DATA.labels, 11)


@pytest.mark.parametrize(
    "space, reference, noise", [("hertz", 0.598, 0.06), ("lobanov", 0.913, 0.01)]
)
def test_ten_clusters_without_labels_match_the_reference(space, reference, noise):
    found = run.unlabelled("everyone", space, 10, "k-means", 0)
    assert abs(found.accuracy - reference) < noise, found.accuracy
    assert found.matching.table.sum() == 1520


def test_the_start_decides_what_ten_clusters_find():
    partition, points = (
        run.unlabelled("everyone", "lobanov", 10, start, 0) for start in run.STARTS
    )
    assert partition.log_likelihood > points.log_likelihood + 10
    assert partition.accuracy > points.accuracy + 0.1


def test_bic_finds_fewer_than_ten_vowels():
    best = {s: int(np.argmin(run.bic_by_k("everyone", s, "k-means", 0))) + 1 for s in run.SPACES}
    assert best == {"hertz": 4, "lobanov": 8}


# -- the pad -----------------------------------------------------------------------------------


@pytest.mark.parametrize("space", run.SPACES)
def test_the_grid_holds_the_posterior_of_its_places(space):
    pad = stage.pad("women", space, "woman", 0)
    json.dumps(encode(pad), allow_nan=False)
    left, right, top, bottom = pad["box"]
    assert left > right  # F2 grows to the left, F1 downwards
    assert top < bottom
    posterior = unpacked(pad["posterior"])
    rows, columns, _ = posterior.shape
    r, c = 20, 70
    u = [top + (bottom - top) * r / (rows - 1), left + (right - left) * c / (columns - 1)]
    exact = run.classifier("women", space).responsibilities([u])[0]
    assert np.abs(posterior[r, c] / 255 - exact).max() <= 0.5 / 255 + 1e-9
    expected = exact @ stage.voice("woman").F3
    assert unpacked(pad["f3"])[r, c] == pytest.approx(expected, rel=1e-6)


def test_heard_is_low_in_the_third_formant():
    """What tells it from other vowels by ear, and why the pad needs F3."""
    F3 = stage.voice("man").F3
    assert DATA.words[int(F3.argmin())] == "heard"
    assert F3.min() == pytest.approx(1690, abs=20)  # Peterson and Barney's own mean


def test_a_voice_is_its_speaker_s_own():
    own = DATA.F[DATA.speakers == 50]
    throat = stage.voice("man", 50)
    assert throat.name == stage.speaker_name(50) == "woman 17"
    assert own[:, 0].min() <= throat.F0 <= own[:, 0].max()
    assert np.allclose(throat.mean, own[:, 1:3].mean(axis=0))
    low, high = stage.voice("man"), stage.voice("child")
    assert 128 < low.F0 < 134  # 132 in their table, by the arithmetic mean
    assert high.F0 > 1.8 * low.F0
    assert low.upper == (3500.0, 4500.0)
    assert high.upper[0] > 4000


@pytest.mark.parametrize("space", run.SPACES)
def test_hertz_and_the_plane_are_inverse(space):
    scale = stage.scale(space, stage.voice("child"))
    hertz = np.array([412.0, 2230.0])
    assert np.allclose(scale.hertz(scale.plane(hertz)), hertz)


def test_a_recorded_vowel_lies_where_its_own_speaker_puts_it():
    """In Lobanov's plane the voice that speaks must not move what was recorded."""
    view = vowel_pad.View((300.0, 2000.0), 812)
    place = stage.place(view, "lobanov", stage.voice("man"))
    assert np.array_equal(place, run.plane("lobanov")[812])


@pytest.mark.parametrize("place", [(530.0, 1840.0), (300.0, 900.0), (90.0, 5000.0)])
def test_the_ten_log_joints_open(place):
    throat = stage.voice("man")
    opened = stage.opened(vowel_pad.View(place, None), "everyone", "hertz", throat)
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    assert [row.chosen for row in opened.rows] == [True] + 9 * [False]
    assert sum(row.share for row in opened.rows) == pytest.approx(1)
    own = [Reference(1, reg_covar=0).fit(run.plane("hertz")[DATA.labels == c]) for c in range(10)]
    theirs = [m.score_samples(np.log([place]))[0] + np.log(0.1) for m in own]
    assert opened.value == pytest.approx(max(theirs), rel=1e-9)


def test_an_opened_vowel_says_what_was_wrong():
    model = run.classifier("men", "hertz")
    with pytest.raises(ValueError, match=r"\(2,\)"):
        recognised(model, np.zeros(3), DATA.words, "")
    with pytest.raises(ValueError, match="names must be 10; got 1"):
        recognised(model, np.zeros(2), ["heed"], "")


@pytest.mark.parametrize(
    "said",
    [
        None,
        "view",
        {"token": "old", "hertz": [400, 900], "vowel": None},
        {"token": "t", "hertz": [400], "vowel": None},
        {"token": "t", "hertz": [float("nan"), 900], "vowel": None},
        {"token": "t", "hertz": [400, 1e9], "vowel": True},
        {"token": "t", "hertz": ["400", 900], "vowel": 3},
    ],
)
def test_what_the_browser_says_is_checked(said):
    goto = {"token": "t", "hertz": (500.0, 1500.0), "vowel": None}
    view = vowel_pad.view_of(said, run.members("women"), goto)
    assert view == vowel_pad.View((500.0, 1500.0), None)


def test_the_browser_may_choose_a_place_or_a_vowel_of_the_group():
    rows = run.members("women")
    goto = {"token": "t", "hertz": (500.0, 1500.0), "vowel": None}
    said = {"token": "t", "hertz": [400.5, 900], "vowel": int(rows[7])}
    assert vowel_pad.view_of(said, rows, goto) == vowel_pad.View((400.5, 900.0), int(rows[7]))


@pytest.mark.parametrize(
    "text", ["", "500", "500-", "1e999-500", "nan-900", "50-900", "a-b", "9" * 99]
)
def test_a_place_that_a_link_can_t_mean_is_told(text):
    place, message = stage.checked_place(text)
    assert place == stage.HOME
    assert message is not None
    assert "gmmv_at" in message
    assert len(message) < 200


def test_a_confused_vowel_is_one_of_the_table():
    found = run.held_out("everyone", "log F1, F2")
    rows = stage.confused("everyone", "hertz", "hod", "hawed")
    hod, hawed = DATA.words.index("hod"), DATA.words.index("hawed")
    assert len(rows) == found.table[hod, hawed] > 10
    assert (DATA.labels[rows] == hod).all()
    told = stage.heard_as(vowel_pad.View(stage.HOME, int(rows[0])), "everyone", "hertz")
    assert told == "Held out with its speaker, it is taken for “hawed”, wrongly: “hod” was said."


# -- taken away ------------------------------------------------------------------------------------


@pytest.mark.parametrize("group, space", [("children", "lobanov")])
def test_the_script_runs_and_agrees(group, space):
    code = export.script(group, space)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    first, *rows = ran.stdout.splitlines()
    found = run.held_out(group, export.features_of(space))
    assert float(first.split()[1]) == pytest.approx(found.accuracy, abs=1e-12)
    for line, word, counts in zip(rows, DATA.words, found.table.tolist(), strict=True):
        assert line == f"{word} {counts}"


def test_files_hold_what_the_page_shows():
    found = run.held_out("men", "log F1, F2")
    kept = json.loads(export.classifier_json("men", "hertz"))
    assert kept["held_out"]["accuracy"] == found.accuracy
    assert kept["vowels"][3]["mean"] == run.classifier("men", "hertz").means[3].tolist()
    rows = list(csv.DictReader(io.StringIO(export.answers_csv("men", "hertz"))))
    assert len(rows) == 660
    assert np.mean([row["said"] == row["taken_for"] for row in rows]) == found.accuracy
    assert rows[0]["F1"] == "240"
    ElementTree.fromstring(export.picture_svg("women", "lobanov"))
