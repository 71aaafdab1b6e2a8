"""A reader's own series: one column, pasted or uploaded, with every oddity named."""

import csv
import datetime
import math

import numpy as np

from genmodels.datasets import returns
from genmodels.datasets.returns import Array, Series
from genmodels.datasets.source import Source
from genmodels.kit import own_data

TITLE = "Your own"
FEWEST, MOST = 30, 20_000
"""Days that a series may have."""
MAX_LINK = 4000
"""Characters that the link has room for."""


def read(text: str, prices: bool) -> tuple[Series, tuple[str, ...]]:
    """A series and what was noted about it.

    One value a line; an empty line, NaN or what is no number is a missing day. Of several columns
    the last with numbers is read, and a first one of growing dates (2008-10-13) gives the days.
    `prices` turns neighbours into log returns in per cent. Raises ValueError in words.
    """
    lines = text[: own_data.MAX_BYTES].strip("\n\r ").splitlines()
    if not any(line.strip() for line in lines):
        raise ValueError("One column of numbers is needed; there is nothing.")
    rows = _rows(lines)
    named = len(rows) > 1 and not any(_is_number(cell) for cell in rows[0])
    names = rows[0] if named else []
    rows = rows[1:] if named else rows
    width = max(len(row) for row in rows)
    cells = [[own_data._cell(row, c, False) for row in rows] for c in range(width)]
    numeric = [
        c
        for c in range(width)
        if sum(kind == "" for _, kind in cells[c]) > sum(kind == "w" for _, kind in cells[c])
    ]
    if not numeric:
        raise ValueError(f"One column of numbers is needed; the first line is “{lines[0][:40]}”.")
    column = numeric[-1]
    notes = []
    if width > 1:
        name = names[column].strip()[:40] if column < len(names) else ""
        notes.append(f"read: column {column + 1} of {width}{f', {name}' if name else ''}")
    x = np.array([value for value, _ in cells[column]])
    wrong = sum(kind == "w" for _, kind in cells[column])
    if wrong:
        notes.append(f"{wrong:,} entries are no numbers: taken as missing days")
    day = _dates([row[0] if row else "" for row in rows]) if width > 1 and column else None
    if prices:
        x, day = _log_returns(x), None if day is None else day[1:]
    return series(x, day, "%" if prices else ""), (*notes, *_counted(x))


def series(x: Array, day: returns.Days | None, unit: str) -> Series:
    """A checked series. Raises ValueError in words for too few, too many or equal values."""
    seen = x[~np.isnan(x)]
    if len(x) > MOST:
        raise ValueError(f"At most {MOST:,} days are taken; there are {len(x):,}.")
    first = x[: int(0.8 * len(x))]
    if len(seen) < FEWEST or np.isnan(first).all() or np.isnan(x[len(first) :]).all():
        raise ValueError(
            f"At least {FEWEST} numbers are needed, some in the last fifth; there are {len(seen)}."
        )
    if np.ptp(first[~np.isnan(first)]) == 0 or np.ptp(seen) == 0:
        raise ValueError(f"The values must differ; all are {seen[0]:g}.")
    source = Source(
        "Your own series",
        "Given by you, kept in this browser’s session and, where it fits, in the link",
        "yours",
        f"{len(x):,} days, {len(x) - len(seen):,} of them missing",
    )
    return Series("own", np.array(x, dtype=np.float64), day, unit, source)


def _counted(x: Array) -> tuple[str, ...]:
    missing = int(np.isnan(x).sum())
    return (f"{missing:,} of {len(x):,} days are missing",) if missing else ()


def _rows(lines: list[str]) -> list[list[str]]:
    delimiter = own_data._delimiter([line for line in lines[:50] if line.strip()] or [""])
    if delimiter == " ":
        return [line.split() or [""] for line in lines]
    try:
        return [row or [""] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _is_number(cell: str) -> bool:
    return own_data._is_number(cell, False) or cell.strip().lower() in own_data._MISSING


def _dates(cells: list[str]) -> returns.Days | None:
    """Days since 1970-01-01 where every cell is a date and they grow."""
    try:
        dates = [datetime.date.fromisoformat(cell.strip()[:10]) for cell in cells]
    except ValueError:
        return None
    day = np.array([(date - returns.EPOCH).days for date in dates], dtype=np.int64)
    return day if (np.diff(day) > 0).all() else None


def _log_returns(prices: Array) -> Array:
    """100 log(p_t / p_t-1); NaN where either is missing."""
    if (prices <= 0).any():
        t = int(np.argmax(prices <= 0))
        raise ValueError(f"Prices must be above 0; value {t + 1} is {prices[t]:g}.")
    if len(prices) < 2:
        raise ValueError("Two prices are needed for one return; there is one.")
    return np.asarray(100 * np.diff(np.log(prices)))


# -- the link ----------------------------------------------------------------------------------


def to_link(own: Series) -> str | None:
    """`1.2,-0.3,,0.5`, five digits each, where the link has room for it."""
    text = ",".join("" if math.isnan(v) else f"{v:.5g}" for v in own.x.tolist())
    return text if len(text) <= MAX_LINK else None


def checked(text: str | None) -> tuple[Series | None, str | None]:
    """A series from a link, or a message."""
    if text is None:
        return None, None
    try:
        x = np.array([float(cell) if cell.strip() else math.nan for cell in text.split(",")])
        if np.isinf(x).any() or (np.abs(x[~np.isnan(x)]) > 1e12).any():
            raise ValueError("Values must be finite.")
        return series(x, None, ""), None
    except ValueError as error:
        return None, f"The link's hmmr_own can't be used: {error} It says “{text[:40]}”."
