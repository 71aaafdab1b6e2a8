"""Anomaly detection: a mixture of the ordinary cases only, and what its density says of the rest.

Five folds, stratified. Each fold's model learns from the ordinary cases outside the fold alone,
standardised by their means and deviations, and scores the fold's own cases, ordinary and novel: so
each case is scored once, by a model that has not seen it. A case is flagged where its log-density
is below the cut. The cut for a nominal rate r is the r-quantile of the training cases' own scores,
averaged over the folds: were training scores honest, r of the ordinary cases would be flagged.

EM starts where k-means ends, as in scikit-learn, and adds REGULARISATION to each variance.
"""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from genmodels import gmm, kmeans
from genmodels.datasets import screening
from genmodels.datasets.screening import CaseSet
from genmodels.thresholds import Thresholds, thresholds

FOLDS = 5
REGULARISATION = 1e-3
TOLERANCE = 1e-3
MAX_ITERATIONS = 100
MAX_K = 8

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Setup:
    """What the scores depend on; `seed` draws the folds and each k-means start."""

    data: str = "breast_cancer"
    K: int = 1
    covariance: gmm.CovarianceType = "full"
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Fold:
    """One fold: its model, of columns (x - mean) / scale, and its training cases' scores."""

    model: gmm.GaussianMixture
    mean: Array
    scale: Array
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    train_scores: Array
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Scored:
    """All cases scored: log_density (N,) in nats, of standardised measurements; fold_of (N,)."""

    setup: Setup
    cases: CaseSet
    folds: tuple[Fold, ...]
    log_density: Array
    fold_of: NDArray[np.int64]
    thresholds: Thresholds

    def cut(self, rate: float) -> float:
        """The cut for a nominal rate of false alarms: the folds' training quantiles, averaged."""
        return float(np.mean([np.quantile(fold.train_scores, rate) for fold in self.folds]))

    def standardised(self, case: int) -> Array:
        """A case's measurements as its own fold's model saw them, (D,)."""
        fold = self.folds[self.fold_of[case]]
        return (self.cases.X[case] - fold.mean) / fold.scale


@lru_cache(maxsize=64)
def scored(setup: Setup) -> Scored:
    """Fit the folds and score every case. Raises ValueError for settings out of range."""
    if not 1 <= setup.K <= MAX_K:
        raise ValueError(f"K must be from 1 to {MAX_K}; got {setup.K}")
    cases = screening.load(setup.data)
    log_density = np.empty(len(cases.X))
    fold_of = np.empty(len(cases.X), dtype=np.int64)
    folds = []
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=setup.seed)
    for number, (rest, test) in enumerate(splits.split(cases.X, cases.novel)):
        train = rest[~cases.novel[rest]]
        mean, scale = cases.X[train].mean(axis=0), cases.X[train].std(axis=0)
        Z = (cases.X[train] - mean) / scale
        trace = _fit(Z, setup)
        log_density[test] = trace.model.log_prob((cases.X[test] - mean) / scale)
        fold_of[test] = number
        folds.append(
            Fold(trace.model, mean, scale, train, test, trace.model.log_prob(Z), trace.notes)
        )
    return Scored(
        setup, cases, tuple(folds), log_density, fold_of, thresholds(log_density, cases.novel)
    )


def _fit(Z: Array, setup: Setup) -> gmm.EMTrace:
    labels = kmeans.fit(Z, setup.K, rng=np.random.default_rng(setup.seed)).labels
    gamma = (labels == np.arange(setup.K)[:, None]).astype(np.float64)
    start = gmm.m_step(np.ascontiguousarray(Z.T), gamma, setup.covariance, REGULARISATION)
    return gmm.fit(
        Z,
        setup.K,
        covariance_type=setup.covariance,
        init=start,
        reg_covar=REGULARISATION,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
    )


@dataclass(frozen=True)
class Against:
    """Figures against K at one nominal rate, averaged over folds, each fold by its own cut.

    false_alarms: the share of held-out ordinary cases that are flagged. auc: the area under ROC.
    """

    K: tuple[int, ...]
    false_alarms: tuple[float, ...]
    auc: tuple[float, ...]


def against_K(setup: Setup, rate: float) -> Against:
    """Real false alarms and AUC for K = 1 to MAX_K; `setup.K` is not read."""
    return _against_K(setup.data, setup.covariance, setup.seed, rate)


@lru_cache(maxsize=64)
def _against_K(data: str, covariance: gmm.CovarianceType, seed: int, rate: float) -> Against:
    alarms, areas = [], []
    for K in range(1, MAX_K + 1):
        run = scored(Setup(data, K, covariance, seed))
        alarms.append(float(np.mean([false_alarms(run, fold, rate) for fold in run.folds])))
        areas.append(
            float(
                np.mean(
                    [
                        thresholds(run.log_density[f.test], run.cases.novel[f.test]).auc
                        for f in run.folds
                    ]
                )
            )
        )
    return Against(tuple(range(1, MAX_K + 1)), tuple(alarms), tuple(areas))


