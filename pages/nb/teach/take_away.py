"""What the teaching page gives away: the lesson, its counts, its trail, a script."""

import csv
import io
import json
from collections.abc import Sequence

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.script import literal
from genmodels.kit.svg import Drawing, axes
from pages.nb.teach import case as nb_teach
from pages.nb.teach import curve as nb_teach_curve
from pages.nb.teach import lesson as nb_teach_lesson
from pages.nb.teach.case import Lesson
from pages.nb.teach.learning_curve import order

COLOURS = {False: "#0072B2", True: "#D55E00"}
MAX_ROWS = 100_000


def as_json(lesson: Lesson, text: str, titles: Sequence[str]) -> str:
    """The messages with their labels and words, the counts, and the text's posterior."""
    vocabulary = spam.load().vocabulary
    trace = nb_teach.read(lesson, text)
    return json.dumps(
        {
            "model": lesson.kind,
            "alpha": lesson.alpha,
            "prior": lesson.spam_prior,
            "vocabulary": len(vocabulary),
            "text": text,
            "posterior": trace.probability,
            "log_odds": trace.total,
            "accuracy": nb_teach.held_out(lesson).accuracy,
            "messages": [
                {
                    "name": title,
                    "label": "spam" if one.is_spam else "ham",
                    "words": {vocabulary[f]: n for f, n in one.words},
                }
                for title, one in zip(titles, lesson.taught, strict=True)
            ],
        },
        indent=1,
        allow_nan=False,
    )


def as_csv(lesson: Lesson) -> str:
    """Every word that was counted: how often in each class, and its log-odds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["word", "ham", "spam", "log_odds"])
    for row in nb_teach.table(lesson, most=MAX_ROWS):
        writer.writerow([row.word, row.ham, row.spam, row.log_odds])
    return out.getvalue()


def as_svg(lesson: Lesson, text: str) -> str:
    """The trail: the posterior and the held-out accuracy after each label."""
    steps = nb_teach.trail(lesson, text)
    right = nb_teach_lesson.accuracies(lesson.taught, lesson.kind, lesson.alpha, lesson.prior)
    drawing = Drawing(760, 420, "A lesson")
    limits = (0.0, float(max(1, len(steps) - 1)), 0.0, 1.0)
    x, y = axes(drawing, (60, 40, 670, 320), limits, ("messages labelled", "P(spam | the text)"))
    drawing.path([(x(i), y(a)) for i, a in enumerate(right)], "#009E73", 2, "6 4")
    drawing.path([(x(s.taught), y(s.probability)) for s in steps], "#1b2026", 2)
    for step, one in zip(steps[1:], lesson.taught, strict=True):
        drawing.circle(x(step.taught), y(step.probability), 5, COLOURS[one.is_spam])
    drawing.text(395, 24, "P(spam | the text) and held-out accuracy (dashed)", size=14)
    return str(drawing)


def as_script(lesson: Lesson, text: str) -> str:
    """A script that teaches scikit-learn the same messages and reads the same text."""
    size = len(spam.load().vocabulary)
    words = [dict(one.words) for one in lesson.taught]
    seen = sorted({*(f for one in words for f in one), *(f for f in spam.features(text) if f >= 0)})
    names = [spam.load().vocabulary[f] for f in seen]
    place = {f: i for i, f in enumerate(seen)}
    rows = [[(place[f], n) for f, n in one.items()] for one in words]
    known = [place[f] for f in spam.features(text) if f >= 0]
    labels = [int(one.is_spam) for one in lesson.taught]
    model = {"multinomial": "MultinomialNB", "bernoulli": "BernoulliNB"}[lesson.kind]
    p = lesson.spam_prior
    return f'''"""The lesson as it stood on the page; needs NumPy, SciPy and scikit-learn."""

import numpy as np
from scipy import sparse
from sklearn.naive_bayes import {model}

# All words that were counted, or that the text has; the other words of the page's vocabulary,
# which smoothing counts too, stand empty after them.
words = {names!r}
vocabulary = {size}

# Each message as (word, times), and its label: 1 is spam.
messages = {rows!r}
labels = {labels!r}
text = {known!r}

X = sparse.lil_array((len(messages), vocabulary))
for row, message in enumerate(messages):
    for word, times in message:
        X[row, word] = times
model = {model}(alpha={lesson.alpha!r}, class_prior=[{1 - p!r}, {p!r}])
# partial_fit knows both classes before it has seen a message of each.
model.partial_fit(X.tocsr(), labels, classes=[0, 1])

row = np.bincount(text, minlength=vocabulary)[None, :]
print("posterior", model.predict_proba(row)[0, 1])
print("counts", model.feature_count_[:, : len(words)].sum(axis=1).tolist())
'''


# -- the learning curve --------------------------------------------------------------------------


def curve_table(kind: str, stop: int, draws: int) -> list[dict[str, float | int | str]]:
    """Every draw's accuracy at every size, of both models."""
    return [
        {"model": c.name, "messages": n, "draw": d + 1, "accuracy": float(c.accuracy[d, i])}
        for c in nb_teach_curve.curves(kind, stop, draws)
        for i, n in enumerate(c.sizes)
        for d in range(draws)
    ]


