"""What is written beside a trained model's weights: its recipe and its figures, as JSON."""

from pathlib import Path
from typing import Any

from genmodels import ASSETS, assets

FOLDER = ASSETS / "checkpoints"


def describe(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """The recipe and the figures written beside the weights. Raises ValueError if unreadable."""
    return assets.record(folder / f"{name}.json", "the JSON record of a training")
