"""VQ-VAE (van den Oord, Vinyals and Kavukcuoglu 2017): a digit as a 7 x 7 grid of codes.

    c_ij = argmin_k |f(x)_ij - e_k|^2      the nearest of K codebook vectors, at each place
    y    = g(e_c)                          the decoder's picture
    p(c) = prod_t p(c_t | c_<t)            the prior, learnt after the rest, row by row

The encoder is deterministic, so -log p(x) <= BCE(x; g(e_c)) - log p(c): the codes' prior takes
the place of the KL. Public methods take and give NumPy arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from genmodels.vae.checkpoint import fill
from genmodels.vae.record import FOLDER
from genmodels.vae.stored import numpy, rows, whole

NAME = "vq-vae"
PRIOR_NAME = "vq-prior"
SIDE = 7
PLACES = SIDE * SIDE
K = 64
DIMENSIONS = 16
NO_LABEL = 10


class VQVAE(nn.Module):
    """Two strided convolutions down to 7 x 7 vectors, the codebook (K, D), and back up."""

    codebook_vectors: Tensor

    def __init__(self, k: int = K, dimensions: int = DIMENSIONS, width: int = 48) -> None:
        super().__init__()
        self.k, self.dimensions = k, dimensions
        self.down_1 = nn.Conv2d(1, width // 2, 4, stride=2, padding=1)
        self.down_2 = nn.Conv2d(width // 2, width, 4, stride=2, padding=1)
        self.mix_down = nn.Conv2d(width, width, 3, padding=1)
        self.to_code = nn.Conv2d(width, dimensions, 1)
        self.from_code = nn.Conv2d(dimensions, width, 3, padding=1)
        self.up_1 = nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1)
        self.up_2 = nn.ConvTranspose2d(width // 2, 1, 4, stride=2, padding=1)
        self.register_buffer("codebook_vectors", torch.randn(k, dimensions))

    def vectors(self, x: Tensor) -> Tensor:
        """The encoder's vectors f(x), (N, 49, D), of pictures (N, 784)."""
        h = relu(self.down_1(x.reshape(-1, 1, 28, 28)))
        h = relu(self.mix_down(relu(self.down_2(h))))
        return self.to_code(h).flatten(2).transpose(1, 2)

    def nearest(self, vectors: Tensor) -> Tensor:
        """The codes of vectors (N, 49, D): argmin_k |v|^2 - 2 v.e_k + |e_k|^2, (N, 49)."""
        e = self.codebook_vectors
        return (e.square().sum(1) - 2.0 * vectors @ e.T).argmin(2)

    def logits(self, quantised: Tensor) -> Tensor:
        """Pixel logits (N, 784) of codebook vectors (N, 49, D)."""
        grid = quantised.transpose(1, 2).reshape(-1, self.dimensions, SIDE, SIDE)
        return self.up_2(relu(self.up_1(relu(self.from_code(grid))))).flatten(1)

    # -- NumPy in, NumPy out -------------------------------------------------------------------

    @property
    def codebook(self) -> np.ndarray:
        """The codebook vectors, (K, D)."""
        return numpy(self.codebook_vectors)

    def encode_codes(self, x: np.ndarray, batch: int = 1000) -> np.ndarray:
        """The codes of pictures (N, 784) in [0, 1]: (N, 7, 7) int64 in 0 .. K - 1."""
        with torch.no_grad():
            parts = [self.nearest(self.vectors(part)) for part in rows("x", x, 784).split(batch)]
        return torch.cat(parts).numpy().reshape(-1, SIDE, SIDE)

    def encode_vectors(self, x: np.ndarray) -> np.ndarray:
        """The encoder's vectors f(x) of pictures (N, 784), before the argmin: (N, 7, 7, D)."""
        with torch.no_grad():
            v = numpy(self.vectors(rows("x", x, 784)))
        return v.reshape(-1, SIDE, SIDE, self.dimensions)

    def distances(self, x: np.ndarray) -> np.ndarray:
        """|f(x)_ij - e_k|^2 of every place to every vector, (N, 7, 7, K): what argmin chose from.

        For the few pictures on a page.
        """
        with torch.no_grad():
            v = self.vectors(rows("x", x, 784)).double()
            d = (v[:, :, None, :] - self.codebook_vectors.double()).square().sum(3)
        return numpy(d).reshape(-1, SIDE, SIDE, self.k)

    def decode_codes(self, codes: np.ndarray, batch: int = 1000) -> np.ndarray:
        """The pictures (N, 784) in (0, 1) of codes (N, 7, 7) in 0 .. K - 1.

        Raises ValueError on another shape, on fractions and on codes out of range.
        """
        return numpy(torch.sigmoid(self._decoded(codes, batch)))

    def decode_logits(self, codes: np.ndarray, batch: int = 1000) -> np.ndarray:
        """log(y / (1 - y)) of the pictures of `decode_codes`, (N, 784)."""
        return numpy(self._decoded(codes, batch))

    def _decoded(self, codes: np.ndarray, batch: int) -> Tensor:
        c = torch.from_numpy(whole("codes", codes, (SIDE, SIDE), self.k).reshape(-1, PLACES))
        with torch.no_grad():
            return torch.cat([self.logits(self.codebook_vectors[p]) for p in c.split(batch)])


