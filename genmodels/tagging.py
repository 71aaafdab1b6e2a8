"""Part-of-speech tagging with a bigram hidden Markov model: states are tags, words are seen.

    P(words, tags) = P(t_1 | start) P(w_1 | t_1) prod_i P(t_i | t_i-1) P(w_i | t_i) P(end | t_n)

All probabilities are shares of counts. What a word never seen before may be is said by how it ends
and begins: Brants (2000), "TnT: a statistical part-of-speech tagger", ANLP 6, section 2.3; or, the
simple way, by what the words seen once were (add-alpha, with those words as one UNKNOWN).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm

Array = NDArray[np.float64]
Smoothing = Literal["suffixes", "add 0.01", "add 1"]
SMOOTHINGS: tuple[Smoothing, ...] = ("suffixes", "add 0.01", "add 1")
ALPHA: dict[Smoothing, float] = {"add 0.01": 0.01, "add 1": 1.0}
MAX_SUFFIX = 5
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., e.g.
    r"|(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|[A-Z])\.(?=\s+\S)"  # titles and initials, not at the end
    r"|\$?\d+(?:[.,/:-]\d+)*%?"
    r"|[^\W\d_]+(?:[-'][^\W\d_]+)*"
    r"|--+|\.\.\.|``|\S"
)


@dataclass(frozen=True, eq=False)
class Counts:
    """What was counted in tagged text. C(a, b) is how often b followed, or was, a.

    `tags` (K,); `moves` (K + 1, K + 1) from row to column, the last being a sentence's start (row)
    and end (column); `words`: a lower-case word's counts by tag (K,), by its row in `by_word`
    (V, K); `suffixes`: (class, ending) to the row in `by_suffix` (S, K), counted over rare words.
    """

    tags: tuple[str, ...]
    moves: NDArray[np.int64]
    words: Mapping[str, int]
    by_word: Array
    suffixes: Mapping[tuple[str, str], int]
    by_suffix: Array
    totals: Array = field(init=False)
    once: NDArray[np.bool_] = field(init=False)
    unknown: Array = field(init=False)

    def __post_init__(self) -> None:
        once = self.by_word.sum(axis=1) == 1
        object.__setattr__(self, "totals", self.by_word.sum(axis=0))
        object.__setattr__(self, "once", once)
        object.__setattr__(self, "unknown", self.by_word[once].sum(axis=0))
        for values in (self.moves, self.by_word, self.by_suffix, self.totals, once, self.unknown):
            values.setflags(write=False)

    @property
    def n_tags(self) -> int:
        return len(self.tags)


@dataclass(frozen=True)
class Ending:
    """One step of the suffix model: what rare words with this ending were, mixed into the shorter.

    `counts` (K,) of them; `before` and `after` (K,): P(tag | ending) from shorter endings, and now.
    """

    text: str
    counts: Array
    before: Array
    after: Array


def tokens(text: str) -> list[str]:
    """Words and marks of a text as Brown cuts them: isn't is one, a mark stands alone.

    Double quotes become `` and '' in turn, as in the corpus.
    """
    found: list[str] = []
    inside = False
    for token in _TOKEN.findall(text.replace("’", "'").replace("“", '"').replace("”", '"')):
        if token == '"':
            token, inside = ("''" if inside else "``"), not inside
        found.append(token)
    return found


def word_class(word: str) -> str:
    """How a word begins: D where it holds a digit, U capital, l small letter, P else."""
    if any(c.isdigit() for c in word):
        return "D"
    first = word[:1]
    return "U" if first.isupper() else "l" if first.isalpha() else "P"


def transitions(counts: Counts, alpha: float = 0.0) -> tuple[Array, Array, Array]:
    """P(first tag), (K,); P(tag | tag before), (K, K); P(end | tag), (K,): shares of counts.

    `alpha` is added to each count.
    """
    rows = counts.moves + alpha
    rows = rows / rows.sum(axis=1, keepdims=True)
    first = rows[-1, :-1] / rows[-1, :-1].sum()  # no sentence is empty
    return first, rows[:-1, :-1], rows[:-1, -1]


def endings(counts: Counts, word: str) -> list[Ending]:
    """The suffix model's steps, the empty ending first.

    P(t | l_m) = [ P^(t | l_m) + theta P(t | l_m-1) ] / (1 + theta), where P^ is the share among
    rare words of the same class with the ending l_m, and theta the standard deviation of the tags'
    shares over all words. Brants (2000), eqs. 7 to 11.
    """
    share = counts.totals / counts.totals.sum()
    theta = float(np.sqrt(np.square(share - 1 / counts.n_tags).sum() / (counts.n_tags - 1)))
    kind, low = word_class(word), word.lower()
    steps: list[Ending] = []
    now = share
    for length in range(min(MAX_SUFFIX, len(low)) + 1):
        text = low[len(low) - length :]
        row = counts.suffixes.get((kind, text))
        if row is None:
            break
        found = counts.by_suffix[row]
        after = (found / found.sum() + theta * now) / (1 + theta)
        steps.append(Ending(text, found, now, after))
        now = after
    return steps


def emission(counts: Counts, word: str, smoothing: Smoothing) -> Array:
    """P(word | tag) for each tag, (K,); of an unknown word by suffixes, up to one factor.

    That factor, P(word), is the same for every tag, so no tag's posterior depends on it.
    """
    row = counts.words.get(word.lower())
    if smoothing == "suffixes":
        if row is not None:
            return np.asarray(counts.by_word[row] / np.maximum(counts.totals, 1))
        steps = endings(counts, word)
        likely = steps[-1].after if steps else counts.totals / counts.totals.sum()
        # Bayes: P(w | t) = P(t | w) P(w) / P(t).
        return np.asarray(likely / (counts.totals / counts.totals.sum()))
    alpha = ALPHA[smoothing]
    # Words seen once are taken as UNKNOWN, all of them one word.
    found = counts.unknown if row is None or counts.once[row] else counts.by_word[row]
    n_words = int((~counts.once).sum()) + 1
    return np.asarray((found + alpha) / (counts.totals + alpha * n_words))


def sentence_model(
    counts: Counts, words: Sequence[str], smoothing: Smoothing
) -> tuple[hmm.HiddenMarkovModel, NDArray[np.int64]]:
    """The tags' HMM for one sentence, and the sentence as its symbols 0, 1, ...

    The emission's columns are the sentence's different words, each scaled so that the largest
    probability in it is 1 / (their number + 1), and one column that holds the rest: a factor a word
    changes no path's rank and no posterior. The chance to end after the last word is left out.
    Raises ValueError for no words.
    """
    if not words:
        raise ValueError("words must be at least one; got none")
    different = list(dict.fromkeys(words))
    table = np.stack([emission(counts, word, smoothing) for word in different], axis=1)
    table /= table.max(axis=0) * (len(different) + 1)
    table = np.column_stack([table, 1 - table.sum(axis=1)])
    first, between, _ = transitions(counts, ALPHA.get(smoothing, 0.0))
    model = hmm.HiddenMarkovModel(
        first, between / between.sum(axis=1, keepdims=True), hmm.CategoricalEmission(table)
    )
    place = {word: i for i, word in enumerate(different)}
    return model, np.array([place[word] for word in words])


def most_frequent(counts: Counts, words: Sequence[str]) -> list[int]:
    """The baseline: each word's most frequent tag; an unknown word's is the rare words' own."""
    unknown = int(counts.unknown.argmax())
    rows = [counts.words.get(word.lower()) for word in words]
    return [unknown if row is None else int(counts.by_word[row].argmax()) for row in rows]


def tag(counts: Counts, words: Sequence[str], smoothing: Smoothing) -> list[int]:
    """The most probable tags of a sentence, by Viterbi."""
    model, seen = sentence_model(counts, words, smoothing)
    return [int(k) for k in hmm.viterbi(model, seen).path]
