"""Opened numbers evaluate to what is shown; the page's checks; what the widget is sent."""

import json
import math

import numpy as np
import pytest

from genmodels import hmm
from genmodels.datasets.sequences import PRESETS
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.hmm import hmm_opened as arithmetic
from pages.hmm import trellis_run
from pages.hmm.trellis import costs as hmm_costs
from pages.hmm.trellis_widget import steps_of, view_of

ZEROS = {"initial": ((1.0, 0.0),), "transition": ((1.0, 0.0), (0.4, 0.6))}


def run(preset: str, mode: str = "Viterbi", text: str | None = None, linear=False, **changed):
    tables = {**trellis_run.preset_tables(preset), **changed}
    observations, wrong = trellis_run.observations_of(preset, text or PRESETS[preset].observations)
    assert wrong is None
    return trellis_run.run(preset, tuple(tables.values()), observations, mode, linear)


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("mode", trellis_run.MODES)
@pytest.mark.parametrize(
    "preset, text, changed",
    [
        ("casino", None, {}),
        ("ice_cream", "2 ? 3 1", {}),
        ("fever", None, {}),
        ("fever", "dizzy", {}),
        ("fever", "cold ? dizzy", ZEROS),
        ("robot", "door wall ? wall window", {}),
    ],
)
def test_every_node_evaluates_to_its_value(preset, text, changed, mode, linear) -> None:
    r = run(preset, mode, text, linear, **changed)
    T, K = r.best.steps.log_delta.shape
    for t in range(T):
        for k in range(K):
            opened = trellis_run.opened(r, mode, (t, k), linear)
            assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-12)
            for row in opened.rows:
                assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)
            if opened.rows:
                assert len(opened.rows) == K
                shares = [row.share for row in opened.rows if row.share is not None]
                assert not shares or math.isclose(sum(shares), 1) or sum(shares) == 0
                chosen = [row for row in opened.rows if row.chosen]
                if mode in ("Viterbi", "posterior") and opened.value not in (0, -math.inf):
                    assert [c.value for c in chosen] == [max(row.value for row in opened.rows)]
    total = trellis_run.opened(r, mode, None, linear)
    assert evaluate(total.expression) == pytest.approx(total.value, rel=1e-9)


def test_a_long_sequence_says_why_logs_are_used() -> None:
    model = hmm.HiddenMarkovModel([1.0], [[1.0]], hmm.CategoricalEmission([[0.5, 0.5]]))
    smooth = hmm.forward_backward(model, [0] * 2000)
    opened = arithmetic.forward_sum(smooth, 1999, 0, ["only"], linear=True)
    assert opened.value == 0
    assert "rounds to 0" in opened.note


def test_impossible_sequences_have_no_posterior() -> None:
    dizzy = {**ZEROS, "emission": ((0.5, 0.5, 0.0), (0.1, 0.3, 0.6))}
    for mode in trellis_run.MODES:
        r = run("fever", mode, "normal dizzy cold", **dizzy)
        assert "at column 2, “dizzy”" in r.message
        assert trellis_run.likelihood_text(r) == ("−∞", "0")
        assert "Impossible: no path reaches column 2" in r.payload["statuses"][-1]
        json.dumps(encode(r.payload), allow_nan=False)
    assert "probability 0" in trellis_run.opened(r, "posterior", (1, 0), False).note
    assert hmm_costs.proof(r).total == 0


@pytest.mark.parametrize("mode", trellis_run.MODES)
@pytest.mark.parametrize("preset", list(PRESETS))
def test_payloads_are_plain_and_small(preset: str, mode: str) -> None:
    r = run(preset, mode)
    text = json.dumps(encode(r.payload), allow_nan=False)
    assert len(text) < 200_000
    T, K = r.best.steps.log_delta.shape
    assert len(r.payload["statuses"]) == r.payload["steps"] == steps_of(mode, T, K)


def test_proof_adds_up() -> None:
    short = run("casino", text="1 6 6 ? 2")
    proof = hmm_costs.proof(short)
    assert proof.paths == len(proof.rows["path"]) == 32
    assert proof.total == pytest.approx(proof.forward, rel=1e-12)
    assert hmm_costs.counts(short) == (proof.paths, 9 * 32, 2 + 4 * 6)
    assert hmm_costs.proof(run("robot")) is None


