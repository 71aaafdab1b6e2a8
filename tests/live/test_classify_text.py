"""The routes of typed texts: right numbers, words for every wrong request, and the socket lives."""

import json

import pytest

from genmodels.datasets import review_pairs
from genmodels.datasets.written_texts import PASSAGES
from genmodels.live.protocol import BAD, GOOD, request
from pages.nb import classify_live as classify
from pages.nb.text import MAX_CHARS, NAMES, Settings, judge, wire, words_held

from .talk import talk

PATH = "/live/classify/genres-15"
TEXT = PASSAGES[0].text


def ask(path: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    return talk(classify.routes(), path, [request(100 + i, p) for i, p in enumerate(payloads)])


def body(**fields: object) -> bytes:
    return json.dumps({"text": TEXT, **fields}).encode()


@pytest.mark.parametrize(
    "fields, name",
    [
        (fields, name)
        for fields in ({}, {"kind": "bernoulli", "alpha": 0.1}, {"against": 0})
        for name in NAMES
        if "kind" not in fields or name not in review_pairs.NAMES
    ],
)
def test_the_reply_is_the_verdict(name, fields):
    [(sequence, status, reply)] = ask(f"/live/classify/{name}", body(id=7, **fields))
    assert (sequence, status) == (100, GOOD)
    chosen = {k: v for k, v in fields.items() if k != "against"}
    verdict = judge(TEXT, Settings(name, **chosen), fields.get("against"))
    assert json.loads(reply) == {"id": 7, **json.loads(json.dumps(wire(verdict)))}


BAD_REQUESTS = [
    (b"", "must be JSON"),
    (b"\xff", "must be UTF-8; byte 0"),
    (b"[1]", "must be a JSON object"),
    (b"{}", "text must be text; got None"),
    (body(text="a" * (MAX_CHARS + 1)), f"at most {MAX_CHARS} characters; got {MAX_CHARS + 1}"),
    (body(prior=0.5), "has no field 'prior'"),
    (body(kind="gaussian"), "model must be one of multinomial, bernoulli; got 'gaussian'"),
    (body(kind=["x"]), "model must be one of"),
    (body(kind=None), "model must be one of"),
    (body(alpha=0), "alpha must be one of"),
    (body(alpha=[1]), "alpha must be one of"),
    (body(alpha={"a": 1}), "alpha must be one of"),
    (body(alpha=float("nan")), "alpha must be one of"),
    (body(against=15), "against must be a whole number from 0 to 14; got 15"),
    (body(against="0"), "against must be a whole number"),
    (body(against=0.5), "against must be a whole number"),
    (body(id=-1), "id must be a whole number"),
]


def test_each_bad_request_gets_words_and_the_socket_lives_on():
    payloads = [payload for bad, _ in BAD_REQUESTS for payload in (bad, body(id=1))]
    by_sequence = {n: (status, reply) for n, status, reply in ask(PATH, *payloads)}
    assert len(by_sequence) == len(payloads)
    for i, (bad, message) in enumerate(BAD_REQUESTS):
        status, reply = by_sequence[100 + 2 * i]
        assert status == BAD, bad[:60]
        assert message in reply.decode(), bad[:60]
        assert by_sequence[101 + 2 * i][0] == GOOD


def test_the_longest_text_fits_a_request():
    payload = json.dumps({"text": "😀" * MAX_CHARS}, ensure_ascii=False).encode()
    assert len(payload) < classify.MAX_TEXT_REQUEST
    [(_, status, _)] = ask(PATH, payload)
    assert status == GOOD


def test_the_lexicon_comes_over_the_same_route():
    [(_, status, reply)] = ask(PATH, body(lexicon=True, kind="bernoulli", alpha=0.1))
    assert (status, reply) == (GOOD, words_held(Settings("genres-15", "bernoulli", 0.1)))
