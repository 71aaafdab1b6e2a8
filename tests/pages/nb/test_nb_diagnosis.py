"""The diagnosis run: held-out figures, tables against the model, what opens, what is taken away."""

import csv
import io
import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import CategoricalNB, GaussianNB

from genmodels.calibration import reliability
from genmodels.datasets import cancer, heart
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.nb.diagnosis import case as run
from pages.nb.diagnosis import figures
from pages.nb.diagnosis import held as one_by_one
from pages.nb.diagnosis import opened as arithmetic
from pages.nb.diagnosis import take_away as export
from pages.nb.diagnosis.people_grid import payload, view_of

BOTH = [(name, variant) for name, ways in run.VARIANTS.items() for variant in ways]


def case_of(study: run.Study, patient: int = 3, skip: int = 7, rate: int = 5) -> run.Reading:
    places = tuple(-1 if f % skip == 3 else p for f, p in enumerate(study.patient(patient)))
    return run.read(study, run.Case(places, rate))


def test_the_tables_are_those_of_the_sources() -> None:
    hearts, lumps = heart.load(), cancer.load()
    assert hearts.X.shape == (270, 13)
    assert int(hearts.ill.sum()) == 120
    assert hearts.X[:, 9].max() == 6.2  # mm: not ten times as much
    assert lumps.X.shape == (569, 30)
    assert int(lumps.ill.sum()) == 212
    with pytest.raises(ValueError, match="read-only"):
        hearts.X[0, 0] = 1


@pytest.mark.parametrize(
    "name, variant, accuracy, spread, auc, recall",
    [
        ("heart", "mixed", 0.840, 0.058, 0.909, 0.817),
        ("heart", "all Gaussian", 0.846, 0.050, 0.901, 0.818),
        ("cancer", "as measured", 0.939, 0.032, 0.988, 0.891),
        ("cancer", "logarithms", 0.951, 0.028, 0.990, 0.918),
    ],
)
def test_held_out_figures(name, variant, accuracy, spread, auc, recall) -> None:
    held = run.held_out(name, variant)
    found = (held.accuracy.mean(), held.accuracy.std(), held.auc.mean(), held.recall.mean())
    np.testing.assert_allclose(found, (accuracy, spread, auc, recall), atol=6e-4)
    assert 0 < roc_auc_score(held.ill, held.probability) <= 1
    assert len(figures.calibration(held).data) == 2


@pytest.mark.parametrize("name, variant", BOTH)
def test_sums_of_the_sent_tables_are_the_model_s_total(name, variant, rng) -> None:
    study = run.study(name, variant)
    sent = payload(study)
    text = json.dumps(encode(sent), allow_nan=False)
    assert len(text) < 250_000
    for _ in range(40):
        places = tuple(int(rng.integers(-1, len(grid))) for grid in study.grids)
        rate = int(rng.integers(len(study.rates)))
        total = sent["rate_log_odds"][rate] + sum(
            entry["log_odds"][p]
            for entry, p in zip(sent["findings"], places, strict=True)
            if p >= 0
        )
        reading = run.read(study, run.Case(places, rate))
        assert abs(total - reading.total) < 1e-6
        people, words = run.frequency(total)
        assert abs(people - 1000 * reading.probability) <= 0.5 + 1e-6
        assert words


@pytest.mark.parametrize("name, variant", BOTH)
def test_scikit_learn_gives_a_whole_patient_the_same_odds(name, variant) -> None:
    study = run.study(name, variant)
    normal = np.array(study.kinds) == 0
    X, y = study.transform(study.patients.X[study.trained]), study.patients.ill[study.trained]
    joint = GaussianNB().fit(X[:, normal], y)
    rate = study.rates.index(study.clinic)
    for number in (1, 2, 17):
        x = study.transform(study.patients.X[study.held[number - 1]])[None]
        scores = joint.predict_joint_log_proba(x[:, normal]) - np.log(joint.class_prior_)
        if not normal.all():
            sizes = np.array(study.kinds)[~normal]
            theirs = CategoricalNB(min_categories=sizes).fit(X[:, ~normal].astype(int), y)
            scores += theirs.predict_joint_log_proba(x[:, ~normal].astype(int))
            scores -= theirs.class_log_prior_
        reading = run.read(study, run.Case(study.patient(number), rate))
        assert reading.log_odds.sum() == pytest.approx(scores[0, 1] - scores[0, 0], abs=1e-9)


