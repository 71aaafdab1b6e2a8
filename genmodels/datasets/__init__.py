"""Every data set that ships: one module a model, each set with its source and its licence."""

from genmodels.datasets.source import Source

__all__ = ["Source"]