def perplexity(codes: np.ndarray, k: int = K) -> float:
    """exp(-sum_k p_k log p_k) of the codes' frequencies: how many codes are in effect used.

    Between 1 (always the same one) and K (all equally often); codes of any shape, at least one.
    """
    counts = np.bincount(np.asarray(codes).ravel(), minlength=k)
    if not counts.sum():
        raise ValueError("codes must hold at least one code; got none")
    p = counts[counts > 0] / counts.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


class Block(nn.Module):
    """Causal self-attention, then a two-layer network, each added to what came in."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, h: Tensor, past: list[Tensor] | None = None) -> Tensor:
        """h (N, T, width) after the block. A list `past` keeps keys and values of the places
        before, so that the next call needs only the new ones: all at first, then one by one."""
        n, length, width = h.shape
        q, k, v = (
            part.reshape(n, length, self.heads, -1).transpose(1, 2)
            for part in self.qkv(self.before(h)).chunk(3, dim=2)
        )
        if past:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        if past is not None:
            past[:] = [k, v]
        seen = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        h = h + self.out(seen.transpose(1, 2).reshape(n, length, width))
        added: Tensor = self.narrow(relu(self.wide(self.between(h))))
        return h + added


@dataclass(frozen=True)
class CodeTrace:
    """How a grid of codes was drawn: `codes` (n, 49) row by row, and at every place the K
    probabilities that it was drawn from, `probabilities` (n, 49, K)."""

    codes: np.ndarray
    probabilities: np.ndarray

    @property
    def grids(self) -> np.ndarray:
        """The codes as (n, 7, 7)."""
        return self.codes.reshape(-1, SIDE, SIDE)

    @property
    def nats(self) -> np.ndarray:
        """-log p of each grid under the probabilities it was drawn from, (n,)."""
        own = np.take_along_axis(self.probabilities, self.codes[:, :, None], 2)[:, :, 0]
        return -np.log(own).sum(1)


class CodePrior(nn.Module):
    """p(c_t | c_<t, label): a small causal Transformer over the 49 codes, row by row.

    Each place knows the code before it, the code above it, its place and the label (10 for
    none). Vaswani et al. (2017); a prior over codes: van den Oord et al. (2017), section 3.3.
    """

    def __init__(self, k: int = K, width: int = 64, depth: int = 2, heads: int = 4) -> None:
        super().__init__()
        self.k = k
        self.code = nn.Embedding(k + 1, width)
        self.above = nn.Embedding(k + 1, width)
        self.place = nn.Embedding(PLACES, width)
        self.label = nn.Embedding(NO_LABEL + 1, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.after = nn.LayerNorm(width)
        self.scores = nn.Linear(width, k)

    def logits(
        self,
        codes: Tensor,
        label: Tensor,
        past: Sequence[list[Tensor]] | None = None,
        first: int = 0,
    ) -> Tensor:
        """Logits (N, T + 1 - first, K) of the places first .. T, given codes (N, T), T <= 48, and
        label (N,); with `past`, a list for each block, those before `first` come from there."""
        n, length = codes.shape
        none = torch.full((n, 1), self.k, dtype=codes.dtype)
        previous = torch.cat([none, codes], 1)
        above = torch.cat([none.expand(n, SIDE), codes], 1)[:, : length + 1]
        h = self.code(previous) + self.above(above) + self.label(label)[:, None]
        h = h + self.place.weight[: length + 1]
        h = h[:, first:]
        each: Sequence[list[Tensor] | None] = past or [None] * len(self.blocks)
        for block, kept in zip(self.blocks, each, strict=True):
            h = block(h, kept)
        scores: Tensor = self.scores(self.after(h))
        return scores

    # -- NumPy in, NumPy out -------------------------------------------------------------------

    def next_probabilities(self, codes_so_far: Any, label: int | None = None) -> np.ndarray:
        """p(c_t | c_0 .. c_{t-1}), (K,), after t < 49 codes, optionally of one digit."""
        codes = np.asarray(codes_so_far, dtype=None if len(codes_so_far) else np.int64)
        if codes.ndim != 1 or len(codes) >= PLACES:
            raise ValueError(
                f"codes_so_far must be a list of 0 to {PLACES - 1} codes; got shape {codes.shape}"
            )
        c = torch.from_numpy(whole("codes_so_far", codes[None], codes.shape, self.k))
        with torch.no_grad():
            return numpy(self.logits(c, _label(label, 1))[0, -1].double().softmax(0))

    def sample(
        self,
        n: int,
        *,
        temperature: float = 1.0,
        label: int | None = None,
        start: Any = (),
        rng: np.random.Generator,
    ) -> CodeTrace:
        """Draw n grids code by code, from p^(1 / temperature) normalised; `start` is kept.

        Temperature 0 takes the most probable code at every place. Raises ValueError for n not in
        1 .. 1000, a temperature not in [0, 4], a label that is no digit, or a bad start.
        """
        if not 1 <= n <= 1000:
            raise ValueError(f"n must be from 1 to 1000; got {n}")
        if not 0 <= temperature <= 4:
            raise ValueError(f"temperature must be from 0 to 4; got {temperature}")
        given = np.asarray(start, dtype=None if len(start) else np.int64)
        if given.ndim != 1 or len(given) > PLACES:
            raise ValueError(f"start must be a list of up to {PLACES} codes; got {given.shape}")
        first = whole("start", given[None], given.shape, self.k)
        codes = np.zeros((n, PLACES), np.int64)
        codes[:, : len(given)] = first
        probabilities = np.zeros((n, PLACES, self.k))
        labels = _label(label, n)
        with torch.no_grad():
            past: list[list[Tensor]] = [[] for _ in self.blocks]
            done = 0
            while done < PLACES:  # the given places in one go, then one after the other
                t = max(done, min(len(given), PLACES - 1))
                scores = self.logits(torch.from_numpy(codes[:, :t]), labels, past, done)
                probabilities[:, done : t + 1] = _softmax(numpy(scores), temperature)
                if t >= len(given):
                    p = probabilities[:, t]
                    cut = rng.random((n, 1)) * p.sum(1, keepdims=True)
                    codes[:, t] = np.minimum((p.cumsum(1) <= cut).sum(1), self.k - 1)
                done = t + 1
        return CodeTrace(codes, probabilities)

    def nats(self, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """-log p(c) of grids (N, 7, 7), in nats, (N,); given each one's label if there are."""
        return self.nats_by_place(codes, labels).sum(1)

    def nats_by_place(self, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """-log p(c_t | c_<t) of every place, in nats, (N, 49)."""
        c = torch.from_numpy(whole("codes", codes, (SIDE, SIDE), self.k).reshape(-1, PLACES))
        y = np.full(len(c), NO_LABEL) if labels is None else whole("labels", labels, (), NO_LABEL)
        parts = []
        with torch.no_grad():
            for part, label in zip(c.split(500), torch.from_numpy(y).split(500), strict=True):
                log_p = self.logits(part[:, :-1], label).double().log_softmax(2)
                parts.append(-numpy(log_p.gather(2, part[:, :, None])[:, :, 0]))
        return np.concatenate(parts)


def _softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (..., K) in proportion to exp(scores / temperature)."""
    if temperature == 0:
        return np.eye(scores.shape[-1])[scores.argmax(-1)]
    scaled = scores / temperature
    p = np.exp(scaled - scaled.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def _label(label: int | None, n: int) -> Tensor:
    if label is not None and label not in range(NO_LABEL):
        raise ValueError(f"label must be a digit from 0 to 9 or none; got {label!r}")
    return torch.full((n,), NO_LABEL if label is None else int(label))


def load(folder: Path = FOLDER) -> VQVAE:
    """The trained VQ-VAE. Raises ValueError naming the file that is missing or corrupt."""
    with torch.random.fork_rng(devices=[]):
        return fill(VQVAE(), folder / f"{NAME}.safetensors")


def load_prior(folder: Path = FOLDER) -> CodePrior:
    """The trained prior over its codes. Raises ValueError as `load` does."""
    with torch.random.fork_rng(devices=[]):
        return fill(CodePrior(), folder / f"{PRIOR_NAME}.safetensors")


@lru_cache(maxsize=1)
def shared() -> VQVAE:
    """`load()`, once a process."""
    return load()


@lru_cache(maxsize=1)
def shared_prior() -> CodePrior:
    """`load_prior()`, once a process."""
    return load_prior()
