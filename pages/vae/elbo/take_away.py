"""The ELBO and the estimates of log p(x) to take away."""

import json

import numpy as np

from genmodels.kit.script import READ_WEIGHTS
from genmodels.kit.svg import Drawing, Scale, ticks
from pages.vae.digit import Digit
from pages.vae.elbo import case as run
from pages.vae.elbo.case import Place, Runs
from pages.vae.worked_take_away import WEIGHTS


def record(digit: Digit, place: Place) -> str:
    """q, its bars, the runs' estimates as JSON, in nats."""
    q, cloud, found = run.q_of(digit, place), run.cloud(digit, place), run.runs(digit, place)
    values = {
        "picture": digit.source,
        "mu": list(q.mu),
        "sigma": list(q.sigma),
        "kl_per_dimension": cloud.kl.tolist(),
        "draws": place.draws,
        "seed": place.seed,
        "z": cloud.z.tolist(),
        "reconstruction_per_draw": cloud.bce.tolist(),
        "reconstruction": cloud.reconstruction,
        "elbo": found.elbo,
        "log_evidence": found.log_evidence,
        "log_evidence_by_the_map": run.view(digit.id).log_evidence,
        "gap": found.log_evidence - found.elbo,
        "samples": found.samples.tolist(),
        "estimates": found.estimates.tolist(),
    }
    return json.dumps(values, allow_nan=False, indent=1)


def table(found: Runs) -> str:
    """A line a number of samples as CSV: n and each run's estimate of log p(x), nats."""
    names = [f"run_{r + 1}" for r in range(len(found.estimates))]
    lines = ["samples," + ",".join(names)]
    for n, column in zip(found.samples, found.estimates.T, strict=True):
        lines.append(f"{n}," + ",".join(f"{float(value):.9g}" for value in column))
    return "\n".join(lines) + "\n"


def picture(found: Runs) -> str:
    """The estimates closing the gap, as SVG."""
    drawing = Drawing(760, 320, "Estimates of log p(x) by importance sampling")
    low = min(found.elbo, float(np.quantile(found.estimates, 0.03)))
    high = max(found.log_evidence, float(found.estimates.max()))
    room = 0.08 * (high - low) or 1.0
    x = Scale(0, float(np.log10(found.samples[-1])), 70, 740)
    y = Scale(low - room, high + room, 270, 15)
    for value in ticks(low - room, high + room, 5):
        drawing.text(62, y(value) + 4, f"{value:g}".replace("-", "−"), anchor="end")
    for n in (1, 10, 100, 1000, 5000):
        drawing.text(x(np.log10(n)), 288, f"{n:,}")
    drawing.text(405, 310, "draws of q; log p(x) in nats")
    for row in found.estimates:
        points = [
            (x(np.log10(n)), min(max(y(v), 15.0), 270.0))
            for n, v in zip(found.samples, row, strict=True)
        ]
        drawing.path(points, "#0072B2", 1.2)
    for value, colour, words in (
        (found.elbo, "#D55E00", "ELBO"),
        (found.log_evidence, "#1b2026", "log p(x), all draws"),
    ):
        drawing.path([(70, y(value)), (740, y(value))], colour, 2, "6 4")
        drawing.text(735, y(value) - 4, words, anchor="end")
    return str(drawing)


def script(digit: Digit, place: Place) -> str:
    """A NumPy script, no Torch: ELBO and log p(x) of this q on this digit, as run 1 has them."""
    q = run.q_of(digit, place)
    rows = [f"{value:.9g}" for value in digit.x.tolist()]
    pixels = ",\n    ".join(", ".join(rows[i : i + 14]) for i in range(0, 784, 14))
    return _SCRIPT.format(
        read_weights=READ_WEIGHTS,
        weights=WEIGHTS,
        pixels=pixels,
        mu=list(q.mu),
        sigma=list(q.sigma),
        n=place.samples,
    )


_SCRIPT = '''"""log p(x) by importance sampling, and the ELBO, in NumPy. Put {weights} beside it."""

import json
import struct
import sys
from pathlib import Path

import numpy as np


{read_weights}

path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("{weights}")
weights = read_weights(path)


def linear(name, values):
    return values @ weights[name + ".weight"].T + weights[name + ".bias"]


def log_likelihood(z):
    """log p(x | z) of each row of z: minus the summed binary cross-entropy."""
    a = linear("decoder_pixels", np.maximum(0, linear("decoder_hidden", z)))
    return a @ x - np.logaddexp(0, a).sum(axis=1)


x = np.array([
    {pixels}
])
mu, sigma = np.array({mu}), np.array({sigma})
n = {n}

epsilon = np.random.default_rng(0).standard_normal((5000, 2))[:n]
z = mu + sigma * epsilon
log_p, log_q = -0.5 * (z**2).sum(axis=1), -0.5 * (epsilon**2).sum(axis=1) - np.log(sigma).sum()
log_w = log_likelihood(z) + log_p - log_q  # the 2 pi of both cancel
kl = ((mu**2 + sigma**2 - 1) / 2 - np.log(sigma)).sum()

z = mu + sigma * np.random.default_rng(1000).standard_normal((2000, 2))
print("kl", kl)
print("elbo", log_likelihood(z).mean() - kl)
print("estimate", np.logaddexp.reduce(log_w) - np.log(n))
'''
