"""Drawing from the prior: the truncated draw, the live sheet, the page's figures and files."""

import json
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from scipy.stats import kstest, truncnorm

from genmodels import vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import sampling
from pages.vae import generating_opened as arithmetic
from pages.vae.generate import case as run
from pages.vae.generate import live as sheet
from pages.vae.generate import sample_sheet
from pages.vae.generate.case import Setting
from pages.vae.generate.sample_sheet import Drawn
from tests.live.talk import talk


@pytest.mark.parametrize("tau", [0.2, 1.0, 2.5])
def test_the_truncated_draw_is_the_truncated_normal(tau: float, rng: np.random.Generator) -> None:
    z = sampling.truncated(rng.random(4000), tau)
    assert np.abs(z).max() <= tau
    assert kstest(z, truncnorm(-tau, tau).cdf).pvalue > 1e-3
    u = np.linspace(0, 1, 7)[1:-1]
    np.testing.assert_allclose(sampling.truncated(u, tau), truncnorm(-tau, tau).ppf(u), atol=1e-9)


def test_the_same_u_moves_on_continuously() -> None:
    u = np.array([0.03, 0.5, 0.97])
    path = np.array([sampling.truncated(u, tau) for tau in np.linspace(0, 4, 401)])
    assert (path[0] == 0).all()
    assert np.abs(np.diff(path, axis=0)).max() < 0.011
    np.testing.assert_allclose(sampling.truncated(np.array([0.0, 1.0]), 2.0), [-2.0, 2.0])


@pytest.mark.parametrize("tau", [-0.1, 4.1, float("nan"), float("inf")])
def test_tau_has_bounds(tau: float) -> None:
    with pytest.raises(ValueError, match="tau must be from 0 to 4"):
        sampling.truncated(np.array([0.5]), tau)


def test_decoding_needs_the_right_width_and_label() -> None:
    with pytest.raises(ValueError, match="model must be one of"):
        sampling.latents("hierarchical")
    plain, told = vae.shared("mnist-2d"), vae.shared("cvae")
    with pytest.raises(ValueError, match=r"z must have shape \(n, 2\)"):
        sampling.decode("mnist-2d", plain, np.zeros((1, 3)))
    with pytest.raises(ValueError, match="takes none"):
        sampling.decode("mnist-2d", plain, np.zeros((1, 2)), 3)
    with pytest.raises(ValueError, match="a digit from 0 to 9"):
        sampling.decode("cvae", told, np.zeros((1, 2)))
    two = sampling.decode("cvae", told, np.zeros((1, 2)), 1)
    assert (two != sampling.decode("cvae", told, np.zeros((1, 2)), 8)).any()


def ask(path: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    return sorted(talk(sheet.routes(), path, [request(i, p) for i, p in enumerate(payloads)]))


@pytest.mark.parametrize("name", ["mnist-2d", "mnist-16", "cvae"])
def test_the_live_sheet_is_the_pages(name: str) -> None:
    label = 7 if sampling.conditional(name) else -1
    setting = Setting(name, label, seed=5, tau=0.8)
    draw = struct.pack("<iIIf", label, run.N, 5, 0.8)
    ((_, status, body),) = ask(setting.path, draw)
    z, pictures = run.drawn(setting)
    assert status == GOOD
    split = 4 * z.size
    np.testing.assert_array_equal(np.frombuffer(body[:split], "<f4"), z.astype("<f4").ravel())
    made = np.frombuffer(body[split:], np.uint8).reshape(run.N, 784)
    assert np.abs(made.astype(int) - pictures).max() <= 1
    rows = struct.pack("<iI", label, 3) + z[:3].astype("<f4").tobytes()
    ((_, status, body),) = ask(f"/live/sheet/{name}", rows)
    assert status == GOOD
    again = np.frombuffer(body, np.uint8).reshape(3, 784)
    assert np.abs(again.astype(int) - pictures[:3]).max() <= 1


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "16 bytes"),
        (struct.pack("<iIIf", -1, 0, 0, 1.0), "n must be from 1 to 100; got 0"),
        (struct.pack("<iIIf", -1, 101, 0, 1.0), "n must be"),
        (struct.pack("<iIIf", 3, 4, 0, 1.0), "label must be -1"),
        (struct.pack("<iIIf", -1, 4, 0, float("nan")), "tau must be"),
        (struct.pack("<iIIf", -1, 4, 0, -1.0), "tau must be"),
    ],
)
def test_wrong_draws_are_answered_in_words(payload: bytes, words: str) -> None:
    good = struct.pack("<iIIf", -1, 1, 0, 1.0)
    (_, status, body), (_, after, _) = ask("/live/sample/mnist-2d", payload, good)
    assert status == BAD
    assert words in body.decode()
    assert after == GOOD


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"123", "8 bytes"),
        (struct.pack("<iI", -1, 2) + b"\0" * 8, "24 bytes in all"),
        (struct.pack("<iI2f", -1, 1, float("inf"), 0), "numbers within"),
        (struct.pack("<iI2f", -1, 1, 1e6, 0), "numbers within"),
        (struct.pack("<iI", -1, 2**31), "n must be"),
    ],
)
def test_wrong_rows_are_answered_in_words(payload: bytes, words: str) -> None:
    ((_, status, body),) = ask("/live/sheet/mnist-2d", payload)
    assert status == BAD
    assert words in body.decode()


