"""Regimes of a daily series: a Gaussian HMM fitted by Baum-Welch, and what it says of each day.

The states are put in the order of their standard deviations, the calmest first.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import gmm, hmm, kmeans
from genmodels.datasets import returns
from genmodels.datasets.returns import Series
from genmodels.datasets.source import Source

Array = NDArray[np.float64]
Part = Literal["first 80 %", "all days"]
Start = Literal["widths", "means", "random", "identical"]
Band = Literal["posterior", "filtered", "Viterbi"]

PARTS: tuple[Part, ...] = get_args(Part)
STARTS: tuple[Start, ...] = get_args(Start)
BANDS: tuple[Band, ...] = get_args(Band)
K_MAX = 4
MAX_ITERATIONS = 300
TOLERANCE = 0.01
"""Nats over all days: EM stops where an iteration gains less."""
REGULARISATION = 1e-8
"""Added to each variance: days that are all the same have none."""
TRAINED = 0.8
FRAMES = 40
BINS = 480
"""Days are averaged into so many columns for the band that follows the scrubber."""


@dataclass(frozen=True)
class Setup:
    """What a fit depends on. Series are compared by identity."""

    series: Series
    K: int
    part: Part = "all days"
    start: Start = "widths"
    seed: int = 0


@lru_cache(maxsize=1)
def shuffled() -> Series:
    """The S&P 500's returns in an order drawn by lot: the same days, without their memory."""
    market = returns.sp500()
    x = market.x[np.random.default_rng(0).permutation(len(market))]
    source = Source(
        "S&P 500, daily log returns, shuffled",
        market.source.citation,
        market.source.licence,
        f"{len(x):,} trading days in an order drawn by lot, seed 0",
    )
    return Series("shuffled", x, None, market.unit, source)


def trained_days(setup: Setup) -> int:
    """How many of the first days the fit sees."""
    T = len(setup.series)
    return T if setup.part == "all days" else int(TRAINED * T)


# -- the fit -------------------------------------------------------------------------------------


def gaussians(model: hmm.HiddenMarkovModel) -> tuple[Array, Array]:
    """Means (K,) and standard deviations (K,) of a model with one-dimensional Gaussians."""
    emission = model.emission
    if not isinstance(emission, hmm.GaussianEmission) or emission.means.shape[1] != 1:
        raise ValueError(f"emission must be Gaussian with D = 1; got {type(emission).__name__}")
    return emission.means[:, 0], np.sqrt(emission.covariances[:, 0, 0])


def gaussian_model(initial: Array, A: Array, means: Array, sds: Array) -> hmm.HiddenMarkovModel:
    """The HMM with these tables: (K,), (K, K), (K,), (K,)."""
    emission = hmm.GaussianEmission(means[:, None], np.square(sds)[:, None, None])
    return hmm.HiddenMarkovModel(initial, A, emission)


def first_model(setup: Setup) -> hmm.HiddenMarkovModel:
    """Where EM begins.

    widths: one mean, standard deviations from half to twice the data's; means: Gaussians of one
    width side by side; random: means drawn from the days, widths and moves by lot; identical: K
    times the same Gaussian. Raises ValueError where the days don't differ.
    """
    x, K = setup.series.x[: trained_days(setup)], setup.K
    seen = x[~np.isnan(x)]
    mean, sd = seen.mean(), seen.std()
    if not sd > 0:
        raise ValueError(f"the series must hold different values; all {len(seen)} are {mean:g}")
    rng = np.random.default_rng([setup.seed, K])
    means, sds = np.full(K, mean), np.full(K, sd)
    A = np.eye(K) if K == 1 else np.full((K, K), 0.1 / (K - 1))
    np.fill_diagonal(A, 0.9 if K > 1 else 1.0)
    if setup.start == "widths" and K > 1:
        sds = sd * np.geomspace(0.5, 2, K)
    elif setup.start == "means":
        means = np.quantile(seen, (np.arange(K) + 0.5) / K)
    elif setup.start == "random":
        means = rng.choice(seen, K)
        sds = sd * np.exp(0.7 * rng.standard_normal(K))
        A = rng.dirichlet(np.ones(K), size=K)
    return gaussian_model(np.full(K, 1 / K), A, means, sds)


