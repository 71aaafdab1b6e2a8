"""A start that the reader types: π, then A, then B, a row a line."""

from genmodels.datasets.sequences import Rows
from genmodels.hmm import HiddenMarkovModel
from pages.hmm import trellis_run
from pages.hmm.learning.case import MAX_STATES, emissions

Tables = tuple[Rows, Rows, Rows]
MAX_TEXT = 3000


def tables_of(text: str, n_symbols: int) -> tuple[Tables | None, str | None, str | None]:
    """Typed tables: (tables, None, None), or (None, what is wrong, the text normalised or None).

    The first line's numbers say how many states there are, K; K lines of K follow for A, and K of
    `n_symbols` for B. Numbers stand apart by spaces, commas, semicolons or tabs.
    """
    if len(text) > MAX_TEXT:
        return None, f"The tables must have at most {MAX_TEXT:,} characters; they have more.", None
    lines = [_cells(line) for line in text.splitlines() if line.strip()]
    if not lines:
        return None, "Type the tables: π on the first line, then A, then B, a row a line.", None
    K = len(lines[0])
    if not 1 <= K <= MAX_STATES:
        return None, f"π must have 1 to {MAX_STATES} numbers; the first line has {K}.", None
    if len(lines) != 2 * K + 1:
        return None, (
            f"π has {K} number(s), so {2 * K + 1} lines must stand here: π, {K} of A, {K} of B; "
            f"there are {len(lines)}."
        ), None  # fmt: skip
    parts = {"initial": lines[:1], "transition": lines[1 : K + 1], "emission": lines[K + 1 :]}
    for name, rows in parts.items():
        width = n_symbols if name == "emission" else K
        for r, row in enumerate(rows, start=1):
            if len(row) != width:
                return None, (
                    f"{name}: row {r} must have {width} number(s), it has {len(row)}."
                ), None  # fmt: skip
    made = []
    for name, rows in parts.items():
        table, wrong = trellis_run.checked_table(name, rows)
        if table is None:
            fixed = [trellis_run.normalised(part) for part in parts.values()]
            whole = [part for part in fixed if part is not None]
            return None, wrong, _text(whole) if len(whole) == 3 else None
        made.append(table)
    return (made[0], made[1], made[2]), None, None


def _cells(line: str) -> list[str]:
    for sign in ",;\t":
        if sign in line:
            return [cell.strip() for cell in line.strip().split(sign)]
    return line.split()


def text_of(model: HiddenMarkovModel) -> str:
    """A model's tables as they are typed."""
    parts = (model.initial[None], model.transition, emissions(model))
    return _text([tuple(tuple(map(float, row)) for row in part) for part in parts])


def _text(parts: list[Rows]) -> str:
    # All digits: rounded rows would no longer sum to 1.
    return "\n".join(" ".join(f"{p:.12g}" for p in row) for part in parts for row in part)
