"""The classify routes: right numbers, words for every wrong request, and the socket lives on."""

import json
import math

import numpy as np
import pytest

from genmodels.datasets import spam
from genmodels.live.protocol import BAD, GOOD, request
from pages.nb import classify_live as classify
from pages.nb import spam_filter
from pages.nb.spam_filter import Settings, read

from .talk import talk

PATH = "/live/classify/spam-multinomial"
TEXT = spam.MESSAGES[3].text


def ask(path: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    return talk(classify.routes(), path, [request(100 + i, p) for i, p in enumerate(payloads)])


def body(**fields: object) -> bytes:
    return json.dumps({"text": TEXT, **fields}).encode()


@pytest.mark.parametrize("kind", spam_filter.KINDS)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"alpha": 0, "training": 50},
        {"alpha": 0.25, "prior": 0.9, "training": 2000},
        {"times": [[0, 0], [9, 7]]},
    ],
)
def test_the_reply_is_the_reading(kind, fields):
    [(sequence, status, reply)] = ask(f"/live/classify/spam-{kind}", body(id=7, **fields))
    assert (sequence, status) == (100, GOOD)
    got = json.loads(reply)
    chosen = {k: v for k, v in fields.items() if k != "times"}
    reading = read(TEXT, Settings(kind=kind, **chosen), dict(fields.get("times", [])))
    assert got.pop("id") == 7
    assert got == spam_filter.wire(reading)
    assert got["prior"] == pytest.approx(reading.trace.prior)
    assert len(got["word"]) == len(reading.tokens)
    numbers = np.array([float(v) for v in got["running"]])
    np.testing.assert_allclose(numbers, reading.trace.running, atol=1e-8)


def test_what_has_no_number_travels_as_a_name():
    [(_, status, reply)] = ask(PATH, body(text="kernel mortgage", alpha=0))
    got = json.loads(reply)
    assert status == GOOD
    assert got["log_odds"][0] == "-Infinity"
    assert got["total"] == "-Infinity"
    assert got["probability"] == 0


def test_places_count_as_javascript_counts():
    [(_, _, reply)] = ask(PATH, body(text="😀 free ü money"))
    got = json.loads(reply)
    as_utf16 = "😀 free ü money".encode("utf-16-le")
    words = [
        as_utf16[2 * a : 2 * b].decode("utf-16-le")
        for a, b in zip(got["start"], got["end"], strict=True)
    ]
    assert words == ["free", "money"]


BAD_REQUESTS = [
    (b"", "must be JSON"),
    (b"\xff\xfe\x00", "must be UTF-8; byte 0"),
    (b"hello", "must be JSON"),
    (b"[" * 50_000, "must be JSON"),
    (b"[1, 2]", "must be a JSON object"),
    (b'"text"', "must be a JSON object"),
    (b"{}", "text must be text; got None"),
    (b'{"text": 5}', "text must be text; got 5"),
    (b'{"text": null}', "text must be text; got None"),
    (body(text="a" * 8001), "at most 8000 characters; got 8001"),
    (body(what=1), "has no field 'what'"),
    (body(alpha=-1), "alpha must be a number from 0 to 100; got -1"),
    (body(alpha=math.nan), "alpha must be a number from 0 to 100; got nan"),
    (body(alpha=1e400), "alpha must be a number"),
    (body(alpha="1"), "alpha must be a number"),
    (body(alpha=True), "alpha must be a number"),
    (body(alpha=[1]), "alpha must be a number"),
    (body(prior=0), "prior must be a number from 0.001 to 0.999; got 0"),
    (body(prior=1.5), "prior must be a number"),
    (body(prior=None), "prior must be a number"),
    (body(training=0), "training must be one of"),
    (body(training=33), "training must be one of"),
    (body(training=[10]), "training must be one of"),
    (body(training={"n": 1}), "training must be one of"),
    (body(times=5), "times must be a list"),
    (body(times=[5]), "times must be a list"),
    (body(times=[[1]]), "times must be a list"),
    (body(times=[[0, -1]]), "times must be a whole number from 0 to 20; got -1"),
    (body(times=[[0, 99]]), "times must be a whole number from 0 to 20; got 99"),
    (body(times=[[-1, 1]]), "a start must be a whole number"),
    (body(times=[[0.5, 1]]), "a start must be a whole number"),
    (body(id="x"), "id must be a whole number"),
    (body(id=-1), "id must be a whole number"),
]


def test_each_bad_request_gets_words_and_the_socket_lives_on():
    payloads = [payload for bad, _ in BAD_REQUESTS for payload in (bad, body(id=1))]
    replies = ask(PATH, *payloads)
    assert sorted(sequence for sequence, _, _ in replies) == [100 + i for i in range(len(payloads))]
    by_sequence = {sequence: (status, reply) for sequence, status, reply in replies}
    for i, (bad, message) in enumerate(BAD_REQUESTS):
        status, reply = by_sequence[100 + 2 * i]
        assert status == BAD, bad[:60]
        assert message in reply.decode(), bad[:60]
        assert by_sequence[101 + 2 * i][0] == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "😀" * 4000,
        "\x00\x01\x02",
        "<script>alert(1)</script>",
        "ſeſſion K İ",
        "a" * 8000,
        "free " * 1600,
        "@" * 8000,
        "$" * 8000,
        "\ud800 lone",
        "https://" * 1000,
        "مرحبا 你好",
    ],
    ids=lambda t: ascii(t[:12]),
)
@pytest.mark.parametrize("kind", spam_filter.KINDS)
def test_any_text_has_a_probability(kind, text):
    [(_, status, reply)] = ask(f"/live/classify/spam-{kind}", body(text=text))
    assert status == GOOD
    assert 0 <= json.loads(reply)["probability"] <= 1


def test_the_longest_text_fits_a_request():
    for text in ("\x01" * 8000, "😀" * 8000):
        assert len(body(text=text)) < classify.MAX_REQUEST or not text.isascii()
        assert len(json.dumps({"text": text}, ensure_ascii=False).encode()) < classify.MAX_REQUEST


def test_the_lexicon_comes_over_the_same_route():
    fields = {"alpha": 0.5, "prior": 0.2, "training": 100}
    [(_, status, reply)] = ask(PATH, body(lexicon=True, **fields))
    [(_, bad, message)] = ask(PATH, body(lexicon=1))
    assert (status, reply) == (GOOD, spam_filter.words_held(Settings(**fields)))
    assert (bad, message.decode()) == (BAD, "lexicon must be true or false; got 1")
    [(_, _, none)] = ask("/live/classify/spam-bernoulli", body(lexicon=True, alpha=0))
    assert none == b"null"
