"""The tagger: counts to probabilities, endings, tokens; held-out figures where text is at hand."""

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from genmodels import hmm, tagging
from genmodels.datasets import brown
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from genmodels.tagging import Counts, Smoothing
from pages.hmm.tagging import case as run
from pages.hmm.tagging import take_away as export
from tests.unpack import unpacked

COUNTS = brown.load()
HELD = brown.held()
TAGS = COUNTS.tags
SMOOTHINGS = [None, 0.01, 1.0]


def tag_of(name: str) -> int:
    return TAGS.index(name)


def tiny() -> Counts:
    """Two tags, three words: counts small enough to divide by hand."""
    return Counts(
        ("N", "V"),
        np.array([[1, 3, 2], [2, 0, 2], [3, 1, 0]]),
        {"fish": 0, "can": 1, "swim": 2},
        np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 1.0]]),
        {("l", ""): 0, ("l", "s"): 1},
        np.array([[2.0, 2.0], [1.0, 0.0]]),
    )


def held_out_file() -> Path:
    path = Path(os.environ.get("GENMODELS_DATA", "")) / brown.HELD_OUT
    if not path.is_file():
        pytest.skip("GENMODELS_DATA names no folder with the held-out sentences, which don't ship")
    return path


# -- counts and figures --------------------------------------------------------------------------


def test_the_counts_add_up() -> None:
    assert COUNTS.totals.sum() == 1_045_088
    assert TAGS == brown.TAGS
    assert set(brown.TITLES) == set(TAGS)
    assert COUNTS.moves[:, :-1].sum() == COUNTS.totals.sum()
    assert np.array_equal(COUNTS.moves[:, :-1].sum(axis=0), COUNTS.totals)
    rare = COUNTS.by_word[COUNTS.by_word.sum(axis=1) <= tagging.RARE].sum()
    assert sum(COUNTS.by_suffix[COUNTS.suffixes[kind, ""]].sum() for kind in "UlDP") == rare
    with pytest.raises(ValueError, match="read-only"):
        COUNTS.by_word[0, 0] = 1


def test_held_out_figures_tell_the_lesson() -> None:
    accuracy = {alpha: HELD.accuracy(run.row_of(alpha)) for alpha in SMOOTHINGS}
    assert accuracy[None] >= 0.96
    assert HELD.accuracy(0) == pytest.approx(0.943, abs=0.002)
    assert accuracy[1.0] == pytest.approx(0.941, abs=0.002)
    assert accuracy[1.0] < HELD.accuracy(0) < accuracy[0.01] < accuracy[None]
    assert HELD.tokens.sum() == 30_186
    for m in range(1 + len(brown.METHODS)):
        assert np.trace(HELD.confusion[m]) == HELD.right[m].sum()
        assert HELD.confusion[m].sum() == HELD.tokens.sum()


def test_the_figures_again_from_the_sentences() -> None:
    """Only where the corpus is at hand: its sentences don't ship."""
    methods = {"endings": None, "one": 1.0}
    found = brown.measured(COUNTS, brown.sentences(held_out_file()), methods)
    for here, there in ((0, 0), (1, run.row_of(None)), (2, run.row_of(1.0))):
        assert np.array_equal(found.right[here], HELD.right[there])
        assert np.array_equal(found.confusion[here], HELD.confusion[there])
        assert found.whole[here] == HELD.whole[there]


def test_the_tokeniser_cuts_as_the_corpus_does() -> None:
    found = [[word for word, _ in s] for s in brown.sentences(held_out_file())]
    assert np.mean([tagging.tokens(" ".join(words)) == words for words in found]) > 0.97


def test_what_is_measured_is_counted_right() -> None:
    """Three words of a known count, one of them unknown, against tags chosen here."""
    text = [[("fish", "N"), ("can", "V"), ("zebras", "N")]]
    found = brown.measured(tiny(), text, {"endings": None})
    base = tagging.most_frequent(tiny(), ["fish", "can", "zebras"])
    assert base == [0, 1, 1]
    assert found.tokens.tolist() == [2, 1]
    assert found.right[0].tolist() == [2, 0]
    assert found.whole.tolist()[0] == 0
    assert found.confusion[0].tolist() == [[1, 1], [0, 1]]


