"""The home page's four small pictures, each a short replay of a real trace or model."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.gmm import EMTrace, GaussianMixture
from genmodels.hmm import ViterbiTrace
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.nb.spam_filter import Reading

_mount = register("home/preview")


def mixture_preview(X: np.ndarray, trace: EMTrace, *, label: str, key: str) -> None:
    """EM on `X` (N, 2): every M-step's ellipses over points coloured by the E-step before it."""
    steps = [step for step in trace.steps if step.kind == "M"]
    low, high = X.min(axis=0), X.max(axis=0)
    _show(
        {
            "kind": "mixture",
            "label": label,
            "points": array((X - low) / (high - low)),
            "steps": [
                {
                    "responsibilities": array(np.round(255 * step.responsibilities), "u1"),
                    "means": array((step.model.means - low) / (high - low)),
                    "outlines": array((_outlines(step.model) - low) / (high - low)),
                }
                for step in steps
            ],
        },
        key,
    )


def _outlines(model: GaussianMixture, corners: int = 48) -> np.ndarray:
    """(K, corners, 2) points of each component's 2-sigma ellipse, in the data's units."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    outlines = []
    for mean, covariance in zip(model.means, model.full_covariances(), strict=True):
        variances, axes = np.linalg.eigh(covariance)
        outlines.append(mean + 2 * (axes @ (np.sqrt(variances)[:, None] * circle)).T)
    return np.stack(outlines)


def chain_preview(
    trace: ViterbiTrace, states: Sequence[str], symbols: Sequence[str], *, label: str, key: str
) -> None:
    """A trellis filling from the left: each node's best predecessor, then the best path."""
    _show(
        {
            "kind": "chain",
            "label": label,
            "states": list(states),
            "symbols": list(symbols),
            "pointers": np.asarray(trace.back_pointers, dtype=np.int32),
            "path": np.asarray(trace.path, dtype=np.int32),
        },
        key,
    )


def words_preview(reading: Reading, *, label: str, key: str) -> None:
    """A message's words and what each adds to the log-odds of spam, in reading order."""
    _show(
        {
            "kind": "words",
            "label": label,
            "words": [token.word for token in reading.tokens],
            "log_odds": [float(value) for value in reading.trace.log_odds],
            "prior": reading.trace.prior,
            "probability": reading.trace.probability,
        },
        key,
    )


def latent_preview(grid: np.ndarray, *, label: str, key: str) -> None:
    """A walk over decoded pictures; `grid` is (rows, columns, 784) uint8 from the decoder."""
    _show({"kind": "latent", "label": label, "grid": array(grid, "u1")}, key)


def _show(payload: dict[str, Any], key: str) -> None:
    _mount(key=key, data=encode(payload))
