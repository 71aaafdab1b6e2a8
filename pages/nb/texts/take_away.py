"""A judged text to take away: figures, its words, a picture, a script for scikit-learn."""

import csv
import io
import json
from typing import Any

import numpy as np

from genmodels.datasets import genres, reviews
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import COMPONENTS, Drawing
from pages.nb.text import Verdict, collection
from pages.nb.texts.genres import cross_validated
from pages.nb.texts.sentiment import held_out


def as_json(verdict: Verdict, threshold: float | None = None) -> str:
    """The verdict and the test of its model; finite numbers only."""
    settings, k = verdict.settings, verdict.pair
    found: dict[str, Any] = {
        "model": settings.name,
        "kind": settings.kind,
        "alpha": settings.alpha,
        "source": collection(settings.name).source.caption(),
        "text": verdict.text,
        "classes": list(verdict.classes),
        "posterior": verdict.posterior.tolist(),
        "log_joint_nats": verdict.log_joint.tolist(),
        "called": verdict.classes[verdict.top],
        "compared": [verdict.classes[k[0]], verdict.classes[k[1]]],
        "prior_nats": verdict.prior,
        "margin_nats": verdict.margin,
        "words": [
            {"word": t.word, "start": start, "known": t.feature >= 0, "nats": nats}
            for t, start, nats in zip(
                verdict.tokens, verdict.starts, verdict.weights.tolist(), strict=True
            )
        ],
        "test": figures_of(verdict),
    }
    if threshold is not None:
        found["threshold"] = threshold
        five = float(verdict.posterior[reviews.FIVE])
        found["called"] = reviews.CLASSES[int(five > threshold)]
    return json.dumps(found, indent=2, allow_nan=False, ensure_ascii=False)


def figures_of(verdict: Verdict) -> dict[str, float]:
    """What the page says of the model on texts that it hasn't seen."""
    settings = verdict.settings
    if settings.name == "sentiment":
        test = held_out(settings.kind, settings.alpha)
        return {"accuracy": test.accuracy(), "auc": test.curves.auc, "majority": test.majority}
    result = cross_validated(len(verdict.classes), settings.alpha)
    return {
        "accuracy": result.accuracy, "standard_deviation": result.spread,
        "majority": result.majority,
    }  # fmt: skip


def as_csv(verdict: Verdict) -> str:
    """A row a word: where it starts, whether it counts, log p(word | class) for each class."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    k, j = verdict.pair
    names = [f"log p(w | {name})" for name in verdict.classes]
    table.writerow(
        ["word", "start", "known", "counted", *names,
         f"{verdict.classes[k]} against {verdict.classes[j]}"]
    )  # fmt: skip
    for i, token in enumerate(verdict.tokens):
        table.writerow(
            [token.word, verdict.starts[i], int(token.feature >= 0), int(verdict.counted[i]),
             *verdict.terms[i].tolist(), float(verdict.weights[i])]
        )  # fmt: skip
    return out.getvalue()


def as_svg(verdict: Verdict) -> str:
    """Each class's probability as a bar, and the words that decided, signed."""
    k, j = verdict.pair
    rows, words = len(verdict.classes), verdict.deciding
    top, step = 62, 22
    drawing = Drawing(
        820, top + step * max(rows, len(words)) + 30, f"Judged: {verdict.classes[verdict.top]}"
    )
    drawing.text(12, 22, " ".join(verdict.text.split())[:100], anchor="start")
    drawing.text(12, 48, "Probability of each class", anchor="start", bold=True)
    pair = f"{verdict.classes[k]} against {verdict.classes[j]}, nats"
    drawing.text(450, 48, pair, anchor="start", bold=True)
    for c, (name, p) in enumerate(zip(verdict.classes, verdict.posterior.tolist(), strict=True)):
        y = top + step * c
        best = c == verdict.top
        drawing.text(122, y + 12, name, anchor="end", bold=best)
        colour = COMPONENTS[1] if best else "#8a94a0"
        drawing.rectangle(130, y, max(220 * p, 0.5), 15, colour, "none")
        drawing.text(358, y + 12, f"{p:.3g}", anchor="start")
    reach = max((abs(nats) for _, _, nats, _ in words), default=1.0) or 1.0
    for i, (word, n, nats, _) in enumerate(words):
        y, length = top + step * i, 90 * abs(nats) / reach
        drawing.text(566, y + 12, f"{word} ×{n}" if n > 1 else word, anchor="end")
        start = 672 if nats > 0 else 672 - length
        drawing.rectangle(start, y, length, 15, COMPONENTS[1 if nats > 0 else 0], "none")
        drawing.text(810, y + 12, f"{nats:+.2f}", anchor="end")
    return str(drawing)


