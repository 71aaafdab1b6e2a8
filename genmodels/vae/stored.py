"""From files and NumPy arrays to Torch and back, checked: for models that pages use directly.

Their public methods take and give NumPy arrays, so that no page needs Torch.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor


def rows(name: str, values: Any, columns: int) -> Tensor:
    """`values` as a float32 tensor (N, columns). Raises ValueError on another shape or NaN."""
    try:
        array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape (N, {columns}); got {error}") from error
    if array.ndim != 2 or array.shape[1] != columns:
        raise ValueError(f"{name} must have shape (N, {columns}); got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite; it holds infinities or NaN")
    return torch.from_numpy(array)


def whole(name: str, values: Any, shape: tuple[int, ...], below: int) -> np.ndarray:
    """`values` as int64 of (N, *shape) in 0 .. below - 1. Raises ValueError otherwise."""
    array = np.asarray(values)
    if array.ndim != len(shape) + 1 or array.shape[1:] != shape:
        wanted = ", ".join(["N", *map(str, shape)])
        raise ValueError(f"{name} must have shape ({wanted}); got {array.shape}")
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers; got {array.dtype}")
    if array.size and (array.min() < 0 or array.max() >= below):
        raise ValueError(
            f"{name} must be from 0 to {below - 1}; got {array.min()} to {array.max()}"
        )
    return array.astype(np.int64)


def numpy(values: Tensor) -> np.ndarray:
    """A tensor as a float64 array."""
    return values.detach().cpu().numpy().astype(np.float64)
