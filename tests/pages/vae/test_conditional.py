"""One style in ten digits: the live route, what is read from a picture, opened numbers, files."""

import io
import json
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import arrays, sampling
from pages.vae.conditional import case as run
from pages.vae.conditional import live as style
from pages.vae.conditional import opened as arithmetic
from pages.vae.conditional import style_row
from pages.vae.conditional.style_row import Place
from tests.live.talk import talk

PICTURES = mnist.shown().x
LABELS = mnist.shown().labels
DIGITS = range(10)


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(i, payload) for i, payload in enumerate(payloads)]
    return talk(style.routes(), "/live/style/cvae", frames)


def test_one_style_is_decoded_in_ten_digits(rng: np.random.Generator) -> None:
    z = rng.normal(size=(5, 2)).astype("<f4")
    replies = ask(*(row.tobytes() for row in z))
    model = vae.shared("cvae")
    for i, (_, status, body) in enumerate(replies):
        assert (status, len(body)) == (GOOD, 7840)
        got = np.frombuffer(body, np.uint8).reshape(10, 784).astype(int)
        for digit in (0, 4, 9):
            alone = sampling.decode("cvae", model, z[i : i + 1].astype(float), digit)[0]
            assert np.abs(got[digit] - alone).max() <= 1


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "z must be 2 float32, 8 bytes; got 0 bytes"),
        (struct.pack("<f", 1.0), "got 4 bytes"),
        (struct.pack("<2f", float("nan"), 0.0), "numbers within ±1000"),
        (struct.pack("<2f", 0.0, float("-inf")), "numbers within ±1000"),
        (struct.pack("<2f", 0.0, 1e9), "numbers within ±1000"),
    ],
)
def test_a_wrong_style_is_answered_in_words(payload: bytes, words: str) -> None:
    ((_, status, body),) = ask(payload)
    assert status == BAD
    assert words in body.decode()


def test_reading_is_the_encoders(rng: np.random.Generator) -> None:
    one = run.read(PICTURES[40].tobytes(), 3)
    mu, log_var = arrays.encode(vae.shared("cvae"), PICTURES[40:41], np.array([3]))
    np.testing.assert_allclose(one.mu, mu[0])
    np.testing.assert_allclose(one.sigma, np.exp(log_var[0] / 2))
    with pytest.raises(ValueError, match="y must be a digit from 0 to 9; got 10"):
        run.read(PICTURES[40].tobytes(), 10)
    found = run.styles()
    np.testing.assert_allclose(
        found.mu[7], run.read(PICTURES[7].tobytes(), int(LABELS[7])).mu, atol=1e-5
    )


def test_the_true_label_costs_least_far_above_chance() -> None:
    guesses = [run.under(x.tobytes()).guess for x in PICTURES[:40]]
    assert np.mean(np.array(guesses) == LABELS[:40]) > 0.6
    assert run.under(PICTURES[0].tobytes()).share.sum() == pytest.approx(1)


def test_the_style_knows_less_of_the_digit_than_the_plain_code() -> None:
    """Told the label, the code needn't say it: classes mix where the plain model parts them."""
    plain, _ = arrays.encode(vae.shared("mnist-2d"), PICTURES)

    def parted(mu: np.ndarray) -> float:
        means = np.stack([mu[d == LABELS].mean(axis=0) for d in DIGITS])
        return float(means.var(axis=0).sum() / mu.var(axis=0).sum())

    assert parted(run.styles().mu) < 0.5 * parted(plain)


