"""The three variants of Naive Bayes, each as a board of few features that fits on one page.

A board holds every number that its page can show. The model is a product of factors, one a
feature, so log p(x_f | c) is tabled by feature, by the value that it may take and by smoothing:
whoever moves a value looks its logs up and adds them. Nothing on the screen is derived a second
time; `read` makes the same sums from the model itself, and what opens is made from those.

Gaussian: four measurements of a penguin. Multinomial and Bernoulli: the same few words of the
spam corpus, how often or whether a message has them, in a model of those words alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genmodels.datasets import penguins, spam
from genmodels.datasets.source import Source
from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from genmodels.naive_bayes.base import log_of, normalise

Array = NDArray[np.float64]
Kind = Literal["gaussian", "multinomial", "bernoulli"]
Model = GaussianNB | MultinomialNB | BernoulliNB

MAX_COUNT = 20
"""The most times that a message may have a word, here."""
WORDS = ("free", "click", "money", "order", "list", "wrote", "patch", "thanks")
MIN_WORDS, MAX_WORDS = 2, 9
ALPHAS = (0.0, 0.001, 0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0, 1000.0)
VAR_SMOOTHINGS = (0.0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
PRIORS = tuple(range(1, 100))
"""The prior of the class in focus, in per cent."""
TRAINING = ("all", "3 a species", "alike Adelies")
"""All 342 birds; the first three a species; the latter, all Adelies with flippers of 190 mm."""
ALIKE_MM = 190.0


@dataclass(frozen=True)
class Feature:
    """The values that a feature may take on the page: low, low + step, ..., n of them."""

    name: str
    unit: str
    low: float
    step: float
    n: int
    decimals: int

    def value(self, place: int) -> float:
        return round(self.low + place * self.step, self.decimals)

    def place(self, value: float) -> int:
        """The place of the value nearest to `value`, an end's where it lies outside."""
        return min(max(round((value - self.low) / self.step), 0), self.n - 1)

    def values(self) -> Array:
        return np.array([self.value(i) for i in range(self.n)])


MEASURES = (
    Feature("bill length", "mm", 30.0, 0.1, 321, 1),
    Feature("bill depth", "mm", 12.0, 0.1, 111, 1),
    Feature("flipper length", "mm", 165.0, 1.0, 76, 0),
    Feature("body mass", "g", 2400.0, 25.0, 165, 0),
)


@dataclass(frozen=True, eq=False)
class Board:
    """A variant on its page: `models[s]` under `smoothings[s]`, None where `problems[s]` says why.

    The prior of class `focus` is set on the page; the others share the rest as the training has
    them. `log_priors` (99, C), one row a per cent. `tables[f]` (S, n_f, C): log p(x_f | c).
    """

    kind: Kind
    classes: tuple[str, ...]
    focus: int
    features: tuple[Feature, ...]
    smoothing: str
    smoothings: tuple[float, ...]
    models: tuple[Model | None, ...]
    problems: tuple[str | None, ...]
    log_priors: Array
    tables: tuple[Array, ...]
    trained: str
    source: Source
    X: Array | None = None
    y: NDArray[np.int64] | None = None

    @property
    def default_prior(self) -> int:
        """The training's share of the class in focus, in whole per cent."""
        counts = next(m for m in self.models if m is not None).class_count
        return int(min(max(round(100 * counts[self.focus] / counts.sum()), 1), 99))


@dataclass(frozen=True)
class Case:
    """What stands on the board: places of the values, which of them are known, two sliders."""

    places: tuple[int, ...]
    known: tuple[bool, ...]
    prior: int
    smoothing: int


@dataclass(frozen=True, eq=False)
class Reading:
    """A case read by its model: `terms` (F, C) in nats, 0 for what is not known.

    log_joint (C,) = log_prior + terms' sum; belief (F + 1, C) is the posterior after the prior,
    the first feature and so on; its last row is the posterior. `impossible`: every class gives
    the case probability 0.
    """

    board: Board
    case: Case
    model: Model
    x: Array
    log_prior: Array
    terms: Array
    log_joint: Array
    belief: Array
    impossible: bool

    @property
    def posterior(self) -> Array:
        """p(c | x), (C,)."""
        return np.asarray(self.belief[-1])

    @property
    def winner(self) -> int:
        return int(self.posterior.argmax())