def curve_json(kind: str, stop: int, draws: int) -> str:
    """The curves and their crossings."""
    return json.dumps(
        {
            "model": kind,
            "alpha": nb_teach_curve.ALPHAS[stop],
            "points": curve_table(kind, stop, draws),
            "crossings": [
                {"leader": one.leader, "at": one.at}
                for one in nb_teach_curve.found(kind, stop, draws)
            ],
        },
        indent=1,
        allow_nan=False,
    )


def curve_csv(kind: str, stop: int, draws: int) -> str:
    """One row a draw and size."""
    rows = curve_table(kind, stop, draws)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def curve_svg(kind: str, stop: int, draws: int) -> str:
    """Both mean curves with their spread."""
    drawing = Drawing(760, 460, "Learning curve")
    x, y = axes(drawing, (60, 40, 670, 360), (1, 3.65, 0.6, 1), ("log10 messages", "accuracy"))
    for c, colour, dash in zip(
        nb_teach_curve.curves(kind, stop, draws), ("#7F5AB6", "#009E73"), ("", "6 4"), strict=True
    ):
        at = np.log10(c.sizes)
        drawing.path([(x(a), y(m)) for a, m in zip(at, c.mean, strict=True)], colour, 2.5, dash)
        for a, m, s in zip(at, c.mean, c.spread, strict=True):
            drawing.path([(x(a), y(m - s)), (x(a), y(min(1.0, m + s)))], colour, 1)
    drawing.text(395, 24, f"Naive Bayes ({kind}) and logistic regression (dashed)", size=14)
    return str(drawing)


def curve_script(kind: str, stop: int) -> str:
    """A script that learns from the first draw's 10, 20 and 50 messages, on their own words.

    It tests on the first 200 of the messages kept back, so that the script stays short enough.
    """
    train, test = _few()
    data = spam.load()
    model = {"multinomial": "MultinomialNB", "bernoulli": "BernoulliNB"}[kind]
    return f'''"""A piece of the learning curve; needs NumPy, SciPy and scikit-learn."""

import base64
import io
import zlib

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import {model}

# Counts of 50 training messages (one draw's order) and of 200 kept back, as row, word, times.
{literal("train", _cells(train))}
{literal("labels", data.is_spam[train])}
{literal("test", _cells(test))}
{literal("test_labels", data.is_spam[test])}
vocabulary = {len(spam.load().vocabulary)}


def matrix(cells, rows):
    return sparse.csr_array((cells[:, 2], (cells[:, 0], cells[:, 1])), shape=(rows, vocabulary))


X, new = matrix(train, len(labels)), matrix(test, len(test_labels))
for size in (10, 20, 50):
    naive = {model}(alpha={nb_teach_curve.ALPHAS[stop]!r}).fit(X[:size], labels[:size])
    peer = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    peer.fit(np.log1p(X[:size].astype(float)), labels[:size])
    print("naive", size, np.mean(naive.predict(new) == test_labels))
    print("logistic", size, np.mean(peer.predict(np.log1p(new.astype(float))) == test_labels))
'''


def _few() -> tuple[np.ndarray, np.ndarray]:
    """The first draw's 50 messages, and 200 of those kept back, spread over all of them."""
    kept = spam.load().held_out
    return order(0)[:50], kept[:: len(kept) // 200][:200]


def _cells(rows: np.ndarray) -> np.ndarray:
    """Counts as (row, word, times), (cells, 3)."""
    cells = spam.load().counts[rows].tocoo()
    return np.stack([cells.row, cells.col, cells.data], axis=1).astype(np.int32)
