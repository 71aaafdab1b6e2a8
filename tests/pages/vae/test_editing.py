"""Directions that mean something: by scikit-learn, on a constructed case, and over the wire."""

import json
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import directions
from genmodels.vae.directions import ATTRIBUTES
from pages.vae import editing_opened as arithmetic
from pages.vae.editing import case as run
from pages.vae.editing import edit_sliders, figures
from pages.vae.editing import live as edit
from pages.vae.editing.edit_sliders import Moved
from tests.live.talk import talk

SEVEN = mnist.shown().x[0]


def test_both_regressions_are_scikit_learns(rng: np.random.Generator) -> None:
    mu, noise = rng.normal(size=(300, 5)), rng.normal(size=(300, 3))
    v = mu @ rng.normal(size=(5, 3)) + 0.1 * noise + [1, 2, 3]
    found = directions.fit(mu[:200], v[:200], mu[200:], v[200:])
    theirs = LinearRegression().fit(mu[:200], v[:200])
    np.testing.assert_allclose(found.weights, theirs.coef_, atol=1e-9)
    np.testing.assert_allclose(found.intercept, theirs.intercept_, atol=1e-9)
    back = LinearRegression().fit(v[:200], mu[:200])
    np.testing.assert_allclose(found.held, back.coef_.T * found.deviation[:, None], atol=1e-9)
    for k in range(3):
        one = LinearRegression().fit(v[:200, [k]], mu[:200])
        np.testing.assert_allclose(found.alone[k], one.coef_[:, 0] * found.deviation[k], atol=1e-9)
        score = LinearRegression().fit(mu[:200], v[:200, k]).score(mu[200:], v[200:, k])
        assert found.r2[k] == pytest.approx(score, abs=1e-9)


def test_a_latent_that_never_varies_is_not_moved(rng: np.random.Generator) -> None:
    """Its weight in the prediction may be large; the pattern knows better (Haufe et al.)."""
    z = rng.normal(size=(400, 3)) * [1.0, 1.0, 1e-3]
    v = z @ np.array([[1.0], [0.5], [800.0]])
    found = directions.fit(z, v, z, v)
    assert abs(found.weights[0, 2]) > 100
    assert np.abs(found.steps(False)[0, 2]) < 1e-2 * np.abs(found.steps(False)[0, 0])


def test_a_constant_attribute_moves_nothing(rng: np.random.Generator) -> None:
    z, v = rng.normal(size=(50, 2)), np.ones((50, 1))
    found = directions.fit(z, v, z, v)
    assert np.isfinite(found.r2).all()
    np.testing.assert_allclose(found.steps(True), 0, atol=1e-12)


def test_wrong_shapes_and_models_are_named() -> None:
    with pytest.raises(ValueError, match="mu and v must have shapes"):
        directions.fit(np.zeros((3, 2)), np.zeros((4, 1)), np.zeros((3, 2)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="model must be one of"):
        directions.found("cvae")


@pytest.mark.parametrize("name", directions.MODELS)
def test_a_move_shows_in_the_picture(name: str) -> None:
    """Moved by +1.5 of its deviations, the measured attribute of most digits grows."""
    found = directions.found(name)
    assert found.weights.shape == (4, 16 if name == "mnist-16" else 2)
    if name == "mnist-2d":
        return
    for k in range(3):  # height hardly varies in MNIST
        t = np.zeros(4)
        grown = 0
        for x in mnist.shown().x[:12]:
            t[k] = -1.5
            low = directions.edit(name, x, t, True)
            t[k] = 1.5
            high = directions.edit(name, x, t, True)
            grown += high.measured[k] > low.measured[k]
            assert high.predicted[k] > low.predicted[k]
        assert grown >= 10


def test_opened_numbers_are_their_sums() -> None:
    for name in directions.MODELS:
        found = directions.found(name)
        one = directions.edit(name, SEVEN, (1.0, -2.0, 0.5, 0.0), True)
        for k in range(4):
            opened = arithmetic.predicted(found, one, k)
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
            assert opened.value == pytest.approx(one.predicted[k], abs=1e-9)
            for held in (False, True):
                step = arithmetic.step(found, held, k)
                assert evaluate(step.expression) == pytest.approx(step.value, abs=1e-9)


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(i, payload) for i, payload in enumerate(payloads)]
    return sorted(talk(edit.routes(), "/live/edit/mnist-16", frames))


