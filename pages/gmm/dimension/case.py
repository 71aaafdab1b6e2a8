"""High dimension: three clusters in the plane, padded with columns of noise, fitted four ways."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.kit import jobs
from genmodels.kit.opened import Opened, Row
from pages.gmm.mixture_run import REGULARISATION
from pages.gmm.partition_opened import adjusted_rand

DIMENSIONS = (2, 3, 5, 10, 20, 50, 100)
SIZES = (60, 120, 250, 500, 1000, 2000)
HELD_OUT = 1000
K = 3
STARTS = 3
CENTRES = np.array([[-3.0, -1.5], [3.0, -1.0], [0.0, 3.0]])
MAX_ITERATIONS = 60
TOLERANCE = 1e-3

Cell = tuple[int, gmm.CovarianceType]


@dataclass(frozen=True)
class Fit:
    """One fit: free parameters, mean log-likelihood a point (nats) on the training points and on
    held-out ones, ARI of the held-out points' components with the true clusters, and what went
    wrong in it, in words, else "".
    """

    d: int
    covariance: gmm.CovarianceType
    n_parameters: int
    train: float
    held_out: float
    ari: float
    note: str


@lru_cache(maxsize=16)
def points(d: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """n points (n, d) and their clusters (n,): two columns of clusters, the others noise.

    The clusters are those of the plane whatever d is: columns are added, none is redrawn.
    """
    rng = np.random.default_rng([seed, n])
    labels = rng.integers(K, size=n)
    plane = CENTRES[labels] + 0.9 * rng.standard_normal((n, 2))
    noise = np.random.default_rng([seed, n, 1]).standard_normal((DIMENSIONS[-1] - 2, n)).T
    return np.concatenate([plane, noise[:, : d - 2]], axis=1), labels


@dataclass(frozen=True)
class Study:
    """Sample size and seed: the key of its job."""

    n: int
    seed: int

    def cells(self) -> tuple[Cell, ...]:
        return tuple((d, covariance) for d in DIMENSIONS for covariance in gmm.COVARIANCE_TYPES)

    def compute(self, cell: Any, stop: jobs.Stop) -> Fit:
        d, covariance = cell
        return fit(d, covariance, self.n, self.seed)


def watched(study: Study, visitor: str) -> jobs.Job:
    """The study's job, begun or continued. RuntimeError: too many wait."""
    return jobs.start(study, study.cells(), study.compute, visitor=visitor)


def fit(d: int, covariance: gmm.CovarianceType, n: int, seed: int) -> Fit:
    """The best of three starts on n points, scored on 1,000 others."""
    X, _ = points(d, n, seed)
    fresh, truth = points(d, HELD_OUT, seed + 10_000)
    found = []
    for start in range(STARTS):
        trace = gmm.fit(
            X,
            K,
            covariance_type=covariance,
            reg_covar=REGULARISATION,
            tol=TOLERANCE,
            max_iter=MAX_ITERATIONS,
            rng=np.random.default_rng(start),
        )
        # The floor on the variances keeps every model's density finite.
        found.append((float(trace.model.log_prob(X).mean()), start, trace))
    train, _, trace = max(found, key=lambda run: run[:2])
    model = trace.model
    notes = [note for note in trace.notes if "collapsed" in note]
    return Fit(
        d,
        covariance,
        model.n_parameters,
        train,
        float(model.log_prob(fresh).mean()),
        adjusted_rand(model.responsibilities(fresh).argmax(axis=1), truth, "").value,
        notes[-1] if notes else "",
    )


def parameters_opened(d: int, covariance: str) -> Opened:
    """The count of free parameters: weights, means, covariance entries."""
    entries = {
        "full": (f"{K} * {d} * ({d} + 1) / 2", rf"{K} \cdot \tfrac{{{d} \cdot {d + 1}}}{{2}}"),
        "tied": (f"{d} * ({d} + 1) / 2", rf"\tfrac{{{d} \cdot {d + 1}}}{{2}}"),
        "diag": (f"{K} * {d}", rf"{K} \cdot {d}"),
        "spherical": (f"{K}", f"{K}"),
    }
    formulas = {
        "full": r"K \tfrac{d (d + 1)}{2}",
        "tied": r"\tfrac{d (d + 1)}{2}",
        "diag": "K d",
        "spherical": "K",
    }
    expression, shown = entries[covariance]
    matrix = d * (d + 1) // 2
    count = {"full": K * matrix, "tied": matrix, "diag": K * d, "spherical": K}[covariance]
    return Opened(
        title=f"Free parameters, {covariance}, d = {d}",
        formula=rf"(K - 1) + K d + {formulas[covariance]}",
        substitution=rf"{K - 1} + {K} \cdot {d} + {shown}",
        expression=f"({K} - 1) + {K} * {d} + {expression}",
        value=float(K - 1 + K * d + count),
        rows=(
            Row("weights", str(K - 1), f"{K} - 1", K - 1.0),
            Row("means", rf"{K} \cdot {d}", f"{K} * {d}", float(K * d)),
            Row("covariances", shown, expression, float(count)),
        ),
    )


def script(d: int, covariance: str, n: int, seed: int) -> str:
    """One cell in scikit-learn's terms: the same points, fitted from its own starts."""
    return f'''"""Three clusters padded with noise columns, in scikit-learn's terms."""

import numpy as np
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

CENTRES = np.array({CENTRES.tolist()})


def points(d, n, seed):
    rng = np.random.default_rng([seed, n])
    labels = rng.integers({K}, size=n)
    plane = CENTRES[labels] + 0.9 * rng.standard_normal((n, 2))
    noise = np.random.default_rng([seed, n, 1]).standard_normal(({DIMENSIONS[-1] - 2}, n)).T
    return np.concatenate([plane, noise[:, : d - 2]], axis=1), labels


X, _ = points({d}, {n}, {seed})
fresh, truth = points({d}, {HELD_OUT}, {seed + 10_000})
mixture = GaussianMixture(
    {K}, covariance_type="{covariance}", n_init={STARTS}, init_params="k-means++", random_state=0
).fit(X)
print("train", mixture.score(X))
print("held out", mixture.score(fresh))
print("ARI", adjusted_rand_score(truth, mixture.predict(fresh)))
'''


def table_rows(fits: list[Fit]) -> list[list[Any]]:
    """The study as rows for a CSV."""
    return [[f.d, f.covariance, f.n_parameters, f.train, f.held_out, f.ari, f.note] for f in fits]