def test_the_model_never_saw_the_patients_it_shows() -> None:
    for name, variant in BOTH:
        study = run.study(name, variant)
        assert not np.intersect1d(study.trained, study.held).size
        assert len(study.trained) + len(study.held) == len(study.patients.ill)
        for f, grid in enumerate(study.grids):  # each can be set exactly
            assert np.isin(study.patients.X[study.held, f], grid).all()


@pytest.mark.parametrize("name, variant", BOTH)
def test_all_that_opens_evaluates_to_its_value(name, variant) -> None:
    study = run.study(name, variant)
    reading = case_of(study)
    for key in run.openable(study):
        opened = arithmetic.opened(reading, key)
        assert opened is not None, key
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-9)
        for row in opened.rows:
            if row.expression:
                assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)
    held = run.held_out(name, variant)
    for which in ("Accuracy", "AUC", "Recall"):
        opened = arithmetic.figure(held, which)
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-12)
    for bad in (None, "", "f", "f99", "fx", "f-1", "priors", "f1e3"):
        assert arithmetic.opened(reading, bad) is None


@pytest.mark.parametrize("name, variant", BOTH)
def test_each_held_out_patient_opens_to_the_forecast_of_the_chart(name, variant) -> None:
    held, groups = run.held_out(name, variant), one_by_one.groups(name, variant)
    table = reliability(held.probability, held.ill)
    assert [len(g.rows) for g in groups] == table.count.tolist()
    np.testing.assert_allclose([g.mean for g in groups], table.mean_p)
    assert sorted(np.concatenate([g.rows for g in groups]).tolist()) == list(range(len(held.ill)))
    for place, group in enumerate(groups):
        row = int(group.rows[0])
        assert one_by_one.group_of(name, variant, row) == place
        share = arithmetic.share(group)
        assert evaluate(share.expression) == share.value == pytest.approx(table.observed[place])
        reading = one_by_one.judged(name, variant, row)
        assert row not in reading.study.trained
        assert reading.probability == pytest.approx(held.probability[row], rel=1e-9, abs=1e-300)
        for opened in (arithmetic.total(reading), arithmetic.probability(reading)):
            assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-9)
        assert len(one_by_one.findings_table(reading)["nats"]) == len(reading.study.findings)
    chosen = figures.calibration(held, 1).data[1].marker.size
    assert chosen[1] > chosen[0]
    for bad in (-1, len(held.ill), "3"):
        with pytest.raises(ValueError, match="row must be a whole number"):
            one_by_one.judged(name, variant, bad)


def test_nothing_measured_is_the_base_rate() -> None:
    study = run.study("heart", "mixed")
    nothing = run.read(study, run.Case((-1,) * 13, study.rates.index(1)))
    assert nothing.probability == pytest.approx(0.01)
    assert nothing.strongest is None
    assert run.frequency(nothing.total) == (10, "10 of 1,000")
    assert "Nothing is measured" in run.verdict(nothing)


@pytest.mark.parametrize(
    "p, people, words",
    [
        (1e-12, 0, "fewer than 1 of 1,000,000,000"),
        (3.2e-9, 0, "3 of 1,000,000,000"),
        (9.7e-6, 0, "1 of 100,000"),
        (4.4e-4, 0, "4 of 10,000"),
        (6e-4, 1, "1 of 1,000"),
        (0.5, 500, "500 of 1,000"),
        (0.9989, 999, "999 of 1,000"),
        (1 - 4.4e-4, 1000, "all but 4 of 10,000"),
        (1 - 2.2e-7, 1000, "all but 2 of 10,000,000"),
    ],
)
def test_crowds(p: float, people: int, words: str) -> None:
    assert run.frequency(math.log(p) - math.log1p(-p)) == (people, words)
    edges, counts, texts = run.scale()
    assert edges == sorted(edges)
    assert len(counts) == len(texts) == len(edges) + 1


