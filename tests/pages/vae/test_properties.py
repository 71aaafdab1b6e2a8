"""The latent space's properties: walks, structure and holes, against closed forms and SciPy."""

import json
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import sampling, walks
from pages.vae.properties import case as run
from pages.vae.properties import figures, latent_walk, live
from pages.vae.properties import opened as arithmetic
from pages.vae.properties.latent_walk import Pins
from tests.live.talk import talk

LECTURE = ("mnist-2d", (1.4, -1.2), (-0.8, 0.9), "linear")


def test_the_lectures_midpoint_comes_out() -> None:
    np.testing.assert_allclose(walks.path([1.4, -1.2], [-0.8, 0.9], 3, "linear")[1], [0.3, -0.15])


def test_an_arc_keeps_the_length_and_turns_evenly(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(2, 16))
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    z = walks.path(a, b, 9, "spherical")
    np.testing.assert_allclose(np.linalg.norm(z, axis=1), np.linalg.norm(a), rtol=1e-9)
    steps = (z[1:] * z[:-1]).sum(axis=1) / np.linalg.norm(a) ** 2
    np.testing.assert_allclose(steps, steps[0], rtol=1e-9)
    np.testing.assert_allclose(z[[0, -1]], [a, b], atol=1e-9)
    straight = walks.path(a, b, 9, "linear")
    assert np.linalg.norm(straight[4]) < np.linalg.norm(z[4])


