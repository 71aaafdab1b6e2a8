"""The plain VAE of Kingma and Welling (2014), appendix C: one hidden layer on either side.

p(z) = N(0, I)                         the prior
p(x | z) = prod_i Bernoulli(x_i; y_i)  y = decode(z), the decoder's picture
q(z | x) = N(mu, diag(sigma^2))        mu, log sigma^2 = encode(x), the encoder
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, relu

PIXELS = 784
HIDDEN = 400


class VAE(nn.Module):
    """784 - 400 - `latent` - 400 - 784: ReLU, linear heads for mu and log sigma^2, sigmoid out."""

    def __init__(self, latent: int = 2, hidden: int = HIDDEN, pixels: int = PIXELS) -> None:
        super().__init__()
        self.latent = latent
        self.pixels = pixels
        self.encoder_hidden = nn.Linear(pixels, hidden)
        self.encoder_mu = nn.Linear(hidden, latent)
        self.encoder_log_var = nn.Linear(hidden, latent)
        self.decoder_hidden = nn.Linear(latent, hidden)
        self.decoder_pixels = nn.Linear(hidden, pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """q(z | x): mu and log sigma^2, each (N, latent), of pictures x (N, 784) in [0, 1]."""
        _check("x", x, self.pixels)
        h = relu(self.encoder_hidden(x))  # (N, 400)
        return self.encoder_mu(h), self.encoder_log_var(h)

    def logits(self, z: Tensor) -> Tensor:
        """log(y / (1 - y)) of every pixel, (N, 784): for losses, which need no sigmoid."""
        _check("z", z, self.latent)
        pixels: Tensor = self.decoder_pixels(relu(self.decoder_hidden(z)))
        return pixels

    def decode(self, z: Tensor) -> Tensor:
        """y in [0, 1], (N, 784): every pixel's probability of being white, given z (N, latent)."""
        return torch.sigmoid(self.logits(z))

    def forward(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One pass of training: logits, mu and log sigma^2, with z = mu + sigma * epsilon."""
        mu, log_var = self.encode(x)
        return self.logits(reparameterise(mu, log_var, epsilon)), mu, log_var


@dataclass(frozen=True)
class ELBO:
    """The terms of the evidence lower bound in nats, one a picture, shape (N,).

    `reconstruction` is -log p(x | z) and `kl` is KL(q(z | x) || p(z)), both costs;
    `total` = reconstruction + beta * kl is what training minimises: the negative ELBO at beta = 1.
    """

    reconstruction: Tensor
    kl: Tensor
    total: Tensor


def reparameterise(mu: Tensor, log_var: Tensor, epsilon: Tensor) -> Tensor:
    """z = mu + sigma * epsilon with sigma = exp(log_var / 2): a draw that gradients go through."""
    return mu + torch.exp(0.5 * log_var) * epsilon


def reconstruction_loss(logits: Tensor, x: Tensor) -> Tensor:
    """-log p(x | z) = -sum_i [x_i log y_i + (1 - x_i) log(1 - y_i)], (N,), in nats.

    The binary cross-entropy. For grey x it is the expected loss over pictures binarised with
    probabilities x; it is no log-probability of the grey picture itself.
    """
    return binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)


def kl_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(q(z | x) || N(0, I)) of every dimension, (N, latent), in nats.

        KL_j = (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2

    Kingma and Welling (2014), appendix B.
    """
    return 0.5 * (mu**2 + torch.exp(log_var) - 1.0 - log_var)


def elbo(model: VAE, x: Tensor, *, beta: float = 1.0, rng: np.random.Generator) -> ELBO:
    """The negative ELBO of pictures x (N, 784), with one draw of z a picture from q(z | x).

        total = -log p(x | z) + beta * KL(q(z | x) || p(z)),  z = mu + sigma * epsilon

    In nats a picture, shape (N,); epsilon comes from `rng`. Kingma and Welling (2014), eq. 7 and
    10; beta: Higgins et al. (2017). Raises ValueError on a wrong shape or a negative beta.
    """
    if not beta >= 0:
        raise ValueError(f"beta must be at least 0; got {beta}")
    mu, log_var = model.encode(x)
    epsilon = torch.from_numpy(rng.standard_normal(tuple(mu.shape))).to(mu)
    reconstruction = reconstruction_loss(model.logits(reparameterise(mu, log_var, epsilon)), x)
    kl = kl_divergence(mu, log_var).sum(dim=1)
    return ELBO(reconstruction, kl, reconstruction + beta * kl)


def mean_elbo(
    model: VAE, x: Tensor, *, n_samples: int, rng: np.random.Generator, batch: int = 2000
) -> dict[str, float]:
    """BCE, KL and the negative ELBO in nats a picture, means over x and `n_samples` draws of z."""
    bce = kl = 0.0
    with torch.no_grad():
        for part in x.split(batch):
            for _ in range(n_samples):
                terms = elbo(model, part, rng=rng)
                bce += float(terms.reconstruction.double().sum()) / n_samples
                kl += float(terms.kl.double().sum()) / n_samples
    return {"bce": bce / len(x), "kl": kl / len(x), "elbo": (bce + kl) / len(x)}


def _check(name: str, values: Tensor, columns: int) -> None:
    if values.ndim != 2 or values.shape[1] != columns:
        raise ValueError(f"{name} must have shape (N, {columns}); got {tuple(values.shape)}")
