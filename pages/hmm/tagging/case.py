"""What the tagging page runs: a text cut into words, one sentence tagged two ways, its trellis."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from genmodels import hmm, tagging
from genmodels.datasets import brown
from genmodels.kit.opened import Opened, plain
from genmodels.tagging import Sentence, Smoothing
from pages.hmm import hmm_opened as hmm_arithmetic
from pages.hmm.hmm_opened import Mode
from pages.hmm.tagging import opened as arithmetic
from pages.hmm.trellis_widget import payload

MODES: tuple[Mode, ...] = ("Viterbi", "forward", "backward", "posterior")
WAYS = ("endings", "add α")
ALPHAS = tuple(f"{alpha:g}" for alpha in brown.ALPHAS)
OPENERS = ("Cell", "Emission", "Way in", "Baseline")
START = "start"
MAX_CHARACTERS = 4000
MAX_WORDS = 60
MAX_LABEL = 16
"""Letters of a word that a column shows."""
EXAMPLES = {
    "One word, two tags": "Her account was wrong, so they account for it.",
    "Time flies": "Time flies like an arrow.",
    "Garden path": "The old man the boat.",
    "Can of fish": "They can fish.",
    "Duck": "I saw her duck.",
    "Buffalo": "Buffalo buffalo Buffalo buffalo buffalo buffalo Buffalo buffalo.",
    "Invented words": "The slithy toves gyred quickly.",
    "Reduced clause": "The horse raced past the barn fell.",
    "Thirty words": "When the old clock on the kitchen wall struck nine, the two children who had "
    "been reading quietly by the fire put down their books and ran upstairs.",
}
FIRST = next(iter(EXAMPLES.values()))


@dataclass(frozen=True)
class Reading:
    """What is tagged of a text: `words` of its sentence `number` (from 1) of `sentences`.

    `notes` say what was left out.
    """

    words: tuple[str, ...]
    number: int
    sentences: int
    notes: tuple[str, ...]


def read(text: str, number: int = 1) -> tuple[Reading | None, str | None]:
    """Sentence `number` of a typed text (the last, where it has fewer), or a message."""
    notes = []
    if len(text) > MAX_CHARACTERS:
        notes.append(
            f"The text must have at most {MAX_CHARACTERS:,} characters; it has {len(text):,}: "
            "the rest is left out."
        )
        text = text[:MAX_CHARACTERS]
    hidden = len(text) - len(tagging.visible(text))
    found = tagging.sentences(tagging.tokens(text))
    if not found:
        return None, "Type a sentence: there must be at least one word; there is none."
    if hidden > 0 and any(not c.isprintable() and not c.isspace() for c in text):
        notes.append("Characters that can't be seen are left out.")
    number = min(max(number, 1), len(found))
    words = found[number - 1]
    if len(words) > MAX_WORDS:
        notes.append(
            f"A sentence may have at most {MAX_WORDS} words and marks; this one has "
            f"{len(words)}: only the first {MAX_WORDS} are tagged."
        )
        words = words[:MAX_WORDS]
    return Reading(tuple(words), number, len(found), tuple(notes)), None


@dataclass(frozen=True, eq=False)
class Run:
    """A tagged sentence: its model, Viterbi and both sums, the baseline's tags, the picture."""

    words: tuple[str, ...]
    alpha: Smoothing
    sentence: Sentence
    best: hmm.ViterbiTrace
    smooth: hmm.SmoothingTrace
    baseline: tuple[int, ...]
    payload: dict[str, Any]

    @property
    def path(self) -> list[int]:
        return [int(k) for k in self.best.path]

    @property
    def unknown(self) -> list[bool]:
        known = brown.load().words
        return [word.lower() not in known for word in self.words]