def test_tags_are_put_in_the_page_s_order() -> None:
    K = len(brown.TAGS)
    old = sorted(brown.TAGS)
    stored = {
        "tags": np.array(old), "trans": np.arange((K + 1) ** 2).reshape(K + 1, K + 1),
        "data": np.array([5, 7]), "indices": np.array([old.index("NOUN"), old.index("X")]),
        "indptr": np.array([0, 1, 2]), "words": np.array(b"a\nb"), "suf_key": np.array(b"l\t"),
        "suf_counts": np.arange(K)[None],
    }  # fmt: skip
    found = brown.counts_of(brown.ordered(stored))
    assert found.by_word[0, tag_of("NOUN")] == 5
    assert found.by_word[1, tag_of("X")] == 7
    i, j = old.index("DET"), old.index("VERB")
    assert found.moves[tag_of("DET"), tag_of("VERB")] == stored["trans"][i, j]
    assert found.moves[-1, tag_of("VERB")] == stored["trans"][K, j]
    assert found.by_suffix[0, tag_of("VERB")] == j


# -- probabilities -------------------------------------------------------------------------------


def test_shares_of_small_counts() -> None:
    counts = tiny()
    first, between = tagging.transitions(counts, None)
    assert first == pytest.approx([3 / 4, 1 / 4])
    assert between == pytest.approx(np.array([[1 / 4, 3 / 4], [1, 0]]))
    assert tagging.transitions(counts, 1.0)[1][1] == pytest.approx([3 / 4, 1 / 4])
    assert tagging.emission(counts, "Fish", None) == pytest.approx([3 / 4, 1 / 4])
    # Symbols: fish, can and UNKNOWN; swim was seen once.
    assert tagging.n_symbols(counts) == 3
    assert tagging.emission(counts, "swim", 1.0) == pytest.approx([1 / 7, 2 / 7])
    assert tagging.emission(counts, "zebra", 1.0) == pytest.approx([1 / 7, 2 / 7])


def test_an_ending_s_share_is_mixed_into_the_shorter_one_s() -> None:
    counts = tiny()
    theta = 0.0  # both tags have half of all words
    assert tagging.theta(counts) == theta
    assert tagging.endings(counts, "zebras")[-1].after == pytest.approx([1, 0])
    steps = tagging.endings(COUNTS, "frobnicating")
    assert [step.text for step in steps] == ["", "g", "ng", "ing", "ting", "ating"]
    theta = tagging.theta(COUNTS)
    shares = COUNTS.totals / 1_045_088
    assert theta == pytest.approx(shares.std(ddof=1))
    now = shares
    for step in steps:
        now = (step.counts / step.counts.sum() + theta * now) / (1 + theta)
        np.testing.assert_allclose(step.after, now)
    assert now[tag_of("VERB")] > 0.5
    likely = tagging.emission(COUNTS, "frobnicating", None) * COUNTS.totals
    np.testing.assert_allclose(likely, now)


@pytest.mark.parametrize("alpha", [0.01, 1.0])
def test_added_counts_make_probabilities(alpha: float) -> None:
    """All words of a tag sum to 1: those seen often, and UNKNOWN for the rest."""
    often = COUNTS.by_word[~COUNTS.once]
    M = len(often) + 1
    total = ((often + alpha) / (COUNTS.totals + alpha * M)).sum(axis=0)
    assert total + tagging.emission(COUNTS, "zyxwvut", alpha) == pytest.approx(1)
    row = COUNTS.by_word[COUNTS.words["like"]]
    expected = (row + alpha) / (COUNTS.totals + alpha * M)
    np.testing.assert_allclose(tagging.emission(COUNTS, "Like", alpha), expected)


@pytest.mark.parametrize(
    "word, kind",
    [("Oslovia", "U"), ("oslovia", "l"), ("93rd", "D"), ("§", "P"), ("😀", "P"), ("Éirelos", "U")],
)
def test_how_a_word_begins(word: str, kind: str) -> None:
    assert tagging.word_class(word) == kind
    assert (tagging.emission(COUNTS, word, None) > 0).all()


