"""What the diagnosis page runs: a model on most patients, tables of log-odds, held-out figures.

The widget never computes a density: for each finding and each value that its slider can stand at,
log p(x_f | ill) - log p(x_f | well) is tabled here; a sum of looked-up numbers is the answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold

from genmodels.calibration import sigmoid
from genmodels.datasets import cancer, heart
from genmodels.datasets.patients import Finding, Patients
from genmodels.kit.opened import plain
from genmodels.naive_bayes import MixedNB
from genmodels.thresholds import thresholds

Array = NDArray[np.float64]
PEOPLE = 1000
FOLDS, REPEATS = 10, 5
STEPS = 80
"""Places of a slider, beside the held-out patients' own values."""
VARIANTS = {
    "heart": ("mixed", "all Gaussian"),
    "cancer": ("as measured", "logarithms"),
}
"""Ways to model each data set; the first is where the page opens."""
TITLES = {"Heart disease": "heart", "Breast cancer": "cancer"}
FIRST_PATIENT = {"heart": 4, "cancer": 43}
WELL, ILL = 0, 1
_RATES = (
    0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 45, 50,
    55, 60, 65, 70, 75, 80, 85, 90, 95,
)  # fmt: skip


def load(name: str) -> Patients:
    """heart or cancer."""
    if name not in VARIANTS:
        raise ValueError(f"name must be one of {', '.join(VARIANTS)}; got {name!r}")
    return heart.load() if name == "heart" else cancer.load()


@dataclass(frozen=True, eq=False)
class Study:
    """A model fitted on `trained` patients, of which `held` (n,) know nothing of each other.

    kinds (F,): 0 for a normal feature, else its number of categories, as the model has it.
    """

    name: str
    variant: str
    patients: Patients
    kinds: tuple[int, ...]
    logs: bool
    trained: NDArray[np.int64]
    held: NDArray[np.int64]
    model: MixedNB

    def transform(self, X: Any) -> Array:
        """Values as the model takes them: log(1 + x) where `logs`."""
        values = np.asarray(X, dtype=np.float64)
        return np.asarray(np.log1p(values)) if self.logs else values

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.patients.findings

    @cached_property
    def clinic(self) -> float:
        """The share of ill patients in the whole collection, in per cent, to a tenth."""
        return round(100 * float(self.patients.ill.mean()), 1)

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """Base rates, in per cent, that the slider can stand at; the collection's among them."""
        return tuple(sorted({*_RATES, self.clinic}))

    @cached_property
    def grids(self) -> tuple[Array, ...]:
        """The values that each finding's slider can stand at; every held-out patient's own too."""
        grids = []
        for f, finding in enumerate(self.findings):
            if finding.categories:
                grids.append(np.arange(len(finding.categories), dtype=np.float64))
                continue
            column = self.patients.X[:, f]
            low, high = float(column.min()), float(column.max())
            step = max(10.0**-finding.decimals, _round_step((high - low) / STEPS))
            count = math.floor((high - low) / step + 1e-9)
            even = np.round(low + step * np.arange(count + 1), 10)
            grids.append(np.unique(np.concatenate([even, [high], column[self.held]])))
        return tuple(grids)

    @cached_property
    def tables(self) -> tuple[Array, ...]:
        """log p(x_f | ill) - log p(x_f | well) at each value of each grid, in nats."""
        tables = []
        for f, grid in enumerate(self.grids):
            rows = np.full((len(grid), len(self.findings)), np.nan)
            rows[:, f] = self.transform(grid)
            factors = self.model.log_factors(rows)[:, f]
            tables.append(factors[:, ILL] - factors[:, WELL])
        return tuple(tables)

    def places_of(self, values: Sequence[float | None]) -> tuple[int, ...]:
        """The places nearest to values; -1 where not measured."""
        return tuple(
            -1 if value is None else int(np.abs(grid - value).argmin())
            for grid, value in zip(self.grids, values, strict=True)
        )

    def values_of(self, places: Sequence[int]) -> tuple[float | None, ...]:
        return tuple(
            None if place < 0 else float(grid[place])
            for grid, place in zip(self.grids, places, strict=True)
        )

    def patient(self, number: int) -> tuple[int, ...]:
        """The places of held-out patient `number`, from 1."""
        return self.places_of(self.patients.X[self.held[number - 1]].tolist())

    def truly_ill(self, number: int) -> bool:
        return bool(self.patients.ill[self.held[number - 1]])


