"""A VAE over SMILES strings (Gomez-Bombarelli et al. 2018): molecules as points, 24 latents.

    q(z | s): convolutions over the tokens;  p(s | z) = prod_t p(s_t | s_<t, z), a GRU
    GRU: r, u = sigmoid(...), n = tanh(W x + r * (U h + c)), h' = (1 - u) n + u h

A linear head on mu predicts logP and QED in training, which lays the map out by them. Decoding
runs in NumPy: a molecule takes a few milliseconds, so a page can decode under the hand.
"""

import re
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
from genmodels.vae.stored import numpy, rows

NAME = "molecules"
LATENT = 24
LENGTH = 52
"""Tokens at most, with the end."""
TOKEN = re.compile(r"Cl|Br|\[[^\[\]]*\]|%[0-9]{2}|.", re.DOTALL)
END, START, DROPPED = "<end>", "<start>", "<dropped>"
VOCABULARY = (
    *(END, START, DROPPED),
    *("C", "c", "N", "n", "O", "o", "S", "s", "F", "Cl", "Br", "[nH]", "[H]"),
    *("(", ")", "=", "#", "-", "1", "2", "3", "4", "5"),
)
PROPERTIES = ("logp", "qed")
PLACE = {token: i for i, token in enumerate(VOCABULARY)}
EMITTED = np.array([token not in (START, DROPPED) for token in VOCABULARY])


def tokens_of(smiles: str) -> list[str]:
    """A SMILES string cut into atoms, bonds, brackets and ring numbers: "ClC[nH]" has three."""
    return TOKEN.findall(smiles)


def to_codes(smiles: Sequence[str]) -> np.ndarray:
    """Token numbers (N, 52), each string closed and filled up by <end>.

    Raises ValueError for a token outside the vocabulary or more than 51 tokens.
    """
    codes = np.full((len(smiles), LENGTH), PLACE[END], np.int64)
    for i, string in enumerate(smiles):
        tokens = tokens_of(string)
        if len(tokens) >= LENGTH:
            raise ValueError(
                f"smiles must have at most {LENGTH - 1} tokens; "
                f"got {len(tokens)} in {string[:80]!r}"
            )
        for t, token in enumerate(tokens):
            place = PLACE.get(token, -1)
            if place < 0 or not EMITTED[place]:
                raise ValueError(
                    f"smiles must be made of {' '.join(VOCABULARY[3:])}; "
                    f"got {token!r} in {string[:80]!r}"
                )
            codes[i, t] = place
    return codes


