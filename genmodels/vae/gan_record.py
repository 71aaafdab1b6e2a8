"""What training the GANs left behind, and the figures of their samples: read without Torch."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from genmodels import ASSETS, assets

FIGURES_FILE = ASSETS / "data" / "gan_figures.json"
TRAINING_FILE = ASSETS / "data" / "gan_training.npz"
SHEET = 16
"""Pictures in a sheet: G of the same sixteen z at every moment."""
EVERY = 10
"""Steps that one stored loss is the mean of."""


@dataclass(frozen=True)
class GanTraining:
    """One GAN's training: `steps` (M,) of the moments, `sheets` uint8 (M, 16, 784) of G at the
    same z, `histograms` (M, 10): which digits the classifier finds in 1,000 samples; and
    `losses` (T, 2) of D and G in nats, each the mean of 10 steps.
    """

    name: str
    steps: np.ndarray
    sheets: np.ndarray
    histograms: np.ndarray
    losses: np.ndarray

    @property
    def entropies(self) -> np.ndarray:
        """The entropy of each moment's histogram in nats, (M,): log 10 = 2.303 at most."""
        p = self.histograms / np.maximum(self.histograms.sum(1, keepdims=True), 1)
        return -np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0).sum(1)


def figures(path: Path = FIGURES_FILE) -> dict[str, Any]:
    """The figures of 10,000 samples of each model, as `gan_train --figures` writes them.

    Raises ValueError naming the file if it is missing or no JSON object.
    """
    found = assets.record(path, "the GANs' figures as JSON")
    if not isinstance(found.get("models"), dict):
        raise assets.BadAsset(path, "hold `models`", ", ".join(found) or "an empty object")
    return found


@lru_cache(maxsize=16)
def training(name: str, path: Path = TRAINING_FILE) -> GanTraining:
    """What the training of the GAN `name` left. Raises ValueError naming the file, or the names
    that it holds."""
    with assets.arrays(path, "the GANs' training") as file:
        held = sorted({key.split("/")[0] for key in file.files})
        parts = {key: file[f"{name}/{key}"] for key in _SHAPES} if name in held else {}
    if not parts:
        raise ValueError(f"GAN must be one of {', '.join(held)}; got {name!r}")
    moments = len(parts["steps"])
    for key, shape in _SHAPES.items():
        rows = moments if key != "losses" else len(parts[key])
        if parts[key].shape != (rows, *shape):
            expected = f"hold {name}/{key} of shape (M, {shape})"
            raise assets.BadAsset(path, expected, parts[key].shape)
        parts[key].setflags(write=False)
    return GanTraining(name, **parts)


_SHAPES: dict[str, tuple[int, ...]] = {
    "steps": (),
    "sheets": (SHEET, 784),
    "histograms": (10,),
    "losses": (2,),
}
