"""Held-out patients one by one: the group of a point of the chart, and each case's own sum.

The forecasts are those of `nb_diagnosis_run.held_out`, of its first split into folds.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import RepeatedStratifiedKFold

from genmodels.kit.opened import plain
from genmodels.naive_bayes import MixedNB
from pages.nb.diagnosis.case import (
    FOLDS,
    REPEATS,
    Case,
    Reading,
    Study,
    capital,
    held_out,
    load,
    setting,
    value_text,
)

BINS = 10
"""Of equal width, as in the reliability diagram."""


@dataclass(frozen=True, eq=False)
class HeldReading(Reading):
    """A held-out patient, read by the model of the other folds: `share` of its patients were ill.

    The findings are the patient's own, not a slider's places.
    """

    share: float

    @property
    def rate(self) -> float:
        return self.share


@dataclass(frozen=True, eq=False)
class Group:
    """One point of the chart: patients whose stated P(ill) lies in (low, high], rows (n,).

    The wrongly judged come first, then those nearest to 1/2. mean: of the stated probabilities.
    """

    low: float
    high: float
    rows: NDArray[np.int64]
    ill: int
    mean: float

    @property
    def title(self) -> str:
        return (
            f"stated {self.low:g} to {self.high:g}: {len(self.rows)} patient"
            f"{'s' if len(self.rows) != 1 else ''}, {self.ill} ill"
        )


@lru_cache(maxsize=8)
def groups(name: str, variant: str) -> tuple[Group, ...]:
    """The chart's points from left to right; none is empty."""
    held = held_out(name, variant)
    edges = np.linspace(0.0, 1.0, BINS + 1)
    place = np.searchsorted(edges[1:-1], held.probability)
    wrong = (held.probability > 0.5) != held.ill
    order = np.lexsort((np.abs(held.probability - 0.5), ~wrong))
    made = []
    for b in np.unique(place):
        rows = order[place[order] == b]
        made.append(
            Group(
                round(float(edges[b]), 10), round(float(edges[b + 1]), 10), rows,
                int(held.ill[rows].sum()), float(held.probability[rows].mean()),
            )
        )  # fmt: skip
    return tuple(made)


def group_of(name: str, variant: str, row: int) -> int:
    """The place of the group that holds the patient of this row."""
    return next(i for i, g in enumerate(groups(name, variant)) if row in g.rows)


@lru_cache(maxsize=8)
def _folds(name: str, variant: str) -> tuple[NDArray[np.int64], tuple[Study, ...]]:
    """Each patient's fold (N,), and the model of the others for each fold."""
    patients = load(name)
    kinds, logs = setting(patients, variant)
    X = np.log1p(patients.X) if logs else patients.X
    y = patients.ill.astype(int)
    fold, studies = np.full(len(y), -1), []
    splits = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0).split(X, y)
    for i, (train, test) in zip(range(FOLDS), splits, strict=False):
        fold[test] = i
        model = MixedNB.fit(X[train], y[train], kinds)
        studies.append(Study(name, variant, patients, kinds, logs, train, test, model))
    return fold, tuple(studies)


@lru_cache(maxsize=64)
def judged(name: str, variant: str, row: int) -> HeldReading:
    """The patient of this row, as held out. Raises ValueError on a row that there isn't."""
    fold, studies = _folds(name, variant)
    if isinstance(row, bool) or not isinstance(row, int) or not 0 <= row < len(fold):
        raise ValueError(f"row must be a whole number from 0 to {len(fold) - 1}; got {row!r}")
    study = studies[fold[row]]
    own = [float(v) for v in study.patients.X[row]]
    return HeldReading(
        study=study,
        case=Case((), 0),
        values=tuple(None if math.isnan(v) else v for v in own),
        factors=study.model.contributions(study.transform(own)),
        share=float(study.patients.ill[study.trained].mean()),
    )


def patient_title(name: str, variant: str, row: int) -> str:
    """A patient in the list: number, what was stated, what was true."""
    held = held_out(name, variant)
    truth = "ill" if held.ill[row] else "well"
    wrong = "" if (held.probability[row] > 0.5) == held.ill[row] else ", wrong"
    return f"Patient {row + 1}: stated {plain(float(held.probability[row]))}, was {truth}{wrong}"


def findings_table(reading: Reading) -> dict[str, list[str]]:
    """Every finding with what it added, the largest first."""
    odds = reading.log_odds
    order = np.argsort(-np.abs(odds), kind="stable").tolist()
    findings = reading.study.findings
    return {
        "finding": [capital(findings[f].name) for f in order],
        "value": [value_text(findings[f], reading.values[f]) for f in order],
        "nats": [f"{odds[f]:+.3f}".replace("-", "−") for f in order],
    }
