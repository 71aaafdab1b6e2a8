"""A typed text under a Naive Bayes of documents: its words, its classes, and what decided.

Pages, live channel and tests ask here, so that all of them show the same model.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import genres, review_pairs, reviews
from genmodels.datasets.source import Source
from genmodels.datasets.word_counts import Spelling, Token, utf16_places
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from genmodels.naive_bayes.base import normalise
from pages.nb.lexicon import packed

Array = NDArray[np.float64]
Model = MultinomialNB | BernoulliNB
KINDS: dict[str, type[MultinomialNB] | type[BernoulliNB]] = {
    "multinomial": MultinomialNB,
    "bernoulli": BernoulliNB,
}
NAMES = ("genres-15", "genres-4", "sentiment", *review_pairs.NAMES)
ALPHAS = (0.01, 0.1, 0.3, 1.0, 3.0)
MAX_CHARS = genres.MAX_CHARS
DECIDING = 6
"""Words shown for a class, and as many against it."""


@dataclass(frozen=True)
class Settings:
    """Which model: its collection, its kind, its smoothing. Raises ValueError on any other."""

    name: str = "genres-15"
    kind: str = "multinomial"
    alpha: float = 1.0

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"name must be one of {', '.join(NAMES)}; got {self.name!r}")
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise ValueError(f"model must be one of {', '.join(KINDS)}; got {self.kind!r}")
        if self.name in review_pairs.NAMES and self.kind != "multinomial":
            raise ValueError(
                f"model must be multinomial for {self.name}, whose reviews ship as totals alone; "
                f"got {self.kind!r}"
            )
        if isinstance(self.alpha, bool) or self.alpha not in ALPHAS:
            allowed = ", ".join(f"{alpha:g}" for alpha in ALPHAS)
            raise ValueError(f"alpha must be one of {allowed}; got {self.alpha!r}")


@dataclass(frozen=True, eq=False)
class Collection:
    """The training documents behind a model, and how a text is cut into its words.

    `fixed` is the pair of classes whose evidence is always compared, where there are but two.
    Where a row of X holds all documents of a class, `documents` (C,) says how many these are.
    """

    classes: tuple[str, ...]
    X: Any
    y: NDArray[np.int64]
    vocabulary: tuple[str, ...]
    tokenise: Callable[[str], list[Token]]
    spelling: Spelling
    source: Source
    unit: str
    fixed: tuple[int, int] | None = None
    documents: NDArray[np.int64] | None = None


@lru_cache(maxsize=len(NAMES))
def collection(name: str) -> Collection:
    """What a model of this name learns from: all of Brown, or the training reviews."""
    if name in review_pairs.NAMES:
        counted = review_pairs.load(review_pairs.NAMES[name])
        return Collection(
            reviews.CLASSES, counted.counts, np.arange(2), counted.vocabulary,
            review_pairs.tokenisers[name], review_pairs.SPELLINGS[review_pairs.NAMES[name]],
            review_pairs.SOURCE, "review", (reviews.FIVE, reviews.FEWER), counted.reviews,
        )  # fmt: skip
    if name == "sentiment":
        data = reviews.load()
        return Collection(
            reviews.CLASSES, data.counts[data.train], data.five[data.train], data.vocabulary,
            reviews.tokenise, reviews.SPELLING, reviews.SOURCE, "review",
            (reviews.FIVE, reviews.FEWER),
        )  # fmt: skip
    brown, ways = genres.load(), int(name.partition("-")[2])
    return Collection(
        genres.classes(ways), brown.counts, brown.labels(ways), brown.vocabulary,
        genres.tokenise, genres.SPELLING, genres.SOURCE, "document",
    )  # fmt: skip


@lru_cache(maxsize=8)
def _counted(name: str, kind: str) -> Model:
    learnt = collection(name)
    fitted = KINDS[kind].fit(learnt.X, learnt.y)
    if learnt.documents is None:
        return fitted
    return replace(fitted, class_count=learnt.documents.astype(float))


@lru_cache(maxsize=48)
def model(settings: Settings) -> Model:
    """The model of these settings, from counts made once."""
    return _counted(settings.name, settings.kind).with_alpha(settings.alpha)


@lru_cache(maxsize=16)
def words_held(settings: Settings) -> bytes:
    """What the judge holds to read a text by itself (see `lexicon`), as JSON."""
    learnt = collection(settings.name)
    return packed(model(settings), learnt.vocabulary, learnt.spelling)


# -- one text --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Verdict:
    """A text taken apart: terms (n, C) = log p(word | c) by token, 0 where it isn't counted.

    log_joint (C,) = log prior + sum of terms (+ `absent` (C,), Bernoulli only), in nats. `pair`
    is the two classes compared: the first against the second; `weights` (n,) in nats.
    """

    settings: Settings
    text: str
    tokens: list[Token]
    counted: NDArray[np.int64]
    terms: Array
    absent: Array | None
    log_joint: Array
    posterior: Array
    pair: tuple[int, int]

    @property
    def classes(self) -> tuple[str, ...]:
        return collection(self.settings.name).classes

    @property
    def model(self) -> Model:
        return model(self.settings)

    @property
    def top(self) -> int:
        """The class of the largest posterior."""
        return int(self.log_joint.argmax())

    @cached_property
    def weights(self) -> Array:
        """What each token says for the first class of the pair against the second, in nats."""
        k, j = self.pair
        return np.asarray(self.terms[:, k] - self.terms[:, j])

    @property
    def prior(self) -> float:
        """log P(first) - log P(second)."""
        k, j = self.pair
        return float(self.model.log_prior[k] - self.model.log_prior[j])

    @property
    def margin(self) -> float:
        """log p(text, first) - log p(text, second): prior, words, absent words."""
        k, j = self.pair
        return float(self.log_joint[k] - self.log_joint[j])

    @cached_property
    def known(self) -> int:
        """How many tokens are in the vocabulary."""
        return sum(token.feature >= 0 for token in self.tokens)

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts, in UTF-16 units."""
        return utf16_places(self.text, [token.start for token in self.tokens])

    @cached_property
    def ends(self) -> list[int]:
        return utf16_places(self.text, [token.end for token in self.tokens])

    @cached_property
    def deciding(self) -> list[tuple[str, int, float, int]]:
        """(word, times, nats in all, first start): the strongest for, then against, the first."""
        gathered: dict[str, list[float]] = {}
        for token, n, weight, start in zip(
            self.tokens, self.counted.tolist(), self.weights.tolist(), self.starts, strict=True
        ):
            if n:
                entry = gathered.setdefault(token.word, [0, 0.0, start])
                entry[0] += n
                entry[1] += weight
        ranked = sorted(gathered.items(), key=lambda item: -item[1][1])
        best = [item for item in ranked[:DECIDING] if item[1][1] > 0]
        worst = [item for item in ranked[::-1][:DECIDING] if item[1][1] < 0]
        return [(word, int(n), total, int(start)) for word, (n, total, start) in [*best, *worst]]


