"""Densities on a line against scikit-learn: kernel, histogram, mixture, held-out means."""

import csv
import io
import json
import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KernelDensity

from genmodels import density
from genmodels.datasets import measurements
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.gmm.density import case as density_run
from pages.gmm.density import density_stage
from pages.gmm.density import opened as arithmetic
from pages.gmm.density import stage as density_stage_run
from pages.gmm.density import take_away as export
from pages.gmm.density.case import Setup, Smoothing, compare, fitted
from pages.gmm.density.density_stage import View, view_of

DATA = list(measurements.MEASUREMENTS)


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("share", [0.1, 1.0, 3.0])
def test_the_kernel_is_scikit_learn_s(name, share):
    x = measurements.load(name).x
    h = share * density.silverman(x)
    places = np.linspace(x.min() - 3 * h, x.max() + 3 * h, 200)
    expected = KernelDensity(bandwidth=h).fit(x[:, None]).score_samples(places[:, None])
    np.testing.assert_allclose(density.kernel_log_prob(places, x, h), expected, atol=1e-9)


def test_a_far_place_keeps_its_log():
    log_p = density.kernel_log_prob([1e4], [0.0, 1.0], 1.0)
    assert np.isfinite(log_p).all()
    assert log_p[0] == pytest.approx(-0.5 * 9999**2 - math.log(2) - density.LOG_SQRT_2PI)


def test_silverman_s_rule_is_the_book_s(rng):
    x = rng.standard_normal(500)
    iqr = np.subtract(*np.quantile(x, [0.75, 0.25]))
    expected = 0.9 * min(x.std(ddof=1), iqr / 1.34) * 500**-0.2
    assert density.silverman(x) == pytest.approx(expected)
    assert density.silverman([0.0] * 9 + [1.0]) > 0


@pytest.mark.parametrize("bins", [1, 7, 80])
def test_the_histogram_is_numpy_s(bins):
    x = measurements.load("waiting").x
    ours = density.histogram(x, bins, (x.min(), x.max()))
    counts, edges = np.histogram(x, bins)
    densities, _ = np.histogram(x, bins, density=True)
    np.testing.assert_array_equal(ours.counts, counts)
    np.testing.assert_allclose(ours.densities, densities)
    assert (ours.densities * np.diff(edges)).sum() == pytest.approx(1)
    outside = ours.log_prob([x.min() - 1e-9, x.max() + 1e-9])
    assert np.isneginf(outside).all()
    assert np.isfinite(ours.log_prob([x.min(), x.max()])).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: density.kernel_log_prob([0], [1.0], 0), "bandwidth must be above 0; got 0"),
        (lambda: density.kernel_log_prob([0], [np.nan], 1), "finite"),
        (lambda: density.kernel_log_prob([0], [], 1), "N at least 1"),
        (lambda: density.silverman([2.0, 2.0]), "two different values"),
        (lambda: density.histogram([1.0], 0, (0, 1)), "bins must be at least 1; got 0"),
        (lambda: density.histogram([1.0], 3, (1, 1)), "limits must rise"),
        (lambda: fitted(Setup(variance="round")), "own or shared; got 'round'"),
        (lambda: fitted(Setup(K=9)), "K must be from 1 to 8; got 9"),
        (lambda: measurements.load("height"), "one of eruptions, .*; got 'height'"),
    ],
)
def test_bad_input_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_galaxies_are_mass_s_with_their_known_error():
    x = measurements.load("galaxies").x
    assert len(x) == 82
    assert x[77] == 26.690
    assert "26.96" in measurements.load("galaxies").source.caution


@pytest.mark.parametrize("name", DATA)
def test_held_out_is_scikit_learn_s(name):
    data = measurements.load(name)
    smoothing = Smoothing(20, 80)
    c = compare(Setup(name), smoothing)
    folds = KFold(10, shuffle=True, random_state=0)
    kernel = KernelDensity(bandwidth=density_run.bandwidth(data, smoothing))
    expected = cross_val_score(kernel, data.x[:, None], cv=folds).sum() / len(data.x)
    assert c.mean(c.kernel) == pytest.approx(expected, abs=1e-9)
    one = GaussianMixture(1, reg_covar=density_run.floor_of(data))
    scores = cross_val_score(one, data.x[:, None], cv=folds) * c.sizes
    assert c.mixture_means[0] == pytest.approx(scores.sum() / len(data.x), abs=1e-6)


