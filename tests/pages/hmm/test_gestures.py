"""Strokes and signs: codes, training, the race, the recordings, the reader's own signs, files."""

import csv
import io
import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from genmodels import hmm, strokes
from genmodels.datasets import gestures, starter_strokes
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from genmodels.strokes import BYS, PAUSE, SYMBOLS, Race
from pages.hmm.gestures import case as run
from pages.hmm.gestures import stage, stroke_pad
from pages.hmm.gestures import take_away as export
from pages.hmm.gestures.opened import code_name

LIBRAS, STARTER = gestures.libras(), gestures.starter()


def line(*corners: tuple[float, float], ms: float = 1000.0, n: int = 101) -> np.ndarray:
    """A stroke through the corners at an even pace along its index."""
    at = np.linspace(0, len(corners) - 1, n)
    xy = [np.interp(at, np.arange(len(corners)), np.array(corners)[:, c]) for c in (0, 1)]
    return np.column_stack([*xy, np.linspace(0, ms, n)])


# -- codes -----------------------------------------------------------------------------------------


def test_sixteen_directions_and_a_pause():
    angle = np.arange(16) * np.pi / 8
    places = np.vstack([[0, 0], np.cumsum(np.column_stack([np.cos(angle), np.sin(angle)]), axis=0)])
    assert strokes.direction_codes(places).tolist() == list(range(16))
    nearly = np.array([[0, 0], [1, 0.19], [2, 0.4], [2.003, 0.4]])
    assert strokes.direction_codes(nearly).tolist() == [0, 1, PAUSE]
    assert [code_name(m) for m in (0, 1, 4, 15, 16)] == ["0 →", "1 →↗", "4 ↑", "15 ↘→", "pause"]


def test_by_length_ignores_pace_and_by_time_does_not():
    path = line((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))
    slow = path * [1, 1, 3]
    assert np.array_equal(strokes.walk(path, "length").codes, strokes.walk(slow, "length").codes)
    assert len(strokes.walk(slow, "time").codes) == 3 * len(strokes.walk(path, "time").codes)
    assert strokes.walk(path, "length").codes.tolist() == 20 * [0] + 20 * [4]
    assert np.allclose(np.hypot(*np.diff(strokes.walk(path, "length").places, axis=0).T), 0.04)


def test_a_hand_that_rests_pauses_by_time_only():
    rest = np.vstack([line((0, 0), (0.4, 0), ms=400), [[0.4, 0, 800]]])
    assert strokes.walk(rest, "time").codes.tolist() == 10 * [0] + 10 * [PAUSE]
    assert strokes.walk(rest, "length").codes.tolist() == 10 * [0]


def test_backwards_turns_every_code_round():
    path = line((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))
    back = path[::-1] * [1, 1, -1] + [0, 0, 1000]
    forwards = strokes.walk(path, "length").codes
    assert np.array_equal(strokes.walk(back, "length").codes, (forwards[::-1] + 8) % 16)


def test_a_long_stroke_is_walked_in_longer_steps():
    walked = strokes.walk(line((0, 0), (1, 0), (0, 0.1), (1, 0.2), ms=60_000), "time")
    assert walked.longer
    assert len(walked.codes) == strokes.MAX_STEPS
    assert walked.spacing == pytest.approx(250)


@pytest.mark.parametrize(
    "points, words",
    [
        ([], r"\(P, 3\) with P >= 1; got shape \(0,\)"),
        ([[0, 0]], r"got shape \(1, 2\)"),
        ("dot", "rows of three numbers|got shape"),
        ([[0, 0, 0], [1, "x", 1]], "rows of three numbers"),
        ([[0, 0, 0]], "this is a dot"),
        ([[0.5, 0.5, 0], [0.5, 0.5, 20]], "this is a dot"),
        ([[0, 0, 0], [float("nan"), 0, 1]], "points must be finite numbers; point 2"),
        ([[0, 0, 0], [100, 0, 1]], "point 2 is"),
        ([[0, 0, 1], [1, 0, 0]], "times must not run backwards; point 2"),
        ([[0, 0, 0], [1, 0, 1e7]], "at most 600 s"),
        ([[0, 0, 0]] * 513, "at most 512 points; got 513"),
    ],
)
@pytest.mark.parametrize("by", BYS)
def test_what_is_no_stroke_is_told(points, words, by):
    with pytest.raises(ValueError, match=words):
        strokes.walk(points, by)


