"""Sums, paths, blanked observations, draws and edits of the trellis page, held to brute force."""

import json
import math
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.hmm import hmm_missing, trellis_run
from pages.hmm.hmm_take_away import hmm_script
from pages.hmm.trellis import costs as hmm_costs
from pages.hmm.trellis import figures
from pages.hmm.trellis import generate as hmm_generate
from pages.hmm.trellis import opened as arithmetic
from pages.hmm.trellis import paths as hmm_paths
from pages.hmm.trellis.take_away import trellis_svg
from pages.hmm.trellis_widget import Arrow, Blank, edit_of, packed

SHORT = [("casino", "1 6 6 ? 2"), ("fever", "normal cold dizzy"), ("ferry", "moving still still")]


def run(preset: str, text: str | None = None, mode="posterior", linear=False, hidden=(), **changed):
    tables = tuple({**trellis_run.preset_tables(preset), **changed}.values())
    observations, wrong = trellis_run.observations_of(preset, text or PRESETS[preset].observations)
    assert wrong is None
    return trellis_run.run(preset, tables, observations, mode, linear, hidden)


# -- P(O) three ways ---------------------------------------------------------------------------


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("preset, text", SHORT)
def test_three_ways_meet_and_each_opens_to_its_sum(preset: str, text: str, linear: bool) -> None:
    r = run(preset, text)
    ways = hmm_costs.three_ways(r)
    assert [way.name for way in ways] == list(hmm_costs.WAYS)
    for way in ways:
        assert way.log_prob == pytest.approx(r.smooth.log_prob, rel=1e-12)
        opened = hmm_costs.opened(r, way.name, linear=linear)
        assert opened is not None
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-10)
        expected = math.exp(r.smooth.log_prob) if linear else r.smooth.log_prob
        assert opened.value == pytest.approx(expected, rel=1e-10)
        for row in opened.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-10)
    assert "All three meet" in hmm_costs.meeting(ways)


def test_long_and_impossible_sequences_have_their_ways() -> None:
    ways = hmm_costs.three_ways(run("robot"))
    assert ways[2].log_prob is None
    assert ways[1].log_prob == pytest.approx(ways[0].log_prob, rel=1e-12)
    assert "too many" in hmm_costs.meeting(ways)
    assert hmm_costs.opened(run("robot"), "all paths", linear=False) is None
    dead = run("fever", "dizzy cold", emission=((0.5, 0.5, 0.0), (0.5, 0.5, 0.0)))
    assert "impossible" in hmm_costs.meeting(hmm_costs.three_ways(dead))
    for way in hmm_costs.WAYS:
        assert hmm_costs.opened(dead, way, linear=True).value == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("K, T", [(2, 1), (2, 5), (3, 4)])
def test_costs_are_counted_multiplications(K: int, T: int) -> None:
    """Both algorithms written out with a counter in place of numbers."""
    counted = 0

    def times(*factors: float) -> float:
        nonlocal counted
        counted += len(factors) - 1
        return math.prod(factors)

    half = 0.5
    alpha = [times(half, half) for _ in range(K)]
    for _ in range(T - 1):
        alpha = [times(sum(times(a, half) for a in alpha), half) for _ in range(K)]
    assert counted == hmm.multiplications(K, T)[1]
    counted = 0
    beta = [1.0] * K
    for _ in range(T - 1):
        weighted = [times(half, b) for b in beta]
        beta = [sum(times(half, w) for w in weighted) for _ in range(K)]
    sum(times(half, half, b) for b in beta)
    assert counted == hmm_costs.backward_cost(K, T)


def test_the_cost_chart_marks_the_page_s_length() -> None:
    found = hmm_costs.costs(3, 40)
    assert found.lengths[-1] == 45
    assert found.by_path[39] == 79 * 3**40
    figure = figures.costs(found, 3, 40)
    marked = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert [list(trace.x) for trace in marked] == [[40], [40]]
    assert marked[1].y[0] == pytest.approx(math.log10(3 + 39 * 12))
    assert len(figures.costs(hmm_costs.costs(10, 200), 10, 200).data) == 4  # 10^203 is no trouble
    assert hmm_costs.whole(10**400 + 1) == "1.00e+400"


# -- two paths ---------------------------------------------------------------------------------


def brute_force(r: trellis_run.Run) -> tuple[list[int], list[int]]:
    """The best path and the likeliest states from all paths written out."""
    paths = hmm.enumerate_paths(r.model, np.array(r.observations))
    p = np.exp(paths.log_prob)
    K, T = r.model.n_states, len(r.observations)
    gamma = np.array([[p[paths.states[:, t] == k].sum() for k in range(K)] for t in range(T)])
    return paths.states[0].tolist(), gamma.argmax(axis=1).tolist()


