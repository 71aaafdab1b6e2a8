"""A drawing made a digit as MNIST's digits were made, and back into a short text. NumPy alone.

MNIST's pictures are black-and-white scans: scaled, their proportions kept, until the longer side
of the ink's box measures 20 pixels, then laid into 28 x 28 with their centre of mass in the middle
(LeCun, Cortes and Burges). An encoder has seen nothing else, so a drawing must come to it so.
"""

import base64
import binascii
import re
import zlib

import numpy as np
from numpy.typing import ArrayLike

SIDE = 28
BOX = 20
"""Pixels along the longer side of the ink's box in a finished digit."""
MIDDLE = 14.5
"""Where MNIST's digits have their centre of mass: in the middle of the pixel of index 14, a half
beyond the picture's own middle (measured over the pictures that ship: 14.00 by index)."""
PAD = 112
"""Pixels along each side of the drawing pad: four to one of a digit's."""
LEVELS = 16
"""Grey levels of a finished digit: what a link holds of it is all of it."""
SMALLEST = 10
"""A drawing whose box is smaller, in pixels of the pad, is a dot."""
FULLEST = 0.6
"""A pad of which more is ink holds no digit."""
MAX_TEXT = 800
"""Characters that a digit may have in a link; a drawn one takes about 200."""


class NoDigit(ValueError):
    """The pad holds nothing that could be a digit; the message is for the reader."""


def normalise(ink: ArrayLike) -> np.ndarray:
    """A drawing (H, W) of values >= 0 as a digit: uint8 (784,), in 16 levels 0, 17, ..., 255.

    The ink's bounding box is scaled by s = 20 / max(height, width), each pixel the mean of what it
    covers; the centre of mass goes to (14.5, 14.5), as far as the box stays inside.
    The darkest ink becomes 255. Raises NoDigit for a pad that is empty, holds a dot, or is full,
    ValueError for another shape and for values that are negative or not finite.
    """
    drawn = np.asarray(ink, dtype=np.float64)
    if drawn.ndim != 2 or not drawn.size:
        raise ValueError(f"ink must have shape (H, W); got {drawn.shape}")
    if not np.isfinite(drawn).all() or drawn.min() < 0:
        raise ValueError("ink must be finite numbers of at least 0; it holds others")
    inked = drawn > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        raise NoDigit("The pad is empty. Draw a digit from 0 to 9.")
    covered = float(inked.mean())
    if covered > FULLEST:
        raise NoDigit(
            f"{100 * covered:.0f} % of the pad is ink: no digit is left in it. Erase, or clear it."
        )
    top, left = int(rows[0]), int(columns[0])
    box = drawn[top : rows[-1] + 1, left : columns[-1] + 1]
    if max(box.shape) < SMALLEST * max(drawn.shape) / PAD:
        raise NoDigit("That is a dot, and a dot is no digit yet. Go on drawing.")
    scale = BOX / max(box.shape)
    weights = []
    for axis in (0, 1):
        length = box.shape[axis]
        mass = box.sum(axis=1 - axis)
        middle = scale * float(mass @ (np.arange(length) + 0.5)) / float(mass.sum())
        start = min(max(MIDDLE - middle, 0.0), SIDE - scale * length)
        weights.append(_coverage(length, scale, start))
    grey = weights[0] @ box @ weights[1].T
    levels = np.rint(grey / box.max() * (LEVELS - 1))
    digit: np.ndarray = (np.clip(levels, 0, LEVELS - 1) * 17).astype(np.uint8).ravel()
    return digit


def _coverage(length: int, scale: float, start: float) -> np.ndarray:
    """(28, length): the share of each finished pixel that each pixel of the box covers."""
    edges = start + scale * np.arange(length + 1)
    low, high = np.arange(SIDE)[:, None], np.arange(1, SIDE + 1)[:, None]
    overlap: np.ndarray = np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1])
    return np.maximum(overlap, 0.0)


def unpack_bits(packed: bytes) -> np.ndarray:
    """The pad's ink (112, 112) of 0 and 1 from its 1,568 bytes, a bit a pixel, rows from the top.

    Raises ValueError for another length.
    """
    if len(packed) != PAD * PAD // 8:
        raise ValueError(f"ink must have {PAD * PAD // 8} bytes; got {len(packed)}")
    return np.unpackbits(np.frombuffer(packed, np.uint8)).reshape(PAD, PAD)


def check_digit(pixels: ArrayLike) -> np.ndarray:
    """A finished digit as uint8 (784,). Raises ValueError unless it has 784 pixels of 16 levels."""
    digit = np.asarray(pixels)
    if digit.shape != (SIDE * SIDE,) or digit.dtype != np.uint8:
        raise ValueError(
            f"a drawn digit must be uint8 of shape (784,); got {digit.dtype} {digit.shape}"
        )
    if (digit % 17).any():
        raise ValueError("a drawn digit must have the 16 levels 0, 17, ..., 255; it has others")
    return digit


def to_text(digit: ArrayLike) -> str:
    """A finished digit as a link holds it: 4 bits a pixel, deflated, base64url without padding."""
    levels = check_digit(digit) // 17
    packed = zlib.compress((levels[0::2] << 4 | levels[1::2]).tobytes(), 9)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def from_text(text: str) -> np.ndarray:
    """What `to_text` wrote: uint8 (784,). Raises ValueError for any other text."""
    wrong = ValueError("must be a drawn digit as the pad writes it")
    if len(text) > MAX_TEXT or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise wrong
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflater = zlib.decompressobj()
        nibbles = inflater.decompress(packed, SIDE * SIDE // 2 + 1)
    except (binascii.Error, zlib.error) as error:
        raise wrong from error
    if len(nibbles) != SIDE * SIDE // 2 or not inflater.eof or inflater.unused_data:
        raise wrong
    pairs = np.frombuffer(nibbles, np.uint8)
    digit: np.ndarray = (np.stack([pairs >> 4, pairs & 15], axis=1).ravel() * 17).astype(np.uint8)
    return digit
