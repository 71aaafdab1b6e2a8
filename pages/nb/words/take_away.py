"""What the page of words gives away: ranked words, the marks, a picture, a script."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.script import literal
from genmodels.kit.svg import Drawing
from pages.nb.naive_bayes_opened import shown
from pages.nb.words import case as nb_words
from pages.nb.words.speed import Speed

COLOURS = {"ham": "#0072B2", "spam": "#D55E00"}
SIDES = {"ham": spam.HAM, "spam": spam.SPAM}
ROWS = 100


def rows(kind: str, alpha: float, source: str, search: str = "") -> list[dict[str, Any]]:
    """The first ROWS words of each class with counts, weight and mark; "inf" where infinite."""
    among, counted = nb_words.containing(search), nb_words.counts(kind, source)
    w, vocabulary = nb_words.weights(kind, alpha, source), spam.load().vocabulary
    return [
        {
            "tells_of": side,
            "rank": i + 1,
            "word": vocabulary[f],
            "ham": int(counted[spam.HAM, f]),
            "spam": int(counted[spam.SPAM, f]),
            "weight": float(w[f]) if np.isfinite(w[f]) else ("inf" if w[f] > 0 else "-inf"),
            "fingerprint": nb_words.mark(int(f)),
        }
        for side, label in SIDES.items()
        for i, f in enumerate(nb_words.ranked(kind, alpha, label, source, among)[:ROWS])
    ]


def as_json(
    kind: str, alpha: float, source: str, search: str, measured: Sequence[Speed] = ()
) -> str:
    """The ranked words, the fingerprints in both collections, and times if they were measured."""
    times, vocabulary = nb_words.across(), spam.load().vocabulary
    return json.dumps(
        {
            "model": kind,
            "alpha": alpha,
            "learnt_from": source,
            "words": rows(kind, alpha, source, search),
            "fingerprints": [
                {
                    "word": vocabulary[f],
                    "mark": nb_words.mark(int(f)),
                    "earlier": float(times.weight[0, f]),
                    "later": float(times.weight[1, f]),
                }
                for f in nb_words.fingerprints()
            ],
            "speed": [
                {"who": s.who, "what": s.what, "items": s.items, "seconds": s.seconds}
                for s in measured
            ],
        },
        indent=1,
        allow_nan=False,
    )


def as_csv(kind: str, alpha: float, source: str, search: str) -> str:
    """The ranked words, one row each."""
    out = io.StringIO()
    names = ["tells_of", "rank", "word", "ham", "spam", "weight", "fingerprint"]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(kind, alpha, source, search))
    return out.getvalue()


def as_svg(kind: str, alpha: float, source: str, search: str) -> str:
    """Both lists with bars."""
    drawing = Drawing(860, 470, "What the filter learnt")
    drawing.text(430, 24, f"Most telling words, alpha = {alpha:g} ({kind})", size=15)
    made = rows(kind, alpha, source, search)
    finite = [abs(r["weight"]) for r in made if not isinstance(r["weight"], str)]
    most = max(finite, default=1.0)
    for i, side in enumerate(SIDES):
        left = 20 + 430 * i
        drawing.text(left, 52, f"{side} (counts: ham | spam)", anchor="start", bold=True)
        for r in [r for r in made if r["tells_of"] == side][: nb_words.TOP]:
            y = 52 + 28 * r["rank"]
            told = r["weight"] if isinstance(r["weight"], str) else f"{r['weight']:+.2f}"
            size = 1.0 if isinstance(r["weight"], str) else abs(r["weight"]) / most
            name = shown(r["word"]) + (f" ({r['fingerprint']})" if r["fingerprint"] else "")
            drawing.text(left, y, f"{r['rank']}. {name}", anchor="start")
            drawing.rectangle(left + 170, y - 10, 110 * size, 12, COLOURS[side], "none")
            drawing.text(left + 340, y, told, anchor="end")
            drawing.text(left + 405, y, f"{r['ham']} | {r['spam']}", anchor="end")
    return str(drawing)


def as_script(kind: str, alpha: float, source: str, search: str) -> str:
    """A script that finds the listed words' weights with scikit-learn, from their counts."""
    chosen = [r for r in rows(kind, alpha, source, search) if r["rank"] <= nb_words.TOP]
    model = nb_words.model(kind, alpha, source)
    feature, size = spam.load().feature, model.n_features
    places = [feature[r["word"]] for r in chosen]
    listed = model.feature_count[:, places].astype(int)
    names = [r["word"] for r in chosen]
    head = f'''"""The weights of telling words; needs NumPy and scikit-learn."""

import numpy as np
from sklearn.naive_bayes import {"MultinomialNB" if kind == "multinomial" else "BernoulliNB"}

# Counts of the listed words in ham and spam, as the page shows them.
words = {names!r}
{literal("counts", listed)}
alpha = {alpha!r}
'''
    if kind == "multinomial":
        rest = (model.feature_count.sum(axis=1) - listed.sum(axis=1)).astype(int).tolist()
        return (
            head
            + f"""
# All other words as one column, and empty ones up to the vocabulary, which smoothing counts.
X = np.zeros((2, {size}))
X[:, : len(words)] = counts
X[:, len(words)] = {rest!r}
naive = MultinomialNB(alpha=alpha, force_alpha=True)
with np.errstate(divide="ignore", invalid="ignore"):
    naive.fit(X, [0, 1])
    weight = naive.feature_log_prob_[1] - naive.feature_log_prob_[0]
for word, w in zip(words, weight):
    print(word, w)
"""
        )
    totals = model.class_count.astype(int).tolist()
    return (
        head
        + f"""
# Messages that have the word at all, of each class's messages: only these counts matter.
messages = {totals!r}
X = np.zeros((sum(messages), len(words)))
start = 0
for label, total in enumerate(messages):
    for j, n in enumerate(counts[label]):
        X[start : start + n, j] = 1
    start += total
naive = BernoulliNB(alpha=alpha, force_alpha=True)
with np.errstate(divide="ignore", invalid="ignore"):
    naive.fit(X, np.repeat([0, 1], messages))
    weight = naive.feature_log_prob_[1] - naive.feature_log_prob_[0]
for word, w in zip(words, weight):
    print(word, w)
"""
    )
