"""What the page of thresholds gives away: cut and costs, every message, a picture, a script."""

import csv
import io
import json
from typing import Any

import numpy as np

from genmodels import ASSETS
from genmodels.datasets import spam
from genmodels.kit.svg import Drawing, Scale, axes
from pages.nb.nb_drift import EARLIER, FOLD_SEED, FOLDS
from pages.nb.threshold import case as runs
from pages.nb.threshold.case import COSTS, Place, Setup

HAM, SPAM, INK = "#0072B2", "#D55E00", "#1b2026"
BINS = 60
COUNTS_FILE = "spam_counts.npz"


def counts() -> bytes:
    """The corpus as counts, which the script reads."""
    return (ASSETS / "data" / COUNTS_FILE).read_bytes()


def as_json(setup: Setup, place: Place) -> str:
    """The setting, what the cut does, every cost's cuts, and both tests at the cut."""
    t, found = runs.tested(setup).curves, runs.groups(setup)
    stop, half = t.stop_at(place.cut), t.stop_at(0.0)
    costs = []
    for ratio in COSTS:
        each = runs.costs_of(t, ratio)
        best, bayes = int(each.argmin()), t.stop_at(runs.bayes_cut(ratio))
        costs.append(
            {
                "false_alarm_costs": ratio,
                "here": float(each[stop]),
                "cheapest": {"cut": float(t.cut[best]), "cost": float(each[best])},
                "if_calibrated": {
                    "probability": runs.calibrated(ratio),
                    "cut": runs.bayes_cut(ratio),
                    "cost": float(each[bayes]),
                },
                "half": float(each[half]),
            }
        )
    return json.dumps(
        {
            "test": runs.NAMES[setup.split],
            "model": setup.kind,
            "alpha": setup.alpha,
            "cut_nats": place.cut,
            "auc": t.auc,
            "average_precision": t.average_precision,
            "counts": {
                name: {"flagged": int(found.flagged[g, stop]), "all": found.totals[g]}
                for g, name in enumerate(runs.WORDS)
            },
            "costs": costs,
            "both_tests_at_the_cut": {
                runs.NAMES[split]: {k: None if np.isnan(v) else v for k, v in values.items()}
                for split, values in runs.both(setup, place.cut).items()
            },
        },
        indent=1,
        allow_nan=False,
    )


def as_csv(setup: Setup, place: Place) -> str:
    """Every tested message: its row of the corpus from 1, group, log-odds, and the verdict."""
    run, found = runs.tested(setup), runs.groups(setup)
    groups = spam.load().group
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["message", "folder", "kind", "tested_in_part", "log_odds", "flagged", "right"])
    for row, of, part, odds, is_spam in zip(
        run.row.tolist(), found.of.tolist(), run.part.tolist(), run.log_odds.tolist(),
        run.is_spam.tolist(), strict=True,
    ):  # fmt: skip
        flagged = int(odds > place.cut)
        values = [row + 1, groups[row], runs.WORDS[of], part + 1, repr(odds), flagged]
        writer.writerow([*values, int(flagged == is_spam)])
    return out.getvalue()


def as_svg(setup: Setup, place: Place) -> str:
    """The scores with the cut, and both curves with the other test's beside them."""
    run = runs.tested(setup)
    t, other = run.curves, runs.tested(setup.other).curves
    drawing = Drawing(900, 720, "Spam: what a cut does")
    title = f"{setup.kind}, alpha = {setup.alpha:g}, {runs.NAMES[setup.split]}"
    drawing.text(450, 24, f"{title}: cut at {place.cut:.4g} nats", size=15)
    axis = runs.axis_of(run)
    x = Scale(0, 1, 40, 870)
    edges = np.linspace(0, 1, BINS + 1)
    for positive, colour, way in ((False, HAM, -1), (True, SPAM, 1)):
        bars = np.histogram(axis.place(t.scores[t.positive == positive]), edges)[0]
        for left, count in zip(edges[:-1], bars.tolist(), strict=True):
            height = 110 * count / max(1, int(bars.max()))
            top = 160 - height if way < 0 else 160.0
            drawing.rectangle(x(left) + 0.5, top, x(edges[1]) - x(0) - 1, height, colour, "none")
    for at, text in axis.ticks():
        drawing.text(x(at), 292, text)
    drawing.text(455, 314, "log-odds of spam (nats); ham above the line, spam below")
    at = x(float(axis.place(place.cut)))
    drawing.path([(at, 44), (at, 276)], INK, 2.5)
    stop = t.stop_at(place.cut)
    _curve(
        drawing,
        70,
        ("false alarm rate", "recall"),
        (t.false_alarm_rate, t.recall),
        (other.false_alarm_rate, other.recall),
        stop,
    )
    _curve(drawing, 520, ("recall", "precision"),
           (t.recall, t.precision), (other.recall, other.precision), stop)  # fmt: skip
    drawing.text(
        450, 706, f"AUC {t.auc:.4f}; thin: {runs.NAMES[setup.other.split]}, {other.auc:.4f}"
    )
    return str(drawing)


