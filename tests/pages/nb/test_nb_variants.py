"""The variants' boards against scikit-learn: tables, sums, what opens, what is taken away."""

import csv
import io
import json
import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn import naive_bayes as reference

from genmodels.datasets import penguins, spam
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.nb.variants import case as nb_case
from pages.nb.variants import case_run as run
from pages.nb.variants import opened as nb_factors
from pages.nb.variants import take_away as export
from pages.nb.variants.case_run import Case
from pages.nb.variants.feature_curves import payload, view_of

BOARDS = {
    "gaussian": lambda: run.gaussian("all"),
    "alike": lambda: run.gaussian("alike Adelies"),
    "multinomial": lambda: run.of_words("multinomial"),
    "bernoulli": lambda: run.of_words("bernoulli"),
}


def some_case(board, seed=0, *, known=None, smoothing=None):
    rng = np.random.default_rng(seed)
    high = 5 if board.kind != "gaussian" else 999
    places = tuple(int(rng.integers(min(f.n, high))) for f in board.features)
    good = [s for s, model in enumerate(board.models) if model is not None]
    return Case(
        places,
        known or (True,) * len(places),
        int(rng.integers(1, 100)),
        int(rng.choice(good[1:])) if smoothing is None else smoothing,
    )


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("seed", range(3))
def test_looked_up_logs_add_up_to_the_model_s_own_posterior(name, seed):
    """What the widget does with the tables, in its float32, against the model itself."""
    board = BOARDS[name]()
    case = some_case(board, seed)
    reading = run.read(board, case)
    logs = board.log_priors.astype(np.float32)[case.prior - 1].astype(float)
    for table, place in zip(board.tables, case.places, strict=True):
        logs += table.astype(np.float32)[case.smoothing, place]
    shares = np.exp(logs - logs.max())
    np.testing.assert_allclose(shares / shares.sum(), reading.posterior, atol=2e-5)
    one = reading.model.with_prior(np.exp(reading.log_prior) / np.exp(reading.log_prior).sum())
    np.testing.assert_allclose(reading.posterior, one.posterior(reading.x[None])[0], atol=1e-12)


def test_the_boards_are_scikit_learn_s_models():
    data = spam.load()
    X = data.counts[data.train][:, [data.feature[w] for w in run.WORDS]].toarray()
    y = data.is_spam[data.train]
    x = np.array([[2, 0, 1, 0, 3, 0, 0, 1]])
    for kind, one in (
        ("multinomial", reference.MultinomialNB(alpha=0.5, class_prior=[0.6, 0.4])),
        ("bernoulli", reference.BernoulliNB(alpha=0.5, class_prior=[0.6, 0.4])),
    ):
        case = Case(tuple(x[0].tolist()), (True,) * 8, 40, run.ALPHAS.index(0.5))
        ours = run.read(run.of_words(kind), case).posterior
        np.testing.assert_allclose(ours, one.fit(X, y).predict_proba(x)[0], rtol=1e-10)


def test_a_feature_left_out_is_a_model_without_it():
    data = penguins.load()
    case = Case(run.bird(339), (True, False, True, False), 20, 0)
    reading = run.read(run.gaussian("all"), case)
    two = reference.GaussianNB(priors=np.exp(reading.log_prior), var_smoothing=0.0)
    two.fit(data.X[:, [0, 2]], data.species)
    np.testing.assert_allclose(
        reading.posterior, two.predict_proba(data.X[338:339, [0, 2]])[0], rtol=1e-9
    )
    np.testing.assert_array_equal(reading.belief[2], reading.belief[1])


def test_every_bird_stands_on_the_grid():
    board, X = run.gaussian("all"), penguins.load().X
    for number in range(1, run.N_BIRDS + 1):
        values = [f.value(p) for f, p in zip(board.features, run.bird(number), strict=True)]
        np.testing.assert_allclose(values, X[number - 1], atol=1e-9)


