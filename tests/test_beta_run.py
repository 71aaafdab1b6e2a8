"""Six betas as a film, their figures opened, ten latents and what each tells."""

import base64
import json
import subprocess
import sys
import zlib

import numpy as np
import pytest

from genmodels import vae
from genmodels.arithmetic import evaluate
from genmodels.datasets import mnist
from genmodels.figures import beta as figures
from genmodels.runs import beta_run as run
from genmodels.vae import sampling
from genmodels.vae.family import BETAS
from genmodels.vae.means import at_means

PICTURE = mnist.shown().x[2]


def test_the_film_shows_the_six_models() -> None:
    film = run.film()
    raw = zlib.decompress(base64.b64decode(film["mu"]["base64"]))
    codes = np.frombuffer(raw, "<i2").reshape(6, 2000, 2) * film["unit"]
    for i in (0, 2, 5):
        mu = at_means(vae.shared(f"beta-{BETAS[i]:g}"), mnist.shown().x).mu / run.scale(i)
        np.testing.assert_allclose(codes[i], mu, atol=0.006)
    assert run.scale(2) == 1.0 < run.scale(0)
    assert len(json.dumps(film, allow_nan=False)) < 200_000
    assert "autoencoder" in film["losses"][0]["text"]
    assert "= −ELBO" in film["losses"][2]["text"]


def test_opened_losses_and_gaps_are_their_sums() -> None:
    for i in range(len(BETAS)):
        opened = run.loss(i)
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
    for name in run.FACTORS:
        extra = vae.describe(name)["extra"]
        for k, factor in enumerate(extra["factors"]):
            opened = run.gap(name, k)
            assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-9)
            assert opened.value == pytest.approx(extra["mig_of"][factor], abs=1e-6)


def test_pictures_come_from_the_models() -> None:
    strip = run.reconstructions(PICTURE.tobytes())
    assert strip.shape == (7, 784)
    np.testing.assert_array_equal(strip[0], PICTURE)
    np.testing.assert_allclose(strip[3], at_means(vae.shared("beta-1"), PICTURE[None]).y[0])
    many = [run.reconstructions(x.tobytes()) for x in mnist.shown().x[:20]]
    errors = np.mean([((one[1:] - one[0]) ** 2).sum(axis=1) for one in many], axis=0)
    assert errors[0] < errors[-1]
    assert run.samples(2).shape == (12, 784)
    walk = run.traversal("factor-4", 3, PICTURE.tobytes())
    z = at_means(vae.shared("factor-4"), PICTURE[None]).mu
    z[0, 3] = 0.0
    middle = sampling.decode("factor-4", vae.shared("factor-4"), z)[0]
    assert np.abs(walk[4].astype(int) - middle).max() <= 1


@pytest.mark.parametrize("name, latent", [("factor-2", 0), ("factor-1", 10), ("factor-1", -1)])
def test_a_wrong_latent_is_named(name: str, latent: int) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        run.traversal(name, latent, PICTURE.tobytes())


def test_the_charts_show_the_figures() -> None:
    told = [run.figures(i) for i in range(len(BETAS))]
    curve = figures.rate_distortion(told, 2).data[0]
    assert list(curve.customdata) == [1, 2, 3, 4, 5]
    assert list(curve.x) == [one["kl"] for one in told[1:]]
    extra = vae.describe("factor-1")["extra"]
    np.testing.assert_array_equal(
        figures.information(extra, "factor-1").data[0].z, extra["information"]
    )


def test_the_script_reads_the_table(tmp_path) -> None:
    (tmp_path / "betas.csv").write_text(run.rows_csv())
    (tmp_path / "betas.py").write_text(run.script())
    done = subprocess.run(
        [sys.executable, "betas.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    *rows, best = done.stdout.splitlines()
    bounds = [run.figures(i)["elbo"] for i in range(1, 6)]
    assert [float(row.split()[-1]) for row in rows] == pytest.approx(bounds)
    losses = [run.loss(i).value for i in range(1, 6)]
    assert [float(row.split()[2]) for row in rows] == pytest.approx(losses)
    assert float(best.split()[-1]) == BETAS[1 + int(np.argmin(bounds))]
    assert len(json.loads(run.figures_json())["betas"]) == 6
