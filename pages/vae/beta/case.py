"""Six trainings that differ in beta alone; and ten latents, entangled or less so."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import image_moments, vae
from genmodels.datasets import mnist
from genmodels.vae import family, sampling
from genmodels.vae.family import BETAS
from genmodels.vae.means import Array, at_means
from genmodels.vae.passage import Passage

FACTORS = ("factor-1", "factor-4")
LATENTS = 10
STEPS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
"""Where a latent is decoded along its strip."""
DRAWN = 24
SIDE = 10
"""Tiles along each side of the decoded grid."""
EVERY = 10
"""Of so many shown digits, one shows its sigma."""
SEED = 2017


def figures(i: int) -> dict[str, Any]:
    """The test figures of the i-th beta: bce, kl (None at beta 0), elbo, active."""
    record = vae.describe(family.beta_name(BETAS[i]))
    test, extra = record["test"], record["extra"]
    return {**{name: test[name] for name in ("bce", "kl", "elbo")}, "active": extra["active"]}


def model_name(i: int) -> str:
    """The i-th beta's model. Raises ValueError for no such place."""
    if not 0 <= i < len(BETAS):
        raise ValueError(f"beta's place must be from 0 to {len(BETAS) - 1}; got {i}")
    return family.beta_name(BETAS[i])


@dataclass(frozen=True, eq=False)
class Board:
    """One beta: `mu` (2000, 2) of the shown digits, `sigma` (200, 2) of every tenth of them.

    `half` is the half-width of the view that holds the codes, `grid` (100, 784) decoded evenly
    over it, `sheet` (24, 784) decoded from the same draws of the prior for every beta; uint8 in
    16 levels.
    """

    mu: Array
    sigma: Array
    half: float
    grid: NDArray[np.uint8]
    sheet: NDArray[np.uint8]


@lru_cache(maxsize=len(BETAS))
def board(i: int) -> Board:
    """What the scrubber shows of the i-th beta."""
    name = model_name(i)
    model = vae.shared(name)
    found = at_means(model, mnist.shown().x)
    half = max(4.0, float(np.ceil(np.quantile(np.abs(found.mu), 0.998))))
    steps = np.linspace(-half, half, 2 * SIDE + 1)[1::2]
    z = np.stack([np.tile(steps, SIDE), np.repeat(steps[::-1], SIDE)], axis=1)
    draws = np.random.default_rng(SEED).standard_normal((DRAWN, 2))
    return Board(
        found.mu,
        np.exp(0.5 * found.log_var[::EVERY]),
        half,
        _levels(sampling.decode(name, model, z)),
        _levels(sampling.decode(name, model, draws)),
    )


def _levels(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(pictures / 17.0) * 17, dtype=np.uint8)


def text(i: int) -> str:
    """A beta's test figures in one line."""
    told, half = figures(i), board(i).half
    if told["kl"] is None:
        return (
            f"β = 0, an autoencoder: no σ and no KL, so nothing keeps the codes near the prior; "
            f"the axes reach ±{half:g}."
        )
    return (
        f"β = {BETAS[i]:g}: on test digits {told['bce']:.1f} nats of reconstruction + "
        f"{told['kl']:.2f} of KL; {told['active']} of 2 latents active; the axes reach ±{half:g}."
    )


@lru_cache(maxsize=64)
def passed(pixels: bytes) -> tuple[Passage, ...]:
    """A picture (784 float64 as bytes) through each beta at its mean."""
    x = np.frombuffer(pixels, np.float64)[None]
    return tuple(
        vae.passage(vae.shared(model_name(i)), x, np.zeros((1, 2))).row(0)
        for i in range(len(BETAS))
    )


def costs(i: int, bce: float, kl: float | None) -> dict[str, float | None]:
    """bce, kl, their sum (the negative ELBO) and what training weighs: BCE + beta KL."""
    return {
        "bce": bce,
        "kl": kl,
        "elbo": None if kl is None else bce + kl,
        "loss": bce + BETAS[i] * (kl or 0.0),
    }


def digit_costs(pixels: bytes) -> list[dict[str, float | None]]:
    """What the picture costs at each beta, z at its mean; beta 0 has no KL."""
    return [
        costs(i, float(one.reconstruction), float(one.kl.sum()) if BETAS[i] else None)
        for i, one in enumerate(passed(pixels))
    ]


def test_costs() -> list[dict[str, float | None]]:
    """What the 10,000 test pictures cost at each beta."""
    told = [figures(i) for i in range(len(BETAS))]
    return [costs(i, one["bce"], one["kl"]) for i, one in enumerate(told)]


# -- disentanglement ---------------------------------------------------------------------------