def _round_step(raw: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that isn't above `raw`."""
    power = 10.0 ** math.floor(math.log10(raw))
    return max(m * power for m in (1, 2, 5) if m * power <= raw * (1 + 1e-9))


def setting(patients: Patients, variant: str) -> tuple[tuple[int, ...], bool]:
    """(kinds, logs) of a variant; ValueError for one that this data set hasn't got."""
    if variant not in VARIANTS[patients.name]:
        raise ValueError(
            f"variant must be one of {', '.join(VARIANTS[patients.name])}; got {variant!r}"
        )
    flat = variant == "all Gaussian"
    kinds = tuple(0 for _ in patients.findings) if flat else patients.n_categories
    return kinds, variant == "logarithms"


@lru_cache(maxsize=8)
def study(name: str, variant: str) -> Study:
    """Fit on four fifths of the patients; the last fifth is held out, by class, seed 0."""
    patients = load(name)
    kinds, logs = setting(patients, variant)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    trained, held = next(folds.split(patients.X, patients.ill))
    X = np.log1p(patients.X) if logs else patients.X
    model = MixedNB.fit(X[trained], patients.ill[trained].astype(int), kinds)
    return Study(name, variant, patients, kinds, logs, trained, held, model)


# -- one case --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What stands on the page: a place a finding (-1: not measured), a place among the rates."""

    places: tuple[int, ...]
    rate: int


@dataclass(frozen=True, eq=False)
class Reading:
    """A case read by the model itself, not from the tables.

    factors (F, 2): log p(x_f | well), log p(x_f | ill). All in nats.
    """

    study: Study
    case: Case
    values: tuple[float | None, ...]
    factors: Array

    @property
    def rate(self) -> float:
        """The base rate, from 0 to 1."""
        return self.study.rates[self.case.rate] / 100

    @property
    def prior(self) -> float:
        """log rate / (1 - rate)."""
        return math.log(self.rate) - math.log1p(-self.rate)

    @property
    def log_odds(self) -> Array:
        """What each finding adds, (F,); 0 where not measured."""
        return np.asarray(self.factors[:, ILL] - self.factors[:, WELL])

    @property
    def total(self) -> float:
        return float(self.prior + self.log_odds.sum())

    @property
    def probability(self) -> float:
        return float(sigmoid(self.total))

    @property
    def strongest(self) -> int | None:
        """The finding that moved it most; None where none was measured."""
        size = np.abs(self.log_odds)
        return int(size.argmax()) if size.max() > 0 else None


def read(study_: Study, case: Case) -> Reading:
    values = study_.values_of(case.places)
    row = study_.transform([math.nan if v is None else v for v in values])
    return Reading(study_, case, values, study_.model.contributions(row))


@cache
def scale() -> tuple[list[float], list[int], list[str]]:
    """Log-odds edges, and between them how many of 1,000 people, and in words.

    From edge i on and below edge i + 1 the picture shows people[i] and texts[i]; what is below the
    first edge comes first. Under one of 1,000 the words count in larger crowds, up to 10^9.
    """
    # Rare from below: edge, words; the common end is its mirror.
    rare = [(0.5e-9, "1 of 1,000,000,000")]
    for power in range(9, 3, -1):
        for m in range(1 if power < 9 else 2, 10 if power > 4 else 6):
            low = (m - 0.5) * 10.0**-power if m > 1 else 0.95 * 10.0**-power
            rare.append((low, f"{m} of {10**power:,}"))
    edges = [_logit(low) for low, _ in rare]
    edges += [_logit((n - 0.5) / PEOPLE) for n in range(1, PEOPLE + 1)]
    edges += [-_logit(low) for low, _ in reversed(rare)]
    people = [0] * (len(rare) + 1) + list(range(1, PEOPLE)) + [PEOPLE] * (len(rare) + 1)
    texts = ["fewer than 1 of 1,000,000,000", *(text for _, text in rare)]
    texts += [f"{n} of 1,000" for n in range(1, PEOPLE)]
    texts += [f"all but {text}" for _, text in reversed(rare)]
    texts.append("all but fewer than 1 of 1,000,000,000")
    return edges, people, texts


def _logit(p: float) -> float:
    return math.log(p) - math.log1p(-p)


def frequency(total: float) -> tuple[int, str]:
    """How many of 1,000 people at log-odds `total`, and in words: what the widget looks up."""
    edges, people, texts = scale()
    place = int(np.searchsorted(edges, total, side="right"))
    return people[place], texts[place]


def capital(name: str) -> str:
    """“ST depression” stays; str.capitalize would make it “St depression”."""
    return name[:1].upper() + name[1:]


def value_text(finding: Finding, value: float | None) -> str:
    if value is None:
        return "not measured"
    if finding.categories:
        return finding.categories[int(value)]
    return f"{value:,.{finding.decimals}f} {finding.unit}".strip()


# -- links -----------------------------------------------------------------------------------------


def parse_values(study_: Study, text: str) -> tuple[int, ...]:
    """ "63,1,-,…" as places: a value a finding, - where not measured, a category's number from 0.

    ValueError says what is wrong with it.
    """
    parts = text.split(",")
    F = len(study_.findings)
    if len(parts) != F:
        raise ValueError(f"must have {F} values with commas between; it has {len(parts)}")
    values: list[float | None] = []
    for finding, grid, part in zip(study_.findings, study_.grids, parts, strict=True):
        if part == "-":
            values.append(None)
            continue
        try:
            value = float(part)
        except ValueError:
            value = math.nan
        if not grid[0] <= value <= grid[-1]:
            raise ValueError(f"must have {finding.name} from {grid[0]:g} to {grid[-1]:g}, or -")
        values.append(value)
    return study_.places_of(values)


def values_text(study_: Study, places: Sequence[int]) -> str:
    """The link's text; every digit that tells two places apart."""
    return ",".join("-" if v is None else f"{v:.10g}" for v in study_.values_of(places))


def parse_rate(study_: Study, text: str) -> int:
    """A base rate in per cent as the nearest place."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not study_.rates[0] <= value <= study_.rates[-1]:
        raise ValueError(
            f"must be a base rate from {study_.rates[0]:g} to {study_.rates[-1]:g} per cent"
        )
    return int(np.abs(np.array(study_.rates) - value).argmin())


def openable(study_: Study) -> list[str]:
    """The names of all that opens: the prior, each finding, the total, the probability."""
    findings = [f"f{f}" for f in range(len(study_.findings))]
    return ["prior", *findings, "total", "probability"]


# -- held out --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HeldOut:
    """5 x 10 folds by class, seed 0: a value a fold (50,); forecasts of the first repeat (N,)."""

    accuracy: Array
    auc: Array
    recall: Array
    probability: Array
    ill: NDArray[np.bool_]


@lru_cache(maxsize=8)
def held_out(name: str, variant: str) -> HeldOut:
    """Each patient judged five times, by models that never saw it; called ill above 1/2."""
    patients = load(name)
    kinds, logs = setting(patients, variant)
    X = np.log1p(patients.X) if logs else patients.X
    y = patients.ill.astype(int)
    accuracy, auc, recall = [], [], []
    probability = np.full(len(y), np.nan)
    folds = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0)
    for i, (train, test) in enumerate(folds.split(X, y)):
        joint = MixedNB.fit(X[train], y[train], kinds).log_joint(X[test])
        log_odds = joint[:, ILL] - joint[:, WELL]
        called, truth = log_odds > 0, y[test] == 1
        accuracy.append((called == truth).mean())
        auc.append(thresholds(log_odds, truth, "above").auc)
        recall.append(called[truth].mean())
        if i < FOLDS:
            probability[test] = sigmoid(log_odds)
    return HeldOut(np.array(accuracy), np.array(auc), np.array(recall), probability, patients.ill)


def figures_table(name: str, variant: str) -> dict[str, list[str]]:
    """Both variants side by side; ✓ marks the chosen one."""
    found = [held_out(name, v) for v in VARIANTS[name]]
    return {
        "": ["✓" if v == variant else "" for v in VARIANTS[name]],
        "findings": list(VARIANTS[name]),
        "accuracy": [f"{h.accuracy.mean():.3f} ± {h.accuracy.std():.3f}" for h in found],
        "AUC": [f"{h.auc.mean():.3f}" for h in found],
        "recall of the ill": [f"{h.recall.mean():.3f}" for h in found],
    }


def verdict(reading: Reading) -> str:
    """One sentence: the crowd, and the finding that moved it most."""
    patients = reading.study.patients
    sentence = (
        f"Of people with these findings, {frequency(reading.total)[1]} have {patients.disease}; "
        f"before any finding {frequency(reading.prior)[1]}."
    )
    f = reading.strongest
    if f is None:
        return sentence + " Nothing is measured."
    finding = reading.study.findings[f]
    return (
        f"{sentence} {capital(finding.name)} ({value_text(finding, reading.values[f])}) moved "
        f"it most, by {plain(float(reading.log_odds[f]))} nats."
    )
