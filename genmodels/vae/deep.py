"""A VAE with any number of hidden layers, and what the family's members have in common.

Every member has `latent` (the size of z, or of the lowest level), `pixels`, and
`terms(seen, target, labels, noise)`, the training pass that `build` minimises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from genmodels.vae.model import PIXELS, VAE, kl_divergence, reconstruction_loss, reparameterise

Noise = Callable[[int, int], Tensor]
"""noise(rows, columns): draws from N(0, 1), or zeros for no draw at all."""


@dataclass(frozen=True)
class Terms:
    """-log p(x | z) (N,) and the KL of each level (N,), the lowest first, in nats a picture."""

    reconstruction: Tensor
    kl: tuple[Tensor, ...]

    @property
    def total(self) -> Tensor:
        """The negative ELBO of this draw, (N,)."""
        return self.reconstruction + sum(self.kl, torch.zeros_like(self.reconstruction))


def check(name: str, values: Tensor, columns: int) -> None:
    """Raise ValueError unless `values` is (N, columns)."""
    if values.ndim != 2 or values.shape[1] != columns:
        raise ValueError(f"{name} must have shape (N, {columns}); got {tuple(values.shape)}")


def stack(widths: Sequence[int]) -> nn.ModuleList:
    """Linear layers from width to width."""
    return nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))


def through(layers: nn.ModuleList, h: Tensor) -> Tensor:
    """h through the layers, a ReLU after each."""
    for layer in layers:
        h = relu(layer(h))
    return h


class DeepVAE(nn.Module):
    """`pixels` - hidden - `latent` - hidden reversed - `pixels`: as `VAE`, with more layers."""

    def __init__(
        self, latent: int = 16, hidden: Sequence[int] = (400, 200), pixels: int = PIXELS
    ) -> None:
        super().__init__()
        self.latent = latent
        self.pixels = pixels
        self.encoder_layers = stack((pixels, *hidden))
        self.encoder_mu = nn.Linear(hidden[-1], latent)
        self.encoder_log_var = nn.Linear(hidden[-1], latent)
        self.decoder_layers = stack((latent, *hidden[::-1]))
        self.decoder_pixels = nn.Linear(hidden[0], pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """q(z | x): mu and log sigma^2, each (N, latent), of pictures x (N, 784) in [0, 1]."""
        check("x", x, self.pixels)
        h = through(self.encoder_layers, x)
        return self.encoder_mu(h), self.encoder_log_var(h)

    def logits(self, z: Tensor) -> Tensor:
        """log(y / (1 - y)) of every pixel, (N, 784)."""
        check("z", z, self.latent)
        pixels: Tensor = self.decoder_pixels(through(self.decoder_layers, z))
        return pixels

    def decode(self, z: Tensor) -> Tensor:
        """y in [0, 1], (N, 784): every pixel's probability of being white, given z (N, latent)."""
        return torch.sigmoid(self.logits(z))

    def terms(self, seen: Tensor, target: Tensor, labels: Tensor, noise: Noise) -> Terms:
        """One pass: the loss terms of `target` with z drawn from q(z | seen)."""
        return plain_terms(self, seen, target, noise)


def plain_terms(model: VAE | DeepVAE, seen: Tensor, target: Tensor, noise: Noise) -> Terms:
    """The pass of a model with one level of latents and no labels."""
    mu, log_var = model.encode(seen)
    z = reparameterise(mu, log_var, noise(len(seen), model.latent))
    cost = reconstruction_loss(model.logits(z), target)
    return Terms(cost, (kl_divergence(mu, log_var).sum(1),))


class PlainVAE(VAE):
    """`VAE` with `terms`: the same layers, names and shapes."""

    def terms(self, seen: Tensor, target: Tensor, labels: Tensor, noise: Noise) -> Terms:
        """One pass: the loss terms of `target` with z drawn from q(z | seen)."""
        return plain_terms(self, seen, target, noise)


def without_draw(rows: int, columns: int) -> Tensor:
    """The noise of an autoencoder, and of figures at z = mu: none."""
    return torch.zeros(rows, columns)
