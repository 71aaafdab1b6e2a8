"""Breast cancer Wisconsin (diagnostic): 569 biopsies, 30 measurements; ships with scikit-learn."""

from functools import cache

import numpy as np
from sklearn.datasets import load_breast_cancer

from genmodels.datasets.patients import Finding, Patients
from genmodels.datasets.source import Source

GROUPS = ("mean", "error", "worst")


@cache
def load() -> Patients:
    """Means, standard errors and worst (mean of the three largest) of ten traits of nuclei."""
    bunch = load_breast_cancer()
    findings = []
    for i, name in enumerate(str(n) for n in bunch.feature_names):
        group = GROUPS[i // 10]
        spread = float(np.ptp(bunch.data[:, i]))
        decimals = max(0, 2 - int(np.floor(np.log10(spread))))
        findings.append(Finding(name, "", (), decimals, group))
    return Patients(
        name="cancer",
        title="Breast cancer",
        disease="a malignant lump",
        findings=tuple(findings),
        X=np.array(bunch.data, dtype=np.float64),
        ill=np.asarray(bunch.target) == 0,
        source=Source(
            title="Breast cancer Wisconsin (diagnostic)",
            citation="Street, Wolberg and Mangasarian 1993; ships with scikit-learn",
            licence="CC BY 4.0",
            size="569 needle biopsies, 30 measurements of the cells’ nuclei",
            caution="One clinic around 1990: all had a lump, and 37 % of lumps were malignant.",
        ),
        screening=1.0,
        screened="women whom nobody sent to a clinic",
    )
