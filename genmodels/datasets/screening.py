"""Cases of which most are ordinary and some are not: what a model of the ordinary should notice."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer

from genmodels import ASSETS
from genmodels.datasets.source import Source


@dataclass(frozen=True, eq=False)
class CaseSet:
    """Cases with measurements X (N, D) and, for each, whether it is of the novel kind.

    names (N): each case's name. kinds: what the ordinary and the novel ones are called.
    warning: what a page must say beside it, empty where there is nothing to.
    """

    name: str
    title: str
    X: NDArray[np.float64]
    columns: tuple[str, ...]
    novel: NDArray[np.bool_]
    names: tuple[str, ...]
    kinds: tuple[str, str]
    source: Source
    warning: str = ""


@lru_cache(maxsize=8)
def load(name: str) -> CaseSet:
    """A set by name. Raises ValueError for a name that there isn't."""
    if name not in CASES:
        raise ValueError(f"name must be one of {', '.join(CASES)}; got {name!r}")
    return CASES[name]()


def _breast_cancer() -> CaseSet:
    bunch = load_breast_cancer()
    return CaseSet(
        name="breast_cancer",
        title="Breast cancer",
        X=np.asarray(bunch.data, dtype=np.float64),
        columns=tuple(str(name) for name in bunch.feature_names),
        novel=np.asarray(bunch.target) == 0,
        names=tuple(f"Case {i + 1}" for i in range(len(bunch.target))),
        kinds=("benign", "malignant"),
        source=Source(
            title="Breast cancer Wisconsin (diagnostic)",
            citation="Street, Wolberg and Mangasarian 1993; ships with scikit-learn",
            licence="CC BY 4.0",
            size="569 needle biopsies, 30 measurements of the cells' nuclei",
            caution="One clinic, around 1990: the share of malignant cases is the collection's.",
        ),
        warning="This shows a method. It is no medical device and no advice.",
    )


_PENGUIN_COLUMNS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def _penguins() -> CaseSet:
    with (ASSETS / "data" / "penguins.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if "NA" not in [r[c] for c in _PENGUIN_COLUMNS]]
    species = [row["species"] for row in rows]
    return CaseSet(
        name="penguins",
        title="Penguins",
        X=np.array([[float(row[column]) for column in _PENGUIN_COLUMNS] for row in rows]),
        columns=("bill length", "bill depth", "flipper length", "body mass"),
        novel=np.array([name == "Chinstrap" for name in species]),
        names=tuple(f"{name} {i + 1}" for i, name in enumerate(species)),
        kinds=("known species", "Chinstrap"),
        source=Source(
            title="Palmer penguins",
            citation="Gorman, Williams and Fraser 2014; Horst, Hill and Gorman 2020",
            licence="CC0",
            size=f"{len(rows)} penguins, four measurements; Adelie and Gentoo are known",
            caution="Two of 344 birds were not measured and are left out.",
        ),
    )


CASES: dict[str, Callable[[], CaseSet]] = {
    "breast_cancer": _breast_cancer,
    "penguins": _penguins,
}
"""Every set by name; the first is the one that a page opens with."""