@lru_cache(maxsize=64)
def traversals(name: str, pixels: bytes) -> tuple[Array, NDArray[np.uint8]]:
    """A picture's code mu (10,), and it decoded with each latent in turn at STEPS, (10, 7, 784).

    Raises ValueError unless `name` is one of FACTORS.
    """
    if name not in FACTORS:
        raise ValueError(f"name must be one of {', '.join(FACTORS)}; got {name!r}")
    model = vae.shared(name)
    mu = at_means(model, np.frombuffer(pixels, np.float64)[None]).mu[0]
    z = np.tile(mu, (LATENTS, len(STEPS), 1))
    for j in range(LATENTS):
        z[j, :, j] = STEPS
    made = sampling.decode(name, model, z.reshape(-1, LATENTS))
    return mu, _levels(made).reshape(LATENTS, len(STEPS), -1)


@lru_cache(maxsize=len(FACTORS))
def drawn_codes(name: str) -> Array:
    """A draw z (2000, 10) from q(z | x) of every shown digit, from one seed."""
    found = at_means(vae.shared(name), mnist.shown().x)
    epsilon = np.random.default_rng(0).standard_normal(found.mu.shape)
    return np.asarray(found.mu + np.exp(found.log_var / 2) * epsilon)


@lru_cache(maxsize=1)
def attributes() -> Array:
    """What is measured of the shown digits, (2000, 5): image_moments.FACTORS."""
    return image_moments.table(mnist.shown().x)


def joint(name: str, j: int, k: int) -> NDArray[np.int64]:
    """How many shown digits fall into each pair of bins of latent j and attribute k, (20, 20)."""
    return image_moments.joint_counts(drawn_codes(name)[:, j], attributes()[:, k])


def _information(name: str) -> Array:
    return np.array(vae.describe(name)["extra"]["information"])


def most(name: str, factor: str) -> int:
    """The latent that tells most of an attribute."""
    return int(_information(name)[:, image_moments.FACTORS.index(factor)].argmax())


def least(name: str) -> int:
    """The latent that tells least of all attributes together."""
    return int(_information(name).sum(axis=1).argmin())


def worst(name: str) -> int:
    """The attribute whose gap is smallest."""
    extra = vae.describe(name)["extra"]
    return int(np.argmin([extra["mig_of"][factor] for factor in extra["factors"]]))


# -- to take away ------------------------------------------------------------------------------


def rows_csv() -> str:
    """A row a beta: its test figures."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["beta", "bce", "kl", "minus_elbo", "active"])
    for i, beta in enumerate(BETAS):
        told = figures(i)
        write(
            [beta, *("" if told[n] is None else told[n] for n in ("bce", "kl", "elbo", "active"))]
        )
    return out.getvalue()


def figures_json() -> str:
    """Every beta's figures, and the information of the two models of ten latents."""
    record = {
        "betas": [{"beta": beta, **figures(i)} for i, beta in enumerate(BETAS)],
        "disentanglement": {name: vae.describe(name)["extra"] for name in FACTORS},
    }
    return json.dumps(record, indent=1, allow_nan=False)


def codes_csv() -> str:
    """A row a shown digit: its label and its mean at each beta."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["label", *(f"beta_{beta:g}_mu{j}" for beta in BETAS for j in (1, 2))])
    codes = np.concatenate([board(i).mu for i in range(len(BETAS))], axis=1)
    for label, row in zip(mnist.shown().labels.tolist(), codes.tolist(), strict=True):
        write([label, *map(repr, row)])
    return out.getvalue()


def sheet_svg() -> str:
    """The draws as SVG, a row a beta, the same draws in each: a square a pixel that isn't black."""
    wide, high = 28 * 12, 28 * len(BETAS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        f'width="{4 * wide}" height="{4 * high}" shape-rendering="crispEdges">',
        f'<rect width="{wide}" height="{high}" fill="#000"/>',
    ]
    for i in range(len(BETAS)):
        for n, picture in enumerate(board(i).sheet[:12]):
            for p in np.flatnonzero(picture).tolist():
                grey = f"{int(picture[p]):02x}" * 3
                x, y = 28 * n + p % 28, 28 * i + p // 28
                parts.append(f'<rect x="{x}" y="{y}" width="1" height="1" fill="#{grey}"/>')
    return "\n".join([*parts, "</svg>"])


def script() -> str:
    """A program that reads both tables: bounds, losses, and which latents are active, by NumPy."""
    return '''"""Rate, distortion and bound of each beta, and its codes' spread. Needs numpy."""

import csv

import numpy as np

with open("betas.csv") as file:
    rows = list(csv.DictReader(file))
codes = np.genfromtxt("codes.csv", delimiter=",", names=True)
for row in rows:
    beta, bce, kl = float(row["beta"]), float(row["bce"]), float(row["kl"] or 0)
    name = "beta_" + row["beta"].removesuffix(".0").replace(".", "")
    variance = [float(codes[f"{name}_mu{j}"].var()) for j in (1, 2)]
    active = sum(v > 0.01 for v in variance)
    print(row["beta"], "loss", repr(bce + beta * kl), "variance", *map(repr, variance), active)
bounded = [row for row in rows if row["kl"]]
best = min(bounded, key=lambda row: float(row["bce"]) + float(row["kl"]))
print("best bound: beta", best["beta"])
'''
