"""A fit asked for ahead of a rerun: the same run's beginning, and words for wrong requests."""

import json
from typing import Any

import numpy as np
import pytest

from genmodels.datasets import clustering
from genmodels.live.protocol import BAD, GOOD, request
from pages.gmm import mixture_run
from pages.gmm.em import live as em
from tests.live.talk import talk
from tests.unpack import unpacked

GOOD_REQUEST: dict[str, Any] = {
    "data": "blobs-1000",
    "standardised": False,
    "K": 10,
    "covariance": "full",
    "init": "k-means++",
    "seed": 1,
    "reg_covar": 1e-6,
    "density": False,
}


def ask(*payloads: bytes) -> list[tuple[int, int, bytes]]:
    return talk(em.routes(), "/live/em", [request(3 + i, p) for i, p in enumerate(payloads)])


@pytest.mark.parametrize("standardised", [False, True])
def test_the_opening_begins_the_run_that_the_page_will_show(standardised: bool) -> None:
    points = clustering.load("blobs-1000")
    setup = mixture_run.Setup(
        clustering.standardised(points) if standardised else points, 10, "full", "k-means++", 1
    )
    told = mixture_run.asking(setup, density=True)
    assert told == {**GOOD_REQUEST, "standardised": standardised, "density": True}
    ((sequence, status, body),) = ask(json.dumps(told).encode())
    assert (sequence, status) == (3, GOOD)
    opening, whole = json.loads(body), mixture_run.run(setup, True).payload
    assert opening["trace_id"] == whole["trace_id"]
    assert len(opening["statuses"]) == 1 + 2 * mixture_run.OPENING < len(whole["statuses"])
    assert opening["statuses"][:-1] == whole["statuses"][: len(opening["statuses"]) - 1]
    assert opening["likelihood"] == whole["likelihood"][: mixture_run.OPENING]
    for name in ("means", "gammas", "density"):
        first = unpacked(opening[name])
        np.testing.assert_array_equal(first, unpacked(whole[name])[: len(first)])


def test_a_short_run_comes_whole() -> None:
    ((_, status, body),) = ask(
        json.dumps({**GOOD_REQUEST, "data": "old_faithful", "K": 1}).encode()
    )
    setup = mixture_run.Setup(clustering.load("old_faithful"), 1, seed=1)
    assert status == GOOD
    assert json.loads(body)["statuses"] == mixture_run.run(setup).payload["statuses"]


def test_points_of_the_readers_own_are_not_asked_for() -> None:
    points = clustering.load("old_faithful")
    own = clustering.PointSet(**{**vars(points), "X": points.X.copy()})
    assert mixture_run.asking(mixture_run.Setup(own), False) is None


@pytest.mark.parametrize(
    "change, words",
    [
        ({"K": 0}, "K must be a whole number from 1 to 10; got 0"),
        ({"K": 11}, "K must be"),
        ({"K": 2.5}, "K must be"),
        ({"K": True}, "K must be"),
        ({"K": "2"}, "K must be"),
        ({"seed": -1}, "seed must be a whole number from 0 to 9999; got -1"),
        ({"seed": 10**30}, "seed must be"),
        ({"data": "nobody"}, "data must be one of"),
        ({"data": ["own"]}, "data must be one of"),
        ({"covariance": "round"}, "covariance must be one of"),
        ({"init": None}, "init must be one of"),
        ({"standardised": 1}, "standardised must be one of"),
        ({"density": "yes"}, "density must be one of"),
        ({"reg_covar": -1}, "reg_covar must be a number from 0 to 1; got -1"),
        ({"reg_covar": float("nan")}, "reg_covar must be"),
        ({"reg_covar": float("inf")}, "reg_covar must be"),
        ({"more": 1}, "exactly data, standardised"),
    ],
)
def test_wrong_fields_are_named(change: dict[str, Any], words: str) -> None:
    bad = json.dumps({**GOOD_REQUEST, **change}).encode()
    (_, status, body), (_, after, _) = ask(bad, json.dumps(GOOD_REQUEST).encode())
    assert status == BAD
    assert words in body.decode()
    assert after == GOOD


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[]", b"{", b"[" * 300, b"null", b"{}"])
def test_what_is_no_request_is_said(text: bytes) -> None:
    ((_, status, body),) = ask(text)
    assert status == BAD
    assert "JSON" in body.decode()


def test_a_start_without_width_is_still_a_picture() -> None:
    """Nothing added to the variances of ten bells: whatever EM comes to, the reply is a payload."""
    for seed in range(6):
        asked = {**GOOD_REQUEST, "data": "penguins", "covariance": "diag", "reg_covar": 0}
        ((_, status, body),) = ask(json.dumps({**asked, "seed": seed}).encode())
        assert status == GOOD
        assert json.loads(body)["statuses"]
