"""A digit as codes: the run behind the page, what opens, the live route, the files."""

import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.vae import vq
from pages.vae.vq import case as vq_run
from pages.vae.vq import code_grid, live
from pages.vae.vq import opened as arithmetic
from pages.vae.vq import prior as vq_prior_run
from pages.vae.vq import take_away as codes_export
from pages.vae.vq.case import Edit
from pages.vae.vq.code_grid import Watched
from pages.vae.vq.prior import Setting
from tests.live.talk import talk

NO_CHANGE = Edit()
PIXELS = mnist.shown().x[3].tobytes()


def codes_of(edit: Edit = NO_CHANGE) -> tuple[int, ...]:
    return tuple(vq_run.codes_now(PIXELS, edit).tolist())


def test_the_codes_are_the_nearest_vectors() -> None:
    one = vq_run.coded(PIXELS)
    gaps = ((one.vectors[:, None] - vq_run.codebook()[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(one.distances, gaps, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(one.distances.argmin(axis=1), one.codes)


def test_a_change_moves_the_picture_around_its_place_only() -> None:
    place = 24
    before = vq_run.logits(codes_of()).reshape(28, 28)
    after = vq_run.logits(codes_of(Edit(((place, 5),)))).reshape(28, 28)
    moved = np.abs(after - before) > 1e-6
    assert moved[12:16, 12:16].all()
    rows, columns = np.nonzero(moved)
    assert min(rows.min(), columns.min()) >= 4
    assert max(rows.max(), columns.max()) < 24
    assert codes_of(Edit(((place, 5),)))[place] == 5


@pytest.mark.parametrize("k", [0, 5, 41])
def test_a_distance_opens(k: int) -> None:
    one = vq_run.coded(PIXELS)
    found = arithmetic.distance(one.vectors[24], vq_run.codebook(), k)
    assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-12)
    assert found.value == pytest.approx(one.distances[24, k], rel=1e-5)
    (own,) = [row for row in found.rows if row.chosen]
    assert own.value == found.value
    assert all(evaluate(row.expression) == pytest.approx(row.value) for row in found.rows)


def test_perplexity_opens_to_its_sum() -> None:
    counts = vq_run.counts()
    found = arithmetic.perplexity(counts)
    assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-12)
    assert found.value == pytest.approx(vq_run.record()["perplexity"], rel=1e-6)
    alone = arithmetic.perplexity(np.array([0, 7, 0]))
    assert (alone.value, evaluate(alone.expression)) == (1.0, 1.0)


def test_what_codes_cost_opens() -> None:
    codes = codes_of()
    by_place = vq_run.nats_by_place(codes, None)
    openable = [
        arithmetic.reconstruction(vq_run.coded(PIXELS).x, vq_run.logits(codes)),
        arithmetic.code_length(by_place, np.array(codes), ""),
        arithmetic.unigram(vq_run.counts(), np.array(codes)),
        arithmetic.uniform(),
        arithmetic.bound(54.5, 107.25),
    ]
    for found in openable:
        assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-9)
    assert openable[1].value == pytest.approx(vq.shared_prior().nats(
        np.array(codes).reshape(1, 7, 7))[0])  # fmt: skip
    q = vq_run.counts() / vq_run.counts().sum()
    assert openable[2].value == pytest.approx(-np.log(q[list(codes)]).sum())
    assert openable[3].value == pytest.approx(vq_run.prior_record()["uniform_nats"])
    y = vq_run.coded(PIXELS).y
    x = vq_run.coded(PIXELS).x
    bce = -(x * np.log(y) + (1 - x) * np.log(1 - np.minimum(y, 1 - 1e-7))).sum()
    assert openable[0].value == pytest.approx(bce, abs=0.05)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0, 2.0])
def test_the_next_codes_probability_opens(temperature: float) -> None:
    setting = Setting(None, temperature, seed=4)
    drawn = vq_prior_run.drawn(setting)
    for place in (0, 30, 48):
        p = vq_prior_run.next_probabilities(setting, 2, place)
        own = int(drawn.codes[2, place])
        for k in (own, int(p.argmin())):
            found = arithmetic.next_code(p, temperature, k, place, own)
            assert evaluate(found.expression) == pytest.approx(found.value, rel=1e-9)
            assert found.value == pytest.approx(
                drawn.probabilities[2, place, k], rel=1e-3, abs=1e-7
            )
        assert drawn.nats[2, place] == pytest.approx(-math.log(p[own]), rel=1e-4, abs=1e-5)


def test_kept_codes_stay_and_the_rest_is_drawn() -> None:
    kept = codes_of()[:21]
    found = vq_prior_run.drawn(Setting(3, 1.0, kept, seed=1))
    assert (found.codes[:, :21] == kept).all()
    assert len({tuple(row) for row in found.codes[:, 21:].tolist()}) > 1
    frames = vq_prior_run.frames(Setting(3, 1.0, kept, seed=1), 2)
    assert frames.shape == (50, 784)
    assert np.abs(frames[-1].astype(int) - found.pictures[2]).max() <= 1