def test_a_label_is_needed_where_the_decoder_takes_one() -> None:
    ((_, status, body),) = ask("/live/sample/cvae", struct.pack("<iIIf", -1, 4, 0, 1.0))
    assert (status, b"a digit from 0 to 9" in body) == (BAD, True)


def test_opened_numbers_are_their_sums() -> None:
    for name in ("mnist-2d", "mnist-16"):
        z, pictures = run.drawn(Setting(name, seed=2))
        found = arithmetic.log_prior(z[3])
        assert evaluate(found.expression) == pytest.approx(found.value, abs=1e-9)
        assert found.value == pytest.approx(float(sampling.log_prior(z)[3]), abs=1e-9)
        i, far = run.nearest_real(pictures[3])
        gap = arithmetic.distance(pictures[3], mnist.shown().pictures[i])
        assert evaluate(gap.expression) == pytest.approx(gap.value, abs=1e-9)
        assert gap.value == pytest.approx(far, abs=1e-6)


def test_what_truncation_trades_is_measured() -> None:
    found = run.trade("mnist-2d", -1)
    assert found.apart[0] < found.apart[-1] < found.real_apart
    assert len(found.taus) == len(found.to_real) == len(found.apart)
    threes = run.trade("cvae", 3)
    assert threes.real_apart < found.real_apart


def test_the_grid_runs_over_two_latents() -> None:
    tiles = run.grid("mnist-16", -1, 2, 5, (0.0,) * 16)
    assert tiles.shape == (100, 784)
    with pytest.raises(ValueError, match="two different latents"):
        run.grid("mnist-16", -1, 2, 2, (0.0,) * 16)


def test_payloads_are_plain_json() -> None:
    shown = Drawn(0.8, 5, 3)
    prepared = sample_sheet.sheet_payload(Setting(seed=5, tau=0.8), shown, "a", shown)
    assert prepared["nearest"]["of"] == "5:0.8:3"
    json.dumps(prepared, allow_nan=False)
    tiles = run.grid("mnist-2d", -1, 0, 1, (0.0, 0.0))
    text = json.dumps(
        sample_sheet.grid_payload(tiles, "A grid.", Drawn(), "a", Drawn()), allow_nan=False
    )
    assert len(text) < 200_000


@pytest.mark.parametrize(
    "said",
    [None, {}, {"start_id": "a"}, {"start_id": "a", "tau": "x", "seed": 0, "selected": 0},
     {"start_id": "a", "tau": 9, "seed": 0, "selected": 0},
     {"start_id": "a", "tau": float("nan"), "seed": 0, "selected": 0},
     {"start_id": "a", "tau": 1, "seed": -4, "selected": 0},
     {"start_id": "a", "tau": 1, "seed": 0, "selected": 100}],
)  # fmt: skip
def test_what_a_browser_says_is_checked(said: object) -> None:
    assert sample_sheet.drawn({"place": said}, Drawn(seed=4), "a") == Drawn(seed=4)


def test_the_script_draws_the_same(tmp_path) -> None:
    setting = Setting("mnist-16", seed=9, tau=1.3)
    path = tmp_path / "draw.py"
    path.write_text(run.script(setting))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    first, mean = done.stdout.splitlines()
    z, _ = run.drawn(setting)
    np.testing.assert_allclose([float(v) for v in first.split()[2:]], z[0], atol=1e-12)
    assert float(mean.split()[-1]) == pytest.approx(float(sampling.log_prior(z).mean()))
    table = run.latents_csv(setting).splitlines()
    np.testing.assert_array_equal([float(v) for v in table[1].split(",")[1:]], z[0])
    assert json.loads(run.figures_json(setting))["z"][0] == z[0].tolist()
    assert ElementTree.fromstring(run.sheet_svg(setting)).tag.endswith("svg")
