"""Six trainings that differ in beta alone, as a film; and ten latents, entangled or less so."""

import csv
import io
import json
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels import vae
from genmodels.arithmetic import Opened, Row, literal, number
from genmodels.datasets import mnist
from genmodels.vae import family, sampling
from genmodels.vae.family import BETAS
from genmodels.vae.means import Array, at_means
from genmodels.vae.moments import CODE_STEP, GRID_VIEW, grid_z
from genmodels.widgets.latent_movie import packed

FACTORS = ("factor-1", "factor-4")
LATENTS = 10
DRAWN = 12
SEED = 2017


def figures(i: int) -> dict[str, Any]:
    """The test figures of the i-th beta: bce, kl (None at beta 0), elbo, active."""
    record = vae.describe(family.beta_name(BETAS[i]))
    test, extra = record["test"], record["extra"]
    return {**{name: test[name] for name in ("bce", "kl", "elbo")}, "active": extra["active"]}


def scale(i: int) -> float:
    """What codes are divided by to be drawn: an autoencoder's, which no KL keeps small, more."""
    spread = max(vae.describe(family.beta_name(BETAS[i]))["extra"]["spread"])
    return 1.0 if spread < 2 else float(np.ceil(spread / 1.5))


@lru_cache(maxsize=1)
def film() -> dict[str, Any]:
    """The six maps and grids as the film of `widgets.latent_movie` has them."""
    codes, grids, losses = [], [], []
    x = mnist.shown().x
    for i, beta in enumerate(BETAS):
        name, factor, told = family.beta_name(beta), scale(i), figures(i)
        model = vae.shared(name)
        codes.append(np.rint(at_means(model, x).mu / factor / CODE_STEP))
        grids.append(sampling.decode(name, model, grid_z().astype(np.float64) * factor))
        small = f" Codes drawn at 1/{factor:g} of their size." if factor > 1 else ""
        if told["kl"] is None:
            text = (
                f"β = {beta:g}, an autoencoder: reconstruction {told['bce']:.1f} nats, no KL, so "
                f"nothing keeps the codes near the prior.{small}"
            )
        else:
            text = (
                f"β = {beta:g}: reconstruction {told['bce']:.1f} + KL {told['kl']:.2f} = −ELBO "
                f"{told['elbo']:.1f} nats; {told['active']} latents active.{small}"
            )
        losses.append(
            {
                "step": i,
                "epoch": float(beta),
                "train": told["bce"] + (told["kl"] or 0.0),
                "test": told["bce"],
                "bce": told["bce"],
                "kl": told["kl"] or 0.0,
                "text": text,
                "caption": f"Decoded at 36 places over ±{GRID_VIEW * factor:g}",
            }
        )
    mu = np.clip(np.stack(codes), -32768, 32767).astype("<i2")
    return {
        "run": "beta",
        "first": 0,
        "total": len(BETAS),
        "unit": CODE_STEP,
        "series": ["reconstruction, nats ", "+ KL "],
        "mu": packed(mu.view(np.uint8)),
        "grid": packed(np.rint(np.stack(grids) / 17.0).astype(np.uint8) * 17),
        "losses": losses,
    }


@lru_cache(maxsize=64)
def reconstructions(pixels: bytes) -> Array:
    """A picture (784 float64 as bytes) and what each beta makes of it at its mean, (7, 784)."""
    x = np.frombuffer(pixels, np.float64)
    back = [at_means(vae.shared(family.beta_name(b)), x[None]).y[0] for b in BETAS]
    return np.stack([x, *back])


@lru_cache(maxsize=len(BETAS))
def samples(i: int) -> NDArray[np.uint8]:
    """Twelve pictures (12, 784) of draws from the prior, the same draws for every beta."""
    name = family.beta_name(BETAS[i])
    z = np.random.default_rng(SEED).standard_normal((DRAWN, 2))
    return sampling.decode(name, vae.shared(name), z)


# -- disentanglement ---------------------------------------------------------------------------


@lru_cache(maxsize=64)
def traversal(name: str, latent: int, pixels: bytes) -> NDArray[np.uint8]:
    """Nine pictures (9, 784): the picture's code with one latent from -2.4 to 2.4."""
    if name not in FACTORS or not 0 <= latent < LATENTS:
        raise ValueError(f"{name} and latent {latent} must be one of {FACTORS} and below {LATENTS}")
    model = vae.shared(name)
    z = np.repeat(at_means(model, np.frombuffer(pixels, np.float64)[None]).mu, 9, axis=0)
    z[:, latent] = np.linspace(-2.4, 2.4, 9)
    return sampling.decode(name, model, z)


# -- numbers -----------------------------------------------------------------------------------


def loss(i: int) -> Opened:
    """What training minimised at the i-th beta: BCE + beta KL, on the test pictures."""
    told, beta = figures(i), BETAS[i]
    kl = told["kl"] or 0.0
    return Opened(
        title=f"The loss at β = {beta:g}",
        formula=r"-\mathbb E_q\log p(x\mid z)+\beta\,\mathrm{KL}(q\,\|\,p)",
        substitution=f"{number(told['bce'], 5)}+{beta:g}\\times{number(kl)}",
        expression=f"{literal(told['bce'])}+{literal(beta)}*{literal(kl)}",
        value=told["bce"] + beta * kl,
        unit="nats",
        rows=[
            Row("distortion", number(told["bce"], 5), literal(told["bce"]), told["bce"]),
            Row("rate", number(kl), literal(kl), kl),
        ],
        note="Means over 10,000 test pictures and five draws. One seed a beta: neighbours may "
        "change places by the luck of a start.",
    )


def gap(name: str, k: int) -> Opened:
    """The mutual information gap of attribute k in one of the two models of ten latents."""
    extra = vae.describe(name)["extra"]
    factor = extra["factors"][k]
    information = np.array(extra["information"])[:, k]
    order = np.argsort(-information, kind="stable")
    first, second = (float(information[j]) for j in order[:2])
    score = float(extra["mig_of"][factor])
    entropy = (first - second) / score if score > 0 else 1.0
    return Opened(
        title=f"{name}: is {factor} told by one latent alone?",
        formula=r"\frac{I(z_{j^*};v)-\max_{j\ne j^*}I(z_j;v)}{H(v)}",
        substitution=rf"\frac{{{number(first)}-{number(second)}}}{{{number(entropy)}}}",
        expression=f"({literal(first)}-{literal(second)})/{literal(entropy)}",
        value=(first - second) / entropy,
        rows=[
            Row(
                f"latent {j + 1}",
                number(float(information[j])),
                literal(float(information[j])),
                float(information[j]),
                chosen=n == 0,
            )
            for n, j in enumerate(order[:6].tolist())
        ],
        note="In nats of information about the measured attribute; 1 would be one latent that "
        "tells it whole and no other that tells any of it. Chen et al. 2018.",
    )


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


def script() -> str:
    """A program that reads betas.csv and says which beta has the best bound, by NumPy."""
    return '''"""Rate, distortion and bound of each beta, from betas.csv. Needs numpy."""

import csv

with open("betas.csv") as file:
    rows = [row for row in csv.DictReader(file) if row["kl"]]
for row in rows:
    bce, kl = float(row["bce"]), float(row["kl"])
    print(row["beta"], "loss", repr(bce + float(row["beta"]) * kl), "-ELBO", repr(bce + kl))
best = min(rows, key=lambda row: float(row["bce"]) + float(row["kl"]))
print("best bound: beta", best["beta"])
'''
