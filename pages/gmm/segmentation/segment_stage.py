"""The segment stage: a picture under a wipe, its segments beyond it, and each pixel's shares.

Python computes: labels, responsibilities as bytes, mean colours, and the labels of EM's iterations
where they are asked for. JavaScript paints them and reads the pixel under the pointer, so that
hovering and wiping send nothing; a click sends the pixel, whose exact shares the page then opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register

_mount = register("gmm/segment-stage")

Bytes = NDArray[np.uint8]

LEFT = ("picture", "k-means")
RIGHT = ("segments", "soft map", "borders", "k-means")


@dataclass(frozen=True)
class View:
    """What the stage shows: the layers left and right of the divider, at `wipe` percent.

    component: whose soft map it is, from 0. pixel: the chosen one as (column, row), or None. step:
    the place among EM's iterations on show, beyond the last one for the end.
    """

    left: str = LEFT[0]
    right: str = RIGHT[0]
    component: int = 0
    wipe: int = 50
    pixel: tuple[int, int] | None = None
    step: int = 99


def payload(
    picture: Bytes,
    *,
    stage_id: str,
    labels: Bytes,
    shares: Bytes,
    weights: Sequence[float],
    colours: Bytes,
    clusters: Bytes,
    cluster_colours: Bytes,
) -> dict[str, Any]:
    """Everything that the stage paints.

    picture (H, W, 3); labels, clusters (H W,): the mixture's and k-means' segments; shares
    (K, H W): responsibilities as bytes; weights (K,); colours, cluster_colours (K, 3):
    segments' means.
    `stage_id` is another text where any of it is different.
    """
    return {
        "stage_id": stage_id,
        "picture": array(picture, "u1"),
        "labels": array(labels, "u1"),
        # most are 0 beside 0: only what changes from component to component is sent
        "shares": steps([plane / 255 for plane in shares]),
        "weights": list(map(float, weights)),
        "colours": array(colours, "u1"),
        "clusters": array(clusters, "u1"),
        "cluster_colours": array(cluster_colours, "u1"),
    }


def frames(
    iterations: Sequence[int],
    labels: Sequence[Bytes],
    colours: Bytes,
    weights: NDArray[np.float64],
    log_likelihood: Sequence[float],
) -> dict[str, Any]:
    """EM's run for the scrubber, after each of T `iterations`.

    labels (H W,) each, colours (T, K, 3), weights (T, K), log_likelihood (T,) in nats a pixel.
    """
    return {
        "iterations": list(map(int, iterations)),
        # `steps` packs shares of 255; a label is so many 255ths
        "labels": steps([each / 255 for each in labels]),
        "colours": array(colours, "u1"),
        "weights": array(weights),
        "log_likelihood": list(map(float, log_likelihood)),
    }


def segment_stage(
    prepared: dict[str, Any],
    *,
    played: dict[str, Any] | None,
    K: int,
    size: tuple[int, int],
    goto: dict[str, Any],
    key: str,
) -> View:
    """Mount the stage. size: (width, height). `goto` {token, ...View} moves it when new."""
    result = _mount(
        key=key,
        data=encode({**prepared, "frames": played, "goto": goto}),
        on_view_change=lambda: None,
    )
    return view_of(getattr(result, "view", None), goto, K, size)


def view_of(said: Any, goto: Mapping[str, Any], K: int, size: tuple[int, int]) -> View:
    """What the browser said, checked: it may be older than `goto`, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("token") != goto["token"]:
        view = goto
    pixel = view.get("pixel")
    placed = (
        isinstance(pixel, (list, tuple))
        and len(pixel) == 2
        and all(_whole(v, 0, end - 1) for v, end in zip(pixel, size, strict=True))
    )
    left, right = view.get("left"), view.get("right")
    component, wipe, step = view.get("component"), view.get("wipe"), view.get("step")
    return View(
        left if left in LEFT else LEFT[0],
        right if right in RIGHT else RIGHT[0],
        component if _whole(component, 0, K - 1) else 0,
        wipe if _whole(wipe, 0, 100) else 50,
        (pixel[0], pixel[1]) if placed and pixel is not None else None,
        step if _whole(step, 0, 99) else 99,
    )


def _whole(value: Any, low: int, high: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