@pytest.mark.parametrize("b", [[0.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
def test_where_there_is_no_arc_the_way_is_straight(b: list[float]) -> None:
    z = walks.path([1.0, 0.0], b, 5, "spherical")
    np.testing.assert_allclose(z, walks.path([1.0, 0.0], b, 5, "linear"), atol=1e-12)


@pytest.mark.parametrize(
    "a, b, n, way, words",
    [
        ([0.0], [0.0, 1.0], 3, "linear", "a and b must be alike"),
        ([0.0], [1.0], 1, "linear", "n at least 2"),
        ([0.0], [1.0], 3, "crooked", "way must be one of"),
    ],
)
def test_wrong_walks_are_named(a, b, n: int, way: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        walks.path(a, b, n, way)
    with pytest.raises(ValueError, match="model must be one of"):
        walks.walk("cvae", [0, 0], [1, 1], 3, "linear")


def test_a_walk_is_decoded_and_measured() -> None:
    made = run.walked(*LECTURE)
    model = vae.shared("mnist-2d")
    y = sampling.decode("mnist-2d", model, made.z) / 255.0
    np.testing.assert_array_equal(made.y, y)
    np.testing.assert_allclose(made.blend[5], (y[0] + y[-1]) / 2)
    np.testing.assert_allclose(made.change[2], np.linalg.norm(y[3] - y[2]))
    x = mnist.shown().x
    nearest = np.sqrt(((x - y[4]) ** 2).sum(axis=1).min())
    assert made.to_real[4] == pytest.approx(nearest, abs=1e-3)
    assert made.blend_to_real[[0, -1]] == pytest.approx(made.to_real[[0, -1]])


def test_continuity_half_the_step_about_half_the_change() -> None:
    whole = walks.walk("mnist-2d", [0.5, 0.5], [0.6, 0.5], 2, "linear").change[0]
    half = walks.walk("mnist-2d", [0.5, 0.5], [0.55, 0.5], 2, "linear").change[0]
    assert half == pytest.approx(whole / 2, rel=0.35)


def test_the_ratio_of_densities_is_scipys(rng: np.random.Generator) -> None:
    mu, sigma, z = rng.normal(size=(7, 2)), rng.uniform(0.1, 1, (7, 2)), rng.normal(size=(600, 2))
    q = np.mean([norm.pdf(z, m, s).prod(axis=1) for m, s in zip(mu, sigma, strict=True)], axis=0)
    p = multivariate_normal(np.zeros(2)).pdf(z)
    np.testing.assert_allclose(run.log_ratio(z, mu, sigma), np.log(q / p), atol=1e-9)
    same = run.log_ratio(z, np.zeros((3, 2)), np.ones((3, 2)))
    np.testing.assert_allclose(same, 0, atol=1e-12)


def test_the_kl_weight_closes_holes() -> None:
    shares = [run.regular(name).holes for name in ("beta-0", "beta-1", "beta-4")]
    assert shares[0] > shares[1] > shares[2]
    with pytest.raises(ValueError, match="model must be one of"):
        run.regular("mnist-2d")


def test_opened_numbers_are_their_sums() -> None:
    for now in (LECTURE, ("mnist-2d", (0.0, 2.0), (1.0, 2.0), "spherical")):
        made = run.walked(*now)
        for i in (0, 9):
            opened = arithmetic.change(made, i)
            assert evaluate(opened.expression) == pytest.approx(made.change[i], abs=1e-9)
        middle = arithmetic.middle(made)
        assert evaluate(middle.expression) == pytest.approx(middle.value, abs=1e-9)
    holes = arithmetic.holes(run.regular("beta-1"))
    assert evaluate(holes.expression) == pytest.approx(holes.value)


def ask(name: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(i, payload) for i, payload in enumerate(payloads)]
    return sorted(talk(live.routes(), f"/live/walk/{name}", frames))


def test_the_live_walk_is_the_pages() -> None:
    _, a, b, _ = LECTURE
    ((_, status, body),) = ask("mnist-2d", struct.pack("<II4f", 0, run.STEPS, *a, *b))
    made = run.walked(*LECTURE)
    n = run.STEPS
    assert status == GOOD
    numbers = np.frombuffer(body[: 4 * (5 * n - 1)], "<f4")
    expected = np.concatenate([made.z.ravel(), made.change, made.to_real, made.blend_to_real])
    np.testing.assert_allclose(numbers, expected, atol=0.05)  # ends travel in 32 bits
    assert len(body) == 4 * (5 * n - 1) + 2 * n * 784


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "24 bytes"),
        (struct.pack("<II4f", 2, 5, 0, 0, 0, 0), "way must be"),
        (struct.pack("<II4f", 0, 1, 0, 0, 0, 0), "n must be from 2 to 25"),
        (struct.pack("<II4f", 0, 26, 0, 0, 0, 0), "n must be"),
        (struct.pack("<II4f", 0, 5, float("nan"), 0, 0, 0), "numbers within"),
        (struct.pack("<II4f", 0, 5, 0, 0, 0, 1e6), "numbers within"),
    ],
)
def test_wrong_requests_are_answered_in_words(payload: bytes, words: str) -> None:
    good = struct.pack("<II4f", 1, 5, 0, 0, 0, 0)
    (_, status, body), (_, after, _) = ask("mnist-2d", payload, good)
    assert status == BAD
    assert words in body.decode()
    assert after == GOOD


@pytest.mark.parametrize(
    "said",
    [None, {}, {"start_id": "b"}, {"start_id": "a", "a": [1], "b": [1, 2]},
     {"start_id": "a", "a": ["x", 0], "b": [1, 2]}, {"start_id": "a", "a": [9e9, 0], "b": [1, 2]},
     {"start_id": "a", "a": [1, 2, 3], "b": [1, 2, 3]}],
)  # fmt: skip
def test_what_a_browser_says_is_checked(said: object) -> None:
    start = Pins((0.0, 1.0), (1.0, 0.0))
    assert latent_walk.pins({"place": said}, start, "a") == start


def test_the_link_keeps_the_pins() -> None:
    pins = Pins((1.4, -1.2), (-0.8, 0.9))
    told = latent_walk.to_link(pins)["vpr_pins"]
    assert latent_walk.from_link(told, Pins((0.0, 0.0), (1.0, 1.0))) == (pins, None)
    for model in walks.MODELS:
        codes = run.codes(model)
        ends = Pins(tuple(codes[0].tolist()), tuple(codes[3].tolist()))
        json.dumps(latent_walk.payload(model, "spherical", ends, "a"), allow_nan=False)


def test_the_charts_show_the_measures() -> None:
    found = run.regular("beta-1")
    assert len(figures.ratio(found).data) == 2
    assert len(figures.draws(found).layout.shapes) == int(found.in_hole.sum())
    step, pictures = run.along("slant")
    assert pictures.shape == (7, 784)
    chart = figures.attribute(run.codes("mnist-2d"), run.measured("slant"), step, "slant")
    assert len(chart.data[0].x) == 2000


@pytest.mark.parametrize("way", walks.WAYS)
def test_the_script_walks_the_same_way(tmp_path, way: str) -> None:
    now = (*LECTURE[:3], way)
    path = tmp_path / "walk.py"
    path.write_text(run.script(*now))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    printed = [[float(v) for v in line.split()] for line in done.stdout.splitlines()]
    np.testing.assert_allclose(printed, run.walked(*now).z, atol=1e-12)
    assert run.walk_csv(*now).count("\n") == run.STEPS + 1
    assert json.loads(run.figures_json(*now))["way"] == way
    assert ElementTree.fromstring(run.strip_svg(*now)).tag.endswith("svg")
