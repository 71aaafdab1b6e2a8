"""What the message editor is sent, what it may tell, and the figures: without a browser."""

import json
import math

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.kit.payload import encode
from pages.nb.spam import figures
from pages.nb.spam.message_editor import EditorState, checked_state, payload
from pages.nb.spam_filter import KINDS, Settings, held_out, read


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_payload_is_plain_json(kind, alpha):
    settings = Settings(kind, alpha=alpha, training=50)
    for text in ("", "free 😀 money", spam.MESSAGES[4].text):
        reading = read(text, settings, {0: 3})
        sent = encode(payload(reading, load="1", selected="total"))
        back = json.loads(json.dumps(sent, allow_nan=False))
        assert back["text"] == text
        assert back["settings"] == {"model": kind, "alpha": alpha, "prior": 0.31, "training": 50}
        assert len(back["reading"]["word"]) == len(reading.tokens)


def test_the_longest_payload_stays_small():
    sent = encode(payload(read("free $5 " * 1000, Settings()), load="1", selected=None))
    assert len(json.dumps(sent)) < 250_000


def test_changed_counts_are_sent_by_where_their_word_starts():
    reading = read("😀 free money", Settings(), {3: 0})
    assert payload(reading, load="1", selected=3)["times"] == [[3, 0]]
    assert reading.trace.counted.tolist() == [0, 1]


def test_what_an_editor_tells_is_taken_as_it_is():
    told = {"load": "2", "text": "free", "times": [[0, 3]], "selected": 0}
    assert checked_state(told, "2") == EditorState("free", {0: 3}, 0)
    assert checked_state({**told, "selected": "total", "times": [[0.0, 25]]}, "2") == EditorState(
        "free", {0: 20}, "total"
    )


@pytest.mark.parametrize(
    "told",
    [
        *(None, 5, "x", [], {}),
        {"load": "1", "text": "old"},
        {"load": "2"},
        {"load": "2", "text": 5},
        {"load": "2", "text": "x" * 8001},
        {"load": 2, "text": "x"},
    ],
)
def test_what_is_no_state_of_this_text_counts_as_nothing(told):
    assert checked_state(told, "2") is None


@pytest.mark.parametrize(
    "times", [None, 5, "ab", [5], [[1]], [["a", 1]], [[math.nan, 1]], [[-1, 2]], [[0, None]], {}]
)
def test_counts_of_another_form_are_left_out(times):
    told = {"load": "2", "text": "free", "times": times, "selected": {"a": 1}}
    assert checked_state(told, "2") == EditorState("free", {}, None)


def test_the_histogram_holds_every_held_out_message():
    for settings in (Settings(), Settings(alpha=0.0, training=50)):
        test = held_out(settings)
        figure = figures.log_odds_histogram(test)
        assert [sum(bars.y) for bars in figure.data] == test.confusion.sum(axis=1).tolist()
        ham, spam_bars = (np.array(bars.y) for bars in figure.data)
        right = np.array(figure.data[0].x) > 0
        assert ham[right].sum() == pytest.approx(test.confusion[0, 1], abs=2)
        assert spam_bars[right].sum() == pytest.approx(test.confusion[1, 1], abs=2)


def test_the_learning_curve_leaves_undefined_points_out():
    sizes = spam.TRAINING_SIZES
    tests = [held_out(Settings("bernoulli", alpha=10.0, training=size)) for size in sizes]
    figure = figures.learning_curve(sizes, tests, 50)
    by_name = {line.name: line.y for line in figure.data}
    for i, test in enumerate(tests):
        assert by_name["recall"][i] == test.recall
        assert (by_name["precision"][i] is None) == math.isnan(test.precision)
    assert any(math.isnan(test.precision) for test in tests)
