"""Molecules as SMILES strings: 20,000 drug-like ones (MOSES) and 20,000 small ones (QM9).

`read` takes a sample from where the caller says; 2,000 of MOSES ship with their latent codes in
`genmodels.vae.molecules.table`.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genmodels.datasets.source import Source

FILES = {"moses": "moses_train_20k.csv.gz", "qm9": "qm9_20k.csv.gz"}
LONGEST = 300
"""Characters of a SMILES string at most, anywhere here."""
COLUMNS = {"moses": ("qed", "logp", "mw"), "qm9": ("dipole_debye", "gap_hartree")}

SOURCE = Source(
    title="MOSES molecules",
    citation="Polykovskiy and others 2020, drawn from ZINC; by way of molsets 0.3.1",
    licence="MIT",
    size="2,000 of 20,000 sampled drug-like molecules, all held out of training",
)


@dataclass(frozen=True)
class Molecules:
    """`smiles` of N molecules, and `properties` by name, float64 (N,) each."""

    smiles: tuple[str, ...]
    properties: dict[str, np.ndarray]


def read(folder: str | Path, which: str = "moses") -> Molecules:
    """The sample `which` from a folder that holds its csv.gz (or a folder `molecules` that does).

    Raises ValueError for an unknown name, a missing file or a table without its columns.
    """
    if which not in FILES:
        raise ValueError(f"molecules must be one of {', '.join(FILES)}; got {which!r}")
    path = Path(folder) / "molecules" / FILES[which]
    path = path if path.exists() else Path(folder) / FILES[which]
    try:
        with gzip.open(path, "rt", encoding="ascii", newline="") as file:
            table = list(csv.DictReader(file))
        smiles = tuple(row["smiles"] for row in table)
        properties = {
            name: np.array([float(row[name]) for row in table]) for name in COLUMNS[which]
        }
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} must be a table of smiles, {', '.join(COLUMNS[which])}; got: {error!r}"
        ) from error
    return Molecules(smiles, properties)