def _curve(
    drawing: Drawing, left: int, names: tuple[str, str], mine: Any, other: Any, stop: int
) -> None:
    x, y = axes(drawing, (left, 345, 340, 290), (0, 1, 0, 1), names)
    for (xs, ys), width, colour in ((other, 1.0, INK), (mine, 2.5, HAM)):
        points = [(x(a), y(b)) for a, b in zip(xs, ys, strict=True) if not np.isnan(b)]
        drawing.path(points[:: max(1, len(points) // 800)] + points[-1:], colour, width)
    xs, ys = mine
    if not np.isnan(ys[stop]):
        drawing.circle(x(xs[stop]), y(ys[stop]), 6, SPAM, "#ffffff")


def as_script(setup: Setup, place: Place) -> str:
    """A script that repeats the test with scikit-learn on the shipped counts."""
    name = "MultinomialNB" if setup.kind == "multinomial" else "BernoulliNB"
    if setup.split == "time":
        parts = f"""earlier = np.isin(stored["group"], {list(EARLIER)!r})
parts = [(np.flatnonzero(earlier), np.flatnonzero(~earlier))]"""
    else:
        parts = f"""# {FOLDS} random folds, each with the same share of spam.
rng = np.random.default_rng({FOLD_SEED})
fold = np.zeros(len(y), dtype=int)
for label in (0, 1):
    rows = rng.permutation(np.flatnonzero(y == label))
    fold[rows] = np.arange(len(rows)) % {FOLDS}
parts = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range({FOLDS})]"""
    return f'''"""A spam filter's cut, curves and costs; needs NumPy, SciPy and scikit-learn.

Put {COUNTS_FILE} (the page's counts) beside this script, or name it: python spam_cut.py FILE
"""

import sys

import numpy as np
from scipy import sparse
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)
from sklearn.naive_bayes import {name}

with np.load(sys.argv[1] if len(sys.argv) > 1 else "{COUNTS_FILE}") as stored:
    stored = dict(stored)
X = sparse.csr_array(
    (stored["data"].astype(float), stored["indices"].astype(np.int32), stored["indptr"]),
    shape=tuple(int(n) for n in stored["shape"]),
)
y = stored["y"].astype(int)  # 1 is spam
{parts}

log_odds = np.full(len(y), np.nan)
for train, test in parts:
    model = {name}(alpha={setup.alpha!r}, force_alpha=True).fit(X[train], y[train])
    joint = model.predict_joint_log_proba(X[test])
    log_odds[test] = joint[:, 1] - joint[:, 0]
tested = ~np.isnan(log_odds)
odds, truth, hard = log_odds[tested], y[tested], stored["group"][tested] == "hard-ham-1"

cut = {place.cut!r}  # nats; 0 is P(spam) = 1/2
flagged = odds > cut
print("ham kept, ham flagged, spam missed, spam flagged", confusion_matrix(truth, flagged).ravel())
print("accuracy", accuracy_score(truth, flagged))
print("precision", precision_score(truth, flagged, zero_division=np.nan))
print("recall", recall_score(truth, flagged))
print("hard ham flagged", flagged[hard].mean())
print("AUC", roc_auc_score(truth, odds))
print("average precision", average_precision_score(truth, odds))

price = {COSTS[place.cost]!r}  # a false alarm, in missed spams
false_alarm_rate, caught, cuts = roc_curve(truth, odds, drop_intermediate=False)
alarms, missed = false_alarm_rate * (truth == 0).sum(), (1 - caught) * (truth == 1).sum()
print("cost here", (price * (flagged & (truth == 0)).sum() + (~flagged & (truth == 1)).sum())
      / len(truth))
print("cheapest", ((price * alarms + missed) / len(truth)).min())
print("if calibrated, P", price / (price + 1))
'''
