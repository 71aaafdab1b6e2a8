"""Points in the plane for the Gaussian mixture: three measured sets and five toy ones.

The toy sets are drawn with a fixed seed, so every visitor sees the same points.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from genmodels import ASSETS
from genmodels.datasets.source import Source

N_TOY = 300
WORDS = {
    "iy": "heed",
    "ih": "hid",
    "eh": "head",
    "ae": "had",
    "aa": "hod",
    "ao": "hawed",
    "uh": "hood",
    "uw": "who’d",
    "ah": "hud",
    "er": "heard",
}
"""The word in which each vowel of Peterson and Barney was spoken."""


@dataclass(frozen=True, eq=False)
class PointSet:
    """Points X (N, 2), float64, in the units that `columns` names.

    `labels` (N,) says which of `label_names` each point is, None where nothing is known: no
    mixture is fitted with it. The arrays can't be written to.
    """

    name: str
    title: str
    X: NDArray[np.float64]
    columns: tuple[str, str]
    labels: NDArray[np.int64] | None
    label_names: tuple[str, ...]
    source: Source

    def __post_init__(self) -> None:
        self.X.setflags(write=False)
        if self.labels is not None:
            self.labels.setflags(write=False)


# Not bounded by the visitor: there are as many entries as DATASETS has names.
@cache
def load(name: str) -> PointSet:
    """The set called `name`. Raises ValueError, listing the names, where there is none."""
    if name not in DATASETS:
        raise ValueError(f"name must be one of {', '.join(DATASETS)}; got {name!r}")
    return DATASETS[name]()


@lru_cache(maxsize=64)
def standardised(points: PointSet) -> PointSet:
    """The same points with each column less its mean, in its own standard deviations.

    A constant column becomes 0.
    """
    deviation = points.X.std(axis=0)
    X = (points.X - points.X.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    names = tuple(f"{name.partition(' (')[0]} (sd)" for name in points.columns)
    return replace(points, X=X, columns=(names[0], names[1]))


# -- measured ----------------------------------------------------------------------------------


def _rows(file: str) -> list[dict[str, str]]:
    with (ASSETS / "data" / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _table(rows: list[dict[str, str]], columns: tuple[str, str]) -> NDArray[np.float64]:
    return np.array([[float(row[c]) for c in columns] for row in rows])


def _coded(values: list[str], names: list[str]) -> NDArray[np.int64]:
    return np.array([names.index(v) for v in values], dtype=np.int64)


def _old_faithful() -> PointSet:
    return PointSet(
        name="old_faithful",
        title="Old Faithful",
        X=_table(_rows("old_faithful.csv"), ("eruptions", "waiting")),
        columns=("eruption (min)", "wait to the next (min)"),
        labels=None,
        label_names=(),
        source=Source(
            title="Old Faithful geyser",
            citation="Azzalini and Bowman 1990, as R's datasets::faithful",
            licence="measurements; the R collection that holds them is GPL",
            size="272 eruptions, August 1985",
        ),
    )


def _vowels() -> PointSet:
    rows = _rows("vowels.csv")
    return PointSet(
        name="vowels",
        title="Vowels",
        X=_table(rows, ("F1", "F2")),
        columns=("first formant F1 (Hz)", "second formant F2 (Hz)"),
        labels=_coded([row["Vowel"] for row in rows], list(WORDS)),
        label_names=tuple(WORDS.values()),
        source=Source(
            title="American English vowels",
            citation="Peterson and Barney 1952, from the Praat program",
            licence="published measurements; Praat is GPL-3",
            size="1,520 vowels: 76 speakers, 10 vowels, each twice",
            caution="Men, women and children overlap: ten vowels are not ten clusters.",
        ),
    )


def _penguins() -> PointSet:
    columns = ("bill_length_mm", "bill_depth_mm")
    rows = [row for row in _rows("penguins.csv") if "NA" not in (row[columns[0]], row[columns[1]])]
    names = sorted({row["species"] for row in rows})
    return PointSet(
        name="penguins",
        title="Penguins",
        X=_table(rows, columns),
        columns=("bill length (mm)", "bill depth (mm)"),
        labels=_coded([row["species"] for row in rows], names),
        label_names=tuple(names),
        source=Source(
            title="Palmer penguins",
            citation="Gorman, Williams and Fraser 2014; Horst, Hill and Gorman 2020",
            licence="CC0",
            size=f"{len(rows)} penguins of three species",
            caution="Two of 344 birds were not measured and are left out.",
        ),
    )


# -- toy shapes --------------------------------------------------------------------------------


def _toy(
    name: str, title: str, parts: list[NDArray[np.float64]], labels: tuple[str, ...]
) -> PointSet:
    sizes = [len(part) for part in parts]
    return PointSet(
        name=name,
        title=title,
        X=np.concatenate(parts),
        columns=("x₁", "x₂"),
        labels=np.repeat(np.arange(len(parts)), sizes),
        label_names=labels,
        source=Source(
            title=title.partition(" (")[0],
            citation="Drawn by this program with a fixed seed",
            licence="CC0",
            size=f"{sum(sizes):,} points, no unit",
        ),
    )


def _blobs(name: str = "blobs", title: str = "Round blobs", n: int = N_TOY) -> PointSet:
    """Three round bells of one size."""
    rng = np.random.default_rng(1)
    centres = np.array([[-3.0, -1.5], [3.0, -1.0], [0.0, 3.0]])
    sizes = [n // 3, n // 3, n - 2 * (n // 3)]
    parts = [c + 0.9 * rng.standard_normal((m, 2)) for c, m in zip(centres, sizes, strict=True)]
    return _toy(name, title, parts, ("left", "right", "top"))


def _stretched() -> PointSet:
    """Three long parallel bells: a round one a component can't follow them."""
    rng = np.random.default_rng(2)
    shear = np.array([[1.6, 1.1], [0.0, 0.3]])
    parts = [
        np.array([0.0, offset]) + rng.standard_normal((N_TOY // 3, 2)) @ shear
        for offset in (-2.5, 0.0, 2.5)
    ]
    return _toy("stretched", "Stretched blobs", parts, ("lower", "middle", "upper"))


def _unequal() -> PointSet:
    """A wide crowded bell beside a small dense one and a thin one."""
    rng = np.random.default_rng(3)
    parts = [
        rng.standard_normal((210, 2)) * 2.0,
        np.array([5.0, 2.5]) + rng.standard_normal((60, 2)) * 0.35,
        np.array([4.0, -4.0]) + rng.standard_normal((30, 2)) * [1.2, 0.3],
    ]
    return _toy("unequal", "Unequal blobs", parts, ("wide", "dense", "thin"))


def _moons() -> PointSet:
    """Two interleaved half circles: no bell has this shape, so it takes several."""
    rng = np.random.default_rng(4)
    angle = np.pi * rng.random(N_TOY)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    circle += 0.08 * rng.standard_normal(circle.shape)
    half = N_TOY // 2
    parts = [circle[:half], np.array([1.0, 0.5]) - circle[half:]]
    return _toy("moons", "Two moons", parts, ("upper", "lower"))


DATASETS: dict[str, Callable[[], PointSet]] = {
    "old_faithful": _old_faithful,
    "vowels": _vowels,
    "penguins": _penguins,
    "blobs": _blobs,
    "blobs-1000": lambda: _blobs("blobs-1000", "Round blobs (1,000)", 1000),
    "stretched": _stretched,
    "unequal": _unequal,
    "moons": _moons,
}
"""Every set by name; the first is the one that a page opens with."""
