"""A training as a film: what is sent, what opens, a training that runs now."""

import base64
import json
import subprocess
import sys
import uuid
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest

from genmodels.datasets import mnist, mnist_train
from genmodels.kit import jobs
from genmodels.kit.figures import DIGITS
from genmodels.kit.opened import evaluate
from genmodels.vae.moments import CODE_STEP
from pages.vae.training import case as run
from pages.vae.training import latent_movie


def inflated(packed: dict) -> bytes:
    return zlib.decompress(base64.b64decode(packed["base64"]))


def test_the_recorded_film_is_the_recorded_training() -> None:
    film, shots = run.recorded_payload(), run.recorded()
    codes = np.frombuffer(inflated(film["mu"]), "<i2").reshape(60, 2000, 2) * film["unit"]
    for i in (0, 24, 59):
        np.testing.assert_allclose(codes[i], shots[i].mu, atol=CODE_STEP)
    grid = np.frombuffer(inflated(film["grid"]), np.uint8).reshape(60, 36, 784)
    assert np.abs(grid.astype(int) - np.stack([s.grid for s in shots])).max() <= 9
    assert [loss["step"] for loss in film["losses"]] == [shot.step for shot in shots]
    assert len(json.dumps(film, allow_nan=False)) < 1_100_000
    assert shots[-1].test_elbo < shots[0].test_elbo - 300


def test_opened_numbers_are_their_sums() -> None:
    for shot in (run.recorded()[0], run.recorded()[59]):
        for opened in (run.elbo(shot), run.spread(shot)):
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
    assert run.elbo(run.recorded()[59]).value == pytest.approx(run.recorded()[59].test_elbo)
    assert run.spread(run.recorded()[0]).value < 0.5 < run.spread(run.recorded()[59]).value


def test_a_training_begins_is_watched_and_stopped() -> None:
    visitor = uuid.uuid4().hex
    job = run.started(3, visitor)
    assert jobs.wait(job, lambda j: j.done >= 3, 60)
    assert run.started(3, visitor) is job
    shots = run.shots_of(job)
    part = run.running_payload(3, job, sent=3)
    assert part["first"] == 0
    assert len(part["losses"]) >= 3
    assert run.running_payload(3, job, sent=10**6)["first"] >= len(shots) - run.LAST
    whole = run.running_payload(3, job, sent=0)
    assert whole["first"] == 0
    jobs.leave(run.key(3), visitor)
    assert shots[0].mu.shape == (2000, 2)
    assert shots[2].test_elbo < shots[0].test_elbo
    json.dumps(whole, allow_nan=False)


@pytest.mark.parametrize("seed", [-1, 8])
def test_a_seed_out_of_range_is_named(seed: int) -> None:
    with pytest.raises(ValueError, match="seed must be from 0 to 7"):
        run.started(seed, "x")


@pytest.mark.parametrize("said", [None, {}, {"run": "a"}, {"run": "a", "token": "t", "moment": "x"},
                                  {"run": "a", "token": "t", "moment": -1},
                                  {"run": "b", "token": "t", "moment": 3}])  # fmt: skip
def test_what_a_browser_says_is_checked(said: object) -> None:
    class Result:
        view = said

    assert latent_movie.moment_of(Result(), "a", {"token": "t", "moment": 7}) == 7


def test_what_is_taken_away(tmp_path) -> None:
    shots = run.recorded()
    assert run.losses_csv(shots).count("\n") == 61
    record = json.loads(run.moment_json(shots[5]))
    np.testing.assert_allclose(record["mu"], shots[5].mu, atol=1e-4)
    assert ElementTree.fromstring(run.map_svg(shots[5], DIGITS)).tag.endswith("svg")


def test_the_script_trains(tmp_path) -> None:
    np.save(tmp_path / "pictures.npy", mnist_train.load().pictures[:1500])
    (tmp_path / "train_vae.py").write_text(run.script())
    done = subprocess.run(
        [sys.executable, "train_vae.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    losses = [float(line.split()[2]) for line in done.stdout.splitlines()]
    assert len(losses) == 3
    assert losses[-1] < losses[0] - 30
    assert len(mnist.shown().labels) == 2000
