"""What a missing observation costs: the posterior without it, beside the posterior with it."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.kit.opened import number, plain

MAX_COLUMN = 9999
"""The highest column that a link may name."""


def checked(text: str | None) -> tuple[tuple[int, ...], str | None]:
    """The blanked columns from a link, "2.5" counted from 1: (columns from 0, message)."""
    if text is None or not text:
        return (), None
    pieces = text.split(".")
    if not all(p.isascii() and p.isdigit() and len(p) < 5 and int(p) > 0 for p in pieces):
        return (), f"The link's hmm_blank must be columns like 2.5; it says “{text[:40]}”."
    return tuple(sorted({int(p) - 1 for p in pieces})), None


def text(columns: Iterable[int]) -> str | None:
    """What a link says of the blanked columns; None for none."""
    return ".".join(str(t + 1) for t in columns) or None


def fitting(columns: Iterable[int], observations: Sequence[int]) -> tuple[int, ...]:
    """Those of `columns` that hold an observation to blank."""
    T = len(observations)
    return tuple(t for t in columns if 0 <= t < T and observations[t] != hmm.MISSING)


def toggled(columns: Iterable[int], t: int) -> tuple[int, ...]:
    """`columns` with column t taken in, or out where it was in."""
    return tuple(sorted(set(columns) ^ {t}))


def blanked(observations: Sequence[int], columns: Iterable[int]) -> tuple[int, ...]:
    """The observations with those of `columns` missing."""
    gone = set(columns)
    return tuple(hmm.MISSING if t in gone else x for t, x in enumerate(observations))


def entropy(posterior: NDArray[np.float64]) -> NDArray[np.float64]:
    """H_t = - sum_k gamma_t(k) log2 gamma_t(k), (T,), in bits: how wide each column is.

    Bishop (2006), eq. 1.93; 0 log 0 is 0.
    """
    safe = np.where(posterior > 0, posterior, 1.0)
    return np.abs(-(safe * np.log2(safe)).sum(axis=1))


def compared(
    without: hmm.SmoothingTrace, with_: hmm.SmoothingTrace, columns: Sequence[int], seen: int
) -> str:
    """Both log-probabilities and what the blanked ones were worth, as Markdown, a line each.

    `seen`: observations that there are, the blanked among them. By the product rule
    P(blanked | rest) = P(all) / P(rest).
    """
    left = seen - len(columns)
    counted = without.log_prob if left else 0.0  # nothing seen is certain, but for rounding
    lines = [
        f"{left} of {seen} seen: $\\log P$ = **{plain(counted, 6)}** nats",
        f"all {seen} seen: $\\log P$ = **{plain(with_.log_prob, 6)}** nats",
    ]
    if math.isfinite(with_.log_prob):
        share = with_.log_prob - without.log_prob
        what = f"x_{{{columns[0] + 1}}}" if len(columns) == 1 else r"\text{blanked}"
        lines.append(
            f"$P({what}\\mid\\text{{rest}})=e^{{{number(share, 4)}}}$ = "
            f"**{plain(math.exp(min(share, 0.0)), 4)}**"
        )
    return "  \n".join(lines)
