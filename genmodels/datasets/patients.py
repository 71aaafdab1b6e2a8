"""Patients with findings and a diagnosis: the form that heart.py and cancer.py share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets.source import Source

Array = NDArray[np.float64]
NOT_A_DEVICE = (
    "This is no medical device and no advice. It was made for teaching, from a small, old sample."
)


@dataclass(frozen=True)
class Finding:
    """A finding: measured in `unit`, or one of `categories` (empty for a measured one).

    `group` names the part of a long list that it stands in, empty in a short one; `decimals` is
    how finely it is shown.
    """

    name: str
    unit: str = ""
    categories: tuple[str, ...] = ()
    decimals: int = 0
    group: str = ""


@dataclass(frozen=True, eq=False)
class Patients:
    """X (N, F): measurements, and numbers of categories from 0; ill (N,): whether diagnosed.

    `disease` as in “have heart disease”; `screening` is a base rate, in per cent, of a population
    that nobody sent to the clinic, and `screened` says who that is. X and ill can't be written to.
    """

    name: str
    title: str
    disease: str
    findings: tuple[Finding, ...]
    X: Array
    ill: NDArray[np.bool_]
    source: Source
    screening: float
    screened: str

    def __post_init__(self) -> None:
        self.X.setflags(write=False)
        self.ill.setflags(write=False)

    @property
    def n_categories(self) -> tuple[int, ...]:
        """0 for a measured finding, else how many categories it has."""
        return tuple(len(finding.categories) for finding in self.findings)
