"""The forward pass to take away: JSON, CSV, a picture, a NumPy script that computes it again."""

import json
from collections.abc import Sequence

import numpy as np

from genmodels.kit.script import READ_WEIGHTS
from genmodels.kit.svg import Drawing
from genmodels.vae.forward import Pass
from genmodels.vae.record import FOLDER
from pages.vae.worked_run import Place

WEIGHTS = "mnist-2d.safetensors"


def weights() -> bytes:
    """The trained weights, as the script reads them."""
    return (FOLDER / WEIGHTS).read_bytes()


def record(one: Pass, place: Place, source: str) -> str:
    """All numbers of the pass as JSON, finite, losses in nats."""
    values = {
        "model": "784-400-2-400-784, mnist-2d",
        "picture": source,
        "mode": place.mode,
        "held": dict(one.held),
        "x": one.x.tolist(),
        "h": one.hidden.tolist(),
        "mu": one.mu.tolist(),
        "log_var": one.log_var.tolist(),
        "sigma": one.sigma.tolist(),
        "epsilon": one.epsilon.tolist(),
        "z": one.z.tolist(),
        "g": one.units.tolist(),
        "y": one.y.tolist(),
        "kl_per_dimension": one.kl.tolist(),
        "kl": float(one.kl.sum()),
        "bce": float(one.reconstruction),
        "negative_elbo": float(one.total),
        "sum_of_squared_errors": float(one.mse.sum()),
        "mean_squared_error": float(one.mse.mean()),
    }
    return json.dumps(values, allow_nan=False, indent=1)


def table(one: Pass) -> str:
    """A line a pixel as CSV: row, column (from 1), x, y, BCE in nats, squared error."""
    lines = ["row,column,x,y,bce_nats,squared_error"]
    for i in range(len(one.x)):
        row, column = divmod(i, 28)
        values = (one.x[i], one.y[i], one.bce[i], one.mse[i])
        lines.append(f"{row + 1},{column + 1}," + ",".join(f"{float(v):.9g}" for v in values))
    return "\n".join(lines) + "\n"


def picture(one: Pass) -> str:
    """x, h, z, g, y side by side as SVG."""
    drawing = Drawing(980, 240, "The forward pass: x, h, z, g, y")
    strongest = max(float(one.hidden.max()), 1e-9)
    strongest_g = max(float(one.units.max()), 1e-9)
    _grid(drawing, 10, one.x, 28, "x")
    _grid(drawing, 230, one.hidden / strongest, 20, "h")
    for j in range(2):
        sub = "₁₂"[j]
        lines = (f"μ{sub} = {one.mu[j]:.4g}", f"σ{sub} = {one.sigma[j]:.4g}",
                 f"ε{sub} = {one.epsilon[j]:.4g}", f"z{sub} = {one.z[j]:.4g}")  # fmt: skip
        for k, line in enumerate(lines):
            drawing.text(450, 40 + 96 * j + 20 * k, line.replace("-", "−"), anchor="start")
    _grid(drawing, 560, one.units / strongest_g, 20, "g")
    _grid(drawing, 780, one.y, 28, "y")
    words = f"BCE {one.reconstruction:.2f} + KL {one.kl.sum():.2f} = {one.total:.2f} nats"
    drawing.text(780, 232, words, anchor="start")
    return str(drawing)


def _grid(drawing: Drawing, left: float, values: np.ndarray, side: int, name: str) -> None:
    drawing.text(left, 14, f"{name} ({len(values)})", anchor="start")
    cell = 190 / side
    for i, value in enumerate(values):
        grey = round(255 * (1 - float(np.clip(value, 0, 1))))
        row, column = divmod(i, side)
        colour = f"#{grey:02x}{grey:02x}{grey:02x}"
        drawing.rectangle(left + column * cell, 22 + row * cell, cell, cell, colour, "none")


def script(one: Pass, place: Place) -> str:
    """A NumPy script, no Torch, that runs the pass again from `mnist-2d.safetensors` beside it."""
    held = ", ".join(f"{name!r}: {value!r}" for name, value in one.held.items())
    # What is held of x is in x already; its bytes hold no number between two grey levels.
    pixels = ",".join(f"{value:.9g}" for value in one.x.tolist())
    latent = list(place.latent)
    return _SCRIPT.format(
        read_weights=READ_WEIGHTS,
        weights=WEIGHTS,
        pixels=_wrapped(pixels.split(",")),
        held=held,
        given_z=place.mode != "epsilon",
        latent=latent,
    )


def _wrapped(items: Sequence[str]) -> str:
    rows = [", ".join(items[i : i + 14]) for i in range(0, len(items), 14)]
    return ",\n    ".join(rows)


_SCRIPT = '''"""The forward pass of a 784-400-2-400-784 VAE in NumPy. Put {weights} beside it."""

import json
import struct
import sys
from pathlib import Path

import numpy as np


{read_weights}

path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("{weights}")
weights = read_weights(path)


def linear(name, values):
    return weights[name + ".weight"] @ values + weights[name + ".bias"]


x = np.array([
    {pixels}
])
held = {{{held}}}  # numbers held in place of what the network computes; m and v count from 1
given_z, latent = {given_z}, np.array({latent})


def hold(letter, values):
    for name, value in held.items():
        if name[0] == letter:
            values[int(name[1:]) - (letter in "mv")] = value
    return values


h = hold("h", np.maximum(0, linear("encoder_hidden", x)))              # (400,)
mu = hold("m", linear("encoder_mu", h))                               # (2,)
log_var = hold("v", linear("encoder_log_var", h))                     # (2,)
sigma = np.exp(log_var / 2)
z = latent if given_z else mu + sigma * latent                        # latent is epsilon
g = hold("g", np.maximum(0, linear("decoder_hidden", z)))              # (400,)
a = linear("decoder_pixels", g)                                       # (784,) logits
y = 1 / (1 + np.exp(-a))
bce = np.sum(x * np.logaddexp(0, -a) + (1 - x) * np.logaddexp(0, a))  # -log p(x | z), nats
kl = (mu**2 + np.exp(log_var) - 1 - log_var) / 2

for name, value in [("mu", mu), ("log_var", log_var), ("sigma", sigma), ("z", z), ("kl", kl)]:
    print(name, *value)
print("bce", bce)
print("kl_sum", kl.sum())
print("negative_elbo", bce + kl.sum())
print("mse_summed", np.sum((x - y) ** 2))
print("mse_averaged", np.mean((x - y) ** 2))
print("parameters", sum(w.size for w in weights.values()))
'''
