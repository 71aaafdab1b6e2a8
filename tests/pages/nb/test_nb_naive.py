"""What "naive" costs: boards, what opens on them, and what is taken away."""

import csv
import io
import json
import math
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from genmodels.calibration import sigmoid
from genmodels.kit.opened import Opened, evaluate
from pages.nb import stop_panels
from pages.nb.naive import boards
from pages.nb.naive import case as run
from pages.nb.naive import take_away as export
from pages.nb.naive.case import State
from pages.nb.stop_panels import Layer, View

STATES = [
    State(),
    State("Correlated", 40, 1.0, 0.3),
    State("Correlated", 50, 2.0, 0.9),
    State("Copied", 19, 2.0, 0.1),
    State("Spam"),
    State("Spam", 9, kind="bernoulli", words="telling", method="isotonic"),
]
NAMES = [f"{s.section}-{s.stop}" for s in STATES]


def everything(state: State) -> Iterator[str]:
    """Every name that the board may tell."""
    board = state.board()
    for panel in board["panels"]:
        for layer in panel["layers"]:
            if layer["open"]:
                yield from (f"{layer['open']}:{i}" for i in range(layer["values"]["shape"][1]))
    yield from (f"read-{read['key']}:0" for read in board["reads"])
    if board["point"]:
        yield from (f"read-{value['key']}:0" for value in board["point"]["values"])
    if state.section == "Spam":
        yield from (f"message-{m}:{i}" for m in ("platt", "isotonic") for i in range(8))


def holds(opened: Opened) -> None:
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9, abs=1e-12)
    for row in opened.rows:
        if row.substitution and row.expression:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_every_bar_dot_and_number_opens_to_its_sum(state: State) -> None:
    found = [run.opened(state, what, None) for what in everything(state)]
    assert len(found) >= 25
    for opened in found:
        if opened is not None:  # an empty bin isn't drawn
            holds(opened)
    assert sum(opened is None for opened in found) <= 14
    assert run.opened(state, "nothing:3", None) is None
    assert run.opened(state, None, None) is None


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_a_board_is_small_plain_and_shows_what_opens(state: State) -> None:
    text = json.dumps(state.board(), allow_nan=False)
    assert len(text) < 330_000
    for read in state.board()["reads"]:
        opened = run.opened(state, f"read-{read['key']}:0", None)
        assert opened is not None
        shown = read["texts"][state.stop].removesuffix(" %")
        if read["texts"][state.stop] != "∞":
            value = opened.value * (100 if "%" in read["texts"][state.stop] else 1)
            assert float(shown) == pytest.approx(value, rel=6e-3, abs=6e-3)


def test_the_slider_moves_the_certainty_and_hardly_the_verdict() -> None:
    rows = export.table(State("Spam"))
    assert max(r["accuracy"] for r in rows) - min(r["accuracy"] for r in rows) < 0.005
    assert rows[0]["sure"] < 0.9 < 0.98 < rows[-1]["sure"]
    exact = export.table(State("Copied"))
    assert {round(r["accuracy"], 12) for r in exact} == {round(exact[0]["accuracy"], 12)}
    assert exact[0]["sure"] < 0.001
    assert exact[-1]["sure"] > 0.8


def test_the_lookup_at_the_point_is_the_model() -> None:
    for section, at in (("Correlated", (48, 20)), ("Copied", (33,))):
        for stop in (0, 7, boards.stops_of(section) - 1):
            state = State(section, stop, 1.5, 0.3)
            model = boards.exact(section, stop, 1.5, 0.3)
            x = boards.measurements(section, stop, at)
            naive = run.opened(state, "read-naive:0", at)
            true = run.opened(state, "read-true:0", at)
            assert naive
            assert true
            assert naive.value == pytest.approx(float(sigmoid(model.naive_log_odds(*x))))
            point = boards._point(section, [boards.exact(section, i, 1.5, 0.3) for i in range(20)])
            for value, opened in zip(point.values, (naive, true), strict=True):
                table = np.asarray(value.values)
                if len(table) > 1 and stop >= 20:
                    continue
                got = table[stop if len(table) > 1 else 0, sum(at)]
                assert got == pytest.approx(opened.value, abs=1e-9)


def test_shares_are_a_distribution() -> None:
    for prior in boards.PRIORS:
        shares = boards.shares(boards.exact("Correlated", 20, 1.0, prior))
        assert shares.sum() == pytest.approx(1)
        assert (shares >= 0).all()


def test_the_real_case_is_said() -> None:
    said = run.real_case()
    m = boards.case("none", 0, "multinomial", "all")
    assert f"{int((m.p > 0.999999).sum())} are stated as spam with 1.000000" in said
    columns = run.message_table(State("Spam"))
    assert columns["stated"][0] in ("0.000000", "1.000000")
    assert columns[""][0] == "wrong"
    assert len(run.message_names(State("Spam"))) == run.SHOWN_MESSAGES


def test_what_the_browser_says_is_checked() -> None:
    board = State().board()
    view = View(3, "bin:2", (1, 2))
    say = {"token": "t", "board": board["board"], "stop": 7, "open": "curve:1", "at": [4, 5]}
    assert stop_panels.view_of(say, board, view, "t") == View(7, "curve:1", (4, 5))
    assert stop_panels.view_of(say, board, view, "other") == view
    assert stop_panels.view_of({**say, "board": "x"}, board, view, "t") == view
    bad = {**say, "stop": 99, "open": "<b>:1", "at": [1, 999]}
    assert stop_panels.view_of(bad, board, view, "t") == View(3, None, None)
    assert stop_panels.view_of("?", board, View(99), "t").stop == boards.stops_of("Correlated") - 1
    with pytest.raises(ValueError, match="values must be"):
        Layer("bars", [[1, 2]])


@pytest.mark.parametrize("text", ["", "x", "1", "1,2,3", "9,0", "nan,0", "1;2", "9" * 5000])
def test_a_bad_point_in_a_link_is_named(text: str) -> None:
    assert run.checked_at("Correlated", text)[0] is None
    assert "nbn_at must be two numbers" in (run.checked_at("Correlated", text)[1] or "")


def test_a_point_goes_through_the_link() -> None:
    at, problem = run.checked_at("Correlated", "1.2,-0.8")
    assert problem is None
    assert run.at_text(at) == "1.2,-0.8"


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_files_are_whole(state: State) -> None:
    rows = json.loads(export.as_json(state))["stops"]
    assert len(rows) == len(list(csv.DictReader(io.StringIO(export.as_csv(state)))))
    assert export.as_svg(state).startswith("<svg")


@pytest.mark.parametrize("state", [STATES[1], STATES[3], STATES[5]], ids=NAMES[1::2])
def test_the_script_finds_the_page_s_numbers(state: State) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", export.as_script(state)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
    got = {name: float(value) for name, value in printed.items()}
    if state.section == "Spam":
        assert got["accuracy"] == pytest.approx(state.case("none").accuracy)
        for method in ("none", "platt", "isotonic"):
            assert got[f"Brier {method}"] == pytest.approx(state.case(method).brier, abs=2e-6)
        return
    model = boards.exact(state.section, state.stop, state.distance, state.prior)
    x = (0.4,) * model.features
    assert got["naive posterior"] == pytest.approx(float(sigmoid(model.naive_log_odds(*x))))
    assert got["true posterior"] == pytest.approx(float(sigmoid(model.true_log_odds(*x))), rel=1e-6)
    assert got["accuracy"] == pytest.approx(model.accuracy, abs=0.006)
    assert got["Brier"] == pytest.approx(model.brier, abs=0.006)
    assert not math.isnan(got["Brier"])
