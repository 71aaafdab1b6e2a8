"""The ELBO of any q: what Torch computes for the encoder's, below log p(x) for every one."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genmodels import vae
from genmodels.kit.opened import evaluate
from genmodels.vae import bound, forward
from genmodels.vae.bound import Q
from genmodels.vae.importance import log_evidence
from pages.vae.digit import shown_digit
from pages.vae.elbo import case as run
from pages.vae.elbo import elbo_bars
from pages.vae.elbo import take_away as export
from pages.vae.elbo.case import OPENS, Place
from pages.vae.worked_take_away import WEIGHTS, weights

DIGIT = shown_digit(7)
X = DIGIT.x


def test_the_likelihood_is_the_passes() -> None:
    z = np.array([[0.5, -1.0], [30.0, -30.0], [0.0, 0.0]])
    expected = [-float(forward.forward(X, tuple(row), given_z=True).reconstruction) for row in z]
    np.testing.assert_allclose(bound.log_likelihood(X, z), expected, rtol=1e-5)


def test_the_encoders_q_gives_what_importance_gives() -> None:
    q = bound.encoder_q(X)
    ours = bound.log_weights(X, q, 500, rng=np.random.default_rng(3))
    model = vae.shared("mnist-2d")
    theirs = log_evidence(model, X, n_samples=500, rng=np.random.default_rng(3))
    np.testing.assert_allclose(ours, theirs.log_weights, atol=5e-3)
    np.testing.assert_allclose(bound.running_estimate(ours), theirs.estimates, atol=5e-3)


def test_samples_of_a_wide_q_agree_with_the_sum_over_cells() -> None:
    """Two ways to the same integral."""
    window = run.view(DIGIT.id)
    q = Q(window.middle, (window.half / 3, window.half / 3))
    found = run.importance(DIGIT.id, q)
    assert found.log_evidence == pytest.approx(window.log_evidence, abs=0.1)


@pytest.mark.parametrize("sigma", [0.01, 0.05, 0.3])
def test_no_q_lifts_the_elbo_above_log_p(sigma: float) -> None:
    window = run.view(DIGIT.id)
    for m in (-1.2, -0.63, 0.0):
        assert run._elbo(X, Q((m, 1.4), (sigma, sigma))) < window.log_evidence


def test_the_prior_costs_nothing_and_a_dragged_q_keeps_its_epsilon() -> None:
    assert np.abs(Q((0.0, 0.0), (1.0, 1.0)).kl).max() == 0
    one = bound.cloud(X, Q((0.0, 0.0), (1.0, 1.0)), 8, 5)
    two = bound.cloud(X, Q((1.0, -1.0), (0.5, 0.5)), 8, 5)
    np.testing.assert_allclose(two.z, np.array([1.0, -1.0]) + 0.5 * one.z)
    single = forward.forward(X, tuple(one.z[0]), given_z=True)
    assert one.bce[0] == pytest.approx(float(single.reconstruction))


def test_runs_close_the_gap_from_below() -> None:
    found = run.runs(DIGIT, Place())
    ends = found.estimates[:, -1]
    starts = found.estimates[:, 0]
    assert found.elbo < ends.min()
    assert ends.std() < starts.std()
    assert abs(found.log_evidence - run.view(DIGIT.id).log_evidence) < 0.5
    assert found.estimate(5000) == pytest.approx(found.estimates[0, -1])
    assert 1 <= found.effective(5000) <= 5000
    assert found.samples[0] == 1
    assert found.samples[-1] == 5000


@pytest.mark.parametrize("name", OPENS)
@pytest.mark.parametrize("place", [Place(), Place(q=(0.1, 1.0, 0.3, 0.2), samples=60, draws=4)])
def test_every_number_opens(name: str, place: Place) -> None:
    from dataclasses import replace

    opened = run.opened(DIGIT, replace(place, opened=name))
    assert opened is not None
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    assert opened.formula.count("{") == opened.formula.count("}")
    assert opened.substitution.count("{") == opened.substitution.count("}")


@pytest.mark.parametrize(
    ("mu", "sigma"),
    [((np.nan, 0), (1, 1)), ((0, 0), (0, 1)), ((0, 0), (-1, 1)), ((0, 0), (np.inf, 1)),
     ((1e4, 0), (1, 1))],
)  # fmt: skip
def test_no_such_q(mu: tuple[float, float], sigma: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must be two numbers from"):
        Q(mu, sigma)


def test_numbers_out_of_range() -> None:
    q = Q((0.0, 0.0), (1.0, 1.0))
    for n in (0, 65):
        with pytest.raises(ValueError, match="n must be from 1 to 64"):
            bound.cloud(X, q, n, 0)
    with pytest.raises(ValueError, match="n must be from 1 to 5000"):
        bound.log_weights(X, q, 5001, rng=np.random.default_rng(0))


PLACES = [Place(), Place(q=(0.5, -1.25, 0.05, 0.1), seed=12, draws=64, samples=100, opened="gap")]


@pytest.mark.parametrize("place", PLACES)
def test_a_link_holds_the_place(place: Place) -> None:
    again, problems = run.from_link(run.to_link(place))
    assert again == place
    assert not problems
    assert run.place_from(json.loads(json.dumps(vars(place))), Place(seed=3)) == place


@pytest.mark.parametrize(
    "said",
    [{}, {**vars(Place()), "q": [1, 2, 3]}, {**vars(Place()), "q": [0, 0, 0, 1]},
     {**vars(Place()), "seed": 1.5}, {**vars(Place()), "samples": 10**9},
     {**vars(Place()), "draws": 7}, {**vars(Place()), "opened": "x"}],
)  # fmt: skip
def test_an_unsound_word_of_the_browser_is_dropped(said: dict[str, object]) -> None:
    assert run.place_from(said, PLACES[1]) == PLACES[1]


def prepared(place: Place) -> dict[str, object]:
    return elbo_bars.payload(
        DIGIT, run.encoder_q(DIGIT.id), run.q_of(DIGIT, place), place, run.cloud(DIGIT, place),
        run.before(DIGIT.id), run.runs(DIGIT, place), run.view(DIGIT.id), "1",
    )  # fmt: skip


def test_the_payload_is_small_and_plain() -> None:
    assert len(json.dumps(prepared(Place(draws=64)), allow_nan=False)) < 30_000


def test_the_script_prints_the_same_numbers(tmp_path: Path) -> None:
    place = Place(samples=300)
    path = tmp_path / "elbo.py"
    path.write_text(export.script(DIGIT, place), encoding="utf-8")
    (tmp_path / WEIGHTS).write_bytes(weights())
    done = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()}
    found = run.runs(DIGIT, place)
    assert printed["estimate"] == pytest.approx(found.estimate(300), abs=1e-3)
    assert printed["elbo"] == pytest.approx(found.elbo, abs=1e-3)


def test_what_is_taken_away_says_the_same() -> None:
    numbers = json.loads(export.record(DIGIT, Place()))
    found = run.runs(DIGIT, Place())
    assert numbers["gap"] == found.log_evidence - found.elbo
    rows = list(csv.DictReader(export.table(found).splitlines()))
    assert len(rows) == len(found.samples)
    assert export.picture(found).startswith("<svg")