def read(board: Board, case: Case) -> Reading:
    """The case under its model, from the model itself, not from the tables.

    Raises ValueError where the model can't be made (the board's own message), and on places out
    of range.
    """
    check(board, case)
    model = board.models[case.smoothing]
    if model is None:
        raise ValueError(str(board.problems[case.smoothing]))
    pairs = zip(board.features, case.places, strict=True)
    x = np.array([feature.value(place) for feature, place in pairs])
    log_prior = board.log_priors[PRIORS.index(case.prior)]
    known = np.array(case.known)[:, None]
    terms = np.where(known, model.contributions(x), 0.0)
    running = log_prior + np.vstack([np.zeros(len(log_prior)), terms.cumsum(axis=0)])
    belief = normalise(running, np.broadcast_to(log_prior, running.shape))
    return Reading(
        board,
        case,
        model,
        x,
        log_prior,
        terms,
        running[-1],
        belief,
        bool(np.isneginf(running[-1]).all()),
    )


def check(board: Board, case: Case) -> None:
    """Raises ValueError unless the case is one of this board's."""
    count = len(board.features)
    if len(case.places) != count or len(case.known) != count:
        raise ValueError(f"places must have {count} entries; got {len(case.places)}")
    for feature, place in zip(board.features, case.places, strict=True):
        if not 0 <= place < feature.n:
            raise ValueError(f"{feature.name} must be at a place below {feature.n}; got {place}")
    if case.prior not in PRIORS:
        raise ValueError(f"prior must be a whole per cent from 1 to 99; got {case.prior!r}")
    if not 0 <= case.smoothing < len(board.smoothings):
        raise ValueError(
            f"{board.smoothing} must be one of {len(board.smoothings)}; got {case.smoothing!r}"
        )


def priors(class_count: Array, focus: int) -> Array:
    """log p(c), (99, C): the focus at 1 to 99 %, the rest in proportion to their counts."""
    share = class_count.copy()
    share[focus] = 0.0
    share = share / share.sum()
    p = np.array(PRIORS)[:, None] / 100
    table = (1 - p) * share
    table[:, focus] = p[:, 0]
    return log_of(table)


# -- Gaussian ----------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def gaussian(training: str = "all") -> Board:
    """Penguins in four measurements. Raises ValueError on an unknown `training`."""
    if training not in TRAINING:
        raise ValueError(f"training must be one of {', '.join(TRAINING)}; got {training!r}")
    data = penguins.load()
    rows = training_birds(training)
    X, y = data.X[rows], data.species[rows]
    models: list[Model | None] = []
    problems: list[str | None] = []
    for var_smoothing in VAR_SMOOTHINGS:
        try:
            models.append(GaussianNB.fit(X, y, var_smoothing=var_smoothing))
            problems.append(None)
        except ValueError:
            models.append(None)
            problems.append(spike(X, y))
    usable = [m for m in models if m is not None]
    tables = _densities(models, len(data.names))
    return Board(
        kind="gaussian",
        classes=data.names,
        focus=data.names.index("Chinstrap"),
        features=MEASURES,
        smoothing="var_smoothing",
        smoothings=VAR_SMOOTHINGS,
        models=tuple(models),
        problems=tuple(problems),
        log_priors=priors(usable[0].class_count, data.names.index("Chinstrap")),
        tables=tuple(tables),
        trained=f"{len(rows)} birds",
        source=data.source,
        X=X,
        y=y,
    )


def training_birds(training: str) -> NDArray[np.int64]:
    """Rows of the birds that a model learns from."""
    data = penguins.load()
    if training == "all":
        return np.arange(len(data.species))
    adelie = data.names.index("Adelie")
    kept = []
    for k in range(len(data.names)):
        of_it = np.flatnonzero(data.species == k)
        if training == "alike Adelies":
            alike = data.X[of_it, 2] == ALIKE_MM
            of_it = of_it[alike] if k == adelie else of_it
            kept.append(of_it)
        else:
            kept.append(of_it[:3])
    return np.sort(np.concatenate(kept))


def spike(X: Array, y: NDArray[np.int64]) -> str:
    """Why there is no model without smoothing, in words."""
    data = penguins.load()
    for k, name in enumerate(data.names):
        still = np.flatnonzero(X[y == k].var(axis=0) == 0)
        if len(still):
            f = int(still[0])
            value = f"{X[y == k][0, f]:g} {MEASURES[f].unit}"
            return (
                f"All {int((y == k).sum())} {name}s have a {MEASURES[f].name} of {value}: "
                "variance 0, a bell without width. var_smoothing must be above 0."
            )
    return "var_smoothing must be above 0."


