"""Whether stated probabilities come true: reliability bins, the Brier score, recalibration.

A forecast p is calibrated if, of the cases to which it gives p, the share p come true. The Brier
score (Brier, Monthly Weather Review 78, 1950) is a proper score, lower is better:

    B = mean_n (p_n - y_n)^2

Recalibration learns a map from score to probability on cases that the model wasn't fitted on:
`Platt` bends all scores by one sigmoid, `Isotonic` by any rising curve.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Binning = Literal["width", "count"]


def sigmoid(log_odds: ArrayLike) -> Array:
    """1 / (1 + exp(-t)) without overflow."""
    t = np.asarray(log_odds, dtype=np.float64)
    small = np.exp(-np.abs(t))
    return np.where(t >= 0, 1.0, small) / (1 + small)


def brier(p: ArrayLike, y: ArrayLike) -> float:
    """mean_n (p_n - y_n)^2, from 0 (sure and right) to 1 (sure and wrong); p = 1/2 gives 1/4."""
    forecast, outcome = checked(p, y)
    return float(np.mean((forecast - outcome) ** 2))


@dataclass(frozen=True, eq=False)
class Reliability:
    """Cases by their stated probability, in bins that hold a case or more, lowest first.

    low, high (B,): the bin's limits; count (B,) its cases n_b; mean_p (B,) their mean forecast;
    observed (B,) the share o_b of them that came true.
    """

    low: Array
    high: Array
    count: Whole
    mean_p: Array
    observed: Array

    @property
    def expected_error(self) -> float:
        """sum_b n_b/N |o_b - mean_p_b|, the expected calibration error."""
        return float((self.count * np.abs(self.observed - self.mean_p)).sum() / self.count.sum())

    def interval(self, z: float = 1.96) -> tuple[Array, Array]:
        """Wilson's interval (1927) of each observed share, 95 % at z = 1.96."""
        n, o = self.count.astype(float), self.observed
        centre = (o + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(o * (1 - o) / n + z**2 / (4 * n**2))
        return np.clip(centre - half, 0.0, o), np.clip(centre + half, o, 1.0)


def reliability(
    p: ArrayLike, y: ArrayLike, *, bins: int = 10, by: Binning = "width"
) -> Reliability:
    """The reliability diagram of forecasts p (N,) of outcomes y (N,), 0 or 1.

    `by` "width": `bins` of equal width over [0, 1]. "count": limits at the forecasts' quantiles,
    so that each bin holds about as many cases; equal forecasts stay together. A forecast on a
    limit counts to the lower bin. Raises ValueError on p outside [0, 1], y other than 0 and 1, no
    case, unequal lengths and bins outside 1 to 1000.
    """
    forecast, outcome = checked(p, y)
    edges = _edges(forecast, bins, by)
    place = np.searchsorted(edges[1:-1], forecast)
    count = np.bincount(place, minlength=len(edges) - 1)
    kept = count > 0
    n = count[kept]
    return Reliability(
        low=edges[:-1][kept],
        high=edges[1:][kept],
        count=n.astype(np.int64),
        mean_p=np.bincount(place, forecast, len(count))[kept] / n,
        observed=np.bincount(place, outcome, len(count))[kept] / n,
    )


def _edges(forecast: Array, bins: int, by: Binning) -> Array:
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or not 1 <= bins <= 1000:
        raise ValueError(f"bins must be a whole number from 1 to 1000; got {bins!r}")
    if by == "width":
        return np.linspace(0.0, 1.0, bins + 1)
    if by == "count":
        edges = np.unique(np.quantile(forecast, np.linspace(0.0, 1.0, bins + 1)))
        return edges if len(edges) > 1 else np.repeat(edges, 2)
    raise ValueError(f"by must be width or count; got {by!r}")


@dataclass(frozen=True)
class BrierParts:
    """The Brier score taken apart: `score` = reliability - resolution + uncertainty + within.

    With N cases, bins b, base rate o:
        reliability  sum_b n_b/N (mean_p_b - o_b)^2    0 if calibrated
        resolution   sum_b n_b/N (o_b - o)^2           how far the bins differ: more is better
        uncertainty  o (1 - o)                         of the outcomes alone
        within       sum_b 1/N sum_n [(p_n - mean_p_b)^2 - 2 (p_n - mean_p_b)(y_n - o_b)]
    Murphy, Journal of Applied Meteorology 12, 1973, for forecasts equal within a bin (then
    within = 0); Stephenson, Coelho and Jolliffe, Weather and Forecasting 23, 2008, for the rest.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def brier_parts(p: ArrayLike, y: ArrayLike, *, bins: int = 10, by: Binning = "width") -> BrierParts:
    """The decomposition over the bins of `reliability`; raises ValueError as it does."""
    forecast, outcome = checked(p, y)
    table = reliability(forecast, outcome, bins=bins, by=by)
    weight, base = table.count / len(forecast), float(outcome.mean())
    edges = _edges(forecast, bins, by)
    used = np.searchsorted(table.low, edges[np.searchsorted(edges[1:-1], forecast)])
    spread = forecast - table.mean_p[used]
    return BrierParts(
        score=float(np.mean((forecast - outcome) ** 2)),
        reliability=float((weight * (table.mean_p - table.observed) ** 2).sum()),
        resolution=float((weight * (table.observed - base) ** 2).sum()),
        uncertainty=base * (1 - base),
        within=float(np.mean(spread**2 - 2 * spread * (outcome - table.observed[used]))),
    )


# -- recalibration -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Platt:
    """p = sigmoid(slope * score + intercept): slope < 1 takes back overconfidence.

    Platt, "Probabilistic outputs for support vector machines", 1999.
    """

    slope: float
    intercept: float
    iterations: int

    @classmethod
    def fit(cls, score: ArrayLike, y: ArrayLike, *, smooth: bool = True) -> "Platt":
        """The most likely slope and intercept, by Newton's method with halved steps.

        `smooth` aims at (N1 + 1)/(N1 + 2) and 1/(N0 + 2) in place of 1 and 0, as Platt does, so
        that separable scores don't drive the slope to infinity; Lin, Lin and Weng, Machine
        Learning 68, 2007. Raises ValueError on scores not finite, y other than 0 and 1, one class.
        """
        s, outcome = _checked_scores(score, y)
        ones = float(outcome.sum())
        zeros = len(outcome) - ones
        if not ones or not zeros:
            raise ValueError("y must have cases of both classes; got one class")
        target = outcome
        if smooth:
            target = np.where(outcome == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))
        scale = float(np.abs(s).max()) or 1.0  # Newton in scores of size 1
        design = np.column_stack([s / scale, np.ones(len(s))])
        weights = np.array([0.0, np.log((ones + 1) / (zeros + 1))])
        loss, iteration = _log_loss(design @ weights, target), 0
        while iteration < 100:
            iteration += 1
            p = sigmoid(design @ weights)
            gradient = design.T @ (p - target)
            curvature = (design * (p * (1 - p))[:, None]).T @ design
            step = np.linalg.solve(curvature + 1e-12 * np.eye(2), gradient)
            size = 1.0
            while (new := _log_loss(design @ (weights - size * step), target)) > loss + 1e-12:
                size /= 2
                if size < 1e-10:
                    break
            weights, moved, loss = weights - size * step, size * step, new
            if np.abs(moved).max() < 1e-10 * (1 + np.abs(weights).max()):
                break
        return cls(float(weights[0] / scale), float(weights[1]), iteration)

    def __call__(self, score: ArrayLike) -> Array:
        """The recalibrated probabilities of `score`."""
        return sigmoid(self.slope * np.asarray(score, dtype=np.float64) + self.intercept)


@dataclass(frozen=True, eq=False)
class Isotonic:
    """A rising curve through knots (`score`, `p`), straight between them, flat outside."""

    score: Array
    p: Array

    @classmethod
    def fit(cls, score: ArrayLike, y: ArrayLike) -> "Isotonic":
        """The rising step curve of the least squared error, by pooling adjacent violators.

        From the lowest score on, each case starts a block; while a block's mean isn't above that
        of the block before it, the two are pooled. Equal scores start as one block. Ayer et al.,
        Annals of Mathematical Statistics 26, 1955; Zadrozny and Elkan, KDD 2002. Raises
        ValueError on scores not finite and on y other than 0 and 1.
        """
        s, outcome = _checked_scores(score, y)
        levels, place = np.unique(s, return_inverse=True)
        sums = np.bincount(place, outcome)
        counts = np.bincount(place).astype(float)
        blocks: list[list[float]] = []  # [sum, cases, first level, last level]
        for i, (total, cases) in enumerate(zip(sums.tolist(), counts.tolist(), strict=True)):
            block = [total, cases, i, i]
            while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
                before = blocks.pop()
                block = [before[0] + block[0], before[1] + block[1], before[2], block[3]]
            blocks.append(block)
        ends = [(int(end), b[0] / b[1]) for b in blocks for end in sorted({b[2], b[3]})]
        return cls(levels[[i for i, _ in ends]], np.array([mean for _, mean in ends]))

    def __call__(self, score: ArrayLike) -> Array:
        """The recalibrated probabilities of `score`."""
        return np.interp(np.asarray(score, dtype=np.float64), self.score, self.p)


def _log_loss(log_odds: Array, target: Array) -> float:
    """-sum_n [t log p + (1 - t) log(1 - p)], in nats, from the log-odds."""
    return float((np.logaddexp(0.0, log_odds) - target * log_odds).sum())


def log_loss(log_odds: ArrayLike, y: ArrayLike) -> float:
    """-mean_n log p(y_n), in nats, from the log-odds of y = 1: exact where p rounds to 0 or 1."""
    t, outcome = _checked_scores(log_odds, y)
    return _log_loss(t, outcome) / len(t)


# -- checks ------------------------------------------------------------------------------------


def checked(p: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """p (N,) in [0, 1] and y (N,) of 0 and 1, as floats; ValueError on anything else."""
    forecast, outcome = np.asarray(p, dtype=np.float64), _outcomes(y)
    if forecast.ndim != 1 or forecast.shape != outcome.shape or not len(forecast):
        raise ValueError(
            f"p and y must have one value a case; got shapes {forecast.shape}, {outcome.shape}"
        )
    wrong = ~((forecast >= 0) & (forecast <= 1))
    if wrong.any():
        raise ValueError(f"p must lie in 0 to 1; got {forecast[wrong][0]}")
    return forecast, outcome


def _checked_scores(score: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    s, outcome = np.asarray(score, dtype=np.float64), _outcomes(y)
    if s.ndim != 1 or s.shape != outcome.shape or not len(s):
        raise ValueError(
            f"score and y must have one value a case; got shapes {s.shape}, {outcome.shape}"
        )
    if not np.isfinite(s).all():
        raise ValueError(f"score must be finite; got {s[~np.isfinite(s)][0]}")
    return s, outcome


def _outcomes(y: ArrayLike) -> Array:
    outcome = np.asarray(y, dtype=np.float64)
    wrong = ~np.isin(outcome, (0.0, 1.0))
    if wrong.any():
        raise ValueError(f"y must be 0 or 1; got {outcome[wrong][0]}")
    return outcome
