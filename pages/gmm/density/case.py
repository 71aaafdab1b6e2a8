"""Density estimation on a line: a mixture by EM, a histogram and a kernel, held out alike.

The variance floor is FLOOR times the data's variance, so that it means the same in every unit.
Held out: ten folds, each point scored by what the other nine gave. The histogram's bins are those
on the screen, over all data's range; a point in a bin that its training points left empty has
probability 0 there, so that its log is -inf, and so is the mean.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sklearn.model_selection import KFold

from genmodels import density, gmm
from genmodels.datasets import measurements
from genmodels.datasets.measurements import Measurement
from genmodels.density import Array, Histogram

FLOOR = 1e-6
TOLERANCE = 1e-5
MAX_ITERATIONS = 150
MAX_K = 8
FOLDS = 10
VARIANCES: dict[str, gmm.CovarianceType] = {"own": "full", "shared": "tied"}
"""In one dimension a covariance is a variance: each component's own, or one for all."""


@dataclass(frozen=True)
class Setup:
    """What a fit depends on: a measurement's name, K, own or shared variances, the start's seed."""

    data: str = "eruptions"
    K: int = 2
    variance: str = "own"
    seed: int = 0


@dataclass(frozen=True)
class Smoothing:
    """What the other two depend on: bins, and the bandwidth in percent of Silverman's rule."""

    bins: int = 20
    percent: int = 100


@dataclass(frozen=True, eq=False)
class Comparison:
    """Held-out log-likelihood a point, nats, each a fold's sums (FOLDS,) and sizes (FOLDS,).

    mixture: by K, from 1 to MAX_K. training: the mixtures of all data on their own points, a
    point's mean, by K. empty: how many held-out points fell in bins empty in training.
    """

    sizes: Array
    mixture: tuple[Array, ...]
    training: tuple[float, ...]
    kernel: Array
    histogram: Array
    empty: int

    def mean(self, sums: Array) -> float:
        return float(sums.sum() / self.sizes.sum())

    @property
    def mixture_means(self) -> tuple[float, ...]:
        return tuple(self.mean(sums) for sums in self.mixture)

    @property
    def best_K(self) -> int:
        return int(np.argmax(self.mixture_means)) + 1


@lru_cache(maxsize=128)
def fitted(setup: Setup) -> gmm.EMTrace:
    """EM on all points. Raises ValueError for settings out of range."""
    if setup.variance not in VARIANCES:
        raise ValueError(f"variance must be own or shared; got {setup.variance!r}")
    if not 1 <= setup.K <= MAX_K:
        raise ValueError(f"K must be from 1 to {MAX_K}; got {setup.K}")
    return _fit(measurements.load(setup.data).x, setup)


def floor_of(data: Measurement) -> float:
    """What is added to each variance, in the data's unit squared."""
    return FLOOR * float(data.x.var())


def _fit(x: Array, setup: Setup) -> gmm.EMTrace:
    return gmm.fit(
        x[:, None],
        setup.K,
        covariance_type=VARIANCES[setup.variance],
        reg_covar=floor_of(measurements.load(setup.data)),
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        rng=np.random.default_rng(setup.seed),
    )


def models(setup: Setup) -> list[gmm.GaussianMixture]:
    """The start, then the model after each iteration."""
    trace = fitted(setup)
    return [trace.start, *(step.model for step in trace.steps if step.kind == "M")]


def limits(data: Measurement) -> tuple[float, float]:
    """Where the histogram's bins begin and end: the data's own range."""
    return float(data.x.min()), float(data.x.max())


def bars(data: Measurement, smoothing: Smoothing) -> Histogram:
    """The histogram on the screen."""
    return density.histogram(data.x, smoothing.bins, limits(data))


def bandwidth(data: Measurement, smoothing: Smoothing) -> float:
    """The kernel's deviation, in the data's unit."""
    return density.silverman(data.x) * smoothing.percent / 100


def folds(data: Measurement) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ten folds' training and held-out rows, the same for every density."""
    return list(KFold(FOLDS, shuffle=True, random_state=0).split(data.x))


@lru_cache(maxsize=32)
def _mixtures(data: str, variance: str, seed: int) -> tuple[tuple[Array, ...], tuple[float, ...]]:
    held, own = [], []
    points = measurements.load(data)
    for K in range(1, MAX_K + 1):
        setup = Setup(data, K, variance, seed)
        sums = [
            _fit(points.x[train], setup).model.log_prob(points.x[test][:, None]).sum()
            for train, test in folds(points)
        ]
        held.append(np.array(sums))
        own.append(float(fitted(setup).model.log_prob(points.x[:, None]).mean()))
    return tuple(held), tuple(own)


@lru_cache(maxsize=64)
def _others(data: str, smoothing: Smoothing) -> tuple[Array, Array, int]:
    points = measurements.load(data)
    kernel, histogram, empty = [], [], 0
    h = bandwidth(points, smoothing)
    for train, test in folds(points):
        kernel.append(density.kernel_log_prob(points.x[test], points.x[train], h).sum())
        bins = density.histogram(points.x[train], smoothing.bins, limits(points))
        log_p = bins.log_prob(points.x[test])
        empty += int(np.isneginf(log_p).sum())
        histogram.append(log_p.sum())
    return np.array(kernel), np.array(histogram), empty


def compare(setup: Setup, smoothing: Smoothing) -> Comparison:
    """All three held out in the same folds; `setup.K` is not read."""
    data = measurements.load(setup.data)
    mixture, training = _mixtures(setup.data, setup.variance, setup.seed)
    sizes = np.array([len(test) for _, test in folds(data)], dtype=np.float64)
    return Comparison(sizes, mixture, training, *_others(setup.data, smoothing))
