"""A board of cuts asked for ahead of a rerun: the page's own, and words for wrong requests."""

import json
from typing import Any

import pytest

from genmodels.kit.payload import encode
from genmodels.live.protocol import BAD, GOOD, request
from pages.nb import cuts_live as cuts
from pages.nb.text import Settings
from pages.nb.texts import sentiment_board as nb_sentiment_board
from pages.nb.texts.sentiment import held_out
from pages.nb.threshold import case as nb_threshold
from pages.nb.threshold.case import Place, Setup
from tests.live.talk import talk

SPAM: dict[str, Any] = {"split": "time", "kind": "bernoulli", "alpha": 0.1, "cut": 7.5}
REVIEWS: dict[str, Any] = {"kind": "multinomial", "alpha": 0.3, "threshold": 0.8, "cut": 0}


def ask(board: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(3 + i, p) for i, p in enumerate(payloads)]
    return talk(cuts.routes(), f"/live/cuts/{board}", frames)


@pytest.mark.parametrize("cut", [7.5, -40.25, 1e6])
def test_the_answer_is_the_board_that_the_page_will_show(cut: float) -> None:
    setup = Setup("time", "bernoulli", 0.1)
    told = {**nb_threshold.asking(setup), "cut": cut}
    assert told == {**SPAM, "cut": cut}
    ((sequence, status, body),) = ask("spam", json.dumps(told).encode())
    assert (sequence, status) == (3, GOOD)
    answer = json.loads(body)
    goto = nb_threshold.goto(setup, Place(cut), "t")
    assert answer.pop("goto") == {"stop": goto["stop"], "cut": goto["cut"]}
    assert answer == json.loads(json.dumps(encode(nb_threshold.prepared(setup))))


def test_reviews_come_with_their_threshold() -> None:
    assert {**nb_sentiment_board.asking(Settings("sentiment", alpha=0.3), 0.8), "cut": 0} == REVIEWS
    ((_, status, body),) = ask("reviews", json.dumps(REVIEWS).encode())
    assert status == GOOD
    answer = json.loads(body)
    board = nb_sentiment_board.board(held_out(alpha=0.3), 0.8)
    assert answer.pop("goto") == {"stop": board["nominal"]["stop"]}
    assert answer == json.loads(json.dumps(encode(board)))


@pytest.mark.parametrize(
    "board, wrong, said",
    [
        ("spam", b"\xff", "must be JSON with exactly split, kind, alpha, cut"),
        ("spam", b"[1]", "must be JSON with exactly"),
        ("spam", {**SPAM, "more": 1}, "must be JSON with exactly"),
        ("spam", {**SPAM, "split": "days"}, "split must be one of folds, time; got 'days'"),
        ("spam", {**SPAM, "kind": []}, "kind must be one of"),
        ("spam", {**SPAM, "alpha": True}, "alpha must be a number from 0 to 100; got True"),
        ("spam", {**SPAM, "alpha": 0.3}, "alpha must be one of"),
        ("spam", {**SPAM, "cut": None}, "cut must be a number from -1e+06 to 1e+06; got None"),
        ("spam", {**SPAM, "cut": float("nan")}, "cut must be a number"),
        ("reviews", {**REVIEWS, "alpha": 7}, "alpha must be one of 0.01, 0.1, 0.3, 1, 3; got 7"),
        ("reviews", {**REVIEWS, "threshold": 1}, "threshold must be a number from 0.01 to 0.99"),
        ("reviews", {**REVIEWS, "kind": "gaussian"}, "kind must be one of multinomial, bernoulli"),
    ],
)
def test_a_wrong_request_gets_words(board: str, wrong: Any, said: str) -> None:
    payload = wrong if isinstance(wrong, bytes) else json.dumps(wrong).encode()
    good = json.dumps(SPAM if board == "spam" else REVIEWS).encode()
    (_, status, body), (_, after, _) = ask(board, payload, good)
    assert status == BAD
    assert said in body.decode()
    assert after == GOOD