# -- training and the race -------------------------------------------------------------------------


def test_training_raises_the_likelihood_of_a_left_right_chain():
    rng = np.random.default_rng(1)
    codes = [strokes.walk(starter_strokes.draw("V", rng=rng), "length").codes for _ in range(4)]
    sign = strokes.train("V", codes, n_states=3, max_iter=6)
    assert (np.diff(sign.log_likelihood) > -1e-9).all()
    A = sign.model.transition
    assert sign.model.initial.tolist() == [1, 0, 0]
    assert not np.tril(A, -1).any()
    assert not np.triu(A, 2).any()
    assert strokes.emission(sign.model).min() >= strokes.FLOOR / SYMBOLS - 1e-12
    trace = hmm.baum_welch(strokes.first_guess(codes, 3), codes, max_iter=6, tol=1e-3)
    assert np.allclose(trace.log_likelihood, sign.log_likelihood)
    assert np.allclose(strokes.softened(trace.model).transition, A, atol=1e-7)
    assert sign.lowest <= sign.highest < 0


def test_softening_lends_to_the_neighbours_and_can_be_undone():
    rows = np.zeros((2, SYMBOLS))
    rows[0, 0], rows[1, PAUSE] = 1, 1
    soft = strokes.emission(strokes.softened(strokes.chain(np.ones(2), rows)))
    floor = strokes.FLOOR / SYMBOLS
    assert soft[0, [0, 1, 15, 4]] == pytest.approx(
        [0.98 * 0.7 + floor, 0.98 * 0.15 + floor, 0.98 * 0.15 + floor, floor]
    )
    assert soft[1, PAUSE] == pytest.approx(0.98 + floor)
    assert np.allclose(soft.sum(axis=1), 1)
    assert np.allclose(strokes.hardened(soft), rows)


def test_the_equal_parts_are_counted():
    guess = strokes.first_guess([np.array([0, 0, 4, 4])], 2)
    B = strokes.emission(guess)
    assert B[0, 0] == pytest.approx(3 / 19)
    assert B[1, 4] == pytest.approx(3 / 19)
    assert B[0, 4] == pytest.approx(1 / 19)
    assert guess.transition.tolist() == [[0.5, 0.5], [0, 1]]


@pytest.mark.parametrize("by", BYS)
def test_the_race_is_every_sign_s_forward_algorithm(by):
    models = tuple(sign.model for sign in (*STARTER.signs[by][:3], *LIBRAS.signs[by][:2]))
    codes = strokes.walk(gestures.example("S", 2), by).codes
    together = Race(models).run(codes)
    for s, model in enumerate(models):
        trace = hmm.forward_backward(model, codes)
        assert np.allclose(together[s], np.logaddexp.reduce(trace.log_alpha, axis=1), rtol=1e-10)


def test_a_sign_that_rules_a_code_out_drops_to_minus_infinity():
    rows = np.zeros((1, SYMBOLS))
    rows[0, 0] = 1.0
    found = Race((strokes.chain(np.ones(1), rows),)).run(np.array([0, 0, 4, 0]))[0]
    assert found.tolist() == [0, 0, -np.inf, -np.inf]


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: strokes.chain(np.empty(0), np.empty((0, 17))), r"stay must be \(K,\)"),
        (lambda: strokes.chain(np.array([2.0]), np.ones((1, 17)) / 17), "probabilities from 0 to"),
        (lambda: strokes.chain(np.ones(2), np.ones((1, 17)) / 17), r"emission must be \(2, 17\)"),
        (lambda: strokes.first_guess([], 3), "at least one example"),
        (lambda: strokes.first_guess([np.zeros(3, int)], 0), "n_states must be at least 1"),
    ],
)
def test_bad_tables_are_told(make, words):
    with pytest.raises(ValueError, match=words):
        make()


