"""The variational autoencoder: the only package that imports Torch, and only when it is used.

- `load(name)` gives a trained model with `encode` and `decode`;
- `elbo(model, x, beta=..., rng=...)` gives its ELBO, term by term;
- `passage(model, x, latent)` gives every number of one pass, as NumPy arrays;
- `family` lists the other members and what each was told to do;
- `first_paint.load()` gives what a page shows before Torch is there, without importing it.
"""

from typing import TYPE_CHECKING, Any

from genmodels.vae import family
from genmodels.vae.passage import Passage, decode_pixels, encoder_weights, passage
from genmodels.vae.record import describe

if TYPE_CHECKING:
    from genmodels.vae.checkpoint import load, shared
    from genmodels.vae.model import ELBO, VAE, elbo

NAMES = ("mnist-2d", *family.NAMES)
"""The trained models that ship and that `load` knows."""
PLANE = ("mnist-2d", *family.PLANE)
"""Those that are plain, with two latents: the ones a latent pad can show."""

__all__ = [
    "ELBO",
    "NAMES",
    "PLANE",
    "VAE",
    "Passage",
    "decode_pixels",
    "describe",
    "elbo",
    "encoder_weights",
    "load",
    "passage",
    "shared",
]

_NEED_TORCH = {
    "ELBO": "model",
    "VAE": "model",
    "elbo": "model",
    "load": "checkpoint",
    "shared": "checkpoint",
}


def __getattr__(name: str) -> Any:
    if name not in _NEED_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_NEED_TORCH[name]}"), name)