# Kept outside Streamlit's caches, which any visitor can clear; a run is at most about 1.5 MB.
@lru_cache(maxsize=64)
def run(words: tuple[str, ...], alpha: Smoothing, mode: Mode, linear: bool = False) -> Run:
    """Viterbi and forward-backward of one sentence. No sum is zero: every tag follows every tag."""
    counts = brown.load()
    sentence = tagging.sentence_model(counts, words, alpha)
    model, seen = sentence.model, sentence.observations
    best, smooth = hmm.viterbi(model, seen), hmm.forward_backward(model, seen)
    prepared = payload(
        model, best, smooth, mode, counts.tags, sentence.symbols, seen.tolist(),
        linear=linear, with_tables=False,
        trace_id=hashlib.sha256(repr((words, alpha)).encode()).hexdigest()[:16],
    )  # fmt: skip
    prepared = {**prepared, "seen": [label(word) for word in words]}
    baseline = tuple(tagging.most_frequent(counts, words))
    return Run(words, alpha, sentence, best, smooth, baseline, prepared)


def label(word: str) -> str:
    return word if len(word) <= MAX_LABEL else word[: MAX_LABEL - 1] + "…"


def alpha_of(way: str, alpha: str) -> Smoothing:
    return None if way == WAYS[0] else float(alpha)


# -- the words under the trellis -------------------------------------------------------------------


def line(run_: Run) -> list[dict[str, Any]]:
    """A word each: its tag by Viterbi with its posterior, the likeliest other, the baseline's."""
    tags = brown.load().tags
    words = []
    for t, word in enumerate(run_.words):
        posterior, k = run_.smooth.posterior[t], run_.path[t]
        other = max((j for j in range(len(tags)) if j != k), key=lambda j: float(posterior[j]))
        words.append(
            {
                "word": label(word),
                "tag": k,
                "share": float(posterior[k]),
                "percent": _percent(float(posterior[k])),
                "other": f"{tags[other]} {_percent(float(posterior[other]))}",
                "baseline": run_.baseline[t],
                "unknown": run_.unknown[t],
            }
        )
    return words


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.0005 else "under 0.1 %"


def verdict(run_: Run) -> str:
    """How much the path overrules the words' favourite tags."""
    differ = sum(a != b for a, b in zip(run_.path, run_.baseline, strict=True))
    new = sum(run_.unknown)
    said = "no word" if not differ else "1 word" if differ == 1 else f"{differ} words"
    words = "All words were seen." if not new else f"{new} of {len(run_.words)} were never seen."
    return f"Tags and most frequent tags differ at {said}. {words}"


# -- numbers that open -----------------------------------------------------------------------------


def opened(run_: Run, mode: Mode, cell: tuple[int, int], linear: bool) -> dict[str, Any]:
    """What opens of a cell (column, tag): by OPENERS, how each is made."""
    t, k = cell
    counts = brown.load()
    makers: dict[str, Callable[[], Opened]] = {
        "Cell": partial(
            hmm_arithmetic.node, mode, run_.best, run_.smooth, t, k, counts.tags, linear=linear
        ),
        "Emission": partial(arithmetic.emission, counts, run_.words[t], k, run_.alpha),
        "Way in": partial(
            arithmetic.transition, counts, came_from(run_, t, k), k, run_.alpha
        ),
        "Baseline": partial(arithmetic.favourite, counts, run_.words[t]),
    }  # fmt: skip
    return makers


def came_from(run_: Run, t: int, k: int) -> int | None:
    """The tag from which the best path into cell (t, k) comes; None at the start."""
    return int(run_.best.back_pointers[t - 1, k]) if t else None


def whole(run_: Run, linear: bool) -> Opened:
    """P(words), summed over the last column."""
    return hmm_arithmetic.likelihood(run_.smooth, brown.load().tags, linear=linear)


def moved(before: str, after: str, alpha: Smoothing) -> Opened:
    """A cell of the table of tags after tags, `before` being a tag or START."""
    counts = brown.load()
    row = None if before == START else counts.tags.index(before)
    return arithmetic.transition(counts, row, counts.tags.index(after), alpha)


def move_table(alpha: Smoothing) -> list[list[float]]:
    """P(next tag | tag), rows START and the tags."""
    first, between = tagging.transitions(brown.load(), alpha)
    return [first.tolist(), *between.tolist()]


def move_counts() -> list[list[int]]:
    moves = brown.load().moves[:, :-1]
    return [moves[-1].tolist(), *moves[:-1].tolist()]