# -- what was measured -----------------------------------------------------------------------------


def test_the_recordings_and_their_figures():
    assert LIBRAS.xy.shape == (330, 45, 2)
    assert len(np.unique(LIBRAS.xy.reshape(330, -1), axis=0)) == 330
    assert np.bincount(LIBRAS.labels).tolist() == [24] * 3 + [21] * 3 + [24] * 2 + [21] * 7
    assert 0.88 < LIBRAS.accuracy["time"].mean < 0.93  # elsewhere 0.891 to 0.901
    assert 0.80 < LIBRAS.accuracy["1-NN"].mean < 0.83  # elsewhere 0.810
    for judge in stage.JUDGES:
        table = stage.table(judge)
        assert table.sum() == 330
        assert np.trace(table) / 330 == pytest.approx(LIBRAS.accuracy[judge].mean, abs=0.03)
    assert min(STARTER.accuracy.values()) > 0.95


def test_the_held_out_recordings_are_recognised_by_the_shipped_models():
    out = np.flatnonzero(LIBRAS.held_out)
    assert len(out) == 75
    codes = [strokes.walk(LIBRAS.stroke(i), "time").codes for i in out]
    answer = gestures.classify(LIBRAS.signs["time"], codes)
    assert np.array_equal(answer, LIBRAS.predicted["time"][out])
    assert len(codes[0]) == 44


def test_one_shipped_model_is_what_training_gives():
    rows = np.flatnonzero(~LIBRAS.held_out & (LIBRAS.labels == 7))
    codes = [strokes.walk(LIBRAS.stroke(i), "length").codes for i in rows]
    sign = strokes.train(
        "", codes, n_states=gestures.LIBRAS_STATES, max_iter=gestures.ITERATIONS, ranged=False
    )
    shipped = LIBRAS.signs["length"][7]
    assert np.allclose(strokes.emission(sign.model), strokes.emission(shipped.model), atol=1e-4)


def test_the_nearest_neighbour_is_its_own_path():
    rows = np.arange(330) % 2 == 0
    answer = gestures.nearest(LIBRAS.xy, LIBRAS.labels, rows)
    assert np.array_equal(answer[rows], LIBRAS.labels[rows])