def test_the_link_s_values_come_back_exactly(rng) -> None:
    for name, variant in BOTH:
        study = run.study(name, variant)
        for _ in range(5):
            places = tuple(int(rng.integers(-1, len(grid))) for grid in study.grids)
            assert run.parse_values(study, run.values_text(study, places)) == places


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "13 values"),
        ("1,2", "it has 2"),
        ("x,1,3,130,300,0,1,140,0,1,1,0,0", "age from 29 to 77"),
        ("54,nan,3,130,300,0,1,140,0,1,1,0,0", "sex from 0 to 1"),
        ("54,1,3,130,300,0,1,inf,0,1,1,0,0", "highest pulse"),
        ("54,1,3,130,300,0,1,140,0,1,1,0,9", "thallium scan from 0 to 2"),
    ],
)
def test_bad_values_are_told(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run.parse_values(run.study("heart", "mixed"), text)


def test_a_browser_s_word_is_checked() -> None:
    study = run.study("heart", "mixed")
    own = list(study.patient(1))
    goto = {"token": "a", "places": own, "rate": 3, "open": None}
    good = {"board": "b", "token": "a", "places": [-1] * 13, "rate": 2, "open": "f2"}
    assert view_of(good, study, "b", goto) == (run.Case((-1,) * 13, 2), "f2")
    kept = run.Case(tuple(own), 3)
    for bad in (
        None, [], {"board": "c"}, {**good, "token": "b"}, {**good, "board": 3},
        {**good, "places": [99] * 13, "rate": 1e9, "open": 3},
        {**good, "places": [0.5] * 13, "rate": True, "open": "f99"},
        {**good, "places": "12", "rate": None, "open": "<b>"},
    ):  # fmt: skip
        assert view_of(bad, study, "b", goto) == (kept, None)


def test_unknown_names_are_told() -> None:
    with pytest.raises(ValueError, match="heart, cancer; got 'x'"):
        run.load("x")
    with pytest.raises(ValueError, match="mixed, all Gaussian; got 'logarithms'"):
        run.study("heart", "logarithms")


@pytest.mark.parametrize("name, variant", [("heart", "mixed"), ("cancer", "logarithms")])
def test_the_script_prints_the_page_s_numbers(name, variant, capsys) -> None:
    reading = case_of(run.study(name, variant), patient=2)
    if name == "heart":  # alone, as a reader runs it
        printed = subprocess.run(
            [sys.executable, "-W", "error", "-c", export.script(reading)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    else:
        exec(export.script(reading), {})
        printed = capsys.readouterr().out
    said = dict(line.rsplit(": ", 1) for line in printed.splitlines())
    for f, finding in enumerate(reading.study.findings):
        assert float(said[finding.name]) == pytest.approx(float(reading.log_odds[f]), abs=1e-6)
    assert float(said["total log-odds"]) == pytest.approx(reading.total, abs=1e-6)
    assert float(said["P(ill)"]) == pytest.approx(reading.probability, abs=1e-9)


@pytest.mark.parametrize("name, variant", BOTH)
def test_json_csv_and_picture(name, variant) -> None:
    reading = case_of(run.study(name, variant))
    told = json.loads(export.as_json(reading))
    assert told["total_log_odds"] == reading.total
    assert sum(f["log_odds"] for f in told["findings"]) == pytest.approx(
        reading.total - reading.prior
    )
    assert "no medical device" in told["caution"]
    rows = list(csv.DictReader(io.StringIO(export.as_csv(reading))))
    assert float(rows[-1]["sum so far"]) == pytest.approx(reading.total)
    shapes = list(ET.fromstring(export.as_svg(reading)).iter())
    people = run.frequency(reading.total)[0]
    assert sum(s.tag.endswith("circle") for s in shapes) == 1000 - people
