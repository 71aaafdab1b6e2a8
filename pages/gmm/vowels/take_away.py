"""The vowels to take away: the classifier, its held-out answers, and a script that repeats them."""

import csv
import io
import json

import numpy as np

from genmodels.datasets import vowels
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import mixture_svg
from pages.gmm.vowels import case as run
from pages.gmm.vowels.case import Features, Group, Space


def features_of(space: Space) -> Features:
    return "Lobanov F1, F2" if space == "lobanov" else "log F1, F2"


def classifier_json(group: Group, space: Space) -> str:
    """Each vowel's mean and covariance in the plane, and how they did on held-out speakers."""
    data, model = vowels.load(), run.classifier(group, space)
    found = run.held_out(group, features_of(space))
    return json.dumps(
        {
            "data": data.source.caption(),
            "speakers": group,
            "features": features_of(space),
            "held_out": {
                "folds": run.FOLDS,
                "by": "speaker",
                "accuracy": found.accuracy,
                "by_kind": {kind: value for kind, (value, _) in found.by_kind.items()},
                "confusion": found.table.tolist(),
            },
            "vowels": [
                {"word": word, "mean": mean, "covariance": covariance}
                for word, mean, covariance in zip(
                    data.words, model.means.tolist(), model.covariances.tolist(), strict=True
                )
            ],
        },
        indent=1,
        allow_nan=False,
    )


def answers_csv(group: Group, space: Space) -> str:
    """A row a recorded vowel: who said what, its formants, its fold, what it was taken for."""
    data, found = vowels.load(), run.held_out(group, features_of(space))
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["speaker", "kind", "said", "F0", "F1", "F2", "F3", "fold", "taken_for"])
    for i, row in enumerate(found.rows.tolist()):
        write.writerow(
            [
                int(data.speakers[row]),
                vowels.KINDS[data.kinds[row]],
                data.words[data.labels[row]],
                *(f"{f:g}" for f in data.F[row]),
                int(found.fold[i]) + 1,
                data.words[found.predicted[i]],
            ]
        )
    return out.getvalue()


def picture_svg(group: Group, space: Space) -> str:
    """The Gaussians over the vowels, F1 across and F2 up."""
    names = ("F1, Lobanov's z", "F2, Lobanov's z") if space == "lobanov" else ("log F1", "log F2")
    X = run.plane(space)[run.members(group)]
    return mixture_svg(X, run.classifier(group, space), names, f"Vowels, {group}", _limits(X))


def _limits(X: np.ndarray) -> tuple[float, float, float, float]:
    low, high = X.min(axis=0), X.max(axis=0)
    room = 0.1 * (high - low)
    return (low[0] - room[0], high[0] + room[0], low[1] - room[1], high[1] + room[1])


def script(group: Group, space: Space) -> str:
    """The classifier in scikit-learn's terms with data and folds inside; prints the accuracy."""
    data, found = vowels.load(), run.held_out(group, features_of(space))
    X = run.features(features_of(space))[found.rows]
    labels = data.labels[found.rows].astype(np.float64)
    return f'''"""One Gaussian a vowel, judged on other speakers; needs NumPy and scikit-learn."""
{comment("Data: " + data.source.caption())}
{comment(f"Speakers: {group}; features: {features_of(space)}")}

import base64
import io
import zlib

import numpy as np
from sklearn.mixture import GaussianMixture

words = {list(data.words)!r}
{literal("X", X)}
{literal("labels", labels)}
labels = labels.astype(int)  # indices of words
{literal("fold", found.fold.astype(np.float64))}

predicted = np.empty(len(X), dtype=int)
for i in range({run.FOLDS}):
    out = fold == i
    # A mixture of one component is a Gaussian; all vowels are equally probable beforehand.
    scores = [
        GaussianMixture(1, reg_covar=0).fit(X[~out & (labels == c)]).score_samples(X[out])
        for c in range(len(words))
    ]
    predicted[out] = np.argmax(scores, axis=0)

print("accuracy", np.mean(predicted == labels))
for c, word in enumerate(words):
    print(word, np.bincount(predicted[labels == c], minlength=len(words)).tolist())
'''
