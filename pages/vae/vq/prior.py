"""New digits from the learnt prior over codes, code by code, each step kept to be watched."""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pages.vae.vq import case as vq_run
from pages.vae.vq.case import PLACES, SIDE, K

N = 8
"""Grids drawn at once."""
TEMPERATURES = ("0", "0.5", "0.8", "1", "1.5", "2")
LABELS = ("none", *(str(digit) for digit in range(10)))

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """What is drawn: digit asked for (None: any), temperature, codes kept of a digit, seed.

    `kept` are the first codes, row by row, that the prior doesn't draw.
    """

    label: int | None = None
    temperature: float = 1.0
    kept: tuple[int, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if self.label is not None and self.label not in range(10):
            raise ValueError(f"label must be a digit from 0 to 9 or none; got {self.label}")
        if not 0 <= self.temperature <= 4:
            raise ValueError(f"temperature must be from 0 to 4; got {self.temperature}")
        if len(self.kept) >= PLACES or any(not 0 <= code < K for code in self.kept):
            raise ValueError(f"kept must be up to 48 codes from 0 to 63; got {self.kept}")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed must be from 0 to 2^32 - 1; got {self.seed}")


@dataclass(frozen=True, eq=False)
class Drawn:
    """`codes` (8, 49), `probabilities` (8, 49, 64) that they were drawn from, `nats` (8, 49):
    -log p(c_t | c_<t) at temperature 1, `pictures` uint8 (8, 784)."""

    codes: NDArray[np.int64]
    probabilities: Array
    nats: Array
    pictures: NDArray[np.uint8]


@lru_cache(maxsize=32)
def drawn(setting: Setting) -> Drawn:
    """Eight grids from the prior, and what the prior itself pays for them."""
    from genmodels.vae import vq  # loads Torch

    prior = vq.shared_prior()
    trace = prior.sample(
        N,
        temperature=setting.temperature,
        label=setting.label,
        start=setting.kept,
        rng=np.random.default_rng(setting.seed),
    )
    labels = None if setting.label is None else np.full(N, setting.label)
    pictures = np.rint(255 * vq.shared().decode_codes(trace.grids)).astype(np.uint8)
    nats = prior.nats_by_place(trace.grids, labels)
    return Drawn(trace.codes, trace.probabilities, nats, pictures)


@lru_cache(maxsize=32)
def frames(setting: Setting, sample: int) -> NDArray[np.uint8]:
    """The picture after 0 .. 49 codes of a sample, (50, 784): the rest is empty paper."""
    from genmodels.vae import vq

    codes = drawn(setting).codes[sample]
    grids = np.full((PLACES + 1, PLACES), vq_run.blank())
    for t in range(PLACES + 1):
        grids[t, :t] = codes[:t]
    pictures = vq.shared().decode_codes(grids.reshape(-1, SIDE, SIDE))
    return np.rint(255 * pictures).astype(np.uint8)


@lru_cache(maxsize=128)
def next_probabilities(setting: Setting, sample: int, place: int) -> Array:
    """p(c_t | c_<t) at temperature 1, (64,), before the code at `place` of a sample is drawn."""
    from genmodels.vae import vq

    codes = drawn(setting).codes[sample, :place]
    found: Array = vq.shared_prior().next_probabilities(codes, setting.label)
    return found


# -- to take away ------------------------------------------------------------------------------


def samples_csv(setting: Setting) -> str:
    """A row a place and sample: the code, the probability it was drawn with, its nats."""
    found = drawn(setting)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["sample", "place", "code", "drawn_from", "nats"])
    for i in range(N):
        for t in range(PLACES):
            k = int(found.codes[i, t])
            write([i + 1, t + 1, k, repr(float(found.probabilities[i, t, k])),
                   repr(float(found.nats[i, t]))])  # fmt: skip
    return out.getvalue()


def samples_json(setting: Setting, sample: int) -> str:
    """The setting, the codes of all samples, and the chosen one's probabilities by place.

    What `script` draws again from: the same seed gives the same codes.
    """
    found = drawn(setting)
    p = [next_probabilities(setting, sample, t).tolist() for t in range(len(setting.kept), PLACES)]
    record = {
        "label": setting.label,
        "temperature": setting.temperature,
        "kept": list(setting.kept),
        "seed": setting.seed,
        "codes": found.codes.tolist(),
        "nats": found.nats.sum(axis=1).tolist(),
        "sample": sample,
        "next_probabilities": p,
        "test": vq_run.prior_record(),
        "code_counts": vq_run.counts().tolist(),
    }
    return json.dumps(record, allow_nan=False)


def script() -> str:
    """A program that draws the chosen sample's codes again with NumPy, from samples.json."""
    return f'''"""A grid of codes drawn again, place by place. Needs numpy and samples.json."""

import json

import numpy as np

record = json.load(open("samples.json"))
T, kept, i = record["temperature"], record["kept"], record["sample"]
rng = np.random.default_rng(record["seed"])
n = np.maximum(record["code_counts"], 1)
codes, nats = list(kept), 0.0
for p in np.array(record["next_probabilities"]):
    u = rng.random(({N}, 1))[i]
    if T == 0:
        k = int(p.argmax())
    else:
        q = (p / p.max()) ** (1 / T)
        k = int(np.minimum((q.cumsum() <= u * q.sum()).sum(), 63))
    codes.append(k)
    nats -= np.log(p[k])
print("codes:", *codes)
print("nats of what was drawn:", float(nats))
print("by frequency alone:", float(-np.log(n[codes[len(kept):]] / n.sum()).sum()))
print("uniform:", float((49 - len(kept)) * np.log(64)))
'''
