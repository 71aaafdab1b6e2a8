"""Two levels of latents, z2 above z1 above the picture.

    p(z2) = N(0, I)                          the upper prior
    p(z1 | z2) = N(mu_p(z2), diag sigma_p^2) the lower prior, learnt
    p(x | z1, z2) = Bernoulli(decode(z1, z2))
    q(z1, z2 | x) = q(z1 | x) q(z2 | x)      the encoder, both Gaussian

    -ELBO = E_q[-log p(x | z1, z2)] + E_q(z2|x)[KL(q(z1 | x) || p(z1 | z2))]
            + KL(q(z2 | x) || p(z2))

Soenderby et al. (2016), "Ladder variational autoencoders", eq. 3 to 5, with one pass upwards.
Without help the upper level is given up early (the same paper, section 3.2): training warms the
KL up and grants the upper level a few nats for nothing ("free bits", Kingma et al. 2016, app. C.8).
The stated figures are the plain ELBO without either.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from genmodels.vae.deep import Noise, Terms, check
from genmodels.vae.model import PIXELS, kl_divergence, reconstruction_loss, reparameterise

UPPER_HIDDEN = 128
MAX_LOG_VAR = 6.0
"""The learnt prior's log variance stays within +-6: its reciprocal is divided by."""


class HierarchicalVAE(nn.Module):
    """784 - hidden - z1, hidden - 128 - z2 upwards; z2 - 128 - z1, (z1, z2) - hidden - 784 down."""

    def __init__(
        self,
        lower: int = 14,
        upper: int = 2,
        hidden: int = 400,
        upper_hidden: int = UPPER_HIDDEN,
        pixels: int = PIXELS,
    ) -> None:
        super().__init__()
        self.latent = lower
        self.lower = lower
        self.upper = upper
        self.pixels = pixels
        self.encoder_hidden = nn.Linear(pixels, hidden)
        self.encoder_mu1 = nn.Linear(hidden, lower)
        self.encoder_log_var1 = nn.Linear(hidden, lower)
        self.encoder_upper = nn.Linear(hidden, upper_hidden)
        self.encoder_mu2 = nn.Linear(upper_hidden, upper)
        self.encoder_log_var2 = nn.Linear(upper_hidden, upper)
        self.prior_hidden = nn.Linear(upper, upper_hidden)
        self.prior_mu1 = nn.Linear(upper_hidden, lower)
        self.prior_log_var1 = nn.Linear(upper_hidden, lower)
        self.decoder_hidden = nn.Linear(lower + upper, hidden)
        self.decoder_pixels = nn.Linear(hidden, pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """mu1, log sigma1^2 (N, lower), mu2, log sigma2^2 (N, upper) of x (N, 784) in [0, 1]."""
        check("x", x, self.pixels)
        h = relu(self.encoder_hidden(x))
        above = relu(self.encoder_upper(h))
        return (
            self.encoder_mu1(h),
            self.encoder_log_var1(h),
            self.encoder_mu2(above),
            self.encoder_log_var2(above),
        )

    def prior(self, z2: Tensor) -> tuple[Tensor, Tensor]:
        """p(z1 | z2): its mu and log sigma^2, each (N, lower), for z2 (N, upper)."""
        check("z2", z2, self.upper)
        h = relu(self.prior_hidden(z2))
        log_var = self.prior_log_var1(h).clamp(-MAX_LOG_VAR, MAX_LOG_VAR)
        return self.prior_mu1(h), log_var

    def logits(self, z1: Tensor, z2: Tensor) -> Tensor:
        """log(y / (1 - y)) of every pixel, (N, 784), for z1 (N, lower) and z2 (N, upper)."""
        check("z1", z1, self.lower)
        check("z2", z2, self.upper)
        if len(z1) != len(z2):
            raise ValueError(f"z1 and z2 must have as many rows; got {len(z1)} and {len(z2)}")
        pixels: Tensor = self.decoder_pixels(relu(self.decoder_hidden(torch.cat([z1, z2], 1))))
        return pixels

    def decode(self, z1: Tensor, z2: Tensor) -> Tensor:
        """y in [0, 1], (N, 784): every pixel's probability of being white."""
        return torch.sigmoid(self.logits(z1, z2))

    def terms(self, seen: Tensor, target: Tensor, labels: Tensor, noise: Noise) -> Terms:
        """One pass: -log p(target | z1, z2), then the KL of z1 (at the z2 drawn) and of z2."""
        mu1, log_var1, mu2, log_var2 = self.encode(seen)
        z1 = reparameterise(mu1, log_var1, noise(len(seen), self.lower))
        z2 = reparameterise(mu2, log_var2, noise(len(seen), self.upper))
        prior_mu, prior_log_var = self.prior(z2)
        lower = gaussian_kl(mu1, log_var1, prior_mu, prior_log_var).sum(1)
        upper = kl_divergence(mu2, log_var2).sum(1)
        return Terms(reconstruction_loss(self.logits(z1, z2), target), (lower, upper))


def gaussian_kl(mu: Tensor, log_var: Tensor, prior_mu: Tensor, prior_log_var: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(m, s^2)) of every dimension, in nats, shapes alike.

    KL_j = ((mu_j - m_j)^2 + sigma_j^2) / (2 s_j^2) - 1/2 + log(s_j / sigma_j)
    """
    ratio = ((mu - prior_mu) ** 2 + torch.exp(log_var)) / torch.exp(prior_log_var)
    return 0.5 * (ratio - 1.0 + prior_log_var - log_var)
