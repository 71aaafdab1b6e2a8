"""The pour: Baum-Welch's posteriors running into count tables, which become the next tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.kit.payload import array, encode, steps
from genmodels.kit.widget import register

_mount = register("hmm/count-pour")

KINDS = ("node", "edge", "starts", "moves", "symbols", "pi", "A", "B")
"""What can be opened: trellis, counts, tables."""


@dataclass(frozen=True)
class Selected:
    """A number of the stage, its place counted from 0."""

    kind: str
    at: tuple[int, ...]

    @property
    def text(self) -> str:
        """As the link has it, counted from 1: node:3.1."""
        return f"{self.kind}:{'.'.join(str(n + 1) for n in self.at)}"


@dataclass(frozen=True)
class View:
    """A half step (0 the start, 2i - 1 E, 2i M) and what is open.

    `locks`: all locked rows, only in the run in which one was pressed, else None.
    """

    step: int
    selected: Selected | None
    locks: tuple[str, ...] | None


def payload(
    posteriors: Sequence[np.ndarray],
    pairs: Sequence[np.ndarray],
    counts: Mapping[str, np.ndarray],
    tables: Mapping[str, np.ndarray],
    *,
    trace_id: str,
    shown: int,
    states: Sequence[str],
    symbols: Sequence[str],
    observations: Sequence[int],
    likelihood: Sequence[float],
    locks: Sequence[str],
    truth: Mapping[str, np.ndarray] | None,
    statuses: Sequence[str],
) -> dict[str, Any]:
    """Everything that the widget draws, computed by others.

    Of the `shown` sequence (from 1) `posteriors` (T, K) and `pairs` (T-1, K, K) of each E-step;
    of all sequences `counts` starts (I, K), moves (I, K, K), symbols (I, K, M); `tables` pi, A, B
    of the start and after each M-step (I + 1, ...); `truth`: the same three, once.
    """
    T, K = len(observations), len(states)
    return {
        "trace_id": trace_id,
        "shown": shown,
        "T": T,
        "K": K,
        "M": len(symbols),
        "states": list(states),
        "symbols": list(symbols),
        "seen": [symbols[x] if x >= 0 else "?" for x in observations],
        "x": np.asarray(observations, np.int32),
        "gammas": steps(list(posteriors) or [np.zeros((T, K))]),
        "xis": steps(list(pairs) or [np.zeros((T - 1, K, K))]),
        "starts": array(counts["starts"]),
        "moves": array(counts["moves"]),
        "symbol_counts": array(counts["symbols"]),
        "pi": array(tables["pi"]),
        "A": array(tables["A"]),
        "B": array(tables["B"]),
        "likelihood": [float(v) for v in likelihood],
        "locks": list(locks),
        "lockable": bool(posteriors),
        "truth": None
        if truth is None
        else {name: np.asarray(values, float).ravel().tolist() for name, values in truth.items()},
        "statuses": list(statuses),
    }


def count_pour(prepared: dict[str, Any], *, goto: dict[str, Any] | None, key: str) -> View:
    """Mount the pour on a `payload`; `goto` {token, step, selected} moves it on a new token."""
    result = _mount(
        key=key,
        data=encode({**prepared, "goto": goto}),
        on_view_change=lambda: None,
        on_locks_change=lambda: None,
    )
    return view_of(result, prepared, goto)


def view_of(result: Any, prepared: dict[str, Any], goto: dict[str, Any] | None) -> View:
    """What the browser said, checked: it may be of an older run, or of nobody's making."""
    said = getattr(result, "view", None)
    view = dict(said) if isinstance(said, Mapping) else {}
    if view.get("trace") != prepared["trace_id"]:
        view = dict(goto or {})
    step = view.get("step")
    step = step if isinstance(step, int) and not isinstance(step, bool) else 0
    locks = getattr(result, "locks", None)
    return View(
        min(max(step, 0), len(prepared["statuses"]) - 1),
        selected(view.get("selected"), prepared["T"], prepared["K"], prepared["M"]),
        tuple(map(str, locks)) if isinstance(locks, (list, tuple)) else None,
    )


def selected(text: Any, T: int, K: int, M: int) -> Selected | None:
    """A selection like node:3.1, or None where there is no such number on the stage."""
    if not isinstance(text, str):
        return None
    kind, _, rest = text.partition(":")
    sizes = {
        "node": (T, K), "edge": (T - 1, K, K), "starts": (K,), "moves": (K, K), "symbols": (K, M),
        "pi": (K,), "A": (K, K), "B": (K, M),
    }.get(kind)  # fmt: skip
    parts = rest.split(".")
    if sizes is None or len(parts) != len(sizes):
        return None
    if not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        return None
    at = tuple(int(part) - 1 for part in parts)
    return Selected(kind, at) if all(0 <= n < s for n, s in zip(at, sizes, strict=True)) else None
