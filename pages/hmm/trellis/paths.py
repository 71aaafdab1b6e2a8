"""Two answers to "which states?": the best path as a whole, and the likeliest state by column."""

import math
from dataclasses import dataclass

from genmodels.kit.opened import Opened, plain
from pages.hmm.trellis import opened as arithmetic
from pages.hmm.trellis_run import Run

NAMES = ("Viterbi path", "posterior path")
NUMBERS = ("log P", "columns right")


@dataclass(frozen=True)
class TwoPaths:
    """Both paths (states from 0), each log P(O, path) in nats and expected columns right.

    `differ`: the columns (from 0) where they do. `broken`: the first column whose move or emission
    makes the posterior path impossible, or None.
    """

    best: tuple[int, ...]
    likeliest: tuple[int, ...]
    log_probs: tuple[float, float]
    right: tuple[float, float]
    differ: tuple[int, ...]
    broken: int | None


def compare(run: Run) -> TwoPaths | None:
    """Both paths of a run, or None where the sequence is impossible."""
    if run.smooth.impossible_at is not None:
        return None
    best = tuple(int(k) for k in run.best.path)
    likeliest = tuple(int(k) for k in run.smooth.posterior.argmax(axis=1))
    log_probs = tuple(arithmetic.path_log_prob(run.smooth, path) for path in (best, likeliest))
    right = tuple(
        math.fsum(float(run.smooth.posterior[t, k]) for t, k in enumerate(path))
        for path in (best, likeliest)
    )
    differ = tuple(t for t, (a, b) in enumerate(zip(best, likeliest, strict=True)) if a != b)
    A = run.model.transition
    broken = next((t for t in range(1, len(best)) if A[likeliest[t - 1], likeliest[t]] == 0), None)
    return TwoPaths(
        best, likeliest, (log_probs[0], log_probs[1]), (right[0], right[1]), differ, broken
    )


def table(found: TwoPaths, run: Run) -> dict[str, list[str]]:
    """The columns where the paths differ: what is seen, both states with their posteriors."""
    states, gamma = run.payload["states"], run.smooth.posterior

    def of(path: tuple[int, ...]) -> list[str]:
        return [f"{states[path[t]]} {100 * gamma[t, path[t]]:.1f} %" for t in found.differ]

    return {
        "column": [str(t + 1) for t in found.differ],
        "sees": [run.payload["seen"][t] for t in found.differ],
        NAMES[0]: of(found.best),
        NAMES[1]: of(found.likeliest),
    }


def summary(found: TwoPaths, run: Run) -> dict[str, list[str]]:
    """Both paths' log P and the columns that they are expected to have right."""
    T = len(found.best)
    return {
        "path": list(NAMES),
        "log P(O, path), nats": [plain(v, 7) for v in found.log_probs],
        "share of P(O)": [
            f"{100 * math.exp(min(v - run.smooth.log_prob, 0.0)):.3g} %" for v in found.log_probs
        ],
        f"columns right, of {T}": [plain(v, 5) for v in found.right],
    }


def words(found: TwoPaths, run: Run) -> str:
    """What the comparison shows, in a sentence or two."""
    states = run.payload["states"]
    if not found.differ:
        return "Both paths are the same here."
    where = ", ".join(str(t + 1) for t in found.differ[:12])
    more = len(found.differ) - 12
    text = f"They differ in column {where}" if len(found.differ) == 1 else (
        f"They differ in columns {where}" + (f" and {more} more" if more > 0 else "")
    )  # fmt: skip
    if found.broken is not None:
        a, b = (states[found.likeliest[found.broken - i]] for i in (1, 0))
        text += (
            f". The posterior path moves from {a} to {b} at column {found.broken + 1}, which A "
            "forbids: each of its states is the likeliest of its column, and together they are "
            "impossible"
        )
    return text + "."


def opened(found: TwoPaths, run: Run, which: str, *, linear: bool) -> Opened:
    """One path's log P, every factor a row."""
    path = found.best if which == NAMES[0] else found.likeliest
    return arithmetic.one_path(run.smooth, path, run.payload["states"], which, linear=linear)


def opened_right(found: TwoPaths, run: Run, which: str) -> Opened:
    """The expected number of columns that one path has right."""
    path = found.best if which == NAMES[0] else found.likeliest
    return arithmetic.expected_right(run.smooth, path, run.payload["states"], which)