@pytest.mark.parametrize("preset, text", [*SHORT, ("fever", "normal dizzy cold"), ("ferry", None)])
def test_both_paths_are_those_of_all_paths(preset: str, text: str | None) -> None:
    r = run(preset, text)
    found = hmm_paths.compare(r)
    assert found is not None
    best, likeliest = brute_force(r)
    assert (list(found.best), list(found.likeliest)) == (best, likeliest)
    assert found.log_probs[0] == pytest.approx(r.best.log_prob, rel=1e-12)
    assert found.log_probs[0] >= found.log_probs[1]
    assert found.right[1] >= found.right[0]


def test_the_late_change_is_seen_by_the_posterior_alone() -> None:
    found = hmm_paths.compare(run("late"))
    assert found is not None
    assert set(found.best) == {0}
    assert found.likeliest == (0,) * 14 + (1,) * 6
    assert found.broken is None
    assert found.log_probs[1] > -math.inf
    drawn = hmm.sample(run("late").model, 20, np.random.default_rng(3))
    assert (drawn.observations == run("late").observations).all()  # as its source says
    assert drawn.states.tolist() == [0] * 15 + [1] * 5


def test_the_ferry_s_posterior_path_is_impossible() -> None:
    r = run("ferry")
    found = hmm_paths.compare(r)
    assert found is not None
    assert found.log_probs[1] == -math.inf
    assert r.model.transition[found.likeliest[1], found.likeliest[2]] == 0
    assert found.broken == 2
    assert r.payload["broken"] == [1]
    assert "forbids" in hmm_paths.words(found, r)
    table = hmm_paths.table(found, r)
    assert table["column"] == ["3", "4"]
    assert table["posterior path"][0] == f"Town {100 * r.smooth.posterior[2, 4]:.1f} %"


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("preset", ["fever", "ferry", "late"])
def test_paths_open_to_their_factors(preset: str, linear: bool) -> None:
    r = run(preset)
    found = hmm_paths.compare(r)
    assert found is not None
    for name, log_prob in zip(hmm_paths.NAMES, found.log_probs, strict=True):
        opened = hmm_paths.opened(found, r, name, linear=linear)
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-10)
        assert opened.value == pytest.approx(math.exp(log_prob) if linear else log_prob)
        assert len(opened.rows) == len(r.observations)
        for row in opened.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-10)
        right = hmm_paths.opened_right(found, r, name)
        assert evaluate(right.expression) == pytest.approx(right.value, rel=1e-12)


def test_an_impossible_sequence_has_no_paths() -> None:
    dead = run("fever", "dizzy cold", emission=((0.5, 0.5, 0.0), (0.5, 0.5, 0.0)))
    assert hmm_paths.compare(dead) is None
    assert dead.payload["impossible_at"] == 0


# -- missing -----------------------------------------------------------------------------------


def test_a_blanked_observation_leaves_the_sum_over_its_symbols() -> None:
    r = run("fever", "normal cold dizzy", hidden=(1,))
    assert r.observations == (0, hmm.MISSING, 2)
    assert r.whole == (0, 1, 2)
    each = [run("fever", f"normal {x} dizzy").smooth.log_prob for x in PRESETS["fever"].symbols]
    assert r.smooth.log_prob == pytest.approx(np.logaddexp.reduce(each), rel=1e-12)
    assert r.ghost is not None
    assert r.ghost.log_prob == pytest.approx(each[1], rel=1e-12)
    assert r.payload["whole"] == ["normal", "cold", "dizzy"]
    said = trellis_run.blanked_words(r, (1,))
    assert "2 of 3 seen" in said
    assert "all 3 seen" in said
    assert f"**{math.exp(each[1] - r.smooth.log_prob):.4f}**" in said
    with_, without = trellis_run.widths(r, 1)
    p = r.smooth.posterior[1]
    assert without == pytest.approx(-(p * np.log2(p)).sum())
    assert with_ < without  # it widens here


def test_blanks_travel_in_links_and_keep_to_the_sequence() -> None:
    assert hmm_missing.checked("5.2") == ((1, 4), None)
    assert hmm_missing.checked(None) == ((), None)
    assert hmm_missing.text((1, 4)) == "2.5"
    assert hmm_missing.text(()) is None
    for text in ("a", "0", "-1", "1.", "1,2", "１", "9" * 50):
        columns, message = hmm_missing.checked(text)
        assert columns == ()
        assert "hmm_blank" in (message or "")
    assert hmm_missing.fitting((0, 1, 9), (3, hmm.MISSING)) == (0,)
    assert hmm_missing.toggled((1, 4), 4) == (1,)
    assert hmm_missing.toggled((4,), 1) == (1, 4)


