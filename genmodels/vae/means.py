"""Pictures taken through a trained model at z = mu: no draw, so every number is the same again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AtMeans:
    """N pictures x (N, 784) at their means: `mu`, `log_var` (N, d), `logits` (N, 784), float64."""

    x: Array
    mu: Array
    log_var: Array
    logits: Array

    @property
    def y(self) -> Array:
        """The decoder's pictures, 1 / (1 + exp(-logits))."""
        return 1.0 / (1.0 + np.exp(-np.clip(self.logits, -700, 700)))

    @property
    def bce(self) -> Array:
        """-[x_i log y_i + (1 - x_i) log(1 - y_i)] of every pixel, (N, 784), in nats."""
        softplus: Array = np.logaddexp(0.0, self.logits)
        return softplus - self.x * self.logits

    @property
    def kl(self) -> Array:
        """KL_j = (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2 of every latent, (N, d), in nats."""
        return 0.5 * (self.mu**2 + np.exp(self.log_var) - 1.0 - self.log_var)


def at_means(model: "nn.Module", x: ArrayLike, batch: int = 2000) -> AtMeans:
    """`x` (N, 784) in [0, 1] through encoder and decoder, z = mu(x).

    For models with one level of latents and no label. Raises ValueError on a wrong shape.
    """
    import torch

    pictures = np.asarray(x, dtype=np.float64)
    if pictures.ndim != 2 or pictures.shape[1] != 784:
        raise ValueError(f"x must have shape (N, 784); got {pictures.shape}")
    asked: Any = model
    parts: list[list[np.ndarray]] = []
    with torch.no_grad():
        for rows in torch.from_numpy(pictures.astype(np.float32)).split(batch):
            mu, log_var = asked.encode(rows)
            parts.append([t.double().numpy() for t in (mu, log_var, asked.logits(mu))])
    mu, log_var, logits = (np.concatenate(column) for column in zip(*parts, strict=True))
    return AtMeans(pictures, mu, log_var, logits)
