"""The plain VAE's forward pass in NumPy, step by step, any of its numbers held by the reader.

784 - 400 - 2 - 400 - 784, float64, from the trained weights; no Torch. Letters:

x (784,)  h = relu(W x + b)  mu, log sigma^2 = two heads on h  z = mu + sigma * epsilon
g = relu(V z + c)  a = U g + d  y = 1 / (1 + exp(-a)) (784,)
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from genmodels.assets import BadAsset
from genmodels.vae.passage import Passage
from genmodels.vae.record import FOLDER

PIXELS, HIDDEN, LATENT = 784, 400, 2
NAME = "mnist-2d"
FARTHEST = 1000.0
"""mu, epsilon and z may be so far from 0."""
WIDEST = 20.0
"""log sigma^2 may be so far from 0: sigma between 4.5e-5 and 22,026."""
MOST_HELD = 64
KINDS = {
    "x": (PIXELS, 0.0, 1.0, "pixel"),
    "h": (HIDDEN, 0.0, FARTHEST, "hidden unit"),
    "m": (LATENT, -FARTHEST, FARTHEST, "mu"),
    "v": (LATENT, -WIDEST, WIDEST, "log sigma^2"),
    "g": (HIDDEN, 0.0, FARTHEST, "decoder unit"),
}
"""What can be held: kind -> how many there are, least and largest value, name."""


@dataclass(frozen=True)
class Layer:
    """One linear layer: `name` as the checkpoint has it, weight (outputs, inputs), bias."""

    name: str
    weight: np.ndarray
    bias: np.ndarray

    @property
    def parameters(self) -> int:
        return int(self.weight.size + self.bias.size)


@dataclass(frozen=True)
class Weights:
    """The five layers, float64."""

    hidden: Layer
    mu: Layer
    log_var: Layer
    units: Layer
    pixels: Layer

    @property
    def encoder(self) -> tuple[Layer, ...]:
        return (self.hidden, self.mu, self.log_var)

    @property
    def decoder(self) -> tuple[Layer, ...]:
        return (self.units, self.pixels)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The trained model's. Raises ValueError naming the file where it isn't what it should be."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = FOLDER / f"{NAME}.safetensors"
    shapes = {
        "encoder_hidden": (HIDDEN, PIXELS),
        "encoder_mu": (LATENT, HIDDEN),
        "encoder_log_var": (LATENT, HIDDEN),
        "decoder_hidden": (HIDDEN, LATENT),
        "decoder_pixels": (PIXELS, HIDDEN),
    }
    try:
        stored = load_file(path)
        layers = [
            Layer(
                name, stored[f"{name}.weight"].astype(float), stored[f"{name}.bias"].astype(float)
            )
            for name in shapes
        ]
    except (OSError, KeyError, SafetensorError) as error:
        raise BadAsset(path, "hold the model's weights", error) from error
    for layer, shape in zip(layers, shapes.values(), strict=True):
        if layer.weight.shape != shape or layer.bias.shape != shape[:1]:
            raise BadAsset(path, f"hold {layer.name} of shape {shape}", layer.weight.shape)
        layer.weight.setflags(write=False)
        layer.bias.setflags(write=False)
    return Weights(*layers)


def layers() -> tuple[Layer, ...]:
    """The five layers from the picture to the picture."""
    w = weights()
    return (*w.encoder, *w.decoder)


@dataclass(frozen=True)
class Pass(Passage):
    """One picture's passage, no leading dimension, with `units` g (400,) and what was held.

    `said` has the network's own mu and log sigma^2, (4,), whatever was held in their place.
    """

    units: np.ndarray
    said: np.ndarray
    held: Mapping[str, float] = field(default_factory=dict)

    @property
    def mse(self) -> np.ndarray:
        """Squared errors (x_i - y_i)^2, (784,)."""
        return np.asarray((self.x - self.y) ** 2)


def hold(entries: Mapping[str, float]) -> dict[str, float]:
    """Held numbers by name, checked: "x300", "h37", "g5" (from 0), "m1", "v2" (from 1).

    Raises ValueError naming what is wrong.
    """
    if len(entries) > MOST_HELD:
        raise ValueError(f"at most {MOST_HELD} numbers can be held; got {len(entries)}")
    found: dict[str, float] = {}
    for name, value in entries.items():
        kind, place = split(name)
        count, low, high, words = KINDS[kind]
        if not 0 <= place < count:
            raise ValueError(f"{words} must be one of {count}; got {name}")
        if isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
            raise ValueError(f"{words} must be held from {low:g} to {high:g}; got {value}")
        found[name] = float(value)
    return found


def split(name: str) -> tuple[str, int]:
    """("h", 37) of "h37"; the places of "m" and "v" are named from 1. Raises ValueError."""
    if not re.fullmatch(r"[xhmvg]\d{1,3}", name):
        raise ValueError(f"a held number must be named like x300, h37, m1, v2 or g5; got {name!r}")
    return name[0], int(name[1:]) - (1 if name[0] in "mv" else 0)


def between(a: ArrayLike, b: ArrayLike, alpha: float) -> np.ndarray:
    """z = (1 - alpha) a + alpha b, (2,). Raises ValueError unless alpha lies in [0, 1]."""
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must be from 0 to 1; got {alpha}")
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    for name, code in (("a", a), ("b", b)):
        _latent(name, code)
    return (1 - alpha) * a + alpha * b


def _latent(name: str, values: np.ndarray) -> np.ndarray:
    if values.shape != (LATENT,) or not np.isfinite(values).all():
        raise ValueError(f"{name} must be {LATENT} finite numbers; got {values.tolist()}")
    if np.abs(values).max() > FARTHEST:
        raise ValueError(f"{name} must lie within ±{FARTHEST:g}; got {values.tolist()}")
    return values


def decode(z: np.ndarray, w: Weights | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Decoder's hidden layer (N, 400) and logits (N, 784) of z (N, 2)."""
    w = w or weights()
    g = np.maximum(z @ w.units.weight.T + w.units.bias, 0.0)
    return g, g @ w.pixels.weight.T + w.pixels.bias