# -- generate ----------------------------------------------------------------------------------


@pytest.mark.parametrize("preset, seed", [("casino", 0), ("ferry", 5), ("robot", 2)])
def test_what_is_shown_is_what_was_drawn(preset: str, seed: int) -> None:
    tables = tuple(trellis_run.preset_tables(preset).values())
    found = hmm_generate.generate(preset, tables, 30, seed)
    rows = hmm_generate.rows_of(found)
    for t in range(30):  # u and v pick what was drawn, by hand
        z, x = found.states[t], found.observations[t]
        ends = np.concatenate([[0], np.cumsum(rows[t])])
        assert ends[z] <= found.u[t] < ends[z + 1] + 1e-12
        emission = np.concatenate([[0], np.cumsum(found.model.emission.probabilities[z])])
        assert emission[x] <= found.v[t] < emission[x + 1] + 1e-12
        opened = hmm_generate.opened(found, t, int(z))
        assert evaluate(opened.expression) == pytest.approx(opened.value, abs=1e-12)
        assert opened.value >= found.u[t] - 1e-12
        assert [row.chosen for row in opened.rows].index(True) == z
    best, likeliest = found.recovered
    table = hmm_generate.accuracy(found)
    assert table["Viterbi"][0].startswith(f"{best}, ")
    assert table["posterior"][0].startswith(f"{likeliest}, ")
    each = [cell.split(" of ") for cell in table["Viterbi"][1:]]
    assert [sum(int(cell[i]) for cell in each) for i in (0, 1)] == [best, 30]
    shown, hidden = (hmm_generate.payload(found, hidden=h) for h in (False, True))
    for prepared in (shown, hidden):
        json.dumps(encode(prepared), allow_nan=False)
        assert len(prepared["statuses"]) == prepared["steps"] == 63
    assert found.names[int(found.states[3])] in shown["statuses"][7]
    assert all(name not in hidden["statuses"][7] for name in found.names if len(name) > 2)
    again, wrong = trellis_run.observations_of(preset, hmm_generate.as_text(found))
    assert wrong is None
    assert again == tuple(found.observations.tolist())


def test_one_step_can_be_generated() -> None:
    found = hmm_generate.generate("fever", tuple(trellis_run.preset_tables("fever").values()), 1, 0)
    assert hmm_generate.payload(found, hidden=False)["steps"] == 5


# -- edits and pasted tables -------------------------------------------------------------------


@pytest.mark.parametrize(
    "row, j, value, expected",
    [
        ((0.5, 0.3, 0.2), 0, 0.75, (0.75, 0.15, 0.1)),
        ((1.0, 0.0, 0.0), 0, 0.4, (0.4, 0.3, 0.3)),
        ((0.2, 0.8), 1, 1.0, (0.0, 1.0)),
        ((0.2, 0.8), 1, 7.0, (0.0, 1.0)),
        ((1.0,), 0, 0.3, (1.0,)),
    ],
)
def test_an_arrow_s_row_still_sums_to_one(row, j, value, expected) -> None:
    found = trellis_run.with_entry(row, j, value)
    assert found == pytest.approx(expected)
    assert math.fsum(found) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("0.1\t0.9\n0.5\t0.5", ((0.1, 0.9), (0.5, 0.5))),
        ("0.1, 0.9\n\n 0.5;0.5 ", ((0.1, 0.9), (0.5, 0.5))),
        ("1 0\n-1 2", ((1.0, 0.0), (-1.0, 2.0))),  # told at the table, where it can be mended
        ("0.1 0.9", "2 row(s) of 2 numbers; the rows have: 2."),
        ("0.1 0.9 0\n1 0", "the rows have: 3, 2."),
        ("", "the rows have: nothing"),
        ("a b\n1 0", "Row 1 must hold numbers; it has “a”"),
        ("nan 1\n1 0", "Row 1 must hold finite numbers"),
        ("1e999 1\n1 0", "finite"),
        ("1 " * 20_000, "At most 20,000 characters"),
    ],
)
def test_pasted_tables(text: str, expected) -> None:
    rows, wrong = trellis_run.pasted(text, ((0.5, 0.5), (0.5, 0.5)))
    if isinstance(expected, str):
        assert rows is None
        assert expected in (wrong or "")
    else:
        assert (rows, wrong) == (expected, None)