@pytest.mark.parametrize(
    "rows, message",
    [
        ([[0.5, 0.5], [0.5, 0.43]], "transition rows must sum to 1; row 2 sums to 0.93."),
        ([[0.5, None], [0.5, 0.5]], "row 1, column 2 is empty"),
        ([[0.5, ""], [0.5, 0.5]], "row 1, column 2 is empty"),
        ([[0.5, "half"], [0.5, 0.5]], "must be a number; it is “half”"),
        ([[float("nan"), 1], [0.5, 0.5]], "must be a number from 0 to 1; it is nan"),
        ([[math.inf, 1], [0.5, 0.5]], "it is inf"),
        ([[1.5, -0.5], [0.5, 0.5]], "row 1, column 2 must be at least 0; it is -0.5"),
    ],
)
def test_bad_tables_are_named(rows, message: str) -> None:
    values, wrong = trellis_run.checked_table("transition", rows)
    assert values is None
    assert message in wrong


def test_normalising() -> None:
    fixed = trellis_run.normalised([[0.75, 0.25], [2, 6]])
    assert fixed == ((0.75, 0.25), (0.25, 0.75))
    for rows in ([[0, 0]], [[1, -1, 3]], [[None, 1]], [["x", 1]], [[math.inf, 1]]):
        assert trellis_run.normalised(rows) is None
    values, wrong = trellis_run.checked_table("initial", trellis_run.normalised([[0.3, 0.3, 0.1]]))
    assert wrong is None
    assert values is not None


@pytest.mark.parametrize(
    "preset, text, expected",
    [
        ("casino", "31?6", (2, 0, -1, 5)),
        ("casino", " 3, 1,\n? 6 ", (2, 0, -1, 5)),
        ("fever", "normal,? dizzy", (0, -1, 2)),
        ("casino", "", "at least one symbol"),
        ("casino", "1 2 7", "Symbol 3 must be one of 1, 2, 3, 4, 5, 6, or ?; it is “7”"),
        ("fever", "normal Dizzy", "Symbol 2 must be one of normal, cold, dizzy"),
        ("casino", "\x00", "Symbol 1"),
        ("fever", "x" * 10_000, "it is “xxxxxxxxxxxxxxxxxxxx…”"),
        ("casino", "1" * 201, "at most 200 symbols; it has 201"),
    ],
)
def test_observations_from_text(preset: str, text: str, expected) -> None:
    values, wrong = trellis_run.observations_of(preset, text)
    if isinstance(expected, tuple):
        assert (values, wrong) == (expected, None)
    else:
        assert values is None
        assert expected in wrong


def test_tables_travel_in_links() -> None:
    like = ((0.5, 0.5), (0.5, 0.5))
    assert trellis_run.table_from("0.1,0.9;1,0", like) == ([[0.1, 0.9], [1.0, 0.0]], None)
    for text in ("0.1,0.9", "a,b;1,0", "nan,1;0,1", "inf,1;0,1", "", "1;0", "1,0,0;1,0"):
        cells, wrong = trellis_run.table_from(text, like)
        assert cells is None
        assert wrong
    for preset in PRESETS.values():
        for rows in (preset.transition, preset.emission):
            cells, _ = trellis_run.table_from(trellis_run.table_text(rows), rows)
            assert trellis_run.checked_table("t", cells)[1] is None


@pytest.mark.parametrize("text", ["", "3", "a.b", "1.2.3", "１.", "9" * 50])
def test_bad_opened_nodes_are_named(text: str) -> None:
    assert "column.state" in trellis_run.checked_open(text)[1]


@pytest.mark.parametrize(
    "said",
    [
        {"step": "x"},
        {"step": -5},
        {"step": 10**9},
        {"selected": [99, 0]},
        {"selected": "ab"},
        {"selected": [0.5, 1]},
        {},
    ],
)
def test_what_the_browser_says_is_checked(said) -> None:
    prepared = run("fever").payload
    result = type("Result", (), {"view": {"token": "t", **said}})()
    view = view_of(result, prepared, {"token": "t", "step": 3, "selected": None})
    assert 0 <= view.step < prepared["steps"]
    assert view.selected is None


def test_presets_are_models() -> None:
    for name, preset in PRESETS.items():
        for table, rows in trellis_run.preset_tables(name).items():
            assert trellis_run.checked_table(table, rows)[1] is None
        assert preset.source.caption()
        assert np.array(preset.emission).shape == (len(preset.states), len(preset.symbols))
