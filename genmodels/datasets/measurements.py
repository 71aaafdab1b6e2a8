"""One measurement a case, for densities on a line."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS
from genmodels.datasets import clustering
from genmodels.datasets.source import Source


@dataclass(frozen=True, eq=False)
class Measurement:
    """Values x (N,) in `unit`, of what `quantity` names."""

    name: str
    title: str
    x: NDArray[np.float64]
    quantity: str
    unit: str
    source: Source

    def __post_init__(self) -> None:
        self.x.setflags(write=False)


@lru_cache(maxsize=8)
def load(name: str) -> Measurement:
    """A measurement by name. Raises ValueError for a name that there isn't."""
    if name not in MEASUREMENTS:
        raise ValueError(f"name must be one of {', '.join(MEASUREMENTS)}; got {name!r}")
    return MEASUREMENTS[name]()


def _faithful(name: str, title: str, column: int, quantity: str) -> Measurement:
    points = clustering.load("old_faithful")
    return Measurement(name, title, points.X[:, column].copy(), quantity, "min", points.source)


def _penguins(name: str, title: str, column: str, quantity: str) -> Measurement:
    with (ASSETS / "data" / "penguins.csv").open(encoding="utf-8", newline="") as file:
        cells = [row[column] for row in csv.DictReader(file)]
    x = np.array([float(cell) for cell in cells if cell != "NA"])
    return Measurement(name, title, x, quantity, "mm", clustering.load("penguins").source)


def _galaxies() -> Measurement:
    with (ASSETS / "data" / "galaxies.csv").open(encoding="utf-8", newline="") as file:
        x = np.array([float(row["velocity_km_s"]) / 1000 for row in csv.DictReader(file)])
    return Measurement(
        name="galaxies",
        title="Galaxies",
        x=x,
        quantity="velocity",
        unit="×1000 km/s",
        source=Source(
            title="Galaxies in Corona Borealis",
            citation="Postman, Huchra and Geller 1986; Roeder 1990; MASS::galaxies",
            licence="measurements; the collection is GPL",
            size=f"{len(x)} velocities",
            caution="One value is known to be mistyped (26.69 for 26.96), as everywhere.",
        ),
    )


MEASUREMENTS: dict[str, Callable[[], Measurement]] = {
    "eruptions": lambda: _faithful("eruptions", "Eruptions", 0, "duration"),
    "waiting": lambda: _faithful("waiting", "Waiting", 1, "wait"),
    "galaxies": _galaxies,
    "flipper": lambda: _penguins("flipper", "Flippers", "flipper_length_mm", "flipper length"),
    "bill": lambda: _penguins("bill", "Bills", "bill_length_mm", "bill length"),
}
"""Every measurement by name; the first is the one that a page opens with."""
