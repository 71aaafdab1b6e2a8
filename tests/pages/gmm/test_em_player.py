"""The EM player's payload and what it believes of a browser's words."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from genmodels import gmm
from genmodels.kit.payload import encode
from pages.gmm.em_player import Selected, data_box, payload, view_of
from tests.unpack import unpacked


@pytest.fixture
def fitted(rng: np.random.Generator) -> tuple[np.ndarray, gmm.EMTrace]:
    X = np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(60, 2)) * [3, 0.5] + 4])
    return X, gmm.fit(X, 3, max_iter=12, tol=0, rng=rng)


def prepared(fitted: tuple[np.ndarray, gmm.EMTrace], **options: Any) -> dict[str, Any]:
    X, trace = fitted
    return payload(X, trace, trace_id="t", title="Test", labels=["x", "y"], **options)


def test_the_payload_is_the_trace(fitted: tuple[np.ndarray, gmm.EMTrace]) -> None:
    _, trace = fitted
    sent = prepared(fitted, density=True)
    assert len(json.dumps(encode(sent), allow_nan=False)) < 200_000
    assert len(sent["statuses"]) == 1 + len(trace.steps)
    gammas = unpacked(sent["gammas"])
    assert gammas.shape == (12, 3, 100)
    assert np.abs(gammas[4].T / 255 - trace.steps[8].responsibilities).max() <= 0.5 / 255 + 1e-12
    assert np.allclose(unpacked(sent["means"])[5], trace.steps[9].model.means, atol=1e-5)
    assert unpacked(sent["density"]).max() == 255


def test_ellipses_are_to_scale(fitted: tuple[np.ndarray, gmm.EMTrace]) -> None:
    """The root squared is the covariance: the drawn ellipse is at Mahalanobis distance 1."""
    _, trace = fitted
    xx, xy, yy = unpacked(prepared(fitted)["roots"])[-1].T.astype(float)
    root = np.moveaxis(np.array([[xx, xy], [xy, yy]]), 2, 0)
    assert np.allclose(root @ root, trace.model.full_covariances(), rtol=1e-4, atol=1e-5)


def test_the_box_holds_every_point_and_one_point_alone() -> None:
    low_x, high_x, low_y, high_y = data_box(np.array([[2.0, 3.0]]))
    assert low_x < 2 < high_x
    assert low_y < 3 < high_y


@pytest.mark.parametrize(
    "view, means",
    [
        (5, None),
        ("x", [[1]]),
        ({"trace": "t", "step": -3, "selected": {"kind": "point"}}, "junk"),
        ({"trace": "t", "step": "2", "selected": {"kind": "x", "index": 1}}, [["a", "b"]]),
        ({"trace": "t", "step": None, "selected": 7}, [[1e99, 2]]),
        ([["trace", "t"]], [[float("nan"), 0]]),
        ({"trace": "t", "selected": {"kind": "mean", "index": float("inf")}}, {"a": 1}),
    ],
)
def test_forged_words_are_not_believed(view: Any, means: Any) -> None:
    said = view_of(SimpleNamespace(view=view, means=means), "t", None)
    assert (said.step, said.selected, said.means) == (0, None, None)


def test_an_older_trace_s_view_is_left_for_the_start() -> None:
    view = {"trace": "old", "step": 9, "selected": {"kind": "point", "index": 3}}
    said = view_of(SimpleNamespace(view=view, means=None), "new", None)
    assert (said.step, said.selected) == (0, None)
    goto = {"token": "a", "step": 4, "selected": {"kind": "mean", "index": 1}}
    said = view_of(SimpleNamespace(view=view, means=None), "new", goto)
    assert (said.step, said.selected) == (4, Selected("mean", 1))
