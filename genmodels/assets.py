"""What ships in `assets/`, opened so that a bad file is named.

A file that is missing, cut off, damaged or of another shape raises BadAsset, which the server turns
into a sentence on the page that needs the file; every other page goes on.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np


class BadAsset(ValueError):
    """A file in `assets/` isn't what it should be. The message names the file."""

    def __init__(self, path: Path, expected: str, got: object) -> None:
        # Where on the server it lies is nothing for a reader.
        told = str(got).replace(str(path), path.name)
        super().__init__(f"{path.name} must {expected}; got: {told}")


@contextmanager
def arrays(path: Path, holds: str = "the data of this page") -> Iterator[Any]:
    """The arrays of an .npz by name, as `numpy.load` gives them. Whatever goes wrong while they are
    read, inside the `with` as well, is a BadAsset that says what `path` must hold.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            yield file
    except BadAsset:
        raise
    except Exception as error:  # a damaged archive breaks in a dozen ways, in zlib or in a header
        raise BadAsset(path, f"hold {holds}", error) from error


def record(path: Path, holds: str = "a JSON object") -> dict[str, Any]:
    """The JSON object in `path`. Raises BadAsset."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadAsset(path, f"hold {holds}", error) from error
    if not isinstance(found, dict):
        raise BadAsset(path, f"hold {holds}", f"a {type(found).__name__}")
    return found
