"""A recording raced through ten words' models, and what the held-out recordings were taken for."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm
from genmodels.datasets import digits
from genmodels.datasets.digits import WORDS

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Order = Literal["as spoken", "reversed"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True)
class Case:
    """What is raced: a recording's row in the data, the states K a word, the frames' order.

    missing: the frames that are taken out, counted from 0 as recorded, in order.
    """

    row: int
    K: int
    order: Order = "as spoken"
    missing: tuple[int, ...] = ()

    @property
    def T(self) -> int:
        return len(digits.load().coefficients[self.row])

    def mask(self) -> NDArray[np.bool_]:
        """Which frames (T,) are missing, in the order of the race."""
        mask = np.zeros(self.T, dtype=bool)
        mask[list(self.missing)] = True
        return mask[::-1] if self.order == "reversed" else mask


@dataclass(frozen=True, eq=False)
class Race:
    """Ten words on one recording, frame by frame (logs in nats).

    coefficients (T, 13) and x (T, 26), its observations, in the race's order; missing (T,).
    prefix (10, T + 1): log P(x_1..x_t | word) for t = 0 .. T; posterior (10, T + 1): P(word |
    x_1..x_t) with equal priors. paths (10, T): each word's Viterbi path through the whole.
    """

    case: Case
    coefficients: Array
    x: Array
    missing: NDArray[np.bool_]
    prefix: Array
    posterior: Array
    paths: Labels

    @property
    def T(self) -> int:
        return len(self.x)

    def ranking(self, heard: int) -> list[int]:
        """Words after `heard` frames, the most probable first."""
        return [int(w) for w in np.argsort(-self.prefix[:, heard], kind="stable")]

    def lead(self, heard: int) -> float:
        """Nats by which the leader is ahead of the second."""
        one, two = self.ranking(heard)[:2]
        return float(self.prefix[one, heard] - self.prefix[two, heard])


def models(K: int) -> tuple[hmm.HiddenMarkovModel, ...]:
    """The ten words' models with K states."""
    return digits.load().trained[K].models


def observations(case: Case) -> Array:
    """(T, 26): the frames in the race's order, NaN where missing.

    Reversed, the same rows come last to first, slopes as they were measured: a bag of frames
    can't tell the two apart.
    """
    mask = np.zeros(case.T, dtype=bool)
    mask[list(case.missing)] = True
    x = digits.features(digits.load().coefficients[case.row], mask)
    return x[::-1] if case.order == "reversed" else x


@lru_cache(maxsize=64)
def race(case: Case) -> Race:
    """Every word's likelihood of every beginning of the recording, and its best path."""
    x = observations(case)
    T = len(x)
    prefix = np.zeros((len(WORDS), T + 1))
    paths = np.empty((len(WORDS), T), dtype=np.int64)
    for w, model in enumerate(models(case.K)):
        prefix[w, 1:] = hmm.prefix_log_likelihoods(model, x)
        paths[w] = hmm.viterbi(model, x).path
    c = digits.load().coefficients[case.row]
    made = Race(
        case=case,
        coefficients=c[::-1] if case.order == "reversed" else c,
        x=x,
        missing=case.mask(),
        prefix=prefix,
        posterior=softmax(prefix),
        paths=paths,
    )
    for values in (x, prefix, made.posterior, paths):
        values.setflags(write=False)
    return made


def softmax(log_p: Array) -> Array:
    """exp(log_p) over its sum along axis 0, the largest taken out first."""
    p = np.exp(log_p - log_p.max(axis=0))
    return np.asarray(p / p.sum(axis=0))


def bag_ranking(case: Case) -> list[int]:
    """Words by the same states without an order (`digits.bag`), the most probable first."""
    trained = digits.load().trained[case.K]
    x = observations(case)
    scores = [
        hmm.log_likelihoods(digits.bag(model, part), [x])[0]
        for model, part in zip(trained.models, trained.occupancy, strict=True)
    ]
    return [int(w) for w in np.argsort(-np.array(scores), kind="stable")]


# -- all shipped recordings ------------------------------------------------------------------------


@lru_cache(maxsize=4)
def answers(K: int) -> Labels:
    """What each shipped recording (N,), all of it and as spoken, is taken for."""
    found = digits.classify(models(K), [digits.features(c) for c in digits.load().coefficients])
    found.setflags(write=False)
    return found


def confused(K: int, said: int, taken: int) -> list[int]:
    """Rows of the shipped recordings of `said` that were taken for `taken`."""
    return np.flatnonzero((digits.load().labels == said) & (answers(K) == taken)).tolist()


def wrong(K: int) -> list[int]:
    """Rows of all shipped recordings that are taken for another word."""
    return np.flatnonzero(digits.load().labels != answers(K)).tolist()


def next_wrong(K: int, row: int) -> int:
    """The next wrongly recognised recording after `row`, around the end; `row` if there is none."""
    rows = wrong(K)
    later = [r for r in rows if r > row]
    return (later or rows or [row])[0]


def accuracy_table(K: int) -> dict[str, list[str]]:
    """With and without order, forwards and backwards: out-of-fold accuracy, all 3,000."""
    trained = digits.load().trained[K]
    (chain, back), (bag, bag_back) = trained.order_accuracy.tolist()
    bare, bare_bag = trained.bare_accuracy.tolist()
    return {
        "": ["left-right", "bag of frames"],
        "as spoken": [f"{chain:.3f}", f"{bag:.3f}"],
        "reversed": [f"{back:.3f}", f"{bag_back:.3f}"],
        "trained without slopes": [f"{bare:.3f}", f"{bare_bag:.3f}"],
    }