class MoleculeVAE(nn.Module):
    """Convolutional encoder, GRU decoder that sees z at every step, linear property head."""

    def __init__(self, latent: int = LATENT, hidden: int = 256) -> None:
        super().__init__()
        self.latent, self.hidden = latent, hidden
        size = len(VOCABULARY)
        self.embed_in = nn.Embedding(size, 24)
        self.conv_1 = nn.Conv1d(24, 64, 5, stride=2, padding=2)
        self.conv_2 = nn.Conv1d(64, 96, 5, stride=2, padding=2)
        self.encoder_hidden = nn.Linear(96 * LENGTH // 4, 192)
        self.encoder_mu = nn.Linear(192, latent)
        self.encoder_log_var = nn.Linear(192, latent)
        self.embed_out = nn.Embedding(size, 32)
        self.begin = nn.Linear(latent, hidden)
        self.gru = nn.GRU(32 + latent, hidden, batch_first=True)
        self.scores = nn.Linear(hidden, size)
        self.head = nn.Linear(latent, len(PROPERTIES))

    def posterior(self, codes: Tensor) -> tuple[Tensor, Tensor]:
        """mu and log sigma^2, (N, latent) each, of token numbers (N, 52)."""
        h = relu(self.conv_2(relu(self.conv_1(self.embed_in(codes).transpose(1, 2)))))
        h = relu(self.encoder_hidden(h.flatten(1)))
        return self.encoder_mu(h), self.encoder_log_var(h)

    def logits(self, z: Tensor, before: Tensor) -> Tensor:
        """Logits (N, T, V) of the tokens that follow `before` (N, T), <start> first."""
        x = torch.cat([self.embed_out(before), z[:, None].expand(-1, before.shape[1], -1)], 2)
        states, _ = self.gru(x, torch.tanh(self.begin(z))[None])
        scores: Tensor = self.scores(states)
        return scores

    # -- NumPy in, NumPy out -------------------------------------------------------------------

    def encode(self, smiles: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """q(z | s): mu and log sigma^2, (N, 24) each. Raises ValueError as `to_codes`."""
        with torch.no_grad():
            mu, log_var = self.posterior(torch.from_numpy(to_codes(smiles)))
        return numpy(mu), numpy(log_var)

    @property
    def decoder(self) -> "Decoder":
        """The decoder in NumPy, for many small calls."""
        return Decoder.of(self)


@dataclass(frozen=True)
class DecodeTrace:
    """One string as it was written: its tokens (without <end>), and for every token and the end
    the probabilities (T + 1, V) that it was taken from. `ended` is False for one cut at 51."""

    smiles: str
    tokens: tuple[str, ...]
    probabilities: np.ndarray
    ended: bool


@dataclass(frozen=True)
class Decoder:
    """p(s | z) in NumPy, float32: the GRU's input weights are already applied to each token."""

    by_token: np.ndarray  # (V, 3H): W_x e_token + b
    from_z: np.ndarray  # (L, 3H)
    begin: np.ndarray  # (L, H)
    begin_bias: np.ndarray
    recur: np.ndarray  # (H, 3H)
    recur_bias: np.ndarray
    out: np.ndarray  # (H, V)
    out_bias: np.ndarray

    @staticmethod
    def of(model: MoleculeVAE) -> "Decoder":
        """The decoder of a model's weights."""
        w = {k: v.detach().numpy() for k, v in model.state_dict().items()}
        w_x = w["gru.weight_ih_l0"].T  # (32 + L, 3H)
        found = (
            w["embed_out.weight"] @ w_x[:32] + w["gru.bias_ih_l0"],
            w_x[32:],
            w["begin.weight"].T,
            w["begin.bias"],
            w["gru.weight_hh_l0"].T,
            w["gru.bias_hh_l0"],
            w["scores.weight"].T,
            w["scores.bias"],
        )
        return Decoder(*(np.ascontiguousarray(part, np.float32) for part in found))

    def decode(
        self,
        z: np.ndarray,
        *,
        temperature: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> list[str]:
        """A string for every z (N, 24): the most probable token at each step (temperature 0), or
        drawn from p^(1 / temperature) normalised, with `rng`."""
        return [_string(codes) for codes in self._run(z, temperature, rng, None)]

    def trace(
        self,
        z: np.ndarray,
        *,
        temperature: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> DecodeTrace:
        """One z (24,) decoded with the probabilities of every step."""
        kept: list[np.ndarray] = []
        codes = self._run(np.asarray(z)[None], temperature, rng, kept)[0]
        ends = np.flatnonzero(codes == PLACE[END])
        length = int(ends[0]) if len(ends) else len(codes)
        tokens = tuple(VOCABULARY[c] for c in codes[:length])
        probabilities = np.stack([p[0] for p in kept])[: length + 1]
        return DecodeTrace("".join(tokens), tokens, probabilities, bool(len(ends)))

    def _run(
        self,
        z: np.ndarray,
        temperature: float,
        rng: np.random.Generator | None,
        kept: list[np.ndarray] | None,
    ) -> np.ndarray:
        x = rows("z", z, len(self.from_z)).numpy()
        if not 0 <= temperature <= 4:
            raise ValueError(f"temperature must be from 0 to 4; got {temperature}")
        if temperature and rng is None:
            raise ValueError("rng must be given for a temperature above 0; got none")
        n, size = len(x), self.recur.shape[0]
        h = np.tanh(x @ self.begin + self.begin_bias)
        always = x @ self.from_z
        last = np.full(n, PLACE[START])
        codes = np.full((n, LENGTH - 1), PLACE[END], np.int64)
        open_ = np.ones(n, bool)
        for t in range(LENGTH - 1):
            a = self.by_token[last] + always
            b = h @ self.recur + self.recur_bias
            gates = _sigmoid(a[:, : 2 * size] + b[:, : 2 * size])
            r, u = gates[:, :size], gates[:, size:]
            new = np.tanh(a[:, 2 * size :] + r * b[:, 2 * size :])
            h = new + u * (h - new)
            scores = np.where(EMITTED, h @ self.out + self.out_bias, -np.inf)
            if temperature or kept is not None:
                p = _softmax(scores, temperature or 1.0)
                if kept is not None:
                    kept.append(p)
            if temperature and rng is not None:
                cut = rng.random((n, 1)) * p.sum(1, keepdims=True)
                last = np.minimum((p.cumsum(1) <= cut).sum(1), len(VOCABULARY) - 1)
            else:
                last = scores.argmax(1)
            last = np.where(open_, last, PLACE[END])
            codes[:, t] = last
            open_ &= last != PLACE[END]
            if not open_.any():
                break
        return codes


def _sigmoid(a: np.ndarray) -> np.ndarray:
    half: np.ndarray = 0.5 * np.tanh(0.5 * a) + 0.5
    return half


def _softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = scores.astype(np.float64) / temperature
    p = np.exp(scaled - scaled.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def _string(codes: np.ndarray) -> str:
    ends = np.flatnonzero(codes == PLACE[END])
    return "".join(VOCABULARY[c] for c in codes[: ends[0] if len(ends) else len(codes)])


def load(folder: Path = FOLDER) -> MoleculeVAE:
    """The trained VAE. Raises ValueError naming the file that is missing or corrupt."""
    with torch.random.fork_rng(devices=[]):
        return fill(MoleculeVAE(), folder / f"{NAME}.safetensors")


@lru_cache(maxsize=1)
def shared() -> MoleculeVAE:
    """`load()`, once a process."""
    return load()


@lru_cache(maxsize=1)
def shared_decoder() -> Decoder:
    """`load().decoder`, once a process."""
    return shared().decoder


def negative_elbo(model: MoleculeVAE, smiles: Sequence[str], *, seed: int = 0) -> dict[str, Any]:
    """Reconstruction and KL in nats a string, one draw of z each, means over the strings."""
    codes = torch.from_numpy(to_codes(smiles))
    reconstruction = kl = right = wanted = 0.0
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for part in codes.split(500):
            mu, log_var = model.posterior(part)
            z = mu + torch.exp(0.5 * log_var) * torch.randn(mu.shape, generator=draw)
            counted = counted_tokens(part)
            start = torch.full((len(part), 1), PLACE[START])
            log_p = model.logits(z, torch.cat([start, part[:, :-1]], 1)).log_softmax(2)
            own = log_p.gather(2, part[:, :, None])[:, :, 0]
            reconstruction -= float((own * counted).double().sum())
            right += float(((log_p.argmax(2) == part) & counted).sum())
            wanted += float(counted.sum())
            kl += float((0.5 * (mu**2 + log_var.exp() - 1 - log_var)).double().sum())
    n = len(codes)
    return {
        "strings": n,
        "reconstruction": reconstruction / n,
        "kl": kl / n,
        "elbo": (reconstruction + kl) / n,
        "token_accuracy": right / wanted,
    }


def counted_tokens(codes: Tensor) -> Tensor:
    """True for every token of (N, 52) and the first <end>, which closes the string."""
    ended = (codes == PLACE[END]).cumsum(1)
    return ended <= 1
