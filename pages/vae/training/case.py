"""A training to watch: the recorded one, or one that runs now, as what the film needs."""

import csv
import io
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.datasets import mnist, mnist_train
from genmodels.kit import jobs
from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.kit.payload import deflated
from genmodels.vae import moments
from genmodels.vae.moments import CODE_STEP, Moment
from genmodels.vae.train_now import TrainNow

MAX_SEED = 7
"""Trainings that may run or be kept: a job each, some megabytes of moments."""
LAST = 3
"""Moments that a refresh sends once more while a training runs, should one have gone missing."""


@lru_cache(maxsize=1)
def recorded() -> tuple[Moment, ...]:
    """The 60 moments of the recorded training."""
    trace = moments.load()
    return tuple(trace.moment(i) for i in range(len(trace)))


@lru_cache(maxsize=1)
def recorded_payload() -> dict[str, Any]:
    """The recorded film: about a megabyte, the same for every visitor."""
    return film("recorded", recorded(), 0, len(recorded()))


def film(run_id: str, shots: Sequence[Moment], first: int, total: int) -> dict[str, Any]:
    """`shots`, the first of them number `first`, of a film of `total`."""
    mu = (
        np.stack([np.rint(shot.mu / CODE_STEP) for shot in shots]) if shots else np.zeros((0, 0, 2))
    )
    grids = np.stack([shot.grid for shot in shots]) if shots else np.zeros((0, 36, 784))
    return {
        "run": run_id,
        "first": first,
        "total": total,
        "unit": CODE_STEP,
        "mu": deflated(np.clip(mu, -32768, 32767).astype("<i2")),
        # Sixteen levels of grey: half the bytes, and no eye can tell at this size.
        "grid": deflated(np.rint(grids / 17.0).astype(np.uint8) * 17),
        "losses": [
            {
                "step": shot.step,
                "epoch": round(shot.epoch, 3),
                "train": round(shot.train_bce + shot.train_kl, 4),
                "test": round(shot.test_elbo, 4),
                "bce": round(shot.test_bce, 4),
                "kl": round(shot.test_kl, 4),
            }
            for shot in shots
        ],
    }


# -- training now ------------------------------------------------------------------------------


def key(seed: int) -> tuple[str, int]:
    return "train-now", seed


def started(seed: int, visitor: str) -> jobs.Job:
    """The training of a seed, begun, gone on with, or as it is; `visitor` watches.

    Raises ValueError for a seed out of range, RuntimeError where too many jobs wait.
    """
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed must be from 0 to {MAX_SEED}; got {seed}")
    known = jobs.find(key(seed))
    if known is not None:
        return jobs.start(key(seed), known.cells, known.compute, visitor=visitor)
    training = TrainNow(mnist_train.load().pictures, mnist.shown().pictures, seed=seed)
    return jobs.start(key(seed), training.cells, training, visitor=visitor)


def shots_of(job: jobs.Job) -> list[Moment]:
    """The job's moments so far, in order."""
    done = job.snapshot()
    return [done[cell] for cell in job.cells if cell in done]


def running_payload(seed: int, job: jobs.Job, sent: int) -> dict[str, Any]:
    """What a refresh sends: the moments beyond those `sent`, and a few of these again."""
    shots = shots_of(job)
    first = max(0, min(sent, len(shots)) - LAST)
    return film(f"now-{seed}", shots[first:], first, job.total)


# -- numbers -----------------------------------------------------------------------------------


def elbo(shot: Moment) -> Opened:
    """-ELBO on the test digits at a moment: BCE + KL."""
    bce, kl = float(shot.test_bce), float(shot.test_kl)
    return Opened(
        title=f"−ELBO after {shot.step:,} steps",
        formula=r"-\mathrm{ELBO}=-\mathbb E_q\log p(x\mid z)+\mathrm{KL}(q\,\|\,p)",
        substitution=f"{number(bce, 5)}+{number(kl)}",
        expression=f"{literal(bce)}+{literal(kl)}",
        value=bce + kl,
        unit="nats",
        rows=[
            Row("reconstruction", number(bce, 5), literal(bce), bce, share=bce / (bce + kl)),
            Row("KL", number(kl), literal(kl), kl, share=kl / (bce + kl)),
        ],
        note="Means over the test digits, one draw of z each.",
    )


