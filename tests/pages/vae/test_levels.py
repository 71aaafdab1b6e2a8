"""Two levels of latents: held and redrawn, opened, measured, over the live route, taken away."""

import json
import math
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
from genmodels.vae import arrays, two_levels
from genmodels.vae.two_levels import LOWER, Held, N
from pages.vae.levels import case as run
from pages.vae.levels import level_pair, live
from pages.vae.levels import opened as arithmetic
from pages.vae.levels import take_away as export
from pages.vae.levels.case import Place
from tests.live.talk import talk

PIXELS = mnist.shown().x[5].tobytes()
AWAY = Place((1.0, -0.5), (0.2, 0.1), 3, 4, 2)


def model():
    return vae.shared(two_levels.NAME)


def test_the_upper_sheet_holds_the_lower_noise_and_the_lower_sheet_the_upper() -> None:
    held = run.held(None, AWAY, False)
    z1, z2 = two_levels.latents(model(), held)
    assert (z2[: N + 1] == AWAY.z2).all()
    assert len(np.unique(z2[N + 1 :], axis=0)) == N
    eps = two_levels.noise_of(model(), z2, z1)
    np.testing.assert_allclose(eps[N + 1 :], np.tile(held.lower, (N, 1)), atol=1e-6)
    np.testing.assert_allclose(eps[1 : N + 1], two_levels.noise(3), atol=1e-6)
    np.testing.assert_allclose(z1[0], z1[1 + AWAY.pick], atol=1e-9)


def test_holding_z1_keeps_it_where_the_upper_goes() -> None:
    held = run.held(PIXELS, run.start_of(PIXELS), True)
    z1, _ = two_levels.latents(model(), held)
    mu1 = run.encoded(PIXELS).mu1
    assert (z1[0] == mu1).all()
    assert (z1[N + 1 :] == mu1).all()
    noisy = run.held(PIXELS, run.start_of(PIXELS), False)
    np.testing.assert_allclose(two_levels.latents(model(), noisy)[0][0], mu1, atol=1e-5)


def test_a_lower_level_that_was_picked_looks_the_same_in_both_ways() -> None:
    here = Place((1.0, -0.5), (1.0, -0.5), 3, 4, 2)
    noise, latent = (run.sheets(None, here, hold) for hold in (False, True))
    assert np.abs(noise[0].astype(int) - latent[0]).max() <= 1
    assert np.abs(noise[0].astype(int) - noise[1 + 2]).max() <= 1


def test_a_place_has_bounds() -> None:
    for values, words in (
        ({"z2": (9.0, 0.0)}, "z2 must be"),
        ({"z2": (math.nan, 0.0)}, "z2 must be"),
        ({"home": (0.0,)}, "home must be"),
        ({"seed1": -1}, "seed1 must be"),
        ({"seed2": 10**6}, "seed2 must be"),
        ({"pick": 12}, "pick must be"),
    ):
        with pytest.raises(ValueError, match=words):
            Place(**values)
    with pytest.raises(ValueError, match="no digit"):
        run.lower(None, Place(pick=-1), False)
    with pytest.raises(ValueError, match="lower must be 14 finite numbers"):
        Held((0.0, 0.0), (math.inf,) * 14)


def test_every_number_opens() -> None:
    one = run.encoded(PIXELS)
    drawn = run.drawn(PIXELS, AWAY, False)
    high = arithmetic.upper_kl(one.mu2, one.log_var2)
    low = arithmetic.lower_kl(one.mu1, one.log_var1, one.prior_mu, one.prior_log_var)
    openable = [
        high,
        low,
        arithmetic.one_pass(one.bce, low.value, high.value),
        arithmetic.upper_density(drawn.z2),
        arithmetic.lower_density(drawn.z1, drawn.mu, drawn.log_var),
        *(arithmetic.test_set(c.name, 9, c.bce, c.lower, c.upper) for c in run.costs()),
        *(arithmetic.level_use("x", kl, 0.01) for kl in (run.use().upper, run.use().sixteen)),
        *(arithmetic.kept(k.name, k.n, k.of, 0.99) for k in run.kept()),
    ]
    for found in openable:
        assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-9)
        for row in found.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    assert high.value == pytest.approx(one.kl2.sum())
    assert low.value == pytest.approx(one.kl1.sum())
    assert openable[4].value == pytest.approx(
        -0.5 * (drawn.eps**2 + drawn.log_var + np.log(2 * np.pi)).sum()
    )


def test_the_kl_is_the_models_own() -> None:
    import torch

    from genmodels.vae.hierarchical import gaussian_kl

    rng = np.random.default_rng(0)
    four = rng.standard_normal((4, 3, LOWER))
    own = gaussian_kl(*(torch.from_numpy(part) for part in four)).numpy()
    np.testing.assert_allclose(run.kl(*four), own)


def test_the_figures_are_the_records() -> None:
    own, sixteen, two = run.costs()
    assert own.total == pytest.approx(vae.describe("hierarchical")["test"]["elbo"])
    assert sixteen.total == pytest.approx(vae.describe("mnist-16")["test"]["elbo"])
    assert own.total < two.total
    found = run.use()
    # 2,000 of the 10,000 test pictures, at the means: near the whole set's average.
    assert found.upper.sum() == pytest.approx(own.upper, rel=0.05)
    assert found.lower.sum() == pytest.approx(own.lower, rel=0.1)


