"""Trained models on disk: their weights, as safetensors."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from genmodels.assets import BadAsset
from genmodels.vae import NAMES, family
from genmodels.vae.members import make
from genmodels.vae.model import VAE
from genmodels.vae.record import FOLDER

Net = TypeVar("Net", bound=nn.Module)

STORED = (torch.float32, torch.float16)
"""How weights may lie on disk; in use they are float32."""


def load(name: str, folder: Path = FOLDER) -> Any:
    """The trained model `name` in float32, for use (no gradients), Torch on one thread a call.

    `mnist-2d` and the names in `family.PLANE` are a VAE; the others are what `family.spec(name)`
    says: DeepVAE, CVAE or HierarchicalVAE.

    Raises ValueError for an unknown name, and for a file that is missing, corrupt or of another
    architecture, naming the file, what was expected and what came.
    """
    if name not in NAMES:
        raise ValueError(f"model must be one of {', '.join(NAMES)}; got {name!r}")
    # No member's first weights may move Torch's generator: someone may be training beside this.
    with torch.random.fork_rng(devices=[]):
        model = make(family.spec(name)) if name in family.SPECS else VAE(latent=2)
    return fill(model, folder / f"{name}.safetensors")


def fill(model: Net, path: Path) -> Net:
    """The model with the weights of a safetensors file, float32, frozen, one thread a call.

    Raises BadAsset if the file is missing, corrupt or of another architecture.
    """
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise BadAsset(path, "be a safetensors file of weights", error) from error
    torch.set_num_threads(1)  # many small calls beside each other: threads would only fight
    check_weights(path, weights, model)
    model.load_state_dict(weights)  # float16 is widened here
    return model.eval().requires_grad_(False)


@lru_cache(maxsize=16)
def shared(name: str) -> Any:
    """`load(name)`, once a process: pages and live routes use the same frozen weights."""
    return load(name)


def check_weights(path: Path, weights: dict[str, torch.Tensor], model: nn.Module) -> None:
    """Raise BadAsset unless `weights` has exactly the model's names, shapes and finite values."""
    expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    got = {key: tuple(value.shape) for key, value in weights.items()}
    if set(got) != set(expected):
        raise BadAsset(
            path,
            f"hold the tensors {', '.join(sorted(expected))}",
            ", ".join(sorted(got)) or "none",
        )
    for key, shape in expected.items():
        if got[key] != shape:
            raise BadAsset(path, f"hold {key} of shape {shape}", got[key])
        if weights[key].dtype not in STORED:
            raise BadAsset(path, f"hold {key} as float32 or float16", weights[key].dtype)
        if not torch.isfinite(weights[key]).all():
            raise BadAsset(path, f"hold finite {key}", "infinities or NaN")


def save(model: nn.Module, path: Path, dtype: torch.dtype = torch.float32) -> None:
    """Write the weights as safetensors of float32 or, at half the bytes, float16."""
    if dtype not in STORED:
        raise ValueError(f"dtype must be float32 or float16; got {dtype}")
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            key: value.detach().to(dtype).cpu().contiguous()
            for key, value in model.state_dict().items()
        },
        path,
    )
