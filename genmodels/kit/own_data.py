"""A reader's own points: clicked, pasted or uploaded, read with every oddity named and counted."""

import csv
import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets.clustering import PointSet
from genmodels.datasets.source import Source

TITLE = "Your own data"
MAX_BYTES = 5_000_000
MAX_POINTS = 2000
"""More rows than this are sampled: a run keeps every half step of every point."""
MAX_CLICKED = 400
SAMPLE_SEED = 0

Array = NDArray[np.float64]

_MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-", ".", "missing"}
_HUGE = 1e12


@dataclass(frozen=True, eq=False)
class Table:
    """A table's columns that hold numbers: `values` (rows, columns), NaN where a cell has none.

    `missing` and `wrong` count, a column, the cells that are empty and those that are no finite
    number; `skipped` names the columns without numbers.
    """

    columns: tuple[str, ...]
    values: Array
    missing: tuple[int, ...]
    wrong: tuple[int, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Own:
    """Points to fit, and in words what was left out or changed on the way."""

    points: PointSet
    notes: tuple[str, ...]


# -- tables ------------------------------------------------------------------------------------


def decode(data: bytes) -> str:
    """A file's text. Raises ValueError in words for a file that is too large or no text."""
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"The file must be at most {MAX_BYTES / 1e6:.0f} MB; it has {len(data) / 1e6:.1f} MB."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise ValueError("The file must be a text table (CSV); it looks like a binary file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_table(text: str) -> Table:
    """Rows of cells apart by commas, semicolons, tabs or blanks, with or without a line of names.

    Raises ValueError in words where there is no row of at least two cells, or fewer than two
    columns with numbers.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("Rows of numbers are needed, two or more columns; there is nothing.")
    delimiter = _delimiter(lines[:50])
    decimal_comma = delimiter in (";", "\t") and not any("." in line for line in lines[1:50])
    if delimiter == " ":
        rows = [line.split() for line in lines]
    else:
        # A quote that is never closed would swallow the rest as one cell: cells are bounded.
        try:
            rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
        except csv.Error:
            rows = [line.split(delimiter) for line in lines]
    width = max(len(row) for row in rows)
    if width < 2:
        raise ValueError(
            "Two columns are needed, apart by a comma, semicolon, tab or blank; the first line is "
            f"“{lines[0][:40]}”."
        )
    named = not any(_is_number(cell, decimal_comma) for cell in rows[0])
    names = _names(rows[0] if named else [], width)
    body = rows[1:] if named else rows
    if not body:
        raise ValueError("Rows of numbers are needed; there is only a line of names.")
    cells = [[_cell(row, c, decimal_comma) for c in range(width)] for row in body]
    values = np.array([[value for value, _ in row] for row in cells])
    kinds = np.array([[kind for _, kind in row] for row in cells])
    numbers = (kinds == "").sum(axis=0)
    # A column counts as numeric when most of what stands in it is numbers.
    keep = [c for c in range(width) if numbers[c] > 0 and numbers[c] >= (kinds[:, c] == "w").sum()]
    if len(keep) < 2:
        said = ", ".join(names[c] for c in keep) or "none"
        raise ValueError(f"Two columns of numbers are needed; columns with numbers: {said}.")
    return Table(
        columns=tuple(names[c] for c in keep),
        values=values[:, keep],
        missing=tuple(int((kinds[:, c] == "m").sum()) for c in keep),
        wrong=tuple(int((kinds[:, c] == "w").sum()) for c in keep),
        skipped=tuple(names[c] for c in range(width) if c not in keep),
    )


def points_of(table: Table, x: int, y: int) -> Own:
    """Two of a table's columns as points, rows with a gap left out and counted.

    Raises ValueError in words where fewer than two rows are left.
    """
    pair = table.values[:, [x, y]]
    notes = []
    for c in dict.fromkeys((x, y)):
        name = table.columns[c]
        if table.missing[c]:
            notes.append(f"{table.missing[c]:,} of {len(pair):,} rows have no {name}")
        if table.wrong[c]:
            notes.append(
                f"{table.wrong[c]:,} of {len(pair):,} rows have a {name} that is no finite number"
            )
    good = pair[np.isfinite(pair).all(axis=1)]
    if len(good) < len(pair):
        notes.append(f"left out: {len(pair) - len(good):,} rows")
    return own(good, (table.columns[x], table.columns[y]), notes)


def own(X: Array, columns: tuple[str, str] = ("x", "y"), notes: list[str] | None = None) -> Own:
    """Points (N, 2) as a set for the page. Raises ValueError in words for fewer than 2 rows."""
    said = list(notes or [])
    given = len(X)
    if given < 2:
        left = "; ".join(said)
        raise ValueError(
            f"At least two rows with both numbers are needed; there {'is' if given == 1 else 'are'}"
            f" {given}{f' ({left})' if left else ''}."
        )
    if given > MAX_POINTS:
        rng = np.random.default_rng(SAMPLE_SEED)
        X = X[np.sort(rng.choice(given, MAX_POINTS, replace=False))]
        said.append(f"{given:,} points were given; shown and fitted: a sample of {MAX_POINTS:,}")
    different = distinct(X)
    if different == 1:
        said.append("all points are the same: no bell has a width here")
    elif constant := [columns[c] for c in range(2) if np.ptp(X[:, c]) == 0]:
        said.append(f"{constant[0]} is constant: every bell is a line")
    elif different < len(X):
        said.append(f"{len(X) - different:,} of {len(X):,} points repeat others")
    points = PointSet(
        name="own",
        title=TITLE,
        X=np.array(X, dtype=np.float64),
        columns=columns,
        labels=None,
        label_names=(),
        source=Source(
            title=TITLE,
            citation="Given by you, kept in this browser's session and in the link",
            licence="yours",
            size=f"{len(X):,} points",
        ),
    )
    return Own(points, tuple(said))


def distinct(X: Array) -> int:
    """How many different points there are."""
    return len(np.unique(X, axis=0))


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts most lines into the same number, at least two, of cells."""
    best, most = " ", 0
    for sign in (",", ";", "\t"):
        counts = [line.count(sign) for line in lines]
        common = max(set(counts), key=counts.count)
        agreeing = counts.count(common) if common else 0
        if agreeing > most:
            best, most = sign, agreeing
    # "1,5 2,7": a decimal comma between blanks.
    if (
        best == ","
        and all(len(line.split()) >= 2 for line in lines)
        and not any(", " in line for line in lines)
    ):
        pieces = [piece for line in lines[1:] for piece in line.split()]
        if pieces and all(piece.count(",") <= 1 for piece in pieces) and "\t" not in lines[0]:
            return " "
    return best


def _number(cell: str, decimal_comma: bool) -> float:
    text = cell.strip().replace("\u2212", "-")
    if decimal_comma or (text.count(",") == 1 and "." not in text):
        text = text.replace(",", ".")
    if "_" in text:
        raise ValueError
    return float(text)


def _is_number(cell: str, decimal_comma: bool) -> bool:
    try:
        return math.isfinite(_number(cell, decimal_comma))
    except ValueError:
        return False


def _cell(row: list[str], column: int, decimal_comma: bool) -> tuple[float, str]:
    """A cell's number and "", or NaN and "m" for missing, "w" for what is no usable number."""
    cell = row[column] if column < len(row) else ""
    if cell.strip().lower() in _MISSING:
        return math.nan, "m"
    try:
        value = _number(cell, decimal_comma)
    except ValueError:
        return math.nan, "w"
    return (value, "") if math.isfinite(value) and abs(value) <= _HUGE else (math.nan, "w")


def _names(given: list[str], width: int) -> list[str]:
    """A name for each column, all different, of at most 40 signs."""
    names: list[str] = []
    for c in range(width):
        name = (given[c].strip() if c < len(given) else "")[:40] or f"column {c + 1}"
        while name in names:
            name += "′"
        names.append(name)
    return names


# -- the link ----------------------------------------------------------------------------------


def to_link(X: Array | list[list[float]]) -> str:
    """Points as `x,y;x,y`, five digits each: what a link can carry of some 250 points."""
    return ";".join(f"{x:.5g},{y:.5g}" for x, y in X)


def checked_points(text: str | None) -> tuple[list[list[float]] | None, str | None]:
    """Points from a link, or a message."""
    if text is None:
        return None, None
    try:
        points = [[float(value) for value in pair.split(",")] for pair in text.split(";")]
    except ValueError:
        points = []
    good = all(len(p) == 2 and all(math.isfinite(v) and abs(v) <= _HUGE for v in p) for p in points)
    if 1 <= len(points) <= MAX_POINTS and good:
        return points, None
    return None, (
        "The link's gmm_points must be pairs of numbers like 1,2;3,4; it says "
        f"“{text[:40]}”. No points were taken from it."
    )


def as_array(points: list[list[float]]) -> Array:
    """Points as (N, 2)."""
    return np.array(points, dtype=np.float64).reshape(-1, 2)