def test_an_unused_latent_changes_nothing_and_a_used_one_does() -> None:
    unused, used = run.redrawn()
    assert unused.n == run.use().unused
    if unused.n:
        assert unused.largest < 0.2
    assert used.mean > 10 * unused.mean


def test_redrawing_both_levels_forgets_the_digit() -> None:
    share = {one.name: one.share for one in run.kept()}
    assert share["both kept"] > 0.85
    assert share["both redrawn"] < 0.25
    assert share["both redrawn"] < share["upper kept, lower redrawn"] < share["both kept"]
    assert share["both redrawn"] < share["z₁ kept, upper redrawn"] < share["both kept"]


# -- live --------------------------------------------------------------------------------------


def asked(held: Held) -> bytes:
    return struct.pack("<III2f14f", held.hold, held.seed1, held.seed2, *held.z2, *held.lower)


@pytest.mark.parametrize("pixels, hold", [(None, False), (PIXELS, True)])
def test_the_live_pictures_are_the_pages(pixels: bytes | None, hold: bool) -> None:
    held = run.held(pixels, AWAY, hold)
    ((_, status, body),) = talk(live.routes(), live.PATH, [request(1, asked(held))])
    assert status == GOOD
    uppers = np.frombuffer(body[:96], "<f4").reshape(N, 2)
    np.testing.assert_array_equal(uppers, two_levels.uppers(4).astype("<f4"))
    pictures = np.frombuffer(body[96:], np.uint8).reshape(2 * N + 1, 784)
    assert np.abs(pictures.astype(int) - run.sheets(pixels, AWAY, hold)).max() <= 1


GOOD_ASK = asked(Held((0.0, 0.0), (0.0,) * LOWER))


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "76 bytes"),
        (GOOD_ASK[:-1], "76 bytes; got 75"),
        (struct.pack("<I", 2) + GOOD_ASK[4:], "hold must be 0 or 1; got 2"),
        (GOOD_ASK[:12] + struct.pack("<f", math.nan) + GOOD_ASK[16:], "numbers within"),
        (GOOD_ASK[:72] + struct.pack("<f", math.inf), "numbers within"),
        (GOOD_ASK[:72] + struct.pack("<f", 1e6), "numbers within"),
    ],
)
def test_unsound_requests_are_answered_in_words(payload: bytes, words: str) -> None:
    frames = [request(0, payload), request(1, GOOD_ASK)]
    (_, status, body), (_, after, _) = sorted(talk(live.routes(), live.PATH, frames))
    assert (status, after) == (BAD, GOOD)
    assert words in body.decode()


# -- widget ------------------------------------------------------------------------------------


def test_the_payload_is_plain_json() -> None:
    origin = run.start_of(PIXELS)
    held = run.held(PIXELS, origin, False)
    prepared = level_pair.payload(held, origin, AWAY, "a", run.encoded(PIXELS))
    assert len(json.dumps(prepared, allow_nan=False)) < 130_000


@pytest.mark.parametrize(
    "changed",
    [{"z2": [math.nan, 0]}, {"z2": [0, 9]}, {"z2": 3}, {"seed1": -1}, {"pick": -1}, {"pick": 12}],
)
def test_what_a_browser_says_is_checked(changed: dict) -> None:
    said = {"start_id": "a", "z2": [1, 2], "home": [0, 0], "seed1": 1, "seed2": 2, "pick": 3}
    good = level_pair.placed({"place": said}, AWAY, "a", 0)
    assert good == Place((1.0, 2.0), (0.0, 0.0), 1, 2, 3)
    assert level_pair.placed({"place": said}, AWAY, "b", 0) == AWAY
    assert level_pair.placed({"place": {**said, **changed}}, AWAY, "a", 0) == AWAY


# -- to take away ------------------------------------------------------------------------------


def test_the_script_decodes_and_opens_with_numpy_alone(tmp_path) -> None:
    record = export.record_json(PIXELS, AWAY, False)
    (tmp_path / "levels.json").write_text(record)
    (tmp_path / "hierarchical.safetensors").write_bytes(export.weights())
    (tmp_path / "levels.py").write_text(export.script())
    assert "torch" not in export.script()
    command = [sys.executable, "levels.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    ink, density, low, high, *picture = done.stdout.splitlines()
    y = arrays.decode_levels(model(), *run.latents(PIXELS, AWAY, False))
    values = [float(v) for v in ink.split(":")[1].split()]
    np.testing.assert_allclose(values, y.sum(axis=1), rtol=1e-3)
    drawn, one = run.drawn(PIXELS, AWAY, False), run.encoded(PIXELS)
    shown = arithmetic.lower_density(drawn.z1, drawn.mu, drawn.log_var).value
    assert float(density.split()[-1]) == pytest.approx(shown, rel=1e-4)
    assert float(low.split()[-1]) == pytest.approx(one.kl1.sum(), rel=1e-4)
    assert float(high.split()[-1]) == pytest.approx(one.kl2.sum(), rel=1e-4)
    assert len(picture) == 28
    assert len(export.latents_csv(None, AWAY, True).splitlines()) == 26
    assert ElementTree.fromstring(export.sheets_svg(None, AWAY, True)).tag.endswith("svg")
    assert "digit" not in json.loads(export.record_json(None, AWAY, True))