def test_the_live_edit_is_the_pages() -> None:
    t = (1.0, -0.5, 2.0, 0.25)
    picture = np.rint(255 * SEVEN).astype(np.uint8)
    ((_, status, body),) = ask(struct.pack("<I4f", 1, *t) + picture.tobytes())
    one = run.edited("mnist-16", SEVEN.tobytes(), t, True)
    assert status == GOOD
    numbers = np.frombuffer(body[:32], "<f4").reshape(2, 4)
    np.testing.assert_allclose(numbers, [one.predicted, one.measured], rtol=1e-5, atol=1e-5)
    pixels = np.frombuffer(body[32:], np.uint8)
    np.testing.assert_array_equal(pixels, np.rint(255 * one.y).astype(np.uint8))


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "804 bytes"),
        (struct.pack("<I4f", 2, 0, 0, 0, 0) + bytes(784), "held must be 0 or 1"),
        (struct.pack("<I4f", 0, float("nan"), 0, 0, 0) + bytes(784), "t must be numbers"),
        (struct.pack("<I4f", 0, 11, 0, 0, 0) + bytes(784), "t must be numbers within ±10"),
    ],
)
def test_wrong_requests_are_answered_in_words(payload: bytes, words: str) -> None:
    good = struct.pack("<I4f", 0, 0, 0, 0, 0) + bytes(784)  # an empty picture is a picture
    (_, status, body), (_, after, _) = ask(payload, good)
    assert status == BAD
    assert words in body.decode()
    assert after == GOOD


@pytest.mark.parametrize(
    "said",
    [None, {}, {"start_id": "b"}, {"start_id": "a", "t": [1], "held": True},
     {"start_id": "a", "t": [9, 0, 0, 0], "held": True},
     {"start_id": "a", "t": ["x", 0, 0, 0], "held": True}],
)  # fmt: skip
def test_what_a_browser_says_is_checked(said: object) -> None:
    start = Moved((1.0, 0.0, 0.0, 0.0))
    assert edit_sliders.moved({"place": said}, start, "a") == start


def test_the_link_keeps_the_sliders() -> None:
    for now in (Moved(), Moved((1.0, -2.5, 0.0, 3.0)), Moved(held=False)):
        told = edit_sliders.to_link(now)
        assert edit_sliders.from_link(told["ved_t"], told["ved_held"]) == (now, {})
    payload = edit_sliders.payload(SEVEN, SEVEN, "mnist-16", Moved(), "a")
    assert len(json.dumps(payload, allow_nan=False)) < 4000


def test_the_film_strip_moves_one_attribute() -> None:
    pictures = run.strip("mnist-16", SEVEN.tobytes(), 0, True)
    assert pictures.shape == (7, 784)
    np.testing.assert_allclose(pictures[3], run.back("mnist-16", SEVEN.tobytes()), atol=1e-5)
    assert len(figures.film(pictures).data) == 1
    assert list(figures.explained(run.found("mnist-16")).data[0].y) == list(ATTRIBUTES)


def test_the_script_moves_the_same_latents(tmp_path) -> None:
    now = ("mnist-16", SEVEN.tobytes(), (1.0, 0.0, -1.0, 0.5), False)
    (tmp_path / "edit.json").write_text(run.record_json(*now))
    (tmp_path / "edit.py").write_text(run.script(*now))
    done = subprocess.run(
        [sys.executable, "edit.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, *rest = done.stdout.splitlines()
    one = run.edited(*now)
    np.testing.assert_allclose([float(v) for v in first.split()[1:]], one.z, atol=1e-9)
    np.testing.assert_allclose([float(r.split()[-1]) for r in rest], one.predicted, atol=1e-9)
    assert run.steps_csv("mnist-16", True).count("\n") == 17
    assert ElementTree.fromstring(run.picture_svg(*now)).tag.endswith("svg")
