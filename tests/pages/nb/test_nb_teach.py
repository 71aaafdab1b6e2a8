"""The teaching page's lesson, learning curve, widget payload and files."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.opened import evaluate
from pages.nb.teach import case as nb_teach
from pages.nb.teach import curve as nb_teach_curve
from pages.nb.teach import learning_curve as nb_learning_curve
from pages.nb.teach import lesson as run
from pages.nb.teach import logistic as nb_logistic
from pages.nb.teach import opened as arithmetic
from pages.nb.teach import take_away as export
from pages.nb.teach import teach_table
from pages.nb.teach import text as nb_teach_text
from pages.nb.teach.lesson import Item
from pages.nb.teach.teach_table import View

TEXT = "Free money! <b>click</b> here, привет 🙂 cheers"
OWN = ("free free lunch", "see you at lunch")
CODES = "c0-9.m0h.c12.o1h.o0s"
SETTINGS = [("multinomial", 1.0, 0.5), ("multinomial", 0.1, None), ("bernoulli", 1.0, None)]


def lesson(kind: str = "multinomial", alpha: float = 1.0, prior: float | None = 0.5):
    return run.lesson(run.decode(CODES, OWN), OWN, kind, alpha, prior)


# -- links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("codes", ["", "m0", "m0h.m0s", "c0-9", "c3h.c4-6.c9", CODES])
def test_a_lesson_goes_through_its_link(codes: str) -> None:
    items = run.decode(codes, OWN)
    assert run.decode(run.encode(items), OWN) == items
    assert len(run.encode(items)) <= max(len(codes), 1) + 4


def test_codes_say_who_labelled_what() -> None:
    items = run.decode("m0.m0h.c0-2.o1s", OWN)
    assert items[0] == Item("m", 0, True)
    assert items[1] == Item("m", 0, False)
    truth = spam.load().is_spam[spam.load().train[:3]] == spam.SPAM
    assert [item.is_spam for item in items[2:5]] == truth.tolist()
    assert items[5] == Item("o", 1, True)
    assert run.own_from_link(run.own_link(OWN)) == OWN
    assert run.own_link(("x" * 4000,)) is None


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("x", "codes must be like"),
        ("c5-3", "a run must rise"),
        ("c0-999", "a run must rise"),
        ("m6", "list index|message must be below 6"),
        ("m9h", "message must be below 6"),
        ("c9999", "n must be a whole number"),
        ("o0", "own text must say h or s|own text must be below"),
        ("o7s", "own text must be below 2"),
        (".".join(["m0"] * 201), "at most 200 messages"),
        ("c0-9" * 900, "codes must be like"),
        ("<script>", "codes must be like"),
    ],
)
def test_bad_codes_are_named(codes: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        run.decode(codes, OWN)


@pytest.mark.parametrize("text", ["{}", "[1]", "[" * 9000, "x", '[" "]', '["' + "a" * 9000 + '"]'])
def test_bad_own_texts_are_named(text: str) -> None:
    with pytest.raises(ValueError, match="text"):
        run.own_from_link(text)


# -- a table of labelled messages ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "column named text; its first line has: nothing"),
        (b"text,verdict\nfree,spam", "column named label; its first line has: text, verdict"),
        (b"a;b\n1;2", "column named text"),
        (b"text,label\n", "a labelled message; got none"),
        (b"text,label\nfree money,maybe\n  ,spam", "1 rows have a label"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"text,label\n\0,spam", "zero byte"),
        (b"text,label\n" + b"x" * 200_000 + b",spam", "CSV table|no word|labelled message"),
        (b"x" * (run.MAX_FILE + 1), "at most 4,000,000 bytes"),
        (b"text,label\n" + b"free " * 1_000_000 + b",spam", "at most 4,000,000 bytes|CSV table"),
    ],
)
def test_a_bad_table_is_named(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        run.read_table(data, 200)


def test_a_table_is_read_and_what_is_left_out_is_told() -> None:
    text = "Label;Text\nspam;free money\nham;<b>lunch</b> at noon\n1;win 🙂 now\n?;x\n0;...\n"
    found = run.read_table(text.encode("utf-8-sig"), 200)
    labels = [("free money", True), ("<b>lunch</b> at noon", False), ("win 🙂 now", True)]
    assert list(found.rows) == labels
    assert "1 rows have a label" in found.notes[0]
    assert "1 rows have no word" in found.notes[1]
    few = run.read_table(text.encode(), 2)
    assert len(few.rows) == 2
    assert "first 2 fit" in few.notes[-1]


# -- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "alpha", "prior"), SETTINGS)
def test_the_accuracies_are_those_of_each_lesson(kind, alpha, prior) -> None:
    whole = lesson(kind, alpha, prior)
    got = run.accuracies(whole.taught, kind, alpha, prior)
    for n in (0, 1, 7, len(whole.taught)):
        part = run.until(whole, n)
        assert got[n] == pytest.approx(nb_teach.held_out(part).accuracy, abs=1.5e-3)
        assert len(part.taught) == n


@pytest.mark.parametrize(("kind", "alpha", "prior"), SETTINGS)
def test_every_number_opens_to_its_sum(kind, alpha, prior) -> None:
    whole = lesson(kind, alpha, prior)
    shown = [arithmetic.word(whole, f) for f in (0, 17, 300)]
    shown += [arithmetic.posterior(run.until(whole, n), TEXT) for n in (0, 1, 5, 14)]
    shown += [arithmetic.posterior(whole, ""), arithmetic.accuracy(nb_teach.held_out(whole))]
    for one in shown:
        assert evaluate(one.expression) == pytest.approx(one.value, rel=1e-9)
        for row in one.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)


def test_ten_labels_already_work() -> None:
    right = run.accuracies(
        run.lesson(run.decode("c0-9", ()), (), *SETTINGS[0]).taught, *SETTINGS[0]
    )
    assert right[10] > 0.8 > right[0]


def test_taking_back_an_earlier_label_is_never_having_given_it() -> None:
    items = run.decode("c0-9.m0h.c12", ())
    whole = run.lesson(items, (), "multinomial", 1.0, 0.5)
    less = nb_teach.unlearn(whole, 10)
    never = run.lesson(items[:10] + items[11:], (), "multinomial", 1.0, 0.5)
    np.testing.assert_array_equal(less.counted.feature_count, never.counted.feature_count)
    assert nb_teach.read(less, TEXT).total == nb_teach.read(never, TEXT).total


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("codes", ["", "m0h", CODES, "c0-29"])
@pytest.mark.parametrize("text", [TEXT, "", "free free money free"])
def test_a_text_is_read_after_each_label_as_by_a_model_each(settings, codes, text) -> None:
    taught = run.lesson(run.decode(codes, OWN), OWN, *settings)
    quick, slow = nb_teach_text.steps(taught, text), nb_teach.trail(taught, text)
    for one, other in zip(quick, slow, strict=True):
        assert (one.taught, one.key, one.messages) == (other.taught, other.key, other.messages)
        assert one.words == other.words
        assert one.log_odds == pytest.approx(other.log_odds, rel=1e-9, abs=1e-9)
        assert one.probability == pytest.approx(other.probability, rel=1e-9, abs=1e-12)


def prepared() -> dict:
    whole = lesson()
    items = run.decode(CODES, OWN)
    accuracies = run.accuracies(whole.taught, "multinomial", 1.0, 0.5)
    return teach_table.payload(whole, items, OWN, accuracies, TEXT, True)


def test_the_payload_is_plain_and_small() -> None:
    made = prepared()
    assert len(json.dumps(made, allow_nan=False)) < 12_000
    assert made["reading"]["p"][0] == pytest.approx(0.5)
    assert [row["word"] for row in made["reading"]["rows"]][:3] == ["free", "money", "!"]


def test_a_text_without_a_word_says_what_is_left() -> None:
    for settings, left in zip(SETTINGS, ("prior", "prior", "absent ones"), strict=True):
        taught = run.lesson(run.decode("m0", ()), (), *settings)
        assert left in nb_teach_text.reading(taught, "привет 🙂", True)["note"]
        assert nb_teach_text.reading(taught, "free", True)["note"] == ""


def test_what_the_browser_says_is_checked() -> None:
    made, view = prepared(), View(3, "free")
    assert teach_table.view_of({"token": "t", "step": 5, "word": "money"}, made, view, "t") == View(
        5, "money"
    )
    assert teach_table.view_of({"token": "x", "step": 5}, made, view, "t") == view
    bad = {"token": "t", "step": 99, "word": "<b>"}
    assert teach_table.view_of(bad, made, view, "t") == View(None, None)


def test_a_corpus_message_is_shown_as_its_words() -> None:
    told = run.corpus_words(12)
    for f, times in nb_teach.corpus_message(12).words[:40]:
        word = spam.load().vocabulary[f]
        assert (f"{word} ×{times}" if times > 1 else word) in told
    assert run.next_corpus(run.decode("c0-9", ())) == 10
    assert run.next_corpus((), 5000) is None


# -- the learning curve --------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "draw"), [(10, 0), (200, 7), (1000, 19)])
def test_the_stored_curve_is_that_of_fits(size: int, draw: int) -> None:
    stored = nb_logistic.curve(20).accuracy[draw, nb_learning_curve.SIZES.index(size)]
    assert stored == pytest.approx(nb_learning_curve.logistic_accuracy(size, draw), abs=1e-3)


@pytest.mark.parametrize("kind", ["multinomial", "bernoulli"])
def test_the_board_shows_the_curve_and_every_point_opens(kind: str) -> None:
    board = nb_teach_curve.board(kind, 2)
    assert len(json.dumps(board, allow_nan=False)) < 60_000
    stop = nb_teach_curve.ALPHAS.index(0.1)
    names = [f"{layer}:{i}" for layer in ("naive", "peer") for i in range(9)]
    met = nb_teach_curve.found(kind, stop, 2)
    names += [f"crossing:{i}" for i in range(len(met))]
    names += [f"read-{read['key']}:0" for read in board["reads"]]
    for name in names:
        one = nb_teach_curve.opened(kind, stop, 2, name)
        assert one is not None, name
        assert evaluate(one.expression) == pytest.approx(one.value, rel=1e-9)
    for name in (None, "naive:9", "crossing:99", "what:0", "read-size-z:0"):
        assert nb_teach_curve.opened(kind, stop, 2, name) is None


def test_naive_bayes_leads_from_ten_messages_at_a_small_alpha() -> None:
    status = nb_teach_curve.board("multinomial", 5)["status"]
    assert "From 10 messages Naive Bayes leads" in status[nb_teach_curve.ALPHAS.index(0.1)]
    assert "logistic regression from about" in status[nb_teach_curve.ALPHAS.index(0.1)]


# -- take away -----------------------------------------------------------------------------------


def test_files_are_whole() -> None:
    whole = lesson()
    titles = [run.title(item) for item in run.decode(CODES, OWN)]
    made = json.loads(export.as_json(whole, TEXT, titles))
    assert len(made["messages"]) == 14
    rows = list(csv.DictReader(io.StringIO(export.as_csv(whole))))
    assert sum(int(row["spam"]) for row in rows) == whole.counted.feature_count[1].sum()
    assert "<svg" in export.as_svg(whole, TEXT)
    assert "<svg" in export.curve_svg("multinomial", 5, 2)
    assert len(json.loads(export.curve_json("multinomial", 5, 2))["points"]) == 36
    assert export.curve_csv("multinomial", 5, 2).count("\n") == 37


@pytest.mark.parametrize(("kind", "alpha", "prior"), SETTINGS[2:])
def test_the_script_finds_the_posterior(kind, alpha, prior) -> None:
    whole = lesson(kind, alpha, prior)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", export.as_script(whole, TEXT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    posterior, counts = done.stdout.splitlines()
    assert float(posterior.split()[1]) == pytest.approx(nb_teach.read(whole, TEXT).probability)
    assert json.loads(counts[7:]) == whole.counted.feature_count.sum(axis=1).tolist()


def test_the_curve_s_script_agrees_with_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", export.curve_script("multinomial", 4)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    got = {tuple(line.split()[:2]): float(line.split()[2]) for line in done.stdout.splitlines()}
    train, test = export._few()
    data = spam.load()
    for size in (10, 50):
        model = nb_teach.KINDS["multinomial"].fit(
            data.counts[train[:size]], data.is_spam[train[:size]], alpha=nb_teach_curve.ALPHAS[4]
        )
        right = model.predict(data.counts[test].astype(float)) == data.is_spam[test]
        assert got["naive", str(size)] == pytest.approx(float(right.mean()))
        assert got["logistic", str(size)] > 0.6
