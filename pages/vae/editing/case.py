"""What the editing page shows and gives away."""

import csv
import io
import json
from functools import lru_cache

import numpy as np

from genmodels import vae
from genmodels.vae import directions
from genmodels.vae.directions import ATTRIBUTES, Array, Directions, Edited
from genmodels.vae.means import at_means

MODELS = directions.MODELS
Move = tuple[tuple[float, ...], bool]


def found(model: str) -> Directions:
    """The directions of a model."""
    return directions.found(model)


@lru_cache(maxsize=64)
def edited(model: str, pixels: bytes, t: tuple[float, ...], held: bool) -> Edited:
    """The picture (784 float64 as bytes) moved by t, as the live route moves it."""
    return directions.edit(model, np.frombuffer(pixels, np.float64), t, held)


@lru_cache(maxsize=64)
def back(model: str, pixels: bytes) -> Array:
    """What comes back of the picture at its mean, (784,)."""
    y: Array = at_means(vae.shared(model), np.frombuffer(pixels, np.float64)[None]).y[0]
    return y


@lru_cache(maxsize=16)
def strip(model: str, pixels: bytes, k: int, held: bool) -> Array:
    """Seven pictures (7, 784) with attribute k moved from -3 to +3 standard deviations."""
    t = np.zeros((7, len(ATTRIBUTES)))
    t[:, k] = np.arange(-3, 4)
    made = [edited(model, pixels, tuple(row.tolist()), held).y for row in t]
    return np.stack(made)


# -- to take away ------------------------------------------------------------------------------


def record_json(model: str, pixels: bytes, t: tuple[float, ...], held: bool) -> str:
    """The directions, and this digit's latents, attributes and pictures."""
    one, d = edited(model, pixels, t, held), directions.found(model)
    record = {
        "model": model,
        "attributes": ATTRIBUTES,
        "weights": d.weights.tolist(),
        "intercept": d.intercept.tolist(),
        "deviation": d.deviation.tolist(),
        "steps": d.steps(held).tolist(),
        "r2": d.r2.tolist(),
        "held": held,
        "t": list(t),
        "mu": one.mu.tolist(),
        "z": one.z.tolist(),
        "predicted": one.predicted.tolist(),
        "measured": one.measured.tolist(),
        "x": np.frombuffer(pixels, np.float64).round(4).tolist(),
        "y": one.y.round(4).tolist(),
    }
    return json.dumps(record, allow_nan=False)


def steps_csv(model: str, held: bool) -> str:
    """A row a latent: how far each attribute's standard deviation moves it."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["latent", *ATTRIBUTES])
    for j, row in enumerate(directions.found(model).steps(held).T.tolist()):
        write([j + 1, *map(repr, row)])
    return out.getvalue()


def picture_svg(model: str, pixels: bytes, t: tuple[float, ...], held: bool) -> str:
    """The digit and its edited version as SVG, each pixel that isn't black a square."""
    pair = (np.frombuffer(pixels, np.float64), edited(model, pixels, t, held).y)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 58 28" width="1160" height="560" '
        'shape-rendering="crispEdges">',
        '<rect width="58" height="28" fill="#000"/>',
    ]
    for n, picture in enumerate(pair):
        grey = np.rint(255 * picture).astype(int)
        for p in np.flatnonzero(grey >= 8).tolist():
            fill = f"#{grey[p]:02x}{grey[p]:02x}{grey[p]:02x}"
            x, y = 30 * n + p % 28, p // 28
            parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="{fill}"/>')
    return "\n".join([*parts, "</svg>"])


def script(model: str, pixels: bytes, t: tuple[float, ...], held: bool) -> str:
    """A program that moves the same latents with NumPy, from edit.json beside it."""
    return '''"""One digit's latents moved along measured directions. Needs numpy and edit.json."""

import json

import numpy as np

with open("edit.json") as file:
    record = json.load(file)
W, c = np.array(record["weights"]), np.array(record["intercept"])
mu, t, steps = (np.array(record[name]) for name in ("mu", "t", "steps"))
z = mu + t @ steps
print("z:", " ".join(repr(float(v)) for v in z))
for name, value in zip(record["attributes"], c + W @ z):
    print(name, repr(float(value)))
'''
