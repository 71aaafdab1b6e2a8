"""A fitted mixture as JSON, and what it says of each point as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from genmodels.gmm import GaussianMixture


def model_json(
    model: GaussianMixture,
    *,
    columns: Sequence[str],
    source: str,
    settings: Mapping[str, Any] | None = None,
) -> str:
    """The model in scikit-learn's terms, every digit kept: `read_model` gives it back exactly."""
    return json.dumps(
        {
            "model": "gaussian mixture",
            "n_components": model.n_components,
            "covariance_type": model.covariance_type,
            "columns": list(columns),
            "weights": model.weights.tolist(),
            "means": model.means.tolist(),
            "covariances": model.covariances.tolist(),
            "source": source,
            "settings": dict(settings or {}),
        },
        indent=1,
        allow_nan=False,
        ensure_ascii=False,
    )


def read_model(text: str) -> GaussianMixture:
    """The mixture that `model_json` wrote. Raises ValueError or KeyError for anything else."""
    said = json.loads(text)
    return GaussianMixture(
        np.array(said["weights"]),
        np.array(said["means"]),
        np.array(said["covariances"]),
        said["covariance_type"],
    )


def responsibilities_csv(model: GaussianMixture, X: ArrayLike, columns: Sequence[str]) -> str:
    """A row a point: its columns, gamma of each component, the largest's number from 1."""
    points = np.asarray(X, dtype=np.float64)
    gamma = model.responsibilities(points)
    names = [*columns, *(f"gamma_{k + 1}" for k in range(model.n_components)), "component"]
    rows = (
        [*point, *shares, int(shares.argmax()) + 1]
        for point, shares in zip(points.tolist(), gamma, strict=True)
    )
    return table_csv(names, rows)


def table_csv(names: Sequence[str], rows: Any) -> str:
    """A table as CSV, floats with every digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    # A spreadsheet would run a name that begins like a formula.
    writer.writerow([f"'{name}" if name[:1] in ("=", "+", "-", "@") else name for name in names])
    for row in rows:
        writer.writerow([float(v) if isinstance(v, np.floating) else v for v in row])
    return text.getvalue()
