"""VAE against GAN: the same z in both, measured sums written out, answers, what is handed out."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from genmodels import vae
from genmodels.kit.opened import evaluate
from genmodels.vae import arrays, frechet, gan, gan_record
from pages.vae import picture_sheets
from pages.vae.digit import shown_digit
from pages.vae.gan import case as run
from pages.vae.gan import gan_movie, gan_pair
from pages.vae.gan import opened as arithmetic
from pages.vae.gan.live import BothDecode

Z = (0.8, -1.2)


@pytest.fixture(scope="module")
def one() -> run.Pair:
    return run.pair(Z)


def test_both_decode_the_same_z(one: run.Pair) -> None:
    np.testing.assert_allclose(one.x[0], arrays.decode(vae.shared("mnist-2d"), [Z])[0], atol=1e-6)
    np.testing.assert_allclose(one.x[1], gan.shared().decode(np.array([Z]))[0], atol=1e-6)
    np.testing.assert_allclose(one.sharpness, frechet.sharpness(one.x))
    np.testing.assert_allclose(one.real, gan.shared_discriminator().judge(one.x))


def test_numbers_open_to_the_sums_that_made_them(one: run.Pair) -> None:
    for k in range(2):
        sharp, real = arithmetic.sharpness(one, k), arithmetic.judged(one, k)
        assert evaluate(sharp.expression) == pytest.approx(one.sharpness[k], abs=1e-9)
        for row in sharp.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, abs=1e-12)
        assert evaluate(real.expression) == pytest.approx(real.value, abs=1e-12)
        assert real.value == pytest.approx(one.real[k], abs=1e-6)  # float32 within D
    for name, found in run.figures().items():
        opened = arithmetic.entropy(name, found["histogram"])
        assert evaluate(opened.expression) == pytest.approx(found["entropy"], abs=1e-9)
    alone = arithmetic.entropy("gan-2d", [0, 0, 1000, 0, 0, 0, 0, 0, 0, 0])
    assert evaluate(alone.expression) == alone.value == 0


def test_the_distance_is_its_four_terms() -> None:
    found = run.distance("gan-2d")
    opened = arithmetic.distance(found)
    assert evaluate(opened.expression) == pytest.approx(found.total, abs=1e-9)
    # As many samples of the same model as were stored differ from the stored distance by chance.
    assert found.total == pytest.approx(run.figures()["gan-2d"]["frechet"], rel=0.06)
    with pytest.raises(ValueError, match="model must be one of"):
        run.distance("real")


def test_sheets_share_their_z() -> None:
    vae_sheet, gan_sheet, real = run.sheets(16, 2, 7)
    z = np.random.default_rng(7).standard_normal((run.SHEET, 16))
    np.testing.assert_array_equal(
        gan_sheet.pictures, run.levels(gan.shared("gan-16-seed2").decode(z))
    )
    assert (vae_sheet.name, real.name) == ("mnist-16", "real")
    assert real.sharpness.mean() > 1.5 * vae_sheet.sharpness.mean()
    for bad in ((3, 0, 0), (16, 5, 0), (2, 0, -1)):
        with pytest.raises(ValueError, match="must be"):
            run.sheets(*bad)


def test_every_seed_stood_on_one_digit_and_left_it() -> None:
    for name in run.GANS[1:]:
        trace = run.training(name)
        assert trace.entropies[trace.steps <= 50].max() < 0.5
        assert trace.entropies[-1] > 1.8
    falling = run.falling()
    assert (np.diff(falling.elbo) < 3).all()
    assert falling.elbo[-1] < 160 < falling.elbo[0]


def test_what_each_answers_of_a_digit() -> None:
    x = shown_digit(5).x
    found = run.answers(x.tobytes())
    opened = arithmetic.bound(found)
    assert evaluate(opened.expression) == pytest.approx(opened.value) == pytest.approx(found.elbo)
    sigma = found.sigma
    kl = 0.5 * (found.mu**2 + sigma**2 - 1 - 2 * np.log(sigma)).sum()
    assert found.kl == pytest.approx(kl)
    z = found.mu + sigma * np.random.default_rng(2).standard_normal((run.DRAWS, 2))
    y = np.clip(arrays.decode(vae.shared("mnist-2d"), z), 1e-7, 1 - 1e-7)
    bce = -(x * np.log(y) + (1 - x) * np.log(1 - y)).sum(axis=1).mean()
    assert found.bce == pytest.approx(bce, rel=1e-3)
    np.testing.assert_allclose(found.nearest, gan.shared().decode(found.z[None])[0], atol=1e-6)
    # Nearest indeed: no other sample of the same draw is nearer.
    others = np.random.default_rng(1).standard_normal((run.SEARCHED, 2))[:300]
    assert ((gan.shared().decode(others) - x) ** 2).sum(axis=1).min() >= found.missed[1] - 0.1


def test_the_live_route_says_the_same(one: run.Pair) -> None:
    operation = BothDecode()
    (answer,) = operation.run([operation.parse(np.array(Z, "<f4").tobytes())])
    assert isinstance(answer, bytes)
    assert len(answer) == 16 + 2 * 784
    numbers = np.frombuffer(answer, "<f4", 4)
    np.testing.assert_allclose(numbers, [*one.sharpness, *one.real], rtol=1e-4)
    pixels = np.frombuffer(answer, np.uint8, offset=16).reshape(2, 784)
    assert np.abs(pixels.astype(int) - run.levels(one.x)).max() <= 1
    for payload in (b"", bytes(12), np.array([math.nan, 0], "<f4").tobytes()):
        with pytest.raises(ValueError):
            operation.parse(payload)


def test_what_the_browser_says_is_checked() -> None:
    good = {"z": [1, -2], "start_id": "a"}
    assert gan_pair.place({"place": good}, Z, "a") == (1.0, -2.0)
    for bad in (None, {**good, "start_id": "b"}, {**good, "z": [9, 9]}, {**good, "z": "x"}, {}):
        assert gan_pair.place({"place": bad}, Z, "a") == Z
    pick = {"sheet": 1, "picture": 3, "start_id": "a"}
    sizes = [24, 24, 2]
    assert picture_sheets.picked(pick, "a", sizes) == (1, 3)
    for bad in (
        None,
        {**pick, "start_id": "b"},
        {**pick, "sheet": 3},
        {**pick, "sheet": 2},
        {**pick, "picture": -1},
        {**pick, "sheet": True},
    ):
        assert picture_sheets.picked(bad, "a", sizes) is None
    goto = {"token": "t", "moment": 4}
    view = {"run": "gan-2d", "token": "t", "moment": 9}

    class Said:
        def __init__(self, view: object) -> None:
            self.view = view

    assert gan_movie.moment_of(Said(view), "gan-2d", goto) == 9
    for bad in (None, {**view, "moment": 99}, {**view, "run": "x"}, {**view, "moment": "9"}):
        assert gan_movie.moment_of(Said(bad), "gan-2d", goto) == 4


def test_what_is_handed_out_comes_to_the_same(one: run.Pair, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "pair.json").write_text(run.pair_json(Z))
    (tmp_path / "measure.py").write_text(run.script(Z))
    done = subprocess.run(
        [sys.executable, "measure.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    assert float(printed["vae"]) == pytest.approx(one.sharpness[0], rel=1e-3)
    assert float(printed["gan"]) == pytest.approx(one.sharpness[1], rel=1e-3)
    for name, found in run.figures().items():
        assert float(printed[name]) == pytest.approx(found["entropy"])
    assert json.loads(run.pair_json(Z))["z"] == list(Z)
    assert len(run.figures_csv().splitlines()) == 1 + len(run.TITLES)
    rows = run.losses_csv("gan-2d").splitlines()
    assert rows[1].startswith(f"{gan_record.EVERY},")


def test_a_flat_picture_has_no_sharpness(one: run.Pair) -> None:
    flat = replace(one, x=np.full((2, 784), 0.5), sharpness=np.zeros(2))
    assert evaluate(arithmetic.sharpness(flat, 0).expression) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["gan-2d", "mnist-2d", "real"])
def test_every_sample_is_read_as_one_digit(name: str) -> None:
    every = run.drawn(name)
    assert every.pictures.shape == (run.DRAWN, 784)
    total = 0
    for digit in range(10):
        count, sheet = run.read_as(name, digit)
        total += count
        assert len(sheet.read) == min(count, run.SHEET)
        assert (sheet.read == digit).all()
        first = np.flatnonzero(every.read == digit)[: run.SHEET]
        np.testing.assert_array_equal(sheet.pictures, every.pictures[first])
    assert total == run.DRAWN
    with pytest.raises(ValueError, match="digit must be from 0 to 9; got 10"):
        run.read_as(name, 10)


def test_what_is_drawn_now_covers_as_what_was_counted() -> None:
    shares = [run.read_as("gan-2d", digit)[0] / run.DRAWN for digit in range(10)]
    counted = np.array(run.figures()["gan-2d"]["histogram"]) / 10_000
    sd = np.sqrt(counted * (1 - counted) * (1 / run.DRAWN + 1 / 10_000))
    assert (np.abs(shares - counted) < 4 * sd + 1e-3).all()