def spread(shot: Moment) -> Opened:
    """The mean of |mu|^2 over the shown digits: 2 under the prior, if the codes filled it."""
    squares = (shot.mu.astype(np.float64) ** 2).sum(axis=1)
    total = float(squares.sum())
    return Opened(
        title="How far out do the codes lie?",
        formula=r"\frac1N\sum_n\lVert\mu(x_n)\rVert^2",
        substitution=rf"\frac{{{number(total, 5)}}}{{{len(squares)}}}",
        expression=f"{literal(total)}/{len(squares)}",
        value=total / len(squares),
        note="The prior's own |z|² is 2 on average. Before training all codes lie in one spot.",
    )


# -- to take away ------------------------------------------------------------------------------


def losses_csv(shots: Sequence[Moment]) -> str:
    """A row a moment: step, epoch, losses in nats a picture."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    names = ("step", "epoch", "train_bce", "train_kl", "test_bce", "test_kl")
    write(names)
    for shot in shots:
        write([repr(getattr(shot, name)) for name in names])
    return out.getvalue()


def moment_json(shot: Moment) -> str:
    """One moment: its losses and the 2,000 places."""
    record = {
        "step": shot.step,
        "epoch": shot.epoch,
        "train_bce": shot.train_bce,
        "train_kl": shot.train_kl,
        "test_bce": shot.test_bce,
        "test_kl": shot.test_kl,
        "labels": mnist.shown().labels.tolist(),
        "mu": np.round(shot.mu.astype(np.float64), 4).tolist(),
    }
    return json.dumps(record, allow_nan=False)


def map_svg(shot: Moment, colours: Sequence[str]) -> str:
    """The map of a moment as SVG, ten hues."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4.2 -4.2 8.4 8.4" width="840" '
        'height="840">',
        '<rect x="-4.2" y="-4.2" width="8.4" height="8.4" fill="#fff"/>',
    ]
    for (x, y), label in zip(shot.mu.tolist(), mnist.shown().labels.tolist(), strict=True):
        parts.append(f'<circle cx="{x:.3f}" cy="{-y:.3f}" r="0.03" fill="{colours[label]}"/>')
    return "\n".join([*parts, "</svg>"])


def script() -> str:
    """A program that trains the same model, with Torch alone, on pictures of the reader's."""
    return '''"""The plain VAE 784-400-2-400-784 on pictures.npy, (N, 784) from 0 to 255.

Prints -ELBO after each epoch. Needs numpy and torch.
"""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, relu

torch.manual_seed(0)
x = torch.from_numpy(np.load("pictures.npy").astype(np.float32) / 255)
encode, heads = nn.Linear(784, 400), nn.Linear(400, 4)
hidden, pixels = nn.Linear(2, 400), nn.Linear(400, 784)
layers = nn.ModuleList([encode, heads, hidden, pixels])
optimiser = torch.optim.Adam(layers.parameters(), lr=2e-3)
for epoch in range(3):
    total = 0.0
    for rows in torch.randperm(len(x)).split(100):
        batch = torch.bernoulli(x[rows])
        mu, log_var = heads(relu(encode(batch))).chunk(2, dim=1)
        z = mu + torch.exp(log_var / 2) * torch.randn_like(mu)
        logits = pixels(relu(hidden(z)))
        bce = binary_cross_entropy_with_logits(logits, batch, reduction="none").sum(1)
        kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1)
        loss = (bce + kl).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += float(loss) * len(rows)
    print(f"epoch {epoch + 1}: {total / len(x):.2f} nats a picture")
'''