@pytest.mark.parametrize(
    "values, words",
    [
        ({"label": 10}, "label must be"),
        ({"temperature": float("nan")}, "temperature must be"),
        ({"kept": (64,)}, "kept must be"),
        ({"kept": (0,) * 49}, "kept must be"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_a_draw_has_bounds(values: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Setting(**values)


def test_the_palette_is_what_codes_decode_to() -> None:
    patches = vq_run.patches().reshape(64, 12, 12)
    assert patches[vq_run.blank()].mean() < 60
    assert patches[:, 4:8, 4:8].mean(axis=(1, 2)).max() > 150
    assert vq_run.where(vq_run.blank()).shape == (7, 7)
    total = sum(vq_run.where(k) for k in range(64))
    np.testing.assert_allclose(total, 1.0)
    with pytest.raises(ValueError, match="code must be from 0 to 63"):
        vq_run.where(64)


# -- live --------------------------------------------------------------------------------------


def test_the_live_picture_is_the_pages() -> None:
    codes = codes_of(Edit(((24, 5),)))
    ((_, status, body),) = talk(live.routes(), live.PATH, [request(1, bytes(codes))])
    assert status == GOOD
    y = 1 / (1 + np.exp(-vq_run.logits(codes)))
    assert np.abs(np.frombuffer(body, np.uint8) - 255 * y).max() <= 1


@pytest.mark.parametrize(
    "payload, words",
    [
        (b"", "49 bytes"),
        (bytes(48), "49 bytes, one a place; got 48"),
        (bytes([0] * 48 + [64]), "from 0 to 63; place 49 has 64"),
        (b"\xff" * 49, "place 1 has 255"),
    ],
)
def test_codes_out_of_range_are_answered_in_words(payload: bytes, words: str) -> None:
    frames = [request(0, payload), request(1, bytes(49))]
    (_, status, body), (_, after, _) = sorted(talk(live.routes(), live.PATH, frames))
    assert (status, after) == (BAD, GOOD)
    assert words in body.decode()


# -- widget and link ---------------------------------------------------------------------------


def test_payloads_are_plain_json() -> None:
    one = vq_run.coded(PIXELS)
    text = json.dumps(code_grid.edit_payload(one, Edit(((3, 4),), 3), "a"), allow_nan=False)
    assert len(text) < 40_000
    setting = Setting(seed=2)
    text = json.dumps(
        code_grid.prior_payload(setting, Watched(), "a", Watched(3, 5)), allow_nan=False
    )
    assert len(text) < 90_000


def test_the_link_says_the_changes() -> None:
    edit = Edit(((3, 4), (24, 63)), 24)
    assert Edit.from_link(str(edit.to_link())) == Edit(edit.changes)
    assert Edit().to_link() is None
    for bad in ("", "3", "3.64", "49.1", "-1.2", "3.4_3.5", "3.x", "3.4.5", "٣.4"):
        with pytest.raises(ValueError, match=r"must be|may be"):
            Edit.from_link(bad)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {"start_id": "b", "changes": [], "place": 3},
        {"start_id": "a", "changes": [[0, 64]], "place": 3},
        {"start_id": "a", "changes": 5, "place": 3},
        {"start_id": "a", "changes": [], "place": float("nan")},
        {"start_id": "a", "step": 50, "sample": 0, "code": 0},
        {"start_id": "a", "step": 5, "sample": 8, "code": 0},
        {"start_id": "a", "step": 5, "sample": 0, "code": 64},
    ],
)
def test_what_a_browser_says_is_checked(said: object) -> None:
    assert code_grid.edited({"place": said}, Edit(place=7), "a") == Edit(place=7)
    assert code_grid.watched({"place": said}, Watched(9), "a") == Watched(9)


# -- to take away ------------------------------------------------------------------------------


def run_script(text: str, folder) -> list[str]:
    (folder / "script.py").write_text(text)
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_script_decodes_with_numpy_alone(tmp_path) -> None:
    codes = codes_of(Edit(((24, 5),)))
    record = codes_export.record_json(PIXELS, codes)
    (tmp_path / "codes.json").write_text(record)
    (tmp_path / "vq-vae.safetensors").write_bytes(codes_export.weights())
    script = codes_export.script()
    assert "torch" not in script
    bce, perplexity, *picture = run_script(script, tmp_path)
    shown = arithmetic.reconstruction(vq_run.coded(PIXELS).x, vq_run.logits(codes)).value
    assert float(bce.split()[-1]) == pytest.approx(shown, rel=1e-4)
    assert json.loads(record)["bce"] == pytest.approx(shown, rel=1e-9)
    assert float(perplexity.split()[-1]) == pytest.approx(vq_run.record()["perplexity"])
    assert len(picture) == 28
    assert ElementTree.fromstring(codes_export.picture_svg(codes)).tag.endswith("svg")
    table = codes_export.distances_csv(PIXELS, codes).splitlines()
    assert table[25].startswith("25,5,")
    assert len(codes_export.use_csv().splitlines()) == 65


@pytest.mark.parametrize("temperature, kept", [(1.0, 21), (0.5, 0), (0.0, 0)])
def test_the_script_draws_the_same_codes(tmp_path, temperature: float, kept: int) -> None:
    setting = Setting(None, temperature, codes_of()[:kept], seed=3)
    (tmp_path / "samples.json").write_text(vq_prior_run.samples_json(setting, 5))
    codes, nats, _, uniform = run_script(vq_prior_run.script(), tmp_path)
    found = vq_prior_run.drawn(setting)
    assert [int(k) for k in codes.split()[1:]] == found.codes[5].tolist()
    assert float(nats.split()[-1]) == pytest.approx(found.nats[5, kept:].sum(), rel=1e-4)
    assert float(uniform.split()[-1]) == pytest.approx((49 - kept) * math.log(64))
    assert len(vq_prior_run.samples_csv(setting).splitlines()) == 1 + 8 * 49
