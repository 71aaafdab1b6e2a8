"""Four properties of the latent space, measured: continuity, walks, structure, regularity."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from genmodels import image_moments, vae
from genmodels.datasets import mnist
from genmodels.vae import directions, first_paint, sampling, walks
from genmodels.vae.directions import ATTRIBUTES
from genmodels.vae.means import Array, at_means
from genmodels.vae.walks import Walk

STEPS = 11
REGULAR = ("beta-0", "beta-0.25", "beta-1", "beta-4")
GRID = 81
LEAST_SIGMA = 0.05
"""No posterior is drawn narrower: an autoencoder's would be spots too small for any screen."""
HOLE = 0.1
"""A place is a hole where the codes' density is below this share of the prior's."""
DRAWS = 4000


@lru_cache(maxsize=2)
def codes(model: str) -> Array:
    """mu of the 2,000 shown digits, (2000, d)."""
    if model == "mnist-2d":
        return first_paint.load().mu.astype(np.float64)
    return at_means(vae.shared(model), mnist.shown().x).mu


@lru_cache(maxsize=64)
def walked(model: str, a: tuple[float, ...], b: tuple[float, ...], way: str) -> Walk:
    """The walk that the page shows."""
    return walks.walk(model, a, b, STEPS, way)


# -- structure ---------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def measured(attribute: str) -> Array:
    """An attribute of the 2,000 shown digits, (2000,)."""
    return np.asarray(image_moments.table(mnist.shown().x, (attribute,))[:, 0])


@lru_cache(maxsize=4)
def along(attribute: str) -> tuple[Array, Array]:
    """The step of one standard deviation on `mnist-2d`, (2,), and pictures from -2 to 2 of it."""
    step = directions.found("mnist-2d").steps(False)[ATTRIBUTES.index(attribute)]
    z = np.linspace(-2, 2, 7)[:, None] * step
    pictures = sampling.decode("mnist-2d", vae.shared("mnist-2d"), z) / 255.0
    return step, pictures


# -- regularity --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Regular:
    """Where a model's codes lie against its prior, over +- `view` in both latents.

    `log_ratio` (GRID, GRID), rows from the top: log10 of q(z) / p(z), with the aggregate posterior
    q(z) = (1/N) sum_n N(z; mu_n, sigma_n^2). `holes`: how many of DRAWS prior draws fall where
    q < HOLE p. `pictures` (36, 784) uint8 of the first draws, `in_hole` (36,).
    """

    model: str
    view: float
    mu: Array
    log_ratio: Array
    holes: int
    pictures: np.ndarray
    in_hole: np.ndarray


@lru_cache(maxsize=len(REGULAR))
def regular(model: str) -> Regular:
    """The aggregate posterior of a model of the plane beside its prior."""
    if model not in REGULAR:
        raise ValueError(f"model must be one of {', '.join(REGULAR)}; got {model!r}")
    network = vae.shared(model)
    passed = at_means(network, mnist.shown().x)
    sigma = np.maximum(np.exp(passed.log_var / 2), LEAST_SIGMA)
    view = 4.0
    along_axis = np.linspace(-view, view, GRID)
    x, y = np.meshgrid(along_axis, along_axis[::-1])
    places = np.column_stack([x.ravel(), y.ravel()])
    ratio = log_ratio(places, passed.mu, sigma) / np.log(10)
    z = np.random.default_rng(2013).standard_normal((DRAWS, 2))
    in_hole = log_ratio(z, passed.mu, sigma) < np.log(HOLE)
    pictures = sampling.decode(model, network, z[:36])
    return Regular(
        model,
        view,
        passed.mu,
        ratio.reshape(GRID, GRID),
        int(in_hole.sum()),
        pictures,
        in_hole[:36],
    )


def log_ratio(z: Array, mu: Array, sigma: Array) -> Array:
    """log q(z) / p(z) at places z (M, 2), q the mixture of N(mu_n, sigma_n^2), p = N(0, I)."""
    found = np.empty(len(z))
    constant = np.log(len(mu))
    log_scale = np.log(sigma).sum(axis=1)
    for start in range(0, len(z), 512):
        part = z[start : start + 512]
        gap = (part[:, None] - mu[None]) / sigma[None]
        exponent = -0.5 * (gap**2).sum(axis=2) - log_scale
        top = exponent.max(axis=1)
        found[start : start + 512] = (
            top + np.log(np.exp(exponent - top[:, None]).sum(axis=1)) - constant
        )
    log_q: Array = found  # both densities have the same 1 / (2 pi)
    return log_q + 0.5 * (z**2).sum(axis=1)


# -- to take away ------------------------------------------------------------------------------


def walk_csv(model: str, a: tuple[float, ...], b: tuple[float, ...], way: str) -> str:
    """A row a step: z, the change to the next, distances to the nearest real digit."""
    made = walked(model, a, b, way)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["step", *(f"z_{j + 1}" for j in range(len(a))), "change", "to_real", "blend_to_real"])
    for i, z in enumerate(made.z.tolist()):
        change = repr(float(made.change[i])) if i < len(made.change) else ""
        far = [repr(float(made.to_real[i])), repr(float(made.blend_to_real[i]))]
        write([i, *map(repr, z), change, *far])
    return out.getvalue()


def figures_json(model: str, a: tuple[float, ...], b: tuple[float, ...], way: str) -> str:
    """The walk's measures and every model's holes."""
    made = walked(model, a, b, way)
    record = {
        "model": model,
        "way": way,
        "a": list(a),
        "b": list(b),
        "change": made.change.tolist(),
        "to_real": made.to_real.tolist(),
        "blend_to_real": made.blend_to_real.tolist(),
        "holes": {name: regular(name).holes / DRAWS for name in REGULAR},
        "structure": {
            name: float(directions.found("mnist-2d").r2[k]) for k, name in enumerate(ATTRIBUTES)
        },
    }
    return json.dumps(record, indent=1, allow_nan=False)


def strip_svg(model: str, a: tuple[float, ...], b: tuple[float, ...], way: str) -> str:
    """The walk above the blend, as SVG."""
    made = walked(model, a, b, way)
    width = 28 * STEPS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 57" width="{4 * width}" '
        'height="228" shape-rendering="crispEdges">',
        f'<rect width="{width}" height="57" fill="#000"/>',
    ]
    for row, pictures in enumerate((made.y, made.blend)):
        for i, picture in enumerate(np.rint(255 * pictures).astype(int)):
            for p in np.flatnonzero(picture >= 8).tolist():
                fill = f"#{picture[p]:02x}{picture[p]:02x}{picture[p]:02x}"
                x, y = 28 * i + p % 28, 29 * row + p // 28
                parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="{fill}"/>')
    return "\n".join([*parts, "</svg>"])


def script(model: str, a: tuple[float, ...], b: tuple[float, ...], way: str) -> str:
    """A program that walks the same way with NumPy."""
    return f'''"""{STEPS} codes between two, {way}. Needs numpy."""

import numpy as np

a, b = np.array({list(a)!r}), np.array({list(b)!r})
t = np.linspace(0, 1, {STEPS})[:, None]
angle = np.arccos(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))
if {way == "spherical"!r} and 1e-3 <= min(angle, np.pi - angle):
    z = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
else:
    z = (1 - t) * a + t * b
for row in z:
    print(" ".join(repr(float(v)) for v in row))
'''