def _densities(models: list[Model | None], n_classes: int) -> list[Array]:
    """log p(x_f = value | c), one (S, n_f, C) a feature, NaN where there is no model.

    From the models' own contributions: a row may hold a value of every feature at once.
    """
    values = [feature.values() for feature in MEASURES]
    tables = [np.full((len(models), len(v), n_classes), np.nan) for v in values]
    for s, model in enumerate(models):
        if model is None:
            continue
        for i in range(max(len(v) for v in values)):
            terms = model.contributions(np.array([v[min(i, len(v) - 1)] for v in values]))
            for table, term in zip(tables, terms, strict=True):
                table[s, min(i, table.shape[1] - 1)] = term
    return tables


def bird(number: int) -> tuple[int, ...]:
    """The places of bird `number` (from 1) of the 342."""
    row = penguins.load().X[number - 1]
    return tuple(feature.place(v) for feature, v in zip(MEASURES, row.tolist(), strict=True))


# -- words -------------------------------------------------------------------------------------


def parse_words(text: str) -> tuple[str, ...]:
    """The words of a board, typed with commas between them.

    Raises ValueError on fewer than 2 or more than 9, on one said twice, and on one that no
    training message has.
    """
    words = tuple(w for w in (part.strip().lower() for part in text[:2000].split(",")) if w)
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        raise ValueError(
            f"Words must be {MIN_WORDS} to {MAX_WORDS}, with commas between them; got {len(words)}."
        )
    known = spam.load().feature
    for i, word in enumerate(words):
        if word not in known:
            raise ValueError(f"Words must be in the collection; “{word[:40]}” is not.")
        if word in words[:i]:
            raise ValueError(f"Words must be different; “{word[:40]}” stands twice.")
    return words


@lru_cache(maxsize=32)
def of_words(kind: Kind, words: tuple[str, ...] = WORDS) -> Board:
    """A model of these words alone, from the corpus's training messages.

    Raises ValueError on a kind that isn't of words, and as `parse_words` does.
    """
    if kind not in ("multinomial", "bernoulli"):
        raise ValueError(f"kind must be multinomial or bernoulli; got {kind!r}")
    words = parse_words(",".join(words))
    data = spam.load()
    X = data.counts[data.train][:, [data.feature[w] for w in words]]
    first = (MultinomialNB if kind == "multinomial" else BernoulliNB).fit(
        X, data.is_spam[data.train]
    )
    models = tuple(first.with_alpha(alpha) for alpha in ALPHAS)
    rows = np.broadcast_to(np.arange(MAX_COUNT + 1)[:, None], (MAX_COUNT + 1, len(words)))
    whole = np.stack([[m.contributions(row) for row in rows] for m in models])  # S, n, F, C
    return Board(
        kind=kind,
        classes=("ham", "spam"),
        focus=spam.SPAM,
        features=tuple(Feature(w, "times", 0.0, 1.0, MAX_COUNT + 1, 0) for w in words),
        smoothing="α",
        smoothings=ALPHAS,
        models=models,
        problems=tuple(None for _ in models),
        log_priors=priors(first.class_count, spam.SPAM),
        tables=tuple(whole[:, :, f] for f in range(len(words))),
        trained=f"{len(data.train):,} messages",
        source=spam.SOURCE,
    )


MESSAGES = {message.title: message for message in spam.MESSAGES}
EMPTY = "No word at all"


def counts_of(title: str, words: tuple[str, ...]) -> tuple[int, ...]:
    """How often a starting message has each of the words. Raises KeyError on an unknown title."""
    if title == EMPTY:
        return (0,) * len(words)
    said = [token.word for token in spam.tokenise(MESSAGES[title].text)]
    return tuple(min(said.count(word), MAX_COUNT) for word in words)


def words_of(board: Board) -> tuple[str, ...]:
    """A board's features by name."""
    return tuple(feature.name for feature in board.features)


N_BIRDS = 342
SMALL = VAR_SMOOTHINGS.index(1e-9)
"""The place of scikit-learn's own var_smoothing."""


def species_of(number: int) -> str:
    """What bird `number` (from 1) is, with its article."""
    data = penguins.load()
    name = data.names[data.species[number - 1]]
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"
