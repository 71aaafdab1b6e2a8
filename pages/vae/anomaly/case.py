"""What a VAE finds strange: five scores of each picture, every cut on each of them.

All scores are taken at z = mu(x), so they hold no chance and open to exact sums:

    reconstruction  -sum_i [x_i log y_i + (1 - x_i) log(1 - y_i)]     nats
    KL              sum_j (mu_j^2 + sigma_j^2 - 1 - log sigma_j^2) / 2   nats
    -ELBO           their sum; the ELBO itself would average over draws of z
    squared error   sum_i (x_i - y_i)^2
    ink             sum_i x_i, which needs no model: the baseline that any of them must beat
"""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import vae
from genmodels.datasets import fashion, mnist
from genmodels.kit.threshold_board import Axis, payload
from genmodels.thresholds import Thresholds, thresholds
from genmodels.vae.family import HELD_OUT_DIGIT
from genmodels.vae.means import Array, AtMeans, at_means

FASHION, DIGIT = "Digits and clothes", f"A digit never seen: {HELD_OUT_DIGIT}"
PAIRS = (FASHION, DIGIT)
MODELS = {FASHION: ("mnist-2d", "mnist-16"), DIGIT: ("without-digit",)}
SCORES = ("−ELBO", "reconstruction", "KL", "squared error", "ink")
UNITS = {"−ELBO": "nats", "reconstruction": "nats", "KL": "nats"}
RATE = 0.05
"""The nominal share of ordinary pictures flagged: where the board's marked cut lies."""


@dataclass(frozen=True)
class Setting:
    """What is judged, by which model and score."""

    pair: str = FASHION
    model: str = "mnist-2d"
    score: str = "−ELBO"

    def __post_init__(self) -> None:
        if self.pair not in PAIRS:
            raise ValueError(f"pair must be one of {', '.join(PAIRS)}; got {self.pair!r}")
        if self.model not in MODELS[self.pair]:
            raise ValueError(
                f"model must be one of {', '.join(MODELS[self.pair])}; got {self.model!r}"
            )
        if self.score not in SCORES:
            raise ValueError(f"score must be one of {', '.join(SCORES)}; got {self.score!r}")

    @property
    def kinds(self) -> tuple[str, str]:
        """The names of ordinary and strange pictures."""
        if self.pair == FASHION:
            return "digit", "clothes"
        return "other digit", f"a {HELD_OUT_DIGIT}"


@dataclass(frozen=True, eq=False)
class Judged:
    """Pictures (N,) of a pair through a model at their means; `strange` marks those to be found."""

    passed: AtMeans
    strange: np.ndarray
    names: tuple[str, ...]

    def score(self, name: str) -> Array:
        """(N,) of one of SCORES; larger is stranger."""
        return scores(self.passed)[name]


def scores(passed: AtMeans) -> dict[str, Array]:
    """All five scores of pictures at their means, (N,) each."""
    reconstruction, kl = passed.bce.sum(axis=1), passed.kl.sum(axis=1)
    return {
        "−ELBO": reconstruction + kl,
        "reconstruction": reconstruction,
        "KL": kl,
        "squared error": ((passed.x - passed.y) ** 2).sum(axis=1),
        "ink": passed.x.sum(axis=1),
    }


@lru_cache(maxsize=3)
def judged(pair: str, model: str) -> Judged:
    """The 2,000 shown test digits, and for clothes 500 pictures of them, through `model`."""
    digits = mnist.shown()
    x, strange = digits.x, digits.labels == HELD_OUT_DIGIT
    names = [
        f"a {label}, test picture {i + 1}"
        for label, i in zip(digits.labels.tolist(), digits.indices.tolist(), strict=True)
    ]
    if pair == FASHION:
        clothes = fashion.load()
        x = np.concatenate([x, clothes.x])
        strange = np.arange(len(x)) >= len(digits.labels)
        names += [f"{fashion.KINDS[kind]} {i + 1}" for i, kind in enumerate(clothes.kinds.tolist())]
    return Judged(at_means(vae.shared(model), x), strange, tuple(names))