def false_alarms(run: Scored, fold: Fold, rate: float) -> float:
    """The share of a fold's held-out ordinary cases below its own training quantile."""
    ordinary = fold.test[~run.cases.novel[fold.test]]
    return float((run.log_density[ordinary] < np.quantile(fold.train_scores, rate)).mean())


# -- to take away --------------------------------------------------------------------------------


def scores_csv(run: Scored, stop: int) -> str:
    """A line a case: its kind, fold, log-density, and whether the cut at `stop` flags it."""
    t = run.thresholds
    flagged = set(t.order[: t.flagged[stop]].tolist())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["case", "kind", "fold", "log_density", "flagged"])
    for i, name in enumerate(run.cases.names):
        kind = run.cases.kinds[int(run.cases.novel[i])]
        score = repr(float(run.log_density[i]))
        writer.writerow([name, kind, run.fold_of[i] + 1, score, int(i in flagged)])
    return text.getvalue()


def models_json(run: Scored, stop: int) -> str:
    """The five models with their standardisation, the cut, and the figures at it."""
    t, setup = run.thresholds, run.setup
    return json.dumps(
        {
            "data": run.cases.source.caption(),
            "columns": list(run.cases.columns),
            "settings": {
                "K": setup.K,
                "covariance_type": setup.covariance,
                "seed": setup.seed,
                "reg_covar": REGULARISATION,
                "tol": TOLERANCE,
                "max_iter": MAX_ITERATIONS,
            },
            "cut": float(t.cut[stop]),
            "flagged": int(t.flagged[stop]),
            "true_positives": int(t.tp[stop]),
            "false_positives": int(t.fp[stop]),
            "auc": t.auc,
            "average_precision": t.average_precision,
            "folds": [
                {
                    "mean": fold.mean.tolist(),
                    "scale": fold.scale.tolist(),
                    "weights": fold.model.weights.tolist(),
                    "means": fold.model.means.tolist(),
                    "covariances": fold.model.covariances.tolist(),
                }
                for fold in run.folds
            ],
        },
        allow_nan=False,
        indent=1,
    )


def script(run: Scored, stop: int) -> str:
    """A runnable script in scikit-learn terms, with the data inside, from the same starts.

    It prints the AUC of all cases and what the page's cut flags. Its EM begins where the page's
    does: at the clusters of k-means, whose labels stand in the script.
    """
    t, setup = run.thresholds, run.setup
    labels = [
        kmeans.fit(
            (run.cases.X[f.train] - f.mean) / f.scale,
            setup.K,
            rng=np.random.default_rng(setup.seed),
        ).labels.tolist()
        for f in run.folds
    ]
    return _SCRIPT.format(
        source=run.cases.source.caption(),
        X=json.dumps(run.cases.X.tolist()),
        novel=json.dumps(run.cases.novel.astype(int).tolist()),
        fold_of=json.dumps(run.fold_of.tolist()),
        labels=json.dumps(labels),
        K=setup.K,
        covariance=setup.covariance,
        reg=REGULARISATION,
        tol=TOLERANCE,
        max_iter=MAX_ITERATIONS,
        cut=float(t.cut[stop]),
    )


_SCRIPT = '''"""Anomaly detection with a Gaussian mixture: {source}"""

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture

X = np.array({X})
novel = np.array({novel}, dtype=bool)
fold_of = np.array({fold_of})
start_labels = {labels}  # k-means' answer for each fold's training cases
K, covariance_type, reg_covar = {K}, "{covariance}", {reg}
cut = {cut!r}  # nats; flagged is what lies below

log_density = np.empty(len(X))
for fold in range(fold_of.max() + 1):
    train, test = (fold_of != fold) & ~novel, fold_of == fold
    mean, scale = X[train].mean(axis=0), X[train].std(axis=0)
    Z = (X[train] - mean) / scale
    # EM starts from the shares, means and covariances of k-means' clusters.
    gamma = np.eye(K)[start_labels[fold]]
    N_k = gamma.sum(axis=0)
    means = gamma.T @ Z / N_k[:, None]
    scatter = np.stack([(gamma[:, k] * (Z - means[k]).T) @ (Z - means[k]) for k in range(K)])
    ridge = reg_covar * np.eye(Z.shape[1])
    full = scatter / N_k[:, None, None] + ridge
    precisions = {{
        "full": lambda: np.linalg.inv(full),
        "tied": lambda: np.linalg.inv(scatter.sum(axis=0) / len(Z) + ridge),
        "diag": lambda: 1 / np.stack([np.diag(S) for S in full]),
        "spherical": lambda: 1 / np.array([np.diag(S).mean() for S in full]),
    }}[covariance_type]()
    model = GaussianMixture(K, covariance_type=covariance_type, reg_covar=reg_covar,
                            tol={tol}, max_iter={max_iter}, weights_init=N_k / len(Z),
                            means_init=means, precisions_init=precisions).fit(Z)
    log_density[test] = model.score_samples((X[test] - mean) / scale)

flagged = log_density < cut
print(f"auc {{roc_auc_score(novel, -log_density):.6f}}")
print(f"flagged {{flagged.sum()}}")
print(f"caught {{(flagged & novel).sum()}}")
print(f"false alarms {{(flagged & ~novel).sum()}}")
'''
