"""The variational autoencoder: the only package that imports Torch, and only when it is used.

- `load(name)` gives a trained model with `encode` and `decode`;
- `elbo(model, x, beta=..., rng=...)` gives its ELBO, term by term;
- `first_paint.load()` gives what a page shows before Torch is there, without importing it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genmodels.vae.checkpoint import describe, load
    from genmodels.vae.model import ELBO, VAE, elbo

NAMES = ("mnist-2d",)
"""The trained models that ship."""

__all__ = ["ELBO", "NAMES", "VAE", "describe", "elbo", "load"]

_HOMES = {
    "ELBO": "model",
    "VAE": "model",
    "elbo": "model",
    "load": "checkpoint",
    "describe": "checkpoint",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
