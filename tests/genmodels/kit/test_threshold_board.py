"""The threshold board's payload without a browser."""

import json

import numpy as np
import pytest

from genmodels.kit.payload import encode
from genmodels.kit.threshold_board import Axis, View, view_of
from pages.gmm.anomaly import board as anomaly_board
from pages.gmm.anomaly import case as anomaly


@pytest.mark.parametrize("data", ["breast_cancer", "penguins"])
def test_the_payload_is_plain_json_and_small(data):
    prepared = anomaly_board.prepared(anomaly.Setup(data, 2), 5)
    text = json.dumps(encode(prepared), allow_nan=False)
    assert len(text) < 80_000
    assert prepared["totals"] == {"breast_cancer": [357, 212], "penguins": [274, 68]}[data]


@pytest.mark.parametrize("bend", [None, 3.0])
def test_an_axis_keeps_the_order_and_spreads_its_ticks(bend):
    axis = Axis(-20_000.0, 10.0, bend)
    scores = np.linspace(-20_000, 10, 500)
    places = axis.place(scores)
    assert places[0] == 0
    assert places[-1] == 1
    assert (np.diff(places) > 0).all()
    ticks = axis.ticks()
    assert len(ticks) >= 3
    assert all(0 <= place <= 1 for place, _ in ticks)
    assert np.diff([place for place, _ in ticks]).min() > 1 / 14


@pytest.mark.parametrize(
    "said",
    [
        None,
        "view",
        {"board": "another", "token": "t", "stop": 3, "selected": None},
        {"board": "b", "token": "old", "stop": 3, "selected": None},
        {"board": "b", "token": "t", "stop": 10**9, "selected": -1},
        {"board": "b", "token": "t", "stop": True, "selected": [1]},
        {"board": "b", "token": "t", "stop": "3", "selected": {}},
    ],
)
def test_a_forged_view_is_not_believed(said):
    prepared = {"board_id": "b", "cut": {"shape": [5]}, "names": ["x"] * 4}
    goto = {"token": "t", "stop": 0, "selected": None}
    assert view_of(said, prepared, goto) == View(0, None)


def test_a_true_view_is_read():
    prepared = {"board_id": "b", "cut": {"shape": [5]}, "names": ["x"] * 4}
    said = {"board": "b", "token": "t", "stop": 4, "selected": 2}
    goto = {"token": "t", "stop": 0, "selected": None}
    assert view_of(said, prepared, goto) == View(4, 2)
