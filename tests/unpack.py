"""What the widgets' payloads say, taken apart as `decodeArray` of widget.js does it."""

import base64
from typing import Any

import numpy as np


def unpacked(packed: dict[str, Any]) -> np.ndarray:
    """The array of a record made by `payload.array` or `payload.steps`."""
    raw = base64.b64decode(packed["base64"])
    if packed["kind"] != "steps":
        kinds = {"f4": "<f4", "u1": "u1", "i4": "<i4"}
        return np.frombuffer(raw, kinds[packed["kind"]]).reshape(packed["shape"])
    count, *shape = packed["shape"]
    size = int(np.prod(shape))
    values = np.frombuffer(raw, "u1")
    bits = -(-(count - 1) * size // 8)
    changed = np.unpackbits(values[size : size + bits], count=(count - 1) * size)
    following = iter(values[size + bits :])
    steps = [values[:size].copy()]
    for mask in changed.reshape(count - 1, size).astype(bool):
        steps.append(steps[-1].copy())
        steps[-1][mask] = [next(following) for _ in range(mask.sum())]
    assert next(following, None) is None, "bytes are left over"
    return np.array(steps).reshape(packed["shape"])
