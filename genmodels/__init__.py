"""Four generative models, traced step by step, and the pages that replay the traces."""

from pathlib import Path

__version__ = "0.1.0"

ASSETS = Path(__file__).resolve().parent.parent / "assets"
"""Everything that ships with the program and isn't code: data, checkpoints, provenance."""
