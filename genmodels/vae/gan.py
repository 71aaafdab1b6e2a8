"""A small convolutional GAN (Goodfellow et al. 2014; Radford, Metz and Chintala 2016).

    G: z ~ N(0, I) -> a picture;  D: a picture -> the logit of "it is real"
    D minimises  -E log D(x) - E log(1 - D(G(z)))
    G minimises  -E log D(G(z))            (the non-saturating form)

There is no encoder and no likelihood: `logits` of the discriminator is the only judgement of a
given picture, and it says nothing of p(x) once training has ended.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, leaky_relu, relu

from genmodels.vae.checkpoint import fill
from genmodels.vae.record import FOLDER
from genmodels.vae.stored import numpy, rows

PLANE = "gan-2d"
"""The GAN with two latents, beside the VAE `mnist-2d`."""
SEEDS = tuple(f"gan-16-seed{seed}" for seed in range(5))
"""Five runs of one recipe with 16 latents, alike but for the seed."""
NAMES = (PLANE, *SEEDS)
LATENT = {PLANE: 2, **dict.fromkeys(SEEDS, 16)}


class BatchNorm(nn.Module):
    """Each channel shifted and scaled to mean 0, variance 1 (Ioffe and Szegedy 2015): by the batch
    in training, by running averages in use. Torch's own also counts batches, in whole numbers;
    without them every stored tensor is a float.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, h: Tensor) -> Tensor:
        mean, variance = self.get_buffer("running_mean"), self.get_buffer("running_var")
        return batch_norm(h, mean, variance, self.weight, self.bias, training=self.training)


class Generator(nn.Module):
    """z (N, latent) - 128 - 32 x 7 x 7 - 16 x 14 x 14 - 28 x 28, batch norm and ReLU between."""

    def __init__(self, latent: int = 2, width: int = 32) -> None:
        super().__init__()
        self.latent, self.width = latent, width
        self.hidden = nn.Linear(latent, 128, bias=False)
        self.norm_0 = BatchNorm(128)
        self.spread = nn.Linear(128, width * 49, bias=False)
        self.norm_1 = BatchNorm(width * 49)  # a unit each, or z drowns in one fixed pattern
        self.up_1 = nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1, bias=False)
        self.norm_2 = BatchNorm(width // 2)
        self.up_2 = nn.ConvTranspose2d(width // 2, 1, 4, stride=2, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        """Pictures (N, 784) in (0, 1)."""
        h = relu(self.norm_0(self.hidden(z)))
        h = relu(self.norm_1(self.spread(h))).reshape(-1, self.width, 7, 7)
        h = relu(self.norm_2(self.up_1(h)))
        return torch.sigmoid(self.up_2(h)).flatten(1)

    def decode(self, z: np.ndarray, batch: int = 1000) -> np.ndarray:
        """Pictures (N, 784) in (0, 1) of latents z (N, latent), as NumPy arrays."""
        with torch.no_grad():
            parts = rows("z", z, self.latent).split(batch)
            return np.concatenate([numpy(self(part)) for part in parts])

    def sample(self, n: int, *, rng: np.random.Generator) -> np.ndarray:
        """n pictures (n, 784) of z ~ N(0, I)."""
        if n < 1:
            raise ValueError(f"n must be at least 1; got {n}")
        return self.decode(rng.standard_normal((n, self.latent)))


class Discriminator(nn.Module):
    """28 x 28 - 16 x 14 x 14 - 32 x 7 x 7, batch norm - one logit: how real a picture looks."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.down_1 = nn.Conv2d(1, width // 2, 4, stride=2, padding=1)
        self.down_2 = nn.Conv2d(width // 2, width, 4, stride=2, padding=1)
        self.norm = BatchNorm(width)
        self.score = nn.Linear(width * 49, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N,) of pictures (N, 784)."""
        h = leaky_relu(self.down_1(x.reshape(-1, 1, 28, 28)), 0.2)
        h = leaky_relu(self.norm(self.down_2(h)), 0.2)
        return self.score(h.flatten(1))[:, 0]

    def terms(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        """The logit of each picture (N, 784) as a sum: what each of the 32 channels adds over its
        49 places, (N, 32), and the bias."""
        with torch.no_grad():
            h = leaky_relu(self.down_1(rows("x", x, 784).reshape(-1, 1, 28, 28)), 0.2)
            h = leaky_relu(self.norm(self.down_2(h)), 0.2)
            added = (h.flatten(1) * self.score.weight).double().reshape(len(x), -1, 49).sum(2)
            return numpy(added), float(self.score.bias)

    def judge(self, x: np.ndarray) -> np.ndarray:
        """D's probability that each picture (N, 784) in [0, 1] is real, (N,), as NumPy."""
        with torch.no_grad():
            return numpy(torch.sigmoid(self(rows("x", x, 784)).double()))


def load(name: str = PLANE, folder: Path = FOLDER) -> Generator:
    """The trained generator `name`. Raises ValueError for an unknown name, and naming the file
    if it is missing, corrupt or of another architecture."""
    if name not in LATENT:
        raise ValueError(f"GAN must be one of {', '.join(NAMES)}; got {name!r}")
    with torch.random.fork_rng(devices=[]):
        return fill(Generator(LATENT[name]), folder / f"{name}.safetensors")


def load_discriminator(folder: Path = FOLDER) -> Discriminator:
    """The discriminator that trained beside `gan-2d`, as it was at the end."""
    with torch.random.fork_rng(devices=[]):
        return fill(Discriminator(), folder / f"{PLANE}-discriminator.safetensors")


@lru_cache(maxsize=len(NAMES))
def shared(name: str = PLANE) -> Generator:
    """`load(name)`, once a process."""
    return load(name)


@lru_cache(maxsize=1)
def shared_discriminator() -> Discriminator:
    """`load_discriminator()`, once a process."""
    return load_discriminator()
