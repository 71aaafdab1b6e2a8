"""A stroke over the live channel: the algorithm's own numbers, and words for wrong requests."""

import math
import struct

import numpy as np
import pytest

from genmodels import hmm, strokes
from genmodels.datasets import gestures
from genmodels.live.protocol import BAD, GOOD, request
from genmodels.strokes import BYS, SYMBOLS
from pages.hmm.gestures import live as gesture
from pages.hmm.gestures.stroke_pad import wire
from tests.live.talk import talk

PATH = "/live/gesture"
STROKE = gestures.example("Z")


def frame(
    points: object = STROKE,
    which: int = 1,
    by: int = 1,
    follow: int = -1,
    own: bytes = b"",
    n_own: int = 0,
    P: int | None = None,
) -> bytes:
    xyt = np.asarray(points, dtype="<f4").reshape(-1, 3)
    head = struct.pack("<IIiII", which, by, follow, len(xyt) if P is None else P, n_own)
    return head + xyt.tobytes() + own


def own_sign(K: int = 2, stay: object = None, rows: object = None) -> bytes:
    stays = np.full(K, 0.5) if stay is None else np.asarray(stay)
    table = np.full((K, SYMBOLS), 1 / SYMBOLS) if rows is None else np.asarray(rows)
    return struct.pack("<I", K) + stays.astype("<f4").tobytes() + table.astype("<f4").tobytes()


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(3 + i, payload) for i, payload in enumerate(payloads)]
    return talk(gesture.routes(), PATH, frames)


def read(body: bytes) -> dict:
    n, S, followed, longer, spacing = struct.unpack_from("<IIIIf", body)
    assert len(body) == 20 + 8 * (n + 1) + 4 * S * n + 2 * n
    places, rest = np.frombuffer(body, "<f4", 2 * (n + 1), 20), 20 + 8 * (n + 1)
    return {
        "followed": followed,
        "longer": longer,
        "spacing": spacing,
        "places": places.reshape(-1, 2),
        "loglik": np.frombuffer(body, "<f4", S * n, rest).reshape(S, n),
        "codes": np.frombuffer(body, np.uint8, n, rest + 4 * S * n),
        "states": np.frombuffer(body, np.uint8, n, rest + 4 * S * n + n),
    }


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("by", [0, 1])
def test_the_answer_is_the_algorithms(which: int, by: int) -> None:
    signs = (gestures.starter() if which == 1 else gestures.libras()).signs[BYS[by]]
    ((sequence, status, body),) = ask(frame(which=which, by=by))
    assert (sequence, status) == (3, GOOD)
    answer = read(body)
    walked = strokes.walk(STROKE.astype("<f4").astype(float), BYS[by])
    assert np.array_equal(answer["codes"], walked.codes)
    np.testing.assert_allclose(answer["places"], walked.places, atol=1e-6)
    exact = [hmm.forward_backward(sign.model, walked.codes).log_prob for sign in signs]
    np.testing.assert_allclose(answer["loglik"][:, -1], exact, rtol=1e-5)
    leader = int(np.argmax(exact))
    assert answer["followed"] == leader
    path = hmm.viterbi(signs[leader].model, walked.codes).path
    assert np.array_equal(answer["states"], path)


def test_a_longer_stroke_s_codes_begin_like_a_shorter_one_s() -> None:
    short, long = (read(body) for _, _, body in ask(frame(STROKE[:40]), frame(STROKE)))
    n = len(short["codes"])
    assert 5 < n < len(long["codes"])
    assert np.array_equal(short["codes"], long["codes"][:n])
    np.testing.assert_allclose(short["loglik"], long["loglik"][:, :n], rtol=1e-5)


def test_own_signs_race_beside_the_set_and_alone() -> None:
    sign = gestures.starter().signs["length"][3]
    own = wire([sign])
    beside, alone, followed = (
        read(body)
        for _, _, body in ask(
            frame(own=own, n_own=1), frame(which=0, own=own, n_own=1),
            frame(own=own, n_own=1, follow=8),
        )
    )  # fmt: skip
    assert beside["loglik"].shape[0] == 9
    np.testing.assert_allclose(beside["loglik"][8], beside["loglik"][3], rtol=1e-4)
    np.testing.assert_allclose(alone["loglik"][0], beside["loglik"][8], rtol=1e-5)
    assert followed["followed"] == 8