def test_the_generator_is_seeded_and_names_its_shapes():
    one, two = (starter_strokes.draw("S", rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, two)
    assert strokes.checked_stroke(one).shape[1] == 3
    with pytest.raises(ValueError, match="name must be one of circle"):
        starter_strokes.draw("cross", rng=np.random.default_rng(0))


@pytest.mark.parametrize("by", BYS)
def test_what_the_page_s_questions_promise(by):
    def race(text: str):
        scored = run.score(text, run.SETS[0], by, (), None)
        top = int(scored.order[0])
        sign = STARTER.signs[by][top]
        a_step = scored.log_likelihood[top, -1] / len(scored.walk.codes)
        return sign.name, a_step < sign.lowest, len(scored.walk.codes)

    circle, z = stage.example("circle"), stage.example("Z")
    assert race(circle)[0] == "circle"
    assert race(run.reversed_text(circle))[0] != "circle"
    slow = race(run.slowed_text(z, 3))
    assert slow[0] == "Z"
    assert (slow[2] > 2.5 * race(z)[2]) == (by == "time")
    assert race(stage.eight())[1]  # a winner, but below its own range


# -- strokes as texts, signs of one's own ----------------------------------------------------------


def texts(shape: str = "V", n: int = 5) -> tuple[str, ...]:
    return tuple(stage.example(shape, seed) for seed in range(n))


def test_a_stroke_survives_its_text():
    stroke = gestures.example("wave")
    back = run.stroke_of(run.stroke_text(stroke))
    assert len(back) <= run.TEXT_POINTS
    assert run.stroke_text(back) == run.stroke_text(stroke)
    apart = np.hypot(*(strokes.walk(back, "time").places - strokes.walk(stroke, "time").places).T)
    assert apart.max() < 0.01
    assert len(run.stroke_text(stroke)) <= 576


@pytest.mark.parametrize("text", ["", "AAAAA", "A" * 582, "AAAAA!", "ＡAAAAA", "\x00" * 6])
def test_a_bad_text_is_told(text):
    with pytest.raises(ValueError, match="a stroke's text must"):
        run.stroke_of(text)


def test_an_own_sign_joins_the_race_and_wins_its_own_shape():
    own = (run.Own("tick", texts("V"), 3, 4),)
    scored = run.score(stage.example("V", 9), run.SETS[2], "length", own, None)
    assert scored.log_likelihood.shape[0] == 1
    mixed = (*own, run.Own("loop", texts("circle"), 3, 4))
    scored = run.score(stage.example("V", 9), run.SETS[2], "length", mixed, None)
    assert scored.order[0] == 0
    assert run.score(stage.example("V", 9), run.SETS[2], "length", (), None) is None


@pytest.mark.parametrize(
    "name, words",
    [("", "needed"), (" \n ", "needed"), ("x" * 25, "at most 24"), ("\x07", "printable"),
     ("Tick", "already"), ("\u202e", "printable"), (7, "text")],
)  # fmt: skip
def test_names_are_checked(name, words):
    with pytest.raises(ValueError, match=words):
        run.checked_name(name, ["tick"])


def test_names_are_cleaned():
    assert run.checked_name("  two   words ", []) == "two words"
    assert run.checked_name("<b>é</b>", []) == "<b>é</b>"


def test_signs_survive_the_file_and_the_link():
    own = (run.Own("a, ~b%7E", texts("V"), 2, 3), run.Own("né", texts("L"), 2, 2))
    read = run.signs_of(run.signs_json(own).encode(), ())
    assert read == own
    assert run.own_of(run.own_text(own[:1])) == own[:1]
    assert run.own_of(None) == ()
    assert run.own_text(()) is None
    renamed = run.renamed(own, "né", "other")
    assert [sign.name for sign in renamed] == ["a, ~b%7E", "other"]
    with pytest.raises(ValueError, match="already"):
        run.renamed(own, "né", "A, ~B%7e")


def broken(**change: object) -> str:
    sign = {"name": "hook", "states": 3, "iterations": 5, "strokes": list(texts())} | change
    return json.dumps({"format": run.FORMAT, "signs": [sign]})


@pytest.mark.parametrize(
    "data, words",
    [
        (b"\xff\xfe\x00", "must be JSON"),
        (b"{", "must be JSON"),
        ("[" * 100_000, "must be JSON"),
        (b"[]", "must say"),
        (b'{"format": "genmodels gestures 1"}', "list of signs"),
        (b'{"format": "genmodels gestures 1", "signs": [3]}', "must be an object"),
        (b" " * 1_000_001, "at most 1000 kB"),
        (broken(name=""), "name is needed"),
        (broken(name="V"), "already"),
        (broken(strokes=[]), "must have 5 to 10 strokes; it has 0"),
        (broken(strokes="AAAAAA" * 5), "5 to 10 strokes"),
        (broken(strokes=["AAAAAA"] * 5), "stroke 1: .*dot"),
        (broken(strokes=[None] * 5), "stroke 1: a stroke must be a text"),
        (broken(states=0), "states must be a whole number from 1 to 10"),
        (broken(states=True), "states must be"),
        (broken(iterations=1e9), "iterations must be"),
        (json.dumps({"format": run.FORMAT, "signs": [{}] * 8}), "with 8 more there would be 9"),
    ],
)
def test_a_corrupt_file_is_told(data, words):
    present = (run.Own("V", texts()),)
    with pytest.raises(ValueError, match=words):
        run.signs_of(data, present)


# -- the pad, what opens, what is taken away -------------------------------------------------------


def test_the_payload_is_plain_json_and_small():
    own = (run.Own("tick", texts(), 2, 2),)
    prepared, scored, signs = stage.pad(
        stage.example("Z"), "id", run.SETS[0], "length", own, None, texts("L", 2)
    )
    assert len(json.dumps(encode(prepared), allow_nan=False)) < 40_000
    assert prepared["names"][-1] == "tick"
    assert prepared["own"] == 1
    assert len(signs) == len(scored.order) == 9
    film, _, _ = stage.recording_pad(40, "time", None)
    assert film["right"] == int(LIBRAS.labels[40])
    assert film["title"].endswith("held out") == bool(LIBRAS.held_out[40])
    json.dumps(encode(film), allow_nan=False)
    empty, nothing, _ = stage.pad(stage.example("Z"), "id", run.SETS[2], "time", (), None, ())
    assert nothing is None
    assert empty["stroke"]["scored"] is None


@pytest.mark.parametrize("what", stage.OPEN)
@pytest.mark.parametrize("step", [1, 2, 20, None])
def test_every_number_opens(what, step):
    _, scored, signs = stage.pad(stage.example("S"), "", run.SETS[0], "time", (), 3, ())
    opened = stage.opened(scored, signs, step, what)
    assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-9)
    for row in opened.rows:
        assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
    if what == "So far":
        t = len(scored.walk.codes) if step is None else step
        assert opened.value == pytest.approx(scored.log_likelihood[3, t - 1])
        assert sum(row.share for row in opened.rows) == pytest.approx(1)