def forward(
    x: ArrayLike,
    latent: ArrayLike,
    *,
    given_z: bool = False,
    held: Mapping[str, float] | None = None,
    w: Weights | None = None,
) -> Pass:
    """A picture x (784,) in [0, 1] through the model; `latent` is epsilon, or z where `given_z`.

    What is `held` (see `hold`) replaces what the network computes there; what follows, follows.
    Losses in nats. Raises ValueError on wrong shapes and on numbers out of range.
    """
    w = w or weights()
    held = hold(held or {})
    x = np.array(x, dtype=np.float64)
    if x.shape != (PIXELS,) or not np.isfinite(x).all() or x.min() < 0 or x.max() > 1:
        raise ValueError(f"x must have shape ({PIXELS},) and lie in [0, 1]; got shape {x.shape}")
    chosen = _latent("z" if given_z else "epsilon", np.asarray(latent, dtype=np.float64))
    of = {kind: {} for kind in KINDS}  # type: dict[str, dict[int, float]]
    for name, value in held.items():
        kind, place = split(name)
        of[kind][place] = value

    _put(x, of["x"])
    h = _put(np.maximum(w.hidden.weight @ x + w.hidden.bias, 0.0), of["h"])
    mu, log_var = w.mu.weight @ h + w.mu.bias, w.log_var.weight @ h + w.log_var.bias
    said = np.concatenate([mu, log_var])
    mu, log_var = _put(mu, of["m"]), np.clip(_put(log_var, of["v"]), -WIDEST, WIDEST)
    sigma = np.exp(log_var / 2)
    z = chosen if given_z else mu + sigma * chosen
    epsilon = (chosen - mu) / sigma if given_z else chosen
    g = _put(np.maximum(w.units.weight @ z + w.units.bias, 0.0), of["g"])
    a = w.pixels.weight @ g + w.pixels.bias
    return Pass(
        x=x,
        hidden=h,
        mu=mu,
        log_var=log_var,
        epsilon=epsilon,
        z=z,
        logits=a,
        y=1.0 / (1.0 + np.exp(-np.clip(a, -700, 700))),
        # -[x log y + (1 - x) log(1 - y)], from the logits: log y = -log(1 + exp(-a))
        bce=x * np.logaddexp(0.0, -a) + (1.0 - x) * np.logaddexp(0.0, a),
        kl=0.5 * (mu**2 + np.exp(log_var) - 1.0 - log_var),
        units=g,
        said=said,
        held=held,
    )


def _put(values: np.ndarray, held: Mapping[int, float]) -> np.ndarray:
    for place, value in held.items():
        values[place] = value
    return values


def vector(one: Pass) -> np.ndarray:
    """All numbers that a screen shows of a pass, float32 (2389,), in this order:

    h[400] | mu[2] | log_var[2] | sigma[2] | epsilon[2] | z[2] | kl[2] | the network's own mu[2],
    log_var[2] | BCE, KL, their sum, sum of squared errors, their mean | g[400] | y[784] | bce[784]
    """
    bce, kl = float(one.reconstruction), float(one.kl.sum())
    squared = float(one.mse.sum())
    numbers = [bce, kl, bce + kl, squared, squared / PIXELS]
    parts = [
        one.hidden, one.mu, one.log_var, one.sigma, one.epsilon, one.z, one.kl, one.said,
        np.array(numbers), one.units, one.y, one.bce,
    ]  # fmt: skip
    made: np.ndarray = np.concatenate(parts).astype("<f4")
    return made


VECTOR = HIDDEN + 12 + 4 + 5 + HIDDEN + 2 * PIXELS