@pytest.mark.parametrize(
    "said, expected",
    [
        ({"kind": "blank", "column": 2}, Blank(2)),
        ({"kind": "arrow", "from": 1, "to": 0, "value": 0.25}, Arrow(1, 0, 0.25)),
        ({"kind": "arrow", "from": None, "to": 1, "value": 1}, Arrow(None, 1, 1.0)),
        ({"kind": "blank", "column": 3}, None),
        ({"kind": "blank", "column": True}, None),
        ({"kind": "blank"}, None),
        ({"kind": "arrow", "from": 2, "to": 0, "value": 0.25}, None),
        ({"kind": "arrow", "from": 0, "to": "x", "value": 0.25}, None),
        ({"kind": "arrow", "from": 0, "to": 0, "value": 1.5}, None),
        ({"kind": "arrow", "from": 0, "to": 0, "value": math.nan}, None),
        ({"kind": "arrow", "from": 0, "to": 0, "value": "0.5"}, None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_what_the_browser_edits_is_checked(said, expected) -> None:
    assert edit_of(said, run("fever").payload) == expected


# -- size --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", trellis_run.MODES)
def test_two_hundred_columns_stay_a_reasonable_payload(mode: str, rng: np.random.Generator) -> None:
    text = " ".join(rng.choice(PRESETS["robot"].symbols, 200))
    r = run("robot", text, mode)
    lines = packed(r.payload["statuses"])
    assert len(json.dumps(encode({**r.payload, "statuses": lines}))) < 280_000
    # The frontend's way back, in Python.
    for line, short in zip(r.payload["statuses"], lines["lines"], strict=True):
        index, *numbers = short.split(" ")
        pieces = lines["templates"][int(index)].split("\0")
        numbers += [""] * (len(pieces) - len(numbers))
        assert "".join(a + b for a, b in zip(pieces, numbers, strict=True)) == line


def test_a_model_of_another_page_needs_no_tables() -> None:
    """Twelve states and thirty words, each a symbol of its own, as a tagger has them."""
    from pages.hmm.trellis_widget import payload

    rng = np.random.default_rng(5)
    K, T = 12, 30
    words = [f"extraordinary{t}" for t in range(T)]
    emission = np.column_stack([0.02 * rng.random((K, T)), np.zeros(K)])
    emission[:, -1] = 1 - emission.sum(axis=1)
    model = hmm.HiddenMarkovModel(
        rng.dirichlet(np.ones(K)), rng.dirichlet(np.ones(K), K), hmm.CategoricalEmission(emission)
    )
    x = range(T)
    prepared = payload(
        model, hmm.viterbi(model, list(x)), hmm.forward_backward(model, list(x)), "Viterbi",
        [f"tag{k}" for k in range(K)], [*words, "others"], list(x),
        linear=False, trace_id="t", with_tables=False,
    )  # fmt: skip
    assert prepared["seen"] == words
    assert prepared["tables"] is None
    assert len(json.dumps(encode(prepared), allow_nan=False)) < 120_000


# -- take away ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", trellis_run.MODES)
def test_the_picture_holds_every_node(mode: str) -> None:
    for r in (run("fever", mode=mode), run("casino", "1", mode), run("robot", mode=mode)):
        text = trellis_svg(
            r.best, r.smooth, mode, r.payload["states"], r.payload["seen"], "a < b & c"
        )
        root = ElementTree.fromstring(text)
        said = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
        for column in r.payload["texts"]:
            assert set(column) <= set(said)
    dead = run("fever", "dizzy", mode, emission=((0.5, 0.5, 0.0), (0.5, 0.5, 0.0)))
    ElementTree.fromstring(
        trellis_svg(dead.best, dead.smooth, mode, dead.payload["states"], ["dizzy"], "dead")
    )


def test_the_script_prints_the_page_s_numbers(tmp_path) -> None:
    r = run("late", mode="Viterbi")
    script = tmp_path / "hmm.py"
    script.write_text(hmm_script(r.model, [trellis_run.sequence(r)], source="casino"))
    printed = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert f"log P {r.smooth.log_prob:.9f}" in printed
    assert f"best path {r.best.log_prob:.9f}" in printed


def test_path_log_prob_is_the_product(rng: np.random.Generator) -> None:
    model = hmm.random_start(3, 4, rng=rng)
    x = hmm.sample(model, 5, rng).observations
    smooth = hmm.forward_backward(model, x)
    for path, log_p in zip(*[getattr(hmm.enumerate_paths(model, x), n)[:40] for n in (
        "states", "log_prob")], strict=True):  # fmt: skip
        assert arithmetic.path_log_prob(smooth, path) == pytest.approx(log_p, rel=1e-12)