def test_an_empty_bin_makes_the_histogram_impossible():
    c = compare(Setup("waiting"), Smoothing(80))
    assert c.empty > 0
    assert c.mean(c.histogram) == -math.inf
    fine = compare(Setup("waiting"), Smoothing(5))
    assert fine.empty == 0
    assert math.isfinite(fine.mean(fine.histogram))


def test_a_spike_raises_the_likelihood_and_lowers_the_held_out():
    c = compare(Setup("galaxies"), Smoothing())
    assert c.training[5] > c.training[2]
    assert c.mixture_means[5] < c.mixture_means[2] - 0.1
    model = fitted(Setup("galaxies", 6)).model
    assert np.sqrt(model.covariances.min()) < 0.02 * measurements.load("galaxies").x.std()


@pytest.mark.parametrize("variance", ["own", "shared"])
def test_the_likelihood_never_falls(variance):
    for name in DATA:
        curve = fitted(Setup(name, 4, variance)).log_likelihood
        assert (np.diff(curve) > -1e-6).all()


# -- opened numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("variance", ["own", "shared"])
@pytest.mark.parametrize("x", [1.5, 3.0, 4.25, 9.0])
def test_opened_densities_evaluate(variance, x):
    data = measurements.load("eruptions")
    model = fitted(Setup("eruptions", 3, variance)).model
    opened = arithmetic.mixture_density(model, x, "min")
    assert opened.value == pytest.approx(math.exp(model.log_prob(np.array([[x]]))[0]), rel=1e-9)
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    shares = [row.share for row in opened.rows]
    assert sum(shares) == pytest.approx(1)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-300)
    kernel = arithmetic.kernel_density(data.x, 0.3, x, "min")
    expected = math.exp(density.kernel_log_prob([x], data.x, 0.3)[0])
    assert kernel.value == pytest.approx(expected, rel=1e-9)
    assert evaluate(kernel.expression) == pytest.approx(expected, rel=1e-9)
    bars = density_run.bars(data, Smoothing(20))
    bar = arithmetic.bar_density(bars, x, "min")
    if x > data.x.max() or x < data.x.min():
        assert bar is None
    else:
        assert bar.value == pytest.approx(math.exp(bars.log_prob([x])[0]))
        assert evaluate(bar.expression) == pytest.approx(bar.value)


def test_a_held_out_mean_opens_also_where_it_is_infinite():
    c = compare(Setup("waiting"), Smoothing(80))
    for sums in (c.mixture[1], c.kernel, c.histogram):
        opened = arithmetic.held_out(sums, c.sizes, "x")
        assert evaluate(opened.expression) == pytest.approx(opened.value)


def test_a_mixture_of_the_plane_has_no_density_here(rng):
    from genmodels import gmm

    plane = gmm.fit(rng.standard_normal((20, 2)), 1).model
    with pytest.raises(ValueError, match="one measurement; got 2"):
        arithmetic.mixture_density(plane, 0.0, "")


# -- the stage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name, K", [("eruptions", 1), ("galaxies", 6), ("eruptions", 8)])
def test_the_payload_is_plain_json_and_bounded(name, K):
    setup = Setup(name, K)
    prepared = density_stage_run.prepared(setup)
    behind = density_stage_run.behind(setup, Smoothing())
    text = json.dumps(encode({**prepared, "behind": behind}), allow_nan=False)
    assert len(text) < 1_000_000
    S, _, G = prepared["bells"]["shape"]
    assert prepared["bells"]["shape"] == [S, K, G]
    assert len(prepared["statuses"]) == len(prepared["iterations"]) == S


