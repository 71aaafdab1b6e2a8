"""What every command that packs a data set asks for: the folder of the sources."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def folder(
    module: str, description: str, *files: str, arguments: Sequence[str] | None = None
) -> Path:
    """--data, or GENMODELS_DATA: the folder that holds `files`, each at its place below it.

    Ends the command with a message where one of them is missing.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m genmodels.datasets.{module}", description=description
    )
    parser.add_argument(
        "--data",
        default=os.environ.get("GENMODELS_DATA"),
        help=f"a folder with {', '.join(files)} (default: $GENMODELS_DATA)",
    )
    asked = parser.parse_args(list(sys.argv[1:] if arguments is None else arguments)).data
    if not asked:
        parser.error(f"--data or GENMODELS_DATA must name a folder with {', '.join(files)}")
    missing = [name for name in files if not (Path(asked) / name).is_file()]
    if missing:
        parser.error(f"--data must name a folder with {', '.join(missing)}; {asked} has none")
    return Path(asked)