@dataclass(frozen=True, eq=False)
class Run:
    """models[i] and log_likelihood[i] (nats) after i iterations; the states calmest first."""

    models: tuple[hmm.HiddenMarkovModel, ...]
    log_likelihood: Array
    converged: bool
    notes: tuple[str, ...]

    @property
    def iterations(self) -> int:
        return len(self.models) - 1


@lru_cache(maxsize=48)
def run(setup: Setup) -> Run:
    """Baum-Welch from the start on. Raises ValueError in words where the days can't be fitted."""
    x = setup.series.x[: trained_days(setup)]
    trace = hmm.baum_welch(
        first_model(setup),
        [x],
        max_iter=MAX_ITERATIONS,
        tol=TOLERANCE,
        reg_covar=REGULARISATION,
        scan=True,
    )
    models = [first_model(setup), *(step.model for step in trace.steps)]
    order = np.argsort(gaussians(trace.model)[1], kind="stable")
    notes = dict.fromkeys(note for step in trace.steps for note in step.notes)
    return Run(
        tuple(_ordered(model, order) for model in models),
        trace.log_likelihood,
        trace.converged,
        tuple(notes),
    )


def _ordered(model: hmm.HiddenMarkovModel, order: NDArray[np.int64]) -> hmm.HiddenMarkovModel:
    means, sds = gaussians(model)
    A = model.transition[np.ix_(order, order)]
    return gaussian_model(model.initial[order], A, means[order], sds[order])


def frames(setup: Setup) -> list[int]:
    """The iterations that the scrubber stops at: the early ones all, later ones ever further."""
    last = run(setup).iterations
    wide = np.unique(np.rint(np.geomspace(1, last + 1, FRAMES)).astype(int) - 1) if last else [0]
    return [int(i) for i in wide]


def nearest_frame(setup: Setup, iteration: int) -> int:
    """The frame (its place in `frames`) at or next before an iteration; -1 is the last."""
    stops = frames(setup)
    return len(stops) - 1 if iteration < 0 else int(np.searchsorted(stops, iteration, "right") - 1)


# -- what it says of each day --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Days:
    """Of one model, over all days: posterior, filtered, predicted (T, K), path (T,), log_prob.

    filtered: P(z_t | x_1..x_t). predicted: P(z_t | x_1..x_t-1), pi on the first day.
    """

    model: hmm.HiddenMarkovModel
    posterior: Array
    filtered: Array
    predicted: Array
    path: NDArray[np.int64]
    log_prob: float


@lru_cache(maxsize=48)
def days(setup: Setup, iteration: int) -> Days:
    """Smoothing, filtering and Viterbi on the whole series with the model of an iteration."""
    model, x = run(setup).models[iteration], setup.series.x
    smoothed = hmm.smooth(model, x)
    filtered = hmm.filtered(model, x)
    predicted = np.vstack([model.initial, filtered[:-1] @ model.transition])
    best = hmm.best_path(model, x)
    return Days(model, smoothed.posterior, filtered, predicted, best.path, smoothed.log_prob)


def shares(found: Days, band: Band) -> Array:
    """(T, K): what the band shows of each day."""
    if band == "Viterbi":
        return np.eye(found.model.n_states)[found.path]
    return found.posterior if band == "posterior" else found.filtered


@lru_cache(maxsize=16)
def coarse(setup: Setup) -> list[Array]:
    """The posterior at every frame, averaged over columns of days: frames x (BINS, K)."""
    T = len(setup.series)
    edges = np.linspace(0, T, min(BINS, T) + 1).astype(int)[:-1]
    counts = np.diff(edges, append=T)[:, None]
    models = run(setup).models
    return [
        np.add.reduceat(hmm.smooth(models[i], setup.series.x).posterior, edges, axis=0) / counts
        for i in frames(setup)
    ]


def stays(model: hmm.HiddenMarkovModel) -> Array:
    """Mean days that a state lasts once entered, 1 / (1 - A_kk); inf where it is never left."""
    leave = 1 - np.diagonal(model.transition)
    with np.errstate(divide="ignore"):
        return np.asarray(1 / np.maximum(leave, 0))


