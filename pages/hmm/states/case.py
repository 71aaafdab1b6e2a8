"""How many states: BIC and held-out log-likelihood for each K, on three kinds of data."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.datasets import genome, returns
from genmodels.datasets.sequences import CASINO
from genmodels.datasets.source import Source
from genmodels.kit import jobs
from genmodels.kit.opened import Opened, plain
from pages.hmm import regimes_run
from pages.hmm.states import opened as arithmetic

Array = NDArray[np.float64]
Data = Literal["Casino rolls", "Lambda phage", "S&P 500"]
DATA: tuple[Data, ...] = get_args(Data)
CRITERIA = {"BIC": ("bic", min), "held out": ("held_out", max)}
"""Name -> the field of Fit, and which end of it is better."""
K_MAX = 6
STARTS = 4
SCREEN, FINISH = 20, 80
"""Iterations of each start, and at most of the best one."""
CHUNK = 10
TOLERANCE = 0.01
"""Nats over all observations: EM stops where an iteration gains less."""
BLOCK = 970
"""Bases hidden at a time: every fifth stretch of so many is held out."""
MOST_SEQUENCES, MOST_ROLLS = 60, 2000


@dataclass(frozen=True)
class Sweep:
    """What the fits depend on; it is the key of its job. n, T and seed are the casino's."""

    data: Data
    n: int = 40
    T: int = 120
    seed: int = 0

    def cells(self) -> tuple[int, ...]:
        return tuple(range(1, K_MAX + 1))

    def compute(self, cell: Any, stop: jobs.Stop) -> "Fit | None":
        return fit(self, int(cell), stop)


@dataclass(frozen=True, eq=False)
class Fit:
    """The best of several starts with K states. Nats; held_out is a step's mean.

    seed: the best start's number; n: observations that BIC counts; starts: each start's
    log-likelihood when it was left; held: (sum of held-out log-likelihoods, steps).
    """

    K: int
    seed: int
    model: hmm.HiddenMarkovModel
    log_likelihood: float
    parameters: int
    n: int
    starts: tuple[float, ...]
    iterations: int
    held: tuple[float, int]

    @property
    def bic(self) -> float:
        return hmm.bic(self.log_likelihood, self.parameters, self.n)

    @property
    def held_out(self) -> float:
        return self.held[0] / self.held[1]


def watched(sweep: Sweep, visitor: str) -> jobs.Job:
    """The sweep's job, begun or continued, `visitor` watching. RuntimeError: too many wait."""
    return jobs.start(sweep, sweep.cells(), sweep.compute, visitor=visitor)


# -- data ----------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def sequences(sweep: Sweep) -> tuple[np.ndarray, ...]:
    """What is fitted: N sequences of rolls, one of bases (0 to 3), or one of returns."""
    if sweep.data == "Casino rolls":
        return _rolls(sweep, 0)
    if sweep.data == "Lambda phage":
        return (genome.load().phage.astype(np.int64),)
    return (returns.sp500().x,)


def truth() -> hmm.HiddenMarkovModel:
    """The casino that the rolls are drawn from."""
    return hmm.HiddenMarkovModel(
        np.array(CASINO.initial),
        np.array(CASINO.transition),
        hmm.CategoricalEmission(np.array(CASINO.emission)),
    )


