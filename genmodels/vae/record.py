"""What is written beside a trained model's weights: its recipe and its figures, as JSON."""

import json
from pathlib import Path
from typing import Any

from genmodels import ASSETS

FOLDER = ASSETS / "checkpoints"


def describe(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """The recipe and the figures written beside the weights. Raises ValueError if unreadable."""
    path = folder / f"{name}.json"
    try:
        record = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} must be a JSON record of the training; got: {error}") from error
    if not isinstance(record, dict):
        raise ValueError(f"{path} must be a JSON object; got {type(record).__name__}")
    return record
