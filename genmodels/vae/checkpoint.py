"""Trained models on disk: their weights, as safetensors."""

from functools import cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from genmodels.vae import NAMES
from genmodels.vae.model import VAE
from genmodels.vae.record import FOLDER

LATENT = {"mnist-2d": 2}


def load(name: str, folder: Path = FOLDER) -> VAE:
    """The trained model `name` in float32, for use (no gradients), Torch on one thread a call.

    Raises ValueError for an unknown name, and for a file that is missing, corrupt or of another
    architecture, naming the file, what was expected and what came.
    """
    if name not in NAMES:
        raise ValueError(f"model must be one of {', '.join(NAMES)}; got {name!r}")
    path = folder / f"{name}.safetensors"
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{path} must be a safetensors file of weights; got: {error}") from error
    torch.set_num_threads(1)  # many small calls beside each other: threads would only fight
    model = VAE(latent=LATENT[name])
    check_weights(path, weights, model)
    model.load_state_dict(weights)
    return model.eval().requires_grad_(False)


@cache
def shared(name: str) -> VAE:
    """`load(name)`, once a process: pages and live routes use the same frozen weights."""
    return load(name)


def check_weights(path: Path, weights: dict[str, torch.Tensor], model: VAE) -> None:
    """Raise ValueError unless `weights` has exactly the model's names, shapes and finite values."""
    expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    got = {key: tuple(value.shape) for key, value in weights.items()}
    if set(got) != set(expected):
        raise ValueError(
            f"{path} must hold the tensors {', '.join(sorted(expected))}; "
            f"got {', '.join(sorted(got)) or 'none'}"
        )
    for key, shape in expected.items():
        if got[key] != shape:
            raise ValueError(f"{path}: {key} must have shape {shape}; got {got[key]}")
        if weights[key].dtype != torch.float32:
            raise ValueError(f"{path}: {key} must be float32; got {weights[key].dtype}")
        if not torch.isfinite(weights[key]).all():
            raise ValueError(f"{path}: {key} must be finite; it holds infinities or NaN")


def save(model: VAE, path: Path) -> None:
    """Write the weights as float32 safetensors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            key: value.detach().float().cpu().contiguous()
            for key, value in model.state_dict().items()
        },
        path,
    )