def run_lengths(path: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """How long each unbroken run of state k in a path (T,) lasts, in order."""
    edges = np.flatnonzero(np.diff((path == k).astype(np.int8), prepend=0, append=0))
    return np.asarray(edges[1::2] - edges[::2], dtype=np.int64)


# -- without memory ------------------------------------------------------------------------------


@lru_cache(maxsize=24)
def mixture(series: Series, K: int, part: Part) -> tuple[Array, Array, Array]:
    """Weights, means, standard deviations (K,) of a mixture fitted to the days in any order."""
    setup = Setup(series, K, part)
    x = series.x[: trained_days(setup)]
    X = x[~np.isnan(x)][:, None]
    means, sds = gaussians(first_model(setup))
    model = gmm.GaussianMixture(
        np.full(K, 1 / K), means[:, None], np.square(sds)[:, None, None], "full"
    )
    before = -np.inf
    for _ in range(40):  # a trace keeps every day's responsibilities: runs of 20 stay small
        model = gmm.fit(X, K, init=model, tol=0, max_iter=20, reg_covar=REGULARISATION).model
        after = float(model.log_prob(X).sum())
        if after - before < TOLERANCE:
            break
        before = after
    order = np.argsort(model.covariances[:, 0, 0], kind="stable")
    return (
        model.weights[order],
        model.means[order, 0],
        np.sqrt(model.covariances[order, 0, 0]),
    )


def early_mixture(series: Series, K: int) -> float:
    """The mixture as scikit-learn's defaults leave it, in nats a held-out day.

    From a k-means partition, stopped where an iteration gains less than 1e-3 nats a day: too soon.
    """
    n = int(TRAINED * len(series))
    x, out = series.x[:n], series.x[n:]
    X = x[~np.isnan(x)][:, None]
    nearest = kmeans.fit(X, K, rng=np.random.default_rng(0)).labels
    gamma = (nearest == np.arange(K)[:, None]).astype(np.float64)
    start = gmm.m_step(np.ascontiguousarray(X.T), gamma, "full", 1e-6)
    model = gmm.fit(X, K, init=start, tol=1e-3, reg_covar=1e-6).model
    return float(model.log_prob(out[~np.isnan(out)][:, None]).mean())


def normal(x: Array, means: Array, sds: Array) -> Array:
    """N(x; mu_k, sd_k^2): (..., K) for x (...)."""
    z = (np.asarray(x)[..., None] - means) / sds
    return np.asarray(np.exp(-0.5 * z * z) / (sds * np.sqrt(2 * np.pi)))


# -- days held out -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class HeldOut:
    """One K on the last days, with what the first 80 % taught, in nats.

    by_day, by_day_mixture (days,): log p(x_t | everything before), and the mixture's log p(x_t),
    0 where a day is missing; before, total: log P of the first days, and of all. n: days seen.
    """

    K: int
    first: int
    by_day: Array
    by_day_mixture: Array
    before: float
    total: float
    n: int

    @property
    def a_day(self) -> float:
        return (self.total - self.before) / self.n

    @property
    def mixture_a_day(self) -> float:
        return float(self.by_day_mixture.sum()) / self.n


@lru_cache(maxsize=24)
def held_out(series: Series, K: int) -> HeldOut:
    """One step ahead: log P(x_1..x_T) - log P(x_1..x_n), with the parameters of the first n days.

    Raises ValueError where no held-out day was seen.
    """
    setup = Setup(series, K, "first 80 %")
    n, x = trained_days(setup), series.x
    model = run(setup).models[-1]
    prefix = hmm.prefix_log_likelihoods(model, x)
    weights, means, sds = mixture(series, K, "first 80 %")
    out = x[n:]
    seen = ~np.isnan(out)
    if not seen.any():
        raise ValueError("the last fifth of the days must hold at least one number; it has none")
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.log(normal(out, means, sds) @ weights)
    return HeldOut(
        K,
        n,
        np.diff(prefix[n - 1 :]),
        np.where(seen, alone, 0.0),
        float(prefix[n - 1]),
        float(prefix[-1]),
        int(seen.sum()),
    )


def run_id(setup: Setup) -> str:
    """A text that changes whenever what the band shows of the run does."""
    parts = [setup.K, setup.part, setup.start, setup.seed]
    digest = hashlib.sha256(setup.series.x.tobytes())
    digest.update("|".join(map(str, parts)).encode())
    return digest.hexdigest()[:16]