@pytest.mark.parametrize("alpha", SMOOTHINGS)
def test_the_path_is_the_best_of_all(alpha: Smoothing) -> None:
    """Every path of three words multiplied out, an unknown one among them."""
    words = ["They", "can", "snarf"]
    first, between = tagging.transitions(COUNTS, alpha)
    b = [tagging.emission(COUNTS, word, alpha) for word in words]
    p = (first * b[0])[:, None, None] * (between * b[1])[:, :, None] * (between * b[2])[None]
    best = np.unravel_index(p.argmax(), p.shape)
    assert tagging.tag(COUNTS, words, alpha) == [int(k) for k in best]
    sentence = tagging.sentence_model(COUNTS, words, alpha)
    smooth = hmm.forward_backward(sentence.model, sentence.observations)
    assert smooth.log_prob == pytest.approx(np.log(p.sum()), rel=1e-10)
    np.testing.assert_allclose(smooth.posterior[1], p.sum(axis=(0, 2)) / p.sum(), atol=1e-12)


def test_unknown_words_are_one_symbol_where_counts_are_added() -> None:
    words = ["The", "the", "slithy", "toves"]
    added = tagging.sentence_model(COUNTS, words, 1.0)
    assert added.symbols == ("the", tagging.UNKNOWN, tagging.REST)
    assert added.observations.tolist() == [0, 0, 1, 1]
    assert tagging.sentence_model(COUNTS, words, None).symbols[1:3] == ("slithy", "toves")
    with pytest.raises(ValueError, match="at least one"):
        tagging.sentence_model(COUNTS, [], None)


def test_the_lessons_of_the_examples() -> None:
    def tags(name: str, alpha: Smoothing = None) -> list[str]:
        words = tagging.tokens(run.EXAMPLES[name])
        return [TAGS[k] for k in tagging.tag(COUNTS, words, alpha)]

    assert tags("One word, two tags")[1] == "NOUN"
    assert tags("One word, two tags")[7] == "VERB"
    assert tags("Garden path")[2] == "NOUN"  # a reader knows better: the verb
    assert tags("Invented words")[1:5] == ["ADJ", "NOUN", "VERB", "ADV"]
    assert tags("Duck") != tags("Duck", 1.0)
    base = tagging.most_frequent(COUNTS, tagging.tokens(run.EXAMPLES["Invented words"]))
    assert TAGS[base[3]] == "NOUN"