def test_variance_zero_has_no_model_until_it_is_smoothed():
    board = run.gaussian("alike Adelies")
    assert board.models[0] is None
    assert "variance 0" in (board.problems[0] or "")
    assert all(model is not None for model in board.models[1:])
    case = Case(run.bird(1), (True,) * 4, 20, 0)
    with pytest.raises(ValueError, match="190 mm"):
        run.read(board, case)
    near = tuple(f.place(v) for f, v in zip(run.MEASURES, (38.8, 18.3, 191, 3700), strict=True))
    spiked = run.read(board, Case(near, (True,) * 4, 20, run.SMALL))
    assert spiked.posterior[0] < 1e-100
    wide = run.read(board, Case(near, (True,) * 4, 20, run.VAR_SMOOTHINGS.index(1e-4)))
    assert wide.winner == 0


def test_the_multinomial_is_blind_to_absence_and_bernoulli_to_repetition():
    none = Case((0,) * 8, (True,) * 8, 31, 5)
    blind = run.read(run.of_words("multinomial"), none)
    np.testing.assert_allclose(blind.posterior, [0.69, 0.31])
    assert run.read(run.of_words("bernoulli"), none).posterior[1] < 0.2
    once, often = ((n, *(0,) * 7) for n in (1, 5))
    board = run.of_words("bernoulli")
    twice = [run.read(board, Case(c, (True,) * 8, 31, 5)).posterior for c in (once, often)]
    np.testing.assert_array_equal(*twice)


def test_alpha_zero_can_leave_no_answer():
    """No spam says “cheers”, no ham “testimonials”."""
    board = run.of_words("multinomial", ("free", "cheers", "testimonials"))
    one = run.read(board, Case((0, 1, 0), (True,) * 3, 31, 0))
    np.testing.assert_array_equal(one.posterior, [1.0, 0.0])
    both = run.read(board, Case((0, 1, 1), (True,) * 3, 31, 0))
    assert both.impossible
    np.testing.assert_allclose(both.posterior, [0.69, 0.31])
    assert "0}{0" in nb_factors.opened(both, "posterior-1").formula


# -- what opens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("seed", range(3))
def test_what_opens_evaluates_to_what_it_says(name, seed):
    board = BOARDS[name]()
    known = tuple(i != seed for i in range(len(board.features)))
    reading = run.read(board, some_case(board, seed, known=known))
    keys = [f"{k}-{c}" for k in ("prior", "product", "posterior") for c in range(2)]
    keys += [f"f{f}-{c}" for f in range(len(board.features)) for c in range(2)]
    keys += [f"b{f}-{c}" for f in range(len(board.features) + 1) for c in range(2)]
    for key in keys:
        opened = nb_factors.opened(reading, key)
        assert opened is not None, key
        np.testing.assert_allclose(
            evaluate(opened.expression), opened.value, rtol=1e-7, atol=1e-300, err_msg=key
        )


@pytest.mark.parametrize("alpha", [0.0, 1000.0])
@pytest.mark.parametrize("kind", ["multinomial", "bernoulli"])
def test_what_opens_at_the_ends_of_alpha(kind, alpha):
    board = run.of_words(kind, ("free", "click", "cheers"))
    case = Case((1, 0, 4), (True,) * 3, 50, run.ALPHAS.index(alpha))
    reading = run.read(board, case)
    for key in ("f0-0", "f1-1", "f2-0", "f2-1", "product-0", "product-1", "posterior-1"):
        opened = nb_factors.opened(reading, key)
        np.testing.assert_allclose(evaluate(opened.expression), opened.value, rtol=1e-9)


@pytest.mark.parametrize(
    "key", ["", "prior", "prior-9", "f99-0", "b9-0", "f-0", "prior-٣", "x-1", None]
)
def test_a_strange_name_opens_nothing(key):
    board = run.of_words("multinomial")
    assert nb_factors.opened(run.read(board, some_case(board)), key) is None


# -- links and the widget ------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOARDS)
def test_a_case_goes_into_a_link_and_back(name):
    board = BOARDS[name]()
    case = some_case(board, 4)
    assert nb_case.parse_values(board, nb_case.values_text(board, case)) == case.places
    off = Case(case.places, (False, *case.known[1:]), 20, 1)
    assert nb_case.parse_off(board, nb_case.off_text(off) or "") == off.known
    assert nb_case.off_text(case) is None


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,nan", "39,18,190,1e9", "39,18,190,99999", "39,18,190,٣", "<b>"]
)
def test_bad_values_are_named(text):
    with pytest.raises(ValueError, match="must"):
        nb_case.parse_values(run.gaussian("all"), text)


