"""Two genomes: the reference's segments, the island model, agreement counted by hand."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets import genome
from genmodels.kit.opened import evaluate
from pages.hmm.dna import case as run
from pages.hmm.dna import opened as arithmetic
from pages.hmm.dna import stage
from pages.hmm.dna.genome_track import view_of
from tests.unpack import unpacked


def test_the_sequences_are_whole() -> None:
    held = genome.load()
    assert np.bincount(held.phage).tolist() == [12334, 11362, 12820, 11986]
    assert len(held.human) == 184_666
    assert len(held.starts) == 22
    with pytest.raises(ValueError, match="read-only"):
        held.phage[0] = 1


def test_packing_keeps_every_base(rng: np.random.Generator) -> None:
    for length in range(9):
        bases = rng.integers(0, 4, length).astype(np.uint8)
        assert np.array_equal(genome._unpacked(genome._packed(bases), length), bases)


def test_the_rule_by_brute_force(rng: np.random.Generator) -> None:
    bases = rng.choice(4, 4000, p=[0.3, 0.2, 0.2, 0.3]).astype(np.uint8)
    bases[1700:2300] = np.tile([1, 2, 1, 2, 0], 120)
    inside = genome.islands(bases)
    assert inside[1800:2200].all()
    assert not inside[:1000].any()
    begin, end = (int(v[0]) for v in run.runs_of(inside))
    text = "".join(genome.BASES[b] for b in bases[begin:end])
    C, G, CG = text.count("C"), text.count("G"), text.count("CG")
    assert genome.GC * len(text) <= C + G
    assert CG * len(text) >= genome.RATIO * C * G
    assert not genome.islands(bases[:499]).any()


def test_two_states_are_the_reference_s() -> None:
    found = run.composition(2, 0)
    assert found.log_likelihood[-1] == pytest.approx(-66678.1, abs=0.05)
    assert run.gc(found.model) == pytest.approx([0.407, 0.546], abs=5e-4)
    assert found.segments.begins.tolist() == [0, 176, 22499, 31224, 33186, 38365, 46493]
    assert run.independent() == pytest.approx(-67191.4, abs=0.05)
    assert found.bic == pytest.approx(133453, abs=0.5)
    assert (np.diff(found.log_likelihood) > -1e-6).all()


def test_three_states_have_a_lower_bic() -> None:
    assert run.composition(3, 0).bic == pytest.approx(133360, abs=2)


def test_one_state_is_the_composition() -> None:
    found = run.composition(1, 0)
    assert found.log_likelihood[-1] == pytest.approx(run.independent(), abs=1e-6)
    assert found.segments.lengths.tolist() == [48_502]


@pytest.mark.parametrize("K", [0, 5])
def test_k_has_limits(K: int) -> None:
    with pytest.raises(ValueError, match="K must be 1 to 4"):
        run.start(K, 0)


# -- islands -----------------------------------------------------------------------------------


@pytest.mark.parametrize("which", run.TABLES)
def test_the_island_model_is_a_model(which: run.Tables) -> None:
    model = run.island_model(which, 500, 20_000)
    assert model.transition.sum(axis=1) == pytest.approx(1)
    assert model.transition[:4, 4:].sum(axis=1) == pytest.approx(1 / 500)
    assert model.transition[4:, :4].sum(axis=1) == pytest.approx(1 / 20_000)
    inside, outside = run.tables(which)
    assert inside[1, 2] > 3 * outside[1, 2]


def test_published_tables_as_printed() -> None:
    inside, outside = run.tables("published")
    assert inside[1, 2] == pytest.approx(0.274, abs=5e-4)
    assert outside[1, 2] == pytest.approx(0.078, abs=5e-4)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: run.island_model("published", 50, 1000), "mean_island must be 100 to 5000"),
        (lambda: run.island_model("published", 500, 10), "mean_gap must be 1000 to 200000"),
        (lambda: run.tables("other"), "which must be one of published, counted"),
    ],
)
def test_bad_island_settings(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_islands_and_their_agreement() -> None:
    found = run.islands("published", 1000, 30_000)
    counted = run.agreement(found.called, found.rule)
    truth, called = set(np.flatnonzero(found.rule)), set(np.flatnonzero(found.called))
    assert counted.hits == len(truth & called)
    assert counted.precision == pytest.approx(len(truth & called) / len(called))
    assert counted.recall == pytest.approx(len(truth & called) / len(truth))
    opened = stage.agreement_opened(counted)
    values = (counted.precision, counted.recall, counted.accuracy)
    for one, value in zip(opened.values(), values, strict=True):
        assert one.value == value == pytest.approx(evaluate(one.expression))
    nothing = run.agreement(np.zeros_like(found.called), found.rule)
    assert (nothing.precision, nothing.recall, nothing.F1) == (0, 0, 0)
    assert 0.9 < nothing.accuracy < 1


def test_counted_tables_call_more_than_the_rule() -> None:
    """The lesson of the reference: recall high, precision low, worse than calling nothing."""
    found = run.islands("counted", 1000, 30_000)
    counted = run.agreement(found.called, found.rule)
    assert counted.recall > 0.8
    assert counted.precision < 0.45
    assert counted.accuracy < run.agreement(np.zeros_like(found.called), found.rule).accuracy


def test_near_starts_by_hand() -> None:
    called = np.zeros(184_666, dtype=bool)
    called[genome.load().starts[3] + 500] = True
    at, anywhere = run.near_starts(called)
    assert at == pytest.approx(1 / 22)
    assert anywhere == pytest.approx(1001 / 184_666)


# -- opened ------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [0, 1, 22_499, 48_501])
@pytest.mark.parametrize("what", ["posterior", "forward step"])
def test_a_base_opens_to_its_own_number(t: int, what: str) -> None:
    found = run.composition(2, 0)
    opened = stage.base_opened(found, genome.load().phage, t, what)
    held = found.posterior if what == "posterior" else found.filtered
    k = int(found.posterior[t].argmax())
    assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-12)
    assert opened.value == pytest.approx(held[t, k], abs=1e-9)


@pytest.mark.parametrize("what", ["posterior", "forward step"])
def test_a_human_base_opens(what: str) -> None:
    found = run.islands("published", 1000, 30_000)
    opened = stage.base_opened(found, genome.load().human, 19_800, what)
    assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-12)


def test_bic_opens() -> None:
    opened = stage.bic_opened(2, 0)
    assert evaluate(opened.expression) == pytest.approx(run.composition(2, 0).bic)
    assert arithmetic.share("x", 0, 0, ("a", "b")).value == 0


# -- the track, the link, the files ------------------------------------------------------------


def test_the_track_s_bytes_are_the_posterior() -> None:
    found = run.composition(2, 0)
    sent = stage.composition_track(2, 0)
    shares = unpacked(sent["shares"])
    assert np.abs(shares / 255 - found.posterior.T).max() <= 0.5 / 255 + 1e-12
    coarse = unpacked(sent["coarse"])
    assert coarse.shape == (len(found.models), 2, run.BINS)
    assert np.abs(coarse[-1].sum(axis=0).astype(int) - 255).max() <= 1
    ends = unpacked(sent["boxes"][0]["ends"])
    assert ends[-1] == 48_502


GOTO = {"token": "t", "base": 5, "window": [10, 20], "iteration": 2}


@pytest.mark.parametrize(
    "said, base, window, iteration",
    [
        (None, 5, (10, 20), 2),
        ({"token": "t", "base": None, "window": [0, 99], "iteration": 0}, None, (0, 99), 0),
        ({"token": "old", "base": 7}, 5, (10, 20), 2),
        ({"token": "t", "base": 100, "window": [5, 4], "iteration": 9}, None, (0, 99), 2),
        ({"token": "t", "base": "x", "window": "ab", "iteration": True}, None, (0, 99), 2),
    ],
)
def test_the_browser_s_words_are_checked(said, base, window, iteration) -> None:
    view = view_of(said, 100, 3, GOTO)
    assert (view.base, view.window, view.iteration) == (base, window, iteration)


@pytest.mark.parametrize("text", ["0", "x", "48503", "1.5", "9" * 50])
def test_bad_bases_and_views(text: str) -> None:
    assert run.checked_base(text, 48_502)[1]
    assert run.checked_window(f"{text}-20", 48_502)[1]
    assert run.checked_window("20-20", 48_502)[1]


def test_the_files_say_what_the_page_says() -> None:
    said = json.loads(stage.composition_json(2, 0))
    assert said["settings"]["segments"][1] == [177, 22_499, 2]
    rows = list(csv.reader(io.StringIO(stage.composition_csv(2, 0))))
    assert len(rows) == 48_503
    assert rows[1][1:3] == ["G", "1"]
    islands = stage.islands_csv("published", 1000, 30_000, None).splitlines()
    assert len(islands) == 1 + len(run.runs_of(run.islands("published", 1000, 30_000).called)[0])
    assert json.loads(stage.islands_json("counted", 1000, 30_000))["states"][0] == "A+"


def test_the_script_learns_the_same() -> None:
    script = stage.composition_script(2, 0)
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    learnt = float(ran.stdout.rsplit("after learning ", 1)[1])
    assert learnt == pytest.approx(run.composition(2, 0).log_likelihood[-1], rel=1e-8)


def test_the_islands_script_scores_the_same() -> None:
    script = stage.islands_script("published", 1000, 30_000)
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    said = float(ran.stdout.split("log P ", 1)[1].split("\n", 1)[0])
    first = genome.load().human[:20_000].astype(np.int64)
    expected = hmm.smooth(run.island_model("published", 1000, 30_000), first).log_prob
    assert said == pytest.approx(expected, rel=1e-9)
