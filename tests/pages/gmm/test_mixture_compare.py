"""The comparison's payload: regions true to the models, disagreements counted, words believed."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from genmodels import kmeans
from genmodels.kit.payload import encode
from pages.gmm.em_player import data_box
from pages.gmm.kmeans.against_kmeans import Setup, compare
from pages.gmm.kmeans.mixture_compare import GRID, View, view_of
from pages.gmm.regions import grid, regions
from tests.unpack import unpacked

COMPARISON = compare(Setup("unequal", 3, seed=4))


@pytest.mark.parametrize("name, K", [("stretched", 3), ("moons", 10), ("old_faithful", 1)])
def test_the_payload_is_plain_and_not_too_large(name: str, K: int) -> None:
    comparison = compare(Setup(name, K))
    assert len(json.dumps(encode(comparison.payload), allow_nan=False)) < 3_000_000
    assert len(comparison.payload["statuses"]) == comparison.pair.steps + 1


def test_both_begin_at_the_same_means() -> None:
    pair = COMPARISON.pair
    assert np.array_equal(pair.em.start.means, pair.lloyd.start)
    assert np.array_equal(pair.model_at(0).means, pair.centres_at(0))


def test_the_shorter_run_rests_at_its_end() -> None:
    pair = COMPARISON.pair
    assert len(pair.lloyd.steps) < len(pair.em.steps) == pair.steps
    assert np.array_equal(pair.centres_at(pair.steps), pair.lloyd.centres)
    assert np.array_equal(pair.assign_step(pair.iterations).labels, pair.lloyd.labels)
    assert "k-means rests" in COMPARISON.payload["statuses"][-1]


def test_disagreements_are_the_points_with_different_numbers() -> None:
    pair, X = COMPARISON.pair, COMPARISON.setup.points.X
    bits = np.unpackbits(unpacked(COMPARISON.payload["disagree"]), axis=1)[:, : len(X)]
    for i in range(1, pair.iterations + 1):
        differ = pair.components(i) != pair.assign_step(i).labels
        assert np.array_equal(bits[i - 1].astype(bool), differ)
        assert COMPARISON.payload["disagreements"][i - 1] == differ.sum()


@pytest.mark.parametrize("side", ["kmeans", "mixture"])
def test_on_a_border_two_owners_are_equal(side: str) -> None:
    pair, X = COMPARISON.pair, COMPARISON.setup.points.X
    sent = COMPARISON.payload[side]
    box = data_box(X)
    first, last = sent["ends"][-2:]
    ends = unpacked(sent["borders"])[first:last].reshape(-1, 2).astype(float)
    places = np.column_stack(
        [box[0] + ends[:, 0] * (box[1] - box[0]), box[3] - ends[:, 1] * (box[3] - box[2])]
    )
    assert len(places) > 50
    if side == "kmeans":
        scores = np.sort(kmeans.squared_distances(places, pair.lloyd.centres), axis=1)
        gap = (scores[:, 1] - scores[:, 0]) / scores[:, 0].max()
        # Exact on a straight border; where three regions meet, within a cell.
        assert np.median(gap) < 1e-6
    else:
        shares = np.sort(pair.em.model.responsibilities(places), axis=1)
        # Met by straight pieces: close, closer by the square of the cell's size. Crossings put
        # at every edge's middle would leave 0.24.
        assert np.median(shares[:, -1] - shares[:, -2]) < 0.06
    owner = unpacked(sent["owner"])[-1].ravel()
    places = grid(box, GRID, GRID)
    if side == "mixture":
        assert np.array_equal(owner, pair.em.model.log_joint(places).argmax(axis=1))
    else:
        d2 = kmeans.squared_distances(places, pair.lloyd.centres)
        assert np.array_equal(owner, d2.argmin(axis=1))


def test_a_straight_border_is_straight_and_three_meet_in_a_point() -> None:
    centres = np.array([[0.25, 0.3], [0.75, 0.4]])
    places = grid((0, 1, 0, 1), 20, 20)
    found = regions(-kmeans.squared_distances(places, centres).reshape(20, 20, 2))
    ends = found.borders.reshape(-1, 2) * [1, -1] + [0, 1]
    assert np.abs(np.diff(kmeans.squared_distances(ends, centres), axis=1)).max() < 1e-12
    three = np.array([[0.2, 0.2], [0.8, 0.2], [0.5, 0.9]])
    found = regions(-kmeans.squared_distances(places, three).reshape(20, 20, 3))
    assert set(found.owner.ravel().tolist()) == {0, 1, 2}
    alone = regions(np.zeros((20, 20, 1)))
    assert len(alone.borders) == 0


@pytest.mark.parametrize(
    "said, expected",
    [
        (None, View(0, None)),
        ("nonsense", View(0, None)),
        ({"trace": "other", "step": 3}, View(0, None)),
        ({"trace": "t", "step": 3, "probe": [1, 2.5]}, View(3, (1.0, 2.5))),
        ({"trace": "t", "step": -3, "probe": [1]}, View(0, None)),
        ({"trace": "t", "step": True, "probe": [float("nan"), 0]}, View(0, None)),
        ({"trace": "t", "step": "9", "probe": [1e300, 0]}, View(0, None)),
        ({"trace": "t", "step": 2, "probe": {"x": 1}}, View(2, None)),
    ],
)
def test_a_forged_state_is_not_believed(said, expected: View) -> None:
    assert view_of(SimpleNamespace(view=said), "t", None) == expected