def test_before_the_first_step_nothing_opens():
    _, scored, signs = stage.pad(stage.example("S"), "", run.SETS[0], "time", (), None, ())
    assert stage.opened(scored, signs, 0, "So far") is None


@pytest.mark.parametrize(
    "view, stroke",
    [(None, None), ("x", 3), ({"token": "old", "step": 4}, {"points": 3, "token": 4}),
     ({"token": "t", "step": -1, "follow": 1e300}, {"points": [], "token": "x" * 50}),
     ({"token": "t", "step": True, "follow": "1"}, {"token": "a"})],
)  # fmt: skip
def test_nonsense_from_the_browser_is_left_alone(view, stroke):
    goto = {"token": "t", "step": None, "follow": None}
    assert stroke_pad.view_of(view, stroke, goto) == stroke_pad.View(None, None, None, None)


def test_the_files_hold_the_page_s_numbers():
    own = (run.Own('=<"V">', texts(), 2, 2),)
    _, scored, signs = stage.pad(stage.example("Z"), "", run.SETS[0], "length", own, None, ())
    read = json.loads(export.models_json(signs, scored, by="length", source="x"))
    assert read["signs"][3]["log_likelihood"] == scored.log_likelihood[3, -1]
    rows = list(csv.DictReader(io.StringIO(export.steps_csv(signs, scored))))
    assert [int(row["code"]) for row in rows] == scored.walk.codes.tolist()
    assert float(rows[-1]["log P Z"]) == pytest.approx(scored.log_likelihood[3, -1])
    assert 'log P \'=<"V">' in rows[0]
    drawing = ElementTree.fromstring(export.stroke_svg(signs, scored))
    assert "1. Z" in "".join(drawing.itertext())


def test_the_script_prints_the_page_s_likelihoods(tmp_path):
    own = (run.Own('it\'s """\\n', texts(), 1, 2),)
    _, scored, signs = stage.pad(stage.example("Z"), "", run.SETS[0], "time", own, None, ())
    path = tmp_path / "gesture.py"
    path.write_text(export.script(signs, scored, source='x"""\ny'), encoding="utf-8")
    ran = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    printed = [float(row.rsplit("\t", 1)[1]) for row in ran.stdout.strip().splitlines()]
    assert printed == pytest.approx(scored.log_likelihood[:, -1].tolist(), abs=1e-5)
