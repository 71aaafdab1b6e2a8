"""Anomaly scores and threshold curves, against scikit-learn and the published behaviour."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn import metrics
from sklearn.mixture import GaussianMixture

from genmodels.datasets import screening
from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import anomaly_opened as arithmetic
from genmodels.kit.opened import evaluate
from genmodels.thresholds import thresholds
from pages.gmm.anomaly import case as anomaly
from pages.gmm.anomaly.case import Setup, scored


@pytest.mark.parametrize("flag", ["below", "above"])
@pytest.mark.parametrize("ties", [False, True])
def test_curves_are_scikit_learn_s(rng, flag, ties):
    positive = rng.random(300) < 0.3
    scores = rng.standard_normal(300) + positive
    scores = np.round(scores, 1) if ties else scores
    t = thresholds(scores, positive, flag)
    suspicion = -scores if flag == "below" else scores
    fpr, tpr, _ = metrics.roc_curve(positive, suspicion, drop_intermediate=False)
    np.testing.assert_allclose(t.false_alarm_rate, fpr, atol=1e-9)
    np.testing.assert_allclose(t.recall, tpr, atol=1e-9)
    precision, recall, _ = metrics.precision_recall_curve(positive, suspicion)
    np.testing.assert_allclose(t.precision[1:], precision[-2::-1], atol=1e-9)
    np.testing.assert_allclose(t.recall[1:], recall[-2::-1], atol=1e-9)
    assert t.auc == pytest.approx(metrics.roc_auc_score(positive, suspicion), abs=1e-9)
    expected = metrics.average_precision_score(positive, suspicion)
    assert t.average_precision == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("flag", ["below", "above"])
def test_each_cut_flags_what_its_stop_says(rng, flag):
    scores = np.round(rng.standard_normal(60), 1)
    positive = rng.random(60) < 0.5
    t = thresholds(scores, positive, flag)
    for j, cut in enumerate(t.cut):
        beyond = scores < cut if flag == "below" else scores > cut
        assert beyond.sum() == t.flagged[j]
        assert set(np.flatnonzero(beyond)) == set(t.order[: t.flagged[j]])
        assert (beyond & positive).sum() == t.tp[j]
        assert t.stop_at(cut) == j
        assert t.stop_flagging(int(t.flagged[j])) == j


@pytest.mark.parametrize(
    "scores, positive, message",
    [
        ([1.0, np.nan], [True, False], "finite; case 1"),
        ([1.0, 2.0], [True, True], "both classes"),
        ([1.0, 2.0, 3.0], [True, False], "one value a case"),
    ],
)
def test_bad_scores_are_told(scores, positive, message):
    with pytest.raises(ValueError, match=message):
        thresholds(scores, positive)


def test_breast_cancer_is_the_reference_s():
    """Nominal 5 %: about 8 % real at K = 1, about 41 % at K = 5; AUC about 0.95 to 0.965."""
    figures = anomaly.against_K(Setup(), 0.05)
    assert figures.false_alarms[0] == pytest.approx(0.087, abs=0.002)
    assert figures.false_alarms[4] == pytest.approx(0.41, abs=0.02)
    assert all(0.945 <= auc <= 0.97 for auc in figures.auc)
    assert figures.false_alarms[7] > figures.false_alarms[4]


def test_chinstraps_are_noticed():
    for K in (2, 3):
        assert 0.97 <= scored(Setup("penguins", K)).thresholds.auc <= 0.99


def test_each_case_is_scored_by_a_model_that_has_not_seen_it():
    run = scored(Setup(K=3))
    seen = np.zeros(len(run.cases.X), dtype=int)
    for number, fold in enumerate(run.folds):
        seen[fold.test] += 1
        assert not run.cases.novel[fold.train].any()
        assert not set(fold.train) & set(fold.test)
        assert (run.fold_of[fold.test] == number).all()
        Z = (run.cases.X[fold.train] - fold.mean) / fold.scale
        np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-12)
    assert (seen == 1).all()


def test_one_component_scores_as_scikit_learn_does():
    run = scored(Setup())
    fold = run.folds[2]
    X = run.cases.X
    reference = GaussianMixture(1, reg_covar=anomaly.REGULARISATION)
    reference.fit((X[fold.train] - fold.mean) / fold.scale)
    expected = reference.score_samples((X[fold.test] - fold.mean) / fold.scale)
    np.testing.assert_allclose(run.log_density[fold.test], expected, rtol=1e-9)


@pytest.mark.parametrize("K", [0, 9])
def test_a_k_out_of_range_is_told(K):
    with pytest.raises(ValueError, match="K must be from 1 to 8"):
        scored(Setup(K=K))


def test_an_unknown_set_is_told():
    with pytest.raises(ValueError, match="one of breast_cancer, penguins; got 'iris'"):
        screening.load("iris")


@pytest.mark.parametrize("covariance", COVARIANCE_TYPES)
@pytest.mark.parametrize("case", [0, 20, 500])
def test_opened_numbers_evaluate(covariance, case):
    run = scored(Setup(K=3, covariance=covariance))
    model, x = run.folds[run.fold_of[case]].model, run.standardised(case)
    opened = arithmetic.log_density(model, x, "Case")
    assert opened.value == pytest.approx(run.log_density[case], rel=1e-9)
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    distance = arithmetic.distance(model, x, run.cases.columns, "Case")
    assert evaluate(distance.expression) == pytest.approx(distance.value, rel=1e-9, abs=1e-9)
    k = int(model.log_joint(x[None])[0].argmax())
    difference = x - model.means[k]
    squared = difference @ np.linalg.inv(model.full_covariances()[k]) @ difference
    assert distance.value == pytest.approx(squared, rel=1e-6)


def test_opened_rates_evaluate():
    t = scored(Setup()).thresholds
    stop = t.stop_flagging(120)
    for opened, expected in [
        (arithmetic.false_alarm_rate(t, stop, "benign", 0.05), t.fp[stop] / t.negatives),
        (arithmetic.recall(t, stop, "malignant"), t.tp[stop] / t.positives),
        (arithmetic.precision(t, stop), t.tp[stop] / t.flagged[stop]),
        (arithmetic.auc(t, "malignant", "benign"), t.auc),
    ]:
        assert opened.value == pytest.approx(expected, rel=1e-12)
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-12)


def test_nothing_flagged_has_no_precision():
    assert arithmetic.precision(scored(Setup()).thresholds, 0) is None


def test_the_csv_has_every_case():
    run = scored(Setup("penguins", 2))
    stop = run.thresholds.stop_flagging(50)
    lines = anomaly.scores_csv(run, stop).splitlines()
    assert len(lines) == len(run.cases.X) + 1
    assert sum(line.endswith(",1") for line in lines) == 50


def test_the_json_rebuilds_a_score():
    run = scored(Setup("penguins", 2))
    told = json.loads(anomaly.models_json(run, 10))
    from genmodels.gmm import GaussianMixture as Ours

    fold = told["folds"][run.fold_of[7]]
    model = Ours(fold["weights"], fold["means"], fold["covariances"], "full")
    x = (run.cases.X[7] - fold["mean"]) / fold["scale"]
    assert model.log_prob(x[None])[0] == pytest.approx(run.log_density[7], rel=1e-12)
    assert told["flagged"] == 10


@pytest.mark.parametrize("covariance", COVARIANCE_TYPES)
def test_the_script_prints_the_page_s_figures(tmp_path, covariance):
    run = scored(Setup("penguins", 3, covariance))
    t = run.thresholds
    stop = t.stop_at(run.cut(0.05))
    path = tmp_path / "anomaly.py"
    path.write_text(anomaly.script(run, stop), encoding="utf-8")
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"auc {t.auc:.6f}",
        f"flagged {t.flagged[stop]}",
        f"caught {t.tp[stop]}",
        f"false alarms {t.fp[stop]}",
    ]
