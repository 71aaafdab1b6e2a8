"""Palmer penguins in four measurements, with species that no mixture is shown."""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS
from genmodels.datasets.source import Source

COLUMNS = {
    "bill_length_mm": "bill length (mm)",
    "bill_depth_mm": "bill depth (mm)",
    "flipper_length_mm": "flipper length (mm)",
    "body_mass_g": "body mass (g)",
}


@dataclass(frozen=True, eq=False)
class Penguins:
    """X (342, 4), float64, in the units of `columns`; `species` (342,) counts `names`."""

    X: NDArray[np.float64]
    columns: tuple[str, ...]
    species: NDArray[np.int64]
    names: tuple[str, ...]
    source: Source


@cache
def load() -> Penguins:
    """The birds that have all four measurements."""
    with (ASSETS / "data" / "penguins.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    whole = [row for row in rows if all(row[c] != "NA" for c in COLUMNS)]
    X = np.array([[float(row[c]) for c in COLUMNS] for row in whole])
    names = tuple(sorted({row["species"] for row in whole}))
    species = np.array([names.index(row["species"]) for row in whole], dtype=np.int64)
    X.setflags(write=False)
    species.setflags(write=False)
    return Penguins(
        X,
        tuple(COLUMNS.values()),
        species,
        names,
        Source(
            title="Palmer penguins",
            citation="Gorman, Williams and Fraser 2014; Horst, Hill and Gorman 2020",
            licence="CC0",
            size=f"{len(whole)} penguins of three species",
            caution=f"{len(rows) - len(whole)} of {len(rows)} birds were not measured.",
        ),
    )
