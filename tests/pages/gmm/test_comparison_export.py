"""What the comparison gives away: its script runs and prints the page's figures."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from pages.gmm import mixture_take_away as mixture
from pages.gmm.kmeans.against_kmeans import Setup, compare, files


def made(setup: Setup) -> dict[str, str]:
    return {file.name: file.make() for file in files(compare(setup))}


@pytest.mark.parametrize(
    "setup",
    [
        Setup("stretched", 3, seed=7),
        Setup("old_faithful", 2, "tied"),
        Setup("vowels", 4, "diag", "random", 3, True),
        Setup("unequal", 3, "spherical", seed=4),
        Setup("blobs", 1),
    ],
)
def test_the_script_prints_the_pages_figures(setup: Setup, tmp_path) -> None:
    path = tmp_path / "comparison.py"
    path.write_text(made(setup)["comparison.py"], encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    said = dict(line.split(" ", 1) for line in ran.stdout.splitlines())
    pair, X = compare(setup).pair, setup.points.X
    assert float(said["inertia"]) == pytest.approx(pair.lloyd.inertia, rel=1e-9)
    assert float(said["log-likelihood"]) == pytest.approx(pair.em.model.log_prob(X).sum(), rel=1e-7)
    np.testing.assert_allclose(
        json.loads(said["centres"]), pair.lloyd.centres, rtol=1e-9, atol=1e-9
    )
    differ = (pair.lloyd.labels != pair.em.model.responsibilities(X).argmax(axis=1)).sum()
    assert said["disagree"] == f"{differ} of {len(X)}"


def test_the_files_hold_both_models() -> None:
    setup = Setup("penguins", 3, seed=4)
    pair, X = compare(setup).pair, setup.points.X
    found = made(setup)
    both = json.loads(found["comparison.json"])
    np.testing.assert_array_equal(both["kmeans"]["centres"], pair.lloyd.centres)
    np.testing.assert_array_equal(both["start"], pair.em.start.means)
    again = mixture.read_model(json.dumps(both["mixture"]))
    np.testing.assert_allclose(again.log_prob(X), pair.em.model.log_prob(X))
    rows = list(csv.reader(io.StringIO(found["comparison.csv"])))
    assert len(rows) == 1 + len(X)
    assert [int(row[2]) - 1 for row in rows[1:]] == pair.lloyd.labels.tolist()
    gamma = np.array([[float(v) for v in row[4:]] for row in rows[1:]])
    np.testing.assert_allclose(gamma, pair.em.model.responsibilities(X), atol=1e-9)
    assert found["mixture.svg"].lstrip().startswith(("<svg", "<?xml"))