def judge(text: str, settings: Settings, against: int | None = None) -> Verdict:
    """`text` under the model of `settings`, its best class compared with `against`.

    `against` None, or the best class itself: the runner-up. Of two classes the pair is fixed, so
    that a sign always means the same. Raises ValueError on a text too long, a class that isn't.
    """
    learnt, chosen = collection(settings.name), model(settings)
    if against is not None and not 0 <= against < len(learnt.classes):
        raise ValueError(f"against must be 0 to {len(learnt.classes) - 1}; got {against}")
    tokens = learnt.tokenise(text)
    features = np.array([token.feature for token in tokens], dtype=np.intp)
    counted = (features >= 0).astype(np.int64)
    absent = None
    if isinstance(chosen, BernoulliNB):
        counted = _first_only(features)
        terms = counted[:, None] * chosen.word_contributions(features)
        absent = chosen.absent_contributions(features[counted > 0])
    else:
        terms = chosen.word_contributions(features, counted)
    log_joint = chosen.log_prior + terms.sum(axis=0)
    if absent is not None:
        log_joint = log_joint + absent
    order = np.argsort(-log_joint, kind="stable")
    top, second = int(order[0]), int(order[1])
    pair = (top, second if against is None or against == top else against)
    return Verdict(
        settings, text, tokens, counted, terms, absent, log_joint,
        normalise(log_joint[None], chosen.log_prior)[0], learnt.fixed or pair,
    )  # fmt: skip


def _first_only(features: NDArray[np.intp]) -> NDArray[np.int64]:
    """1 where a known word stands for the first time, else 0."""
    once = np.zeros(len(features), dtype=np.int64)
    places, first = np.unique(features, return_index=True)
    once[first[places >= 0]] = 1
    return once


def wire(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON in columns: what the widget paints. All numbers are finite."""
    k, j = verdict.pair
    return {
        "start": verdict.starts,
        "end": verdict.ends,
        "known": [int(token.feature >= 0) for token in verdict.tokens],
        "counted": verdict.counted.tolist(),
        "weight": verdict.weights.round(9).tolist(),
        "posterior": verdict.posterior.tolist(),
        "log_joint": verdict.log_joint.round(9).tolist(),
        "top": verdict.top,
        "pair": [k, j],
        "prior": verdict.prior,
        "absent": None if verdict.absent is None else float(verdict.absent[k] - verdict.absent[j]),
        "margin": verdict.margin,
        "deciding": [list(entry) for entry in verdict.deciding],
    }


# -- what a class's words are -------------------------------------------------------------------


@dataclass(frozen=True)
class Telling:
    """A word of class c against all other classes: counts, and `nats` per 1,000 words of c.

    nats = 1000 p(w | c) log(p(w | c) / p(w | others)): frequent and unlike the others.
    `texts`: how many of the class's documents have it; one or two make it a fingerprint.
    """

    word: str
    feature: int
    inside: int
    outside: int
    log_ratio: float
    nats: float
    texts: int


@lru_cache(maxsize=48)
def telling(settings: Settings, k: int, most: int = 24) -> tuple[Telling, ...]:
    """The words that tell class k most, by multinomial counts under the settings' smoothing."""
    counts = _counted(settings.name, "multinomial").feature_count
    alpha, F = settings.alpha, counts.shape[1]
    inside, outside = counts[k], counts.sum(axis=0) - counts[k]
    p = (inside + alpha) / (inside.sum() + alpha * F)
    q = (outside + alpha) / (outside.sum() + alpha * F)
    log_ratio = np.log(p / q)
    nats = 1000 * p * log_ratio
    learnt = collection(settings.name)
    texts = np.asarray((learnt.X[learnt.y == k] > 0).sum(axis=0)).ravel()
    return tuple(
        Telling(
            learnt.vocabulary[f], int(f), int(inside[f]), int(outside[f]),
            float(log_ratio[f]), float(nats[f]), int(texts[f]),
        )
        for f in np.argsort(-nats, kind="stable")[:most]
    )  # fmt: skip
