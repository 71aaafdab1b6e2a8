"""Regimes: the fit against the reference and hmmlearn, the days, own series, what opens."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import command, returns
from genmodels.kit import payload
from genmodels.kit.opened import evaluate
from pages.hmm import regimes_figures as figures
from pages.hmm import regimes_opened as arithmetic
from pages.hmm import regimes_run as run
from pages.hmm.regimes import export as regimes_export
from pages.hmm.regimes import own as regimes_own
from pages.hmm.regimes import regime_band, stage
from tests.unpack import unpacked


def small(n: int = 400, K: int = 2, **other) -> run.Setup:
    """A short series of two regimes, a day missing."""
    rng = np.random.default_rng(3)
    model = run.gaussian_model(
        np.array([0.5, 0.5]),
        np.array([[0.97, 0.03], [0.06, 0.94]]),
        np.zeros(2),
        np.array([0.5, 2]),
    )
    x = hmm.sample(model, n, rng).observations[:, 0]
    x[n // 3] = np.nan
    return run.Setup(regimes_own.series(x, None, ""), K, **other)


SMALL = small()
MARKET = run.Setup(returns.sp500(), 2)


# -- data ----------------------------------------------------------------------------------------


def test_the_market_s_days():
    market = returns.sp500()
    assert len(market) == 17_345
    assert market.label(0) == "1950-01-04"
    assert market.label(len(market) - 1) == "2018-12-07"
    worst = int(np.argmin(market.x))
    assert market.label(worst) == "1987-10-19"
    assert worst == stage.day_of("1987-10-19")
    assert market.x[worst] == pytest.approx(-22.8997, abs=1e-4)
    assert np.isfinite(market.x).all()
    with pytest.raises(ValueError, match="read-only"):
        market.x[0] = 0


def test_the_words_lengths():
    words = returns.word_frames()
    assert len(words.frames) == 3000
    assert [len(words.of(d)) for d in range(10)] == [300] * 10
    assert words.frames.min() >= 1


def test_building_names_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("GENMODELS_DATA", raising=False)
    files = (returns.MARKET, returns.SPEECH)
    for arguments, words in (
        ([], "must name a folder with finance/sp500_logreturns_1950_2018.npz, speech/fsdd_mfcc"),
        (["--data", str(tmp_path)], "must name a folder with finance/sp500"),
    ):
        with pytest.raises(SystemExit):
            command.folder("returns", "Write both.", *files, arguments=arguments)
        assert words in capsys.readouterr().err
    for name in files:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    monkeypatch.setenv("GENMODELS_DATA", str(tmp_path))
    assert command.folder("returns", "Write both.", *files, arguments=[]) == tmp_path


def test_what_was_built_is_what_is_read(tmp_path):
    (tmp_path / "finance").mkdir()
    (tmp_path / "speech").mkdir()
    day, logret = np.array([-5, -4, -1, 3]), np.array([0.01, -0.02, 0.0, 0.03], np.float32)
    np.savez(tmp_path / "finance/sp500_logreturns_1950_2018.npz", day=day, logret=logret)
    np.savez(tmp_path / "speech/fsdd_mfcc.npz", lengths=np.array([3, 9]), y=np.array([1, 0]))
    out = tmp_path / "a.npz", tmp_path / "b.npz"
    returns.write(tmp_path, *out)
    with np.load(out[0], allow_pickle=False) as file:
        assert (np.cumsum(file["gap"].astype(int)) + file["first_day"]).tolist() == day.tolist()
        assert (file["logret"] == logret).all()
    with np.load(out[1], allow_pickle=False) as file:
        assert file["frames"].tolist() == [3, 9]


# -- the fit against the reference -----------------------------------------------------------------


def test_two_states_of_the_market():
    model = run.run(MARKET).models[-1]
    _, sds = run.gaussians(model)
    assert sds.round(2).tolist() == [0.62, 1.61]
    # The reference, with hmmlearn's priors, says 80 and 26 days.
    assert run.stays(model) == pytest.approx([80, 26], rel=0.025)


@pytest.mark.parametrize("K, reference", [(1, -1.676), (2, -1.364), (3, -1.305)])
def test_held_out_days_match_the_reference(K: int, reference: float):
    found = run.held_out(returns.sp500(), K)
    assert found.a_day == pytest.approx(reference, abs=0.005)
    assert found.by_day.sum() / found.n == pytest.approx(found.a_day, abs=1e-9)
    assert found.n == 3469


@pytest.mark.parametrize("K, reference", [(2, -1.455), (3, -1.436)])
def test_the_memoryless_mixture_matches_the_reference(K: int, reference: float):
    # The reference stopped where scikit-learn's defaults stop; run on, memory gains a little less.
    assert run.early_mixture(returns.sp500(), K) == pytest.approx(reference, abs=0.005)
    on = run.held_out(returns.sp500(), K)
    assert reference < on.mixture_a_day < on.a_day


def test_shuffled_days_have_no_memory():
    found = run.held_out(run.shuffled(), 2)
    assert found.a_day == pytest.approx(found.mixture_a_day, abs=0.001)
    assert (run.stays(run.run(run.Setup(run.shuffled(), 2)).models[-1]) < 7).all()


def test_equal_states_never_part():
    found = run.run(small(start="identical"))
    means, sds = run.gaussians(found.models[-1])
    assert means[0] == pytest.approx(means[1], abs=1e-12)
    assert sds[0] == pytest.approx(sds[1], abs=1e-12)


@pytest.mark.parametrize("start", run.STARTS)
def test_em_climbs_from_every_start(start: run.Start):
    found = run.run(small(K=3, start=start, seed=1))
    assert (np.diff(found.log_likelihood) > -1e-7).all()
    assert len(found.models) == len(found.log_likelihood)
    _, sds = run.gaussians(found.models[-1])
    assert (np.diff(sds) >= 0).all()


def test_a_constant_series_is_told():
    series = returns.Series("own", np.full(50, 2.0), None, "", returns.sp500().source)
    with pytest.raises(ValueError, match="different values"):
        run.run(run.Setup(series, 2))


# -- the days --------------------------------------------------------------------------------------


def test_days_agree_with_the_traced_loop():
    last = run.run(SMALL).iterations
    found = run.days(SMALL, last)
    trace = hmm.forward_backward(found.model, SMALL.series.x)
    assert found.posterior == pytest.approx(trace.posterior, abs=1e-9)
    alpha = np.exp(trace.log_alpha - trace.log_alpha.max(axis=1, keepdims=True))
    assert found.filtered == pytest.approx(alpha / alpha.sum(axis=1, keepdims=True), abs=1e-9)
    assert found.path.tolist() == hmm.viterbi(found.model, SMALL.series.x).path.tolist()
    assert found.predicted.sum(axis=1) == pytest.approx(1)
    # One step ahead, summed over the days, is log P of all of them.
    means, sds = run.gaussians(found.model)
    seen = ~np.isnan(SMALL.series.x)
    ahead = np.log((found.predicted * run.normal(SMALL.series.x, means, sds)).sum(axis=1)[seen])
    assert ahead.sum() == pytest.approx(found.log_prob, abs=1e-8)


def test_coarse_columns_are_means_of_days():
    stops = run.frames(SMALL)
    assert stops[0] == 0
    assert stops[-1] == run.run(SMALL).iterations
    assert run.nearest_frame(SMALL, -1) == len(stops) - 1
    for frame in (0, len(stops) - 1):
        exact = run.days(SMALL, stops[frame]).posterior
        assert run.coarse(SMALL)[frame] == pytest.approx(exact, abs=1e-9)  # a column a day
    big = run.Setup(returns.sp500(), 1)
    assert run.coarse(big)[0].shape == (run.BINS, 1)


def test_run_lengths():
    path = np.array([0, 0, 1, 0, 1, 1, 1])
    assert run.run_lengths(path, 0).tolist() == [2, 1]
    assert run.run_lengths(path, 1).tolist() == [1, 3]
    assert run.run_lengths(path, 2).tolist() == []


# -- what opens ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", stage.OPENS)
@pytest.mark.parametrize("t", [0, 1, 133, 134, 200, 399])
def test_opened_numbers_are_the_algorithm_s(what: str, t: int):
    found = run.days(SMALL, run.run(SMALL).iterations)
    opened = stage.opened(SMALL, found, t, what)
    if isinstance(opened, str):
        assert t == 133
        assert what in ("densities", "expected")
        return
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    if what == "posterior":
        assert opened.value == pytest.approx(found.posterior[t].max(), abs=1e-9)
    if what == "forward step":
        assert opened.value == pytest.approx(found.filtered[t].max(), abs=1e-9)
    if what == "expected":
        prefix = hmm.prefix_log_likelihoods(found.model, SMALL.series.x)
        assert opened.value == pytest.approx(prefix[t] - (prefix[t - 1] if t else 0), abs=1e-8)


def test_the_crash_opens_without_underflow():
    day = stage.day_of("1987-10-19")
    found = run.days(MARKET, run.run(MARKET).iterations)
    opened = stage.opened(MARKET, found, day, "expected")
    assert not isinstance(opened, str)
    assert -120 < opened.value < -90
    assert evaluate(opened.expression) == pytest.approx(opened.value)
    assert "1987-10-19" in stage.day_sentence(MARKET, found, day)


def test_held_out_opens():
    found = run.held_out(SMALL.series, 2)
    opened = stage.held_out_opened(found)
    assert evaluate(opened.expression) == pytest.approx(found.a_day)


def test_what_never_leaves():
    opened = arithmetic.mean_stays(np.eye(1), ["state 1"], 0)
    assert opened.value == np.inf
    assert evaluate(opened.expression) == np.inf


# -- own series ------------------------------------------------------------------------------------


def test_a_column_with_gaps():
    text = "\n".join(["return", *(f"{v:.3f}" for v in np.sin(np.arange(40))), "", "nan", "x", "1"])
    own, notes = regimes_own.read(text, False)
    assert len(own) == 44
    assert np.isnan(own.x[40:43]).all()
    assert "1 entries are no numbers: taken as missing days" in notes
    assert "3 of 44 days are missing" in notes


def test_dates_and_prices():
    rows = [f"2020-0{1 + d // 28}-{1 + d % 28:02d},{100 + (d % 7)}" for d in range(84)]
    own, notes = regimes_own.read("date,close\n" + "\n".join(rows), True)
    assert len(own) == 83
    assert own.label(0) == "2020-01-02"
    assert own.x[0] == pytest.approx(100 * np.log(101 / 100))
    assert notes[0] == "read: column 2 of 2, close"


@pytest.mark.parametrize(
    "text, prices, said",
    [
        ("", False, "there is nothing"),
        ("\n \n", False, "there is nothing"),
        ("a\nb\nc", False, "One column of numbers is needed"),
        ("1\n2\n3", False, "At least 30 numbers"),
        ("\n".join(["5"] * 50), False, "must differ"),
        ("\n".join(str(i % 3) for i in range(50)), True, "above 0; value 1 is 0"),
        ("\n".join(str(i) for i in range(20_001)), False, "At most 20,000 days"),
        ("\n".join([*(str(i) for i in range(50)), *["nan"] * 40]) + "\n.", False, "last fifth"),
    ],
)
def test_a_bad_column_is_told(text: str, prices: bool, said: str):
    with pytest.raises(ValueError, match=said):
        regimes_own.read(text, prices)


def test_a_series_in_the_link_comes_back():
    text = regimes_own.to_link(SMALL.series)
    assert text is not None
    again, message = regimes_own.checked(text)
    assert message is None
    assert again is not None
    assert again.x == pytest.approx(SMALL.series.x, rel=1e-4, nan_ok=True)
    assert regimes_own.to_link(returns.sp500()) is None


@pytest.mark.parametrize("text", ["", "1,2,x", "1,inf" * 30, "1e999," * 40, "1,2,3", "9" * 5000])
def test_a_bad_series_in_the_link_is_told(text: str):
    series, message = regimes_own.checked(text)
    assert series is None
    assert message is not None
    assert "hmmr_own" in message


# -- the widget ------------------------------------------------------------------------------------


def test_the_payload_is_json_and_small():
    last = run.run(MARKET).iterations
    text = json.dumps(
        payload.encode(regime_band.payload(MARKET, last, "posterior")), allow_nan=False
    )
    assert len(text) < 450_000
    sent = regime_band.payload(SMALL, run.run(SMALL).iterations, "Viterbi")
    json.dumps(payload.encode(sent), allow_nan=False)
    shares = unpacked(sent["shares"])
    assert set(np.unique(shares)) <= {0, 255}
    assert (
        shares.argmax(axis=1).tolist() == run.days(SMALL, run.run(SMALL).iterations).path.tolist()
    )


@pytest.mark.parametrize(
    "said",
    [
        None,
        "x",
        {"token": "a", "day": -1, "window": [5, 2], "iteration": 999},
        {"token": "a", "day": True, "window": [0, 400], "iteration": "1"},
        {"token": "a", "day": 400, "window": [0.5, 3], "iteration": None},
        {"token": "old", "day": 3, "window": [0, 9], "iteration": 0},
    ],
)
def test_a_view_of_nobody_s_making_is_the_default(said):
    goto = {"token": "a", "day": None, "window": None, "iteration": -1}
    view = regime_band.view_of(said, SMALL, goto)
    assert view == regime_band.View(None, (0, 399), run.run(SMALL).iterations)


def test_a_view_is_taken():
    goto = {"token": "a", "day": None, "window": None, "iteration": -1}
    said = {"token": "a", "day": 7, "window": [3, 50], "iteration": 1}
    assert regime_band.view_of(said, SMALL, goto) == regime_band.View(7, (3, 50), 1)


def test_the_figures_hold_the_density():
    found = run.days(SMALL, run.run(SMALL).iterations)
    drawn = figures.next_day(*stage.expected(found, 5), stage.alone(SMALL), 0.3, "")
    alone, ahead = drawn.data[-2:]
    assert np.trapezoid(ahead.y, ahead.x) == pytest.approx(1, abs=0.01)
    assert 0.9 < np.trapezoid(alone.y, alone.x) < 1  # its wild days lie beyond a calm day's axis


# -- take away -------------------------------------------------------------------------------------


def test_the_script_says_what_the_page_says():
    x = SMALL.series.x[~np.isnan(SMALL.series.x)]
    setup = run.Setup(regimes_own.series(x, None, ""), 2)
    done = subprocess.run(
        [sys.executable, "-c", regimes_export.script(setup)],
        capture_output=True,
        text=True,
        check=True,
    )
    printed = dict(line.split(" ", 1) for line in done.stdout.strip().splitlines())
    found = run.run(setup)
    means, sds = run.gaussians(found.models[-1])
    assert float(printed["log-likelihood"]) == pytest.approx(found.log_likelihood[-1], abs=1e-4)
    assert json.loads(printed["means"]) == pytest.approx(means.tolist(), abs=1e-5)
    assert json.loads(printed["sds"]) == pytest.approx(sds.tolist(), abs=1e-5)
    assert json.loads(printed["stays"]) == pytest.approx(run.stays(found.models[-1]), rel=1e-4)


def test_a_gap_s_script_says_why_there_is_none():
    compile(regimes_export.script(SMALL), "script", "exec")
    assert "no missing observation" in regimes_export.script(SMALL)


def test_the_files_hold_the_page_s_numbers():
    last = run.run(SMALL).iterations
    model = json.loads(regimes_export.model_json(SMALL, last))
    assert np.array(model["transition"]) == pytest.approx(run.run(SMALL).models[-1].transition)
    rows = list(csv.DictReader(io.StringIO(regimes_export.days_csv(SMALL, last))))
    assert len(rows) == 400
    assert rows[133]["value"] == ""
    posterior = [float(row["posterior_2"]) for row in rows]
    assert posterior == pytest.approx(run.days(SMALL, last).posterior[:, 1], abs=1e-5)