@lru_cache(maxsize=16)
def cuts(setting: Setting) -> Thresholds:
    """Every cut on the score: flagged above it."""
    found = judged(setting.pair, setting.model)
    return thresholds(found.score(setting.score), found.strange, "above")


def nominal(setting: Setting) -> float:
    """The cut that flags RATE of the ordinary pictures."""
    t = cuts(setting)
    return float(np.quantile(t.scores[~t.positive], 1 - RATE))


@lru_cache(maxsize=16)
def board(setting: Setting) -> dict[str, Any]:
    """The threshold board of a setting."""
    t = cuts(setting)
    return payload(
        t,
        board_id=f"{setting}",
        names=judged(setting.pair, setting.model).names,
        classes=setting.kinds,
        axis=Axis(float(t.scores.min()), float(t.scores.max())),
        score=f"{setting.score} of test pictures",
        unit=UNITS.get(setting.score, ""),
        nominal=(nominal(setting), f"{RATE:.0%} false alarms", RATE),
    )


@lru_cache(maxsize=3)
def areas(pair: str, model: str) -> dict[str, float]:
    """AUROC of every score."""
    found = judged(pair, model)
    return {
        name: thresholds(values, found.strange, "above").auc
        for name, values in scores(found.passed).items()
    }


@dataclass(frozen=True)
class Own:
    """A picture of the reader's, (784,) in [0, 1], among the ordinary test pictures."""

    passed: AtMeans
    above: dict[str, float]

    def score(self, name: str) -> float:
        return float(scores(self.passed)[name][0])


@lru_cache(maxsize=16)
def own(setting: Setting, pixels: bytes) -> Own:
    """The reader's picture: by each score, the share of ordinary pictures that score above it."""
    if len(pixels) != 784 * 8:
        raise ValueError(f"pixels must be 784 float64; got {len(pixels)} bytes")
    x = np.frombuffer(pixels, np.float64)
    passed = at_means(vae.shared(setting.model), x[None])
    found = judged(setting.pair, setting.model)
    above = {
        name: float((found.score(name)[~found.strange] > float(value[0])).mean())
        for name, value in scores(passed).items()
    }
    return Own(passed, above)


# -- to take away ------------------------------------------------------------------------------


def scores_csv(setting: Setting) -> str:
    """A row a picture: what it is, whether strange, its five scores."""
    found = judged(setting.pair, setting.model)
    all_scores = scores(found.passed)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["picture", "strange", *(name.replace("−", "minus ") for name in SCORES)])
    for i, name in enumerate(found.names):
        write([name, int(found.strange[i]), *(repr(float(all_scores[s][i])) for s in SCORES)])
    return out.getvalue()


def figures_json(setting: Setting, stop: int) -> str:
    """The setting, the cut on show and every score's AUROC."""
    t = cuts(setting)
    record = {
        **vars(setting),
        "ordinary": t.negatives,
        "strange": t.positives,
        "cut": float(t.cut[stop]),
        "flagged": int(t.flagged[stop]),
        "true_positives": int(t.tp[stop]),
        "false_positives": int(t.fp[stop]),
        "auroc": areas(setting.pair, setting.model),
    }
    return json.dumps(record, indent=1, allow_nan=False)


def script(setting: Setting) -> str:
    """A program that computes every AUROC again from scores.csv, by scikit-learn."""
    return f'''"""AUROC of five anomaly scores: {setting.pair}, {setting.model}."""

import csv

from sklearn.metrics import roc_auc_score

with open("scores.csv") as file:
    rows = list(csv.DictReader(file))
strange = [int(row["strange"]) for row in rows]
for name in list(rows[0])[2:]:
    print(f"{{name}}: {{roc_auc_score(strange, [float(row[name]) for row in rows]):.6f}}")
'''
