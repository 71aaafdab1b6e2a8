"""The worked example: NumPy's pass is the model's, the lecture's numbers come out, all opens."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.vae import forward
from pages.vae import forward_opened as arithmetic
from pages.vae import worked_run as run
from pages.vae import worked_take_away as export
from pages.vae.worked import pass_steps
from pages.vae.worked_run import LECTURE, Place

X = mnist.shown().x[7]


@pytest.mark.parametrize("given_z", [False, True])
def test_the_pass_is_the_trained_models(given_z: bool) -> None:
    one = forward.forward(X, (0.5, -1.0), given_z=given_z)
    other = vae.passage(vae.shared("mnist-2d"), [X], [(0.5, -1.0)], given_z).row(0)
    for name in ("hidden", "mu", "log_var", "z", "y", "bce", "kl"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=2e-4, rtol=2e-4)
    assert float(one.total) == pytest.approx(float(other.total), rel=1e-5)


def test_the_lectures_numbers_come_out() -> None:
    one = run.run(X, LECTURE)
    np.testing.assert_allclose(one.sigma, [0.78, 0.55], atol=0.005)
    np.testing.assert_allclose(one.z, [1.434, -1.185], atol=0.001)
    np.testing.assert_allclose(one.kl, [0.775, 0.570], atol=0.002)
    lines = run.lecture()
    for line in lines:
        if line.printed:  # what the lecture prints is its rounded way, to its own last digit
            places = len(line.printed.partition(".")[2])
            assert f"{line.rounded:.{places}f}" == line.printed, line
    by_name = {line.name: line for line in lines}
    assert by_name["KL"].exact == pytest.approx(float(one.kl.sum()))
    assert by_name["z₂"].exact == pytest.approx(float(one.z[1]))
    assert f"{by_name['KL'].exact:.3f}" == "1.344"  # not the printed 1.345
    np.testing.assert_allclose(Place(mode="between").latent, [0.3, -0.15], atol=1e-12)


def test_parameters_are_counted_from_the_arrays() -> None:
    w = forward.weights()
    model = vae.shared("mnist-2d")
    assert arithmetic.network_count("encoder", w.encoder).value == 315_604
    assert arithmetic.network_count("decoder", w.decoder).value == 315_584
    whole = arithmetic.network_count("together", forward.layers())
    assert whole.value == 631_188 == sum(p.numel() for p in model.parameters())
    assert evaluate(whole.expression) == 631_188
    assert 315_584 - w.units.bias.size == 315_184  # the slip
    for layer in forward.layers():
        opened = arithmetic.layer_count(layer)
        assert evaluate(opened.expression) == opened.value


NAMES = ["hidden:24", "hidden:160", "unit:335", "pixel:300", "mu1", "mu2", "log_var1", "log_var2",
         "sigma1", "epsilon1", "epsilon2", "z1", "z2", "kl1", "kl", "reconstruction", "elbo",
         "sse", "mse"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", [Place(epsilon=(1.0, -0.5)), LECTURE])
def test_every_number_opens(name: str, place: Place) -> None:
    one = run.run(X, place)
    opened = arithmetic.opened(name, one, forward.weights())
    assert arithmetic.opens(name)
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-12)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)
    assert opened.formula.count("{") == opened.formula.count("}")
    assert opened.substitution.count("{") == opened.substitution.count("}")


def test_numbers_between_and_scales_open() -> None:
    place = Place(mode="between", a=(1.4, -1.2), b=(-0.8, 0.9), alpha=0.25, opened="z2")
    one = run.run(X, place)
    opened = run.opened(place, one)
    assert opened is not None
    assert evaluate(opened.expression) == pytest.approx(float(one.z[1]))
    for scale in [*run.scales(one), *run.lecture_scales()]:
        found = run.scale_sum(scale)
        assert evaluate(found.expression) == pytest.approx(found.value)
    prior = run.opened(Place(mode="z", z=(1.0, 2.0), opened="z1"), run.run(X, Place(mode="z")))
    assert prior is not None


def test_what_is_held_replaces_the_network_and_the_rest_follows() -> None:
    free = run.run(X, Place())
    held = run.run(X, Place(held={"h37": 2.0, "x300": 1.0, "m1": 1.5, "g5": 0.0}))
    assert held.x[300] == 1.0
    assert held.hidden[37] == 2.0
    assert held.mu[0] == 1.5
    assert held.z[0] == 1.5
    assert held.units[5] == 0.0
    w = forward.weights()
    np.testing.assert_allclose(held.log_var, w.log_var.weight @ held.hidden + w.log_var.bias)
    assert not np.allclose(held.y, free.y)
    assert X[300] != 1.0 or free.x[300] == X[300]  # the caller's picture is left alone


def test_the_three_scales() -> None:
    one = run.run(X, Place())
    bce, summed, averaged = run.scales(one)
    assert bce.reconstruction == pytest.approx(float(one.reconstruction))
    assert summed.reconstruction == pytest.approx(784 * averaged.reconstruction)
    assert averaged.beta == 784
    # the averaged sum times 784 is the summed one with beta = 784
    whole = averaged.reconstruction + averaged.kl
    assert 784 * whole == pytest.approx(summed.reconstruction + 784 * summed.kl)
    assert averaged.share > 0.99 > 0.5 > summed.share
    lecture = run.lecture_scales()[1]
    assert lecture.reconstruction + lecture.kl == pytest.approx(1.370)
    assert lecture.share == pytest.approx(0.982, abs=5e-4)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"q1": 1.0}, "must be named like"),
        ({"m3": 1.0}, "mu must be one of 2"),
        ({"m0": 1.0}, "mu must be one of 2"),
        ({"h400": 1.0}, "hidden unit must be one of 400"),
        ({"h1": -1.0}, "hidden unit must be held from 0"),
        ({"x1": 1.5}, "pixel must be held from 0 to 1"),
        ({"v1": float("nan")}, "log sigma"),
        ({f"h{k}": 1.0 for k in range(65)}, "at most 64"),
    ],
)
def test_what_can_not_be_held(held: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        forward.forward(X, (0.0, 0.0), held=held)


def test_bad_pictures_and_latents() -> None:
    for x in (X[:-1], X * 2, np.full(784, np.nan)):
        with pytest.raises(ValueError, match="x must"):
            forward.forward(x, (0.0, 0.0))
    for latent in ((float("nan"), 0.0), (0.0, 1e9), (1.0, 2.0, 3.0)):
        with pytest.raises(ValueError, match="epsilon must"):
            forward.forward(X, latent)
    for alpha in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="alpha must be from 0 to 1"):
            forward.between((0, 0), (1, 1), alpha)


PLACES = [
    Place(), LECTURE, Place(epsilon=(1.25, -2.0), opened="pixel:783", step=2),
    Place(mode="z", z=(0.25, 3.0)), Place(mode="between", alpha=0.3, a=(0.0, 1.0), opened="z1"),
    Place(held={"x300": 0.5, "h37": 0.0, "g399": 12.5}),
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_link_holds_the_place(place: Place) -> None:
    again, problems = run.from_link(run.to_link(place), place.mode)
    assert again == place
    assert not problems
    said = {**vars(place), "held": dict(place.held)}
    assert run.place_from(json.loads(json.dumps(said)), Place(mode=place.mode)) == place


@pytest.mark.parametrize(
    "said",
    [{}, {"epsilon": 3}, {**vars(Place()), "alpha": "x"}, {**vars(Place()), "held": {"z9": 1}},
     {**vars(Place()), "opened": "__import__"}, {**vars(Place()), "epsilon": [float("nan"), 0]},
     {**vars(Place()), "held": 7}, {**vars(Place()), "step": 99}],
)  # fmt: skip
def test_an_unsound_word_of_the_browser_is_dropped(said: dict[str, object]) -> None:
    assert run.place_from(said, LECTURE) == LECTURE


def test_the_payload_is_small_and_plain() -> None:
    one = run.run(X, LECTURE)
    made = pass_steps.payload(X, "a", LECTURE, one, "b")
    assert len(json.dumps(made, allow_nan=False)) < 17_000
    assert len(forward.vector(one)) == forward.VECTOR


@pytest.mark.parametrize("place", [LECTURE, PLACES[5], Place(mode="z", z=(0.5, -1.0))])
def test_the_script_runs_alone_and_prints_the_same(place: Place, tmp_path: Path) -> None:
    one = run.run(X, place)
    path = tmp_path / "forward_pass.py"
    path.write_text(export.script(one, place), encoding="utf-8")
    (tmp_path / export.WEIGHTS).write_bytes(export.weights())
    done = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = {
        line.split()[0]: [float(v) for v in line.split()[1:]] for line in done.stdout.splitlines()
    }
    for name, value in [
        ("mu", one.mu), ("log_var", one.log_var), ("sigma", one.sigma), ("z", one.z),
        ("kl", one.kl), ("bce", one.reconstruction), ("kl_sum", one.kl.sum()),
        ("negative_elbo", one.total), ("mse_summed", one.mse.sum()), ("parameters", 631_188),
    ]:  # fmt: skip
        np.testing.assert_allclose(printed[name], np.atleast_1d(value), rtol=1e-6, atol=1e-9)


def test_what_is_taken_away_says_the_same() -> None:
    one = run.run(X, LECTURE)
    numbers = json.loads(export.record(one, LECTURE, "test picture 1"))
    assert numbers["kl"] == float(one.kl.sum())
    rows = list(csv.DictReader(export.table(one).splitlines()))
    assert len(rows) == 784
    assert sum(float(row["bce_nats"]) for row in rows) == pytest.approx(numbers["bce"], rel=1e-6)
    assert export.picture(one).startswith("<svg")