def _rolls(sweep: Sweep, part: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng([sweep.seed, part])
    return tuple(hmm.sample(truth(), sweep.T, rng).observations for _ in range(sweep.n))


def source(sweep: Sweep) -> Source:
    if sweep.data == "Lambda phage":
        return genome.LAMBDA
    if sweep.data == "S&P 500":
        return returns.sp500().source
    return Source(
        "The occasionally dishonest casino",
        CASINO.source.citation,
        "drawn by this program from the book’s numbers",
        f"{sweep.n} sequences of {sweep.T} rolls, seed {sweep.seed}",
        "So the true number of states is known: 2.",
    )


def symbols(sweep: Sweep) -> tuple[str, ...]:
    """What each column of a categorical emission stands for; empty for returns."""
    if sweep.data == "S&P 500":
        return ()
    return tuple(genome.BASES) if sweep.data == "Lambda phage" else CASINO.symbols


def hidden(x: np.ndarray) -> NDArray[np.bool_]:
    """Which bases (T,) are held out: every fifth stretch of BLOCK."""
    return np.asarray(np.arange(len(x)) // BLOCK % 5 == 4)


# -- a fit ---------------------------------------------------------------------------------------


def start(sweep: Sweep, K: int, seed: int, xs: tuple[np.ndarray, ...]) -> hmm.HiddenMarkovModel:
    """Where EM begins: rows near the data's own for bases and rolls, bells spread for returns."""
    rng = np.random.default_rng([sweep.seed, K, seed])
    if sweep.data == "S&P 500":
        if seed == 0:
            return regimes_run.first_model(regimes_run.Setup(returns.sp500(), K))
        return hmm.spread_start(K, [x[:, None] for x in xs], rng=rng)
    symbols = 4 if sweep.data == "Lambda phage" else 6
    stay = 0.999 if sweep.data == "Lambda phage" else 0.9
    seen = np.concatenate(xs)
    whole = np.bincount(seen[seen != hmm.MISSING], minlength=symbols) + 1.0
    weight = 60.0 if sweep.data == "Lambda phage" else 10.0
    A = np.full((K, K), (1 - stay) / max(1, K - 1))
    np.fill_diagonal(A, stay if K > 1 else 1.0)
    rows = rng.dirichlet(weight * whole / whole.sum(), size=K)
    return hmm.HiddenMarkovModel(np.full(K, 1 / K), A, hmm.CategoricalEmission(rows))


def _climb(
    model: hmm.HiddenMarkovModel, xs: tuple[np.ndarray, ...], most: int, stop: jobs.Stop
) -> tuple[hmm.HiddenMarkovModel, float, int] | None:
    """EM in chunks, so that a cancelled sweep ends soon: model, log-likelihood, iterations."""
    done, value = 0, -np.inf
    while done < most:
        if stop():
            return None
        trace = hmm.baum_welch(
            model,
            list(xs),
            max_iter=min(CHUNK, most - done),
            tol=TOLERANCE,
            reg_covar=regimes_run.REGULARISATION,
            scan=True,
        )
        model, value = trace.model, float(trace.log_likelihood[-1])
        done += len(trace.steps)
        if trace.converged:
            break
    return model, value, done


def fit(sweep: Sweep, K: int, stop: jobs.Stop = lambda: False) -> Fit | None:
    """The best of STARTS starts, run on, and the same start without the held-out part.

    None where `stop()` says so in between. Held out: fresh rolls of the same casino; the hidden
    stretches of the genome, given all bases around them; the last fifth of the trading days, one
    day ahead.
    """
    xs = sequences(sweep)
    seeds = range(1 if K == 1 else STARTS)
    ends = []
    for seed in seeds:
        end = _climb(start(sweep, K, seed, xs), xs, SCREEN, stop)
        if end is None:
            return None
        ends.append(end)
    best = max(seeds, key=lambda seed: ends[seed][1])
    model, _, before = ends[best]
    finished = _climb(model, xs, FINISH - SCREEN, stop)
    if finished is None:
        return None
    model, value, more = finished
    held = _held_out(sweep, K, best, model, stop)
    if held is None:
        return None
    return Fit(
        K,
        best,
        model,
        value,
        hmm.free_parameters(model),
        sum(len(x) for x in xs),
        tuple(end[1] for end in ends),
        before + more,
        held,
    )


def _held_out(
    sweep: Sweep, K: int, seed: int, model: hmm.HiddenMarkovModel, stop: jobs.Stop
) -> tuple[float, int] | None:
    if sweep.data == "Casino rolls":
        fresh = _rolls(sweep, 1)
        return float(hmm.log_likelihoods(model, fresh).sum()), sum(len(x) for x in fresh)
    (x,) = sequences(sweep)
    out = hidden(x)
    if sweep.data == "Lambda phage":
        known = np.where(out, hmm.MISSING, x)
    else:
        n = int(regimes_run.TRAINED * len(x))
        known = x[:n]
    learnt = _climb(start(sweep, K, seed, (known,)), (known,), FINISH, stop)
    if learnt is None:
        return None
    if sweep.data == "Lambda phage":
        # log P(hidden | the rest) = log P(all) - log P(the rest).
        whole, rest = hmm.log_likelihoods(learnt[0], [x, known])
        return float(whole - rest), int(out.sum())
    prefix = hmm.prefix_log_likelihoods(learnt[0], x)
    return float(prefix[-1] - prefix[len(known) - 1]), len(x) - len(known)


@lru_cache(maxsize=16)
def true_held_out(sweep: Sweep) -> float | None:
    """The casino's own log-likelihood of the fresh rolls, nats a roll; None for other data."""
    if sweep.data != "Casino rolls":
        return None
    fresh = _rolls(sweep, 1)
    return float(hmm.log_likelihoods(truth(), fresh).sum()) / sum(len(x) for x in fresh)


# -- what it says --------------------------------------------------------------------------------


def best(fits: list[Fit], criterion: str) -> Fit | None:
    field, better = CRITERIA[criterion]
    return better(fits, key=lambda one: getattr(one, field)) if fits else None


def sentence(fits: list[Fit], sweep: Sweep) -> str:
    """Which K each criterion would have."""
    by_bic, by_held = best(fits, "BIC"), best(fits, "held out")
    if by_bic is None or by_held is None:
        return ""
    said = f"Lowest BIC: K = {by_bic.K}. Best held out: K = {by_held.K}."
    if sweep.data == "Casino rolls":
        said += " The truth: 2."
    if by_bic.K == K_MAX or by_held.K == K_MAX:
        said += " An end of the range is no minimum."
    return said


def bic_opened(found: Fit) -> Opened:
    return arithmetic.bic(found.log_likelihood, found.parameters, found.n, found.K)


def parameters_opened(found: Fit) -> Opened:
    emission, K = found.model.emission, found.K
    if isinstance(emission, hmm.CategoricalEmission):
        a_state, words = emission.probabilities.shape[1] - 1, "symbols less one"
    else:
        a_state, words = 2, "mean and variance"
    zeros = (K - 1) + K * (K - 1) + K * a_state - found.parameters
    return arithmetic.parameters(K, a_state, words, zeros)


def held_out_opened(found: Fit) -> Opened:
    return arithmetic.held_out(*found.held, found.K)


def table(found: Fit, sweep: Sweep) -> dict[str, list[str]]:
    """The fit's states: mean stay, and what each emits."""
    model = found.model
    stays = regimes_run.stays(model)
    columns = {
        "state": [str(k + 1) for k in range(found.K)],
        "mean stay": [plain(float(s)) for s in stays],
    }
    if isinstance(model.emission, hmm.CategoricalEmission):
        for m, name in enumerate(symbols(sweep)):
            columns[name] = [plain(float(p), 2) for p in model.emission.probabilities[:, m]]
    else:
        means, sds = regimes_run.gaussians(model)
        columns["mean, %"] = [plain(float(m)) for m in means]
        columns["sd, %"] = [plain(float(s)) for s in sds]
    return columns
