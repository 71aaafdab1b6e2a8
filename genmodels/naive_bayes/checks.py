"""Checks of what the Naive Bayes models are given: each message names it and shows the value."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse


def check_matrix(X: Any, n_features: int | None = None) -> Any:
    """X as a CSR or a 2-D numeric array, all finite."""
    if sparse.issparse(X):
        X = X.tocsr()
        values = X.data
    else:
        X = values = np.asarray(X)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"X must hold numbers; got dtype {values.dtype}")
    if X.ndim != 2 or X.shape[1] == 0:
        raise ValueError(f"X must be (rows, features) with a feature or more; got {X.shape}")
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(f"X must have {n_features} features, as in fit; got {X.shape[1]}")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"X must be finite; got {values[~np.isfinite(values)].flat[0]}")
    return X


def check_counts(X: Any) -> Any:
    values = X.data if sparse.issparse(X) else X
    if values.dtype.kind in "if" and values.size and (lowest := values.min()) < 0:
        raise ValueError(f"X must hold counts >= 0; got {lowest}")
    return X


def check_rows(
    X: Any, y: ArrayLike, *, at_least: int, n_features: int | None = None
) -> tuple[Any, NDArray[Any]]:
    X, labels = check_matrix(X, n_features), np.asarray(y)
    if labels.ndim != 1 or len(labels) != X.shape[0]:
        raise ValueError(f"y must have one label a row, ({X.shape[0]},); got {labels.shape}")
    if len(labels) < at_least:
        raise ValueError(f"X must have at least {at_least} row; got {len(labels)}")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError(f"y must be finite; got {labels[~np.isfinite(labels)][0]}")
    return X, labels


def check_prior(prior: ArrayLike | None, n_classes: int) -> NDArray[np.float64] | None:
    if prior is None:
        return None
    p = np.array(prior, dtype=float)
    if p.shape != (n_classes,):
        raise ValueError(f"prior must have {n_classes} entries, one a class; got shape {p.shape}")
    if not (p >= 0).all() or abs(float(p.sum()) - 1) > 1e-9:
        raise ValueError(f"prior must be >= 0 and sum to 1; got {p.tolist()}, sum {p.sum():.6g}")
    return p


def check_scale(name: str, value: float) -> float:
    if not (isinstance(value, (int, float, np.number)) and math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be a finite number >= 0; got {value!r}")
    return float(value)


def new_class_message(old: NDArray[Any], new: NDArray[Any]) -> str:
    added = np.setdiff1d(new, old).tolist()
    return f"y must hold only the classes that the prior is set for, {old.tolist()}; got {added}"


def dense(X: Any) -> NDArray[np.float64]:
    """X as a dense float array."""
    return np.asarray(X.toarray() if sparse.issparse(X) else X, dtype=float)
