"""Baum-Welch's runs, words, opened numbers and files, held against the algorithm by other ways."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from genmodels import hmm
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.hmm.learning import case as learning_run
from pages.hmm.learning import count_pour
from pages.hmm.learning import stage as learning_stage
from pages.hmm.learning import tables as learning_tables
from pages.hmm.learning import take_away as export
from pages.hmm.learning.case import Setup
from pages.hmm.learning.count_pour import Selected
from tests.unpack import unpacked

DIARIES = learning_run.drawn("ice_cream", 6, 12, 0)
SETUP = Setup("ice_cream", DIARIES, "Random", 2, 1)
GAPPED = Setup("fever", ((0, 1, -1, 2, 2, 0), (2, -1), (1,)), "Random", 2, 3, ("pi", "A1", "B2"))


def typed(start: str, **changed) -> Setup:
    return replace(SETUP, start=start, **changed)


# -- sequences and tables ----------------------------------------------------------------------


def test_typed_sequences_one_a_line():
    sequences, wrong = learning_run.sequences_of("casino", "1 2 ?\n\n  66,6 \n")
    assert wrong is None
    assert sequences == ((0, 1, hmm.MISSING), (5, 5, 5))
    assert learning_run.text_of("casino", sequences) == "1 2 ?\n6 6 6"


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "at least one sequence"),
        (" , \n", "at least one sequence"),
        ("1 2\n1 7", "Sequence 2: Symbol 2 must be one of"),
        ("\n".join(["1"] * 31), "at most 30 sequences; there are 31"),
        (" ".join(["1"] * 61), "Sequence 1: The sequence must have at most 60 symbols"),
        ("1 " * 20_000, "at most 20,000 characters"),
        ("<script>", "Sequence 1: Symbol 1"),
    ],
)
def test_bad_sequences_are_told(text: str, said: str):
    sequences, wrong = learning_run.sequences_of("casino", text)
    assert sequences is None
    assert said in wrong


def test_tables_are_read_back_as_they_were_written():
    true = learning_run.true_model("ice_cream")
    tables, wrong, _ = learning_tables.tables_of(learning_tables.text_of(true), 3)
    assert wrong is None
    assert np.allclose(tables[1], true.transition, rtol=1e-9)


@pytest.mark.parametrize(
    "text, said, mended",
    [
        ("", "Type the tables", False),
        ("1 0\n.5 .5\n.5 .4\n1 0 0\n0 1 0", "row 2 sums to 0.9", True),
        ("1 0\n.5 .5\n.5 -.5\n1 0 0\n0 1 0", "must be at least 0; it is -0.5", False),
        ("1,0\n.5,\n.5,.5\n1,0,0\n0,1,0", "row 1, column 2 is empty", False),
        ("1 0\n.5 .5\n.5 .5\n1 0\n0 1", "emission: row 1 must have 3 number(s), it has 2", False),
        ("1 0\n.5 .5", "5 lines must stand here", False),
        ("1 0 0 0 0 0", "1 to 5 numbers; the first line has 6", False),
        ("x 0\n.5 .5\n.5 .5\n1 0 0\n0 1 0", "must be a number; it is “x”", False),
        ("1e999 0\n.5 .5\n.5 .5\n1 0 0\n0 1 0", "number from 0 to 1", False),
        ("1 0\n" * 1000, "at most 3,000 characters", False),
    ],
)
def test_bad_tables_are_told(text: str, said: str, mended: bool):
    tables, wrong, fixed = learning_tables.tables_of(text, 3)
    assert tables is None
    assert said in wrong
    assert (fixed is not None) == mended
    if mended:
        assert learning_tables.tables_of(fixed, 3)[1] is None


# -- runs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("setup", [SETUP, GAPPED], ids=["whole", "gapped and locked"])
def test_counts_and_tables_are_those_of_every_path(setup: Setup):
    """The first E and M, from all K^T paths multiplied out."""
    setup = replace(setup, sequences=tuple(x[:6] for x in setup.sequences))
    one = learning_run.run(setup)
    K, M = 2, 3
    starts, moves, shown = np.zeros(K), np.zeros((K, K)), np.zeros((K, M))
    for x in setup.sequences:
        paths = hmm.enumerate_paths(one.models[0], np.array(x))
        share = np.exp(paths.log_prob) / np.exp(paths.log_prob).sum()
        for z, p in zip(paths.states, share, strict=True):
            starts[z[0]] += p
            for t in range(len(x) - 1):
                moves[z[t], z[t + 1]] += p
            for t, m in enumerate(x):
                if m >= 0:
                    shown[z[t], m] += p
    step = one.steps[0]
    assert np.allclose(step.starts, starts)
    assert np.allclose(step.moves, moves)
    assert np.allclose(step.emission_counts, shown)
    A = moves / moves.sum(axis=1, keepdims=True)
    B = shown / shown.sum(axis=1, keepdims=True)
    free = [k for k in range(K) if f"A{k + 1}" not in setup.locks]
    assert np.allclose(step.model.transition[free], A[free])
    free = [k for k in range(K) if f"B{k + 1}" not in setup.locks]
    assert np.allclose(learning_run.emissions(step.model)[free], B[free])


def test_the_likelihood_never_falls_and_locked_rows_stay():
    one = learning_run.run(GAPPED)
    assert (np.diff(one.log_likelihood) >= -1e-9).all()
    first, last = one.models[0], one.models[-1]
    assert np.array_equal(first.initial, last.initial)
    assert np.array_equal(first.transition[0], last.transition[0])
    assert not np.allclose(first.transition[1], last.transition[1])
    B, learnt = learning_run.emissions(first), learning_run.emissions(last)
    assert np.array_equal(B[1], learnt[1])
    assert not np.allclose(B[0], learnt[0])


def test_an_even_start_never_leaves_its_saddle():
    one = learning_run.run(typed("Even"))
    assert one.converged
    seen = np.bincount(np.concatenate(DIARIES), minlength=3)
    assert np.allclose(learning_run.emissions(one.models[-1]), seen / seen.sum())
    assert "saddle" in one.message
    assert one.log_likelihood[-1] < learning_run.run(SETUP).log_likelihood[-1] - 1


def test_a_zero_stays_zero():
    one = learning_run.run(typed("One way"))
    assert one.models[0].transition[1, 0] == 0
    assert all(model.transition[1, 0] == 0 for model in one.models)
    assert one.message is None


def test_one_short_sequence_is_learnt_by_heart():
    rolls, _ = learning_run.sequences_of("casino", "6 1 4 2 6 6")
    one = learning_run.run(Setup("casino", rolls, "Random", 5, 0))
    assert one.log_likelihood[-1] == pytest.approx(0, abs=1e-6)
    learnt, truth = learning_run.fresh(one.setup, one.models[-1])
    assert learnt == -np.inf
    assert truth == pytest.approx(-1.72, abs=0.01)
    assert "−∞" in learning_stage.recovered(one, one.half_steps)


def test_an_impossible_sequence_is_told_with_its_place():
    tables, _, _ = learning_tables.tables_of("1 0\n1 0\n0 1\n.5 .5 0\n0 0 1", 3)
    setup = typed("Own tables", sequences=((0, 1), (0, 1, 2, 0)), tables=tables)
    one = learning_run.run(setup)
    assert "Sequence 2 is impossible under this start: at column 3, “3”" in one.message
    assert one.steps == ()
    prepared = learning_stage.prepared(setup, 2, True)
    json.dumps(encode(prepared), allow_nan=False)
    assert prepared["lockable"] is False
    assert learning_stage.opened(one, 2, 0, Selected("node", (0, 0)))[0] is None


def test_true_states_are_matched_whatever_their_order():
    true = learning_run.true_model("ice_cream")
    swapped = hmm.HiddenMarkovModel(
        true.initial[::-1],
        true.transition[::-1, ::-1],
        hmm.CategoricalEmission(learning_run.emissions(true)[::-1]),
    )
    found = learning_run.match(SETUP, swapped)
    assert found.order == (1, 0)
    assert found.largest == 0
    assert learning_run.match(replace(SETUP, K=3), learning_run.run(
        replace(SETUP, K=3)
    ).models[-1]) is None  # fmt: skip


def test_many_diaries_recover_the_true_tables():
    diaries = learning_run.drawn("ice_cream", 30, 60, 0)
    one = learning_run.run(Setup("ice_cream", diaries, "Random", 2, 1))
    assert learning_run.match(one.setup, one.models[-1]).largest < 0.06


def test_ten_restarts_tell_optima_apart_and_swapped_labels_not():
    found = learning_run.restarts(SETUP)
    assert len(found) == learning_run.RESTARTS
    ends = [one.log_likelihood for one in found]
    assert ends == sorted(ends, reverse=True)
    assert found[0].optimum == "A"
    best = [one for one in found if one.optimum == "A"]
    assert max(ends) - min(one.log_likelihood for one in best) <= learning_run.SAME
    # The same optimum with its labels swapped counts once: both orders are among the best.
    orders = {learning_run.match(SETUP, one.run.models[-1]).order for one in best}
    assert orders == {(0, 1), (1, 0)}
    assert "labels are arbitrary" in learning_run.restarts_sentence(found)


# -- opened numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("setup", [SETUP, GAPPED], ids=["whole", "gapped and locked"])
@pytest.mark.parametrize("step", [0, 1, 2, 5, 6])
def test_every_number_opens_to_what_stands_there(setup: Setup, step: int):
    one = learning_run.run(setup)
    e, m = (step + 1) // 2 - 1, step // 2
    for kind, at in [
        ("node", (1, 1)), ("edge", (0, 1, 0)), ("starts", (1,)), ("moves", (0, 1)),
        ("symbols", (1, 2)), ("pi", (0,)), ("A", (1, 0)), ("B", (0, 2)),
    ]:  # fmt: skip
        opened, hint = learning_stage.opened(one, 1, step, Selected(kind, at))
        if step == 0 and kind not in ("pi", "A", "B"):
            assert opened is None
            assert "Nothing has been counted" in hint
            continue
        trace = hmm.forward_backward(one.models[max(e, 0)], np.array(setup.sequences[0]))
        stands = {
            "node": lambda t=trace: t.posterior[1, 1],
            "edge": lambda t=trace: t.pairwise[0, 1, 0],
            "starts": lambda: one.steps[e].starts[1],
            "moves": lambda: one.steps[e].moves[0, 1],
            "symbols": lambda: one.steps[e].emission_counts[1, 2],
            "pi": lambda: one.models[m].initial[0],
            "A": lambda: one.models[m].transition[1, 0],
            "B": lambda: learning_run.emissions(one.models[m])[0, 2],
        }[kind]()
        assert opened.value == pytest.approx(stands, rel=1e-9), kind
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9), kind
        for row in opened.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    total, _ = learning_stage.opened(one, 1, step, None)
    assert total.value == pytest.approx(one.log_likelihood[m])
    assert evaluate(total.expression) == pytest.approx(total.value)


def test_a_locked_entry_says_so():
    opened, _ = learning_stage.opened(learning_run.run(GAPPED), 1, 4, Selected("A", (0, 1)))
    assert "Locked" in opened.note


# -- the widget --------------------------------------------------------------------------------


def test_the_payload_holds_the_run_and_stays_small():
    sequences = learning_run.drawn("casino", 4, 60, 1)
    setup = Setup("casino", sequences, "Random", 5, 0)
    one = learning_run.run(setup)
    assert len(one.steps) > 60
    prepared = learning_stage.prepared(setup, 3, False)
    text = json.dumps(encode(prepared), allow_nan=False)
    assert len(text) * 60 / len(one.steps) < 300_000
    assert np.allclose(unpacked(prepared["A"]), [m.transition for m in one.models], atol=1e-6)
    trace = hmm.forward_backward(one.models[7], np.array(sequences[2]))
    assert np.abs(unpacked(prepared["gammas"])[7] / 255 - trace.posterior).max() < 0.003
    assert np.abs(unpacked(prepared["xis"])[7] / 255 - trace.pairwise).max() < 0.003
    assert len(prepared["statuses"]) == one.half_steps + 1


class Said:
    def __init__(self, **said):
        self.__dict__.update(said)


@pytest.mark.parametrize(
    "view, step, text",
    [
        ({"step": 3, "selected": "node:3.1"}, 3, "node:3.1"),
        ({"step": 10**9, "selected": "node:99.1"}, None, None),
        ({"step": -4, "selected": "moves:1"}, 0, None),
        ({"step": True, "selected": 7}, 0, None),
        ({"step": "x", "selected": "A:٣.1"}, 0, None),
        ({"selected": "pi:2"}, 0, "pi:2"),
    ],
)
def test_what_the_browser_says_is_checked(view: dict, step: int | None, text: str | None):
    prepared = learning_stage.prepared(SETUP, 1, False)
    last = len(prepared["statuses"]) - 1
    said = count_pour.view_of(
        Said(view={**view, "trace": prepared["trace_id"]}, locks=["pi"]), prepared, None
    )
    assert said.step == (last if step is None else step)
    assert (said.selected.text if said.selected else None) == text
    assert said.locks == ("pi",)
    assert count_pour.view_of(Said(view={**view, "trace": "old"}), prepared, None).step == 0


# -- the link, the files -----------------------------------------------------------------------


def test_locks_and_openings_in_the_link():
    assert learning_run.checked_locks("B2,pi", 2) == (("pi", "B2"), None)
    assert "“C1”" in learning_run.checked_locks("C1", 2)[1]
    assert learning_stage.checked_open("edge:2.1.2") == ("edge:2.1.2", None)
    assert "must be like" in learning_stage.checked_open("node:1e999")[1]


def test_the_model_and_the_posteriors_as_files():
    one = learning_run.run(GAPPED)
    model = json.loads(export.model_json(one, 4))
    assert np.allclose(model["transition"], one.models[2].transition)
    assert model["settings"]["iteration"] == 2
    assert model["settings"]["locked"] == ["pi", "A1", "B2"]
    lines = export.posteriors_csv(one, 4).splitlines()
    assert lines[0] == "sequence,column,observation,P(1),P(2)"
    assert len(lines) == 1 + 6 + 2 + 1
    row = lines[3].split(",")
    trace = hmm.forward_backward(one.models[2], np.array(GAPPED.sequences[0]))
    assert row[:3] == ["1", "3", "?"]
    assert np.allclose([float(p) for p in row[3:]], trace.posterior[2])
    picture = export.svg(one, 1, 4)
    assert picture.count("<rect") > 12
    assert f"{one.models[2].transition[1, 0]:.3f}" in picture


def test_hmmlearn_learns_the_same_iteration_by_iteration(tmp_path):
    setups = [SETUP, GAPPED]  # whole; with missing observations and locked rows
    for i, setup in enumerate(setups):
        text = export.script(learning_run.run(setup)) + "print('end of script')\n"
        (tmp_path / f"{i}.py").write_text(text, encoding="utf-8")
    both = "import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)"
    ran = subprocess.run(
        [sys.executable, "-c", both, *(str(tmp_path / f"{i}.py") for i in range(2))],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    for setup, said in zip(setups, ran.stdout.split("end of script"), strict=False):
        one = learning_run.run(setup)
        history = [float(v) for v in re.findall(r"log P \d+ (\S+)", said)]
        assert np.allclose(history, one.log_likelihood, atol=1e-6)
        numbers = re.findall(r"\d+\.\d*(?:e-\d+)?", said.split("startprob_")[1])
        last = one.models[-1]
        tables = [last.initial, last.transition.ravel(), learning_run.emissions(last).ravel()]
        assert np.allclose([float(v) for v in numbers], np.concatenate(tables), atol=2e-6)