# -- held out --------------------------------------------------------------------------------------


def row_of(alpha: Smoothing) -> int:
    """The chosen tagger's row in the held-out figures."""
    return 1 + list(brown.METHODS.values()).index(alpha)


def accuracy_table(alpha: Smoothing) -> dict[str, list[str]]:
    """Four taggers, and the chosen one where it is a fifth; ✓ marks it."""
    held = brown.held()
    names = ("Most frequent tag", *(method_name(a) for a in brown.METHODS.values()))
    rows = sorted({0, row_of(None), row_of(0.01), row_of(1.0), row_of(alpha)})
    return {
        "": ["✓" if m == row_of(alpha) else "" for m in rows],
        "tagger": [names[m] for m in rows],
        "all words": [f"{held.accuracy(m):.4f}" for m in rows],
        "known": [f"{held.right[m, 0] / held.tokens[0]:.4f}" for m in rows],
        "unknown": [f"{held.right[m, 1] / held.tokens[1]:.4f}" for m in rows],
        "whole sentences": [f"{held.whole[m] / held.sentences:.3f}" for m in rows],
    }


def method_name(alpha: Smoothing) -> str:
    return "HMM, nothing added, endings" if alpha is None else f"HMM, {alpha:g} added"


def score_line(alpha: Smoothing) -> str:
    """The chosen tagger's held-out accuracy beside the baseline's."""
    held = brown.held()
    return (
        f"On held-out text: **{held.accuracy(row_of(alpha)):.3f}** of words right, most frequent "
        f"tag **{held.accuracy(0):.3f}**."
    )


def score(alpha: Smoothing) -> Opened:
    held = brown.held()
    m = row_of(alpha)
    return arithmetic.accuracy(method_name(alpha), held.right[m], held.tokens)


def mistakes(alpha: Smoothing, true: str, found: str) -> Opened:
    """A cell of the confusions."""
    tags, held = brown.load().tags, brown.held()
    return arithmetic.confused(
        tags, held.confusion[row_of(alpha)], tags.index(true), tags.index(found)
    )


# -- links -----------------------------------------------------------------------------------------


def checked_open(text: str | None) -> tuple[list[int] | None, str | None]:
    """The opened cell from the link, "word.tag" counted from 1: (column, tag) from 0."""
    if text is None:
        return None, None
    parts = text.split(".")
    if len(parts) == 2 and all(p.isascii() and p.isdigit() and len(p) <= 3 for p in parts):
        t, k = (int(part) for part in parts)
        if 1 <= t <= MAX_WORDS and 1 <= k <= brown.load().n_tags:
            return [t - 1, k - 1], None
    shown = text if len(text) <= 40 else text[:40] + "…"
    return None, (
        f"The link's hmmt_open must be like 3.1 (word.tag), up to {MAX_WORDS}."
        f"{brown.load().n_tags}; it says “{shown}”. Shown instead: nothing opened."
    )


def made_safe(opened_: Opened, escape: Callable[[str], str]) -> Opened:
    """`opened_` with its words run through `escape`: endings may hold Markdown's signs."""
    rows = [replace(row, label=escape(row.label)) for row in opened_.rows]
    return replace(opened_, title=escape(opened_.title), rows=rows, note=escape(opened_.note))


def likelihood_text(run_: Run) -> str:
    return plain(run_.smooth.log_prob, 6)


def alpha_curve() -> tuple[list[float], list[float], float, float]:
    """The alphas measured, their held-out accuracies; the baseline's, and that of endings."""
    held = brown.held()
    accuracies = [held.accuracy(row_of(alpha)) for alpha in brown.ALPHAS]
    return list(brown.ALPHAS), accuracies, held.accuracy(0), held.accuracy(row_of(None))


def mistake_table(alpha: Smoothing) -> tuple[list[list[float]], list[list[int]]]:
    """Held-out words by true and found tag: shares of each true tag's words, and counts."""
    table = brown.held().confusion[row_of(alpha)]
    return (table / table.sum(axis=1, keepdims=True)).tolist(), table.tolist()
