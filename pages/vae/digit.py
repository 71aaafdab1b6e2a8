"""The digit that a page works on: a test picture, or the reader's drawing."""

from dataclasses import dataclass

import numpy as np

from genmodels import ink
from genmodels.datasets import mnist

LAST = mnist.N_SHOWN - 1


@dataclass(frozen=True)
class Digit:
    """`x` (784,) in [0, 1], float64; `label` is what it is, None for a drawing.

    `index` is its place among the shown test pictures, None for a drawing, whose `text` is what
    a link holds of it; `source` says in words where it comes from.
    """

    x: np.ndarray
    label: int | None
    source: str
    index: int | None = None
    text: str | None = None

    @property
    def drawn(self) -> bool:
        return self.index is None

    @property
    def id(self) -> str:
        """The same for the same digit: a key for caches."""
        return f"test:{self.index}" if self.text is None else f"drawn:{self.text}"


def shown_digit(index: int) -> Digit:
    """A shown test picture. Raises ValueError for an index out of range."""
    digits = mnist.shown()
    if isinstance(index, bool) or not 0 <= index <= LAST:
        raise ValueError(f"index must be from 0 to {LAST}; got {index}")
    label = int(digits.labels[index])
    return Digit(
        digits.pictures[index] / 255.0,
        label,
        f"test picture {int(digits.indices[index]) + 1}, a {label}",
        index=index,
    )


def drawn_digit(pixels: np.ndarray) -> Digit:
    """The reader's drawing, as the pad gives it. Raises ValueError for what it can't have given."""
    digit = ink.check_digit(pixels)
    return Digit(digit / 255.0, None, "your drawing", text=ink.to_text(digit))


def linked_digit(text: str) -> Digit:
    """The drawing in a link. Raises ValueError for a text that holds none."""
    return drawn_digit(ink.from_text(text))