def test_opened_numbers_are_their_sums() -> None:
    test = run.saving()
    found = arithmetic.saved(test)
    assert evaluate(found.expression) == pytest.approx(found.value, abs=1e-9)
    plain, told = (vae.describe(name)["test"] for name in ("mnist-2d", "cvae"))
    assert found.value == pytest.approx(plain["mean_of_samples"]["elbo"] - told["elbo"])
    assert test.told_bce + test.told_kl == pytest.approx(test.told)
    for index, y in ((3, 0), (17, 4)):
        pixels = PICTURES[index].tobytes()
        cost = arithmetic.kl(run.read(pixels, y))
        assert evaluate(cost.expression) == pytest.approx(cost.value, abs=1e-9)
        share = arithmetic.guess(run.under(pixels), y)
        assert evaluate(share.expression) == pytest.approx(share.value, rel=1e-9)
        for row in share.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, abs=1e-9)


def test_the_grid_lies_where_it_is_drawn() -> None:
    z = run.places()
    assert (z[0] == [-3.0625, 3.0625]).all()
    assert (z[-1] == [3.0625, -3.0625]).all()
    tile = run.grids()[6, 10].astype(int)
    assert np.abs(tile - run.ten((float(z[10, 0]), float(z[10, 1])))[6]).max() <= 9


@pytest.mark.parametrize("z", [(float("nan"), 0.0), (0.0, float("inf")), (0.0,)])
def test_an_unsound_style_is_named(z: tuple) -> None:
    with pytest.raises(ValueError, match="z must be 2 finite numbers"):
        run.ten(z)


def test_payload_is_small_plain_json() -> None:
    one = run.read(PICTURES[5].tobytes(), 2)
    prepared = style_row.payload(one, "test:5:2", "a 9", style_row.at_mean(one), "s")
    assert len(json.dumps(prepared, allow_nan=False)) < 200_000


@pytest.mark.parametrize(
    "said",
    [None, {}, {"start_id": "s"}, {"start_id": "s", "z": [1], "y": 2},
     {"start_id": "s", "z": [float("nan"), 0], "y": 2}, {"start_id": "s", "z": [9, 0], "y": 2},
     {"start_id": "s", "z": [0, 0], "y": 12}, {"start_id": "old", "z": [1, 1], "y": 2}],
)  # fmt: skip
def test_what_a_browser_says_is_checked(said: object) -> None:
    start = Place((0.5, -1.0), 7)
    assert style_row.place({"place": said}, start, "s") == start


def test_what_a_browser_soundly_says_holds() -> None:
    said = {"start_id": "s", "z": [1, -2.5], "y": 3}
    place = style_row.place({"place": said}, Place(), "s")
    assert place == Place((1.0, -2.5), 3)
    link = style_row.to_link(place, Place())
    assert style_row.z_from_link(link["vcd_z"]) == ((1.0, -2.5), None)


def test_the_script_decodes_the_same(tmp_path) -> None:
    z = (1.25, -0.5)
    (tmp_path / "cvae_decoder.npz").write_bytes(run.decoder_npz())
    (tmp_path / "style.py").write_text(run.script(z))
    done = subprocess.run(
        [sys.executable, "style.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = [float(line.split()[-1]) for line in done.stdout.splitlines()]
    y = arrays.decode(vae.shared("cvae"), np.tile(z, (10, 1)), np.arange(10))
    np.testing.assert_allclose(printed, y.sum(axis=1), rtol=1e-3)
    raw = (tmp_path / "style.pgm").read_bytes().split(b"\n", 1)[1]
    picture = np.frombuffer(raw, np.uint8).reshape(28, 10, 28).transpose(1, 0, 2).reshape(10, 784)
    assert np.abs(picture.astype(int) - run.ten(z)).max() <= 1


def test_files_hold_what_is_shown() -> None:
    z = (0.25, 1.0)
    rows = np.loadtxt(io.StringIO(run.row_csv(z)), delimiter=",", skiprows=1)
    np.testing.assert_array_equal(rows[:, 1:], run.ten(z))
    record = json.loads(run.figures_json(z, PICTURES[2].tobytes(), 4))
    assert record["encoded_as"] == 4
    assert len(record["minus_elbo_by_label"]) == 10
    assert ElementTree.fromstring(run.row_svg(z)).tag.endswith("svg")