# -- tokens and limits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", []),
        ("The old man the boat.", ["The", "old", "man", "the", "boat", "."]),
        ("Mr. O'Neil didn’t pay $3.50.", ["Mr.", "O'Neil", "didn't", "pay", "$3.50", "."]),
        ('He said "no" "so".', ["He", "said", "``", "no", "''", "``", "so", "''", "."]),
        ("e.g. in the U.S.A.", ["e.g.", "in", "the", "U.S.A."]),
        ("well-known—1,000 ...", ["well-known", "--", "1,000", "..."]),
        ("a 15th 24-hour, 10%", ["a", "15th", "24-hour", ",", "10%"]),
        ("😀\x00<b>\u202e", ["😀", "<", "b", ">"]),
        ("cafe\u0301", ["café"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tagging.tokens(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("I am. You are!", [3, 3]),
        ('He said "no!" She left.', [6, 3]),
        ("Really?! Yes", [3, 1]),
        ("no end", [2]),
        ("...", [1]),
    ],
)
def test_sentences(text: str, expected: list[int]) -> None:
    assert [len(s) for s in tagging.sentences(tagging.tokens(text))] == expected


def test_text_limits() -> None:
    for nothing in ("", " \n ", "\x00\u200b"):
        assert "at least one word" in (run.read(nothing)[1] or "")
    found, wrong = run.read("word " * 61)
    assert wrong is None
    assert found is not None
    assert len(found.words) == run.MAX_WORDS
    assert "61" in found.notes[0]
    found, _ = run.read("a b. " * 1000, 3)
    assert found is not None
    assert (found.number, found.sentences) == (3, 800)
    assert "5,000" in found.notes[0]
    found, _ = run.read("One. Two.", 9)
    assert found is not None
    assert found.words == ("Two", ".")


def test_a_long_word_is_cut_on_the_stage_only() -> None:
    found = run.run(("x" * 4000,), None, "Viterbi")
    assert len(found.payload["seen"][0]) == run.MAX_LABEL
    assert found.words == ("x" * 4000,)


@pytest.mark.parametrize("text", ["x", "0.1", "61.1", "1.13", "1.2.3", "", "1e9.1", "²." + "1"])
def test_bad_cells(text: str) -> None:
    assert run.checked_open(text)[1]
    assert run.checked_open("3.1") == ([2, 0], None)


# -- the page's numbers --------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", SMOOTHINGS)
def test_every_opened_number_is_its_sum(alpha: Smoothing) -> None:
    words = ("The", "slithy", "Toves", "like", "42nd", "%", "account")
    found = run.run(words, alpha, "Viterbi")
    first, between = tagging.transitions(COUNTS, alpha)
    B = found.sentence.model.emission.log_prob(found.sentence.observations)
    for t in range(len(words)):
        for k in range(12):
            makers = run.opened(found, "Viterbi", (t, k), False)
            assert tuple(makers) == run.OPENERS
            for name in run.OPENERS:
                one = makers[name]()
                for part in (one, *one.rows):
                    assert evaluate(part.expression) == pytest.approx(part.value, rel=1e-9)
            assert makers["Emission"]().value == pytest.approx(np.exp(B[t, k]), rel=1e-9)
            before = run.came_from(found, t, k)
            row = first if before is None else between[before]
            assert makers["Way in"]().value == pytest.approx(row[k], rel=1e-12)


def test_tables_open_to_what_they_show() -> None:
    table = run.move_table(1.0)
    opened = run.moved(run.START, "DET", 1.0)
    assert opened.value == pytest.approx(table[0][tag_of("DET")])
    assert evaluate(opened.expression) == pytest.approx(opened.value)
    assert run.score(None).value == pytest.approx(HELD.accuracy(1))
    shares, counts = run.mistake_table(None)
    opened = run.mistakes(None, "ADJ", "NOUN")
    assert opened.value == pytest.approx(shares[tag_of("ADJ")][tag_of("NOUN")])
    assert sum(map(sum, counts)) == 30_186
    for one in (run.score(1.0), opened):
        assert evaluate(one.expression) == pytest.approx(one.value)
    for alpha, rows in ((None, 4), (0.01, 4), (0.1, 5)):
        marks = run.accuracy_table(alpha)[""]
        assert len(marks) == rows
        assert marks.count("✓") == 1


def test_the_payload_is_plain_and_small() -> None:
    words = ("buffalo",) * run.MAX_WORDS
    for mode in run.MODES:
        found = run.run(words, None, mode)
        size = len(json.dumps(encode({**found.payload, "line": run.line(found)}), allow_nan=False))
        assert size < 160_000
        assert len(found.payload["seen"]) == run.MAX_WORDS


def test_no_edge_enters_a_tag_that_the_word_never_had() -> None:
    found = run.run(("They", "can", "fish"), None, "forward")
    shares = unpacked(found.payload["shares"]).reshape(2, 12, 12)
    assert shares[1].sum(axis=0)[tag_of("NOUN")] == pytest.approx(255, abs=6)
    assert shares[1].sum() == shares[1][:, tag_of("NOUN")].sum()


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [None, 1.0])
def test_the_files_say_what_the_page_says(alpha: Smoothing) -> None:
    found = run.run(tuple(tagging.tokens("=Time flies like a <b>tove</b>.")), alpha, "Viterbi")
    said = json.loads(export.as_json(found))
    assert said["settings"]["tags"] == [TAGS[k] for k in found.path]
    rows = list(csv.reader(io.StringIO(export.as_csv(found))))
    assert rows[4][1:3] == ["like", "ADP"]
    assert float(rows[4][3 + tag_of("ADP")]) == pytest.approx(
        found.smooth.posterior[3, tag_of("ADP")]
    )
    texts = [e.text for e in ET.fromstring(export.as_svg(found)).iter() if e.tag.endswith("text")]
    assert "flies" in texts
    ran = subprocess.run(
        [sys.executable, "-c", export.as_script(found)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    lines = dict(line.split(" ", 1) for line in ran.stdout.splitlines())
    assert float(lines["log"].split()[-1]) == pytest.approx(found.smooth.log_prob, rel=1e-9)
    assert float(lines["best"].split()[-1]) == pytest.approx(found.best.log_prob, rel=1e-9)
    assert [int(k) - 1 for k in lines["states"].split()] == found.path