@pytest.mark.parametrize("count", [1, 2, 49, 50, 51, 80, 151, 400])
def test_frames_rise_from_first_to_last(count):
    kept = density_stage.frames(count)
    assert kept[0] == 0
    assert kept[-1] == count - 1
    assert len(kept) == min(count, density_stage.FRAMES)
    assert (np.diff(kept) > 0).all()


def test_the_grid_shows_every_spike():
    model = fitted(Setup("galaxies", 6)).model
    places = density_stage.grid(model, (5.0, 40.0))
    peak = np.exp(model.log_prob(model.means)).max()
    assert np.exp(model.log_prob(places[:, None])).max() == pytest.approx(peak, rel=1e-6)


def test_a_cursor_snaps_as_the_widget_s_does():
    setup = Setup()
    x = density_stage_run.snapped(setup, 2.8)
    assert abs(x - 2.8) < 0.02
    assert density_stage_run.snapped(setup, x) == x
    assert density_stage_run.snapped(setup, None) is None


@pytest.mark.parametrize(
    "said",
    [
        None,
        7,
        {"trace": "old", "token": "t", "frame": 1, "x": 2.0},
        {"trace": "a", "token": "other", "frame": 1, "x": 2.0},
        {"trace": "a", "token": "t", "frame": 99, "x": math.nan},
        {"trace": "a", "token": "t", "frame": "1", "x": [2]},
    ],
)
def test_a_forged_view_is_not_believed(said):
    prepared = {"trace_id": "a", "iterations": [0, 1, 2], "limits": [0.0, 5.0]}
    goto = {"token": "t", "frame": -1, "x": None}
    assert view_of(SimpleNamespace(view=said), prepared, goto) == View(2, None)


def test_a_true_view_is_read_within_the_limits():
    prepared = {"trace_id": "a", "iterations": [0, 1, 2], "limits": [0.0, 5.0]}
    goto = {"token": "t", "frame": -1, "x": None}
    said = {"trace": "a", "token": "t", "frame": 1, "x": 1e300}
    assert view_of(SimpleNamespace(view=said), prepared, goto) == View(1, 5.0)


# -- to take away --------------------------------------------------------------------------------


def test_the_json_and_the_csv_hold_the_model():
    setup, smoothing = Setup("bill", 3), Smoothing()
    told = json.loads(export.model_json(setup, smoothing))
    model = fitted(setup).model
    assert told["means"] == model.means[:, 0].tolist()
    assert told["bic"] == pytest.approx(model.bic(measurements.load("bill").x[:, None]))
    rows = list(csv.DictReader(io.StringIO(export.curves_csv(setup, smoothing))))
    x = np.array([[float(row["x"])] for row in rows])
    mixture = [float(row["mixture"]) for row in rows]
    np.testing.assert_allclose(mixture, np.exp(model.log_prob(x)))
    step = x[1, 0] - x[0, 0]
    assert sum(float(row["kernel"]) for row in rows) * step == pytest.approx(1, abs=0.02)


def test_the_picture_is_an_svg_with_every_curve():
    from xml.etree import ElementTree

    root = ElementTree.fromstring(export.svg(Setup("galaxies", 6), Smoothing(12)))
    paths = [node for node in root.iter() if node.tag.endswith("path")]
    assert len(paths) == 6 + 3
    assert not [p for p in paths if "nan" in p.get("d", "")]


@pytest.mark.parametrize("variance", ["own", "shared"])
def test_the_script_prints_the_page_s_numbers(tmp_path, variance):
    setup, smoothing = Setup("eruptions", 2, variance), Smoothing()
    path = tmp_path / "density.py"
    path.write_text(export.script(setup, smoothing), encoding="utf-8")
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    model, c = fitted(setup).model, compare(setup, smoothing)
    total = model.log_prob(measurements.load("eruptions").x[:, None]).sum()
    assert lines[0] == f"log-likelihood {total:.3f}"
    assert lines[1] == f"means {np.round(np.sort(model.means.ravel()), 3).tolist()}"
    assert lines[2] == f"kernel held-out {c.mean(c.kernel):.6f}"
