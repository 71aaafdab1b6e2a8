"""Bayes' theorem's stories, files and what its widget says."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels.datasets import spam
from pages.nb.theorem import area_table as widget
from pages.nb.theorem import case as run
from pages.nb.theorem.table import TwoWay


def test_a_story_of_a_word_counts_the_shipped_messages():
    story, data = run.stories()["Spam: “free”"], spam.load()
    there = (data.counts[:, [data.feature["free"]]].toarray() > 0).ravel()
    assert story.table.posterior() == pytest.approx(data.is_spam[there].mean(), abs=1e-12)
    assert story.table.posterior(False) == pytest.approx(data.is_spam[~there].mean(), abs=1e-12)


def test_the_screening_story_has_its_source_s_answer():
    """Gigerenzer and Hoffrage 1995: 7.8 %, in natural frequencies 8 of 103."""
    table = run.stories()["Screening test"].table
    assert table.posterior() == pytest.approx(0.078, abs=5e-4)
    assert table.people(1000) == ((8, 2), (95, 895))


@pytest.mark.parametrize("title", list(run.stories()))
def test_each_story_names_its_source(title):
    assert len(run.stories()[title].source) > 60


@pytest.mark.parametrize(
    "numbers", [(0.01, 0.8, 0.096), (0.3, 0.0, 0.0), (0.0, 1.0, 0.5), (1.0, 0.5, 0.25)]
)
def test_files_hold_the_table(numbers):
    story, table = run.stories()["Screening test"], TwoWay(*numbers)
    stored = json.loads(run.figures_json(story, table))
    assert stored["posterior"]["H given E"] == table.posterior()
    rows = list(csv.DictReader(io.StringIO(run.cells_csv(story, table))))
    assert sum(float(row["joint"]) for row in rows) == pytest.approx(1)
    assert sum(int(row["of_1000"]) for row in rows) == 1000
    for seen in (True, False):
        assert run.picture_svg(story, table, seen).startswith("<svg")


def test_the_script_prints_the_page_s_posterior(tmp_path):
    story = run.stories()["Screening test"]
    tables = [TwoWay(0.01, 0.8, 0.096), TwoWay(0.31, 0.0, 0.4), TwoWay(0.0, 0.5, 0.25)]
    paths = []
    for i, table in enumerate(tables):
        path = tmp_path / f"{i}.py"
        path.write_text(run.script(story, table), encoding="utf-8")
        paths.append(str(path))
    driver = f"import runpy\nfor p in {paths!r}:\n    runpy.run_path(p)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", driver], capture_output=True, text=True, check=True
    )
    printed = [float(line.split(": ")[1]) for line in done.stdout.splitlines()]
    expected = [v for t in tables for v in (t.evidence, t.posterior(), t.posterior(False))]
    np.testing.assert_allclose(printed, expected, atol=1e-8)


GOTO = {
    "token": "t",
    "prior": 0.3,
    "if_true": 0.5,
    "if_false": 0.1,
    "given": "E",
    "open": "factor",
}


def test_what_the_browser_says_is_checked():
    good = {**GOTO, "prior": 0.6, "open": "joint-1-0"}
    view = widget.view_of(good, GOTO)
    assert (view.table.prior, view.opened) == (0.6, "joint-1-0")
    for bad in (None, 3, {**good, "token": "old"}, {**good, "prior": 2}, {**good, "prior": "0.5"}):
        assert widget.view_of(bad, GOTO).table.prior == 0.3
    assert widget.view_of({**good, "given": [], "open": "x"}, GOTO).given == "all"
    assert widget.view_of({**good, "open": 5}, GOTO).opened is None
