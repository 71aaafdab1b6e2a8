"""What is taken away: it reads back exactly, and the script says what the page says."""

import ast
import csv
import io
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from genmodels import gmm
from genmodels.datasets import clustering
from genmodels.kit import script, svg
from pages.gmm import mixture_take_away as mixture
from pages.gmm.em_player import data_box
from pages.gmm.mixture_run import Setup, fitted

FAITHFUL = clustering.load("old_faithful")


@pytest.mark.parametrize("covariance_type", gmm.COVARIANCE_TYPES)
def test_json_reads_back_exactly(covariance_type: gmm.CovarianceType) -> None:
    model = fitted(Setup(FAITHFUL, 3, covariance_type)).model
    text = mixture.model_json(
        model, columns=FAITHFUL.columns, source="here", settings={"seed": 0, "tol": 1e-4}
    )
    back = mixture.read_model(text)
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(back, name), getattr(model, name))
    assert back.covariance_type == covariance_type


def test_csv_holds_every_point_and_its_responsibilities() -> None:
    model = fitted(Setup(FAITHFUL, 2)).model
    rows = list(csv.reader(io.StringIO(mixture.responsibilities_csv(model, FAITHFUL.X, "xy"))))
    assert rows[0] == ["x", "y", "gamma_1", "gamma_2", "component"]
    values = np.array(rows[1:], dtype=float)
    np.testing.assert_array_equal(values[:, :2], FAITHFUL.X)
    np.testing.assert_array_equal(values[:, 2:4], model.responsibilities(FAITHFUL.X))
    np.testing.assert_array_equal(values[:, 4], values[:, 2:4].argmax(axis=1) + 1)


def test_a_column_that_looks_like_a_formula_is_text() -> None:
    assert mixture.table_csv(["=1+1", "b"], [[1.5, 2]]) == "'=1+1,b\n1.5,2\n"


def printed(text: str) -> dict[str, object]:
    """What a script prints, by the word before each value."""
    ran = subprocess.run(
        [sys.executable, "-"], input=text, capture_output=True, text=True, check=True, timeout=120
    )
    pairs = (line.partition(" ")[::2] for line in ran.stdout.splitlines())
    return {name: ast.literal_eval(value) for name, value in pairs}


@pytest.mark.parametrize(
    "setup",
    [
        Setup(FAITHFUL, 2),
        Setup(FAITHFUL, 3, "tied"),
        Setup(clustering.load("penguins"), 3, "diag", "random", 7),
        Setup(clustering.load("vowels"), 4, "spherical", reg_covar=0.1),
        Setup(FAITHFUL, 2, means=((2.0, 90.0), (5.0, 45.0))),
        Setup(clustering.standardised(FAITHFUL), 1),
    ],
    ids=lambda setup: f"{setup.points.name}-{setup.covariance}-{setup.K}",
)
def test_the_script_ends_where_the_page_ends(setup: Setup) -> None:
    trace = fitted(setup)
    X = setup.points.X
    said = printed(
        script.mixture_script(
            X,
            trace,
            columns=setup.points.columns,
            source='a "source"\nwith lines',
            reg_covar=setup.reg_covar,
            title='"""; raise SystemExit(1)  # ',
        )
    )
    np.testing.assert_allclose(said["means"], trace.model.means, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(said["weights"], trace.model.weights, atol=1e-7)
    assert said["log-likelihood"] == pytest.approx(trace.model.log_prob(X).sum(), abs=1e-4)
    assert said["BIC"] == pytest.approx(trace.model.bic(X), abs=1e-3)


def test_the_picture_is_sound_xml_with_everything_in_it() -> None:
    model = fitted(Setup(FAITHFUL, 2)).model
    text = svg.mixture_svg(
        FAITHFUL.X, model, ("<a> & b", "\x00y\u202e"), "<script>", data_box(FAITHFUL.X)
    )
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}circle")) == len(FAITHFUL.X) + 2
    assert len(root.findall(f"{space}path")) == 4
    words = [node.text for node in root.findall(f"{space}text")]
    assert "<a> & b" in words
    assert "<script>" in words
    assert not root.findall(f".//{space}script")


def test_an_ellipse_has_its_covariance() -> None:
    covariance = np.array([[4.0, 1.0], [1.0, 2.0]])
    ring = svg.ellipse(np.array([3.0, -1.0]), covariance, 2.0) - [3.0, -1.0]
    distance = np.einsum("ni,ij,nj->n", ring, np.linalg.inv(covariance), ring)
    np.testing.assert_allclose(distance, 4.0)
