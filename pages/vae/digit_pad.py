"""The drawing pad: a digit of the reader's own, encoded while it is drawn (`digit-pad.js`)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import ink, vae
from genmodels.datasets import mnist
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae import first_paint

_mount = register("vae/digit-pad")

MODEL = "mnist-2d"


@dataclass(frozen=True)
class Drawn:
    """What the reader let go: `pixels` uint8 (784,) as MNIST has them, None for an empty pad.

    `problem` says why a pad with ink holds no digit. `opened` names a number that was clicked
    (mu1 ... elbo, pixel:<i>). `token` counts the releases since the pad's `start_id`; 0: none.
    """

    pixels: np.ndarray | None = None
    problem: str = ""
    opened: str = ""
    token: int = 0


def payload(
    digit: np.ndarray | None,
    start_id: str,
    *,
    model: str = MODEL,
    map: bool = False,
    numbers: bool = True,
    opens: bool = False,
) -> dict[str, Any]:
    """What the pad gets; `digit` is put on it whenever `start_id` is new."""
    if model not in vae.PLANE:
        raise ValueError(f"model must be one of {', '.join(vae.PLANE)}; got {model!r}")
    if map and model != MODEL:
        raise ValueError(f"map must be off for other models than {MODEL}; got model {model!r}")
    made: dict[str, Any] = encode(
        {
            "path": f"/live/draw/{model}",
            "digit": None if digit is None else array(ink.check_digit(digit), "u1"),
            "start_id": start_id,
            "numbers": numbers,
            "opens": opens,
        }
    )
    return {**made, "map": _map() if map else None}


@lru_cache(maxsize=1)
def _map() -> dict[str, Any]:
    digits, first = mnist.shown(), first_paint.load()
    packed = array(first.mu)
    made: dict[str, Any] = encode(
        {
            "mu": packed,
            "labels": array(digits.labels, "u1"),
            "view": first_paint.VIEW,
            "id": hashlib.sha256(packed["base64"].encode()).hexdigest()[:16],
        }
    )
    return made


def digit_pad(
    digit: np.ndarray | None,
    start_id: str,
    *,
    key: str,
    model: str = MODEL,
    map: bool = False,
    numbers: bool = True,
    opens: bool = False,
) -> Drawn:
    """Mount the pad; what the reader drew on it since `start_id`.

    Drawing never reruns the page: the pad asks `/live/draw/<model>` itself and tells of the digit
    a quarter of a second after the pen is lifted. `digit` (uint8, 784) is put on it whenever
    `start_id` is new; `map` shows the ellipse among 2,000 test digits; `numbers` the losses, which
    with `opens` can be clicked.
    """
    result = _mount(
        key=key,
        data=payload(digit, start_id, model=model, map=map, numbers=numbers, opens=opens),
        on_digit_change=lambda: None,
        on_opened_change=lambda: None,
    )
    return said(result, start_id)


def said(state: Any, start_id: str) -> Drawn:
    """What the browser said, checked; nothing where it is older than `start_id` or unsound."""
    told, name = _part(state, "digit"), _part(state, "opened")
    opened = name.get("name") if name.get("start_id") == start_id else ""
    opened = opened if isinstance(opened, str) and len(opened) < 20 else ""
    token = told.get("token")
    if told.get("start_id") != start_id or not isinstance(token, int) or token < 1:
        return Drawn(opened=opened)
    problem = told.get("problem")
    pixels = told.get("pixels")
    digit = None
    if isinstance(pixels, str) and len(pixels) < 1100:
        try:
            raw = base64.b64decode(pixels, validate=True)
            digit = ink.check_digit(np.frombuffer(raw, np.uint8))
        except (binascii.Error, ValueError):
            return Drawn(opened=opened)
    words = problem[:200] if isinstance(problem, str) else ""
    return Drawn(digit, words, opened, token)


def _part(state: Any, name: str) -> Mapping[str, Any]:
    part = state.get(name) if isinstance(state, Mapping) else getattr(state, name, None)
    return part if isinstance(part, Mapping) else {}