def test_a_huge_stroke_is_walked_in_longer_steps() -> None:
    u = np.linspace(0, 60, 500)
    big = np.column_stack([0.5 + 0.5 * np.sin(u), 0.5 + 0.5 * np.cos(u), 10 * np.arange(500)])
    ((_, status, body),) = ask(frame(big))
    assert status == GOOD
    answer = read(body)
    assert len(answer["codes"]) == strokes.MAX_STEPS
    assert answer["longer"] == 1
    assert answer["spacing"] > strokes.STEP


def test_a_sign_that_rules_the_stroke_out_gets_minus_infinity() -> None:
    rows = np.zeros((1, SYMBOLS))
    rows[0, 3] = 1.0
    ((_, status, body),) = ask(frame(own=own_sign(1, rows=rows), n_own=1, follow=8))
    assert status == GOOD
    answer = read(body)
    assert answer["loglik"][8, -1] == -math.inf
    assert np.isfinite(answer["loglik"][:8]).all()
    assert not answer["states"].any()


DOT = [[0.5, 0.5, 0.0]]
NAN = [[0.1, 0.1, 0.0], [math.nan, 0.2, 16.0]]
BAD_REQUESTS = [
    (b"", "gesture must open with 20 bytes; got 0"),
    (b"\0" * 19, "got 19"),
    (frame(which=3), "set must be from 0 to 2; got 3"),
    (frame(by=2), "by must be 0 (time) or 1 (length); got 2"),
    (frame([]), "a stroke must have 1 to 512 points; got 0"),
    (frame(P=513), "got 513"),
    (frame(P=2**32 - 1), "a stroke must have 1 to 512 points"),
    (frame(P=500), "gesture must hold 6000 bytes of points"),
    (frame(n_own=9), "own signs must be at most 8; got 9"),
    (frame(which=0), "at least one sign must race"),
    (frame(follow=8), "follow must be -1 or a sign from 0 to 7; got 8"),
    (frame(follow=-2), "follow must be -1"),
    (frame(DOT), "this is a dot"),
    (frame(DOT * 20), "this is a dot"),
    (frame(NAN), "points must be finite numbers; point 2"),
    (frame([[0, 0, 0], [math.inf, 0, 1]]), "points must be finite"),
    (frame([[0, 0, 0], [9, 0, 1]]), "points must lie within ±8"),
    (frame([[0, 0, 5], [1, 0, 1]]), "times must not run backwards"),
    (frame([[0, 0, 0], [1, 0, 1e6]]), "a stroke must last at most 600 s"),
    (frame() + b"\0", "gesture must end after"),
    (frame(n_own=1), "own sign 1 must open with K"),
    (frame(own=struct.pack("<I", 0), n_own=1), "own sign 1 must have 1 to 10 states; got 0"),
    (frame(own=struct.pack("<I", 11), n_own=1), "got 11"),
    (frame(own=own_sign()[:-4], n_own=1), "own sign 1 must hold 144 bytes of tables"),
    (frame(own=own_sign(stay=[0.5, math.nan]), n_own=1), "own sign 1 must be finite"),
    (frame(own=own_sign(stay=[1.5, 0.5]), n_own=1), "stay must be probabilities from 0 to 1"),
    (frame(own=own_sign(rows=np.ones((2, SYMBOLS))), n_own=1), "rows of at least 0 that sum to 1"),
    (frame(own=own_sign(rows=-np.ones((2, SYMBOLS))), n_own=1), "rows of at least 0"),
    (frame(own=own_sign() + own_sign(), n_own=1), "gesture must end after"),
]


@pytest.mark.parametrize(("payload", "words"), BAD_REQUESTS)
def test_bad_requests_get_words_and_the_socket_lives(payload: bytes, words: str) -> None:
    (first, status, body), (_, after, _) = ask(payload, frame())
    assert (first, status) == (3, BAD)
    assert words in body.decode()
    assert after == GOOD


def test_random_bytes_never_break_the_route(rng: np.random.Generator) -> None:
    head = struct.pack("<IIiII", 1, 1, -1, 12, 1)
    replies = ask(*(head + rng.bytes(144 + int(rng.integers(0, 300))) for _ in range(50)))
    for _, status, body in replies:
        assert status == GOOD or " must " in body.decode()


def test_the_longest_request_fits() -> None:
    longest = frame(np.column_stack([np.linspace(0, 1, 512)] * 2 + [np.arange(512.0)]),
                    own=own_sign(10) * 8, n_own=8)  # fmt: skip
    assert len(longest) == gesture.MAX_BYTES
    ((_, status, body),) = ask(longest)
    assert status == GOOD, body
