"""Python values as the plain JSON that a widget can read.

Streamlit 1.67 turns a whole payload into one string when it meets a NumPy scalar, a nested array
or a dataclass, and a NaN breaks the element: so everything goes through `encode`.
"""

import base64
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

_KINDS: dict[str, np.dtype[Any]] = {
    "f4": np.dtype("<f4"),
    "u1": np.dtype("u1"),
    "u2": np.dtype("<u2"),
    "i4": np.dtype("<i4"),
}


def array(values: Any, kind: str = "f4") -> dict[str, Any]:
    """An array as base64: little-endian float32 (`f4`), uint8, uint16, int32 (`u1`, `u2`, `i4`).

    Infinities and NaN are allowed in `f4`: they travel as bytes, not as JSON.
    The frontend's `decodeArray` turns it back.
    """
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {sorted(_KINDS)}; got {kind!r}")
    packed = np.ascontiguousarray(values, dtype=_KINDS[kind])
    return {
        "kind": kind,
        "shape": list(packed.shape),
        "base64": base64.b64encode(packed.tobytes()).decode("ascii"),
    }


def deflated(values: np.ndarray) -> dict[str, Any]:
    """An array's bytes, deflated: pictures are mostly black. The frontend's `inflate` gives them
    back as bytes, whatever their kind was."""
    packed = zlib.compress(np.ascontiguousarray(values).tobytes(), 6)
    return array(np.frombuffer(packed, np.uint8), "u1")


def steps(slices: Sequence[np.ndarray]) -> dict[str, Any]:
    """Arrays of shares from 0 to 1, one a step, as bytes 0 to 255 that `decodeArray` unpacks.

    EM's late steps change few points: of each step but the first only the bytes that changed are
    sent, after a mask of one bit a byte. Without loss; a long run becomes a third as long.
    """
    values = np.empty((len(slices), *slices[0].shape), np.uint8)
    buffer = np.empty(slices[0].shape)
    for step, shares in zip(values, slices, strict=True):
        step[...] = np.rint(np.multiply(shares, 255, out=buffer), out=buffer)
    changed = (values[1:] != values[:-1]).ravel()
    packed = [values[0].tobytes(), np.packbits(changed).tobytes()]
    packed.append(values[1:].ravel()[changed].tobytes())
    return {
        "kind": "steps",
        "shape": list(values.shape),
        "base64": base64.b64encode(b"".join(packed)).decode("ascii"),
    }


def encode(value: Any, where: str = "payload") -> Any:
    """`value` as plain JSON: dict, list, str, bool, int, finite float, None.

    NumPy scalars become Python's, arrays become `array` records (float to `f4`, uint8 to `u1`,
    other integers to `i4`). Raises ValueError naming the place of a NaN, an infinity or a type
    that has no JSON form.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where} must be a finite number; got {value}")
        return value
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"{where} must have text keys; got {key!r}")
        return {key: encode(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, np.ndarray):
        if value.dtype == np.uint8:
            return array(value, "u1")
        return array(value, "i4" if value.dtype.kind in "iub" else "f4")
    raise ValueError(f"{where} must be plain data or an array; got {type(value).__name__}")