def as_script(verdict: Verdict) -> str:
    """scikit-learn on the same counts: the text's probabilities, and the model's test."""
    settings, learnt = verdict.settings, collection(verdict.settings.name)
    name = "MultinomialNB" if settings.kind == "multinomial" else "BernoulliNB"
    features = np.array(
        [t.feature for t in verdict.tokens if t.feature >= 0] or [-1], dtype=np.int64
    )
    return f'''"""A judged text as it stood on the page; needs NumPy, SciPy and scikit-learn."""
{comment("Data: " + learnt.source.caption())}
{comment("Text: " + verdict.text)}

import base64
import io
import zlib

import numpy as np
from scipy import sparse
from sklearn.naive_bayes import {name}

{_matrix(settings.name)}
classes = {list(learnt.classes)!r}
# The text's words as columns; -1 where it has none of the vocabulary.
{literal("features", features)}
text = np.bincount(features[features >= 0], minlength=X.shape[1])[None]

{_test(settings.name, name, settings.alpha)}
joint = model.predict_joint_log_proba(text)[0]
print("log joint", joint.tolist())
print("posterior", model.predict_proba(text)[0].tolist())
print("best", classes[joint.argmax()])
'''


def _matrix(name: str) -> str:
    counts: Any = reviews.load().counts if name == "sentiment" else genres.load().counts
    y = reviews.load().five if name == "sentiment" else collection(name).y
    columns = np.uint16 if counts.shape[1] < 2**16 else np.int32
    parts = (
        literal("data", counts.data.astype(np.uint16)),
        literal("indices", counts.indices.astype(columns)),
        literal("indptr", counts.indptr.astype(np.int32)),
        literal("y", y.astype(np.uint8)),
    )
    return "\n".join(
        [
            *parts,
            f"X = sparse.csr_matrix((data.astype(float), indices.astype(np.int32), indptr), "
            f"shape={tuple(int(n) for n in counts.shape)})",
        ]
    )


def _test(name: str, kind: str, alpha: float) -> str:
    if name == "sentiment":
        test = literal("test", reviews.load().test.astype(np.int32))
        return f"""from sklearn.metrics import roc_auc_score

{test}
train = np.setdiff1d(np.arange(len(y)), test)
model = {kind}(alpha={alpha!r}).fit(X[train], y[train])
joint = model.predict_joint_log_proba(X[test])
print("accuracy", (joint.argmax(axis=1) == y[test]).mean())
print("AUC", roc_auc_score(y[test], joint[:, 1] - joint[:, 0]))
"""
    return f"""from sklearn.model_selection import StratifiedKFold

# Five times five folds, each with the same share of every class.
accuracy = []
for seed in range({genres.REPEATS}):
    split = StratifiedKFold({genres.FOLDS}, shuffle=True, random_state=seed)
    for train, test in split.split(X, y):
        fold = {kind}(alpha={alpha!r}).fit(X[train], y[train])
        accuracy.append((fold.predict(X[test]) == y[test]).mean())
print("accuracy", np.mean(accuracy), "+-", np.std(accuracy))
model = {kind}(alpha={alpha!r}).fit(X, y)
"""
