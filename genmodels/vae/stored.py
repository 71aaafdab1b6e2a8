"""From files and NumPy arrays to Torch and back, checked: for models that pages use directly.

Their public methods take and give NumPy arrays, so that no page needs Torch.
"""

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from genmodels.vae.checkpoint import check_weights

Net = TypeVar("Net", bound=nn.Module)


def fill(model: Net, path: Path) -> Net:
    """The model with the weights of a safetensors file, float32, frozen, one thread a call.

    Raises ValueError naming the file if it is missing, corrupt or of another architecture.
    """
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{path} must be a safetensors file of weights; got: {error}") from error
    torch.set_num_threads(1)  # many small calls beside each other: threads would only fight
    check_weights(path, weights, model)
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


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
