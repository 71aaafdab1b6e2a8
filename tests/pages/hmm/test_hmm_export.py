"""What is taken away says what the page said."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels import hmm
from pages.hmm.hmm_take_away import hmm_script, model_from, model_json, posteriors_csv


def models(rng: np.random.Generator) -> dict[str, hmm.HiddenMarkovModel]:
    pi, A = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3), 3)
    means = rng.normal(size=(3, 2)) * 3
    root = rng.normal(size=(3, 2, 2))
    return {
        "categorical": hmm.random_start(3, 4, rng=rng),
        "diagonal": hmm.HiddenMarkovModel(
            pi, A, hmm.DiagonalEmission(means, rng.uniform(0.5, 2, (3, 2)))
        ),
        "full": hmm.HiddenMarkovModel(
            pi, A, hmm.GaussianEmission(means, root @ root.transpose(0, 2, 1) + np.eye(2))
        ),
    }


@pytest.mark.parametrize("kind", ["categorical", "diagonal", "full"])
def test_the_json_is_the_model(rng: np.random.Generator, kind: str) -> None:
    model = models(rng)[kind]
    text = model_json(model, states=["a", "b", "c"], symbols=list("wxyz"), source="drawn")
    again = model_from(text)
    x = hmm.sample(model, 20, rng).observations
    assert hmm.smooth(again, x).log_prob == hmm.smooth(model, x).log_prob
    assert json.loads(text)["states"] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"emission": {"kind": "odd"}}', "null"])
def test_what_is_no_model(text: str) -> None:
    with pytest.raises(ValueError, match="a model must have"):
        model_from(text)


def test_the_csv_has_a_row_a_step(rng: np.random.Generator) -> None:
    posterior = rng.dirichlet(np.ones(2), 3)
    text = posteriors_csv(posterior, ["=1+1", "?", "b"], [0, 1, 1], ["A", "-B"])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["step", "observation", "best path", "P(A)", "P('-B)"]
    assert rows[1][:3] == ["1", "'=1+1", "A"]
    assert float(rows[3][4]) == pytest.approx(posterior[2, 1], rel=1e-11)
    without = posteriors_csv(posterior, list("abc"), [], ["A", "B"])
    assert list(csv.reader(io.StringIO(without)))[1][2] == ""


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What each kind's script prints; one process, since importing hmmlearn is most of it."""
    scripts = {kind: hmm_script(*case, source=SOURCE, iterations=4) for kind, case in drawn()}
    run = "import json, sys\nfor kind, script in json.load(sys.stdin).items():\n"
    run += "    print('==', kind)\n    exec(script, {'__name__': '__main__'})"
    done = subprocess.run(
        [sys.executable, "-c", run],
        input=json.dumps(scripts),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    parts = [part.split("\n", 1) for part in done.stdout.split("== ")[1:]]
    return dict(parts)


SOURCE = "drawn\nimport os"


def drawn() -> list[tuple[str, tuple[hmm.HiddenMarkovModel, list[np.ndarray]]]]:
    rng = np.random.default_rng(3)
    return [
        (kind, (model, [hmm.sample(model, T, rng).observations for T in (500, 30)]))
        for kind, model in models(rng).items()
    ]


@pytest.mark.parametrize("kind", ["categorical", "diagonal", "full"])
def test_the_script_prints_the_pages_figures(printed: dict[str, str], kind: str) -> None:
    said = dict(line.rsplit(" ", 1) for line in printed[kind].splitlines() if "states" not in line)
    model, xs = dict(drawn())[kind]
    total = sum(hmm.smooth(model, x).log_prob for x in xs)
    best = [hmm.viterbi(model, x) for x in xs]
    learnt = hmm.baum_welch(model, xs, max_iter=4, tol=0, scan=True).log_likelihood[-1]
    assert float(said["log P"]) == pytest.approx(total, rel=1e-9)
    assert float(said["best path"]) == pytest.approx(sum(b.log_prob for b in best), rel=1e-9)
    assert float(said["after learning"]) == pytest.approx(learnt, rel=1e-8)
    states = next(line for line in printed[kind].splitlines() if line.startswith("states"))
    assert states.split()[1:] == [str(k + 1) for k in best[0].path[:60]]


def test_missing_observations_have_no_script(rng: np.random.Generator) -> None:
    model = models(rng)["categorical"]
    with pytest.raises(ValueError, match="sequence 1, observation 2 is missing"):
        hmm_script(model, [np.array([0, hmm.MISSING])], source="")
