"""Six betas under a scrubber, their figures opened; ten latents and what each tells."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from genmodels import image_moments, vae
from genmodels.datasets import mnist
from genmodels.kit.opened import evaluate
from genmodels.vae import sampling
from genmodels.vae.family import BETAS
from genmodels.vae.means import at_means
from pages.vae.beta import beta_scrub, factor_rows
from pages.vae.beta import case as run
from pages.vae.beta import opened as arithmetic
from pages.vae.beta.factor_rows import View
from tests.unpack import unpacked

PICTURE = mnist.shown().x[2]
PIXELS = PICTURE.tobytes()


def test_a_board_is_its_models() -> None:
    for i in (0, 2, 5):
        found, name = run.board(i), f"beta-{BETAS[i]:g}"
        means = at_means(vae.shared(name), mnist.shown().x)
        np.testing.assert_allclose(found.mu, means.mu)
        np.testing.assert_allclose(found.sigma[3], np.exp(means.log_var[30] / 2))
        assert (np.abs(found.mu) <= found.half).mean() > 0.99
        corner = np.array([[-0.9 * found.half, 0.9 * found.half]])
        tile = sampling.decode(name, vae.shared(name), corner)[0].astype(int)
        assert np.abs(found.grid[0] - tile).max() <= 9
    with pytest.raises(ValueError, match="beta's place must be from 0 to 5; got 6"):
        run.model_name(6)


def test_the_kl_narrows_the_view_and_widens_sigma() -> None:
    boards = [run.board(i) for i in range(len(BETAS))]
    assert boards[0].half > 2 * boards[1].half > 0
    sigma = [board.sigma.mean() for board in boards]
    assert sigma[0] < 1e-3 < sigma[2] < sigma[5]


def test_costs_are_bce_and_weighed_kl() -> None:
    for i, told in enumerate(run.digit_costs(PIXELS)):
        one = run.passed(PIXELS)[i]
        assert told["bce"] == pytest.approx(float(one.bce.sum()))
        if BETAS[i] == 0:
            assert told["kl"] is told["elbo"] is None
            assert told["loss"] == told["bce"]
        else:
            assert told["loss"] == pytest.approx(told["bce"] + BETAS[i] * float(one.kl.sum()))
    for i, told in enumerate(run.test_costs()):
        if BETAS[i]:
            assert told["elbo"] == pytest.approx(run.figures(i)["elbo"])


def test_every_number_of_the_scrubber_is_its_sum() -> None:
    digit, test = run.digit_costs(PIXELS), run.test_costs()
    for i in range(len(BETAS)):
        for name in arithmetic.NAMES:
            opened = arithmetic.opened(name, i, PIXELS)
            assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-6)
            whose, _, row = name.partition(":")
            shown = {"digit": digit, "test": test}.get(whose, digit)[i].get(row)
            if shown is not None:
                assert opened.value == pytest.approx(shown, rel=1e-6)
    with pytest.raises(ValueError, match="name must be one of"):
        arithmetic.opened("digit:x", 0, PIXELS)


def test_opened_gaps_and_scores_are_their_sums() -> None:
    for name in run.FACTORS:
        extra = vae.describe(name)["extra"]
        score = arithmetic.score(name)
        assert evaluate(score.expression) == pytest.approx(extra["mig"])
        for k, factor in enumerate(extra["factors"]):
            opened = arithmetic.gap(name, k)
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
            assert opened.value == pytest.approx(extra["mig_of"][factor], abs=1e-6)


@pytest.mark.parametrize("name", run.FACTORS)
def test_a_cell_opens_the_information_that_the_gap_is_made_of(name: str) -> None:
    found = image_moments.mutual_information_gap(run.drawn_codes(name), run.attributes())
    for j, k in ((0, 0), (4, 1), (7, 4)):
        opened = arithmetic.information(name, j, k)
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
        assert opened.value == pytest.approx(found.information[j, k], abs=1e-9)
    counts = run.joint(name, 0, 0)
    assert counts.sum() == 2000
    assert counts.sum(axis=0).all()
    assert counts.sum(axis=1).all()


def test_a_strip_moves_one_latent() -> None:
    mu, strips = run.traversals("factor-4", PIXELS)
    model = vae.shared("factor-4")
    z = mu.copy()
    z[3] = run.STEPS[1]
    alone = sampling.decode("factor-4", model, z[None])[0].astype(int)
    assert np.abs(strips[3, 1] - alone).max() <= 9
    with pytest.raises(ValueError, match="name must be one of factor-1, factor-4; got 'factor-2'"):
        run.traversals("factor-2", PIXELS)


def test_an_idle_latent_moves_less_than_one_that_tells() -> None:
    _, strips = run.traversals("factor-4", PIXELS)
    moved = np.abs(strips[:, 0].astype(int) - strips[:, -1]).sum(axis=1)
    assert moved[run.least("factor-4")] < 0.5 * moved[run.most("factor-4", "slant")]


def test_payloads_are_small_plain_json() -> None:
    prepared = beta_scrub.payload(PIXELS, "test:2", 2, "s")
    assert len(json.dumps(prepared, allow_nan=False)) < 300_000
    assert prepared["digit"]["kl"][0] is None
    np.testing.assert_array_equal(unpacked(prepared["digit"]["x"]), np.rint(255 * PICTURE))
    rows = factor_rows.payload(PIXELS, "test:2", View(), "s")
    assert len(json.dumps(rows, allow_nan=False)) < 60_000


@pytest.mark.parametrize(
    "said",
    [None, {}, {"start_id": "s"}, {"start_id": "s", "at": 6}, {"start_id": "s", "at": -1},
     {"start_id": "s", "at": True}, {"start_id": "s", "at": 1.5}, {"start_id": "x", "at": 1}],
)  # fmt: skip
def test_what_a_browser_says_of_beta_is_checked(said: object) -> None:
    assert beta_scrub.view({"view": said}, 3, "s") == beta_scrub.View(3)


def test_an_unknown_number_opens_nothing() -> None:
    said = {"start_id": "s", "at": 4, "opened": "<b>"}
    assert beta_scrub.view({"view": said}, 3, "s") == beta_scrub.View(4, "")


@pytest.mark.parametrize(
    "said",
    [None, {"start_id": "s"}, {"start_id": "s", "moved": [[2, 0, 0]], "opened": ""},
     {"start_id": "s", "moved": [[0, 10, 0]], "opened": ""},
     {"start_id": "s", "moved": [[0, 0, float("nan")]], "opened": ""},
     {"start_id": "s", "moved": [[0, 0, 3.5]], "opened": ""},
     {"start_id": "s", "moved": [], "opened": "cell:1:1"},
     {"start_id": "s", "moved": [], "opened": "gap:0:5"},
     {"start_id": "s", "moved": [], "opened": "cell:0:-1:0"}],
)  # fmt: skip
def test_what_a_browser_says_of_the_rows_is_checked(said: object) -> None:
    start = View(((0, 1, 0.5),), "gap:1:2")
    assert factor_rows.view({"view": said}, start, "s") == start


def test_the_rows_go_through_the_link() -> None:
    view = View(((1, 4, -2.0), (0, 9, 1.25)), "cell:1:9:3")
    link = factor_rows.to_link(view)
    found, problems = factor_rows.from_link(link["vbt_moved"], link["vbt_cell"])
    assert found == view
    assert all(problem is None for _, problem in problems.values())


def test_the_script_reads_both_tables(tmp_path) -> None:
    (tmp_path / "betas.csv").write_text(run.rows_csv())
    (tmp_path / "codes.csv").write_text(run.codes_csv())
    (tmp_path / "betas.py").write_text(run.script())
    done = subprocess.run(
        [sys.executable, "betas.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    *rows, best = done.stdout.splitlines()
    for i, row in enumerate(rows):
        _, _, loss, _, first, second, active = row.split()
        assert float(loss) == pytest.approx(run.test_costs()[i]["loss"])
        np.testing.assert_allclose([float(first), float(second)], run.board(i).mu.var(axis=0))
        assert int(active) == arithmetic.active(i).value
    bounds = [run.figures(i)["elbo"] for i in range(1, len(BETAS))]
    assert float(best.split()[-1]) == BETAS[1 + int(np.argmin(bounds))]
    assert len(json.loads(run.figures_json())["betas"]) == len(BETAS)
    assert ElementTree.fromstring(run.sheet_svg()).tag.endswith("svg")