@pytest.mark.parametrize("text", ["", "free", "free,free", "free,qqqzzz", "a," * 3000, "free," * 9])
def test_bad_words_are_named(text):
    with pytest.raises(ValueError, match="Words must"):
        run.parse_words(text)


@pytest.mark.parametrize("name", BOARDS)
def test_the_payload_is_plain_json_and_small(name):
    board = BOARDS[name]()
    text = json.dumps(encode(payload(board)), allow_nan=False)
    assert len(text) < 150_000
    assert payload(board)["board_id"] == payload(board)["board_id"]


def test_what_the_browser_says_is_checked():
    board = run.of_words("multinomial")
    prepared = payload(board)
    goto = {"token": "t", "places": [0] * 8, "known": [True] * 8, "prior": 31, "smoothing": 5}
    good = {**goto, "board": prepared["board_id"], "places": [1] * 8, "open": "prior-0"}
    assert view_of(good, prepared, board, goto)[0].places == (1,) * 8
    assert view_of(good, prepared, board, goto)[1] == "prior-0"
    for bad in (
        None,
        "x",
        {**good, "board": "other"},
        {**good, "token": "old"},
        {**good, "places": [99] * 8},
        {**good, "places": [True] * 8},
        {**good, "places": ["1"] * 8},
        {**good, "prior": 0.5},
        {**good, "smoothing": 99},
        {**good, "known": None},
    ):
        assert view_of(bad, prepared, board, goto)[0].places == (0,) * 8, bad


# -- what is taken away --------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOARDS)
def test_files_hold_the_page_s_numbers(name):
    board = BOARDS[name]()
    known = tuple(i != 1 for i in range(len(board.features)))
    reading = run.read(board, some_case(board, 2, known=known, smoothing=3))
    stored = json.loads(export.model_json(reading))
    np.testing.assert_allclose(stored["posterior"], reading.posterior)
    rows = list(csv.reader(io.StringIO(export.factors_csv(reading))))
    assert [row[0] for row in rows[1:]] == ["prior", *run.words_of(board), "product"]
    last = [float(v) for v in rows[-1][-len(board.classes) :]]
    np.testing.assert_allclose(last, reading.posterior)
    assert "not known" in export.table_svg(reading)


def test_the_scripts_print_the_page_s_posterior(tmp_path):
    """One process runs them all: starting one takes longer than what they do."""
    readings = {}
    for name in ("alike", "multinomial", "bernoulli"):
        board = BOARDS[name]()
        for hidden in (False, True):
            known = tuple(not (hidden and i == 1) for i in range(len(board.features)))
            reading = run.read(board, some_case(board, 5, known=known, smoothing=5))
            path = tmp_path / f"{name}_{hidden}.py"
            path.write_text(export.script(reading), encoding="utf-8")
            readings[path.name] = reading
    paths = [str(tmp_path / name) for name in readings]
    driver = f"import runpy\nfor p in {paths!r}:\n    print('#'); runpy.run_path(p)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", driver], capture_output=True, text=True, check=True
    )
    outputs = done.stdout.split("#\n")[1:]
    for (name, reading), output in zip(readings.items(), outputs, strict=True):
        printed = dict(line.split(": ", 1) for line in output.splitlines())
        numbers = {k: [float(v) for v in re.findall(r"[-\d.e]+", t)] for k, t in printed.items()}
        np.testing.assert_allclose(numbers["log joint"], reading.log_joint, rtol=1e-6, atol=2e-6)
        np.testing.assert_allclose(numbers["posterior"], reading.posterior, atol=1e-8)
        assert ("predict_proba" in numbers) == (not name.endswith("True.py"))
        np.testing.assert_allclose(
            numbers.get("predict_proba", numbers["posterior"]), reading.posterior, atol=1e-8
        )
