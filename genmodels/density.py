"""Densities of one measurement without bells: a histogram, and a kernel on every point.

    histogram   p(x) = n_b / (N w)                                   for x in bin b, w its width
    kernel      p(x) = 1 / (N h) sum_n phi((x - x_n) / h),           phi the standard normal

Silverman, Density Estimation for Statistics and Data Analysis, 1986, sections 2.2, 2.4 and 3.4.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
LOG_SQRT_2PI = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Histogram:
    """Bins of equal width: edges (B + 1,), counts (B,). The last bin has its upper edge too."""

    edges: Array
    counts: NDArray[np.int64]

    @property
    def densities(self) -> Array:
        """p in each bin, (B,): 1 over the data's unit."""
        return self.counts / (self.counts.sum() * np.diff(self.edges))

    def bin_of(self, x: ArrayLike) -> NDArray[np.int64]:
        """The bin that each x lies in, (N,); -1 outside of all."""
        points = np.asarray(x, dtype=np.float64)
        bins = np.searchsorted(self.edges, points, side="right") - 1
        bins = np.where(points == self.edges[-1], len(self.counts) - 1, bins)
        inside = (points >= self.edges[0]) & (points <= self.edges[-1])
        return np.where(inside, bins, -1)

    def log_prob(self, x: ArrayLike) -> Array:
        """log p(x), (N,), nats; -inf in an empty bin and outside."""
        bins = self.bin_of(x)
        with np.errstate(divide="ignore"):
            return np.where(bins >= 0, np.log(self.densities)[bins], -np.inf)


def histogram(data: ArrayLike, bins: int, limits: tuple[float, float]) -> Histogram:
    """Counts of `data` in `bins` equal parts of `limits`.

    Raises ValueError for fewer than one bin, or limits that don't rise.
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1; got {bins}")
    if not limits[0] < limits[1]:
        raise ValueError(f"limits must rise; got {limits}")
    edges = np.linspace(limits[0], limits[1], bins + 1)
    empty = Histogram(edges, np.zeros(bins, dtype=np.int64))
    inside = empty.bin_of(_checked(data))
    return Histogram(edges, np.bincount(inside[inside >= 0], minlength=bins))


def kernel_log_prob(x: ArrayLike, data: ArrayLike, bandwidth: float) -> Array:
    """log p(x), (M,), nats, of normal kernels of deviation `bandwidth` on each of data (N,).

    Raises ValueError for a bandwidth that is not above 0.
    """
    if not (np.isfinite(bandwidth) and bandwidth > 0):
        raise ValueError(f"bandwidth must be above 0; got {bandwidth}")
    points = _checked(data)
    z = (np.asarray(x, dtype=np.float64)[:, None] - points) / bandwidth
    log_kernels = -0.5 * z * z
    highest = log_kernels.max(axis=1)  # taken out before exp, so that nothing underflows to 0
    total = np.exp(log_kernels - highest[:, None]).sum(axis=1)
    scale = np.log(len(points)) + np.log(bandwidth) + LOG_SQRT_2PI
    return np.asarray(highest + np.log(total) - scale)


def silverman(data: ArrayLike) -> float:
    """The rule of thumb h = 0.9 min(sd, IQR / 1.34) N^(-1/5) (Silverman 1986, equation 3.31).

    Raises ValueError where all points are equal.
    """
    points = _checked(data)
    low, high = np.quantile(points, [0.25, 0.75])
    deviation = points.std(ddof=1) if len(points) > 1 else 0.0
    spread = min(deviation, (high - low) / 1.34) or deviation
    if spread == 0:
        raise ValueError("data must have at least two different values")
    return float(0.9 * spread * len(points) ** -0.2)


def _checked(data: ArrayLike) -> Array:
    points = np.asarray(data, dtype=np.float64)
    if points.ndim != 1 or not len(points):
        raise ValueError(f"data must have shape (N,) with N at least 1; got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError("data must be finite numbers")
    return points
