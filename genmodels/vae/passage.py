"""One pass of a picture through the VAE, every number of it kept: what a screen opens.

Pictures and numbers are NumPy arrays here, so that who shows them needs no Torch.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from genmodels.vae.model import VAE


@dataclass(frozen=True)
class Passage:
    """x -> (mu, log sigma^2) -> z -> y and its losses; float64, losses in nats.

    Shapes for N pictures; `row(i)` drops the N. `x`, `y`, `logits`, `bce`: (N, 784), with
    y = 1 / (1 + exp(-logits)); `mu`, `log_var`, `epsilon`, `z`, `kl`: (N, 2);
    `hidden` (N, 400) is the encoder's ReLU layer. `bce` and `kl` are terms still to be summed.
    """

    x: np.ndarray
    hidden: np.ndarray
    mu: np.ndarray
    log_var: np.ndarray
    epsilon: np.ndarray
    z: np.ndarray
    logits: np.ndarray
    y: np.ndarray
    bce: np.ndarray
    kl: np.ndarray

    @property
    def sigma(self) -> np.ndarray:
        """Standard deviations of q(z | x): exp(log_var / 2)."""
        return np.exp(self.log_var / 2)

    @property
    def reconstruction(self) -> np.ndarray:
        """-log p(x | z) in nats, (N,)."""
        return np.asarray(self.bce.sum(axis=-1))

    @property
    def total(self) -> np.ndarray:
        """The negative ELBO of this one draw: reconstruction + KL, in nats, (N,)."""
        return self.reconstruction + self.kl.sum(axis=-1)

    def row(self, i: int) -> "Passage":
        """Picture i alone, without the leading dimension."""
        return Passage(**{field.name: getattr(self, field.name)[i] for field in fields(self)})


def passage(model: "VAE", x: ArrayLike, latent: ArrayLike, given_z: ArrayLike = False) -> Passage:
    """Pictures x (N, 784) in [0, 1] through `model`, each with its `latent` (N, 2).

    Where `given_z` is False, `latent` is epsilon and z = mu + sigma * epsilon; where it is True,
    `latent` is z itself and epsilon = (z - mu) / sigma is the draw that would have led there.
    Raises ValueError on wrong shapes and values that aren't finite.
    """
    import torch
    from torch.nn.functional import relu

    x = np.asarray(x, dtype=np.float64)
    latent = np.asarray(latent, dtype=np.float64)
    if x.ndim != 2 or latent.shape != (len(x), model.latent):
        raise ValueError(
            f"x and latent must have shapes (N, {model.pixels}) and (N, {model.latent}); "
            f"got {x.shape} and {latent.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(latent).all()):
        raise ValueError("x and latent must be finite; got infinities or NaN")
    with torch.no_grad():
        pictures = torch.from_numpy(x.astype(np.float32))
        mu32, log_var32 = model.encode(pictures)
        hidden = relu(model.encoder_hidden(pictures)).numpy().astype(np.float64)
        mu, log_var = mu32.numpy().astype(np.float64), log_var32.numpy().astype(np.float64)
        sigma = np.exp(log_var / 2)
        free = np.broadcast_to(np.asarray(given_z, dtype=bool), (len(x),))[:, None]
        z = np.where(free, latent, mu + sigma * latent)
        epsilon = np.where(free, (latent - mu) / sigma, latent)
        logits = model.logits(torch.from_numpy(z.astype(np.float32))).numpy().astype(np.float64)
    return Passage(
        x=x,
        hidden=hidden,
        mu=mu,
        log_var=log_var,
        epsilon=epsilon,
        z=z,
        logits=logits,
        y=1.0 / (1.0 + np.exp(-np.clip(logits, -700, 700))),
        # -[x log y + (1 - x) log(1 - y)], from the logits a: log y = -log(1 + exp(-a))
        bce=x * np.logaddexp(0.0, -logits) + (1.0 - x) * np.logaddexp(0.0, logits),
        kl=0.5 * (mu**2 + np.exp(log_var) - 1.0 - log_var),
    )


def decode_pixels(model: "VAE", z: np.ndarray) -> np.ndarray:
    """The decoder's pictures of z (N, 2), as uint8 (N, 784): round(255 y)."""
    import torch

    with torch.no_grad():
        y = model.decode(torch.from_numpy(np.asarray(z, dtype=np.float32)))
        pixels: np.ndarray = (y * 255.0).round_().to(torch.uint8).numpy()
    return pixels


def encoder_weights(model: "VAE") -> tuple[np.ndarray, np.ndarray]:
    """The linear head of mu in float64: weights (2, 400) and bias (2,)."""
    weights = model.encoder_mu.weight.detach().numpy().astype(np.float64)
    return weights, model.encoder_mu.bias.detach().numpy().astype(np.float64)
