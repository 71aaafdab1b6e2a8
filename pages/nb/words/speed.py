"""How fast, measured when asked: ours and scikit-learn's on the same sparse matrices.

The two take turns, and each figure is the median of its turns, so that a busy moment of the machine
hits both. Nothing is kept.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genmodels.datasets import spam
from genmodels.naive_bayes import read_message
from pages.nb.nb_drift import KINDS

MAX_REPEATS = 50
OURS, THEIRS = "genmodels", "scikit-learn"


@dataclass(frozen=True)
class Speed:
    """One measurement: `seconds` of one turn over `items`, the median of `repeats` turns."""

    who: str
    what: str
    items: int
    seconds: float
    repeats: int

    @property
    def per_second(self) -> float:
        """Items a second."""
        return self.items / self.seconds

    @property
    def microseconds(self) -> float:
        """Microseconds an item."""
        return 1e6 * self.seconds / self.items


def measure(kind: str = "multinomial", repeats: int = 25) -> tuple[Speed, ...]:
    """Fit and posterior of many documents, and one message's decision, for both.

    "fit": learn from the training messages; "posterior": all held-out messages at once; "message":
    one held-out message alone, given as the words it has (ours) or as one row (scikit-learn's).
    Raises ValueError on another kind and on repeats outside 1 to MAX_REPEATS.
    """
    if kind not in KINDS:
        raise ValueError(f"model must be one of {', '.join(KINDS)}; got {kind!r}")
    if isinstance(repeats, bool) or not isinstance(repeats, int) or not 1 <= repeats <= MAX_REPEATS:
        raise ValueError(f"repeats must be a whole number from 1 to {MAX_REPEATS}; got {repeats!r}")
    from sklearn import naive_bayes as peer

    peers = {"multinomial": peer.MultinomialNB, "bernoulli": peer.BernoulliNB}
    data = spam.load()
    X, y = data.counts[data.train].astype(float), data.is_spam[data.train]
    new = data.counts[data.held_out].astype(float)
    ours, theirs = KINDS[kind].fit(X, y), peers[kind](alpha=1.0).fit(X, y)
    row = new[[0]]
    features, times = row.indices.tolist(), row.data.astype(int).tolist()
    jobs: dict[str, tuple[int, Callable[[], Any], Callable[[], Any]]] = {
        "fit": (X.shape[0], lambda: KINDS[kind].fit(X, y), lambda: peers[kind]().fit(X, y)),
        "posterior": (
            new.shape[0],
            lambda: ours.posterior(new),
            lambda: theirs.predict_proba(new),
        ),
        "message": (
            1,
            lambda: read_message(ours, features, times),
            lambda: theirs.predict_proba(row),
        ),
    }
    return tuple(
        speed
        for what, (items, mine, other) in jobs.items()
        for speed in _turns(what, items, mine, other, repeats)
    )


def _turns(
    what: str, items: int, mine: Callable[[], Any], other: Callable[[], Any], repeats: int
) -> tuple[Speed, Speed]:
    mine(), other()  # what is computed once (tables, imports) isn't timed
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for job, times in zip((mine, other), taken, strict=True):
            start = time.perf_counter()
            job()
            times.append(time.perf_counter() - start)
    medians = [statistics.median(times) for times in taken]
    return (
        Speed(OURS, what, items, medians[0], repeats),
        Speed(THEIRS, what, items, medians[1], repeats),
    )
