"""How well the films page's methods predict ratings of people that they haven't seen.

    python -m pages.nb.films.scores

recomputes `assets/data/film_scores.json`: about ten seconds.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from genmodels import ASSETS, assets
from genmodels.calibration import Reliability, reliability, sigmoid
from genmodels.datasets import films
from genmodels.naive_bayes import RatingsNB
from genmodels.thresholds import thresholds
from pages.nb.films.case import METHODS, TEMPER

Array = NDArray[np.float64]
FILE = ASSETS / "data" / "film_scores.json"
EXPONENTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
KNOWN = (1, 2, 5, 10, 20, 50)
"""How many ratings of each held-out person are known, in the curve."""
FOLDS = 5


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Every rating predicted from the same person's other ratings, by a model of other people.

    liked (R,): whether it was a like. prior, evidence (R,) in nats; n (R,): the other ratings.
    """

    liked: NDArray[np.bool_]
    prior: Array
    evidence: Array
    n: Array

    def log_odds(self, method: str) -> Array:
        if method == "popularity":
            return self.prior
        return self.tempered(TEMPER[method])

    def tempered(self, exponent: float) -> Array:
        return np.asarray(self.prior + self.evidence / np.maximum(self.n, 1) ** exponent)

    def auc(self, log_odds: Array) -> float:
        """The chance that a liked rating scores above a disliked one; a tie is half."""
        return thresholds(log_odds, self.liked, "above").auc

    def right(self, log_odds: Array) -> int:
        """How many ratings fall on the side of 1/2 that they are predicted on."""
        return int(((log_odds > 0) == self.liked).sum())


def held_out(known: int | None = None) -> HeldOut:
    """People in 5 folds, seed 0. `known`: only so many of a person's ratings are known, drawn by
    chance (seed 0), and the others are predicted; people with fewer than `known` + 1 are left out.
    """
    data = films.load()
    L, D = data.likes, data.dislikes
    rated = L | D
    rng = np.random.default_rng(0)
    parts: list[tuple[Array, ...]] = []
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(rated):
        fold = RatingsNB.fit(L[train], D[train])
        asked = rated[test].copy()
        seen = asked
        if known is not None:
            seen = np.zeros_like(asked)
            for person, row in enumerate(asked):
                mine = np.flatnonzero(row)
                if len(mine) > known:
                    seen[person, rng.choice(mine, known, replace=False)] = True
                else:
                    asked[person] = False
            asked &= ~seen
        evidence = fold.evidence(L[test] & seen, D[test] & seen)
        n = seen.sum(axis=1, keepdims=True) - seen
        prior = np.broadcast_to(fold.log_prior_odds, asked.shape)
        parts.append((L[test][asked].astype(float), prior[asked], evidence[asked], n[asked]))
    liked, prior, evidence, n = (np.concatenate(column) for column in zip(*parts, strict=True))
    return HeldOut(liked.astype(bool), prior, evidence, n.astype(float))


def table_of(p: Array, y: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Ten bins of stated probabilities."""
    bins = reliability(p, y)
    names = ("low", "high", "count", "mean_p", "observed")
    return {name: getattr(bins, name).tolist() for name in names}


def compute() -> dict[str, Any]:
    """All figures that the page shows."""
    held = held_out()
    liked = int(held.liked.sum())
    told: dict[str, Any] = {
        "liked": liked,
        "disliked": len(held.liked) - liked,
        "auc": {m: held.auc(held.log_odds(m)) for m in METHODS},
        "right": {m: held.right(held.log_odds(m)) for m in METHODS},
        "by_exponent": [held.auc(held.tempered(exponent)) for exponent in EXPONENTS],
        "bins": {m: table_of(sigmoid(held.log_odds(m)), held.liked) for m in METHODS},
        "by_known": {m: [] for m in METHODS},
    }
    for known in KNOWN:
        part = held_out(known)
        for m in METHODS:
            told["by_known"][m].append(part.auc(part.log_odds(m)))
    return told


@cache
def load() -> dict[str, Any]:
    """The stored figures."""
    return assets.record(FILE)


def bins_of(method: str) -> Reliability:
    """A method's stated probabilities against what came true."""
    stored = load()["bins"][method]
    low, high, mean_p, observed = (
        np.array(stored[name]) for name in ("low", "high", "mean_p", "observed")
    )
    return Reliability(low, high, np.array(stored["count"], np.int64), mean_p, observed)


def scores_table(method: str) -> dict[str, list[str]]:
    """A row a method; ✓ marks the chosen one."""
    stored = load()
    n = stored["liked"] + stored["disliked"]
    return {
        "": ["✓" if m == method else "" for m in METHODS],
        "method": list(METHODS),
        "AUC": [f"{stored['auc'][m]:.3f}" for m in METHODS],
        "right": [f"{stored['right'][m] / n:.3f}" for m in METHODS],
    }


def main() -> None:
    FILE.write_text(json.dumps(compute(), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    load.cache_clear()
    print(scores_table(METHODS[0]))


if __name__ == "__main__":
    main()
