"""What reaches the browser is plain JSON, whatever NumPy made it from."""

import base64
import json

import numpy as np
import pytest

from genmodels.kit.payload import array, encode, steps
from tests.unpack import unpacked


def test_plain_json_after_encode(rng: np.random.Generator) -> None:
    value = {
        "count": np.int64(3),
        "on": np.bool_(True),
        "mean": np.float32(1.5),
        "rows": [(1, np.float64(2.5)), None, "text"],
        "points": rng.normal(size=(4, 2)),
        "bytes": np.arange(6, dtype=np.uint8).reshape(2, 3),
        "labels": np.arange(3),
    }
    encoded = encode(value)
    json.dumps(encoded, allow_nan=False)
    assert encoded["count"] == 3
    assert type(encoded["count"]) is int
    assert encoded["on"] is True
    assert encoded["rows"] == [[1, 2.5], None, "text"]
    assert [encoded[k]["kind"] for k in ("points", "bytes", "labels")] == ["f4", "u1", "i4"]


@pytest.mark.parametrize("kind, dtype", [("f4", "<f4"), ("u1", "u1"), ("i4", "<i4")])
def test_array_round_trip(kind: str, dtype: str, rng: np.random.Generator) -> None:
    values = rng.integers(0, 200, size=(3, 5))
    packed = array(values, kind)
    back = np.frombuffer(base64.b64decode(packed["base64"]), dtype).reshape(packed["shape"])
    assert np.array_equal(back, values)


def test_infinities_travel_inside_arrays() -> None:
    packed = array([-np.inf, np.nan, 1.0])
    back = np.frombuffer(base64.b64decode(packed["base64"]), "<f4")
    assert np.isneginf(back[0])
    assert np.isnan(back[1])


@pytest.mark.parametrize(
    "value, where",
    [
        ({"a": [1.0, float("nan")]}, r"payload\.a\[1\]"),
        ({"a": {"b": np.float64("inf")}}, r"payload\.a\.b"),
        ({"a": {1, 2}}, r"payload\.a"),
        ({1: "x"}, "text keys"),
    ],
)
def test_what_has_no_json_form_is_named(value: object, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        encode(value)


def test_unknown_array_kind() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        array([1.0], "f8")


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 1), (9, 2, 37), (5, 1, 8)])
def test_steps_come_back_without_loss(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    slices = rng.random(shape)
    for i in range(1, len(slices)):
        keep = rng.random(shape[1:]) < 0.7
        slices[i][keep] = slices[i - 1][keep]
    packed = steps(list(slices))
    assert np.array_equal(unpacked(packed), np.rint(255 * slices).astype(np.uint8))


def test_steps_that_stay_cost_a_bit_each() -> None:
    same = [np.full((3, 800), 0.5)] * 11
    assert len(base64.b64decode(steps(same)["base64"])) == 2400 + 10 * 2400 // 8
