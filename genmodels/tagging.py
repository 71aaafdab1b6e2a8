"""Part-of-speech tagging with a bigram hidden Markov model: states are tags, words are seen.

    P(words, tags) = P(t_1) P(w_1 | t_1) prod_i P(t_i | t_i-1) P(w_i | t_i)

All probabilities are shares of counts; what follows the last word is left out. What a word never
seen before may be is said by how it ends and begins: Brants (2000), "TnT: a statistical
part-of-speech tagger", ANLP 6, section 2.3; or, the simple way, by what the words seen once were
(alpha is added to every count, and those words are one word, UNKNOWN).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from genmodels import hmm

Array = NDArray[np.float64]
Smoothing = float | None
"""The alpha that is added to every count, or None: nothing is, and endings tell unknown words."""
MAX_SUFFIX = 5
RARE = 10
"""Endings are counted over words seen at most so often."""
UNKNOWN = "UNKNOWN"
REST = "(others)"
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., e.g.
    r"|(?:Mrs?|Ms|Dr|St|Jr|Sr|Prof|Gov|Gen|Sen|Rep|Lt|Col|Capt|Rev|Inc|Co|Corp|[A-Z])"
    r"\.(?=\s+\S)"  # titles and initials, not at the end
    r"|\$?\d+(?:[.,/:]\d+)*(?:[^\W_]|[-/'](?=[^\W_]))*%?"  # $3.50, 15th, 24-hour
    r"|[^\W\d_]+(?:[-'/][^\W_]+)*(?:(?<=s)'(?=\s))?"  # isn't, twenty-one, workers'
    r"|--+|\.\.\.|``|''|\S"
)
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "—": " -- ", "…": " ... "})
_ENDS, _CLOSERS = {".", "?", "!"}, {"''", ")", "]", "'"}


@dataclass(frozen=True, eq=False)
class Counts:
    """What was counted in tagged text. C(a, b) is how often b followed, or was, a.

    `tags` (K,); `moves` (K + 1, K + 1) from row to column, the last being a sentence's start (row)
    and end (column); `words`: a lower-case word's counts by tag (K,), by its row in `by_word`
    (V, K); `suffixes`: (class, ending) to the row in `by_suffix` (S, K), counted over words seen at
    most `RARE` times. `totals` (K,): C(t); `unknown` (K,): tags of the words seen `once`.
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

    Double quotes become `` and '' in turn, as in the corpus; what can't be seen is left out.
    """
    found: list[str] = []
    inside = False
    for token in _TOKEN.findall(visible(text).translate(_STRAIGHT)):
        if token == '"':
            token, inside = ("''" if inside else "``"), not inside
        found.append(token)
    return found


def visible(text: str) -> str:
    """The text composed (NFC), without control and format characters; any space is one."""
    composed = unicodedata.normalize("NFC", text)
    spaced = (" " if c.isspace() else c for c in composed)
    return "".join(c for c in spaced if unicodedata.category(c)[0] != "C")


def sentences(words: Sequence[str]) -> list[list[str]]:
    """Words cut after each . ? or !, with the quotes and brackets that close there."""
    cut: list[list[str]] = [[]]
    for i, word in enumerate(words):
        cut[-1].append(word)
        ends = word in _CLOSERS and any(w in _ENDS for w in cut[-1])
        after = words[i + 1] if i + 1 < len(words) else ""
        if (word in _ENDS or ends) and after and after not in _CLOSERS and after not in _ENDS:
            cut.append([])
    return cut if cut[-1] else cut[:-1]


def word_class(word: str) -> str:
    """How a word begins: D where it holds a digit, U capital, l small letter, P else."""
    if any(c.isdigit() for c in word):
        return "D"
    first = word[:1]
    return "U" if first.isupper() else "l" if first.isalpha() else "P"


def transitions(counts: Counts, alpha: Smoothing) -> tuple[Array, Array]:
    """P(first tag), (K,), and P(tag | tag before), (K, K): shares of counts, ends left out."""
    rows = counts.moves[:, :-1] + (alpha or 0.0)
    rows = rows / rows.sum(axis=1, keepdims=True)
    return rows[-1], rows[:-1]


def theta(counts: Counts) -> float:
    """The suffix model's weight: the standard deviation of the tags' shares, eq. 10."""
    share = counts.totals / counts.totals.sum()
    return float(np.sqrt(np.square(share - 1 / counts.n_tags).sum() / (counts.n_tags - 1)))


def endings(counts: Counts, word: str) -> list[Ending]:
    """The suffix model's steps, the empty ending first; none for a kind of word never seen.

    P(t | l_m) = [ P^(t | l_m) + theta P(t | l_m-1) ] / (1 + theta), where P^ is the share among
    rare words of the same class with the ending l_m of m letters. Brants (2000), eqs. 7 to 11.
    """
    weight = theta(counts)
    kind, low = word_class(word), word.lower()
    steps: list[Ending] = []
    now = counts.totals / counts.totals.sum()
    for length in range(min(MAX_SUFFIX, len(low)) + 1):
        text = low[len(low) - length :]
        row = counts.suffixes.get((kind, text))
        if row is None:
            break
        found = counts.by_suffix[row]
        after = (found / found.sum() + weight * now) / (1 + weight)
        steps.append(Ending(text, found, now, after))
        now = after
    return steps


def symbol_of(counts: Counts, word: str, alpha: Smoothing) -> str:
    """What the tagger takes a word for: itself in small letters, or UNKNOWN where alpha is added.

    An unknown word that endings tell about keeps its letters: a capital counts.
    """
    row = counts.words.get(word.lower())
    if alpha is None:
        return word if row is None else word.lower()
    return UNKNOWN if row is None or counts.once[row] else word.lower()


def emission(counts: Counts, word: str, alpha: Smoothing) -> Array:
    """P(word | tag) for each tag, (K,).

    C(w, t) / C(t) of a known word. An unknown word counts as one occurrence, shared among the tags
    as its ending says: P(t | ending) / C(t), which is Bayes' rule with P(w) = 1 / N. With alpha:
    [C(w, t) + alpha] / [C(t) + alpha M], M the number of words seen twice or more, and UNKNOWN.
    """
    row = counts.words.get(word.lower())
    if alpha is None:
        if row is not None:
            return np.asarray(counts.by_word[row] / np.maximum(counts.totals, 1))
        steps = endings(counts, word)
        likely = steps[-1].after if steps else counts.totals / counts.totals.sum()
        return np.asarray(likely / np.maximum(counts.totals, 1))
    known = row is not None and not counts.once[row]
    found = counts.by_word[row] if known else counts.unknown
    return np.asarray((found + alpha) / (counts.totals + alpha * n_symbols(counts)))


def n_symbols(counts: Counts) -> int:
    """M: words seen twice or more, and UNKNOWN."""
    return int((~counts.once).sum()) + 1


@dataclass(frozen=True, eq=False)
class Sentence:
    """One sentence's model: `model` emits `symbols`, the last being all words not in it.

    `observations` (T,) are the symbols' indices.
    """

    model: hmm.HiddenMarkovModel
    symbols: tuple[str, ...]
    observations: NDArray[np.int64]


def sentence_model(counts: Counts, words: Sequence[str], alpha: Smoothing) -> Sentence:
    """The tags' HMM with an emission's column for each different word. ValueError for no words."""
    if not words:
        raise ValueError("words must be at least one; got none")
    taken = [symbol_of(counts, word, alpha) for word in words]
    different = dict(zip(taken, words, strict=True))
    table = np.stack([emission(counts, word, alpha) for word in different.values()], axis=1)
    # All marks of a sort and an unknown one beside them would pass 1 by about 1 / C(t).
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1)
    rest = np.maximum(1 - table.sum(axis=1), 0)
    first, between = transitions(counts, alpha)
    model = hmm.HiddenMarkovModel(
        first, between, hmm.CategoricalEmission(np.column_stack([table, rest]))
    )
    place = {symbol: i for i, symbol in enumerate(different)}
    return Sentence(model, (*different, REST), np.array([place[symbol] for symbol in taken]))


def most_frequent(counts: Counts, words: Sequence[str]) -> list[int]:
    """The baseline: each word's most frequent tag; an unknown word's is that of words seen once."""
    unknown = int(counts.unknown.argmax())
    rows = [counts.words.get(word.lower()) for word in words]
    return [unknown if row is None else int(counts.by_word[row].argmax()) for row in rows]


def tag(counts: Counts, words: Sequence[str], alpha: Smoothing) -> list[int]:
    """The most probable tags of a sentence, by Viterbi."""
    sentence = sentence_model(counts, words, alpha)
    return [int(k) for k in hmm.viterbi(sentence.model, sentence.observations).path]
