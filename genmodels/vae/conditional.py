"""The conditional VAE: the digit y is given to encoder and decoder, z keeps the style.

    p(x | y) = integral p(x | z, y) p(z) dz,  p(z) = N(0, I) whatever y
    -ELBO    = -log p(x | z, y) + KL(q(z | x, y) || p(z))

Sohn, Lee and Yan (2015), eq. 4, with a prior that doesn't depend on y. As the prior is one for
all digits, the same z means the same style in each.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.nn.functional import one_hot, relu

from genmodels.vae.deep import Noise, Terms, check
from genmodels.vae.model import PIXELS, kl_divergence, reconstruction_loss, reparameterise

DIGITS = 10


class CVAE(nn.Module):
    """(784 + 10) - hidden - latent, then (latent + 10) - hidden - 784; y enters as one-hot."""

    def __init__(
        self, latent: int = 2, hidden: int = 300, pixels: int = PIXELS, classes: int = DIGITS
    ) -> None:
        super().__init__()
        self.latent = latent
        self.pixels = pixels
        self.classes = classes
        self.encoder_hidden = nn.Linear(pixels + classes, hidden)
        self.encoder_mu = nn.Linear(hidden, latent)
        self.encoder_log_var = nn.Linear(hidden, latent)
        self.decoder_hidden = nn.Linear(latent + classes, hidden)
        self.decoder_pixels = nn.Linear(hidden, pixels)

    def encode(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """q(z | x, y): mu and log sigma^2 (N, latent) of x (N, 784) and digits y (N,)."""
        check("x", x, self.pixels)
        h = relu(self.encoder_hidden(torch.cat([x, self._one_hot(y, x)], dim=1)))
        return self.encoder_mu(h), self.encoder_log_var(h)

    def logits(self, z: Tensor, y: Tensor) -> Tensor:
        """log(p / (1 - p)) of every pixel, (N, 784), for styles z (N, latent) of digits y (N,)."""
        check("z", z, self.latent)
        joined = torch.cat([z, self._one_hot(y, z)], dim=1)
        pixels: Tensor = self.decoder_pixels(relu(self.decoder_hidden(joined)))
        return pixels

    def decode(self, z: Tensor, y: Tensor) -> Tensor:
        """Pictures in [0, 1], (N, 784): style z (N, latent) in the digit y (N,)."""
        return torch.sigmoid(self.logits(z, y))

    def terms(self, seen: Tensor, target: Tensor, labels: Tensor, noise: Noise) -> Terms:
        """One pass: the loss terms of `target` with z drawn from q(z | seen, labels)."""
        mu, log_var = self.encode(seen, labels)
        z = reparameterise(mu, log_var, noise(len(seen), self.latent))
        cost = reconstruction_loss(self.logits(z, labels), target)
        return Terms(cost, (kl_divergence(mu, log_var).sum(1),))

    def _one_hot(self, y: Tensor, beside: Tensor) -> Tensor:
        if y.shape != (len(beside),):
            raise ValueError(f"y must have shape ({len(beside)},); got {tuple(y.shape)}")
        if y.is_floating_point() or y.dtype == torch.bool:
            raise ValueError(f"y must be integers; got {y.dtype}")
        if len(y) and not 0 <= int(y.min()) <= int(y.max()) < self.classes:
            raise ValueError(
                f"y must hold digits from 0 to {self.classes - 1}; "
                f"got {int(y.min())} to {int(y.max())}"
            )
        return one_hot(y.long(), self.classes).to(beside)


def sample(model: CVAE, y: ArrayLike, *, rng: np.random.Generator) -> np.ndarray:
    """A picture of every digit in y (N,) with a style drawn from N(0, I): float64 (N, 784)."""
    labels = torch.from_numpy(np.asarray(y, dtype=np.int64))
    z = torch.from_numpy(rng.standard_normal((len(labels), model.latent)).astype(np.float32))
    with torch.no_grad():
        pictures: np.ndarray = model.decode(z, labels).numpy().astype(np.float64)
    return pictures


def train_small(
    pictures: ArrayLike,
    labels: ArrayLike,
    *,
    rng: np.random.Generator,
    latent: int = 4,
    hidden: int = 128,
    steps: int = 600,
    batch: int = 64,
    learning_rate: float = 5e-3,
    input_dropout: float = 0.2,
) -> CVAE:
    """A CVAE of a few labelled pictures (N, 784) in [0, 1], in seconds on one thread.

    Adam with a cosine schedule to zero on mean(BCE + KL); pictures are binarised anew each time
    and a fifth of the encoder's input is dropped, since there are so few of them. Every draw,
    the first weights' too, comes from `rng`; Torch's own generator is left as it was.
    Raises ValueError on wrong shapes, values outside [0, 1], or no picture at all.
    """
    x = torch.from_numpy(np.asarray(pictures, dtype=np.float32))
    y = torch.from_numpy(np.asarray(labels, dtype=np.int64))
    if x.ndim != 2 or x.shape[1] != PIXELS or not len(x) or y.shape != (len(x),):
        raise ValueError(
            f"pictures and labels must have shapes (N, {PIXELS}) and (N,) with N >= 1; "
            f"got {tuple(x.shape)} and {tuple(y.shape)}"
        )
    if not bool(((x >= 0) & (x <= 1)).all()):
        raise ValueError("pictures must lie in [0, 1]; they hold other values")
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}")
    generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
    with torch.random.fork_rng(devices=[]):
        model = CVAE(latent=latent, hidden=hidden)
    with torch.no_grad():
        for layer in model.children():
            if isinstance(layer, nn.Linear):
                bound = layer.in_features**-0.5  # as nn.Linear begins
                for values in (layer.weight, layer.bias):
                    values.uniform_(-bound, bound, generator=generator)
    optimiser = torch.optim.Adam(model.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)

    def noise(rows: int, columns: int) -> Tensor:
        return torch.randn((rows, columns), generator=generator)

    for _ in range(steps):
        pick = torch.randint(len(x), (batch,), generator=generator)
        grey = x[pick]
        target = (torch.rand(grey.shape, generator=generator) < grey).float()
        kept = torch.rand(grey.shape, generator=generator) >= input_dropout
        seen = target * kept / (1.0 - input_dropout)
        loss = model.terms(seen, target, y[pick], noise).total.mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval().requires_grad_(False)
